"""`sources` and `show PERSON`: who sends referrals, and whether I am good to them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from reftrack.store.outlook import Outlook
from tests.support.driver import Book
from tests.support.files import bytes_of
from tests.support.histories import ZONES
from tests.support.prepared import made_once
from tests.support.random_history import random_history
from tests.support.sweeps import seeds


@pytest.fixture
@made_once
def three(book: Book) -> Book:
    """Sam sent Dana and Kim, Ana sent Tom, all on Friday 20 November at 15:00."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--tie", "cousin")
    book("add", "Kim Wood", "--from", "Sam Ortiz")
    book("add", "Tom Beck", "--from", "Ana Silva")
    return book


def sources(book: Book) -> dict[str, dict[str, Any]]:
    """The rows of `sources --json`, by name, in its order."""
    found = json.loads(book("sources", "--json").out)["sources"]
    return {row["source"]["name"]: row for row in found}


def settle(book: Book, now: str = "2026-11-20T16:00") -> None:
    """Everything owed on the three at once is done."""
    book.at(now)
    for number in ("1", "2", "3"):
        book("thank", number)
        book("contact", number)


def test_what_became_of_their_referrals(three: Book) -> None:
    """Sent, live, won and how they fitted; new business from themselves is not sent."""
    three("win", "1")
    three("lose", "2", "--why", "Moved")
    three("rate", "1", "poor")
    three("rate", "1", "good")
    three("rate", "2", "poor")
    three("add", "Sam Ortiz", "--from", "Sam Ortiz", "--kind", "expansion")
    sam = sources(three)["Sam Ortiz"]
    assert (sam["sent"], sam["live"], sam["won"]) == (2, 1, 1)
    assert sam["fit"] == {"good": 1, "poor": 1}
    assert "Sam Ortiz: 2 sent, 1 live, 1 won, 1 a good fit, 1 a poor fit" in three("sources").out


def test_who_only_came_back_is_no_source(book: Book) -> None:
    """An expansion makes nobody a source."""
    book("add", "Sam Ortiz", "--from", "Sam Ortiz", "--kind", "expansion")
    assert sources(book) == {}


@pytest.mark.parametrize(
    ("given", "won", "let_go", "said"),
    [
        (0, 0, False, "no favours yet"),
        (0, 1, False, "1 favour to return"),
        (0, 2, False, "2 favours to return"),
        (1, 1, False, "favours even"),
        (2, 1, False, "1 favour ahead"),
        (2, 0, False, "2 favours ahead"),
        (0, 1, True, "favours even"),
    ],
)
def test_favours_are_a_balance_in_words(
    three: Book, given: int, won: int, let_go: bool, said: str
) -> None:
    """Favours done for me, by me and let go are counted in words; nobody owes me."""
    for number in range(won):
        three("win", str(number + 1))
    if let_go:
        three("waive", "@1", "return-favour", "--why", "She has enough work")
    for _ in range(given):
        three("refer", "Lee Park", "--to", "@1")
    favours = sources(three)["Sam Ortiz"]["favours"]
    assert favours == {"received": won, "let_go": int(let_go), "given": given, "balance": said}
    assert said in three("sources").out


def test_promptness_is_told_in_words(three: Book) -> None:
    """Debts that were done, or that ended too late, and how many of them were done in time."""
    assert "nothing done yet" in three("sources").out
    three("thank", "1")
    three.at("2026-11-21T15:00:01")("thank", "2")
    three.at("2026-11-21T15:00:01")("thank", "3")
    found = sources(three)
    assert found["Sam Ortiz"]["promptness"] == {"in_time": 1, "of": 2, "said": "1 of 2 in time"}
    assert found["Ana Silva"]["promptness"]["said"] == "0 of 1 in time"


def test_what_was_let_lapse_is_not_in_time(three: Book) -> None:
    """A debt that ended after its deadline without being done counts; one before it does not."""
    settle(three)
    three("meet", "1")
    three("win", "1")  # moot within its time
    assert sources(three)["Sam Ortiz"]["promptness"]["of"] == 2
    three.at("2026-11-23T09:00")("waive", "1", "announce-win", "--why", "They knew")
    found = sources(three)["Sam Ortiz"]
    assert (found["promptness"]["in_time"], found["promptness"]["of"]) == (2, 3)
    assert found["promptness"]["said"] == "2 of 3 in time before"
    assert found["standing"] == "at risk"


