"""Several processes at once."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reftrack.store import connection as connections
from tests.support.driver import TIMEOUT, Book
from tests.support.journal import ask, numbers
from tests.support.projections import assert_projections_hold

READY = """
import sys
import reftrack.cli.commands.add, reftrack.store.journal
from reftrack.cli.app import run_line
print("ready", flush=True)
sys.stdin.readline()
sys.exit(run_line(sys.argv[1:]))
"""


def test_processes_begin_one_book_together(book: Book) -> None:
    """All succeed, each with a number of its own, and nobody is there twice.

    `make torture` has a crowd of fifty.
    """
    path = book.folder / "new" / "book.db"
    environment = {**os.environ, "REFTRACK_DB": str(path)}
    sources = ("Sam Ortiz", "Ana Silva", "Sam Ortiz", "sam  ORTIZ")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", READY, "add", f"Prospect {letter * 3}", "--from", source],
            env=environment,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for letter, source in zip("ABCD", sources, strict=True)
    ]
    for process in processes:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in processes:  # all have imported everything: they meet at the file
        assert process.stdin
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=TIMEOUT) for process in processes]
    assert [process.returncode for process in processes] == [0] * 4, answers
    assert sorted(int(out.split()[0]) for out, _ in answers) == list(range(1, 5))

    book.path = path
    history = json.loads(book("--db", str(path), "export").out)
    assert numbers(history, "referrals") == list(range(1, 5))
    names = [person["name"].casefold() for person in history["people"]]
    assert len(names) == len(set(names)) == 6
    assert ask(book, "PRAGMA integrity_check") == [("ok",)]
    assert_projections_hold(book)


def test_a_book_that_another_process_makes_meanwhile_is_no_strangers(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between asking whose file it is and what is in it, nobody else can make the tables."""
    tried: list[str] = []

    class Slow(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if "sqlite_master" in sql and not tried:
                tried.append(sql)
                with (
                    closing(sqlite3.connect(book.path, timeout=0)) as other,
                    pytest.raises(sqlite3.OperationalError, match="locked"),
                ):
                    other.execute("CREATE TABLE mine (id)")
            return super().execute(sql, *values)

    def slow(path: Path, mode: str, timeout: float) -> sqlite3.Connection:
        address = f"{path.absolute().as_uri()}?mode={mode}"
        return sqlite3.connect(
            address, uri=True, timeout=timeout, isolation_level=None, factory=Slow
        )

    monkeypatch.setattr(connections, "connect", slow)
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert tried


def test_a_first_command_that_is_refused_begins_no_book(book: Book) -> None:
    """Afterwards there is still none, and whoever asks is told how to begin."""
    book("add", "Kim Wood", "--from", "Kim Wood", "--kind", "partner", code=1)
    assert "No book" in book("due").out
    assert "no book" in book("undo", code=1).err
    assert book("add", "Kim Wood", "--from", "Sam Ortiz").out.startswith("1  ")
