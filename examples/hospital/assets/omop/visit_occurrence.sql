/* tarn
description = "Every contact with a place of care, OMOP CDM 5.4. A transfer between wards is a visit of its own, as in the source; mart.inpatient_stays joins them."
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4" }
checks = [
  { not_null = ["visit_occurrence_id", "person_id", "visit_start_datetime", "visit_end_datetime"] },
  { unique = ["visit_occurrence_id"] },
  { relationship = { column = "person_id", to = "omop/person", to_column = "person_id" } },
  { relationship = { column = "provider_id", to = "omop/provider", to_column = "provider_id" } },
  { relationship = { column = "care_site_id", to = "omop/care_site", to_column = "care_site_id" } },
  { name = "ends_after_start", sql = "SELECT * FROM omop.visit_occurrence WHERE visit_end_datetime < visit_start_datetime" },
]

[columns]
visit_occurrence_id = "Made from the source's identifier by MD5"
visit_concept_id = "9201 inpatient, 9203 emergency, 9202 outpatient (ambulatory, outpatient, wellness), 0 for other kinds"
visit_start_datetime = "UTC"
visit_end_datetime = "UTC"
visit_source_value = "The source's kind of contact, such as inpatient or wellness"
preceding_visit_occurrence_id = "The same person's contact that started before this one"
*/
SELECT
  (md5_number_lower('encounter:' || Id) >> 1)::BIGINT AS visit_occurrence_id,
  (md5_number_lower('person:' || PATIENT) >> 1)::BIGINT AS person_id,
  CASE ENCOUNTERCLASS
    WHEN 'inpatient' THEN 9201
    WHEN 'emergency' THEN 9203
    WHEN 'ambulatory' THEN 9202
    WHEN 'outpatient' THEN 9202
    WHEN 'wellness' THEN 9202
    ELSE 0
  END AS visit_concept_id,
  START::DATE AS visit_start_date,
  START AS visit_start_datetime,
  STOP::DATE AS visit_end_date,
  STOP AS visit_end_datetime,
  32817 AS visit_type_concept_id,
  (md5_number_lower('provider:' || PROVIDER) >> 1)::BIGINT AS provider_id,
  (md5_number_lower('organization:' || ORGANIZATION) >> 1)::BIGINT AS care_site_id,
  ENCOUNTERCLASS AS visit_source_value,
  0 AS visit_source_concept_id,
  0 AS admitted_from_concept_id,
  NULL::VARCHAR AS admitted_from_source_value,
  0 AS discharged_to_concept_id,
  NULL::VARCHAR AS discharged_to_source_value,
  (md5_number_lower('encounter:' || lag(Id) OVER (PARTITION BY PATIENT ORDER BY START, Id)) >> 1)::BIGINT
    AS preceding_visit_occurrence_id
FROM raw.encounters
