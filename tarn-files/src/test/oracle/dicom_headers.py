"""What pydicom reads of DICOM files: one JSON object a line, for each file below the folders that are named.

Without arguments: the files that pydicom and pydicom-data ship.
"""

import json
import pathlib
import sys
import warnings

import pydicom
import pydicom.hooks
from pydicom.dataelem import RawDataElement

warnings.simplefilter("ignore")


def no_private_dictionary(*_):
    raise KeyError


# What a private element means is not part of the standard.
pydicom.hooks.private_dictionary_VR = no_private_dictionary

PROMOTED = {
    "sop_instance_uid": "SOPInstanceUID", "study_instance_uid": "StudyInstanceUID", "modality": "Modality",
    "patient_id": "PatientID", "patient_name": "PatientName", "rows": "Rows", "columns": "Columns",
    "number_of_frames": "NumberOfFrames", "slice_thickness": "SliceThickness", "pixel_spacing": "PixelSpacing",
    "image_position_patient": "ImagePositionPatient", "image_orientation_patient": "ImageOrientationPatient",
    "image_type": "ImageType",
}


def promoted(dataset, keyword):
    value = dataset.get(keyword)
    if value is None or value == "" or (hasattr(value, "__len__") and len(value) == 0):
        return None
    if isinstance(value, pydicom.multival.MultiValue):
        return [str(each) if isinstance(each, str) else float(each) for each in value]
    if keyword in ("PixelSpacing", "ImagePositionPatient", "ImageOrientationPatient"):
        return [float(value)]
    if keyword == "ImageType":
        return [str(value)]
    return float(value) if isinstance(value, (int, float)) else str(value)


def look(path):
    found = {"file": str(path)}
    try:
        header = pydicom.dcmread(path, force=True, stop_before_pixels=True)
        found["header"], found["invalid"] = {}, []
        for tag in header.keys():
            try:
                found["header"][f"{tag:08X}"] = header[tag].to_json_dict(None, 0)
            except ValueError:
                found["invalid"].append(f"{tag:08X}")
        found["transfer_syntax_uid"] = getattr(header.file_meta, "TransferSyntaxUID", None)
        found["promoted"] = {name: promoted(header, keyword) for name, keyword in PROMOTED.items()}
        whole = pydicom.dcmread(path, force=True)
        for tag in (0x7FE00008, 0x7FE00009, 0x7FE00010):
            if tag in whole:
                raw = whole.get_item(tag)
                if isinstance(raw, RawDataElement):
                    found["pixels"] = {"offset": raw.value_tell, "length": raw.length, "read": len(raw.value or b"")}
    except Exception as failure:
        found["error"] = f"{type(failure).__name__}: {failure}"
    return found


def files(arguments):
    if arguments:
        return [path for folder in arguments for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file()]
    import data_store
    places = [pathlib.Path(pydicom.__file__).parent / "data", pathlib.Path(data_store.__file__).parent / "data"]
    return [path for place in places for path in sorted(place.rglob("*")) if path.suffix == ".dcm" or "dicomdir" in str(path).lower()]


for path in files(sys.argv[1:]):
    if path.is_file() and path.name != "README" and path.suffix not in (".py", ".pyc", ".md", ".txt", ".icc"):
        print(json.dumps(look(path), default=str))
