"""Uses a service as dicomweb-client does, and compares all that comes back with what pydicom reads of the files.

Arguments: the service's URL and a key that may read and store. Ends with 0 when everything is as it must be.
"""

import collections
import io
import sys

import pydicom
import requests
from dicomweb_client.api import DICOMwebClient
from pydicom.data import get_testdata_file
from pydicom.encaps import generate_frames

url, key = sys.argv[1:]
session = requests.Session()
session.headers["Authorization"] = f"Bearer {key}"
client = DICOMwebClient(url + "/dicomweb/pacs", session=session)

NAMES = ["CT_small.dcm", "MR_small.dcm", "emri_small.dcm", "JPEG2000.dcm", "rtplan.dcm", "SC_rgb_small_odd.dcm", "reportsi.dcm", "693_J2KR.dcm"]


def written(name):
    """As pydicom writes it again, which is what the client sends."""
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, pydicom.dcmread(get_testdata_file(name)))
    buffer.seek(0)
    return pydicom.dcmread(buffer)


files = {name: written(name) for name in NAMES}
by_instance = {each.SOPInstanceUID: each for each in files.values()}
assert len(by_instance) == len(NAMES), "the files are different instances"
studies = collections.defaultdict(list)
for each in files.values():
    studies[each.StudyInstanceUID].append(each)
checked = 0


def same(what, got, expected):
    global checked
    checked += 1
    assert got == expected, f"{what}: {got!r} instead of {expected!r}"


def uids(results, tag):
    return sorted(each[tag]["Value"][0] for each in results)


def compare(what, got, expected):
    """All elements up to the pixels, but values that are fetched on their own."""
    for element in expected:
        if element.tag > 0x7FE00010:
            continue
        if element.VR == "SQ":
            for at, item in enumerate(element.value):
                compare(f"{what} {element.tag}[{at}]", got[element.tag].value[at], item)
        elif element.VR in ("OB", "OW", "UN", "OF", "OD", "OL"):
            if isinstance(element.value, bytes) and len(element.value) <= 4096 and element.tag != 0x7FE00010:
                same(f"{what} {element.tag}", got[element.tag].value or b"", element.value or b"")
        elif element.tag.element != 0:
            value = got[element.tag].value
            empty = (None, "", [])
            same(f"{what} {element.tag}", None if value in empty else value, None if element.value in empty else element.value)


# Storing
response = client.store_instances(list(files.values())[:-1])
same("stored", sorted(item.ReferencedSOPInstanceUID for item in response.ReferencedSOPSequence), sorted(list(by_instance)[:-1]))
last = list(files.values())[-1]
client.store_instances([last], study_instance_uid=last.StudyInstanceUID)

# Searching
same("all studies", uids(client.search_for_studies(), "0020000D"), sorted(studies))
for study, instances in studies.items():
    found, = client.search_for_studies(search_filters={"StudyInstanceUID": study})
    same("instances of a study", found["00201208"]["Value"], [len(instances)])
    same("series of a study", found["00201206"]["Value"], [len({each.SeriesInstanceUID for each in instances})])
    same("modalities", found["00080061"].get("Value", []), sorted({each.Modality for each in instances if each.Modality}))
    same("instances", uids(client.search_for_instances(study), "00080018"), sorted(each.SOPInstanceUID for each in instances))
    same("series", uids(client.search_for_series(study), "0020000E"), sorted({each.SeriesInstanceUID for each in instances}))


def expected(condition):
    return sorted(study for study, instances in studies.items() if any(condition(each) for each in instances))


def search(**filters):
    return uids(client.search_for_studies(search_filters=filters), "0020000D")


