"""The file of a book: its marks, its modes, its connections."""

from __future__ import annotations

import os
import sqlite3

import pytest

from reftrack.store.connection import read_connection
from reftrack.store.version import APPLICATION_ID, VERSION
from tests.support.driver import Book
from tests.support.journal import ask, mode, one_command, writing


def test_the_file_says_what_it_is(eventful: Book) -> None:
    """`application_id` and `user_version` tell a book, and its version, from other databases."""
    assert ask(eventful, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert ask(eventful, "PRAGMA user_version") == [(VERSION,)]
    assert ask(eventful, "PRAGMA integrity_check") == [("ok",)]
    assert ask(eventful, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("foreign_keys", 1),
        ("journal_mode", "delete"),
        ("synchronous", 3),  # EXTRA
        ("secure_delete", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("recursive_triggers", 1),
    ],
)
def test_the_writing_connection_keeps_the_file_whole(
    eventful: Book, pragma: str, value: object
) -> None:
    """Every connection that writes has the pragmas that durability rests on."""
    with writing(eventful) as connection:
        assert connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)
    with one_command(eventful) as journal:
        assert journal.reader.rows(f"PRAGMA {pragma}") == [(value,)]


def test_the_reading_connection_cannot_write(eventful: Book) -> None:
    """A reading command can damage nothing, whatever is wrong with it."""
    with read_connection(eventful.path) as connection:
        assert connection is not None
        for statement in ("DELETE FROM standing", "CREATE TABLE t (x)", "UPDATE step SET undone=1"):
            with pytest.raises(sqlite3.OperationalError, match="readonly"):
                connection.execute(statement)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o277])
def test_files_and_new_folders_are_their_owners_alone(book: Book, umask: int) -> None:
    """0600 and 0700 whatever the umask, every folder on the way too; known folders stay."""
    there = book.folder / "there"
    there.mkdir()
    there.chmod(0o755)
    path = there / "new" / "deeper" / "book.db"
    before = os.umask(umask)
    try:
        book("--db", str(path), "add", "Dana Ruiz", "--from", "Sam Ortiz")
        book("--db", str(path), "export", str(book.folder / "export.json"))
    finally:
        os.umask(before)
    assert mode(path) == 0o600
    assert not mode(book.folder / "export.json") & 0o077
    assert mode(path.parent) == mode(path.parent.parent) == 0o700
    assert mode(there) == 0o755


def test_the_journal_of_a_command_is_its_owners_alone(eventful: Book) -> None:
    """The journal beside the file while SQLite writes can be read by nobody else."""
    before = os.umask(0)
    try:
        with one_command(eventful) as journal:
            journal.record("noted", journal.now, person=1, note="private")
            (beside,) = eventful.folder.glob("book.db-[!b]*")
            assert mode(beside) == 0o600
    finally:
        os.umask(before)
    assert not list(eventful.folder.glob("book.db-[!b]*"))
