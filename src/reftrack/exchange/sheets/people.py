"""The people in the rows of a spreadsheet: those of the book, and those whom it adds."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from reftrack.domain.counting import listed
from reftrack.domain.people import Person, short
from reftrack.domain.spelling import name_key
from reftrack.exchange.sheets.likeness import Likeness
from reftrack.exchange.sheets.plan import BookExcerpt, SheetPlan
from reftrack.exchange.sheets.sheet import Party, Sheet
from reftrack.exchange.sheets.uids import key_of

# The most namesakes that a reason lists.
_LISTED = 6


def numbers_named(sheet: Sheet) -> set[int]:
    """The people whom a sheet names by their numbers."""
    parties = [party for entry in sheet.entries for party in (entry.prospect, entry.source)]
    return {int(party.name[1:]) for party in parties if party.is_number}


def people_named(sheet: Sheet, everybody: Iterable[Person], merged: dict[int, int]) -> set[int]:
    """The numbers of the known people whom a sheet may mean."""
    parties = [party for entry in sheet.entries for party in (entry.prospect, entry.source)]
    keys = {key_of(party) for party in parties}
    emails = {_email_key(party.email) for party in parties if party.email}
    emails |= {_email_key(party.name) for party in parties if "@" in party.name}
    named = numbers_named(sheet)
    numbers = {merged.get(number, number) for number in named}
    return {
        person.id
        for person in everybody
        if name_key(person.name) in keys
        or person.id in numbers
        or (person.email and _email_key(person.email) in emails)
    }


def _email_key(email: str) -> str:
    return email.strip().casefold()


class Unclear(Exception):
    """The reason why no person of the book can be meant."""


class People:
    """The people of the book and those whom a sheet adds, found by the same rules as in `add`."""

    def __init__(self, known: BookExcerpt, plan: SheetPlan) -> None:
        self.plan = plan
        self.by_id = {person.id: person for person in known.people}
        self.merged = known.merged
        self.by_key: dict[str, list[Person]] = defaultdict(list)
        self.by_email: dict[str, list[Person]] = defaultdict(list)
        self.like = Likeness()
        for person in known.people:
            key = name_key(person.name)
            self.by_key[key].append(person)
            if person.email:
                self.by_email[_email_key(person.email)].append(person)
            self.like.learn(key, f"{person.name} (@{person.id})")
        self.first_new = 1 + max(self.by_id, default=0)
        self.added: dict[int, int] = {}  # the number of a new person, and their line

    def found(self, party: Party) -> Person | None:
        """The person that a row means, None for somebody new; `Unclear` where it cannot be told."""
        if party.is_number:
            number = int(party.name[1:])
            person = self.by_id.get(self.merged.get(number, number))
            if person is None or person.id in self.added:
                raise Unclear(f"there is no person {party.name}")
            return person
        if "@" in party.name:
            return self._addressed(party.name)
        named = self.by_key.get(name_key(party.name), [])
        same = self.by_email.get(_email_key(party.email), []) if party.email else []
        both = [person for person in named if person in same]
        if len(both) == 1:
            return both[0]
        if len(named) == 1:
            return named[0]
        if named:
            raise Unclear(
                f"'{short(party.name)}' is the name of {_numbers(named)}: say which by its number"
            )
        fitting = [person for person in same if _is_form_of(party.name, person.name)]
        return fitting[0] if len(fitting) == 1 else None

    def _addressed(self, email: str) -> Person:
        same = self.by_email.get(_email_key(email), [])
        if len(same) == 1:
            return same[0]
        if same:
            raise Unclear(f"{short(email)} is of {_numbers(same)}: say which by its number")
        raise Unclear(f"nobody known has the address {short(email)}, and a name is wanted")

    def kept(self, party: Party, line: int) -> Person:
        """The person that a row means, added where they are new, with what the row says of them."""
        person = self.found(party)
        if person is None:
            person = self._new(party, line)
        told = {
            "email": party.email,
            "phone": party.phone,
            "company": party.company,
            "relation": party.relation,
        }
        changes = {key: value for key, value in told.items() if value is not None}
        for key, value in list(changes.items()):
            before = getattr(person, key)
            if before is not None:
                del changes[key]
                if name_key(before) != name_key(value):
                    self.plan.remarks.append(
                        f"line {line}: the {key} of {self.called(person)} stays as it is;"
                        " the row has another"
                    )
        if changes:
            self._change(person, changes)
        return self.by_id[person.id]

    def called(self, person: Person) -> str:
        """The person as a name for messages, with the number that a known one has."""
        line = self.added.get(person.id)
        return f"{person.name} (@{person.id})" if line is None else f"{person.name} (line {line})"

    def _new(self, party: Party, line: int) -> Person:
        number = self.first_new + len(self.added)
        person = Person(number, secrets.token_hex(16), party.name)
        key = name_key(party.name)
        near = self.like.near(key)
        if near:
            self.plan.remarks.append(
                f"line {line}: {party.name} is new, and not {' or '.join(near)}"
            )
        self.added[number] = line
        self.by_key[key].append(person)
        self.by_id[number] = person
        self.like.learn(key, f"{person.name} (line {line})")
        return person

    def _change(self, person: Person, changes: dict[str, str]) -> None:
        changed = replace(person, **changes)  # type: ignore[arg-type]
        self.by_id[person.id] = changed
        key = name_key(person.name)
        self.by_key[key] = [changed if p.id == person.id else p for p in self.by_key[key]]
        if "email" in changes:
            self.by_email[_email_key(changes["email"])].append(changed)
        if person.email:
            same = self.by_email[_email_key(person.email)]
            same[:] = [changed if p.id == person.id else p for p in same]
        if person.id not in self.added:
            self.plan.learnt.setdefault(person.id, {}).update(changes)


def _numbers(people: Sequence[Person]) -> str:
    return listed([f"@{person.id}" for person in people], _LISTED)


def _is_form_of(name: str, other: str) -> bool:
    """True if two names at one address can be one person's: `Sam`, `S. Ortiz`, `Sam Ortiz`."""
    one, two = name_key(name).split(), name_key(other).split()
    if set(one) <= set(two) or set(two) <= set(one):
        return True
    return one[-1] == two[-1] and one[0][0] == two[0][0]
