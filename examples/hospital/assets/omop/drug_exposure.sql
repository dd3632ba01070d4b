/* tarn
description = "Prescriptions and vaccinations, OMOP CDM 5.4"
owners = ["team:clinical-data"]
tags = { layer = "curated", model = "omop-5.4" }
checks = [
  { not_null = ["drug_exposure_id", "person_id", "drug_exposure_start_date", "drug_exposure_end_date"] },
  { unique = ["drug_exposure_id"] },
  { relationship = { column = "person_id", to = "omop/person", to_column = "person_id" } },
  { relationship = { column = "visit_occurrence_id", to = "omop/visit_occurrence", to_column = "visit_occurrence_id" } },
  { name = "ends_after_start", sql = "SELECT * FROM omop.drug_exposure WHERE drug_exposure_end_date < drug_exposure_start_date" },
]

[columns]
drug_exposure_id = "Made by MD5 from what tells one prescription from another"
drug_concept_id = "0: mapping needs the OMOP vocabulary, which is not part of this station"
drug_exposure_end_date = "As the source has it; while a drug is still taken, the last day that the patient was observed"
verbatim_end_date = "As the source has it: empty while the drug is taken"
drug_source_value = "RxNorm for a prescription, CVX for a vaccination; reference.source_code has the name"
refills = "Dispensings after the first one; empty for a vaccination"
*/
WITH last_seen AS (
  SELECT PATIENT, max(STOP)::DATE AS day FROM raw.encounters GROUP BY PATIENT
),
-- A patient can be given one drug twice in one encounter: the copies are numbered, so that each keeps an id of its own.
prescriptions AS (
  SELECT *, row_number() OVER (PARTITION BY PATIENT, ENCOUNTER, CODE, START ORDER BY STOP NULLS LAST, DISPENSES) AS copy
  FROM raw.medications
),
exposures AS (
  SELECT
    concat_ws('|', 'medication', PATIENT, ENCOUNTER, CODE, START, copy) AS source_key,
    PATIENT, ENCOUNTER, CODE, START, STOP, DISPENSES - 1 AS refills
  FROM prescriptions
  UNION ALL
  SELECT concat_ws('|', 'immunization', PATIENT, ENCOUNTER, CODE, "DATE"), PATIENT, ENCOUNTER, CODE, "DATE", "DATE", NULL
  FROM raw.immunizations
)
SELECT
  (md5_number_lower(source_key) >> 1)::BIGINT AS drug_exposure_id,
  (md5_number_lower('person:' || exposures.PATIENT) >> 1)::BIGINT AS person_id,
  0 AS drug_concept_id,
  START::DATE AS drug_exposure_start_date,
  START AS drug_exposure_start_datetime,
  coalesce(STOP::DATE, greatest(START::DATE, last_seen.day)) AS drug_exposure_end_date,
  STOP AS drug_exposure_end_datetime,
  STOP::DATE AS verbatim_end_date,
  32817 AS drug_type_concept_id,
  NULL::VARCHAR AS stop_reason,
  refills,
  NULL::DOUBLE AS quantity,
  NULL::INTEGER AS days_supply,
  NULL::VARCHAR AS sig,
  0 AS route_concept_id,
  NULL::VARCHAR AS lot_number,
  NULL::BIGINT AS provider_id,
  (md5_number_lower('encounter:' || ENCOUNTER) >> 1)::BIGINT AS visit_occurrence_id,
  NULL::BIGINT AS visit_detail_id,
  CODE AS drug_source_value,
  0 AS drug_source_concept_id,
  NULL::VARCHAR AS route_source_value,
  NULL::VARCHAR AS dose_unit_source_value
FROM exposures
LEFT JOIN last_seen ON last_seen.PATIENT = exposures.PATIENT
