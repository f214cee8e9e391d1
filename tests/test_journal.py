"""The database: what it refuses to hold, and that a command is there whole or not at all."""

from __future__ import annotations

import json
import os
import resource
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reftrack.rules.policy import policy_of
from reftrack.store import connection as connections
from reftrack.store.connection import open_to_write, reading
from reftrack.store.journal import Journal, recording
from reftrack.store.version import APPLICATION_ID, VERSION
from tests.driver import TIMEOUT, Book, Result
from tests.random_history import random_history
from tests.test_kept import Run, assert_kept

TRUTH = ("person", "person_version", "name_part", "referral", "referral_version", "event")


@pytest.fixture
def lived_in(book: Book) -> Book:
    """A book with a referral, its people and an event on each of them and on the book."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted")
    book("missed", "Sam Ortiz")
    book("pause")
    return book


@contextmanager
def writing(book: Book) -> Iterator[sqlite3.Connection]:
    """The connection that the project itself writes with."""
    with closing(open_to_write(book.path)) as connection:
        yield connection


def ask(book: Book, sql: str) -> list[Any]:
    """What `sql` finds in the file."""
    with closing(sqlite3.connect(book.path)) as connection:
        return connection.execute(sql).fetchall()


@contextmanager
def one_command(book: Book) -> Iterator[Journal]:
    """A command of the test's own, recorded as the program records."""
    now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    terms = {"policy": policy_of(), "zone": ZoneInfo("UTC"), "home_zone": "UTC"}
    with recording(book.path, "test", now=now, **terms) as journal:
        yield journal


def is_refusal(result: Result, code: int = 3) -> bool:
    """Whether it ended with this code and one or two lines that say why."""
    lines = result.err.splitlines()
    return (
        result.code == code
        and not result.out
        and len(lines) in (1, 2)
        and lines[0].startswith("error: ")
        and "Traceback" not in result.err
    )


# What the tables refuse.

