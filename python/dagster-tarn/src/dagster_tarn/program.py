"""Runs the station's program: `tarn`, in a process of its own, with Dagster Pipes between."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_tarn.errors import TarnError
from dagster_tarn.lake import Lake
from dagster_tarn.settings import StationSettings

_TURN_SECONDS = 0.2
_GRACE_SECONDS = 20
# The exit code of a command that did what it was asked, and found something.
_FINDINGS = 1


@dataclass(frozen=True)
class TarnProgram:
    """A station, and the program that works on it. `wait_seconds` is how long to wait for another process that has
    the embedded catalog open."""

    station: Path
    command: Sequence[str] = ("tarn",)
    wait_seconds: float = 600.0

    def line(self, *arguments: str) -> list[str]:
        return [*self.command, "-C", str(self.station), *arguments]

    def document(self, *arguments: str) -> Any:
        """What a command that reports prints as JSON; its own error otherwise."""
        try:
            done = subprocess.run(self.line(*arguments, "--json"), capture_output=True, text=True, check=False, env=self._environment())
        except OSError as e:
            raise self._missing(e) from e
        told = _told(done.stderr)
        # A report that was made, but that Dagster was not told of, is an error too.
        if done.returncode > _FINDINGS and told:
            raise told
        if not done.stdout.strip():
            text = f"`tarn {' '.join(arguments)}` ended with exit code {done.returncode}. {done.stderr.strip()}"
            raise told or TarnError("internal", text, "Run it by hand, or `tarn doctor`.")
        return json.loads(done.stdout)

    def manifest(self) -> Any:
        return self.document("manifest")

    def materialize(
        self, context: dg.AssetExecutionContext, keys: Sequence[str] | None, prefix: Sequence[str] = (), full: bool = False
    ) -> Iterator[Any]:
        """Materializes assets, all of them without keys; yields what the program reports as it reports it. An
        interruption of the step is passed on, and the program rolls back what it is writing."""
        selection = "*" if keys is None else " or ".join(f'key:"{key}"' for key in keys)
        arguments = ["materialize", selection, *(["--full"] if full else [])]
        end = time.monotonic() + self.wait_seconds
        settings = StationSettings.read(self.station)
        while True:
            if settings.embedded:
                # An executor that runs all steps in one process leaves the lake open from one to the next.
                Lake.let_go(settings.catalog)
            with dg.open_pipes_session(
                context=context,
                context_injector=dg.PipesTempFileContextInjector(),
                message_reader=dg.PipesTempFileMessageReader(),
                extras={"asset_key_prefix": list(prefix)},
            ) as session:
                yielded = 0
                process = self._start(arguments, session.get_bootstrap_env_vars())
                try:
                    while process.poll() is None:
                        time.sleep(_TURN_SECONDS)
                        results = session.get_reported_results()
                        yield from results[yielded:]
                        yielded = len(results)
                except BaseException:
                    _stop(process, context)
                    raise
            # Closing the session has read what was left.
            yield from session.get_reported_results()[yielded:]
            if process.returncode == 0:
                return
            told = [each for each in session.get_custom_messages() if isinstance(each, dict) and "error" in each]
            error = told[-1] if told else {"error": "unknown", "message": f"exit code {process.returncode}"}
            if error["error"] != "catalog.locked" or time.monotonic() > end:
                raise dg.Failure(f"{error['error']}: {error['message']}", metadata={"exit_code": process.returncode})
            context.log.info(f"{error['message']} Waiting for it.")
            time.sleep(2)

    def _start(self, arguments: Sequence[str], variables: Any) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(self.line(*arguments), env={**self._environment(), **variables}, stdin=subprocess.DEVNULL)
        except OSError as e:
            raise self._missing(e) from e

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "TERM": "dumb", "NO_COLOR": "1"}

    def _missing(self, error: OSError) -> TarnError:
        return TarnError(
            "usage",
            f"The program {self.command[0]} cannot be started: {error}",
            "Put `tarn` on the PATH, or name it in the component's `tarn`.",
        )


def _stop(process: subprocess.Popen[bytes], context: dg.AssetExecutionContext) -> None:
    if process.poll() is None:
        context.log.info("Stopping the station's program.")
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _told(text: str) -> TarnError | None:
    """The program's own error, if it told one."""
    for line in reversed(text.strip().splitlines()):
        try:
            error = json.loads(line)["error"]
            return TarnError(error["code"], error["message"], error["remedy"])
        except (ValueError, KeyError, TypeError):
            continue
    return None
