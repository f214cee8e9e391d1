"""A snooze in the book: a prompt's count, the screen and the list say the same."""

from __future__ import annotations

import pytest

from tests.support.driver import Book


@pytest.fixture
def followed(book: Book) -> Book:
    """A referral with a talk on 2 March, whose follow-up opens on the 9th and is due on the 16th."""
    book.at("2026-03-02T10:00")
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", "card", "--contacted")
    book("wish", "Sam Ortiz", "--updates", "outcome")
    return book


def pressing(book: Book) -> int:
    """The count for a prompt, which the list of the morning has to agree with."""
    count = int(book("due", "--count").out)
    listed = [item for item in book.due()["items"] if item["class"] == "debt"]
    assert count == len(listed), (count, listed)
    return count


def test_naming_the_next_step_it_hides_what_is_yet_to_open(followed: Book) -> None:
    """Once it has opened it is hidden until the snooze is over, and its deadline stays."""
    followed("snooze", "1", "--until", "2026-03-20T09:00", "--rule", "follow-up")
    assert followed.owed("--all") == [("follow-up", "upcoming", 1, "Dana Ruiz")]
    followed.at("2026-03-17T10:00")
    assert pressing(followed) == 0
    assert followed.owed("--all") == [("follow-up", "snoozed", 1, "Dana Ruiz")]
    followed.at("2026-03-20T09:00")
    assert pressing(followed) == 1
    assert followed.owed() == [("follow-up", "overdue", 1, "Dana Ruiz")]


def test_naming_none_it_hides_only_what_is_open(followed: Book) -> None:
    """A courtesy that opens afterwards is shown."""
    followed("snooze", "1", "--until", "2026-03-20T09:00", "--rule", "all")
    followed.at("2026-03-17T10:00")
    assert pressing(followed) == 1


@pytest.mark.parametrize("whom", ["1", "@2"])
def test_the_last_of_several_counts(followed: Book, whom: str) -> None:
    """A shorter one wakes what a longer one had hidden, also where it is over by now."""
    followed.at("2026-03-17T10:00")
    followed("snooze", whom, "--until", "2026-03-30T09:00")
    assert pressing(followed) == 0
    followed.at("2026-03-17T11:00")
    followed("snooze", whom, "--until", "2026-03-17T12:00", "--rule", "all")
    assert pressing(followed) == 0
    followed.at("2026-03-17T12:00")
    assert pressing(followed) == 1
    # One that names a rule is another.
    followed("snooze", whom, "--until", "2026-03-30T09:00", "--rule", "follow-up")
    followed.at("2026-03-17T13:00")
    followed("snooze", whom, "--until", "2026-03-17T14:00")
    followed.at("2026-03-17T15:00")
    assert pressing(followed) == 0
