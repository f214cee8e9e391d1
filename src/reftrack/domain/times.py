"""Time as the rulebook counts it: hours are the clock's, days are the calendar's."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from reftrack.domain.instants import EARLIEST, LATEST, instant_of, midnight, shown_at, text_of
from reftrack.errors import BadInput

__all__ = ["EARLIEST", "LATEST", "Calendar", "Span", "instant_of", "parse_span", "text_of"]

_SPAN = re.compile(r"([1-9][0-9]{0,3})([hd])")


class Span(NamedTuple):
    """A length of time: elapsed `hours`, or calendar `days` of the book's time zone."""

    hours: int = 0
    days: int = 0

    def __str__(self) -> str:
        return f"{self.days}d" if self.days else f"{self.hours}h"


def parse_span(text: str) -> Span:
    """`24h` or `7d`; BadInput otherwise."""
    found = _SPAN.fullmatch(text)
    if not found:
        raise BadInput(f"'{text[:40]}' is not a length of time.", "Say hours or days: 12h, 7d.")
    number, unit = int(found[1]), found[2]
    return Span(hours=number) if unit == "h" else Span(days=number)


class Calendar(NamedTuple):
    """The book's time zone: which date an instant falls on, when a date begins."""

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

    def deadline(self, start: datetime, within: Span) -> datetime:
        """The deadline of what opens at `start`: after elapsed hours, or as its last day ends."""
        if within.days:
            return self.opening(start, within.days + 1)
        return start + timedelta(hours=within.hours)