def test_at_risk_comes_first_then_who_sent_the_most(three: Book) -> None:
    """A source who waits for an overdue debt heads the list, with the way to it."""
    settle(three)
    three("win", "3")
    three("add", "Priya Nair", "--from", "Joe Kerr", "--thanked", "card", "--contacted")
    three.at("2026-11-20T21:00")
    assert list(sources(three)) == ["Ana Silva", "Sam Ortiz", "Joe Kerr"]
    assert [row["standing"] for row in sources(three).values()] == ["at risk", "new", "new"]
    lines = three("sources").out.splitlines()
    assert lines[0] == "Friday 20 November, 21:00. 3 sources, 4 referrals."
    assert lines[1] == (
        "AT RISK  @4  Ana Silva: 1 sent, 1 live, 1 won  1 overdue"
        "  last touch Fri, 1 of 1 in time before, 1 favour to return  reftrack due --for @4"
    )
    assert lines[2] == (
        "SOURCES  @1  Sam Ortiz: 2 sent, 2 live  new"
        "  last touch Fri, 2 of 2 in time, no favours yet  reftrack show @1"
    )


def test_an_occasion_never_puts_anybody_at_risk(three: Book) -> None:
    """A preference to ask or a favour to return is no debt."""
    settle(three)
    three("lose", "3", "--why", "Moved")
    three("explain", "3")
    three.at("2026-12-18T09:00")
    assert sources(three)["Ana Silva"]["standing"] == "new"


@pytest.mark.parametrize(
    ("now", "standing"),
    [
        ("2026-12-20T15:00:00", "new"),
        ("2026-12-20T15:00:01", "steady"),
        ("2027-02-18T17:00:00", "steady"),
        ("2027-02-18T17:00:01", "silent"),
    ],
)
def test_new_steady_silent(three: Book, now: str, standing: str) -> None:
    """New for 30 days; silent once neither of us was heard for 90."""
    settle(three)
    three("lose", "3", "--why", "Moved")
    three.at("2026-11-20T17:00")("explain", "3")
    three.at(now)
    assert sources(three)["Ana Silva"]["standing"] == standing


def test_who_wishes_to_hear_less_often_is_silent_later(three: Book) -> None:
    """A wish for news every 120 days is respected."""
    settle(three)
    three("lose", "3", "--why", "Moved")
    three("explain", "3")
    three("wish", "@4", "--updates", "120d")
    assert sources(three.at("2027-03-19T09:00"))["Ana Silva"]["standing"] == "steady"
    assert sources(three.at("2027-03-21T09:00"))["Ana Silva"]["standing"] == "silent"


def test_the_last_touch_is_a_word_to_them(three: Book) -> None:
    """Thanks, news or an explanation on any referral of theirs; a call to a prospect is none."""
    assert sources(three)["Sam Ortiz"]["last_touch_at"] is None
    assert "no touch yet" in three("sources").out
    three.at("2026-11-20T16:00")("tell", "1")
    three.at("2026-11-20T17:00")("contact", "2")
    assert sources(three)["Sam Ortiz"]["last_touch_at"] == "2026-11-20T16:00:00Z"


def test_limit(three: Book) -> None:
    """At most so many, and how many more there are."""
    out = three("sources", "--limit", "1").out
    assert "MORE  1 not shown  reftrack sources" in out
    assert "Ana" not in out
    assert len(json.loads(three("sources", "--json", "--limit", "1").out)["sources"]) == 1


def test_an_empty_book_and_none(book: Book) -> None:
    """Nothing to list is no error, and makes no file."""
    assert "Begin with" in book("sources").out
    assert json.loads(book("sources", "--json").out)["sources"] == []
    assert not book.path.exists()
    book("missed", "Sam Ortiz")
    assert "Begin with" in book("sources").out


@pytest.mark.parametrize("columns", [40, 80, 140])
def test_screens_fit(three: Book, columns: int) -> None:
    """No line is wider than the screen, and nothing is cut."""
    settle(three)
    three("win", "1")
    three.at("2026-11-22T09:00")
    for command in (["sources"], ["show", "@1"], ["why", "1"], ["why", "@1"], ["ask"]):
        shown = re.sub(r"\x1b\[[0-9;]*m", "", three.screen(*command, columns=columns).out)
        assert all(len(line) <= columns for line in shown.splitlines())
        assert "…" not in shown


