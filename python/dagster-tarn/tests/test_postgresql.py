"""A lake with a PostgreSQL catalog, written by Python and by the program, which take the same locks."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from conftest import HOME, Station
from dagster_tarn import TarnError
from dagster_tarn.lake import Append, Lake, Materialization, Mode, RunIdentity, TableName, Upsert, WritePlan, write
from dagster_tarn.settings import StationSettings
from postgresql import PostgreSql, served

pytestmark = pytest.mark.slow

T = TableName("omop", "visit")
SCHEMA = pa.schema([("id", pa.int64()), ("ward", pa.string())])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgreSql]:
    with served(tmp_path_factory.mktemp("postgresql")) as running:
        yield running


class Ward:
    """A station of a database of its own, whose program has been there first."""

    def __init__(self, folder: Path, server: PostgreSql) -> None:
        self.server, self.database = server, server.new_database()
        self.station = Station(folder)
        settings = f'name = "ward"\ncatalog = "{server.url(self.database)}"\n[engine]\nmemory_limit = "1GB"\n'
        (folder / "station.toml").write_text(settings, encoding="utf-8")
        self.station.asset("raw/ids.sql", "SELECT range AS id FROM range(10)")
        self.station.tarn("materialize", "--quiet")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """By a bare engine, which knows nothing of Tarn."""
        with duckdb.connect(":memory:", config={"extension_directory": str(HOME / "extensions")}) as bare:
            bare.execute("LOAD ducklake")
            bare.execute("LOAD postgres_scanner")
            bare.execute(f"ATTACH 'ducklake:postgres:{self.server.url(self.database)}' AS lake (READ_ONLY)")
            bare.execute("USE lake")
            return bare.execute(sql).fetchall()

    def asked(self, sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """By the catalog's server itself."""
        with self.server.connect(self.database) as connection:
            done = connection.execute(sql, parameters)
            return list(done.fetchall()) if done.description else []

    def write(self, value: Any, mode: Mode | None = None, run: str = "one") -> Materialization:
        lake = Lake.open(StationSettings.read(self.station.folder), HOME)
        try:
            return write(lake, "omop/visit", T, value, WritePlan(mode=mode or Append()), RunIdentity(run, "tester"))
        finally:
            lake.close()


@pytest.fixture
def ward(tmp_path: Path, server: PostgreSql) -> Ward:
    return Ward(tmp_path / "ward", server)


def visits(*ids: int) -> pa.Table:
    return pa.table({"id": list(ids), "ward": ["a"] * len(ids)}, SCHEMA)


def within(seconds: float, condition: Callable[[], bool]) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_bothSides_writeOneHistory(ward: Ward) -> None:
    done = ward.write(visits(1, 2))
    assert (done.written, done.rows) == (True, 2)
    ward.station.asset("mart/visits.sql", "SELECT count(*) AS n FROM omop.visit")
    ward.station.tarn("materialize", "--quiet")
    assert ward.rows("SELECT n FROM mart.visits") == [(2,)]
    assert ward.rows("SELECT DISTINCT asset_key FROM _tarn.materializations ORDER BY 1") == [
        ("mart/visits",),
        ("omop/visit",),
        ("raw/ids",),
    ]
    assert not ward.write(visits(2), Upsert(("id",)), "two").written
    texts = ward.asked("SELECT commit_extra_info FROM ducklake_snapshot_changes WHERE commit_message = 'materialize omop/visit'")
    (extra,) = [json.loads(text) for (text,) in texts]
    assert list(extra["fence"]) == ["omop.visit"]
    assert (extra["tarn"], extra["run_id"], extra["data_version"]) == (1, "one", done.data_version)


def test_lockOfAnotherWriter_isWaitedFor(ward: Ward) -> None:
    done: list[Materialization] = []
    writer = threading.Thread(target=lambda: done.append(ward.write(visits(1))))
    with ward.server.connect(ward.database) as other:
        # The number as the server computes it, from the same words.
        other.execute("SELECT pg_advisory_lock(('x' || left(encode(sha256('tarn table omop.visit'), 'hex'), 16))::bit(64)::bigint)")
        writer.start()
        within(120, lambda: ward.asked("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") == [(1,)])
        assert done == []
    writer.join(timeout=120)
    assert done[0].written
    assert ward.rows("SELECT id FROM omop.visit") == [(1,)]


def test_lockThatWasLost_stopsTheCommit(ward: Ward) -> None:
    ward.write(visits(1))

    def batches() -> Iterator[pa.RecordBatch]:
        ward.asked("UPDATE public.tarn_lock SET holder = 'somebody else' WHERE name = 'omop.visit'")
        yield from visits(2).to_batches()

    with pytest.raises(TarnError):
        ward.write(pa.RecordBatchReader.from_batches(SCHEMA, batches()), run="two")
    assert ward.rows("SELECT id FROM omop.visit") == [(1,)]
    assert ward.rows("SELECT count(*) FROM _tarn.materializations WHERE run_id = 'two'") == [(0,)]
    assert ward.write(visits(2), run="three").rows == 2


def test_lakeWithoutLocks_isLeftAlone(tmp_path: Path, server: PostgreSql) -> None:
    database = server.new_database()
    folder = tmp_path / "ward"
    folder.mkdir()
    (folder / "station.toml").write_text(f'catalog = "{server.url(database)}"\n', encoding="utf-8")
    lake = Lake.open(StationSettings.read(folder), HOME)
    try:
        with pytest.raises(TarnError) as e:
            write(lake, "omop/visit", T, visits(1), WritePlan(), RunIdentity("one", "tester"))
    finally:
        lake.close()
    assert e.value.code == "catalog.invalid"
    assert "tarn doctor" in e.value.remedy
