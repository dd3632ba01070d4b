"""Reads FHIR resources as the service should, with nothing but Python's own libraries.

usage: fhir_expected.py FILE.ndjson[.gz] …   -> a JSON object: type -> rows sorted by id
"""

import datetime
import gzip
import json
import re
import sys


def first(node, *path):
    for step in path:
        if isinstance(node, list):
            node = node[0] if node else None
        if not isinstance(node, dict) or step not in node:
            return None
        node = node[step]
    return node[0] if isinstance(node, list) else node


def micros(text):
    if text is None or "T" not in text:
        return None
    moment = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return (moment - datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)) // datetime.timedelta(microseconds=1)


def day(text):
    return text[:10] if text is not None and len(text) >= 10 else None


def coding(prefix, node):
    chosen = first(node, "coding") or {}
    display = chosen.get("display") or (node or {}).get("text")
    return {f"{prefix}_system": chosen.get("system"), f"{prefix}_code": chosen.get("code"), f"{prefix}_display": display}


def reference(prefix, node):
    text = (node or {}).get("reference") or ""
    if text.startswith("urn:uuid:"):
        return {f"{prefix}_type": None, f"{prefix}_id": text[9:]}
    found = re.fullmatch(r"(?:.*/)?([A-Za-z]+)/([A-Za-z0-9.-]+)", text)
    return {f"{prefix}_type": found and found[1], f"{prefix}_id": found and found[2]}


def common(resource):
    return {
        "id": resource["id"],
        "version_id": first(resource, "meta", "versionId"),
        "last_updated": micros(first(resource, "meta", "lastUpdated")),
    }


def patient(resource):
    return common(resource) | {
        "identifier_system": first(resource, "identifier", "system"),
        "identifier_value": first(resource, "identifier", "value"),
        "family": first(resource, "name", "family"),
        "given": first(resource, "name", "given"),
        "gender": resource.get("gender"),
        "birth_date": day(resource.get("birthDate")),
        "deceased": resource.get("deceasedBoolean"),
        "deceased_at": micros(resource.get("deceasedDateTime")),
        "deceased_at_date": day(resource.get("deceasedDateTime")),
        **coding("marital_status", resource.get("maritalStatus")),
        "city": first(resource, "address", "city"),
        "postal_code": first(resource, "address", "postalCode"),
    }


def allergy(resource):
    return common(resource) | {
        **coding("clinical_status", resource.get("clinicalStatus")),
        "type": resource.get("type"),
        "category": first(resource, "category"),
        "criticality": resource.get("criticality"),
        **coding("code", resource.get("code")),
        **reference("patient", resource.get("patient")),
        "recorded": micros(resource.get("recordedDate")),
        "recorded_date": day(resource.get("recordedDate")),
    }


READERS = {"Patient": patient, "AllergyIntolerance": allergy}
rows = {}
for name in sys.argv[1:]:
    with (gzip.open if name.endswith(".gz") else open)(name, "rt", encoding="utf-8") as lines:
        for line in lines:
            resource = json.loads(line)
            row = READERS[resource["resourceType"]](resource)
            rows.setdefault(resource["resourceType"], []).append(row | {"resource": resource})
for each in rows.values():
    each.sort(key=lambda row: row["id"])
json.dump(rows, sys.stdout)
