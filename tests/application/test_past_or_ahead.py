"""A day that may lie ahead, said of what happened: asked about, never taken for granted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reftrack import api
from tests.support.driver import Book

FRIDAY = datetime(2026, 11, 20, 15, tzinfo=UTC)
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.fixture
def session(tmp_path: Path) -> api.Session:
    """A referral that came in on Friday the 20th; now it is Monday the 30th."""
    api.add(api.open_session(tmp_path / "book.db", now=FRIDAY), "Dana Ruiz", "Sam Ortiz")
    return api.open_session(tmp_path / "book.db", now=MONDAY)


@pytest.fixture
def monday(book: Book) -> Book:
    """The same for the command line, where nobody can be asked."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    return book.at("2026-11-30T09:00:00Z")


def doubt_of(result: api.Recorded | api.Undecided) -> api.Undecided:
    """The doubt that came back."""
    assert isinstance(result, api.Undecided)
    assert result.is_asked
    return result


def test_a_meeting_on_a_weekday_is_asked_about(session: api.Session) -> None:
    """A yes records the day before; a no is refused, and what is agreed has its own command."""
    before = session.book.read_bytes()
    doubt = doubt_of(api.meet(session, ["1"], at="Friday"))
    assert doubt.question == "Do you mean last Friday, the 27th?"
    assert [choice.answer for choice in doubt.choices] == ["2026-11-27", "2026-12-04"]
    with pytest.raises(api.BadInput, match="2026-12-04 12:00, which is in the future") as refusal:
        api.meet(session, ["1"], at="Friday", answers={doubt.key: "2026-12-04"})
    assert refusal.value.hint[-1] == api.Command("agree", ("1", "2026-12-04"))
    assert session.book.read_bytes() == before
    met = api.meet(session, ["1"], at="Friday", answers={doubt.key: "2026-11-27"})
    assert isinstance(met, api.Recorded)
    assert met.lines == ("1  Met Dana Ruiz (Fri 27 Nov 2026, 12:00).",)


@pytest.mark.parametrize(
    ("words", "question", "answers"),
    [
        ("fri 15:00", "last Friday, the 27th, 15:00", ["2026-11-27 15:00", "2026-12-04 15:00"]),
        ("on sunday", "last Sunday, the 29th", ["2026-11-29", "2026-12-06"]),
        ("mon 15:00", "last Monday, the 23rd, 15:00", ["2026-11-23 15:00", "2026-11-30 15:00"]),
    ],
)
def test_the_question_names_the_day(
    session: api.Session, words: str, question: str, answers: list[str]
) -> None:
    """With its number and the hour; today's hour that is still to come is ahead too."""
    doubt = doubt_of(api.contact(session, ["1"], at=words))
    assert doubt.question == f"Do you mean {question}?"
    assert [choice.answer for choice in doubt.choices] == answers


@pytest.mark.parametrize("words", ["last fri", "yesterday", "mon", "nov 27", "27/11", "3 days ago"])
def test_what_can_only_be_past_is_not_asked_about(session: api.Session, words: str) -> None:
    """Nor is today, nor a date that is nearer than the one of next year."""
    assert isinstance(api.meet(session, ["1"], at=words), api.Recorded)


def test_of_thanks_a_weekday_is_past(session: api.Session) -> None:
    """Nobody agrees on a day for a card."""
    assert isinstance(api.thank(session, ["1"], at="fri"), api.Recorded)


def test_a_date_that_is_nearer_ahead_is_asked_about(tmp_path: Path) -> None:
    """It would be a year ago nearly, of whatever happened."""
    opened = api.open_session(tmp_path / "book.db", now=datetime(2025, 11, 20, 15, tzinfo=UTC))
    api.add(opened, "Dana Ruiz", "Sam Ortiz")
    session = api.open_session(tmp_path / "book.db", now=MONDAY)
    for doubt in (
        doubt_of(api.thank(session, ["1"], at="4 dec")),
        doubt_of(api.add(session, "Kim Wood", "Tom Beck", at="4 dec")),
        doubt_of(api.edit(session, "1", {"received": "4 dec"})),
    ):
        assert doubt.question == "Do you mean 4 December 2025?"
        assert [choice.answer for choice in doubt.choices] == ["2025-12-04", "2026-12-04"]


def test_where_nobody_can_be_asked_it_is_refused(monday: Book) -> None:
    """With the day to type, and with the command for an appointment."""
    before = monday.path.read_bytes()
    said = monday("meet", "1", "--at", "friday", code=2)
    assert said.err == (
        "error: 'friday' could be last Friday, the 27th, or 2026-12-04, which is ahead.\n"
        "Say --at 2026-11-27. If it is agreed for then: reftrack agree 1 2026-12-04\n"
    )
    assert monday.path.read_bytes() == before
    assert "Fri 27 Nov 2026, 12:00" in monday("meet", "1", "--at", "2026-11-27").out


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["meet", "1"], "If it is agreed for then: reftrack agree 1 '2026-12-04 10:00'"),
        (["contact", "1"], "If it is agreed for then: reftrack agree 1 '2026-12-04 10:00'"),
        (["contact", "1", "--no-answer"], "reftrack agree 1 '2026-12-04 10:00'"),
        (["win", "1"], "If it is agreed for then: reftrack agree 1 '2026-12-04 10:00'"),
        (["tell", "1", "x"], "reftrack snooze 1 --until '2026-12-04 10:00'"),
        (["thank", "1"], "To be reminded then: reftrack snooze 1 --until '2026-12-04 10:00'"),
        (["call-back", "@1"], "reftrack snooze @1 --until '2026-12-04 10:00'"),
        (["deliver", "@2"], "reftrack promise @2 TEXT --due '2026-12-04 10:00'"),
        (["rate", "1", "good"], "Record it once it has happened."),
        (["add", "Kim Wood", "--from", "Tom Beck"], "Record it once it has happened."),
    ],
)
def test_what_is_still_to_come_points_at_its_command(
    monday: Book, arguments: list[str], hint: str
) -> None:
    """An appointment is agreed, work is promised, a touch is put off; the rest can wait."""
    said = monday(*arguments, "--at", "2026-12-04 10:00", code=2).err
    assert "is 2026-12-04 10:00, which is in the future." in said
    assert said.endswith(f"{hint}\n")


def test_a_weekday_before_the_receipt_can_only_be_ahead(book: Book) -> None:
    """Of a meeting: the Friday before was too early, so an appointment may be meant."""
    book.at("2026-11-28T09:00:00Z")("add", "Dana Ruiz", "--from", "Sam Ortiz")
    said = book.at("2026-11-30T09:00:00Z")("meet", "1", "--at", "fri", code=2).err
    assert "before the referral was received" in said
    assert said.endswith("If it is agreed for then: reftrack agree 1 2026-12-04\n")
    said = book("thank", "1", "--at", "fri", code=2).err
    assert "agree" not in said
    assert said.endswith("Say a time from 2026-11-28 09:00 on.\n")


def test_at_a_terminal_it_is_asked(monday: Book) -> None:
    """A yes records it in the same call."""
    said = monday.screen("meet", "1", "--at", "friday", keys="y\n").out
    assert "Do you mean last Friday, the 27th? [y/n]" in said
    assert "Met Dana Ruiz (Fri 27 Nov 2026, 12:00)." in said
