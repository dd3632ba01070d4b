"""Computes what the example station must hold, from its landing files alone and without any database.

It is written a second time, in another language and from the descriptions, so that the station's SQL is not its own
judge. Run it after the sample has changed:

    python3 tarn-it/src/test/oracle/hospital.py examples/hospital/landing > tarn-it/src/test/resources/hospital/expected.json
"""

import collections
import csv
import datetime as dt
import gzip
import hashlib
import json
import pathlib
import sys
from decimal import Decimal
from fractions import Fraction

LANDING = pathlib.Path(sys.argv[1])
WATCHED = {"4548-4", "2339-0", "2093-3", "18262-6", "38483-4", "2160-0", "33914-3", "718-7"}
MEASURED = {"laboratory", "vital-signs", "exam", "procedure", "imaging"}


def table(name):
    packed = LANDING / "synthea" / f"{name}.csv.gz"
    opener = (lambda: gzip.open(packed, "rt", encoding="utf-8", newline="")) if packed.exists() else (
        lambda: open(LANDING / "synthea" / f"{name}.csv", encoding="utf-8", newline=""))
    with opener() as file:
        return list(csv.DictReader(file))


def day(text):
    return dt.date.fromisoformat(text[:10]) if text else None


def moment(text):
    return dt.datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ") if text else None


def number(*key):
    """The low 64 bits of MD5, halved: the integer id of a source identifier."""
    digest = hashlib.md5("|".join(key).encode()).digest()
    return int.from_bytes(digest[8:], "little") >> 1


def quantile(values, share):
    """Between the two nearest values in proportion."""
    values = sorted(values)
    place = Fraction(share) * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return float(values[low] + (values[high] - values[low]) * (place - low))


def rounded(value, digits):
    return float(round(Decimal(repr(value)), digits))


patients = {row["Id"]: row for row in table("patients")}
encounters = table("encounters")
observations = table("observations")
medications = table("medications")
immunizations = table("immunizations")
conditions = table("conditions")
procedures = table("procedures")
organizations = table("organizations")
providers = table("providers")
allergies = table("allergies")

as_of = max(day(row["STOP"]) for row in encounters)
living = {key for key, row in patients.items() if not row["DEATHDATE"]}
names = collections.defaultdict(collections.Counter)
for vocabulary, rows in (("SNOMED CT", conditions + procedures + encounters), ("RxNorm", medications),
                         ("CVX", immunizations), ("LOINC", observations)):
    for row in rows:
        names[vocabulary, row["CODE"]][row["DESCRIPTION"]] += 1


def name_of(vocabulary, code):
    uses = names[vocabulary, code]
    return min(uses, key=lambda name: (-uses[name], name.encode()))


def age(born, on):
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


# Patients by age and sex
ages = collections.Counter()
for key in living:
    decade = age(day(patients[key]["BIRTHDATE"]), as_of) // 10 * 10
    ages[f"{decade:02d}-{decade + 9:02d}", patients[key]["GENDER"]] += 1

# Stays
inpatient = collections.defaultdict(list)
for row in encounters:
    if row["ENCOUNTERCLASS"] == "inpatient":
        inpatient[row["PATIENT"]].append((moment(row["START"]), number("encounter:" + row["Id"]), moment(row["STOP"])))
stays = []
for patient, visits in inpatient.items():
    joined = []
    for start, visit, stop in sorted(visits):
        if joined and start <= joined[-1]["discharged"] + dt.timedelta(hours=24):
            joined[-1]["discharged"] = max(joined[-1]["discharged"], stop)
            joined[-1]["visits"] += 1
        else:
            joined.append({"stay_id": visit, "patient": patient, "admitted": start, "discharged": stop, "visits": 1})
    for index, stay in enumerate(joined):
        died = day(patients[patient]["DEATHDATE"])
        stay["died"] = died is not None and died <= stay["discharged"].date()
        seconds = (stay["discharged"] - stay["admitted"]).total_seconds()
        stay["hours"] = rounded(seconds / 3600, 2)
        later = joined[index + 1]["admitted"].date() if index + 1 < len(joined) else None
        stay["days_to_next_stay"] = (later - stay["discharged"].date()).days if later else None
    stays += joined

