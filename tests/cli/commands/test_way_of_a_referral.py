"""The steps of a referral, from the first call to the end."""

from __future__ import annotations

import pytest

from tests.support.commands import SATURDAY, events, kinds, of_debts, person, refused
from tests.support.driver import Book

SUNDAY = "2026-11-22T10:00:00Z"


def test_an_unanswered_call_is_an_attempt(two: Book) -> None:
    """`contact` is talk, `contact --no-answer` an attempt that is followed by another."""
    result = two("contact", "1", "--no-answer", "--by", "call")
    assert "no answer" in result.out
    assert kinds(two) == ["attempted"]
    assert ("contact-prospect", 1) not in of_debts(two)
    two.at(SATURDAY)
    assert two("contact", "2").out.startswith("2  Contacted Priya Nair.")
    two.at(SUNDAY)
    assert ("try-again", 1) in of_debts(two)


def test_the_third_attempt_asks_for_an_introduction(two: Book) -> None:
    """Three tries in vain owe the source a question, which `tell` or `done` settles."""
    for day in (20, 21, 22):
        two.at(f"2026-11-{day}T16:00:00Z")("contact", "1", "--no-answer")
    assert ("ask-introduction", 1) in of_debts(two)
    two("done", "1")  # the thanks stand first
    two("done", "1")
    assert kinds(two)[-2:] == ["thanked", "told"]
    assert ("ask-introduction", 1) not in of_debts(two)


def test_a_referral_from_receipt_to_delivery(two: Book) -> None:
    """Each step says what it recorded, and next the courtesy that it raised."""
    two("thank", "1")
    assert ": Thank Sam Ortiz: you met Dana Ruiz" in two("meet", "1").out
    assert "Next, by 19:00: Tell Sam Ortiz that Dana Ruiz signed" in two("win", "1").out
    assert two("tell", "1", "--by", "call").out.count("\n") == 2
    assert two("deliver", "1").out.startswith("1  Delivered to Dana Ruiz.")
    occasions = [item["rule"] for item in two.due()["items"] if item["class"] == "occasion"]
    assert "review-client" in occasions
    assert "return-favour" in occasions


def test_win_needs_no_earlier_step(two: Book) -> None:
    """A sale may be the first thing that is heard."""
    two("win", "Dana")
    assert kinds(two) == ["won"]


@pytest.mark.parametrize(
    ("history", "step", "reason", "meant"),
    [
        ([], ["deliver", "1"], "not won", "reftrack win 1"),
        ([["win", "1"]], ["win", "1"], "won already", "reftrack deliver 1"),
        ([["win", "1"], ["deliver", "1"]], ["deliver", "1"], "delivered already", "review"),
        ([], ["resolve", "1", "done"], "no open problem", "reftrack problem 1"),
        ([], ["explain", "1"], "nothing to explain", "reftrack tell 1"),
        ([["lose", "1", "--why", "x"]], ["lose", "1", "--why", "y"], "closed", "contact 1"),
        ([["lose", "1", "--why", "x"]], ["decline", "1", "--why", "y"], "closed", "contact 1"),
        ([["lose", "1", "--why", "x"]], ["refer-out", "1", "--to", "Kim"], "closed", "contact 1"),
        ([["lose", "1", "--why", "x"]], ["deliver", "1"], "not won", "reftrack win 1"),
        ([["decline", "1", "--why", "x"]], ["lose", "1", "--why", "y"], "closed", "contact 1"),
        (
            [["decline", "1", "--why", "x"], ["refer-out", "1", "--to", "Kim"]],
            ["refer-out", "1", "--to", "Lee"],
            "closed",
            "contact 1",
        ),
        ([["problem", "1", "late"]], ["explain", "1"], "open problem", "reftrack tell 1"),
        (
            [["problem", "1", "late"], ["resolve", "1", "free"]],
            ["resolve", "1", "more"],
            "no open problem",
            "reftrack problem 1",
        ),
        ([], ["refer-out", "1", "--to", "Sam Ortiz"], "own source", "will serve them"),
        ([], ["refer-out", "1", "--to", "@2"], "own prospect", "will serve them"),
    ],
)
def test_an_impossible_step_is_refused_with_the_one_that_was_meant(
    two: Book, history: list[list[str]], step: list[str], reason: str, meant: str
) -> None:
    """Refused with 1, the reason, and the command that was probably meant."""
    for command in history:
        two(*command)
    error = refused(two, *step).err
    assert reason in error
    assert meant in error
    last = error.splitlines()[-1]
    assert "reftrack" not in last or not last.endswith("."), "a command can be copied as it stands"


