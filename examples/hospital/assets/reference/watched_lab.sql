/* tarn
description = "Laboratory tests whose course is watched in mart.lab_trends. Add a line to watch another one."
owners = ["team:laboratory"]
tags = { layer = "reference" }
checks = [
  { not_null = ["loinc", "test"] },
  { unique = ["loinc"] },
]
*/
SELECT loinc, test
FROM (VALUES
  ('4548-4', 'Hemoglobin A1c'),
  ('2339-0', 'Glucose, blood'),
  ('2093-3', 'Total cholesterol'),
  ('18262-6', 'LDL cholesterol'),
  ('38483-4', 'Creatinine, blood'),
  ('2160-0', 'Creatinine, serum or plasma'),
  ('33914-3', 'Glomerular filtration rate (MDRD)'),
  ('718-7', 'Hemoglobin')
) AS watched (loinc, test)
