"""Which part of a table a Dagster partition is."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import dagster as dg

from dagster_tarn.errors import TarnError
from dagster_tarn.lake import Among, Part, Within

Expressions = str | Mapping[str, str]


def part_of(definition: dg.PartitionsDefinition, keys: Sequence[str], expressions: Expressions | None) -> Part:
    """The part that these partitions are; `asset.query-invalid` when the asset does not say by which column."""
    title = keys[0] if len(keys) == 1 else f"{keys[0]}…{keys[-1]}"
    if isinstance(definition, dg.MultiPartitionsDefinition):
        alternatives = tuple(_of_several(definition, key, expressions) for key in keys)
        return Part(title, alternatives)
    if not isinstance(expressions, str):
        raise _unsaid("one column or expression")
    if isinstance(definition, dg.TimeWindowPartitionsDefinition):
        return Part(title, tuple((_window(definition, key, expressions),) for key in keys))
    return Part(title, ((Among(expressions, tuple(keys)),),))


def _of_several(definition: dg.MultiPartitionsDefinition, key: str, expressions: Expressions | None) -> tuple[Among | Within, ...]:
    if not isinstance(expressions, Mapping):
        raise _unsaid("a mapping from each dimension to its column")
    dimensions = definition.get_partition_key_from_str(key).keys_by_dimension
    filters: list[Among | Within] = []
    for dimension in definition.partitions_defs:
        if dimension.name not in expressions:
            raise _unsaid(f"a column for the dimension `{dimension.name}`")
        expression, value = expressions[dimension.name], dimensions[dimension.name]
        inner = dimension.partitions_def
        if isinstance(inner, dg.TimeWindowPartitionsDefinition):
            filters.append(_window(inner, value, expression))
        else:
            filters.append(Among(expression, (value,)))
    return tuple(filters)


def _window(definition: dg.TimeWindowPartitionsDefinition, key: str, expression: str) -> Within:
    window = definition.time_window_for_partition_key(key)
    return Within(expression, _moment(window.start), _moment(window.end))


def _moment(moment: datetime.datetime) -> datetime.datetime:
    return datetime.datetime.fromisoformat(moment.isoformat())


def layout(definition: dg.PartitionsDefinition, expressions: Expressions | None) -> tuple[str, ...]:
    """DuckLake's partition expressions for a table with these partitions."""
    if isinstance(definition, dg.MultiPartitionsDefinition) and isinstance(expressions, Mapping):
        return tuple(
            each for dimension in definition.partitions_defs for each in layout(dimension.partitions_def, expressions.get(dimension.name))
        )
    if not isinstance(expressions, str) or not expressions.strip('"').replace("_", "a").isalnum():
        return ()
    if isinstance(definition, dg.TimeWindowPartitionsDefinition):
        units = {"month": ("year", "month"), "hour": ("year", "month", "day", "hour")}
        first = definition.get_first_partition_window()
        length = (first.end - first.start) if first else datetime.timedelta(days=1)
        if length >= datetime.timedelta(days=27):
            names = units["month"]
        elif length >= datetime.timedelta(hours=20):
            names = ("year", "month", "day")
        else:
            names = units["hour"]
        return tuple(f"{name}({expressions})" for name in names)
    return (expressions,)


def _unsaid(what: str) -> TarnError:
    return TarnError(
        "asset.query-invalid",
        f"A partitioned asset must say which rows a partition is: its metadata lacks `partition_expr`, {what}.",
        'Add it: metadata={"partition_expr": "visit_date"}, or write_metadata(partition_expr=…).',
    )
