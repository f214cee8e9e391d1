"""`add`: a referral came in."""

from __future__ import annotations

import re

import pytest

from tests.support.commands import events, of_debts, person, refused
from tests.support.driver import Book


def test_add_records_a_referral_and_says_what_comes_next(book: Book) -> None:
    """The number, both names, and the first debt with its deadline and command."""
    result = book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert result.out.splitlines() == [
        "1  Dana Ruiz, referred by Sam Ortiz.",
        "Also owed: call Dana Ruiz (from Sam Ortiz), by Sat 15:00 (reftrack contact 1).",
        "Next, by Sat 15:00: Thank Sam Ortiz for referring Dana Ruiz (reftrack thank 1)",
    ]
    assert result.err.splitlines() == ["New: Sam Ortiz (@1).", "New: Dana Ruiz (@2)."]
    assert book.owed() == [
        ("thank-referral", "due", 1, "Sam Ortiz"),
        ("contact-prospect", "due", 1, "Dana Ruiz"),
        ("ask-preference", "due", None, "Sam Ortiz"),
    ]


def test_add_keeps_every_option(book: Book) -> None:
    """Each option ends where the export says that it belongs."""
    book(
        *("add", "  Dana   Ruiz ", "--from", "Sam Ortiz", "--kind", "Partner"),
        *("--relation", "FRIEND", "--tie", "cousin", "--phone", "0161 1", "--email", "d@x.example"),
        *("--company", "Ruiz Ltd", "--source-phone", "0161 2", "--source-email", "s@x.example"),
        *("--source-company", "Ortiz plc", "--need", "a kitchen", "--note", "shy of the phone"),
        *("--thanked", "text", "--contacted", "--at", "yesterday 15:00"),
    )
    source, prospect = person(book, "Sam Ortiz"), person(book, "Dana Ruiz")
    kept = ("phone", "email", "company", "relation")
    assert [source[k] for k in kept] == ["0161 2", "s@x.example", "Ortiz plc", "friend"]
    assert [prospect[k] for k in kept] == ["0161 1", "d@x.example", "Ruiz Ltd", None]
    (referral,) = book.export()["referrals"]
    assert (referral["kind"], referral["tie"]) == ("partner", "cousin")
    assert (referral["need"], referral["note"]) == ("a kitchen", "shy of the phone")
    assert referral["received_at"] == "2026-11-19T15:00:00Z"
    assert [(e["kind"], e["channel"], e["at"]) for e in events(book)] == [
        ("thanked", "text", "2026-11-19T15:00:00Z"),
        ("contacted", None, "2026-11-19T15:00:00Z"),
    ]
    assert of_debts(book) == []


@pytest.mark.parametrize("kind", ["client", "co-worker", "partner"])
def test_add_takes_each_kind_between_two(book: Book, kind: str) -> None:
    """Each kind is kept; without one it is a client's referral."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--kind", kind)
    book("add", "Kim Wood", "--from", "Sam Ortiz")
    assert [referral["kind"] for referral in book.export()["referrals"]] == [kind, "client"]


@pytest.mark.parametrize("again", ["Sam Ortiz", "sam  ORTIZ", "Sám Örtiz", "@1", "s@x.example"])
def test_one_person_at_both_ends_is_an_expansion(book: Book, again: str) -> None:
    """New business from the same contact is an expansion without being told so."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--source-email", "s@x.example")
    result = book("add", again, "--from", "Sam Ortiz")
    assert result.out.startswith("2  New business from Sam Ortiz")
    assert book.export()["referrals"][1]["kind"] == "expansion"
    assert len(book.export()["people"]) == 2


def test_an_expansion_is_of_one_person_alone(two: Book) -> None:
    """`expansion` between two, and another kind for one person, are both refused."""
    between = refused(two, "add", "Kim Wood", "--from", "Sam Ortiz", "--kind", "expansion")
    assert "these are two" in between.err
    within = refused(two, "add", "Sam Ortiz", "--from", "Sam Ortiz", "--kind", "client")
    assert "expansion" in within.err
    two("add", "Sam Ortiz", "--from", "Sam Ortiz", "--kind", "expansion")


def test_an_expansion_reads_as_one_person(book: Book) -> None:
    """Nobody is told to thank Sam for referring Sam."""
    shown = book("add", "Sam Ortiz", "--from", "Sam Ortiz").out + book("due").out + book("list").out
    assert "referring Sam Ortiz" not in shown
    assert "(from Sam Ortiz)" not in shown


