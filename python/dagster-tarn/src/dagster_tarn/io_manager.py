"""Takes the outputs of assets into the lake and gives them back lazily."""

import getpass
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import dagster as dg
import duckdb
import pyarrow as pa

from dagster_tarn.errors import TarnError, interruptions
from dagster_tarn.lake import (
    Append,
    Materialization,
    Mode,
    OverwritePartition,
    OverwritePartitions,
    Replace,
    RunIdentity,
    TableName,
    Upsert,
    WritePlan,
    history,
    write,
)
from dagster_tarn.lake.damage import damaged_files
from dagster_tarn.partitions import Expressions, layout, part_of
from dagster_tarn.resource import TarnLake

ModeName = Literal["replace", "append", "upsert", "overwrite_partitions"]
_PREFIX = "tarn/"
_STREAMED = (pa.RecordBatchReader,)


def write_metadata(
    mode: ModeName | None = None,
    *,
    keys: Sequence[str] = (),
    unmatched: Literal["keep", "delete"] = "keep",
    partition_expr: Expressions | None = None,
    partition_by: Sequence[str] = (),
    allow: Sequence[Literal["drop_column", "narrow_type"]] = (),
) -> dict[str, Any]:
    """Metadata of an asset that says how it is written. Without a mode the table is replaced, or of a partitioned
    asset the partition. `keys` are the columns of `upsert`, or those of `overwrite_partitions`."""
    if mode in ("upsert", "overwrite_partitions") and not keys:
        raise TarnError("asset.query-invalid", f"The write mode `{mode}` needs columns.", 'Name them: keys=["id"].')
    metadata: dict[str, Any] = {
        f"{_PREFIX}mode": mode,
        f"{_PREFIX}keys": list(keys),
        f"{_PREFIX}unmatched": unmatched if mode == "upsert" else None,
        f"{_PREFIX}partition_by": list(partition_by),
        f"{_PREFIX}allow": list(allow),
        "partition_expr": partition_expr,
    }
    return {name: value for name, value in metadata.items() if value}


def key_of(asset_key: dg.AssetKey) -> str:
    """As the lake's history names the asset."""
    return "/".join(asset_key.path)


def table_of(asset_key: dg.AssetKey) -> TableName:
    """The asset's table; `asset.key-invalid` for a schema that is not for assets."""
    table = TableName.of_key(asset_key.path)
    if table.schema.lower() == "_tarn":
        raise TarnError("asset.key-invalid", f"The key {key_of(asset_key)} names a table of `_tarn`.", "Choose another schema.")
    return table


class TarnIOManager(dg.ConfigurableIOManager):
    """Writes what an asset returns to its table in one transaction, and loads tables as lazy relations.

    The table of a key: one segment is a table of schema `main`; of several the first is the schema and the others,
    joined by `_`, the table. Equal content is not written again.
    """

    tarn: dg.ResourceDependency[TarnLake]

    def handle_output(self, context: dg.OutputContext, obj: Any) -> None:
        if not context.has_asset_key:
            raise TarnError(
                "asset.key-invalid",
                f"The output `{context.name}` of the op {context.op_def.name} belongs to no asset, so it has no table.",
                "Use another IO manager for outputs of ops.",
            )
        key = key_of(context.asset_key)
        done = write(
            self.tarn.lake,
            key,
            table_of(context.asset_key),
            obj,
            self._plan(context),
            RunIdentity(context.run_id, _author()),
        )
        context.add_output_metadata(_metadata(done, key, self.tarn.url))
        what = f"{done.rows_written} rows written" if done.written else "unchanged, nothing written"
        context.log.info(f"{done.table}: {what}; {done.rows} rows in snapshot {done.snapshot}")

    def load_input(self, context: dg.InputContext) -> Any:
        """A `DuckDBPyRelation`, or what the parameter's type says: a Polars LazyFrame or DataFrame, a pandas
        DataFrame, a pyarrow Table or RecordBatchReader."""
        with interruptions():
            return self._load(context)

    def _load(self, context: dg.InputContext) -> Any:
        table = table_of(context.asset_key)
        # A query on a connection ends, without a word, what is being streamed from it: so a stream has one of its own.
        streams = context.dagster_type.typing_type in _STREAMED
        connection = self.tarn.lake.cursor() if streams else self.tarn.connection
        with self.tarn.lake.aside() as aside:
            state = history.find(aside, table)
        if state is None:
            raise TarnError("asset.failed", f"{key_of(context.asset_key)} has no table {table} yet.", "Materialize it first.")
        relation = connection.sql(f"SELECT * FROM {state.name.quoted}")
        condition = "true"
        if context.has_asset_partitions:
            upstream = context.upstream_output
            metadata = (upstream.definition_metadata if upstream else None) or context.definition_metadata or {}
            part = part_of(context.asset_partitions_def, list(context.asset_partition_keys), metadata.get("partition_expr"))
            types = {column.name.lower(): str(column.type.id) for column in state.columns}
            condition = part.condition(lambda each: types.get(each.strip('"').lower(), ""))
            relation = relation.filter(condition)
        self._require_whole(key_of(context.asset_key), state, condition)
        if streams:
            return self.tarn.lake.stream(relation)
        return _as(context.dagster_type.typing_type, relation)

    def _require_whole(self, key: str, table: history.TableState, condition: str) -> None:
        """What is read from a damaged file may be wrong without anyone noticing."""
        with self.tarn.lake.aside() as aside:
            damaged = damaged_files(aside, table.id)
            if not damaged:
                return
            try:
                rows = aside.execute(f"SELECT DISTINCT filename FROM {table.name.quoted} WHERE {condition}").fetchall()
                needed = {row[0].rpartition("/")[2] for row in rows} & set(damaged)
            except duckdb.Error:
                needed = set(damaged)
        if needed:
            raise TarnError(
                "asset.input-damaged",
                f"The files of {table.name} are damaged ({', '.join(sorted({damaged[name] for name in needed}))}), so {key} is not read.",
                "Materialize it first, or mend it with `tarn repair`; then run `tarn fsck` again.",
            )

    def _plan(self, context: dg.OutputContext) -> WritePlan:
        metadata = context.definition_metadata or {}
        spec = context.asset_spec
        expressions = metadata.get("partition_expr")
        partition_by = tuple(metadata.get(f"{_PREFIX}partition_by", ()))
        mode = _mode(metadata)
        if context.has_asset_partitions:
            if mode is None:
                keys = list(context.asset_partition_keys)
                mode = OverwritePartition(part_of(context.asset_partitions_def, keys, expressions))
            partition_by = partition_by or layout(context.asset_partitions_def, expressions)
        return WritePlan(
            mode=mode or Replace(),
            partitioned_by=partition_by,
            allow=frozenset(metadata.get(f"{_PREFIX}allow", ())),
            code_version=spec.code_version or "",
            inputs=self._inputs(context),
            description=spec.description or "",
            column_descriptions=_descriptions(metadata),
        )

    def _inputs(self, context: dg.OutputContext) -> dict[str, str]:
        """Data versions of the tables that the asset depends on."""
        versions = {}
        with self.tarn.lake.aside() as aside:
            for dependency in context.asset_spec.deps:
                table = TableName.of_key(dependency.asset_key.path)
                key = key_of(dependency.asset_key)
                version = history.data_version(aside, key, table)
                if version:
                    versions[key] = version
        return versions


