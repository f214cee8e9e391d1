"""All that is owed at an instant, from the projections where they are valid, else computed anew."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from functools import cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from reftrack.domain.courtesies import Courtesy, Status
from reftrack.domain.events import Event
from reftrack.domain.history import History
from reftrack.domain.instants import instant_of
from reftrack.domain.people import Contact
from reftrack.domain.referrals import CO_WORKER, Referral, Standing
from reftrack.domain.times import Calendar, text_of
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.edition import RULEBOOK_VERSION
from reftrack.rules.morning import Snooze, order_of, snoozes_at, status_of
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from reftrack.rules.terms import Policy, Terms
from reftrack.rules.unfinished import (
    NOTHING_TO_TELL,
    Telling,
    open_problems,
    open_promises,
    telling,
)
from reftrack.store.quick_queries import IS_OPEN
from reftrack.store.reader import Reader
from reftrack.store.rows import COURTESY, STANDING, courtesy_of, standing_of


class Item(NamedTuple):
    """A courtesy as a morning shows it: how it stands, and whom it is about by name.

    `told` is the shareable text of the event that raised it; `live` and `days_quiet` are the
    prospects to give news of and how long nothing was said; `held_by` is the way in which an
    appointment is to be held; `telling` tells a problem or a promise from others that are open. To
    the prospect of an `is_unnamed` source nobody may name them. Nothing private is in here.
    """

    courtesy: Courtesy
    status: Status
    to: Contact
    about: Contact | None
    is_won: bool
    told: str
    live: tuple[str, ...] = ()
    days_quiet: int = 0
    held_by: str | None = None
    telling: Telling = NOTHING_TO_TELL
    is_unnamed: bool = False


def stamp_of(policy: Policy, zone: tzinfo) -> str:
    """The stamp by which projections are known to be valid: rulebook, policy, zone, week.

    The policy with the rules that are off; of the week what a deadline in force depends on.
    """
    terms = [RULEBOOK_VERSION, policy.text(), sorted(policy.off), str(zone), policy.week_text()]
    return json.dumps(terms, sort_keys=True)


class Outlook:
    """The courtesies of one book at `now`, under one policy and in one time zone.

    What lies later than `horizon` has not happened, without one what lies later than `now`.
    """

    def __init__(
        self,
        reader: Reader,
        policy: Policy,
        zone: tzinfo,
        now: datetime,
        horizon: datetime | None = None,
    ) -> None:
        self.reader = reader
        self.terms = Terms(Calendar(zone), policy)
        self.now = now
        self.horizon = horizon or now
        self._stamp = stamp_of(policy, zone)

    @cached_property
    def has_valid_projections(self) -> bool:
        """True if the rows of the projections are what the rulebook says now."""
        if self.reader.setting("stamp") != self._stamp:
            return False
        horizon = text_of(self.horizon)
        return self.reader.latest() <= horizon or self.reader.latest_standing() <= horizon

    @cached_property
    def _whole(self) -> Reading:
        return Reading(self.reader.history().until(self.horizon), self.terms)

    def remember(self) -> None:
        """Has the courtesies of the book as it stands stay known, whatever is recorded next.

        Valid projections stay by themselves until they are updated.
        """
        if not self.has_valid_projections:
            _ = self._whole

    def _reading(self, subjects: Iterable[Subject]) -> Reading:
        return Reading(self.history(subjects), self.terms)

    def history(self, subjects: Iterable[Subject]) -> History:
        """The history that these subjects' courtesies depend on, up to the horizon."""
        return self.reader.history(subjects).until(self.horizon)

    def open_courtesies(
        self, opened_by: datetime | None = None, to: int | None = None
    ) -> list[Courtesy]:
        """The courtesies that have not ended, or only those that opened by an instant.

        Of everybody, or only what is owed to one person. Without an instant, upcoming ones too.
        """
        if self.has_valid_projections:
            sql = f"SELECT {COURTESY} FROM courtesy WHERE {IS_OPEN}"
            values: list[object] = [text_of(self.now)]
            if opened_by is not None:
                sql += " AND opens_at <= ?"
                values.append(text_of(opened_by))
            if to is not None:
                sql += " AND to_person = ?"
                values.append(to)
            return [courtesy_of(row) for row in self.reader.rows(sql, *values)]
        return [
            courtesy
            for courtesy in self._whole.courtesies()
            if courtesy.is_open_at(self.now)
            and (opened_by is None or courtesy.opens_at <= opened_by)
            and to in (None, courtesy.to)
        ]

    def ended_since(self, instant: datetime) -> list[Courtesy]:
        """The courtesies that ended at this instant or later."""
        if self.has_valid_projections:
            since, now = text_of(instant), text_of(self.now)
            ended = self.reader.rows(
                f"SELECT {COURTESY} FROM courtesy WHERE ended_at >= ?"
                f" UNION ALL SELECT {COURTESY} FROM courtesy WHERE ends_at >= ? AND ends_at <= ?",
                *(since, since, now),
            )
            return [courtesy_of(row).seen_at(self.now) for row in ended]
        seen = (courtesy.seen_at(self.now) for courtesy in self._whole.courtesies())
        return [
            courtesy
            for courtesy in seen
            if courtesy.ended_at is not None and courtesy.ended_at >= instant
        ]

    def open_of_capacity(self) -> list[Courtesy]:
        """The open courtesies of a full book: I was too busy, or I have room again."""
        if not self.has_valid_projections:
            opened = self.open_courtesies(self.now)
            return [c for c in opened if BY_NAME[c.rule].is_of_capacity]
        sql = (
            f"SELECT {COURTESY} FROM courtesy"
            f" WHERE {IS_OPEN} AND rule IN ({_OF_CAPACITY}) AND opens_at <= ?"
        )
        now = text_of(self.now)
        return [courtesy_of(row) for row in self.reader.rows(sql, now, now)]

    def open_on(self, subjects: Iterable[Subject]) -> list[Courtesy]:
        """The courtesies on these subjects that have not ended, upcoming ones too."""
        return [c for c in self._on(subjects, "outcome IS NULL") if c.is_open_at(self.now)]

    def done_on(self, subjects: Iterable[Subject]) -> list[Courtesy]:
        """The courtesies on these subjects that were done."""
        return [c for c in self._on(subjects, "outcome = 'done'") if c.outcome == "done"]

    def _on(self, subjects: Iterable[Subject], which: str) -> list[Courtesy]:
        """The courtesies on these subjects: by the projections those `which` are, else all."""
        if not self.has_valid_projections:
            return self.courtesies(subjects)
        rows: list[Sequence[Any]] = []
        chosen = set(subjects)
        for kind in ("referral", "person"):
            sql = f"SELECT {COURTESY} FROM courtesy WHERE {which} AND {kind} IN"
            rows += self.reader.rows_among(sql, [number for what, number in chosen if what == kind])
        return [courtesy_of(row) for row in rows]

    def referrals_of(self, role: str, people: Iterable[int]) -> list[Referral]:
        """The referrals received by now in which one of these has this role, by their numbers."""
        found = self.reader.referrals_of(role, people)
        received = (referral for referral in found if referral.received_at <= self.horizon)
        return sorted(received, key=attrgetter("id"))

    def reading_at(self, instant: datetime, subject: Subject) -> Reading:
        """The rulebook held against this subject's history as it stood at an instant."""
        return Reading(self.reader.history([subject]).until(instant), self.terms)

    def courtesies(self, subjects: Iterable[Subject]) -> list[Courtesy]:
        """All courtesies of these subjects, ended ones too, without what is yet to come."""
        wanted = set(subjects)
        reading = self._whole if "_whole" in vars(self) else self._reading(wanted)
        history = reading.history
        known = {"referral": history.referrals.keys(), "person": history.people.keys()}
        found = reading.courtesies({(what, n) for what, n in wanted if n in known[what]})
        return [courtesy.seen_at(self.now) for courtesy in found]

    def standings(self, referrals: Iterable[int] | None = None) -> dict[int, Standing]:
        """The standing of these referrals, or of all."""
        if self.has_valid_projections:
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
        """The number of referrals that have not ended."""
        if self.has_valid_projections:
            ((count,),) = self.reader.rows("SELECT count(*) FROM standing WHERE ended_at IS NULL")
            return int(count)
        return sum(standing.ended_at is None for standing in self.standings().values())

    def listed(self, limit: int | None, *, is_all: bool) -> tuple[list[int], int, int]:
        """The first referrals that are live or of which something waits, or of all, by number.

        Then how many those are without a limit, and how many all are.
        """
        if not self.has_valid_projections:
            standings = self.standings()
            waiting = {courtesy.referral for courtesy in self.open_courtesies()}
            chosen = sorted(
                number
                for number, standing in standings.items()
                if is_all or standing.ended_at is None or number in waiting
            )
            return chosen[:limit], len(chosen), len(standings)
        ((total,),) = self.reader.rows("SELECT count(*) FROM standing")
        cut = -1 if limit is None else limit
        if is_all:
            rows = self.reader.rows("SELECT referral FROM standing ORDER BY referral LIMIT ?", cut)
            return [number for (number,) in rows], total, total
        now = text_of(self.now)
        ((waiting_still,),) = self.reader.rows(_ENDED_AND_WAITING, now)
        count = self.live_count() + waiting_still
        rows = self.reader.rows(f"{_WAITING} ORDER BY referral LIMIT ?", now, cut)
        return [number for (number,) in rows], count, total

    def is_overdue(self) -> bool:
        """True if a debt is overdue or an occasion was let go by, snoozed or not."""
        if not self.has_valid_projections:
            return any(c.due_at < self.now for c in self.open_courtesies(self.now))
        sql = f"SELECT 1 FROM courtesy WHERE {IS_OPEN} AND class = ? AND due_at < ? LIMIT 1"
        now = text_of(self.now)
        return any(self.reader.rows(sql, now, each, now) for each in ("debt", "occasion"))

    def overdue_of_earlier_edition(self) -> dict[str, int] | None:
        """The overdue debts by rule, as an earlier edition of the rulebook computed them.

        None where this edition did, or none.
        """
        stamp = self.reader.setting("stamp") or ""
        if not stamp.startswith("[") or stamp.startswith(f"[{RULEBOOK_VERSION},"):
            return None
        sql = f"SELECT rule, count(*) FROM courtesy WHERE {IS_OPEN} AND class = 'debt'"
        now = text_of(self.now)
        return dict(self.reader.rows(f"{sql} AND due_at < ? GROUP BY rule", now, now))

    def has_referrals(self) -> bool:
        """True if any referral was received by then, live or not."""
        sql = (
            "SELECT 1 FROM referral_version v JOIN live_referral r ON r.id = v.referral"
            " WHERE v.received_at <= ? AND r.received_at <= ? LIMIT 1"
        )
        horizon = text_of(self.horizon)
        return bool(self.reader.rows(sql, horizon, horizon))

    def first_received(self) -> datetime | None:
        """The instant of the first receipt on record, however late; None without any."""
        ((text,),) = self.reader.rows("SELECT min(received_at) FROM live_referral")
        return None if text is None else instant_of(text)

    def stand(self, courtesies: Iterable[Courtesy]) -> list[tuple[Courtesy, Status]]:
        """The courtesies, each with its status at `now`, in the order of a morning."""
        snoozes = self.snoozes
        return [(c, status_of(c, self.now, snoozes)) for c in sorted(courtesies, key=order_of)]

    @staticmethod
    def ordered(stand: Iterable[tuple[Courtesy, Status]]) -> list[tuple[Courtesy, Status]]:
        """The courtesies in the order of a morning."""
        return sorted(stand, key=lambda owed: order_of(owed[0]))

    @cached_property
    def snoozes(self) -> list[Snooze]:
        """The snoozes that are not over."""
        return snoozes_at(self.now, self.reader.snoozed(self.now, self.horizon))

    def items(self, standing: Iterable[tuple[Courtesy, Status]]) -> list[Item]:
        """The courtesies with the names, numbers and words that a screen shows."""
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
        held_by, tellings = self.held_by(owed), self.tellings(owed)
        live = self._live_prospects({c.to for c, _ in owed if c.rule == "keep-informed"})
        policy = self.terms.policy
        no_gift = self._between_colleagues(owed, contacts)
        to_prospects = {c.key: c.referral for c, _ in owed if BY_NAME[c.rule].to == "prospect"}
        unnamed = self.reader.confidential(n for n in to_prospects.values() if n is not None)
        return [
            Item(
                courtesy,
                status,
                contacts[courtesy.to]._replace(channel=None)
                if courtesy.referral in no_gift
                else contacts[courtesy.to],
                contacts[courtesy.about] if courtesy.about is not None else None,
                courtesy.referral in won,
                told.get(courtesy.cause, ""),
                tuple(live.get(courtesy.to, ())) if courtesy.rule == "keep-informed" else (),
                (wishes[courtesy.to] or policy.update_every)
                + max(0, self._days_since(courtesy.opens_at)),
                held_by.get(courtesy.cause),
                tellings.get(courtesy.cause, NOTHING_TO_TELL),
                to_prospects.get(courtesy.key) in unnamed,
            )
            for courtesy, status in owed
        ]

    def held_by(self, owed: Iterable[tuple[Courtesy, Status]]) -> dict[str, str]:
        """The ways in which the appointments among these are to be held, by their causes."""
        return self.reader.ways({c.cause for c, _ in owed if c.rule == "keep-appointment"})

    def held_on(self, owed: Iterable[tuple[Courtesy, Status]]) -> dict[str, date]:
        """The days of the appointments among these that have no hour, by their causes."""
        days = self.reader.days({c.cause for c, _ in owed if c.rule == "keep-appointment"})
        return {uid: date.fromisoformat(day) for uid, day in days.items()}

    def tellings(self, owed: Iterable[tuple[Courtesy, Status]]) -> dict[str, Telling]:
        """The words that tell open problems, and open promises, from each other, by causes."""
        courtesies = [courtesy for courtesy, _ in owed]
        troubled = {c.referral for c in courtesies if c.rule == "resolve-problem" and c.referral}
        promised = {c.person for c in courtesies if c.rule == "keep-promise" and c.person}
        found: dict[str, Telling] = {}
        for what, numbers, is_open in (
            ("referral", troubled, open_problems),
            ("person", promised, open_promises),
        ):
            events: dict[int | None, list[Event]] = {}
            for event in sorted(self.reader.events_on(what, numbers), key=attrgetter("place")):
                if event.at <= self.horizon:
                    number = event.referral if what == "referral" else event.person
                    events.setdefault(number, []).append(event)
            for among in map(is_open, events.values()):
                found |= {each.uid: telling(each, among, self.terms.calendar) for each in among}
        return found

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
        if self.has_valid_projections:
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


_OF_CAPACITY = ", ".join(f"'{rule.name}'" for rule in RULEBOOK if rule.is_of_capacity)
_LIVE_OF = "SELECT referral FROM standing WHERE ended_at IS NULL AND source IN"
_WAITING = (
    "SELECT referral FROM standing WHERE ended_at IS NULL"
    f" UNION SELECT referral FROM courtesy WHERE {IS_OPEN} AND referral IS NOT NULL"
)

# Grouped as the index of what stands beside each other is.
_ENDED_AND_WAITING = (
    "SELECT count(DISTINCT waiting.referral) FROM (SELECT referral FROM courtesy"
    f" WHERE {IS_OPEN} AND referral IS NOT NULL GROUP BY referral, to_person) waiting"
    " JOIN standing s ON s.referral = waiting.referral WHERE s.ended_at IS NOT NULL"
)
