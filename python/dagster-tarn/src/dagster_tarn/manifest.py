"""What a station's manifest says, as Dagster's definitions; spec/manifest.md specifies the manifest."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
from dagster._core.definitions.utils import is_valid_owner

from dagster_tarn.errors import TarnError
from dagster_tarn.lineage import column_lineage

_VERSION = 1
_UNUSABLE = re.compile(r"[^A-Za-z0-9_]")
_UNUSABLE_IN_TAGS = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass(frozen=True)
class ManifestDefinitions:
    """The assets and checks of a station."""

    specs: list[dg.AssetSpec]
    checks: list[dg.AssetCheckSpec]


def check_name(name: str) -> str:
    """The name under which the program reports a check to Dagster."""
    return _UNUSABLE.sub("_", name)


def read_manifest(manifest: Mapping[str, Any], prefix: Sequence[str] = ()) -> ManifestDefinitions:
    """Assets with their dependencies, checks, columns, owners, tags, kinds and freshness, under keys with a prefix."""
    version = manifest.get("manifest_version")
    if version != _VERSION:
        raise TarnError(
            "usage",
            f"The station's manifest is of version {version}, and this package reads version {_VERSION}.",
            "Install the dagster-tarn that belongs to the station's program.",
        )
    assets = manifest["assets"]
    columns = {
        (asset["table"]["schema"], asset["table"]["name"]): [column["name"] for column in asset["columns"] or []] for asset in assets
    }
    keys = {(asset["table"]["schema"], asset["table"]["name"]): dg.AssetKey([*prefix, *asset["key"]]) for asset in assets}
    specs = [_spec(asset, prefix, keys, columns) for asset in assets]
    checks = [check for asset in assets for check in _checks(asset, prefix)]
    return ManifestDefinitions(specs, checks)


def _spec(
    asset: Mapping[str, Any],
    prefix: Sequence[str],
    keys: Mapping[tuple[str, str], dg.AssetKey],
    columns: Mapping[tuple[str, str], list[str]],
) -> dg.AssetSpec:
    deps = [dg.AssetKey([*prefix, *key]) for key in asset["dependencies"]]
    # Tables that no asset of the station makes are other people's: an asset in Python makes them, or nobody.
    deps += [dg.AssetKey([table["schema"], table["name"]]) for table in asset["external_tables"]]
    freshness = asset["freshness_seconds"]
    return dg.AssetSpec(
        dg.AssetKey([*prefix, *asset["key"]]),
        deps=deps,
        description=asset["description"] or None,
        group_name=_UNUSABLE.sub("_", asset["group"]),
        owners=[owner for owner in asset["owners"] if is_valid_owner(owner)],
        tags=_tags(asset["tags"]),
        kinds=set(list(asset["kinds"])[:10]),
        code_version=asset["code_version"],
        freshness_policy=(
            dg.FreshnessPolicy.time_window(fail_window=datetime.timedelta(seconds=max(60, freshness))) if freshness is not None else None
        ),
        metadata=_metadata(asset, keys, columns),
        skippable=True,
    )


def _tags(tags: Mapping[str, str]) -> dict[str, str]:
    return {_UNUSABLE_IN_TAGS.sub("_", name)[:63]: _UNUSABLE_IN_TAGS.sub("_", value)[:63] for name, value in tags.items()}


def _metadata(
    asset: Mapping[str, Any],
    keys: Mapping[tuple[str, str], dg.AssetKey],
    columns: Mapping[tuple[str, str], list[str]],
) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "dagster/relation_identifier": f"{asset['table']['schema']}.{asset['table']['name']}",
        "tarn/defined_in": asset["defined_in"],
        "tarn/write": dg.MetadataValue.json(asset["write"]),
    }
    if asset["columns"]:
        metadata["dagster/column_schema"] = dg.TableSchema(
            [dg.TableColumn(column["name"], column["type"], description=column["description"] or None) for column in asset["columns"]]
        )
    if asset["partitions"]:
        metadata["tarn/partition_by"] = list(asset["partitions"])
    source = asset["source"]
    if source["type"] == "sql":
        metadata["tarn/query"] = dg.MetadataValue.md(f"```sql\n{source['query']}\n```")
        lineage = column_lineage(source["query"], keys, columns)
        if lineage:
            metadata["dagster/column_lineage"] = lineage
    if source["type"] == "landing":
        metadata["tarn/files"] = list(source["files"])
    return metadata


def _checks(asset: Mapping[str, Any], prefix: Sequence[str]) -> list[dg.AssetCheckSpec]:
    specs = []
    for check in asset["checks"]:
        said = {name: value for name, value in check.items() if name not in ("name", "severity")}
        specs.append(
            dg.AssetCheckSpec(
                check_name(check["name"]),
                asset=dg.AssetKey([*prefix, *asset["key"]]),
                blocking=check["severity"] == "blocking",
                description=", ".join(f"{name}: {value}" for name, value in said.items()),
                metadata={"tarn/check": dg.MetadataValue.json(said)},
            )
        )
    return specs
