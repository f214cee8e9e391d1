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


class Workdays:
    """The hour at which a day's work begins, and which day of work comes after a date."""

    # No dataclass: loading what makes one takes a prompt longer than the count itself.
    __slots__ = ("after", "morning")

    def __init__(
        self, morning: time = time(10), after: Callable[[date], date] = next_weekday
    ) -> None:
        self.morning, self.after = morning, after

    def end_of_today(self, now: datetime, zone: tzinfo) -> datetime:
        """The last instant of which what is due by then has to be done today.

        The midnight that ends the day of `now`, or the last second before the morning of the next
        day of work: nothing is seen in between.
        """
        today = now.astimezone(zone).date()
        begins = shown_at(datetime.combine(self.after(today), self.morning), zone)
        return max(midnight(today + _DAY, zone), begins - timedelta(seconds=1))


WORKDAYS = Workdays()