@seeds(4, 16)
def test_kept_and_computed_agree(book: Book, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sums over the projections are those of the history; and reading changes no byte."""
    history = random_history(seed, people=5, referrals=9, events=80)
    book.zone(ZONES[seed % len(ZONES)]).at("2199-06-01").load(history)
    files = bytes_of(book)
    kept = book("sources", "--json").out
    with monkeypatch.context() as patched:
        patched.setattr(Outlook, "has_valid_projections", False)
        assert book("sources", "--json").out == kept
    for person in history["people"]:
        book("show", f"@{person['id']}")
        book("show", f"@{person['id']}", "--json")
    book.at(sorted(event["at"] for event in history["events"])[len(history["events"]) // 2])
    book("sources")
    assert files == bytes_of(book)


# show PERSON


@pytest.fixture
@made_once
def family(book: Book) -> Book:
    """Ada sent Ben, Ben sent Cleo, Cleo sent Dan and Eva, Dan sent Fay; a day apart."""
    pairs = (("Ben", "Ada"), ("Cleo", "Ben"), ("Dan", "Cleo"), ("Eva", "Cleo"), ("Fay", "Dan"))
    for day, (prospect, source) in enumerate(pairs, start=1):
        book.at(f"2026-11-0{day}T09:00")
        book("add", f"{prospect} Hill", "--from", f"{source} Hill", "--tie", "child")
    return book.at("2026-11-20T09:00")


def test_the_chain_back_to_the_first_source(family: Book) -> None:
    """A person is shown with who referred them, and who referred these."""
    out = family("show", "@3").out
    assert "Came 2:  from Ben Hill, child (received)" in out
    assert "Chain:  Ada Hill referred Ben Hill (1), who referred Cleo Hill (2)" in out
    document = json.loads(family("show", "@3", "--json").out)
    assert [link["referral"] for link in document["chain"]] == [1, 2]


def test_the_chain_on_to_whom_they_led(family: Book) -> None:
    """A person is shown with whom they sent, tie and stage, and whom these sent."""
    family("win", "3")
    out = family("show", "@3").out
    assert "Sent 3:  Dan Hill (won), child" in out
    assert "Led to 5:  Dan Hill referred Fay Hill (received)" in out
    first = family("show", "@1").out
    assert [line.split(":")[0] for line in first.splitlines() if line.startswith("Led")] == [
        "Led to 2",
        "Led to 3",
        "Led to 4",
        "Led to 5",
    ]
    assert "Chain" not in first
    # The same where the kept standings do not hold and all is worked out anew.
    family.configure('[policy]\nupdate_every = "20d"\n')
    assert family("show", "@3").out == out
    assert family("show", "@1").out == first
    assert family("show", "hill", code=1).err.count("received") == 4


def test_people_who_sent_each_other_are_no_endless_chain(book: Book) -> None:
    """A chain that comes back to its beginning ends there."""
    book("add", "Ben Hill", "--from", "Ada Hill")
    book("add", "Ada Hill", "--from", "Ben Hill")
    book("add", "Ada Hill", "--from", "Ada Hill", "--kind", "expansion")
    document = json.loads(book("show", "@1", "--json").out)
    assert [link["referral"] for link in document["chain"]] == [1, 2]
    assert [link["referral"] for link in document["led_to"]] == [2]


def test_favours_and_touches_are_part_of_the_story(three: Book) -> None:
    """The story has what passed between us, and when they last heard from me."""
    settle(three)
    three("win", "1")
    three.at("2026-11-21T10:00")("refer", "Lee Park", "--to", "@1")
    out = three("show", "@1").out
    assert "Favours:  favours even: 1 good referral from them, 1 given (Lee Park, Sat)" in out
    assert "Touches:  2, the last Fri 20 Nov 2026, 16:00" in out
    assert "Fri 20 Nov 2026, 15:00:  1: received" in out
    document = json.loads(three("show", "@1", "--json").out)
    assert (document["touches"], document["last_touch_at"]) == (2, "2026-11-20T16:00:00Z")
    assert document["favours"]["balance"] == "favours even"


def test_a_long_line_of_followers_is_cut(book: Book) -> None:
    """A source of very many is shown with the first of them, and how many more."""
    at = "2026-11-01T09:00:00Z"
    people = [{"id": n, "name": f"Person {n}"} for n in range(1, 26)]
    referrals = [
        {"id": n, "source": n, "prospect": n + 1, "kind": "client", "received_at": at}
        for n in range(1, 25)
    ]
    book.load({"schema": "reftrack.history/1", "people": people, "referrals": referrals})
    out = book("show", "@1").out
    assert out.count("Led to") == 21
    assert "Led to:  3 more" in out
