"""The two people of a row: who was referred, and by whom."""

from __future__ import annotations

import re

from reftrack.domain.people import checked_name, short
from reftrack.exchange.sheets.cells import Cells
from reftrack.exchange.sheets.columns import field_of
from reftrack.exchange.sheets.keys import keys_of, squeezed
from reftrack.exchange.sheets.sheet import Party, RowRefused, is_number
from reftrack.exchange.sheets.table import Row
from reftrack.exchange.sheets.words import CHANNELS, NOBODY, RELATION_WORDS

# The link behind the name of a linked page.
_LINK = re.compile(r"\s*\(https?://[^()\s]*\)")
_WITH_ADDRESS = re.compile(r"(?P<name>[^<>()]*?)\s*[<(]\s*(?P<email>[^<>()\s]+@[^<>()\s]+)\s*[>)]")
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
# The words that follow a name in a sentence.
_BEHIND = re.compile(r"(?:[,;(\n]|(?<=[a-z]{3})\.(?:\s|$)|\s-\s).*", re.DOTALL)
_TWO = re.compile(r"\S+ [^/&]*\S(?: and | & |\s*/\s*)\S+ .*\S")
REFERRAL_FROM = re.compile(
    r"(?:(?:referral|referred|recommended|introduced|introduction)[ :-]+(?:from|by)"
    r"|empfohlen (?:von|durch)|empfehlung von|recommandée? par|indicad[oa] por|referid[oa] por"
    r"|recomendad[oa] por|segnalat[oa] da)[ :]+(?=\S)",
    re.IGNORECASE,
)
# Words that follow a comma without being a first name.
_SUFFIXES = frozenset(
    keys_of("jr|sr|ii|iii|iv|md|dds|phd|esq|cpa|mba|dr|mr|mrs|ms|inc|llc|ltd|gmbh")
)
_RELATIONS = "client, partner, colleague, friend, family or other"


class Parties:
    """Reads the people of the rows of one sheet."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        place = cells.columns.of.get("source", (None,))[0]
        known = None if place is None else field_of(cells.columns.header[place])
        # A note was named as what says it: among its words, not by them alone.
        self.is_told = known is not None and known[1] in ("note", "need")
        roles = ("prospect",) if self.is_told else ("prospect", "source")
        self.turned = {name for name in roles if self._is_turned(name)}

    def _is_turned(self, name: str) -> bool:
        """True if every name of the column is written `Ruiz, Dana`."""
        cells = ((row.line, self.cells.cell(row, name)) for row in self.cells.rows)
        named = {line: cell for line, cell in cells if squeezed(cell) not in NOBODY}
        turned = [line for line, cell in named.items() if _turned(_parted(cell)[0])]
        # Before the comma stands a family name, seldom of several words: else it is a firm's.
        single = [cell for cell in named.values() if len(cell.partition(",")[0].split()) == 1]
        is_turned = 0 < len(turned) == len(named) < 2 * len(single)
        if turned and not is_turned:
            remark = f"a comma in {self.cells.title(name)} is left as it stands"
            self.cells.sheet.assumed[remark] = turned
        return is_turned

    def named(self, row: Row, role: str) -> Party:
        """The person that a row names in this role."""
        prefix = "" if role == "prospect" else "source-"
        name, address = _parted(self.cells.cell(row, role))
        email = self.cells.line(row, f"{prefix}email") or address
        if squeezed(name) in NOBODY and not is_number(name):
            parts = (self.cells.cell(row, f"{prefix}{part}-name") for part in ("first", "last"))
            name = " ".join(part for part in parts if part)
        elif role in self.turned:
            name = _turned(name) or name
        if squeezed(name) in NOBODY and not is_number(name):
            raise RowRefused(f"it names no {role}")
        if role == "source":
            name = self._told(name) if self.is_told else REFERRAL_FROM.sub("", name)
        if role == "source" and squeezed(name) in CHANNELS:
            raise RowRefused(f"'{short(name)}' is no person who referred somebody")
        if ";" in name or "\n" in name.strip():
            raise RowRefused(f"it names several people as {role}; each needs a row of their own")
        if "@" not in name:
            name = checked_name(name, f"the {role}'s name")
        elif not is_number(name) and not _ADDRESS.fullmatch(name):
            raise RowRefused(f"'{short(name)}' is no name, no address, and no number such as @7")
        if _TWO.fullmatch(name):
            remark = f"two names in {self.cells.title(role)} are taken as one person"
            self.cells.remarks.append(remark)
        return Party(
            name,
            email,
            self.cells.phone(row, f"{prefix}phone"),
            self.cells.line(row, f"{prefix}company"),
            self.cells.word(row, "relation", RELATION_WORDS, _RELATIONS) if prefix else None,
        )

    def _told(self, note: str) -> str:
        """The name in a note: `Sam Ortiz` for `Referred by Sam Ortiz, needs a kitchen`."""
        found = REFERRAL_FROM.match(note)
        if found is None:
            raise RowRefused(f"'{short(note)}' does not say who referred them")
        return _BEHIND.sub("", note[found.end() :])


def _parted(name: str) -> tuple[str, str | None]:
    """A name and the address that stands behind it, as in `Dana Ruiz (dana@ruiz.example)`."""
    # Several links stay, each being somebody: `;` is what tells people apart.
    links = len(_LINK.findall(name))
    name = _LINK.sub("" if links == 1 else ";", name)
    found = _WITH_ADDRESS.fullmatch(name)
    return (found["name"], found["email"]) if found else (name, None)


def _turned(name: str) -> str | None:
    """`Dana Ruiz` for `Ruiz, Dana`; None for a name in another form."""
    last, comma, first = name.partition(",")
    if not comma or "," in first or not last.strip() or not first.strip():
        return None
    if squeezed(first) in _SUFFIXES or any(c.isdigit() for c in name):
        return None
    return f"{first.strip()} {last.strip()}"
