"""Write modes, against a bare engine that reads what was written."""

from __future__ import annotations

import dataclasses
import datetime
import os
import signal
import subprocess
import sys
import threading
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from conftest import HOME, Station
from dagster_tarn import TarnError
from dagster_tarn.lake import (
    Among,
    Append,
    Lake,
    Materialization,
    OverwritePartition,
    OverwritePartitions,
    Part,
    Replace,
    RunIdentity,
    TableName,
    Upsert,
    WritePlan,
    write,
)
from dagster_tarn.settings import StationSettings

T = TableName("omop", "visit")


class Writer:
    """Writes one table; each write is a run of its own."""

    def __init__(self, lake: Lake) -> None:
        self.lake, self.runs = lake, 0

    def __call__(self, value: Any, mode: Any = None, **plan: Any) -> Materialization:
        self.runs += 1
        run = RunIdentity(f"run-{self.runs}", "tester")
        return write(self.lake, "omop/visit", T, value, WritePlan(mode=mode or Replace(), **plan), run)

    def sql(self, query: str) -> Any:
        return self.lake.connection.sql(query)


@pytest.fixture
def writer(lake: Lake) -> Writer:
    return Writer(lake)


def visits(*rows: tuple[int, str]) -> pa.Table:
    return pa.table({"id": pa.array([r[0] for r in rows], pa.int64()), "ward": pa.array([r[1] for r in rows], pa.string())})


def content(lake: Lake) -> list[tuple[Any, ...]]:
    return lake.cursor().execute("SELECT id, ward FROM omop.visit ORDER BY ALL").fetchall()


ROWS = [(1, "a"), (2, "b"), (3, "c")]


@dataclasses.dataclass
class Visit:
    id: int
    ward: str | None


OUTPUTS: dict[str, Any] = {
    "relation": lambda lake: lake.connection.sql("SELECT * FROM (VALUES (1::BIGINT, 'a'), (2, 'b'), (3, 'c')) AS v(id, ward)"),
    "relation of another engine": lambda lake: duckdb.connect().sql("SELECT range + 1 AS id, chr((97 + range)::INT) AS ward FROM range(3)"),
    "polars frame": lambda lake: pl.DataFrame({"id": [1, 2, 3], "ward": ["a", "b", "c"]}),
    "polars lazy frame": lambda lake: pl.LazyFrame({"id": [0, 1, 2, 3], "ward": ["z", "a", "b", "c"]}).filter(pl.col("id") > 0),
    "pandas frame": lambda lake: pd.DataFrame({"id": [1, 2, 3], "ward": ["a", "b", "c"]}),
    "pandas frame with an index": lambda lake: pd.DataFrame({"id": [1, 2, 3], "ward": ["a", "b", "c"]}).set_index("id"),
    "arrow table": lambda lake: visits(*ROWS),
    "arrow reader": lambda lake: visits(*ROWS).to_reader(max_chunksize=1),
    "dataclasses": lambda lake: [Visit(*row) for row in ROWS],
}


@pytest.mark.parametrize("kind", OUTPUTS)
def test_output_ofEachKind_isWritten(kind: str, writer: Writer) -> None:
    done = writer(OUTPUTS[kind](writer.lake))
    assert (done.written, done.rows, done.rows_written) == (True, 3, 3)
    assert content(writer.lake) == ROWS


@pytest.mark.parametrize("kind", OUTPUTS)
def test_output_thatEqualsTheTable_leavesNoSnapshot(kind: str, writer: Writer) -> None:
    first = writer(visits(*reversed(ROWS)))
    again = writer(OUTPUTS[kind](writer.lake))
    assert not again.written
    assert (again.snapshot, again.data_version, again.rows) == (first.snapshot, first.data_version, 3)


def test_tableChangedByOthers_isComparedByItsContent(writer: Writer) -> None:
    writer(visits(*ROWS))
    writer.lake.cursor().execute("DELETE FROM omop.visit WHERE id = 3")
    assert not writer(visits(*ROWS[:2])).written
    assert writer(visits(*ROWS)).written
    assert content(writer.lake) == ROWS


def test_replace_keepsTheTableAndItsComments(writer: Writer) -> None:
    writer(visits(*ROWS), description="Visits", column_descriptions={"WARD": "where"})
    known = "SELECT table_id FROM __ducklake_metadata_lake.ducklake_table WHERE table_name = 'visit' AND end_snapshot IS NULL"
    before = writer.sql(known).fetchall()
    done = writer(visits((9, "z")))
    assert writer.sql(known).fetchall() == before
    assert writer.sql("SELECT comment FROM duckdb_tables() WHERE table_name = 'visit'").fetchall() == [("Visits",)]
    assert done.columns == [("id", "BIGINT", None), ("ward", "VARCHAR", "where")]
    assert content(writer.lake) == [(9, "z")]


