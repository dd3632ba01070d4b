"""What the catalog knows of tables, and Tarn's own record in `_tarn`; spec/lake-tables.md specifies it."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_tarn.lake.connection import Connection, Lake
from dagster_tarn.lake.sql import LAKE, METADATA, TableName, identifier, literal

_HISTORY = "_tarn"
_INLINED_ROWS = 1000
_HOUSEKEEPING = "compacted_table|merge_adjacent|rewrite_delete|inline_flush|flushed_inlined"
_TABLES = {
    "materializations": """run_id VARCHAR, asset_key VARCHAR, outcome VARCHAR, started_at TIMESTAMPTZ,
        finished_at TIMESTAMPTZ, write_mode VARCHAR, code_version VARCHAR, data_version VARCHAR,
        engine_version VARCHAR, inputs VARCHAR, read_snapshot BIGINT, row_count BIGINT, rows_written BIGINT""",
    "check_results": """run_id VARCHAR, asset_key VARCHAR, check_name VARCHAR, severity VARCHAR, passed BOOLEAN,
        offending BIGINT, detail VARCHAR, checked_at TIMESTAMPTZ""",
    "landing_files": """run_id VARCHAR, asset_key VARCHAR, path VARCHAR, size BIGINT, modified_at TIMESTAMPTZ,
        sha256 VARCHAR, row_count BIGINT, malformed_count BIGINT, definition VARCHAR, landed_at TIMESTAMPTZ""",
}
_VERSION = re.compile(r"v1:([^:]+):(\d+):([0-9a-f]{32})")


@dataclass(frozen=True)
class DataVersion:
    """What a table holds, whatever the order of its rows."""

    engine: str
    rows: int
    total: int

    @staticmethod
    def parse(text: str | None) -> DataVersion | None:
        match = _VERSION.fullmatch(text or "")
        return DataVersion(match[1], int(match[2]), int(match[3], 16)) if match else None

    def plus(self, rows: int, total: int) -> DataVersion:
        return DataVersion(self.engine, self.rows + rows, (self.total + total) % (1 << 128))

    def __str__(self) -> str:
        return f"v1:{self.engine}:{self.rows}:{self.total % (1 << 128):032x}"


@dataclass(frozen=True)
class Column:
    name: str
    type: Any
    comment: str | None


@dataclass(frozen=True)
class TableState:
    """A table as the connection's transaction sees it."""

    id: int
    name: TableName
    columns: list[Column]
    partitioned_by: list[str]
    comment: str | None


@dataclass(frozen=True)
class Recorded:
    """The last materialization that wrote a table."""

    snapshot: int
    read_snapshot: int
    code_version: str
    data_version: DataVersion | None
    inputs: dict[str, str]
    rows: int


def one(connection: Connection, sql: str, parameters: list[Any] | None = None) -> Any:
    """The first row, or None."""
    return connection.execute(sql, parameters or []).fetchone()


def engine_version(connection: Connection) -> str:
    return str(one(connection, "SELECT ltrim(library_version, 'v') FROM pragma_version()")[0])


def current_snapshot(connection: Connection) -> int:
    return int(one(connection, f"FROM ducklake_current_snapshot({literal(LAKE)})")[0])


def find(connection: Connection, name: TableName) -> TableState | None:
    """The table of that name, whatever the letter case."""
    found = one(
        connection,
        "SELECT schema_name, table_name, comment FROM duckdb_tables()"
        " WHERE database_name = ? AND lower(schema_name) = ? AND lower(table_name) = ?",
        [LAKE, name.schema.lower(), name.table.lower()],
    )
    if not found:
        return None
    actual = TableName(found[0], found[1])
    number = one(
        connection,
        f"SELECT table_id FROM {METADATA}.ducklake_table t JOIN {METADATA}.ducklake_schema s USING (schema_id)"
        " WHERE s.schema_name = ? AND t.table_name = ? AND t.end_snapshot IS NULL AND s.end_snapshot IS NULL",
        [actual.schema, actual.table],
    )
    table_id = number[0] if number else -1
    columns = [
        Column(column, duckdb.sqltype(type_), comment)
        for column, type_, comment in connection.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE database_name = ?"
            " AND schema_name = ? AND table_name = ? ORDER BY column_index",
            [LAKE, actual.schema, actual.table],
        ).fetchall()
    ]
    return TableState(table_id, actual, columns, _partitions(connection, table_id), found[2])


def _partitions(connection: Connection, table_id: int) -> list[str]:
    rows = connection.execute(
        f"""SELECT c.column_name, p.transform FROM {METADATA}.ducklake_partition_info i
        JOIN {METADATA}.ducklake_partition_column p USING (partition_id, table_id)
        JOIN {METADATA}.ducklake_column c ON c.column_id = p.column_id AND c.table_id = p.table_id
        WHERE i.table_id = ? AND i.end_snapshot IS NULL AND c.end_snapshot IS NULL
        ORDER BY p.partition_key_index""",
        [table_id],
    ).fetchall()
    return [identifier(c) if t == "identity" else f"{t}({identifier(c)})" for c, t in rows]


def _touches(table_id: int) -> str:
    return f"regexp_matches(regexp_replace(coalesce(changes_made, ''), '({_HOUSEKEEPING}):\\d+', '', 'g'), ':{table_id}($|,)')"


def untouched(connection: Connection, table_id: int, seen: int, own: int) -> bool:
    """Whether no snapshot after `seen`, other than `own`, has changed the table, as far as every one is still known."""
    row = one(
        connection,
        f"""SELECT (SELECT min(begin_snapshot) FROM {METADATA}.ducklake_table WHERE table_id = ?) <= ?
          AND (SELECT coalesce(count(*) = max(snapshot_id) - ?
                AND NOT bool_or(snapshot_id <> ? AND {_touches(table_id)}), true)
            FROM {METADATA}.ducklake_snapshot_changes WHERE snapshot_id > ?)""",
        [table_id, own, seen, own, seen],
    )
    return bool(row[0])


