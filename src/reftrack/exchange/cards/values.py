"""The values of the properties on one card, in words."""

from __future__ import annotations

import re

from reftrack.exchange import plain
from reftrack.exchange.cards.lines import FOLD, Decoder, Opened, Property

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class CardValues:
    """The values of a card by the name of their property."""

    def __init__(self, opened: Opened, decoder: Decoder) -> None:
        self.decoder = decoder
        self.properties: dict[str, list[Property]] = {}
        for found in opened.properties:
            self.properties.setdefault(found.name, []).append(found)
        self.is_old = self.raw("VERSION").startswith(("1", "2"))

    def all(self, *names: str) -> list[Property]:
        """The properties of these names."""
        return [found for name in names for found in self.properties.get(name, ())]

    def raw(self, name: str) -> str:
        """The first value of this name as it stands."""
        return next((found.value.strip() for found in self.all(name)), "")

    def text(self, found: Property) -> str:
        """The value in words, without its escapes."""
        return _unescaped(self._decoded(found))

    def _decoded(self, found: Property) -> str:
        # The old form folds where a blank is; the others anywhere, with a blank of their own.
        blank = " " if self.is_old and found.way == "8bit" else ""
        value = found.value.replace(FOLD, blank)
        return self.decoder.text(value, found.charset, found.way)

    def said(self, name: str) -> str:
        """The first value of this name that says anything, on one line."""
        ranked = sorted(self.all(name), key=lambda found: found.preference)
        said = (plain.one_line(self.text(found)) for found in ranked)
        return next(filter(None, said), "")

    def parts(self, name: str) -> list[str]:
        """The first value of this name that says anything, part by part."""
        for found in self.all(name):
            parts = [self._listed(part) for part in _split(self._decoded(found), ";")]
            if any(parts):
                return parts
        return []

    def _listed(self, part: str) -> str:
        """A part in words; commas separate several, except in the old form."""
        if self.is_old:
            return plain.one_line(_unescaped(part))
        several = (plain.one_line(_unescaped(each)) for each in _split(part, ","))
        return " ".join(filter(None, several))


def _split(text: str, sign: str) -> list[str]:
    """The parts between these signs; an escaped sign does not end one."""
    return re.findall(rf"((?:\\.|[^\\{sign}]|\\$)*)(?:{sign}|$)", text, re.DOTALL)[
        : 1 + text.count(sign)
    ]


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)
