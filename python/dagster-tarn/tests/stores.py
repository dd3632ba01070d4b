"""Stores of objects that run beside the tests, as `./dev setup` installs them."""

import base64
import contextlib
import datetime
import hashlib
import hmac
import os
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

from conftest import CHECKOUT, HOME

ACCOUNT = "devstoreaccount1"
# Published by Microsoft for this emulator, and of no use elsewhere.
ACCOUNT_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="


class Store:
    """Where a lake may lie: its URL, what the settings say of it, and the environment of who may enter."""

    def __init__(self, url: str, settings: str, environment: dict[str, str]) -> None:
        self.url, self.settings, self.environment = url, settings, environment


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _tool(name: str) -> Path:
    versions = (CHECKOUT / "tools/emulators/versions").read_text(encoding="utf-8").split()
    (version,) = [line.partition("=")[2] for line in versions if line.startswith(f"{name}=")]
    folder = HOME / "tools" / f"{name}-{version}"
    assert folder.is_dir(), f"{folder} is missing: run ./dev setup"
    return folder


@contextlib.contextmanager
def _running(folder: Path, command: Callable[[int], list[str]]) -> Iterator[int]:
    for _ in range(3):
        port = _free_port()
        with (folder / "store.log").open("ab") as log:
            process = subprocess.Popen(command(port), stdout=log, stderr=log, env=dict(os.environ))
        try:
            if _answers(port, process):
                yield port
                return
        finally:
            process.terminate()
            process.wait(timeout=60)
    raise AssertionError((folder / "store.log").read_text(encoding="utf-8"))


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    end = time.monotonic() + 120
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        time.sleep(0.2)
    return False


@contextlib.contextmanager
def s3(folder: Path) -> Iterator[Store]:
    for each in ("root", "root/ward", "sidecar"):
        (folder / each).mkdir()
    program = str(_tool("versitygw") / "bin/versitygw")

    def command(port: int) -> list[str]:
        who = ["--access", "reader", "--secret", "of-tests"]
        return [
            program,
            "--port",
            f"127.0.0.1:{port}",
            *who,
            "--quiet",
            "posix",
            "--sidecar",
            str(folder / "sidecar"),
            str(folder / "root"),
        ]

    with _running(folder, command) as port:
        settings = f'[storage]\nendpoint = "http://127.0.0.1:{port}"\nregion = "us-east-1"\n'
        yield Store("s3://ward/lake/", settings, {"AWS_ACCESS_KEY_ID": "reader", "AWS_SECRET_ACCESS_KEY": "of-tests"})


@contextlib.contextmanager
def azure(folder: Path) -> Iterator[Store]:
    tool = _tool("azurite")

    def command(port: int) -> list[str]:
        main = str(tool / "node_modules/azurite/dist/src/blob/main.js")
        quiet = ["--silent", "--disableTelemetry", "--skipApiVersionCheck"]
        return [str(tool / "node"), main, "--blobHost", "127.0.0.1", "--blobPort", str(port), "--location", str(folder), *quiet]

    with _running(folder, command) as port:
        endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
        _container(endpoint, "ward")
        text = f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};BlobEndpoint={endpoint};"
        yield Store("az://ward/lake/", "", {"AZURE_STORAGE_CONNECTION_STRING": text})


def _container(endpoint: str, name: str) -> None:
    moment = datetime.datetime.now(datetime.timezone.utc).strftime("%a, %d %b %Y %H:%M:%S GMT")
    headers = {"x-ms-date": moment, "x-ms-version": "2023-11-03"}
    signed = "\n".join(f"{key}:{value}" for key, value in sorted(headers.items()))
    text = f"PUT{chr(10) * 12}{signed}\n/{ACCOUNT}/{ACCOUNT}/{name}\nrestype:container"
    mac = hmac.new(base64.b64decode(ACCOUNT_KEY), text.encode(), hashlib.sha256).digest()
    headers["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(mac).decode()}"
    headers["Content-Length"] = "0"
    request = urllib.request.Request(f"{endpoint}/{name}?restype=container", b"", headers, method="PUT")
    request.add_unredirected_header("Content-type", "")
    with urllib.request.urlopen(request, timeout=30) as response:
        assert response.status == 201
