"""Rows for a spreadsheet, in which no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

from reftrack.exchange import plain

# A cell that begins so is computed by one spreadsheet or another, the full-width twins too.
_COMPUTED = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# Without it Excel takes the letters for those of the country.
_MARK = "\ufeff"


def written(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """The rows as RFC 4180 has them, with the columns' names first; a missing cell is empty."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row.get(name)) for name in columns])
    return _MARK + out.getvalue()


def cell(value: object) -> str:
    """A value as text that stays text: what looks like a formula gets an apostrophe before it."""
    if value is None:
        return ""
    text = plain.lines(str(value))
    return f"'{text}" if text.startswith(_COMPUTED) else text
