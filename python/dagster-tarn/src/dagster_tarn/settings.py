"""Reads a station's settings as the program does: the environment, then station.toml, then the default."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster_tarn.errors import TarnError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FILE = "station.toml"


@dataclass(frozen=True)
class StationSettings:
    """What opening a station's lake needs; paths are absolute."""

    folder: Path
    name: str
    catalog: str
    data_path: str
    memory_limit: str
    threads: int
    temp_folder: Path
    max_temp_size: str
    storage: Mapping[str, str]
    """Of `[storage]` what says how to reach the store: endpoint, region, url_style, ca_file."""

    @property
    def embedded(self) -> bool:
        """Whether the catalog is a file, which one process at a time may open."""
        return "://" not in self.catalog

    @staticmethod
    def read(folder: str | Path, environment: Mapping[str, str] = os.environ) -> StationSettings:
        """The station in this folder; `station.not-found`, `settings.unreadable` or `setting.invalid` otherwise."""
        root = Path(folder).resolve()
        values = _flat(_toml(root / FILE))

        def value(key: str, default: str) -> str:
            variable = environment.get("TARN_" + key.replace(".", "_").upper(), "")
            return variable or str(values.get(key, default))

        def path(key: str, default: str) -> str:
            text = value(key, default)
            return text if "://" in text else str((root / text).resolve())

        data_path = path("data_path", "lake/data/")
        return StationSettings(
            folder=root,
            name=value("name", root.name),
            catalog=path("catalog", "lake/catalog.ducklake"),
            data_path=data_path if data_path.endswith("/") else data_path + "/",
            memory_limit=_memory(value("engine.memory_limit", "50%")),
            threads=_threads(value("engine.threads", str(os.cpu_count() or 1))),
            temp_folder=Path(path("engine.temp_folder", ".tarn/tmp")),
            max_temp_size=value("engine.max_temp_size", ""),
            storage={
                "endpoint": value("storage.endpoint", ""),
                "region": value("storage.region", ""),
                "url_style": value("storage.url_style", "auto"),
                "ca_file": path("storage.ca_file", "") if value("storage.ca_file", "") else "",
            },
        )


def _toml(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise TarnError(
            "station.not-found",
            f"{file.parent} is not a station: it has no {FILE}.",
            "Mend the path, or make a station there with `tarn init`.",
        ) from None
    except (OSError, ValueError) as e:
        raise TarnError("settings.unreadable", f"{file} cannot be read: {e}", "Mend the file; `tarn config show` names the line.") from e


def _flat(table: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in table.items():
        if isinstance(value, Mapping):
            flat.update(_flat(value, f"{prefix}{key}."))
        else:
            flat[prefix + key] = value
    return flat


def _threads(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise TarnError("setting.invalid", f"`engine.threads`: `{text}` is not a whole number of at least 1.", "Mend it.")
    return int(text)


def _memory(text: str) -> str:
    if not text.endswith("%"):
        return text
    try:
        share = float(text[:-1])
    except ValueError:
        raise TarnError("setting.invalid", f"`engine.memory_limit`: `{text}` is not a size.", "Write `8GB`.") from None
    return f"{max(1, int(_memory_of_this_machine() * share / 100) // 2**20)}MiB"


def _memory_of_this_machine() -> int:
    """What the container may use where there is one."""
    physical = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
    except OSError:
        return physical
    return min(physical, int(limit)) if limit.isdigit() else physical
