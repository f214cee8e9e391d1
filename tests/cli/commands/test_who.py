"""Namesakes, somebody new, and one name that means one person to every command."""

from __future__ import annotations

import json

import pytest

from tests.support.commands import events, person, refused
from tests.support.driver import Book

SMITH = ("add", "John Smith", "--from", "Sam Ortiz")


@pytest.fixture
def smith(book: Book) -> Book:
    """A book in which John Smith, @2, has a phone and an email."""
    book(*SMITH, "--phone", "020 7946 0018", "--email", "john@x.example")
    return book


# Another phone, another email.


@pytest.mark.parametrize(
    ("said", "known"),
    [
        (("--phone", "0161 496 0005"), "another phone, 020 7946 0018"),
        (("--email", "smith@y.example"), "another email, john@x.example"),
        (("--phone", "020 7946 0018", "--email", "s@y.example"), "another email, john@x.example"),
    ],
)
def test_a_namesake_with_another_phone_or_email_is_refused(
    smith: Book, said: tuple[str, ...], known: str
) -> None:
    """Off a terminal, with both ways out."""
    error = refused(smith, "add", "john  SMITH", "--from", "Tom Beck", *said).err
    assert error.splitlines() == [
        f"error: John Smith (@2) is known with {known}.",
        "Say @2 if it is the same person, --new if it is not.",
    ]


def test_the_number_says_the_same_person(smith: Book) -> None:
    """And what is replaced is told."""
    said = smith("add", "@2", "--from", "Tom Beck", "--phone", "0161 496 0005")
    assert "phone was 020 7946 0018, is now 0161 496 0005" in said.err
    assert len(smith.export()["people"]) == 3


def test_new_says_another_person(smith: Book) -> None:
    """Then two are of that name, and the first keeps what is known of him."""
    said = smith("add", "John Smith", "--from", "Sam Ortiz", "--phone", "0161 496 0005", "--new")
    assert said.err == "New: John Smith (@3).\n"
    phones = {p["id"]: p["phone"] for p in smith.export()["people"] if p["name"] == "John Smith"}
    assert phones == {2: "020 7946 0018", 3: "0161 496 0005"}
    error = refused(smith, "add", "John Smith", "--from", "Tom Beck").err
    assert "'John Smith' fits several." in error
    assert error.endswith("Say which by its number, or somebody else by --new.\n")
    # What is said of them tells them apart.
    smith("add", "John Smith", "--from", "Tom Beck", "--phone", "+44 161 496 0005")
    assert smith.export()["referrals"][-1]["prospect"] == 3


@pytest.mark.parametrize(
    "said",
    [
        (),
        ("--phone", "+44 20 7946 0018"),
        ("--phone", "+44 (0)20-7946-0018"),
        ("--phone", "7946 0018"),
        ("--email", "John@X.example"),
        ("--company", "Smith Roofing"),
    ],
)
def test_what_agrees_is_the_same_person(smith: Book, said: tuple[str, ...]) -> None:
    """A phone is the same however its country is dialled, and a company says nothing."""
    assert "New: John" not in smith("add", "John Smith", "--from", "Tom Beck", *said).err
    assert [r["prospect"] for r in smith.export()["referrals"]] == [2, 2]


def test_what_was_not_known_contradicts_nothing(book: Book) -> None:
    """A first phone is added."""
    book(*SMITH)
    book(*SMITH, "--phone", "020 7946 0018")
    assert person(book, "John Smith")["phone"] == "020 7946 0018"


def test_of_the_source_too(smith: Book) -> None:
    """`--new` is the one of whom it is in doubt, and not the other."""
    smith("edit", "@1", "--phone", "0161 496 0001")
    other = ("add", "John Smith", "--from", "Sam Ortiz", "--source-phone", "0161 496 0002")
    assert "Say @1 if" in refused(smith, *other).err
    assert smith(*other, "--new").err == "New: Sam Ortiz (@3).\n"
    assert (
        smith.export()["referrals"][-1] | {"source": 3, "prospect": 2}
        == (smith.export()["referrals"][-1])
    )


def test_new_without_a_doubt_is_the_prospect(smith: Book) -> None:
    """The source is who is known."""
    assert smith(*SMITH, "--new").err == "New: John Smith (@3).\n"
    assert smith.export()["referrals"][-1]["source"] == 1


def test_a_number_is_nobody_new(smith: Book) -> None:
    """A person named by number is known."""
    assert "somebody known" in refused(smith, "wish", "@2", "--by", "call", "--new", code=2).err