def last_touched(connection: Connection, table_id: int) -> int:
    row = one(
        connection,
        f"SELECT coalesce(max(snapshot_id) FILTER (WHERE {_touches(table_id)}), min(snapshot_id))"
        f" FROM {METADATA}.ducklake_snapshot_changes",
    )
    return int(row[0])


def added(connection: Connection, table_id: int, snapshot: int) -> tuple[int, int]:
    """Files that a snapshot added to a table, and their size."""
    row = one(
        connection,
        f"""SELECT count(*), coalesce(sum(file_size_bytes), 0) FROM (
            SELECT file_size_bytes FROM {METADATA}.ducklake_data_file WHERE table_id = ? AND begin_snapshot = ?
            UNION ALL
            SELECT file_size_bytes FROM {METADATA}.ducklake_delete_file WHERE table_id = ? AND begin_snapshot = ?)""",
        [table_id, snapshot, table_id, snapshot],
    )
    return int(row[0]), int(row[1])


def _exist(connection: Connection) -> bool:
    names = ", ".join(map(literal, _TABLES))
    row = one(
        connection,
        f"SELECT count(*) FROM duckdb_tables() WHERE database_name = ? AND schema_name = ? AND table_name IN ({names})",
        [LAKE, _HISTORY],
    )
    return int(row[0]) == len(_TABLES)


def ensure_tables(lake: Lake, connection: Connection) -> None:
    """Makes the tables of `_tarn` that are missing, in transactions of their own."""
    with lake.writing:
        if _exist(connection):
            return
        ensure_schema(lake, connection, _HISTORY)
        # DuckLake 1.5.5 crashes on an option of a schema that has a view; whoever makes the first one here (the results of
        # checks) sets the option before.
        viewed = "SELECT count(*) FROM duckdb_views() WHERE database_name = ? AND schema_name = ?"
        if one(connection, viewed, [LAKE, _HISTORY])[0] == 0:
            connection.execute(f"CALL {LAKE}.set_option('data_inlining_row_limit', {_INLINED_ROWS}, schema => {literal(_HISTORY)})")
        for table, columns in _TABLES.items():
            _unless_another_was_first(connection, f"CREATE TABLE IF NOT EXISTS {TableName(_HISTORY, table).quoted} ({columns})")


def ensure_schema(lake: Lake, connection: Connection, schema: str) -> None:
    with lake.writing:
        known = one(
            connection,
            "SELECT 1 FROM duckdb_schemas() WHERE database_name = ? AND lower(schema_name) = lower(?)",
            [LAKE, schema],
        )
        if not known:
            _unless_another_was_first(connection, f"CREATE SCHEMA IF NOT EXISTS {LAKE}.{identifier(schema)}")


def _unless_another_was_first(connection: Connection, sql: str) -> None:
    try:
        connection.execute(sql)
    except duckdb.Error as e:
        if not is_conflict(e):
            raise


def is_conflict(error: Exception) -> bool:
    text = str(error).lower()
    return "transaction conflict" in text or "conflict on" in text or "write-write conflict" in text


def latest(connection: Connection, key: str) -> Recorded | None:
    """The newest materialization that wrote the asset's table."""
    if not _exist(connection):
        return None
    row = one(
        connection,
        "SELECT snapshot_id, read_snapshot, code_version, data_version, inputs, row_count"
        f" FROM {LAKE}._tarn.materializations WHERE asset_key = ? AND outcome = 'written'"
        " AND snapshot_id IS NOT NULL ORDER BY snapshot_id DESC LIMIT 1",
        [key],
    )
    if not row:
        return None
    return Recorded(row[0], row[1], row[2] or "", DataVersion.parse(row[3]), json.loads(row[4] or "{}"), int(row[5] or 0))


def stands_for(connection: Connection, known: Recorded, table: TableState, engine: str) -> bool:
    """Whether a record's data version is that of the table's content today."""
    return (
        known.data_version is not None
        and known.data_version.engine == engine
        and untouched(connection, table.id, known.read_snapshot, known.snapshot)
    )


def data_version(connection: Connection, key: str, name: TableName) -> str | None:
    """What a table holds, as one of its consumers records it: `snapshot:<id>` when nobody computed a version."""
    table = find(connection, name)
    if table is None:
        return None
    known = latest(connection, key)
    if known and stands_for(connection, known, table, engine_version(connection)):
        return str(known.data_version)
    return f"snapshot:{last_touched(connection, table.id)}"


def add(
    connection: Connection,
    *,
    run_id: str,
    key: str,
    started: datetime.datetime,
    mode: str,
    code_version: str,
    version: DataVersion | None,
    engine: str,
    inputs: dict[str, str],
    read_snapshot: int,
    rows: int,
    rows_written: int,
) -> None:
    """Adds a materialization; part of the connection's transaction."""
    connection.execute(
        f"""INSERT INTO {LAKE}._tarn.materializations (run_id, asset_key, outcome, started_at, finished_at, write_mode,
        code_version, data_version, engine_version, inputs, read_snapshot, row_count, rows_written)
        VALUES (?, ?, 'written', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [
            run_id,
            key,
            started,
            datetime.datetime.now(datetime.timezone.utc),
            mode,
            code_version,
            str(version) if version else None,
            engine,
            json.dumps(inputs, sort_keys=True, separators=(",", ":"), ensure_ascii=False),
            read_snapshot,
            rows,
            rows_written,
        ],
    )
