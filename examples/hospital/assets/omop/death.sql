/* tarn
description = "Patients who died, OMOP CDM 5.4. The source gives no cause here."
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4", sensitivity = "personal" }
checks = [
  { not_null = ["person_id", "death_date"] },
  { unique = ["person_id"] },
  { relationship = { column = "person_id", to = "omop/person", to_column = "person_id" } },
]

[columns]
death_type_concept_id = "32817: from an electronic health record"
cause_concept_id = "0: not known"
*/
SELECT
  (md5_number_lower('person:' || Id) >> 1)::BIGINT AS person_id,
  DEATHDATE AS death_date,
  DEATHDATE::TIMESTAMP AS death_datetime,
  32817 AS death_type_concept_id,
  0 AS cause_concept_id,
  NULL::VARCHAR AS cause_source_value,
  0 AS cause_source_concept_id
FROM raw.patients
WHERE DEATHDATE IS NOT NULL