def test_description_thatChangesAlone_isWrittenWithoutRows(writer: Writer) -> None:
    first = writer(visits(*ROWS), description="Visits")
    done = writer(visits(*ROWS), description="Visits of a ward")
    assert (done.written, done.rows_written, done.files, done.data_version) == (True, 0, 0, first.data_version)


def test_relationOverItsOwnTable_seesWhatWasCommitted(writer: Writer) -> None:
    writer(visits(*ROWS))
    writer(writer.sql("SELECT id, ward FROM omop.visit WHERE id <> 2"))
    assert content(writer.lake) == [(1, "a"), (3, "c")]
    writer(writer.sql("SELECT id + 10 AS id, ward FROM omop.visit"), Append())
    assert content(writer.lake) == [(1, "a"), (3, "c"), (11, "a"), (13, "c")]


def test_append_knowsTheVersionOfTheWhole(writer: Writer) -> None:
    writer(visits(*ROWS[:1]))
    appended = writer(visits(*ROWS[1:]), Append())
    assert appended.rows_written == 2
    assert not writer(visits(*ROWS)).written, "the sum of the parts is the version of the whole"
    assert not writer(visits(), Append()).written


def test_upsert_touchesOnlyRowsThatDiffer(writer: Writer) -> None:
    mode = Upsert(("id",))
    writer(visits(*ROWS), mode)
    done = writer(visits((2, "B"), (3, "c"), (4, "d")), mode)
    assert done.rows_written == 2
    assert content(writer.lake) == [(1, "a"), (2, "B"), (3, "c"), (4, "d")]
    assert not writer(visits((4, "d")), mode).written
    writer(visits((4, "d")), Upsert(("id",), "delete"))
    assert content(writer.lake) == [(4, "d")]


@pytest.mark.parametrize("rows", [[(1, "a"), (1, "b")], [(None, "a")]])
def test_upsert_withoutAKeyOfItsOwn_isRefused(rows: list[Any], writer: Writer) -> None:
    with pytest.raises(TarnError, match="cannot be merged") as e:
        writer(visits(*rows), Upsert(("id",)))
    assert e.value.code == "asset.failed"


def test_overwritePartitions_replacesThoseOfTheOutput(writer: Writer) -> None:
    mode = OverwritePartitions(("ward",))
    writer(visits((1, "a"), (2, "a"), (3, "b"), (4, "c")), mode)
    done = writer(visits((9, "a"), (3, "b")), mode)
    assert done.rows_written == 1, "the partition b is the same"
    assert content(writer.lake) == [(3, "b"), (4, "c"), (9, "a")]
    assert not writer(visits((4, "c")), mode).written


def test_overwritePartition_replacesItAlone(writer: Writer) -> None:
    def part(ward: str) -> OverwritePartition:
        return OverwritePartition(Part(ward, ((Among("ward", (ward,)),),)))

    writer(visits((1, "a"), (2, "a")), part("a"), partitioned_by=("ward",))
    both = writer(visits((3, "b")), part("b"), partitioned_by=("ward",))
    assert both.rows == 3
    assert not writer(visits((2, "a"), (1, "a")), part("a"), partitioned_by=("ward",)).written
    assert writer(visits(), part("a"), partitioned_by=("ward",)).rows == 1
    assert content(writer.lake) == [(3, "b")]
    with pytest.raises(TarnError, match="1 of 2 rows of omop/visit do not belong to the partition a"):
        writer(visits((1, "a"), (2, "b")), part("a"), partitioned_by=("ward",))
    assert content(writer.lake) == [(3, "b")]
    assert writer(visits((3, "b"))).data_version == writer(visits((3, "b"))).data_version


def test_columns_areAddedAndWidened(writer: Writer) -> None:
    writer(pa.table({"id": pa.array([1], pa.int32())}))
    writer(visits(*ROWS))
    assert content(writer.lake) == ROWS
    writer(visits((4, "d")), Append())
    assert len(content(writer.lake)) == 4


@pytest.mark.parametrize(
    ("output", "lost", "permission"),
    [
        (pa.table({"id": [1]}), "column `ward` .VARCHAR. is missing", "drop_column"),
        (pa.table({"id": ["x"], "ward": ["a"]}), "column `id` would go from BIGINT to VARCHAR", "narrow_type"),
    ],
)
def test_columns_thatWouldBeLost_areKeptUntilItIsAllowed(output: pa.Table, lost: str, permission: str, writer: Writer) -> None:
    writer(visits(*ROWS))
    with pytest.raises(TarnError, match=lost) as e:
        writer(output)
    assert e.value.code == "asset.schema-change-refused"
    assert content(writer.lake) == ROWS
    assert writer(output, allow=frozenset({permission})).rows == 1


