/* tarn
description = "Visits of the last ten calendar years and this one, by month and kind. One partition a year: a run replaces the years that it holds, and older ones stay."
owners = ["team:analytics"]
tags = { layer = "aggregated" }
write = { mode = "overwrite_partitions", columns = ["year"] }
partition_by = ["year"]
checks = [
  { not_null = ["year", "month", "kind", "visits"] },
  { unique = ["year", "month", "kind"] },
]

[columns]
month = "1 to 12"
kind = "The source's kind of contact"
patients = "Different patients among the visits"
*/
SELECT
  year(visit_start_date)::INTEGER AS year,
  month(visit_start_date)::INTEGER AS month,
  visit_source_value AS kind,
  count(*) AS visits,
  count(DISTINCT person_id) AS patients
FROM omop.visit_occurrence
WHERE year(visit_start_date) >= (SELECT year(max(visit_end_date)) - 10 FROM omop.visit_occurrence)
GROUP BY ALL
ORDER BY year, month, kind
