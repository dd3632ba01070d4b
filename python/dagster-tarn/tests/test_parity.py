"""What the program in Java and this package write is one history: the same versions, records and extra infos."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import HOME, Station
from dagster_tarn.lake import Lake, RunIdentity, TableName, WritePlan, write
from dagster_tarn.settings import StationSettings

pytestmark = pytest.mark.slow

EVERY_TYPE = """SELECT
  range AS id, (range % 200 - 100)::TINYINT AS tiny, range::USMALLINT AS small, (range * 7)::UINTEGER AS middle,
  range::HUGEINT * 1000000007 AS huge, range / 7 AS ratio, (range / 3)::FLOAT AS single, 0.0 * -range AS zero,
  (range / 4)::DECIMAL(9, 2) AS price, (range * 1.5)::DECIMAL(30, 4) AS wide,
  CASE WHEN range % 5 <> 0 THEN 'ünï-' || range END AS name, range % 2 = 0 AS even, ('x' || range)::BLOB AS bytes,
  DATE '2026-01-01' + range::INTEGER AS day, TIMESTAMP '2026-01-01' + INTERVAL (range) MINUTE AS local,
  TIMESTAMPTZ '2026-01-01 00:00:00+00' + INTERVAL (range) HOUR AS moment, TIME '00:00' + INTERVAL (range) SECOND AS time,
  md5(range::VARCHAR)::UUID AS uuid, [range, NULL, range + 1] AS longs, [range / 3] AS ratios, [(range / 4)::DECIMAL(9, 2)] AS prices,
  [['a', NULL], []] AS texts, {'a': range, 'b': {'c': 'x' || range}} AS nested, MAP {'k': range} AS map,
  [range, 1]::BIGINT[2] AS pair, ('{"a": ' || range || '}')::JSON AS json, (range % 3)::VARCHAR::ENUM('0', '1', '2') AS kind,
  NULL AS nothing
FROM range(1000)"""


def opened(station: Station) -> Lake:
    return Lake.open(StationSettings.read(station.folder), HOME, wait=30)


def test_dataVersion_isTheSameOnBothSides(station: Station) -> None:
    station.asset("java/every.sql", EVERY_TYPE)
    station.asset("java/empty.sql", "SELECT 1 AS a, 'x' AS b WHERE false")
    station.asset("java/snapshot_id.sql", "SELECT range AS snapshot_id FROM range(3)")
    station.tarn("materialize", "--quiet")
    lake = opened(station)
    try:
        for name, query in [
            ("every", EVERY_TYPE),
            ("empty", "SELECT 1 AS a, 'x' AS b WHERE false"),
            ("snapshot_id", "SELECT range AS snapshot_id FROM range(3)"),
        ]:
            run = RunIdentity(f"python-{name}", "tester")
            done = write(lake, f"py/{name}", TableName("py", name), lake.connection.sql(query), WritePlan(), run)
            assert done.written
    finally:
        lake.close()
    versions: dict[str, Any] = dict(station.rows("SELECT asset_key, data_version FROM _tarn.materializations"))
    assert len(versions) == 6
    for name in ("every", "empty", "snapshot_id"):
        assert versions[f"java/{name}"] == versions[f"py/{name}"]
    types = "SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = '{}' AND table_name = 'every' ORDER BY column_index"
    assert station.rows(types.format("java")) == station.rows(types.format("py"))


def test_eachSide_findsUnchangedWhatTheOtherWrote(station: Station) -> None:
    station.asset("omop/person.sql", "SELECT range AS id, 'n' || range AS name FROM range(50)")
    station.tarn("materialize", "--quiet")
    lake = opened(station)
    try:
        connection = lake.connection
        run = RunIdentity("python", "tester")
        same = connection.sql("SELECT 49 - range AS id, 'n' || (49 - range) AS name FROM range(50)")
        assert not write(lake, "omop/person", TableName("omop", "person"), same, WritePlan(), run).written
        more = connection.sql("SELECT range AS id, 'n' || range AS name FROM range(51)")
        assert write(lake, "omop/person", TableName("omop", "person"), more, WritePlan(), run).written
    finally:
        lake.close()
    station.asset("omop/person.sql", "SELECT range AS id, 'n' || range AS name FROM range(51)")
    assert '"state" : "unchanged"' in station.tarn("materialize", "--json", "--quiet")
    java, python = station.extras()
    assert list(java) == list(python)
    columns = "SELECT column_name, data_type, column_default FROM duckdb_columns() WHERE schema_name = '_tarn' ORDER BY ALL"
    assert len(station.rows(columns)) > 0


def test_historyTables_areTheSameWhoeverMakesThem(station: Station, tmp_path: Any) -> None:
    other = Station(tmp_path / "other")
    station.asset("a/x.sql", "SELECT 1 AS a")
    station.tarn("materialize", "--quiet")
    lake = opened(other)
    try:
        write(lake, "a/x", TableName("a", "x"), lake.connection.sql("SELECT 1 AS a"), WritePlan(), RunIdentity("r", "tester"))
    finally:
        lake.close()
    columns = (
        "SELECT table_name, column_name, data_type FROM duckdb_columns() WHERE schema_name = '_tarn' ORDER BY table_name, column_index"
    )
    assert station.rows(columns) == other.rows(columns)
    options = (
        "SELECT option_name, value, scope_entry FROM ducklake_options('lake') WHERE option_name = 'data_inlining_row_limit' ORDER BY ALL"
    )
    assert station.rows(options) == other.rows(options)
