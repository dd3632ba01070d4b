/* tarn
description = "How long hospital stays last, by year of admission and sex"
owners = ["team:analytics"]
tags = { layer = "aggregated" }
checks = [
  { not_null = ["year", "sex", "stays"] },
  { unique = ["year", "sex"] },
  { name = "no_stay_left_out", sql = """
      SELECT 1 WHERE (SELECT sum(stays) FROM mart.length_of_stay) <> (SELECT count(*) FROM mart.inpatient_stays)""" },
]

[columns]
median_hours = "Half of the stays were not longer"
p90_hours = "Nine of ten stays were not longer (interpolated)"
*/
SELECT
  year(admitted)::INTEGER AS year,
  gender_source_value AS sex,
  count(*) AS stays,
  round(quantile_cont(hours, 0.5), 3) AS median_hours,
  round(quantile_cont(hours, 0.9), 3) AS p90_hours,
  max(hours) AS longest_hours
FROM mart.inpatient_stays
JOIN omop.person ON person.person_id = inpatient_stays.person_id
GROUP BY ALL
ORDER BY year, sex
