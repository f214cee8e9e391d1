"""`ask`: who has earned it, who has not, and exactly what is missing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reftrack.domain.times import instant_of
from tests.support.driver import Book, Result
from tests.support.files import bytes_of
from tests.support.histories import ZONES
from tests.support.prepared import made_once
from tests.support.random_history import random_history
from tests.support.sweeps import seeds

HAPPY = ("--agreed", "--delivered", "--happy")


@pytest.fixture
@made_once
def one(book: Book) -> Book:
    """Sam (@1) referred Dana (@2); she was won and delivered to."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("win", "1")
    book("deliver", "1")
    return book


def people(book: Book) -> list[dict[str, Any]]:
    """The rows of `ask --json`."""
    found: list[dict[str, Any]] = json.loads(book("ask", "--json").out)["people"]
    return found


def refused(book: Book, *arguments: str) -> str:
    """The words of the refusal; nothing was recorded."""
    before = book.path.read_bytes()
    result: Result = book("ask", *arguments, code=1)
    assert book.path.read_bytes() == before
    return result.err


def test_it_begins_with_a_review(one: Book) -> None:
    """Work that is finished asks for a review first; a good one earns the right."""
    (row,) = people(one)
    assert (row["earned"], row["command"]) == (False, "reftrack review @2 ANSWERS")
    assert [why["code"] for why in row["missing"]] == ["never-reviewed"]
    one("review", "@2", *HAPPY)
    (row,) = people(one)
    assert (row["earned"], row["command"]) == (True, "reftrack ask @2")
    assert row["ticks"] == {"agreed": True, "delivered": True, "happy": True}
    assert one("ask").out.splitlines() == [
        "Friday 20 November, 15:00. 1 of 1 may be asked.",
        (
            "EARNED  @2  Dana Ruiz: agreed, delivered, happy  by 4 Dec  not asked in a year"
            "  reftrack ask @2"
        ),
    ]
    one("ask", "@2")
    (row,) = people(one)
    assert [why["code"] for why in row["missing"]] == ["used"]
    assert "ASKED  @2  Dana Ruiz: agreed, delivered, happy  asked Fri" in one("ask").out


@pytest.mark.parametrize(
    ("commands", "said", "first"),
    [
        (
            [],
            "their work is finished, and nobody asked how it went.",
            "First: reftrack review @2 ANSWERS. ",
        ),
        (
            ["review @2 --agreed --delivered --unhappy"],
            "the review of Fri 20 Nov says not happy.",
            "First: reftrack review @2 ANSWERS. ",
        ),
        (
            ["review @2 --agreed --delivered --happy --busy-until 2026-12-01"],
            "they are busy until Tue 1 Dec, 00:00.",
            "",
        ),
        (
            ["review @2 --agreed --delivered --happy", "problem 1 Late"],
            "the problem on 1 is not put right.",
            "First: reftrack resolve 1 TEXT. ",
        ),
        (
            ["ask @2 --anyway", "ask @2 --anyway", "review @2 --agreed --delivered --happy"],
            "asked twice in the year before the review (Fri 20 Nov and Fri 20 Nov).",
            "",
        ),
        (
            ["review @2 --agreed --delivered --happy", "ask @2"],
            "asked since the review (Fri 20 Nov, 15:00).",
            "First: reftrack review @2 ANSWERS. ",
        ),
        (
            ["pause", "review @2 --agreed --delivered --happy"],
            "you take no new referrals since Fri 20 Nov, 15:00.",
            "First: reftrack resume. ",
        ),
        (
            ["review @2 --agreed --not-delivered --unhappy", "problem 1 Late"],
            (
                "the review of Fri 20 Nov says not all delivered and not happy;"
                " the problem on 1 is not put right."
            ),
            "First: reftrack review @2 ANSWERS. ",
        ),
    ],
)
def test_a_refusal_says_all_that_is_missing(
    one: Book, commands: list[str], said: str, first: str
) -> None:
    """Each lack, what to do about it, and that it can be recorded all the same."""
    for command in commands:
        one(*command.split())
    error, hint = refused(one, "@2").splitlines()
    assert error == f"error: the right to ask Dana Ruiz is not earned: {said}"
    assert hint == f"{first}To record it all the same: --anyway"
    (row,) = people(one)
    assert "; ".join(why["said"] for why in row["missing"]) + "." == said
    assert not row["earned"]
    one("ask", "@2", "--anyway")


