"""Types of columns: what a table stores of what a query yields, and the number that stands for a row."""

from __future__ import annotations

from typing import Any

from dagster_tarn.errors import TarnError
from dagster_tarn.lake.sql import identifier

_NESTED = ("list", "array", "struct", "map", "union")
_STORED = {"hugeint": "DECIMAL(38,0)", "uhugeint": "DECIMAL(38,0)", "bit": "VARCHAR", "bignum": "VARCHAR"}
_REFUSED = {
    "interval": "Store a number, such as `epoch(x)`, or `x::VARCHAR`.",
    "time with time zone": "Cast it to TIME or VARCHAR.",
    "time_ns": "Cast it to TIME or VARCHAR.",
    "union": "Cast it to a STRUCT, JSON or VARCHAR.",
}

_DIGITS = {
    "TINYINT": 3,
    "UTINYINT": 3,
    "SMALLINT": 5,
    "USMALLINT": 5,
    "INTEGER": 10,
    "UINTEGER": 10,
    "BIGINT": 19,
    "UBIGINT": 20,
}
_SIGNED = ["TINYINT", "SMALLINT", "INTEGER", "BIGINT"]
_UNSIGNED = ["UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"]
_TIMESTAMPS = ["TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP"]

Type = Any
"""`duckdb.sqltypes.DuckDBPyType`, which has no public stubs."""


def stored(column: str, type_: Type) -> str:
    """The SQL type under which a table holds it: its own, or one that loses nothing; `asset.query-invalid` otherwise."""
    kind = str(type_.id)
    if kind in _STORED:
        return _STORED[kind]
    if kind in _REFUSED:
        raise TarnError(
            "asset.query-invalid",
            f"Column `{column}` is of type {type_}, which a lake's data files cannot hold without loss.",
            _REFUSED[kind],
        )
    if kind == "enum":
        return "VARCHAR"
    if str(type_) == '"NULL"':
        return "INTEGER"
    if kind in ("list", "array"):
        return stored(column, type_.children[0][1]) + "[]"
    if kind == "map":
        (_, key), (_, value) = type_.children
        return f"MAP({stored(column, key)}, {stored(column, value)})"
    if kind == "struct":
        fields = ", ".join(f"{identifier(name)} {stored(column, field)}" for name, field in type_.children)
        return f"STRUCT({fields})"
    return str(type_)


def row_number(columns: list[tuple[str, Type]]) -> str:
    """SQL of the number that stands for a row in a data version; spec/lake-tables.md defines it."""
    hashed = [part for name, type_ in columns for part in hashed_parts(identifier(name), type_)]
    return f"(hash(hash({', '.join(hashed)})) >> 1)::BIGINT"


def hashed_parts(value: str, type_: Type) -> list[str]:
    """SQL expressions which are all alike for two values when the values are the same."""
    kind = str(type_.id)
    if kind == "decimal":
        width = dict(type_.children)["precision"]
        return [value, f"{value}::DOUBLE"] if width > 18 else [value]
    if kind == "variant":
        return [value, f"{value}::VARCHAR"]
    if kind == "list":
        inner = str(type_.children[0][1].id)
        if inner not in (*_NESTED, "decimal", "variant"):
            return [value, f"len({value})"]
        return [value, f"{value}::VARCHAR"]
    if kind in ("array", "map", "struct"):
        return [value, f"{value}::VARCHAR"]
    return [value]


def _decimal(text: str) -> tuple[int, int] | None:
    if not text.startswith("DECIMAL("):
        return None
    width, scale = text[8:-1].split(",")
    return int(width), int(scale)


def widens(old: str, new: str) -> str | None:
    """How a column of one simple type takes every value of another: `alter` (old files stay right), `rewrite`, or not."""
    wide, narrow = _decimal(new), _decimal(old)
    if wide and narrow:
        holds = wide[1] >= narrow[1] and wide[0] - wide[1] >= narrow[0] - narrow[1]
        return ("alter" if wide[1] == narrow[1] else "rewrite") if holds else None
    if wide:
        return "rewrite" if old in _DIGITS and wide[0] - wide[1] >= _DIGITS[old] else None
    if old in _SIGNED and new in _SIGNED:
        return "alter" if _SIGNED.index(old) < _SIGNED.index(new) else None
    if old in _UNSIGNED and new in _UNSIGNED:
        return "alter" if _UNSIGNED.index(old) < _UNSIGNED.index(new) else None
    if old in _UNSIGNED and new in _SIGNED:
        return "alter" if _UNSIGNED.index(old) < _SIGNED.index(new) else None
    holds = (
        (new == "DOUBLE" and (old == "FLOAT" or _DIGITS.get(old, 99) <= 10))
        or (new == "FLOAT" and _DIGITS.get(old, 99) <= 5)
        or (new in _TIMESTAMPS and (old == "DATE" or old in _TIMESTAMPS[: _TIMESTAMPS.index(new)]))
    )
    return "rewrite" if holds else None
