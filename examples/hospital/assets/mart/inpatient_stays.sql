/* tarn
description = "Hospital stays: inpatient visits of one patient that overlap, or follow each other within 24 hours, are one stay (a transfer to intensive care is not a readmission)"
owners = ["team:analytics"]
tags = { layer = "aggregated" }
checks = [
  { not_null = ["stay_id", "person_id", "admitted", "discharged"] },
  { unique = ["stay_id"] },
  { relationship = { column = "person_id", to = "omop/person", to_column = "person_id" } },
  { name = "stays_do_not_overlap", sql = """
      SELECT * FROM (SELECT *, lead(admitted) OVER (PARTITION BY person_id ORDER BY admitted) AS next FROM mart.inpatient_stays)
      WHERE next <= discharged""" },
]

[columns]
stay_id = "The id of the stay's first visit"
visits = "Inpatient visits that the stay is made of"
hours = "From admission to discharge"
died = "The patient died on the day of discharge or before it"
days_to_next_stay = "From discharge to the next admission; empty when there is none"
*/
WITH visits AS (
  SELECT
    *,
    max(visit_end_datetime) OVER (
      PARTITION BY person_id ORDER BY visit_start_datetime, visit_occurrence_id
      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS earlier_end
  FROM omop.visit_occurrence
  WHERE visit_concept_id = 9201
),
numbered AS (
  SELECT
    *,
    count(*) FILTER (WHERE earlier_end IS NULL OR visit_start_datetime > earlier_end + INTERVAL 24 HOURS)
      OVER (PARTITION BY person_id ORDER BY visit_start_datetime, visit_occurrence_id) AS stay
  FROM visits
),
stays AS (
  SELECT
    first(visit_occurrence_id ORDER BY visit_start_datetime, visit_occurrence_id) AS stay_id,
    person_id,
    min(visit_start_datetime) AS admitted,
    max(visit_end_datetime) AS discharged,
    count(*) AS visits
  FROM numbered
  GROUP BY person_id, stay
)
SELECT
  stay_id,
  stays.person_id,
  admitted,
  discharged,
  visits,
  round(epoch(discharged - admitted) / 3600, 2) AS hours,
  coalesce(death_date <= discharged::DATE, false) AS died,
  lead(admitted) OVER (PARTITION BY stays.person_id ORDER BY admitted)::DATE - discharged::DATE AS days_to_next_stay
FROM stays
LEFT JOIN omop.death ON death.person_id = stays.person_id
ORDER BY stays.person_id, admitted
