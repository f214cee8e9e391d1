"""`edit --from` after something was said: was the wrong person told, or only the name wrong?"""

from __future__ import annotations

from tests.support.commands import events, of_debts, refused
from tests.support.driver import Book


def test_it_is_refused_without_an_answer(two: Book) -> None:
    """Nobody can be asked, so nothing changes; both answers are named."""
    two("thank", "1")
    assert refused(two, "edit", "1", "--from", "Grace Obi", code=2).err.splitlines() == [
        "error: 1: somebody was told already (thanked): Sam Ortiz, or Grace Obi?",
        "If Sam Ortiz was told: --was-told old; if only the name was wrong: --was-told new",
    ]


def test_the_wrong_person_was_told(two: Book) -> None:
    """The new source is owed thanks again, and the answer says so; it can be undone."""
    two("thank", "1")
    answer = two("edit", "1", "--from", "Grace Obi", "--was-told", "old").out
    assert "Thank Grace Obi for referring Dana Ruiz" in answer
    (corrected,) = events(two, "source-corrected")
    people = {person["uid"]: person["name"] for person in two.export()["people"]}
    assert people[corrected["data"]["from"]] == "Sam Ortiz"
    assert ("thank-referral", 1) in of_debts(two)
    two("undo")
    assert ("thank-referral", 1) not in of_debts(two)
    assert events(two, "source-corrected") == []


def test_only_the_name_was_wrong(two: Book) -> None:
    """The right one was told all that was said."""
    two("thank", "1")
    two("edit", "1", "--from", "Grace Obi", "--was-told", "new")
    assert ("thank-referral", 1) not in of_debts(two)
    assert events(two, "source-corrected") == []


def test_at_a_terminal_it_is_asked(two: Book) -> None:
    """A yes means the one who was named until then."""
    two("thank", "1")
    shown = two.screen("edit", "1", "--from", "Tom Beck", columns=200, keys="y\n").out
    assert "Was it Sam Ortiz who was told (thanked)?" in shown
    assert ("thank-referral", 1) in of_debts(two)


def test_where_nothing_was_said_nothing_is_asked(two: Book) -> None:
    """The thanks are owed as they were; the option is refused where it says nothing."""
    two("edit", "1", "--from", "Tom Beck")
    assert events(two) == []
    refused(two, "edit", "1", "--tie", "x", "--was-told", "old", code=2)
    refused(two, "edit", "1", "--from", "Tom Beck", "--was-told", "both", code=2)
