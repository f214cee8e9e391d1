"""A walk through the morning: one record after the other, read anew before each."""

from __future__ import annotations

from dataclasses import dataclass, field

from reftrack.application.morning import Morning
from reftrack.application.records import Record
from reftrack.application.results import Present
from reftrack.application.session import Session
from reftrack.domain.courtesies import LATER, OVERDUE, TODAY, WHEN_YOU_CAN

PRESSING = (OVERDUE, TODAY)
WHENEVER = (OVERDUE, TODAY, LATER, WHEN_YOU_CAN)


@dataclass(frozen=True, slots=True)
class WalkRecord:
    """One record of a walk, with its section of the morning."""

    section: str
    record: Record
    present: Present


@dataclass
class Walk:
    """A walk through these sections; `passed` are the records that were dealt with.

    The book is never held while somebody thinks.
    """

    session: Session
    sections: tuple[str, ...] = PRESSING
    passed: set[tuple[str, int, int, str]] = field(default_factory=set)

    def left(self) -> list[WalkRecord]:
        """The records as they stand now, those that were passed too."""
        with self.session.looking() as outlook:
            if outlook is None:
                return []
            morning = Morning(outlook, self.session.workdays)
            day = morning.day(unfolds=True)
            return [
                WalkRecord(section, record, day.present)
                for section in self.sections
                for record in day.sections.get(section, ())
            ]

    def next(self) -> WalkRecord | None:
        """The first record that was not passed yet."""
        return next(
            (s for s in self.left() if s.record.first.courtesy.key not in self.passed), None
        )

    def leave_behind(self, step: WalkRecord) -> None:
        """Goes on to the record after this one."""
        self.passed.add(step.record.first.courtesy.key)
