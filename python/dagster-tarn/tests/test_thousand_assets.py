"""A thousand tables reconciled with a real webserver, measured."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from conftest import Station
from test_reconcile import Dagster

pytestmark = pytest.mark.endurance

DEFINITIONS = """
import dagster as dg
from dagster_tarn import with_storage


def made(number):
    @dg.asset(key=["big", f"t{{number}}"])
    def table():
        pass

    return table


defs = with_storage(dg.Definitions(assets=[made(number) for number in range(1000)]))
# {station} {tarn} {home}
"""


def report(*damaged: str) -> str:
    findings = [
        {
            "id": f"{number:016x}",
            "code": "file.missing",
            "severity": "error",
            "level": "exists",
            "path": f"{table}.parquet",
            "table": table,
            "partition": None,
            "end_snapshot": None,
            "detail": "it is not there",
            "remedy": "bring it back",
        }
        for number, table in enumerate(damaged)
    ]
    status = "findings" if findings else "clean"
    return json.dumps({"status": status, "level": "exists", "scope": "everything", "complete": True, "findings": findings})


def test_thousandAssets_areReconciledInSeconds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("test_reconcile.DEFINITIONS", DEFINITIONS)
    station = Station(tmp_path / "ward")
    dagster = Dagster(station, tmp_path / "home")
    dagster.start()

    def reconciled(text: str) -> tuple[dict[str, Any], float]:
        file = tmp_path / "report.json"
        file.write_text(text, encoding="utf-8")
        started = time.monotonic()
        done = json.loads(station.tarn("reconcile", "--report", str(file), "--dagster", dagster.url, "--json"))
        return done, time.monotonic() - started

    try:
        baseline, first = reconciled(report())
        assert len(baseline["baselines"]) == 1000
        nothing, second = reconciled(report())
        assert (nothing["baselines"], nothing["damaged"]) == ([], [])
        ten = [f"big.t{number}" for number in range(10)]
        damaged, third = reconciled(report(*ten))
        assert sorted(damaged["damaged"]) == ten
        restored, _ = reconciled(report())
        assert sorted(restored["restored"]) == ten
    finally:
        dagster.stop()
    with capsys.disabled():
        print(f"\nbaseline {first:.1f} s, nothing new {second:.1f} s, ten damaged {third:.1f} s")  # noqa: T201
    assert second < 15
