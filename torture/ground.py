"""The ground that the proofs stand on: a scratch book, real commands on it, and what must hold."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from reftrack.cli import clock
from reftrack.cli.door import run

NOW = "2026-11-23T09:00:00Z"
TIMEOUT = 120.0

# The first bytes of a rollback journal once its records are on the disk. Until then they are
# nought, and SQLite has no reason to roll anything back.
JOURNAL_MAGIC = bytes.fromhex("d9d505f920a163d7")


State = dict[Path, bytes]


@dataclass(frozen=True)
class Said:
    """The end of a command, and what it said."""

    code: int
    out: str
    err: str

    def faults(self) -> list[str]:
        """The faults of an answer, however the command was hindered."""
        found = [
            f"{word!r} in an answer: {self.err[-300:]}"
            for word in ("Traceback", "in reftrack itself")
            if word in self.out + self.err
        ]
        if self.code in (1, 2, 3) and not self.err.startswith("error: "):
            found.append(f"exit {self.code} without an error: {self.err[:200]!r}")
        if self.code in (1, 2, 3) and len(self.err.splitlines()) > 2:
            found.append(f"an error of more than two lines: {self.err[:300]!r}")
        return found


class Ground:
    """A folder for a book, a home that is nobody's, and the commands on that book.

    With a `clock` the commands of this process are asked about the present, and that is what the
    computer's clock shows them.
    """

    clock: datetime | None = None

    def __init__(self, root: Path, now: str = NOW) -> None:
        self.folder = root / "book"
        self.path = self.folder / "book.db"
        self.journal = self.folder / "book.db-journal"
        self.home = root / "home"
        self.aside = root / "aside"  # what the proof itself writes
        self.config = root / "config.toml"
        for each in (self.folder, self.home, self.aside):
            each.mkdir(mode=0o700, exist_ok=True)
        kept = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("REFTRACK_", "XDG_")) and key not in ("COLUMNS", "LD_PRELOAD")
        }
        self.environment = {
            **kept,
            "HOME": str(self.home),
            "REFTRACK_DB": str(self.path),
            "REFTRACK_CONFIG": str(self.config),
            "REFTRACK_TZ": "UTC",
            "REFTRACK_NOW": now,
        }

    # Commands.

    def begun(self, *arguments: str, **options: Any) -> subprocess.Popen[bytes]:
        """A real command, on its way."""
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        more = options.pop("env", {})
        return subprocess.Popen(
            [sys.executable, "-m", "reftrack", *arguments],
            env={**self.environment, **more},
            **options,
        )

    def process(self, *arguments: str, **options: Any) -> Said:
        """A real command, to its end."""
        process = self.begun(*arguments, **options)
        try:
            out, err = process.communicate(timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return Said(-signal.SIGKILL, "", f"still running after {TIMEOUT:.0f} s")
        return Said(
            process.returncode,
            (out or b"").decode("utf-8", "replace"),
            (err or b"").decode("utf-8", "replace"),
        )

    def here(self, *arguments: str) -> Said:
        """The same in this process: for the looks between, which have to be quick."""
        raw, err = io.BytesIO(), io.StringIO()
        out = io.TextIOWrapper(raw, encoding="utf-8")
        with (
            self._clock_set(),
            _environment(self.environment if self.clock is None else self._presently()),
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
        ):
            code = run(list(arguments))
        out.flush()
        return Said(code, raw.getvalue().decode("utf-8"), err.getvalue())

    def _presently(self) -> dict[str, str]:
        return {k: v for k, v in self.environment.items() if k != "REFTRACK_NOW"}

    @contextlib.contextmanager
    def _clock_set(self) -> Iterator[None]:
        shown, right = self.clock, clock.computer_now
        if shown is not None:
            clock.computer_now = lambda: shown
        try:
            yield
        finally:
            clock.computer_now = right

    # The book as it lies.

    def fill(self, referrals: int = 40, name: str = "Person Number") -> None:
        """A book of so many open referrals, each of a source and a prospect of its own."""
        file = self.aside / "history.json"
        file.write_text(json.dumps(history(referrals, name)), encoding="utf-8")
        said = self.here("import", str(file))
        if said.code:
            raise RuntimeError(said.err)
        file.unlink()

    def state(self) -> State:
        """Every file of the book's folder, and its bytes."""
        return {
            path.relative_to(self.folder): path.read_bytes()
            for path in self.folder.rglob("*")
            if path.is_file()
        }

    def put(self, state: State) -> None:
        """These files and nothing beside them: no journal, no backup, no temporary file."""
        for path in self.folder.rglob("*"):
            if not path.is_dir():
                path.unlink()
        for name, content in state.items():
            path = self.folder / name
            path.parent.mkdir(mode=0o700, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o600)

    def has_hot_journal(self) -> bool:
        """True if a journal lies beside the book from which SQLite has to roll back."""
        try:
            head = self.journal.read_bytes()[:12]
        except FileNotFoundError:
            return False
        return head[:8] == JOURNAL_MAGIC and head[8:12] != b"\0\0\0\0"

    def rows(self, sql: str, *values: object) -> list[Any]:
        """The rows that `sql` finds in the book."""
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(sql, values).fetchall()
        finally:
            connection.close()

    def has_tables(self) -> bool:
        """True if the file holds the tables of a book."""
        return self.path.exists() and bool(self.rows("SELECT 1 FROM sqlite_master LIMIT 1"))

    def marked(self, mark: str) -> int:
        """The number of rows of the truth that hold this mark, those of undone steps left out."""
        stands = "step IN (SELECT id FROM step WHERE undone = 0)"
        ((count,),) = self.rows(
            "SELECT (SELECT count(*) FROM person_version"
            f" WHERE (name LIKE ?1 OR note LIKE ?1 OR company LIKE ?1) AND {stands})"
            " + (SELECT count(*) FROM referral_version"
            f" WHERE (need LIKE ?1 OR note LIKE ?1) AND {stands})"
            f" + (SELECT count(*) FROM event WHERE (note LIKE ?1 OR data LIKE ?1) AND {stands})",
            f"%{mark}%",
        )
        return int(count)

    def unsound(self) -> list[str]:
        """The faults of the book as it lies; the look itself is the first that meets it."""
        try:
            return list(self._unsound())
        except sqlite3.DatabaseError as error:
            return [f"no whole book: {error}"]

    def _unsound(self) -> Iterator[str]:
        started = time.monotonic()
        look = self.here("due", "--count")
        taken = time.monotonic() - started
        if look.code:
            yield f"reading did not work at once: {look}"
            return
        if taken > 15:
            yield f"reading took {taken:.1f} s"
        if not self.path.exists():
            return
        if self.has_hot_journal():
            yield "a hot journal is left after a reading command"
        for (answer,) in self.rows("PRAGMA integrity_check"):
            if answer != "ok":
                yield f"integrity: {answer}"
        if found := self.rows("PRAGMA foreign_key_check"):
            yield f"foreign keys: {found[:3]}"
        if not self.has_tables():
            return
        if self.rows("SELECT 1 FROM step WHERE summary = ''"):
            yield "a step that was not ended"
        check = self.here("check")
        if check.code:
            yield f"check: {check.out}{check.err}"
        for path in (*self.folder.rglob("*"), *self.home.rglob("*")):
            if path.is_file() and path.stat().st_mode & 0o077:
                yield f"others can read {path.name}: {path.stat().st_mode & 0o777:o}"


@contextlib.contextmanager
def _environment(environment: dict[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def history(referrals: int, name: str = "Person Number") -> dict[str, Any]:
    """A history of so many open referrals, each of a source and a prospect of its own."""
    people = [
        {"id": n, "uid": f"{name} p{n}", "name": f"{name} {n}"} for n in range(1, 2 * referrals + 1)
    ]
    received = [
        {
            "id": n,
            "uid": f"{name} r{n}",
            "source": n,
            "prospect": referrals + n,
            "received_at": f"2026-11-20T{n % 24:02}:10:00Z",
            "kind": "client",
        }
        for n in range(1, referrals + 1)
    ]
    return {"schema": "reftrack.history/1", "people": people, "referrals": received, "events": []}


def in_lanes(make: Callable[..., Any], lanes: int, *arguments: Any) -> list[Any]:
    """`make(lane, *arguments)` in as many processes, two at a time on most machines."""
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(lanes, get_context("spawn")) as pool:
        parts = [pool.submit(make, lane, *arguments) for lane in range(lanes)]
        return [part.result() for part in parts]
