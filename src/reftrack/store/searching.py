"""Where a text stands in the book: folded, as people remember it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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
class Finding:
    """Where it was found: in which `field` of whom or what, and the whole text that stands there.

    `referral` and `person` are numbers, at most one of them set.
    """

    field: str
    text: str
    referral: int | None = None
    person: int | None = None
    is_private: bool = False


def folded(text: str) -> str:
    """`text` as it is compared: case, accents and blanks folded."""
    # Most of a book is ASCII, for which the same is found twenty times as quickly.
    return " ".join(text.lower().split()) if text.isascii() else name_key(text)


class Search:
    """Looks for one text in one book as it stood at an instant."""

    def __init__(self, reader: Reader, text: str, instant: datetime) -> None:
        self.reader = reader
        self.key = folded(text)
        self.then = text_of(instant)
        digits = "".join(sign for sign in self.key if sign.isdigit())
        is_number = len(digits) >= _FEWEST_DIGITS and set(self.key) <= _NUMBER_SIGNS
        # 020 abroad is +44 20: the noughts in front are for dialling.
        self.digits = digits.lstrip("0") if is_number else ""

    def _is_in(self, text: str | None) -> bool:
        return text is not None and self.key in folded(text)

    def people(self) -> Iterator[Finding]:
        """Those whose name has a word that begins so, or whose email, phone or company has it."""
        named = {person.id for person in self.reader.people_beginning(self.key)}
        for person in self.reader.everybody():
            found = ("name", person.name) if person.id in named else self._reach(person)
            if found is not None:
                yield Finding(*found, person=person.id)

    def _reach(self, person: Person) -> tuple[str, str] | None:
        if person.phone is not None and self.digits:
            digits = "".join(sign for sign in person.phone if sign.isdigit())
            if self.digits in digits:
                return ("phone", person.phone)
        for field in ("email", "company"):
            if self._is_in(text := getattr(person, field)):
                return (field, text)
        return None

    def referrals(self) -> Iterator[Finding]:
        """By the tie, the need, and what others were told."""
        for referral in self._referrals("tie IS NOT NULL OR need IS NOT NULL"):
            if referral.tie is not None and self._is_in(referral.tie):
                yield Finding("tie", referral.tie, referral=referral.id)
            if referral.need is not None and self._is_in(referral.need):
                yield Finding("need", referral.need, referral=referral.id, is_private=True)
        sql = (
            "SELECT kind, referral, data FROM live_event"
            " WHERE referral IS NOT NULL AND data <> '{}' AND at <= ? ORDER BY referral, at, id"
        )
        for kind, number, data in self.reader.connection.execute(sql, (self.then,)):
            for text in _told(json.loads(data)):
                if self._is_in(text):
                    yield Finding(kind, text, referral=number)

    def _referrals(self, where: str) -> Iterator[Referral]:
        sql = f"SELECT {REFERRAL} FROM live_referral WHERE ({where}) AND received_at <= ?"
        return map(referral_of, self.reader.connection.execute(f"{sql} ORDER BY id", (self.then,)))

    def notes(self) -> Iterator[Finding]:
        """In private notes: of people, of referrals, of what happened."""
        people = f"SELECT {PERSON} FROM live_person WHERE note IS NOT NULL AND merged_into IS NULL"
        for person in map(person_of, self.reader.rows(f"{people} ORDER BY id")):
            if person.note is not None and self._is_in(person.note):
                yield Finding("note", person.note, person=person.id, is_private=True)
        for referral in self._referrals("note IS NOT NULL"):
            if referral.note is not None and self._is_in(referral.note):
                yield Finding("note", referral.note, referral=referral.id, is_private=True)
        sql = (
            "SELECT kind, referral, person, note FROM live_event"
            " WHERE note IS NOT NULL AND at <= ? ORDER BY at, id"
        )
        for kind, number, person_, note in self.reader.connection.execute(sql, (self.then,)):
            if self._is_in(note):
                yield Finding(kind, note, referral=number, person=person_, is_private=True)


def _told(data: Mapping[str, object]) -> Iterator[str]:
    """What an event on a referral says that others may hear."""
    for key in ("text", "gift"):
        if isinstance(text := data.get(key), str):
            yield text
