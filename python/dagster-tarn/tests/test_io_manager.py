"""The IO manager inside real Dagster runs."""

import datetime
from collections.abc import Iterator
from typing import Any

import dagster as dg
import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from conftest import HOME, Station
from dagster_tarn import TarnError, TarnIOManager, TarnLake, write_metadata


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


class Runs:
    def __init__(self, station: Station, instance: dg.DagsterInstance) -> None:
        self.station, self.instance = station, instance

    def __call__(self, *assets: Any, **options: Any) -> Any:
        tarn = TarnLake(station=str(self.station.folder), home=str(HOME), url="https://ward.example/")
        return dg.materialize(
            list(assets),
            resources={"io_manager": TarnIOManager(tarn=tarn), "tarn": tarn},
            instance=self.instance,
            raise_on_error=options.pop("raise_on_error", True),
            **options,
        )

    def metadata(self, key: str) -> dict[str, Any]:
        event = self.instance.get_latest_materialization_event(dg.AssetKey(key.split("/")))
        assert event and event.asset_materialization
        return {name: value.value for name, value in event.asset_materialization.metadata.items()}


@pytest.fixture
def runs(station: Station, instance: dg.DagsterInstance) -> Runs:
    return Runs(station, instance)


@dg.asset(key=["raw", "visits"], owners=["team:ward"], description="Visits as they came", code_version="3")
def visits(tarn: TarnLake) -> duckdb.DuckDBPyRelation:
    return tarn.sql("SELECT range AS id, 'ward-' || range % 3 AS ward FROM range(100)")


