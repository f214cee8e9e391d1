"""Properties of any history of the second edition, and what its tables cannot say."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import ON_PERSON, ON_REFERRAL, TALK, Event
from reftrack.domain.history import History
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral, Standing
from reftrack.domain.times import LATEST, Calendar, Span, Week, parse_span, text_of
from reftrack.errors import BadInput
from reftrack.rules import affects, edition
from reftrack.rules.courtesies import Reading, courtesies_of
from reftrack.rules.next_step import Appointment, standing_agreement
from reftrack.rules.policy import policy_of, week_of
from reftrack.rules.reasons import Explanation, explained
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from reftrack.rules.story import ReferralStory, live_among, pauses_of
from reftrack.rules.terms import Terms
from tests.support.histories import (
    DANA,
    DAY,
    HOUR,
    MEI,
    MONDAY,
    SAM,
    SECOND,
    SEEDS,
    UTC_TERMS,
    ZONE,
    events_of,
    history_of,
    owed,
    subject_of,
)
from tests.support.histories import (
    story as story_made,
)
from tests.support.random_history import random_history

NEXT_STEP = {"contact-prospect", "try-again", "follow-up", "keep-appointment"}


def with_only(history: History, events: Iterable[Event]) -> History:
    """The history with these events and no others."""
    return History.of(history.people.values(), history.referrals.values(), events)


# Whatever happens.


@given(SEEDS, ZONE)
@settings(max_examples=60)
def test_a_live_referral_never_lacks_a_next_step(seed: int, zone: str) -> None:
    """Wherever there was any talk, something is owed to the prospect, now or later."""
    history = history_of(random_history(seed, zone=zone, referrals=4, events=30))
    lets_go = [e for e in events_of(history) if e.kind == "waived" and e.data["rule"] == "all"]
    history = with_only(history, [e for e in events_of(history) if e not in lets_go])
    instants = {event.at for event in events_of(history)}
    beside = (0, 1, 86_400, 8 * 86_400, 40 * 86_400)
    for instant in random.Random(seed).sample(sorted(instants), min(6, len(instants))):
        now = instant + random.Random(seed).choice(beside) * SECOND
        then = history.until(now)
        reading = Reading(then, Terms(Calendar(ZoneInfo(zone)), policy_of()))
        for referral in then.referrals.values():
            story = reading.referral_story(referral)
            is_gone = story.prospect_forgotten is not None
            if is_gone or story.ended_at is not None or not {e.kind for e in story.events} & TALK:
                continue
            steps = [c.rule for c in reading.on_referral(story) if c.outcome is None]
            assert NEXT_STEP & set(steps), (now, referral.id)


def reasons_of(reading: Reading, now: datetime | None = None) -> list[Explanation]:
    """Every explanation of every subject."""
    referrals = [("referral", number) for number in reading.history.referrals]
    people = [("person", number) for number in reading.history.people]
    return [
        each
        for subject in (*referrals, *people)
        for each in explained(reading, subject, RULEBOOK, now)  # type: ignore[arg-type]
    ]


@pytest.mark.parametrize("seed", range(40))
def test_what_an_event_can_affect_is_in_the_rows(seed: int) -> None:
    """With an event and without it: only what the rows say differs, on people and on referrals."""
    history = history_of(random_history(seed, referrals=4, events=20))
    events = events_of(history)
    whole = owed(history)
    for event in random.Random(seed).sample(events, min(10, len(events))):
        if event.kind == "source-corrected" or (event.referral is None and event.person is None):
            continue
        without = owed(with_only(history, [other for other in events if other is not event]))
        moved = (whole - without) + (without - whole)
        people = {(c.person, c.rule) for c in moved if c.person is not None}
        referrals = {c.referral for c in moved if c.referral is not None}
        if event.kind == "forgotten":
            parts = [
                r for r in history.referrals.values() if event.person in (r.source, r.prospect)
            ]
            assert referrals <= {r.id for r in parts}
            concerned = {n for r in parts for n in (r.source, r.prospect)} | {event.person}
            assert {number for number, _ in people} <= concerned
        elif event.referral is None:
            assert not referrals
            assert people <= {(event.person, rule) for rule in affects.on_person(event.kind)}
        else:
            referral = history.referrals[event.referral]
            assert referrals <= {referral.id, *chain_before(history, referral)}
            allowed = {(referral.prospect, rule) for rule in affects.on_prospect(event.kind)}
            allowed |= {(referral.source, rule) for rule in affects.on_source(event.kind)}
            assert people <= allowed, (event, people - allowed)


def chain_before(history: History, referral: Referral) -> set[int]:
    """The referrals whose prospect is the source of this one."""
    return {r.id for r in history.prospect_of.get(referral.source, ())}


@pytest.mark.parametrize("rule", list(BY_NAME))
def test_a_rule_that_is_off(rule: str) -> None:
    """It raises nothing, and holds nothing back: what else changes is news, or the next step."""
    allowed = {"keep-informed"} if BY_NAME[rule].is_news else set()
    if rule in NEXT_STEP:
        allowed |= {"follow-up"}
    raised = 0
    for seed in range(0, 60, 4):
        history = history_of(random_history(seed, events=40))
        with_it, without = owed(history), owed(history, off=[rule])
        raised += sum(courtesy.rule == rule for courtesy in with_it)
        changed = (with_it - without) + (without - with_it)
        assert {courtesy.rule for courtesy in changed} <= {rule, *allowed}
        assert not any(courtesy.rule == rule for courtesy in without)
    assert raised


@pytest.mark.parametrize("seed", range(12))
def test_some_subjects_of_all(seed: int) -> None:
    """Each subject alone gives what it gives among all."""
    history = history_of(random_history(seed, referrals=5))
    whole = owed(history)
    for courtesy in whole:
        alone = owed(history, subjects=[subject_of(courtesy)])
        assert alone == Counter(
            {c: n for c, n in whole.items() if subject_of(c) == subject_of(courtesy)}
        )


# Ends that are announced.


def test_an_announced_end_has_not_come_before_its_instant() -> None:
    """Until then the courtesy is open and says when it ends; from then on it is moot."""
    until = MONDAY + 3 * DAY
    events = [
        Event(1, "event-1", MONDAY, "paused", data={"until": "2026-03-05T09:00:00Z"}),
    ]
    referral = Referral(1, "referral-1", SAM.id, DANA.id, MONDAY + HOUR)
    history = History.of([SAM, DANA], [referral], events)
    (found,) = (
        c
        for c in courtesies_of(history, policy_of(), Calendar(UTC))
        if c.rule == "explain-capacity"
    )
    assert (found.ends_at, found.ended_at, found.outcome) == (until, None, None)
    assert found.seen_at(until - SECOND) is found
    ended = found.seen_at(until)
    assert (ended.ends_at, ended.ended_at, ended.outcome) == (None, until, "moot")
    assert ended.key == found.key
    reading = Reading(history, UTC_TERMS)
    rule = BY_NAME["explain-capacity"]
    for now, is_open in ((until - SECOND, True), (until, False)):
        (told,) = explained(reading, ("referral", 1), [rule], now)
        (occurrence,) = told.occurrences
        assert occurrence.is_open == is_open
        by = occurrence.ended_by
        assert (by and by.kind) == (None if is_open else "resumed")


def test_a_pause_names_the_event_that_ends_it() -> None:
    """The resumption, or the pause that announced its end."""
    events = [
        Event(1, "one", MONDAY, "paused", data={"until": "2026-03-05T09:00:00Z"}),
        Event(2, "two", MONDAY + DAY, "paused", data={"until": "2026-03-04T09:00:00Z"}),
        Event(3, "three", MONDAY + 4 * DAY, "paused", data={"until": "2026-04-04T09:00:00Z"}),
        Event(4, "four", MONDAY + 5 * DAY, "resumed"),
        Event(5, "five", MONDAY + 6 * DAY, "paused", data={"until": "2026-03-01T09:00:00Z"}),
    ]
    found = [(p.start, p.end, p.end_uid, p.is_announced) for p in pauses_of(events)]
    assert found == [
        (MONDAY, MONDAY + 2 * DAY, "two", True),
        (MONDAY + 4 * DAY, MONDAY + 5 * DAY, "four", False),
        (MONDAY + 6 * DAY, None, "", False),
    ]


# What settles by its kind and its way.


@pytest.mark.parametrize(
    ("rule", "kind", "channel", "expected"),
    [
        ("announce-win", "told", None, True),
        ("announce-win", "told", "call", True),
        ("announce-win", "told", "card", False),
        ("announce-win", "thanked", None, False),
        ("announce-win", "thanked", "email", True),
        ("announce-win", "thanked", "gift", False),
        ("thank-win", "thanked", None, True),
        ("thank-win", "thanked", "call", False),
        ("thank-win", "told", "email", False),
        ("resolve-problem", "resolved", None, True),
        ("keep-promise", "kept", None, True),
        ("try-again", "contacted", None, True),
        ("try-again", "attempted", None, True),
        ("keep-appointment", "met", None, True),
        ("follow-up", "told", None, False),
    ],
)
def test_what_settles_by_its_way(rule: str, kind: str, channel: str | None, expected: bool) -> None:
    """A record of the morning holds what its one command, as it stands, settles."""
    assert BY_NAME[rule].is_settled_by(kind, channel) is expected


# The working week.


def test_the_week_that_is_set() -> None:
    """Days, hours and holidays by name; an end at midnight is the day's own."""
    assert week_of() == Week()
    found = week_of(["Mon", "sat"], "7:30 - 24:00", ["2026-12-24..2026-12-26", "2027-01-01"])
    holidays = {date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)}
    assert found == Week(frozenset({0, 5}), 450, 1440, frozenset(holidays))
    assert found.works_on(date(2026, 12, 28))
    assert not found.works_on(date(2026, 12, 26))
    assert not found.works_on(date(2026, 12, 29))


