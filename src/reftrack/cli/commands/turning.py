"""`undo` and `redo`: command by command, back and forth; what was undone stays on record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from reftrack.cli.commands.fields import OF_PERSON, OF_REFERRAL, PRIVATE
from reftrack.cli.here import Desk, Here
from reftrack.cli.lines import Fold, Letter, Record, Section
from reftrack.cli.options import Json, Limit
from reftrack.cli.output import safe, say, say_json
from reftrack.cli.recording import answer
from reftrack.cli.screen import show_letter
from reftrack.domain.counting import counted
from reftrack.domain.people import Person, short
from reftrack.domain.referrals import ROLES, Referral
from reftrack.domain.times import text_of
from reftrack.errors import BadInput, Refused
from reftrack.store.reader import Reader
from reftrack.store.steps import Step, count_of_steps, first_to_redo, last_steps, last_to_undo
from reftrack.wording import times

if TYPE_CHECKING:
    from reftrack.store.turning import Turned

SCHEMA = "reftrack.steps/1"

# Of a command on very many, the answer names so many; the rest is counted.
_NAMED = 40
_LISTED = 20

_SHOWN = 60

# The field of each attribute, as `edit` calls it.
_FIELDS = {
    field.attribute: option for table in (OF_PERSON, OF_REFERRAL) for option, field in table.items()
}


def undo(
    ctx: typer.Context,
    list_: Annotated[
        bool, typer.Option("--list", help="Undo nothing: what was recorded, and what undone.")
    ] = False,
    limit: Limit = None,
    json: Json = False,
) -> None:
    """Take the last command back; again takes back the one before. `redo` brings it back."""
    here: Here = ctx.obj
    if list_:
        _list(here, limit, is_json=json)
        return
    if json or limit is not None:
        raise BadInput("--json and --limit go with --list.", "See: reftrack undo --list")
    say(*_turned(here, undone=True))


def redo(ctx: typer.Context) -> None:
    """Bring back what `undo` took, as long as nothing else was recorded since."""
    say(*_turned(ctx.obj, undone=False))


def _turned(here: Here, *, undone: bool) -> list[str]:
    with here.recording("undo" if undone else "redo") as desk:
        from reftrack.store.turning import turn

        step = last_to_undo(desk.reader) if undone else first_to_redo(desk.reader)
        if step is None and undone:
            raise Refused("there is nothing to undo.", "What was undone: reftrack undo --list")
        if step is None:
            raise Refused(
                "there is nothing to redo.",
                "Only what was undone last can be, with nothing recorded since.",
            )
        turned = turn(desk.journal, step, undone=undone)
        said = "Undone" if undone else "Redone"
        other = "To bring it back: reftrack redo" if undone else "To take it back: reftrack undo"
        when = times.stamp(step.at, desk.zone)
        lines = [f"{said}: {step.command}, of {when}.", f"  {step.summary}"]
        following = answer(desk, [], turned.subjects[:_NAMED])
        changes = [*_changes(desk, turned, "back" if undone else "again")]
        more = len(changes) - _NAMED
        lines += [f"  {line}" for line in changes[:_NAMED]]
        lines += [f"  … and {more} more."] if more > 0 else []
    return [*map(safe, lines), *following, other]


def _changes(desk: Desk, turned: Turned, way: str) -> Iterator[str]:
    """What came back and what went, field by field; of what is private only that it did."""
    reader = desk.reader
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
            texts = [_text(desk, attribute, value, names) for value in pair]
            said = f"changed {way}" if attribute in PRIVATE else " → ".join(texts)
            yield f"{it}  {name}: {_FIELDS[attribute]}: {said}"


def _named(reader: Reader, record: Person | Referral | None, names: Mapping[int, str]) -> str:
    """What it is called; who went with the step is called what they were."""
    if isinstance(record, Referral):
        both = [_person(reader, n, names) for n in (record.prospect, record.source)]
        return both[0] if record.is_expansion else f"{both[0]}, from {both[1]}"
    return "" if record is None else record.name


def _person(reader: Reader, number: int, names: Mapping[int, str]) -> str:
    person = reader.person(number)
    return names.get(number) or (f"{person.name} (@{number})" if person else f"@{number}")


def _text(desk: Desk, attribute: str, value: object, names: Mapping[int, str]) -> str:
    if attribute in ROLES and isinstance(value, int):
        return _person(desk.reader, value, names)
    if isinstance(value, datetime):
        return times.stamp(value, desk.zone)
    return short(str(value), _SHOWN) if value else "none"


def _list(here: Here, limit: int | None, *, is_json: bool) -> None:
    with here.outlook() as outlook:
        if outlook is None:
            if is_json:
                say_json({"schema": SCHEMA, "steps": []})
            else:
                show_letter(Letter("", "", closing=here.without_a_book()))
            return
        shown = last_steps(outlook.reader, limit or _LISTED)
        count = count_of_steps(outlook.reader)
        now, zone = outlook.now, outlook.terms.calendar.zone
    if is_json:
        say_json({"schema": SCHEMA, "steps": [_document(step) for step in shown]})
        return
    records = [
        Record(
            "undone" if step.is_undone else "",
            step.summary,
            times.moment(step.at, now, zone),
            step.command,
            "",
            (),
        )
        for step in shown
    ]
    letter = Letter(times.heading(now, zone), f"{counted(count, 'command')} recorded.")
    letter.sections = [Section("THE LAST FIRST", records)] if records else []
    if len(shown) < count:
        again = f"reftrack undo --list --limit {count}"
        letter.folds = [Fold("MORE", f"{count - len(shown)} earlier", again)]
    show_letter(letter)


def _document(step: Step) -> dict[str, object]:
    return {
        "id": step.number,
        "at": text_of(step.at),
        "command": step.command,
        "summary": step.summary,
        "undone": step.is_undone,
    }
