"""Lakes whose data lie in S3 or Azure Blob, written by Python and by the program."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import HOME, Station
from dagster_tarn.lake import Lake, Materialization, RunIdentity, TableName, Upsert, WritePlan, write
from dagster_tarn.settings import StationSettings
from dagster_tarn.storage import missing_files
from stores import Store, azure, s3

pytestmark = pytest.mark.slow

T = TableName("omop", "visit")


@pytest.fixture(params=[s3, azure], ids=["s3", "azure"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    folder = tmp_path / "store"
    folder.mkdir()
    with request.param(folder) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


def test_bothSides_writeOneLake(store: Store, tmp_path: Path) -> None:
    station = Station(tmp_path / "ward")
    text = f'name = "ward"\ndata_path = "{store.url}"\n[engine]\nmemory_limit = "1GB"\n{store.settings}'
    (station.folder / "station.toml").write_text(text, encoding="utf-8")
    station.asset("raw/ids.sql", "SELECT range AS id FROM range(10)")
    station.tarn("materialize", "--quiet")
    lake = Lake.open(StationSettings.read(station.folder), HOME, wait=30)
    try:

        def written(sql: str) -> Materialization:
            plan = WritePlan(mode=Upsert(("id",), "delete"))
            return write(lake, "omop/visit", T, lake.connection.sql(sql), plan, RunIdentity("one", "tester"))

        assert written("SELECT id, 'a' AS ward FROM raw.ids").rows == 10
        done = written("SELECT id, 'a' AS ward FROM raw.ids WHERE id < 9")
        assert done.rows == 9
        assert not written("SELECT id, 'a' AS ward FROM raw.ids WHERE id < 9").written
        files = lake.connection.execute(
            "SELECT data_file, delete_file FROM ducklake_list_files('lake', 'visit', schema => 'omop')"
        ).fetchall()
        assert all(path.startswith(store.url) for row in files for path in row if path)
        assert sum(bool(delete) for _, delete in files) == 1
        assert missing_files(lake.connection, T) == []
    finally:
        lake.close()
    station.asset("mart/visits.sql", "SELECT count(*) AS n, sum(id)::BIGINT AS total FROM omop.visit")
    station.tarn("materialize", "--quiet")
    lake = Lake.open(StationSettings.read(station.folder), HOME, wait=30)
    try:
        assert lake.connection.sql("FROM mart.visits").fetchall() == [(9, 36)]
    finally:
        lake.close()