SAY_DAYS = "Say mon, tue, wed, thu, fri, sat, sun."
SAY_HOURS = "Say 09:00-17:00."
SAY_RANGE = "Say 2026-12-24..2027-01-03."


@pytest.mark.parametrize(
    ("days", "hours", "holidays", "message", "hint"),
    [
        (
            [], "09:00-17:00", [],
            "week.days: a week needs a working day.", 'Say days = ["mon", "tue"].',
        ),
        (["someday"], "09:00-17:00", [], "week.days: 'someday' is no day.", SAY_DAYS),
        (["mon"], "nine to five", [], "week.hours: 'nine to five' are no hours.", SAY_HOURS),
        (["mon"], "09:00-09:60", [], "week.hours: '09:00-09:60' is no time of a day.", SAY_HOURS),
        (["mon"], "09:00-24:01", [], "week.hours: '09:00-24:01' is no time of a day.", SAY_HOURS),
        (
            ["mon"], "17:00-09:00", [],
            "week.hours: '17:00-09:00' do not end after they begin.", SAY_HOURS,
        ),
        (
            ["mon"], "09:00-09:00", [],
            "week.hours: '09:00-09:00' do not end after they begin.", SAY_HOURS,
        ),
        (
            ["mon"], "09:00-17:00", ["xmas"],
            "week.holidays: 'xmas' is no date.", "Say 2026-12-25, or 2026-12-24..2027-01-03.",
        ),
        (
            ["mon"], "09:00-17:00", ["2027-01-03..2026-12-24"],
            "week.holidays: '2027-01-03..2026-12-24' does not end within a year of its beginning.",
            SAY_RANGE,
        ),
        (
            ["mon"], "09:00-17:00", ["2026-01-01..2027-01-02"],
            "week.holidays: '2026-01-01..2027-01-02' does not end within a year of its beginning.",
            SAY_RANGE,
        ),
    ],
)  # fmt: skip
def test_weeks_that_are_refused(
    days: list[object], hours: str, holidays: list[object], message: str, hint: str
) -> None:
    """A week without a working day, hours that do not end after they begin, and words that are none."""
    with pytest.raises(BadInput) as refused:
        week_of(days, hours, holidays)
    assert (refused.value.message, refused.value.hint) == (message, hint)


