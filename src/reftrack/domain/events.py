"""Events: what happened, at an instant, on a referral, on a person or on the whole book."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_ON_REFERRAL = """
    attempted contacted agreed met won delivered lost declined referred-out problem resolved rated
    thanked told explained educated source-corrected waived snoozed noted
"""
_ON_PERSON = """
    missed called-back wished given forgotten delivered reviewed asked reopened promised kept
    waived snoozed noted
"""
ON_REFERRAL = frozenset(_ON_REFERRAL.split())
ON_PERSON = frozenset(_ON_PERSON.split())
ON_BOOK = frozenset({"paused", "resumed"})

# The rulebook's groups.
TALK = frozenset({"contacted", "agreed", "met", "won"})
CLOSING = frozenset({"lost", "declined", "referred-out"})
PIPELINE = TALK | CLOSING | {"delivered"}
TOUCH = frozenset({"thanked", "told", "explained"})

WAYS = ("card", "call", "email", "text", "in-person", "gift")

# Other readers of JSON lose digits of a whole number from here on; far below what SQLite counts to.
JSON_LIMIT = 2**53

# A place in the history: events stand in the order of their instants, then of their numbers.
Place = tuple[datetime, int]


def at_or_after(instant: datetime) -> Place:
    """The place just before every event of `instant`: numbers begin at 1."""
    return (instant, 0)


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened. `at` is UTC, to the second; `id` is the order of recording.

    Exactly one of `referral` and `person` is set, or neither for an event on the book. `note` is
    private; `data["text"]` is what others were told.
    """

    id: int
    uid: str
    at: datetime
    kind: str
    referral: int | None = None
    person: int | None = None
    channel: str | None = None
    note: str | None = None
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def place(self) -> Place:
        """The place in the history."""
        return (self.at, self.id)