readmissions = collections.defaultdict(lambda: [0, 0])
for stay in stays:
    if not stay["died"] and stay["discharged"].date() <= as_of - dt.timedelta(days=30):
        counts = readmissions[stay["discharged"].year]
        counts[0] += 1
        counts[1] += stay["days_to_next_stay"] is not None and stay["days_to_next_stay"] <= 30

lengths = collections.defaultdict(list)
for stay in stays:
    lengths[stay["admitted"].year, patients[stay["patient"]]["GENDER"]].append(Fraction(repr(stay["hours"])))

# Trends
labs = collections.defaultdict(list)
for row in observations:
    if row["CATEGORY"] in MEASURED and row["TYPE"] == "numeric" and row["CODE"] in WATCHED:
        labs[row["PATIENT"], row["CODE"], row["UNITS"]].append((moment(row["DATE"]), Fraction(row["VALUE"])))
trends = []
for (patient, code, unit), results in labs.items():
    results.sort()
    days = (results[-1][0].date() - results[0][0].date()).days
    if len(results) < 3 or days < 90:
        continue
    years = [Fraction(int((when - dt.datetime(1970, 1, 1)).total_seconds())) / Fraction(36525 * 864) for when, _ in results]
    values = [value for _, value in results]
    mean_year, mean_value = sum(years) / len(years), sum(values) / len(values)
    slope = (sum((x - mean_year) * (y - mean_value) for x, y in zip(years, values))
             / sum((x - mean_year) ** 2 for x in years))
    trends.append([patient, code, unit, len(results), str(results[0][0].date()), str(results[-1][0].date()),
                   float(values[0]), float(values[-1]), round(float(slope), 4)])

# Drugs in use
drugs = {key: set() for key in living}
for row in medications:
    if row["PATIENT"] in living and day(row["START"]) <= as_of and (not row["STOP"] or day(row["STOP"]) > as_of):
        drugs[row["PATIENT"]].add(row["CODE"])

months = collections.defaultdict(lambda: [0, set()])
for row in encounters:
    start = day(row["START"])
    if start.year >= as_of.year - 10:
        cell = months[start.year, start.month, row["ENCOUNTERCLASS"]]
        cell[0] += 1
        cell[1].add(row["PATIENT"])

prevalence = collections.defaultdict(set)
for row in conditions:
    if not row["STOP"] and row["PATIENT"] in living:
        prevalence[row["CODE"]].add(row["PATIENT"])

# The laboratory's deliveries: a row is good when it has seven fields, a time and a number.
good, broken = [], []
for path in sorted((LANDING / "lab").glob("*.csv")):
    for line_number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split(";")
        if line_number == 1:
            continue
        try:
            if len(fields) != 7:
                raise ValueError("fields")
            good.append((fields[1], fields[3], moment(fields[2]), Decimal(fields[5]), fields[6]))
        except (ValueError, ArithmeticError):
            broken.append({"file": f"landing/lab/{path.name}", "line": line_number, "text": line})

reconciliation = []
recorded = collections.Counter()
for row in observations:
    if row["CATEGORY"] == "laboratory" and row["TYPE"] == "numeric":
        recorded[row["PATIENT"], row["CODE"], moment(row["DATE"]), Decimal(row["VALUE"]), row["UNITS"]] += 1
delivered = collections.Counter(good)
for month in sorted({(key[2].year, key[2].month) for key in delivered}):
    here = collections.Counter({k: n for k, n in recorded.items() if (k[2].year, k[2].month) == month})
    there = collections.Counter({k: n for k, n in delivered.items() if (k[2].year, k[2].month) == month})
    missing, extra = here - there, there - here
    # A result of the same patient, test and time with another value is a difference, not a loss.
    differing = sum((collections.Counter(k[:3] for k in missing.elements())
                     & collections.Counter(k[:3] for k in extra.elements())).values())
    reconciliation.append([f"{month[0]}-{month[1]:02d}-01", sum(here.values()), sum(there.values()),
                           sum((here & there).values()), differing, sum(missing.values()) - differing,
                           sum(extra.values()) - differing])

