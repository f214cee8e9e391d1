"""Columns that may be meant where none was understood: for hints, never for reading."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from reftrack.domain.spelling import name_key
from reftrack.exchange.sheets.columns import Columns, title
from reftrack.exchange.sheets.dates import Form, Unreadable, read_moment
from reftrack.exchange.sheets.keys import squeezed
from reftrack.exchange.sheets.parties import REFERRAL_FROM
from reftrack.exchange.sheets.table import Table, bare
from reftrack.exchange.sheets.words import NO, YES
from reftrack.hints import Blank, Hint, Option

# The cells of a column that are looked at, and the length of a list of columns.
_SAMPLE = 50
_SHOWN = 300
_OF_SOURCES = re.compile(
    r"\b(refer|recommend|introduc|source|thank)|^(from|via|who|heard)\b|\b(by|from|via|whom)$"
)
_OF_PEOPLE = re.compile(
    r"\b(name|person|caller|client|customer|patient|contact|lead)$|^who\b|^referred\b"
)
_OF_NO_PERSON = re.compile(
    r"\b(i ?d|date|day|on|at|owner|type|status|stage|count|fee|url|web|code|agent|email|phone|user"
    r"|created|updated|modified|entered|owned|product|first|last|middle|additional|yomi|phonetic|prefix|suffix|nickname|alias|assigned|score)\b"
    r"|id$|url|code|frequency|amount|%"
)
_OTHER_DAYS = re.compile(
    r"\b(birth|born|dob|anniversary|due|next|expir|expected|follow|renew|last)|birthday"
)
_ADD = "Add one, and name it in the header: {name}."
_PEOPLE_ALONE = "A list of people alone comes in as cards (.vcf)."


def hint(table: Table, columns: Columns, name: str) -> Hint:
    """The hint for a field without a column."""
    names = [title(columns.header, place) for place in columns.unused]
    likely = _likely(table, columns, name)
    there_are = f"There are: {', '.join(names)[:_SHOWN]}." if names else ""
    if likely:
        which = Option("map", Blank(f'{name}="{likely}"'))
        return ("Say which one: ", which, f". {there_are}".rstrip())
    rest = " ".join(filter(None, [_PEOPLE_ALONE if name == "source" else "", there_are]))
    if not names:
        return f"{_ADD.format(name=name)} {rest}".rstrip()
    which = Option("map", Blank(f"{name}=COLUMN"))
    return ("Say which one, with ", which, f", or add one. {rest}".rstrip())


def _likely(table: Table, columns: Columns, name: str) -> str:
    """The column that looks most like this field, empty where none does."""
    tests: Mapping[str, Callable[[str, list[str]], bool]] = {
        "source": _may_be_source,
        "prospect": _may_be_prospect,
        "received": _may_be_receipt,
    }
    rows = [row.cells for row in table.rows if not row.fault][:_SAMPLE]
    taken = {place for key in ("prospect", "received") for place in columns.of.get(key, ())}
    # A note is read already, and may yet be what says who sent them.
    places = [*columns.unused, *sorted({p for each in columns.of.values() for p in each} - taken)]
    for place in places:
        cells = [cell for cell in (bare(row[place]) for row in rows) if cell]
        is_unused = place in columns.unused
        if name == "source" and cells and _tell_of_sources(cells):
            return title(columns.header, place)
        if is_unused and tests[name](_words(columns.header[place]), cells):
            return title(columns.header, place)
    # Of a list of firms, the firm is who was referred.
    firms = columns.of.get("company", ()) if name == "prospect" else ()
    return title(columns.header, firms[0]) if firms else ""


def _words(header: str) -> str:
    """A column's name in words: `referredById` is `referred by id`."""
    return name_key(re.sub(r"(?<=[a-z])(?=[A-Z])|[^\w%]+|_", " ", header))


def _tell_of_sources(cells: list[str]) -> bool:
    told = sum(REFERRAL_FROM.match(cell) is not None for cell in cells)
    return 2 * told >= len(cells)


def _may_be_source(words: str, cells: list[str]) -> bool:
    return bool(_OF_SOURCES.search(words)) and not _OF_NO_PERSON.search(words) and _are_names(cells)


def _may_be_prospect(words: str, cells: list[str]) -> bool:
    return bool(_OF_PEOPLE.search(words)) and not _OF_NO_PERSON.search(words) and _are_names(cells)


def _are_names(cells: list[str]) -> bool:
    named = sum(any(sign.isalpha() for sign in cell) and "@" not in cell for cell in cells)
    is_ticked = all(squeezed(cell) in YES | NO for cell in cells)
    return not cells or (2 * named > len(cells) and not is_ticked)


def _may_be_receipt(words: str, cells: list[str]) -> bool:
    if _OTHER_DAYS.search(words):
        return False
    dated = sum(any(_is_date(cell, order) for order in ("dmy", "mdy")) for cell in cells)
    return 2 * dated > len(cells)


def _is_date(cell: str, order: str) -> bool:
    try:
        read_moment(cell, Form(order))
    except Unreadable:
        return False
    return True
