"""What is owed as seen at an instant: from the kept rows where they hold, else worked out anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import cached_property
from typing import Any

from reftrack.domain.courtesies import Courtesy, Status
from reftrack.domain.history import History
from reftrack.domain.instants import end_of_day
from reftrack.domain.people import Contact
from reftrack.domain.referrals import CO_WORKER, Standing
from reftrack.domain.times import Calendar, text_of
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.edition import RULEBOOK_VERSION
from reftrack.rules.morning import Snooze, is_pressing, order_of, snoozes_at, status_of
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.terms import Policy, Terms
from reftrack.store.glance import pressing
from reftrack.store.reader import Reader
from reftrack.store.rows import COURTESY, STANDING, courtesy_of, standing_of
from reftrack.store.schema import OCCASIONS, OF_CAPACITY


@dataclass(frozen=True, slots=True)
class Item:
    """A courtesy as a morning shows it: how it stands, and whom it is about by name.

    `told` is the shareable text of the event that raised it; `live` and `days_quiet` are the
    prospects to give news of and how long nothing was said. Nothing private is in here.
    """

    courtesy: Courtesy
    status: Status
    to: Contact
    about: Contact | None
    is_won: bool
    told: str
    live: tuple[str, ...]
    days_quiet: int

    @property
    def is_debt(self) -> bool:
        """Whether someone's trust is waiting, rather than a chance."""
        return not BY_NAME[self.courtesy.rule].is_occasion


def stamp_of(policy: Policy, zone: tzinfo) -> str:
    """What tells whether kept courtesies still hold: rulebook, policy, rules off, zone."""
    terms = [RULEBOOK_VERSION, policy.text(), sorted(policy.off), str(zone), policy.week_text()]
    return json.dumps(terms, sort_keys=True)


