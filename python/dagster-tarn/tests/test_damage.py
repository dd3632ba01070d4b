"""Tables whose files were damaged: what may be written over them, and that nothing is made of them."""

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from conftest import HOME, TARN, Station
from dagster_tarn import TarnError, TarnIOManager, TarnLake, write_metadata
from dagster_tarn.lake import Lake, Materialization, Mode, Replace, RunIdentity, TableName, Upsert, WritePlan, write
from dagster_tarn.settings import StationSettings

pytestmark = pytest.mark.slow

T = TableName("omop", "visit")
SQL = "SELECT range AS id, 'ward-' || range % 3 AS ward FROM range(1000)"


@contextlib.contextmanager
def opened(station: Station) -> Iterator[Lake]:
    lake = Lake.open(StationSettings.read(station.folder), HOME, wait=10)
    try:
        yield lake
    finally:
        lake.close()


def written(station: Station, sql: str = SQL, mode: Mode | None = None) -> Materialization:
    with opened(station) as lake:
        plan = WritePlan(mode=mode or Replace(), partitioned_by=("ward",), description="Visits")
        return write(lake, "omop/visit", T, lake.connection.sql(sql), plan, RunIdentity("r", "tester"))


def flip(file: Path) -> None:
    content = file.read_bytes()
    middle = len(content) // 3
    file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])


def faults(station: Station) -> list[Any]:
    """What is wrong with files that a table needs now; snapshots from before keep theirs."""
    found = subprocess.run(
        [str(TARN), "-C", str(station.folder), "fsck", "--level", "content", "--json"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, "TARN_HOME": str(HOME)},
    )
    return [each for each in json.loads(found.stdout)["findings"] if each["end_snapshot"] is None and each["code"] != "orphan"]


@pytest.mark.parametrize("mode", [Replace(), Upsert(("id",), "delete")], ids=["replace", "upsert"])
@pytest.mark.parametrize("how", ["delete", "flip"])
def test_damagedTable_isMadeAnewByWhatHoldsAllOfIt(how: str, mode: Mode, station: Station) -> None:
    before = written(station, mode=mode)
    station.tarn("fsck", "--level", "content", "--json")
    file = station.files("omop.visit")[1]
    file.unlink() if how == "delete" else flip(file)
    station.tarn("fsck", "--level", "content", "--json", expect=1)
    again = written(station, mode=mode)
    assert again.written
    assert again.data_version == before.data_version
    assert len(station.files("omop.visit")) == 3
    assert station.rows("SELECT count(*), sum(id), count(DISTINCT ward) FROM omop.visit") == [(1000, 499500, 3)]
    assert station.rows("SELECT comment FROM duckdb_tables() WHERE table_name = 'visit'") == [("Visits",)]
    assert faults(station) == []
    assert not written(station, mode=mode).written


def test_partition_isMadeAnewAlone(station: Station) -> None:
    parts = dg.StaticPartitionsDefinition(["a", "b", "c"])

    @dg.asset(key=["omop", "beds"], partitions_def=parts, metadata=write_metadata(partition_expr="ward"))
    def beds(context: dg.AssetExecutionContext, tarn: TarnLake) -> duckdb.DuckDBPyRelation:
        return tarn.sql(f"SELECT '{context.partition_key}' AS ward, range AS bed FROM range(10)")

    @dg.asset(
        key=["omop", "copy"],
        partitions_def=parts,
        metadata=write_metadata(partition_expr="ward"),
        ins={"beds": dg.AssetIn(key=["omop", "beds"])},
    )
    def copied(beds: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
        return beds

    with dg.DagsterInstance.ephemeral() as instance:

        def run(asset: Any, part: str) -> Any:
            tarn = TarnLake(station=str(station.folder), home=str(HOME))
            resources = {"io_manager": TarnIOManager(tarn=tarn), "tarn": tarn}
            return dg.materialize(
                [beds, copied], selection=[asset], resources=resources, instance=instance, partition_key=part, raise_on_error=True
            )

        for part in "abc":
            run(beds, part)
        (lost,) = [file for file in station.files("omop.beds") if "ward=b" in str(file)]
        lost.unlink()
        station.tarn("fsck", "--level", "exists", "--json", expect=1)
        assert run(copied, "a").success, "the day that is whole can be read"
        with pytest.raises(TarnError) as e:
            run(copied, "b")
        assert e.value.code == "asset.input-damaged"
        with pytest.raises(TarnError, match="may hold more than the partition a"):
            run(beds, "a")
        assert run(beds, "b").success
    assert station.rows("SELECT ward, count(*), sum(bed) FROM omop.beds GROUP BY ward ORDER BY ward") == [
        ("a", 10, 45),
        ("b", 10, 45),
        ("c", 10, 45),
    ]
    assert faults(station) == []
