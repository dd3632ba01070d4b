"""Writes one output to its table in one transaction: rows, columns, comments and the record of it, or nothing."""

from __future__ import annotations

import contextlib
import datetime
import json
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_tarn.errors import TarnError, interruptions
from dagster_tarn.lake import history
from dagster_tarn.lake.connection import Connection, Lake
from dagster_tarn.lake.damage import damaged_files
from dagster_tarn.lake.history import DataVersion, Recorded, TableState, one
from dagster_tarn.lake.locks import Turn
from dagster_tarn.lake.modes import Ways, makes_anew
from dagster_tarn.lake.plan import WritePlan
from dagster_tarn.lake.schema import SchemaPlan, plan_schema
from dagster_tarn.lake.sources import Source, source_of
from dagster_tarn.lake.sql import LAKE, METADATA, TableName, identifier, literal

_ATTEMPTS = 6


@dataclass(frozen=True)
class RunIdentity:
    """Who writes: no two runs share an id."""

    run_id: str
    author: str


@dataclass(frozen=True)
class Materialization:
    """What became of an output. `written` is false when the table already held it and nothing was committed."""

    table: TableName
    written: bool
    rows: int
    rows_written: int
    files: int
    bytes: int
    snapshot: int
    data_version: str
    columns: list[tuple[str, str, str | None]]


def write(lake: Lake, key: str, table: TableName, value: Any, plan: WritePlan, run: RunIdentity) -> Materialization:
    """Writes `value`. A failure is an exception, and then nothing was written, unless its code is
    `catalog.commit-unknown`."""
    with interruptions():
        source = source_of(lake, value)
        try:
            return _persistently(lake, key, table, source, plan, run)
        except duckdb.Error as e:
            raise _translated(key, e) from e


def _persistently(lake: Lake, key: str, table: TableName, source: Source, plan: WritePlan, run: RunIdentity) -> Materialization:
    for attempt in range(_ATTEMPTS):
        source.open()
        try:
            return _Attempt(lake, key, table, source, plan, run).write()
        except duckdb.Error as e:
            if not history.is_conflict(e) or attempt == _ATTEMPTS - 1:
                raise
        finally:
            source.close()
        time.sleep(random.uniform(0.5, 1.0) * 0.05 * 2**attempt)
    raise AssertionError("unreachable")


def _translated(key: str, error: duckdb.Error) -> TarnError:
    text = str(error)
    if history.is_conflict(error):
        return TarnError("catalog.conflict", f"{key}: {text}", "Another writer changed the same table first. Run it again.")
    if isinstance(error, duckdb.OutOfMemoryException):
        return TarnError("engine.out-of-memory", f"{key}: {text}", "Raise `engine.memory_limit`, or lower `engine.threads`.")
    if isinstance(error, duckdb.IOException):
        return TarnError("storage.failed", f"{key}: {text}", "Check the path or the store, then run it again.")
    if isinstance(error, duckdb.InterruptException):
        return TarnError("interrupted", f"{key}: the write was stopped.", "Run it again.")
    return TarnError("asset.failed", f"The output of {key} cannot be written: {text}", "Mend the asset and run it again.")


class _Attempt:
    """One try: one transaction, or two when only a description has changed."""

    def __init__(self, lake: Lake, key: str, table: TableName, source: Source, plan: WritePlan, run: RunIdentity) -> None:
        self.lake, self.key, self.table, self.source, self.plan, self.run = lake, key, table, source, plan, run
        self.connection = source.connection
        self.started = datetime.datetime.now(datetime.timezone.utc)

    def write(self) -> Materialization:
        with self.lake.writing:
            history.ensure_tables(self.lake, self.connection)
            history.ensure_schema(self.lake, self.connection, self.table.schema)
            with _transaction(self.lake, self.connection, self.table) as transaction:
                before, schema, ways = self._ways()
                done = ways.write()
                if done is None:
                    # The table holds it already: the transaction is rolled back.
                    return self._unchanged(transaction, before, schema, ways)
                rows_written, version = done
                _describe(self.connection, ways.table, before, schema.names, self.plan)
                rows = int(one(self.connection, f"SELECT count(*) FROM {ways.table.quoted}")[0])
                snapshot = self._commit(transaction, rows, rows_written, version)
            return self._written(ways.table, rows, rows_written, snapshot, version)

    def _ways(self) -> tuple[TableState | None, SchemaPlan, Ways]:
        before = history.find(self.connection, self.table)
        schema = plan_schema(self.connection, self.key, self.source.select, before, self.plan.mode, self.plan.allow)
        engine = history.engine_version(self.connection)
        known = history.latest(self.connection, self.key)
        recorded: Recorded | None = None
        if known and before and history.stands_for(self.connection, known, before, engine):
            recorded = known
        name = before.name if before else self.table
        damaged = damaged_files(self.connection, before.id) if before else {}
        if damaged and makes_anew(self.plan.mode):
            schema = schema.anew()
        return (
            before,
            schema,
            Ways(self.connection, self.key, name, before, schema, self.source, self.plan, engine, recorded, damaged),
        )

    def _unchanged(self, transaction: _Transaction, before: TableState | None, schema: SchemaPlan, ways: Ways) -> Materialization:
        assert before is not None
        snapshot = ways.recorded.snapshot if ways.recorded else transaction.base
        transaction.roll_back()
        version = ways.committed_version()
        if _comments(before.name, before, schema.names, self.plan):
            with _transaction(self.lake, self.connection, self.table) as second:
                if not history.untouched(self.connection, before.id, transaction.base, transaction.base):
                    raise duckdb.TransactionException(
                        f"transaction conflict: {before.name} was changed while its output was found to be the same"
                    )
                _describe(self.connection, before.name, before, schema.names, self.plan)
                snapshot = self._commit(second, version.rows, 0, version)
            return self._written(before.name, version.rows, 0, snapshot, version)
        return Materialization(before.name, False, version.rows, 0, 0, 0, snapshot, str(version), self._columns(before.name))

    def _commit(self, transaction: _Transaction, rows: int, rows_written: int, version: DataVersion) -> int:
        history.add(
            self.connection,
            run_id=self.run.run_id,
            key=self.key,
            started=self.started,
            mode=self.plan.mode.name,
            code_version=self.plan.code_version,
            version=version,
            engine=version.engine,
            inputs=dict(self.plan.inputs),
            read_snapshot=transaction.base,
            rows=rows,
            rows_written=rows_written,
        )
        extra = {
            "tarn": 1,
            "run_id": self.run.run_id,
            "asset_key": self.key,
            "code_version": self.plan.code_version,
            "data_version": str(version),
        }
        return transaction.commit(self.run.author, f"materialize {self.key}", extra)

    def _written(self, table: TableName, rows: int, rows_written: int, snapshot: int, version: DataVersion) -> Materialization:
        state = history.find(self.connection, table)
        assert state is not None
        files, size = history.added(self.connection, state.id, snapshot)
        return Materialization(table, True, rows, rows_written, files, size, snapshot, str(version), self._columns(table))

    def _columns(self, table: TableName) -> list[tuple[str, str, str | None]]:
        state = history.find(self.connection, table)
        return [(c.name, str(c.type), c.comment) for c in state.columns] if state else []


