"""A station's assets as Dagster's: from the real manifest, run by the real program."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from conftest import HOME, TARN, Station
from dagster_tarn import TarnError, TarnIOManager, TarnLake, TarnProjectComponent
from dagster_tarn.manifest import read_manifest
from dagster_tarn.program import TarnProgram

pytestmark = pytest.mark.slow

PERSON = """/* tarn
description = "One row per patient"
owners = ["team:clinical-data"]
tags = { layer = "curated" }
freshness = "24h"
columns = { id = "Number of the patient" }
checks = [ { not_null = ["id"] }, { name = "few-rows", sql = "SELECT * FROM omop.person WHERE id > 90", severity = "warning" } ]
*/
SELECT id, upper(name) AS name FROM raw.patients"""


@pytest.fixture
def ward(station: Station, monkeypatch: pytest.MonkeyPatch) -> Station:
    monkeypatch.setenv("TARN_HOME", str(HOME))
    station.asset("raw/patients.sql", "SELECT range AS id, 'name ' || range AS name FROM range(100)")
    station.asset("omop/person.sql", PERSON)
    station.asset("mart/persons.sql", "SELECT count(*) AS n FROM omop.person")
    return station


def component(station: Station, **options: Any) -> TarnProjectComponent:
    return TarnProjectComponent(station=str(station.folder), tarn=str(TARN), **options)


def definitions(station: Station, **options: Any) -> dg.Definitions:
    made = component(station, **options)
    return made.build_defs_of(made.program().manifest())


@contextlib.contextmanager
def materialized(defs: dg.Definitions, *keys: str, **options: Any) -> Iterator[tuple[Any, dg.DagsterInstance]]:
    with dg.DagsterInstance.ephemeral() as instance:
        selection = [dg.AssetKey(key.split("/")) for key in keys] or None
        assets = list(defs.assets or [])
        yield dg.materialize(assets, instance=instance, selection=selection, raise_on_error=False, **options), instance


def made(result: Any) -> dict[str, Any]:
    events = [event.materialization for event in result.get_asset_materialization_events()]
    return {"/".join(event.asset_key.path): {name: value.value for name, value in event.metadata.items()} for event in events}


def test_manifest_becomesAssetsWithAllThatItSays(ward: Station) -> None:
    ward.tarn("materialize", "--quiet")
    defs = definitions(ward, key_prefix=["ward"])
    graph = defs.resolve_asset_graph()
    key = dg.AssetKey(["ward", "omop", "person"])
    spec = {each.key: each for each in defs.resolve_all_asset_specs()}[key]
    assert graph.get(key).parent_keys == {dg.AssetKey(["ward", "raw", "patients"])}
    assert spec.description == "One row per patient"
    assert spec.owners == ["team:clinical-data"]
    assert spec.tags["layer"] == "curated"
    assert spec.kinds == {"sql"}
    assert spec.group_name == "omop"
    assert spec.freshness_policy is not None and spec.freshness_policy.fail_window.to_timedelta().total_seconds() == 86400
    assert [(c.name, c.type, c.description) for c in spec.metadata["dagster/column_schema"].columns] == [
        ("id", "BIGINT", "Number of the patient"),
        ("name", "VARCHAR", None),
    ]
    lineage = spec.metadata["dagster/column_lineage"].deps_by_column
    assert {name: [("/".join(d.asset_key.path), d.column_name) for d in deps] for name, deps in lineage.items()} == {
        "id": [("ward/raw/patients", "id")],
        "name": [("ward/raw/patients", "name")],
    }
    assert {check.name for check in graph.asset_check_keys} == {"few_rows", "not_null_id"}
    assert spec.code_version


def test_manifestOfAnotherVersion_isRefused() -> None:
    with pytest.raises(TarnError, match="version 2"):
        read_manifest({"manifest_version": 2, "assets": []})


def test_run_isTheStationsOwn(ward: Station) -> None:
    with materialized(definitions(ward)) as (result, instance):
        assert result.success
        metadata = made(result)
        assert {key: each["tarn/outcome"] for key, each in metadata.items()} == dict.fromkeys(
            ["raw/patients", "omop/person", "mart/persons"], "written"
        )
        assert metadata["omop/person"]["dagster/row_count"] == 100
        versions = dict(ward.rows("SELECT asset_key, data_version FROM _tarn.materializations"))
        event = instance.get_latest_materialization_event(dg.AssetKey(["omop", "person"]))
        assert event and event.asset_materialization and event.asset_materialization.tags
        assert event.asset_materialization.tags["dagster/data_version"] == versions["omop/person"]
        checks = {check.check_name: check for check in result.get_asset_check_evaluations()}
        assert {name: (check.passed, check.severity.value) for name, check in checks.items()} == {
            "few_rows": (False, "WARN"),
            "not_null_id": (True, "ERROR"),
        }
        assert checks["few_rows"].metadata["offending"].value == 9


def test_runAgain_saysThatNothingHasChanged(ward: Station) -> None:
    ward.tarn("materialize", "--quiet")
    with materialized(definitions(ward)) as (result, _):
        assert result.success
        assert {each["tarn/outcome"] for each in made(result).values()} == {"skipped"}
        assert {check.check_name for check in result.get_asset_check_evaluations()} == {"few_rows", "not_null_id"}


def test_subset_isAllThatRuns(ward: Station) -> None:
    with materialized(definitions(ward, key_prefix=["w"]), "w/raw/patients") as (result, _):
        assert result.success
        assert list(made(result)) == ["w/raw/patients"]
    assert ward.rows("SELECT asset_key FROM _tarn.materializations") == [("raw/patients",)]


def test_assetThatFails_failsTheRunAndKeepsWhatWasMade(ward: Station) -> None:
    ward.asset("omop/person.sql", PERSON.replace("upper(name)", "name::INTEGER"))
    with materialized(definitions(ward)) as (result, _):
        assert not result.success
        assert list(made(result)) == ["raw/patients"]
        failure = result.failure_data_for_node("tarn_ward")
        assert "Could not convert" in str(ward.tarn("materialize", "omop/person", "--json", expect=1))
        assert "TarnRunFailed" in str(failure.error)


def test_blockingCheckThatFails_isRedInDagster(ward: Station) -> None:
    ward.asset(
        "omop/person.sql", PERSON.replace("upper(name) AS name", "id AS name").replace('not_null = ["id"]', "row_count = { min = 101 }")
    )
    with materialized(definitions(ward)) as (result, _):
        assert not result.success
        checks = {check.check_name: (check.passed, check.severity.value) for check in result.get_asset_check_evaluations()}
        assert checks["row_count"] == (False, "ERROR")
        assert list(made(result)) == ["raw/patients"]


def test_assetsOfBothKinds_runInOneGraph(ward: Station) -> None:
    ward.asset("mart/shouts.sql", "SELECT name || '!' AS shout FROM py.loud")
    tarn = TarnLake(station=str(ward.folder), home=str(HOME))
    with contextlib.closing(tarn):
        tarn.sql("SELECT 1")
        tarn.connection.execute("CREATE SCHEMA py; CREATE TABLE py.loud (name VARCHAR)")

    @dg.asset(key=["py", "loud"], deps=[["omop", "person"]])
    def loud(tarn: TarnLake) -> duckdb.DuckDBPyRelation:
        return tarn.sql("SELECT name FROM omop.person WHERE id < 3")

    defs = dg.Definitions.merge(definitions(ward), dg.Definitions(assets=[loud]))
    resources = {"tarn": tarn, "io_manager": TarnIOManager(tarn=tarn)}
    with materialized(defs, resources=resources) as (result, _):
        assert result.success
    assert ward.rows("SELECT shout FROM mart.shouts ORDER BY 1") == [("NAME 0!",), ("NAME 1!",), ("NAME 2!",)]


def test_lakeOfAnotherProcess_isWaitedFor(ward: Station) -> None:
    ward.tarn("materialize", "raw/patients", "--quiet")
    holder = f"import duckdb; c = duckdb.connect({str(ward.folder / 'lake/catalog.ducklake')!r}); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdin
        process.stdout.readline()
        threading.Timer(4, process.stdin.close).start()
        with materialized(definitions(ward), "raw/patients") as (result, _):
            assert result.success


def test_program_thatIsNotThere_isNamed(ward: Station) -> None:
    with pytest.raises(TarnError, match="/no/tarn cannot be started"):
        TarnProgram(ward.folder, ("/no/tarn",)).manifest()
    ward.asset("omop/person.sql", "SELECT FROM FROM")
    with pytest.raises(TarnError) as e:
        component(ward).program().manifest()
    assert e.value.code == "asset.query-invalid"


def test_interruption_isPassedOn(ward: Station, tmp_path: Path) -> None:
    """As Dagster ends a run: the step's process is told, the program rolls back, nothing is left half done."""
    ward.asset("slow/one.sql", "SELECT max(hash(a.range, b.range, c.range)) AS m FROM range(3000) a, range(100000) b, range(100) c")
    program = tmp_path / "run.py"
    program.write_text(
        f"""
import sys
import dagster as dg
from dagster_tarn import TarnProjectComponent
made = TarnProjectComponent(station={str(ward.folder)!r}, tarn={str(TARN)!r})
defs = made.build_defs_of(made.program().manifest())
sys.exit(0 if dg.materialize(list(defs.assets), selection=[dg.AssetKey(["slow", "one"])]).success else 1)
""",
        encoding="utf-8",
    )
    environment = {**os.environ, "DAGSTER_HOME": ""}
    with subprocess.Popen([sys.executable, str(program)], stderr=subprocess.PIPE, text=True, env=environment) as run:
        assert run.stderr
        lines = []
        for line in run.stderr:
            lines.append(line)
            if "slow/one: started" in line:
                break
        started = time.monotonic()
        run.send_signal(signal.SIGTERM)
        rest = run.stderr.read()
        assert run.wait(timeout=60) != 0
        assert time.monotonic() - started < 30
    assert "Stopping the station's program" in rest, "".join(lines) + rest
    assert ward.rows("SELECT count(*) FROM duckdb_tables() WHERE schema_name = 'slow'") == [(0,)]


