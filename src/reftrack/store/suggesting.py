"""Suggestions for completion: the likely referrals and people, from a bounded look.

Every answer is as quick on a large book as on a small one, so each query goes along an index and
stops after a number of rows. Projections of yesterday do no harm here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from reftrack.domain.instants import text_of
from reftrack.store.quick_queries import IS_DEBT, IS_OPEN, naming

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The number of open courtesies that are looked through for the most pressing.
_LOOKED_AT = 1000
# People with each name, of now or before, of which a word begins with what `naming` gives.
_NAMES_ONCE = (
    "SELECT v.person, v.name FROM name_part n JOIN person_version v ON v.id = n.version"
    " JOIN step s ON s.id = v.step WHERE n.part >= ? AND n.part < ? AND s.undone = 0"
)
# The largest number that SQLite counts to has 19 digits.
_DIGITS = 18


class Suggestion:
    """A referral or a person by number: `name` is the prospect's or their own.

    `rule` is what is owed next on a referral, `to` the name of whom; `stage` is how it stands.
    `detail` tells a person from a namesake.
    """

    # No dataclass: the module that makes them is slower to load than all that is needed here.
    __slots__ = ("detail", "is_live", "name", "number", "rule", "stage", "to")

    def __init__(
        self,
        number: int,
        name: str,
        *,
        rule: str = "",
        to: str = "",
        stage: str = "",
        is_live: bool = False,
        detail: str = "",
    ) -> None:
        self.number = number
        self.name = name
        self.rule = rule
        self.to = to
        self.stage = stage
        self.is_live = is_live
        self.detail = detail


class Suggestions:
    """Suggestions from the book on this connection at `now`, at most `limit` of each kind."""

    def __init__(self, connection: sqlite3.Connection, now: datetime, limit: int) -> None:
        self._connection = connection
        self._now = text_of(now)
        self._limit = limit

    def _numbers(self, sql: str, *values: object) -> Iterator[int]:
        return (row[0] for row in self._connection.execute(sql, values))

    def _among(self, sql: str, numbers: Iterable[int]) -> Iterator[Any]:
        """The rows that `sql`, ending before a list in brackets, finds for these numbers."""
        wanted = list(numbers)
        marks = ", ".join("?" * len(wanted))
        return self._connection.execute(f"{sql} ({marks})", wanted)

    # Referrals.

    def referrals(self, digits: str = "") -> list[Suggestion]:
        """The referrals whose number begins so: the most pressing first, then the newest live."""
        if digits:
            live = self._beginning(digits, "standing WHERE ended_at IS NULL AND", "referral")
            ended = self._beginning(digits, "standing WHERE ended_at IS NOT NULL AND", "referral")
            return self._described(self._first(live, ended))
        newest = self._numbers(
            "SELECT referral FROM standing WHERE ended_at IS NULL ORDER BY referral DESC LIMIT ?",
            self._limit,
        )
        return self._described(self._first(self._pressing("referral"), newest))

    def referrals_named(self, key: str) -> list[Suggestion]:
        """The referrals whose prospect has a word in the name that begins so, live ones first."""
        people = [number for number, _ in self._people_with(key)]
        had = self._among("SELECT referral FROM referral_version WHERE prospect IN", people)
        sql = "SELECT id, prospect FROM live_referral WHERE id IN"
        found = sorted(
            (people.index(who), number)
            for number, who in self._among(sql, {number for (number,) in had})
            if who in people
        )
        choices = self._described([number for _, number in found])
        return sorted(choices, key=lambda choice: not choice.is_live)[: self._limit]

    def _described(self, numbers: Sequence[int]) -> list[Suggestion]:
        """The referrals with names, and what is owed next or how they stand, in their order."""
        prospects = dict(self._among("SELECT id, prospect FROM live_referral WHERE id IN", numbers))
        sql = "SELECT referral, stage, ended_at FROM standing WHERE referral IN"
        standings = {row[0]: row[1:] for row in self._among(sql, numbers)}
        owed = self._owed("referral", numbers)
        names = self._names([*prospects.values(), *(to for _, to in owed.values())])
        choices = []
        for number in numbers:
            if number not in prospects or number not in standings:
                continue
            rule, to = owed.get(number, ("", 0))
            stage, ended_at = standings[number]
            choices.append(
                Suggestion(
                    number,
                    names.get(prospects[number], ""),
                    rule=rule,
                    to=names.get(to, ""),
                    stage=stage,
                    is_live=ended_at is None,
                )
            )
        return choices

    def _owed(self, kind: str, numbers: Sequence[int]) -> dict[int, tuple[str, int]]:
        """The rule that presses most on each of these, and to whom it is owed."""
        sql = (
            f"SELECT {kind}, class <> 'debt', ends_at, rule, to_person, opens_at, due_at, id"
            f" FROM courtesy WHERE outcome IS NULL AND {kind} IN"
        )
        first: dict[int, tuple[Any, ...]] = {}
        for number, can_wait, ends_at, rule, to, opens_at, due_at, row in self._among(sql, numbers):
            if ends_at is not None and ends_at <= self._now:
                continue
            order = (opens_at > self._now, can_wait, due_at, row, rule, to)
            first[number] = min(order, first.get(number, order))
        return {number: order[-2:] for number, order in first.items()}

    def rules_open_on(self, kind: str, number: int) -> list[str]:
        """The rules by which something is owed on a `referral` or to a `person`."""
        column = "referral" if kind == "referral" else "person"
        sql = f"SELECT rule FROM courtesy WHERE {column} = ? AND {IS_OPEN} ORDER BY due_at LIMIT ?"
        rows = self._connection.execute(sql, (number, self._now, self._limit))
        return list(dict.fromkeys(rule for (rule,) in rows))

    # People.

    def people(self, digits: str = "") -> list[Suggestion]:
        """The people whose number begins so: those owed the most first, then the newest."""
        if digits:
            return self._people(self._first(self._beginning(digits, "person WHERE", "id")))
        newest = self._numbers("SELECT id FROM person ORDER BY id DESC LIMIT ?", self._limit)
        return self._people(self._first(self._pressing("to_person"), newest))

    def people_named(self, key: str) -> list[Suggestion]:
        """The people with a word in the name that begins so, or else once; whole names first."""
        found = dict(self._people_with(key))
        people = self._people(list(found))
        for person in people:
            if former := found[person.number]:
                person.detail = f"formerly {former}"
        return people

    def _people_with(self, key: str) -> list[tuple[int, str]]:
        """The numbers of people with a word in the name that begins with `key`.

        Where nobody has one now, those who had it before, with the name that they had.
        """
        had = self._connection.execute(f"{_NAMES_ONCE} LIMIT ?", (*naming(key), 3 * self._limit))
        former = dict(had.fetchall())
        sql = "SELECT id, name_key FROM live_person WHERE merged_into IS NULL AND id IN"
        known = list(self._among(sql, former))
        found = sorted(
            (not folded.startswith(key), folded, number)
            for number, folded in known
            if f" {key}" in f" {folded}"
        )
        if found:
            return [(number, "") for _, _, number in found[: self._limit]]
        return sorted((number, former[number]) for number, _ in known)[: self._limit]

    def _people(self, numbers: Sequence[int]) -> list[Suggestion]:
        sql = (
            "SELECT id, name, coalesce(company, email, phone, '') FROM live_person"
            " WHERE merged_into IS NULL AND id IN"
        )
        known = {row[0]: row for row in self._among(sql, numbers)}
        rows = [known[number] for number in numbers if number in known]
        return [Suggestion(number, name, detail=detail) for number, name, detail in rows]

    def _names(self, numbers: Iterable[int]) -> dict[int, str]:
        return dict(self._among("SELECT id, name FROM live_person WHERE id IN", set(numbers)))

    # Steps.

    def steps(self, digits: str = "") -> list[tuple[int, str]]:
        """The steps that stand and whose number begins so, the newest first: what each did."""
        if digits:
            found = self._first(self._beginning(digits, "step WHERE undone = 0 AND", "number"))
            rows = self._among("SELECT number, summary FROM step WHERE number IN", found)
        else:
            sql = "SELECT number, summary FROM step WHERE undone = 0 ORDER BY id DESC LIMIT ?"
            rows = self._connection.execute(sql, (self._limit,))
        return sorted(rows, reverse=True)

    def undone_steps(self, digits: str = "") -> list[tuple[int, str]]:
        """The steps that were undone with nothing recorded since, the one undone last first."""
        sql = (
            "SELECT s.number, s.summary FROM turning t JOIN step s ON s.id = t.step"
            " WHERE t.newest = (SELECT max(id) FROM step) AND s.undone = 1"
            " GROUP BY s.id ORDER BY max(t.id) DESC"
        )
        rows = self._connection.execute(sql)
        return [row for row in rows if str(row[0]).startswith(digits)][: self._limit]

    # In what order.

    def _pressing(self, column: str) -> Iterator[int]:
        """The most pressing debt on each, by deadline; occasions are no hurry."""
        return self._numbers(
            f"SELECT {column} FROM (SELECT * FROM courtesy WHERE {IS_OPEN} AND {IS_DEBT}"
            f" ORDER BY due_at LIMIT {_LOOKED_AT}) WHERE {column} IS NOT NULL AND opens_at <= ?",
            *(self._now, self._now),
        )

    def _beginning(self, digits: str, table: str, column: str) -> Iterator[int]:
        """The numbers of this table that are written so, or begin so, by length."""
        if digits.startswith("0") or len(digits) > _DIGITS:
            return
        (last,) = next(
            iter(self._connection.execute(f"SELECT max({column}) FROM {table.split(' ', 1)[0]}"))
        )
        low, high = int(digits), int(digits)
        while low <= (last or 0):
            yield from self._numbers(
                f"SELECT {column} FROM {table} {column} BETWEEN ? AND ? ORDER BY {column} LIMIT ?",
                low,
                high,
                self._limit,
            )
            low, high = low * 10, high * 10 + 9

    def _first(self, *kinds: Iterable[int]) -> list[int]:
        """The first of the items, each once."""
        found: dict[int, None] = {}
        for numbers in kinds:
            for number in numbers:
                if len(found) == self._limit:
                    return list(found)
                found[number] = None
        return list(found)
