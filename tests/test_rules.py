"""The rules held against a second reading of the page, and against what must hold for any history."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reftrack.cli.command_line import shown
from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import CLOSING, ON_PERSON, ON_REFERRAL, TALK, WAYS, Event
from reftrack.domain.history import History
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral, Standing
from reftrack.domain.times import Calendar, Span, instant_of, parse_span, text_of
from reftrack.errors import BadInput
from reftrack.rules import affects as moves
from reftrack.rules import openings
from reftrack.rules.courtesies import Reading, Subject, courtesies_of
from reftrack.rules.endings import ending
from reftrack.rules.morning import Snooze, is_pressing, order_of, snooze_of, status_of
from reftrack.rules.policy import policy_of
from reftrack.rules.reasons import Explanation, explained
from reftrack.rules.rulebook import BY_NAME, NEWS, RULEBOOK, always
from reftrack.rules.steps import NO_GIFT, refusal, reopens
from reftrack.rules.story import Pause, PersonStory, ReferralStory, pauses_of
from reftrack.rules.terms import RHYTHM, Terms
from tests.independent import courtesies as second_reading
from tests.random_history import random_history

ZONES = (
    "UTC",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "America/Havana",
    "America/St_Johns",
    "Pacific/Apia",
    "America/Toronto",
)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)

SEEDS = st.integers(0, 99_999)
ZONE = st.sampled_from(ZONES)


def history_of(document: dict[str, Any]) -> History:
    """The history of a document as random_history makes them."""
    return History.of(
        [
            Person(p["id"], p["uid"], p["name"], updates=p.get("updates"))
            for p in document["people"]
        ],
        [
            Referral(
                r["id"],
                r["uid"],
                r["source"],
                r["prospect"],
                instant_of(r["received_at"]),
                r["kind"],
            )
            for r in document["referrals"]
        ],
        [
            Event(
                e["id"],
                e["uid"],
                instant_of(e["at"]),
                e["kind"],
                e.get("referral"),
                e.get("person"),
                e.get("channel"),
                data=e.get("data") or {},
            )
            for e in document["events"]
        ],
    )


def events_of(history: History) -> list[Event]:
    """Every event of a history."""
    on_subjects = (*history.on_referral.values(), *history.on_person.values())
    return [event for events in (history.book, *on_subjects) for event in events]


def owed(
    history: History,
    zone: str = "UTC",
    changes: dict[str, object] | None = None,
    off: Iterable[str] = (),
    subjects: Iterable[Subject] | None = None,
) -> Counter[Courtesy]:
    """The courtesies as a multiset: their order is nobody's business here."""
    return Counter(
        courtesies_of(history, policy_of(changes, off), Calendar(ZoneInfo(zone)), subjects)
    )


def subject_of(courtesy: Courtesy) -> Subject:
    """What a courtesy is about."""
    if courtesy.referral is not None:
        return ("referral", courtesy.referral)
    assert courtesy.person is not None
    return ("person", courtesy.person)


# Two readings of one page.


def rows_of(
    history: History,
    now: datetime | None,
    zone: str,
    changes: dict[str, object],
    off: frozenset[str],
) -> Counter[tuple[object, ...]]:
    """What the package reads from the page, in the words of the second reading."""
    snoozes = [snooze_of(e) for e in events_of(history) if e.kind == "snoozed"]
    rows: Counter[tuple[object, ...]] = Counter()
    for courtesy, count in owed(history, zone, changes, off).items():
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
        rows[(*row, status) if now else row] += count
    return rows


@pytest.mark.parametrize("number", range(len(ZONES)), ids=ZONES)
def test_two_readings_agree(number: int) -> None:
    """An independent reading of the page finds the same courtesies, endings and statuses."""
    zone = ZONES[number]
    compared = 0
    for seed in range(number, 400, len(ZONES)):
        document = random_history(seed, zone=zone, events=(10, 40, 80)[seed % 3])
        history = history_of(document)
        rng = random.Random(seed)
        changes: dict[str, str] = {}
        if rng.random() < 0.3:
            times = ("3h", "12h", "48h", "1d", "3d")
            changes = {rule: rng.choice(times) for rule in rng.sample([*BY_NAME], 4)}
            changes["update_every"] = rng.choice(("3d", "14d"))
            changes["follow_up_after"] = rng.choice(("2d", "7d"))
            changes["follow_up_after_win"] = rng.choice(("5d", "30d"))
        off = frozenset(rng.sample([*BY_NAME], 3) if rng.random() < 0.2 else ())
        instants = sorted(event.at for event in events_of(history)) or [MONDAY]
        beside = (0, 0, 1, -1, 3600, 86_400, 864_000)
        nows = [rng.choice(instants) + rng.choice(beside) * SECOND for _ in range(2)]
        for now in (None, *nows):
            then = history if now is None else history.until(now)
            found = rows_of(then, now, zone, {**changes}, off)
            expected = second_reading(document, zone=zone, now=now, policy=changes, off=off)
            assert found == Counter(tuple(row.values()) for row in expected), (seed, now)
            compared += len(expected)
    assert compared > 2_000


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