def test_dg_checksAndListsTheComponent(ward: Station, tmp_path: Path) -> None:
    project = tmp_path / "project"
    folder = project / "src" / "ward_project" / "defs" / "station"
    folder.mkdir(parents=True)
    (project / "pyproject.toml").write_text(
        '[project]\nname = "ward-project"\nversion = "0"\n[tool.dg]\ndirectory_type = "project"\n[tool.dg.project]\nroot_module = "ward_project"\n',
        encoding="utf-8",
    )
    (folder.parents[1] / "__init__.py").touch()
    (folder.parent / "__init__.py").touch()
    (folder.parents[1] / "definitions.py").write_text(
        "from pathlib import Path\nfrom dagster import definitions, load_from_defs_folder\n\n\n@definitions\ndef defs():\n"
        "    return load_from_defs_folder(path_within_project=Path(__file__).parent)\n",
        encoding="utf-8",
    )
    (folder / "defs.yaml").write_text(
        f"type: dagster_tarn.TarnProjectComponent\nattributes:\n  station: {ward.folder}\n  tarn: {TARN}\n", encoding="utf-8"
    )
    bin_folder = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{bin_folder}:{os.environ['PATH']}",
        "PYTHONPATH": str(project / "src"),
        "VIRTUAL_ENV": str(bin_folder.parent),
    }

    def dg_command(*arguments: str) -> str:
        done = subprocess.run(["dg", *arguments], cwd=project, capture_output=True, text=True, env=environment, timeout=120, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert "dagster_tarn" in dg_command("list", "components", "--package", "dagster_tarn")
    dg_command("check", "yaml")
    dg_command("check", "defs")
    listed = json.loads(dg_command("list", "defs", "--json"))
    assert {asset["asset_key"] for asset in listed["assets"]} == {"raw/patients", "omop/person", "mart/persons"}
