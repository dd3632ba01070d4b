"""Makes pickles, harmless and not, and says what Python's own unpickler would import: one JSON object a line.

Nothing that a pickle names is imported here either: find_class notes the name and gives a stand-in.
"""

import collections
import contextlib
import datetime
import decimal
import io
import json
import pathlib
import pickle
import pickletools
import struct
import sys
import uuid
import zipfile

import fickling.analysis
import fickling.fickle
import joblib
import numpy

folder = pathlib.Path(sys.argv[1])


class Shell:
    def __reduce__(self):
        import os
        return os.system, ("true",)


class Evaluated:
    def __reduce__(self):
        return eval, ("1",)


class Got:
    def __reduce__(self):
        return getattr, (1, "real")


class Harmless:
    pass


class Standin:
    def __init__(self, *arguments, **named):
        pass

    def __new__(cls, *arguments, **named):
        return object.__new__(cls)

    def __setstate__(self, state):
        pass

    def __call__(self, *arguments, **named):
        return Standin()

    def __setitem__(self, key, value):
        pass

    def append(self, value):
        pass

    def extend(self, values):
        pass

    def __hash__(self):
        return id(self)


class Recorder(pickle.Unpickler):
    def __init__(self, stream):
        super().__init__(stream)
        self.names = set()

    def find_class(self, module, name):
        self.names.add(f"{module} {name}")
        return Standin

    def persistent_load(self, identifier):
        return None


VALUES = {
    "numbers": {"a": [1, 2.5, -3, 2**70, None, True], "b": (1,), "c": (1, 2), "d": (1, 2, 3), "e": {1, 2}, "f": frozenset([3])},
    "texts": ["x" * 10, "ü" * 300, b"y" * 10, b"z" * 70000, bytearray(b"w")],
    "ordered": collections.OrderedDict(a=1, b=[2]),
    "dates": [datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, 3, 4), datetime.timedelta(1)],
    "decimal": [decimal.Decimal("1.5")],
    "identifier": [uuid.UUID(int=5)],
    "array": numpy.arange(6).reshape(2, 3),
    "scalar": numpy.float64(1.5),
    "deep": None,
    "shell": [1, Shell()],
    "eval": {"a": Evaluated()},
    "getattr": Got(),
    "class": Harmless(),
    "model": {"coef": numpy.ones(3), "who": Harmless},
}
deep = []
for _ in range(300):
    deep = [deep]
VALUES["deep"] = deep

for name, value in VALUES.items():
    for protocol in range(6):
        (folder / f"{name}.{protocol}.pkl").write_bytes(pickle.dumps(value, protocol))
good = pickle.dumps([1, 2, 3], 4)
raw = {
    "stack-global.pkl": b"\x80\x04\x8c\x02os\x94\x8c\x06system\x93\x8c\x04true\x85R.",
    "memoized-global.pkl": b"\x80\x04\x8c\x02os\x940\x8c\x06system\x940h\x00h\x01\x93\x8c\x04true\x85R.",
    "inst.pkl": b"(S'true'\nios\nsystem\n.",
    "obj.pkl": b"(cos\nsystem\nS'true'\no.",
    "dotted.pkl": b"\x80\x04\x8c\x0bcollections\x8c\x20OrderedDict.__init__.__globals__\x93.",
    "trailing.pkl": good + b"more",
    "two.pkl": good + pickle.dumps(Shell()),
    "cut.pkl": good[:-3],
    "no-stop.pkl": good[:-1],
    "unknown-opcode.pkl": b"\x80\x04\xff.",
    "empty.pkl": b"",
    "underflow.pkl": b"\x80\x04R.",
    "long-length.pkl": b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b"x.",
    "extension.pkl": b"\x80\x02\x82\x01.",
    "protocol-9.pkl": b"\x80\x09N.",
    "computed-global.pkl": b"\x80\x04K\x01\x8c\x06system\x93.",
    "memo-missing.pkl": b"\x80\x04h\x07.",
    "persistent.pkl": b"\x80\x02X\x01\x00\x00\x00aQ.",
}
raw["escaped-global.pkl"] = b"S'\\x6fs'\nS'system'\n\x93S'true'\n\x85R."
for name, content in raw.items():
    (folder / name).write_bytes(content)
