"""Damage that heals by itself: Dagster's webserver and daemon rebuild what is damaged and what is made of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg
import pytest

from conftest import Station
from test_reconcile import Dagster, damaged

slow, endurance = pytest.mark.slow, pytest.mark.endurance

DEFINITIONS = """
import dagster as dg
import duckdb
from dagster_tarn import TarnIOManager, TarnLake, TarnProjectComponent, station_check_sensor, with_storage, write_metadata

made = TarnProjectComponent(station={station!r}, tarn={tarn!r})
days = dg.DailyPartitionsDefinition("2026-05-01", end_date="2026-05-04")


@dg.asset(key=["py", "labs"], partitions_def=days, metadata=write_metadata(partition_expr="day"))
def labs(context: dg.AssetExecutionContext, tarn: TarnLake) -> duckdb.DuckDBPyRelation:
    return tarn.sql(f"SELECT DATE '{{context.partition_key}}' AS day, range AS n FROM range(10)")


@dg.asset(key=["py", "loud"], ins={{"person": dg.AssetIn(key=["omop", "person"])}})
def loud(person: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    return person.project("name || '!' AS name")


@dg.asset(key=["py", "louder"], ins={{"loud": dg.AssetIn(key=["py", "loud"])}})
def louder(loud: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    return loud.project("name || '!' AS name")


tarn = TarnLake(station={station!r}, home={home!r})
repair = {{"*": "automatic", "mart/persons": "by_hand"}}
defs = with_storage(
    dg.Definitions.merge(
        made.build_defs_of(made.program().manifest()),
        dg.Definitions(
            assets=[labs, loud, louder],
            sensors=[
                dg.AutomationConditionSensorDefinition(
                    "automation", target="*", default_status=dg.DefaultSensorStatus.RUNNING, minimum_interval_seconds=5
                ),
            ],
            resources={{"tarn": tarn, "io_manager": TarnIOManager(tarn=tarn)}},
            executor=dg.in_process_executor,
        ),
    ),
    lake=tarn,
    repair=repair,
)
"""


ASSETS = {"raw/patients", "omop/person", "mart/persons", "py/labs", "py/loud", "py/louder"}


class Daemon:
    """Dagster's daemon, in a process of its own."""

    def __init__(self, dagster: Dagster) -> None:
        self.dagster = dagster
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self.dagster.folder / "daemon.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dagster._daemon", "run", "-f", str(self.dagster.file)],
                stdout=log,
                stderr=log,
                env=self.dagster.environment(),
                cwd=self.dagster.folder,
                start_new_session=True,
            )

    def stop(self) -> None:
        if self.process:
            os.killpg(self.process.pid, signal.SIGTERM)
            self.process.wait(timeout=60)
            self.process = None


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Dagster, Daemon]]:
    folder = tmp_path_factory.mktemp("automation")
    station = Station(folder / "ward")
    station.asset("raw/patients.sql", "SELECT range AS id, 'name ' || range AS name FROM range(100)")
    station.asset("omop/person.sql", "SELECT id, upper(name) AS name FROM raw.patients")
    station.asset("mart/persons.sql", "SELECT count(*) AS n FROM omop.person")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("test_reconcile.DEFINITIONS", DEFINITIONS)
        # As Dagster is when nobody asks for anything else.
        patch.setattr("test_reconcile.INSTANCE", "telemetry:\n  enabled: false\n")
        dagster = Dagster(station, folder / "home")
    daemon = Daemon(dagster)
    dagster.materialize(*ASSETS)
    dagster.start()
    try:
        dagster.fsck(0)
        dagster.materialize("py/labs")
        daemon.start()
        # Its first look is what it compares later ones with; what was told before is not news to it.
        within(180, lambda: "Finished auto-materialization tick" in log(dagster), dagster)
        yield dagster, daemon
    finally:
        daemon.stop()
        dagster.stop()


def log(dagster: Dagster) -> str:
    return (dagster.folder / "daemon.log").read_text(encoding="utf-8")


def within(seconds: float, condition: Callable[[], bool], dagster: Dagster) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"stale: {dagster.stale()}\nruns: {runs(dagster)}\n{log(dagster)[-6000:]}")
        time.sleep(2)


