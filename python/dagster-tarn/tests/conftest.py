"""A station in a temporary folder, the program itself, and a bare engine as an independent reader."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "1")

CHECKOUT = Path(__file__).resolve().parents[3]
HOME = Path(os.environ.get("TARN_HOME", CHECKOUT / ".tarn"))
TARN = Path(os.environ.get("TARN_PROGRAM", CHECKOUT / "tarn"))


class Station:
    """A station's folder, and what an independent reader sees in its lake."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "station.toml").write_text('name = "ward"\n[engine]\nmemory_limit = "1GB"\n', encoding="utf-8")

    def asset(self, path: str, text: str) -> None:
        file = self.folder / "assets" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def tarn(self, *arguments: str, expect: int | None = 0, **environment: str) -> str:
        """Runs the program as a person does; returns what it printed. None expects any end."""
        done = subprocess.run(
            [str(TARN), "-C", str(self.folder), *arguments],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**os.environ, "TARN_HOME": str(HOME), **environment},
        )
        assert expect in (None, done.returncode), f"{arguments}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """By a bare engine, which knows nothing of Tarn."""
        with duckdb.connect(":memory:", config={"extension_directory": str(HOME / "extensions")}) as bare:
            bare.execute("LOAD ducklake")
            bare.execute(f"ATTACH 'ducklake:{self.folder}/lake/catalog.ducklake' AS lake (READ_ONLY)")
            bare.execute("USE lake")
            bare.execute("SET TimeZone = 'UTC'")
            return bare.execute(sql).fetchall()

    def extras(self) -> list[dict[str, Any]]:
        """What Tarn says of its commits, the oldest first."""
        rows = self.rows(
            "SELECT commit_extra_info FROM ducklake_snapshots('lake') WHERE commit_extra_info IS NOT NULL ORDER BY snapshot_id"
        )
        return [json.loads(row[0]) for row in rows]

    def files(self, table: str) -> list[Path]:
        """The live data files of a table."""
        schema, name = table.split(".")
        rows = self.rows(f"SELECT data_file FROM ducklake_list_files('lake', '{name}', schema => '{schema}') ORDER BY data_file")
        return [Path(row[0]) for row in rows]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Dagster makes of SIGTERM what SIGINT is, and the engine makes of that an error of whatever test is at work. Who
    tells the suite to end must end it, and not fail a test."""
    try:
        return (yield)
    except RuntimeError as e:
        if isinstance(e.__cause__, KeyboardInterrupt):
            raise e.__cause__ from None
        raise


@pytest.fixture
def station(tmp_path: Path) -> Station:
    return Station(tmp_path / "ward")


@pytest.fixture
def lake(station: Station) -> Iterator[Any]:
    from dagster_tarn.lake import Lake
    from dagster_tarn.settings import StationSettings

    opened = Lake.open(StationSettings.read(station.folder), HOME, wait=0)
    try:
        yield opened
    finally:
        opened.close()
