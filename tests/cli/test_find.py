"""`find`: what people remember, folded as they remember it."""

from __future__ import annotations

import json

import pytest

from tests.support.driver import Book
from tests.support.prepared import made_once


@pytest.fixture
@made_once
def filled(book: Book) -> Book:
    """People with all that they can be found by."""
    book(
        *("add", "Dana Ruíz", "--from", "Sam Ortiz", "--phone", "+44 161 496-0005"),
        *("--email", "Dana.R@Example.org", "--company", "Straße & Söhne", "--tie", "Nachbar"),
        *("--need", "A dry cellar", "--note", "Rang at night, 100% sure"),
    )
    book("add", "Kim Wood", "--from", "@1")
    book("problem", "2", "The LEAK came back")
    book("note", "@1", "Plays the cello_solo")
    book("contact", "2", "--note", "She was at the café")
    book("edit", "@3", "--note", "Deaf in one ear")
    return book


def found(book: Book, *text: str) -> list[tuple[str, object, str]]:
    """Group, number and field of each finding."""
    document = json.loads(book("find", *text, "--json").out)
    assert document["schema"] == "reftrack.find/1"
    return [
        (group, each["referral"] or f"@{each['person']['id']}", each["field"])
        for group in ("people", "referrals", "notes")
        for each in document[group]
    ]


CASES = [
    ("ruiz", [("people", "@2", "name")]),
    ("DANA RU", [("people", "@2", "name")]),
    ("uiz", []),
    ("dana.r@", [("people", "@2", "email")]),
    ("01614960005", [("people", "@2", "phone")]),
    ("0161 496", [("people", "@2", "phone")]),
    ("+44 (161) 4960", [("people", "@2", "phone")]),
    ("49", []),
    ("strasse", [("people", "@2", "company")]),
    ("sohne", [("people", "@2", "company")]),
    ("NACHBAR", [("referrals", 1, "tie")]),
    ("cellar", [("referrals", 1, "need")]),
    ("leak", [("referrals", 2, "problem")]),
    ("100%", [("notes", 1, "note")]),
    ("1%0", []),
    ("cello_s", [("notes", "@1", "noted")]),
    ("cello.s", []),
    ("_", [("notes", "@1", "noted")]),
    ("cafe", [("notes", 2, "contacted")]),
    ("deaf", [("notes", "@3", "note")]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_what_is_found_where(filled: Book, text: str, expected: list[object]) -> None:
    """Case, accents and blanks are folded; % and _ are themselves."""
    assert found(filled, text) == expected


def test_private_ones_are_marked(filled: Book) -> None:
    """In JSON by a flag, on the screen by the heading or a word."""
    for text, private in (("cellar", True), ("leak", False), ("deaf", True), ("nachbar", False)):
        document = json.loads(filled("find", text, "--json").out)
        assert [e["private"] for g in ("referrals", "notes") for e in document[g]] == [private]
    assert "private need: A dry cellar" in filled("find", "cellar").out
    assert filled("find", "deaf").out.startswith("NOTES, PRIVATE  @3  Kim Wood")


@pytest.mark.parametrize("columns", [40, 80, 140])
def test_the_screen_groups_what_it_found(filled: Book, columns: int) -> None:
    """People, referrals, notes, each with a number, a line of context and the way to it."""
    filled("problem", "2", "A leak in " + "a very long corridor " * 20 + "near the leak of old")
    filled("edit", "@1", "--company", "Leak and Sons")
    filled("note", "1", "They fear a leak")
    shown = filled.screen("find", "leak", columns=columns, env={"NO_COLOR": "1"})
    assert shown.code == 0
    places = [shown.out.find(title) for title in ("PEOPLE", "REFERRALS", "NOTES, PRIVATE")]
    assert places == sorted(places)
    assert min(places) >= 0
    assert "reftrack show @1" in shown.out
    assert "…" in shown.out


def test_nothing_found_is_no_error(filled: Book, book: Book) -> None:
    """A word says so, with or without a book."""
    assert filled("find", "zzz").out == "Nothing found for 'zzz'.\n"
    filled.path.unlink()
    assert filled("find", "zzz").out.startswith("No book at ")
    assert json.loads(filled("find", "zzz", "--json").out)["people"] == []
    filled("find", code=2)
    filled("find", " ", code=2)
    assert not filled.path.exists()


def test_a_limit_counts_over_all_groups(filled: Book) -> None:
    """The first ones are shown, and how many more there are."""
    filled("note", "1", "Dana was late")
    assert len(found(filled, "dana", "--limit", "1")) == 1
    assert "1 more is not shown." in filled("find", "dana", "--limit", "1").out


def test_what_was_merged_or_lies_ahead_is_not_found(filled: Book) -> None:
    """A merged name is gone; its notes are the other's; an earlier now knows no later words."""
    filled("note", "@3", "Sings")
    filled("merge", "@3", "@2", "--yes")
    assert found(filled, "wood") == []
    assert found(filled, "sings") == [("notes", "@2", "noted")]
    filled.at("2026-11-01T09:00:00Z")
    assert found(filled, "leak") == []


def test_controls_of_the_terminal_are_signs(filled: Book) -> None:
    """The word that was typed comes out safe, in the heading and in the context."""
    filled("note", "1", "\x1b]52;c;x\x07 bell [bold]")
    for out in (filled("find", "bell").out, filled.screen("find", "bell").out):
        assert "\x1b]" not in out
        assert "[bold]" in out
