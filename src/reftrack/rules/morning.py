"""The morning: what `now` makes of the courtesies, and the order in which they are read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from reftrack.domain.courtesies import (
    LATER,
    OVERDUE,
    SNOOZED,
    TODAY,
    UPCOMING,
    WHEN_YOU_CAN,
    Courtesy,
    Status,
)
from reftrack.domain.events import Event
from reftrack.domain.instants import instant_of
from reftrack.domain.workdays import Today
from reftrack.rules.rulebook import BY_NAME


class Snooze(NamedTuple):
    """Hides courtesies from `at` until `until`: of a referral, or owed to a person."""

    at: datetime
    until: datetime
    rule: str | None
    referral: int | None
    person: int | None

    def hides(self, courtesy: Courtesy, now: datetime) -> bool:
        """True if `courtesy` is not shown at `now`; its deadline stays where it is.

        It hides what had opened when it began; where it names a rule of the next step, also what
        opens before it is over, once that has opened.
        """
        if not self.at <= now < self.until or self.rule not in (None, courtesy.rule):
            return False
        is_next = self.rule is not None and BY_NAME[self.rule].is_next_step
        if courtesy.opens_at > (now if is_next else self.at):
            return False
        if self.referral is not None:
            return courtesy.referral == self.referral
        return courtesy.to == self.person


def snooze_of(event: Event) -> Snooze:
    """The snooze that a `snoozed` event begins; one without an end hides nothing."""
    text = event.data.get("until")
    until = event.at if text is None else instant_of(text)
    rule = event.data.get("rule")
    return Snooze(event.at, until, None if rule == "all" else rule, event.referral, event.person)


def snoozes_at(now: datetime, events: Iterable[Event]) -> list[Snooze]:
    """The snoozes in force at `now`: of several for the same subject and rule the last counts.

    All of these have happened, also what lies ahead of `now`: a clock was fast.
    """
    last: dict[tuple[object, ...], Snooze] = {}
    for event in sorted(events, key=lambda event: event.place):
        if event.kind == "snoozed":
            snooze = snooze_of(event)
            last[snooze.referral, snooze.person, snooze.rule] = snooze
    begun = [snooze._replace(at=min(snooze.at, now)) for snooze in last.values()]
    return [snooze for snooze in begun if now < snooze.until]


def status_of(courtesy: Courtesy, now: datetime, snoozes: Iterable[Snooze] = ()) -> Status:
    """The status of an open courtesy at `now`; its deadline's own instant is still in time."""
    if now < courtesy.opens_at:
        return "upcoming"
    if any(snooze.hides(courtesy, now) for snooze in snoozes):
        return "snoozed"
    return "due" if now <= courtesy.due_at else "overdue"


def section_of(courtesy: Courtesy, status: Status, today: Today) -> str:
    """The section of a morning that a courtesy belongs to."""
    if status == SNOOZED:
        return SNOOZED
    if BY_NAME[courtesy.rule].is_occasion:
        return UPCOMING if status == UPCOMING else WHEN_YOU_CAN
    if status == OVERDUE:
        return OVERDUE
    if is_of_today(courtesy, status, today):
        return TODAY
    return UPCOMING if status == UPCOMING else LATER


def is_of_today(courtesy: Courtesy, status: Status, today: Today) -> bool:
    """True if a debt that is not overdue has to be done today.

    An appointment of today belongs to it from the midnight that begins it, before its hour too. The
    one place that says so, beside the same in SQL (`store/quick_queries.py`).
    """
    if BY_NAME[courtesy.rule].has_hour and courtesy.opens_at < today.midnight:
        return True
    return status != UPCOMING and courtesy.due_at <= today.until


def order_of(courtesy: Courtesy) -> tuple[bool, datetime, int, int, int, datetime]:
    """The sort key of a morning: debts first, then by deadline, rule, referral, person."""
    rule = BY_NAME[courtesy.rule]
    return (
        rule.is_occasion,
        courtesy.due_at,
        rule.number,
        courtesy.referral or 0,
        courtesy.to,
        courtesy.opens_at,
    )
