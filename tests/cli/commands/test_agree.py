"""Appointments: agreed on, moved, called off, and kept."""

from __future__ import annotations

import pytest

from tests.support.commands import FRIDAY, SATURDAY, events, kinds, of_debts, refused
from tests.support.driver import Book

MONDAY = "2026-11-23T10:30:00Z"


@pytest.fixture
def met(two: Book) -> Book:
    """The referrals of Friday, thanked for and called."""
    two("thank", "1", "2", "--by", "card")
    two("contact", "1", "2")
    return two


def first(book: Book, *arguments: str) -> str:
    """The first line of the answer."""
    return book(*arguments).out.splitlines()[0]


def test_an_appointment_has_an_hour_or_a_day(met: Book) -> None:
    """An hour is an instant, a day without one is that date; both are said back in full."""
    said = first(met, "agree", "1", "mon 10:00", "--what", "the survey")
    assert said == "1  Agreed with Dana Ruiz for Mon 23 Nov 2026, 10:00 (the survey)."
    assert first(met, "agree", "2", "1 march") == "2  Agreed with Priya Nair for Mon 1 Mar 2027."
    assert [event["data"] for event in events(met, "agreed")] == [
        {"text": "the survey", "at": "2026-11-23T10:00:00Z"},
        {"on": "2027-03-01"},
    ]


def test_an_hour_is_that_of_the_books_clocks(met: Book) -> None:
    """In New York ten o'clock is three in the afternoon in London."""
    met.zone("America/New_York")
    assert "Mon 23 Nov 2026, 10:00" in first(met, "agree", "1", "mon 10am")
    assert events(met, "agreed")[0]["data"] == {"at": "2026-11-23T15:00:00Z"}


def test_agreeing_again_moves_it(met: Book) -> None:
    """The answer says from when to when; one appointment stands."""
    met("agree", "1", "mon 10:00")
    assert first(met, "agree", "1", "tomorrow") == (
        "1  Moved the appointment with Dana Ruiz from Mon 23 Nov 2026, 10:00 to Sat 21 Nov 2026."
    )
    assert ("keep-appointment", 1) in of_debts(met.at(SATURDAY))
    met("agree", "1", "--off")
    assert of_debts(met.at(MONDAY)) == []


def test_it_is_called_off_where_one_stands(met: Book) -> None:
    """Without one it is refused, with the command that makes one."""
    error = refused(met, "agree", "1", "--off").err
    assert error == "error: 1: no appointment stands.\nTo make one: reftrack agree 1 WHEN\n"
    met("agree", "1", "mon 10:00")
    assert first(met, "agree", "1", "--off", "--note", "has a cold") == (
        "1  Called off the appointment with Dana Ruiz on Mon 23 Nov 2026, 10:00."
    )
    assert events(met, "agreed")[1]["data"] == {}
    refused(met, "agree", "1", "--off")


def test_one_that_was_missed_can_still_be_moved(met: Book) -> None:
    """Until it is kept it stands, late as it may be."""
    met("agree", "1", "mon 10:00")
    met.at("2026-11-25T09:00:00Z")
    assert of_debts(met) == [("keep-appointment", 1)]
    assert "Moved the appointment" in first(met, "agree", "1", "fri 10:00")
    assert of_debts(met) == []


def test_one_that_was_kept_is_not_moved(met: Book) -> None:
    """The next one that was agreed at it is an appointment of its own."""
    met("agree", "1", "mon 10:00")
    said = met.at(MONDAY)("meet", "1", "--next", "fri 10:00").out.splitlines()
    assert said[:2] == ["1  Met Dana Ruiz.", "1  Agreed with Dana Ruiz for Fri 27 Nov 2026, 10:00."]
    met("undo")
    met("meet", "1")
    refused(met, "agree", "1", "--off")


@pytest.mark.parametrize(
    ("when", "meant"),
    [
        ("yesterday", "reftrack meet 1 --at yesterday"),
        ("2h ago", "reftrack meet 1 --at '2h ago'"),
        ("14:00", "reftrack meet 1 --at 14:00"),
        ("2026-11-01", "reftrack meet 1 --at 2026-11-01"),
    ],
)
def test_what_is_over_took_place_or_did_not(met: Book, when: str, meant: str) -> None:
    """It is refused with the command that records a meeting."""
    error = refused(met, "agree", "1", when, code=2).err
    assert error.splitlines()[1] == f"If it took place then: {meant}"


def test_a_friday_said_on_a_friday_is_asked_back(met: Book) -> None:
    """Today or in a week: only the person knows."""
    error = refused(met, "agree", "1", "fri", code=2).err
    assert error.splitlines()[1] == "Say 2026-11-20, or 2026-11-27."
    assert "for Fri 20 Nov 2026." in first(met, "agree", "1", "today")


@pytest.mark.parametrize(
    "words",
    [
        ["agree", "1"],
        ["agree", "1", "mon", "--off"],
        ["agree", "1", "--off", "--what", "the survey"],
        ["agree", "1", "--off", "--by", "call"],
        ["agree", "1", "mon", "--by", "card"],
        ["agree", "1", "mon", "--what", " "],
        ["agree", "1", "some day"],
        ["contact", "1", "--no-answer", "--next", "mon"],
    ],
)
def test_what_is_no_appointment_is_refused(met: Book, words: list[str]) -> None:
    """Nothing is recorded of it."""
    refused(met, *words, code=2)


