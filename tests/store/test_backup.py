"""Backups: whole, checked, one's own alone; and the way back, which has a way back of its own."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reftrack.store.backup import unfinished
from reftrack.store.version import VERSION
from tests.support.driver import REFTRACK, TIMEOUT, Book
from tests.support.journal import mode
from tests.support.places import DATABASES

DAY = "2026-11-20T15:00:00Z"


def shelf(book: Book) -> list[str]:
    """The names of the backups beside the book, in the order of their making."""
    paths = (book.folder / "book.db-backups").glob("*")
    return [p.name for p in sorted(paths, key=lambda p: (p.stat().st_mtime_ns, p.name))]


def content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


# By hand.


def test_a_backup_is_the_book(lived_in: Book) -> None:
    """To the file that is named, to the last row, for its owner alone."""
    target = lived_in.folder / "friday.db"
    said = lived_in("backup", str(target)).out
    assert said == f"Backed up to {target}: 2 people, 1 referral, 1 event.\n"
    assert content(target) == content(lived_in.path)
    assert mode(target) == 0o600
    assert sorted(p.name for p in lived_in.folder.iterdir() if p.name.startswith(".")) == []


def test_names_of_any_bytes(lived_in: Book) -> None:
    """A file, and a book, may have a name that no text is: both are copied all the same."""
    odd = lived_in.folder / os.fsdecode(b"odd\xff.db")
    lived_in("backup", str(odd))
    assert odd.read_bytes()[:15] == b"SQLite format 3"
    for command in (["add", "Dana Ruiz", "--from", "Sam Ortiz"], ["undo"]):
        lived_in("--db", str(odd), *command)
    listed = lived_in("--db", str(odd), "backup", "--list").out.splitlines()
    assert [line.split("  ")[1] for line in listed[1:]] == ["daily"]


def test_umask_and_folder_do_not_matter(lived_in: Book) -> None:
    """A copy can be read by nobody else, nor its folder entered, whatever the umask says."""
    before = os.umask(0)
    try:
        lived_in("backup")
        lived_in("backup", str(lived_in.folder / "copy.db"))
    finally:
        os.umask(before)
    folder = lived_in.folder / "book.db-backups"
    assert {mode(path) for path in folder.iterdir()} == {0o600}
    assert mode(folder) == 0o700
    assert mode(lived_in.folder / "copy.db") == 0o600


def test_only_a_backup_is_written_over(lived_in: Book) -> None:
    """Another file, the book itself and a folder are left alone."""
    other = lived_in.folder / "letter.txt"
    other.write_text("Dear Sam", encoding="utf-8")
    assert "no backup of a book" in lived_in("backup", str(other), code=1).err
    assert other.read_text(encoding="utf-8") == "Dear Sam"
    assert "the book itself" in lived_in("backup", str(lived_in.path), code=1).err
    assert "is a folder" in lived_in("backup", str(lived_in.folder), code=1).err
    target = lived_in.folder / "friday.db"
    lived_in("backup", str(target))
    lived_in("meet", "1")
    lived_in("backup", str(target))
    assert content(target) == content(lived_in.path)


def test_without_a_file_it_lies_beside_the_book_and_stays(lived_in: Book) -> None:
    """A copy put there by hand is never rotated away; the list has the way back with each."""
    lived_in("backup")
    assert shelf(lived_in) == ["20261120-daily.db", "20261120T150000Z-by-hand.db"]
    (lived_in.folder / "book.db-backups" / "2019-old.db").write_text("somebody else's")
    lived_in.configure("[backup]\nkeep = 1\n")
    for day in range(21, 26):
        lived_in.at(f"2026-11-{day}T09:00:00Z")("note", "1", "another day")
    assert shelf(lived_in) == [
        "20261120T150000Z-by-hand.db",
        "2019-old.db",
        "20261125-daily.db",
    ]
    shown = lived_in("backup", "--list").out
    assert shown.splitlines()[0].startswith("Wednesday 25 November, 09:00. 2 backups in ")
    assert shown.splitlines()[2].startswith("THE LAST FIRST  by hand  Fri 20 Nov 2026, 15:00  ")
    assert shown.splitlines()[2].endswith("reftrack restore 20261120T150000Z-by-hand.db")
    assert "1 event." in lived_in("restore", "20261120T150000Z-by-hand.db", "--yes").out


def test_without_a_book_there_is_nothing_to_back_up(book: Book) -> None:
    """No book, no backup, no folder."""
    assert "no book" in book("backup", code=1).err
    assert "0 backups" in book("backup", "--list").out
    assert not (book.folder / "book.db-backups").exists()


def test_a_folder_that_cannot_be_written_is_named(lived_in: Book) -> None:
    """The copy that cannot be made leaves nothing behind."""
    missing = lived_in.folder / "no such folder" / "friday.db"
    result = lived_in("backup", str(missing), code=3)
    assert str(missing) in result.err


# By itself.


def test_the_day_has_one(book: Book) -> None:
    """After the first command of a day that recorded; reading makes none."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("thank", "1")
    assert shelf(book) == ["20261120-daily.db"]
    book.at("2026-11-21T09:00:00Z")("due")
    book("thank", "99", code=1)
    assert shelf(book) == ["20261120-daily.db"]
    book("meet", "1")
    book("win", "1")
    assert shelf(book) == ["20261120-daily.db", "20261121-daily.db"]
    (copied,) = [
        row
        for row in content(book.folder / "book.db-backups" / "20261121-daily.db")
        if 'INSERT INTO "event"' in row and "'met'" in row
    ]
    assert "2026-11-21T09:00:00Z" in copied


