"""One engine for each lake of this process, with the catalog attached."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb

from dagster_tarn.errors import TarnError
from dagster_tarn.lake.locks import Locks, OneProcess, PostgreSqlLocks
from dagster_tarn.lake.sql import LAKE, literal
from dagster_tarn.lake.stores import granting
from dagster_tarn.settings import StationSettings

Connection = Any
"""`duckdb.DuckDBPyConnection`."""

_open: dict[str, Lake] = {}
_opening = threading.Lock()

_EXTENSIONS = {
    "s3": "httpfs",
    "gs": "httpfs",
    "gcs": "httpfs",
    "r2": "httpfs",
    "http": "httpfs",
    "https": "httpfs",
    "az": "azure",
    "azure": "azure",
    "abfss": "azure",
}


def home_folder(home: str | None = None) -> Path:
    """Where the program keeps the engine's extensions: what was said, TARN_HOME, or beside the `tarn` on the PATH."""
    said = home or os.environ.get("TARN_HOME")
    if said:
        return Path(said).resolve()
    program = shutil.which("tarn")
    if program:
        folder = Path(program).resolve().parent
        return folder / ".tarn" if (folder / "pom.xml").is_file() else folder.parent
    raise TarnError(
        "extension.missing",
        "Nobody says where the engine's extensions are.",
        "Set TARN_HOME or the resource's `home`, or put `tarn` on the PATH.",
    )


class Lake:
    """An open lake. Take one with `Lake.open`; give it back with `close`: the last one closes the engine."""

    def __init__(self, settings: StationSettings, attach: Callable[[], Connection]) -> None:
        self.settings = settings
        self._attach = attach
        self._root: Connection | None = attach()
        self._threads = threading.local()
        self._users = 0
        self._cursors: set[Connection] = set()
        self._streams: weakref.WeakSet[Any] = weakref.WeakSet()
        # Writers of one process take turns: a transaction that defines something must be alone, and DuckLake 1.5.5
        # lets two transactions delete from one data file and loses one of the deletes.
        self.writing = threading.RLock()
        self.locks: Locks = OneProcess() if settings.embedded else PostgreSqlLocks(settings.catalog)

    @staticmethod
    def open(settings: StationSettings, home: Path, wait: float = 60.0) -> Lake:
        """The process's lake of this catalog. Waits as many seconds for another process that has it open."""
        with _opening:
            lake = _open.get(settings.catalog)
            if lake is None:
                lake = _open[settings.catalog] = Lake(settings, lambda: _attached(settings, home, wait))
            lake._users += 1
            return lake

    def close(self) -> None:
        with _opening:
            self._users -= 1
            if self._users == 0:
                _open.pop(self.settings.catalog, None)
                self._end()

    @staticmethod
    def let_go(catalog: str) -> None:
        """Closes the engine of this process, if it has one of this catalog, until it is next used: another program
        is to open the file. What was made of its connections before is of no use afterwards."""
        with _opening:
            lake = _open.get(catalog)
            if lake is not None:
                lake._end()

    def _end(self) -> None:
        """Also when somebody still holds a result: the catalog's file must be free for the next process."""
        for stream in list(self._streams):
            # Whoever goes on reading it gets an error, and not the end.
            stream.close()
        for cursor in list(self._cursors):
            # A result that somebody reads bit by bit, or a transaction, would keep the file open.
            for ends in ("SELECT 1", "ROLLBACK"):
                with contextlib.suppress(duckdb.Error):
                    cursor.execute(ends)
            cursor.close()
        self._cursors.clear()
        root, self._root = self._root, None
        self._threads = threading.local()
        if root is not None:
            try:
                root.execute("USE memory")
                root.execute(f"DETACH {LAKE}")
            finally:
                root.close()

    @property
    def connection(self) -> Connection:
        """This thread's connection. Relations made of it are written without passing through Python."""
        if not hasattr(self._threads, "connection"):
            self._threads.connection = self.cursor()
        return self._threads.connection

    @contextlib.contextmanager
    def aside(self) -> Iterator[Connection]:
        """A connection for questions of one's own: one that streams a result must not be asked anything else."""
        cursor = self.cursor()
        try:
            yield cursor
        finally:
            self._cursors.discard(cursor)
            cursor.close()

    def stream(self, relation: Any) -> Any:
        """A `pyarrow.RecordBatchReader` of a relation, which ends with the lake. The relation's connection must not be asked
        anything else meanwhile."""
        reader = relation.to_arrow_reader()
        self._streams.add(reader)
        return reader

    def cursor(self) -> Connection:
        """A connection of its own to the same engine."""
        if self._root is None:
            self._root = self._attach()
        cursor = self._root.cursor()
        cursor.execute(f"USE {LAKE}")
        cursor.execute("SET TimeZone = 'UTC'")
        self._cursors.add(cursor)
        return cursor


def _attached(settings: StationSettings, home: Path, wait: float) -> Connection:
    end = time.monotonic() + wait
    pause = 0.05
    while True:
        try:
            return _attach(settings, home)
        except duckdb.IOException as e:
            if "Could not set lock on file" not in str(e):
                raise
            if time.monotonic() + pause > end:
                owner = re.search(r"\(PID (\d+)\)", str(e))
                who = f"process {owner[1]}" if owner else "another process"
                raise TarnError(
                    "catalog.locked",
                    f"The catalog {settings.catalog} is in use by {who}, also after {wait:g} seconds.",
                    "Wait until it ends, or use a PostgreSQL catalog for several writers.",
                ) from e
        time.sleep(pause)
        pause = min(1.0, pause * 2)


def _attach(settings: StationSettings, home: Path) -> Connection:
    settings.temp_folder.mkdir(parents=True, exist_ok=True)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": str(settings.temp_folder),
        "extension_directory": str(home / "extensions"),
        "allow_unsigned_extensions": "false",
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "true",
        # A Python variable must never be taken for a table.
        "python_enable_replacements": "false",
    }
    if settings.max_temp_size:
        config["max_temp_directory_size"] = settings.max_temp_size
    root = duckdb.connect(":memory:", config=config)
    try:
        _load(root, "ducklake")
        scheme = settings.data_path.partition("://")[0] if "://" in settings.data_path else ""
        if scheme in _EXTENSIONS:
            _load(root, _EXTENSIONS[scheme])
            for statement in granting(settings, _EXTENSIONS[scheme]):
                root.execute(statement)
        if settings.embedded:
            Path(settings.catalog).parent.mkdir(parents=True, exist_ok=True)
            target = f"ducklake:{settings.catalog}"
        else:
            _load(root, "postgres_scanner")
            target = f"ducklake:postgres:{settings.catalog}"
        if not scheme:
            Path(settings.data_path).mkdir(parents=True, exist_ok=True)
        root.execute(f"ATTACH {literal(target)} AS {LAKE} (DATA_PATH {literal(settings.data_path)}, DATA_INLINING_ROW_LIMIT 0)")
        return root
    except BaseException:
        root.close()
        raise


def _load(connection: Connection, extension: str) -> None:
    try:
        connection.execute(f"LOAD {extension}")
    except duckdb.Error as e:
        raise TarnError(
            "extension.missing",
            f"The engine's extension {extension} cannot be loaded: {e}",
            "Run `tarn extensions install`, or point TARN_HOME to where it was done.",
        ) from e
