"""The morning from the kept rows: counted where they lie, and read from the front."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.times import text_of
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from reftrack.store.glance import IS_DEBT, IS_OPEN
from reftrack.store.outlook import Outlook
from reftrack.store.rows import COURTESY, courtesy_of

_NUMBER = (
    "CASE rule " + " ".join(f"WHEN '{rule.name}' THEN {rule.number}" for rule in RULEBOOK) + " END"
)
# The sign before `opens_at` keeps it from being looked for by an index of its own: what is due is
# read in the order of `due_at`.
# As `order_of` has it, within debts or within occasions.
_ORDER = f"due_at, {_NUMBER}, coalesce(referral, 0), to_person, opens_at"


@dataclass
class Counts:
    """How much of what has opened presses, and how much can wait; what is snoozed is left out."""

    overdue: int = 0
    today: int = 0
    later: int = 0
    occasions: dict[str, int] = field(default_factory=dict)


class Morning:
    """What has opened by now and is not snoozed; `midnight` ends today.

    The outlook has to be one whose kept rows hold.
    """

    def __init__(self, outlook: Outlook, midnight: datetime) -> None:
        self.outlook = outlook
        self.now, self.midnight = text_of(outlook.now), text_of(midnight)

    @cached_property
    def snoozed(self) -> dict[int, Courtesy]:
        """What a snooze hides now, by the number of its row: it is looked for by the snoozes."""
        hidden = {}
        for snooze in self.outlook.snoozes:
            column, number = "referral", snooze.referral
            if number is None:
                column, number = "to_person", snooze.person
            sql = f"SELECT id, {COURTESY} FROM courtesy WHERE {IS_OPEN} AND {column} = ?"
            for row, *values in self.outlook.reader.rows(sql, self.now, number):
                courtesy = courtesy_of(values)
                if snooze.hides(courtesy, self.outlook.now):
                    hidden[row] = courtesy
        return hidden

    def _count(self, where: str, *values: str) -> int:
        ((count,),) = self.outlook.reader.rows(
            f"SELECT count(*) FROM courtesy WHERE {IS_OPEN} AND {where}", self.now, *values
        )
        return int(count)

    @cached_property
    def pressing(self) -> int:
        """The debts that are overdue, or due by the end of today."""
        counts = Counts()
        self._count_pressing(counts)
        return counts.overdue + counts.today

    def _count_pressing(self, counts: Counts) -> None:
        counts.overdue = self._count(f"{IS_DEBT} AND due_at < ?", self.now)
        counts.today = self._count(
            f"{IS_DEBT} AND due_at >= ? AND due_at <= ? AND +opens_at <= ?",
            *(self.now, self.midnight, self.now),
        )
        for courtesy in self._hidden_debts():
            if courtesy.due_at < self.outlook.now:
                counts.overdue -= 1
            elif text_of(courtesy.due_at) <= self.midnight:
                counts.today -= 1

    def _hidden_debts(self) -> Iterator[Courtesy]:
        return (c for c in self.snoozed.values() if not BY_NAME[c.rule].is_occasion)

    @cached_property
    def counts(self) -> Counts:
        """All of it, counted."""
        counts = Counts()
        self._count_pressing(counts)
        counts.later = self._count(
            f"{IS_DEBT} AND due_at > ? AND +opens_at <= ?", self.midnight, self.now
        ) - sum(text_of(c.due_at) > self.midnight for c in self._hidden_debts())
        for rule in RULEBOOK:
            if rule.is_occasion:
                count = self._count("rule = ? AND opens_at <= ?", rule.name, self.now)
                count -= sum(c.rule == rule.name for c in self.snoozed.values())
                counts.occasions[rule.name] = count
        return counts

    def debts(self, until: datetime | None = None) -> Iterator[Courtesy]:
        """The debts in their order, those due by an instant or all."""
        where, values = f"{IS_DEBT} AND +opens_at <= ?", [self.now]
        if until is not None:
            where += " AND due_at <= ?"
            values.append(text_of(until))
        return self._in_order(f"{where} ORDER BY {_ORDER}", *values)

    def occasions(self) -> Iterator[Courtesy]:
        """The occasions in their order."""
        where = "class = 'occasion' AND opens_at <= ?"
        return self._in_order(f"{where} ORDER BY {_ORDER}", self.now)

    def last_debts(self) -> Iterator[Courtesy]:
        """What is due after today, the latest first."""
        return self._in_order(
            f"{IS_DEBT} AND +opens_at <= ? AND due_at > ? ORDER BY due_at DESC",
            *(self.now, self.midnight),
        )

    def next_debt(self) -> Courtesy | None:
        """The debt that opens next."""
        where = f"{IS_DEBT} AND opens_at > ? ORDER BY opens_at, {_ORDER} LIMIT 1"
        return next(self._in_order(where, self.now), None)

    def _in_order(self, where: str, *values: str) -> Iterator[Courtesy]:
        sql = f"SELECT id, {COURTESY} FROM courtesy WHERE {IS_OPEN} AND {where}"
        for row, *columns in self.outlook.reader.connection.execute(sql, (self.now, *values)):
            if row not in self.snoozed:
                yield courtesy_of(columns)

    def beside(self, referrals: Iterable[int]) -> list[Courtesy]:
        """All that has opened on these referrals."""
        sql = f"SELECT id, {COURTESY} FROM courtesy WHERE outcome IS NULL AND referral IN"
        rows: Iterable[Any] = self.outlook.reader.rows_among(sql, referrals)
        opened = [(row, courtesy_of(columns)) for row, *columns in rows]
        now = self.outlook.now
        return [
            c
            for row, c in opened
            if row not in self.snoozed and c.opens_at <= now and c.is_open_at(now)
        ]

    def doubles(self) -> list[Courtesy]:
        """What has opened of that of which several on one referral are owed to one person."""
        found = self.outlook.reader.rows(
            "SELECT DISTINCT referral FROM (SELECT referral FROM courtesy"
            f" WHERE {IS_OPEN} AND referral IS NOT NULL"
            " GROUP BY referral, to_person HAVING count(*) > 1)",
            self.now,
        )
        together: dict[tuple[int | None, int], list[Courtesy]] = {}
        for courtesy in self.beside(number for (number,) in found):
            together.setdefault((courtesy.referral, courtesy.to), []).append(courtesy)
        return [c for each in together.values() if len(each) > 1 for c in each]
