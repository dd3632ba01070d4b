/* tarn
description = "What the external laboratory delivered beside what the record holds, by month: a result that is missing here was not delivered, or its row was broken (see raw.lab_results_quarantine)"
owners = ["team:laboratory"]
tags = { layer = "aggregated", indicator = "quality" }
checks = [
  { not_null = ["month", "in_record", "delivered"] },
  { unique = ["month"] },
  { name = "values_agree", sql = "SELECT * FROM mart.lab_reconciliation WHERE differing > 0" },
  { name = "everything_delivered", sql = "SELECT * FROM mart.lab_reconciliation WHERE missing > 0", severity = "warning" },
]

[columns]
month = "First day of the month in which the sample was taken"
in_record = "Numeric laboratory results of the clinical system, in months with a delivery"
delivered = "Good rows of the delivery"
agreeing = "Delivered results that are in the record with the same value and unit"
differing = "Delivered results that are in the record with another value or unit"
missing = "Results of the record that the delivery does not hold"
unknown = "Delivered results that the record does not hold"
*/
WITH delivered AS (
  SELECT patient, loinc, collected, value, unit,
    row_number() OVER (PARTITION BY patient, loinc, collected ORDER BY value, unit) AS copy
  FROM raw.lab_results
),
months AS (
  SELECT DISTINCT date_trunc('month', collected)::DATE AS month FROM delivered
),
recorded AS (
  SELECT PATIENT AS patient, CODE AS loinc, "DATE" AS collected, VALUE::DECIMAL(18, 4) AS value, UNITS AS unit,
    row_number() OVER (PARTITION BY PATIENT, CODE, "DATE" ORDER BY VALUE::DECIMAL(18, 4), UNITS) AS copy
  FROM raw.observations
  WHERE CATEGORY = 'laboratory' AND TYPE = 'numeric' AND date_trunc('month', "DATE")::DATE IN (SELECT month FROM months)
)
SELECT
  date_trunc('month', coalesce(recorded.collected, delivered.collected))::DATE AS month,
  count(recorded.patient) AS in_record,
  count(delivered.patient) AS delivered,
  count(*) FILTER (WHERE recorded.value = delivered.value AND recorded.unit IS NOT DISTINCT FROM delivered.unit) AS agreeing,
  count(*) FILTER (WHERE recorded.value <> delivered.value OR (recorded.value = delivered.value AND recorded.unit IS DISTINCT FROM delivered.unit)) AS differing,
  count(*) FILTER (WHERE delivered.patient IS NULL) AS missing,
  count(*) FILTER (WHERE recorded.patient IS NULL) AS unknown
FROM recorded
FULL JOIN delivered
  ON delivered.patient = recorded.patient AND delivered.loinc = recorded.loinc
  AND delivered.collected = recorded.collected AND delivered.copy = recorded.copy
GROUP BY month
ORDER BY month
