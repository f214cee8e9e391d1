"""The courtesies of a morning: counted by SQL and read from the front, or computed as a list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from heapq import merge
from itertools import chain

from reftrack.domain.courtesies import (
    LATER,
    OVERDUE,
    SNOOZED,
    TODAY,
    UPCOMING,
    WHEN_YOU_CAN,
    Courtesy,
    Status,
)
from reftrack.domain.times import instant_of, text_of
from reftrack.domain.workdays import Today
from reftrack.rules.morning import order_of, section_of, status_of
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from reftrack.store.outlook import Outlook
from reftrack.store.quick_queries import (
    IS_DEBT,
    IS_OPEN,
    OF_TODAY_BY_HOUR,
    THANKED_AT_ONCE,
    settled_with_others,
)
from reftrack.store.rows import COURTESY, courtesy_of

_NUMBER = (
    "CASE rule " + " ".join(f"WHEN '{rule.name}' THEN {rule.number}" for rule in RULEBOOK) + " END"
)
# The sign keeps SQLite from looking for it by an index of its own: what is due is read in the order
# of `due_at`.
_OPENED = "+opens_at <= ?"
# The order of `order_of`, within debts or within occasions.
_ORDER = f"due_at, {_NUMBER}, coalesce(referral, 0), to_person, opens_at"


@dataclass
class MorningCounts:
    """Counts of the courtesies of a morning: what presses, what can wait, and what is hidden.

    `occasions` are those that have opened, by their rules; `upcoming` and `snoozed` count debts,
    `put_off` the occasions that are either. Of those of `today`, `to_begin` have an hour that is
    still ahead.
    """

    overdue: int = 0
    today: int = 0
    later: int = 0
    occasions: dict[str, int] = field(default_factory=dict)
    upcoming: int = 0
    snoozed: int = 0
    put_off: int = 0
    to_begin: int = 0

    @property
    def due(self) -> int:
        """The debts that are due and not overdue, today or later."""
        return self.today + self.later - self.to_begin

    @property
    def yet_to_open(self) -> int:
        """The debts that have not opened, the appointments of today among them."""
        return self.upcoming + self.to_begin

    @property
    def rest(self) -> int:
        """The number of all that is upcoming or snoozed."""
        return self.upcoming + self.snoozed + self.put_off

    @property
    def all_occasions(self) -> int:
        """The occasions, however they stand."""
        return sum(self.occasions.values()) + self.put_off

    def in_section(self, section: str) -> int:
        """The courtesies of one section, of UPCOMING all that is upcoming or snoozed."""
        return {
            OVERDUE: self.overdue,
            TODAY: self.today,
            LATER: self.later,
            WHEN_YOU_CAN: sum(self.occasions.values()),
            UPCOMING: self.rest,
        }.get(section, 0)

    def add(self, rule: str, section: str) -> None:
        """Counts one courtesy of this rule that stands in a section of the morning."""
        if section == WHEN_YOU_CAN:
            self.occasions[rule] = self.occasions.get(rule, 0) + 1
        elif section in (UPCOMING, SNOOZED) and BY_NAME[rule].is_occasion:
            self.put_off += 1
        else:
            setattr(self, section, getattr(self, section) + 1)


# A courtesy with how it stands.
Seen = tuple[Courtesy, Status]


class ProjectedMorning:
    """The open courtesies of a morning without snoozed ones.

    The projections of the outlook have to be valid.
    """

    def __init__(self, outlook: Outlook, today: Today) -> None:
        self.outlook, self.today = outlook, today
        self.now, self.until = text_of(outlook.now), text_of(today.until)
        # The values of `OF_TODAY_BY_HOUR`.
        self._by_hour = (text_of(today.midnight), self.now)

    @cached_property
    def snoozed(self) -> dict[int, Courtesy]:
        """The courtesies that are snoozed now, by the numbers of their rows."""
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
    def _overdue_and_today(self) -> tuple[int, int]:
        overdue = self._count(f"{IS_DEBT} AND due_at < ?", self.now)
        today = self._count(
            f"{IS_DEBT} AND due_at >= ? AND due_at <= ? AND {_OPENED} AND NOT {OF_TODAY_BY_HOUR}",
            *(self.now, self.until, self.now, *self._by_hour),
        )
        today += self._count(OF_TODAY_BY_HOUR, *self._by_hour)
        hidden = Counter(self._section_if_shown(courtesy) for courtesy in self._hidden_debts())
        return overdue - hidden[OVERDUE], today - hidden[TODAY]

    def _section_if_shown(self, courtesy: Courtesy) -> str:
        """The section in which a courtesy would stand if it were not snoozed."""
        return section_of(courtesy, status_of(courtesy, self.outlook.now), self.today)

    def _hidden_debts(self) -> Iterator[Courtesy]:
        return (c for c in self.snoozed.values() if not BY_NAME[c.rule].is_occasion)

    @cached_property
    def counts(self) -> MorningCounts:
        """The counts of the whole morning."""
        counts = MorningCounts(*self._overdue_and_today)
        counts.later = self._count(
            f"{IS_DEBT} AND due_at > ? AND {_OPENED} AND NOT {OF_TODAY_BY_HOUR}",
            *(self.until, self.now, *self._by_hour),
        ) - sum(self._section_if_shown(c) == LATER for c in self._hidden_debts())
        begun = self._count(f"{OF_TODAY_BY_HOUR} AND {_OPENED}", *self._by_hour, self.now)
        counts.to_begin = self._count(OF_TODAY_BY_HOUR, *self._by_hour) - begun
        for rule in RULEBOOK:
            if rule.is_occasion:
                count = self._count("rule = ? AND opens_at <= ?", rule.name, self.now)
                count -= sum(c.rule == rule.name for c in self.snoozed.values())
                counts.occasions[rule.name] = count
        return counts

    def debts(self, *, later: bool = True) -> Iterator[Seen]:
        """The debts in their order, those of today and before it or all."""
        where = f"{IS_DEBT} AND {_OPENED} AND NOT {OF_TODAY_BY_HOUR}"
        values = [self.now, *self._by_hour]
        if not later:
            where += " AND due_at <= ?"
            values.append(self.until)
        return merge(
            self._in_order(f"{where} ORDER BY {_ORDER}", *values),
            self._in_order(f"{OF_TODAY_BY_HOUR} ORDER BY {_ORDER}", *self._by_hour),
            key=lambda each: order_of(each[0]),
        )

    def occasions(self) -> Iterator[Seen]:
        """The occasions in their order."""
        where = "class = 'occasion' AND opens_at <= ?"
        return self._in_order(f"{where} ORDER BY {_ORDER}", self.now)

    def last_debts(self) -> Iterator[Courtesy]:
        """The debts due after today, the latest first."""
        later = self._in_order(
            f"{IS_DEBT} AND {_OPENED} AND due_at > ? AND NOT {OF_TODAY_BY_HOUR}"
            " ORDER BY due_at DESC",
            *(self.now, self.until, *self._by_hour),
        )
        return (courtesy for courtesy, _ in later)

    def owed(self) -> Iterator[Seen]:
        """The open courtesies, in the order of a morning."""
        return chain(self.debts(), self.occasions())

    def rest(self) -> Iterator[Seen]:
        """The upcoming and snoozed courtesies, none of which is part of this."""
        return iter(())

    @property
    def is_anything(self) -> bool:
        """True if anything at all has opened."""
        counts = self.counts
        debts = counts.overdue + counts.today + counts.later
        return bool(debts or sum(counts.occasions.values()))

    def next_debt(self) -> Seen | None:
        """The debt that opens next."""
        where = f"{IS_DEBT} AND opens_at > ? ORDER BY opens_at, {_ORDER} LIMIT 1"
        return next(self._in_order(where, self.now), None)

    def _in_order(self, where: str, *values: str) -> Iterator[Seen]:
        sql = f"SELECT id, {COURTESY} FROM courtesy WHERE {IS_OPEN} AND {where}"
        for row, *columns in self.outlook.reader.connection.execute(sql, (self.now, *values)):
            if row not in self.snoozed:
                yield self._standing(courtesy_of(columns))

    def _standing(self, courtesy: Courtesy) -> Seen:
        """The courtesy with its status; what is snoozed was left out before."""
        return courtesy, status_of(courtesy, self.outlook.now)

    def beside(self, referrals: Iterable[int], people: Iterable[int] = ()) -> list[Seen]:
        """The open courtesies on these referrals, and those that a card to these people settles."""
        thanked = set(people)
        return self._on(referrals, thanked & self._thanked_at_once if thanked else thanked)

    def _on(self, referrals: Iterable[int], people: Iterable[int]) -> list[Seen]:
        """The open courtesies on these referrals, and on those that owe these people something."""
        among = self.outlook.reader.rows_among
        sql = "SELECT referral FROM courtesy WHERE outcome IS NULL AND referral IS NOT NULL"
        wanted = {*referrals, *(number for (number,) in among(f"{sql} AND to_person IN", people))}
        sql = f"SELECT id, {COURTESY} FROM courtesy WHERE outcome IS NULL AND referral IN"
        opened = [(row, courtesy_of(columns)) for row, *columns in among(sql, wanted)]
        now = self.outlook.now
        return [
            self._standing(c)
            for row, c in opened
            if row not in self.snoozed and c.opens_at <= now and c.is_open_at(now)
        ]

    @cached_property
    def _thanked_at_once(self) -> set[int]:
        """The people who are owed thanks for several referrals that came at once."""
        found = self.outlook.reader.rows(THANKED_AT_ONCE, self.now, self.now)
        return {person for (person,) in found}

    def in_earlier_records(self) -> Counter[str]:
        """The courtesies that are settled by the record of another one, by section."""
        now, until = self.outlook.now, instant_of(self.until)
        settled = settled_with_others(self.outlook.reader.connection, now, until, self.snoozed)
        return Counter(dict(zip((OVERDUE, TODAY, LATER), settled, strict=True)))


class ListedMorning:
    """A morning, or a part of one, that is computed whole.

    It answers as `ProjectedMorning` does.
    """

    def __init__(
        self,
        outlook: Outlook,
        today: Today,
        stand: list[Seen],
        person: int | None,
    ) -> None:
        self.outlook, self.today, self.stand, self.person = outlook, today, stand, person
        self.is_anything = bool(stand)
        self.counts = MorningCounts()
        for courtesy, status in stand:
            section = section_of(courtesy, status, today)
            self.counts.add(courtesy.rule, section)
            self.counts.to_begin += section == TODAY and status == UPCOMING

    def owed(self) -> Iterator[Seen]:
        """The courtesies, in the order of a morning."""
        return iter(self.stand)

    def _in(self, *sections: str) -> Iterator[Seen]:
        return (each for each in self.stand if section_of(*each, self.today) in sections)

    def debts(self, *, later: bool = True) -> Iterator[Seen]:
        """The debts in their order, those of today and before it or all."""
        return self._in(OVERDUE, TODAY, *([LATER] if later else []))

    def occasions(self) -> Iterator[Seen]:
        """The occasions in their order."""
        return self._in(WHEN_YOU_CAN)

    def rest(self) -> Iterator[Seen]:
        """The upcoming courtesies, then the snoozed ones."""
        return chain(self._in(UPCOMING), self._in(SNOOZED))

    def last_debts(self) -> Iterator[Courtesy]:
        """The debts due after today, the latest first."""
        later = sorted(self._in(LATER), key=lambda each: each[0].due_at, reverse=True)
        return (courtesy for courtesy, _ in later)

    def next_debt(self) -> Seen | None:
        """The debt that opens next."""
        owed = self.outlook.stand(self.outlook.open_courtesies(None, self.person))
        upcoming = [e for e in owed if e[1] == UPCOMING and not BY_NAME[e[0].rule].is_occasion]
        return min(upcoming, key=lambda each: each[0].opens_at, default=None)

    def beside(self, referrals: Iterable[int], people: Iterable[int] = ()) -> list[Seen]:
        """The courtesies on these referrals, and on any that are owed to these people."""
        wanted, thanked = set(referrals), set(people)
        return [each for each in self.stand if each[0].referral in wanted or each[0].to in thanked]

    def on_referrals(self) -> list[Seen]:
        """The courtesies on referrals, of which one person may be owed several."""
        return [each for each in self.stand if each[0].referral is not None]
