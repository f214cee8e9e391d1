"""What was typed into the referral or the person that is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from reftrack.cli.output import say_aside
from reftrack.domain.people import Person, checked_name, short
from reftrack.domain.referrals import Referral
from reftrack.domain.spelling import name_key, nearest
from reftrack.errors import Ambiguous, BadInput, NotFound
from reftrack.store.outlook import Outlook
from reftrack.store.reader import Reader

_CHOICES_SHOWN = 12
_NUMBER = re.compile(r"[0-9]+", re.ASCII)
_PERSON_NUMBER = re.compile(r"@([0-9]+)", re.ASCII)
_NUMBER_LIMIT = 2**63


@dataclass
class NewPerson:
    """A whole new name: `near` are people who may be meant by it."""

    name: str
    near: list[Person] = field(default_factory=list)


class Names:
    """Finds what names mean in one book."""

    def __init__(self, outlook: Outlook) -> None:
        self.outlook = outlook
        self.reader: Reader = outlook.reader

    # Referrals.

    def referral(self, text: str) -> Referral:
        """REF: a number, or the prospect's name or the beginning of a word of it."""
        if (number := _number(text)) is not None:
            return self._numbered_referral(number, text)
        if _PERSON_NUMBER.fullmatch(text):
            raise BadInput(
                f"{text} is a person; a referral is wanted here.",
                f"Their referrals are listed by: reftrack show {text}",
            )
        found = self._by_prospect(self._key(text))
        if len(found) == 1:
            return found[0]
        if found:
            raise self._several(text, found, [])
        people = self._people_fitting(self._key(text))
        if len(people) == 1:
            named = f"{people[0].name} (@{people[0].id})"
            raise NotFound(
                f"{named} is the prospect of no referral.",
                f"Name the referral that is meant: reftrack show @{people[0].id}",
            )
        raise self._nothing(text, "referral")

    def referrals(self, texts: Sequence[str]) -> list[Referral]:
        """Several REFs, each once."""
        return list({referral.id: referral for referral in map(self.referral, texts)}.values())

    def referral_or_person(self, text: str) -> Referral | Person:
        """A bare number is always a referral; a name that fits both is asked back."""
        if (number := _number(text)) is not None:
            return self._numbered_referral(number, text)
        if _PERSON_NUMBER.fullmatch(text) or "@" in text:
            return self.person(text)
        key = self._key(text)
        everybody = self._people_fitting(key)
        referrals = self._by_prospect(key)
        sources = {r.source for r in self.reader.referrals_of("source", [p.id for p in everybody])}
        people = [person for person in everybody if person.id in sources]
        if not referrals and not people:
            people = everybody
        fitting: list[Referral | Person] = [*referrals, *people]
        if len(fitting) == 1:
            return fitting[0]
        if not fitting:
            raise self._nothing(text, "referral or person")
        raise self._several(text, referrals, people)

    def is_prospect(self, text: str) -> bool:
        """Whether a referral answers to this name."""
        return bool(self._by_prospect(self._key(text)))

    def _numbered_referral(self, number: int, text: str) -> Referral:
        referral = self.reader.referral(number) if number < _NUMBER_LIMIT else None
        if referral is not None and referral.received_at > self.outlook.horizon > self.outlook.now:
            # There is one all the same: it must not be said that there is none.
            raise NotFound(
                f"referral {number} lies more than two days ahead of this computer's clock.",
                "Set the clock, if it is wrong. What recorded the referral: reftrack undo --list",
            )
        if referral is None or referral.received_at > self.outlook.horizon:
            raise NotFound(
                f"there is no referral {short(text.strip(), 20)}.",
                "`reftrack list --all` shows them with their numbers.",
            )
        return referral

    def _by_prospect(self, key: str) -> list[Referral]:
        people = [person.id for person in self._people_fitting(key)]
        found = [
            referral
            for referral in self.reader.referrals_of("prospect", people)
            if referral.received_at <= self.outlook.horizon
        ]
        standings = self.outlook.standings(referral.id for referral in found)
        live = [r for r in found if r.id in standings and standings[r.id].ended_at is None]
        return sorted(live or found, key=lambda referral: referral.id)

    # People.

    def person(self, text: str) -> Person:
        """PERSON: `@7`, an email, a name or the beginning of a word of it."""
        found = self._people(text)
        if len(found) == 1:
            return found[0]
        raise self._several(text, [], found) if found else self._nothing(text, "person")

    def _people(self, text: str) -> list[Person]:
        if numbered := _PERSON_NUMBER.fullmatch(text):
            number = int(numbered[1]) if len(numbered[1]) < 19 else 0
            person = self.reader.person(self.reader.merged_into(number) or number)
            if person is None:
                raise NotFound(
                    f"there is no person {short(text, 20)}.",
                    "`reftrack show NAME` finds people by name.",
                )
            if person.id != number:
                say_aside(f"note: @{number} was merged into {person.name} (@{person.id}).")
            return [person]
        if _number(text) is not None:
            raise BadInput(
                f"{short(text, 20)} is a referral's number; a person is wanted here.",
                "A person is @7, a name or an email.",
            )
        key = self._key(text)
        if "@" in text:
            return self.reader.people_with_email(text.strip())
        return self._people_fitting(key)

    def person_or_new(self, text: str) -> Person | NewPerson:
        """Somebody who may be new: a whole name held by one is that one; beginnings never match."""
        if _number(text) is not None or "@" in text:
            return self.person(text)
        name = checked_name(text)
        found = self.reader.people_named(name_key(name))
        if len(found) == 1:
            return found[0]
        if found:
            raise self._several(text, [], found)
        return NewPerson(name, self._near(name_key(name)))

    def _people_fitting(self, key: str) -> list[Person]:
        return self.reader.people_named(key) or self.reader.people_beginning(key)

    def _near(self, key: str) -> list[Person]:
        """Those whose names are so like it that a slip of the hand is likely."""
        beginnings = {word[:2] for word in key.split()}
        around = {p.id: p for start in beginnings for p in self.reader.people_beginning(start)}
        keys = {name_key(person.name): person for person in around.values()}
        near = {keys[found].id: keys[found] for found in nearest(key, keys, 3, 0.8)}
        # A first name alone, or a whole name of which only the first was known.
        for person in around.values():
            words = set(name_key(person.name).split())
            if words < set(key.split()) or set(key.split()) < words:
                near.setdefault(person.id, person)
        return list(near.values())[:3]

    def _key(self, text: str) -> str:
        if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
            raise BadInput("the name holds a byte that is no text.", "Type it again.")
        key = name_key(text[:1000])
        if not key:
            raise BadInput("the name is empty.", "Say a number, a name, or the beginning of one.")
        return key

    # What to say where it is not one.

    def _nothing(self, text: str, what: str) -> NotFound:
        near = self._near(self._key(text)) if "@" not in text else []
        hint = (
            f"Did you mean {' or '.join(f'{p.name} (@{p.id})' for p in near)}?"
            if near
            else "`reftrack list --all` shows all referrals, `reftrack show NAME` a person."
        )
        if not near and len(text.split()) > 3:
            hint = "A name is a few words at most; what you remember of it goes into --note."
        return NotFound(f"no {what} answers to '{short(text)}'.", hint)

    def _several(
        self, text: str, referrals: Sequence[Referral], people: Sequence[Person]
    ) -> Ambiguous:
        lines = [*self.described(referrals), *(described_person(person) for person in people)]
        more = len(lines) - _CHOICES_SHOWN
        if more > 0:
            lines = [*lines[:_CHOICES_SHOWN], f"… and {more} more"]
        return Ambiguous(
            f"'{short(text)}' fits several.",
            tuple(lines),
            "Say which by its number.",
        )

    def described(self, referrals: Iterable[Referral]) -> list[str]:
        """Referrals as a line each, with number, names and stage."""
        chosen = list(referrals)
        numbers = {number for r in chosen for number in (r.source, r.prospect)}
        names = {person.id: person.name for person in self.reader.people(numbers)}
        standings = self.outlook.standings(referral.id for referral in chosen)
        return [
            f"{r.id}  {names[r.prospect]}, from {names[r.source]} ({standings[r.id].stage})"
            for r in chosen
        ]


def described_person(person: Person) -> str:
    """A person on a line, with their number and what tells them from a namesake."""
    known = [text for text in (person.company, person.email, person.phone) if text]
    return f"@{person.id}  {person.name}" + (f", {known[0]}" if known else "")


def _number(text: str) -> int | None:
    """A bare number, None for anything else; one too long to be real is too large to exist."""
    bare = text.strip()
    if not _NUMBER.fullmatch(bare):
        return None
    return int(bare) if len(bare) < 19 else _NUMBER_LIMIT
