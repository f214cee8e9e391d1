"""Putting right one of several problems."""

from __future__ import annotations

import pytest

from tests.support.commands import events, of_debts, refused
from tests.support.driver import Book


@pytest.fixture
def troubled(two: Book) -> Book:
    """Two problems on referral 1."""
    two("problem", "1", "The survey came late")
    two("problem", "1", "The tap leaks")
    return two


def open_problems(book: Book) -> list[str]:
    """The commands of the problems that are to be put right."""
    items = book.due("--all")["items"]
    return [item["command"] for item in items if item["rule"] == "resolve-problem"]


def test_one_alone_needs_no_name(two: Book) -> None:
    """It is named on record all the same: one that is remembered later is not put right by it."""
    two("problem", "1", "The tap leaks")
    assert open_problems(two) == ["reftrack resolve 1 TEXT"]
    assert (
        two("resolve", "1", "A new tap").out.splitlines()[0]
        == "1  Put right for Dana Ruiz: A new tap."
    )
    (problem,), (resolved,) = events(two, "problem"), events(two, "resolved")
    assert resolved["data"] == {"text": "A new tap", "problem": problem["uid"]}
    two.at("2026-11-20T16:00:00Z")("problem", "1", "A window broke", "--at", "2026-11-20T15:00:00Z")
    assert open_problems(two) == ["reftrack resolve 1 TEXT"]


def test_of_several_it_has_to_be_said_which(troubled: Book) -> None:
    """Off a terminal they are listed; each line of the morning names its own."""
    assert open_problems(troubled) == [
        "reftrack resolve 1 TEXT --problem 'The survey came late'",
        "reftrack resolve 1 TEXT --problem 'The tap leaks'",
    ]
    assert refused(troubled, "resolve", "1", "A new tap").err.splitlines() == [
        "error: 1 has 2 open problems.",
        "  The survey came late",
        "  The tap leaks",
        "Say which: reftrack resolve 1 'A new tap' --problem 'The survey came late'",
    ]


def test_the_beginning_of_its_words_is_enough(troubled: Book) -> None:
    """The other stays as it is, with its report."""
    said = troubled("resolve", "1", "A new tap", "--problem", "the tap").out.splitlines()[0]
    assert said == "1  Put right for Dana Ruiz: A new tap (The tap leaks)."
    assert open_problems(troubled) == ["reftrack resolve 1 TEXT"]
    assert "resolved  A new tap; The tap leaks" in troubled("show", "1").out
    troubled("undo")
    assert len(open_problems(troubled)) == 2


def test_at_a_terminal_it_is_asked_which(troubled: Book) -> None:
    """By its place in the list."""
    shown = troubled.screen("resolve", "1", "A new tap", keys="2\n")
    assert "Which problem is put right?" in shown.out
    assert "Put right for Dana Ruiz: A new tap (The tap leaks)." in shown.out


def test_all_of_them_are_one_remedy(troubled: Book) -> None:
    """One event that names none."""
    troubled("resolve", "1", "Another fitter", "--all")
    assert [event["data"] for event in events(troubled, "resolved")] == [{"text": "Another fitter"}]
    assert ("resolve-problem", 1) not in of_debts(troubled)


def test_the_same_words_are_the_same_problem(two: Book) -> None:
    """Reported twice, put right once."""
    two("problem", "1", "The tap leaks")
    two("problem", "1", "the tap  leaks")
    two("problem", "1", "The survey came late")
    two("resolve", "1", "A new tap", "--problem", "The tap leaks")
    assert open_problems(two) == ["reftrack resolve 1 TEXT"]


@pytest.mark.parametrize(
    ("options", "code"),
    [(["--problem", "roof"], 1), (["--problem", "the"], 1), (["--problem", "the tap", "--all"], 2)],
)
def test_what_names_none_or_both_is_refused(troubled: Book, options: list[str], code: int) -> None:
    """Nothing is recorded of it."""
    refused(troubled, "resolve", "1", "A new tap", *options, code=code)


def test_without_a_problem_there_is_nothing_to_put_right(two: Book) -> None:
    """Neither with --all."""
    for options in ([], ["--all"], ["--problem", "the tap"]):
        error = refused(two, "resolve", "1", "A new tap", *options).err
        assert "it has no open problem" in error


def test_a_letter_tells_of_the_one_that_was_put_right(troubled: Book) -> None:
    """And of the other that it is not."""
    troubled("resolve", "1", "a new tap", "--problem", "the tap")
    draft = troubled("draft", "1", "report-problem").out
    assert "survey came late" in draft