def test_appendOfAWiderType_isRefusedAsOldFilesWouldBeReadWrong(writer: Writer) -> None:
    writer(pa.table({"id": pa.array([1], pa.int32())}))
    with pytest.raises(TarnError, match="every row has to be written anew"):
        writer(pa.table({"id": pa.array([0.5], pa.float64())}), Append())
    assert writer(pa.table({"id": pa.array([0.5], pa.float64())})).rows == 1


@pytest.mark.parametrize(
    ("query", "stored"),
    [
        ("170141183460469231731687303715884105727::HUGEINT // 10", "DECIMAL(38,0)"),
        ("'a'::ENUM('a', 'b')", "VARCHAR"),
        ("[1, 2]::INTEGER[2]", "INTEGER[]"),
        ("{'a b': 1, 'c': [{'d': '1'::BIT}]}", 'STRUCT("a b" INTEGER, c STRUCT(d VARCHAR)[])'),
        ("MAP {'a': 1::HUGEINT}", "MAP(VARCHAR, DECIMAL(38,0))"),
        ("NULL", "INTEGER"),
    ],
)
def test_types_areStoredWithoutLoss(query: str, stored: str, writer: Writer) -> None:
    done = writer(writer.sql(f"SELECT {query} AS c"))
    assert [type_ for _, type_, _ in done.columns] == [stored]
    assert not writer(writer.sql(f"SELECT {query} AS c")).written


@pytest.mark.parametrize("query", ["INTERVAL 1 DAY", "'12:00+01'::TIMETZ", "union_value(a := 1)"])
def test_types_thatFilesCannotHold_areRefused(query: str, writer: Writer) -> None:
    with pytest.raises(TarnError, match="cannot hold without loss"):
        writer(writer.sql(f"SELECT {query} AS c"))


@pytest.mark.parametrize("output", [None, 3, [], [1], [Visit(1, "a"), 2], "SELECT 1"])
def test_output_ofAnotherKind_isRefused(output: Any, writer: Writer) -> None:
    with pytest.raises(TarnError) as e:
        writer(output)
    assert e.value.code == "asset.query-invalid"


def test_queryThatFailsHalfWay_writesNothing(writer: Writer) -> None:
    writer(visits(*ROWS))
    with pytest.raises(TarnError, match="Could not convert string"):
        writer(
            writer.sql("SELECT CASE WHEN range < 400000 THEN range ELSE ('x' || range)::BIGINT END AS id, 'w' AS ward FROM range(400001)")
        )
    assert content(writer.lake) == ROWS


def test_streamThatFailsHalfWay_writesNothing(writer: Writer) -> None:
    def batches() -> Any:
        yield from visits(*ROWS).to_batches()
        raise OSError("the source went away")

    with pytest.raises(TarnError, match="the source went away"):
        writer(pa.RecordBatchReader.from_batches(visits().schema, batches()))
    assert writer(visits(*ROWS)).rows == 3


