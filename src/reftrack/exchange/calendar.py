"""A calendar of all that is owed, for phones and programs to subscribe to: entries, never tasks.

An entry is an event (VEVENT), for many calendars show no tasks (VTODO). It says what its owner
would say aloud: whom, what, and the command. Nothing private can get in: it is handed words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from reftrack.exchange import plain

if TYPE_CHECKING:
    from icalendar import Alarm, Event

# An entry ends at its deadline, and lasts as long as a call.
LENGTH = timedelta(minutes=30)
# Its alarm goes off so long before the deadline, or half-way to it where there is less time.
AHEAD = timedelta(hours=2)
# A deadline at the end of a day is an entry of the whole day, with its alarm in the morning.
MORNING = timedelta(hours=9)
_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One debt: `summary` and `details` are all that it says.

    `last_day` is the local day that ends with the deadline, or that of an appointment without an
    hour, None for a deadline within a day. `held_at` is the hour of an appointment. `revision` only
    ever rises. What `is_quiet` has no alarm; what `is_settled` is cancelled.
    """

    uid: str
    revision: int
    summary: str
    details: str
    opens_at: datetime
    due_at: datetime
    last_day: date | None = None
    held_at: datetime | None = None
    is_quiet: bool = False
    is_settled: bool = False


def entry_uid(rule: str, subject: str, cause: str, *, place: int = 0) -> str:
    """The lasting uid of a debt's entry: the same in every export, with nobody's name in it.

    `subject` is the uid of the referral or person; `place` tells apart what shares the rest.
    """
    named = "\n".join((rule, subject, cause, str(place)))
    return hashlib.sha256(named.encode()).hexdigest()[:32] + "@reftrack"


def icalendar_text(entries: Iterable[CalendarEntry], now: datetime) -> str:
    """The entries as iCalendar, in UTC, as they are published at `now`."""
    # Imported here, so that only an export of the calendar pays for it.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//reftrack//reftrack//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        calendar.add(name, "reftrack")
    calendar.add("refresh-interval", _EVERY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, now))
    content: bytes = calendar.to_ical()
    return content.decode("utf-8")


def _event(entry: CalendarEntry, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now)
    event.add("sequence", entry.revision)
    event.add("summary", plain.one_line(entry.summary))
    event.add("description", plain.lines(entry.details))
    begins: date
    if entry.last_day is not None:
        begins, ends = entry.last_day, entry.last_day + timedelta(days=1)
        event.add("dtstart", begins)
        event.add("dtend", ends)
    elif entry.held_at is not None:
        event.add("dtstart", entry.held_at)
        event.add("dtend", entry.held_at + LENGTH)
    else:
        event.add("dtstart", entry.due_at - LENGTH)
        event.add("dtend", entry.due_at)
    event.add("status", "CANCELLED" if entry.is_settled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.held_at is None else "OPAQUE")
    event.add("class", "PRIVATE")
    if not entry.is_settled and not entry.is_quiet:
        event.add_component(_alarm(entry))
    return event


def _alarm(entry: CalendarEntry) -> Alarm:
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", plain.one_line(entry.summary))
    alarm.add("trigger", _trigger(entry))
    return alarm


def _trigger(entry: CalendarEntry) -> timedelta:
    """The time of its alarm, from the beginning of the entry."""
    if entry.last_day is not None:
        return MORNING
    if entry.held_at is not None:
        return -AHEAD
    ahead = min(AHEAD, (entry.due_at - entry.opens_at) / 2)
    return min(timedelta(0), LENGTH - ahead)