# Of a drug's end while it is still taken
last_seen = collections.defaultdict(lambda: dt.date.min)
first_seen = {}
for row in encounters:
    last_seen[row["PATIENT"]] = max(last_seen[row["PATIENT"]], day(row["STOP"]))
    first_seen[row["PATIENT"]] = min(first_seen.get(row["PATIENT"], dt.date.max), day(row["START"]))
drug_days = sum(((day(row["STOP"]) or max(day(row["START"]), last_seen[row["PATIENT"]])) - day(row["START"])).days
                for row in medications)

measurements = [row for row in observations if row["CATEGORY"] in MEASURED]
others = [row for row in observations if row["CATEGORY"] not in MEASURED]
RACES = {"white": 8527, "black": 8516, "asian": 8515, "hawaiian": 8557, "native": 8657}
VISITS = {"inpatient": 9201, "emergency": 9203, "ambulatory": 9202, "outpatient": 9202, "wellness": 9202}

json.dump({
    "rows": {
        "raw.patients": len(patients), "raw.organizations": len(organizations), "raw.providers": len(providers),
        "raw.encounters": len(encounters), "raw.conditions": len(conditions), "raw.medications": len(medications),
        "raw.observations": len(observations), "raw.procedures": len(procedures),
        "raw.immunizations": len(immunizations), "raw.allergies": len(allergies),
        "raw.lab_results": len(good), "raw.lab_results_quarantine": len(broken),
        "omop.person": len(patients), "omop.death": len(patients) - len(living),
        "omop.location": len(patients) + len(organizations), "omop.care_site": len(organizations),
        "omop.provider": len(providers), "omop.visit_occurrence": len(encounters),
        "omop.condition_occurrence": len(conditions), "omop.procedure_occurrence": len(procedures),
        "omop.drug_exposure": len(medications) + len(immunizations),
        "omop.measurement": len(measurements), "omop.observation": len(others),
        "omop.observation_period": len(first_seen), "reference.source_code": len(names),
    },
    "person": sorted([number("person:" + key), key, int(row["BIRTHDATE"][:4]), row["BIRTHDATE"],
                      {"M": 8507, "F": 8532}[row["GENDER"]], RACES.get(row["RACE"], 0),
                      {"hispanic": 38003563, "nonhispanic": 38003564}[row["ETHNICITY"]]]
                     for key, row in patients.items()),
    "visits_by_concept": sorted(collections.Counter(VISITS.get(r["ENCOUNTERCLASS"], 0) for r in encounters).items()),
    "measured_values": sorted(
        [code, len(rows), float(round(sum(Decimal(r["VALUE"]) for r in rows), 4))]
        for code, rows in ((c, [r for r in measurements if r["CODE"] == c and r["TYPE"] == "numeric"])
                           for c in {r["CODE"] for r in measurements}) if rows),
    "drug_days": [[drug_days]],
    "observation_period_days": [[sum((last_seen[key] - first_seen[key]).days for key in first_seen)]],
    "source_names": sorted([v, c, name_of(v, c), len(names[v, c]), sum(names[v, c].values())] for v, c in names),
    "as_of": [[str(as_of)]],
    "patients_by_age_and_sex": sorted([*key, count] for key, count in ages.items()),
    "inpatient_stays": sorted([s["stay_id"], s["patient"], s["admitted"].isoformat(" "), s["discharged"].isoformat(" "),
                               s["visits"], s["hours"], s["died"], s["days_to_next_stay"]] for s in stays),
    "readmissions_30_days": sorted([y, n, r, round(r / n, 4)] for y, (n, r) in readmissions.items()),
    "length_of_stay": sorted([y, sex, len(h), round(quantile(h, "0.5"), 3), round(quantile(h, "0.9"), 3), float(max(h))]
                             for (y, sex), h in lengths.items()),
    "lab_trends": sorted(trends),
    "polypharmacy": sorted([key, len(codes)] for key, codes in drugs.items()),
    "visits_by_month": sorted([*key, count, len(people)] for key, (count, people) in months.items()),
    "condition_prevalence": sorted([code, name_of("SNOMED CT", code), len(people), round(len(people) / len(living), 4)]
                                   for code, people in prevalence.items()),
    "lab_reconciliation": reconciliation,
    "quarantine": broken,
}, sys.stdout, indent=1, ensure_ascii=False)
print()
