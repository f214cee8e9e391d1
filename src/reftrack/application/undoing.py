"""Undoing and redoing: command by command, back and forth; what was undone stays on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reftrack.application.fields import OF_PERSON, OF_REFERRAL, PRIVATE
from reftrack.application.results import NO_ANSWERS, Answers, Present, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Transaction
from reftrack.domain.people import Person, short
from reftrack.domain.referrals import ROLES, Referral
from reftrack.errors import Refused
from reftrack.hints import command
from reftrack.store.reader import Reader
from reftrack.store.steps import Step as Step
from reftrack.store.steps import count_of_steps, first_to_redo, last_steps, last_to_undo
from reftrack.wording import times

if TYPE_CHECKING:
    from reftrack.store.undoing import UndoResult

# The most subjects of a command that the answer names; the rest is counted.
_NAMED = 40
_SHOWN = 60

# The field of each attribute, as `edit` calls it.
_FIELDS = {
    field.attribute: option for table in (OF_PERSON, OF_REFERRAL) for option, field in table.items()
}


@dataclass(frozen=True, slots=True)
class Steps:
    """The last steps, the latest first, undone ones too; `count` is the number of all."""

    present: Present
    steps: tuple[Step, ...]
    count: int


def undo(session: Session, *, answers: Answers = NO_ANSWERS) -> Recorded | Undecided:
    """Undoes the last command; called again, the one before."""
    return _turn(session, "undo", answers)


def redo(session: Session, *, answers: Answers = NO_ANSWERS) -> Recorded | Undecided:
    """Redoes what was undone last, as long as nothing else was recorded since."""
    return _turn(session, "redo", answers)


def steps(session: Session, limit: int) -> Steps | None:
    """The last steps on record, at most `limit`; None where there is no book yet."""
    with session.looking() as outlook:
        if outlook is None:
            return None
        present = Present(outlook.now, outlook.terms.calendar.zone)
        shown = last_steps(outlook.reader, limit)
        return Steps(present, tuple(shown), count_of_steps(outlook.reader))


def _turn(session: Session, verb: str, answers: Answers) -> Recorded | Undecided:
    undone = verb == "undo"

    def act(book: Transaction) -> Recorded:
        from reftrack.store.undoing import undo_or_redo

        step = last_to_undo(book.reader) if undone else first_to_redo(book.reader)
        if step is None and undone:
            listing = command("undo", list=None)
            raise Refused("there is nothing to undo.", ("What was undone: ", listing))
        if step is None:
            raise Refused(
                "there is nothing to redo.",
                "Only what was undone last can be, with nothing recorded since.",
            )
        turned = undo_or_redo(book.journal, step, undone=undone)
        said = "Undone" if undone else "Redone"
        when = times.stamp(step.at, book.zone)
        recorded = book.recorded([], turned.subjects[:_NAMED], settles=False)
        changes = [*_changes(book, turned, "back" if undone else "again")]
        lines = [f"{said}: {step.command}, of {when}.", f"  {step.summary}"]
        lines += [f"  {line}" for line in changes[:_NAMED]]
        more = len(changes) - _NAMED
        lines += [f"  … and {more} more."] if more > 0 else []
        return recorded._replace(lines=tuple(lines))

    return session.record(verb, act, answers)


def _changes(book: Transaction, turned: UndoResult, way: str) -> Iterator[str]:
    """The changes, one by one, field by field; of private fields only that they changed."""
    reader = book.reader
    records = [change.is_ or change.was for change in turned.changes]
    people = [record for record in records if isinstance(record, Person)]
    names = {person.id: f"{person.name} (@{person.id})" for person in people}
    for change, record in zip(turned.changes, records, strict=True):
        number = change.subject[1]
        it = f"@{number}" if isinstance(record, Person) else str(number)
        name = _named(reader, record, names)
        if change.was is None or change.is_ is None:
            yield f"{it}  {name}: {'on record again' if change.is_ else 'on record no more'}"
        if change.parted:
            yield f"{it}  {name}: somebody of their own again"
        if change.joined and (merger := reader.merged_into(number)):
            yield f"{it}  {name}: {_person(reader, merger, names)} again"
        for attribute, pair in change.fields().items():
            texts = [_text(book, attribute, value, names) for value in pair]
            said = f"changed {way}" if attribute in PRIVATE else " → ".join(texts)
            yield f"{it}  {name}: {_FIELDS[attribute]}: {said}"


def _named(reader: Reader, record: Person | Referral | None, names: Mapping[int, str]) -> str:
    """The name of a record; one that went with the step has the name that it had."""
    if isinstance(record, Referral):
        both = [_person(reader, n, names) for n in (record.prospect, record.source)]
        return both[0] if record.is_expansion else f"{both[0]}, from {both[1]}"
    return "" if record is None else record.name


def _person(reader: Reader, number: int, names: Mapping[int, str]) -> str:
    person = reader.person(number)
    return names.get(number) or (f"{person.name} (@{number})" if person else f"@{number}")


def _text(book: Transaction, attribute: str, value: object, names: Mapping[int, str]) -> str:
    if attribute in ROLES and isinstance(value, int):
        return _person(book.reader, value, names)
    if isinstance(value, datetime):
        return times.stamp(value, book.zone)
    return short(str(value), _SHOWN) if value else "none"
