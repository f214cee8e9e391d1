"""A book of any released version is brought up to date: whole or not at all, and kept beside it."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reftrack.domain.times import instant_of, text_of
from reftrack.store import migrations
from reftrack.store.connection import make_tables, open_to_write
from reftrack.store.schema import VERSIONS
from reftrack.store.version import VERSION
from reftrack.store.version import version_of as version_in
from tests.support.driver import Book
from tests.support.places import DATABASES
from tests.support.projections import assert_projections_hold

# What the program of each earlier version made and exported.
OLD = [DATABASES / f"version-{number}.db" for number in range(1, VERSION)]


@pytest.fixture(params=OLD, ids=lambda path: path.stem)
def released(request: pytest.FixtureRequest) -> Path:
    """A book that an earlier version left."""
    return Path(request.param)


@pytest.fixture
def old(released: Path, book: Book) -> Book:
    """A copy of that book."""
    shutil.copyfile(released, book.path)
    book.path.chmod(0o600)
    return book.at("2026-11-07T09:00:00Z").zone("Europe/London")


def schema_of(path: Path) -> list[Any]:
    with closing(sqlite3.connect(path)) as connection:
        sql = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
        return connection.execute(sql).fetchall()


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return version_in(connection)


def exported(book: Book) -> str:
    """The export without the time zone, of which the first two versions did not tell."""
    lines = book("export").out.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(' "timezone"'))


def backups_of(book: Book) -> list[Path]:
    return sorted((book.folder / "book.db-backups").glob("*before-migration*"))


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


def test_nothing_is_lost(old: Book, released: Path) -> None:
    """The history is what the program of that version exported, to the byte."""
    assert exported(old) == released.with_suffix(".json").read_text(encoding="utf-8")
    old("note", "1", "Still there")
    assert_projections_hold(old)
    with closing(sqlite3.connect(old.path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_a_failure_half_way_changes_nothing(
    old: Book, released: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tables that cannot be made leave the book of the version that it was."""
    before = list(schema_of(old.path))
    broken = {**VERSIONS, VERSION: (*VERSIONS[VERSION], "CREATE TABLE step (id INTEGER)")}
    monkeypatch.setattr(migrations, "VERSIONS", broken)
    result = old("due", code=3)
    number = version_of(released)
    assert f"version {number} of the book" in result.err
    assert (version_of(old.path), schema_of(old.path)) == (number, before)
    monkeypatch.undo()


def test_without_a_backup_there_is_no_migration(old: Book, released: Path) -> None:
    """Where the backup cannot be written the book stays what it was."""
    (old.folder / "book.db-backups").write_text("in the way")
    result = old("due", code=3)
    assert "book.db-backups" in result.err
    assert old.path.read_bytes() == released.read_bytes()


def test_a_row_that_points_nowhere_stops_it(old: Book, released: Path) -> None:
    """A damaged book is not carried over."""
    with closing(sqlite3.connect(old.path)) as connection:
        connection.execute("INSERT INTO name_part (version, part) VALUES (9999, 'nobody')")
        connection.commit()
    number = version_of(released)
    assert f"version {number} of the book" in old("due", code=3).err
    assert version_of(old.path) == number


def test_every_row_comes_over_and_none_is_added(old: Book, released: Path) -> None:
    """Undone ones too, with their ids and steps; a migration is no command, and records nothing."""
    old("due")
    rows = (
        "SELECT id, uid, step FROM person",
        "SELECT id, person, step, merged_into FROM person_version",
        "SELECT part, version FROM name_part",
        "SELECT id, uid, step FROM referral",
        (
            "SELECT id, referral, step, source, prospect, kind, received_at, tie, need, note"
            " FROM referral_version"
        ),
        "SELECT id, uid, step, at, kind, referral, person, channel, note, data FROM event",
        "SELECT id, at, command, summary, undone FROM step",
    )
    with closing(sqlite3.connect(released)) as was, closing(sqlite3.connect(old.path)) as now:
        for sql in rows:
            expected = was.execute(sql).fetchall()
            assert expected
            assert now.execute(sql).fetchall() == expected
        for kind in ("email", "phone"):
            expected = was.execute(f"SELECT id, {kind} FROM person_version ORDER BY id").fetchall()
            sql = "SELECT version, value FROM contact_point WHERE kind = ? AND place = 1"
            found = dict(now.execute(sql, [kind]).fetchall())
            assert [(number, found.get(number)) for number, _ in expected] == expected
        assert now.execute("SELECT id, number FROM step WHERE id <> number").fetchall() == []


def test_each_record_is_what_it_was_after_any_step(old: Book, released: Path) -> None:
    """With the steps from any of them on undone, every field is as the earlier version has it."""
    old("due")
    views = (
        (
            "SELECT id, uid, name, name_key, email, phone, company, relation, updates, channel, note,"
            " merged_into FROM live_person ORDER BY id"
        ),
        (
            "SELECT id, source, prospect, received_at, kind, tie, need, note FROM live_referral"
            " ORDER BY id"
        ),
        "SELECT * FROM merged_person ORDER BY id",
        "SELECT id, person, recorded_on FROM live_event ORDER BY id",
    )
    with closing(sqlite3.connect(released)) as was, closing(sqlite3.connect(old.path)) as now:
        ((steps,),) = was.execute("SELECT max(id) FROM step")
        for last in range(steps + 1):
            for connection in (was, now):
                connection.execute("UPDATE step SET undone = id > ?", [last])
            for sql in views:
                assert now.execute(sql).fetchall() == was.execute(sql).fetchall(), last


def test_what_came_over_is_undone_and_redone(old: Book, released: Path) -> None:
    """All of it, step by step to the beginning, and back again."""
    undone = 0
    while old("undo", code=None).code == 0:
        undone += 1
    assert undone > 20
    assert_projections_hold(old)
    for _ in range(undone):
        old("redo")
    assert_projections_hold(old)
    assert exported(old) == released.with_suffix(".json").read_text(encoding="utf-8")


def test_what_lies_ahead_is_found(old: Book) -> None:
    """A snooze of an earlier version hides what it hid, in whatever offset its end is given."""
    old("due")
    with closing(sqlite3.connect(old.path)) as connection:
        sql = "SELECT json_extract(data, '$.until'), json_extract(data, '$.busy_until'), ahead"
        found = connection.execute(f"{sql} FROM event WHERE ahead IS NOT NULL").fetchall()
    assert found
    for until, busy_until, ahead in found:
        assert ahead == (busy_until or text_of(instant_of(until)))
    assert old.due("--all")["counts"]["snoozed"] > 0
