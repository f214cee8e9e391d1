"""The working week of the configuration: `[week]` days, hours and holidays."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from reftrack.config import holidays
from tests.support.driver import Book

FRIDAY = "2026-12-18T15:00:00Z"
# Two working days from that Friday are Monday and Tuesday.
TWO_DAYS = '[policy]\nthank-referral = "2wd"\n'

CALENDAR = """BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VTIMEZONE
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
SUMMARY:Two days off\\, the second of them
  folded
DTSTART;VALUE=DATE:20261221
DTEND;VALUE=DATE:20261223
END:VEVENT
BEGIN:VEVENT
DTSTART;TZID=Europe/London:20261224T090000
END:VEVENT
END:VCALENDAR
"""


@pytest.fixture
def thanks(book: Book) -> Callable[[str], str]:
    """When thanks for a referral of that Friday are due, under a configuration."""
    book.at(FRIDAY)("add", "Dana Ruiz", "--from", "Sam Ortiz")

    def due(configuration: str) -> str:
        book.configure(configuration)
        return next(
            str(item["due_at"])
            for item in book.due("--all")["items"]
            if item["rule"] == "thank-referral"
        )

    return due


@pytest.mark.parametrize(
    ("week", "due"),
    [
        ("", "2026-12-23T00:00:00Z"),
        ('[week]\ndays = ["sat", "Sunday"]', "2026-12-21T00:00:00Z"),
        ('[week]\nholidays = ["2026-12-21"]', "2026-12-24T00:00:00Z"),
        ("[week]\nholidays = [2026-12-21, 2026-12-22]", "2026-12-25T00:00:00Z"),
        ('[week]\nholidays = ["2026-12-21..2027-01-03"]', "2027-01-06T00:00:00Z"),
        # Monday, Tuesday and Thursday are off there: what is left is Wednesday, then Friday.
        ('[week]\nholidays = ["days off.ics"]', "2026-12-26T00:00:00Z"),
    ],
)
def test_a_deadline_in_working_days(
    book: Book, thanks: Callable[[str], str], week: str, due: str
) -> None:
    """Days, dates, ranges and the events of a file each count; the last day of a range too."""
    book.config.with_name("days off.ics").write_text(CALENDAR, encoding="utf-8")
    assert thanks(TWO_DAYS + week) == due


def test_hours_of_work(thanks: Callable[[str], str]) -> None:
    """From Friday at 15:00 there are two hours of that day, then Monday's."""
    four = '[policy]\nthank-referral = "4wh"\n[week]\nhours = "08:00-17:00"'
    assert thanks(four) == "2026-12-21T10:00:00Z"


def test_files_are_read_only_where_working_time_counts(thanks: Callable[[str], str]) -> None:
    """One that is missing is no matter as long as no deadline depends on it."""
    week = '[week]\nholidays = ["missing.ics"]'
    assert thanks('[policy]\nthank-referral = "2d"\n' + week) == "2026-12-21T00:00:00Z"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"Christmas", "is no calendar file"),
        (CALENDAR.replace("DTEND;VALUE=DATE:20261223", "RRULE:FREQ=YEARLY").encode(), "repeats"),
        (CALENDAR.replace("20261221", "20261321").encode(), "a day that there is not"),
    ],
)
def test_a_file_that_is_no_calendar_of_holidays(
    book: Book, thanks: Callable[[str], str], content: bytes | None, said: str
) -> None:
    """It is named with what to do instead, and nothing is guessed."""
    assert thanks(TWO_DAYS)
    if content is not None:
        book.config.with_name("days.ics").write_bytes(content)
    book.configure(TWO_DAYS + '[week]\nholidays = ["days.ics"]')
    result = book("due", code=2)
    assert said in result.err
    assert "days.ics" in result.err
    assert len(result.err.splitlines()) == 2


def test_a_file_too_large_is_not_read(
    book: Book, thanks: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size is looked at first."""
    assert thanks(TWO_DAYS)
    monkeypatch.setattr(holidays, "_LARGEST", 10)
    book.config.with_name("days.ics").write_text(CALENDAR, encoding="utf-8")
    book.configure(TWO_DAYS + '[week]\nholidays = ["days.ics"]')
    assert "too large" in book("due", code=2).err


def test_the_projections_are_of_the_dates(book: Book, thanks: Callable[[str], str]) -> None:
    """Another date in the file, and neither the list nor the count relies on what was computed."""
    days = book.config.with_name("days.ics")
    days.write_text(CALENDAR, encoding="utf-8")
    week = TWO_DAYS + '[week]\nholidays = ["days.ics"]'
    assert thanks(week) == "2026-12-26T00:00:00Z"
    book("note", "1", "the stamp is of these dates from here on")
    assert stamp_of(book).count("2026-12-2") == 3
    book.at("2026-12-25T09:00:00Z")
    assert book("due", "--count").out == "2\n"  # the call is overdue, thanks are due today
    later = CALENDAR.replace("20261224", "20261225")  # as many bytes, at another time
    days.write_text(later, encoding="utf-8")
    os.utime(days, ns=(1, 1))
    assert thanks(week) == "2026-12-25T00:00:00Z"
    # As that day ends the thanks are overdue, which the old projections do not know of.
    book.at("2026-12-25T09:00:00Z")
    assert book("due", "--count").out == f"{len(pressing(book))}\n"
    assert ("thank-referral", "overdue", 1, "Sam Ortiz") in book.owed()


def stamp_of(book: Book) -> str:
    """The stamp of the terms that the projections were computed with."""
    with closing(sqlite3.connect(book.path)) as connection:
        ((value,),) = connection.execute("SELECT value FROM book WHERE name = 'stamp'")
        return str(value)


def pressing(book: Book) -> list[str]:
    """The debts that `due` lists, all of which are due today or overdue."""
    return [item["rule"] for item in book.due()["items"] if item["class"] == "debt"]


@pytest.mark.parametrize(
    ("week", "said"),
    [
        ("days = []", "a week needs a working day"),
        ('days = ["mo"]', "is no day"),
        ('days = "mon"', "is not a list"),
        ('hours = "17:00-09:00"', "do not end after they begin"),
        ('hours = "9 to 5"', "are no hours"),
        ('holidays = ["Christmas"]', "is no date"),
        ("holidays = [25]", "is not a list of them"),
        ("day = 1", "there is no setting 'week.day'"),
    ],
)
def test_weeks_that_are_refused(book: Book, week: str, said: str) -> None:
    """One line names the fault, the other what to write."""
    book.configure(f"[week]\n{week}")
    result = book("due", code=2)
    assert said in result.err
    assert len(result.err.splitlines()) == 2


def test_setting_it(book: Book) -> None:
    """`config set` writes lists, and shows what is in force."""
    book("config", "set", "week.days", "mon, tue")
    book("config", "set", "week.holidays", "2026-12-24..2027-01-03 2026-05-01")
    book("config", "set", "week.hours", "08:30-12:00")
    shown = book("config").out
    for value in ("mon, tue", "2026-12-24..2027-01-03, 2026-05-01", "08:30-12:00"):
        assert value in shown
