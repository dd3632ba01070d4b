"""Storage assets: each table's files as an asset of their own, so that damage to them makes what is made of them stale."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import dagster as dg

from dagster_tarn.errors import TarnError
from dagster_tarn.lake import TableName, history
from dagster_tarn.lake.connection import Connection
from dagster_tarn.lake.damage import damaged_files
from dagster_tarn.lake.sql import LAKE, literal
from dagster_tarn.resource import TarnLake

CHECK = "ducklake_files"
ROOT = "ducklake"
# What Dagster itself takes for the version of what was never observed.
INTACT = "INITIAL"
OWNER = "tarn/owner"

Repair = Literal["automatic", "by_hand"]


def storage_key(table: TableName) -> dg.AssetKey:
    """The key of a table's storage asset."""
    return dg.AssetKey([ROOT, table.schema, table.table])


def repair_condition() -> dg.AutomationCondition[Any]:
    """Rebuilds an asset whose files are damaged, and those made from it, but none from inputs that are damaged. Files of
    any day may be damaged, not of the newest alone."""
    eager = dg.AutomationCondition.eager().without(dg.AutomationCondition.in_latest_time_window())
    return eager & dg.AutomationCondition.all_deps_blocking_checks_passed()


def with_storage(defs: dg.Definitions, lake: TarnLake | None = None, repair: Repair | Mapping[str, Repair] = "by_hand") -> dg.Definitions:
    """Gives each asset that can be materialized a storage asset on which it and its direct consumers depend, and a
    blocking check of its files.

    `repair` says whether damaged assets are rebuilt by declarative automation or wait for a person: for all, or by the
    text of their key with `*` for the others. An asset that has an automation condition keeps it.

    With `lake`, the check looks for each of the table's files when it runs; without it, it repeats what was last said,
    so nothing could be seen to be rebuilt: automatic repair needs the lake.
    """
    if lake is None and (repair == "automatic" or (not isinstance(repair, str) and "automatic" in repair.values())):
        raise TarnError(
            "usage",
            "Assets are to be rebuilt automatically, but nobody says which lake their check is to look at.",
            "Pass the lake too: with_storage(defs, lake=TarnLake(station=…), repair=…).",
        )
    owners: dict[dg.AssetKey, tuple[TableName, dg.PartitionsDefinition[Any] | None]] = {}
    for definition in defs.assets or []:
        if isinstance(definition, dg.AssetsDefinition) and definition.is_executable and definition.is_materializable:
            for spec in definition.specs:
                owners[spec.key] = (_table(spec), spec.partitions_def)

    def joined(spec: dg.AssetSpec) -> dg.AssetSpec:
        if spec.key not in owners:
            return spec
        made_of = [spec.key, *(dep.asset_key for dep in spec.deps)]
        files = [storage_key(owners[key][0]) for key in made_of if key in owners]
        spec = spec.merge_attributes(deps=[key for key in files if key not in {dep.asset_key for dep in spec.deps}])
        if spec.automation_condition is None and _repair(repair, spec.key) == "automatic":
            spec = spec.replace_attributes(automation_condition=repair_condition())
        return spec

    sources = [_storage_asset(key, table, parts) for key, (table, parts) in owners.items()]
    checks = [_check(key, table, lake) for key, (table, _) in owners.items()]
    joined_defs = defs.map_asset_specs(func=joined)
    return dg.Definitions.merge(joined_defs, dg.Definitions(assets=sources, asset_checks=checks))


def _repair(said: Repair | Mapping[str, Repair], key: dg.AssetKey) -> Repair:
    if isinstance(said, str):
        return said
    return said.get("/".join(key.path), said.get("*", "by_hand"))


def _table(spec: dg.AssetSpec) -> TableName:
    """A station's asset may stand under a prefix, so its table is named; another's follows from its key."""
    named = spec.metadata.get("dagster/relation_identifier")
    if named is not None:
        schema, _, table = str(getattr(named, "value", named)).partition(".")
        return TableName(schema, table)
    return TableName.of_key(spec.key.path)


