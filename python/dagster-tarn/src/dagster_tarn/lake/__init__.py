"""The lake as the station's own program writes it: connection, history, write modes. Nothing here knows of Dagster."""

from dagster_tarn.lake.connection import Lake
from dagster_tarn.lake.plan import (
    Among,
    Append,
    Mode,
    OverwritePartition,
    OverwritePartitions,
    Part,
    Replace,
    Upsert,
    Within,
    WritePlan,
)
from dagster_tarn.lake.sql import TableName
from dagster_tarn.lake.writer import Materialization, RunIdentity, write

__all__ = [
    "Among",
    "Append",
    "Lake",
    "Materialization",
    "Mode",
    "OverwritePartition",
    "OverwritePartitions",
    "Part",
    "Replace",
    "RunIdentity",
    "TableName",
    "Upsert",
    "Within",
    "WritePlan",
    "write",
]
