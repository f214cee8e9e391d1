"""Dealings between people: calls, favours, reviews, wishes, pauses."""

from __future__ import annotations

import pytest

from tests.support.commands import SATURDAY, events, kinds, of_debts, person, refused
from tests.support.driver import Book


def test_missed_and_called_back(book: Book) -> None:
    """A caller may be new; calling back settles it, and needs somebody known."""
    result = book("missed", "Sam Ortiz", "--by", "call", "--note", "about a roof")
    assert "New: Sam Ortiz (@1)." in result.err
    assert "Next, by Sat 15:00: Call Sam Ortiz back (reftrack call-back @1)" in result.out
    book("call-back", "sam")
    assert of_debts(book) == []
    assert events(book)[0]["note"] == "about a roof"
    assert "no person answers" in refused(book, "call-back", "Nobody Known").err


def test_refer_returns_the_favour(two: Book) -> None:
    """`refer NAME --to PERSON` is a referral given, to somebody known or new."""
    two("win", "1")
    assert "return-favour" in [item["rule"] for item in two.due()["items"]]
    result = two("refer", "Lee Park", "--to", "Sam Ortiz", "--note", "met at the fair")
    assert "Referred Lee Park to Sam Ortiz" in result.out
    assert "return-favour" not in [item["rule"] for item in two.due()["items"]]
    two("refer", "Lee Park", "--to", "Eva Lang")
    assert [e["data"] for e in events(two, "given")] == [{"prospect": "Lee Park"}] * 2
    refused(two, "refer", "Lee Park", code=2)
    refused(two, "refer", "--to", "Sam Ortiz", code=2)


def test_a_review_earns_the_right_to_ask(two: Book) -> None:
    """`ask` is refused until a review says agreed, delivered and happy, or with --anyway."""
    error = refused(two, "ask", "Dana Ruiz").err
    assert "not earned" in error
    assert "reftrack review @2" in error
    assert "--anyway" in error
    two("review", "Dana Ruiz", "--agreed", "--delivered", "--unhappy")
    refused(two, "ask", "Dana Ruiz")
    two("review", "Dana Ruiz", "--agreed", "--delivered", "--happy")
    assert "ask-for-referrals" in [item["rule"] for item in two.due()["items"]]
    two("ask", "@2", "--by", "in-person")
    assert "ask-for-referrals" not in [item["rule"] for item in two.due()["items"]]
    refused(two, "ask", "@2")
    two("ask", "@2", "--anyway")
    assert len(events(two, "asked")) == 2


def test_a_review_keeps_each_answer(book: Book) -> None:
    """All three answers and the date until which they are busy."""
    book("review", "Eva Lang", "--agreed", "--not-delivered", "--happy", "--busy-until", "1 april")
    (review,) = events(book)
    assert review["data"] == {
        "agreed": True,
        "delivered": False,
        "happy": True,
        "busy_until": "2027-04-01",
    }
    error = refused(book, "review", "Eva Lang", "--agreed", code=2).err
    assert "delivered" in error


def test_a_busy_client_is_asked_later(two: Book) -> None:
    """The right to ask waits for the day that --busy-until names."""
    answers = ["--agreed", "--delivered", "--happy"]
    two("review", "@2", *answers, "--busy-until", "2026-12-01")
    refused(two, "ask", "@2")
    two.at("2026-12-01T00:00:00Z")("ask", "@2")


def test_a_review_asks_at_a_terminal(two: Book) -> None:
    """Without its answers `review` asks each of the three."""
    shown = two.screen("review", "@2", keys="y\nmaybe\ny\nn\n")
    assert shown.code == 0
    assert shown.out.count("Is everything delivered? [y/") == 2
    (review,) = events(two)
    assert review["data"] == {"agreed": True, "delivered": True, "happy": False}


@pytest.mark.parametrize("updates", ["milestones", "outcome", "30d", "1d", "9999d", "OUTCOME"])
def test_a_wish_is_kept_with_the_person(two: Book, updates: str) -> None:
    """The rhythm and the way are recorded as asked today."""
    two("wish", "Sam Ortiz", "--updates", updates, "--by", "text")
    sam = person(two, "Sam Ortiz")
    assert (sam["updates"], sam["channel"]) == (updates.lower(), "text")
    assert kinds(two) == ["wished"]
    assert "ask-preference" not in [i["rule"] for i in two.due("--for", "@1")["items"]]


@pytest.mark.parametrize("updates", ["0d", "d", "7", "sometimes", "-7d", "10000d", "", "7w", "١d"])
def test_a_wish_that_is_none_is_refused(two: Book, updates: str) -> None:
    """An unknown rhythm is refused with the words that are known."""
    refused(two, "wish", "@1", "--updates", updates, code=2)


def test_a_wish_for_one_thing_keeps_the_other(two: Book) -> None:
    """A new way leaves the rhythm as it was."""
    two("wish", "@1", "--updates", "30d")
    two("wish", "@1", "--by", "email")
    sam = person(two, "Sam Ortiz")
    assert (sam["updates"], sam["channel"]) == ("30d", "email")


def test_a_pause_and_its_end_name_whom_to_tell(book: Book) -> None:
    """A pause is on or off; its end names who sent somebody meanwhile."""
    book("add", "Kim Wood", "--from", "Lee Park")
    book.at("2026-11-20T16:00:00Z")
    book("pause", "--note", "too many kitchens")
    assert "reftrack resume" in refused(book, "pause").err
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("missed", "Tom Beck")
    book.at(SATURDAY)
    result = book("resume")
    assert "Sam Ortiz" in result.out
    assert "Tom Beck" in result.out
    assert "Lee Park" not in result.out
    assert "reftrack pause" in refused(book, "resume").err
    assert [rule for rule, _ in of_debts(book)].count("reopen-intake") == 2
    book("open-again", "Sam Ortiz", "--by", "email")
    book("open-again", "Tom Beck")
    assert "reopen-intake" not in [rule for rule, _ in of_debts(book)]


def test_a_pause_names_who_has_to_be_told(two: Book) -> None:
    """A pause said late covers what came since: those sources are named at once."""
    result = two.at(SATURDAY)("pause", "--at", "yesterday 14:00")
    assert "To be told: " in result.out
    assert "Sam Ortiz" in result.out
    assert "Tom Beck" in result.out


def test_deliver_to_somebody_who_came_another_way(two: Book) -> None:
    """A person without a referral is delivered to as such, new or known."""
    result = two("deliver", "Eva Lang")
    assert "Delivered to Eva Lang" in result.out
    two("deliver", "@1")
    assert [(e["referral"], e["person"]) for e in events(two)] == [(None, 5), (None, 1)]
    assert "not won" in refused(two, "deliver", "Dana").err