def test_weeks_at_their_bounds() -> None:
    """A day by its whole name, the last minute of an hour, a range without an end, a whole year."""
    assert week_of(["Monday", " FRI "]).days == {0, 4}
    assert (week_of(hours="09:59-10:59").begins, week_of(hours="09:59-10:59").ends) == (599, 659)
    assert week_of(holidays=["2026-12-24.."]).holidays == {date(2026, 12, 24)}
    assert len(week_of(holidays=["2026-01-01..2027-01-01"]).holidays) == 366


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)), ZONE, st.integers(1, 60),
    st.sets(st.integers(0, 6), min_size=1), st.integers(0, 23), st.integers(1, 24),
)  # fmt: skip
@settings(max_examples=80)
def test_working_time(
    start: datetime, zone: str, count: int, days: set[int], begins: int, ends: int
) -> None:
    """Days end as the nth working day ends; hours elapse one by one, in working hours alone."""
    calendar = Calendar(ZoneInfo(zone))
    week = Week(frozenset(days), 60 * begins, 60 * max(ends, begins + 1))
    opens = start.replace(microsecond=0, tzinfo=UTC)
    due = calendar.deadline(opens, Span(working_days=count), week)
    last = calendar.date_of(due - SECOND)
    first = calendar.date_of(opens)
    passed = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert due == calendar.midnight(last + timedelta(days=1))
    assert sum(week.works_on(day) for day in passed) == count
    assert week.works_on(last)
    one_by_one = opens
    for _ in range(min(count, 12)):
        one_by_one = calendar.deadline(one_by_one, Span(working_hours=1), week)
    assert calendar.deadline(opens, Span(working_hours=min(count, 12)), week) == one_by_one
    # The last second of it is worked.
    worked = calendar.date_of(one_by_one - SECOND)
    assert week.works_on(worked)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2wd", Span(working_days=2)),
        ("8wh", Span(working_hours=8)),
        ("8h", Span(hours=8)),
        ("2d", Span(days=2)),
    ],
)
def test_units(text: str, span: Span) -> None:
    """Four units, each read as it is written."""
    assert parse_span(text) == span
    assert str(span) == text
    assert span.is_in_days == text.endswith("d")
    assert span.is_working == ("w" in text)


