"""A result several times larger than the memory limit, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import HOME, Station

PROGRAM = """
import json, resource, sys
from pathlib import Path
from dagster_tarn.lake import Lake, RunIdentity, TableName, WritePlan, write
from dagster_tarn.settings import StationSettings
lake = Lake.open(StationSettings.read(sys.argv[1]), Path(sys.argv[2]), wait=0)
query = f"SELECT range AS id, md5(range::VARCHAR) AS a, md5((range + 1)::VARCHAR) AS b FROM range({sys.argv[3]})"
relation = lake.connection.sql(query)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
output = relation if sys.argv[4] == "relation" else relation.to_arrow_reader(65536)
done = write(lake, "omop/large", TableName("omop", "large"), output, WritePlan(), RunIdentity("r", "tester"))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
lake.close()
print(json.dumps({"rows": done.rows, "bytes": done.bytes, "before": before * 1024, "peak": peak * 1024}))
"""


@pytest.mark.parametrize("kind", ["relation", "reader"])
@pytest.mark.parametrize(
    ("rows", "limit"),
    [
        pytest.param(3_000_000, 200, marks=pytest.mark.slow, id="small"),
        pytest.param(60_000_000, 1000, marks=pytest.mark.endurance, id="large"),
    ],
)
def test_resultLargerThanTheMemoryLimit_passesWithinIt(kind: str, rows: int, limit: int, station: Station, tmp_path: Path) -> None:
    (station.folder / "station.toml").write_text(f'[engine]\nmemory_limit = "{limit}MB"\nthreads = 2\n', encoding="utf-8")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(program), str(station.folder), str(HOME), f"{rows}", kind],
        capture_output=True,
        text=True,
        timeout=900,
        check=True,
    )
    measured = json.loads(done.stdout)
    sys.stdout.write(f"{kind}: {measured}\n")
    assert measured["rows"] == rows
    assert station.rows("SELECT count(*), max(id), min(length(a || b)) FROM omop.large") == [(rows, rows - 1, 64)]
    # The engine's limit is a soft one; Python itself must add next to nothing to it.
    assert rows * 72 > limit * 1_000_000
    assert measured["peak"] - measured["before"] < 1.5 * limit * 1_000_000
