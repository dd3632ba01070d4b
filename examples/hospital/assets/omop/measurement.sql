/* tarn
description = "Laboratory results, vital signs and other measurements, OMOP CDM 5.4. Surveys and scores are in omop.observation."
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4" }
partition_by = ["year(measurement_date)"]
checks = [
  { not_null = ["measurement_id", "person_id", "measurement_datetime"] },
  { unique = ["measurement_id"] },
  { relationship = { column = "person_id", to = "omop/person", to_column = "person_id" } },
  { relationship = { column = "visit_occurrence_id", to = "omop/visit_occurrence", to_column = "visit_occurrence_id" } },
]

[columns]
measurement_id = "Made by MD5 from what tells one measurement from another"
measurement_concept_id = "0: mapping needs the OMOP vocabulary, which is not part of this station"
measurement_datetime = "UTC"
value_as_number = "Of a numeric result; a numeric result that is no number fails the asset"
measurement_source_value = "LOINC; reference.source_code has the name"
unit_source_value = "As the source writes it: one code may come in several units"
value_source_value = "As the source wrote it"
*/
-- The source holds some results twice: the copies are numbered, so that each keeps an id of its own.
WITH results AS (
  SELECT *, row_number() OVER (PARTITION BY PATIENT, ENCOUNTER, CODE, "DATE" ORDER BY VALUE, UNITS, CATEGORY, TYPE) AS copy
  FROM raw.observations
  WHERE CATEGORY IN ('laboratory', 'vital-signs', 'exam', 'procedure', 'imaging')
)
SELECT
  (md5_number_lower(concat_ws('|', 'measurement', PATIENT, ENCOUNTER, CODE, "DATE", copy)) >> 1)::BIGINT AS measurement_id,
  (md5_number_lower('person:' || PATIENT) >> 1)::BIGINT AS person_id,
  0 AS measurement_concept_id,
  "DATE"::DATE AS measurement_date,
  "DATE" AS measurement_datetime,
  strftime("DATE", '%H:%M:%S') AS measurement_time,
  32817 AS measurement_type_concept_id,
  0 AS operator_concept_id,
  CASE WHEN TYPE = 'numeric' THEN VALUE::DOUBLE END AS value_as_number,
  0 AS value_as_concept_id,
  0 AS unit_concept_id,
  NULL::DOUBLE AS range_low,
  NULL::DOUBLE AS range_high,
  NULL::BIGINT AS provider_id,
  (md5_number_lower('encounter:' || ENCOUNTER) >> 1)::BIGINT AS visit_occurrence_id,
  NULL::BIGINT AS visit_detail_id,
  CODE AS measurement_source_value,
  0 AS measurement_source_concept_id,
  UNITS AS unit_source_value,
  0 AS unit_source_concept_id,
  VALUE AS value_source_value,
  NULL::BIGINT AS measurement_event_id,
  0 AS meas_event_field_concept_id
FROM results
