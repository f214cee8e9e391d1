"""`waive` and `snooze`: a courtesy let go, or hidden."""

from __future__ import annotations

from tests.support.commands import events, of_debts, refused
from tests.support.driver import Book


def test_waive_lets_an_open_courtesy_go(two: Book) -> None:
    """The rule is ended and stays on record; the reason is private."""
    result = two("waive", "1", "thank-referral", "--why", "Thanked at lunch")
    assert result.out.splitlines() == [
        "1  Waived: thank-referral.",
        (
            "No longer owed: thank-referral."
            " Still owed: call Dana Ruiz (from Sam Ortiz), by Sat 15:00 (reftrack contact 1)."
        ),
    ]
    (waived,) = events(two)
    assert (waived["data"], waived["note"]) == ({"rule": "thank-referral"}, "Thanked at lunch")
    assert of_debts(two, "--for", "@1") == []
    two("waive", "Priya", "all", "--why", "A duplicate", "--note", "sorry")
    assert of_debts(two) == [("contact-prospect", 1)]
    two("waive", "@1", "ask-preference", "--why", "He told me already")
    assert two.due("--for", "@1")["items"] == []


def test_waive_before_it_opens_says_when_it_opens(two: Book) -> None:
    """A courtesy that is not open yet cannot be let go; its instant is named, or that it never comes."""
    two("contact", "1")
    error = refused(two, "waive", "1", "follow-up", "--why", "x").err
    assert "Fri 27 Nov 2026, 00:00" in error
    assert "no thank-win is open on 1" in refused(two, "waive", "1", "thank-win", "--why", "x").err
    error = refused(two, "waive", "@1", "keep-informed", "--why", "x").err
    assert "Fri 4 Dec 2026, 00:00" in error or "no keep-informed is open" in error
    assert "thank-win" in refused(two, "waive", "1", "thank-wim", "--why", "x", code=2).err
    refused(two, "waive", "1", "thank-referral", code=2)
    refused(two, "waive", "1", "thank-referral", "--why", " ", code=2)


def test_snooze_hides_and_keeps_the_deadline(two: Book) -> None:
    """Hidden until then, shown with --all, due as before."""
    due_at = {i["rule"]: i["due_at"] for i in two.due()["items"]}
    result = two("snooze", "1", "--until", "sun")
    assert "Hidden until Sun 22 Nov 2026, 00:00" in result.out
    assert of_debts(two) == [("thank-referral", 2), ("contact-prospect", 2)]
    snoozed = [i for i in two.due("--all")["items"] if i["status"] == "snoozed"]
    assert {i["rule"]: i["due_at"] for i in snoozed}.items() <= due_at.items()
    two.at("2026-11-22T00:00:00Z")
    assert ("thank-referral", 1) in of_debts(two)
    assert two.due()["counts"]["overdue"] == 4


def test_snooze_of_one_rule_and_of_a_person(two: Book) -> None:
    """--rule hides that rule alone; a snooze on a person hides all that is owed to them."""
    two("snooze", "1", "--until", "in 3 days", "--rule", "contact-prospect")
    assert ("thank-referral", 1) in of_debts(two)
    assert ("contact-prospect", 1) not in of_debts(two)
    two("snooze", "Tom Beck", "--until", "tomorrow 14:00", "--note", "on holiday")
    assert ("thank-referral", 2) not in of_debts(two)
    assert ("contact-prospect", 2) in of_debts(two)
    assert [e["data"] for e in events(two)] == [
        {"until": "2026-11-23T15:00:00Z", "rule": "contact-prospect"},
        {"until": "2026-11-21T14:00:00Z"},
    ]
    refused(two, "snooze", "1", "--until", "yesterday", code=2)
    refused(two, "snooze", "1", code=2)
    refused(two, "snooze", "1", "--until", "thu", "--rule", "thank", code=2)


def test_the_next_step_is_none_that_is_hidden(two: Book) -> None:
    """After a snooze the answer does not name what was just hidden."""
    result = two("snooze", "1", "--until", "sun", "--rule", "thank-referral")
    assert "Thank" not in result.out
    assert "reftrack contact 1" in result.out
    assert two("snooze", "2", "--until", "sun").out.count("\n") == 1
