"""What a table's columns will be when it takes an output's, and the steps that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_tarn.errors import TarnError
from dagster_tarn.lake.connection import Connection
from dagster_tarn.lake.history import TableState
from dagster_tarn.lake.plan import Mode, Replace
from dagster_tarn.lake.sql import identifier
from dagster_tarn.lake.types import row_number, stored, widens


@dataclass(frozen=True)
class Target:
    """A column of the table afterwards, and the output's column that fills it."""

    name: str
    type: Any
    source: int


@dataclass(frozen=True)
class SchemaPlan:
    """`steps` are what follows ALTER TABLE, in order; `given` are the output's types."""

    columns: list[Target]
    steps: list[str]
    given: list[Any]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]

    @property
    def row_number(self) -> str:
        return row_number([(column.name, column.type) for column in self.columns])

    def anew(self) -> SchemaPlan:
        """The same columns, in a table that is made anew."""
        return SchemaPlan(self.columns, [], self.given)

    def select(self, output: str) -> str:
        """One SELECT over the output: its columns by position, cast and named as the table has them."""
        aliases = ", ".join(f"c{i}" for i in range(len(self.given)))
        parts = []
        for column in self.columns:
            value = f"c{column.source}"
            if str(self.given[column.source]) != str(column.type):
                value = f"CAST({value} AS {column.type})"
            parts.append(f"{value} AS {identifier(column.name)}")
        return f"SELECT {', '.join(parts)} FROM ({output}) AS _output({aliases})"


def plan_schema(connection: Connection, key: str, output: str, table: TableState | None, mode: Mode, allow: frozenset[str]) -> SchemaPlan:
    """`asset.schema-change-refused` when the table would lose something that nobody allowed it to lose."""
    described = connection.sql(output)
    names, types = list(described.columns), list(described.types)
    _require_different(key, names)
    kept = [duckdb.sqltype(stored(name, type_)) for name, type_ in zip(names, types, strict=True)]
    if table is None:
        return SchemaPlan([Target(n, t, i) for i, (n, t) in enumerate(zip(names, kept, strict=True))], [], types)
    sources = {name.lower(): i for i, name in enumerate(names)}
    stays: list[Target] = []
    replaced: list[Target] = []
    drops: list[str] = []
    alters: list[str] = []
    refused: list[str] = []
    missing: set[str] = set()
    for column in table.columns:
        source = sources.pop(column.name.lower(), None)
        if source is None:
            drops.append(column.name)
            if "drop_column" not in allow:
                refused.append(f"column `{column.name}` ({column.type}) is missing")
                missing.add("drop_column")
            continue
        old, new = str(column.type), str(kept[source])
        reach = "same" if old == new else widens(old, new)
        if reach is None and not isinstance(mode, Replace) and widens(new, old):
            reach, new = "same", old
        target = Target(column.name, duckdb.sqltype(new), source)
        if reach == "same":
            stays.append(target)
        elif reach == "alter" or (reach == "rewrite" and isinstance(mode, Replace)):
            alters.append(f"ALTER COLUMN {identifier(column.name)} SET DATA TYPE {new}")
            stays.append(target)
        elif not isinstance(mode, Replace):
            raise TarnError(
                "asset.schema-change-refused",
                f"Column `{column.name}` of {key} would go from {old} to {new}, for which every row has to be written anew.",
                "Materialize it once with the write mode `replace`, or cast the column in the asset.",
            )
        else:
            if reach is None and "narrow_type" not in allow:
                refused.append(f"column `{column.name}` would go from {old} to {new}")
                missing.add("narrow_type")
            replaced.append(target)
            drops.append(column.name)
    _refuse(key, refused, missing)
    added = [*replaced, *(Target(names[i], kept[i], i) for i in sorted(sources.values()))]
    aside = ['ADD COLUMN "_tarn_placeholder" BOOLEAN'] if not stays else []
    steps = [
        *aside,
        *(f"DROP COLUMN {identifier(name)}" for name in drops),
        *(f"ADD COLUMN {identifier(column.name)} {column.type}" for column in added),
        *(['DROP COLUMN "_tarn_placeholder"'] if aside else []),
        *alters,
    ]
    return SchemaPlan([*stays, *added], steps, types)


def _require_different(key: str, names: list[str]) -> None:
    seen: dict[str, str] = {}
    for name in names:
        other = seen.setdefault(name.lower(), name)
        if other != name or list(map(str.lower, names)).count(name.lower()) > 1:
            raise TarnError(
                "asset.query-invalid",
                f"The output of {key} has two columns named `{other}` and `{name}`, which a table cannot tell apart.",
                "Give one of them another name.",
            )


def _refuse(key: str, refused: list[str], missing: set[str]) -> None:
    if refused:
        permission = ", ".join(f'"{each}"' for each in sorted(missing))
        raise TarnError(
            "asset.schema-change-refused",
            f"The output of {key} would lose something that its table holds: {'; '.join(refused)}.",
            f"Bring it back in the asset, or allow the change: allow=[{permission}].",
        )
