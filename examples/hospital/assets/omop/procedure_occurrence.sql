/* tarn
description = "Interventions and examinations, OMOP CDM 5.4"
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4" }
checks = [
  { not_null = ["procedure_occurrence_id", "person_id", "procedure_date"] },
  { unique = ["procedure_occurrence_id"] },
  { relationship = { column = "person_id", to = "omop/person", to_column = "person_id" } },
  { relationship = { column = "visit_occurrence_id", to = "omop/visit_occurrence", to_column = "visit_occurrence_id" } },
]

[columns]
procedure_occurrence_id = "Made by MD5 from patient, encounter, code and start"
procedure_concept_id = "0: mapping needs the OMOP vocabulary, which is not part of this station"
procedure_source_value = "SNOMED CT; reference.source_code has the name"
*/
SELECT
  (md5_number_lower(concat_ws('|', 'procedure', PATIENT, ENCOUNTER, CODE, START)) >> 1)::BIGINT AS procedure_occurrence_id,
  (md5_number_lower('person:' || PATIENT) >> 1)::BIGINT AS person_id,
  0 AS procedure_concept_id,
  START::DATE AS procedure_date,
  START AS procedure_datetime,
  STOP::DATE AS procedure_end_date,
  STOP AS procedure_end_datetime,
  32817 AS procedure_type_concept_id,
  0 AS modifier_concept_id,
  NULL::INTEGER AS quantity,
  NULL::BIGINT AS provider_id,
  (md5_number_lower('encounter:' || ENCOUNTER) >> 1)::BIGINT AS visit_occurrence_id,
  NULL::BIGINT AS visit_detail_id,
  CODE AS procedure_source_value,
  0 AS procedure_source_concept_id,
  NULL::VARCHAR AS modifier_source_value
FROM raw.procedures
