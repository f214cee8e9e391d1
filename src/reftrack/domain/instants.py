"""Instants: as they are kept in text, and as the clocks of a time zone show them."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta, tzinfo

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(2200, 1, 1, tzinfo=UTC)

# A clock may be wrong by so much, here or where something was recorded.
ASTRAY = timedelta(days=2)


def text_of(instant: datetime) -> str:
    """An instant as it is stored and exported: `2026-11-20T15:00:00Z`."""
    if instant.tzinfo is not UTC:
        instant = instant.astimezone(UTC)
    return instant.isoformat(timespec="seconds")[:19] + "Z"


def instant_of(text: str) -> datetime:
    """The instant that `text_of` wrote."""
    return datetime.fromisoformat(text)


def shown_at(wall: datetime, zone: tzinfo) -> datetime:
    """The instant at which the clocks of `zone` show `wall`, a time without a zone.

    Of one that occurs twice the first; for one that a clock change skips, the first instant that
    follows it.
    """
    first, second = (wall.replace(tzinfo=zone, fold=n).astimezone(UTC) for n in (0, 1))
    if first <= second:
        return first

    # Skipped: read with the later offset it lies before the change, with the earlier after.
    def shown_after(seconds: int) -> datetime:
        return (second + timedelta(seconds=seconds)).astimezone(zone).replace(tzinfo=None)

    span = range(int((first - second).total_seconds()))
    return second + timedelta(seconds=bisect_left(span, wall, key=shown_after))


def is_same_zone(one: tzinfo, other: tzinfo) -> bool:
    """True if the clocks of both show the same, day for day from 1970 to 2099.

    A zone may have several names, and what a country did before is no matter here.
    """
    if str(one) == str(other):
        return True
    first = datetime(1970, 1, 1, 12, tzinfo=UTC)
    days = (first + timedelta(days=n) for n in range(47_482))
    return all(day.astimezone(one).utcoffset() == day.astimezone(other).utcoffset() for day in days)


def midnight(day: date, zone: tzinfo) -> datetime:
    """The instant at which `day` begins in `zone`."""
    return shown_at(datetime.combine(day, time()), zone)