def test_the_week_counts_where_a_deadline_counts_in_it() -> None:
    """Elsewhere holidays change nothing, and need not be known."""
    week = week_of(holidays=["2026-12-25"])
    assert policy_of(week=week).week_text() == []
    assert not policy_of(week=week).is_working
    text = policy_of({"call-back": "8wh"}, week=week).week_text()
    assert text == [[0, 1, 2, 3, 4], 540, 1020, "2026-12-25"]


# Sources put right, and people forgotten.


def story_of(events: Iterable[Event], **rest: object) -> ReferralStory:
    """The story of a referral from Sam to Dana, received on Monday."""
    referral = Referral(1, "referral-1", SAM.id, DANA.id, MONDAY)
    return ReferralStory(referral, list(events), SAM, **rest)  # type: ignore[arg-type]


def test_merged_people_are_one() -> None:
    """A correction names whom the source was by their uid, which a merge makes today's."""
    events = [
        Event(1, "one", MONDAY + HOUR, "thanked", referral=1),
        Event(2, "two", MONDAY + 2 * HOUR, "source-corrected", referral=1, data={"from": SAM.uid}),
    ]
    assert [e.kind for e in story_of(events).events_of_source] == ["thanked", "source-corrected"]
    other = replace(events[1], data={"from": MEI.uid})
    assert [e.kind for e in story_of([events[0], other]).events_of_source] == ["source-corrected"]


def test_the_time_for_which_an_appointment_stands() -> None:
    """From the instant of its agreement until the one at which it ends, that no longer."""
    agreed = Event(1, "a", MONDAY, "agreed", referral=1)
    made = Appointment(agreed, MONDAY + DAY, MONDAY + HOUR)
    assert [made.stands_at(MONDAY + n * HOUR) for n in (-1, 0, 1, 2)] == [False, True, False, False]
    assert made._replace(until=None).stands_at(MONDAY + DAY)


def test_no_appointment_stands_once_it_is_lost_or_its_prospect_forgotten() -> None:
    """Though its hour is still ahead: there is nobody to meet."""
    agreed = Event(1, "agreed", MONDAY, "agreed", referral=1, data={"at": text_of(MONDAY + DAY)})
    lost = Event(2, "lost", MONDAY + HOUR, "lost", referral=1)
    for told in (
        story_of([agreed, lost]),
        story_of([agreed], prospect_forgotten=(MONDAY + HOUR, 2)),
    ):
        standing = [standing_agreement(told, UTC_TERMS, MONDAY + n * HOUR) for n in (0, 1, 2)]
        assert standing == [agreed, None, None]
    assert standing_agreement(story_of([agreed]), UTC_TERMS, MONDAY + 2 * HOUR) is agreed