AT = "2026-11-20T15:00:00Z"
GOOD = {
    "step": {"at": AT, "command": "test", "summary": "", "undone": 0},
    "person": {"uid": "p", "step": 1},
    "person_version": {
        "person": 1,
        "step": 1,
        "name": "Kim",
        "name_key": "kim",
        "relation": "client",
        "updates": "30d",
        "channel": "card",
    },
    "name_part": {"version": 1, "part": "kim"},
    "referral": {"uid": "r", "step": 1},
    "referral_version": {
        "referral": 1,
        "step": 1,
        "source": 1,
        "prospect": 2,
        "received_at": AT,
        "kind": "client",
    },
    "event": {
        "uid": "e",
        "step": 1,
        "at": AT,
        "kind": "told",
        "referral": 1,
        "channel": "call",
        "data": "{}",
    },
    "courtesy": {
        "rule": "thank-referral",
        "referral": 1,
        "cause": "r",
        "to_person": 1,
        "about": 2,
        "opens_at": AT,
        "due_at": AT,
    },
    "standing": {
        "referral": 1,
        "stage": "met",
        "since": AT,
        "ended_at": None,
        "received_at": AT,
        "is_troubled": 0,
    },
    "heard": {"person": 1, "at": AT, "event": 0, "uid": "u7", "is_waiver": 0},
}
BAD_INSTANTS = (
    *("garbage", "", "2026-11-20", "2026-11-20T15:00:00", "2026-11-20 15:00:00Z"),
    *("2026-11-20T15:00:00+00:00", "2026-11-20T15:00Z", "2026-11-20T15:00:00.5Z"),
    *(
        "2026-20-20T15:00:00Z",
        "2026-11-40T15:00:00Z",
        "2026-11-20T30:00:00Z",
        "3026-11-20T15:00:00Z",
    ),
)
BAD = [
    *[
        (table, {key: at})
        for at in BAD_INSTANTS
        for table, key in (("event", "at"), ("step", "at"))
    ],
    *[("referral_version", {"received_at": at}) for at in BAD_INSTANTS],
    *[("courtesy", {key: "soon"}) for key in ("opens_at", "due_at")],
    *[("standing", {key: "soon"}) for key in ("since", "ended_at", "received_at", "proved_at")],
    ("heard", {"at": "soon"}),
    ("courtesy", {"ended_at": "soon", "outcome": "done"}),
    # Kinds, and what they happen to.
    *[("event", {"kind": kind}) for kind in ("", "nonsense", "missed", "paused", "TOLD", None)],
    *[("event", {"referral": None, "person": 1, "kind": k}) for k in ("told", "paused", "won")],
    *[("event", {"referral": None, "kind": kind}) for kind in ("told", "missed", "noted")],
    ("event", {"person": 1, "kind": "noted"}),
    *[("event", {"channel": "pigeon"}), ("event", {"data": ""}), ("event", {"data": "[]"})],
    ("event", {"data": None}),
    # Two people, or one.
    ("referral_version", {"kind": "expansion"}),
    ("referral_version", {"prospect": 1}),
    *[("referral_version", {"kind": kind}) for kind in ("", "friend", None)],
    *[("person_version", {"relation": "boss"}), ("person_version", {"channel": "fax"})],
    *[("person_version", {"updates": wish}) for wish in ("", "often", "d", "0d", "-1d", "30")],
    *[("person_version", {"name": name}) for name in ("", "n" * 201, None)],
    *[("person", {"uid": uid}) for uid in ("", None)],
    *[("referral", {"uid": ""}), ("event", {"uid": ""}), ("step", {"undone": 2})],
    ("standing", {"stage": "lukewarm"}),
    *[("courtesy", {"outcome": "done"}), ("courtesy", {"ended_at": AT})],
    *[("courtesy", {"ended_at": AT, "outcome": "forgotten"}), ("courtesy", {"person": 1})],
    ("courtesy", {"referral": None}),
    # Text where a number belongs, and numbers of nothing.
    *[("person", {"step": word}) for word in ("abc", "", b"1", 1.5, None, 99)],
    *[("event", {"referral": word}) for word in ("abc", 99)],
    *[("referral_version", {"source": word}) for word in ("Sam", 99)],
    *[("referral_version", {"prospect": word}) for word in ("Sam", 99)],
    *[("courtesy", {"to_person": word}) for word in ("Sam", None, 99)],
    *[("standing", {"referral": word}) for word in ("first", 99)],
    *[("name_part", {"version": word}) for word in ("first", 99)],
    ("step", {"undone": "no"}),
    ("person_version", {"merged_into": 99}),
]


def insert(connection: sqlite3.Connection, table: str, row: dict[str, Any], how: str = "") -> None:
    """Inserts one row, all of it or nothing."""
    marks = ", ".join("?" * len(row))
    sql = f"INSERT {how} INTO {table} ({', '.join(row)}) VALUES ({marks})"
    connection.execute(sql, list(row.values()))


@pytest.mark.parametrize("table", GOOD)
def test_a_good_row_is_taken(lived_in: Book, table: str) -> None:
    """The rows that the next test spoils are refused for nothing else."""
    with writing(lived_in) as connection:
        if table == "standing":
            connection.execute("DELETE FROM standing")
        insert(connection, table, GOOD[table])


@pytest.mark.parametrize(("table", "spoilt"), BAD, ids=lambda value: str(value)[:60])
def test_a_bad_row_is_refused(lived_in: Book, table: str, spoilt: dict[str, Any]) -> None:
    """The tables hold no wrong kind, instant, type or reference, whoever writes."""
    with writing(lived_in) as connection:
        connection.execute("DELETE FROM standing")
        with pytest.raises(sqlite3.IntegrityError):
            insert(connection, table, {**GOOD[table], **spoilt})