class Outlook:
    """The courtesies of one book at `now`, under one policy and in one time zone."""

    def __init__(self, reader: Reader, policy: Policy, zone: tzinfo, now: datetime) -> None:
        self.reader = reader
        self.terms = Terms(Calendar(zone), policy)
        self.now = now
        self._stamp = stamp_of(policy, zone)

    @cached_property
    def is_kept(self) -> bool:
        """Whether the kept rows are what the rulebook says now."""
        if self.reader.setting("stamp") != self._stamp:
            return False
        return self.reader.latest() <= text_of(self.now)

    @cached_property
    def _whole(self) -> Reading:
        return Reading(self.reader.history().until(self.now), self.terms)

    @cached_property
    def _all(self) -> list[Courtesy]:
        return [courtesy.seen_at(self.now) for courtesy in self._whole.courtesies()]

    def _reading(self, subjects: Iterable[Subject]) -> Reading:
        return Reading(self.history(subjects), self.terms)

    def history(self, subjects: Iterable[Subject]) -> History:
        """The history that these subjects' courtesies depend on, as it stood at `now`."""
        return self.reader.history(subjects).until(self.now)

    def open_courtesies(
        self, opened_by: datetime | None = None, to: int | None = None
    ) -> list[Courtesy]:
        """What has not ended, upcoming things too, or only what opened by an instant.

        Of everybody, or only what is owed to one person.
        """
        if self.is_kept:
            sql = f"SELECT {COURTESY} FROM courtesy WHERE outcome IS NULL"
            values: list[object] = []
            if opened_by is not None:
                sql += " AND opens_at <= ?"
                values.append(text_of(opened_by))
            if to is not None:
                sql += " AND to_person = ?"
                values.append(to)
            return [courtesy_of(row) for row in self.reader.rows(sql, *values)]
        return [
            courtesy
            for courtesy in self._all
            if courtesy.outcome is None
            and (opened_by is None or courtesy.opens_at <= opened_by)
            and to in (None, courtesy.to)
        ]

    def ended_since(self, instant: datetime) -> list[Courtesy]:
        """What ended at this instant or later."""
        if self.is_kept:
            sql = f"SELECT {COURTESY} FROM courtesy WHERE ended_at >= ?"
            return [courtesy_of(row) for row in self.reader.rows(sql, text_of(instant))]
        return [
            courtesy
            for courtesy in self._all
            if courtesy.ended_at is not None and courtesy.ended_at >= instant
        ]

    def open_of_capacity(self) -> list[Courtesy]:
        """What has opened because I was too busy, or have room again."""
        if not self.is_kept:
            opened = self.open_courtesies(self.now)
            return [c for c in opened if BY_NAME[c.rule].is_of_capacity]
        sql = (
            f"SELECT {COURTESY} FROM courtesy"
            f" WHERE outcome IS NULL AND rule IN {OF_CAPACITY} AND opens_at <= ?"
        )
        return [courtesy_of(row) for row in self.reader.rows(sql, text_of(self.now))]

    def open_on(self, subjects: Iterable[Subject]) -> list[Courtesy]:
        """What has not ended on these subjects, upcoming things too."""
        if not self.is_kept:
            return [c for c in self.courtesies(subjects) if c.outcome is None]
        rows: list[Sequence[Any]] = []
        chosen = set(subjects)
        for kind in ("referral", "person"):
            sql = f"SELECT {COURTESY} FROM courtesy WHERE outcome IS NULL AND {kind} IN"
            rows += self.reader.rows_among(sql, [number for what, number in chosen if what == kind])
        return [courtesy_of(row) for row in rows]

    def reading_at(self, instant: datetime, subject: Subject) -> Reading:
        """The rulebook held against this subject's history as it stood at an instant."""
        return Reading(self.reader.history([subject]).until(instant), self.terms)

    def courtesies(self, subjects: Iterable[Subject]) -> list[Courtesy]:
        """All courtesies of these subjects, ended ones too."""
        subjects = set(subjects)
        courtesies = self._reading(subjects).courtesies(subjects)
        return [courtesy.seen_at(self.now) for courtesy in courtesies]

    def standings(self, referrals: Iterable[int] | None = None) -> dict[int, Standing]:
        """How these referrals stand, or all."""
        if self.is_kept:
            sql = f"SELECT {STANDING} FROM standing"
            if referrals is None:
                rows = iter(self.reader.rows(sql))
            else:
                rows = self.reader.rows_among(f"{sql} WHERE referral IN", referrals)
            return {standing.referral: standing for standing in map(standing_of, rows)}
        if referrals is None:
            reading, numbers = self._whole, list(self._whole.history.referrals)
        else:
            wanted = list(referrals)
            reading = self._reading({("referral", number) for number in wanted})
            numbers = [n for n in wanted if n in reading.history.referrals]
        stories = (reading.referral_story(reading.history.referrals[n]) for n in numbers)
        return {story.referral.id: story.standing for story in stories}

    def live_count(self) -> int:
        """How many referrals have not ended."""
        if self.is_kept:
            ((count,),) = self.reader.rows("SELECT count(*) FROM standing WHERE ended_at IS NULL")
            return int(count)
        return sum(standing.ended_at is None for standing in self.standings().values())

    def listed(self, limit: int | None, *, is_all: bool) -> tuple[list[int], int, int]:
        """The first referrals that are live or of which something waits, or of all, by number.

        Then how many those are without a limit, and how many all are.
        """
        if not self.is_kept:
            standings = self.standings()
            waiting = {courtesy.referral for courtesy in self.open_courtesies()}
            chosen = sorted(
                number
                for number, standing in standings.items()
                if is_all or standing.ended_at is None or number in waiting
            )
            return chosen[:limit], len(chosen), len(standings)
        ((total,),) = self.reader.rows("SELECT count(*) FROM standing")
        sql = "SELECT referral FROM standing" if is_all else _WAITING
        count = total
        if not is_all:
            ((waiting_still,),) = self.reader.rows(_ENDED_AND_WAITING)
            count = self.live_count() + waiting_still
        cut = -1 if limit is None else limit
        rows = self.reader.rows(f"{sql} ORDER BY referral LIMIT ?", cut)
        return [number for (number,) in rows], count, total

    def is_overdue(self) -> bool:
        """Whether anything is overdue: a debt, or an occasion let go by; snoozed or not."""
        if not self.is_kept:
            return any(c.due_at < self.now for c in self.open_courtesies(self.now))
        sql = "SELECT 1 FROM courtesy WHERE outcome IS NULL AND rule {} AND due_at < ? LIMIT 1"
        parts = (f"NOT IN {OCCASIONS}", f"IN {OCCASIONS}")
        return any(self.reader.rows(sql.format(part), text_of(self.now)) for part in parts)

    def has_referrals(self) -> bool:
        """Whether any referral was received by now, live or not."""
        sql = "SELECT 1 FROM live_referral WHERE received_at <= ? LIMIT 1"
        return bool(self.reader.rows(sql, text_of(self.now)))

    def stand(self, courtesies: Iterable[Courtesy]) -> list[tuple[Courtesy, Status]]:
        """Each with how it stands at `now`, in the order of a morning."""
        snoozes = self.snoozes
        return [(c, status_of(c, self.now, snoozes)) for c in sorted(courtesies, key=order_of)]

    @cached_property
    def snoozes(self) -> list[Snooze]:
        """The snoozes that are not over."""
        return snoozes_at(self.now, self.reader.snoozed(self.now))

    def pressing(self) -> int:
        """How many debts are overdue, or due by the end of today."""
        midnight = end_of_day(self.now, self.terms.calendar.zone)
        if self.is_kept:
            return pressing(self.reader.connection, self.now, midnight)
        stand = self.stand(self.open_courtesies(self.now))
        return sum(is_pressing(courtesy, status, midnight) for courtesy, status in stand)

    def items(self, standing: Iterable[tuple[Courtesy, Status]]) -> list[Item]:
        """These with the names, numbers and words that a screen shows."""
        owed = list(standing)
        people = {number for c, _ in owed for number in (c.to, c.about) if number is not None}
        contacts, wishes = {}, {}
        for person in self.reader.people(people):
            contacts[person.id] = Contact(
                person.id, person.name, person.phone, person.email, person.channel
            )
            wishes[person.id] = person.updates_every
        followed = {c.referral for c, _ in owed if c.rule == "follow-up" and c.referral is not None}
        won = {number for number, s in self.standings(followed).items() if s.is_won}
        told = self.reader.told(c.cause for c, _ in owed if BY_NAME[c.rule].repeats_cause)
        live = self._live_prospects({c.to for c, _ in owed if c.rule == "keep-informed"})
        policy = self.terms.policy
        no_gift = self._between_colleagues(owed, contacts)
        return [
            Item(
                courtesy,
                status,
                replace(contacts[courtesy.to], channel=None)
                if courtesy.referral in no_gift
                else contacts[courtesy.to],
                contacts[courtesy.about] if courtesy.about is not None else None,
                courtesy.referral in won,
                told.get(courtesy.cause, ""),
                tuple(live.get(courtesy.to, ())) if courtesy.rule == "keep-informed" else (),
                (wishes[courtesy.to] or policy.update_every)
                + max(0, self._days_since(courtesy.opens_at)),
            )
            for courtesy, status in owed
        ]

    def _between_colleagues(
        self, owed: Iterable[tuple[Courtesy, Status]], contacts: Mapping[int, Contact]
    ) -> set[int]:
        """The co-worker referrals whose source wishes for gifts: a wish that cannot be granted."""
        wished = {c.referral for c, _ in owed if contacts[c.to].channel == "gift"}
        referrals = self.reader.referrals(number for number in wished if number is not None)
        return {referral.id for referral in referrals if referral.kind == CO_WORKER}

    def _days_since(self, instant: datetime) -> int:
        calendar = self.terms.calendar
        return (calendar.date_of(self.now) - calendar.date_of(instant)).days

    def _live_prospects(self, sources: set[int]) -> dict[int, list[str]]:
        """The names of the prospects of each of these sources whose referrals are live."""
        if self.is_kept:
            rows = self.reader.rows_among(_LIVE_OF, sources)
            sent = list(self.reader.referrals(number for (number,) in rows))
        else:
            sent = [r for r in self.reader.referrals_of("source", sources) if not r.is_expansion]
            standings = self.standings(referral.id for referral in sent)
            sent = [r for r in sent if r.id in standings and standings[r.id].ended_at is None]
        names = {p.id: p.name for p in self.reader.people(r.prospect for r in sent)}
        live: dict[int, list[str]] = {}
        for referral in sorted(sent, key=lambda r: r.id):
            live.setdefault(referral.source, []).append(names[referral.prospect])
        return live


_LIVE_OF = "SELECT referral FROM standing WHERE ended_at IS NULL AND source IN"
_WAITING = (
    "SELECT referral FROM standing WHERE ended_at IS NULL"
    " UNION SELECT referral FROM courtesy WHERE outcome IS NULL AND referral IS NOT NULL"
)

# Grouped as the index of what stands beside each other is.
_ENDED_AND_WAITING = (
    "SELECT count(DISTINCT waiting.referral) FROM (SELECT referral FROM courtesy"
    " WHERE outcome IS NULL AND referral IS NOT NULL GROUP BY referral, to_person) waiting"
    " JOIN standing s ON s.referral = waiting.referral WHERE s.ended_at IS NOT NULL"
)
