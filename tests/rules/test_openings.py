"""The end of a courtesy, and where rules begin."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from reftrack.domain.events import Event
from reftrack.domain.history import History
from reftrack.domain.referrals import Referral
from reftrack.rules import openings
from reftrack.rules.endings import ending
from tests.support.histories import (
    DANA,
    HOUR,
    MEI,
    MONDAY,
    SAM,
    SECOND,
    SEEDS,
    UTC_TERMS,
    events_of,
    history_of,
    owed,
    story,
)
from tests.support.random_history import random_history


def test_ties() -> None:
    """At the same instant done comes before waived, and waived before moot."""
    assert ending(MONDAY, MONDAY, MONDAY) == (MONDAY, "done")
    assert ending(None, MONDAY, MONDAY) == (MONDAY, "waived")
    assert ending(MONDAY + SECOND, MONDAY + SECOND, MONDAY) == (MONDAY, "moot")
    assert ending(MONDAY + SECOND, MONDAY, None) == (MONDAY, "waived")
    assert ending(None, None, None) is None


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
        data: dict[str, Any] = (
            {"fit": "poor"} if fit else {"agreed": True, "delivered": True, "happy": True}
        )
        if kind in ("promised", "agreed"):
            data = {"on": "2026-04-01"}
        where: dict[str, Any] = {} if id_ == "book" else {on or "referral": int(id_)}
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
    """A courtesy to the one is about the other; one for the person is about nobody else."""
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
