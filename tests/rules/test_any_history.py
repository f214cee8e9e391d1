"""Laws that hold for any history, and a second reading of the rulebook beside the first."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reftrack.domain.courtesies import OVERDUE, TODAY, Courtesy
from reftrack.domain.events import ON_PERSON, ON_REFERRAL, Event
from reftrack.domain.history import History
from reftrack.domain.times import LATEST, Calendar
from reftrack.domain.workdays import Today
from reftrack.rules import affects as moves
from reftrack.rules.courtesies import Reading, Subject, courtesies_of
from reftrack.rules.morning import section_of, snoozes_at, status_of
from reftrack.rules.policy import policy_of, week_of
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.terms import Terms
from tests.support.histories import (
    DAY,
    HOUR,
    MONDAY,
    SECOND,
    SEEDS,
    ZONE,
    ZONES,
    events_of,
    history_of,
    owed,
    subject_of,
)
from tests.support.independent import courtesies as second_reading
from tests.support.random_history import ODD_ZONES, random_history, random_terms

ANY_ZONE = sorted({*ZONES, *ODD_ZONES})

# Two readings of one page.


def rows_of(
    history: History, now: datetime | None, zone: str, terms: dict[str, Any]
) -> Counter[tuple[object, ...]]:
    """The package's reading of the page, in the words of the second reading."""
    policy = policy_of(terms["policy"], terms["off"], week_of(**(terms["week"] or {})))
    snoozes = [] if now is None else snoozes_at(now, events_of(history))
    rows: Counter[tuple[object, ...]] = Counter()
    for raised in courtesies_of(history, policy, Calendar(ZoneInfo(zone))):
        courtesy = raised.seen_at(now or LATEST)
        status = "ended" if courtesy.outcome else status_of(courtesy, now, snoozes) if now else None
        row = (
            courtesy.rule,
            "occasion" if BY_NAME[courtesy.rule].is_occasion else "debt",
            courtesy.referral,
            courtesy.person,
            courtesy.to,
            courtesy.opens_at,
            courtesy.due_at,
            courtesy.ended_at,
            courtesy.outcome,
        )
        rows[(*row, status) if now else row] += 1
    return rows


def is_void(row: tuple[Any, ...], history: History) -> bool:
    """True for what opens in the second in which whom it is owed to was forgotten.

    It is moot in that second. Whether it opened at all is a question of words alone.
    """
    to, opens_at = row[4], row[5]
    events = history.on_person.get(to, ())
    return any(event.kind == "forgotten" and event.at == opens_at for event in events)


@pytest.mark.parametrize("number", range(len(ANY_ZONE)), ids=ANY_ZONE)
def test_two_readings_agree(number: int) -> None:
    """An independent reading of the page finds the same courtesies, endings and statuses."""
    zone = ANY_ZONE[number]
    compared = 0
    for seed in range(number, 420, len(ANY_ZONE)):
        document = random_history(seed, zone=zone, events=(10, 40, 80)[seed % 3])
        terms = random_terms(seed, document)
        history = history_of(document)
        rng = random.Random(seed)
        instants = sorted(event.at for event in events_of(history)) or [MONDAY]
        beside = (0, 0, 1, -1, 3600, 86_400, 864_000)
        nows = [rng.choice(instants) + rng.choice(beside) * SECOND for _ in range(2)]
        for now in (None, *nows):
            found = rows_of(history if now is None else history.until(now), now, zone, terms)
            expected = Counter(
                tuple(row.values()) for row in second_reading(document, zone=zone, now=now, **terms)
            )
            differing = (found - expected) + (expected - found)
            assert not [row for row in differing if not is_void(row, history)], (seed, now)
            compared += len(expected)
    assert compared > 1_000


# What must hold for any history.