@pytest.mark.parametrize("table", TRUTH)
def test_the_truth_is_append_only(lived_in: Book, table: str) -> None:
    """No row of truth is changed, deleted or replaced."""
    with writing(lived_in) as connection:
        before = connection.execute(f"SELECT * FROM {table}").fetchall()
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        assert before
        statements = [f"UPDATE {table} SET {name} = {name}" for name in columns]
        statements += [
            f"DELETE FROM {table}",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
            f"REPLACE INTO {table} SELECT * FROM {table}",
            f"UPDATE OR REPLACE {table} SET {columns[0]} = 1",
        ]
        for statement in statements:
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
        assert connection.execute(f"SELECT * FROM {table}").fetchall() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE step SET at = '2026-11-20T15:00:00Z'",
        "UPDATE step SET command = 'other'",
        "UPDATE step SET summary = 'other'",
        "UPDATE step SET id = id + 100",
        "DELETE FROM step",
        "INSERT OR REPLACE INTO step SELECT * FROM step",
    ],
)
def test_of_a_step_only_undone_changes(lived_in: Book, statement: str) -> None:
    """What a command was, and what it recorded, stays as it was told."""
    with writing(lived_in) as connection:
        before = connection.execute("SELECT * FROM step").fetchall()
        with pytest.raises(sqlite3.IntegrityError, match=r"undone|append-only"):
            connection.execute(statement)
        assert connection.execute("SELECT * FROM step").fetchall() == before
        connection.execute("UPDATE step SET undone = 1 WHERE id = 1")
        connection.execute("UPDATE step SET undone = 0 WHERE id = 1")


# The file.


def test_the_file_says_what_it_is(lived_in: Book) -> None:
    """`application_id` and `user_version` tell a book, and its version, from other databases."""
    assert ask(lived_in, "PRAGMA application_id") == [(APPLICATION_ID,)]
    assert ask(lived_in, "PRAGMA user_version") == [(VERSION,)]
    assert ask(lived_in, "PRAGMA integrity_check") == [("ok",)]
    assert ask(lived_in, "PRAGMA foreign_key_check") == []


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
    lived_in: Book, pragma: str, value: object
) -> None:
    """Every connection that writes has the pragmas that durability rests on."""
    with writing(lived_in) as connection:
        assert connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)
    with one_command(lived_in) as journal:
        assert journal.reader.rows(f"PRAGMA {pragma}") == [(value,)]


def test_the_reading_connection_cannot_write(lived_in: Book) -> None:
    """A reading command can damage nothing, whatever is wrong with it."""
    with reading(lived_in.path) as connection:
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


def mode(path: Path) -> int:
    """The permissions of a file or folder."""
    return stat.S_IMODE(path.stat().st_mode)


def test_the_journal_of_a_command_is_its_owners_alone(lived_in: Book) -> None:
    """What SQLite keeps beside the file while it writes can be read by nobody else."""
    before = os.umask(0)
    try:
        with one_command(lived_in) as journal:
            journal.record("noted", journal.now, person=1, note="private")
            (beside,) = lived_in.folder.glob("book.db-[!b]*")
            assert mode(beside) == 0o600
    finally:
        os.umask(before)
    assert not list(lived_in.folder.glob("book.db-[!b]*"))


# One command, one step.