@dg.asset(
    key=["mart", "by", "ward"],
    ins={"visits": dg.AssetIn(key=["raw", "visits"])},
    metadata={"dagster/column_schema": dg.TableSchema([dg.TableColumn("n", description="How many")])},
)
def by_ward(visits: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    assert isinstance(visits, duckdb.DuckDBPyRelation)
    return visits.aggregate("ward, count(*) AS n")


def test_relations_passFromAssetToAssetWithoutPython(runs: Runs, station: Station) -> None:
    assert runs(visits, by_ward).success
    assert station.rows("SELECT ward, n FROM mart.by_ward ORDER BY ward") == [("ward-0", 34), ("ward-1", 33), ("ward-2", 33)]
    metadata = runs.metadata("mart/by/ward")
    (file,) = station.files("mart.by_ward")
    assert metadata | {"dagster/column_schema": None, "tarn/data_version": ""} == {
        "dagster/row_count": 3,
        "dagster/column_schema": None,
        "dagster/relation_identifier": "mart.by_ward",
        "tarn/outcome": "written",
        "tarn/rows_written": 3,
        "tarn/snapshot": station.rows("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')")[0][0],
        "tarn/data_version": "",
        "tarn/files": 1,
        "tarn/bytes": file.stat().st_size,
        "tarn/station": "https://ward.example/assets/mart/by/ward",
    }
    columns = metadata["dagster/column_schema"].columns
    assert [(c.name, c.type, c.description) for c in columns] == [("ward", "VARCHAR", None), ("n", "BIGINT", "How many")]


def test_history_saysWhatWasMadeOfWhat(runs: Runs, station: Station) -> None:
    result = runs(visits, by_ward)
    first, second = station.rows(
        "SELECT run_id, asset_key, code_version, data_version, inputs FROM _tarn.materializations ORDER BY ALL DESC"
    )
    assert first[:3] == (result.run_id, "raw/visits", "3")
    assert second[:3] == (result.run_id, "mart/by/ward", "")
    assert second[4] == f'{{"raw/visits":"{first[3]}"}}'
    assert [(extra["tarn"], extra["run_id"], extra["asset_key"], extra["data_version"]) for extra in station.extras()] == [
        (1, result.run_id, "raw/visits", first[3]),
        (1, result.run_id, "mart/by/ward", second[3]),
    ]
    assert station.rows("SELECT comment FROM duckdb_tables() WHERE table_name = 'visits'") == [("Visits as they came",)]


def test_runThatChangesNothing_saysSoAndLeavesNoSnapshot(runs: Runs, station: Station) -> None:
    runs(visits, by_ward)
    before = station.rows("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')")
    first = runs.metadata("mart/by/ward")
    runs(visits, by_ward)
    assert station.rows("SELECT max(snapshot_id) FROM ducklake_snapshots('lake')") == before
    again = runs.metadata("mart/by/ward")
    assert again["tarn/outcome"] == "unchanged"
    assert again["tarn/data_version"] == first["tarn/data_version"]


@pytest.mark.parametrize("wanted", [Any, pl.LazyFrame, pl.DataFrame, pd.DataFrame, pa.Table, pa.RecordBatchReader])
def test_input_comesAsTheParameterSays(wanted: Any, runs: Runs, station: Station) -> None:
    def copy(visits: Any) -> Any:
        if wanted is not Any:
            assert isinstance(visits, wanted)
        return visits

    copy.__annotations__["visits"] = wanted
    copied = dg.asset(key=["raw", "copy"], ins={"visits": dg.AssetIn(key=["raw", "visits"])})(copy)
    runs(visits, copied)
    assert station.rows("SELECT count(*), sum(id), count(DISTINCT ward) FROM raw.copy") == [(100, 4950, 3)]
    versions = {row[0] for row in station.rows("SELECT data_version FROM _tarn.materializations")}
    assert len(versions) == 1


def test_lazyFrameInput_readsOnlyWhatIsAskedFor(runs: Runs) -> None:
    plans = []

    @dg.asset(key=["raw", "few"], ins={"visits": dg.AssetIn(key=["raw", "visits"])})
    def few(visits: pl.LazyFrame) -> pl.LazyFrame:
        asked = visits.filter(pl.col("id") < 3).select("id")
        plans.append(asked.explain())
        return asked

    runs(visits, few)
    assert "PROJECT 1/2 COLUMNS" in plans[0]
    assert "SELECTION" in plans[0]
    assert runs.metadata("raw/few")["dagster/row_count"] == 3


def test_partitionsOfTime_areReplacedOneByOne(runs: Runs, station: Station) -> None:
    days = dg.DailyPartitionsDefinition("2026-05-01", end_date="2026-05-04")
    rows = {"2026-05-01": 5, "2026-05-02": 7}

    @dg.asset(key=["raw", "labs"], partitions_def=days, metadata=write_metadata(partition_expr="taken"))
    def labs(context: dg.AssetExecutionContext) -> pa.Table:
        start = context.partition_time_window.start
        moments = [datetime.datetime(start.year, start.month, start.day, hour) for hour in range(rows[context.partition_key])]
        return pa.table({"taken": pa.array(moments, pa.timestamp("us")), "n": list(range(len(moments)))})

    @dg.asset(
        key=["mart", "labs"],
        partitions_def=days,
        metadata=write_metadata(partition_expr="taken"),
        ins={"labs": dg.AssetIn(key=["raw", "labs"])},
    )
    def copied(labs: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
        return labs

    for day in rows:
        runs(labs, copied, partition_key=day)
    counts = "SELECT taken::DATE::VARCHAR, count(*) FROM %s GROUP BY 1 ORDER BY 1"
    assert station.rows(counts % "raw.labs") == [("2026-05-01", 5), ("2026-05-02", 7)]
    rows["2026-05-01"] = 2
    runs(labs, copied, partition_key="2026-05-01")
    for table in ("raw.labs", "mart.labs"):
        assert station.rows(counts % table) == [("2026-05-01", 2), ("2026-05-02", 7)]
    assert len(station.files("raw.labs")) == 2, "a file for each day, the other day's untouched"
    runs(labs, copied, partition_key="2026-05-01")
    assert runs.metadata("raw/labs")["tarn/outcome"] == "unchanged"


def test_partitionsOfSeveralDimensions_areReplacedOneByOne(runs: Runs, station: Station) -> None:
    parts = dg.MultiPartitionsDefinition(
        {"ward": dg.StaticPartitionsDefinition(["a", "b"]), "day": dg.DailyPartitionsDefinition("2026-05-01", end_date="2026-05-03")}
    )

    @dg.asset(key=["raw", "beds"], partitions_def=parts, metadata=write_metadata(partition_expr={"ward": "ward", "day": "day"}))
    def beds(context: dg.AssetExecutionContext) -> pl.DataFrame:
        keys = context.partition_key.keys_by_dimension
        return pl.DataFrame({"ward": [keys["ward"]] * 2, "day": [datetime.date.fromisoformat(keys["day"])] * 2, "bed": [1, 2]})

    for key in ("2026-05-01|a", "2026-05-01|b", "2026-05-02|a", "2026-05-01|a"):
        runs(beds, partition_key=key)
    assert station.rows("SELECT ward, day::VARCHAR, count(*) FROM raw.beds GROUP BY ALL ORDER BY ALL") == [
        ("a", "2026-05-01", 2),
        ("a", "2026-05-02", 2),
        ("b", "2026-05-01", 2),
    ]


def test_partitionWithoutAColumn_isRefusedWithARemedy(runs: Runs) -> None:
    @dg.asset(partitions_def=dg.StaticPartitionsDefinition(["a"]))
    def beds() -> pl.DataFrame:
        return pl.DataFrame({"ward": ["a"]})

    with pytest.raises(TarnError, match="partition_expr"):
        runs(beds, partition_key="a")


def test_writeModes_areSaidInMetadata(runs: Runs, station: Station) -> None:
    rows = [pl.DataFrame({"id": [1, 2], "ward": ["a", "b"]}), pl.DataFrame({"id": [2, 3], "ward": ["B", "c"]})]

    @dg.asset(key=["raw", "beds"], metadata=write_metadata("upsert", keys=["id"]))
    def beds() -> pl.DataFrame:
        return rows.pop(0)

    runs(beds)
    runs(beds)
    assert station.rows("SELECT id, ward FROM raw.beds ORDER BY id") == [(1, "a"), (2, "B"), (3, "c")]
    assert [row[0] for row in station.rows("SELECT write_mode FROM _tarn.materializations")] == ["merge", "merge"]
    with pytest.raises(TarnError, match="needs columns"):
        write_metadata("upsert")


def test_inputThatWasNeverMade_isNamed(runs: Runs) -> None:
    gone = dg.AssetSpec(["raw", "visits"])
    with pytest.raises(TarnError, match="raw/visits has no table"):
        runs(gone, by_ward)


def test_failedAsset_writesNothingAndLetsTheLakeGo(runs: Runs, station: Station) -> None:
    @dg.asset(key=["raw", "beds"])
    def beds(tarn: TarnLake) -> duckdb.DuckDBPyRelation:
        return tarn.sql("SELECT 'x'::VARCHAR::INTEGER AS id FROM range(3)")

    assert not runs(beds, raise_on_error=False).success
    assert station.rows("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'beds'") == [(0,)]


def test_readerOverTheLake_losesNoRow(runs: Runs) -> None:
    @dg.asset(key=["raw", "copy"], deps=[visits])
    def copy(tarn: TarnLake) -> pa.RecordBatchReader:
        return tarn.sql("SELECT a.id FROM raw.visits AS a, range(30000)").to_arrow_reader(1000)

    runs(visits, copy)
    assert runs.metadata("raw/copy")["dagster/row_count"] == 3_000_000
