"""Hours are the clock's, days are the calendar's."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reftrack.domain.times import Calendar, Span, instant_of, parse_span, text_of
from reftrack.rules.rulebook import BY_NAME
from tests.support.histories import DAY, HOUR, SECOND, SEEDS, ZONE, history_of, owed
from tests.support.random_history import random_history


def is_first_of_a_day(instant: datetime, calendar: Calendar, days: int, start: datetime) -> bool:
    """True if `instant` is the first of a day: the one `days` after the date of `start`."""
    day = calendar.date_of(start) + days * DAY
    return calendar.date_of(instant - SECOND) < day <= calendar.date_of(instant)


def is_midnight(instant: datetime, calendar: Calendar) -> bool:
    """True if a local date begins at `instant`."""
    return calendar.date_of(instant - SECOND) < calendar.date_of(instant)


INSTANTS = st.datetimes(datetime(1905, 1, 1), datetime(2060, 1, 1)).map(
    lambda wall: wall.replace(microsecond=0, tzinfo=UTC)
)


@given(INSTANTS, st.integers(1, 120), ZONE)
def test_days_end_at_midnight(start: datetime, days: int, zone: str) -> None:
    """A deadline of N days is the local midnight that ends the Nth day after."""
    calendar = Calendar(ZoneInfo(zone))
    assert is_first_of_a_day(calendar.deadline(start, Span(days=days)), calendar, days + 1, start)
    assert is_first_of_a_day(calendar.opening(start, days), calendar, days, start)


@given(INSTANTS, st.integers(1, 120), ZONE)
def test_hours_elapse(start: datetime, hours: int, zone: str) -> None:
    """A deadline of N hours is N elapsed hours later, whatever the clocks show."""
    assert Calendar(ZoneInfo(zone)).deadline(start, Span(hours=hours)) - start == hours * HOUR


@given(SEEDS, ZONE)
@settings(max_examples=60)
def test_deadlines_of_histories(seed: int, zone: str) -> None:
    """Every deadline is what its policy says, and what opens after days opens as one begins."""
    calendar = Calendar(ZoneInfo(zone))
    for courtesy in owed(history_of(random_history(seed, zone=zone)), zone):
        if not BY_NAME[courtesy.rule].within:
            continue  # a promise has the deadline that was said
        within = parse_span(BY_NAME[courtesy.rule].within)
        opens, due = courtesy.opens_at, courtesy.due_at
        if within.hours:
            assert due - opens == within.hours * HOUR
        else:
            assert is_first_of_a_day(due, calendar, within.days + 1, opens)
        if courtesy.rule in ("keep-informed", "follow-up"):
            assert is_midnight(opens, calendar)


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        # A midnight that the clocks skip is the instant after, of one that occurs twice the first.
        ("Africa/Cairo", "2026-04-22T10:00:00Z", "2026-04-23T22:00:00Z"),
        ("America/Havana", "2026-03-06T15:00:00Z", "2026-03-08T05:00:00Z"),
        ("America/Havana", "2026-10-30T15:00:00Z", "2026-11-01T04:00:00Z"),
        # The gap began at 23:30 here.
        ("America/Toronto", "1919-03-29T15:00:00Z", "1919-03-31T04:30:00Z"),
        # The 30th did not take place at all.
        ("Pacific/Apia", "2011-12-28T15:00:00Z", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-29T15:00:00Z", "2011-12-30T10:00:00Z"),
        # Clocks went back a minute after midnight: this one occurs twice.
        ("America/St_Johns", "2010-11-05T15:00:00Z", "2010-11-07T02:30:00Z"),
    ],
)
def test_odd_midnights(zone: str, start: str, due: str) -> None:
    """A day ends where the next begins, even where no clock shows that midnight, or shows it twice."""
    calendar = Calendar(ZoneInfo(zone))
    assert text_of(calendar.deadline(instant_of(start), Span(days=1))) == due
