"""Dagster's own health of assets, which open-source Dagster computes but does not show. Off unless dagster.yaml names it:

instance_class:
  module: dagster_tarn.health
  class: HealthInstance
"""

from collections.abc import Mapping
from typing import Any

import dagster as dg
from dagster._core.instance.ref import InstanceRef


class HealthInstance(dg.DagsterInstance):
    """An instance whose webserver answers what health an asset has: from its last materialization, its checks and its
    freshness. It overrides what Dagster does not promise to keep, so it belongs to the Dagster that it is tested with
    (1.13.27); with another one the fields may stay empty."""

    @classmethod
    def config_schema(cls) -> Mapping[str, Any]:
        """It has no settings of its own."""
        return {}

    @classmethod
    def config_defaults(cls, base_dir: str) -> Mapping[str, Any]:
        """Those of every instance."""
        return InstanceRef.config_defaults(base_dir)

    def dagster_asset_health_queries_supported(self) -> bool:
        return True
