"""vCard 2.1, 3.0 and 4.0 as phones and address books really write them, read into people.

What they have in common is a name, a colon and a value on a line. All else differs: how lines are
folded, how letters are encoded, how types are spelled. A card is read as far as it can be; one
that gives no name is a fault with its line, and never stops the others.
"""

from __future__ import annotations

import binascii
import codecs
import io
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from reftrack.domain.people import LINE_LIMIT, NAME_LIMIT, TEXT_LIMIT
from reftrack.domain.spelling import name_key
from reftrack.errors import BadInput
from reftrack.exchange import plain


@dataclass(frozen=True, slots=True)
class Card:
    """The person on one card, which begins on `line` of the file.

    `phones` and `emails` are all that it gives, the one to keep first; `others` is how many further
    numbers and addresses stand on it, faxes too. `note` is private. `made_of` says what the name
    was made of, empty where the card has one.
    """

    line: int
    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    company: str | None = None
    note: str | None = None
    made_of: str = ""
    others: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """Why the card that begins on `line` is not taken."""

    line: int
    reason: str


# A photograph may stand on a single line: of one so long no more is read at once than this.
_LINE_READ = 1 << 16
# More of a value than this is no name, no number and no note that could be kept.
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
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
# Where a line was folded: put back as nothing or as a blank once the version is known.
_FOLD = "\n"


def read(raw: io.BufferedReader, encoding: str | None = None) -> Iterator[Card | Fault]:
    """The cards in the file, one after the other, each as a person or as a fault.

    `encoding` is that of values which do not name their own; UTF-8 is tried, then cp1252.
    BadInput where there is no such encoding.
    """
    if encoding is not None:
        _check_encoding(encoding)
    text, decoder = _opened(raw, encoding)
    try:
        for opened in _cards(text):
            yield _Person(opened, decoder).card()
    finally:
        text.detach()  # whoever opened the file closes it


def _check_encoding(encoding: str) -> None:
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        raise BadInput(
            f"there is no encoding '{encoding[:40]}'.", "Say --encoding cp1252, or utf-8."
        ) from None


# Bytes.


def _opened(raw: io.BufferedReader, encoding: str | None) -> tuple[io.TextIOWrapper, _Decoder]:
    """The file as lines of text, and how values become words.

    Every value may have an encoding of its own, and folding may cut a letter in two. So the lines
    are taken as Latin-1, which stands for any bytes, and a value is decoded when it is whole.
    """
    wide = _wide_encoding(raw.peek(4)[:4], encoding)
    name = wide or "latin-1"
    text = io.TextIOWrapper(raw, name, errors="replace", newline=None)
    return text, _Decoder(encoding, is_bytes=wide is None)


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
class _Decoder:
    encoding: str | None
    is_bytes: bool

    def text(self, value: str, charset: str | None, way: str) -> str:
        """What `value` says, written in this way and in these letters."""
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
        # What calls itself Latin-1 has the quotes and the euro of cp1252 in it.
        named = "cp1252" if charset in ("iso-8859-1", "latin1", "us-ascii") else charset
        for name in (named, self.encoding, "utf-8", "cp1252"):
            try:
                if name is not None:
                    return raw.decode(name)
            except (LookupError, ValueError):
                continue
        return raw.decode("latin-1")


def _lines(text: io.TextIOWrapper) -> Iterator[tuple[int, str]]:
    """The lines with their numbers; of one that is too long to be one, the beginning."""
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
class _Property:
    """A property: where it stands, its parameters, its value as far as it is wanted."""

    group: str
    name: str
    parts: list[str] = field(default_factory=list)
    types: frozenset[str] = frozenset()
    preference: int = 101
    charset: str | None = None
    way: str = "8bit"
    # Whether its last line ends in the middle: only quoted-printable says so.
    is_broken: bool = False
    _size: int = 0

    @property
    def value(self) -> str:
        """The value as it stands."""
        return "".join(self.parts)

    def add(self, text: str) -> None:
        """Takes in a further line; of what is not wanted, only whether it goes on."""
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
class _Opened:
    """A card as it is collected: only the properties that are wanted."""

    line: int
    properties: list[_Property] = field(default_factory=list)


