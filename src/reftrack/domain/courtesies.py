"""Courtesies: one thing owed, to someone, from an instant, by an instant."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, NamedTuple

Outcome = Literal["done", "waived", "moot"]
Status = Literal["upcoming", "due", "overdue", "snoozed"]

# The sections of a morning, in their order.
OVERDUE, TODAY, LATER = "overdue", "today", "later"
WHEN_YOU_CAN = "when-you-can"
UPCOMING, SNOOZED = "upcoming", "snoozed"
SECTIONS = (OVERDUE, TODAY, LATER, WHEN_YOU_CAN, UPCOMING, SNOOZED)


class Courtesy(NamedTuple):
    """One thing that `rule` owes to the person `to` about its subject, a referral or a person.

    `cause` is the uid of the event or referral that raised it: with the rule and the subject it
    names the courtesy for good. Instants are UTC; `ended_at` and `outcome` are None while open.
    `ends_at` is an end that is known but lies ahead, as the end of a pause does: then it is moot.
    """

    rule: str
    referral: int | None
    person: int | None
    cause: str
    to: int
    about: int | None
    opens_at: datetime
    due_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None
    ends_at: datetime | None = None

    @property
    def key(self) -> tuple[str, int, int, str]:
        """The name of the courtesy: it stays while the deadline or the outcome changes."""
        return (self.rule, self.referral or 0, self.person or 0, self.cause)

    @property
    def subject(self) -> tuple[Literal["referral", "person"], int]:
        """The referral or the person that it is about, by its number."""
        if self.referral is not None:
            return ("referral", self.referral)
        return ("person", self.person or 0)

    def is_open_at(self, now: datetime) -> bool:
        """True if it has not ended by `now`."""
        return self.outcome is None and (self.ends_at is None or now < self.ends_at)

    def seen_at(self, now: datetime) -> Courtesy:
        """The courtesy as it stands at `now`: moot if the end that was known before has come."""
        if self.outcome is not None or self.is_open_at(now):
            return self
        return self._replace(ended_at=self.ends_at, outcome="moot", ends_at=None)
