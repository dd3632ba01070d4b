"""How rows meet a table, in the transaction that writes it. Each way ends as (rows written, the table's data version),
or as None when the table already holds what it should and the transaction is to be rolled back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from dagster_tarn.errors import TarnError
from dagster_tarn.lake.connection import Connection
from dagster_tarn.lake.history import DataVersion, Recorded, TableState, one
from dagster_tarn.lake.plan import Append, Mode, OverwritePartition, OverwritePartitions, Replace, Upsert, WritePlan
from dagster_tarn.lake.schema import SchemaPlan
from dagster_tarn.lake.sources import Source
from dagster_tarn.lake.sql import TableName, identifier, identifiers, literal
from dagster_tarn.lake.types import hashed_parts

_ROWS = "temp.main._tarn_rows"
_CHANGED = "temp.main._tarn_changed"
_CARRIED = "temp.main._tarn_carried"
QUOTE = '"'
_INEXACT = ("float", "double", "variant", "list", "array", "struct", "map")

Sum = tuple[int, int]
Done = tuple[int, DataVersion]


class Ways:
    """One write. `recorded` is the last materialization if its data version still speaks for the table."""

    def __init__(
        self,
        connection: Connection,
        key: str,
        table: TableName,
        before: TableState | None,
        schema: SchemaPlan,
        source: Source,
        plan: WritePlan,
        engine: str,
        recorded: Recorded | None,
        damaged: Mapping[str, str],
    ) -> None:
        self.connection, self.key, self.table, self.before = connection, key, table, before
        self.schema, self.source, self.plan, self.engine, self.recorded = schema, source, plan, engine, recorded
        self.damaged = damaged
        self._found: DataVersion | None = recorded.data_version if recorded else None

    def write(self) -> Done | None:
        mode = self.plan.mode
        if self.damaged and self.before and makes_anew(mode):
            return self._remake(self.before)
        if isinstance(mode, OverwritePartition):
            return self._overwrite_one(mode)
        if self.before is None and not isinstance(mode, Upsert):
            return self._first()
        if isinstance(mode, Replace):
            return self._replace()
        if isinstance(mode, Append):
            return self._append()
        if isinstance(mode, Upsert):
            return self._upsert(mode)
        return self._overwrite(mode)

    def committed_version(self) -> DataVersion:
        """Of the table as it is now; computed once when nobody has recorded it."""
        if self._found is None:
            self._found = self._version(*self._sum(self.table.quoted))
        return self._found

    @property
    def _changes_table(self) -> bool:
        return self.before is None or bool(self.schema.steps) or self._changes_partitions

    @property
    def _changes_partitions(self) -> bool:
        """Partitions are added or exchanged; a table that has some and is asked for none keeps them."""
        wanted = [_normalized(each) for each in self.plan.partitioned_by]
        return bool(wanted) and wanted != [_normalized(e) for e in (self.before.partitioned_by if self.before else [])]

    def _version(self, rows: int, total: int) -> DataVersion:
        return DataVersion(self.engine, rows, total)

    def _sum(self, relation: str) -> Sum:
        rows, total = one(self.connection, f"SELECT count(*), sum({self.schema.row_number}) FROM {relation}")
        return int(rows), int(total or 0)

    def _committed(self) -> str:
        """The condition for a row that was there when the transaction began."""
        taken = {name.lower() for name in self.schema.names}
        if "snapshot_id" not in taken:
            return "snapshot_id IS NOT NULL"
        if "rowid" not in taken:
            # DuckLake numbers rows that are not committed yet from here on.
            return "rowid < 1000000000000000000"
        raise TarnError(
            "asset.query-invalid",
            f"The output of {self.key} has columns named `snapshot_id` and `rowid`, both of which the lake needs for itself.",
            "Give one of them another name.",
        )

    def _prepare(self) -> None:
        """Makes the table when it is new, and gives it the columns and partitions that it is to have."""
        if self.before is None:
            columns = ", ".join(f"{identifier(c.name)} {c.type}" for c in self.schema.columns)
            self.connection.execute(f"CREATE TABLE {self.table.quoted} ({columns})")
        for step in self.schema.steps:
            self.connection.execute(f"ALTER TABLE {self.table.quoted} {step}")
        if self._changes_partitions:
            parts = ", ".join(self.plan.partitioned_by)
            if any(_normalized(each).startswith("bucket(") for each in self.plan.partitioned_by) and self.before:
                raise TarnError(
                    "asset.query-invalid",
                    f"{self.table} has rows already, which would not be found in buckets.",
                    "Partition by buckets from the first materialization on.",
                )
            self.connection.execute(f"ALTER TABLE {self.table.quoted} SET PARTITIONED BY ({parts})")

    def _order(self) -> str:
        """Rows of a partition come together; without it the engine holds a buffer for each partition and thread."""
        return order_by(self.plan.partitioned_by)

    def _insert(self) -> int:
        rows = self._changed_rows(
            f"INSERT INTO {self.table.quoted} ({identifiers(self.schema.names)}) {self.schema.select(self.source.select)}{self._order()}"
        )
        self._require_all(rows)
        return rows

    def _stage(self) -> None:
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS {self.schema.select(self.source.select)}")
        self._require_all(int(one(self.connection, f"SELECT count(*) FROM {_ROWS}")[0]))

    def _require_all(self, rows: int) -> None:
        handed = self.source.count()
        if handed is not None and handed != rows:
            raise TarnError(
                "engine.failed",
                f"Of the output of {self.key}, {handed} rows were handed over but {rows} arrived; nothing was committed.",
                "Run it again; if it happens again, report it with the asset's code.",
            )

    def _changed_rows(self, sql: str) -> int:
        return int(one(self.connection, sql)[0])

    def _require_rows(self, expected: int) -> None:
        rows = int(one(self.connection, f"SELECT count(*) FROM {self.table.quoted}")[0])
        if rows != expected:
            raise TarnError(
                "engine.failed",
                f"{self.table} holds {rows} rows instead of {expected}; nothing was committed.",
                "Run it again; if it happens again, report it.",
            )

    def _first(self) -> Done:
        self._prepare()
        rows = self._insert()
        self._require_rows(rows)
        return rows, self._version(*self._sum(self.table.quoted))

    def _replace(self) -> Done | None:
        if not self._changes_table and self.recorded is None:
            self.committed_version()
        self._prepare()
        rows = self._insert()
        # After the insert, so that a query that reads its own table sees what was committed.
        self.connection.execute(f"DELETE FROM {self.table.quoted} WHERE {self._committed()}")
        self._require_rows(rows)
        version = self._version(*self._sum(self.table.quoted))
        if not self._changes_table and version == self._found:
            return None
        return rows, version

    def _remake(self, before: TableState) -> Done:
        """Of a table whose files are damaged nothing can be deleted and not everything read, so it is made anew. Its
        output may still read it, and so is put aside first."""
        mode = self.plan.mode
        self._stage()
        if isinstance(mode, Upsert):
            self._require_unique(self._keys(mode.keys))
        names = identifiers(self.schema.names)
        carried = [self._carry(mode)] if isinstance(mode, OverwritePartition) else []
        columns = ", ".join(f"{identifier(c.name)} {c.type}" for c in self.schema.columns)
        self.connection.execute(f"CREATE OR REPLACE TABLE {self.table.quoted} ({columns})")
        partitions = self.plan.partitioned_by or tuple(before.partitioned_by)
        if partitions:
            self.connection.execute(f"ALTER TABLE {self.table.quoted} SET PARTITIONED BY ({', '.join(partitions)})")
        for statement in said_of(before, self.schema.names):
            self.connection.execute(statement)
        order = order_by(partitions)
        rows = 0
        for table in [_ROWS, *carried]:
            rows += self._changed_rows(f"INSERT INTO {self.table.quoted} ({names}) SELECT {names} FROM {table}{order}")
        self._require_rows(rows)
        return rows, self._version(*self._sum(self.table.quoted))

    def _carry(self, mode: OverwritePartition) -> str:
        """The rows outside of the part that is written, put aside; an error when they too are in damaged files."""
        types = {column.name.lower(): str(column.type.id) for column in self.schema.columns}

        def type_of(each: str) -> str:
            return types.get(each.strip(QUOTE).lower(), "")

        part = mode.part.condition(type_of)
        outside = int(one(self.connection, f"SELECT count(*) FROM {_ROWS} WHERE ({part}) IS NOT TRUE")[0])
        if outside:
            raise self._stranger(outside, int(one(self.connection, f"SELECT count(*) FROM {_ROWS}")[0]), part, mode)
        others = mode.part.others(type_of)
        lost = self._damaged_of(others)
        if lost:
            what = ", ".join(f"{name} ({self.damaged[name]})" for name in lost)
            raise TarnError(
                "asset.failed",
                f"{self.table} has damaged files that may hold more than the partition {mode.part.title}: {what}.",
                "Mend them with `tarn repair`, or materialize each damaged partition alone.",
            )
        names = identifiers(self.schema.names)
        selects = [f"SELECT {names} FROM {self.table.quoted} WHERE {condition}" for condition in others]
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {_CARRIED} AS {' UNION ALL '.join(selects)}")
        return _CARRIED

    def _damaged_of(self, conditions: Sequence[str]) -> list[str]:
        """Damaged files that hold rows of these conditions, or may."""
        found: set[str] = set()
        try:
            for condition in conditions:
                rows = self.connection.execute(f"SELECT DISTINCT filename FROM {self.table.quoted} WHERE {condition}").fetchall()
                found |= {row[0].rpartition("/")[2] for row in rows}
        except duckdb.Error:
            return sorted(self.damaged)
        return sorted(set(self.damaged) & found) if conditions else sorted(self.damaged)

    def _append(self) -> Done | None:
        known = self._found if not self._changes_table else None
        self._prepare()
        rows = self._insert()
        if rows == 0 and not self._changes_table:
            return None
        if known is None:
            return rows, self._version(*self._sum(self.table.quoted))
        added = self._sum(f"{self.table.quoted} WHERE NOT ({self._committed()})")
        if added[0] != rows:
            self._require_rows(known.rows + rows)
        return rows, known.plus(*added)

    def _overwrite_one(self, mode: OverwritePartition) -> Done | None:
        types = {column.name.lower(): str(column.type.id) for column in self.schema.columns}
        condition = f"({mode.part.condition(lambda each: types.get(each.strip(QUOTE).lower(), ''))})"
        known = self._found if not self._changes_table else None
        old = (0, 0)
        if self.before and not self._changes_table:
            old = self._sum(f"{self.table.quoted} WHERE {condition}")
        self._prepare()
        rows = self._insert()
        if self.before:
            self.connection.execute(f"DELETE FROM {self.table.quoted} WHERE {condition} AND {self._committed()}")
        new = self._sum(f"{self.table.quoted} WHERE {condition}")
        if new[0] != rows:
            raise self._stranger(rows - new[0], rows, condition, mode)
        if new == old and not self._changes_table:
            return None
        if known is None:
            return rows, self._version(*self._sum(self.table.quoted))
        return rows, known.plus(new[0] - old[0], new[1] - old[1])

    def _stranger(self, strangers: int, rows: int, condition: str, mode: OverwritePartition) -> TarnError:
        return TarnError(
            "asset.failed",
            f"{strangers} of {rows} rows of {self.key} do not belong to the partition {mode.part.title}; nothing was written.",
            f"Return only rows of the partition: {condition}.",
        )

    def _keys(self, names: tuple[str, ...]) -> list[str]:
        columns = {column.name.lower(): column for column in self.schema.columns}
        found = []
        for name in names:
            column = columns.get(name.lower())
            if column is None or str(column.type.id) in _INEXACT:
                why = "its output lacks" if column is None else f"is of type {column.type} and so not exact"
                raise TarnError(
                    "asset.query-invalid",
                    f"The write of {self.key} matches rows by `{name}`, which {why}.",
                    "Its columns are: " + ", ".join(self.schema.names) + ".",
                )
            found.append(column.name)
        return found

    def _require_unique(self, keys: list[str]) -> None:
        empty = " OR ".join(f"{identifier(key)} IS NULL" for key in keys)
        missing = int(one(self.connection, f"SELECT count(*) FROM {_ROWS} WHERE {empty}")[0])
        twice = one(
            self.connection,
            f"SELECT {identifiers(keys)}, count(*) FROM {_ROWS} GROUP BY {identifiers(keys)}"
            f" HAVING count(*) > 1 ORDER BY {identifiers(keys)} LIMIT 1",
        )
        if missing or twice:
            what = f"{missing} rows have no value in a key column" if missing else f"the key {twice[:-1]} stands for {twice[-1]} rows"
            raise TarnError(
                "asset.failed",
                f"The output of {self.key} cannot be merged: {what}.",
                "Make the key unique in the asset, or merge by other columns.",
            )

    def _upsert(self, mode: Upsert) -> Done | None:
        keys = self._keys(mode.keys)
        # Staged, because the rows are read several times and must be the same each time.
        self._stage()
        self._require_unique(keys)
        self._prepare()
        names = identifiers(self.schema.names)
        if self.before is None:
            rows = self._changed_rows(f"INSERT INTO {self.table.quoted} ({names}) SELECT {names} FROM {_ROWS}{self._order()}")
            return rows, self._version(*self._sum(self.table.quoted))
        match = " AND ".join(f"s.{identifier(key)} = t.{identifier(key)}" for key in keys)
        deleted = 0
        if mode.unmatched == "delete":
            deleted = self._changed_rows(
                f"DELETE FROM {self.table.quoted} AS t WHERE NOT EXISTS (SELECT 1 FROM {_ROWS} AS s WHERE {match})"
            )
        merged = self._changed_rows(self._merge(keys, match))
        if not deleted and not merged and not self._changes_table:
            return None
        return merged, self._version(*self._sum(self.table.quoted))

    def _merge(self, keys: list[str], match: str) -> str:
        others = [column for column in self.schema.columns if column.name not in keys]
        update = ""
        if others:
            differs = []
            for column in others:
                name = identifier(column.name)
                here, there = hashed_parts(f"t.{name}", column.type), hashed_parts(f"s.{name}", column.type)
                differs += [f"{a} IS DISTINCT FROM {b}" for a, b in zip(here, there, strict=True)]
            sets = ", ".join(f"{identifier(c.name)} = s.{identifier(c.name)}" for c in others)
            update = f"WHEN MATCHED AND ({' OR '.join(differs)}) THEN UPDATE SET {sets} "
        values = ", ".join(f"s.{identifier(name)}" for name in self.schema.names)
        return (
            f"MERGE INTO {self.table.quoted} AS t USING {_ROWS} AS s ON {match} {update}"
            f"WHEN NOT MATCHED THEN INSERT ({identifiers(self.schema.names)}) VALUES ({values})"
        )

    def _overwrite(self, mode: OverwritePartitions) -> Done | None:
        columns = self._keys(mode.columns)
        self._stage()
        self._prepare()
        part = identifiers(columns)

        def same(one_: str, other: str) -> str:
            return " AND ".join(f"{one_}.{identifier(c)} IS NOT DISTINCT FROM {other}.{identifier(c)}" for c in columns)

        sums = f"SELECT {part}, count(*) AS _tarn_rows, sum({self.schema.row_number}) AS _tarn_sum FROM %s GROUP BY {part}"
        concerned = f"(SELECT t.* FROM {self.table.quoted} AS t WHERE EXISTS (SELECT 1 FROM {_ROWS} AS s WHERE {same('s', 't')}))"
        self.connection.execute(
            f"""CREATE OR REPLACE TEMP TABLE {_CHANGED} AS
            SELECT n.* EXCLUDE (_tarn_rows, _tarn_sum)
            FROM ({sums % _ROWS}) AS n LEFT JOIN ({sums % concerned}) AS o ON {same("n", "o")}
            WHERE n._tarn_rows IS DISTINCT FROM o._tarn_rows OR n._tarn_sum IS DISTINCT FROM o._tarn_sum"""
        )
        if not int(one(self.connection, f"SELECT count(*) FROM {_CHANGED}")[0]) and not self._changes_table:
            return None
        changed = f"EXISTS (SELECT 1 FROM {_CHANGED} AS c WHERE {same('c', 't')})"
        self.connection.execute(f"DELETE FROM {self.table.quoted} AS t WHERE {changed}")
        names = identifiers(self.schema.names)
        rows = self._changed_rows(
            f"INSERT INTO {self.table.quoted} ({names}) SELECT {names} FROM {_ROWS} AS t WHERE {changed}{self._order()}"
        )
        return rows, self._version(*self._sum(self.table.quoted))


def makes_anew(mode: Mode) -> bool:
    """Whether what is written is all that the table holds, or may be put together with the rest."""
    return isinstance(mode, Replace | OverwritePartition) or (isinstance(mode, Upsert) and mode.unmatched == "delete")


def order_by(partitions: Sequence[str]) -> str:
    parts = [each for each in partitions if not _normalized(each).startswith("bucket(")]
    return f" ORDER BY {', '.join(parts)}" if parts else ""


def said_of(table: TableState, columns: Sequence[str]) -> list[str]:
    """Statements that give a table made anew the comments of the one before."""
    kept = {name.lower() for name in columns}
    statements = [f"COMMENT ON TABLE {table.name.quoted} IS {literal(table.comment)}"] if table.comment else []
    return statements + [
        f"COMMENT ON COLUMN {table.name.quoted}.{identifier(column.name)} IS {literal(column.comment)}"
        for column in table.columns
        if column.comment and column.name.lower() in kept
    ]


def _normalized(expression: str) -> str:
    return expression.replace('"', "").replace(" ", "").lower()
