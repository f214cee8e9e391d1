"""Cards compared with the people of a book: who is new, and what known people lacked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from reftrack.domain.people import Person
from reftrack.domain.spelling import name_key, nearest
from reftrack.exchange.cards.meaning import Card, Fault
from reftrack.exchange.cards.reaches import digits_of

# The last digits of a telephone number are the same however its country is dialled.
_LOCAL_DIGITS = 7
_LIKE = 0.8


@dataclass(slots=True)
class Meeting:
    """A person after the cards were added; `known` is the person of the book, None if new.

    `differing` are fields that are kept though a card says otherwise, each with what it says.
    `as_named` are the names on cards that are theirs by the email alone, `near` people of the book
    who may be meant by a new name. `left_out` counts further numbers and addresses.
    """

    person: Person
    known: Person | None = None
    differing: dict[str, str] = field(default_factory=dict)
    as_named: list[str] = field(default_factory=list)
    near: list[Person] = field(default_factory=list)
    left_out: int = 0
    made_of: str = ""

    @property
    def is_filled(self) -> bool:
        """True if a known person gets something that they lacked."""
        return self.known is not None and self.person != self.known

    @property
    def filled(self) -> dict[str, str]:
        """The fields that a known person gets."""
        fresh = {name: getattr(self.person, name) for name in _FIELDS}
        return {name: text for name, text in fresh.items() if text != getattr(self.known, name)}


@dataclass(slots=True)
class CardsPlan:
    """The plan of an import: people in the order of the file, and the cards not taken."""

    meetings: list[Meeting] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    cards: int = 0

    @property
    def new(self) -> list[Meeting]:
        """The people whom the book does not know."""
        return [meeting for meeting in self.meetings if meeting.known is None]

    @property
    def filled(self) -> list[Meeting]:
        """The known people who get something that they lacked."""
        return [meeting for meeting in self.meetings if meeting.is_filled]

    @property
    def differing(self) -> list[Meeting]:
        """The people for whom a card says something else than the book."""
        return [meeting for meeting in self.meetings if meeting.differing or meeting.as_named]

    @property
    def notes(self) -> int:
        """The number of people who get a private note."""
        return sum(
            meeting.person.note is not None
            and (meeting.known is None or meeting.known.note is None)
            for meeting in self.meetings
        )

    @property
    def left_out(self) -> int:
        """The number of further phones and addresses that the book has no place for."""
        return sum(meeting.left_out for meeting in self.meetings)


_FIELDS = ("phone", "email", "company", "note")


def plan_cards(cards: Iterable[Card | Fault], people: Iterable[Person]) -> CardsPlan:
    """The plan for these cards against the people of the book, who are not changed by it.

    A whole name held by one person is that person, as everywhere in reftrack; so is an email, where
    the names are alike. What a card has and the person lacks is filled in; nothing is replaced.
    """
    planner = _Planner(people)
    for card in cards:
        planner.take(card)
    return planner.plan


class _Planner:
    """Goes through the cards one by one; somebody new on one card is known on the next."""

    def __init__(self, people: Iterable[Person]) -> None:
        self.plan = CardsPlan()
        self.met: set[int] = set()
        self.by_name: dict[str, list[Meeting]] = {}
        self.by_email: dict[str, list[Meeting]] = {}
        self.by_word: dict[str, list[Person]] = {}
        for person in people:
            self._enter(Meeting(person, person))
            for word in set(name_key(person.name).split()):
                self.by_word.setdefault(word, []).append(person)

    def _enter(self, meeting: Meeting) -> None:
        self.by_name.setdefault(name_key(meeting.person.name), []).append(meeting)
        self._enter_email(meeting)

    def _enter_email(self, meeting: Meeting) -> None:
        if meeting.person.email is not None:
            self.by_email.setdefault(meeting.person.email.casefold(), []).append(meeting)

    def _list(self, meeting: Meeting) -> None:
        self.met.add(id(meeting))
        self.plan.meetings.append(meeting)

    def take(self, card: Card | Fault) -> None:
        """Finds the person of the card, and gives them what they lack."""
        self.plan.cards += 1
        if isinstance(card, Fault):
            self.plan.faults.append(card)
            return
        found = self._meant(card)
        if len(found) > 1:
            who = ", ".join(
                f"{m.person.name} ({f'@{m.person.id}' if m.known else 'new'})" for m in found
            )
            self.plan.faults.append(Fault(card.line, f"{card.name} may be any of {who}"))
            return
        if not found:
            self._meet(card)
            return
        (meeting,) = found
        if id(meeting) not in self.met:
            self._list(meeting)
        if name_key(card.name) != name_key(meeting.person.name):
            meeting.as_named.append(card.name)
        self._fill(meeting, card)

    def _meant(self, card: Card) -> list[Meeting]:
        named = self.by_name.get(name_key(card.name), [])
        if len(named) < 2:
            return named or self._by_email(card)
        # Namesakes are told apart by the email or phone on the card.
        fitting = [m for m in named if _shares(m.person, card)]
        return fitting if len(fitting) == 1 else named

    def _by_email(self, card: Card) -> list[Meeting]:
        found = [m for email in card.emails for m in self.by_email.get(email.casefold(), ())]
        alike = [m for m in found if _is_same_person(card.name, m.person.name)]
        return list({id(meeting): meeting for meeting in alike}.values())

    def _meet(self, card: Card) -> None:
        person = Person(
            0,
            "",
            card.name,
            email=next(iter(card.emails), None),
            phone=next(iter(card.phones), None),
            company=card.company,
            note=card.note,
        )
        meeting = Meeting(person, near=self._near(card), made_of=card.made_of)
        meeting.left_out = card.others
        self._enter(meeting)
        self._list(meeting)

    def _near(self, card: Card) -> list[Person]:
        """The people of the book who may be meant: they share an email or have a similar name."""
        shared = [m.known for e in card.emails for m in self.by_email.get(e.casefold(), ())]
        words = name_key(card.name).split()
        sharing = [person for word in words for person in self.by_word.get(word, ())]
        alike = [person for person in sharing if _is_like(card.name, person.name)]
        near = {person.id: person for person in (*filter(None, shared), *alike)}
        return list(near.values())[:3]

    def _fill(self, meeting: Meeting, card: Card) -> None:
        """Gives the person of the card what they lack; what differs is listed and left."""
        person = meeting.person
        offered = {
            "phone": next(iter(card.phones), None),
            "email": next(iter(card.emails), None),
            "company": card.company,
            "note": card.note,
        }
        lacking = {name: text for name, text in offered.items() if getattr(person, name) is None}
        fresh: dict[str, Any] = {name: text for name, text in lacking.items() if text is not None}
        meeting.person = replace(person, **fresh)
        for name, text in offered.items():
            if text is not None and name not in lacking and not _has(person, name, card):
                meeting.differing[name] = "another one" if name == "note" else text
        meeting.left_out += card.others
        if person.email is None:
            self._enter_email(meeting)


def _has(person: Person, name: str, card: Card) -> bool:
    """True if the value of the person is on the card too, if not in the first place."""
    kept = str(getattr(person, name))
    if name == "phone":
        return any(_is_same_number(kept, phone) for phone in card.phones)
    if name == "email":
        return kept.casefold() in (email.casefold() for email in card.emails)
    if name == "note":
        return (card.note or "") in kept
    return name_key(kept) == name_key(card.company or "")


def _shares(person: Person, card: Card) -> bool:
    return (person.email is not None and _has(person, "email", card)) or (
        person.phone is not None and _has(person, "phone", card)
    )


def _is_same_number(one: str, other: str) -> bool:
    """True if both numbers ring at one place: 0161 496 0005 abroad is +44 161 496 0005."""
    short, long = sorted(
        (digits_of(number).lstrip("0") for number in (one, other)),
        key=len,
    )
    return short == long or (len(short) >= _LOCAL_DIGITS and long.endswith(short))


def _is_like(one: str, other: str) -> bool:
    """True if one name may be the other's: a part of it, or a slip of the hand away."""
    first, second = name_key(one), name_key(other)
    words, others = set(first.split()), set(second.split())
    return words <= others or others <= words or bool(nearest(first, [second], 1, _LIKE))


def _is_same_person(one: str, other: str) -> bool:
    """True if two names at one address are one person's: families share the last word."""
    first, second = name_key(one), name_key(other)
    words, others = set(first.split()), set(second.split())
    is_part = words <= others or others <= words
    return is_part or (first[0] == second[0] and _is_like(one, other))