class _Collector:
    """Puts lines together into properties, and these into cards."""

    def __init__(self) -> None:
        self.card: _Opened | None = None
        self.current = _Property("", "")
        # How deep within the card: an agent's card, who is somebody else.
        self.depth = 0

    def take(self, number: int, line: str) -> _Opened | None:
        """Takes a line in; the card that has ended with it or before it."""
        found = _property(line)
        bound = found.bound if found is not None else ""
        if not bound and self._goes_on(line, found):
            return None
        before, self.current = self.current, found or self.current
        ended = None
        if bound == "BEGIN" and self.card is not None and _is_agent(before):
            self.depth += 1
        elif bound == "BEGIN":
            # One whose end is missing ends where the next begins.
            ended, self.card, self.depth = self.card, _Opened(number), 0
        elif bound == "END" and self.depth:
            self.depth -= 1
        elif bound == "END":
            ended, self.card = self.card, None
        elif found is not None and self.card is not None and not self.depth:
            self.depth += found.name == "AGENT" and found.value.strip().upper() == "BEGIN:VCARD"
            if found.name in _WANTED:
                self.card.properties.append(found)
        return ended

    def _goes_on(self, line: str, found: _Property | None) -> bool:
        """Whether the line belongs to the property before it, which then has it."""
        if self.current.is_broken:
            self.current.add(line)
        elif line[:1] in (" ", "\t") and line.strip():
            self.current.add(_FOLD + line[1:])
        elif found is not None:
            return False
        elif self.current.name == "NOTE" or ":" not in line:
            # Nobody's line: what was typed into a name or a note with a line break in it.
            self.current.add(" " + line if self.current.way != "base64" else "")
        return True


def _cards(text: io.TextIOWrapper) -> Iterator[_Opened]:
    """The properties of each card; the last one's end may be missing."""
    collector = _Collector()
    for number, line in _lines(text):
        ended = collector.take(number, line)
        if ended is not None:
            yield ended
    if collector.card is not None:
        yield collector.card


def _is_agent(found: _Property) -> bool:
    return found.name == "AGENT" and not found.value.strip()


def _property(line: str) -> _Property | None:
    """The property that begins on this line, None where none does."""
    named = _PROPERTY.match(line)
    if named is None:
        return None
    end = _HEADER_END.match(line, named.end())
    stop = end.end() - 1 if end else line.find(":", named.end())
    if stop < 0:
        return None
    found = _Property((named[1] or "").upper(), named[2].upper())
    _read_parameters(found, line[named.end() : stop][:_PARAMETERS_READ])
    found.add(line[stop + 1 :])
    return found


def _read_parameters(found: _Property, parameters: str) -> None:
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


# Meaning.

_NO_PEOPLE = {"group": "a group", "location": "a place", "device": "a device", "thing": "a thing"}


