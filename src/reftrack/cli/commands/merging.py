"""`merge`: two names of one person become one."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from reftrack.cli.asking import confirmed, wanted
from reftrack.cli.here import Desk, Here
from reftrack.cli.naming import Names
from reftrack.cli.output import is_terminal, safe, say
from reftrack.cli.recording import answer
from reftrack.cli.screen import show_facts
from reftrack.domain.counting import counted
from reftrack.domain.people import TEXT_LIMIT, Person
from reftrack.domain.referrals import Referral
from reftrack.errors import BadInput, Refused
from reftrack.store.reader import Reader

_EXAMPLE = "reftrack merge @4 @1"

# What one may lack and take from the other, as it is called.
_TAKEN = {
    "email": "email",
    "phone": "phone",
    "company": "company",
    "relation": "relation",
    "updates": "wish for news",
    "channel": "way to hear",
}


def merge(
    ctx: typer.Context,
    person: Annotated[
        str | None,
        typer.Argument(metavar="PERSON", help="Who is to become the other.", show_default=False),
    ] = None,
    into: Annotated[
        str | None,
        typer.Argument(metavar="INTO", help="Who stays, name and number.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Make two names of one person one: all of PERSON's becomes INTO's."""
    here: Here = ctx.obj
    which = wanted(person, "Who is to become the other", _EXAMPLE)
    names = (which, wanted(into, "Into whom", _EXAMPLE))
    if not yes:
        if not is_terminal():
            command = shlex.join(["reftrack", "merge", *names, "--yes"])
            raise BadInput("merging wants a yes.", f"Say it with --yes: {command}")
        chosen = _shown(here, names)
        if not confirmed(f"Are they one person, {chosen[1].name} (@{chosen[1].id})?"):
            say("Nothing was merged.")
            return
        names = (f"@{chosen[0].id}", f"@{chosen[1].id}")
    with here.recording("merge") as desk:
        one, other = _two(Names(desk.outlook), names)
        lines = answer(desk, _merged(desk, one, other), [("person", other.id)])
    say(*lines)


def _two(names: Names, texts: tuple[str, str]) -> tuple[Person, Person]:
    one, other = names.person(texts[0]), names.person(texts[1])
    if one.id == other.id:
        raise Refused(
            f"both are {one.name} (@{one.id}), who is one person already.",
            "Name two people by their numbers: " + _EXAMPLE,
        )
    return one, other


# Before it is done.


def _shown(here: Here, texts: tuple[str, str]) -> tuple[Person, Person]:
    """The two, shown with what they have; nothing is locked while the question waits."""
    with here.outlook() as outlook:
        if outlook is None:
            raise here.no_book()
        one, other = _two(Names(outlook), texts)
        pages = [(_named(each), _facts(outlook.reader, each)) for each in (one, other)]
        pair = {one.id, other.id}
        theirs = _referrals(outlook.reader, one)
        between = [referral for referral in theirs if {referral.source, referral.prospect} == pair]
    for place, (title, facts) in enumerate(pages):
        show_facts(title, facts, is_first=place == 0)
    notes = [f"{referral.id} would become new business of one person." for referral in between]
    say("", *notes, f"{safe(other.name)} would keep name and number, and get all of the other's.")
    return one, other


def _facts(reader: Reader, person: Person) -> list[tuple[str, str]]:
    facts = [(label.capitalize(), getattr(person, key) or "") for key, label in _TAKEN.items()]
    for label, role in (("Sent", "source"), ("Came", "prospect")):
        numbers = sorted(r.id for r in reader.referrals_of(role, [person.id]))
        facts.append((label, ", ".join(map(str, numbers[:12])) + (" …" if numbers[12:] else "")))
    count = len(list(reader.events_on("person", [person.id])))
    facts.append(("Events", f"{count} of their own" if count else ""))
    facts.append(("Note", "a private one" if person.note else ""))
    return facts


def _referrals(reader: Reader, person: Person) -> list[Referral]:
    """The referrals that somebody is part of, by number."""
    parts = [r for role in ("source", "prospect") for r in reader.referrals_of(role, [person.id])]
    return sorted({r.id: r for r in parts}.values(), key=lambda referral: referral.id)


def _named(person: Person) -> str:
    return f"@{person.id}  {person.name}"


# Doing it.


def _merged(desk: Desk, one: Person, other: Person) -> list[str]:
    """Makes them one; what to answer."""
    referrals = len(_referrals(desk.reader, one))
    events = len(list(desk.reader.events_on("person", [one.id])))
    changes = {
        key: getattr(one, key)
        for key in (*_TAKEN, "note")
        if getattr(one, key) is not None and getattr(other, key) is None
    }
    if one.note is not None and other.note not in (None, one.note):
        changes["note"] = _both_notes(one, other)
    became = desk.journal.merge(one, other)
    desk.journal.change_person(other, **changes)

    sentence = f"{one.name} (@{one.id}) is {other.name} now"
    desk.journal.summary.append(f"@{other.id}: {sentence}")
    counts = ((referrals, "referral"), (events, "event"))
    moved = " and ".join(counted(count, what) for count, what in counts if count)
    lines = [f"@{other.id}  {sentence}" + (f": {moved} moved over." if moved else ".")]
    if taken := [_said(key, value) for key, value in changes.items()]:
        lines.append(f"Taken over: {', '.join(taken)}.")
    if left := _left_behind(one, replace(other, **changes)):
        lines.append(f"Left behind: {', '.join(left)}.")
    lines += [_is_new_business(referral, other) for referral in became]
    return lines


def _both_notes(one: Person, other: Person) -> str:
    both = f"{other.note}\n{one.note}"
    if len(both) > TEXT_LIMIT:
        raise Refused(
            "their two private notes are too long for one.",
            f"Shorten one first: reftrack edit @{one.id} --note -",
        )
    return both


def _left_behind(one: Person, other: Person) -> Sequence[str]:
    """What the one had and the other has in a form of their own."""
    return [
        _said(key, getattr(one, key))
        for key in _TAKEN
        if getattr(one, key) not in (None, getattr(other, key))
    ]


def _said(key: str, value: str) -> str:
    return "the private note" if key == "note" else f"{_TAKEN[key]} {value}"


def _is_new_business(referral: Referral, person: Person) -> str:
    return f"{referral.id} is new business of {person.name} now: source and prospect were one."
