"""Courtesies: one thing owed, to someone, from an instant, by an instant."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

Outcome = Literal["done", "waived", "moot"]
Status = Literal["upcoming", "due", "overdue", "snoozed"]


@dataclass(frozen=True, slots=True)
class Courtesy:
    """One thing that `rule` owes to the person `to` about its subject, a referral or a person.

    `cause` is the uid of the event or referral that raised it: with the rule and the subject it
    names the courtesy for good. Instants are UTC; `ended_at` and `outcome` are None while open.
    `ends_at` is an announced end: unless something ends it before, it is moot from then on.
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

    def seen_at(self, now: datetime) -> Courtesy:
        """The courtesy with the announced end, if it has come by `now`."""
        if self.ends_at is None or now < self.ends_at:
            return self
        return replace(self, ended_at=self.ends_at, outcome="moot", ends_at=None)
