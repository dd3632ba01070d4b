"""A station's assets as a Dagster component, made from the manifest that `tarn manifest` prints."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import dagster as dg
from dagster.components import Resolvable, Resolver
from dagster.components.component.state_backed_component import StateBackedComponent
from dagster.components.utils.defs_state import DefsStateConfig, DefsStateConfigArgs, ResolvedDefsStateConfig
from typing_extensions import Self

from dagster_tarn.manifest import read_manifest
from dagster_tarn.program import TarnProgram


@dataclass
class TarnProjectComponent(StateBackedComponent, Resolvable):
    """Each asset of a Tarn station as a Dagster asset, with its dependencies, columns, checks, tags, owners, kinds and
    freshness. A run starts the station's program once for the assets that were selected.

    The assets are those of the manifest that was read when the code location was loaded; other ways to keep that
    state are those of every state-backed component."""

    station: Annotated[str, Resolver.default(description="The station's folder; a relative path starts at this component's folder.")]
    tarn: Annotated[str, Resolver.default(description="The command that starts the station's program.")] = "tarn"
    key_prefix: Annotated[list[str], Resolver.default(description="What stands before each asset's key in Dagster.")] = field(
        default_factory=list
    )
    op_name: Annotated[str | None, Resolver.default(description="What the op is called that runs the station.")] = None
    wait_seconds: Annotated[
        float, Resolver.default(description="How long to wait for another process that has an embedded catalog open.")
    ] = 600.0
    full: Annotated[bool, Resolver.default(description="Whether assets run though nothing has changed.")] = False
    defs_state: ResolvedDefsStateConfig = field(default_factory=DefsStateConfigArgs.legacy_code_server_snapshots)

    # The component's own folder, from which a relative path starts.
    _folder = Path()

    @classmethod
    def load(cls, attributes: Any, context: dg.ComponentLoadContext) -> Self:
        loaded = super().load(attributes, context)
        loaded._folder = context.path
        return loaded

    @property
    def defs_state_config(self) -> DefsStateConfig:
        return DefsStateConfig.from_args(self.defs_state, default_key=f"TarnProject[{self.station}]")

    def program(self) -> TarnProgram:
        return TarnProgram((self._folder / self.station).resolve(), tuple(shlex.split(self.tarn)), self.wait_seconds)

    def write_state_to_path(self, state_path: Path) -> None:
        state_path.write_text(json.dumps(self.program().manifest()), encoding="utf-8")

    def build_defs_from_state(self, context: dg.ComponentLoadContext, state_path: Path | None) -> dg.Definitions:  # noqa: ARG002
        if state_path is None:
            return dg.Definitions()
        return self.build_defs_of(json.loads(state_path.read_text(encoding="utf-8")))

    def build_defs_of(self, manifest: Any) -> dg.Definitions:
        """The definitions of a manifest."""
        read = read_manifest(manifest, self.key_prefix)
        if not read.specs:
            return dg.Definitions()
        name = self.op_name or "tarn_" + "".join(c if c.isascii() and c.isalnum() else "_" for c in manifest["station"]["name"])

        @dg.multi_asset(
            name=name,
            specs=read.specs,
            check_specs=read.checks,
            can_subset=True,
            backfill_policy=dg.BackfillPolicy.single_run(),
            op_tags={"dagster/compute_kind": "tarn"},
        )
        def station_assets(context: dg.AssetExecutionContext) -> Iterator[Any]:
            yield from self.execute(context, len(read.specs))

        return dg.Definitions(assets=[station_assets])

    def execute(self, context: dg.AssetExecutionContext, known: int) -> Iterator[Any]:
        """Runs the assets that were selected; a subclass may do something before and after."""
        cut = len(self.key_prefix)
        keys = sorted("/".join(key.path[cut:]) for key in context.selected_asset_keys)
        yield from self.program().materialize(context, None if len(keys) == known else keys, self.key_prefix, self.full)
