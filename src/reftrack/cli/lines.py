"""Lines that several commands show alike: what is owed, and what stands in place of a list."""

from __future__ import annotations

from reftrack.application.records import Owed, Record
from reftrack.application.results import Present
from reftrack.cli.command_line import command_text, hint_text
from reftrack.cli.invocation import Invocation
from reftrack.cli.screens import Line, Screen
from reftrack.domain.courtesies import SNOOZED, UPCOMING
from reftrack.wording import times


def line_of(record: Record, present: Present) -> Line:
    """A record as one line of a screen."""
    first = record.first
    number = "" if record.number.startswith("@") else record.number
    when = when_said(first, present)
    if first.status == SNOOZED:
        when = f"snoozed, {when}"
    return Line(number, record.action, when, _reach_of(first), command_text(record.command))


def when_said(owed: Owed, present: Present) -> str:
    """The deadline, or the opening where it has not opened; of an appointment its hour."""
    if owed.rule.has_hour:
        opens_at = owed.courtesy.opens_at
        hour = times.moment_or_day(opens_at, present.now, present.zone)
        if owed.status == UPCOMING:
            return hour
        # A deadline alone would read as the hour of another day.
        if opens_at.astimezone(present.zone).date() < present.now.astimezone(present.zone).date():
            return f"was {hour}"
    if owed.status == UPCOMING:
        return times.opening(owed.courtesy.opens_at, present.now, present.zone)
    return times.deadline(owed.courtesy.due_at, present.now, present.zone)


def next_said(owed: Owed, present: Present, whole: Record | None = None) -> str:
    """The next courtesy, or the `whole` record of it, and by when; opened, also the command."""
    said = f"Next, {when_said(owed, present)}: "
    if owed.status == UPCOMING:
        return f"{said}{owed.action}."
    return f"{said}{(whole or owed).action} ({command_text((whole or owed).command)})"


def _reach_of(owed: Owed) -> str:
    """The way to reach them, with the number or address where it is known."""
    to, way = owed.to, owed.way
    if way == "call":
        return to.phone or "call"
    if way == "text":
        return f"text {to.phone}" if to.phone else "text"
    if way == "email":
        return to.email or "email"
    return owed.rule.way if way is None else way.replace("-", " ")


def without_a_book(here: Invocation) -> Screen:
    """The screen where there is no book yet."""
    session = here.session
    return Screen(closing=[f"No book at {session.book} yet.", hint_text(session.how_to_begin())])
