/* tarn
description = "Clinicians, OMOP CDM 5.4"
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4" }
checks = [
  { not_null = ["provider_id"] },
  { unique = ["provider_id"] },
  { relationship = { column = "care_site_id", to = "omop/care_site", to_column = "care_site_id" } },
]

[columns]
provider_id = "Made from the source's identifier by MD5"
specialty_concept_id = "0: the OMOP vocabulary is not part of this station; specialty_source_value keeps the source's words"
gender_concept_id = "8507 male, 8532 female, 0 not known"
*/
SELECT
  (md5_number_lower('provider:' || Id) >> 1)::BIGINT AS provider_id,
  NAME AS provider_name,
  NULL::VARCHAR AS npi,
  NULL::VARCHAR AS dea,
  0 AS specialty_concept_id,
  (md5_number_lower('organization:' || ORGANIZATION) >> 1)::BIGINT AS care_site_id,
  NULL::INTEGER AS year_of_birth,
  CASE GENDER WHEN 'M' THEN 8507 WHEN 'F' THEN 8532 ELSE 0 END AS gender_concept_id,
  Id AS provider_source_value,
  SPECIALITY AS specialty_source_value,
  0 AS specialty_source_concept_id,
  GENDER AS gender_source_value,
  0 AS gender_source_concept_id
FROM raw.providers
