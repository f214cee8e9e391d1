"""Time as the rulebook counts it: hours are the clock's, days are the calendar's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from reftrack.domain.instants import EARLIEST, LATEST, instant_of, midnight, shown_at, text_of
from reftrack.errors import BadInput

__all__ = [
    "EARLIEST",
    "LATEST",
    "OFFICE_WEEK",
    "Calendar",
    "Span",
    "Week",
    "instant_of",
    "parse_span",
    "text_of",
]

_SPAN = re.compile(r"([1-9][0-9]{0,3})(wh|wd|h|d)")


class Span(NamedTuple):
    """A length of time, in one of four units.

    Elapsed `hours`, or calendar `days` of the book's time zone; working hours elapse in the hours
    of the working week alone, and of working days only those count.
    """

    hours: int = 0
    days: int = 0
    working_hours: int = 0
    working_days: int = 0

    @property
    def is_in_days(self) -> bool:
        """True if it ends as a day ends."""
        return bool(self.days or self.working_days)

    @property
    def is_working(self) -> bool:
        """True if it depends on the working week."""
        return bool(self.working_hours or self.working_days)

    def __str__(self) -> str:
        for count, unit in (
            (self.days, "d"),
            (self.working_days, "wd"),
            (self.working_hours, "wh"),
        ):
            if count:
                return f"{count}{unit}"
        return f"{self.hours}h"


def parse_span(text: str) -> Span:
    """`24h`, `7d`, or of working time `8wh`, `2wd`; BadInput otherwise."""
    found = _SPAN.fullmatch(text)
    if not found:
        raise BadInput(
            f"'{text[:40]}' is not a length of time.",
            "Say hours or days: 12h, 7d; of working time: 8wh, 2wd.",
        )
    number, unit = int(found[1]), found[2]
    return Span(**{_UNITS[unit]: number})


_UNITS = {"h": "hours", "d": "days", "wh": "working_hours", "wd": "working_days"}

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Week:
    """The working week: on which days (Monday is 0), from which minute of the day to which.

    At least one day, and hours that end after they begin; a holiday is a date without work.
    """

    days: frozenset[int] = frozenset(range(5))
    begins: int = 9 * 60
    ends: int = 17 * 60
    holidays: frozenset[date] = frozenset()

    def works_on(self, day: date) -> bool:
        """True if `day` is a working day."""
        return day.weekday() in self.days and day not in self.holidays

    def after(self, day: date) -> date:
        """The next working day after this one."""
        day += timedelta(days=1)
        while not self.works_on(day):
            day += timedelta(days=1)
        return day


OFFICE_WEEK = Week()


class Calendar(NamedTuple):
    """The book's time zone: the date of an instant, the beginning of a date."""

    zone: tzinfo

    def date_of(self, instant: datetime) -> date:
        """The local date of `instant`."""
        return instant.astimezone(self.zone).date()

    def instant(self, wall: datetime) -> datetime:
        """The instant at which the clocks show `wall`, a time without a zone.

        Of one that occurs twice the first; for one that a clock change skips, the first instant
        that follows it.
        """
        return shown_at(wall, self.zone)

    def midnight(self, day: date) -> datetime:
        """The instant at which `day` begins."""
        return midnight(day, self.zone)

    def opening(self, start: datetime, days: int) -> datetime:
        """The beginning of the `days`-th day after the date of `start`."""
        return self.midnight(self.date_of(start) + timedelta(days=days))

    def deadline(self, start: datetime, within: Span, week: Week = OFFICE_WEEK) -> datetime:
        """The deadline of what opens at `start`: after elapsed hours, or as its last day ends."""
        if within.working_hours:
            return self._worked(start, timedelta(hours=within.working_hours), week)
        if within.working_days:
            day = self.date_of(start)
            for _ in range(within.working_days):
                day = week.after(day)
            return self.midnight(day + timedelta(days=1))
        if within.days:
            return self.opening(start, within.days + 1)
        return start + timedelta(hours=within.hours)

    def _worked(self, start: datetime, left: timedelta, week: Week) -> datetime:
        """The instant at which so much working time has elapsed since `start`."""
        day = self.date_of(start)
        if not week.works_on(day):
            day = week.after(day)
        while True:
            begins, ends = (
                self.instant(datetime.combine(day, time()) + timedelta(minutes=minute))
                for minute in (week.begins, week.ends)
            )
            since = max(start, begins)
            if left <= ends - since:
                return since + left
            left -= max(ends - since, timedelta())
            day = week.after(day)