def test_it_is_asked_at_a_terminal(smith: Book) -> None:
    """Yes is the person known."""
    typed = ("add", "John Smith", "--from", "Tom Beck", "--phone", "0161 496 0005")
    shown = smith.screen(*typed, keys="y\n")
    assert "Is it the same John Smith (@2, 020 7946 0018)? [y/n]" in shown.out
    assert person(smith, "John Smith")["phone"] == "0161 496 0005"


# One way to understand a name.

NEW_PEOPLE = [
    ("wish", "{}", "--by", "email"),
    ("missed", "{}"),
    ("review", "{}", "--agreed", "--delivered", "--happy"),
    ("refer", "Lee Park", "--to", "{}"),
    ("refer-out", "1", "--to", "{}"),
    ("deliver", "{}"),
]


@pytest.mark.parametrize("command", NEW_PEOPLE, ids=lambda command: str(command[0]))
def test_the_beginning_of_a_name_means_whom_it_means_elsewhere(
    two: Book, command: tuple[str, ...]
) -> None:
    """`wish beck` is the Tom Beck of `thank beck`, and that is said."""
    said = two(*[word.format("beck") for word in command])
    assert said.err == ("note: beck is taken as Tom Beck (@3). Somebody new of that name: --new\n")
    assert len(two.export()["people"]) == 4
    assert two.export()["events"][-1]["person"] == 3


@pytest.mark.parametrize("command", NEW_PEOPLE, ids=lambda command: str(command[0]))
def test_a_beginning_of_several_is_asked_back(two: Book, command: tuple[str, ...]) -> None:
    """As `thank` does; nobody is created."""
    two("add", "Kim Wood", "--from", "Ann Beck")
    error = refused(two, *[word.format("beck") for word in command]).err
    assert error.splitlines()[0] == "error: 'beck' fits several."
    assert "  @3  Tom Beck" in error
    assert error.endswith("Say which by its number, or somebody new by --new.\n")


@pytest.mark.parametrize("command", NEW_PEOPLE, ids=lambda command: str(command[0]))
def test_new_makes_somebody_new_with_every_command(two: Book, command: tuple[str, ...]) -> None:
    """Also of a name that is known as a whole."""
    two(*[word.format("Tom Beck") for word in command], "--new")
    assert two.export()["people"][4]["name"] == "Tom Beck"


@pytest.mark.parametrize("command", NEW_PEOPLE, ids=lambda command: str(command[0]))
def test_nobody_is_created_without_a_word(two: Book, command: tuple[str, ...]) -> None:
    """A new person is announced, with how to take it back."""
    said = two(*[word.format("Ivo Lund") for word in command])
    assert said.err == (
        "New: Ivo Lund (@5). If somebody known is meant, take it back: reftrack undo\n"
    )


def test_deliver_is_to_one_who_is_new(two: Book) -> None:
    """Several are referrals."""
    assert "referrals" in refused(two, "deliver", "1", "2", "--new", code=2).err


# One person on several referrals is one person.


@pytest.fixture
def dana(two: Book) -> Book:
    """A book in which Dana Ruiz, @2, came by two live referrals."""
    two("add", "Dana Ruiz", "--from", "Tom Beck")
    return two


@pytest.mark.parametrize("command", [("contact",), ("thank",), ("snooze", "--until", "thu")])
def test_what_is_done_on_one_referral_asks_which(dana: Book, command: tuple[str, ...]) -> None:
    """By its number, and Dana is not called several people."""
    verb, *options = command
    error = refused(dana, verb, "dana", *options).err
    assert error.splitlines() == [
        "error: Dana Ruiz (@2) came by several referrals.",
        "  1  Dana Ruiz, from Sam Ortiz (received)",
        "  3  Dana Ruiz, from Tom Beck (received)",
        "Say which by its number.",
    ]


def test_what_only_looks_shows_the_person(dana: Book) -> None:
    """With all of their referrals."""
    assert json.loads(dana("show", "dana", "--json").out)["prospect_of"] == [1, 3]
    assert dana("why", "dana").out.startswith("@2  Dana Ruiz")
    dana("note", "dana", "likes tea")
    assert events(dana, "noted")[0]["person"] == 2


