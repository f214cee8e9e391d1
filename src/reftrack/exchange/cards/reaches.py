"""The phones and emails on a card, the one to keep first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

from reftrack.domain.people import LINE_LIMIT
from reftrack.exchange import plain
from reftrack.exchange.cards.lines import Property
from reftrack.exchange.cards.values import CardValues


class Reaches:
    """The numbers and addresses on one card."""

    def __init__(self, values: CardValues) -> None:
        self.values = values
        self.labels = {
            found.group: values.text(found).casefold()
            for found in values.all("X-ABLABEL")
            if found.group
        }

    def phones(self) -> tuple[str, ...]:
        """The phone numbers at which somebody answers."""
        voice = [found for found in self._ranked("TEL") if not self._is_no_voice(found)]
        numbers = (_number(self.values.text(found)) for found in voice)
        return _each_once((digits_of(number), number) for number in numbers if number)

    def emails(self) -> tuple[str, ...]:
        """The email addresses."""
        addresses = (_address(self.values.text(found)) for found in self._ranked("EMAIL"))
        return _each_once((address.casefold(), address) for address in addresses if address)

    def count(self) -> int:
        """The number of phones and addresses, faxes too, each counted once."""
        texts = [plain.one_line(self.values.text(f)) for f in self.values.all("TEL", "EMAIL")]
        keys = {("@" not in text and digits_of(text)) or text.casefold() for text in texts}
        return len(keys - {""})

    def _ranked(self, name: str) -> list[Property]:
        """The properties of this name: the preferred first, then mobile numbers."""
        return sorted(
            self.values.all(name),
            key=lambda found: (found.preference, not self._is_mobile(found)),
        )

    def _words_of(self, found: Property) -> str:
        return " ".join([*found.types, self.labels.get(found.group, "")])

    def _is_mobile(self, found: Property) -> bool:
        words = self._words_of(found)
        return found.name == "TEL" and any(word in words for word in ("cell", "mobil", "iphone"))

    def _is_no_voice(self, found: Property) -> bool:
        words = self._words_of(found)
        return "voice" not in found.types and any(
            word in words for word in ("fax", "pager", "modem")
        )


def _each_once(keyed: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The first item of each key, in order."""
    kept: dict[str, str] = {}
    for key, text in keyed:
        kept.setdefault(key, text)
    return tuple(kept.values())


def _number(text: str) -> str | None:
    """A telephone number as it is dialled; None for what has no digit."""
    number = plain.one_line(text)
    if number[:4].casefold() == "tel:":
        number, *more = unquote(number[4:]).split(";")
        extension = [part[4:] for part in more if part.casefold().startswith("ext=")]
        number = " ext ".join([number, *extension[:1]]).strip()
    if len(number) > LINE_LIMIT or not any(sign.isdigit() for sign in number):
        return None
    return number


def digits_of(number: str) -> str:
    """The digits of a number, by which it is the same in whatever form."""
    return "".join(sign for sign in number if sign.isdigit())


def _address(text: str) -> str | None:
    """An email address; None for what is none, such as a name in a directory."""
    address = plain.one_line(text)
    if (bracketed := re.search(r"<([^<>]*)>", address)) is not None:
        address = bracketed[1]
    if address[:7].casefold() == "mailto:":
        address = unquote(address[7:]).partition("?")[0]
    address = "".join(address.split())
    before, has_at, after = address.rpartition("@")
    return address if before and has_at and after and len(address) <= LINE_LIMIT else None
