"""Undoing and redoing a step: the subjects that it concerns, and what changes of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from reftrack.domain.people import Person
from reftrack.domain.referrals import ROLES, Referral
from reftrack.rules.courtesies import Subject
from reftrack.store.journal import Journal
from reftrack.store.reader import Reader
from reftrack.store.steps import Step

# A step with more rows than this is worked out with all the rest: an import.
_MANY = 2000

Record = Person | Referral


@dataclass(frozen=True, slots=True)
class RecordChange:
    """The change of one person or referral when a step was undone or redone.

    `was` and `is_` are the record before and after, None where it was or is not on record; `parted`
    says that a merge was taken back, `joined` that one holds again.
    """

    subject: Subject
    was: Record | None
    is_: Record | None
    parted: bool = False
    joined: bool = False

    @property
    def is_one(self) -> bool:
        """True if anything changed at all."""
        return self.was != self.is_ or self.parted or self.joined

    def fields(self) -> dict[str, tuple[object, object]]:
        """The fields that differ, each as it was and as it is."""
        if self.was is None or self.is_ is None:
            return {}
        pairs = {
            each.name: (getattr(self.was, each.name), getattr(self.is_, each.name))
            for each in fields(self.was)
        }
        return {name: (was, is_) for name, (was, is_) in pairs.items() if was != is_}


@dataclass(frozen=True, slots=True)
class UndoResult:
    """The result of undoing or redoing: the step, the changes, and the subjects of its events.

    Of a step with very many rows `changes` and `subjects` are empty, and only `counts` tells.
    """

    step: Step
    changes: list[RecordChange] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)
    counts: Mapping[str, int] = field(default_factory=dict)


def undo_or_redo(journal: Journal, step: Step, *, undone: bool) -> UndoResult:
    """Undoes or redoes the step; the courtesies of its subjects are computed anew."""
    rows = _Rows(journal.reader, step.id)
    if rows.is_many:
        journal.projector.mark_everything()
        journal.mark_undone(step.id, undone=undone)
        return UndoResult(step, counts=rows.counts)
    before = rows.records()
    rows.mark(journal)
    journal.mark_undone(step.id, undone=undone)
    rows.mark(journal)
    after = rows.records()
    changes = [_change(subject, was, after[subject]) for subject, was in before.items()]
    for change in changes:
        if "updates" in change.fields():
            journal.projector.mark_sent_by(change.subject[1])
    return UndoResult(step, [c for c in changes if c.is_one], rows.subjects(), rows.counts)


# A record, and the number of the person whom it was merged into.
_Known = tuple[Record | None, int | None]


def _change(subject: Subject, before: _Known, after: _Known) -> RecordChange:
    (was, merger), (is_, merger_now) = before, after
    return RecordChange(
        subject,
        was,
        is_,
        parted=merger is not None and merger_now is None and is_ is not None,
        joined=merger is None and merger_now is not None,
    )


class _Rows:
    """The rows that one step recorded: versions of people and of referrals, and events."""

    def __init__(self, reader: Reader, step: int) -> None:
        self.reader = reader
        self.counts = {
            what: reader.rows(f"SELECT count(*) FROM {table} WHERE step = ?", step)[0][0]
            for what, table in _TABLES.items()
        }
        self.is_many = sum(self.counts.values()) > _MANY
        if self.is_many:
            return
        self.people = self._numbers("person", step)
        self.referrals = self._numbers("referral", step)
        self.events: list[tuple[int | None, int | None]] = reader.rows(
            "SELECT referral, person FROM event WHERE step = ? ORDER BY id", step
        )

    def _numbers(self, what: str, step: int) -> list[int]:
        sql = f"SELECT DISTINCT {what} FROM {what}_version WHERE step = ? ORDER BY {what}"
        return [number for (number,) in self.reader.rows(sql, step)]

    def records(self) -> dict[Subject, _Known]:
        """The people and referrals as they are now, and who each is by a merge."""
        people = {person.id: person for person in self.reader.people(self.people)}
        mergers = self.reader.mergers_of(self.people)
        referrals = {r.id: r for r in self.reader.referrals(self.referrals)}
        found: dict[Subject, _Known] = {
            ("person", number): (people.get(number), mergers.get(number)) for number in self.people
        }
        found |= {("referral", number): (referrals.get(number), None) for number in self.referrals}
        return found

    def subjects(self) -> list[Subject]:
        """The referrals and people that the step was about, in the order of its rows."""
        on: list[Subject] = [("referral", number) for number in self.referrals]
        for number, person in self.events:
            if number is not None:
                on.append(("referral", number))
            elif person is not None:
                on.append(("person", person))
        on += [("person", number) for number in self.people]
        return list(dict.fromkeys(on))

    def mark(self, journal: Journal) -> None:
        """Marks the subjects of the rows as things stand; called before and after the change."""
        projector, reader = journal.projector, self.reader
        mergers = reader.mergers_of(self.people)
        for number in self.people:
            self._mark_person(journal, number, mergers.get(number))
        for referral in reader.referrals(self.referrals):
            projector.mark_referral_and_chain(referral)
        for referral in reader.referrals(r for r, _ in self.events if r is not None):
            projector.mark_referral(referral)
        on_people = [person for _, person in self.events if person is not None]
        mergers = reader.mergers_of(on_people)
        for person in on_people:
            projector.mark_person(mergers.get(person, person))
        if (None, None) in self.events:
            projector.mark_pauses()

    def _mark_person(self, journal: Journal, number: int, merger: int | None) -> None:
        projector, reader = journal.projector, self.reader
        projector.mark_person(number)
        if merger is None:
            return
        # Events on the one concern the referrals of the other as well.
        projector.mark_person(merger)
        for role in ROLES:
            for referral in reader.referrals_of(role, [number, merger]):
                projector.mark_referral_and_chain(referral)


_TABLES = {"people": "person_version", "referrals": "referral_version", "events": "event"}
