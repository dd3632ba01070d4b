/* tarn
description = "Of the stays that could be followed for 30 days, how many were followed by another one within 30 days, by year of discharge. Left out: stays that ended in death, and the last 30 days of the record."
owners = ["team:analytics"]
tags = { layer = "aggregated", indicator = "quality" }
checks = [
  { not_null = ["year", "stays", "readmitted"] },
  { unique = ["year"] },
  { name = "rate_is_a_share", sql = "SELECT * FROM mart.readmissions_30_days WHERE rate NOT BETWEEN 0 AND 1 OR readmitted > stays" },
]

[columns]
year = "Year of discharge"
rate = "readmitted / stays"
*/
WITH today AS (
  SELECT max(visit_end_date) AS as_of FROM omop.visit_occurrence
)
SELECT
  year(discharged)::INTEGER AS year,
  count(*) AS stays,
  count(*) FILTER (WHERE days_to_next_stay <= 30) AS readmitted,
  round(readmitted / stays, 4) AS rate
FROM mart.inpatient_stays
CROSS JOIN today
WHERE NOT died
  AND discharged::DATE <= as_of - 30
GROUP BY year
ORDER BY year
