"""A version sets the fields that it names: each is what the newest version that stands says of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from reftrack.store.reader import Reader
from tests.support.driver import Book
from tests.support.journal import ask
from tests.support.prepared import made_once
from tests.support.projections import assert_projections_hold


@pytest.fixture
@made_once
def edited(book: Book) -> Book:
    """Dana (@2), whose phone, email and name were edited one after the other, and her referral."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--phone", "0161 496 0005", "--tie", "cousin")
    book("edit", "@2", "--phone", "020 7946 0018")  # step 2
    book("edit", "@2", "--email", "dana@example.org")  # step 3
    book("edit", "@2", "--name", "Dana Pop")  # step 4
    book("edit", "1", "--tie", "")  # step 5
    book("edit", "1", "--need", "A roof", "--note", "Mornings")  # step 6
    return book


def marked(book: Book, step: int, *, undone: bool) -> Book:
    """The book with one step in the midst of others marked, as a later undo will do."""
    with closing(sqlite3.connect(book.path)) as connection:
        connection.execute("UPDATE step SET undone = ? WHERE number = ?", [undone, step])
        connection.commit()
    book("check", "--repair")
    assert_projections_hold(book)
    return book


def dana(book: Book) -> tuple[object, object, object]:
    """Her name, phone and email as exported."""
    person = next(person for person in book.export()["people"] if person["id"] == 2)
    return person["name"], person["phone"], person["email"]


def test_a_version_holds_what_it_sets_and_nothing_else(edited: Book) -> None:
    """The first of a record sets all; a later one the fields that the command changed."""
    sql = "SELECT v.sets, v.name, v.company FROM person_version v WHERE person = 2 ORDER BY id"
    assert ask(edited, sql) == [
        ("*", "Dana Ruiz", None),
        (" phone ", None, None),
        (" phone ", None, None),
        (" email ", None, None),
        (" name ", "Dana Pop", None),
    ]
    sql = "SELECT sets, source, tie, need, note, confidential FROM referral_version ORDER BY id"
    assert ask(edited, sql) == [
        ("*", 1, "cousin", None, None, 0),
        (" tie ", None, None, None, None, None),
        (" need note ", None, None, "A roof", "Mornings", None),
    ]
    sql = "SELECT kind, place, label, value, key FROM contact_point ORDER BY version"
    assert ask(edited, sql) == [
        ("phone", 1, None, "0161 496 0005", "01614960005"),
        ("phone", 1, None, "020 7946 0018", "02079460018"),
        ("email", 1, None, "dana@example.org", "dana@example.org"),
    ]


def test_a_step_in_the_midst_takes_its_own_fields_with_it(edited: Book) -> None:
    """With the phone of step 2 taken back, what steps 3 and 4 set stays as it is."""
    assert dana(edited) == ("Dana Pop", "020 7946 0018", "dana@example.org")
    marked(edited, 2, undone=True)
    assert dana(edited) == ("Dana Pop", "0161 496 0005", "dana@example.org")
    marked(edited, 4, undone=True)
    assert dana(edited) == ("Dana Ruiz", "0161 496 0005", "dana@example.org")
    marked(edited, 2, undone=False)
    assert dana(edited) == ("Dana Ruiz", "020 7946 0018", "dana@example.org")
    marked(edited, 5, undone=True)
    (referral,) = edited.export()["referrals"]
    assert (referral["tie"], referral["need"], referral["note"]) == ("cousin", "A roof", "Mornings")


def test_a_field_can_be_set_to_nothing(edited: Book) -> None:
    """A cleared field is none, not what an earlier version had."""
    edited("edit", "@2", "--phone", "")
    assert dana(edited) == ("Dana Pop", None, "dana@example.org")
    assert edited.export()["referrals"][0]["tie"] is None
    edited("undo")
    assert dana(edited)[1] == "020 7946 0018"


def test_names_and_emails_are_found_as_they_are_now(edited: Book) -> None:
    """A former name or address leads to nobody; with the edit taken back it does again."""
    edited("edit", "@2", "--email", "pop@example.org")
    edited("note", "@2", "Heard")  # the newest version of hers sets neither
    assert found(edited, "pop") == found(edited, "dana pop") == found(edited, "da") == [2]
    assert found(edited, "POP@example.org") == [2]
    assert found(edited, "ruiz") == found(edited, "dana@example.org") == []
    for _ in range(2):
        edited("undo")
    assert found(edited, "dana@example.org") == [2]
    marked(edited, 4, undone=True)
    assert (found(edited, "ruiz"), found(edited, "pop")) == ([2], [])


def found(book: Book, text: str) -> list[int]:
    """The people whom this name, beginning of a word, or address leads to."""
    with closing(sqlite3.connect(book.path)) as connection:
        reader = Reader(connection)
        people = reader.people_with_email(text) if "@" in text else reader.people_beginning(text)
        if " " in text:
            assert reader.people_named(text) == people
        return [person.id for person in people]


def test_source_prospect_and_kind_are_one_field(edited: Book) -> None:
    """Whichever of them is changed, all three are set: no two commands can contradict each other."""
    edited("add", "Kim Wood", "--from", "Sam Ortiz")
    edited("edit", "2", "--from", "@2")
    edited("edit", "2", "--kind", "partner")
    sql = "SELECT sets, source, prospect, kind FROM referral_version WHERE referral = 2 ORDER BY id"
    assert ask(edited, sql) == [
        ("*", 1, 3, "client"),
        (" parties ", 2, 3, "client"),
        (" parties ", 2, 3, "partner"),
    ]


def test_a_merge_sets_who_they_are_now_and_nothing_else(edited: Book) -> None:
    """The fields of whoever was merged stay those of their own versions."""
    edited("add", "Samuel Ortiz", "--from", "Samuel Ortiz", "--source-phone", "1")
    edited("merge", "@3", "@1", "--yes")
    sql = "SELECT person, sets, name, merged_into FROM person_version WHERE step = 8 ORDER BY id"
    # Sam had no phone: the one that came along is his from here on.
    assert ask(edited, sql) == [(3, " ", None, 1), (1, " phone ", None, None)]
    edited("undo")
    people = {person["id"]: person for person in edited.export()["people"]}
    assert (people[3]["name"], people[3]["phone"]) == ("Samuel Ortiz", "1")
    assert people[1]["phone"] is None