def _storage_asset(owner: dg.AssetKey, table: TableName, partitions: dg.PartitionsDefinition[Any] | None) -> Any:
    key = storage_key(table)

    @dg.observable_source_asset(
        key=key,
        group_name="storage",
        description=f"The files of {table}. The station reports when they are damaged, and when they are whole again.",
        metadata={OWNER: "/".join(owner.path), "dagster/relation_identifier": str(table)},
        tags={"dagster/kind/ducklake": ""},
        partitions_def=partitions,
    )
    def files(context: dg.OpExecutionContext) -> Any:
        """Says again what was said last: whether files are whole is for the station to find out."""
        if partitions is None:
            return dg.DataVersion(_last_version(context.instance, key))
        with dg.partition_loading_context(dynamic_partitions_store=context.instance):
            keys = partitions.get_partition_keys()
        return dg.DataVersionsByPartition({each: _last_version(context.instance, key, each) for each in keys})

    return files


def _last_version(instance: dg.DagsterInstance, key: dg.AssetKey, partition: str | None = None) -> str:
    record = instance.get_latest_data_version_record(key, partition_key=partition)
    tags = record.asset_observation.tags if record and record.asset_observation else None
    return (tags or {}).get("dagster/data_version", INTACT)


def _check(owner: dg.AssetKey, table: TableName, lake: TarnLake | None) -> dg.AssetChecksDefinition:
    @dg.asset_check(
        asset=owner, name=CHECK, blocking=True, description=f"Each file that the catalog promises of {table} is there and has its size."
    )
    def ducklake_files(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        if lake is None:
            return _last_result(context.instance, owner)
        try:
            with lake.lake.aside() as connection:
                faults = faults_of(connection, table)
        finally:
            lake.close()
        return dg.AssetCheckResult(passed=not faults, metadata={"files": [f"{path}: {why}" for path, why in faults]})

    return ducklake_files


def _last_result(instance: dg.DagsterInstance, owner: dg.AssetKey) -> dg.AssetCheckResult:
    """A station tells when files are damaged; a run of the check has nothing to add."""
    key = dg.AssetCheckKey(owner, CHECK)
    history = instance.event_log_storage.get_asset_check_execution_history(key, limit=20)
    for record in history:
        evaluation = record.evaluation
        if evaluation is not None:
            return dg.AssetCheckResult(passed=evaluation.passed, severity=evaluation.severity, metadata=dict(evaluation.metadata))
    return dg.AssetCheckResult(passed=True, metadata={"files": "nothing was ever reported"})


def faults_of(connection: Connection, table: TableName) -> Sequence[tuple[str, str]]:
    """What is wrong with a table's files: those that are missing or of another size now, and those that a closer
    check of the station found damaged and that the table still needs."""
    state = history.find(connection, table)
    if state is None:
        return []
    faults = list(missing_files(connection, state.name))
    seen = {path.rpartition("/")[2] for path, _ in faults}
    known = damaged_files(connection, state.id)
    return faults + [(name, codes) for name, codes in known.items() if name not in seen]


def missing_files(connection: Connection, table: TableName) -> Sequence[tuple[str, str]]:
    """Live files of a table that are not there or have another size, and why. Of a table in an object store the store
    is asked for one listing."""
    rows = connection.execute(
        "SELECT data_file, data_file_size_bytes, delete_file, delete_file_size_bytes"
        f" FROM ducklake_list_files({literal(LAKE)}, {literal(table.table)}, schema => {literal(table.schema)})"
    ).fetchall()
    expected = {
        path: size for data, size_of, delete, delete_size in rows for path, size in ((data, size_of), (delete, delete_size)) if path
    }
    found = _sizes(connection, list(expected))
    faults = []
    for path, size in expected.items():
        if path not in found:
            faults.append((path, "missing"))
        elif size is not None and found[path] != size:
            faults.append((path, f"{found[path]} bytes instead of {size}"))
    return faults


def _sizes(connection: Connection, paths: list[str]) -> dict[str, int]:
    if not paths or "://" not in paths[0]:
        return {path: Path(path).stat().st_size for path in paths if Path(path).is_file()}
    # Up to a slash, what texts have in common is what paths have in common; and a URL is no path.
    folder = os.path.commonprefix(paths).rpartition("/")[0]  # noqa: RUF071
    listed = connection.execute("SELECT filename, size FROM read_blob(?)", [f"{folder}/**"]).fetchall()
    return dict(listed)
