"""Undo and redo: every command, back and forth, with numbers that stay and nothing deleted."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from typing import Any

from reftrack.domain.times import text_of
from tests.support.driver import Book
from tests.support.journal import TRUTH
from tests.support.projections import Run, assert_projections_hold, projections_in
from tests.support.sweeps import seeds


def state(book: Book) -> tuple[str, Any]:
    """The whole truth as it is exported, and the projections."""
    return book("export").out, projections_in(book.path)


def rows(book: Book) -> dict[str, list[Any]]:
    """Every row of truth, undone ones too."""
    with closing(sqlite3.connect(book.path)) as connection:
        return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in TRUTH}


@seeds(1, 4, first=100)
def test_every_command_back_to_the_beginning_and_forth_again(book: Book, seed: int) -> None:
    """However much was recorded: each undo gives the book before it, each redo the one after."""
    run = Run(book, seed)
    for name in ("undo", "redo"):
        run.weights[name] = 0
    states: list[tuple[str, Any]] = []
    for _ in range(36):
        run.step()
        if run.people and (not states or state(book) != states[-1]):
            states.append(state(book))
    recorded = rows(book)
    book.at(text_of(run.now + timedelta(days=1)))
    with closing(sqlite3.connect(book.path)) as connection:
        ((steps,),) = connection.execute("SELECT count(*) FROM step")
    seen = [state(book)]
    for _ in range(steps):
        book("undo")
        assert_projections_hold(book, run.said[-36:])
        seen.append(state(book))
    assert json.loads(seen[-1][0])["people"] == []
    assert seen[-1][1] == ([], [], [])
    # A command may change nothing that is exported; each state that was there is met again.
    assert [s for i, s in enumerate(seen) if i == 0 or s != seen[i - 1]][:-1] == states[::-1]
    assert "nothing to undo" in book("undo", code=1).err
    for was in seen[-2::-1]:
        book("redo")
        assert state(book) == was
    assert "nothing to redo" in book("redo", code=1).err
    assert rows(book) == recorded


def test_what_was_recorded_since_leaves_the_undone_behind(book: Book) -> None:
    """After something new there is nothing to redo, and redoing takes the latest undoing first."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("contact", "1")
    book("undo")
    book("meet", "1")
    assert "nothing to redo" in book("redo", code=1).err
    book("undo")
    book("undo")
    assert "Redone: add" in book("redo").out
    assert "Redone: meet" in book("redo").out
    assert "nothing to redo" in book("redo", code=1).err
    assert [event["kind"] for event in book.export()["events"]] == ["met"]


def test_numbers_never_return(book: Book) -> None:
    """An undone record keeps its number for itself."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("undo")
    assert book("add", "Kim Wood", "--from", "Tom Beck").out.startswith("2  Kim Wood")
    (referral,) = book.export()["referrals"]
    assert (referral["id"], referral["source"], referral["prospect"]) == (2, 3, 4)
    assert "no referral 1" in book("show", "1", code=1).err
    assert "no person @1" in book("show", "@1", code=1).err


def test_an_import_undone_and_made_again_is_there_once(book: Book) -> None:
    """The same file again is new after an undo, and what was undone cannot come back beside it."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    history = book.export()
    book("undo")
    book.load(history)
    book("undo")
    book.load(history)
    assert "nothing to redo" in book("redo", code=1).err
    assert [person["name"] for person in book.export()["people"]] == ["Sam Ortiz", "Dana Ruiz"]


