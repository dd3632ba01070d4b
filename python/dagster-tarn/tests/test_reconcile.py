"""Damage to files, from the check of the lake to what people see in Dagster: its real webserver, asked by GraphQL."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from conftest import HOME, TARN, Station
from dagster_tarn import TarnError, TarnProgram, station_check_sensor

pytestmark = pytest.mark.slow

DEFINITIONS = """
import dagster as dg
import duckdb
import polars as pl
from dagster_tarn import TarnIOManager, TarnLake, TarnProjectComponent, with_storage, write_metadata

made = TarnProjectComponent(station={station!r}, tarn={tarn!r})
days = dg.DailyPartitionsDefinition("2026-05-01", end_date="2026-05-04")


@dg.asset(key=["py", "labs"], partitions_def=days, metadata=write_metadata(partition_expr="day"))
def labs(context: dg.AssetExecutionContext, tarn: TarnLake) -> duckdb.DuckDBPyRelation:
    return tarn.sql(f"SELECT DATE '{{context.partition_key}}' AS day, range AS n FROM range(10)")


@dg.asset(key=["py", "loud"], deps=[["omop", "person"]])
def loud(tarn: TarnLake) -> duckdb.DuckDBPyRelation:
    return tarn.sql("SELECT name || '!' AS name FROM omop.person")


@dg.asset(key=["py", "louder"], ins={{"loud": dg.AssetIn(key=["py", "loud"])}})
def louder(loud: pl.LazyFrame) -> pl.LazyFrame:
    return loud.with_columns(pl.col("name") + "!")


tarn = TarnLake(station={station!r}, home={home!r})
defs = with_storage(
    dg.Definitions.merge(
        made.build_defs_of(made.program().manifest()),
        dg.Definitions(assets=[labs, loud, louder], resources={{"tarn": tarn, "io_manager": TarnIOManager(tarn=tarn)}}),
    )
)
"""

INSTANCE = """
telemetry:
  enabled: false
instance_class:
  module: dagster_tarn.health
  class: HealthInstance
"""

ASSETS = {"raw/patients", "omop/person", "omop/ward", "mart/persons", "py/labs", "py/loud", "py/louder"}

STATUS = """{ assetNodes { assetKey { path } staleStatus staleCauses { key { path } reason }
  assetChecksOrError { ... on AssetChecks { checks { name executionForLatestMaterialization { status
    evaluation { success metadataEntries { label ... on IntMetadataEntry { intValue } ... on TextMetadataEntry { text }
      ... on JsonMetadataEntry { jsonString } } } } } } } } }"""

PARTITIONS = """query($key: AssetKeyInput!, $partition: String!) { assetNodeOrError(assetKey: $key) { ... on AssetNode {
  staleStatus(partition: $partition) staleCauses(partition: $partition) { key { path } reason } } } }"""


HEALTH = """query($key: AssetKeyInput!) { assetOrError(assetKey: $key) { ... on Asset {
  assetHealth { assetHealth materializationStatus assetChecksStatus } } } }"""

WARDS = """/* tarn
write = {{ mode = "merge", keys = ["id"], unmatched = "delete" }}
*/
SELECT range AS id, 'ward ' || range AS name FROM range({})"""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


class Dagster:
    """A code location over a station, and a webserver that can be stopped and started."""

    def __init__(self, station: Station, folder: Path) -> None:
        self.station, self.folder, self.port = station, folder, free_port()
        folder.mkdir()
        (folder / "dagster.yaml").write_text(INSTANCE, encoding="utf-8")
        self.file = folder / "ward.py"
        self.file.write_text(DEFINITIONS.format(station=str(station.folder), tarn=str(TARN), home=str(HOME)), encoding="utf-8")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        return {**os.environ, "DAGSTER_HOME": str(self.folder), "TARN_HOME": str(HOME), "PATH": path}

    def start(self, *arguments: str) -> None:
        for _ in range(3):
            if self._started(*arguments):
                return
            # Somebody else may have taken the port in between.
            self.port = free_port()
        raise AssertionError((self.folder / "webserver.log").read_text())

    def _started(self, *arguments: str) -> bool:
        with (self.folder / "webserver.log").open("ab") as log:
            command = [sys.executable, "-m", "dagster_webserver", "-h", "127.0.0.1", "-p", str(self.port), "-f", str(self.file), *arguments]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, env=self.environment(), cwd=self.folder)
        end = time.monotonic() + 300
        while time.monotonic() < end and self.process.poll() is None:
            with contextlib.suppress(OSError):
                if self.graphql("{ assetNodes { assetKey { path } } }")["assetNodes"]:
                    return True
            time.sleep(0.5)
        self.stop()
        return False

    def stop(self) -> None:
        if self.process:
            self.process.terminate()
            self.process.wait(timeout=60)
            self.process = None

    def graphql(self, query: str, **variables: Any) -> Any:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(f"{self.url}/graphql", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as response:
            answer = json.load(response)
        assert not answer.get("errors"), answer["errors"]
        return answer["data"]

    def materialize(self, *keys: str) -> None:
        """These assets, or all; of the one with partitions two days."""
        program = """
