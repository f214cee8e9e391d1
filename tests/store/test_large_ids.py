"""Ids may be as large as SQLite counts, and far apart: nobody sees them, and nothing counts on them.

A book that several machines share gives its rows ids of 19 digits; people and programs go on to see
short numbers.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest

from reftrack.domain.times import text_of
from tests.support.driver import Book
from tests.support.prepared import made_once
from tests.support.projections import Run, assert_projections_hold
from tests.support.sweeps import seeds

# The next id of each of these tables, as if another machine had been before: of those that name an
# instant in their upper half, as steps will, and far from each other.
LARGE = {
    "step": (230_000_000 << 32) + (3 << 24),
    "turning": (230_000_001 << 32) + (1 << 24),
    "event": (230_000_002 << 32) + (7 << 24),
    "person_version": (230_000_003 << 32) + (5 << 24),
    "referral_version": (1 << 62) + 12,
}
DIGITS = 15


def enlarged(book: Book, by: int = 0) -> Book:
    """The book, of which the next rows of these tables get large ids."""
    with closing(sqlite3.connect(book.path)) as connection:
        for table, last in LARGE.items():
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", [table])
            connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", [table, last + by])
        connection.commit()
    return book


@pytest.fixture
@made_once
def shared(book: Book) -> Book:
    """A book that begins with small ids and goes on with large ones."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted")
    enlarged(book)
    book("thank", "1", "--by", "card")
    enlarged(book, 1 << 40)
    return book


def ids(book: Book, table: str) -> list[int]:
    """The ids of a table in their order."""
    with closing(sqlite3.connect(book.path)) as connection:
        return [number for (number,) in connection.execute(f"SELECT id FROM {table} ORDER BY id")]


def no_long_number(text: str) -> bool:
    """True if every number in the text is shorter than the ids of this book."""
    return all(len(word) < DIGITS for word in re.split(r"\W+", text) if word.isdigit())


def test_the_number_of_a_step_is_short(shared: Book) -> None:
    """`undo --list` names the steps 1, 2, 3, and what is recorded goes on to be found."""
    shared("meet", "1")
    assert ids(shared, "step")[0] == 1
    assert all(number > 1 << 50 for number in ids(shared, "step")[1:])
    steps = json.loads(shared("undo", "--list", "--json").out)["steps"]
    assert [(step["id"], step["command"]) for step in steps] == [
        (3, "meet"),
        (2, "thank"),
        (1, "add"),
    ]
    assert "Undone: meet" in shared("undo").out
    assert "Undone: thank" in shared("undo").out
    assert "Redone: thank" in shared("redo").out
    assert "Redone: meet" in shared("redo").out
    assert "nothing to redo" in shared("redo", code=1).err
    assert_projections_hold(shared)


def test_an_export_numbers_the_events_from_one(shared: Book, book: Book) -> None:
    """Other programs lose digits of long numbers; what comes in again is the same history."""
    shared("meet", "1", "--at", "2026-11-20T15:00:00Z")
    exported = shared.export()
    assert [event["id"] for event in exported["events"]] == [1, 2, 3]
    assert [event["kind"] for event in exported["events"]] == ["contacted", "thanked", "met"]
    before = shared("due", "--json").out
    book.path.unlink()
    book.load(exported)
    assert book.export() == exported
    assert json.loads(book("due", "--json").out) == json.loads(before)
    assert ids(book, "event") == [1, 2, 3]


def test_a_calendar_counts_by_the_short_number(shared: Book) -> None:
    """The SEQUENCE of an entry fits 32 bits, whatever the ids are."""
    shared("win", "1")
    feed = shared("export", "--format", "ics").out
    numbers = [int(line[9:]) for line in feed.splitlines() if line.startswith("SEQUENCE:")]
    assert numbers
    assert max(numbers) < 100


def test_nobody_sees_an_id(shared: Book) -> None:
    """No screen and no JSON shows one."""
    shared("win", "1")
    shared("edit", "@2", "--phone", "1")
    shared("snooze", "1", "--until", "2026-12-24")
    for command in (
        *(["due", "--all"], ["due", "--json", "--all"], ["show", "1"], ["show", "@1", "--json"]),
        *(["why", "1"], ["find", "Dana", "--json"], ["list", "--json"], ["sources"]),
        *(["undo", "--list"], ["undo", "--list", "--json"], ["check", "--json"], ["undo"]),
    ):
        said = shared(*command, code=None)
        assert no_long_number(said.out + said.err), command


@seeds(1, 3)
def test_random_commands_with_large_ids(book: Book, seed: int) -> None:
    """The projections are what the whole history gives, with undo, redo, merges, edits and imports."""
    run = Run(book, seed)
    for turn in range(40):
        if run.people and turn % 9 == 5:
            enlarged(book, turn << 34)
        run.step()
        if run.people:
            assert_projections_hold(book, run.said)
    book.at(text_of(run.now + timedelta(days=1)))
    assert "wrong" not in book("check").out
    before: dict[str, Any] = book.export()
    book("undo")
    book("redo")
    assert book.export() == before
