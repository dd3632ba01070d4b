"""What nibabel reads of the NIfTI files that it ships, and of some that it writes: one JSON object a line.

The first argument is a folder for the files that are made.
"""

import gzip
import json
import pathlib
import sys
import warnings

import nibabel
import numpy

warnings.simplefilter("ignore")
made = pathlib.Path(sys.argv[1])


def make():
    numbers = numpy.arange(2 * 3 * 4 * 5).reshape(2, 3, 4, 5)
    affine = numpy.array([[-2, 0.1, 0, 90], [0, 2.5, 0.2, -126], [0.3, 0, 3, -72], [0, 0, 0, 1]])
    for kind, name in ((nibabel.Nifti1Image, "one"), (nibabel.Nifti2Image, "two")):
        for dtype in ("uint8", "int16", "int32", "float32", "float64", "complex64", "int8", "uint16", "int64"):
            for order in "<>":
                header = kind.header_class(endianness=order)
                header.set_data_dtype(dtype)
                header.set_xyzt_units("mm", "sec")
                header["descrip"] = b"made for a test"
                header["cal_max"], header["toffset"] = 7.5, 1.25
                header.set_intent("t test", (4,), name="t4")
                image = kind(numbers.astype(dtype), affine, header=header)
                image.set_qform(affine, code=2, strip_shears=True)
                image.set_sform(affine, code=3)
                image.header.extensions.append(nibabel.nifti1.Nifti1Extension(6, b"a comment"))
                for suffix in (".nii", ".nii.gz"):
                    nibabel.save(image, made / f"{name}_{dtype}_{'big' if order == '>' else 'little'}{suffix}")
    pair = nibabel.Nifti1Pair(numbers.astype("int16"), affine)
    nibabel.save(pair, made / "pair.hdr")


def look(path):
    found = {"file": str(path)}
    try:
        image = nibabel.load(path)
        header = image.header
        if not isinstance(header, nibabel.Nifti1Header):
            return None
        count = int(header["dim"][0])
        found.update(
            version=2 if isinstance(header, nibabel.Nifti2Header) else 1,
            order="little" if header.endianness == "<" else "big",
            dim=[int(each) for each in header["dim"][1:count + 1]],
            pixdim=[float(each) for each in header["pixdim"][1:count + 1]],
            datatype=int(header["datatype"]), bitpix=int(header["bitpix"]),
            qform=[float(each) for each in header.get_qform().ravel()], qform_code=int(header["qform_code"]),
            sform=[float(each) for each in header.get_sform().ravel()], sform_code=int(header["sform_code"]),
            units=int(header["xyzt_units"]), intent=int(header["intent_code"]),
            intent_name=header["intent_name"].item().split(b"\0")[0].decode("latin-1"),
            description=header["descrip"].item().split(b"\0")[0].decode("latin-1"),
            cal_max=float(header["cal_max"]), toffset=float(header["toffset"]),
            extensions=[[each.get_code(), each.get_sizeondisk()] for each in header.extensions],
        )
    except Exception as failure:
        found["error"] = f"{type(failure).__name__}: {failure}"
    return found


make()
shipped = pathlib.Path(nibabel.__file__).parent
paths = [path for place in (shipped, made) for path in sorted(place.rglob("*"))
         if path.name.endswith((".nii", ".nii.gz", ".hdr"))]
for path in paths:
    found = look(path)
    if found:
        print(json.dumps(found))