def runs(dagster: Dagster) -> list[tuple[str, list[str]]]:
    """What the daemon ran, the oldest first."""
    with dg.DagsterInstance.from_config(str(dagster.folder)) as instance:
        records = instance.get_run_records(ascending=True)
        return [
            (
                record.dagster_run.status.value,
                sorted("/".join(key.path) for key in record.dagster_run.asset_selection or [])
                + ([record.dagster_run.tags["dagster/partition"]] if "dagster/partition" in record.dagster_run.tags else []),
            )
            for record in records
            if record.dagster_run.tags.get("dagster/from_automation_condition") or "dagster/sensor_name" in record.dagster_run.tags
        ]


def idle(dagster: Dagster) -> bool:
    with dg.DagsterInstance.from_config(str(dagster.folder)) as instance:
        unfinished = dg.RunsFilter(statuses=[dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED])
        return not instance.get_run_records(unfinished)


def green(dagster: Dagster, key: str) -> bool:
    found = dagster.check(key)
    return found is not None and found[0]


@slow
def test_damage_healsByItself(running: tuple[Dagster, Daemon]) -> None:
    dagster, _ = running
    (file,) = dagster.station.files("omop.person")
    file.unlink()
    dagster.fsck(1)
    assert set(dagster.stale()) == {"omop/person", "mart/persons", "py/loud"}
    assert not green(dagster, "omop/person")
    within(180, lambda: set(dagster.stale()) == {"mart/persons"} and idle(dagster), dagster)
    assert green(dagster, "omop/person")
    assert dagster.station.rows("SELECT count(*), max(name) FROM omop.person") == [(100, "NAME 99")]
    assert runs(dagster) == [("SUCCESS", ["omop/person"]), ("SUCCESS", ["py/loud", "py/louder"])]
    # Snapshots from before still need the file.
    dagster.fsck(1)
    _, metadata = dagster.check("omop/person") or (False, {})
    assert metadata["status"] == "rebuilt"
    assert set(dagster.stale()) == {"mart/persons"}, "it waits for a person"


@endurance
def test_restoredFile_isNoReasonToRebuild(running: tuple[Dagster, Daemon]) -> None:
    dagster, daemon = running
    daemon.stop()
    (file,) = dagster.station.files("raw.patients")
    with damaged(dagster, file, "delete"):
        dagster.fsck(1)
    # Snapshots from before may still need files that are gone.
    dagster.fsck(None)
    assert "raw/patients" not in dagster.stale()
    before: Any = dagster.station.rows("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')")
    daemon.start()
    within(120, lambda: idle(dagster), dagster)
    assert dagster.station.rows("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')") == before


@endurance
def test_damageWhileTheDaemonWasDown_healsWhenItIsBack(running: tuple[Dagster, Daemon]) -> None:
    dagster, daemon = running
    daemon.stop()
    (file,) = [each for each in dagster.station.files("py.labs") if "day=2/" in str(each) or "day=02" in str(each)]
    content = file.read_bytes()
    dagster.fsck(None, "content")
    file.write_bytes(content[:100] + bytes([content[100] ^ 1]) + content[101:])
    dagster.fsck(1, "content")
    assert dagster.partition("py/labs", "2026-05-02") == ("STALE", ["ducklake/py/labs"])
    daemon.start()
    within(180, lambda: dagster.partition("py/labs", "2026-05-02")[0] == "FRESH" and idle(dagster), dagster)
    assert dagster.partition("py/labs", "2026-05-01")[0] == "FRESH"
    assert dagster.station.rows("SELECT day::VARCHAR, count(*) FROM py.labs GROUP BY day ORDER BY day") == [
        ("2026-05-01", 10),
        ("2026-05-02", 10),
    ]
    assert ("SUCCESS", ["py/labs", "2026-05-02"]) in runs(dagster)
    assert not [run for run in runs(dagster) if "2026-05-01" in run[1]]
    dagster.fsck(1, "content")
    passed, metadata = dagster.check("py/labs") or (False, {})
    assert (passed, metadata["status"]) == (True, "rebuilt")
