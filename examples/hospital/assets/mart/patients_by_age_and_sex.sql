/* tarn
description = "Living patients by age in tens of years and sex, as of the last day with a visit"
owners = ["team:analytics"]
tags = { layer = "aggregated" }
checks = [
  { not_null = ["age_band", "sex", "patients"] },
  { unique = ["age_band", "sex"] },
  { accepted_values = { column = "sex", values = ["F", "M"] } },
  { name = "nobody_left_out", sql = """
      SELECT 1 WHERE (SELECT sum(patients) FROM mart.patients_by_age_and_sex)
        <> (SELECT count(*) FROM omop.person) - (SELECT count(*) FROM omop.death)""" },
]

[columns]
as_of = "The last day with a visit: ages are counted on it"
age_band = "From and to, both included, in completed years"
*/
WITH today AS (
  SELECT max(visit_end_date) AS as_of FROM omop.visit_occurrence
),
living AS (
  SELECT
    as_of,
    gender_source_value AS sex,
    date_sub('year', birth_datetime::DATE, as_of) // 10 * 10 AS decade
  FROM omop.person
  CROSS JOIN today
  WHERE person_id NOT IN (SELECT person_id FROM omop.death)
)
SELECT
  as_of,
  printf('%02d-%02d', decade, decade + 9) AS age_band,
  sex,
  count(*) AS patients
FROM living
GROUP BY ALL
ORDER BY age_band, sex