def test_a_whole_name_is_the_person_and_a_beginning_never(book: Book) -> None:
    """Case, accents and spaces are folded in a whole name; `Sam` alone is somebody new."""
    book("add", "Zoë Ångström", "--from", "Sam Ortiz")
    assert book("add", "Kim Wood", "--from", " zoe  ANGSTROM").err == "New: Kim Wood (@3).\n"
    assert [r["source"] for r in book.export()["referrals"]] == [1, 2]
    result = book("add", "Lee Park", "--from", "Sam")
    assert "New: Sam (@4)." in result.err
    assert person(book, "Sam")["id"] == 4


def test_a_near_name_is_mentioned_where_nobody_can_be_asked(two: Book) -> None:
    """A slip of the hand makes somebody new, and says who may have been meant, by number."""
    result = two("add", "Kim Wood", "--from", "Tom Bech")
    assert "New: Tom Bech (@5)." in result.err
    assert "Tom Beck (@3)" in result.err
    assert "reftrack merge @5 @3 --yes" in result.err


def test_a_name_held_by_two_has_to_be_said_by_number(two: Book) -> None:
    """Two people of one name are listed with their numbers; the number then says which."""
    history = two.export()
    twin = {**person(two, "Tom Beck"), "id": 9, "uid": "another", "company": "Beck Roofing"}
    two.load({**history, "people": [*history["people"], twin]})
    result = refused(two, "add", "Kim Wood", "--from", "tom beck")
    assert re.findall(r"^  (@\d+)  Tom Beck", result.err, re.MULTILINE) == ["@3", "@5"]
    assert "Beck Roofing" in result.err
    two("add", "Kim Wood", "--from", "@5")


def test_a_twin_of_a_live_referral_is_mentioned(two: Book) -> None:
    """The same two again may be a slip: the live one is named, and the new one recorded."""
    result = two("add", "dana ruiz", "--from", "sam ortiz")
    assert "1 is Dana Ruiz from Sam Ortiz too" in result.err
    assert result.out.startswith("3  Dana Ruiz")
    two("lose", "1", "3", "--why", "moved away")
    assert "too" not in two("add", "dana ruiz", "--from", "sam ortiz").err


def test_add_says_what_it_replaces(two: Book) -> None:
    """A new number for somebody known replaces the old one, which is said."""
    two("add", "Kim Wood", "--from", "@1", "--source-phone", "0161 1")
    result = two("add", "Lee Park", "--from", "@1", "--source-phone", "0161 2")
    assert "phone was 0161 1, is now 0161 2" in result.err
    assert person(two, "Sam Ortiz")["phone"] == "0161 2"
    assert "was" not in two("add", "Eva Lang", "--from", "@1", "--source-phone", "0161 2").err


@pytest.mark.parametrize("way", ["card", "call", "email", "text", "in-person", "gift"])
def test_thanked_already(book: Book, way: str) -> None:
    """`--thanked WAY` settles the thanks on the spot."""
    result = book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", way)
    assert "Thanked Sam Ortiz" in result.out
    assert of_debts(book) == [("contact-prospect", 1)]
    assert events(book)[0]["channel"] == way


def test_contacted_already(book: Book) -> None:
    """`--contacted` settles the first call on the spot."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted")
    assert of_debts(book) == [("thank-referral", 1)]


def test_a_refused_add_is_not_half_done(two: Book) -> None:
    """Neither its people nor a word of them stays of an `add` that was refused."""
    result = refused(
        two, "add", "Kim Wood", "--from", "Joe Kerr", "--kind", "co-worker", "--thanked", "gift"
    )
    assert "New" not in result.err
    assert len(two.export()["people"]) == 4


def test_add_asks_at_a_terminal(book: Book) -> None:
    """At a terminal `add` alone asks for both names and offers the rest; Enter leaves it out."""
    shown = book.screen("add", keys="Dana Ruiz\nSam Ortiz\n0161 1\n\na kitchen\n")
    assert shown.code == 0
    assert "Who was referred to you: " in shown.out
    assert "(Enter for none)" in shown.out
    assert "1  Dana Ruiz, referred by Sam Ortiz." in shown.out
    (referral,) = book.export()["referrals"]
    assert (referral["tie"], referral["need"]) == (None, "a kitchen")
    assert person(book, "Dana Ruiz")["phone"] == "0161 1"


@pytest.mark.parametrize(("answer", "people"), [("y", 5), ("what\nno", 6)])
def test_a_near_name_is_asked_about_at_a_terminal(two: Book, answer: str, people: int) -> None:
    """Yes is the person known, no somebody new; who else is new is said once."""
    shown = two.screen("add", "Kim Wood", "--from", "Sam Ortis", keys=f"{answer}\n")
    assert shown.code == 0
    assert "Is Sam Ortis the same as Sam Ortiz (@1)? [y/" in shown.out
    assert shown.out.count("New: Kim Wood") == 1
    assert len(two.export()["people"]) == people
