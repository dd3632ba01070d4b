"""Which columns of its inputs a query's columns come from; needs the package `sqlglot`, and is left out without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

QUOTE = '"'


def column_lineage(
    query: str, keys: Mapping[tuple[str, str], dg.AssetKey], columns: Mapping[tuple[str, str], list[str]]
) -> dg.TableColumnLineage | None:
    """None when it cannot be known; a query that another parser does not understand is no error."""
    try:
        import sqlglot  # noqa: PLC0415 # an optional dependency
        from sqlglot.lineage import lineage  # noqa: PLC0415
        from sqlglot.optimizer.qualify import qualify  # noqa: PLC0415
    except ImportError:
        return None
    schema: dict[str, Any] = {}
    for (namespace, table), names in columns.items():
        if names:
            schema.setdefault(namespace, {})[table] = dict.fromkeys(names, "VARCHAR")
    try:
        qualified: Any = qualify(sqlglot.parse_one(query, dialect="duckdb"), schema=schema, dialect="duckdb")
        named = [select.alias_or_name for select in qualified.selects]
        deps: dict[str, list[dg.TableColumnDep]] = {}
        for name in named:
            found = _sources(lineage(name, qualified, schema=schema, dialect="duckdb"), keys)
            deps[name] = [dg.TableColumnDep(asset_key=key, column_name=column) for key, column in sorted(found, key=str)]
    except Exception:
        return None
    return dg.TableColumnLineage(deps) if any(deps.values()) else None


def _sources(node: Any, keys: Mapping[tuple[str, str], dg.AssetKey]) -> set[tuple[dg.AssetKey, str]]:
    found = set()
    for each in node.walk():
        table = each.source
        if not each.downstream and type(table).__name__ == "Table":
            key = keys.get((table.db, table.name))
            if key is not None:
                found.add((key, each.name.rpartition(".")[2].strip(QUOTE)))
    return found
