"""A book with a history, and commands on its file."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from reftrack.rules.policy import policy_of
from reftrack.store.connection import open_to_write
from reftrack.store.journal import Journal, recording
from tests.support.driver import Book

TRUTH = (
    *("person", "person_version", "name_part", "contact_point"),
    *("referral", "referral_version", "event"),
)


@contextmanager
def writing(book: Book) -> Iterator[sqlite3.Connection]:
    """The connection that the project itself writes with."""
    with closing(open_to_write(book.path)) as connection:
        yield connection


def ask(book: Book, sql: str) -> list[Any]:
    """The rows that `sql` finds in the file."""
    with closing(sqlite3.connect(book.path)) as connection:
        return connection.execute(sql).fetchall()


@contextmanager
def one_command(book: Book) -> Iterator[Journal]:
    """A command of the test's own, recorded as the program records."""
    now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    here = (now, ZoneInfo("UTC"), "UTC")
    with recording(book.path, "test", policy=policy_of(), present=lambda _: here) as journal:
        yield journal


AT = "2026-11-20T15:00:00Z"


def mode(path: Path) -> int:
    """The permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def undo(book: Book, step: int) -> None:
    """Marks a step undone, and computes the projections anew."""
    with writing(book) as connection:
        connection.execute("UPDATE step SET undone = 1 WHERE id = ?", (step,))
    with one_command(book) as journal:
        journal.projector.mark_everything()
        journal.projector.update()


def numbers(history: dict[str, Any], table: str) -> list[int]:
    """The numbers of its records, in order."""
    return sorted(record["id"] for record in history[table])


def garbage(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


READING = (["due"], ["due", "--json"], ["due", "--count"], ["list"], ["show", "1"], ["export"])
