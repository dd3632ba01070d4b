/* tarn
description = "Places of care, OMOP CDM 5.4"
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4" }
checks = [
  { not_null = ["care_site_id"] },
  { unique = ["care_site_id"] },
  { relationship = { column = "location_id", to = "omop/location", to_column = "location_id" } },
]

[columns]
care_site_id = "Made from the source's identifier by MD5"
place_of_service_concept_id = "0: the source does not say"
care_site_source_value = "Identifier in the source"
*/
SELECT
  (md5_number_lower('organization:' || Id) >> 1)::BIGINT AS care_site_id,
  NAME AS care_site_name,
  0 AS place_of_service_concept_id,
  (md5_number_lower('organization:' || Id) >> 1)::BIGINT AS location_id,
  Id AS care_site_source_value,
  NULL::VARCHAR AS place_of_service_source_value
FROM raw.organizations
