/* tarn
description = "How many patients live where, and when the oldest was born"
tags = { layer = "report" }
checks = [ { unique = ["city"] }, { row_count = { min = 1 } } ]
*/
-- An asset is one SELECT. It reads another asset by its table: assets/raw/patients.toml makes raw.patients.
SELECT
  city,
  count(*) AS patients,
  min(birth) AS oldest_birth
FROM raw.patients
GROUP BY city