import sys
import dagster as dg
import importlib.util
spec = importlib.util.spec_from_file_location("ward", sys.argv[1])
ward = importlib.util.module_from_spec(spec)
spec.loader.exec_module(ward)
with dg.DagsterInstance.get() as instance:
    job = ward.defs.resolve_implicit_global_asset_job_def()
    keys = [dg.AssetKey(k.split("/")) for k in sys.argv[2].split(",")]
    plain = [k for k in keys if k != dg.AssetKey(["py", "labs"])]
    assert not plain or job.get_subset(asset_selection=set(plain), asset_check_selection=set()).execute_in_process(instance=instance).success
    if len(plain) < len(keys):
        for day in ("2026-05-01", "2026-05-02"):
            subset = job.get_subset(asset_selection={dg.AssetKey(["py", "labs"])}, asset_check_selection=set())
            assert subset.execute_in_process(instance=instance, partition_key=day).success
"""
        script = self.folder / "materialize.py"
        script.write_text(program, encoding="utf-8")
        command = [sys.executable, str(script), str(self.file), ",".join(sorted(keys or ASSETS))]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0, done.stderr[-4000:]

    def stale(self) -> dict[str, list[str]]:
        """The assets that are stale, and because of which keys."""
        nodes = self.graphql(STATUS)["assetNodes"]
        return {
            "/".join(node["assetKey"]["path"]): sorted({"/".join(cause["key"]["path"]) for cause in node["staleCauses"]})
            for node in nodes
            if node["staleStatus"] == "STALE" and node["assetKey"]["path"][0] != "ducklake"
        }

    def check(self, key: str) -> tuple[bool, dict[str, Any]] | None:
        """Whether the check of an asset's files passed, and with which metadata."""
        for node in self.graphql(STATUS)["assetNodes"]:
            if "/".join(node["assetKey"]["path"]) == key:
                (found,) = [check for check in node["assetChecksOrError"]["checks"] if check["name"] == "ducklake_files"]
                execution = found["executionForLatestMaterialization"]
                if execution is None:
                    return None
                entries = execution["evaluation"]["metadataEntries"]
                values = {e["label"]: e.get("intValue") or e.get("text") or e.get("jsonString") for e in entries}
                return execution["evaluation"]["success"], values
        raise AssertionError(key)

    def partition(self, key: str, partition: str) -> tuple[str, list[str]]:
        node = self.graphql(PARTITIONS, key={"path": key.split("/")}, partition=partition)["assetNodeOrError"]
        return node["staleStatus"], ["/".join(cause["key"]["path"]) for cause in node["staleCauses"]]

    def health(self, key: str) -> tuple[str, str]:
        """Dagster's own health of an asset: all in all, and of its checks."""
        health = self.graphql(HEALTH, key={"path": key.split("/")})["assetOrError"]["assetHealth"]
        return health["assetHealth"], health["assetChecksStatus"]

    def fsck(self, expect: int | None, level: str = "exists") -> str:
        """Checks the lake and tells this Dagster."""
        return self.station.tarn("fsck", "--level", level, "--json", "--report-dagster", "--dagster", self.url, expect=expect)

    def events(self) -> int:
        """How many events Dagster has of storage assets."""
        with dg.DagsterInstance.from_config(str(self.folder)) as instance:
            keys = [key for key in instance.get_asset_keys() if key.path[0] == "ducklake"]
            return sum(len(instance.fetch_observations(key, limit=1000).records) for key in keys)


@pytest.fixture(scope="module")
def dagster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dagster]:
    """One webserver for all tests of this module; each puts back what it damages."""
    folder = tmp_path_factory.mktemp("dagster")
    station = Station(folder / "ward")
    station.asset("raw/patients.sql", "SELECT range AS id, 'name ' || range AS name FROM range(100)")
    station.asset("omop/person.sql", "SELECT id, upper(name) AS name FROM raw.patients")
    station.asset("mart/persons.sql", "SELECT count(*) AS n FROM omop.person")
    # Written twice, so that the second write deletes a row of the first one's file.
    station.asset("omop/ward.sql", WARDS.format(10))
    station.tarn("materialize", "omop/ward")
    station.asset("omop/ward.sql", WARDS.format(9))
    running = Dagster(station, folder / "home")
    running.materialize()
    running.start()
    try:
        running.fsck(0)
        # Of an asset with partitions, Dagster compares a partition's files only with those that it was made under.
        running.materialize("py/labs")
        yield running
    finally:
        running.stop()