def test_work_that_goes_on_is_delivered_first(book: Book) -> None:
    """A client who was won and not delivered to is listed with the step that comes first."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert people(book) == []
    assert "Nobody yet" in book("ask").out
    book("win", "1")
    assert "NOT YET  @2  Dana Ruiz: not reviewed  the work goes on; not asked in a year" in (
        book("ask").out
    )
    assert "First: reftrack deliver 1. " in refused(book, "@2")
    assert "never reviewed, and no work of theirs is finished" in refused(book, "@1")
    book("lose", "1", "--why", "Moved")
    assert people(book) == []


def test_a_client_who_came_another_way(book: Book) -> None:
    """Delivered to without a referral, reviewed and asked in the same manner."""
    book("deliver", "Lee Park")
    assert people(book)[0]["person"]["name"] == "Lee Park"
    book("review", "@1", *HAPPY)
    book("ask", "@1")


def test_a_client_who_is_busy_comes_next(one: Book) -> None:
    """First who may be asked by when, then who lacks the least, last who was asked."""
    one("review", "@2", *HAPPY, "--busy-until", "2026-12-01")
    for name in ("Never Reviewed", "Asked Already", "Earned Later", "Earned First", "Not Happy"):
        one("deliver", name)
    one("review", "Asked Already", *HAPPY)
    one("ask", "Asked")
    one("review", "Earned First", *HAPPY)
    one.at("2026-11-20T16:00")("review", "Not Happy", "--agreed", "--delivered", "--unhappy")
    one.at("2026-11-22T16:00")("review", "Earned Later", *HAPPY)
    assert [row["person"]["name"] for row in people(one)] == [
        "Earned First",
        "Earned Later",
        "Dana Ruiz",
        "Never Reviewed",
        "Not Happy",
        "Asked Already",
    ]
    rows = {row["person"]["name"]: row for row in people(one)}
    assert rows["Dana Ruiz"]["busy_until"] == "2026-12-01"
    assert rows["Asked Already"]["asked_at"] == ["2026-11-20T15:00:00Z"]
    out = one("ask").out
    assert "NOT YET  @2  Dana Ruiz: agreed, delivered, happy  from 1 Dec  busy until then" in out
    assert "Not Happy: agreed, delivered, not happy  reviewed Fri 20 Nov; not asked" in out
    assert "MORE  5 not shown  reftrack ask" in one("ask", "--limit", "1").out


def test_asks_are_counted_over_a_year(one: Book) -> None:
    """An ask of more than 365 days ago does not count."""
    one("ask", "@2", "--anyway")
    one.at("2027-11-20T23:00")
    assert len(people(one)[0]["asked_at"]) == 1
    assert "asked once in a year (Fri 20 Nov 2026)" in one("ask").out
    one.at("2027-11-21T00:00")
    assert people(one)[0]["asked_at"] == []


def test_a_rule_that_is_off_reminds_nobody_and_still_has_to_be_earned(one: Book) -> None:
    """Without its reminder the right is the same."""
    one.configure('[rules]\noff = ["ask-for-referrals"]\n')
    refused(one, "@2")
    one("review", "@2", *HAPPY)
    assert people(one)[0]["earned"]
    one("ask", "@2")


def test_the_right_is_that_of_the_instant(one: Book) -> None:
    """An ask said afterwards is judged by what was known when it happened."""
    one.at("2026-11-22T10:00")("review", "@2", *HAPPY)
    one.at("2026-11-23T10:00")
    assert "nobody asked how it went" in refused(one, "@2", "--at", "2026-11-21 10:00")
    one("ask", "@2", "--at", "2026-11-22 11:00")


def test_options_of_the_list_and_of_the_record(one: Book) -> None:
    """Without a person the list is meant, unless an option says that something happened."""
    one("ask", "@2", "--limit", "3", code=2)
    assert "For example: reftrack ask @3" in one("ask", "--anyway", code=2).err


def test_without_a_book(book: Book) -> None:
    """Nobody has earned anything, and no file is made."""
    assert "Begin with" in book("ask").out
    assert people(book) == []
    assert not book.path.exists()


@seeds(4, 16)
def test_the_list_agrees_with_due(book: Book, seed: int) -> None:
    """The people who may be asked are those that `due` lists for it; and the list changes no byte."""
    history = random_history(seed, people=5, referrals=6, events=80)
    book.zone(ZONES[seed % len(ZONES)]).at("2199-06-01").load(history)
    files = bytes_of(book)
    instants = sorted(event["at"] for event in history["events"])
    for now in (*instants[len(instants) // 3 :: 9], "2199-06-01T00:00:00Z"):
        book.at(now)
        due = [i for i in book.due("--all")["items"] if i["rule"] == "ask-for-referrals"]
        opened = {i["to"]["id"] for i in due if instant_of(i["opens_at"]) <= instant_of(now)}
        rows = people(book)
        assert {row["person"]["id"] for row in rows if row["earned"]} == opened
        assert {row["person"]["id"] for row in rows} >= {i["to"]["id"] for i in due}
        assert all(row["earned"] == (not row["missing"]) for row in rows)
        book("ask")
    assert files == bytes_of(book)
