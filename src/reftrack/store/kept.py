"""The read models, kept in the transaction that changes what they are computed from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import astuple
from datetime import datetime, tzinfo
from typing import Any

from sqlmodel import Session, col, delete, insert, update

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.history import History
from reftrack.domain.referrals import Referral, Standing
from reftrack.domain.times import Calendar, text_of
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.story import Pause, pauses_of
from reftrack.rules.terms import Policy, Terms
from reftrack.store.glance import KEPT_FOR, kept_for
from reftrack.store.outlook import stamp_of
from reftrack.store.reader import Reader
from reftrack.store.rows import COURTESY, STANDING
from reftrack.store.tables import BookRow, CourtesyRow, StandingRow

_COLUMNS = COURTESY.split(", ")


class Keeper:
    """Collects the subjects that a command touches, then computes theirs anew.

    `rewritten` counts the rows that differed and were replaced. `circumstances` is what the policy
    and the time zone come from, for a glance that knows neither; nothing where nobody says.
    """

    def __init__(self, session: Session, reader: Reader, policy: Policy, zone: tzinfo) -> None:
        self.session = session
        self.reader = reader
        self.terms = Terms(Calendar(zone), policy)
        self.stamp = stamp_of(policy, zone)
        self.subjects: set[Subject] = set()
        self.rewritten = 0
        self.circumstances = ""
        self._is_everything = False
        self._pauses_before: tuple[Pause, ...] | None = None

    # What a change can affect; found by brute force, and held against it by the tests.

    def touch_person(self, number: int) -> None:
        """An event on a person, or a new one, affects that person."""
        self.subjects.add(("person", number))

    def touch_referral(self, referral: Referral) -> None:
        """An event on a referral affects it, its source and its prospect."""
        self.subjects.add(("referral", referral.id))
        self.touch_person(referral.source)
        self.touch_person(referral.prospect)

    def touch_new_referral(self, referral: Referral) -> None:
        """A new referral also affects those whose prospect is its source: the chain."""
        self.touch_referral(referral)
        earlier = self.reader.referrals_of("prospect", [referral.source])
        self.subjects |= {("referral", other.id) for other in earlier}

    def touch_sent_by(self, number: int) -> None:
        """A source's wish affects every referral of theirs."""
        sent = self.reader.referrals_of("source", [number])
        self.subjects |= {("referral", referral.id) for referral in sent}

    def touch_book_before(self) -> None:
        """A pause or its end is about to be recorded: what it changes is worked out after."""
        if self._pauses_before is None:
            self._pauses_before = pauses_of(self.reader.events_on_book())

    def touch_everything(self) -> None:
        """All courtesies have to be computed anew."""
        self._is_everything = True

    def _touch_pauses(self) -> None:
        """Who and what a change of the pauses affects."""
        before = set(self._pauses_before or ())
        after = set(pauses_of(self.reader.events_on_book()))
        if before == after:
            return
        since = min(pause.start for pause in before ^ after)
        start = text_of(since)
        rows = self.reader.rows
        received = rows("SELECT id, source FROM live_referral WHERE received_at >= ?", start)
        self.subjects |= {("referral", number) for number, _ in received}
        people = {source for _, source in received}
        # A pause can be the one that follows another: whoever waited through that one is affected.
        waiting = "SELECT person FROM courtesy WHERE rule = 'reopen-intake'"
        called = "SELECT person FROM live_event WHERE kind = 'missed' AND at >= ?"
        reviewed = "SELECT person FROM live_event WHERE kind = 'reviewed'"
        for sql, values in ((waiting, ()), (called, (start,)), (reviewed, ())):
            people |= {person for (person,) in rows(sql, *values)}
        self.subjects |= {("person", person) for person in people}

    # Keeping.

    def keep(self) -> None:
        """Computes what was touched anew, and replaces the rows that differ."""
        if self._pauses_before is not None:
            self._touch_pauses()
        if self._put("stamp", self.stamp):
            self._is_everything = True
        self._put(KEPT_FOR, kept_for(self.circumstances, str(self.terms.calendar.zone)))
        subjects = None if self._is_everything else self.subjects
        reading = Reading(self.reader.history(subjects), self.terms)
        self._keep_courtesies(subjects, reading.courtesies(_there(subjects, reading.history)))
        history = reading.history.referrals
        numbers = (
            list(history)
            if subjects is None
            else [n for what, n in subjects if what == "referral" and n in history]
        )
        self._keep_standings(
            subjects, [reading.referral_story(history[number]).standing for number in numbers]
        )
        self.session.flush()

    def _put(self, name: str, value: str) -> bool:
        """Sets what the book says under `name`; whether that is a change."""
        before = self.reader.setting(name)
        if before is None:
            self.session.add(BookRow(name=name, value=value))
        elif before != value:
            self.session.get_one(BookRow, name).value = value
        return before != value

    def _keep_courtesies(
        self, subjects: set[Subject] | None, courtesies: Iterable[Courtesy]
    ) -> None:
        # Several under one key: a file may give a referral and an event the same uid.
        kept: dict[tuple[Any, ...], list[tuple[int, list[Any]]]] = {}
        for number, *row in self._kept(f"id, {COURTESY}", "courtesy", subjects):
            kept.setdefault(tuple(row[:4]), []).append((number, row))
        fresh = []
        for courtesy in courtesies:
            values = _row_of(courtesy)
            same = kept.get(tuple(values[:4]))
            if not same:
                fresh.append(dict(zip(_COLUMNS, values, strict=True)))
                continue
            number, before = same.pop(0)
            if before != values:
                self.rewritten += 1
                row = dict(zip(_COLUMNS, values, strict=True))
                self.session.execute(
                    update(CourtesyRow).where(col(CourtesyRow.id) == number).values(**row)
                )
        gone = [number for rows in kept.values() for number, _ in rows]
        self.rewritten += len(gone) + len(fresh)
        for number in gone:
            self.session.execute(delete(CourtesyRow).where(col(CourtesyRow.id) == number))
        if fresh:
            self.session.execute(insert(CourtesyRow), fresh)

    def _keep_standings(self, subjects: set[Subject] | None, standings: Iterable[Standing]) -> None:
        kept = {row[0]: tuple(row) for row in self._kept(STANDING, "standing", subjects)}
        fresh = []
        for standing in standings:
            values = _standing_row(standing)
            before = kept.pop(standing.referral, None)
            row = dict(zip(STANDING.split(", "), values, strict=True))
            if before is None:
                fresh.append(row)
            elif before != values:
                self.rewritten += 1
                same = col(StandingRow.referral) == standing.referral
                self.session.execute(update(StandingRow).where(same).values(**row))
        self.rewritten += len(kept) + len(fresh)
        for number in kept:
            self.session.execute(delete(StandingRow).where(col(StandingRow.referral) == number))
        if fresh:
            self.session.execute(insert(StandingRow), fresh)

    def _kept(self, columns: str, table: str, subjects: set[Subject] | None) -> Iterable[Any]:
        if subjects is None:
            return self.reader.rows(f"SELECT {columns} FROM {table}")
        rows = []
        kinds = ("referral",) if table == "standing" else ("referral", "person")
        for kind in kinds:
            numbers = [number for what, number in subjects if what == kind]
            sql = f"SELECT {columns} FROM {table} WHERE {kind} IN"
            rows += list(self.reader.rows_among(sql, numbers))
        return rows


def _there(subjects: set[Subject] | None, history: History) -> set[Subject] | None:
    """Those of the subjects that are in the history: whom a step brought may be gone with it."""
    if subjects is None:
        return None
    known = {"referral": history.referrals.keys(), "person": history.people.keys()}
    return {(what, number) for what, number in subjects if number in known[what]}


def _row_of(courtesy: Courtesy) -> list[Any]:
    """The courtesy in the columns of `COURTESY`."""
    return [text_of(value) if isinstance(value, datetime) else value for value in astuple(courtesy)]


def _standing_row(standing: Standing) -> tuple[Any, ...]:
    return tuple(
        text_of(value) if isinstance(value, datetime) else value for value in astuple(standing)
    )
