"""The same rows again, refused rows mended, and what stays private."""

from __future__ import annotations

import csv
import io

from tests.support.driver import Book
from tests.support.sheets import DANA, KIM, SAM, TOM, load, person, refused, sheet, told

CANARY = "kanarienvogel"


def test_probable_duplicates_are_left_out(book: Book) -> None:
    """The same two with a live referral, or within some days; `--duplicates` records them."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--at", "2026-11-20T15:00")
    book("add", "Kim Wood", "--from", "Sam Ortiz", "--at", "2026-03-20T15:00")
    book("lose", "2", "--why", "x", "--at", "2026-03-21T15:00")
    text = """Name,From,Date
Dana Ruiz,Sam Ortiz,2026-01-20
Kim Wood,Sam Ortiz,2026-03-25
Kim Wood,Sam Ortiz,2026-06-20
Kim Wood,Sam Ortiz,2026-06-22
Kim Wood,Sam Ortiz,2026-06-20
"""
    out = load(book, text).out
    assert "line 2: Dana Ruiz from Sam Ortiz is referral 1, live, received 2026-11-20" in out
    assert "line 3: Kim Wood from Sam Ortiz is referral 2, received 2026-03-20" in out
    assert "line 5: Kim Wood from Sam Ortiz is line 4, received 2026-06-20" in out
    assert "line 6: Kim Wood from Sam Ortiz is line 4" in out
    assert len(told(book)) == 3
    load(book, text, "--duplicates")
    assert len(told(book)) == 6
    assert "Nothing in it is new" in load(book, text, "--duplicates").out


REJECTING = """Name;From;Date;Phone;Notes
Dana Ruiz;Sam Ortiz;20/11/2026;;fine
Kim Wood;Sam Ortiz;31/02/2026;+44 20 7946 0018;"two
lines"
Lee Park;;05/11/2026;=1+1;Grüße
Mia;Lund;Sam Ortiz;20/11/2026;;
"""


def test_refused_rows_come_back_once_mended(book: Book) -> None:
    """In a file of their own, in the same form, private, harmless to a spreadsheet."""
    result = load(book, REJECTING.encode("cp1252"))
    path = book.folder / "leads.rejected.csv"
    assert path.stat().st_mode & 0o777 == 0o600
    assert f"3 rows refused, with the reason in {path}." in result.out
    assert f"reftrack import {path} --dates dmy" in result.out
    text = path.read_bytes().decode("cp1252")
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    assert rows[0] == ["Why refused", "Name", "From", "Date", "Phone", "Notes"]
    assert rows[1][1:] == ["Kim Wood", "Sam Ortiz", "31/02/2026", "'+44 20 7946 0018", "two\nlines"]
    assert rows[2][4:] == ["'=1+1", "Grüße"]
    assert rows[3][1:] == ["Mia", "Lund", "Sam Ortiz", "20/11/2026", "", ""]

    mended = text.replace("31/02/2026", "28/02/2026").replace(";Lee Park;;", ";Lee Park;Tom Beck;")
    path.write_bytes(mended.encode("cp1252"))
    result = book("import", str(path))
    assert "Why refused" not in result.out.split("Not used")[0]
    assert [row[:2] for row in told(book)] == [(DANA, SAM), (KIM, SAM), ("Lee Park", TOM)]
    assert person(book, KIM)["phone"] == "+44 20 7946 0018"
    assert person(book, "Lee Park")["phone"] == "=1+1"
    # What is still refused has its reason anew, beside the first file.
    again = (book.folder / "leads.rejected-2.csv").read_bytes().decode("cp1252")
    assert again.splitlines()[0] == "Why refused;Name;From;Date;Phone;Notes"
    assert again.count("cells") == 1


def test_another_file_is_never_overwritten(book: Book) -> None:
    """The rejected rows get a name of their own; the same rows do not pile up."""
    (book.folder / "leads.rejected.csv").write_text("mine", encoding="utf-8")
    for _ in range(2):
        load(book, REJECTING)
    assert (book.folder / "leads.rejected.csv").read_text(encoding="utf-8") == "mine"
    assert sorted(path.name for path in book.folder.glob("*rejected*")) == [
        "leads.rejected-2.csv",
        "leads.rejected.csv",
    ]


def test_without_a_place_for_the_refused_nothing_is_recorded(book: Book) -> None:
    """All or nothing: the good rows wait as well."""
    name = f"{'x' * 245}.csv"
    result = book("import", sheet(book, REJECTING, name), code=1)
    assert "the refused rows cannot be kept in" in result.err
    assert "Nothing was recorded." in result.err
    assert not book.path.exists() or told(book) == []


def test_a_file_of_refused_rows_alone_fails(book: Book) -> None:
    """1, with all reasons; nothing is recorded."""
    result = load(book, "Name,From,Date\nDana Ruiz,,2026-11-20\n", code=1)
    assert refused(result) == {2: "it names no source"}
    assert "no row could be imported" in result.err
    assert not book.path.exists()


def test_what_is_private_stays_private(book: Book) -> None:
    """Neither preview, nor error, nor reason repeats a need or a note."""
    text = f"Name,From,Date,Need,Notes\nDana Ruiz,Sam Ortiz,2026-11-20,{CANARY},{CANARY}\n,,,{CANARY},{CANARY}\n"
    result = load(book, text)
    assert "a need, a note" in result.out
    assert CANARY not in result.out + result.err
    assert book.export()["referrals"][0]["need"] == CANARY
