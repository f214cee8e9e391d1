"""Damage is said as damage, with exit 3, by every command, and there is a way back from it."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest

from reftrack.store.header import BOOK, DAMAGED, nature_of
from reftrack.store.version import VERSION
from tests.support.driver import Book
from tests.support.prepared import made_once


@pytest.fixture
@made_once
def lived_in(lived_in: Book) -> Book:
    """A book with a referral, thanked for, and a backup of it."""
    lived_in("backup", str(lived_in.folder / "good.db"))
    return lived_in


def flip(book: Book, at: int, bit: int = 0) -> None:
    content = bytearray(book.path.read_bytes())
    content[at] ^= 1 << bit
    book.path.write_bytes(content)


def comes_back(book: Book) -> None:
    """A backup is the way out, and all is well then."""
    book("restore", str(book.folder / "good.db"), "--yes")
    book("check")
    assert book.export()["referrals"]


def is_damage(book: Book) -> None:
    """Everything says so, with the way back."""
    for arguments in (["due"], ["due", "--count"], ["list"], ["export"], ["thank", "1"]):
        result = book(*arguments, code=3)
        assert "damaged" in result.err, (arguments, result)
        assert "reftrack backup --list" in result.err, (arguments, result)
    assert "wrong" in book("check", code=3).out
    book("check", "--repair", code=3)


def test_a_schema_that_is_no_text_is_damage(lived_in: Book) -> None:
    """A bit too high in any name: SQLite names it in an error that is no text itself."""
    content = lived_in.path.read_bytes()
    for name in (b'CREATE TABLE "event"', b"CREATE VIEW live_person", b"person_by_uid"):
        lived_in.path.write_bytes(content)
        flip(lived_in, content.index(name) + 8, 7)
        result = lived_in("check", code=3)
        assert "wrong" in result.out
        assert lived_in("due", code=None).code in (0, 3)
        comes_back(lived_in)


@pytest.mark.parametrize("at", [0, 5, 15, 18, 19, 21, 68, 71])
def test_a_header_with_one_wrong_byte_is_still_a_books(lived_in: Book, at: int) -> None:
    """Its other marks tell whose it is; so it can be restored, and is touched by nothing else."""
    flip(lived_in, at, 6)
    assert nature_of(lived_in.path) == DAMAGED
    before = lived_in.path.read_bytes()
    is_damage(lived_in)
    assert lived_in.path.read_bytes() == before
    comes_back(lived_in)
    assert nature_of(lived_in.path) == BOOK


@pytest.mark.parametrize("version", [0, VERSION - 1, VERSION | 1 << 20, -VERSION])
def test_a_version_that_the_tables_have_not_is_damage(lived_in: Book, version: int) -> None:
    """No command brings such a book up to date, or takes it for one of the future."""
    with closing(sqlite3.connect(lived_in.path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    is_damage(lived_in)
    comes_back(lived_in)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE courtesy SET rule = 'thank-you'",
        "UPDATE standing SET stage = 'gone'",
        "UPDATE book SET value = 'Mars/Olympus' WHERE name = 'zone'",
        "UPDATE event SET kind = 'thinked'",
        "UPDATE event SET data = '{\"until\": 7}'",
        "UPDATE event SET at = 'no time'",
        "UPDATE person_version SET updates = '99999999999d'",
        "UPDATE referral_version SET source = 99",
        "UPDATE step SET at = '2026-99-99T00:00:00Z'",
        "DROP TABLE heard",
        "DROP VIEW live_event",
    ],
)
def test_what_no_command_wrote_crashes_none(
    lived_in: Book, monkeypatch: pytest.MonkeyPatch, statement: str
) -> None:
    """A word, a number or a time that stands for nothing: exit 3 or an answer, and a way back."""
    monkeypatch.delenv("REFTRACK_TZ")
    with closing(sqlite3.connect(lived_in.path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(statement)
        connection.commit()
    content = lived_in.path.read_bytes()
    for arguments in (
        *(["due"], ["due", "--json"], ["due", "--count"], ["list", "--all"], ["show", "1"]),
        *(["show", "@1"], ["why", "1"], ["sources"], ["export"], ["export", "--format", "ics"]),
        *(["draft", "1"], ["note", "1", "x"], ["undo", "--list"], ["undo"], ["backup"]),
    ):
        lived_in.path.write_bytes(content)
        result = lived_in(*arguments, code=None)
        assert result.code in (0, 1, 3), (arguments, result)
        assert "reftrack itself" not in result.err, (arguments, result)
    lived_in.path.write_bytes(content)
    lived_in("check", code=3)
    comes_back(lived_in)


def test_a_journal_beside_a_damaged_book_goes_with_it(lived_in: Book) -> None:
    """Also where the book is a link: the restored one must not meet it."""
    real = lived_in.folder / "real" / "book.db"
    real.parent.mkdir()
    lived_in.path.rename(real)
    lived_in.path.symlink_to(real)
    content = bytearray(real.read_bytes())
    content[4096 * 2 : 4096 * 6] = random.Random(1).randbytes(4096 * 4)
    real.write_bytes(content)
    (real.parent / "book.db-journal").write_bytes(b"no journal")
    comes_back(lived_in)
    assert lived_in.path.is_symlink()
    assert not (real.parent / "book.db-journal").exists()