COMMANDS = [
    ["add", "Kim Wood", "--from", "Joe Kerr", "--thanked", "card", "--contacted"],
    ["add", "Kim Wood", "--from", "Kim Wood"],
    ["contact", "1", "2", "--no-answer"],
    ["thank", "@1"],
    ["refer-out", "1", "--to", "Lee Park", "--note", "private"],
    ["wish", "Ana Silva", "--updates", "30d"],
    ["done", "1", "2"],
    ["resume"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_is_one_step(lived_in: Book, arguments: list[str]) -> None:
    """Whatever a command records, new people too, is undone in one: all of it names its step."""
    lived_in("add", "Mia Lund", "--from", "Sam Ortiz")
    steps = ask(lived_in, "SELECT id FROM step")
    counts = [ask(lived_in, f"SELECT count(*) FROM {table}") for table in TRUTH]
    lived_in(*arguments)
    new = [step for step in ask(lived_in, "SELECT id FROM step") if step not in steps]
    assert len(new) == 1
    ((number,),) = new
    for table, [(count,)] in zip(TRUTH, counts, strict=True):
        if table != "name_part":  # it belongs to a version
            sql = f"SELECT count(*) FROM {table} WHERE step"
            assert ask(lived_in, f"{sql} <> {number}") == [(count,)], table
    ((command, summary, undone),) = ask(
        lived_in, f"SELECT command, summary, undone FROM step WHERE id = {number}"
    )
    assert (command, bool(summary), undone) == (arguments[0], True, 0)


REFUSED = [
    ["deliver", "1"],
    ["contact", "1", "99"],
    ["add", "New Body", "--from", "Sam Ortiz", "--kind", "co-worker", "--thanked", "gift"],
    ["refer-out", "1", "--to", "Sam Ortiz"],
    ["win", "1", "--at", "2026-01-01"],
    ["wish", "New Body", "--updates", "often"],
    ["waive", "1", "thank-win", "--why", "None"],
    ["review", "New Body", "--agreed", "--delivered", "--happy", "--busy-until", "whenever"],
]


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_a_refused_command_is_no_step(lived_in: Book, arguments: list[str]) -> None:
    """What is refused leaves not a byte behind, nobody new either."""
    before = lived_in.path.read_bytes()
    assert lived_in(*arguments, code=None).code in (1, 2)
    assert lived_in.path.read_bytes() == before


# Undoing.


def undo(book: Book, step: int) -> None:
    """Marks a step undone, and computes what is kept anew."""
    with writing(book) as connection:
        connection.execute("UPDATE step SET undone = 1 WHERE id = ?", (step,))
    with one_command(book) as journal:
        journal.keeper.touch_everything()
        journal.keeper.keep()


def last_step(book: Book) -> int:
    """The number of the last command."""
    ((number,),) = ask(book, "SELECT max(id) FROM step")
    return int(number)


def test_what_is_undone_is_gone_and_its_numbers_do_not_return(lived_in: Book) -> None:
    """An undone referral is in no list, and the next one gets a number that was never used."""
    before = lived_in.export()
    lived_in("add", "Kim Wood", "--from", "Joe Kerr", "--thanked", "card")
    undo(lived_in, last_step(lived_in))
    assert lived_in.export() == before
    assert_kept(lived_in)
    lived_in("show", "2", code=1)
    lived_in("show", "Kim Wood", code=1)
    assert 2 not in {item["referral"] for item in lived_in.due("--all")["items"]}

    said = lived_in("add", "Kim Wood", "--from", "Joe Kerr")
    assert said.out.startswith("3  ")
    assert "(@5)" in said.err
    assert "(@6)" in said.err
    undone = {row[0] for row in ask(lived_in, "SELECT id FROM event")}
    lived_in("thank", "3")
    assert lived_in.export()["events"][-1]["id"] > max(undone)
    assert_kept(lived_in)


def test_an_undone_change_brings_back_what_was_before(lived_in: Book) -> None:
    """A person's earlier version is the live one again, and what hangs on it with it."""
    lived_in("meet", "1")
    before = lived_in.export(), lived_in.due("--all")
    lived_in("wish", "Sam Ortiz", "--updates", "outcome")
    assert lived_in.due("--all") != before[1]
    undo(lived_in, last_step(lived_in))
    assert (lived_in.export(), lived_in.due("--all")) == before
    assert_kept(lived_in)


# In and out.


@pytest.mark.parametrize("seed", range(6))
def test_out_and_into_an_empty_book_and_out_is_the_same_to_the_byte(book: Book, seed: int) -> None:
    """The export is the whole truth: numbers with their gaps, uids, every word."""
    run = Run(book, seed)
    book.load(random_history(seed, zone=run.zone))
    if seed % 2:
        run.look()
        for _ in range(12):
            run.step()
    written = book.folder / "out.json"
    book("export", str(written))
    other = str(book.folder / "other.db")
    book("--db", other, "import", str(written))
    book("--db", other, "export", str(book.folder / "again.json"))
    assert (book.folder / "again.json").read_bytes() == written.read_bytes()
    assert book("--db", other, "export").out.encode() == written.read_bytes()


def test_numbers_are_kept_where_nothing_was_ever_recorded(book: Book) -> None:
    """A book whose only command was refused is still empty; the next number follows the last."""
    history = random_history(3)
    book("add", "Dana Ruiz", "--from", "Dana Ruiz", "--kind", "client", code=1)
    book.load(history)
    for table in ("people", "referrals", "events"):
        assert numbers(book.export(), table) == numbers(history, table)
    last = max(numbers(history, "referrals"))
    assert book("add", "Nora Quist", "--from", "Otto Quist").out.startswith(f"{last + 1}  ")


def numbers(history: dict[str, Any], table: str) -> list[int]:
    """The numbers of its records, in order."""
    return sorted(record["id"] for record in history[table])


def test_into_a_filled_book_only_what_is_new_is_added(lived_in: Book) -> None:
    """Records are known by their uid; new ones get new numbers, and name each other by them."""
    before = lived_in.export()
    history = json.loads(json.dumps(before))
    history["people"].append({"id": 9, "uid": "nine", "name": "Nine Lives"})
    history["referrals"].append(
        {"id": 9, "uid": "r9", "source": 9, "prospect": 1, "received_at": AT, "kind": "client"}
    )
    told = {"id": 99, "uid": "e99", "at": AT, "kind": "told", "referral": 9}
    history["events"].append(told)
    lived_in.load(history)
    after = lived_in.export()
    for table in ("people", "referrals", "events"):
        assert after[table][:-1] == before[table], table
    assert (after["people"][-1]["id"], after["people"][-1]["name"]) == (3, "Nine Lives")
    new = after["referrals"][-1]
    assert (new["id"], new["source"], new["prospect"]) == (2, 3, 1)
    assert after["events"][-1]["referral"] == 2
    assert_kept(lived_in)


def bare(history: dict[str, Any]) -> dict[str, Any]:
    """The same history without a uid."""
    return {
        key: [{name: value for name, value in row.items() if name != "uid"} for row in rows]
        if isinstance(rows, list)
        else rows
        for key, rows in history.items()
    }


@pytest.mark.parametrize("strip", [dict, bare], ids=["with uids", "without uids"])
def test_a_second_import_adds_nothing(book: Book, strip: Callable[[Any], Any]) -> None:
    """Not a record and not a step; a record without a uid has the same one every time."""
    history = strip(random_history(7))
    book.load(history)
    before = book.path.read_bytes()
    said = book("import", str(book.folder / "history.json"))
    assert "Nothing" in said.out
    assert book.path.read_bytes() == before
    other = str(book.folder / "other.db")
    book("--db", other, "import", str(book.folder / "history.json"))
    assert json.loads(book("--db", other, "export").out) == book.export()
    # Beside other records too.
    third = str(book.folder / "third.db")
    book("--db", third, "add", "Dana Ruiz", "--from", "Nora Quist")
    for _ in range(2):
        book("--db", third, "import", str(book.folder / "history.json"))
    there = json.loads(book("--db", third, "export").out)
    assert len(there["events"]) == len(history["events"])
    assert len(there["people"]) == len(history["people"]) + 2


# What cannot be used.


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE somebody_elses (thing TEXT)")


def foreign_by_its_mark(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 7")


def garbage(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def short_garbage(path: Path) -> None:
    path.write_text("no database", encoding="utf-8")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:30_000])


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def below_a_file(path: Path) -> None:
    path.unlink()
    path.parent.joinpath("file").write_text("", encoding="utf-8")
    path.symlink_to("file/book.db")


READING = (["due"], ["due", "--json"], ["due", "--count"], ["list"], ["show", "1"], ["export"])
RECORDING = (["add", "Kim Wood", "--from", "Joe Kerr"], ["thank", "1"], ["pause"])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (newer, str(VERSION + 1)),
        (foreign, "another program"),
        (foreign_by_its_mark, "another program"),
        (garbage, "not a database"),
        (short_garbage, "not a database"),
        (cut_short, "damaged"),
        (folder, "is a folder"),
        (below_a_file, ""),
    ],
)
def test_what_is_no_book_is_refused_and_left_alone(
    lived_in: Book, spoil: Callable[[Path], None], said: str
) -> None:
    """Exit 3 and a reason in one or two lines, from every command, and the file stays as it is."""
    spoil(lived_in.path)
    before = lived_in.path.read_bytes() if lived_in.path.is_file() else None
    for arguments in (*READING, *RECORDING):
        result = lived_in(*arguments, code=None)
        assert is_refusal(result), (arguments, result)
        assert said in result.err
    assert (lived_in.path.read_bytes() if lived_in.path.is_file() else None) == before


