"""A book of any released version is brought up to date: whole or not at all, and kept beside it."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reftrack.store import migrations
from reftrack.store.connection import make_tables, open_to_write
from reftrack.store.schema import VERSIONS
from reftrack.store.version import VERSION
from tests.support.driver import Book
from tests.support.kept import assert_kept
from tests.support.places import TESTS

RELEASED = TESTS / "databases"
# What the program of that version made and exported.
BOOKS = sorted(RELEASED.glob("version-*.db"))


@pytest.fixture(params=BOOKS, ids=lambda path: path.stem)
def old(request: pytest.FixtureRequest, book: Book) -> Book:
    """A book as an earlier version left it."""
    shutil.copyfile(request.param, book.path)
    book.path.chmod(0o600)
    return book.at("2026-11-07T09:00:00Z").zone("Europe/London")


def schema_of(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        return connection.execute(sql).fetchall()


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return migrations.version_of(connection)


def backups_of(book: Book) -> list[Path]:
    return sorted((book.folder / "book.db-backups").glob("*before-migration*"))


def test_there_is_a_book_of_each_released_version() -> None:
    """Each version before the present one has its book among the tests."""
    assert [version_of(path) for path in BOOKS] == list(range(1, VERSION))
    assert sorted(VERSIONS) == list(range(1, VERSION + 1))


@pytest.mark.parametrize("command", [["due"], ["due", "--count"], ["thank", "2"], ["export"]])
def test_whatever_command_meets_it_first_brings_it_up_to_date(
    old: Book, command: list[str]
) -> None:
    """One that only reads does too; it says so, and where the book is kept as it was."""
    before = old.path.read_bytes()
    said = old(*command).err
    assert version_of(old.path) == VERSION
    backup = backups_of(old)[0]
    assert str(backup) in said
    assert backup.name == "20261107T090000Z-before-migration.db"
    assert len(said.splitlines()) == 1
    assert old(*command, code=None).err == "" or command[0] == "thank"
    if command[0] != "thank":
        assert backups_of(old) == [backup]
    with closing(sqlite3.connect(backup)) as kept, closing(sqlite3.connect(":memory:")) as was:
        was.deserialize(before)
        assert list(kept.iterdump()) == list(was.iterdump())
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert stat.S_IMODE(backup.parent.stat().st_mode) == 0o700


def test_the_tables_are_those_of_a_new_book(old: Book, tmp_path: Path) -> None:
    """However a book came to this version, its tables are the same to the letter."""
    old("due")
    with closing(open_to_write(tmp_path / "new.db")) as connection:
        connection.execute("BEGIN IMMEDIATE")
        make_tables(connection)
        connection.execute("COMMIT")
    assert schema_of(old.path) == schema_of(tmp_path / "new.db")


def test_nothing_is_lost(old: Book, request: pytest.FixtureRequest) -> None:
    """The history is what the program of that version exported, to the byte."""
    name = request.node.callspec.params["old"].with_suffix(".json")
    assert old("export").out == name.read_text(encoding="utf-8")
    old("note", "1", "Still there")
    assert_kept(old)
    with closing(sqlite3.connect(old.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_failure_half_way_changes_nothing(old: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables that cannot be made leave the book of the version that it was."""
    before = list(schema_of(old.path))
    broken = {**VERSIONS, VERSION: (*VERSIONS[VERSION], "CREATE TABLE step (id INTEGER)")}
    monkeypatch.setattr(migrations, "VERSIONS", broken)
    result = old("due", code=3)
    assert "version 1" in result.err
    assert (version_of(old.path), schema_of(old.path)) == (1, before)
    monkeypatch.undo()


def test_without_a_backup_there_is_no_migration(old: Book) -> None:
    """Where the backup cannot be written the book stays what it was."""
    (old.folder / "book.db-backups").write_text("in the way")
    result = old("due", code=3)
    assert "book.db-backups" in result.err
    assert version_of(old.path) == 1
    assert old.path.read_bytes() == BOOKS[0].read_bytes()


def test_a_row_that_points_nowhere_stops_it(old: Book) -> None:
    """A damaged book is not carried over."""
    with closing(sqlite3.connect(old.path)) as connection:
        connection.execute("INSERT INTO name_part VALUES (9999, 'nobody')")
        connection.commit()
    assert "version 1" in old("due", code=3).err
    assert version_of(old.path) == 1