@contextlib.contextmanager
def damaged(dagster: "Dagster", file: Path, how: str, other: Path | None = None) -> Iterator[None]:
    """Damages a file, and puts it back in the end."""
    kept = dagster.station.folder / "kept.parquet"
    shutil.copy2(file, kept)
    content = file.read_bytes()
    if how == "delete":
        file.unlink()
    elif how == "truncate":
        file.write_bytes(content[:-20])
    elif how == "flip":
        middle = len(content) // 3
        file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
    elif how == "swap":
        assert other
        shutil.copy2(other, file)
    try:
        yield
    finally:
        shutil.copy2(kept, file)


def test_wholeLake_isFreshAndGreen(dagster: Dagster) -> None:
    assert dagster.stale() == {}
    assert dagster.check("omop/person") == (True, {"status": "intact"})
    assert dagster.partition("py/labs", "2026-05-01") == ("FRESH", [])
    assert dagster.health("omop/person") == ("HEALTHY", "HEALTHY")


@pytest.mark.parametrize(
    ("how", "level", "code"),
    [
        ("delete", "exists", "file.missing"),
        ("truncate", "exists", "file.truncated"),
        ("swap", "content", "file.replaced"),
        ("flip", "content", "file.modified"),
    ],
)
def test_damage_isSeenByItsOwnerAndDirectConsumers(how: str, level: str, code: str, dagster: Dagster) -> None:
    (file,) = dagster.station.files("omop.person")
    (other,) = dagster.station.files("raw.patients")
    if level == "content":
        # What was never looked at whole has no digest to compare with.
        dagster.fsck(0, level)
    with damaged(dagster, file, how, other):
        dagster.fsck(1, level)
        assert dagster.stale() == {
            "omop/person": ["ducklake/omop/person"],
            "mart/persons": ["ducklake/omop/person"],
            "py/loud": ["ducklake/omop/person"],
        }, "grandchildren are fresh until a parent is rebuilt"
        passed, metadata = dagster.check("omop/person") or (True, {})
        assert not passed
        assert metadata["classes"] == code
        assert metadata["damaged_files"] == 1
        assert file.name in metadata["findings"]
        assert int(metadata["incident"]) > 0
        assert dagster.health("omop/person") == ("DEGRADED", "DEGRADED")
        told = dagster.events()
        dagster.fsck(1, level)
        assert dagster.events() == told, "the same damage is told once"
    dagster.fsck(0, level)
    assert dagster.stale() == {}
    passed, metadata = dagster.check("omop/person") or (False, {})
    assert (passed, metadata["status"]) == (True, "restored")


def test_lostDeleteFile_isDamageToo(dagster: Dagster) -> None:
    ((file,),) = dagster.station.rows("SELECT delete_file FROM ducklake_list_files('lake', 'ward', schema => 'omop')")
    with damaged(dagster, Path(file), "delete"):
        dagster.fsck(1)
        assert dagster.stale() == {"omop/ward": ["ducklake/omop/ward"]}
        passed, metadata = dagster.check("omop/ward") or (True, {})
        assert (passed, metadata["classes"]) == (False, "delete-file.missing")
    dagster.fsck(0)
    assert dagster.stale() == {}


def test_sensor_asksTheStationThatDidNotTell(dagster: Dagster) -> None:
    program = TarnProgram(dagster.station.folder, (str(TARN),))
    asks = station_check_sensor(program, dagster.url)
    (file,) = dagster.station.files("omop.person")
    with dg.DagsterInstance.ephemeral() as instance:
        with damaged(dagster, file, "delete"):
            said = asks(dg.build_sensor_context(instance))
            assert said == dg.SkipReason("The check ended as `findings`, with 1 findings.")
            assert set(dagster.stale()) == {"omop/person", "mart/persons", "py/loud"}
        assert asks(dg.build_sensor_context(instance)) == dg.SkipReason("The check ended as `clean`, with 0 findings.")
        assert dagster.stale() == {}
        astray = station_check_sensor(program, f"http://127.0.0.1:{free_port()}")
        with damaged(dagster, file, "delete"), pytest.raises(TarnError) as e:
            astray(dg.build_sensor_context(instance))
        assert e.value.code == "dagster.unreachable", "a tick fails when nobody could be told"
    # What waited is told: that it was damaged, and that it is whole.
    dagster.fsck(0)
    assert dagster.stale() == {}


