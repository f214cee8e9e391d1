"""The file itself: encodings, delimiters, and what is no table."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reftrack.exchange.sheets.reading import open_sheet
from reftrack.exchange.sheets.table import bare, read_table
from reftrack.exchange.sheets.writing import csv_table
from tests.support.driver import Book
from tests.support.sheets import load, refused, sheet, steps, told

ROWS = [
    ["Client", "Referred by", "Date", "Notes"],
    ["Dana Ruiz", "Sam Ortiz", "2026-11-20", 'said "call me", twice;\nthen | left\tearly'],
    ["José Müller", "Zoë Çelik", "2026-11-03", ""],
]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-32"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_any_delimiter_encoding_and_line_ending(delimiter: str, encoding: str, ending: str) -> None:
    """The same table comes out, with the lines on which its rows begin."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(ROWS)
    table, columns = open_sheet(out.getvalue().encode(encoding), None, {})
    assert [list(table.header), *(list(row.cells) for row in table.rows)] == ROWS
    assert [row.line for row in table.rows] == [2, 4]
    assert (table.delimiter, table.encoding) == (delimiter, encoding)
    assert columns.unused == []


@given(
    rows=st.lists(
        st.lists(
            st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
    )
)
def test_what_is_written_is_read_again(rows: list[list[str]]) -> None:
    """Any cells survive our own table, but for the blanks and apostrophes of the safe form."""
    header = ["Name", "Referred by", "Date"]
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    content = csv_table(header, rows, ";", "utf-8-sig")
    if not kept:
        return
    table = read_table(content, None, lambda cells: len({*cells} & {*header}))
    assert list(table.header) == header
    read = [[bare(cell) for cell in row.cells] for row in table.rows]
    # A last single cell behind a gap is a footer.
    assert read == [[bare(cell) for cell in row] for row in kept][: len(read)]
    assert len(read) + len(table.below) == len(kept)
    for line in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in line)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n\n , \n", "the file is empty"),
        (b"Name,From,Date\n", "a header and no rows"),
        (b"PK\x03\x04xlsx", "is a workbook, not a CSV"),
        ("Name,From,Date\nA B,C D,2026-11-01\n".encode("utf-16-le"), "--encoding utf-16-le"),
        (b"Name,From,Date\n\x81\x8d,B,2026-11-01\n", "line 2 is not in cp1252"),
        (
            "Name,From,Date\nÄé,ßü,2026-11-01\n".encode() + b"\xe9,B,\n",
            "line 3 is not in UTF-8, though",
        ),
        (
            b'Name,From,Date\nA B,C D,2026-11-01\n"Lee Park,Tom,2026-11-01\n',
            "opens on line 3 or below is never closed",
        ),
        (b"Name,From,Date,Date\n", "columns C and D are both called 'Date'"),
        (b"Name,E-Mail,From,Date,e-mail\n", "columns B and E are both called 'e-mail'"),
        (b"Name,When,Date\nA B,x,2026-11-01\n", "no column says the source"),
        (b"Dana Ruiz,Sam Ortiz,2026-11-01\n", "line 1 names no column that is known"),
        (b"Who knows,From,Date\nA B,C D,2026-11-01\n", 'map prospect="Who knows"'),
        (b"Name,From\nA B,C D\n", "no column says when it was received"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_file_that_is_no_table_of_referrals(book: Book, content: bytes, said: str) -> None:
    """Refused with the reason and what to do; nothing is made."""
    result = load(book, content, code=1)
    assert said in result.err, result.err
    assert len(result.err.splitlines()) == 2
    assert not book.path.exists()
    assert not list(book.folder.glob("*rejected*"))


def test_rows_that_do_not_fit_are_refused_by_line(book: Book) -> None:
    """Too few or too many cells, a wrong quote, a NUL: the line, the reason, and the rest goes on."""
    text = (
        "Name,From,Date,Note\n"
        "Dana Ruiz,Sam Ortiz,2026-11-20,fine\n"
        "Ruiz, Dana,Sam Ortiz,2026-11-20,x\n"
        "Kim Wood,Sam Ortiz,2026-11-20\n"
        '"Lee" Park,Sam Ortiz,2026-11-20,x\n'
        '"Mia Lund","Sam Ortiz",2026-11-20,"two\nlines"\n'
        "Joe\0Kerr,Sam Ortiz,2026-11-20,x\n"
        "\n"
        "Ann Gray,Sam Ortiz,2026-11-20,last\n"
    )
    result = load(book, text)
    assert refused(result) == {
        3: "has 5 cells, the header has 4",
        4: "has 3 cells, the header has 4",
        5: "has a quote inside a quoted cell; there it has to be doubled",
        8: "holds a NUL byte, which is no text",
    }
    assert [row[0] for row in told(book)] == ["Dana Ruiz", "Mia Lund", "Ann Gray"]


def test_empty_cells_that_all_rows_have_at_their_end_are_no_fault(book: Book) -> None:
    """As some programs write them; on one row alone they may hide a shift, and are refused."""
    load(
        book,
        "Name,From,Date,,\nDana Ruiz,Sam Ortiz,2026-11-20,,\nKim Wood,Sam Ortiz,2026-11-19,,\n",
    )
    assert len(told(book)) == 2
    result = load(book, "Name,From,Date\nLee Park,Sam Ortiz,2026-11-20\nMia,Lund,Sam Ortiz,\n")
    assert refused(result) == {3: "has 4 cells, the header has 3"}


def test_a_long_cell_is_no_obstacle(book: Book) -> None:
    """Far beyond what the csv module allows by itself; a need too long for the book is refused."""
    text = f"Name,From,Date,Owner\nDana Ruiz,Sam Ortiz,2026-11-20,{'x' * 300_000}\n"
    load(book, text)
    assert len(told(book)) == 1
    long = f"Name,From,Date,Need\nKim Wood,Sam Ortiz,2026-11-20,{'x' * 20_001}\n"
    assert "the need has 20,001 characters" in load(book, long, code=1).out


def test_an_encoding_can_be_said(book: Book) -> None:
    """Where a file is neither UTF-8 nor cp1252; a wrong name is an error of the command line."""
    content = "Name,From,Date\nJosé Müller,Sam Ortiz,2026-11-20\n".encode("mac-roman")
    load(book, content, "--encoding", "mac-roman")
    assert told(book)[0][0] == "José Müller"
    for name in ("klingon", "hex", "idna2", ""):
        assert f"no encoding '{name}'" in load(book, content, "--encoding", name, code=2).err
    assert "is not in ascii" in load(book, content, "--encoding", "ascii", code=1).err


def test_a_spreadsheet_program_file_is_named(book: Book) -> None:
    """By its ending, before anything is read."""
    assert "is a workbook" in book("import", "leads.xlsx", code=1).err
    assert "there is no file" in book("import", "leads.csv", code=1).err
    assert (
        "cannot be read"
        in book("import", sheet(book, "x", "f.csv").replace("f.csv", ""), code=1).err
    )
    (book.folder / "dir.csv").mkdir()
    assert "cannot be read" in book("import", str(book.folder / "dir.csv"), code=1).err


def test_options_of_spreadsheets_are_refused_for_a_history(book: Book) -> None:
    """With a word, and nothing is read."""
    path = sheet(book, "{}", "book.json")
    for option in (["--map", "a=b"], ["--dates", "dmy"], ["--baseline", "today"]):
        result = book("import", path, *option, code=2)
        assert f"{option[0]} is for a spreadsheet" in result.err


def test_a_history_can_be_looked_at_first(book: Book) -> None:
    """`--dry-run` counts what is new of it, and records nothing."""
    load(book, "Name,From,Date,Status\nDana Ruiz,Sam Ortiz,2026-11-20,Won\n")
    path = sheet(book, json.dumps(book.export()), "book.json")
    new = "New in it: 2 people, 1 referral and 1 event."
    other = str(book.folder / "other.db")
    assert new in book("--db", other, "import", path, "--dry-run").out
    assert not Path(other).exists()
    assert "New in it: 0 people, 0 referrals and 0 events." in book("import", path, "--dry-run").out
    assert steps(book) == 1
