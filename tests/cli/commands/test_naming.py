"""Numbers and names: which referral or person a command is about."""

from __future__ import annotations

import json
import re

import pytest

from tests.support.commands import events, refused
from tests.support.driver import Book


@pytest.mark.parametrize("text", ["1", " 1 ", "01", "Dana Ruiz", "dana", "RU", "d", "ruiz"])
def test_a_referral_has_many_names(two: Book, text: str) -> None:
    """Its number, its prospect's name, the beginning of a word of it."""
    assert json.loads(two("show", text, "--json").out)["referral"] == 1


@pytest.mark.parametrize("text", ["@1", "Sam Ortiz", "sam", "ORT", "sám", "s@x.example"])
def test_a_person_has_many_names(book: Book, text: str) -> None:
    """Their number, their name, the beginning of a word of it, their address."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--source-email", "S@x.example")
    assert json.loads(book("show", text, "--json").out)["person"]["id"] == 1


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Zoë Ångström", "zoe"),
        ("Zoë Ångström", "ÅNG"),
        ("Zoë Ångström", "angstrom"),
        ("Eva Novák", "novak"),
        ("Straße Weg", "strasse"),
        ("Paul O'Neil", "o'neil"),
        ("İlkay Işık", "ilkay"),
        ("José de la Cruz", "cruz"),
        ("山田 太郎", "太"),
        ("Zoe\u0308 Decomposed", "zoë"),
    ],
)
def test_accents_and_case_are_folded(book: Book, name: str, typed: str) -> None:
    """People type without accents, or with others, and are understood."""
    book("add", name, "--from", "Sam Ortiz")
    assert json.loads(book("show", typed, "--json").out)["referral"] == 1


def test_live_referrals_come_first(two: Book) -> None:
    """Of two with one prospect the live one is meant; of two live ones the number is asked."""
    two("lose", "1", "--why", "moved away")
    two("add", "Dana Ruiz", "--from", "Tom Beck")
    assert json.loads(two("show", "dana", "--json").out)["referral"] == 3
    two("contact", "dana")
    assert events(two, "contacted")[0]["referral"] == 3
    two("contact", "1")
    error = refused(two, "meet", "dana").err
    assert re.findall(r"^  (\d+)  Dana Ruiz, from (\w+)", error, re.MULTILINE) == [
        ("1", "Sam"),
        ("3", "Tom"),
    ]
    assert "number" in error.splitlines()[-1]


def test_of_ended_ones_alone_the_number_is_asked(two: Book) -> None:
    """Several that ended are listed too."""
    two("add", "Dana Ruiz", "--from", "Tom Beck")
    two("lose", "1", "3", "--why", "moved away")
    assert "came by several referrals" in refused(two, "contact", "dana").err


@pytest.mark.parametrize(
    "command",
    [
        ["thank", "{}"],
        ["show", "{}"],
        ["tell", "{}", "--text", "x"],
        ["educate", "{}"],
        ["waive", "{}", "all", "--why", "x"],
        ["snooze", "{}", "--until", "thu"],
    ],
    ids=lambda command: str(command[0]),
)
def test_a_name_of_a_source_and_a_prospect_is_asked_back(two: Book, command: list[str]) -> None:
    """A name that fits a source and a prospect is listed as both, and nothing changes."""
    two("add", "Sam Lang", "--from", "Eva Lang")
    before = two.path.read_bytes()
    result = two(*[word.format("sam") for word in command], code=1)
    assert two.path.read_bytes() == before
    assert "  3  Sam Lang, from Eva Lang" in result.err
    assert "  @1  Sam Ortiz" in result.err


def test_a_bare_number_is_always_a_referral(two: Book) -> None:
    """Where a person is wanted a number is refused with how to say a person."""
    for command in (["call-back", "1"], ["missed", "1"], ["wish", "1", "--by", "email"]):
        assert "@" in refused(two, *command, code=2).err
    assert "is a person" in refused(two, "contact", "@1", code=2).err


def test_a_long_list_of_choices_is_cut(book: Book) -> None:
    """Hundreds that fit are not all listed, and that is said."""
    people = [
        {"id": n, "name": f"Sam {chr(97 + n // 26)}{chr(97 + n % 26)}x"} for n in range(1, 201)
    ]
    book.load({"schema": "reftrack.history/1", "people": people, "referrals": [], "events": []})
    error = refused(book, "call-back", "sam").err
    assert "… and 188 more" in error
    assert len(error.splitlines()) == 15


def test_a_name_that_is_almost_right_is_answered_with_the_right_one(two: Book) -> None:
    """A slip of the hand gets a suggestion with its number."""
    assert "Did you mean Tom Beck (@3)?" in refused(two, "call-back", "Tom Bekc").err


def test_a_name_is_found_while_recording_it(two: Book) -> None:
    """Two commands with one new name make one person, not two."""
    two("missed", "Eva Lang")
    two("missed", "EVA  lang")
    assert [p["name"] for p in two.export()["people"]].count("Eva Lang") == 1