def test_damageOfOneDay_isOfThatDayAlone(dagster: Dagster) -> None:
    (file,) = [each for each in dagster.station.files("py.labs") if "day=2/" in str(each) or "day=02" in str(each)]
    with damaged(dagster, file, "delete"):
        dagster.fsck(1)
        assert dagster.partition("py/labs", "2026-05-02") == ("STALE", ["ducklake/py/labs"])
        assert dagster.partition("py/labs", "2026-05-01") == ("FRESH", [])
        passed, metadata = dagster.check("py/labs") or (True, {})
        assert (passed, metadata["partition"]) == (False, "2026-05-02")
    dagster.fsck(0)
    assert dagster.partition("py/labs", "2026-05-02") == ("FRESH", [])


def test_closerLook_isNeededToSayThatItIsMended(dagster: Dagster) -> None:
    (file,) = dagster.station.files("raw.patients")
    dagster.fsck(0, "content")
    with damaged(dagster, file, "flip"):
        dagster.fsck(1, "content")
        assert set(dagster.stale()) == {"raw/patients", "omop/person"}
        dagster.fsck(0, "exists")
        assert set(dagster.stale()) == {"raw/patients", "omop/person"}, "a listing does not see a flipped bit"
    dagster.fsck(0, "content")
    assert dagster.stale() == {}


def test_dagsterThatIsDown_isToldLater(dagster: Dagster) -> None:
    (file,) = dagster.station.files("omop.person")
    dagster.stop()
    with damaged(dagster, file, "delete"):
        dagster.fsck(2)
        waiting = dagster.station.folder / ".tarn" / "dagster" / "waiting"
        assert len(list(waiting.iterdir())) == 1
    dagster.fsck(2)
    assert len(list(waiting.iterdir())) == 2
    dagster.start()
    done = json.loads(dagster.station.tarn("reconcile", "--json", DAGSTER_URL=dagster.url))
    assert (done["damaged"], done["restored"], done["reports"]) == (["omop.person"], ["omop.person"], 2)
    assert not list(waiting.iterdir())
    assert dagster.stale() == {}


def refused(dagster: Dagster, *arguments: str, expect: int, **environment: str) -> dict[str, Any]:
    """The error that `tarn reconcile` ends with."""
    command = [str(TARN), "-C", str(dagster.station.folder), "reconcile", *arguments, "--json"]
    variables = {**os.environ, "TARN_HOME": str(HOME), **environment}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=variables)
    assert done.returncode == expect, done.stderr
    error: dict[str, Any] = json.loads(done.stderr.strip().splitlines()[-1])["error"]
    return error


def test_dagsterThatRefuses_isNamed(dagster: Dagster, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text(dagster.fsck(0), encoding="utf-8")

    assert refused(dagster, "--report", str(report), expect=2)["code"] == "usage"
    assert refused(dagster, "--dagster", "localhost:3000", expect=2)["code"] == "usage"
    assert refused(dagster, "--dagster", f"http://127.0.0.1:{free_port()}", expect=3)["code"] == "dagster.unreachable"
    (tmp_path / "no-report").write_text("[]", encoding="utf-8")
    assert refused(dagster, "--report", str(tmp_path / "no-report"), "--dagster", dagster.url, expect=2)["code"] == "report.unreadable"
    assert refused(dagster, "--dagster", f"{dagster.url}/elsewhere", expect=2)["code"] == "dagster.refused"


def test_locationThatDoesNotLoad_isNamed(dagster: Dagster, tmp_path: Path) -> None:
    broken = tmp_path / "broken.py"
    broken.write_text("raise RuntimeError('half written')\n", encoding="utf-8")
    report = tmp_path / "report.json"
    report.write_text(dagster.fsck(0), encoding="utf-8")
    dagster.stop()
    dagster.start("-f", str(broken))
    try:
        error = refused(dagster, "--report", str(report), "--dagster", dagster.url, expect=2)
        assert error["code"] == "dagster.location-broken"
        assert "broken.py does not load" in error["message"]
    finally:
        dagster.stop()
        dagster.start()
    # What waited is told.
    dagster.fsck(0)
    assert dagster.stale() == {}


def test_readOnlyWebserver_isNamed(dagster: Dagster) -> None:
    (file,) = dagster.station.files("omop.person")
    dagster.stop()
    dagster.start("--read-only")
    try:
        with damaged(dagster, file, "delete"):
            dagster.fsck(2)
            assert dagster.stale() == {}
    finally:
        dagster.stop()
        dagster.start()
    done = json.loads(dagster.station.tarn("reconcile", "--json", DAGSTER_URL=dagster.url))
    assert done["damaged"] == ["omop.person"], "what was refused is told when it is accepted"
    dagster.fsck(0)
    assert dagster.stale() == {}
