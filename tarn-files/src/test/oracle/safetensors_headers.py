"""What the format's own library says of files: one JSON object a line. Makes right ones and wrong ones in a folder."""

import json
import pathlib
import struct
import sys

import numpy
from safetensors import safe_open
from safetensors.numpy import save_file

folder = pathlib.Path(sys.argv[1])


def raw(name, header, data=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    (folder / name).write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + data)


def one(begin=0, end=8, dtype="F32", shape=(2,)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


save_file({"a": numpy.zeros((2, 3), "float32"), "b": numpy.ones(5, "int64"), "ü": numpy.zeros((), "uint8"),
           "empty": numpy.zeros((0, 4), "float16")}, folder / "right.safetensors", {"who": "nobody"})
for dtype in ("bool", "int8", "int16", "int32", "uint16", "uint32", "uint64", "float64", "complex64"):
    save_file({"x": numpy.zeros((3, 2), dtype)}, folder / f"{dtype}.safetensors")
raw("nothing.safetensors", {})
raw("padded.safetensors", json.dumps({"a": one()}).encode() + b"   ", bytes(8))
raw("leading-space.safetensors", b" " + json.dumps({"a": one()}).encode(), bytes(8))
raw("hole.safetensors", {"a": one(), "b": one(12, 20)}, bytes(20))
raw("overlap.safetensors", {"a": one(), "b": one(4, 12)}, bytes(12))
raw("late.safetensors", {"a": one(4, 12)}, bytes(12))
raw("short.safetensors", {"a": one()}, bytes(7))
raw("long.safetensors", {"a": one()}, bytes(9))
raw("wrong-size.safetensors", {"a": one(shape=(3,))}, bytes(8))
raw("reversed.safetensors", {"a": one(8, 0)}, bytes(8))
raw("huge-shape.safetensors", {"a": one(shape=(2**62, 8))}, bytes(8))
raw("negative.safetensors", {"a": one(shape=(-1, -2))}, bytes(8))
raw("unknown-dtype.safetensors", {"a": one(dtype="F99")}, bytes(8))
raw("double-key.safetensors", b'{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', bytes(8))
raw("metadata-number.safetensors", {"__metadata__": {"n": 1}, "a": one()}, bytes(8))
raw("metadata.safetensors", {"__metadata__": {"n": "1"}, "a": one()}, bytes(8))
raw("no-dtype.safetensors", {"a": {"shape": [2], "data_offsets": [0, 8]}}, bytes(8))
raw("three-offsets.safetensors", {"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8, 9]}}, bytes(8))
raw("list.safetensors", b"[]")
raw("no-json.safetensors", b"{nothing}")
raw("not-utf8.safetensors", b'{"\xff":1}')
raw("cut-header.safetensors", {"a": one()}, b"", 5000)
raw("enormous-header.safetensors", b"{}", b"", 2**63)
raw("over-limit.safetensors", b"{}", b"", 100_000_001)
raw("nested.safetensors", b'{"a":' * 5000)
(folder / "tiny.safetensors").write_bytes(b"\x01\x02")
(folder / "no-bytes.safetensors").write_bytes(b"")

for path in sorted(folder.glob("*.safetensors")):
    found = {"file": str(path)}
    try:
        with safe_open(path, "np") as file:
            found["metadata"] = file.metadata() or {}
            found["tensors"] = {}
            for name in file.keys():
                part = file.get_slice(name)
                found["tensors"][name] = [part.get_dtype(), part.get_shape()]
    except Exception as failure:
        found["error"] = str(failure)
    print(json.dumps(found))
