"""The plan of an import from a spreadsheet, and what it has to know of the book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import Event
from reftrack.domain.history import History
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.exchange.sheets.sheet import RefusedRow, UnderstoodRow


@dataclass(frozen=True)
class BookExcerpt:
    """The part of the book that concerns a sheet's people and referrals.

    `history` has all referrals that the people who are named are part of, and what happened on
    them; `by_uid` are the referrals that the sheet names again. `merged` says who became whom.
    """

    people: Sequence[Person]
    merged: dict[int, int]
    history: History
    by_uid: dict[str, Referral]
    live: frozenset[int]


@dataclass(frozen=True, slots=True)
class Addition:
    """A new row with the referral that it becomes, and its people."""

    entry: UnderstoodRow
    referral: Referral
    prospect: Person
    source: Person


@dataclass
class SheetPlan:
    """The plan of an import, in domain terms; numbers of new records are provisional.

    `people` and `referrals` are the new ones with the known ones that `events` speak of; `learnt`
    are known people with what a sheet adds to them. `again` are entries that add nothing, `twins`
    are left out as probably known.
    """

    people: list[Person] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    updated: list[tuple[UnderstoodRow, Referral, int]] = field(default_factory=list)
    again: list[tuple[UnderstoodRow, Referral]] = field(default_factory=list)
    repeated: list[tuple[UnderstoodRow, UnderstoodRow]] = field(default_factory=list)
    twins: list[tuple[UnderstoodRow, str]] = field(default_factory=list)
    refusals: list[RefusedRow] = field(default_factory=list)
    learnt: dict[int, dict[str, str]] = field(default_factory=dict)
    new_people: list[Person] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    waivers: int = 0
    owed: list[Courtesy] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """True if it would record nothing."""
        return not (self.events or self.additions or self.learnt)
