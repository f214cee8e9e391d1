"""The terms that rules read besides the history: the policy in force, the book's calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from reftrack.domain.times import Calendar, Span

RHYTHM = {"update_every": "14d", "follow_up_after": "7d", "follow_up_after_win": "30d"}


@dataclass(frozen=True)
class Policy:
    """The deadlines in force. `within` has every rule; the rhythm is in calendar days."""

    within: Mapping[str, Span]
    update_every: int
    follow_up_after: int
    follow_up_after_win: int
    off: frozenset[str] = frozenset()

    def text(self) -> dict[str, str]:
        """Every key with its value, as it would stand in the configuration."""
        return {name: str(span) for name, span in self.within.items()} | {
            key: f"{getattr(self, key)}d" for key in RHYTHM
        }


class Terms(NamedTuple):
    """The calendar of the book's time zone, and the policy."""

    calendar: Calendar
    policy: Policy