@given(SEEDS, ZONE, st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_order_of_recording(seed: int, zone: str, rng: random.Random) -> None:
    """Where no two events share an instant, the order of recording them does not matter."""
    history = history_of(random_history(seed, zone=zone))
    instants = Counter(event.at for event in events_of(history))
    events = [event for event in events_of(history) if instants[event.at] == 1]
    numbers = [event.id for event in events]
    rng.shuffle(numbers)
    renumbered = [replace(event, id=n) for event, n in zip(events, numbers, strict=True)]
    rng.shuffle(renumbered)
    people, referrals = history.people.values(), history.referrals.values()
    before = owed(History.of(people, referrals, events), zone)
    assert owed(History.of(people, referrals, renumbered), zone) == before


def later_events(data: st.DataObject, history: History, on: dict[str, Any]) -> list[Event]:
    """Up to five events on a referral or a person, later than everything else."""
    start = max((event.at for event in events_of(history)), default=MONDAY)
    number = max((event.id for event in events_of(history)), default=0)
    start = max([start, *(r.received_at for r in history.referrals.values())])
    # Whoever is forgotten concerns all whom they had to do with.
    kinds = sorted(ON_REFERRAL if "referral" in on else ON_PERSON - {"forgotten"})
    steps = data.draw(
        st.lists(st.tuples(st.sampled_from(kinds), st.integers(1, 30 * 24)), min_size=1, max_size=5)
    )
    told: dict[str, dict[str, object]] = {
        "waived": {"rule": "all"},
        "rated": {"fit": "poor"},
        "reviewed": {"agreed": True, "delivered": True, "happy": True},
        "promised": {"on": "2026-04-01"},
        "agreed": {"on": "2026-05-01"},
    }
    events = []
    for step, (kind, hours) in enumerate(steps, 1):
        start += hours * HOUR
        uid = f"later-{step}"
        events.append(Event(number + step, uid, start, kind, data=told.get(kind, {}), **on))
    return events


def with_events(history: History, events: Iterable[Event]) -> History:
    """The history with these events too."""
    return History.of(
        history.people.values(), history.referrals.values(), [*events_of(history), *events]
    )


@given(SEEDS, ZONE, st.data())
@settings(max_examples=60)
def test_what_does_not_concern_it(seed: int, zone: str, data: st.DataObject) -> None:
    """Events on a referral move that referral, its source and its prospect; on a person that person.

    Nothing settled comes back, and nothing else changes, by what does not concern it.
    """
    history = history_of(random_history(seed, zone=zone, referrals=5, events=30))
    subjects: list[Subject] = [("referral", n) for n in history.referrals]
    subjects += [("person", n) for n in history.people]
    what, number = subject = data.draw(st.sampled_from(subjects))
    concerned = {subject}
    if what == "referral":
        referral = history.referrals[number]
        concerned |= {("person", referral.source), ("person", referral.prospect)}
    before = owed(history, zone)
    after = owed(with_events(history, later_events(data, history, {what: number})), zone)
    moved = (before - after) + (after - before)
    assert {subject_of(courtesy) for courtesy in moved} <= concerned


@pytest.mark.parametrize("seed", range(12))
def test_some_rules_on_a_person_are_those_of_all(seed: int) -> None:
    """Asked for some rules alone, a person's courtesies are those of all that these raise."""
    history = history_of(random_history(seed, referrals=4, events=24))
    reading = Reading(history, Terms(Calendar(ZoneInfo("UTC")), policy_of()))
    for number in history.people:
        story = reading.person_story(number)
        whole = list(reading.on_person(story))
        for rule in moves.ON_PEOPLE:
            some = list(reading.on_person(story, frozenset({rule})))
            assert some == [courtesy for courtesy in whole if courtesy.rule == rule]


def test_the_table_of_what_moves_is_no_wider_than_it_has_to_be() -> None:
    """A touch is news and no more; a note moves nothing; a waiver may move anything."""
    assert moves.on_source("thanked") == {"keep-informed"}
    assert (
        moves.on_source("noted") == moves.on_prospect("noted") == moves.on_person("noted") == set()
    )
    of_won = {"keep-informed", "return-favour", "ask-for-referrals", "reopen-intake"}
    assert moves.on_source("won") == of_won
    assert moves.on_prospect("delivered") == {"review-client", "ask-for-referrals"}
    assert moves.on_prospect("thanked") == set()
    assert moves.on_person("missed") == {"call-back", "reopen-intake"}
    assert moves.on_person("given") == {"return-favour"}
    assert moves.on_person("waived") == moves.ON_PEOPLE
    assert "return-favour" not in moves.BY_RECEIPT
    assert {"keep-informed", "call-back", "ask-preference"} <= moves.BY_RECEIPT


@pytest.mark.parametrize(
    ("rule", "status", "due", "expected"),
    [
        ("thank-referral", "overdue", -1, True),
        ("thank-referral", "due", 0, True),
        ("thank-referral", "due", 1, False),
        ("thank-referral", "snoozed", -1, False),
        ("thank-referral", "upcoming", -1, False),
        ("return-favour", "overdue", -1, False),
        ("return-favour", "due", 0, False),
    ],
)
def test_what_presses(rule: str, status: Any, due: int, expected: bool) -> None:
    """A debt that is overdue, or due by the instant that ends today; never an occasion."""
    courtesy = Courtesy(rule, 1, None, "r", 1, 2, MONDAY - DAY, MONDAY + due * SECOND)
    section = section_of(courtesy, status, Today(MONDAY, MONDAY))
    assert (section in (OVERDUE, TODAY)) is expected


@given(SEEDS, ZONE, st.data())
@settings(max_examples=40)
def test_touches_settle_for_good(seed: int, zone: str, data: st.DataObject) -> None:
    """A courtesy done or waived stays so, with the same deadline, whatever is said to the source."""
    history = history_of(random_history(seed, zone=zone, referrals=5, events=30))
    if not history.referrals:
        return
    number = data.draw(st.sampled_from(sorted(history.referrals)))
    touches = [
        event
        for event in later_events(data, history, {"referral": number})
        if event.kind in ("thanked", "told", "explained", "educated", "noted", "waived", "snoozed")
    ]
    before, after = owed(history, zone), owed(with_events(history, touches), zone)
    settled = Counter({c: n for c, n in before.items() if c.outcome in ("done", "waived")})
    assert settled <= after


@given(SEEDS, ZONE, st.data())
@settings(max_examples=40)
def test_notes_and_snoozes_settle_nothing(seed: int, zone: str, data: st.DataObject) -> None:
    """A private note changes nothing, and neither does a snooze: it hides, it never forgives."""
    history = history_of(random_history(seed, zone=zone, referrals=5, events=30))
    events = []
    for event in events_of(history):
        if event.referral is not None or event.person is not None:
            kind = data.draw(st.sampled_from(("noted", "snoozed", "")))
            if kind:
                events.append(replace(event, id=event.id + 10_000, kind=kind, data={}))
    assert owed(with_events(history, events), zone) == owed(history, zone)


@given(SEEDS, ZONE, st.data())
@settings(max_examples=60)
def test_some_of_all(seed: int, zone: str, data: st.DataObject) -> None:
    """The courtesies of some subjects are those that all have there, each once."""
    history = history_of(random_history(seed, zone=zone))
    subjects: list[Subject] = [("referral", n) for n in history.referrals]
    subjects += [("person", n) for n in history.people]
    chosen = data.draw(st.lists(st.sampled_from(subjects), max_size=8))
    whole = owed(history, zone)
    part = Counter({c: n for c, n in whole.items() if subject_of(c) in chosen})
    assert owed(history, zone, subjects=chosen) == part
    assert owed(history, zone, subjects=subjects) == whole


def test_one_of_all() -> None:
    """The courtesies of one subject are those that all have there; asked for twice, each is once."""
    history = history_of(random_history(5, events=80))
    whole = owed(history)
    subjects: list[Subject] = [("referral", n) for n in history.referrals]
    subjects += [("person", n) for n in history.people]
    assert len({subject_of(courtesy) for courtesy in whole}) > 5
    for subject in subjects:
        part = Counter({c: n for c, n in whole.items() if subject_of(c) == subject})
        assert owed(history, subjects=[subject]) == part
        assert owed(history, subjects=[subject, subject]) == part
    assert not owed(history, subjects=[])
    assert owed(history, subjects=subjects) == whole


@given(SEEDS, ZONE, st.integers(0, 40), st.integers(-1, 1))
@settings(max_examples=60)
def test_the_past_stays_the_past(seed: int, zone: str, which: int, beside: int) -> None:
    """At an instant in the past nothing later has happened, and what happened then counts."""
    history = history_of(random_history(seed, zone=zone))
    instants = sorted(event.at for event in events_of(history)) or [MONDAY]
    now = instants[which % len(instants)] + beside * SECOND
    then = history.until(now)
    assert {e.uid for e in events_of(then)} <= {e.uid for e in events_of(history) if e.at <= now}
    assert set(then.referrals) == {r.id for r in history.referrals.values() if r.received_at <= now}
    assert then.until(now + DAY) == then
    for courtesy in owed(then, zone):
        assert courtesy.ended_at is None or courtesy.opens_at <= courtesy.ended_at <= now
        if courtesy.ended_at is not None:
            assert status_of(courtesy, courtesy.ended_at) in ("due", "overdue")
