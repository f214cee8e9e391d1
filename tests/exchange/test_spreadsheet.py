"""The book for a spreadsheet: one row a referral, safe to open, private only when asked."""

from __future__ import annotations

import csv
import io

import pytest

from reftrack.exchange.sheets.writing import cell
from tests.support.bad_words import fails
from tests.support.driver import Book
from tests.support.prepared import made_once

CANARY = "canary-90ab"


@pytest.fixture
@made_once
def dana(book: Book) -> Book:
    """Sam sent Dana on Friday, and a need with her."""
    book.at("2026-11-20T15:00:00Z").zone("America/New_York")
    book(
        *("add", "Dana Ruiz", "--from", "Sam Ortiz", "--tie", "cousin", "--relation", "friend"),
        *(
            "--phone",
            "+1 212 555 0100",
            "--source-email",
            "sam@x.example",
            "--company",
            "Ruiz, Ltd",
        ),
        *("--need", f"A will {CANARY}", "--note", f"=Rich\nand {CANARY}"),
    )
    return book


def rows(text: str) -> list[dict[str, str]]:
    """The rows, as a program reads them that knows RFC 4180 and the mark of UTF-8."""
    assert text.startswith("\ufeff")
    assert text.count("\r\n") >= 1
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))


def sheet(book: Book, *options: str) -> list[dict[str, str]]:
    """The book's rows."""
    return rows(book("export", "--format", "csv", *options).out)


def test_a_referral_is_a_row_in_local_time(dana: Book) -> None:
    """A row has who, from whom, how far, what is next and by when, with the zone of the times."""
    dana.at("2026-11-21T16:00:00Z")
    dana("contact", "1")
    assert sheet(dana) == [
        {
            "Number": "1",
            "Received": "2026-11-20 10:00",
            "Source": "Sam Ortiz",
            "Source phone": "",
            "Source email": "sam@x.example",
            "Source company": "",
            "Relation": "friend",
            "Prospect": "Dana Ruiz",
            "Prospect phone": "'+1 212 555 0100",
            "Prospect email": "",
            "Prospect company": "Ruiz, Ltd",
            "Kind": "client",
            "Tie": "cousin",
            "Stage": "contacted",
            "Since": "2026-11-21 11:00",
            "Ended": "",
            "Thanked": "",
            "Last word to source": "",
            "Appointment": "",
            "Next step": "",
            "Next": "Thank Sam Ortiz for referring Dana Ruiz",
            "Due": "2026-11-21 10:00",
            "Time zone": "America/New_York",
        }
    ]
    dana("thank", "1")
    dana("tell", "1", "We met", "--at", "2026-11-21T15:59:00Z")
    dana("lose", "1", "--why", "Moved")
    (row,) = sheet(dana)
    assert (row["Stage"], row["Ended"]) == ("lost", "2026-11-21 11:00")
    assert (row["Thanked"], row["Last word to source"]) == ("2026-11-21 11:00", "2026-11-21 11:00")
    assert row["Next"] == "Explain to Sam Ortiz why Dana Ruiz was lost"


def test_what_is_private_has_to_be_asked_for(dana: Book) -> None:
    """Without --private there is no column of it; with it, all of it, over several lines too."""
    dana("problem", "1", f"The survey {CANARY}")
    assert CANARY not in dana("export", "--format", "csv").out
    (row,) = sheet(dana, "--private")
    assert (row["Need"], row["Note"]) == (f"A will {CANARY}", f"'=Rich\nand {CANARY}")
    for form in ("ics", "vcf"):
        assert CANARY not in dana("export", "--format", form).out
        error = fails(dana, "export", "--format", form, "--private", code=2).err
        assert error.startswith(f"error: --private is not for {form}.")


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20x"),
        *("=cmd|' /C calc'!A0", '=HYPERLINK("http://x.example")'),
    ],
)
def test_no_cell_is_a_formula(text: str) -> None:
    """A cell that begins as one is made text; a blank or a tab before it does not help."""
    for before in ("", " ", "\t", "\r", "\n", "\u200b", "\x00"):
        assert cell(before + text) == f"'{text}"


def test_other_cells_are_as_they_are() -> None:
    """Nothing else is touched: not quotes, not letters of any script."""
    for text in ("O'Neill", "a=b", "1+1", "", "Zoë", "\u5c71\u7530", "0161 496 0005", '"x", y'):
        assert cell(text) == text
    assert cell(None) == ""
    assert cell(12) == "12"


def test_names_of_every_kind_come_through(book: Book) -> None:
    """Quotes, separators and letters are read back as they are."""
    names = ('"Q" Wood; x', "O'Neill, Zoë", "\u5c71\u7530 \u82b1\u5b50", "Kim | Wood")
    for name in names:
        book("add", name, "--from", f"From {name}")
    read_back = [(row["Prospect"], row["Source"]) for row in sheet(book)]
    assert read_back == [(name, f"From {name}") for name in names]


def test_an_empty_book_has_the_columns_alone(book: Book) -> None:
    """And makes no book."""
    assert sheet(book) == []
    assert not book.path.exists()


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("book.json", "{"),
        ("book", "{"),
        ("book.txt", "{"),
        ("book.CSV", "\ufeffNumber"),
        ("book.vcf", "BEGIN:VCARD"),
        ("book.ics", "BEGIN:VCALENDAR"),
    ],
)
def test_the_ending_says_which_form(dana: Book, name: str, begins: str) -> None:
    """Where no form is named; a form that is named goes before it."""
    path = dana.folder / name
    dana("export", str(path))
    assert path.read_text(encoding="utf-8").startswith(begins)
    assert path.stat().st_mode & 0o777 == 0o600
    dana("export", str(path), "--format", "json")
    assert path.read_text(encoding="utf-8").startswith("{")


def test_a_form_that_is_none_is_refused(dana: Book) -> None:
    """The known forms are named; nothing is written."""
    error = fails(dana, "export", "--format", "cvs", str(dana.folder / "x.csv"), code=2).err
    assert error == ("error: 'cvs' is no format to export.\nSay --format json, csv, ics or vcf.\n")
    assert not (dana.folder / "x.csv").exists()
