"""The terms that rules read besides the history: the policy in force, the book's calendar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from reftrack.domain.times import OFFICE_WEEK, Calendar, Span, Week

RHYTHM = {"update_every": "14d", "follow_up_after": "7d", "follow_up_after_win": "30d"}


@dataclass(frozen=True)
class Policy:
    """The deadlines in force, and the working week that some of them may count in.

    `within` has every rule with a deadline of its own; the rhythm is in calendar days.
    """

    within: Mapping[str, Span]
    update_every: int
    follow_up_after: int
    follow_up_after_win: int
    off: frozenset[str] = frozenset()
    week: Week = OFFICE_WEEK

    @property
    def is_working(self) -> bool:
        """True if a deadline in force depends on the working week."""
        return any(span.is_working for span in self.within.values())

    def week_text(self) -> list[object]:
        """The working week in few words, empty where no deadline in force depends on it."""
        if not self.is_working:
            return []
        week = self.week
        return [sorted(week.days), week.begins, week.ends, *map(str, sorted(week.holidays))]

    def text(self) -> dict[str, str]:
        """Every key with its value, as it would stand in the configuration."""
        return {name: str(span) for name, span in self.within.items()} | {
            key: f"{getattr(self, key)}d" for key in RHYTHM
        }


class Terms(NamedTuple):
    """The calendar of the book's time zone, and the policy."""

    calendar: Calendar
    policy: Policy

    def due(self, rule: str, opens_at: datetime) -> datetime:
        """The deadline of what this rule opens at an instant."""
        return self.calendar.deadline(opens_at, self.policy.within[rule], self.policy.week)
