"""Webservers that are no Dagster, or none that can be told: each is named, and what was to be told waits."""

import http.server
import json
import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import HOME, TARN, Station

REPORT = {"status": "clean", "level": "exists", "scope": "everything", "complete": True, "findings": []}
# As the GraphQL of a Dagster answers that has a field under another name.
OLDER = {"errors": [{"message": "Cannot query field 'isPartitioned' on type 'AssetNode'.", "locations": [{"line": 1, "column": 3}]}]}
NOTHING = {"data": {"assetNodes": [], "workspaceOrError": {"__typename": "Workspace", "locationEntries": []}}}


class Server:
    """Answers each request in the same way, and keeps what it was asked with."""

    def __init__(self, status: int, body: str, **headers: str) -> None:
        self.authorizations: list[str | None] = []
        told = self.authorizations

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                told.append(self.headers.get("Authorization"))
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            do_GET = do_POST

            def log_message(self, *arguments: Any) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def servers() -> Iterator[list[Server]]:
    started: list[Server] = []
    yield started
    for each in started:
        each.server.shutdown()
        each.server.server_close()


def reconciled(station: Station, url: str, **environment: str) -> tuple[int, dict[str, Any]]:
    report = station.folder / "report.json"
    report.write_text(json.dumps(REPORT), encoding="utf-8")
    command = [str(TARN), "-C", str(station.folder), "reconcile", "--report", str(report), "--dagster", url, "--json"]
    variables = {**os.environ, "TARN_HOME": str(HOME), **environment}
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env=variables)
    text = done.stdout if done.returncode == 0 else done.stderr.strip().splitlines()[-1]
    return done.returncode, json.loads(text)


def waiting(station: Station) -> list[Path]:
    return list((station.folder / ".tarn" / "dagster" / "waiting").iterdir())


@pytest.mark.parametrize(
    ("status", "body", "code", "says"),
    [
        (401, "who are you", "dagster.refused", "HTTP 401"),
        (403, "not you", "dagster.refused", "HTTP 403"),
        (404, "no such page", "dagster.refused", "HTTP 404"),
        (302, "", "dagster.refused", "HTTP 302"),
        (200, "<html>Please log in</html>", "dagster.refused", "no JSON"),
        (200, json.dumps(OLDER), "dagster.refused", "its version may be another"),
        (503, "later", "dagster.unreachable", "HTTP 503"),
    ],
)
def test_refusal_isNamedAndTheReportWaits(status: int, body: str, code: str, says: str, station: Station, servers: list[Server]) -> None:
    servers.append(Server(status, body, Location="https://sso.example/login"))
    exit_code, told = reconciled(station, servers[0].url)
    assert (exit_code, told["error"]["code"]) == (3 if code == "dagster.unreachable" else 2, code)
    assert says in told["error"]["message"]
    assert "DAGSTER_AUTHORIZATION" in told["error"]["remedy"] or code == "dagster.unreachable"
    assert len(waiting(station)) == 1


def test_proxyThatAsksWhoComes_isTold(station: Station, servers: list[Server]) -> None:
    servers.append(Server(200, json.dumps(NOTHING)))
    exit_code, told = reconciled(station, servers[0].url, DAGSTER_AUTHORIZATION="Bearer secret")
    assert (exit_code, told["tables"]) == (0, 0)
    assert set(servers[0].authorizations) == {"Bearer secret"}
    assert waiting(station) == []
