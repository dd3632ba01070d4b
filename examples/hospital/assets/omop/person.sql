/* tarn
description = "One row per patient, OMOP CDM 5.4"
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4", sensitivity = "personal" }
write = { mode = "merge", keys = ["person_id"], unmatched = "delete" }
checks = [
  { not_null = ["person_id", "year_of_birth", "gender_concept_id"] },
  { unique = ["person_id"] },
  { accepted_values = { column = "gender_source_value", values = ["M", "F"] } },
  { relationship = { column = "location_id", to = "omop/location", to_column = "location_id" } },
  { row_count = { min = 1 } },
  { name = "no_future_births", sql = "SELECT * FROM omop.person WHERE birth_datetime > now()::TIMESTAMP", severity = "warning" },
]

[columns]
person_id = "Made from the source's identifier by MD5, so it stays the same from run to run"
gender_concept_id = "8507 male, 8532 female, 0 not known"
race_concept_id = "8527 white, 8516 black, 8515 asian, 8557 hawaiian, 8657 native, 0 other"
ethnicity_concept_id = "38003563 hispanic, 38003564 not hispanic, 0 not known"
birth_datetime = "The source knows the day only: midnight"
person_source_value = "Identifier in the source"
*/
SELECT
  (md5_number_lower('person:' || Id) >> 1)::BIGINT AS person_id,
  CASE GENDER WHEN 'M' THEN 8507 WHEN 'F' THEN 8532 ELSE 0 END AS gender_concept_id,
  year(BIRTHDATE)::INTEGER AS year_of_birth,
  month(BIRTHDATE)::INTEGER AS month_of_birth,
  day(BIRTHDATE)::INTEGER AS day_of_birth,
  BIRTHDATE::TIMESTAMP AS birth_datetime,
  CASE RACE
    WHEN 'white' THEN 8527
    WHEN 'black' THEN 8516
    WHEN 'asian' THEN 8515
    WHEN 'hawaiian' THEN 8557
    WHEN 'native' THEN 8657
    ELSE 0
  END AS race_concept_id,
  CASE ETHNICITY WHEN 'hispanic' THEN 38003563 WHEN 'nonhispanic' THEN 38003564 ELSE 0 END AS ethnicity_concept_id,
  (md5_number_lower('patient:' || Id) >> 1)::BIGINT AS location_id,
  NULL::BIGINT AS provider_id,
  NULL::BIGINT AS care_site_id,
  Id AS person_source_value,
  GENDER AS gender_source_value,
  0 AS gender_source_concept_id,
  RACE AS race_source_value,
  0 AS race_source_concept_id,
  ETHNICITY AS ethnicity_source_value,
  0 AS ethnicity_source_concept_id
FROM raw.patients
