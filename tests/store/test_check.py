"""`check`: each kind of damage is found and named, and what can be worked out again is mended."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reftrack import interrupts
from reftrack.rules.policy import policy_of
from reftrack.store.check import inside
from reftrack.store.places import network, synchroniser
from tests.support.driver import Book
from tests.support.projections import assert_projections_hold


def levels(book: Book, code: int) -> dict[str, str]:
    """Each thing looked at with how it stands."""
    document = json.loads(book("check", "--json", code=code).out)
    return {finding["what"]: finding["level"] for finding in document["findings"]}


def spoil(book: Book, *statements: str) -> None:
    """As a careless program would: without any of the guards."""
    with closing(sqlite3.connect(book.path)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def without(trigger: str, *statements: str) -> Callable[[Book], None]:
    """The statements past a trigger, which stands again afterwards as if nothing had been."""

    def act(book: Book) -> None:
        with closing(sqlite3.connect(book.path)) as connection:
            sql = "SELECT sql FROM sqlite_master WHERE name = ?"
            ((text,),) = connection.execute(sql, (trigger,)).fetchall()
        spoil(book, f"DROP TRIGGER {trigger}", *statements, text)

    return act


def test_a_sound_book_has_a_line_each_and_changes_nothing(lived_in: Book) -> None:
    """All is well, exit 0, and looking leaves the file as it was."""
    before = lived_in.path.read_bytes()
    shown = lived_in("check").out.splitlines()
    assert len(shown) == 9
    assert all(line.startswith("ok  ") for line in shown)
    assert set(levels(lived_in, 0).values()) == {"ok"}
    assert lived_in.path.read_bytes() == before


def test_looking_keeps_no_signal_waiting(lived_in: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables to compare with are made in memory: there is no commit to wait for."""
    held: list[bool] = []
    monkeypatch.setattr(interrupts, "hold", lambda: held.append(True))
    assert all(finding.level == "ok" for finding in inside(lived_in.path, policy_of(), None))
    assert held == []


def test_without_a_book_there_is_nothing_to_check(book: Book) -> None:
    """Exit 1, and none is made."""
    assert "no book" in book("check", code=1).err
    assert not book.path.exists()


