"""What went wrong, with a code that stays the same and what to do: the codes are those of docs/reference/errors.md."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator


class TarnError(Exception):
    """An error that names what happened (`message`), its stable `code` and a `remedy`."""

    def __init__(self, code: str, message: str, remedy: str) -> None:
        super().__init__(f"{message}\n  → {remedy}")
        self.code = code
        self.message = message
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[TarnError], tuple[str, str, str]]:
        return TarnError, (self.code, self.message, self.remedy)


@contextlib.contextmanager
def interruptions() -> Iterator[None]:
    """When a signal stops a query, the engine makes a `RuntimeError` of what the signal's handler raised. Whoever ends a
    run must find the interruption itself: Dagster would take the other for a failure of the asset."""
    try:
        yield
    except RuntimeError as e:
        cause = e.__cause__
        if cause is not None and not isinstance(cause, Exception):
            raise cause from None
        raise
