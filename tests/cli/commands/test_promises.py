"""Promises: made to somebody, due, kept, and told apart where several are open."""

from __future__ import annotations

import pytest

from tests.support.commands import SATURDAY, events, kinds, refused
from tests.support.driver import Book


@pytest.fixture
def several(two: Book) -> Book:
    """Two promises to Sam and one to Dana, all about referral 1 but the second to Sam."""
    two("promise", "1", "Send the plans of the roof", "--due", "wed")
    two("promise", "@1", "Send the plans of the kitchen", "--due", "tue 10:00")
    two("promise", "1", "Ask the architect", "--due", "mon", "--source")
    return two


def first(book: Book, *arguments: str) -> str:
    """The first line of the answer."""
    return book(*arguments).out.splitlines()[0]


def open_ones(book: Book) -> list[tuple[str, str]]:
    """The promises that are due, with the command of each."""
    items = book.due()["items"]
    return [(item["action"], item["command"]) for item in items if item["rule"] == "keep-promise"]


def test_a_promise_has_a_day_or_an_hour(two: Book) -> None:
    """It is made to the prospect, with --source to the source, or to a person."""
    said = [
        first(two, "promise", "1", "Send the plans", "--due", "wed"),
        first(two, "promise", "dana", "Ask  the architect", "--due", "mon 10:00", "--source"),
        first(two, "promise", "@4", "Send the bill", "--due", "in 2h"),
    ]
    assert said == [
        "@2  Promised Dana Ruiz by the end of Wed 25 Nov 2026: Send the plans.",
        "@1  Promised Sam Ortiz by Mon 23 Nov 2026, 10:00: Ask the architect.",
        "@4  Promised Priya Nair by Fri 20 Nov 2026, 17:00: Send the bill.",
    ]
    uid = two.export()["referrals"][0]["uid"]
    assert [(event["person"], event["data"]) for event in events(two)] == [
        (2, {"text": "Send the plans", "on": "2026-11-25", "referral": uid}),
        (1, {"text": "Ask the architect", "due": "2026-11-23T10:00:00Z", "referral": uid}),
        (4, {"text": "Send the bill", "due": "2026-11-20T17:00:00Z"}),
    ]


def test_it_is_due_when_it_was_said(several: Book) -> None:
    """Each is a line of its own, with what was promised and the command that settles it."""
    assert open_ones(several) == [
        (
            "Keep your promise to Sam Ortiz: Ask the architect",
            "reftrack keep @1 'Ask the architect'",
        ),
        (
            "Keep your promise to Sam Ortiz: Send the plans of the kitchen",
            "reftrack keep @1 'Send the plans of'",
        ),
        ("Keep your promise to Dana Ruiz: Send the plans of the roof", "reftrack keep @2"),
    ]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (["@2"], "@2  Kept the promise to Dana Ruiz: Send the plans of the roof."),
        (["dana"], None),
        (["1", "ask"], "@1  Kept the promise to Sam Ortiz: Ask the architect."),
        (["1", "ÁSK   the"], "@1  Kept the promise to Sam Ortiz: Ask the architect."),
        (["@1", "send"], "@1  Kept the promise to Sam Ortiz: Send the plans of the kitchen."),
        (["1", "send"], "@2  Kept the promise to Dana Ruiz: Send the plans of the roof."),
    ],
)
def test_the_beginning_of_its_words_is_enough(
    several: Book, words: list[str], kept: str | None
) -> None:
    """Of a referral what was promised about it, of a person what was promised to them."""
    if kept is None:
        refused(several, "keep", *words)
        return
    assert first(several, "keep", *words) == kept
    (event,) = events(several, "kept")
    named = {each["uid"]: each for each in events(several, "promised")}[event["data"]["promise"]]
    assert kept.endswith(f"{named['data']['text']}.")
    assert len(open_ones(several)) == 2


def test_off_a_terminal_several_are_listed(several: Book) -> None:
    """With the words that tell one from the others."""
    assert refused(several, "keep", "@1").err.splitlines() == [
        "error: 2 promises are open.",
        "  Send the plans of the kitchen, by Tue 24 Nov 2026, 10:00",
        "  Ask the architect, by the end of Mon 23 Nov 2026",
        "Say which: reftrack keep @1 'Send the plans of'",
    ]


def test_at_a_terminal_it_is_asked_which(several: Book) -> None:
    """By its place in the list; what is no place is asked again."""
    shown = several.screen("keep", "@1", keys="7\n2\n")
    assert shown.code == 0, shown
    assert "Which promise is kept?" in shown.out
    assert "2  Ask the architect, by the end of Mon 23 Nov 2026" in shown.out
    assert [action for action, _ in open_ones(several)] == [
        "Keep your promise to Sam Ortiz: Send the plans of the kitchen",
        "Keep your promise to Dana Ruiz: Send the plans of the roof",
    ]


