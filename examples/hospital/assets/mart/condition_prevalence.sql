/* tarn
description = "How many living patients have each condition now (begun, not ended)"
owners = ["team:analytics"]
tags = { layer = "aggregated" }
checks = [
  { not_null = ["code", "patients"] },
  { unique = ["code"] },
]

[columns]
code = "SNOMED CT"
share = "Of all living patients, 0 to 1"
*/
WITH living AS (
  SELECT person_id FROM omop.person WHERE person_id NOT IN (SELECT person_id FROM omop.death)
)
SELECT
  condition_source_value AS code,
  name AS condition,
  count(DISTINCT living.person_id) AS patients,
  round(patients / (SELECT count(*) FROM living), 4) AS share
FROM omop.condition_occurrence
JOIN living ON living.person_id = condition_occurrence.person_id
LEFT JOIN reference.source_code ON source_code.vocabulary = 'SNOMED CT' AND source_code.code = condition_source_value
WHERE condition_end_date IS NULL
GROUP BY condition_source_value, name
ORDER BY patients DESC, code
