"""Makes an output readable by the engine: a relation stays where it is, everything else passes as Arrow batches."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import types
import typing
import uuid
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import duckdb
import pyarrow as pa

from dagster_tarn.errors import TarnError
from dagster_tarn.lake.connection import Connection, Lake
from dagster_tarn.lake.sql import identifier

_NAME = "_tarn_output"
_BATCH_ROWS = 65_536

_SCALARS: dict[Any, pa.DataType] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    bytes: pa.binary(),
    datetime.date: pa.date32(),
    datetime.datetime: pa.timestamp("us"),
    datetime.time: pa.time64("us"),
    uuid.UUID: pa.string(),
    decimal.Decimal: pa.decimal128(38, 9),
}


class Source:
    """An output that is readable on `connection` as `select`, until it is closed."""

    def __init__(
        self,
        connection: Connection,
        register: Callable[[Connection], None],
        again: bool,
        count: Callable[[], int | None],
    ) -> None:
        self.connection = connection
        self._register = register
        self.again = again
        self.count = count
        self.select = f"SELECT * FROM {identifier(_NAME)}"

    def open(self) -> None:
        """Must be called before each reading."""
        self._register(self.connection)

    def close(self) -> None:
        self.connection.unregister(_NAME)


def source_of(lake: Lake, value: Any) -> Source:
    """The output as a source; `asset.query-invalid` when it is none that can be written."""
    if isinstance(value, duckdb.DuckDBPyRelation):
        return _relation(lake, value)
    module = type(value).__module__.partition(".")[0]
    if module == "polars":
        return _polars(lake, value)
    if module == "pandas":
        return _table(lake, _of_pandas(value))
    if isinstance(value, pa.Table):
        return _table(lake, value)
    if isinstance(value, pa.RecordBatch):
        return _table(lake, pa.Table.from_batches([value]))
    if isinstance(value, pa.RecordBatchReader):
        return _stream(lake, value.schema, value, None)
    if isinstance(value, list):
        return _table(lake, _of_records(value))
    raise TarnError(
        "asset.query-invalid",
        f"An output of type {type(value).__module__}.{type(value).__qualname__} cannot be written to a table.",
        "Return a DuckDB relation, a Polars or pandas frame, an Arrow table or reader, or a list of dataclass objects.",
    )


def _relation(lake: Lake, relation: Any) -> Source:
    """The engine reads a relation only on the connection that made it; one of another engine passes as batches."""
    connection = lake.connection
    try:
        connection.register(_NAME, relation)
        connection.unregister(_NAME)
    except duckdb.InvalidInputException as e:
        if "created by another Connection" not in str(e):
            raise
        schema = relation.limit(0).to_arrow_table().schema
        return _stream(lake, schema, relation.to_arrow_reader(_BATCH_ROWS), None)
    return Source(connection, lambda c: c.register(_NAME, relation) and None, True, lambda: None)


def _table(lake: Lake, table: pa.Table) -> Source:
    # A cursor of its own: read through the writing connection, rows would be lost without a word.
    return Source(lake.cursor(), lambda c: c.register(_NAME, table) and None, True, lambda: table.num_rows)


def _stream(lake: Lake, schema: pa.Schema, batches: Iterable[pa.RecordBatch], again: Callable[[], Any] | None) -> Source:
    """Batches as they come, counted, so that a row that does not arrive is noticed."""
    handed = [0]
    first: list[Iterable[pa.RecordBatch] | None] = [batches]

    def counted(of: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in of:
            handed[0] += batch.num_rows
            yield batch

    def register(connection: Connection) -> None:
        handed[0] = 0
        of, first[0] = first[0], None
        if of is None:
            if again is None:
                raise TarnError(
                    "catalog.conflict",
                    "Another writer changed the table first, and the output is a stream that cannot be read again.",
                    "Materialize the asset again.",
                )
            of = again()
        connection.register(_NAME, pa.RecordBatchReader.from_batches(schema, counted(of)))

    return Source(lake.cursor(), register, again is not None, lambda: handed[0])


def _polars(lake: Lake, frame: Any) -> Source:
    import polars as pl  # noqa: PLC0415 # an optional dependency

    if isinstance(frame, pl.Series):
        frame = frame.to_frame()
    if isinstance(frame, pl.DataFrame):
        return _table(lake, frame.to_arrow())
    schema = pl.DataFrame(schema=frame.collect_schema()).to_arrow().schema

    def batches() -> Iterator[pa.RecordBatch]:
        for part in frame.collect_batches(chunk_size=_BATCH_ROWS, maintain_order=False, lazy=True):
            yield from part.to_arrow().cast(schema).to_batches()

    return _stream(lake, schema, batches(), batches)


def _of_pandas(frame: Any) -> pa.Table:
    """Without its index, unless that has a name and so is data."""
    named = any(name is not None for name in frame.index.names)
    return pa.Table.from_pandas(frame, preserve_index=named or False).replace_schema_metadata(None)


def _of_records(records: list[Any]) -> pa.Table:
    kinds = {type(record) for record in records}
    if len(kinds) != 1 or not dataclasses.is_dataclass(next(iter(kinds))):
        raise TarnError(
            "asset.query-invalid",
            "A list that is an output must hold objects of one dataclass"
            + (", and an empty one does not say which." if not records else "."),
            "Return objects of one dataclass, or an Arrow table with its schema when there may be none.",
        )
    kind = next(iter(kinds))
    hints = typing.get_type_hints(kind)
    fields = [pa.field(f.name, arrow_type(hints[f.name])) for f in dataclasses.fields(kind)]
    columns = [[_plain(getattr(record, f.name)) for record in records] for f in fields]
    fields = [_with_zone(field, column) for field, column in zip(fields, columns, strict=True)]
    return pa.Table.from_arrays([pa.array(c, f.type) for c, f in zip(columns, fields, strict=True)], schema=pa.schema(fields))


def _with_zone(field: pa.Field, column: list[Any]) -> pa.Field:
    """Moments make a column of moments, and local times one of local times; they are never mixed."""
    if field.type != _SCALARS[datetime.datetime]:
        return field
    aware = {value.utcoffset() is not None for value in column if value is not None}
    if len(aware) > 1:
        raise TarnError(
            "asset.query-invalid",
            f"The field `{field.name}` has times with a zone and times without one.",
            "Give all of them a zone, or none.",
        )
    return field.with_type(pa.timestamp("us", "UTC")) if aware == {True} else field


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, uuid.UUID) else value


def arrow_type(hint: Any) -> pa.DataType:
    """The type of a dataclass's field, None being allowed everywhere."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return pa.struct([pa.field(f.name, arrow_type(hints[f.name])) for f in dataclasses.fields(hint)])
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        options = [each for each in arguments if each is not type(None)]
        if len(options) == 1:
            return arrow_type(options[0])
    if origin is list and arguments:
        return pa.list_(arrow_type(arguments[0]))
    if origin is dict and arguments:
        return pa.map_(arrow_type(arguments[0]), arrow_type(arguments[1]))
    raise TarnError(
        "asset.query-invalid",
        f"A dataclass's field of type {hint} has no column type.",
        "Use " + ", ".join(each.__name__ for each in _SCALARS) + ", lists, dicts or dataclasses of them.",
    )
