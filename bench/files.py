"""Files by reference: DICOM files into the lake beside pydicom, and a large file beside sha256sum.

Run as a program, in the environment that has pydicom, it makes such files, or reads them:

    files.py make FOLDER COUNT      instances of one study, each other than the rest
    files.py read FOLDER            prints the seconds that dcmread takes up to the pixels, in one process
"""

import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import time

SEED = 1 << 20


def make(folder, count):
    import pydicom
    from pydicom.data import get_testdata_file

    folder.mkdir(parents=True)
    instance = pydicom.dcmread(get_testdata_file("CT_small.dcm"))
    for number in range(count):
        instance.SOPInstanceUID = instance.file_meta.MediaStorageSOPInstanceUID = f"1.2.826.0.1.3680043.10.1.{number}"
        instance.SeriesInstanceUID = f"1.2.826.0.1.3680043.10.2.{number // 200}"
        instance.InstanceNumber = number % 200 + 1
        instance.ImagePositionPatient = [0, 0, number % 200]
        instance.save_as(folder / f"{number:06}.dcm")


def read(folder):
    import pydicom

    files = sorted(folder.iterdir())
    begun = time.perf_counter()
    for file in files:
        pydicom.dcmread(file, stop_before_pixels=True)
    return time.perf_counter() - begun


def timed(command, **options):
    """Seconds, and the most memory of the process in bytes."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, **options)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - begun, usage.ru_maxrss * 1024


def add(tarn, station, path, collection):
    report = station / "report.json"
    with report.open("w") as out:
        seconds, memory = timed([*tarn, "-C", station, "files", "add", path, "--to", collection, "--json"], stdout=out)
    return seconds, memory, json.loads(report.read_text())


def new_station(tarn, work):
    station = work / "files-station"
    shutil.rmtree(station, ignore_errors=True)
    subprocess.run([*tarn, "init", station], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return station


def noise(file, size):
    """Bytes that differ from block to block, and are forced to the disk before anything is measured."""
    block = bytearray(os.urandom(SEED))
    with file.open("wb") as out:
        for number in range(size // SEED):
            block[:8] = number.to_bytes(8, "little")
            out.write(block)
        out.flush()
        os.fsync(out.fileno())


def measure(tarn, python, work, count, gigabytes, rounds):
    """
    tarn: the command, as a list; python: the interpreter that has pydicom; each variant is measured in turn.
    """
    scans, large = work / f"dicom-{count}", work / f"large-{gigabytes}.bin"
    if not scans.exists():
        subprocess.run([python, __file__, "make", scans, str(count)], check=True)
    if not large.exists():
        noise(large, int(gigabytes * 1e9))
    seconds = {name: [] for name in ("pydicom", "add", "again", "sha256sum", "large", "large_again")}
    memory = {}
    for number in range(rounds + 1):
        station = new_station(tarn, work)
        read_scans = float(subprocess.run([python, __file__, "read", scans], check=True, stdout=subprocess.PIPE).stdout)
        found = {
            "pydicom": read_scans,
            "add": add(tarn, station, scans, "imaging.scans"),
            "again": add(tarn, station, scans, "imaging.scans"),
            "sha256sum": timed(["sha256sum", large], stdout=subprocess.DEVNULL)[0],
            "large": add(tarn, station, large, "imaging.large"),
            "large_again": add(tarn, station, large, "imaging.large"),
        }
        for name in ("again", "large_again"):
            if found[name][2]["bytes_written"] != 0 or found[name][2]["snapshot"] is not None:
                raise AssertionError(f"what is there already was written again: {found[name][2]}")
        if found["add"][2]["added"] != count:
            raise AssertionError(f"not all were added: {found['add'][2]}")
        if number > 0:  # The first is the warm-up.
            for name, value in found.items():
                seconds[name].append(round(value if isinstance(value, float) else value[0], 3))
                if not isinstance(value, float):
                    memory[name] = max(memory.get(name, 0), value[1])
    shutil.rmtree(work / "files-station", ignore_errors=True)
    return {
        "count": count,
        "bytes": sum(file.stat().st_size for file in scans.iterdir()),
        "large_bytes": large.stat().st_size,
        "variants": {name: {"seconds": values, "median": round(statistics.median(values), 3)} for name, values in seconds.items()},
        "peak_bytes": memory,
    }


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(pathlib.Path(sys.argv[2]), int(sys.argv[3]))
    else:
        print(read(pathlib.Path(sys.argv[2])))
