"""Until when it is today: a day of work reaches to the morning of the next one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta, tzinfo

from reftrack.domain.instants import midnight, shown_at

_DAY = timedelta(days=1)
_DAYS_OF_WORK = 5


def next_weekday(day: date) -> date:
    """The next day from Monday to Friday after this one."""
    day += _DAY
    while day.weekday() >= _DAYS_OF_WORK:
        day += _DAY
    return day


class Today:
    """The day that it is: what is due by `until` is to be done in it, and it ends at `midnight`."""

    __slots__ = ("midnight", "until")

    def __init__(self, until: datetime, midnight: datetime) -> None:
        self.until, self.midnight = until, midnight


class Workdays:
    """The hour at which a day's work begins, and which day of work comes after a date."""

    # No dataclass: loading what makes one takes a prompt longer than the count itself.
    __slots__ = ("after", "morning")

    def __init__(
        self, morning: time = time(10), after: Callable[[date], date] = next_weekday
    ) -> None:
        self.morning, self.after = morning, after

    def today(self, now: datetime, zone: tzinfo) -> Today:
        """The day of `now`: what is due by its midnight, or ahead of the next morning of work.

        Nothing is seen in between: so the last second before that morning belongs to it.
        """
        day = now.astimezone(zone).date()
        ends = midnight(day + _DAY, zone)
        begins = shown_at(datetime.combine(self.after(day), self.morning), zone)
        return Today(max(ends, begins - timedelta(seconds=1)), ends)


WORKDAYS = Workdays()