class _Person:
    """What one card says of somebody."""

    def __init__(self, opened: _Opened, decoder: _Decoder) -> None:
        self.line = opened.line
        self.decoder = decoder
        self.properties: dict[str, list[_Property]] = {}
        for found in opened.properties:
            self.properties.setdefault(found.name, []).append(found)
        version = self._first_raw("VERSION").strip()
        self.is_old = version.startswith(("1", "2"))
        self.labels = {
            found.group: self._text(found).casefold()
            for found in self.properties.get("X-ABLABEL", ())
            if found.group
        }

    def card(self) -> Card | Fault:
        """The person, or why there is none on it."""
        for kind in ("KIND", "X-ADDRESSBOOKSERVER-KIND"):
            what = _NO_PEOPLE.get(self._first_raw(kind).strip().casefold())
            if what is not None:
                return Fault(self.line, f"{what}, not a person")
        phones, emails = self._phones(), self._emails()
        company = self._company()
        name, made_of = self._name(company, emails)
        if not name:
            is_empty = not self.properties.keys() - {"VERSION", "N", "FN"}
            reason = "the card is empty" if is_empty else "no name on it, no company and no email"
            return Fault(self.line, ": ".join([reason, *phones[:1]]))
        if len(name) > NAME_LIMIT:
            return Fault(self.line, f"its name has {len(name):,} letters; {NAME_LIMIT} are kept")
        if company is not None and name_key(company) == name_key(name):
            company = None
        others = len(self._reaches()) - bool(phones) - bool(emails)
        return Card(self.line, name, phones, emails, company, self._note(), made_of, others)

    # Values.

    def _first_raw(self, name: str) -> str:
        found = self.properties.get(name)
        return found[0].value if found else ""

    def _text(self, found: _Property) -> str:
        """The value in words, its escapes as they stand."""
        # The old form folds where a blank is; the others anywhere, with a blank of their own.
        blank = " " if self.is_old and found.way == "8bit" else ""
        value = found.value.replace(_FOLD, blank)
        return self.decoder.text(value, found.charset, found.way)

    def _said(self, name: str) -> str:
        """The first value of this name that says anything, on one line."""
        ranked = sorted(self.properties.get(name, ()), key=lambda found: found.preference)
        said = (plain.one_line(_unescaped(self._text(found))) for found in ranked)
        return next(filter(None, said), "")

    def _parts(self, name: str) -> list[str]:
        """The first value of this name that says anything, part by part."""
        for found in self.properties.get(name, ()):
            parts = [self._listed(part) for part in _split(self._text(found), ";")]
            if any(parts):
                return parts
        return []

    def _listed(self, part: str) -> str:
        """A part as words: but for the old form a comma stands between several."""
        if self.is_old:
            return plain.one_line(_unescaped(part))
        several = (plain.one_line(_unescaped(each)) for each in _split(part, ","))
        return " ".join(filter(None, several))

    # Who it is.

    def _name(self, company: str | None, emails: tuple[str, ...]) -> tuple[str, str]:
        full = self._said("FN")
        parts = [*self._parts("N"), "", "", "", "", ""]
        family, given, more, before, after = parts[:5]
        # Outlook files people as "Ruiz, Dana", and calls that their name.
        is_filed = bool(family and given) and full.startswith((f"{family},", f"{family} ,"))
        if is_filed:
            before = ""
        ordered = (family, given, more) if _is_east_asian(family) else (given, more, family)
        whole = " ".join(filter(None, (before, *ordered, after)))
        if _is_name(full) and "@" not in full and not is_filed:
            return full, ""
        for name, made_of in (
            (whole, ""),
            (self._said("NICKNAME"), "nickname"),
            (company or "", "company"),
            (_name_in(emails), "email"),
        ):
            if _is_name(name) and "@" not in name:
                return name, made_of
        return "", ""

    def _company(self) -> str | None:
        found = next(filter(None, self._parts("ORG")), "")
        return found if 0 < len(found) <= LINE_LIMIT else None

    def _note(self) -> str | None:
        notes = [
            plain.lines(_unescaped(self._text(found))) for found in self.properties.get("NOTE", ())
        ]
        note = "\n".join(filter(None, notes))
        return note[:TEXT_LIMIT].strip() or None

    # How to reach them.

    def _phones(self) -> tuple[str, ...]:
        voice = [found for found in self._ranked("TEL") if not self._is_no_voice(found)]
        numbers = (_number(_unescaped(self._text(found))) for found in voice)
        return tuple(
            {_digits(number): number for number in reversed([*filter(None, numbers)])}.values()
        )[::-1]

    def _emails(self) -> tuple[str, ...]:
        addresses = (_address(_unescaped(self._text(found))) for found in self._ranked("EMAIL"))
        kept = {a.casefold(): a for a in reversed([*filter(None, addresses)])}
        return tuple(kept.values())[::-1]

    def _reaches(self) -> set[str]:
        """Every number and address on the card, each once."""
        found = [*self.properties.get("TEL", ()), *self.properties.get("EMAIL", ())]
        texts = [plain.one_line(_unescaped(self._text(each))) for each in found]
        return {("@" not in text and _digits(text)) or text.casefold() for text in texts} - {""}

    def _ranked(self, name: str) -> list[_Property]:
        """Those of this name: the preferred first, then what rings in a pocket."""
        return sorted(
            self.properties.get(name, ()),
            key=lambda found: (found.preference, not self._is_mobile(found)),
        )

    def _words_of(self, found: _Property) -> str:
        return " ".join([*found.types, self.labels.get(found.group, "")])

    def _is_mobile(self, found: _Property) -> bool:
        words = self._words_of(found)
        return found.name == "TEL" and any(word in words for word in ("cell", "mobil", "iphone"))

    def _is_no_voice(self, found: _Property) -> bool:
        words = self._words_of(found)
        return "voice" not in found.types and any(
            word in words for word in ("fax", "pager", "modem")
        )


def _is_name(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


def _is_east_asian(text: str) -> bool:
    """Whether it is written where the family is named first."""
    return any("\u3040" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7a3" for sign in text)


def _name_in(emails: tuple[str, ...]) -> str:
    """`Dana Ruiz`, from dana.ruiz@example.org."""
    if not emails:
        return ""
    name = " ".join(re.split(r"[._]+", emails[0].partition("@")[0])).strip()
    return name.title() if name.islower() else name


def _split(text: str, sign: str) -> list[str]:
    """The parts between these signs, of which an escaped one is no end."""
    return re.findall(rf"((?:\\.|[^\\{sign}]|\\$)*)(?:{sign}|$)", text, re.DOTALL)[
        : 1 + text.count(sign)
    ]


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


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


def _digits(number: str) -> str:
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
