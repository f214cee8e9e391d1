"""Files that are not reftrack's stay as they are: files among the backups, other programs' databases."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from torture.strangers import Foreign, facts_of, foreign_files

from reftrack.store.backup import unfinished
from tests.support.driver import Book


def shelf(book: Book) -> Path:
    return book.path.with_name("book.db-backups")


def days(book: Book, count: int = 9) -> None:
    """So many days, each with its backup."""
    for day in range(1, count + 1):
        book.at(f"2026-12-{day:02}T09:00:00Z")("note", "1", "another day")


# Among the backups.


def test_backups_made_by_hand_stay_whatever_their_names(lived_in: Book) -> None:
    """In the folder of the automatic ones, under a name of theirs, copied or made by `backup`."""
    folder = shelf(lived_in)
    mine = ["20250101-daily.db", "20250102T030405Z-before-import.db", "20250103-mine.db"]
    for name in mine[:2]:
        lived_in("backup", str(folder / name))
    shutil.copy(lived_in.path, folder / mine[2])
    shutil.copy(folder / "20261120-daily.db", folder / "20250104-daily.db")
    for path in folder.iterdir():
        os.utime(path, (1, 1))
    before = {name: (folder / name).read_bytes() for name in [*mine, "20250104-daily.db"]}
    days(lived_in)
    assert {name: (folder / name).read_bytes() for name in before} == before
    ours = sorted(path.name for path in folder.iterdir() if path.name not in before)
    assert ours == [f"202612{day:02}-daily.db" for day in range(3, 10)]


def test_other_peoples_files_stay(lived_in: Book) -> None:
    """However old, however they are called, links and folders too; and nothing is in their way."""
    folder = shelf(lived_in)
    (folder / "20250101-daily.db").mkdir()
    (folder / "20250101T000000Z-before-import.db").symlink_to("nowhere")
    (folder / "20269999-daily.db").write_text("no day")
    (folder / ".2024-taxes").write_text("theirs")
    (folder / ".20250101-daily.db.12345678abcdef01").write_text("no copy of ours")
    (folder / ".20250101-daily.db.abc").mkdir()
    (folder / "20261201-daily.db").write_text("today's name")
    os.mkfifo(folder / "20250105-daily.db")
    for path in folder.iterdir():
        os.utime(path, (1, 1), follow_symlinks=False)
    (folder / "20261120-daily.db").unlink()
    before = facts_of(folder)
    days(lived_in)
    history = lived_in.export()
    history["people"].append({"id": 9, "uid": "kim", "name": "Kim Wood"})
    lived_in.load(history)
    lived_in("backup")
    assert " 7 backups in " in lived_in("backup", "--list").out
    lived_in("restore", "20261209-daily.db", "--yes")
    after = facts_of(folder)
    assert {name: after.get(name) for name in before} == before
    assert "20261201-daily-2.db" not in after  # it was ours, and its time had come


def test_a_copy_that_a_kill_left_unfinished_goes(lived_in: Book) -> None:
    """With its journal, a day later: its name proves that it is ours."""
    folder = shelf(lived_in)
    left = folder / unfinished("20261119-daily.db", "0a1b2c3d")
    for path in (left, left.with_name(f"{left.name}-journal")):
        path.write_bytes(b"half")
        os.utime(path, (1, 1))
    lived_in("backup")
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_repairing_closes_no_stranger(lived_in: Book) -> None:
    """A text under the name of a backup, and a folder without any, keep their modes."""
    (text := shelf(lived_in) / "20250101-daily.db").write_text("theirs")
    text.chmod(0o644)
    lived_in("check", "--repair")
    assert text.stat().st_mode & 0o777 == 0o644
    other = lived_in.folder / "other.db"
    lived_in("backup", str(other))
    (folder := lived_in.folder / "other.db-backups").mkdir(mode=0o755)
    lived_in("--db", str(other), "check", "--repair")
    assert folder.stat().st_mode & 0o777 == 0o755


# Other programs' files in place of the book.

COMMANDS = (
    *(["due"], ["due", "--count"], ["list"], ["show", "1"], ["why", "1"], ["find", "ana"]),
    *(["export"], ["check"], ["check", "--repair"], ["backup"], ["backup", "--list"]),
    *(["add", "Kim Wood", "--from", "Joe Kerr"], ["thank", "1"], ["undo"], ["redo"], ["pause"]),
    *(["config"], ["draft", "1"], ["sources"]),
)


@pytest.mark.parametrize("kind", foreign_files())
def test_a_foreign_file_stays_as_it_is(lived_in: Book, kind: str) -> None:
    """To the byte, the time and the mode, with all that lies beside it, whatever is asked of it."""
    with Foreign(lived_in.folder / "their s?#%.db", kind) as foreign:
        mine, theirs = str(lived_in.path), str(foreign.path)
        good = lived_in.folder / "good.db"
        lived_in("backup", str(good))
        for arguments in COMMANDS:
            lived_in("--db", theirs, *arguments, code=None)
            assert not foreign.changes(), arguments
        lived_in("--complete", "zsh", "--db", theirs, "thank", "")
        assert not foreign.changes()
        for arguments in (
            *(["restore", theirs, "--yes"], ["import", theirs], ["backup", theirs]),
            ["--db", theirs, "restore", str(good), "--yes"],
        ):
            assert lived_in(*arguments, code=None).code in (1, 2, 3), arguments
            assert not foreign.changes(), arguments
        if kind.startswith("a database"):
            for form in ("json", "csv", "ics", "vcf"):
                said = lived_in("--db", mine, "export", theirs, "--format", form, code=1)
                assert "is a database" in said.err
                assert not foreign.changes()


def test_nothing_is_written_beside_a_database(lived_in: Book) -> None:
    """A file there would be taken for its journal."""
    for ending in ("-journal", "-wal", "-shm"):
        said = lived_in("export", f"{lived_in.path}{ending}", code=1)
        assert "part of a database" in said.err
        assert not Path(f"{lived_in.path}{ending}").exists()


def test_what_may_not_be_read_is_not_written_over(
    lived_in: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be a book: whose else would it be that nobody may look into?"""
    nobody = 65534
    with tempfile.TemporaryDirectory() as name:
        target, book = Path(name) / "closed.json", Path(name) / "book.db"
        for path in (target, book):
            shutil.copy(lived_in.path, path)
        target.chmod(0)
        line = ["--db", str(book), "export"]
        lived_in(*line, str(Path(name) / "open.json"))  # all that it loads is loaded
        monkeypatch.setenv("REFTRACK_CONFIG", f"{name}/config.toml")
        is_root = os.geteuid() == 0
        if is_root:  # who may read everything
            for path in (Path(name), target, book):
                os.chown(path, nobody, nobody)
            os.seteuid(nobody)
        try:
            said = lived_in(*line, str(target), code=1)
        finally:
            if is_root:
                os.seteuid(0)
        assert "cannot be written: Permission denied" in said.err
        target.chmod(0o600)
        assert target.read_bytes() == lived_in.path.read_bytes()