def test_when_a_referral_was_live() -> None:
    """By the events up to then: what was lost and came back was not live in between."""
    kinds = ("contacted", "lost", "won", "delivered", "contacted", "lost", "delivered", "met")
    events = [
        Event(n, f"event-{n}", MONDAY + n * DAY, kind, referral=1)
        for n, kind in enumerate(kinds, 1)
    ]
    story = story_of(events)
    live = [n for n in range(-1, 10) if story.is_live_at(MONDAY + n * DAY)]
    assert live == [0, 1, 3]
    assert [step.is_reopening for step in story.steps] == [False, True, False]
    assert live_among([story], MONDAY) == (True, MONDAY + 2 * DAY)
    assert live_among([story], MONDAY + 3 * DAY) == (True, MONDAY + 4 * DAY)
    assert live_among([story], MONDAY + 9 * DAY) == (False, None)


def test_when_none_of_several_is_live_any_more() -> None:
    """One that came back counts again; what began and ended by the instant itself is past."""
    came_back, other = story_made("lost contacted lost"), story_made("noted lost", number=2)
    assert live_among([came_back, other], MONDAY) == (True, MONDAY + 3 * HOUR)
    lost = Event(1, "lost", MONDAY + HOUR, "lost", referral=1)
    at_once = replace(lost, id=2, uid="contacted", kind="contacted")
    assert live_among([story_of([lost, at_once])], MONDAY + HOUR) == (True, None)


def test_forgotten_before_it_was_received() -> None:
    """A referral of somebody who was forgotten earlier is live: it did not end with them."""
    story = story_of([], prospect_forgotten=(MONDAY - DAY, 7))
    assert story.ended_at is None
    assert story.is_live_at(MONDAY)


def test_how_a_referral_stands_whose_prospect_was_forgotten() -> None:
    """It ended then, as far as it had come; whatever is recorded later moves it no more."""
    events = [
        Event(1, "one", MONDAY + HOUR, "contacted", referral=1),
        Event(2, "two", MONDAY + 3 * DAY, "problem", referral=1),
        Event(9, "nine", MONDAY + 9 * DAY, "lost", referral=1),
    ]
    story = story_of(events, prospect_forgotten=(MONDAY + 5 * DAY, 5))
    assert story.standing == Standing(1, "contacted", MONDAY + HOUR, MONDAY + 5 * DAY)
    assert story.closed_since is None
    assert story.has_open_problem
    assert not story.is_troubled
    assert not story.is_live_at(MONDAY + 9 * DAY)


def test_forgotten_once_it_had_ended() -> None:
    """A referral closed by then did not end with them, and one that comes back is live as ever."""
    events = [
        Event(1, "one", MONDAY + HOUR, "lost", referral=1),
        Event(9, "nine", MONDAY + 9 * DAY, "contacted", referral=1),
    ]
    story = story_of(events, prospect_forgotten=(MONDAY + 5 * DAY, 5))
    assert story.is_live_at(MONDAY + 9 * DAY)
    assert story.ended_at is None
    closed = story_of(events[:1], prospect_forgotten=(MONDAY + 5 * DAY, 5))
    assert closed.ended_at == MONDAY + HOUR


def test_an_appointment_is_a_talk() -> None:
    """A referral with one is in contact, and one that was closed is again."""
    agreed = Event(2, "two", MONDAY + DAY, "agreed", referral=1)
    assert story_of([agreed]).standing.stage == "contacted"
    lost = Event(1, "one", MONDAY, "lost", referral=1)
    assert story_of([lost, agreed]).standing.stage == "contacted"


def test_the_edition() -> None:
    """Projections of another edition are computed anew."""
    assert edition.RULEBOOK_VERSION == 2


def test_forgotten_in_the_same_second() -> None:
    """A courtesy raised before is moot at once, one raised after is not raised."""
    events = [
        Event(1, "one", MONDAY, "missed", person=SAM.id),
        Event(2, "two", MONDAY, "forgotten", person=SAM.id),
        Event(3, "three", MONDAY, "promised", person=SAM.id, data={"on": "2026-03-04"}),
        Event(4, "four", MONDAY, "forgotten", person=SAM.id),
    ]
    found = courtesies_of(History.of([SAM], [], events), policy_of(), Calendar(UTC))
    assert [(c.rule, c.ended_at, c.outcome) for c in found] == [("call-back", MONDAY, "moot")]


