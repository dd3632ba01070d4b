"""How an output is to be written."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from dagster_tarn.lake.sql import literal


@dataclass(frozen=True)
class Replace:
    """The table is to hold the output and nothing else."""

    name = "replace"


@dataclass(frozen=True)
class Append:
    """The output's rows are added."""

    name = "append"


@dataclass(frozen=True)
class Upsert:
    """Rows are matched by keys; only rows that differ are touched."""

    keys: tuple[str, ...]
    unmatched: Literal["keep", "delete"] = "keep"
    name = "merge"


@dataclass(frozen=True)
class OverwritePartitions:
    """Partitions that the output holds rows of are replaced; those that are the same are left alone."""

    columns: tuple[str, ...]
    name = "overwrite_partitions"


@dataclass(frozen=True)
class Among:
    """Rows whose expression has one of these values."""

    expression: str
    values: tuple[str, ...]

    def condition(self, type_of: Callable[[str], str]) -> str:  # noqa: ARG002 # an engine casts the values
        return f"{self.expression} IN ({', '.join(map(literal, self.values))})"

    def others(self, type_of: Callable[[str], str]) -> list[str]:  # noqa: ARG002
        """Conditions for all other rows that have a value, by ranges; none when there is more than one value, as only
        the engine knows their order."""
        if len(self.values) != 1:
            return []
        return [f"{self.expression} {side} {literal(self.values[0])}" for side in "<>"]


@dataclass(frozen=True)
class Within:
    """Rows whose expression lies in a window of time. A column without a zone holds local times of the window's."""

    expression: str
    start: datetime.datetime
    end: datetime.datetime

    def condition(self, type_of: Callable[[str], str]) -> str:
        if type_of(self.expression) == "timestamp with time zone":
            start, end = (f"TIMESTAMPTZ '{moment.isoformat(' ')}'" for moment in (self.start, self.end))
        else:
            start, end = (f"TIMESTAMP '{moment.replace(tzinfo=None).isoformat(' ')}'" for moment in (self.start, self.end))
        return f"{self.expression} >= {start} AND {self.expression} < {end}"

    def others(self, type_of: Callable[[str], str]) -> list[str]:
        """Conditions for all other rows that have a value."""
        from_start, to_end = self.condition(type_of).split(" AND ")
        return [from_start.replace(" >= ", " < "), to_end.replace(" < ", " >= ")]


@dataclass(frozen=True)
class Part:
    """A part of a table: rows that meet every filter of one of these alternatives."""

    title: str
    alternatives: tuple[tuple[Among | Within, ...], ...]

    def condition(self, type_of: Callable[[str], str]) -> str:
        """SQL; `type_of` says of an expression what type it has in the table."""
        return " OR ".join("(" + " AND ".join(each.condition(type_of) for each in filters) + ")" for filters in self.alternatives)

    def others(self, type_of: Callable[[str], str]) -> list[str]:
        """Conditions that together hold for each row outside of the part, and for none twice: ranges, so that whoever
        knows a file's bounds need not open it. Empty when they cannot be said so."""
        if len(self.alternatives) != 1:
            return []
        conditions: list[str] = []
        before = ""
        for each in self.alternatives[0]:
            others = each.others(type_of)
            if not others:
                return []
            conditions += [f"{before}{condition}" for condition in (*others, f"{each.expression} IS NULL")]
            before += f"{each.condition(type_of)} AND "
        return conditions


@dataclass(frozen=True)
class OverwritePartition:
    """The rows of a part are replaced; a row of the output that does not belong to it is an error."""

    part: Part
    name = "overwrite_partitions"


Mode = Replace | Append | Upsert | OverwritePartitions | OverwritePartition


@dataclass(frozen=True)
class WritePlan:
    """The mode, and what belongs to the table whatever the mode."""

    mode: Mode = field(default_factory=Replace)
    partitioned_by: tuple[str, ...] = ()
    allow: frozenset[str] = frozenset()
    code_version: str = ""
    inputs: Mapping[str, str] = field(default_factory=dict)
    description: str = ""
    column_descriptions: Mapping[str, str] = field(default_factory=dict)
