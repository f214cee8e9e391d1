"""The search for a text in the book: name_key, as people remember it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.domain.spelling import name_key
from reftrack.domain.times import text_of
from reftrack.store.reader import Reader
from reftrack.store.rows import PERSON, REFERRAL, person_of, referral_of

# Fewer digits than this stand in every telephone number.
_FEWEST_DIGITS = 3
_NUMBER_SIGNS = frozenset("+()-./ 0123456789")


@dataclass(frozen=True, slots=True)
class Match:
    """One place where the text was found: the `field`, and the whole text of it.

    `referral` and `person` are numbers, at most one of them set.
    """

    field: str
    text: str
    referral: int | None = None
    person: int | None = None
    is_private: bool = False


class Search:
    """Looks for one text in one book as it stood at an instant."""

    def __init__(self, reader: Reader, text: str, instant: datetime) -> None:
        self.reader = reader
        self.key = name_key(text)
        self.then = text_of(instant)
        digits = "".join(sign for sign in self.key if sign.isdigit())
        is_number = len(digits) >= _FEWEST_DIGITS and set(self.key) <= _NUMBER_SIGNS
        # 020 abroad is +44 20: the noughts in front are for dialling.
        self.digits = digits.lstrip("0") if is_number else ""

    def _is_in(self, text: str | None) -> bool:
        return text is not None and self.key in name_key(text)

    def people(self) -> Iterator[Match]:
        """The people with a word in the name that begins so, or whose other details have it.

        A name that they had before counts where nothing of today does. Then those to whom something
        was promised in these words.
        """
        named = {person.id for person in self.reader.people_beginning(self.key)}
        former = self.reader.former_names(p.id for p in self.reader.people_formerly(self.key))
        for person in self.reader.everybody():
            found = ("name", person.name) if person.id in named else self._reach(person)
            if found is None and person.id in former:
                found = ("former-name", self._matching(former[person.id]))
            if found is not None:
                yield Match(*found, person=person.id)
        yield from self._told_on("person")

    def _matching(self, names: Sequence[str]) -> str:
        return next(name for name in names if f" {self.key}" in f" {name_key(name)}")

    def _reach(self, person: Person) -> tuple[str, str] | None:
        if person.phone is not None and self.digits:
            digits = "".join(sign for sign in person.phone if sign.isdigit())
            if self.digits in digits:
                return ("phone", person.phone)
        for field in ("email", "company"):
            if self._is_in(text := getattr(person, field)):
                return (field, text)
        return None

    def referrals(self) -> Iterator[Match]:
        """The referrals with it in the tie, the need, or what others were told."""
        for referral in self._referrals("tie IS NOT NULL OR need IS NOT NULL"):
            if referral.tie is not None and self._is_in(referral.tie):
                yield Match("tie", referral.tie, referral=referral.id)
            if referral.need is not None and self._is_in(referral.need):
                yield Match("need", referral.need, referral=referral.id, is_private=True)
        yield from self._told_on("referral")

    def _told_on(self, subject: str) -> Iterator[Match]:
        """The events on referrals, or on people, with it in what others were told."""
        sql = (
            f"SELECT kind, {subject}, data FROM live_event"
            f" WHERE {subject} IS NOT NULL AND data <> '{{}}' AND at <= ?"
            f" ORDER BY {subject}, at, id"
        )
        for kind, number, data in self.reader.connection.execute(sql, (self.then,)):
            for text in _told(json.loads(data)):
                if self._is_in(text):
                    yield Match(kind, text, **{subject: number})

    def _referrals(self, where: str) -> Iterator[Referral]:
        sql = f"SELECT {REFERRAL} FROM live_referral WHERE ({where}) AND received_at <= ?"
        return map(referral_of, self.reader.connection.execute(f"{sql} ORDER BY id", (self.then,)))

    def notes(self) -> Iterator[Match]:
        """The private notes with it: of people, of referrals, of events."""
        people = f"SELECT {PERSON} FROM live_person WHERE note IS NOT NULL AND merged_into IS NULL"
        for person in map(person_of, self.reader.rows(f"{people} ORDER BY id")):
            if person.note is not None and self._is_in(person.note):
                yield Match("note", person.note, person=person.id, is_private=True)
        for referral in self._referrals("note IS NOT NULL"):
            if referral.note is not None and self._is_in(referral.note):
                yield Match("note", referral.note, referral=referral.id, is_private=True)
        sql = (
            "SELECT kind, referral, person, note FROM live_event"
            " WHERE note IS NOT NULL AND at <= ? ORDER BY at, id"
        )
        for kind, number, person_, note in self.reader.connection.execute(sql, (self.then,)):
            if self._is_in(note):
                yield Match(kind, note, referral=number, person=person_, is_private=True)


def _told(data: Mapping[str, object]) -> Iterator[str]:
    """The shareable texts of an event."""
    for key in ("text", "gift"):
        if isinstance(text := data.get(key), str):
            yield text
