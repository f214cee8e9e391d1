"""Mornings: what the hour makes of it, and in which order it is read."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime

import pytest

from reftrack.domain.courtesies import Courtesy, Status
from reftrack.domain.events import Event
from reftrack.domain.times import text_of
from reftrack.domain.workdays import Today
from reftrack.rules.morning import (
    Snooze,
    order_of,
    section_of,
    snooze_of,
    snoozes_at,
    status_of,
)
from tests.support.histories import DAY, HOUR, MONDAY, SECOND


def courtesy_of(
    rule: str = "thank-referral",
    *,
    referral: int | None = 1,
    to: int = 1,
    opens: datetime = MONDAY,
    due: datetime = MONDAY + DAY,
) -> Courtesy:
    """An open courtesy."""
    person = to if referral is None else None
    return Courtesy(rule, referral, person, "cause", to, None, opens, due)


@pytest.mark.parametrize(
    ("now", "status"),
    [
        (MONDAY - SECOND, "upcoming"),
        (MONDAY, "due"),
        (MONDAY + DAY, "due"),
        (MONDAY + DAY + SECOND, "overdue"),
    ],
)
def test_status(now: datetime, status: str) -> None:
    """Upcoming before it opens, due from then until the deadline, that instant included."""
    assert status_of(courtesy_of(), now) == status


def snooze(
    rule: str | None = None,
    *,
    referral: int | None = None,
    person: int | None = None,
    hours: int = 5,
) -> Snooze:
    """A snooze of an hour after the opening."""
    return Snooze(MONDAY + HOUR, MONDAY + hours * HOUR, rule, referral, person)


@pytest.mark.parametrize(
    ("snoozes", "is_hidden"),
    [
        ([], False),
        ([snooze(referral=1)], True),
        ([snooze(referral=2)], False),
        ([snooze(person=1)], True),
        ([snooze(person=2)], False),
        ([snooze("thank-referral", referral=1)], True),
        ([snooze("call-back", referral=1)], False),
        ([snooze("call-back", person=1)], False),
        ([snooze(referral=2), snooze(person=1)], True),
        ([snooze(referral=1, hours=2), snooze("call-back", person=1)], False),
    ],
)
def test_snoozes(snoozes: list[Snooze], is_hidden: bool) -> None:
    """A snooze hides what is owed on its referral, or to its person: of one rule, or of all."""
    now = MONDAY + 3 * HOUR
    assert (status_of(courtesy_of(), now, snoozes) == "snoozed") == is_hidden


def test_a_snooze_of_a_person_reaches_their_own_courtesies() -> None:
    """A courtesy about the person is owed to them, on no referral."""
    now = MONDAY + 3 * HOUR
    own = courtesy_of("call-back", referral=None, to=2)
    assert status_of(own, now, [snooze(person=2)]) == "snoozed"
    assert status_of(own, now, [snooze(person=1)]) == "due"
    assert status_of(own, now, [snooze(referral=2)]) == "due"


@pytest.mark.parametrize(
    ("hours", "seconds", "is_hidden"),
    [(1, -1, False), (1, 0, True), (5, -1, True), (5, 0, False)],
)
def test_how_long_a_snooze_lasts(hours: int, seconds: int, is_hidden: bool) -> None:
    """From its own instant until its end, that instant no longer in it."""
    now = MONDAY + hours * HOUR + seconds * SECOND
    hides = snooze(referral=1).hides
    assert hides(courtesy_of(), now) == is_hidden
    assert hides(courtesy_of(opens=MONDAY + HOUR), now) == is_hidden
    assert not hides(courtesy_of(opens=MONDAY + HOUR + SECOND), now)


def test_what_a_snooze_says() -> None:
    """The end and the rule are the event's; one without an end hides nothing."""
    data = {"until": "2026-03-02T14:00:00Z", "rule": "call-back"}
    event = Event(1, "event-1", MONDAY, "snoozed", person=2, data=data)
    assert snooze_of(event) == Snooze(MONDAY, MONDAY + 5 * HOUR, "call-back", None, 2)
    of_all = replace(event, data={**data, "rule": "all"})
    assert snooze_of(of_all) == Snooze(MONDAY, MONDAY + 5 * HOUR, None, None, 2)
    on_referral = Event(1, "event-1", MONDAY, "snoozed", referral=3, data={})
    assert snooze_of(on_referral) == Snooze(MONDAY, MONDAY, None, 3, None)
    assert not snooze_of(on_referral).hides(courtesy_of(referral=3), MONDAY)