@pytest.mark.parametrize("is_announced", [False, True])
def test_the_end_of_a_pause_is_past_or_announced(is_announced: bool) -> None:
    """A pause ended by a `resumed` has ended; an end that was announced is kept until it comes."""
    until = text_of(MONDAY + DAY) if is_announced else None
    events = [Event(1, "paused", MONDAY - DAY, "paused", data={"until": until})]
    if not is_announced:
        events.append(Event(2, "resumed", MONDAY + DAY, "resumed"))
    referral = Referral(1, "referral-1", SAM.id, DANA.id, MONDAY)
    history = History.of([SAM, DANA], [referral], events)
    found = courtesies_of(history, policy_of(), Calendar(UTC))
    (told,) = (c for c in found if c.rule == "explain-capacity")
    end = MONDAY + DAY
    ending = (None, None, end) if is_announced else (end, "moot", None)
    assert (told.ended_at, told.outcome, told.ends_at) == ending


def test_kinds_of_the_page() -> None:
    """The kinds that the second edition brought are there, each where it belongs."""
    assert {"agreed", "source-corrected"} <= ON_REFERRAL
    assert {"promised", "kept", "forgotten"} <= ON_PERSON
    assert "agreed" in TALK


def test_why_nothing_is_owed() -> None:
    """An appointment is the next step, and whoever was forgotten is owed nothing."""
    events = [
        Event(1, "one", MONDAY + HOUR, "agreed", referral=1, data={"on": "2026-04-01"}),
        Event(2, "two", MONDAY + DAY, "forgotten", person=SAM.id),
    ]
    referral = Referral(1, "referral-1", SAM.id, DANA.id, MONDAY)
    reading = Reading(History.of([SAM, DANA], [referral], events), UTC_TERMS)
    codes = {
        (each.rule.name, each.to): [why.code for why in each.why_not]
        for each in reasons_of(reading)
        if each.why_not
    }
    assert codes["follow-up", DANA.id] == ["appointment"]
    (why,) = (
        why for r in reasons_of(reading) for why in r.why_not or () if why.code == "appointment"
    )
    assert why.instants == (datetime(2026, 4, 1, tzinfo=UTC),)
    assert codes["note-meeting", SAM.id] == codes["return-favour", SAM.id] == ["forgotten"]
    assert codes["keep-promise", SAM.id] == ["forgotten"]
    assert codes["keep-promise", DANA.id] == ["awaits"]


def test_a_person_of_this_name() -> None:
    """The stories of people say where they were forgotten, first of all."""
    events = [
        Event(2, "two", MONDAY + DAY, "forgotten", person=SAM.id),
        Event(1, "one", MONDAY, "forgotten", person=SAM.id),
    ]
    reading = Reading(History.of([SAM], [], events), UTC_TERMS)
    assert reading.person_story(SAM.id).forgotten == (MONDAY, 1)


def ended(courtesies: Iterable[Courtesy]) -> list[Courtesy]:
    """As seen when all that was announced has come."""
    return [courtesy.seen_at(LATEST) for courtesy in courtesies]


def test_people_are_whom_they_are() -> None:
    """A person without any event was forgotten nowhere."""
    reading = Reading(History.of([Person(9, "nine", "Nine")], [], []), UTC_TERMS)
    assert reading.person_story(9).forgotten is None
    assert ended(reading.on_person(reading.person_story(9))) == []


def test_the_agreement_that_stands() -> None:
    """The last appointment that was neither kept, moved nor called off by an instant."""
    monday = datetime(2026, 3, 2, 9, tzinfo=UTC)

    def agreed(number: int, hour: int, **data: str) -> Event:
        at = monday.replace(hour=hour)
        return Event(number, f"uid-{number}", at, "agreed", referral=1, data=data)

    first, moved = agreed(1, 10, on="2026-03-20"), agreed(2, 12, at="2026-03-21T10:00:00Z")
    told = story_of([first, moved, agreed(3, 14)])
    terms = Terms(Calendar(UTC), policy_of())
    stands = [standing_agreement(told, terms, monday.replace(hour=h)) for h in (9, 11, 13, 15)]
    assert stands == [None, first, moved, None]
