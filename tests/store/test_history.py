"""The history out of a book and into another."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.driver import Book
from tests.support.journal import AT, numbers
from tests.support.projections import Run, assert_projections_hold
from tests.support.random_history import random_history
from tests.support.sweeps import seeds


@seeds(2, 6)
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


def test_into_a_filled_book_only_what_is_new_is_added(eventful: Book) -> None:
    """Records are known by their uid; new ones get new numbers, and name each other by them."""
    before = eventful.export()
    history = json.loads(json.dumps(before))
    history["people"].append({"id": 9, "uid": "nine", "name": "Nine Lives"})
    history["referrals"].append(
        {"id": 9, "uid": "r9", "source": 9, "prospect": 1, "received_at": AT, "kind": "client"}
    )
    told = {"id": 99, "uid": "e99", "at": AT, "kind": "told", "referral": 9}
    history["events"].append(told)
    eventful.load(history)
    after = eventful.export()
    for table in ("people", "referrals", "events"):
        assert after[table][:-1] == before[table], table
    assert (after["people"][-1]["id"], after["people"][-1]["name"]) == (3, "Nine Lives")
    new = after["referrals"][-1]
    assert (new["id"], new["source"], new["prospect"]) == (2, 3, 1)
    assert after["events"][-1]["referral"] == 2
    assert_projections_hold(eventful)


def bare(history: dict[str, Any]) -> dict[str, Any]:
    """The same history without a uid, and without what names an event by it."""
    for event in history["events"]:
        event["data"] = {k: v for k, v in event["data"].items() if k not in ("promise", "problem")}
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
