/* tarn
description = "Every code that the source uses, with its name: what the OMOP vocabulary would otherwise tell"
owners = ["team:clinical-data"]
tags = { layer = "reference" }
checks = [
  { not_null = ["vocabulary", "code", "name"] },
  { unique = ["vocabulary", "code"] },
]

[columns]
name = "The name the source uses most; of equally frequent ones the first in the alphabet"
names = "How many names the source uses for the code"
uses = "Rows with the code"
*/
WITH uses AS (
  SELECT 'SNOMED CT' AS vocabulary, CODE AS code, DESCRIPTION AS name FROM raw.conditions
  UNION ALL SELECT 'SNOMED CT', CODE, DESCRIPTION FROM raw.procedures
  UNION ALL SELECT 'SNOMED CT', CODE, DESCRIPTION FROM raw.encounters
  UNION ALL SELECT 'RxNorm', CODE, DESCRIPTION FROM raw.medications
  UNION ALL SELECT 'CVX', CODE, DESCRIPTION FROM raw.immunizations
  UNION ALL SELECT 'LOINC', CODE, DESCRIPTION FROM raw.observations
),
counted AS (
  SELECT vocabulary, code, name, count(*) AS uses FROM uses GROUP BY vocabulary, code, name
)
SELECT
  vocabulary,
  code,
  first(name ORDER BY uses DESC, name) AS name,
  count(*) AS names,
  sum(uses)::BIGINT AS uses
FROM counted
GROUP BY vocabulary, code
