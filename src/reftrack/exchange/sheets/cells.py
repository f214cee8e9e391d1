"""Cells of a row: as text, as a line, or as one of the words that the book knows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from reftrack.domain.amounts import is_amount
from reftrack.domain.people import checked_line, checked_text, short
from reftrack.exchange.sheets.columns import title
from reftrack.exchange.sheets.keys import squeezed
from reftrack.exchange.sheets.sheet import RowRefused, Sheet
from reftrack.exchange.sheets.table import Row, bare
from reftrack.exchange.sheets.words import KIND_WORDS, NOBODY, RELATION_WORDS

_OPEN_OR_CLOSED = re.compile(r"^(open|closed)\s*[-–—:/]\s*", re.IGNORECASE)
_ROUNDED = re.compile(r"[0-9][.,][0-9]+E\+[0-9]+", re.IGNORECASE)


class Cells:
    """The cells of a sheet by the field that they say; `remarks` is what a row took for granted."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.columns = sheet.columns
        self.rows = [row for row in sheet.table.rows if not row.fault]
        self.remarks: list[str] = []
        self.unknown = {
            name
            for name, words in (("kind", KIND_WORDS), ("relation", RELATION_WORDS))
            if self._says_nothing_known(name, words)
        }

    def cell(self, row: Row, name: str) -> str:
        """The text of a row in a field: that of the first column which has any."""
        cells = (bare(row.cells[place]) for place in self.columns.of.get(name, ()))
        return next((cell for cell in cells if cell), "")

    def title(self, name: str) -> str:
        """The column of a field, as a message says it."""
        return title(self.columns.header, self.columns.of[name][0])

    def line(self, row: Row, name: str) -> str | None:
        """A cell as one line, None where it is empty."""
        cell = self.cell(row, name)
        return checked_line(cell, f"the {name.replace('-', ' ')}") if cell else None

    def phone(self, row: Row, name: str) -> str | None:
        """A number to call; not one of which a spreadsheet kept the first digits only."""
        number = self.line(row, name)
        if number is None or not _ROUNDED.fullmatch(number):
            return number
        remark = f"the number in {self.title(name)} was rounded by a spreadsheet, and is not used"
        self.remarks.append(remark)
        return None

    def text(self, row: Row, name: str) -> str | None:
        """A cell as text of any length, None where it is empty."""
        cell = self.cell(row, name)
        return checked_text(cell, f"the {name}") if cell else None

    def word(self, row: Row, name: str, words: Mapping[str, str], choices: str) -> str | None:
        """A cell as one of the words that are kept, None where it is empty."""
        cell = self.cell(row, name)
        if squeezed(cell) in NOBODY or name in self.unknown:
            return None
        found = meant(cell, words)
        if found is None:
            raise RowRefused(f"'{short(cell)}' in {self.title(name)} is not known; say {choices}")
        return found

    def _says_nothing_known(self, name: str, words: Mapping[str, str]) -> bool:
        """True if a column that was taken for words has no known one, and is another field's."""
        if name in self.sheet.columns.said or not self.columns.has(name):
            return False
        said = [row for row in self.rows if squeezed(self.cell(row, name)) not in NOBODY]
        if not said or any(meant(self.cell(row, name), words) is not None for row in said):
            return False
        remark = f"{self.title(name)} has no word that is a {name}, and is not used"
        self.sheet.assumed[remark] = [row.line for row in said]
        return True


# Signs and letters of a currency around an amount.
_AROUND = r"[^\W\d_]{0,3}[\s.]*[^\w\s,.+-]?\s*"
_WHOLE_OR_CENTS = re.compile(_AROUND + r"([0-9][0-9,.' \u00a0\u202f\u2019]*)" + r"\s*" + _AROUND)
_GROUPED = re.compile(
    r"([0-9]{1,3}(?:([,.' \u00a0\u202f\u2019])[0-9]{3}(?:\2[0-9]{3})*))(?:([.,])([0-9]{1,2}))?"
)
_PLAIN = re.compile(r"([0-9]+)(?:[.,]([0-9]{1,2}))?")


def amount_in(cell: str) -> str | None:
    """The amount of money in a cell as a decimal, without its currency; None where it is none.

    Of one sign alone the three digits behind it are thousands: no money has three decimals.
    """
    found = _WHOLE_OR_CENTS.fullmatch(cell.strip())
    digits = found[1].strip() if found else ""
    if (grouped := _GROUPED.fullmatch(digits)) and grouped[2] != grouped[3]:
        whole, cents = re.sub(r"[^0-9]", "", grouped[1]), grouped[4]
    elif plain := _PLAIN.fullmatch(digits):
        whole, cents = plain[1], plain[2]
    else:
        return None
    amount = whole.lstrip("0") or "0"
    amount = f"{amount}.{cents}" if cents else amount
    return amount if is_amount(amount) else None


def meant(cell: str, words: Mapping[str, str]) -> str | None:
    """The one of these words that a cell stands for; None where it is none of them."""
    if (whole := words.get(squeezed(cell))) is not None:
        return whole
    # `Closed - Disqualified`, `OPEN - Contacted`: what follows says more.
    if (part := words.get(squeezed(_OPEN_OR_CLOSED.sub("", cell)))) is not None:
        return part
    # `Closed Won (Sales Pipeline)`, `3. Proposal`, `Lost - price`: the word itself says enough.
    for pattern in (r"\s*\([^()]*\)\s*$", r"^\W*\d+\W+", r"(\s[-–—]\s|[:/(]).*$"):
        cell = re.sub(pattern, "", cell)
        if (part := words.get(squeezed(cell))) is not None:
            return part
    return None
