"""Every write: one command, one transaction, one step that can be undone."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlmodel import Session, create_engine, insert

from reftrack.domain.events import Event
from reftrack.domain.people import Person, name_key
from reftrack.domain.referrals import Referral
from reftrack.domain.times import text_of
from reftrack.rules.policy import Policy
from reftrack.store.connection import explained, open_to_write, store_error
from reftrack.store.kept import Keeper
from reftrack.store.reader import Reader
from reftrack.store.tables import (
    BookRow,
    EventRow,
    NamePartRow,
    PersonRow,
    PersonVersionRow,
    ReferralRow,
    ReferralVersionRow,
    StepRow,
)


@contextmanager
def recording(
    path: Path, command: str, *, now: datetime, policy: Policy, zone: tzinfo, home_zone: str
) -> Iterator[Journal]:
    """One command on the book at `path`: all that it records, or nothing.

    Committed when the block ends; an exception leaves no trace. `home_zone` is the time zone that
    a new book keeps. StoreError where the database cannot be written.
    """
    engine = create_engine(
        "sqlite://",
        creator=lambda: open_to_write(path),
        poolclass=NullPool,
        hide_parameters=True,  # an error's text must not carry anybody's note
    )
    # IMMEDIATE: two commands that read and then write must not read the same state.
    event.listen(engine, "begin", _begin_immediate)
    with explained(path):
        try:
            with Session(engine) as session:
                journal = Journal(session, command, now, policy, zone, home_zone)
                yield journal
                journal.finish()
                session.commit()
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise store_error(error.orig, path) from None
            raise
        finally:
            engine.dispose()


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def new_uid() -> str:
    """A name for a row that no other book uses."""
    return os.urandom(16).hex()


class Journal:
    """What one command records; `reader` sees it at once, others after the commit."""

    def __init__(
        self,
        session: Session,
        command: str,
        now: datetime,
        policy: Policy,
        zone: tzinfo,
        home_zone: str,
    ) -> None:
        self.session = session
        self.command = command
        self.now = now
        driver = session.connection().connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            raise TypeError(driver)
        self.reader = Reader(driver)
        self.keeper = Keeper(session, self.reader, policy, zone)
        self.summary: list[str] = []
        self._home_zone = home_zone
        self._step: int | None = None
        self._is_finished = False

    @property
    def step(self) -> int:
        """The number of this command's step, begun with its first record."""
        if self._step is None:
            row = StepRow(at=text_of(self.now), command=self.command, summary="")
            self._step = self._insert(row)
        return self._step

    @property
    def has_recorded(self) -> bool:
        """Whether anything was recorded."""
        return self._step is not None

    def _insert(self, row: Any) -> int:
        self.session.add(row)
        self.session.flush()
        return int(row.id)

    # People.

    def new_person(self, person: Person) -> Person:
        """A person with a number and a uid of their own, otherwise as given."""
        uid = person.uid or new_uid()
        number = self._insert(PersonRow(uid=uid, step=self.step))
        person = replace(person, id=number, uid=uid)
        self._version(person)
        self.keeper.touch_person(number)
        return person

    def change_person(self, person: Person, **changes: str | None) -> Person:
        """The person as they are from this step on; the versions before stay on record."""
        changed = replace(person, **changes)  # type: ignore[arg-type]
        if changed != person:
            self._version(changed)
            self.keeper.touch_person(person.id)
            if changed.updates != person.updates:
                self.keeper.touch_sent_by(person.id)
        return changed

    def _version(self, person: Person) -> None:
        row = PersonVersionRow(
            person=person.id,
            step=self.step,
            name=person.name,
            name_key=name_key(person.name),
            email=person.email,
            phone=person.phone,
            company=person.company,
            relation=person.relation,
            updates=person.updates,
            channel=person.channel,
            note=person.note,
        )
        version = self._insert(row)
        for part in name_parts(person.name):
            self.session.add(NamePartRow(version=version, part=part))
        self.session.flush()

    # Referrals.

    def new_referral(self, referral: Referral) -> Referral:
        """A referral with a number and a uid of its own, otherwise as given."""
        uid = referral.uid or new_uid()
        number = self._insert(ReferralRow(uid=uid, step=self.step))
        referral = replace(referral, id=number, uid=uid)
        self._insert(
            ReferralVersionRow(
                referral=number,
                step=self.step,
                source=referral.source,
                prospect=referral.prospect,
                received_at=text_of(referral.received_at),
                kind=referral.kind,
                tie=referral.tie,
                need=referral.need,
                note=referral.note,
            )
        )
        self.keeper.touch_new_referral(referral)
        return referral

    # Events.

    def record(
        self,
        kind: str,
        at: datetime,
        *,
        referral: Referral | None = None,
        person: int | None = None,
        channel: str | None = None,
        note: str | None = None,
        data: Mapping[str, object] | None = None,
    ) -> Event:
        """What happened at `at` on this referral, on this person, or else on the book."""
        if referral is None and person is None:
            self.keeper.touch_book_before()
        told = {key: value for key, value in (data or {}).items() if value is not None}
        row = EventRow(
            uid=new_uid(),
            step=self.step,
            at=text_of(at),
            kind=kind,
            referral=referral.id if referral else None,
            person=person,
            channel=channel,
            note=note,
            data=_json(told),
        )
        number = self._insert(row)
        if referral is not None:
            self.keeper.touch_referral(referral)
        elif person is not None:
            self.keeper.touch_person(person)
        return Event(number, row.uid, at, kind, row.referral, person, channel, note, told)

    # Whole histories.

    def import_history(
        self, people: Iterable[Person], referrals: Iterable[Referral], events: Iterable[Event]
    ) -> tuple[int, int, int]:
        """Adds what is new by its uid; how many of each were.

        Into a book where nothing was ever recorded every number is kept; elsewhere new ones are
        given in the order of the old, and what the records name is named by its new number.
        """
        keeps_numbers = self.reader.is_blank()
        person_ids = self._ids("person", people)
        new_people = [p for p in people if p.uid not in person_ids]
        referral_ids = self._ids("referral", referrals)
        new_referrals = [r for r in referrals if r.uid not in referral_ids]
        event_ids = self._ids("event", events)
        new_events = [e for e in events if e.uid not in event_ids]
        counts = (len(new_people), len(new_referrals), len(new_events))
        if not any(counts):
            return counts

        step = self.step
        next_id = self._next_id("person", keeps_numbers)
        for person in sorted(new_people, key=lambda p: p.id):
            person_ids[person.uid] = next_id(person.id)
        next_id = self._next_id("referral", keeps_numbers)
        for referral in sorted(new_referrals, key=lambda r: r.id):
            referral_ids[referral.uid] = next_id(referral.id)
        next_id = self._next_id("event", keeps_numbers)
        for item in sorted(new_events, key=lambda e: e.id):
            event_ids[item.uid] = next_id(item.id)
        who = {person.id: person_ids[person.uid] for person in people}
        which = {referral.id: referral_ids[referral.uid] for referral in referrals}

        self._bulk(
            PersonRow, [{"id": person_ids[p.uid], "uid": p.uid, "step": step} for p in new_people]
        )
        version_id = self._next_id("person_version", False)
        versions, parts = [], []
        for person in new_people:
            version = version_id(0)
            versions.append(
                {
                    "id": version,
                    "person": person_ids[person.uid],
                    "step": step,
                    "name": person.name,
                    "name_key": name_key(person.name),
                    "email": person.email,
                    "phone": person.phone,
                    "company": person.company,
                    "relation": person.relation,
                    "updates": person.updates,
                    "channel": person.channel,
                    "note": person.note,
                }
            )
            parts += [{"version": version, "part": part} for part in name_parts(person.name)]
        self._bulk(PersonVersionRow, versions)
        self._bulk(NamePartRow, parts)
        self._bulk(
            ReferralRow,
            [{"id": referral_ids[r.uid], "uid": r.uid, "step": step} for r in new_referrals],
        )
        self._bulk(
            ReferralVersionRow,
            [
                {
                    "referral": referral_ids[referral.uid],
                    "step": step,
                    "source": who[referral.source],
                    "prospect": who[referral.prospect],
                    "received_at": text_of(referral.received_at),
                    "kind": referral.kind,
                    "tie": referral.tie,
                    "need": referral.need,
                    "note": referral.note,
                }
                for referral in new_referrals
            ],
        )
        self._bulk(
            EventRow,
            [
                {
                    "id": event_ids[item.uid],
                    "uid": item.uid,
                    "step": step,
                    "at": text_of(item.at),
                    "kind": item.kind,
                    "referral": which[item.referral] if item.referral is not None else None,
                    "person": who[item.person] if item.person is not None else None,
                    "channel": item.channel,
                    "note": item.note,
                    "data": _json(item.data),
                }
                for item in new_events
            ],
        )
        self.keeper.touch_everything()
        return counts

    def _ids(self, table: str, records: Iterable[Any]) -> dict[str, int]:
        """The numbers that live records with these uids have already."""
        sql = f"SELECT uid, id FROM live_{table} WHERE uid IN"
        return dict(self.reader.rows_among(sql, [record.uid for record in records]))

    def _next_id(self, table: str, keeps_numbers: bool) -> Any:
        """Gives each record its number: its own, or the next that was never used."""
        if keeps_numbers:
            return lambda own: own
        used = self.reader.rows("SELECT seq FROM sqlite_sequence WHERE name = ?", table)
        last = used[0][0] if used else 0

        def following(_: int) -> int:
            nonlocal last
            last += 1
            return int(last)

        return following

    def _bulk(self, table: type, rows: list[dict[str, Any]]) -> None:
        if rows:
            self.session.execute(insert(table), rows)

    # The end of the command.

    def finish(self) -> None:
        """Brings the read models up to date; the last thing before the commit."""
        if not self.has_recorded or self._is_finished:
            return
        self._is_finished = True
        step = self.session.get_one(StepRow, self.step)
        step.summary = "; ".join(self.summary) or self.command
        if self.reader.setting("zone") is None:
            self.session.add(BookRow(name="zone", value=self._home_zone))
        self.keeper.keep()


def name_parts(name: str) -> set[str]:
    """The folded name from each of its words on."""
    words = name_key(name).split()
    return {" ".join(words[start:]) for start in range(len(words))}


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(dict(data), ensure_ascii=False, separators=(",", ":")) if data else "{}"
