/* tarn
description = "Diagnoses and findings, OMOP CDM 5.4"
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4" }
checks = [
  { not_null = ["condition_occurrence_id", "person_id", "condition_start_date"] },
  { unique = ["condition_occurrence_id"] },
  { relationship = { column = "person_id", to = "omop/person", to_column = "person_id" } },
  { relationship = { column = "visit_occurrence_id", to = "omop/visit_occurrence", to_column = "visit_occurrence_id" } },
]

[columns]
condition_occurrence_id = "Made by MD5 from patient, encounter, code and start"
condition_concept_id = "0: mapping needs the OMOP vocabulary, which is not part of this station"
condition_source_value = "SNOMED CT; reference.source_code has the name"
condition_end_date = "Empty while it lasts"
*/
SELECT
  (md5_number_lower(concat_ws('|', 'condition', PATIENT, ENCOUNTER, CODE, START)) >> 1)::BIGINT AS condition_occurrence_id,
  (md5_number_lower('person:' || PATIENT) >> 1)::BIGINT AS person_id,
  0 AS condition_concept_id,
  START AS condition_start_date,
  START::TIMESTAMP AS condition_start_datetime,
  STOP AS condition_end_date,
  STOP::TIMESTAMP AS condition_end_datetime,
  32817 AS condition_type_concept_id,
  0 AS condition_status_concept_id,
  NULL::VARCHAR AS stop_reason,
  NULL::BIGINT AS provider_id,
  (md5_number_lower('encounter:' || ENCOUNTER) >> 1)::BIGINT AS visit_occurrence_id,
  NULL::BIGINT AS visit_detail_id,
  CODE AS condition_source_value,
  0 AS condition_source_concept_id,
  NULL::VARCHAR AS condition_status_source_value
FROM raw.conditions
