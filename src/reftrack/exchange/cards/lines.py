"""The lines of vCard 2.1, 3.0 and 4.0 as phones and address books really write them.

What they have in common is a name, a colon and a value on a line. All else differs: how lines are
folded, how letters are encoded, how types are spelled. A card is collected as far as it goes.
"""

from __future__ import annotations

import binascii
import codecs
import io
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# The most that is read of a line at once: a photograph may stand on a single one.
_LINE_READ = 1 << 16
# The most that is read of a value: nothing longer is a name, a number or a note.
_VALUE_READ = 1 << 17
_PARAMETERS_READ = 1000

_WANTED = frozenset(
    {
        *("FN", "N", "NICKNAME", "ORG", "TEL", "EMAIL", "NOTE", "VERSION", "KIND"),
        *("X-ADDRESSBOOKSERVER-KIND", "X-ABLABEL", "AGENT", "BEGIN", "END"),
    }
)
_PROPERTY = re.compile(r"\s*(?:([A-Za-z0-9_-]+)\.)?([A-Za-z][A-Za-z0-9_-]*)\s*(?=[;:])", re.ASCII)
_HEADER_END = re.compile(r'[^":]*(?:"[^"]*"[^":]*)*:')
_SPLIT = re.compile(r'((?:[^;"]|"[^"]*")*)(?:;|$)')
# The place of a fold: replaced by nothing or by a blank once the version is known.
FOLD = "\n"


# Bytes.


def open_cards(raw: io.BufferedReader, encoding: str | None) -> tuple[io.TextIOWrapper, Decoder]:
    """The file as lines of text, and the decoder of their values.

    Every value may have an encoding of its own, and folding may cut a letter in two. So the lines
    are taken as Latin-1, which stands for any bytes, and a value is decoded when it is whole.
    """
    wide = _wide_encoding(raw.peek(4)[:4], encoding)
    name = wide or "latin-1"
    text = io.TextIOWrapper(raw, name, errors="replace", newline=None)
    return text, Decoder(encoding, is_bytes=wide is None)


