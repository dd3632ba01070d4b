/* tarn
description = "From each patient's first contact to the last one, OMOP CDM 5.4"
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4" }
checks = [
  { not_null = ["observation_period_id", "person_id", "observation_period_start_date", "observation_period_end_date"] },
  { unique = ["person_id"] },
  { relationship = { column = "person_id", to = "omop/person", to_column = "person_id" } },
]

[columns]
observation_period_id = "Each patient has one period: the person's own id"
period_type_concept_id = "32817: from an electronic health record"
*/
SELECT
  person_id AS observation_period_id,
  person_id,
  min(visit_start_date) AS observation_period_start_date,
  max(visit_end_date) AS observation_period_end_date,
  32817 AS period_type_concept_id
FROM omop.visit_occurrence
GROUP BY person_id
