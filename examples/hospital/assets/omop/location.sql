/* tarn
description = "Addresses of patients and of places of care, OMOP CDM 5.4. One row for each of them: an address that two share is not merged."
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4", sensitivity = "personal" }
checks = [
  { not_null = ["location_id", "location_source_value"] },
  { unique = ["location_id"] },
]

[columns]
location_id = "Made from the source's identifier by MD5, so it stays the same from run to run"
location_source_value = "patient: or organization:, then the identifier in the source"
country_concept_id = "0: the OMOP vocabulary is not part of this station"
*/
WITH addresses AS (
  SELECT 'patient:' || Id AS location_source_value, ADDRESS, CITY, STATE, ZIP, COUNTY, LAT, LON
  FROM raw.patients
  UNION ALL
  SELECT 'organization:' || Id, ADDRESS, CITY, STATE, ZIP, NULL, LAT, LON
  FROM raw.organizations
)
SELECT
  (md5_number_lower(location_source_value) >> 1)::BIGINT AS location_id,
  ADDRESS AS address_1,
  NULL::VARCHAR AS address_2,
  CITY AS city,
  STATE AS state,
  ZIP AS zip,
  COUNTY AS county,
  location_source_value,
  0 AS country_concept_id,
  NULL::VARCHAR AS country_source_value,
  LAT AS latitude,
  LON AS longitude
FROM addresses
