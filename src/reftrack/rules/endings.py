"""The end of a courtesy: at the earliest of done, waived and moot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


def waived_at(events: Sequence[Event], rule: str, since: datetime) -> datetime | None:
    """The first waiver of `rule` or of all at `since` or later."""
    return next((e.at for e in events if waives(e, rule) and e.at >= since), None)


def waives(event: Event, rule: str) -> bool:
    """True for a waiver that speaks of `rule`."""
    return event.kind == "waived" and event.data.get("rule") in (rule, "all")
