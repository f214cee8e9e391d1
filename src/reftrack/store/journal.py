"""Every write: one command, one transaction, one step that can be undone."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import event as listening
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlmodel import Session, create_engine

from reftrack import interrupts
from reftrack.domain.events import Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import EXPANSION, ROLES, Referral
from reftrack.domain.times import text_of
from reftrack.rules.terms import Policy
from reftrack.store.connection import beginning, make_tables, open_to_write
from reftrack.store.failures import is_recorded_after_all, store_error, translated_errors
from reftrack.store.projector import Projector
from reftrack.store.reader import Reader
from reftrack.store.rows import (
    contact_points,
    event_columns,
    name_parts,
    person_version,
    referral_version,
)
from reftrack.store.tables import (
    BookRow,
    ContactPointRow,
    EventRow,
    NamePartRow,
    PersonRow,
    PersonVersionRow,
    ReferralRow,
    ReferralVersionRow,
    StepRow,
    UndoRow,
)

# From the time zone that the book keeps, None for a new one: this instant, the zone in force, and
# the name of the zone that a new book will keep.
Present = Callable[[str | None], tuple[datetime, tzinfo, str]]


@contextmanager
def recording(path: Path, command: str, *, policy: Policy, present: Present) -> Iterator[Journal]:
    """A transaction for one command on the book at `path`: it records everything, or nothing.

    Committed when the block ends; an exception leaves no trace. StoreError where the database
    cannot be written, OlderBook where it has to be brought up to date first.
    """
    engine = create_engine(
        "sqlite://",
        creator=lambda: open_to_write(path),
        poolclass=NullPool,
        hide_parameters=True,  # an error's text must not carry anybody's note
    )
    # IMMEDIATE: two commands that read and then write must not read the same state.
    listening.listen(engine, "begin", _begin_immediate)
    with translated_errors(path), beginning(path):
        try:
            # Once the lock is had, there is something to roll back.
            with Session(engine) as session:
                kept = Reader(_driver_of(session.connection())).setting("zone")
                now, zone, home_zone = present(kept)
                journal = Journal(session, command, now, policy, zone, home_zone)
                with interrupts.tidily():
                    yield journal
                    journal.finish()
                    if journal.has_recorded or not journal.reader.is_blank():
                        interrupts.hold()
                        _commit(session)
                        if journal.has_recorded:
                            interrupts.did("recorded")
                    else:
                        session.rollback()  # a book begins with its first record
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error):
                raise store_error(error.orig, path) from None
            raise
        finally:
            engine.dispose()


def _commit(session: Session) -> None:
    try:
        session.commit()
    except DBAPIError as error:
        if is_recorded_after_all(error.orig):
            interrupts.did("recorded")
        raise


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    make_tables(_driver_of(connection))


def _driver_of(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError(driver)
    return driver


def new_uid() -> str:
    """A new uid, which no other book uses."""
    return os.urandom(16).hex()


class Journal:
    """The writes of one command; `reader` sees them at once, others after the commit.

    `uids` are those of the referrals and events that it recorded, `summary` says it in words.
    `before` is called ahead of the first record, when nobody else can write any more and nothing
    is changed yet: where it raises, nothing is recorded.
    """

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
        self.zone = zone
        self.reader = Reader(_driver_of(session.connection()))
        self.projector = Projector(session, self.reader, policy, zone)
        self.summary: list[str] = []
        self.uids: set[str] = set()
        self.before: Callable[[], object] | None = None
        self._home_zone = home_zone
        self._step: int | None = None
        self._has_changed = False
        self._is_finished = False

    @property
    def step(self) -> int:
        """The id of this command's step, begun with its first record."""
        if self._is_finished:
            raise RuntimeError("recorded after the courtesies were brought up to date")
        if self._step is None:
            if self.before is not None:
                self.before()
            # Not the id: that may be as large as SQLite counts, and a person has to type this one.
            ((last,),) = self.reader.rows("SELECT coalesce(max(number), 0) FROM step")
            at = text_of(self.now)
            row = StepRow(number=last + 1, at=at, command=self.command, summary="")
            self._step = self._insert(row)
        return self._step

    @property
    def has_recorded(self) -> bool:
        """True if anything was recorded, undone or redone."""
        return self._step is not None or self._has_changed

    def _insert(self, row: Any) -> int:
        self.session.add(row)
        self.session.flush()
        return int(row.id)

    # People.

    def new_person(self, person: Person) -> Person:
        """Records a person with a number and a uid of their own, otherwise as given."""
        uid = person.uid or new_uid()
        number = self._insert(PersonRow(uid=uid, step=self.step))
        person = replace(person, id=number, uid=uid)
        self._version(person, None)
        self.projector.mark_person(number)
        return person

    def change_person(self, person: Person, **changes: str | None) -> Person:
        """Records the person with these changes; earlier versions stay on record.

        `person` is as the book has them: the new version sets the fields that differ.
        """
        changed = replace(person, **changes)  # type: ignore[arg-type]
        if changed != person:
            self._version(changed, person)
            self.projector.mark_person(person.id)
            if changed.updates != person.updates:
                self.projector.mark_sent_by(person.id)
        return changed

    def merge(self, person: Person, into: Person) -> list[Referral]:
        """Makes `person` one with `into`; returns the referrals that became new business by it.

        Nothing of either is lost: undoing the step makes them two again.
        """
        for number in (person.id, *self.reader.merged_with([person.id])):
            one = self.reader.person(number)
            if one is None:
                raise LookupError(number)
            self._version(one, one, merged_into=into.id)
            self.projector.mark_person(number)
        self.projector.mark_person(into.id)
        # Events on the one concern the referrals of the other as well.
        parts = {r.id: r for role in ROLES for r in self.reader.referrals_of(role, [into.id])}
        for referral in parts.values():
            self.projector.mark_referral_and_chain(referral)
        theirs = {r.id: r for role in ROLES for r in self.reader.referrals_of(role, [person.id])}
        became = []
        for referral in sorted(theirs.values(), key=lambda referral: referral.id):
            source, prospect = (
                into.id if number == person.id else number
                for number in (referral.source, referral.prospect)
            )
            kind = EXPANSION if source == prospect else referral.kind
            changed = self.change_referral(referral, source=source, prospect=prospect, kind=kind)
            if changed.is_expansion and not referral.is_expansion:
                became.append(changed)
        return became

    def _version(
        self, person: Person, was: Person | None, *, merged_into: int | None = None
    ) -> None:
        columns = person_version(person, was)
        if was is not None:  # as it was before this version
            was = replace(was, contacts=self.reader.contacts([was.id]).get(was.id, ()))
        row = PersonVersionRow(person=person.id, step=self.step, merged_into=merged_into, **columns)
        version = self._insert(row)
        for part in name_parts(columns["name"]) if columns["name"] is not None else ():
            self.session.add(NamePartRow(version=version, part=part))
        for point in contact_points(person, was):
            self.session.add(ContactPointRow(version=version, **point))
        self.session.flush()

    # Referrals.

    def new_referral(self, referral: Referral) -> Referral:
        """Records a referral with a number and a uid of its own, otherwise as given."""
        uid = referral.uid or new_uid()
        number = self._insert(ReferralRow(uid=uid, step=self.step))
        referral = replace(referral, id=number, uid=uid)
        self.uids.add(uid)
        self._version_of(referral, None)
        self.projector.mark_for_receipt(referral)
        return referral

    def change_referral(self, referral: Referral, **changes: Any) -> Referral:
        """Records the referral with these changes; earlier versions stay on record."""
        changed = replace(referral, **changes)
        if changed != referral:
            self._version_of(changed, referral)
            # The change concerns the people of the old version as well as those of the new.
            self.projector.mark_referral_and_chain(referral)
            self.projector.mark_referral_and_chain(changed)
        return changed

    def _version_of(self, referral: Referral, was: Referral | None) -> None:
        columns = referral_version(referral, was)
        self._insert(ReferralVersionRow(referral=referral.id, step=self.step, **columns))

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
        """Records an event of `at` on this referral, on this person, or else on the book."""
        if referral is None and person is None:
            self.projector.mark_pauses()
        told = {key: value for key, value in (data or {}).items() if value is not None}
        about = referral.id if referral else None
        event = Event(0, new_uid(), at, kind, about, person, channel, note, told)
        event = replace(event, id=self._insert(EventRow(step=self.step, **event_columns(event))))
        self.uids.add(event.uid)
        self.projector.mark_for_event(event, referral)
        return event

    # Undoing and redoing.

    def mark_undone(self, number: int, *, undone: bool) -> None:
        """Marks a step as undone or as done again; nothing is deleted, and no number returns.

        The caller marks the subjects that it concerns on `projector`, before and after.
        """
        ((newest,),) = self.reader.rows("SELECT max(id) FROM step")
        at = text_of(self.now)
        self._insert(UndoRow(at=at, step=number, undone=int(undone), newest=newest))
        self.session.get_one(StepRow, number).undone = int(undone)
        self.session.flush()
        self._has_changed = True

    # Mending.

    def recompute(self) -> None:
        """Computes all projections anew when the command ends."""
        self.projector.mark_everything()
        self._has_changed = True

    # The end of the command.

    def finish(self) -> None:
        """Brings the projections up to date; the last thing before the commit."""
        if not self.has_recorded or self._is_finished:
            return
        if self._step is not None:
            step = self.session.get_one(StepRow, self._step)
            step.summary = "; ".join(self.summary) or self.command
        self._is_finished = True
        if self.reader.setting("zone") is None:
            self.session.add(BookRow(name="zone", value=self._home_zone))
        self.projector.update()
