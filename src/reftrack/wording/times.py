"""Instants as a person says them, in the book's time zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo


def clock(instant: datetime, zone: tzinfo) -> str:
    """`15:10`: the minute, which for a deadline is never too late."""
    return f"{instant.astimezone(zone):%H:%M}"


def day(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """`Fri`, a day of the week around `now`; else `3 Nov`, with the year where it differs."""
    local, today = instant.astimezone(zone).date(), now.astimezone(zone).date()
    if abs((local - today).days) < 7:
        return f"{local:%a}"
    text = f"{local.day} {local:%b}"
    return text if local.year == today.year else f"{text} {local.year}"


def moment(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """`15:10` today, else the day with the time: `Fri 19:00`."""
    if instant.astimezone(zone).date() == now.astimezone(zone).date():
        return clock(instant, zone)
    return f"{day(instant, now, zone)} {clock(instant, zone)}"


def at_or_on(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """An instant of before, in a sentence: `at 15:10` today, else `on Fri 19:00`."""
    said = moment(instant, now, zone)
    return f"{'at' if said == clock(instant, zone) else 'on'} {said}"


def deadline(due: datetime, now: datetime, zone: tzinfo) -> str:
    """The deadline: `by 15:10`, `by midnight`, `by Thu`; once overdue, `since Fri 19:00`.

    A deadline at a midnight ends a day, and is said as that day: the last on which it is in time.
    """
    ends_a_day = _ends_a_day(due, zone)
    if now > due and ends_a_day:
        is_today = due.astimezone(zone).date() == now.astimezone(zone).date()
        return "since midnight" if is_today else f"since {day(due, now, zone)}"
    if now > due:
        return f"since {moment(due, now, zone)}"
    if not ends_a_day:
        return f"by {moment(due, now, zone)}"
    last = due - timedelta(seconds=1)
    is_today = last.astimezone(zone).date() == now.astimezone(zone).date()
    return "by midnight" if is_today else f"by {day(last, now, zone)}"


def opening(opens: datetime, now: datetime, zone: tzinfo) -> str:
    """The opening: `from Sat`, or `from Sat 10:00` where it is not a day that begins."""
    return f"from {moment_or_day(opens, now, zone)}"


def moment_or_day(instant: datetime, now: datetime, zone: tzinfo) -> str:
    """`Sat`, or `Sat 10:00` where it is not a day that begins."""
    said = day if _ends_a_day(instant, zone) else moment
    return said(instant, now, zone)


def stamp(instant: datetime, zone: tzinfo) -> str:
    """In full, without a doubt: `Fri 20 Nov 2026, 15:00`."""
    return f"{date_of(instant.astimezone(zone).date())}, {clock(instant, zone)}"


def date_of(day: date) -> str:
    """A day in full: `Fri 20 Nov 2026`."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def heading(now: datetime, zone: tzinfo) -> str:
    """`Monday 23 November, 08:40`."""
    local = now.astimezone(zone)
    return f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"


def _ends_a_day(instant: datetime, zone: tzinfo) -> bool:
    before = (instant - timedelta(seconds=1)).astimezone(zone).date()
    return before != instant.astimezone(zone).date()