def test_two_in_the_same_words_are_told_apart_by_their_day(two: Book) -> None:
    """The command of each line names the day; without it, it is refused."""
    two("promise", "@1", "Send the plans", "--due", "mon")
    two("promise", "@1", "send the PLANS", "--due", "tue 10:00")
    assert [settling for _, settling in open_ones(two)] == [
        "reftrack keep @1 'Send the plans' --due 2026-11-23",
        "reftrack keep @1 'send the PLANS' --due 2026-11-24T10:00:00Z",
    ]
    refused(two, "keep", "@1", "send the plans")
    two("keep", "@1", "send the PLANS", "--due", "2026-11-24T10:00:00Z")
    assert [settling for _, settling in open_ones(two)] == ["reftrack keep @1"]


def test_what_nothing_tells_apart_is_one_promise(two: Book) -> None:
    """Said twice in the same words for the same day: kept once, it is kept."""
    two("promise", "@1", "Send the plans", "--due", "mon")
    two("promise", "@1", "Send the plans", "--due", "mon")
    assert first(two, "keep", "@1") == "@1  Kept the promise to Sam Ortiz: Send the plans."
    assert open_ones(two) == []


def test_where_none_is_open_it_is_refused(two: Book) -> None:
    """With the command that makes one; a kept one is kept, and one that begins otherwise is none."""
    error = refused(two, "keep", "@1").err
    assert error.splitlines()[1] == "To record one: reftrack promise @1 TEXT --due WHEN"
    two("promise", "@1", "Send the plans", "--due", "mon")
    error = refused(two, "keep", "@1", "call").err
    assert error.splitlines()[1] == "One that is: reftrack keep @1 'Send the plans'"
    two("keep", "@1")
    refused(two, "keep", "@1")


@pytest.mark.parametrize(
    "words",
    [
        ["promise", "1", "Send the plans"],
        ["promise", "1", "--due", "mon"],
        ["promise", "1", " ", "--due", "mon"],
        ["promise", "1", "TEXT", "--due", "mon"],
        ["promise", "1", "Send the plans", "--due", "yesterday"],
        ["promise", "1", "Send the plans", "--due", "some day"],
        ["promise", "@1", "Send the plans", "--due", "mon", "--source"],
        ["keep"],
    ],
)
def test_what_is_no_promise_is_refused(two: Book, words: list[str]) -> None:
    """Nothing is recorded of it."""
    refused(two, *words, code=2)


def test_each_can_be_undone(several: Book) -> None:
    """A kept promise is open again, one that is taken back is none."""
    several("keep", "@2")
    assert "Kept the promise to Dana Ruiz" in several("undo").out
    assert len(open_ones(several)) == 3
    assert "Promised Sam Ortiz by the end of Mon 23 Nov 2026" in several("undo").out
    assert kinds(several) == ["promised", "promised"]


def test_it_is_found_shown_and_told_to_nobody(several: Book) -> None:
    """`find` and `show` know its words; a calendar has the name and the day alone."""
    assert "reftrack show @1" in several("find", "kitchen").out
    shown = several("show", "@1").out
    assert "promised  Ask the architect; on Mon 23 Nov 2026" in shown
    assert "promised  Send the plans of the kitchen; by Tue 24 Nov 2026, 10:00" in shown
    several("keep", "@1", "ask")
    assert "kept  Ask the architect" in several("show", "@1").out
    feed = several("export", "--format", "ics").out
    assert "SUMMARY:Keep your promise to Sam Ortiz\r\n" in feed
    assert "architect" not in feed
    assert "kitchen" not in feed


def test_a_walk_keeps_the_one_that_it_shows(several: Book) -> None:
    """Where several are open, its words go with the answer."""
    shown = several.at("2026-11-23T09:00:00Z").screen("walk", keys="k\nk\nk\nk\nd\nq\n")
    assert "Kept the promise to Sam Ortiz: Ask the architect." in shown.out, shown.out
    assert len(events(several, "kept")) == 1


def test_what_was_promised_yesterday_was_promised_then(two: Book) -> None:
    """As everything that is recorded late."""
    two.at(SATURDAY)
    said = first(two, "promise", "1", "Send it", "--due", "mon", "--at", "yesterday 16:00")
    assert said.endswith("(Fri 20 Nov 2026, 16:00).")
    refused(two, "keep", "@2", "--at", "yesterday 15:30")