def test_it_says_what_came_back_field_by_field(book: Book) -> None:
    """The answer names each field as it was and as it is again."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--phone", "0161 496 0005")
    book("edit", "@2", "--phone", "020 7946 0018", "--email", "dana@example.org")
    undone = book("undo").out.splitlines()
    assert undone[:4] == [
        "Undone: edit, of Fri 20 Nov 2026, 15:00.",
        "  @2: edited phone, email",
        "  @2  Dana Ruiz: email: dana@example.org → none",
        "  @2  Dana Ruiz: phone: 020 7946 0018 → 0161 496 0005",
    ]
    assert undone[-1] == "To bring it back: reftrack redo"
    assert "  @2  Dana Ruiz: phone: 0161 496 0005 → 020 7946 0018" in book("redo").out.splitlines()
    book("edit", "1", "--from", "Tom Beck", "--received", "2026-11-19T10:00")
    undone = book("undo").out.splitlines()
    assert undone[2:5] == [
        "  @3  Tom Beck: on record no more",
        "  1  Dana Ruiz (@2), from Sam Ortiz (@1): from: Tom Beck (@3) → Sam Ortiz (@1)",
        (
            "  1  Dana Ruiz (@2), from Sam Ortiz (@1): received: Thu 19 Nov 2026, 10:00"
            " → Fri 20 Nov 2026, 15:00"
        ),
    ]


def test_it_says_what_is_owed_again(book: Book) -> None:
    """A thanks undone is owed again, and the answer says so."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted")
    book("thank", "1", "--by", "card")
    owed = "Next, by Sat 15:00: Thank Sam Ortiz for referring Dana Ruiz (reftrack thank 1)"
    assert owed in book("undo").out
    assert ("thank-referral", "due", 1, "Sam Ortiz") in book.owed()


def test_a_merge_undone_makes_two_of_them_again(book: Book) -> None:
    """They part as they were, and redone they are one again."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("add", "Kim Wood", "--from", "Sam Ortis")
    before = state(book)
    book("merge", "@3", "@1", "--yes")
    merged = state(book)
    assert "@3  Sam Ortis: somebody of their own again" in book("undo").out
    assert state(book) == before
    assert "@3  Sam Ortis: Sam Ortiz (@1) again" in book("redo").out
    assert state(book) == merged


def test_the_list_tells_what_was_recorded_and_what_undone(book: Book) -> None:
    """The last first; what was undone stays on it and says so."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("thank", "1", "--by", "card")
    book("undo")
    document = json.loads(book("undo", "--list", "--json").out)
    assert [(s["id"], s["command"], s["undone"]) for s in document["steps"]] == [
        (2, "thank", True),
        (1, "add", False),
    ]
    shown = book("undo", "--list").out.splitlines()
    assert shown[0] == "Friday 20 November, 15:00. 2 commands recorded."
    thanked = "1: Thanked Sam Ortiz for Dana Ruiz, by card"
    assert shown[1] == f"THE LAST FIRST  2  {thanked}  15:00  thank, undone  reftrack redo 2"
    assert len(json.loads(book("undo", "--list", "--json", "--limit", "1").out)["steps"]) == 1


def test_there_has_to_be_something(book: Book) -> None:
    """Without a book there is nothing to undo, and no book is made by asking."""
    for arguments in (["undo"], ["redo"]):
        book(*arguments, code=1)
    assert "No book" in book("undo", "--list").out
    assert not book.path.exists()
    assert "goes with --list" in book("undo", "--limit", "3", code=2).err


def test_undoing_many_rows_keeps_the_courtesies_too(book: Book) -> None:
    """A large import is taken back whole, and all that hung on it."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    before = state(book)
    people = [{"id": n, "name": f"Person {n}"} for n in range(1, 1502)]
    referrals = [
        {"id": n, "source": 1, "prospect": n + 1, "received_at": "2026-11-19T15:00:00Z",
         "kind": "client"}
        for n in range(1, 1501)
    ]  # fmt: skip
    book.load(
        {"schema": "reftrack.history/1", "people": people, "referrals": referrals, "events": []}
    )
    after = state(book)
    assert "1,501 people, 1,500 referrals and 0 events" in book("undo").out
    assert state(book) == before
    book("redo")
    assert state(book) == after
    assert_projections_hold(book)