# A book begins with its first record.


@pytest.mark.parametrize(
    "arguments",
    [
        *(["thank", "1"], ["add", "", "--from", "Sam"], ["add", "Dana", "--from", "@7"]),
        *(
            ["import", "nothing.json"],
            ["due"],
            ["backup"],
            ["check"],
            ["undo"],
            ["pause", "x", "y"],
        ),
        ["add", "Dana Ruiz", "--from", "Sam Ortiz", "--at", "in 900 days"],
    ],
    ids=" ".join,
)
def test_what_is_refused_begins_no_book(
    book: Book, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """Neither a file nor a folder is left, where there was none."""
    monkeypatch.chdir(book.folder)
    Path("nothing.json").write_text(
        '{"schema": "reftrack.history/1", "people": [], "referrals": [], "events": []}'
    )
    place = book.folder / "a" / "b" / "new.db"
    book("--db", str(place), *arguments, code=None)
    assert not (book.folder / "a").exists()
    # An empty file that somebody made stays one.
    place.parent.mkdir(parents=True)
    place.touch()
    book("--db", str(place), *arguments, code=None)
    assert place.read_bytes() == b""


def test_an_empty_file_with_anothers_log_is_no_place_to_begin(book: Book) -> None:
    """All that was recorded there may be in the log, and SQLite would take it away."""
    log = book.path.with_name("book.db-wal")
    book.path.touch()
    log.write_bytes(b"theirs")
    assert "another program" in book("add", "Dana", "--from", "Sam", code=3).err
    assert log.read_bytes() == b"theirs"


def test_a_link_to_nowhere_yet_is_begun_there(book: Book) -> None:
    """And stays a link; a refusal leaves it as it was."""
    place = book.folder / "elsewhere" / "real.db"
    book.path.symlink_to(place)
    book("add", "", "--from", "Sam", code=None)
    assert not place.parent.exists()
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert book.path.is_symlink()
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("SELECT count(*) FROM referral").fetchone() == (1,)
