"""Rows for a spreadsheet, in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from reftrack.exchange import plain

# A cell that begins so is computed by one spreadsheet or another, the full-width twins too.
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Without it Excel takes the letters for those of the country.
_MARK = "\ufeff"


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """The rows as RFC 4180 has them, with the columns' names first; a missing cell is empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in columns])
    return _MARK + out.getvalue()


def cell(value: object) -> str:
    """A value as text that stays text: what looks like a formula gets an apostrophe before it."""
    return "" if value is None else _harmless(plain.lines(str(value)))


def csv_table(
    header: Sequence[str], rows: Sequence[Sequence[str]], delimiter: str, encoding: str
) -> bytes:
    """A table in the form in which it came, its cells to the letter but for that apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter)
    for cells in (header, *rows):
        writer.writerow([_harmless(cell) for cell in cells])
    return out.getvalue().encode(encoding, "replace")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(RISKY) else text
