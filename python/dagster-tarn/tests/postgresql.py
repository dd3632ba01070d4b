"""A PostgreSQL server of this machine's own installation, for one module of tests."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg

# It refuses root, so root runs it as the user that its package makes.
SERVE = """
bin=$1; folder=$2; port=$3; user=
if [ "$(id -u)" = 0 ]; then
  chown postgres "$folder"
  user="setpriv --reuid=postgres --regid=postgres --clear-groups"
fi
cd /
[ -d "$folder/data" ] || $user "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-sync >/dev/null || exit 1
exec $user "$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses=127.0.0.1 \
  -c unix_socket_directories= -c fsync=off -c shared_buffers=32MB
"""


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


class PostgreSql:
    """Trusts everybody on this machine, and forces nothing to the disk."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.databases = 0

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> Any:
        return psycopg.connect(self.url(database), autocommit=True, connect_timeout=10)

    def new_database(self) -> str:
        self.databases += 1
        name = f"ward{self.databases}"
        with self.connect() as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return name


@contextlib.contextmanager
def served(folder: Path) -> Iterator[PostgreSql]:
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    assert programs, "PostgreSQL is missing: run ./dev setup"
    # Its own user must be able to come here.
    for each in (folder, *folder.parents):
        known = each.stat()
        if os.geteuid() == known.st_uid == 0 and each != Path("/") and not known.st_mode & 1:
            each.chmod(known.st_mode | 0o011)
    server = None
    for _ in range(3):
        server = PostgreSql(_free_port())
        command = ["sh", "-c", SERVE, "sh", str(programs[-1].parent), str(folder), str(server.port)]
        with (folder / "server.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, "LC_ALL": "C.UTF-8"})
        try:
            if _answers(server, process):
                yield server
                return
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
    raise AssertionError((folder / "server.log").read_text(encoding="utf-8"))


def _answers(server: PostgreSql, process: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(psycopg.OperationalError), server.connect():
            return True
        time.sleep(0.2)
    return False