numpy.save(folder / "numbers.npy", numpy.arange(10))
numpy.save(folder / "objects.npy", numpy.array([1, "a", None], object), allow_pickle=True)
numpy.save(folder / "shell.npy", numpy.array([Shell()], object), allow_pickle=True)
numpy.savez(folder / "mixed.npz", a=numpy.arange(3), b=numpy.array([Shell()], object))
numpy.savez(folder / "plain.npz", a=numpy.arange(3))
joblib.dump({"a": [1, 2]}, folder / "plain.joblib")
joblib.dump({"a": numpy.arange(1000)}, folder / "array.joblib")
joblib.dump(Shell(), folder / "shell.joblib")


def array(header, data):
    """A .npy file with a header that numpy itself would not write, but reads."""
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


shell = pickle.dumps(Shell(), 2)
HEADER = b"{'descr': '%s', 'fortran_order': False, 'shape': (1,), }\n"
(folder / "hidden-type.npy").write_bytes(array(HEADER % b"object", shell))
(folder / "escaped-type.npy").write_bytes(array(HEADER % rb"|\x4f", shell))
(folder / "long.npy").write_bytes(array(HEADER % b"<i8", bytes(9)))
numpy.save(folder / "fields.npy", numpy.zeros(2, [("a", "<i4"), ("b", "<f8")]))
with zipfile.ZipFile(folder / "zero-byte-name.pt", "w") as file:
    file.writestr("archive/data.pkl", pickle.dumps(1, 2))
    file.writestr("archive/other.pkl_.txt", pickle.dumps(Shell(), 0))
patched = (folder / "zero-byte-name.pt").read_bytes().replace(b"other.pkl_.txt", b"other.pkl\0.txt")
(folder / "zero-byte-name.pt").write_bytes(patched)
with zipfile.ZipFile(folder / "array-without-suffix.npz", "w") as file:
    file.writestr("a", array(HEADER % b"|O", shell))
with zipfile.ZipFile(folder / "storage-that-is-an-array.npz", "w") as file:
    file.writestr("archive/data.pkl", pickle.dumps(1, 2))
    file.writestr("archive/data/0", array(HEADER % b"|O", shell))
with zipfile.ZipFile(folder / "code.pt", "w") as file:
    file.writestr("archive/data.pkl", pickle.dumps(1, 2))
    file.writestr("archive/code/model.py", "print(1)")
for name, value in (("good.pt", collections.OrderedDict(a=1)), ("shell.pt", Shell())):
    with zipfile.ZipFile(folder / name, "w") as file:
        file.writestr("archive/data.pkl", pickle.dumps(value, 2))
        file.writestr("archive/version", "3\n")
        file.writestr("archive/data/0", bytes(16))


def opinion(content):
    """How fickling judges it; a name of its scale, or nothing when it cannot read it."""
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return fickling.analysis.check_safety(fickling.fickle.Pickled.load(content)).severity.name
    except Exception:
        return None


def plain(path):
    """What is imported by the first pickle of a file, and whether pickletools finds it whole."""
    content = path.read_bytes()
    recorder = Recorder(io.BytesIO(content))
    found = {"file": str(path), "fickling": opinion(content)}
    try:
        recorder.load()
        found["loads"] = True
    except Exception as failure:
        found["error"] = f"{type(failure).__name__}: {failure}"
    found["names"] = sorted(recorder.names)
    try:
        *_, (opcode, _, position) = pickletools.genops(content)
        found["whole"] = opcode.name == "STOP" and position == len(content) - 1
    except Exception:
        found["whole"] = False
    return found


for path in sorted(folder.iterdir()):
    print(json.dumps(plain(path) if path.suffix == ".pkl" else {"file": str(path)}))
packages = pathlib.Path(numpy.__file__).parent.parent
for package in ("joblib", "numpy", "sklearn", "scipy"):
    for path in sorted((packages / package).rglob("*")):
        if path.name.endswith((".pkl", ".pickle", ".joblib", ".npy", ".npz")) or ".pkl." in path.name:
            print(json.dumps((plain(path) if path.suffix == ".pkl" else {"file": str(path)}) | {"shipped": True}))