def test_it_is_settled_by_the_way_it_was_agreed_on(met: Book) -> None:
    """A meeting by `meet`, a call by `contact`; either command settles it as it stands."""
    met("agree", "1", "mon 10:00")
    met("agree", "2", "mon 10:00", "--by", "call")
    due = met.at(MONDAY).due("--for", "@2")["items"] + met.due("--for", "@4")["items"]
    assert [(item["action"], item["channel"], item["command"]) for item in due] == [
        ("Meet Dana Ruiz (from Sam Ortiz)", "in-person", "reftrack meet 1"),
        ("Call Priya Nair as agreed (from Tom Beck)", "call", "reftrack contact 2"),
    ]
    met("meet", "1")
    met("contact", "2")
    assert "keep-appointment" not in [rule for rule, _ in of_debts(met)]


def test_a_call_that_ends_in_an_appointment_is_one_command(two: Book) -> None:
    """Two events in one step: one undo takes both back."""
    said = two("contact", "1", "2", "--by", "call", "--next", "mon 10:00").out.splitlines()
    assert said[:4] == [
        "1  Contacted Dana Ruiz, by phone.",
        "2  Contacted Priya Nair, by phone.",
        "1  Agreed with Dana Ruiz for Mon 23 Nov 2026, 10:00.",
        "2  Agreed with Priya Nair for Mon 23 Nov 2026, 10:00.",
    ]
    assert kinds(two) == ["contacted", "contacted", "agreed", "agreed"]
    assert [event["channel"] for event in events(two)] == ["call", "call", None, None]
    two("undo")
    assert kinds(two) == []


def test_what_was_agreed_yesterday_was_agreed_then(two: Book) -> None:
    """The appointment has the instant of the call in which it was made."""
    two.at(SATURDAY)("contact", "1", "--at", "yesterday 15:00", "--next", "mon 10:00")
    assert [event["at"] for event in events(two)] == [FRIDAY, FRIDAY]


def test_it_is_talk(two: Book) -> None:
    """A prospect who agreed was reached; a closed referral is open again, and the answer says so."""
    two("agree", "1", "mon 10:00")
    assert ("contact-prospect", 1) not in of_debts(two)
    two("lose", "2", "--why", "A cousin does it")
    said = first(two, "agree", "2", "mon 10:00")
    assert said.endswith("It is open again.")


def test_it_can_be_undone_and_is_back(met: Book) -> None:
    """The move is taken back: the first appointment stands again."""
    met("agree", "1", "mon 10:00")
    met("agree", "1", "tue 10:00")
    assert "Moved the appointment" in met("undo").out
    assert [event["data"] for event in events(met, "agreed")] == [{"at": "2026-11-23T10:00:00Z"}]
    met("redo")
    assert "on Tue 24 Nov 2026, 10:00" in first(met, "agree", "1", "--off")
    met("undo")
    met("undo")
    assert "on Mon 23 Nov 2026, 10:00" in first(met, "agree", "1", "--off")


def test_the_page_of_a_referral_says_when(met: Book) -> None:
    """In its history, with what it is for and how it is to be held."""
    met("agree", "1", "mon 10:00", "--what", "the survey", "--by", "call")
    met("agree", "1", "1 march")
    shown = met("show", "1").out
    assert "agreed (call)  the survey; for Mon 23 Nov 2026, 10:00" in shown
    assert "agreed  on Mon 1 Mar 2027" in shown


def test_the_calendar_has_it_at_its_hour(met: Book) -> None:
    """As soon as it is made, by name alone; one without an hour is an entry of the day."""
    met("agree", "1", "mon 10:00", "--what", "the zanzibar")
    met("agree", "2", "today", "--by", "call")
    feed = met("export", "--format", "ics").out.replace("\r\n ", "")
    assert "SUMMARY:Meet Dana Ruiz (from Sam Ortiz)" in feed
    assert "DTSTART:20261123T100000Z\r\nDTEND:20261123T103000Z" in feed
    assert "DESCRIPTION:Mon 23 Nov 2026\\, 10:00 (UTC).\\nreftrack meet 1" in feed
    assert "SUMMARY:Call Priya Nair as agreed (from Tom Beck)" in feed
    assert "DTSTART;VALUE=DATE:20261120" in feed
    assert "zanzibar" not in feed


def test_what_was_moved_has_one_entry(met: Book) -> None:
    """A calendar that subscribes shows the new hour alone."""
    met("agree", "1", "mon 10:00")
    met("agree", "1", "tue 11:00")
    feed = met("export", "--format", "ics").out
    assert feed.count("SUMMARY:Meet Dana Ruiz") == 1
    assert "DTSTART:20261124T110000Z" in feed


def test_a_walk_asks_whether_it_took_place(met: Book) -> None:
    """A prospect who did not come was waited for, which is a try."""
    met("agree", "1", "mon 10:00")
    shown = met.at("2026-11-24T09:30:00Z").screen("walk", keys="d\nn\ny\nq\n")
    assert "Did you meet Dana Ruiz? [y/n]" in shown.out
    assert kinds(met)[-1] == "attempted"
    assert ("keep-appointment", 1) not in of_debts(met)
