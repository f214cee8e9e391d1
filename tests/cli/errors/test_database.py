"""Files that are no book, or cannot be used as one."""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest

from reftrack.store import connection
from tests.support.bad_words import checked, fails
from tests.support.driver import Book


def test_a_file_that_is_no_book_is_3_and_stays_as_it_is(book: Book, tmp_path: Path) -> None:
    """Text, a damaged book, another program's database, a folder: 3, and untouched."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    good = book.path.read_bytes()
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE theirs (x)")
    database.close()
    for content in (
        b"this is a text\n" * 100,
        b"SQLite format 3\0" + b"\0" * 5000,
        good[:5000],
        good[:100] + os.urandom(4000) + good[4100:],
        other.read_bytes(),
    ):
        book.path.write_bytes(content)
        for command in (["due"], ["list"], ["thank", "1"], ["missed", "Sam"], ["export"]):
            fails(book, *command, code=3)
    book.path.unlink()
    book.path.mkdir()
    for command in (["due"], ["missed", "Sam"]):
        checked(book(*command, code=3), command)


def test_a_book_of_a_newer_version_is_3(two: Book) -> None:
    """Both versions are named, and what to do."""
    with sqlite3.connect(two.path) as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    for command in (["due"], ["thank", "1"]):
        error = fails(two, *command, code=3).err
        assert "999" in error
        assert "newer" in error


def test_a_book_in_use_is_3(two: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer is waited for, then named; nothing is recorded."""
    monkeypatch.setattr(connection, "TIMEOUT", 0.05)
    other = sqlite3.connect(two.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    error = fails(two, "thank", "1", code=3).err
    assert "in use" in error
    assert two("due", "--count").out == "4\n"
    other.execute("ROLLBACK")
    other.close()
    two("thank", "1")


@pytest.mark.parametrize("path", ["file/book.db", "file/deeper/book.db"])
def test_a_path_through_a_file_is_3(book: Book, path: str) -> None:
    """A folder that is a file cannot hold a book, to read or to write."""
    (book.folder / "file").write_text("x")
    for command in (["due"], ["missed", "Sam"]):
        checked(book("--db", str(book.folder / path), *command, code=3), command)


def test_a_read_only_folder_is_read_and_not_written(two: Book) -> None:
    """A book on a read-only disk can be read; recording is 3."""
    two.path.chmod(0o400)
    two.folder.chmod(0o500)
    try:
        with contextlib.suppress(PermissionError):
            (two.folder / "probe").touch()
            pytest.skip("nothing is read-only to root")
        assert two("due", "--count").out == "0\n"
        fails(two, "thank", "1", code=3)
        checked(two("--db", str(two.folder / "new.db"), "missed", "Sam", code=3), "new")
    finally:
        two.folder.chmod(0o700)
        two.path.chmod(0o600)


def test_the_option_is_understood_before_and_behind(two: Book, tmp_path: Path) -> None:
    """`--db` has the last word over the environment, wherever it stands."""
    other = str(tmp_path / "a ?b#c%20.db")
    two("--db", other, "missed", "Eva Lang")
    two("call-back", "Eva Lang", "--db", other)
    two("missed", "Eva Lang", f"--db={other}")
    assert Path(other).exists()
    assert Path(other).stat().st_mode & 0o777 == 0o600
    assert len(two.export()["people"]) == 4
