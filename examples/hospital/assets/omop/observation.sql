/* tarn
description = "Surveys, social history and yearly scores, OMOP CDM 5.4: every row of raw.observations that is not in omop.measurement"
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4" }
checks = [
  { not_null = ["observation_id", "person_id", "observation_date"] },
  { unique = ["observation_id"] },
  { relationship = { column = "person_id", to = "omop/person", to_column = "person_id" } },
  { name = "no_row_lost", sql = """
      SELECT 1 WHERE (SELECT count(*) FROM raw.observations)
        <> (SELECT count(*) FROM omop.measurement) + (SELECT count(*) FROM omop.observation)""" },
]

[columns]
observation_id = "Made by MD5 from what tells one observation from another"
observation_concept_id = "0: mapping needs the OMOP vocabulary, which is not part of this station"
observation_source_value = "LOINC, or QALY, DALY and QOLS for Synthea's own yearly scores"
visit_occurrence_id = "Empty for the yearly scores"
*/
WITH answers AS (
  SELECT *, row_number() OVER (PARTITION BY PATIENT, ENCOUNTER, CODE, "DATE" ORDER BY VALUE, UNITS, TYPE) AS copy
  FROM raw.observations
  WHERE coalesce(CATEGORY, '') NOT IN ('laboratory', 'vital-signs', 'exam', 'procedure', 'imaging')
)
SELECT
  (md5_number_lower(concat_ws('|', 'observation', PATIENT, ENCOUNTER, CODE, "DATE", copy)) >> 1)::BIGINT AS observation_id,
  (md5_number_lower('person:' || PATIENT) >> 1)::BIGINT AS person_id,
  0 AS observation_concept_id,
  "DATE"::DATE AS observation_date,
  "DATE" AS observation_datetime,
  32817 AS observation_type_concept_id,
  CASE WHEN TYPE = 'numeric' THEN VALUE::DOUBLE END AS value_as_number,
  CASE WHEN TYPE <> 'numeric' THEN VALUE END AS value_as_string,
  0 AS value_as_concept_id,
  0 AS qualifier_concept_id,
  0 AS unit_concept_id,
  NULL::BIGINT AS provider_id,
  (md5_number_lower('encounter:' || ENCOUNTER) >> 1)::BIGINT AS visit_occurrence_id,
  NULL::BIGINT AS visit_detail_id,
  CODE AS observation_source_value,
  0 AS observation_source_concept_id,
  UNITS AS unit_source_value,
  NULL::VARCHAR AS qualifier_source_value,
  VALUE AS value_source_value,
  NULL::BIGINT AS observation_event_id,
  0 AS obs_event_field_concept_id
FROM answers
