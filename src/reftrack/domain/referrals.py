"""Referrals: one source, one prospect, one instant at which it was received."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

KINDS = ("client", "co-worker", "partner", "expansion")
ROLES = ("source", "prospect")
EXPANSION = "expansion"
CO_WORKER = "co-worker"

# How far a referral came, or how it closed; in the order of the way that a good one goes.
WAY = ("received", "attempted", "contacted", "met", "won", "delivered")
STAGES = (*WAY, "lost", "declined", "referred-out")


@dataclass(frozen=True, slots=True)
class Referral:
    """`source` and `prospect` are person numbers, one and the same for an `expansion` only.

    `need` and `note` are private; `tie` is what the prospect is to the source. The source of a
    `confidential` one asked not to be named to the prospect.
    """

    id: int
    uid: str
    source: int
    prospect: int
    received_at: datetime
    kind: str = "client"
    tie: str | None = None
    need: str | None = None
    note: str | None = None
    confidential: bool = False

    @property
    def is_expansion(self) -> bool:
        """New business from the same contact."""
        return self.kind == EXPANSION


class Standing(NamedTuple):
    """The standing of a referral: its `stage`, `since` when, and its end, None while live."""

    referral: int
    stage: str
    since: datetime
    ended_at: datetime | None = None

    @property
    def is_closed(self) -> bool:
        """True if it was lost, declined or referred out."""
        return self.stage not in WAY

    @property
    def is_won(self) -> bool:
        """True if it was won since it was last closed."""
        return self.stage in ("won", "delivered")
