"""Repetitions: an event that is on record already, and settles nothing anew."""

from __future__ import annotations

from reftrack.domain.events import Event
from reftrack.domain.spelling import name_key
from reftrack.rules.courtesies import Reading
from reftrack.rules.rulebook import BY_NAME

_DONE = {"thanked": "thanked", "met": "met", "problem": "reported"}


def said_done(kind: str) -> str:
    """The word for a repeated event of this kind: `thanked`."""
    return _DONE[kind]


def recorded_already(event: Event, reading: Reading) -> Event | None:
    """The last event on the same referral that says the same; None where there is none.

    `reading` is the book before it, at its instant. A second thanks says the same where nothing is
    left to be thanked for, a meeting on the same day, a problem in the same words while the first
    is not put right.
    """
    if event.kind not in _DONE:
        return None
    about = [each for each in reading.history.events() if each.referral == event.referral]
    same = [each for each in about if each.kind == event.kind]
    if event.kind == "thanked" and _has_open_thanks(event, reading):
        return None
    if event.kind == "met":
        day = reading.terms.calendar.date_of
        same = [each for each in same if day(each.at) == day(event.at)]
    if event.kind == "problem":
        put_right = max((each.place for each in about if each.kind == "resolved"), default=None)
        same = [
            each
            for each in same
            if name_key(each.data["text"]) == name_key(event.data["text"])
            and (put_right is None or each.place > put_right)
        ]
    return same[-1] if same else None


def _has_open_thanks(event: Event, reading: Reading) -> bool:
    """True if thanks owed on the referral had opened by the event and not ended."""
    return any(
        courtesy.outcome is None
        and courtesy.opens_at <= event.at
        and event.kind in BY_NAME[courtesy.rule].done_by
        for courtesy in reading.courtesies([("referral", event.referral or 0)])
    )