def test_a_source_who_was_a_prospect_is_one_person(two: Book) -> None:
    """`thank dana` thanks Dana, as one would say it."""
    two("add", "Lee Park", "--from", "Dana Ruiz")
    assert two("thank", "dana").out.startswith("3  Thanked Dana Ruiz for Lee Park.")
    assert json.loads(two("show", "dana", "--json").out)["person"]["id"] == 2
    two("contact", "dana")
    assert events(two, "contacted")[0]["referral"] == 1


def test_new_business_is_of_one_person(book: Book) -> None:
    """A source who came again is no namesake of their own."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("add", "Sam Ortiz", "--from", "Sam Ortiz")
    assert book("thank", "sam").out.count("Thanked Sam Ortiz") == 2


# Several prospects at once.


def test_several_prospects_are_a_referral_each(book: Book) -> None:
    """In one step; what is said is said of each, and one touch thanks for all."""
    added = book("add", "Ana Pop", "Ben Low", "--from", "Sam Ortiz", "--tie", "cousin")
    assert added.err.splitlines()[:3] == [
        "New: Sam Ortiz (@1).",
        "New: Ana Pop (@2).",
        "New: Ben Low (@3).",
    ]
    assert added.out.splitlines()[:2] == [
        "1  Ana Pop, referred by Sam Ortiz.",
        "2  Ben Low, referred by Sam Ortiz.",
    ]
    assert [r["tie"] for r in book.export()["referrals"]] == ["cousin", "cousin"]
    thanks = [i for i in book.due()["items"] if i["rule"] == "thank-referral"]
    assert [item["referral"] for item in thanks] == [1, 2]
    assert book("thank", "@1").out.count("Thanked") == 2
    book("undo")
    book("undo")
    assert book.export()["referrals"] == []


def test_each_is_thanked_for_and_contacted(book: Book) -> None:
    """And has the kind, the need and the note."""
    options = ("--need", "a roof", "--note", "by phone", "--kind", "partner")
    did = ("--thanked", "card", "--contacted")
    book("add", "Ana Pop", "Ben Low", "--from", "Sam Ortiz", *options, *did)
    for referral in book.export()["referrals"]:
        assert (referral["kind"], referral["need"]) == ("partner", "a roof")
        assert referral["note"] == "by phone"
    assert [e["referral"] for e in events(book, "thanked")] == [1, 2]
    assert [e["referral"] for e in events(book, "contacted")] == [1, 2]


@pytest.mark.parametrize("option", ["--phone", "--email", "--company"])
def test_what_is_one_persons_is_not_said_of_several(book: Book, option: str) -> None:
    """And it is said what to do."""
    error = refused(book, "add", "Ana Pop", "Ben Low", "--from", "Sam", option, "x", code=2).err
    assert f"reftrack edit NAME {option} TEXT" in error


def test_all_or_none_of_them(book: Book) -> None:
    """One that is refused takes the other with it."""
    book("add", "Kim Wood", "--from", "Sam Ortiz")
    twice = ("add", "Ana Pop", "Sam Ortiz", "--from", "Sam Ortiz", "--kind", "client")
    assert "expansion" in refused(book, *twice).err
    assert "named twice" in refused(book, "add", "Ana Pop", "ana pop", "--from", "S", code=2).err


def test_a_name_without_its_quotes_is_not_two_people(book: Book) -> None:
    """It is refused with the form to type, and asked about where somebody can be."""
    error = refused(book, "add", "Dana", "Ruiz", "--from", "Sam").err
    assert error.splitlines() == [
        "error: Dana, Ruiz may be one person or 2.",
        "The name of one person stands in quotes: reftrack add 'Dana Ruiz' --from Sam",
    ]
    shown = book.screen("add", "Dana", "Ruiz", "--from", "Sam", keys="y\n")
    assert "Dana Ruiz, one person? [y/n]" in shown.out
    assert [p["name"] for p in book.export()["people"]] == ["Sam", "Dana Ruiz"]


@pytest.mark.parametrize(
    "typed",
    [
        ("Dana Ruiz", "--from", "Sam", "Ortiz"),
        ("--from", "Sam", "Ortiz", "Dana Ruiz"),
        ("--note", "he", "drinks", "Dana Ruiz", "--from", "Sam"),
        ("Dana Ruiz", "--from", "Sam", "--company", "Beck", "Roofing"),
    ],
)
def test_a_word_of_another_text_is_no_prospect(book: Book, typed: tuple[str, ...]) -> None:
    """Prospects stand together before the options; a word that is lost is not repeated."""
    error = refused(book, "add", *typed, code=2).err
    assert "quotes" in error
    assert "Ortiz" not in error
    assert "drinks" not in error
