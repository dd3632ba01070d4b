"""Turns of the writers of a table, on every machine: as the station's program takes them on a PostgreSQL catalog.

An advisory lock for each table, a name of this holder in `tarn_lock`, and the same name in the commit's extra info, which
a trigger compares; docs/decisions/write-coordinator.md has the whole story."""

from __future__ import annotations

import contextlib
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from dagster_tarn.errors import TarnError
from dagster_tarn.lake.sql import TableName

_KEEPALIVE: dict[str, Any] = {"keepalives": 1, "keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3}


class Turn(Protocol):
    """Locks that are held."""

    def fenced(self, extra: str) -> str:
        """A commit's extra info, so that the commit fails when a lock was lost meanwhile."""

    def revoke(self) -> None:
        """Sees to it that a commit of this holder that is under way has ended, and that none can come later."""


class Locks(Protocol):
    def take(self, tables: Iterable[TableName]) -> contextlib.AbstractContextManager[Turn]:
        """Waits for as long as another holder has one of them; to be taken before the transaction begins."""


class OneProcess(Turn):
    """A catalog in a file belongs to one process, whose threads take turns anyway."""

    @contextlib.contextmanager
    def take(self, tables: Iterable[TableName]) -> Iterator[Turn]:  # noqa: ARG002
        yield self

    def fenced(self, extra: str) -> str:
        return extra

    def revoke(self) -> None:
        pass


def key_of(name: str) -> int:
    """The number of a table's advisory lock, the same in every program."""
    return int.from_bytes(hashlib.sha256(f"tarn table {name}".encode()).digest()[:8], "big", signed=True)


@dataclass
class _Held:
    server: PostgreSqlLocks
    holders: Mapping[str, str] = field(default_factory=dict)

    def fenced(self, extra: str) -> str:
        return json.dumps({"fence": dict(self.holders), **json.loads(extra)}, separators=(",", ":"), ensure_ascii=False)

    def revoke(self) -> None:
        with self.server.connect() as connection:
            _write(connection, dict.fromkeys(self.holders, f"revoked {uuid.uuid4()}"))


class PostgreSqlLocks:
    """Locks in the catalog's own server, on connections beside the engine's."""

    def __init__(self, url: str) -> None:
        self._url = url

    def connect(self) -> Any:
        try:
            import psycopg  # noqa: PLC0415 # an optional dependency
        except ImportError as e:
            raise TarnError(
                "extension.missing",
                "A lake with a PostgreSQL catalog can only be written with the package psycopg, which is not installed.",
                "Install dagster-tarn[postgres].",
            ) from e
        try:
            return psycopg.connect(self._url, autocommit=True, application_name="tarn", connect_timeout=10, **_KEEPALIVE)
        except psycopg.Error as e:
            raise _unreachable(e) from e

    @contextlib.contextmanager
    def take(self, tables: Iterable[TableName]) -> Iterator[Turn]:
        # In the order of their names, so that no two writers wait for each other.
        names = sorted({str(table.folded) for table in tables})
        holders = dict.fromkeys(names, str(uuid.uuid4()))
        connection = self.connect()
        try:
            with _translated():
                connection.execute("SET synchronous_commit = off")
                for name in names:
                    connection.execute("SELECT pg_advisory_lock(%s)", [key_of(name)])
                _write(connection, holders)
            yield _Held(self, holders)
        finally:
            # The server gives back what a connection held.
            connection.close()


def _write(connection: Any, holders: Mapping[str, str]) -> None:
    """Waits until no commit looks at the names of these locks."""
    for name in sorted(holders):
        connection.execute(
            "INSERT INTO public.tarn_lock (name, holder) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET holder = excluded.holder",
            [name, holders[name]],
        )


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    import psycopg  # noqa: PLC0415

    try:
        yield
    except psycopg.errors.UndefinedTable as e:
        raise TarnError(
            "catalog.invalid",
            "The catalog has no table `tarn_lock`, so writers cannot take turns.",
            "Open the lake once with the station's program as the owner of its tables: tarn doctor.",
        ) from e
    except psycopg.Error as e:
        raise _unreachable(e) from e


def _unreachable(error: Exception) -> TarnError:
    return TarnError(
        "catalog.unreachable",
        f"The catalog's server cannot be asked for a lock: {error}",
        "Check the server, the network, and the user's password in PGPASSWORD or ~/.pgpass.",
    )
