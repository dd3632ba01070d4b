"""The lake as a Dagster resource."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
from pydantic import Field, PrivateAttr

from dagster_tarn.lake import Lake
from dagster_tarn.lake.connection import home_folder
from dagster_tarn.settings import StationSettings


class TarnLake(dg.ConfigurableResource):  # type: ignore[type-arg]
    """A station's lake, opened from its `station.toml` when it is first used and closed when the step has ended.

    A process has one engine for each lake, however many resources there are. An embedded catalog is a file that one
    process at a time may have open, so a step waits until another one is done.
    """

    station: str = Field(description="The station's folder: the one with station.toml.")
    home: str | None = Field(
        default=None,
        description="Where the engine's extensions are; without it TARN_HOME, or beside `tarn` on the PATH.",
    )
    wait_seconds: float = Field(default=120.0, ge=0, description="How long to wait for another process to end.")
    url: str | None = Field(default=None, description="Where people find the station; assets link to it.")

    _lake: Lake | None = PrivateAttr(default=None)

    @contextlib.contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["TarnLake"]:  # noqa: ARG002
        try:
            yield self
        finally:
            self.close()

    @property
    def settings(self) -> StationSettings:
        return StationSettings.read(self.station)

    @property
    def home_folder(self) -> Path:
        return home_folder(self.home)

    @property
    def lake(self) -> Lake:
        """The open lake."""
        if self._lake is None:
            self._lake = Lake.open(self.settings, self.home_folder, self.wait_seconds)
        return self._lake

    @property
    def connection(self) -> Any:
        """This thread's `duckdb.DuckDBPyConnection`, with the lake in use."""
        return self.lake.connection

    def sql(self, query: str) -> Any:
        """A lazy `duckdb.DuckDBPyRelation` over the lake; returned by an asset, it is written without entering Python."""
        return self.connection.sql(query)

    def close(self) -> None:
        """Lets go of the lake. The next use opens it again."""
        if self._lake is not None:
            self._lake.close()
            self._lake = None
