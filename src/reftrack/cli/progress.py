"""The progress of a long command: only on a terminal, on standard error, gone when it is done."""

from __future__ import annotations

import contextlib
import sys
import time
from types import TracebackType
from typing import Self

from reftrack.cli.output import width

# Seconds before a bar appears, and between two changes, which nobody could read faster.
_PATIENCE = 0.5
_RHYTHM = 0.1


class Bar:
    """A progress bar: `[#####     ] reading 273,000 of 607,000, 45,000 a second, 8 s left`."""

    def __init__(self) -> None:
        self._is_on = sys.stderr is not None and sys.stderr.isatty()
        self._began = self._phase_began = time.monotonic()
        self._shown_at = 0.0
        self._what = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown_at:
            self._write("\r\x1b[K")

    def show(self, what: str, done: int, total: int, unit: str = "") -> None:
        """Prints how many of how many are done, how fast, and how long it still takes."""
        if not self._is_on:
            return
        now = time.monotonic()
        if what != self._what:
            self._what, self._phase_began = what, now
        if now - self._began < _PATIENCE or now - self._shown_at < _RHYTHM:
            return
        self._shown_at = now
        self._write("\r" + _line(what, done, total, unit, now - self._phase_began) + "\x1b[K")

    @staticmethod
    def _write(text: str) -> None:
        with contextlib.suppress(OSError):
            sys.stderr.write(text)
            sys.stderr.flush()


def _line(what: str, done: int, total: int, unit: str, seconds: float) -> str:
    """One line that fits the screen: the bar takes what the words leave."""
    part = min(1.0, done / total) if total else 1.0
    pace = done / seconds if seconds else 0
    left = (total - done) / pace if pace else 0
    said = [f"{what} {part:4.0%}"]
    if unit:
        said.append(f"{done:,} of {total:,} {unit}")
        said.append(f"{pace:,.0f} a second")
    said.append(f"{_span(left)} left")
    columns = width() - 1
    text = ", ".join(said)
    while len(text) > columns and len(said) > 1:
        said.pop(1)
        text = ", ".join(said)
    room = min(30, columns - len(text) - 3)
    if room < 5:
        return text[:columns]
    full = int(room * part)
    return f"[{'#' * full}{' ' * (room - full)}] {text}"


def _span(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 100 else f"{whole // 60} min"