def later_events(draw: st.DrawFn, history: History, on: dict[str, int]) -> list[Event]:
    """Up to five events on a referral or a person, later than everything else."""
    start = max((event.at for event in events_of(history)), default=MONDAY)
    number = max((event.id for event in events_of(history)), default=0)
    start = max([start, *(r.received_at for r in history.referrals.values())])
    # Whoever is forgotten concerns all whom they had to do with.
    kinds = sorted(ON_REFERRAL if "referral" in on else ON_PERSON - {"forgotten"})
    steps = draw(
        st.lists(st.tuples(st.sampled_from(kinds), st.integers(1, 30 * 24)), min_size=1, max_size=5)
    )
    data = {
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
        events.append(Event(number + step, uid, start, kind, data=data.get(kind, {}), **on))
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
    after = owed(with_events(history, later_events(data.draw, history, {what: number})), zone)
    moved = (before - after) + (after - before)
    assert {subject_of(courtesy) for courtesy in moved} <= concerned


@pytest.mark.parametrize("seed", range(40))
def test_what_an_event_moves_on_people_is_in_the_table(seed: int) -> None:
    """With an event and without it, wherever it stands: only the rules that read it differ."""
    history = history_of(random_history(seed, referrals=4, events=24))
    events = events_of(history)
    whole = owed(history)
    for event in random.Random(seed).sample(events, min(8, len(events))):
        if event.referral is None and event.person is None:
            continue
        rest = [other for other in events if other is not event]
        without = owed(History.of(history.people.values(), history.referrals.values(), rest))
        moved = (whole - without) + (without - whole)
        found = {(c.person, c.rule) for c in moved if c.person is not None}
        if event.referral is None:
            allowed = {(event.person, rule) for rule in moves.on_person(event.kind)}
        else:
            referral = history.referrals[event.referral]
            of_source = moves.on_source(event.kind)
            allowed = {(referral.prospect, rule) for rule in moves.on_prospect(event.kind)}
            allowed |= {(referral.source, rule) for rule in of_source}
        assert found <= allowed, (event, found - allowed)


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
    """A debt that is overdue, or due by the midnight that ends today; never an occasion."""
    courtesy = Courtesy(rule, 1, None, "r", 1, 2, MONDAY - DAY, MONDAY + due * SECOND)
    assert is_pressing(courtesy, status, MONDAY) is expected


@given(SEEDS, ZONE, st.data())
@settings(max_examples=40)
def test_touches_settle_for_good(seed: int, zone: str, data: st.DataObject) -> None:
    """What was done or waived stays so, with the same deadline, whatever is said to the source."""
    history = history_of(random_history(seed, zone=zone, referrals=5, events=30))
    if not history.referrals:
        return
    number = data.draw(st.sampled_from(sorted(history.referrals)))
    touches = [
        event
        for event in later_events(data.draw, history, {"referral": number})
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


# Hours are the clock's, days are the calendar's.


def is_first_of_a_day(instant: datetime, calendar: Calendar, days: int, start: datetime) -> bool:
    """Whether the day that is `days` after the date of `start` begins at `instant`."""
    day = calendar.date_of(start) + days * DAY
    return calendar.date_of(instant - SECOND) < day <= calendar.date_of(instant)


def is_midnight(instant: datetime, calendar: Calendar) -> bool:
    """Whether a local date begins at `instant`."""
    return calendar.date_of(instant - SECOND) < calendar.date_of(instant)


INSTANTS = st.datetimes(datetime(1905, 1, 1), datetime(2060, 1, 1)).map(
    lambda wall: wall.replace(microsecond=0, tzinfo=UTC)
)


@given(INSTANTS, st.integers(1, 120), ZONE)
def test_days_end_at_midnight(start: datetime, days: int, zone: str) -> None:
    """What is due within N days is due at the local midnight that ends the Nth day after."""
    calendar = Calendar(ZoneInfo(zone))
    assert is_first_of_a_day(calendar.deadline(start, Span(days=days)), calendar, days + 1, start)
    assert is_first_of_a_day(calendar.opening(start, days), calendar, days, start)


@given(INSTANTS, st.integers(1, 120), ZONE)
def test_hours_elapse(start: datetime, hours: int, zone: str) -> None:
    """What is due within N hours is due N elapsed hours later, whatever the clocks show."""
    assert Calendar(ZoneInfo(zone)).deadline(start, Span(hours=hours)) - start == hours * HOUR


@given(SEEDS, ZONE)
@settings(max_examples=60)
def test_deadlines_of_histories(seed: int, zone: str) -> None:
    """Every deadline is what its policy says, and what opens after days opens as one begins."""
    calendar = Calendar(ZoneInfo(zone))
    for courtesy in owed(history_of(random_history(seed, zone=zone)), zone):
        within = parse_span(BY_NAME[courtesy.rule].within)
        opens, due = courtesy.opens_at, courtesy.due_at
        if within.hours:
            assert due - opens == within.hours * HOUR
        else:
            assert is_first_of_a_day(due, calendar, within.days + 1, opens)
        if courtesy.rule in ("keep-informed", "follow-up"):
            assert is_midnight(opens, calendar)


@pytest.mark.parametrize(
    ("zone", "start", "due"),
    [
        # A midnight that the clocks skip is the instant after, of one that occurs twice the first.
        ("Africa/Cairo", "2026-04-22T10:00:00Z", "2026-04-23T22:00:00Z"),
        ("America/Havana", "2026-03-06T15:00:00Z", "2026-03-08T05:00:00Z"),
        ("America/Havana", "2026-10-30T15:00:00Z", "2026-11-01T04:00:00Z"),
        # The gap began at 23:30 here.
        ("America/Toronto", "1919-03-29T15:00:00Z", "1919-03-31T04:30:00Z"),
        # The 30th did not take place at all.
        ("Pacific/Apia", "2011-12-28T15:00:00Z", "2011-12-30T10:00:00Z"),
        ("Pacific/Apia", "2011-12-29T15:00:00Z", "2011-12-30T10:00:00Z"),
        # Clocks went back a minute after midnight: this one occurs twice.
        ("America/St_Johns", "2010-11-05T15:00:00Z", "2010-11-07T02:30:00Z"),
    ],
)
def test_odd_midnights(zone: str, start: str, due: str) -> None:
    """A day ends where the next begins, even where no clock shows that midnight, or shows it twice."""
    calendar = Calendar(ZoneInfo(zone))
    assert text_of(calendar.deadline(instant_of(start), Span(days=1))) == due


# Why: the reasons are those of the courtesies.


def reasons_of(reading: Reading) -> list[Explanation]:
    """Every rule on every subject, explained."""
    subjects: list[Subject] = [("referral", n) for n in reading.history.referrals]
    subjects += [("person", n) for n in reading.history.people]
    return [each for subject in subjects for each in explained(reading, subject)]


@pytest.mark.parametrize("seed", range(64))
def test_reasons(seed: int) -> None:
    """What is explained is what is raised, and a rule that owes nothing open may say why not."""
    rng = random.Random(seed)
    zone = ZONES[seed % len(ZONES)]
    off = rng.sample([*BY_NAME], 4) if seed % 3 == 0 else []
    history = history_of(random_history(seed, zone=zone, events=(10, 40, 80)[seed % 3]))
    history = history.until(rng.choice([event.at for event in events_of(history)] or [MONDAY]))
    terms = Terms(Calendar(ZoneInfo(zone)), policy_of({}, off))
    found = reasons_of(Reading(history, terms))
    occurrences = [occurrence for each in found for occurrence in each.occurrences]
    raised = Counter(occurrence.courtesy for occurrence in occurrences if occurrence.is_raised)
    assert raised == owed(history, zone, off=off)
    for occurrence in occurrences:
        assert occurrence.cause.at <= occurrence.courtesy.opens_at
        assert (occurrence.ended_by is None) == (occurrence.courtesy.ended_at is None)
    for each in found:
        assert not (each.why_not and any(occurrence.is_open for occurrence in each.occurrences))


def test_what_was_waived_needs_no_reason() -> None:
    """A follow-up that was let go of with all owes nothing, and nobody need be told why."""
    referral = Referral(1, "referral-1", SAM.id, DANA.id, MONDAY)
    events = [
        Event(1, "event-1", MONDAY + HOUR, "contacted", referral=1),
        Event(2, "event-2", MONDAY + 8 * DAY, "waived", referral=1, data={"rule": "all"}),
    ]
    reading = Reading(History.of([SAM, DANA], [referral], events), UTC_TERMS)
    (found,) = explained(reading, ("referral", 1), [BY_NAME["follow-up"]])
    assert [occurrence.courtesy.outcome for occurrence in found.occurrences] == ["waived"]
    assert found.why_not == ()


@pytest.mark.parametrize("shared", [0, 1])
def test_reasons_of_what_shares_a_uid(shared: int) -> None:
    """A file may give a referral and an event one uid: each is told by what raised it."""
    referral = Referral(1, "uid", SAM.id, DANA.id, MONDAY)
    events = [
        Event(1, "event-1", MONDAY + HOUR, "won", referral=1),
        Event(2, "event-2", MONDAY + 3 * DAY, "thanked", referral=1),
    ]
    events[shared] = replace(events[shared], uid="uid")
    reading = Reading(History.of([SAM, DANA], [referral], events), UTC_TERMS)
    causes = {
        each.rule.name: [occurrence.cause.kind for occurrence in each.occurrences]
        for each in reasons_of(reading)
        if each.occurrences
    }
    assert causes["thank-referral"] == causes["ask-preference"] == ["received"]
    assert causes["announce-win"] == causes["thank-win"] == ["won"]
    assert causes["keep-informed"] == ["thanked"]


# The table of the page.

PAGE = """
#  | rule              | subject  | owed to  | within | done by the first               | moot by the first           | usual way             | settled by                   | source
1  | thank-referral    | referral | source   | 24h    | thanked                         |                             | card                  | thank {it}                   | Rosen Barrier Loop Etiquette Cross
2  | contact-prospect  | referral | prospect | 24h    | attempted talk                  | closing                     | call                  | contact {it}                 | Etiquette Barrier
3  | try-again         | referral | prospect | 24h    | talk + the next attempt         | closing                     | call                  | contact {it}                 | Etiquette
4  | ask-introduction  | referral | source   | 24h    | told ?                          | talk closing                | call                  | tell {it}                    | Cross Loop
5  | note-meeting      | referral | source   | 24h    | thanked told                    | won closing                 | card                  | thank {it}                   | Rosen Barrier
6  | announce-win      | referral | source   | 4h     | thanked told ?                  | closing                     | call                  | tell {it} --by call          | Rosen
7  | thank-win         | referral | source   | 24h    | thanked ?                       | closing                     | card                  | thank {it}                   | Rosen
8  | explain-loss      | referral | source   | 24h    | explained                       | talk                        | call                  | explain {it}                 | Barrier
9  | explain-decline   | referral | source   | 24h    | explained                       | talk                        | call                  | explain {it}                 | Barrier Etiquette
10 | find-better       | referral | prospect | 72h    | referred-out                    | talk                        | email                 | refer-out {it} --to PERSON   | Barrier
11 | report-problem    | referral | source   | 1h     | told explained ?                |                             | call                  | tell {it}                    | Loop
12 | resolve-problem   | referral | prospect | 72h    | resolved ?                      | closing                     | call                  | resolve {it} TEXT            | Loop
13 | report-resolution | referral | source   | 24h    | told explained ?                |                             | call                  | tell {it}                    | Loop
14 | keep-informed     | person   | source   | 1d     | + the next link                 | + the end of all            | email                 | tell {it}                    | Loop Barrier
15 | educate-source    | referral | source   | 7d     | educated                        | + rated good                | call                  | educate {it}                 | Etiquette Loop
16 | explain-capacity  | referral | source   | 24h    | explained                       | talk + the end of the pause | call                  | explain {it}                 | Etiquette
17 | thank-chain       | referral | source   | 7d     | thanked told ?                  |                             | card                  | thank {it}                   | Cross Rosen
18 | follow-up         | referral | prospect | 7d     | attempted talk delivered        | closing                     | call                  | contact {it}                 | Rosen Etiquette
19 | call-back         | person   | person   | 24h    | called-back + a referral        |                             | call                  | call-back {it}               | Etiquette
20 | ask-preference    | person   | source   | 14d    | wished + an earlier one         |                             | with the next thanks  | wish {it} --updates UPDATES  | Loop
21 | return-favour     | person   | source   | 90d    | + given, matched                |                             |                       | refer NAME --to {it}         | Barrier
22 | review-client     | person   | client   | 14d    | reviewed                        |                             | in person             | review {it} ANSWERS          | Cross
23 | ask-for-referrals | person   | client   | 14d    | asked + a referral              | reviewed + lost             | in person             | ask {it}                     | Cross Loop
24 | reopen-intake     | person   | source   | 7d     | reopened + a referral           | + the next pause            | email                 | open-again {it}              | Etiquette
25 | keep-appointment  | referral | prospect | 24h    | agreed + talk then, an attempt  | closing delivered           | in person             | meet {it}                    | Rosen Cross
26 | keep-promise      | person   | person   |        | kept ?                          |                             |                       | keep {it}                    | Cross Loop
"""  # What follows a + is more than a row's kinds of event can say: `done_too` and `moot_too`; a ?
# stands for what an event of such a kind has to say to do it: `done_if`.
COLUMNS, *ROWS = [[cell.strip() for cell in line.split("|")] for line in PAGE.strip().splitlines()]


def kinds_of(cell: str) -> set[str]:
    """The kinds of event that a cell names."""
    groups = {"talk": TALK, "closing": CLOSING}
    words = cell.partition("+")[0].replace("?", "").split()
    return {kind for word in words for kind in groups.get(word, {word})}


@pytest.mark.parametrize("row", ROWS, ids=[row[1] for row in ROWS])
def test_row_of_the_page(row: list[str]) -> None:
    """Each rule is the row of the page, in the page's order, and says its reason in words."""
    number, name, subject, to, within, done, moot, way, command, sources = row
    rule = RULEBOOK[int(number) - 1]
    assert BY_NAME[name] is rule
    assert (rule.number, rule.name, rule.subject, rule.to) == (int(number), name, subject, to)
    assert (rule.within, rule.way, shown(rule.command)) == (within, way, f"reftrack {command}")
    assert rule.sources == tuple(sources.split())
    assert (rule.done_by, rule.moot_by) == (kinds_of(done), kinds_of(moot))
    assert (bool(rule.done_too), bool(rule.moot_too)) == ("+" in done, "+" in moot)
    assert (bool(rule.done_said), rule.done_if is not always) == ("?" in done, "?" in done)
    assert rule.why.endswith(".")
    assert rule.why[0].isupper()
    assert not rule.when.endswith(".")
    assert rule.when[0].islower() or rule.when[0].isdigit()
    assert max(len(rule.why), len(rule.when)) <= 130


def test_the_whole_page() -> None:
    """The table has the rows of the page and no other."""
    assert [rule.name for rule in RULEBOOK] == [row[1] for row in ROWS]
    assert list(BY_NAME) == [row[1] for row in ROWS]
    assert len({rule.why for rule in RULEBOOK}) == len(RULEBOOK)


def test_groups_of_rules() -> None:
    """Rules 20 to 23 are occasions; new business deserves the two thanks only; some are the news."""
    assert [rule.number for rule in RULEBOOK if rule.is_occasion] == [20, 21, 22, 23]
    to_the_source = [r for r in RULEBOOK if r.subject == "referral" and r.to == "source"]
    on_expansions = [rule.name for rule in to_the_source if rule.on_expansions]
    assert on_expansions == ["thank-referral", "thank-win"]
    assert all(rule.on_expansions for rule in RULEBOOK if rule not in to_the_source)
    assert {BY_NAME[name].number for name in NEWS} == {1, 4, 5, 6, 7, 8, 9, 11, 13}


# The policy.

KEYS = [*(name for name in BY_NAME if BY_NAME[name].within), *RHYTHM]


def test_the_policy_of_the_page() -> None:
    """Nothing changed is the page: every rule's own time, and the rhythm of news and follow-ups."""
    policy = policy_of()
    assert policy.text() == {rule.name: rule.within for rule in RULEBOOK if rule.within} | {
        "update_every": "14d",
        "follow_up_after": "7d",
        "follow_up_after_win": "30d",
    }
    assert (policy.update_every, policy.follow_up_after, policy.follow_up_after_win) == (14, 7, 30)
    assert policy.off == frozenset()
    assert policy_of(None, ()) == policy_of({}, []) == policy


@pytest.mark.parametrize("key", KEYS)
def test_every_key_can_be_changed(key: str) -> None:
    """Each deadline and each rhythm is the user's, and changing one leaves the others alone."""
    changed = policy_of({key: "5d"})
    assert changed.text() == policy_of().text() | {key: "5d"}
    if key in BY_NAME:
        assert changed.within[key] == Span(days=5)
    else:
        assert getattr(changed, key) == 5


SPANS = "Say hours or days: 12h, 7d; of working time: 8wh, 2wd."


def test_several_changes_and_rules_off() -> None:
    """Changes add up, and a rule may be off whatever its time."""
    policy = policy_of({"call-back": "2h", "update_every": "30d"}, ["call-back", "follow-up"])
    assert policy.within["call-back"] == Span(hours=2)
    assert policy.update_every == 30
    assert policy.off == {"call-back", "follow-up"}


@pytest.mark.parametrize(
    ("changes", "off", "message", "hint"),
    [
        (
            {"thank-referal": "12h"}, (),
            "there is no policy 'thank-referal'.", "Did you mean thank-referral?",
        ),
        (
            {"update-every": "7d"}, (),
            "there is no policy 'update-every'.", "Did you mean update_every?",
        ),
        (
            {"call-back": "2h", "zzzz": "7d"}, (),
            "there is no policy 'zzzz'.", "`reftrack rules` lists them.",
        ),
        (
            {"x" * 50: "7d"}, (),
            f"there is no policy '{'x' * 40}'.", "`reftrack rules` lists them.",
        ),
        (
            {}, ["folow-up"],
            "there is no rule 'folow-up'.", "Did you mean follow-up?",
        ),
        (
            {}, ["call-back", "update_every"],
            "there is no rule 'update_every'.", "`reftrack rules` lists them.",
        ),
        ({}, [7], "there is no rule '7'.", "`reftrack rules` lists them."),
        ({}, [["call-back"]], "there is no rule '['call-back']'.", "Did you mean call-back?"),
        (
            {"call-back": "soon"}, (),
            "policy call-back: 'soon' is not a length of time.", SPANS,
        ),
        (
            {"call-back": 24}, (),
            "policy call-back: '24' is not a length of time.", SPANS,
        ),
        (
            {"follow_up_after": "0d"}, (),
            "policy follow_up_after: '0d' is not a length of time.", SPANS,
        ),
        (
            {"update_every": "48h"}, (),
            "policy update_every: '48h' is not a number of days.", "Say days: 14d.",
        ),
        (
            {"update_every": "5wd"}, (),
            "policy update_every: '5wd' is not a number of days.", "Say days: 14d.",
        ),
        (
            {"keep-promise": "5d"}, (),
            "there is no policy 'keep-promise'.", "Did you mean keep-appointment?",
        ),
    ],
)  # fmt: skip
def test_refused_policies(
    changes: dict[str, object], off: Sequence[object], message: str, hint: str
) -> None:
    """What does not exist, or is no length of time, is refused with what was probably meant."""
    with pytest.raises(BadInput) as refused:
        policy_of(changes, off)
    assert (refused.value.message, refused.value.hint) == (message, hint)


# How a courtesy ends, and where rules begin.


def test_ties() -> None:
    """At the same instant done comes before waived, and waived before moot."""
    assert ending(MONDAY, MONDAY, MONDAY) == (MONDAY, "done")
    assert ending(None, MONDAY, MONDAY) == (MONDAY, "waived")
    assert ending(MONDAY + SECOND, MONDAY + SECOND, MONDAY) == (MONDAY, "moot")
    assert ending(MONDAY + SECOND, MONDAY, None) == (MONDAY, "waived")
    assert ending(None, None, None) is None


SAM, DANA, MEI = (
    Person(n, f"person-{n}", name) for n, name in enumerate(("Sam", "Dana", "Mei"), 1)
)
UTC_TERMS = Terms(Calendar(UTC), policy_of())


def story(
    kinds: str,
    *,
    kind: str = "client",
    pauses: Sequence[Pause] = (),
    number: int = 1,
    chain: Sequence[Referral] = (),
) -> ReferralStory:
    """The story of a referral from Sam to Dana: received on Monday, then an event each hour."""
    referral = Referral(number, f"referral-{number}", SAM.id, DANA.id, MONDAY, kind)
    events = [
        Event(step, f"event-{step}", MONDAY + step * HOUR, what, referral=number)
        for step, what in enumerate(kinds.split(), 1)
    ]
    return ReferralStory(referral, events, SAM, pauses, chain)


def test_at_each_event_of_a_kind() -> None:
    """The plainest opening: at each event of one kind, raised by that event."""
    found = list(openings.each("lost")(story("lost won lost"), UTC_TERMS))
    assert [(o.at - MONDAY, o.cause) for o in found] == [(HOUR, "event-1"), (3 * HOUR, "event-3")]


# Three people, a pause and three referrals, an event each hour.
HAPPENED = """
1   book     paused
2   5        Sam -> Dana
3   5        attempted
4   book     resumed
5   5        met
6   5        won
7   5        rated fit=poor
8   5        problem
9   5        resolved
10  5        delivered
11  person 2 reviewed
12  6        Dana -> Mei
13  6        declined
14  6        met
15  6        won
16  6        lost
17  7        Sam -> Mei
18  7        attempted
42  7        attempted
66  7        attempted
67  person 3 missed
68  person 3 promised
69  5        agreed
"""
RAISED = """
5        thank-referral     5-2
5        contact-prospect   5-2
5        explain-capacity   5-2
person 1 ask-preference     5-2
person 1 reopen-intake      4
5        note-meeting       5
5        announce-win       6
5        thank-win          6
person 1 return-favour      6
5        educate-source     7
5        report-problem     8
5        resolve-problem    8
5        report-resolution  9
person 2 review-client      10
person 2 ask-for-referrals  11
5        thank-chain        6-12
6        thank-referral     6-12
6        contact-prospect   6-12
person 2 ask-preference     6-12
6        explain-decline    13
6        find-better        13
6        note-meeting       14
6        announce-win       15
6        thank-win          15
person 2 return-favour      15
6        explain-loss       16
7        thank-referral     7-17
7        contact-prospect   7-17
7        try-again          18
7        try-again          42
7        ask-introduction   66
7        follow-up          66
person 3 call-back          67
person 3 keep-promise       68
5        keep-appointment   69
"""


def test_the_names_of_courtesies() -> None:
    """A courtesy is named by its rule, its subject and the event or referral that raised it."""
    people = {person.name: person.id for person in (SAM, DANA, MEI)}
    referrals, events = [], []
    for line in HAPPENED.strip().splitlines():
        number, subject, what = line[:4].strip(), line[4:13].strip(), line[13:]
        at = MONDAY + int(number) * HOUR
        on, _, id_ = subject.rpartition(" ")
        if "->" in what:
            source, _, prospect = what.split()
            uid = f"{subject}-{number}"
            referrals.append(Referral(int(id_), uid, people[source], people[prospect], at))
            continue
        kind, *fit = what.split()
        data = {"fit": "poor"} if fit else {"agreed": True, "delivered": True, "happy": True}
        if kind in ("promised", "agreed"):
            data = {"on": "2026-04-01"}
        where = {} if id_ == "book" else {on or "referral": int(id_)}
        events.append(Event(int(number), number, at, kind, data=data, **where))
    history = History.of((SAM, DANA, MEI), referrals, events)
    raised = {
        (
            f"person {courtesy.person}" if courtesy.person else str(courtesy.referral),
            courtesy.rule,
            courtesy.cause,
        )
        for courtesy in owed(history)
    }
    assert sorted(raised) == sorted(
        (line[:9].strip(), *line[9:].split()) for line in RAISED.strip().splitlines()
    )


def test_whom_a_courtesy_is_about() -> None:
    """What is owed to the one is about the other; what is owed for the person is about nobody else."""
    referral = Referral(5, "referral-5", SAM.id, DANA.id, MONDAY)
    history = History.of([SAM, DANA], [referral], [])
    assert {(c.key, c.to, c.about) for c in owed(history)} == {
        (("thank-referral", 5, 0, "referral-5"), SAM.id, DANA.id),
        (("contact-prospect", 5, 0, "referral-5"), DANA.id, SAM.id),
        (("ask-preference", 0, 1, "referral-5"), SAM.id, None),
    }


@pytest.mark.parametrize(("said", "cause"), [("", "z"), ("told", "y"), ("told explained", "x")])
def test_the_last_of_several_at_once(said: str, cause: str) -> None:
    """Of links of keep-informed at one instant the last raises it: an event, by its number."""
    referral = Referral(1, "z", SAM.id, DANA.id, MONDAY)
    events = [
        Event(number, uid, MONDAY, kind, referral=1)
        for number, (uid, kind) in enumerate(zip("yx", said.split(), strict=False), 1)
    ]
    history = History.of([SAM, DANA], [referral], events)
    causes = [c.cause for c in owed(history, off=["thank-referral"]) if c.rule == "keep-informed"]
    assert causes == [cause]


@given(SEEDS)
@settings(max_examples=40)
def test_names_are_unique(seed: int) -> None:
    """No two courtesies of a history share a name, and each was raised by something in it."""
    history = history_of(random_history(seed))
    names = [courtesy.key for courtesy in owed(history).elements()]
    assert len(names) == len(set(names))
    happened = {event.uid for event in events_of(history)}
    happened |= {referral.uid for referral in history.referrals.values()}
    assert {cause for *_, cause in names} <= happened


# Stories: how far a referral came.


@pytest.mark.parametrize(
    ("kinds", "stage", "since", "ended"),
    [
        ("", "received", 0, None),
        ("noted thanked told", "received", 0, None),
        ("attempted attempted", "attempted", 1, None),
        ("contacted attempted", "contacted", 1, None),
        ("attempted met contacted", "met", 2, None),
        ("contacted contacted met met won won", "won", 5, None),
        ("won met attempted", "won", 1, None),
        ("won delivered won delivered", "delivered", 2, 2),
        ("contacted lost", "lost", 2, 2),
        ("contacted lost lost", "lost", 3, 2),
        ("declined thanked referred-out", "referred-out", 3, 1),
        ("won lost attempted", "lost", 2, 2),
        ("won lost contacted", "contacted", 3, None),
        ("lost contacted declined", "declined", 3, 3),
        ("met lost met", "met", 3, None),
        ("met lost delivered", "delivered", 3, 3),
        ("delivered lost won", "won", 3, None),
        ("delivered lost won delivered delivered", "delivered", 4, 4),
        ("won delivered lost", "lost", 3, 3),
    ],
)
def test_standing(kinds: str, stage: str, since: int, ended: int | None) -> None:
    """A referral stands where it came furthest since the last closing, or as it closed."""
    ended_at = None if ended is None else MONDAY + ended * HOUR
    found = story(kinds)
    assert found.standing == Standing(1, stage, MONDAY + since * HOUR, ended_at)
    assert found.standing.is_closed == (stage in CLOSING)
    assert found.ended_at == ended_at
    assert found.closed_since == (ended_at if stage in CLOSING else None)
    assert found.is_live_at(MONDAY)
    assert not found.is_live_at(MONDAY - SECOND)
    assert found.is_live_at(MONDAY + 99 * HOUR) == (ended is None)
    if ended_at is not None:
        # What was closed and then delivered, or the other way about, was not live before either.
        was_over = kinds in ("met lost delivered", "won delivered lost")
        assert found.is_live_at(ended_at - SECOND) != was_over
        assert not found.is_live_at(ended_at)


@given(st.lists(st.sampled_from(sorted(ON_REFERRAL)), max_size=12))
def test_standing_and_the_pipeline_agree(kinds: list[str]) -> None:
    """The stage says closed exactly where the history does, and what is closed has ended."""
    found = story(" ".join(kinds))
    assert found.standing.is_closed == (found.closed_since is not None)
    assert (found.standing.stage == "delivered") == (
        found.ended_at is not None and found.closed_since is None
    )


@pytest.mark.parametrize(
    ("kinds", "is_open"),
    [
        ("", False),
        ("won resolved", False),
        ("problem", True),
        ("problem won told", True),
        ("problem resolved", False),
        ("problem problem resolved", False),
        ("problem resolved problem", True),
    ],
)
def test_open_problems(kinds: str, is_open: bool) -> None:
    """A problem is open until a resolution stands after it."""
    assert story(kinds).has_open_problem == is_open


def book(kinds: str) -> list[Event]:
    """Events on the book, one an hour."""
    return [
        Event(step, f"event-{step}", MONDAY + step * HOUR, what)
        for step, what in enumerate(kinds.split(), 1)
    ]


@pytest.mark.parametrize(
    ("kinds", "pauses"),
    [
        ("", []),
        ("resumed", []),
        ("paused", [(1, None)]),
        ("paused paused", [(1, None)]),
        ("paused resumed", [(1, 2)]),
        ("resumed paused paused resumed resumed paused", [(2, 4), (6, None)]),
        ("paused resumed paused resumed", [(1, 2), (3, 4)]),
    ],
)
def test_pauses(kinds: str, pauses: list[tuple[int, int | None]]) -> None:
    """A pause runs from the first paused to the next resumed, that instant no longer in it."""
    expected = [
        Pause(MONDAY + start * HOUR)
        if end is None
        else Pause(MONDAY + start * HOUR, MONDAY + end * HOUR, f"event-{end}")
        for start, end in pauses
    ]
    found = pauses_of(book(kinds))
    assert found == tuple(expected)
    for pause in found:
        assert not pause.holds(pause.start - SECOND)
        assert pause.holds(pause.start)
        assert pause.holds((pause.end or MONDAY + 99 * HOUR) - SECOND)
        assert not (pause.end and pause.holds(pause.end))


def test_the_first_they_sent() -> None:
    """The first receipt at an instant or later; the same second counts."""
    later = replace(story("", number=2).referral, received_at=MONDAY + DAY)
    told = PersonStory(SAM, [], [story(""), ReferralStory(later, [], SAM)])
    assert told.first_sent(MONDAY - DAY) == told.first_sent(MONDAY) == MONDAY
    assert told.first_sent(MONDAY + SECOND) == told.first_sent(MONDAY + DAY) == MONDAY + DAY
    assert told.first_sent(MONDAY + DAY + SECOND) is None


# Steps: what may happen next.

WON_ALREADY = (
    "it is won already",
    (
        "If the work is finished: reftrack deliver {it}."
        " New business from them is a referral of its own: reftrack add"
    ),
)
DELIVERED_ALREADY = (
    "it is delivered already",
    "Ask how it went, and record it: reftrack review NAME",
)
NOT_WON = ("it is not won, so there is nothing to deliver", "First: reftrack win {it}")
CAME_BACK = "If they came back first, record that: reftrack contact {it}"
NO_PROBLEM = ("it has no open problem", "To record one: reftrack problem {it} TEXT")
A_PROBLEM = (
    "it has an open problem; explain is for a loss, a no or a full book",
    "Tell them of it: reftrack tell {it}",
)
NOTHING_TO_EXPLAIN = (
    "there is nothing to explain: it was not lost, declined or received while you were full",
    "For news: reftrack tell {it}",
)


def closed_already(stage: str) -> tuple[str, str]:
    """The refusal of a second closing."""
    return (f"it is closed already ({stage})", CAME_BACK)


@pytest.mark.parametrize(
    ("kinds", "step", "refused"),
    [
        ("", "won", None),
        ("contacted met", "won", None),
        ("won", "won", WON_ALREADY),
        ("won delivered", "won", WON_ALREADY),
        ("won lost", "won", None),
        ("won lost contacted", "won", None),
        ("won", "delivered", None),
        ("", "delivered", NOT_WON),
        ("met", "delivered", NOT_WON),
        ("won lost", "delivered", NOT_WON),
        ("won delivered", "delivered", DELIVERED_ALREADY),
        ("won delivered lost won", "delivered", None),
        ("", "lost", None),
        ("won delivered", "lost", None),
        ("lost", "lost", closed_already("lost")),
        ("declined", "lost", closed_already("declined")),
        ("lost contacted", "lost", None),
        ("", "declined", None),
        ("declined", "declined", closed_already("declined")),
        ("declined referred-out", "declined", closed_already("referred-out")),
        ("", "referred-out", None),
        ("declined", "referred-out", None),
        ("declined told", "referred-out", None),
        ("lost", "referred-out", closed_already("lost")),
        ("declined referred-out", "referred-out", closed_already("referred-out")),
        ("problem", "resolved", None),
        ("", "resolved", NO_PROBLEM),
        ("problem resolved", "resolved", NO_PROBLEM),
        ("lost", "explained", None),
        ("declined", "explained", None),
        ("referred-out explained", "explained", None),
        ("lost contacted", "explained", None),
        ("problem", "explained", A_PROBLEM),
        ("problem lost", "explained", None),
        ("problem resolved", "explained", NOTHING_TO_EXPLAIN),
        ("won", "explained", NOTHING_TO_EXPLAIN),
        ("lost", "contacted", None),
        ("won delivered", "met", None),
        ("lost", "attempted", None),
        ("lost", "problem", None),
        ("", "thanked", None),
    ],
)
def test_steps(kinds: str, step: str, refused: tuple[str, str] | None) -> None:
    """A step that the history does not allow is refused, with what was probably meant."""
    for has_gift in (False, True):
        found = refusal(step, story(kinds), has_gift=has_gift)
        assert (found and (found.reason, found.instead)) == refused


@pytest.mark.parametrize(
    ("start", "end", "is_possible"),
    [(0, None, True), (-1, 1, True), (-1, 0, False), (1, 2, False)],
)
def test_explaining_a_full_book(start: int, end: int | None, is_possible: bool) -> None:
    """What was received while the book was paused may be explained, during the pause and after."""
    pause = Pause(MONDAY + start * HOUR, None if end is None else MONDAY + end * HOUR)
    found = refusal("explained", story("", pauses=[pause]))
    assert (found is None) == is_possible


@pytest.mark.parametrize("step", ["thanked", "told", "won", "explained"])
def test_no_gift_between_colleagues(step: str) -> None:
    """A co-worker referral gets no gift, whatever the step, and the reason is said."""
    found = refusal(step, story("", kind="co-worker"), has_gift=True)
    assert found is NO_GIFT
    assert "conflict of interest" in found.reason
    assert refusal("thanked", story("", kind="co-worker")) is None
    for kind in ("client", "partner", "expansion"):
        assert refusal("thanked", story("", kind=kind), has_gift=True) is None
    assert "gift" in WAYS


@pytest.mark.parametrize("step", sorted(ON_REFERRAL))
def test_reopening(step: str) -> None:
    """Talk reopens a closed referral, nothing else does, and an open one cannot be reopened."""
    assert reopens(step, story("contacted lost")) == (step in TALK)
    assert not reopens(step, story("contacted"))
    assert not reopens(step, story("lost contacted"))


# Mornings: what the hour makes of it, and in which order it is read.


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
    """What is about the person is owed to them, on no referral."""
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
