"""Undoing and redoing: command by command, back and forth; what was undone stays on record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reftrack.application.fields import OF_PERSON, OF_REFERRAL, PRIVATE
from reftrack.application.results import (
    NO_ANSWERS,
    Answers,
    Choice,
    Doubt,
    Present,
    Recorded,
    Undecided,
)
from reftrack.application.session import Session
from reftrack.application.transaction import Transaction
from reftrack.domain.counting import listed
from reftrack.domain.people import Person, short
from reftrack.domain.referrals import ROLES, Referral
from reftrack.domain.spelling import name_key
from reftrack.errors import BadInput, NotFound, Refused, StoodOn
from reftrack.hints import command
from reftrack.rules.terms import Terms
from reftrack.store.dependents import dependents
from reftrack.store.reader import Reader
from reftrack.store.steps import Step as Step
from reftrack.store.steps import (
    count_of_steps,
    last_steps,
    last_to_undo,
    step_numbered,
    steps_of,
    steps_saying,
    to_redo,
)
from reftrack.wording import times

if TYPE_CHECKING:
    from reftrack.store.undoing import UndoResult

# The most subjects of a command that the answer names; the rest is counted.
_NAMED = 40
_SHOWN = 60

_NUMBER = re.compile(r"[0-9]+", re.ASCII)
# The most letters of the words that name a step.
_LONGEST = 1000

_LISTING = command("undo", list=None)
_NOTHING_SINCE = "Only what was undone last can be, with nothing recorded since."

# The field of each attribute, as `edit` calls it.
_FIELDS = {
    field.attribute: option for table in (OF_PERSON, OF_REFERRAL) for option, field in table.items()
}


# A step by its number, or by the beginning of a word that it says.
StepNamed = int | str | None


@dataclass(frozen=True, slots=True)
class ListedStep:
    """A step, and what can be done about it.

    `on_it` are the later steps that stand on it: while there are any it cannot be undone.
    """

    step: Step
    on_it: tuple[Step, ...]
    can_be_undone: bool
    can_be_redone: bool


@dataclass(frozen=True, slots=True)
class Steps:
    """The last steps, the latest first, undone ones too; `count` is the number of all."""

    present: Present
    steps: tuple[ListedStep, ...]
    count: int


def undo(
    session: Session, step: StepNamed = None, *, answers: Answers = NO_ANSWERS
) -> Recorded | Undecided:
    """Undoes the last command, and called again the one before; or this step alone.

    `step` is the number of one, or words that it says. StoodOn where later steps stand on it.
    """
    return _turn(session, "undo", step, answers)


def redo(
    session: Session, step: StepNamed = None, *, answers: Answers = NO_ANSWERS
) -> Recorded | Undecided:
    """Redoes what was undone last, or this step, as long as nothing was recorded since.

    Refused where it stands on a step that is undone itself.
    """
    return _turn(session, "redo", step, answers)


def steps(session: Session, limit: int) -> Steps | None:
    """The last steps on record, at most `limit`; None where there is no book yet."""
    with session.looking() as outlook:
        if outlook is None:
            return None
        reader, terms = outlook.reader, outlook.terms
        present = Present(outlook.now, terms.calendar.zone)
        shown = last_steps(reader, limit)
        on_them = dependents(reader, terms, [step.id for step in shown if not step.is_undone])
        found = steps_of(reader, {later for on_it in on_them.values() for later in on_it})
        redoable = {step.id: step for step in to_redo(reader)}
        shown_so = []
        for step in shown:
            on_it = tuple(found[later] for later in on_them.get(step.id, ()))
            can_be_redone = step.id in redoable and _stood_on(reader, terms, step, redoable) is None
            can_be_undone = not step.is_undone and not on_it
            shown_so.append(ListedStep(step, on_it, can_be_undone, can_be_redone))
        return Steps(present, tuple(shown_so), count_of_steps(reader))


def _turn(session: Session, verb: str, named: StepNamed, answers: Answers) -> Recorded | Undecided:
    undone = verb == "undo"

    def act(book: Transaction) -> Recorded:
        from reftrack.store.undoing import undo_or_redo

        step = (_to_undo if undone else _to_redo)(book, named)
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


def _to_undo(book: Transaction, named: StepNamed) -> Step:
    """The step to undo: the last that stands, or the one named, on which nothing may stand."""
    reader = book.reader
    if named is None:
        last = last_to_undo(reader)
        if last is None:
            raise Refused("there is nothing to undo.", ("What was undone: ", _LISTING))
        return last
    step = _named_step(book, named, undone=False)
    if step.is_undone:
        back = command("redo", step.number)
        raise Refused(f"step {step.number} is undone already.", ("To bring it back: ", back))
    if on_it := _on_it(book, step):
        first = on_it[-1]
        # The latest may itself be stood on, by steps that do not stand on this one.
        while further := _on_it(book, first):
            first = further[-1]
        raise _stood_upon(step, on_it, first)
    return step


def _on_it(book: Transaction, step: Step) -> tuple[Step, ...]:
    """The later steps that stand on this one, the earliest first."""
    ids = dependents(book.reader, book.outlook.terms, [step.id]).get(step.id, [])
    found = steps_of(book.reader, ids)
    return tuple(found[id_] for id_ in ids)


def _stood_upon(step: Step, on_it: tuple[Step, ...], first: Step) -> StoodOn:
    """The refusal: what stands on the step, and which has to be undone first."""
    said = listed([f"{each.number} ({short(each.summary, _SHOWN)})" for each in on_it])
    stand = "stands" if len(on_it) == 1 else "stand"
    return StoodOn(
        f"step {step.number} cannot be undone: {said} {stand} on it.",
        ("First: ", command("undo", first.number)),
        step=step.number,
        on_it=tuple(each.number for each in on_it),
    )


def _to_redo(book: Transaction, named: StepNamed) -> Step:
    """The step to redo: what was undone last, or the one named, with nothing recorded since."""
    redoable = {step.id: step for step in to_redo(book.reader)}
    if named is None:
        step = next(iter(redoable.values()), None)
        if step is None:
            raise Refused("there is nothing to redo.", _NOTHING_SINCE)
    else:
        step = _named_step(book, named, undone=True)
        if not step.is_undone:
            raise Refused(f"step {step.number} is not undone.", ("What was: ", _LISTING))
        if step.id not in redoable:
            raise Refused(
                f"step {step.number} was undone before something else was recorded.",
                "Only what was undone since then can be redone. Record it again.",
            )
    beneath = _stood_on(book.reader, book.outlook.terms, step, redoable)
    if beneath is not None:
        raise Refused(
            f"step {step.number} stands on {beneath.number} ({short(beneath.summary, _SHOWN)}),"
            " which is undone.",
            ("First: ", command("redo", beneath.number)),
        )
    return step


def _stood_on(reader: Reader, terms: Terms, step: Step, undone: Mapping[int, Step]) -> Step | None:
    """The first of these undone steps that this one stands on; None where there is none."""
    earlier = [id_ for id_ in sorted(undone) if id_ < step.id]
    found = dependents(reader, terms, earlier, redone=step.id)
    return next((undone[id_] for id_ in earlier if step.id in found.get(id_, ())), None)


def _named_step(book: Transaction, named: int | str, *, undone: bool) -> Step:
    """The step of this number, whether it stands or not; or the only such one that says so."""
    typed = str(named).strip()
    typed = book.answers.get(typed, typed)
    if _NUMBER.fullmatch(typed):
        # No number has 19 digits, and SQLite counts no further.
        step = step_numbered(book.reader, int(typed)) if len(typed) < 19 else None
        if step is None:
            raise NotFound(
                f"there is no step {short(typed, 20)}.", ("They are listed by: ", _LISTING)
            )
        return step
    key = name_key(typed[:_LONGEST])
    if not key:
        raise BadInput("the step is empty.", ("Name it by its number: ", _LISTING))
    found = steps_saying(book.reader, key, undone=undone)
    if not found:
        raise NotFound(
            f"no step that can be {'undone' if undone is False else 'redone'} says"
            f" '{short(typed, 40)}'.",
            ("They are listed by: ", _LISTING),
        )
    if len(found) > 1:
        choices = tuple(
            Choice(str(each.number), f"{each.number}  {short(each.summary, _SHOWN)}")
            for each in found
        )
        raise Doubt(Undecided(typed, "Which step?", choices))
    return found[0]


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
    if isinstance(value, bool):
        return "yes" if value else "no"
    return short(str(value), _SHOWN) if value else "none"
