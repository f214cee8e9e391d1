"""Random histories as the rules see them, and how to change them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import Event
from reftrack.domain.history import History
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.domain.times import Calendar, instant_of
from reftrack.rules.courtesies import Subject, courtesies_of
from reftrack.rules.policy import policy_of
from reftrack.rules.story import Pause, Receipt, ReferralStory
from reftrack.rules.terms import Terms

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
    return list(history.events())


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
    """The subject of a courtesy."""
    if courtesy.referral is not None:
        return ("referral", courtesy.referral)
    assert courtesy.person is not None
    return ("person", courtesy.person)


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
    chain: Sequence[Receipt] = (),
) -> ReferralStory:
    """The story of a referral from Sam to Dana: received on Monday, then an event each hour."""
    referral = Referral(number, f"referral-{number}", SAM.id, DANA.id, MONDAY, kind)
    events = [
        Event(step, f"event-{step}", MONDAY + step * HOUR, what, referral=number)
        for step, what in enumerate(kinds.split(), 1)
    ]
    return ReferralStory(referral, events, SAM, pauses, chain)


def book(kinds: str) -> list[Event]:
    """Events on the book, one an hour."""
    return [
        Event(step, f"event-{step}", MONDAY + step * HOUR, what)
        for step, what in enumerate(kinds.split(), 1)
    ]