def test_talk_reopens_a_closed_referral_and_says_so(two: Book) -> None:
    """After a loss `contact` opens it again, in so many words."""
    two("lose", "1", "--why", "A cousin does it")
    assert "open again" in two("contact", "1").out
    assert "open again" not in two("contact", "1").out
    two("decline", "1", "--why", "Too far")
    assert "open again" in two("win", "1").out


def test_a_decline_is_followed_by_refer_out(two: Book) -> None:
    """`refer-out` after a no settles the search, and counts as a referral given."""
    result = two("decline", "1", "--why", "Outside our area")
    assert "Outside our area" in result.out
    assert ("find-better", 1) in of_debts(two)
    two("refer-out", "1", "--to", "Kim Wood")
    assert ("find-better", 1) not in of_debts(two)
    (out,) = events(two, "referred-out")
    (given,) = events(two, "given")
    assert out["data"] == {"to": person(two, "Kim Wood")["uid"]}
    assert (given["person"], given["data"]) == (5, {"prospect": "Dana Ruiz"})
    assert given["at"] == out["at"]


def test_refer_out_needs_no_decline(two: Book) -> None:
    """One may send a prospect on without a word of no before."""
    two("refer-out", "Dana", "--to", "Kim Wood")
    assert kinds(two) == ["referred-out", "given"]
    assert of_debts(two)[:2] != []


def test_a_problem_is_told_and_put_right(two: Book) -> None:
    """Its words are shareable: the source's line repeats them."""
    result = two("problem", "1", "The survey came late")
    assert "The survey came late" in result.out
    assert ("report-problem", 1) in of_debts(two)
    two("tell", "1")
    two("resolve", "1", "A new survey, free of charge")
    item = next(i for i in two.due()["items"] if i["rule"] == "report-resolution")
    assert "A new survey, free of charge" in item["action"]
    two("done", "1")
    assert [e["data"] for e in events(two) if e["data"]] == [
        {"text": "The survey came late"},
        {
            "text": "A new survey, free of charge",
            "problem": events(two, "problem")[0]["uid"],
        },
    ]


def test_several_referrals_are_all_or_nothing(two: Book) -> None:
    """One REF that does not fit keeps all of them as they were."""
    for verb in (["thank"], ["contact"], ["meet"], ["win"], ["tell"], ["done"]):
        refused(two, *verb, "1", "999")
        text = ["--text", "news"] if verb == ["tell"] else []
        refused(two, *verb, "1", "2", "nobody of that name", *text)
    two("win", "1")
    refused(two, "win", "2", "1")
    refused(two, "deliver", "1", "2")
    refused(two, "lose", "1", "999", "--why", "moved")
    assert kinds(two) == ["won"]


@pytest.mark.parametrize("verb", ["thank", "contact", "meet", "win", "tell", "done"])
def test_several_referrals_at_once(two: Book, verb: str) -> None:
    """Each gets its line, and one named twice is meant once."""
    result = two(verb, "2", "Dana", "2")
    assert [line.split()[0] for line in result.out.splitlines()][:2] == ["2", "1"]
    assert sorted(event["referral"] for event in events(two)) == [1, 2]
