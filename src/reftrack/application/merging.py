"""Merging two names of one person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reftrack.application.naming import Names
from reftrack.application.results import NO_ANSWERS, Answers, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Transaction
from reftrack.domain.counting import counted
from reftrack.domain.people import TEXT_LIMIT, Person
from reftrack.domain.referrals import Referral
from reftrack.errors import Refused
from reftrack.hints import command
from reftrack.store.reader import Reader

# The fields that one may lack and take from the other, with their names in an answer.
_TAKEN = {
    "email": "email",
    "phone": "phone",
    "company": "company",
    "relation": "relation",
    "updates": "wish for news",
    "channel": "way to hear",
}


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two people: the facts about them, a label and a text each."""

    person: Person
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """The two people as they are; `between` are referrals that would become new business of one."""

    one: Side
    other: Side
    between: tuple[Referral, ...]


def merge(
    session: Session, person: str, into: str, *, answers: Answers = NO_ANSWERS
) -> Recorded | Undecided:
    """Makes `person` one with `into`, who keeps name and number; undoing makes them two again."""

    def act(book: Transaction) -> Recorded:
        one, other = _two(book.names, person, into)
        return book.recorded(_merged(book, one, other), [("person", other.id)])

    return session.record("merge", act, answers)


def pair(session: Session, person: str, into: str) -> Pair:
    """The two people before they are merged, for a face that asks first."""
    with session.looking_at_a_book() as outlook:
        reader = outlook.reader
        one, other = _two(session.names(outlook), person, into)
        both = {one.id, other.id}
        between = [r for r in _referrals(reader, one) if {r.source, r.prospect} == both]
        sides = [Side(each, tuple(_facts(reader, each))) for each in (one, other)]
        return Pair(sides[0], sides[1], tuple(between))


def _two(names: Names, person: str, into: str) -> tuple[Person, Person]:
    one, other = names.person(person), names.person(into)
    if one.id == other.id:
        raise Refused(
            f"both are {one.name} (@{one.id}), who is one person already.",
            ("Name two people by their numbers: ", command("merge", "@4", "@1")),
        )
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


def _merged(book: Transaction, one: Person, other: Person) -> list[str]:
    """Makes them one; returns a sentence for each thing that came of it."""
    referrals = len(_referrals(book.reader, one))
    events = len(list(book.reader.events_on("person", [one.id])))
    changes = {
        key: getattr(one, key)
        for key in (*_TAKEN, "note")
        if getattr(one, key) is not None and getattr(other, key) is None
    }
    if one.note is not None and other.note not in (None, one.note):
        changes["note"] = _both_notes(one, other)
    became = book.journal.merge(one, other)
    book.journal.change_person(other, **changes)

    sentence = f"{one.name} (@{one.id}) is {other.name} now"
    book.journal.summary.append(f"@{other.id}: {sentence}")
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
            ("Shorten one first: ", command("edit", f"@{one.id}", note="-")),
        )
    return both


def _left_behind(one: Person, other: Person) -> Sequence[str]:
    """The fields of the one that the other has in another form, and which are not taken."""
    return [
        _said(key, getattr(one, key))
        for key in _TAKEN
        if getattr(one, key) not in (None, getattr(other, key))
    ]


def _said(key: str, value: str) -> str:
    return "the private note" if key == "note" else f"{_TAKEN[key]} {value}"


def _is_new_business(referral: Referral, person: Person) -> str:
    return f"{referral.id} is new business of {person.name} now: source and prospect were one."