def test_the_last_seven_are_kept(book: Book) -> None:
    """Of those made by themselves; the configuration says otherwise."""
    book.at("2026-11-01T09:00:00Z")("add", "Dana Ruiz", "--from", "Sam Ortiz")
    for day in range(2, 12):
        book.at(f"2026-11-{day:02}T09:00:00Z")("note", "1", "another day")
    assert shelf(book) == [f"202611{day:02}-daily.db" for day in range(5, 12)]
    book.configure("[backup]\nkeep = 2\n")
    book.at("2026-11-12T09:00:00Z")("note", "1", "another day")
    assert shelf(book) == [f"202611{day:02}-daily.db" for day in (11, 12)]
    book.configure("[backup]\nkeep = 0\n")
    book.at("2026-11-13T09:00:00Z")("note", "1", "another day")
    assert shelf(book) == [f"202611{day:02}-daily.db" for day in (11, 12)]


def test_what_a_crash_left_unfinished_goes_the_next_day(lived_in: Book) -> None:
    """Half a copy is a copy of what is private; one that may be in the making is left alone."""
    folder = lived_in.folder / "book.db-backups"
    old, young = (folder / unfinished(f"202611{day}-daily.db", "12345678") for day in (19, 20))
    for path in (old, young):
        path.write_text("half", encoding="utf-8")
    os.utime(old, (0, 0))
    lived_in("backup")
    assert (old.exists(), young.exists()) == (False, True)


def test_an_import_has_one_before_it(lived_in: Book) -> None:
    """Of the book as it was; an import that brings nothing new makes none."""
    history = lived_in.export()
    before = content(lived_in.path)
    lived_in.load(history)
    assert shelf(lived_in) == ["20261120-daily.db"]
    history["people"].append({"id": 9, "uid": "kim", "name": "Kim Wood"})
    lived_in.load(history)
    assert shelf(lived_in)[1:] == ["20261120T150000Z-before-import.db"]
    kept = lived_in.folder / "book.db-backups" / "20261120T150000Z-before-import.db"
    assert content(kept) == before


def test_an_import_without_its_backup_is_none(lived_in: Book) -> None:
    """Where the copy cannot be made nothing is recorded."""
    history = lived_in.export()
    history["people"].append({"id": 9, "uid": "kim", "name": "Kim Wood"})
    folder = lived_in.folder / "book.db-backups"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("in the way", encoding="utf-8")
    (lived_in.folder / "history.json").write_text(json.dumps(history), encoding="utf-8")
    before = content(lived_in.path)
    assert (
        "book.db-backups" in lived_in("import", str(lived_in.folder / "history.json"), code=3).err
    )
    assert content(lived_in.path) == before