@pytest.mark.parametrize("name", ["book.db", "folder/book.db"])
def test_a_folder_that_takes_no_file_is_refused(book: Book, name: str) -> None:
    """Where the system allows no file, recording says so with exit 3."""
    path = Path("/proc") / name
    if not Path("/proc/self").exists():
        pytest.skip("this system has no /proc, where nobody can make a file")
    assert is_refusal(book("--db", str(path), "add", "Dana", "--from", "Sam", code=None))
    assert book("--db", str(path), "due", "--count").out == "0\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into a read-only folder")
def test_a_book_in_a_read_only_folder_can_be_read(lived_in: Book) -> None:
    """Looking works without the right to write; recording is refused with exit 3."""
    shown = lived_in("due").out
    lived_in.folder.chmod(0o500)
    lived_in.path.chmod(0o400)
    try:
        assert lived_in("due").out == shown
        assert is_refusal(lived_in("thank", "1", code=None))
    finally:
        lived_in.folder.chmod(0o700)


@pytest.mark.parametrize("lock", ["EXCLUSIVE", "IMMEDIATE"])
def test_a_locked_book_is_left_after_a_while(
    lived_in: Book, monkeypatch: pytest.MonkeyPatch, lock: str
) -> None:
    """Exit 3 when another program does not let go; who only reads waits for no other writer."""
    connect = connections.connect
    monkeypatch.setattr(connections, "connect", lambda path, mode, _: connect(path, mode, 0.01))
    with closing(sqlite3.connect(lived_in.path, isolation_level=None)) as other:
        other.execute(f"BEGIN {lock}")
        before = lived_in.path.read_bytes()
        for arguments in RECORDING:
            result = lived_in(*arguments, code=None)
            assert is_refusal(result), result
            assert "in use" in result.err
        for arguments in READING:
            result = lived_in(*arguments, code=None)
            assert is_refusal(result) if lock == "EXCLUSIVE" else result.code == 0, result
        assert lived_in.path.read_bytes() == before
    lived_in("thank", "1")


