"""A pause that ends by itself: the projections say where the end lies, and stay valid over it."""

from __future__ import annotations

from typing import Any

import pytest

from reftrack.config.settings import settings
from reftrack.domain.instants import instant_of
from reftrack.store.connection import read_connection
from reftrack.store.outlook import Outlook
from reftrack.store.reader import Reader
from tests.support.driver import Book
from tests.support.projections import assert_projections_hold

RECEIVED = "2026-11-20T15:00:00Z"


@pytest.fixture
def paused(book: Book) -> Book:
    """Paused on the 19th until the 25th; Dana was referred on the 20th, Mei missed on the 21st."""
    people = [(1, "Sam Ortiz"), (2, "Dana Ruiz"), (3, "Mei Chan")]
    events: list[dict[str, Any]] = [
        {"kind": "paused", "at": "2026-11-19T09:00:00Z", "data": {"until": "2026-11-25T09:00:00Z"}},
        {"kind": "missed", "at": "2026-11-21T09:00:00Z", "person": 3},
        {"kind": "called-back", "at": "2026-11-21T10:00:00Z", "person": 3},
    ]
    book.zone("UTC").at("2026-11-22T09:00:00Z").load(
        {
            "schema": "reftrack.history/2",
            "people": [{"id": n, "uid": f"p{n}", "name": name} for n, name in people],
            "referrals": [
                {
                    "id": 1,
                    "uid": "r1",
                    "source": 1,
                    "prospect": 2,
                    "kind": "client",
                    "received_at": RECEIVED,
                }
            ],
            "events": [{"id": n, "uid": f"e{n}", **e} for n, e in enumerate(events, 1)],
        }
    )
    return book


def of_capacity(book: Book) -> list[tuple[str, str, str]]:
    """The courtesies that the pause raises: rule, status, to whom."""
    return [
        (rule, status, name)
        for rule, status, _, name in book.owed("--all")
        if rule in ("explain-capacity", "reopen-intake")
    ]


def is_read_from_the_projections(book: Book) -> bool:
    """True if the projections are relied on at the present."""
    here = settings(None)
    assert here.zone is not None
    with read_connection(book.path) as connection:
        assert connection is not None
        now = instant_of(book.due()["now"])
        return Outlook(Reader(connection), here.policy, here.zone, now).has_valid_projections


def test_it_comes_with_nothing_recorded(paused: Book) -> None:
    """Until then word is owed that I am busy; from that instant on, that I have room again."""
    upcoming = [
        ("reopen-intake", "upcoming", "Sam Ortiz"),
        ("reopen-intake", "upcoming", "Mei Chan"),
    ]
    busy = ("explain-capacity", "overdue", "Sam Ortiz")
    for now in ("2026-11-22T09:00:00Z", "2026-11-25T08:59:59Z"):
        paused.at(now)
        assert of_capacity(paused) == [busy, *upcoming]
        assert is_read_from_the_projections(paused)
        assert paused("due", "--count").out == f"{pressing(paused)}\n"
    paused.at("2026-11-25T09:00:00Z")
    assert of_capacity(paused) == [(rule, "due", name) for rule, _, name in upcoming]
    assert is_read_from_the_projections(paused)
    assert paused("due", "--count").out == f"{pressing(paused)}\n"
    assert_projections_hold(paused)


def pressing(book: Book) -> int:
    """The number of debts that the morning shows as overdue or of today."""
    today = book.due()["now"][:10]
    items = book.due()["items"]
    return sum(i["class"] == "debt" and i["due_at"][:10] <= today for i in items)


def test_ending_it_earlier_moves_what_it_raised(paused: Book) -> None:
    """`resume` before the announced end counts; a talk in it needs no word of the room."""
    paused("contact", "1")
    assert_projections_hold(paused)
    assert ("reopen-intake", "upcoming", "Sam Ortiz") not in of_capacity(paused)
    paused.at("2026-11-23T09:00:00Z")("resume")
    assert of_capacity(paused) == [("reopen-intake", "due", "Mei Chan")]
    assert_projections_hold(paused)
    paused("undo")
    assert of_capacity(paused) == [("reopen-intake", "upcoming", "Mei Chan")]
    assert_projections_hold(paused)


def test_a_further_pause_sets_the_end_anew(paused: Book) -> None:
    """One without an end lasts: nothing opens at the end that was announced before."""
    document = paused.export()
    document["events"].append(
        {"id": 9, "uid": "e9", "kind": "paused", "at": "2026-11-21T12:00:00Z"}
    )
    paused.load(document)
    assert_projections_hold(paused)
    paused.at("2026-11-26T09:00:00Z")
    assert of_capacity(paused) == [("explain-capacity", "overdue", "Sam Ortiz")]


def test_once_it_has_come_another_can_begin(paused: Book) -> None:
    """The book is not paused any more then, though nobody said `resume`."""
    paused.at("2026-11-25T09:00:00Z")
    assert "not paused" in paused("resume", code=1).err
    paused("pause")
    assert_projections_hold(paused)
