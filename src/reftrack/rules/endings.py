"""The end of a courtesy: at the earliest of done, waived and moot."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reftrack.domain.courtesies import Outcome
from reftrack.domain.events import Event, Place

Ending = tuple[datetime, Outcome]


def ending(done: datetime | None, waived: datetime | None, moot: datetime | None) -> Ending | None:
    """The earliest of the three; at the same instant done, then waived, then moot."""
    candidates: tuple[tuple[datetime | None, Outcome], ...] = (
        (done, "done"),
        (waived, "waived"),
        (moot, "moot"),
    )
    ends: list[Ending] = [(at, outcome) for at, outcome in candidates if at is not None]
    return min(ends, key=lambda end: end[0], default=None)


def earliest(*instants: datetime | None) -> datetime | None:
    """The earliest of those that there are."""
    return min((instant for instant in instants if instant is not None), default=None)


def first_after(events: Iterable[Event], kinds: frozenset[str], after: Place) -> datetime | None:
    """The instant of the first event of these kinds that stands later than `after`."""
    return next((e.at for e in events if e.kind in kinds and e.place > after), None)


def waiver(events: Iterable[Event], rule: str, since: datetime) -> Event | None:
    """The first waiver of `rule` or of all at `since` or later."""
    return next((e for e in events if waives(e, rule) and e.at >= since), None)


def waived_at(events: Iterable[Event], rule: str, since: datetime) -> datetime | None:
    """The instant of that waiver."""
    found = waiver(events, rule, since)
    return None if found is None else found.at


def waives(event: Event, rule: str) -> bool:
    """True for a waiver that speaks of `rule`."""
    return event.kind == "waived" and event.data.get("rule") in (rule, "all")
