"""A pause that ends by itself."""

from __future__ import annotations

import pytest

from tests.support.commands import events, kinds, refused
from tests.support.driver import Book

JANUARY = "2027-01-04T00:00:00Z"


def first(book: Book, *arguments: str) -> str:
    """The first line of the answer."""
    return book(*arguments).out.splitlines()[0]


def owed(book: Book) -> list[str]:
    """The people who are to be told of the room."""
    items = book.due()["items"]
    return [item["to"]["name"] for item in items if item["rule"] == "reopen-intake"]


def test_it_says_until_when(two: Book) -> None:
    """A day is its beginning, in full."""
    assert first(two, "pause", "--until", "jan 4") == (
        "You take no new referrals until Mon 4 Jan 2027, 00:00."
    )
    assert events(two)[0]["data"] == {"until": JANUARY}


def test_it_ends_by_itself(two: Book) -> None:
    """A source who sent somebody in it is told then; after it one is not paused."""
    two.at("2026-11-20T16:00:00Z")("pause", "--until", "jan 4")
    two.at("2026-12-01T10:00:00Z")("add", "Kim Wood", "--from", "Lee Park")
    assert owed(two) == []
    two.at(JANUARY)
    assert owed(two) == ["Lee Park"]
    error = refused(two, "resume").err
    assert error == "error: you are not paused.\nDid you mean: reftrack pause\n"
    assert "You take no new referrals, since" in first(two, "pause")


def test_resuming_ends_it_before(two: Book) -> None:
    """The end that was announced is none any more."""
    two("pause", "--until", "jan 4")
    two.at("2026-12-01T10:00:00Z")
    assert first(two, "resume") == "You take new referrals again, since Tue 1 Dec 2026, 10:00."
    refused(two, "resume")
    two("undo")
    two("resume")


def test_a_further_one_sets_the_end_anew(two: Book) -> None:
    """Later, sooner, or none; the same again is refused."""
    two("pause")
    assert first(two, "pause", "--until", "jan 4") == (
        "You take no new referrals until Mon 4 Jan 2027, 00:00; it was without an end."
    )
    error = refused(two, "pause", "--until", "jan 4").err
    assert error.splitlines() == [
        "error: you are paused already, until Mon 4 Jan 2027, 00:00.",
        "Did you mean: reftrack resume",
    ]
    assert first(two, "pause") == (
        "You take no new referrals, until you resume; it was until Mon 4 Jan 2027, 00:00."
    )
    assert "reftrack resume" in refused(two, "pause").err
    assert kinds(two) == ["paused"] * 3
    two("undo")
    refused(two, "pause", "--until", "jan 4")


@pytest.mark.parametrize("until", ["yesterday", "2026-11-20T15:00:00Z", "some day", ""])
def test_an_end_lies_ahead(two: Book, until: str) -> None:
    """Anything else is refused."""
    refused(two, "pause", "--until", until, code=2)


def test_who_sends_in_it_is_told(two: Book) -> None:
    """The answer to the pause names who waits for a word of it."""
    two("pause", "--until", "jan 4")
    two("add", "Kim Wood", "--from", "Lee Park")
    assert "Lee Park" in two("pause", "--until", "jan 11").out
