"""A spreadsheet's file as a table: its delimiter, its header, its rows by line."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from reftrack.domain.counting import counted
from reftrack.errors import Refused
from reftrack.exchange.sheets.decoding import decoded
from reftrack.exchange.sheets.writing import RISKY

DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
# The rows that are looked at for the delimiter, and for the header.
_SAMPLE = 50
_TITLES = 10
_LEAST_WIDTH = 3
# Twice what the widest export of a CRM has; each name is compared with all that is known.
_MOST_COLUMNS = 2000

# Characters that phones and web pages leave around names and numbers, which nobody sees.
_UNSEEN = {0xA0: " ", 0x202F: " "} | dict.fromkeys(
    [0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF]
)


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row; `line` is where it begins in the file.

    `fault` says why it is no row of this table, and is empty for one that is.
    """

    line: int
    cells: tuple[str, ...]
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """A table as it stood in a file.

    `above` are the lines over the header, `below` those of a footer; both are left out.
    """

    encoding: str
    delimiter: str
    header: tuple[str, ...]
    header_line: int
    rows: tuple[Row, ...]
    above: tuple[int, ...] = ()
    below: tuple[int, ...] = ()


def read_table(
    content: bytes, encoding: str | None, known: Callable[[Sequence[str]], int]
) -> Table:
    """The table in a file; `known` counts the cells of a row that are names of columns.

    Refused where it cannot be read as one, BadInput for an encoding that does not exist.
    """
    text, codec = decoded(content, encoding)
    text, said, first = _without_separator_line(text)
    delimiter = said or _voted(text, known)
    with _cells_of_any_length():
        records = list(_records(text, delimiter, first))
    filled = [record for record in records if any(cell.strip() for cell in record.row.cells)]
    if not filled:
        raise Refused("the file is empty.", "Export it again, with its header and its rows.")
    place = _header_place(filled, known)
    if filled[place].row.fault:
        line = filled[place].row.line
        raise Refused(
            f"the header on line {line} {filled[place].row.fault}.", "Mend that line first."
        )
    cells = filled[place].row.cells
    header = [cell.strip() for cell in cells]
    body, below = _without_footer(filled[place + 1 :], len(header))
    whole = [record.row.cells for record in body if len(record.row.cells) == len(cells)]
    del header[max(map(_filled_width, [header, *whole])) :]
    if len(header) > _MOST_COLUMNS:
        raise Refused(
            f"the file has {len(header):,} columns; {_MOST_COLUMNS:,} are read.",
            "Export it again with those of the referrals alone.",
        )
    rows = _fitted([record.row for record in body], header, cells)
    width = len(header)
    if known(header):
        _no_duplicates(header)
    return Table(
        codec,
        delimiter,
        tuple(header),
        filled[place].row.line,
        tuple(_checked(row, width) for row in rows),
        tuple(record.row.line for record in filled[:place]),
        tuple(record.row.line for record in below),
    )


def bare(cell: str) -> str:
    """A cell without the blanks around it, and without the apostrophe of the safe form."""
    cell = cell.translate(_UNSEEN).strip()
    if cell[:2] == '="' and cell[-1] == '"' and len(cell) > len('=""'):
        cell = cell[2:-1]  # a program's sign that this is a text and no number
    return cell[1:].strip() if cell[:1] == "'" and cell[1:].startswith(RISKY) else cell


def column_letter(place: int) -> str:
    """The name that spreadsheets give to a column: A for 0, AA for 26."""
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _without_separator_line(text: str) -> tuple[str, str | None, int]:
    """The text without the `sep=;` that Excel may begin with, what it says, the line that follows.

    That line may say any sign: the author's word counts more than a vote.
    """
    first, end, rest = text.partition("\n")
    said = first.strip("\r \t\"'" if "sep=\t" not in first.casefold() else "\r \"'")
    if said[:4].casefold() == "sep=" and len(said) == len("sep=,") and said[4] not in "\r\n\"'":
        return rest, said[4], 2 if end else 1
    return text, None, 1


# From text to records.


@dataclass(frozen=True, slots=True)
class _Record:
    """A row with the line on which it ends."""

    row: Row
    end: int