def test_a_crowd_makes_one_and_rotates_nothing_away(lived_in: Book) -> None:
    """Many commands at once on a new day leave one backup of it, and all of the days before."""
    for day in range(21, 26):
        lived_in.at(f"2026-11-{day}T09:00:00Z")("note", "1", "another day")
    lived_in.at("2026-11-26T09:00:00Z")
    noting = [
        subprocess.Popen(
            [*REFTRACK, "note", "1", str(n)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        for n in range(4)
    ]
    assert [(each.communicate(timeout=TIMEOUT)[1], each.returncode) for each in noting] == [
        (b"", 0)
    ] * 4
    assert sorted(shelf(lived_in)) == [f"202611{day:02}-daily.db" for day in range(20, 27)]


def test_a_daily_one_that_cannot_be_made_is_told_and_no_more(book: Book) -> None:
    """The command was recorded, and says so."""
    (book.folder / "book.db-backups").write_text("in the way", encoding="utf-8")
    result = book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert result.out.startswith("1  Dana Ruiz")
    assert "today's backup could not be made" in result.err
    assert "Nothing was recorded" not in result.err


# Back.


def test_restoring_is_reversed_by_restoring(lived_in: Book) -> None:
    """The book that it replaces is a backup first, and the answer says how to go back to it."""
    lived_in("backup", str(lived_in.folder / "friday.db"))
    friday = content(lived_in.path)
    lived_in("win", "1")
    later = content(lived_in.path)
    said = lived_in("restore", str(lived_in.folder / "friday.db"), "--yes").out.splitlines()
    assert said[0].endswith("friday.db: 2 people, 1 referral, 1 event.")
    assert content(lived_in.path) == friday
    back = said[1].removeprefix("To reverse it: reftrack restore ")
    lived_in("restore", back, "--yes")
    assert content(lived_in.path) == later
    assert mode(lived_in.path) == 0o600


def test_it_shows_what_it_would_replace_and_asks(lived_in: Book) -> None:
    """At a terminal: what there is, what there would be, and a question that Enter does not answer."""
    lived_in("backup", str(lived_in.folder / "friday.db"))
    lived_in("win", "1")
    before = content(lived_in.path)
    shown = lived_in.screen(
        "restore", str(lived_in.folder / "friday.db"), columns=140, keys="\nn\n"
    )
    assert "2 people, 1 referral, 2 events; the last command: win, Fri 20 Nov 2026" in shown.out
    assert "2 people, 1 referral, 1 event; the last command: thank" in shown.out
    assert "Nothing was restored." in shown.out
    assert content(lived_in.path) == before
    shown = lived_in.screen("restore", str(lived_in.folder / "friday.db"), columns=140, keys="y\n")
    assert "Restored from" in shown.out
    assert content(lived_in.path) == content(lived_in.folder / "friday.db")


def test_times_are_those_of_the_book(lived_in: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The list and the question show the book's clock, wherever the computer is by now."""
    with closing(sqlite3.connect(lived_in.path)) as connection:
        connection.execute("UPDATE book SET value = 'Asia/Tokyo' WHERE name = 'zone'")
        connection.commit()
    monkeypatch.delenv("REFTRACK_TZ")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("REFTRACK_NOW", DAY)
    lived_in("backup")
    assert "by hand  Sat 21 Nov 2026, 00:00" in lived_in("backup", "--list").out
    backup = str(lived_in.folder / "book.db-backups" / "20261120T150000Z-by-hand.db")
    shown = lived_in.screen("restore", backup, columns=140, keys="n\n")
    assert "thank, Sat 21 Nov 2026, 00:00" in shown.out
    lived_in.path.write_bytes(b"damaged" * 1000)
    assert "by hand  " in lived_in("backup", "--list").out


def test_elsewhere_it_wants_a_yes(lived_in: Book) -> None:
    """Without a terminal nothing is replaced unless it is said."""
    lived_in("backup", str(lived_in.folder / "friday.db"))
    assert "--yes" in lived_in("restore", str(lived_in.folder / "friday.db"), code=2).err
    assert "which backup" in lived_in("restore", code=2).err


def test_what_is_no_backup_is_refused(lived_in: Book) -> None:
    """Not there, another program's, a text, a newer version, damaged, the book itself, a folder."""
    folder, before = lived_in.folder, content(lived_in.path)
    with closing(sqlite3.connect(folder / "other.db")) as connection:
        connection.execute("CREATE TABLE other (id)")
    (folder / "letter.txt").write_text("Dear Sam" * 100, encoding="utf-8")
    (folder / "empty.db").write_bytes(b"")
    lived_in("backup", str(folder / "newer.db"))
    with closing(sqlite3.connect(folder / "newer.db")) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    lived_in("backup", str(folder / "torn.db"))
    pages = bytearray((folder / "torn.db").read_bytes())
    pages[4096 * 2 : 4096 * 6] = bytes(4096 * 4)
    (folder / "torn.db").write_bytes(pages)
    for name, code, said in (
        ("missing.db", 1, "no file"),
        ("other.db", 1, "no book of reftrack's"),
        ("letter.txt", 3, "is not a database"),
        ("empty.db", 1, "no book of reftrack's"),
        ("newer.db", 3, f"version {VERSION + 1}"),
        ("torn.db", 3, "damaged"),
        ("book.db", 1, "the book itself"),
        ("home", 3, "is a folder"),
    ):
        assert said in lived_in("restore", str(folder / name), "--yes", code=code).err, name
    assert content(lived_in.path) == before
    assert not [name for name in shelf(lived_in) if "before-restore" in name]


def test_a_damaged_book_is_kept_as_it_was(lived_in: Book) -> None:
    """Restoring is there for the day on which nothing else works."""
    lived_in("backup", str(lived_in.folder / "friday.db"))
    pages = bytearray(lived_in.path.read_bytes())
    pages[4096 * 2 : 4096 * 6] = bytes(4096 * 4)
    lived_in.path.write_bytes(pages)
    assert "reftrack backup --list" in lived_in("due", code=3).err
    result = lived_in("restore", str(lived_in.folder / "friday.db"), "--yes")
    aside = lived_in.folder / "book.db-backups" / "20261120T150000Z-damaged"
    assert str(aside) in result.err
    assert aside.read_bytes() == bytes(pages)
    assert mode(aside) == 0o600
    assert content(lived_in.path) == content(lived_in.folder / "friday.db")
    lived_in("check")


def test_who_lost_the_book_is_told_of_its_backups(lived_in: Book) -> None:
    """Nobody begins anew unawares: each answer names the list, and a new book says so."""
    lived_in.path.unlink()
    assert "reftrack backup --list" in lived_in("due").out
    assert "reftrack backup --list" in lived_in("show", "1", code=1).err
    assert "reftrack backup --list" in lived_in("check", code=1).err
    assert "a new book is begun" in lived_in("add", "Kim Wood", "--from", "Tom Beck").err
    assert "a new book" not in lived_in("add", "Joe Kerr", "--from", "Tom Beck").err


def test_a_text_that_is_none_is_damage(lived_in: Book) -> None:
    """Bytes that are no letters are not passed over, and the way back is named."""
    content = lived_in.path.read_bytes()
    assert b"met at the fair" in content
    lived_in.path.write_bytes(content.replace(b"met at the fair", b"met \xff\xfe the fair"))
    assert "reftrack backup --list" in lived_in("show", "1", code=3).err
    assert "wrong" in lived_in("check", code=3).out


def test_a_gone_book_comes_back(lived_in: Book) -> None:
    """Where no book is left, restoring makes it anew, for its owner alone."""
    lived_in("backup", str(lived_in.folder / "friday.db"))
    lived_in.path.unlink()
    said = lived_in("restore", str(lived_in.folder / "friday.db"), "--yes").out
    assert "To reverse it" not in said
    assert content(lived_in.path) == content(lived_in.folder / "friday.db")
    assert mode(lived_in.path) == 0o600


def test_a_backup_of_an_earlier_version_is_brought_up_to_date(lived_in: Book) -> None:
    """The book is of this version afterwards, and what it was in the backup's is kept."""
    old = DATABASES / "version-1.db"
    result = lived_in("restore", str(old), "--yes")
    assert "5 referrals" in result.out
    assert "from version 1 up to date" in result.err
    with closing(sqlite3.connect(lived_in.path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION,)


def test_who_records_beside_it_is_before_or_after(lived_in: Book) -> None:
    """Commands beside a restore are in its backup or in the restored book: none is lost."""
    lived_in("backup", str(lived_in.folder / "friday.db"))
    noting = [
        subprocess.Popen(
            [*REFTRACK, "note", "1", f"beside {n}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for n in range(2)
    ]
    restoring = lived_in.process("restore", str(lived_in.folder / "friday.db"), "--yes")
    assert restoring.returncode == 0, restoring
    for each in noting:
        each.communicate(timeout=TIMEOUT)
        assert each.returncode == 0
    (kept,) = [name for name in shelf(lived_in) if "before-restore" in name]
    both = content(lived_in.path) + content(lived_in.folder / "book.db-backups" / kept)
    for n in range(2):
        assert any(f"beside {n}" in row for row in both)
    lived_in("check")


def test_a_locked_book_is_not_replaced(lived_in: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a while it gives up, and everything is as it was."""
    from reftrack.store import backup, connection

    connect = connection.connect
    for module in (backup, connection):
        monkeypatch.setattr(module, "connect", lambda p, m, _: connect(p, m, 0.01))
    lived_in("backup", str(lived_in.folder / "friday.db"))
    before = content(lived_in.path)
    held: list[Any] = [sqlite3.connect(lived_in.path, isolation_level=None)]
    held[0].execute("BEGIN IMMEDIATE")
    result = lived_in("restore", str(lived_in.folder / "friday.db"), "--yes", code=3)
    assert "in use" in result.err
    held[0].execute("ROLLBACK")
    held[0].close()
    assert content(lived_in.path) == before
