"""Former names are found and shown, and a slip of the hand gets a suggestion."""

from __future__ import annotations

import json

import pytest

from tests.support.commands import events, refused
from tests.support.driver import Book


@pytest.fixture
def kit(book: Book) -> Book:
    """Kit Hale, @1, formerly Moor, sent Dana Ruiz, @2."""
    book("add", "Dana Ruiz", "--from", "Kit Moor")
    book("edit", "@1", "--name", "Kit Hale")
    return book


@pytest.mark.parametrize("typed", ["moor", "Kit Moor", "MOO"])
def test_a_former_name_is_found_and_shown(kit: Book, typed: str) -> None:
    """By whatever looks a name up, and it says who that is now."""
    assert kit("show", typed).out.startswith("@1  Kit Hale, formerly Moor\n")
    assert kit("show", typed).err == "note: this is Kit Hale, formerly Moor (@1).\n"
    assert kit("why", typed).out.startswith("@1  Kit Hale")
    assert "Kit Hale, formerly Moor" in kit("find", typed).out
    assert kit("thank", typed).out.startswith("1  Thanked Kit Hale for Dana Ruiz.")


def test_who_may_be_new_is_found_by_it_too(kit: Book) -> None:
    """`wish moor` is `thank moor`; to `add` it is somebody new, and that is said."""
    said = kit("wish", "moor", "--by", "email").err
    assert said.startswith("note: moor is taken as Kit Hale, formerly Moor (@1).")
    added = kit("add", "Lee Park", "--from", "Kit Moor").err
    assert "note: this is not Kit Hale, formerly Moor (@1)" in added


def test_a_page_of_a_referral_shows_it(kit: Book) -> None:
    """Of source and prospect."""
    assert "@1 Kit Hale, formerly Moor" in kit("show", "1").out


def test_programs_get_all_of_them(kit: Book) -> None:
    """The latest first; one that came back is none."""
    kit("edit", "@1", "--name", "Kit Lane")
    kit("edit", "@1", "--name", "Kit  LANE")
    assert json.loads(kit("show", "@1", "--json").out)["person"]["former_names"] == [
        "Kit Hale",
        "Kit Moor",
    ]
    kit("edit", "@1", "--name", "Kit Moor")
    assert json.loads(kit("show", "@1", "--json").out)["person"]["former_names"] == [
        "Kit LANE",
        "Kit Hale",
    ]
    found = json.loads(kit("find", "hale", "--json").out)["people"]
    assert [(f["field"], f["text"]) for f in found] == [("former-name", "Kit Hale")]


def test_a_present_name_goes_before_a_former_one(kit: Book) -> None:
    """The one who has it now is meant."""
    kit("add", "Lee Park", "--from", "Eva Moor")
    assert json.loads(kit("show", "moor", "--json").out)["person"]["name"] == "Eva Moor"
    assert "formerly" not in kit("show", "moor").err


def test_several_of_one_former_name_are_listed_with_it(kit: Book) -> None:
    """A name of which somebody had all goes before the beginning of one."""
    kit("add", "Lee Park", "--from", "Ann Moorcroft")
    kit("edit", "ann", "--name", "Ann Reed")
    error = refused(kit, "call-back", "moor").err
    assert "  @1  Kit Hale, formerly Moor" in error
    assert "  @3  Ann Reed, formerly Moorcroft" in error
    kit("call-back", "Kit Moor")
    assert events(kit, "called-back")[0]["person"] == 1


def test_a_name_that_was_undone_was_never_theirs(kit: Book) -> None:
    """Nor is it found."""
    kit("undo")
    assert "formerly" not in kit("show", "@1").out
    refused(kit, "show", "hale")


# Slips of the hand.


@pytest.mark.parametrize(
    ("command", "typed"),
    [
        (("thank",), "kti"),
        (("show",), "haile"),
        (("contact",), "dnaa"),
        (("call-back",), "riuz"),
        (("due", "--for"), "Kit Hael"),
        (("why",), "halle"),
        (("draft",), "dsna"),
        (("merge", "@2", "--yes"), "hsle"),
    ],
)
def test_a_near_miss_gets_a_suggestion(kit: Book, command: tuple[str, ...], typed: str) -> None:
    """With the number to type."""
    error = refused(kit, *command, typed).err
    assert f"'{typed}'" in error
    assert "Did you mean " in error
    assert "(@1)" in error or "(@2)" in error


def test_of_an_address_too(kit: Book) -> None:
    """Which is compared as a whole."""
    kit("edit", "@1", "--email", "kit@example.com")
    assert "Did you mean Kit Hale" in refused(kit, "show", "kit@exmaple.com").err


def test_what_is_far_from_all_gets_none(kit: Book) -> None:
    """Rather the way to the lists."""
    error = refused(kit, "show", "Xavier").err
    assert "Did you mean" not in error
    assert "reftrack list --all" in error
