/* tarn
description = "How the watched laboratory values of each patient move: first and last value, and the slope of a straight line through all of them, where there are at least three results over at least 90 days. Units are kept apart."
owners = ["team:analytics"]
tags = { layer = "aggregated" }
checks = [
  { not_null = ["person_id", "loinc", "results", "slope_per_year"] },
  { unique = ["person_id", "loinc", "unit"] },
  { name = "long_enough", sql = "SELECT * FROM mart.lab_trends WHERE results < 3 OR last_day - first_day < 90" },
  { relationship = { column = "person_id", to = "omop/person", to_column = "person_id" } },
]

[columns]
loinc = "LOINC code of the test"
first_value = "Of several results of the first moment the smallest"
last_value = "Of several results of the last moment the largest"
slope_per_year = "Change in a year by least squares, a year being 365.25 days"
*/
SELECT
  person_id,
  loinc,
  test,
  unit_source_value AS unit,
  count(*) AS results,
  min(measurement_date) AS first_day,
  max(measurement_date) AS last_day,
  first(value_as_number ORDER BY measurement_datetime, value_as_number) AS first_value,
  last(value_as_number ORDER BY measurement_datetime, value_as_number) AS last_value,
  round(regr_slope(value_as_number, epoch(measurement_datetime) / (365.25 * 24 * 3600)), 4) AS slope_per_year
FROM omop.measurement
JOIN reference.watched_lab ON watched_lab.loinc = measurement_source_value
WHERE value_as_number IS NOT NULL
GROUP BY person_id, loinc, test, unit
HAVING count(*) >= 3 AND max(measurement_date) - min(measurement_date) >= 90
ORDER BY person_id, loinc, unit
