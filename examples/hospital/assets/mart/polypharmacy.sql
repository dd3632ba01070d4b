/* tarn
description = "Living patients by the number of different drugs they take, as of the last day with a visit; five or more is polypharmacy"
owners = ["team:analytics"]
tags = { layer = "aggregated", indicator = "safety" }
checks = [
  { not_null = ["person_id", "drugs"] },
  { unique = ["person_id"] },
  { relationship = { column = "person_id", to = "omop/person", to_column = "person_id" } },
]

[columns]
as_of = "The last day with a visit"
drugs = "Different drugs (RxNorm codes) begun by then and not ended; 0 is told too"
drug_names = "In the order of the alphabet"
*/
WITH today AS (
  SELECT max(visit_end_date) AS as_of FROM omop.visit_occurrence
),
active AS (
  SELECT DISTINCT person_id, drug_source_value
  FROM omop.drug_exposure
  CROSS JOIN today
  WHERE drug_exposure_start_date <= as_of
    -- A drug that ends on the day counts as ended, and so does a vaccination, which ends when it is given.
    AND (verbatim_end_date IS NULL OR verbatim_end_date > as_of)
)
SELECT
  as_of,
  person.person_id,
  count(drug_source_value) AS drugs,
  drugs >= 5 AS polypharmacy,
  coalesce(list(name ORDER BY name) FILTER (WHERE name IS NOT NULL), []) AS drug_names
FROM omop.person
CROSS JOIN today
LEFT JOIN active ON active.person_id = person.person_id
LEFT JOIN reference.source_code ON source_code.vocabulary = 'RxNorm' AND source_code.code = drug_source_value
WHERE person.person_id NOT IN (SELECT person_id FROM omop.death)
GROUP BY as_of, person.person_id
ORDER BY drugs DESC, person.person_id
