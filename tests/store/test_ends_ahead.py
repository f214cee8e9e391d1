"""An end that lies ahead is kept beside the courtesy, and it ends when the instant has come."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from tests.support.driver import Book
from tests.support.prepared import made_once

NOW = "2026-11-20T15:00:00Z"
END = "2026-11-21T09:00:00Z"
RULE = "contact-prospect"


@pytest.fixture
@made_once
def ending(book: Book) -> Book:
    """A book in which the call to Dana is known to be moot at a certain instant."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    with closing(sqlite3.connect(book.path)) as connection:
        changed = connection.execute("UPDATE courtesy SET ends_at = ? WHERE rule = ?", [END, RULE])
        assert changed.rowcount == 1
        connection.commit()
    return book


SHOWING = [
    *(["due", "--all", "--json"], ["due", "--for", "Dana", "--json"], ["show", "1", "--json"]),
    *(["due", "--later"], ["due"]),
]


@pytest.mark.parametrize("command", SHOWING, ids=" ".join)
def test_it_is_owed_until_then_and_not_from_then_on(ending: Book, command: list[str]) -> None:
    """At the very instant it has ended; a second before it is owed still."""
    call = RULE if "--json" in command else "Call Dana Ruiz"
    for now, is_owed in (
        *((NOW, True), ("2026-11-21T08:59:59Z", True)),
        *((END, False), ("2026-11-22T12:00:00Z", False)),
    ):
        said = ending.at(now)(*command).out
        assert (call in said) == is_owed, now


def test_it_is_counted_until_then(ending: Book) -> None:
    """A prompt, `due` and the exit code count the same; the thanks that is owed too stays."""
    counts = []
    for now in (NOW, "2026-11-21T08:59:59Z", END):
        counts.append((ending.at(now)("due", "--count").out.strip(), len(ending.owed())))
    assert counts == [("2", 3), ("2", 3), ("1", 2)]


def test_it_is_cancelled_in_a_calendar_once_it_has_ended(ending: Book) -> None:
    """A calendar that imports the feed each week learns that it is owed no more."""

    def entries() -> dict[str, str]:
        feed = ending("export", "--format", "ics").out.split("BEGIN:VEVENT")[1:]
        return {
            "call" if "Call Dana" in entry else "thanks": "cancelled"
            if "STATUS:CANCELLED" in entry
            else "owed"
            for entry in feed
        }

    assert entries() == {"call": "owed", "thanks": "owed"}
    ending.at("2026-11-22T12:00:00Z")
    assert entries() == {"call": "cancelled", "thanks": "owed"}


def test_it_is_not_overdue_afterwards(ending: Book) -> None:
    """It never becomes late: neither on the list of sources nor by the exit code."""
    ending("thank", "1")
    ending_at = "UPDATE courtesy SET ends_at = ? WHERE rule = ?"
    with closing(sqlite3.connect(ending.path)) as connection:
        connection.execute(ending_at, [END, RULE])
        connection.commit()
    ending.at("2026-11-22T12:00:00Z")
    assert ending("due", "--exit-code", code=0).out.splitlines()[0].endswith("1 referral live.")
    assert json.loads(ending("due", "--json").out)["counts"]["overdue"] == 0