@pytest.mark.parametrize("limit", [0, 4096, 60_000])
@pytest.mark.parametrize("is_new", [True, False], ids=["new book", "known book"])
def test_a_full_disk_leaves_what_was_there(book: Book, limit: int, is_new: bool) -> None:
    """Exit 3, the disk is named as the reason, and the book is as it was before the command."""
    if not is_new:
        book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    before = "" if is_new else book("export").out
    result = book.process(
        *("add", "Kim Wood", "--from", "Sam Ortiz", "--need", "n" * 19_000),
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    ended = Result(result.returncode, result.stdout.decode(), "")
    assert (ended.code, ended.out) == (3, "")
    assert b"Check the disk" in result.stderr
    assert b"Traceback" not in result.stderr
    if not is_new:
        assert book("export").out == before
    book("add", "Kim Wood", "--from", "Sam Ortiz")
    assert_kept(book)


# Half done is not done.


class Crash(Exception):
    """What nobody expected."""


@pytest.mark.parametrize("error", [Crash, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("is_finished", [False, True], ids=["half way", "before the commit"])
def test_a_crash_within_a_command_leaves_nothing(
    lived_in: Book, error: type[BaseException], is_finished: bool
) -> None:
    """Neither its step nor a person, an event or a kept row; the next command works."""
    before = lived_in.path.read_bytes()

    def crash() -> None:
        with one_command(lived_in) as journal:
            (referral,) = journal.reader.referrals([1])
            journal.record("thanked", journal.now, referral=referral)
            journal.record("resumed", journal.now)
            if is_finished:
                journal.finish()
            raise error

    with pytest.raises(error):
        crash()
    assert lived_in.path.read_bytes() == before
    beside = [path.name for path in lived_in.folder.glob("book.db*")]
    assert sorted(beside) == ["book.db", "book.db-backups"]
    lived_in("thank", "1")
    assert_kept(lived_in)


KILLED = """
import os, sys
from pathlib import Path
from reftrack.store.connection import open_to_write
connection = open_to_write(Path(sys.argv[1]))
connection.execute("PRAGMA cache_size = 4")
connection.execute("BEGIN IMMEDIATE")
connection.execute("DELETE FROM courtesy")
connection.execute("UPDATE step SET undone = 1")
for number in range(400):
    connection.execute(
        "INSERT INTO event (uid, step, at, kind, person, note, data)"
        " VALUES (?, 1, '2026-11-20T15:00:00Z', 'noted', 1, ?, '{}')",
        (f"lost-{number}", "n" * 3000),
    )
os._exit(9)
"""


@pytest.mark.parametrize("arguments", [*READING, ["contact", "1"]], ids=" ".join)
def test_what_a_killed_process_left_half_done_is_rolled_back(
    lived_in: Book, arguments: list[str]
) -> None:
    """The first command after it, a reading one too, finds the book as it was before."""
    before, shown = lived_in.path.read_bytes(), lived_in("due", "--all").out
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(lived_in.path)], timeout=TIMEOUT, check=False
    )
    assert killed.returncode == 9
    assert lived_in.path.read_bytes() != before  # it had written into the file itself
    beside = lived_in.path.with_name("book.db-journal")
    assert beside.stat().st_size

    lived_in(*arguments)
    assert not beside.exists()
    assert ask(lived_in, "PRAGMA integrity_check") == [("ok",)]
    assert ask(lived_in, "SELECT count(*) FROM event WHERE uid LIKE 'lost-%'") == [(0,)]
    if arguments[0] != "contact":
        assert lived_in.path.read_bytes() == before
        assert lived_in("due", "--all").out == shown
    assert_kept(lived_in)


# Several at once.

READY = """
import sys
import reftrack.cli.commands.add, reftrack.store.journal
from reftrack.cli.app import run
print("ready", flush=True)
sys.stdin.readline()
sys.exit(run(sys.argv[1:]))
"""


def test_twelve_processes_begin_one_book_together(book: Book) -> None:
    """All succeed, each with a number of its own, and nobody is there twice."""
    path = book.folder / "new" / "book.db"
    environment = {**os.environ, "REFTRACK_DB": str(path)}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    sources = ("Sam Ortiz", "Ana Silva", "Sam Ortiz", "sam  ORTIZ")
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", READY, "add", f"Prospect {letter * 3}", "--from", source],
            env=environment,
            text=True,
            **pipes,
        )
        for letter, source in zip("ABCDEFGHIJKL", sources * 3, strict=True)
    ]
    for process in processes:
        assert process.stdout.readline() == "ready\n"
    for process in processes:  # all have imported everything: they meet at the file
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=TIMEOUT) for process in processes]
    assert [process.returncode for process in processes] == [0] * 12, answers
    assert sorted(int(out.split()[0]) for out, _ in answers) == list(range(1, 13))

    book.path = path
    history = json.loads(book("--db", str(path), "export").out)
    assert numbers(history, "referrals") == list(range(1, 13))
    names = [person["name"].casefold() for person in history["people"]]
    assert len(names) == len(set(names)) == 14
    assert ask(book, "PRAGMA integrity_check") == [("ok",)]
    assert_kept(book)


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