WRONG: dict[str, tuple[str, Callable[[Book], None]]] = {
    "a courtesy that is missing": (
        "courtesies",
        lambda book: spoil(book, "DELETE FROM courtesy WHERE rule = 'contact-prospect'"),
    ),
    "a courtesy that is not owed": (
        "courtesies",
        lambda book: spoil(book, "UPDATE courtesy SET due_at = '2026-11-29T15:00:00Z'"),
    ),
    "a standing that is another": (
        "courtesies",
        lambda book: spoil(book, "UPDATE standing SET stage = 'won'"),
    ),
    "a proof that is forgotten": (
        "courtesies",
        lambda book: spoil(book, "UPDATE standing SET is_troubled = 1 - is_troubled"),
    ),
    "a word to a source that is forgotten": (
        "courtesies",
        lambda book: spoil(book, "DELETE FROM heard WHERE event <> 0"),
    ),
    "a time that is none": (
        "times",
        without("event_is_not_changed", "UPDATE event SET at = '2026-11-31T25:00:00Z'"),
    ),
    "a detail that cannot be read": (
        "times",
        without("event_is_not_changed", "UPDATE event SET data = '{\"text\": }'"),
    ),
    "a number that leads nowhere": (
        "references",
        without("event_is_not_changed", "UPDATE event SET referral = 99"),
    ),
    "a record that is there twice": (
        "uids",
        lambda book: spoil(
            book,
            "INSERT INTO person (uid, step) SELECT uid, step FROM person WHERE id = 1",
            "INSERT INTO person_version (person, step, sets, name, name_key)"
            " SELECT max(id), 1, '*', 'Sam Ortiz', 'sam ortiz' FROM person",
        ),
    ),
    "a guard that is gone": (
        "tables",
        lambda book: spoil(book, "DROP TRIGGER event_is_not_changed"),
    ),
    "a mode that lets others in": ("modes", lambda book: book.path.chmod(0o644)),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_found(lived_in: Book, name: str) -> None:
    """Exit 3, the one thing that is wrong, and a line that says what to do."""
    what, act = WRONG[name]
    act(lived_in)
    found = levels(lived_in, 3)
    assert found.pop(what) == "wrong"
    assert "warning" not in found.values()
    if what not in ("references", "uids"):  # what depends on it may be wrong too
        assert set(found.values()) == {"ok"}, found
    (line,) = [line for line in lived_in("check", code=3).out.splitlines() if "wrong" in line][:1]
    assert "reftrack " in line


@pytest.mark.parametrize("what", ["courtesies", "modes"])
def test_what_can_be_worked_out_again_is_mended(lived_in: Book, what: str) -> None:
    """Afterwards all is well, and the history is untouched."""
    history = lived_in("export").out
    for kind, act in WRONG.values():
        if kind == what:
            act(lived_in)
    assert levels(lived_in, 3)[what] == "wrong"
    assert "wrong" not in lived_in("check", "--repair").out
    assert set(levels(lived_in, 0).values()) == {"ok"}
    assert lived_in("export").out == history
    assert_projections_hold(lived_in)


def test_repairing_what_is_sound_changes_nothing(lived_in: Book) -> None:
    """It records no step: there is nothing of it to undo."""
    history, steps = lived_in("export").out, lived_in("undo", "--list").out
    lived_in("check", "--repair")
    assert (lived_in("export").out, lived_in("undo", "--list").out) == (history, steps)


def test_a_torn_file_is_damaged(lived_in: Book) -> None:
    """Exit 3 and the way to a copy, from `check` and from its repair."""
    pages = bytearray(lived_in.path.read_bytes())
    pages[4096 * 2 : 4096 * 6] = bytes(4096 * 4)
    lived_in.path.write_bytes(pages)
    shown = lived_in("check", code=3).out
    assert "wrong" in shown
    assert "reftrack backup --list" in shown
    lived_in("check", "--repair", code=3)
    lived_in.path.write_text("no database" * 1000, encoding="utf-8")
    assert "is not a database" in lived_in("check", code=3).out


def test_other_settings_are_no_fault(lived_in: Book) -> None:
    """Courtesies worked out under another zone are brought up to date by the next command."""
    lived_in.zone("Asia/Tokyo")
    assert levels(lived_in, 0)["courtesies"] == "ok"
    assert "under other settings" in lived_in("check").out


@pytest.mark.parametrize(
    ("folder", "program"),
    [
        ("Dropbox", "Dropbox"),
        ("OneDrive - Hale & Co", "OneDrive"),
        ("Mobile Documents", "iCloud Drive"),
        ("Nextcloud", "Nextcloud"),
        ("Mega Kitchens", None),
        ("documents", None),
    ],
)
def test_a_synchronised_folder_is_warned_of(book: Book, folder: str, program: str | None) -> None:
    """It does not fail; the line says what to do instead."""
    (book.folder / folder).mkdir()
    place = str(book.folder / folder / "book.db")
    book("--db", place, "add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert synchroniser(Path(place)) == program
    shown = book("--db", place, "check").out
    assert ("warning" in shown) == (program is not None)
    if program:
        assert f"{program} copies" in shown
        assert "reftrack backup FILE" in shown


def test_a_folder_is_known_by_what_the_program_left_there(tmp_path: Path) -> None:
    """The mark counts, whatever the folder is called."""
    (tmp_path / "shared" / "deep").mkdir(parents=True)
    assert synchroniser(tmp_path / "shared" / "deep" / "book.db") is None
    (tmp_path / "shared" / ".stfolder").mkdir()
    assert synchroniser(tmp_path / "shared" / "deep" / "book.db") == "Syncthing"


def test_a_network_drive_is_known_by_its_mount(tmp_path: Path) -> None:
    """The mount that is nearest decides, blanks in its name or not."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(
        "22 1 0:21 / / rw - ext4 /dev/sda1 rw\n"
        "40 22 0:40 / /media/the\\040office rw,relatime shared:1 - cifs //nas/office rw\n"
        "41 22 0:41 / /media/the\\040office/local rw - xfs /dev/sdb1 rw\n",
        encoding="utf-8",
    )
    assert network(Path("/media/the office/book.db"), mounts) == "cifs"
    assert network(Path("/media/the office/local/book.db"), mounts) is None
    assert network(Path("/media/the office building/book.db"), mounts) is None
    assert network(Path("/home/book.db"), mounts) is None
    assert network(Path("/home/book.db"), tmp_path / "none") is None


def test_a_version_of_sqlite_with_a_known_error_is_warned_of(
    lived_in: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And WAL mode, which another program may have left behind."""
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 38, 1))
    assert levels(lived_in, 0)["sqlite"] == "warning"
    monkeypatch.undo()


def test_wal_mode_is_warned_of_and_put_back(lived_in: Book) -> None:
    """By the next command that records."""
    with closing(sqlite3.connect(lived_in.path)) as connection:
        assert connection.execute("PRAGMA journal_mode = WAL").fetchone() == ("wal",)
    assert levels(lived_in, 0)["sqlite"] == "warning"
    lived_in("meet", "1")
    assert levels(lived_in, 0)["sqlite"] == "ok"
