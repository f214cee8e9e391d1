"""People as vCard 3.0, which every phone and address book reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reftrack.domain.people import Person
from reftrack.exchange import plain

# RFC 2426: a line longer than 75 octets is to be folded.
_OCTETS = 75


def vcard_text(people: Iterable[Person]) -> str:
    """A card a person: name, phone, email and company, and nothing else that is known of them."""
    return "".join(f"{line}\r\n" for person in people for line in _card(person))


def _card(person: Person) -> Iterator[str]:
    given, _, family = plain.one_line(person.name).rpartition(" ")
    if not given:
        given, family = family, ""
    yield from ("BEGIN:VCARD", "VERSION:3.0", "PRODID:-//reftrack//reftrack//EN")
    yield from _folded(f"UID:{_escaped(person.uid)}")
    yield from _folded(f"FN:{_escaped(person.name)}")
    yield from _folded(f"N:{_escaped(family)};{_escaped(given)};;;")
    for name, value in (
        ("TEL;TYPE=VOICE", person.phone),
        ("EMAIL;TYPE=INTERNET", person.email),
        ("ORG", person.company),
    ):
        if value is not None:
            yield from _folded(f"{name}:{_escaped(value)}")
    yield "END:VCARD"


def _escaped(text: str) -> str:
    text = plain.one_line(text).replace("\\", "\\\\")
    return text.replace(",", "\\,").replace(";", "\\;")


def _folded(line: str) -> Iterator[str]:
    """The line in pieces of at most 75 octets, none of which ends within a letter."""
    piece, size = "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > _OCTETS:
            yield piece
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    yield piece