ct = files["CT_small.dcm"]
same("by PatientID", search(PatientID=ct.PatientID), expected(lambda each: each.get("PatientID") == ct.PatientID))
same("by tag", search(**{"00100020": ct.PatientID}), expected(lambda each: each.get("PatientID") == ct.PatientID))
same("by name", search(PatientName="compressedsamples^*"), expected(lambda each: str(each.get("PatientName", "")).lower().startswith("compressedsamples^")))
same("by part of a name", search(PatientName="*ct?"), expected(lambda each: str(each.get("PatientName", "")).lower()[:-1].endswith("ct")))
same("by modality", search(ModalitiesInStudy="MR"), expected(lambda each: each.Modality == "MR"))
same("by date", search(StudyDate=ct.StudyDate), expected(lambda each: each.get("StudyDate") == ct.StudyDate))
same("by range", search(StudyDate="20040101-20041231"), expected(lambda each: "20040101" <= each.get("StudyDate", "") <= "20041231"))
same("until", search(StudyDate="-20031231"), expected(lambda each: "" < each.get("StudyDate", "") <= "20031231"))
same("by nobody", search(PatientID="nobody"), [])
same("by quotes", search(PatientID="' OR 1=1 --"), [])
same("by regular expression", search(PatientID="(.*)"), [])
walked = [client.search_for_instances(limit=3, offset=at) for at in (0, 3, 6)]
same("pages", sorted(uid for page in walked for uid in uids(page, "00080018")), sorted(by_instance))
found, = client.search_for_instances(search_filters={"SOPInstanceUID": ct.SOPInstanceUID}, fields=["KVP", "Rows"])
same("a field that was asked for", found["00180060"]["Value"], [float(ct.KVP)])

# Retrieving
for uid, instance in by_instance.items():
    place = (instance.StudyInstanceUID, instance.SeriesInstanceUID, uid)
    got = client.retrieve_instance(*place)
    same(f"instance {uid}", got, instance)
    metadata = pydicom.Dataset.from_json(client.retrieve_instance_metadata(*place), bulk_data_uri_handler=lambda tag, vr, uri: b"")
    compare(f"metadata of {uid}", metadata, instance)
    if "PixelData" in instance:
        count = int(instance.get("NumberOfFrames", 1))
        if instance.file_meta.TransferSyntaxUID.is_compressed:
            pixels = list(generate_frames(instance.PixelData, number_of_frames=count))
            frames = client.retrieve_instance_frames(*place, list(range(1, count + 1)), media_types=("image/jp2",))
            frames, pixels = [each.rstrip(b"\0") for each in frames], [each.rstrip(b"\0") for each in pixels]
        else:
            size = instance.Rows * instance.Columns * instance.SamplesPerPixel * instance.BitsAllocated // 8
            pixels = [instance.PixelData[at * size:(at + 1) * size] for at in range(count)]
            frames = client.retrieve_instance_frames(*place, list(range(1, count + 1)))
        same(f"frames of {uid}", frames, pixels)
for study, instances in studies.items():
    same("study", {each.SOPInstanceUID for each in client.retrieve_study(study)}, {each.SOPInstanceUID for each in instances})
    same("metadata of a study", len(client.retrieve_study_metadata(study)), len(instances))
    series = instances[0].SeriesInstanceUID
    same("series", {each.SOPInstanceUID for each in client.retrieve_series(study, series)},
         {each.SOPInstanceUID for each in instances if each.SeriesInstanceUID == series})

# What is not there
for ask in (lambda: client.retrieve_study("1.2.3"), lambda: client.retrieve_instance_frames(ct.StudyInstanceUID, ct.SeriesInstanceUID, ct.SOPInstanceUID, [2])):
    try:
        ask()
        raise AssertionError("it is not there, and comes")
    except requests.HTTPError as failure:
        same("nothing", failure.response.status_code, 404)

# Another version of an instance is the one that comes from now on
changed = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
changed.SeriesDescription = "another version"
client.store_instances([changed])
same("the newest version", client.retrieve_instance(ct.StudyInstanceUID, ct.SeriesInstanceUID, ct.SOPInstanceUID).SeriesDescription, "another version")
same("still one instance", len(client.search_for_instances(ct.StudyInstanceUID)), len(studies[ct.StudyInstanceUID]))

print(checked)
