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


def test_the_pages_say_whom_the_words_went_to(two: Book) -> None:
    """Words that the wrong person heard are no touch on the right one, on any page."""
    two("thank", "1", "--by", "call")
    two("add", "Kim Wood", "--from", "Grace Obi", "--at", "2h ago")
    two.at("2026-11-20T16:00:00Z")("edit", "1", "--from", "Grace Obi", "--was-told", "old")
    grace = next(p["id"] for p in two.export()["people"] if p["name"] == "Grace Obi")
    for what in ("1", f"@{grace}"):
        assert "thanked Sam Ortiz (call)" in two("show", what).out
    assert "Touches" not in two("show", f"@{grace}").out
    for zone in ("UTC", "Etc/UTC"):  # from the projections, and computed anew
        (line,) = [each for each in two.zone(zone)("sources").out.splitlines() if "Grace" in each]
        assert "last touch" not in line
    two.zone("UTC").at("2026-11-20T17:00:00Z")("thank", "1", "--by", "card")
    assert "Touches:  1, the last Fri 20 Nov 2026, 17:00" in two("show", f"@{grace}").out
    two("edit", "1", "--from", "@1", "--was-told", "old")
    assert "thanked Sam Ortiz (call)" not in two("show", "1").out
    assert "thanked Grace Obi (card)" in two("show", "1").out
