"""Names, literals and types as SQL has them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LAKE = "lake"
METADATA = f"__ducklake_metadata_{LAKE}"


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def identifiers(names: Iterable[str]) -> str:
    return ", ".join(map(identifier, names))


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, order=True)
class TableName:
    """A table of the lake by its schema and its own name."""

    schema: str
    table: str

    @property
    def quoted(self) -> str:
        return f"{LAKE}.{identifier(self.schema)}.{identifier(self.table)}"

    @property
    def folded(self) -> TableName:
        return TableName(self.schema.lower(), self.table.lower())

    def __str__(self) -> str:
        return f"{self.schema}.{self.table}"

    @staticmethod
    def of_key(segments: Sequence[str]) -> TableName:
        """One segment is a table of `main`; of several the first is the schema, the rest, joined by `_`, the table."""
        if len(segments) == 1:
            return TableName("main", segments[0])
        return TableName(segments[0], "_".join(segments[1:]))
