"""A snooze says all that it hides, by name and by deadline."""

from __future__ import annotations

from tests.support.commands import events
from tests.support.driver import Book


def test_it_names_what_it_hides_with_its_deadline(two: Book) -> None:
    """And points at `agree`, where it may be the prospect who asked for it."""
    snoozed = two("snooze", "1", "--until", "1 mar")
    assert snoozed.out.splitlines()[0] == (
        "1  Hidden until Mon 1 Mar 2027, 00:00:"
        " thank-referral (by Sat 15:00), contact-prospect (by Sat 15:00)."
    )
    assert snoozed.err == (
        "note: if they asked to be called then, that is talk: reftrack agree 1 2027-03-01\n"
    )
    assert two("snooze", "1", "--until", "thu", "--rule", "thank-referral").err == ""


def test_a_person_is_asked_for_all_that_is_owed_to_them(two: Book) -> None:
    """Also what is owed to them on their referrals."""
    assert two("snooze", "@1", "--until", "thu").out.splitlines()[0] == (
        "@1  Hidden until Thu 26 Nov 2026, 00:00:"
        " thank-referral on 1 (by Sat 15:00), ask-preference (by 4 Dec)."
    )


def test_with_nothing_open_the_next_step_is_hidden(two: Book) -> None:
    """The one that would open before it is over; what opens later is shown as ever."""
    for command in (["thank", "1"], ["contact", "1"]):
        two(*command)
    assert two("snooze", "1", "--until", "1 mar").out.splitlines()[0] == (
        "1  Hidden until Mon 1 Mar 2027, 00:00: follow-up (from 27 Nov)."
    )
    assert events(two, "snoozed")[0]["data"]["rule"] == "follow-up"
    two.at("2026-12-10T12:00:00Z")
    assert ("follow-up", "snoozed", 1, "Dana Ruiz") in two.owed("--all")


def test_nothing_opens_before_it_is_over(two: Book) -> None:
    """Then it hides nothing, and says so."""
    for command in (["thank", "1"], ["contact", "1"]):
        two(*command)
    assert two("snooze", "1", "--until", "tomorrow").out.splitlines()[0] == (
        "1  Nothing is open to be hidden until Sat 21 Nov 2026, 00:00; what opens is shown."
    )


def test_due_says_what_is_hidden(two: Book) -> None:
    """A line of its own, also for the one who is snoozed; with --all the records themselves."""
    two("snooze", "1", "--until", "thu")
    assert "SNOOZED  2 until Thu  reftrack due --all" in two("due").out.splitlines()
    assert "SNOOZED  1 until Thu  reftrack due --for @1 --all" in (
        two("due", "--for", "@1").out.splitlines()
    )
    two("snooze", "2", "--until", "fri 10:00", "--rule", "thank-referral")
    assert "SNOOZED  3, the first until Thu  reftrack due --all" in two("due").out.splitlines()