def test_a_snooze_in_force() -> None:
    """Of several for the same subject and rule the last counts, until the instant of its end."""
    first = Event(1, "a", MONDAY, "snoozed", referral=1, data={"until": text_of(MONDAY + DAY)})
    last = Event(2, "b", MONDAY + HOUR, "snoozed", referral=1)
    last = replace(last, data={"until": text_of(MONDAY + 2 * HOUR)})
    other = replace(last, id=3, uid="c", referral=2)
    assert snoozes_at(MONDAY + HOUR, [last, first, other]) == [snooze_of(last), snooze_of(other)]
    assert snoozes_at(MONDAY + 2 * HOUR, [first, last]) == []
    # What was recorded by a clock that was fast has begun.
    assert snoozes_at(MONDAY, [last]) == [snooze_of(last)._replace(at=MONDAY)]


TODAY = Today(until=MONDAY + 12 * HOUR, midnight=MONDAY + 10 * HOUR)


@pytest.mark.parametrize(
    ("rule", "opens", "due", "status", "section"),
    [
        ("return-favour", 0, 1, "due", "when-you-can"),
        ("return-favour", 0, 1, "overdue", "when-you-can"),
        ("return-favour", 0, 1, "upcoming", "upcoming"),
        ("return-favour", 0, 1, "snoozed", "snoozed"),
        ("thank-referral", 0, 99, "overdue", "overdue"),
        ("thank-referral", 0, 12, "due", "today"),
        ("thank-referral", 0, 13, "due", "later"),
        ("thank-referral", 9, 12, "upcoming", "upcoming"),
        ("thank-referral", 0, 1, "snoozed", "snoozed"),
        ("keep-appointment", 9, 33, "upcoming", "today"),
        ("keep-appointment", 9, 33, "due", "today"),
        ("keep-appointment", 10, 34, "upcoming", "upcoming"),
        ("keep-appointment", 10, 34, "due", "later"),
        ("keep-appointment", 9, 33, "overdue", "overdue"),
        ("keep-appointment", 9, 33, "snoozed", "snoozed"),
    ],
)
def test_sections(rule: str, opens: int, due: int, status: Status, section: str) -> None:
    """Today is until its end, midnight or the next morning; an appointment is of its own day."""
    courtesy = courtesy_of(rule, opens=MONDAY + opens * HOUR, due=MONDAY + due * HOUR)
    assert section_of(courtesy, status, TODAY) == section


def test_the_order_of_a_morning() -> None:
    """Debts first, then by deadline, rule, referral, person and opening."""
    morning = [
        courtesy_of("call-back", referral=None, to=9, due=MONDAY),
        courtesy_of("thank-referral", referral=2, to=1),
        courtesy_of("thank-referral", referral=3, to=1),
        courtesy_of("contact-prospect", referral=1, to=2),
        courtesy_of("call-back", referral=None, to=1),
        courtesy_of("call-back", referral=None, to=2),
        courtesy_of("call-back", referral=None, to=2, opens=MONDAY + SECOND),
        courtesy_of("keep-informed", referral=None, to=1, due=MONDAY + 2 * DAY),
        courtesy_of("return-favour", referral=None, to=1, due=MONDAY),
    ]
    for seed in range(20):
        shuffled = random.Random(seed).sample(morning, len(morning))
        assert sorted(shuffled, key=order_of) == morning
    on_none, on_one = courtesy_of("follow-up", referral=None), courtesy_of("follow-up", referral=1)
    assert order_of(on_none) < order_of(on_one)