def _wide_encoding(start: bytes, encoding: str | None) -> str | None:
    for mark, name in ((codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32")):
        if start.startswith(mark):
            return name
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if len(start) == 4 and not start[1] and not start[3] and start[0]:
        return "utf-16-le"
    if len(start) == 4 and not start[0] and not start[2] and start[1]:
        return "utf-16-be"
    if encoding is not None and codecs.lookup(encoding).name.startswith(("utf-16", "utf-32")):
        return encoding
    return None


@dataclass(frozen=True, slots=True)
class Decoder:
    """Decodes values, each of which may have an encoding of its own."""

    encoding: str | None
    is_bytes: bool

    def text(self, value: str, charset: str | None, way: str) -> str:
        """The text of `value`, decoded from this encoding and these letters."""
        if way == "8bit" and not self.is_bytes:
            return value
        raw = value.encode("latin-1" if self.is_bytes else "utf-8", "replace")
        if way == "quoted-printable":
            raw = quopri.decodestring(raw)
        elif way == "base64":
            try:
                raw = binascii.a2b_base64(raw)
            except binascii.Error:
                return ""
        # Text that calls itself Latin-1 has the quotes and the euro of cp1252 in it.
        named = "cp1252" if charset in ("iso-8859-1", "latin1", "us-ascii") else charset
        for name in (named, self.encoding, "utf-8", "cp1252"):
            try:
                if name is not None:
                    return raw.decode(name)
            except (LookupError, ValueError):
                continue
        return raw.decode("latin-1")


def _lines(text: io.TextIOWrapper) -> Iterator[tuple[int, str]]:
    """The lines with their numbers; of one that is far too long, only the beginning."""
    number = 0
    while line := text.readline(_LINE_READ):
        number += 1
        part = line
        while len(part) >= _LINE_READ and not part.endswith("\n"):
            part = text.readline(_LINE_READ)
        # A file put together from several has a mark within.
        yield number, line.rstrip("\n").removeprefix("\ufeff").removeprefix("ï»¿")


# Lines.


@dataclass(slots=True)
class Property:
    """A property: where it stands, its parameters, its value as far as it is wanted."""

    group: str
    name: str
    parts: list[str] = field(default_factory=list)
    types: frozenset[str] = frozenset()
    preference: int = 101
    charset: str | None = None
    way: str = "8bit"
    # True if its last line ends in the middle: only quoted-printable says so.
    is_broken: bool = False
    _size: int = 0

    @property
    def value(self) -> str:
        """The value as it stands."""
        return "".join(self.parts)

    def add(self, text: str) -> None:
        """Adds a further line; of a value that is not wanted, only whether it goes on."""
        bare = text.rstrip(" \t")
        self.is_broken = self.way == "quoted-printable" and bare.endswith("=")
        text = bare[:-1] if self.is_broken else text
        if self.name in _WANTED and self._size < _VALUE_READ:
            self.parts.append(text)
            self._size += len(text)

    @property
    def bound(self) -> str:
        """BEGIN or END where it is the first or the last line of a card."""
        is_bound = self.name in ("BEGIN", "END") and self.value.strip().upper() == "VCARD"
        return self.name if is_bound else ""


@dataclass(slots=True)
class Opened:
    """A card while it is collected: only the properties that are wanted."""

    line: int
    properties: list[Property] = field(default_factory=list)


class _Collector:
    """Puts lines together into properties, and these into cards."""

    def __init__(self) -> None:
        self.card: Opened | None = None
        self.current = Property("", "")
        # The depth of the cards within the card: an agent's card is somebody else's.
        self.depth = 0

    def take(self, number: int, line: str) -> Opened | None:
        """Adds a line; returns the cards that have ended with it or before it."""
        found = _property(line)
        bound = found.bound if found is not None else ""
        if not bound and self._goes_on(line, found):
            return None
        before, self.current = self.current, found or self.current
        ended = None
        if bound == "BEGIN" and self.card is not None and _is_agent(before):
            self.depth += 1
        elif bound == "BEGIN":
            # A card without an end ends where the next one begins.
            ended, self.card, self.depth = self.card, Opened(number), 0
        elif bound == "END" and self.depth:
            self.depth -= 1
        elif bound == "END":
            ended, self.card = self.card, None
        elif found is not None and self.card is not None and not self.depth:
            self.depth += found.name == "AGENT" and found.value.strip().upper() == "BEGIN:VCARD"
            if found.name in _WANTED:
                self.card.properties.append(found)
        return ended

    def _goes_on(self, line: str, found: Property | None) -> bool:
        """True if the line belongs to the property before it, which then has it."""
        if self.current.is_broken:
            self.current.add(line)
        elif line[:1] in (" ", "\t") and line.strip():
            self.current.add(FOLD + line[1:])
        elif found is not None:
            return False
        elif self.current.name == "NOTE" or ":" not in line:
            # A line of no property: the rest of a name or a note with a line break in it.
            self.current.add(" " + line if self.current.way != "base64" else "")
        return True


def cards(text: io.TextIOWrapper) -> Iterator[Opened]:
    """The properties of each card; the last one's end may be missing."""
    collector = _Collector()
    for number, line in _lines(text):
        ended = collector.take(number, line)
        if ended is not None:
            yield ended
    if collector.card is not None:
        yield collector.card


def _is_agent(found: Property) -> bool:
    return found.name == "AGENT" and not found.value.strip()


def _property(line: str) -> Property | None:
    """The property that begins on this line, None where none does."""
    named = _PROPERTY.match(line)
    if named is None:
        return None
    end = _HEADER_END.match(line, named.end())
    stop = end.end() - 1 if end else line.find(":", named.end())
    if stop < 0:
        return None
    found = Property((named[1] or "").upper(), named[2].upper())
    _read_parameters(found, line[named.end() : stop][:_PARAMETERS_READ])
    found.add(line[stop + 1 :])
    return found


def _read_parameters(found: Property, parameters: str) -> None:
    types: set[str] = set()
    for part in _SPLIT.findall(parameters.lower()):
        key, has_key, value = part.partition("=")
        key, value = key.strip(), value.strip().strip('"')
        if not has_key:
            key, value = ("encoding" if key in _WAYS else "type"), key
        if key == "type":
            types |= {each.strip().strip('"') for each in value.split(",")}
        elif key == "encoding":
            found.way = _WAYS.get(value, "8bit")
        elif key == "charset":
            found.charset = value
        elif key == "pref" and value.isdecimal() and value.isascii():
            found.preference = min(int(value[:9]), 100)
    found.types = frozenset(types - {""})
    if "pref" in found.types:
        found.preference = 1


_WAYS = {
    "quoted-printable": "quoted-printable",
    "q": "quoted-printable",
    "qp": "quoted-printable",
    "base64": "base64",
    "b": "base64",
    "7bit": "8bit",
    "8bit": "8bit",
}