@pytest.mark.parametrize("kind", ["arrow", "polars", "lazy"])
def test_sourceOverTheWritingConnection_losesNoRow(kind: str, writer: Writer) -> None:
    """Read through the connection that writes, an Arrow reader gave 0 of 30 million rows and Polars 1 of 10, silently."""
    rows = 2_000_000
    relation = writer.sql(f"SELECT range AS id, 'w' || range % 7 AS ward FROM range({rows})")
    if kind == "arrow":
        output = relation.to_arrow_reader(10_000)
    elif kind == "polars":
        output = relation.pl()
    else:
        output = relation.pl(lazy=True)
    assert writer(output).rows_written == rows
    total = writer.sql("SELECT count(*), sum(id), count(DISTINCT ward) FROM omop.visit").fetchall()
    assert total == [(rows, rows * (rows - 1) // 2, 7)]


def test_rowsThatDoNotArrive_areNoticed(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    from dagster_tarn.lake import writer as module

    source_of = module.source_of

    def one_more(*arguments: Any) -> Any:
        source = source_of(*arguments)
        source.count = lambda: 4
        return source

    monkeypatch.setattr(module, "source_of", one_more)
    with pytest.raises(TarnError, match="4 rows were handed over but 3 arrived"):
        writer(visits(*ROWS))
    assert writer.sql("SELECT count(*) FROM duckdb_tables() WHERE table_name = 'visit'").fetchall() == [(0,)]


def test_threads_shareOneEngineAndLoseNothing(lake: Lake) -> None:
    def add(number: int) -> None:
        run = RunIdentity(f"run-{number}", "tester")
        write(lake, "omop/visit", T, visits((number, "w")), WritePlan(mode=Append()), run)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [row[0] for row in content(lake)] == list(range(8))


def test_lakeOfAnotherProcess_isWaitedForAndThenNamed(station: Station) -> None:
    settings = StationSettings.read(station.folder)
    Lake.open(settings, HOME, wait=0).close()
    holder = f"import duckdb; c = duckdb.connect({settings.catalog!r}); print('open', flush=True); input()"
    with subprocess.Popen([sys.executable, "-c", holder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout and process.stdin
        process.stdout.readline()
        with pytest.raises(TarnError, match=f"in use by process {process.pid}") as e:
            Lake.open(settings, HOME, wait=0.1)
        assert e.value.code == "catalog.locked"
        threading.Timer(0.5, process.stdin.close).start()
        Lake.open(settings, HOME, wait=20).close()


def test_newTable_outlivesAnEngineOutOfMemory(station: Station) -> None:
    """DuckLake 1.5.5 frees what a transaction has defined when memory runs short; without the pin this fails or crashes."""
    (station.folder / "station.toml").write_text(
        "[engine]\nmemory_limit = '200MB'\nthreads = 2\nmax_temp_size = '50MB'\n", encoding="utf-8"
    )
    lake = Lake.open(StationSettings.read(station.folder), HOME, wait=0)
    try:
        for number in range(5):

            def exhausting(number: int = number) -> Any:
                yield from visits(*ROWS).to_batches()
                other = lake.cursor()
                with pytest.raises(duckdb.OutOfMemoryException):
                    other.execute("CREATE TEMP TABLE x AS SELECT list(range || repeat('a', 40)) FROM range(20000000)")
                for known in range(number):
                    other.execute(f"SELECT count(*) FROM omop.t{known} AT (VERSION => {known + 6})").fetchall()

            output = pa.RecordBatchReader.from_batches(visits().schema, exhausting())
            plan = WritePlan(description="made")
            write(lake, f"omop/t{number}", TableName("omop", f"t{number}"), output, plan, RunIdentity(str(number), "tester"))
    finally:
        lake.close()
    assert station.rows("SELECT count(*), min(comment) FROM duckdb_tables() WHERE schema_name = 'omop'") == [(5, "made")]


def test_dataclassesWithTimes_keepTheirZone(writer: Writer) -> None:
    @dataclasses.dataclass
    class Stay:
        admitted: datetime.datetime
        left: datetime.datetime | None
        tags: list[str]

    zone = datetime.timezone(datetime.timedelta(hours=2))
    local = datetime.datetime(2026, 5, 4, 12)
    stay = Stay(local.replace(tzinfo=zone), local, ["x"])
    done = writer([stay])
    assert [type_ for _, type_, _ in done.columns] == ["TIMESTAMP WITH TIME ZONE", "TIMESTAMP", "VARCHAR[]"]
    texts = writer.lake.cursor().execute("SELECT admitted::VARCHAR, left_::VARCHAR FROM omop.visit AS v(admitted, left_, tags)").fetchall()
    assert texts == [("2026-05-04 10:00:00+00", "2026-05-04 12:00:00")]


def test_interruption_staysOneAndWritesNothing(writer: Writer) -> None:
    endless = writer.sql("SELECT max(hash(a.range, b.range)) AS id, 'a' AS ward FROM range(1000000) a, range(1000000) b")
    # What a shell starts in the background ignores this signal, and would go on for ever.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        threading.Timer(1, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
        with pytest.raises(KeyboardInterrupt):
            writer(endless)
    finally:
        signal.signal(signal.SIGINT, before)
    assert writer(visits(*ROWS)).written
    assert content(writer.lake) == ROWS


@pytest.mark.parametrize("held", ["relation", "reader", "stream", "transaction"])
def test_lakeIsLetGo_whateverSomebodyStillHolds(held: str, station: Station) -> None:
    def opened() -> Lake:
        return Lake.open(StationSettings.read(station.folder), HOME, wait=0)

    lake = opened()
    rows = lake.connection.sql("SELECT range AS id FROM range(300000)")
    write(lake, "omop/visit", T, rows, WritePlan(), RunIdentity("one", "tester"))
    kept: Any = lake.cursor().sql(f"SELECT * FROM {T}")
    if held == "reader":
        kept = kept.to_arrow_reader(10)
        kept.read_next_batch()
    if held == "stream":
        kept = lake.stream(kept)
        kept.read_next_batch()
    if held == "transaction":
        kept = lake.cursor()
        kept.execute("BEGIN")
        kept.sql(f"SELECT * FROM {T}").fetchone()
    lake.close()
    if held == "stream":
        with pytest.raises(pa.ArrowInvalid, match="closed"):
            kept.read_next_batch()
    again = opened()
    try:
        assert again.connection.sql(f"SELECT count(*) FROM {T}").fetchall() == [(300000,)]
    finally:
        again.close()
    del kept
