"""`thank`, `tell`, `explain`, `educate`: what a source hears."""

from __future__ import annotations

import pytest

from tests.support.commands import SATURDAY, events, of_debts, refused
from tests.support.driver import Book


def test_thank_settles_and_says_what_comes_next(two: Book) -> None:
    """Two lines: what was recorded; what that settled, and the debt that stays, with its command."""
    result = two.at(SATURDAY)("thank", "1", "--by", "card")
    assert result.out.splitlines() == [
        "1  Thanked Sam Ortiz for Dana Ruiz, by card.",
        (
            "Settled: thank-referral."
            " Still owed: call Dana Ruiz (from Sam Ortiz), by 15:00 (reftrack contact 1)."
        ),
    ]
    assert of_debts(two)[0] == ("thank-referral", 2)


def test_thank_a_person_covers_everything_open_to_them(two: Book) -> None:
    """One card for every open thanks to a person; none open is an error."""
    two("add", "Mia Lund", "--from", "Sam Ortiz")
    two("add", "Kim Wood", "--from", "Sam Ortiz", "--thanked", "call")
    result = two("thank", "Sam Ortiz", "--by", "ca", "--note", "nice paper", code=2)
    assert "card, call" in result.err
    two("thank", "Sam Ortiz", "--by", "card", "--note", "nice paper")
    thanks = events(two, "thanked")[1:]
    assert [(e["referral"], e["channel"], e["note"]) for e in thanks] == [
        (1, "card", "nice paper"),
        (3, "card", "nice paper"),
    ]
    assert "no thanks to Sam Ortiz (@1) are open" in refused(two, "thank", "@1").err


def test_a_gift_is_kept(two: Book) -> None:
    """`--gift` says what was given."""
    two("thank", "1", "--gift", "a bottle of wine", "--by", "gift")
    (thanks,) = events(two)
    assert (thanks["data"], thanks["channel"]) == ({"gift": "a bottle of wine"}, "gift")


@pytest.mark.parametrize(
    "arguments",
    [
        ["thank", "3", "--gift", "wine"],
        ["thank", "3", "--by", "gift"],
        ["thank", "1", "3", "--gift", "wine"],
        ["thank", "Joe Kerr", "--gift", "wine"],
        ["thank", "Joe Kerr", "--by", "gift"],
        ["tell", "3", "news", "--by", "gift"],
        ["tell", "Joe Kerr", "--by", "gift"],
        ["explain", "3", "--by", "gift"],
        ["educate", "3", "--by", "gift"],
        ["contact", "3", "--by", "gift"],
        ["add", "Lee Park", "--from", "Joe Kerr", "--kind", "co-worker", "--thanked", "gift"],
    ],
    ids=" ".join,
)
def test_no_gift_for_a_co_worker_whatever_the_command(two: Book, arguments: list[str]) -> None:
    """A reward between colleagues is refused with the reason, and nothing is recorded."""
    two("add", "Kim Wood", "--from", "Joe Kerr", "--kind", "co-worker")
    assert "conflict of interest" in refused(two, *arguments).err


def test_done_never_records_a_gift(two: Book) -> None:
    """A source who wishes for gifts gets thanks from `done`, no gift on record."""
    two("add", "Kim Wood", "--from", "Joe Kerr", "--kind", "co-worker")
    two("wish", "Joe Kerr", "--by", "gift")
    two("done", "3")
    assert events(two, "thanked")[0]["channel"] != "gift"


def test_tell_takes_news_and_several(two: Book) -> None:
    """The last word that is no number is the news; without one it is told without words."""
    two("tell", "1", "2", "They meet on Friday", "--by", "email")
    two("tell", "2", "1")
    two("tell", "1", "--text", "42")
    assert [(e["referral"], e["data"].get("text"), e["channel"]) for e in events(two, "told")] == [
        (1, "They meet on Friday", "email"),
        (2, "They meet on Friday", "email"),
        (2, None, None),
        (1, None, None),
        (1, "42", None),
    ]


def test_tell_a_person_covers_every_live_referral(two: Book) -> None:
    """News to a person is news on what is live of theirs, not on what has ended."""
    two("add", "Mia Lund", "--from", "Sam Ortiz")
    two("add", "Kim Wood", "--from", "Sam Ortiz")
    two("add", "Sam Ortiz", "--from", "Sam Ortiz")
    two("lose", "3", "--why", "moved away")
    two("tell", "@1", "All goes well")
    assert [event["referral"] for event in events(two, "told")] == [1, 4]
    two("lose", "1", "4", "--why", "moved away")
    assert "no live referral" in refused(two, "tell", "@1", "All goes well").err


def test_news_that_could_be_a_name_is_asked_back(two: Book) -> None:
    """`tell 1 Priya` may be news or another referral: refused, with both ways to say it."""
    result = refused(two, "tell", "1", "Priya", code=2)
    assert "--text 'Priya'" in result.err


def test_explain_needs_something_to_explain(two: Book) -> None:
    """A loss and a full book are explained; news is `tell`, as the refusal says."""
    assert "reftrack tell 1" in refused(two, "explain", "1").err
    two("lose", "1", "--why", "A cousin does it")
    result = two("explain", "1", "--by", "call")
    assert result.out.splitlines()[0] == "1  Explained Dana Ruiz to Sam Ortiz, by phone."
    two("pause")
    two("add", "Mia Lund", "--from", "Joe Kerr")
    assert ("explain-capacity", 3) in of_debts(two)
    two("explain", "3")
    assert ("explain-capacity", 3) not in of_debts(two)


def test_a_poor_fit_is_followed_by_educate(two: Book) -> None:
    """`rate REF poor` owes the source a word, which `educate` on either settles."""
    two("rate", "1", "poor")
    assert ("educate-source", 1) in of_debts(two)
    two("educate", "1")
    assert ("educate-source", 1) not in of_debts(two)
    two("rate", "2", "POOR")
    two("educate", "Tom Beck", "--by", "email")
    assert of_debts(two).count(("educate-source", 2)) == 0
    assert "@3" in refused(two, "educate", "Tom Beck").err
    refused(two, "rate", "1", "fair", code=2)