def _mode(metadata: Mapping[str, Any]) -> Mode | None:
    name = metadata.get(f"{_PREFIX}mode")
    keys = tuple(metadata.get(f"{_PREFIX}keys", ()))
    if name is None:
        return None
    if name == "replace":
        return Replace()
    if name == "append":
        return Append()
    if name == "upsert":
        return Upsert(keys, metadata.get(f"{_PREFIX}unmatched", "keep"))
    if name == "overwrite_partitions":
        return OverwritePartitions(keys)
    raise TarnError(
        "asset.query-invalid",
        f"There is no write mode `{name}`.",
        "Take one of replace, append, upsert, overwrite_partitions.",
    )


def _descriptions(metadata: Mapping[str, Any]) -> dict[str, str]:
    schema = metadata.get("dagster/column_schema")
    schema = getattr(schema, "schema", schema)
    if not isinstance(schema, dg.TableSchema):
        return {}
    return {column.name: column.description for column in schema.columns if column.description}


def _author() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "dagster"


def _metadata(done: Materialization, key: str, url: str | None) -> dict[str, Any]:
    columns = [dg.TableColumn(name, type_, description=comment) for name, type_, comment in done.columns]
    metadata: dict[str, Any] = {
        "dagster/row_count": done.rows,
        "dagster/column_schema": dg.TableSchema(columns),
        "dagster/relation_identifier": str(done.table),
        f"{_PREFIX}outcome": "written" if done.written else "unchanged",
        f"{_PREFIX}rows_written": done.rows_written,
        f"{_PREFIX}snapshot": done.snapshot,
        f"{_PREFIX}data_version": done.data_version,
        f"{_PREFIX}files": done.files,
        f"{_PREFIX}bytes": done.bytes,
    }
    if url:
        metadata[f"{_PREFIX}station"] = dg.MetadataValue.url(f"{url.rstrip('/')}/assets/{key}")
    return metadata


def _as(wanted: Any, relation: Any) -> Any:
    module, name = getattr(wanted, "__module__", "").partition(".")[0], getattr(wanted, "__name__", "")
    if wanted is pa.Table:
        return relation.to_arrow_table()
    if (module, name) == ("polars", "LazyFrame"):
        return relation.pl(lazy=True)
    if (module, name) == ("polars", "DataFrame"):
        return relation.pl()
    if (module, name) == ("pandas", "DataFrame"):
        return relation.df()
    if wanted in (None, Any, object, duckdb.DuckDBPyRelation) or wanted is type(None):
        return relation
    raise TarnError(
        "asset.query-invalid",
        f"A table cannot be loaded as {wanted}.",
        "Annotate the parameter with a DuckDB relation, a Polars or pandas frame, or an Arrow table or reader.",
    )
