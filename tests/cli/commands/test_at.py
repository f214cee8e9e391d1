"""`--at` and `--note`: when it happened, and what only you should know."""

from __future__ import annotations

import pytest

from tests.support.commands import FRIDAY, SATURDAY, events, refused
from tests.support.driver import Book


@pytest.mark.parametrize(
    "arguments",
    [
        ["thank", "1"],
        ["tell", "1", "news"],
        ["contact", "1"],
        ["contact", "1", "--no-answer"],
        ["meet", "1"],
        ["win", "1"],
        ["lose", "1", "--why", "x"],
        ["decline", "1", "--why", "x"],
        ["refer-out", "1", "--to", "Kim Wood"],
        ["problem", "1", "late"],
        ["rate", "1", "good"],
        ["educate", "1"],
        ["done", "1"],
        ["waive", "1", "thank-referral", "--why", "x"],
        ["snooze", "1", "--until", "thu"],
        ["missed", "Tom Beck"],
        ["call-back", "@1"],
        ["refer", "Lee Park", "--to", "@1"],
        ["review", "@1", "--agreed", "--delivered", "--happy"],
        ["ask", "@1", "--anyway"],
        ["wish", "@1", "--updates", "30d"],
        ["open-again", "@1"],
        ["pause"],
        ["deliver", "@1"],
        ["add", "Kim Wood", "--from", "@1"],
    ],
    ids=lambda arguments: " ".join(arguments[:3]),
)
def test_at_and_note_are_taken_by_whatever_records(book: Book, arguments: list[str]) -> None:
    """--at in the past is kept to the second, in the future refused; --note is kept privately."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book.at(SATURDAY)
    refused(book, *arguments, "--at", "2026-11-21T10:00:01Z", code=2)
    refused(book, *arguments, "--at", "in 2 days", code=2)
    refused(book, *arguments, "--at", "nonsense", code=2)
    if arguments[0] not in ("add", "pause", "waive") and arguments[1] == "1":
        assert "received" in refused(book, *arguments, "--at", "2026-11-20T14:59:59Z", code=2).err
    result = book(*arguments, "--at", "2026-11-20 16:30", "--note", "canary")
    document = book.export()
    kept = document["referrals"][1:] if arguments[0] == "add" else document["events"][:1]
    assert kept[0].get("at", kept[0].get("received_at")) == "2026-11-20T16:30:00Z"
    assert "canary" in kept[0]["note"]
    assert "canary" not in result.out + result.err
    if arguments[0] not in ("waive", "snooze"):
        assert "Fri 20 Nov 2026, 16:30" in result.out, "the instant understood is printed back"


def test_a_day_without_a_time_is_kept_after_the_receipt(two: Book) -> None:
    """`fri` is noon; for what was received at 15:00 that is too early, so it is 15:00."""
    two.at(SATURDAY)("thank", "1", "--at", "fri")
    assert events(two)[0]["at"] == FRIDAY


def test_the_instant_of_several_is_not_before_any_receipt(two: Book) -> None:
    """An --at before the receipt of one of several refuses all."""
    two.at(SATURDAY)("add", "Mia Lund", "--from", "@1")
    refused(two, "contact", "1", "3", "--at", "2026-11-20T16:00:00Z", code=2)


@pytest.mark.parametrize("when", ["fri 16:00", "10/11", "11.10.", "midnight", "soon"])
def test_what_could_be_two_instants_is_refused(two: Book, when: str) -> None:
    """Said on the day itself or not understood at all, it is refused with an example."""
    result = refused(two.at("2026-11-20T15:00:00Z"), "snooze", "1", "--until", when, code=2)
    assert "Say" in result.err


def test_a_note_is_read_from_standard_input(two: Book) -> None:
    """`--note -` keeps a note out of the list of processes."""
    ended = two.process("thank", "1", "--note", "-", stdin=None, input=b"caf\xc3\xa9 \n")
    assert ended.returncode == 0
    assert events(two)[0]["note"] == "café"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["add", "Mia Lund", "--from", "@1", "--need", "-"], "need"),
        (["edit", "1", "--need", "-"], "need"),
        (["edit", "1", "--note", "-"], "note"),
        (["note", "1", "-"], "note"),
        (["waive", "1", "thank-referral", "--why", "-"], "note"),
    ],
    ids=" ".join,
)
def test_nothing_private_has_to_stand_on_a_command_line(
    two: Book, arguments: list[str], field: str
) -> None:
    """A private text can come from standard input."""
    ended = two.process(*arguments, stdin=None, input=b"a roof\n")
    assert ended.returncode == 0, ended
    history = two.export()
    assert "a roof" in [
        record.get(field) for kind in ("referrals", "events") for record in history[kind]
    ]


def test_a_clock_that_shows_a_time_twice_is_said(two: Book) -> None:
    """A local time that occurs twice is taken as the first, and the assumption is said once."""
    two.zone("Europe/London").at("2026-11-22T12:00:00Z")
    two("add", "Mia Lund", "--from", "@1", "--at", "2026-10-25 01:30")
    result = two("add", "Kim Wood", "--from", "@1", "--at", "2026-10-25 01:30")
    assert result.err.count("twice") == 1
    assert book_received(two, 4) == "2026-10-25T00:30:00Z"


def book_received(book: Book, number: int) -> str:
    """When a referral was received."""
    (found,) = [r for r in book.export()["referrals"] if r["id"] == number]
    return str(found["received_at"])
