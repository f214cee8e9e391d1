"""The reasons are those of the courtesies."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from reftrack.domain.events import Event
from reftrack.domain.history import History
from reftrack.domain.referrals import Referral
from reftrack.domain.times import Calendar, Span
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.openings import Opening, by
from reftrack.rules.policy import policy_of
from reftrack.rules.reasons import Explanation, explained
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.story import ReferralStory
from reftrack.rules.terms import Terms
from tests.support.histories import (
    DANA,
    DAY,
    HOUR,
    MONDAY,
    SAM,
    UTC_TERMS,
    ZONES,
    events_of,
    history_of,
    owed,
)
from tests.support.random_history import random_history


def reasons_of(reading: Reading) -> list[Explanation]:
    """Every rule on every subject, explained."""
    subjects: list[Subject] = [("referral", n) for n in reading.history.referrals]
    subjects += [("person", n) for n in reading.history.people]
    return [each for subject in subjects for each in explained(reading, subject)]


@pytest.mark.parametrize("seed", range(64))
def test_reasons(seed: int) -> None:
    """The courtesies explained are those raised, and a rule that owes nothing open may say why not."""
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


@pytest.mark.parametrize(
    ("opens", "span"),
    [
        (lambda at: UTC_TERMS.calendar.opening(at, 7), Span(days=7)),
        (lambda at: UTC_TERMS.calendar.opening(at, 3), Span(days=3)),
        (lambda at: at + 36 * HOUR, Span(hours=36)),
    ],
)
def test_a_wait_that_the_policy_does_not_name(
    opens: Callable[[datetime], datetime], span: Span
) -> None:
    """A rule that opens some days later says how many, and no key where its row has no rhythm.

    Seven days are also the default of follow_up_after, which such a rule knows nothing of.
    """

    def later(story: ReferralStory, _: Terms) -> Iterator[Opening]:
        return (by(event, opens(event.at)) for event in story.events if event.kind == "won")

    referral = Referral(1, "referral-1", SAM.id, DANA.id, MONDAY)
    events = [Event(1, "event-1", MONDAY, "won", referral=1)]
    reading = Reading(History.of([SAM, DANA], [referral], events), UTC_TERMS)
    rule = BY_NAME["report-problem"]._replace(opens=later)
    (found,) = explained(reading, ("referral", 1), [rule])
    ((wait,),) = [occurrence.waits for occurrence in found.occurrences]
    assert (wait.span, wait.key) == (span, "")
