"""`waive --before`: all that was due before a day is let go in one step."""

from __future__ import annotations

from tests.support.commands import events, of_debts, refused
from tests.support.driver import Book


def test_it_lets_go_of_what_was_due_before_a_day(two: Book) -> None:
    """One step, counted by rule, and undone at once."""
    two.at("2026-12-20T12:00:00Z")
    before = of_debts(two)
    two("add", "Mia Lund", "--from", "Sam Ortiz")
    answer = two("waive", "--before", "2026-12-01", "--why", "From the old list").out
    assert answer.splitlines()[0] == (
        "Let go of 4 courtesies due before Tue 1 Dec 2026: 2 thank-referral, 2 contact-prospect."
    )
    assert {event["note"] for event in events(two, "waived")} == {"From the old list"}
    left = of_debts(two)
    assert ("thank-referral", 3) in left
    assert not [owed for owed in left if owed[1] in (1, 2) and owed[0] == "thank-referral"]
    two("undo")
    assert set(before) <= set(of_debts(two))


def test_what_is_due_later_stays_of_the_same_rule_too(two: Book) -> None:
    """Of two problems of one referral the second stays owed."""
    two("problem", "1", "The leak")
    two.at("2026-12-05T12:00:00Z")("problem", "1", "Another leak")
    two("waive", "--before", "2026-12-01")
    assert [owed for owed in of_debts(two) if owed[1] == 1].count(("resolve-problem", 1)) == 1
    (line,) = [line for line in two("due", "--later").out.splitlines() if "Put right" in line]
    assert "Another leak" in line


def test_it_stands_alone_and_looks_back(two: Book) -> None:
    """With a referral, on a day ahead, or where nothing was due, nothing is recorded."""
    refused(two, "waive", "1", "thank-referral", "--before", "2026-11-01", code=2)
    refused(two, "waive", "--before", "2026-12-01", code=2)
    refused(two, "waive", "--before", "2026-11-01")