@contextmanager
def _cells_of_any_length() -> Iterator[None]:
    """Lifts the csv module's limit on cells, and puts it back: it is one for the program."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _records(text: str, delimiter: str, first: int) -> Iterator[_Record]:
    """Every record with its line; one whose quotes are wrong carries its fault."""
    taken: list[str] = []

    def fed() -> Iterator[str]:
        for line in io.StringIO(text, newline=""):
            taken.append(line)
            yield line

    reader = csv.reader(fed(), delimiter=delimiter, strict=True, skipinitialspace=True)
    while True:
        start = first + reader.line_num
        taken.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "end of data" in str(error):
                raise Refused(
                    f"a quote that opens on line {start} or below is never closed.",
                    "Close it there, or double it where it is meant as a sign.",
                ) from None
            raw = "".join(taken).rstrip("\r\n")
            cells = raw.split(delimiter)
            fault = "has a quote inside a quoted cell; there it has to be doubled"
            yield _Record(Row(start, tuple(cells), fault), first + reader.line_num - 1)
            continue
        yield _Record(Row(start, tuple(cells)), first + reader.line_num - 1)


def _voted(text: str, known: Callable[[Sequence[str]], int]) -> str:
    """The delimiter that gives the most known columns, and rows of one width."""

    def votes(delimiter: str) -> tuple[int, float, int]:
        sample: list[Sequence[str]] = []
        lines = io.StringIO(text, newline="")
        try:
            for cells in csv.reader(lines, delimiter=delimiter, skipinitialspace=True):
                if any(cell.strip() for cell in cells):
                    sample.append(cells)
                if len(sample) == _SAMPLE:
                    break
        except csv.Error:
            pass
        widths = Counter(len(cells) for cells in sample)
        width, share = max(
            ((w, n) for w, n in widths.items() if w > 1), key=lambda each: each[1], default=(0, 0)
        )
        best = max(
            (known(cells[:_MOST_COLUMNS]) for cells in sample[:_TITLES] if len(cells) > 1),
            default=0,
        )
        return best, share / max(1, len(sample)), width

    with _cells_of_any_length():
        return max(DELIMITERS, key=votes)


def _header_place(records: Sequence[_Record], known: Callable[[Sequence[str]], int]) -> int:
    """The place of the header: the first row, unless one below it names more columns."""
    counts = [known(record.row.cells[:_MOST_COLUMNS]) for record in records[:_TITLES]]
    best = max(counts)
    return counts.index(best) if best >= 2 else 0


def _without_footer(
    records: Sequence[_Record], width: int
) -> tuple[Sequence[_Record], Sequence[_Record]]:
    """The records and, behind the last gap, the single cells that a report ends with."""
    place = len(records)
    if width < _LEAST_WIDTH:
        return records, []
    gap = place
    while place and _is_remark(records[place - 1].row, width):
        place -= 1
        end = records[place - 1].end if place else 0
        if records[place].row.line > end + 1:
            gap = place
    return records[:gap], records[gap:]


def _is_remark(row: Row, width: int) -> bool:
    filled = [cell for cell in row.cells if cell.strip()]
    return len(filled) == 1 and len(row.cells) in (1, width) and bool(row.cells[0].strip())


def _fitted(rows: Sequence[Row], header: Sequence[str], cells: Sequence[str]) -> Sequence[Row]:
    """The rows without the empty cells that all of them, or the header too, have at their end."""
    widths = {len(row.cells) for row in rows if not row.fault}
    allowed = {len(cells)} | (widths if len(widths) == 1 else set())
    width = len(header)
    return [
        replace(row, cells=row.cells[:width])
        if len(row.cells) > width
        and len(row.cells) in allowed
        and not any(cell.strip() for cell in row.cells[width:])
        else row
        for row in rows
    ]


def _filled_width(cells: Sequence[str]) -> int:
    """The number of cells up to the last that is not blank."""
    width = len(cells)
    while width and not cells[width - 1].strip():
        width -= 1
    return width


def _checked(row: Row, width: int) -> Row:
    if row.fault:
        return row
    if len(row.cells) != width:
        cells = counted(len(row.cells), "cell")
        return replace(row, fault=f"has {cells}, the header has {width}")
    if any("\0" in cell for cell in row.cells):
        return replace(row, fault="holds a NUL byte, which is no text")
    return row


def _no_duplicates(header: Sequence[str]) -> None:
    places: dict[str, int] = {}
    for place, name in enumerate(header):
        key = " ".join(name.casefold().split())
        if key and key in places:
            one, other = column_letter(places[key]), column_letter(place)
            raise Refused(
                f"columns {one} and {other} are both called '{name[:60]}'.",
                "Rename or delete one of them in the header, and import again.",
            )
        places[key] = place