class _Transaction:
    def __init__(self, connection: Connection, base: int, turn: Turn) -> None:
        self.connection, self.base, self.turn, self.open = connection, base, turn, True

    def roll_back(self) -> None:
        if self.open:
            self.open = False
            with contextlib.suppress(duckdb.Error):
                self.connection.execute("ROLLBACK")

    def commit(self, author: str, message: str, extra: dict[str, Any]) -> int:
        """The snapshot that it made. A commit that fails is looked for before anyone is told."""
        text = self.turn.fenced(json.dumps(extra, separators=(",", ":"), ensure_ascii=False))
        self.connection.execute(f"CALL {LAKE}.set_commit_message({literal(author)}, {literal(message)}, extra_info => {literal(text)})")
        self.open = False
        try:
            self.connection.execute("COMMIT")
        except duckdb.Error as e:
            with contextlib.suppress(duckdb.Error):
                self.connection.execute("ROLLBACK")
            try:
                self.turn.revoke()
                found = self._find(text)
            except (duckdb.Error, TarnError):
                raise TarnError(
                    "catalog.commit-unknown",
                    f"The commit failed and the catalog could not be asked what became of it: {e}",
                    "When the catalog answers again, look in `tarn snapshots` before you run it again.",
                ) from e
            if found is None:
                raise
            return found
        found = self._find(text)
        if found is None:
            raise TarnError("engine.failed", "The commit left no snapshot, so nothing was written.", "Run it again, and report it.")
        return found

    def _find(self, extra: str) -> int | None:
        row = one(
            self.connection,
            f"SELECT snapshot_id FROM {METADATA}.ducklake_snapshot_changes"
            " WHERE snapshot_id > ? AND commit_extra_info = ? ORDER BY snapshot_id DESC",
            [self.base, extra],
        )
        return int(row[0]) if row else None


@contextlib.contextmanager
def _transaction(lake: Lake, connection: Connection, table: TableName) -> Iterator[_Transaction]:
    """Rolled back unless it was committed. A second connection keeps what it defines alive until then: DuckLake 1.5.5
    frees it too early (docs/decisions/catalog-pins.md), except while a relation that was never run is bound to it."""
    with lake.locks.take([table]) as turn, lake.aside() as holder:
        yield from _begun(connection, holder, turn)


def _begun(connection: Connection, holder: Connection, turn: Turn) -> Iterator[_Transaction]:
    holder.execute("BEGIN TRANSACTION")
    pin = holder.sql(f"SELECT 1 FROM {LAKE}._tarn.materializations")
    connection.execute("BEGIN TRANSACTION")
    transaction = _Transaction(connection, history.current_snapshot(connection), turn)
    try:
        yield transaction
    finally:
        transaction.roll_back()
        del pin


def _comments(table: TableName, before: TableState | None, columns: list[str], plan: WritePlan) -> list[str]:
    """Statements for the comments that differ; one that the asset says nothing about is left alone."""
    statements = []
    if plan.description and (before is None or before.comment != plan.description):
        statements.append(f"COMMENT ON TABLE {table.quoted} IS {literal(plan.description)}")
    known = {column.name.lower(): column.comment for column in before.columns} if before else {}
    wanted = {name.lower(): text for name, text in plan.column_descriptions.items()}
    for column in columns:
        text = wanted.get(column.lower())
        if text and text != known.get(column.lower()):
            statements.append(f"COMMENT ON COLUMN {table.quoted}.{identifier(column)} IS {literal(text)}")
    return statements


def _describe(connection: Connection, table: TableName, before: TableState | None, columns: list[str], plan: WritePlan) -> None:
    for statement in _comments(table, before, columns, plan):
        connection.execute(statement)
