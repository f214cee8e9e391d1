"""Drives the program: in this process for speed, as a process of its own, and on a terminal."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from reftrack.cli.door import run

REFTRACK = [sys.executable, "-m", "reftrack"]
TIMEOUT = 60.0


@dataclass(frozen=True)
class Result:
    """The end of a command, and what it said."""

    code: int
    out: str
    err: str


class Book:
    """One database, and the commands on it."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.path = folder / "book.db"
        self.config = folder / "config.toml"
        self._monkeypatch = monkeypatch

    def at(self, now: str) -> Book:
        """From here on it is `now`."""
        self._monkeypatch.setenv("REFTRACK_NOW", now)
        return self

    def zone(self, name: str) -> Book:
        """From here on the clocks are those of this zone."""
        self._monkeypatch.setenv("REFTRACK_TZ", name)
        return self

    def configure(self, text: str) -> Book:
        """The configuration from here on."""
        self.config.write_text(text, encoding="utf-8")
        return self

    def __call__(self, *arguments: str, code: int | None = 0) -> Result:
        """Runs a command in this process, and checks its exit code unless it is None."""
        raw, err = io.BytesIO(), io.StringIO()
        out = io.TextIOWrapper(raw, encoding="utf-8")
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            ended = run(list(arguments))
        out.flush()
        result = Result(ended, raw.getvalue().decode("utf-8"), err.getvalue())
        if code is not None:
            assert result.code == code, result
        return result

    def due(self, *options: str) -> dict[str, Any]:
        """`due --json`, read."""
        document: dict[str, Any] = json.loads(self("due", "--json", *options).out)
        return document

    def owed(self, *options: str) -> list[tuple[str, str, int | None, str]]:
        """The items that `due` lists: rule, status, referral, to whom."""
        return [
            (item["rule"], item["status"], item["referral"], item["to"]["name"])
            for item in self.due(*options)["items"]
        ]

    def export(self) -> dict[str, Any]:
        """The history, read."""
        document: dict[str, Any] = json.loads(self("export").out)
        return document

    def load(self, history: dict[str, Any]) -> Book:
        """Imports a history."""
        path = self.folder / "history.json"
        path.write_text(json.dumps(history), encoding="utf-8")
        self("import", str(path))
        return self

    def process(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
        """Runs a command as a process of its own."""
        options.setdefault("capture_output", True)
        options.setdefault("stdin", subprocess.DEVNULL)
        return subprocess.run([*REFTRACK, *arguments], timeout=TIMEOUT, check=False, **options)

    def screen(
        self, *arguments: str, columns: int = 80, keys: str = "", env: dict[str, str] | None = None
    ) -> Result:
        """Runs a command on a terminal of this width, typing `keys`; what the terminal got."""
        return on_terminal(list(arguments), columns, keys, env)


def on_terminal(
    arguments: list[str], columns: int, keys: str = "", env: dict[str, str] | None = None
) -> Result:
    """Runs a command with a terminal for input, output and errors; colours as it sends them."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    environment = {**os.environ, "TERM": "xterm-256color", **(env or {})}
    process = subprocess.Popen(
        [*REFTRACK, *arguments], stdin=follower, stdout=follower, stderr=follower, env=environment
    )
    os.close(follower)
    if keys:
        os.write(leader, keys.encode())
    shown = b""
    until = time.monotonic() + TIMEOUT
    while time.monotonic() < until:
        if not select.select([leader], [], [], 0.05)[0]:
            if process.poll() is not None:
                break
            continue
        try:
            part = os.read(leader, 65536)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    code = process.wait(timeout=TIMEOUT)
    os.close(leader)
    return Result(code, shown.decode("utf-8").replace("\r\n", "\n"), "")
