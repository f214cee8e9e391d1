"""Dates, and the order in which a file writes them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reftrack.exchange.sheets.dates import Form, Unreadable, form_of, read_moment
from tests.support.driver import Book
from tests.support.sheets import TODAY, load, local, person, refused, sheet, told


@pytest.mark.parametrize(
    ("text", "order", "stamp"),
    [
        ("2026-11-20", None, "2026-11-20"),
        ("2026/11/20", "dmy", "2026-11-20"),
        ("2026.11.2", "mdy", "2026-11-02"),
        ("20261120", None, "2026-11-20"),
        ("2026-11-20 15:00", None, "2026-11-20T15:00:00"),
        ("2026-11-20T15:00:01.250Z", None, "2026-11-20T15:00:01+00:00"),
        ("2026-11-20T15:00:00+01:00", None, "2026-11-20T14:00:00+00:00"),
        ("2026-11-20 15:00:00 UTC", None, "2026-11-20T15:00:00+00:00"),
        ("2026/11/20 3:00:00 PM GMT-5", None, "2026-11-20T20:00:00+00:00"),
        ("20/11/2026", "dmy", "2026-11-20"),
        ("20.11.2026", "dmy", "2026-11-20"),
        ("20. 11. 2026", "dmy", "2026-11-20"),
        ("20-11-2026 08:05", "dmy", "2026-11-20T08:05:00"),
        ("11/20/2026 3:00 PM", "mdy", "2026-11-20T15:00:00"),
        ("11/20/2026, 12:00 a.m.", "mdy", "2026-11-20T00:00:00"),
        ("11/20/2026 3:00\u202fPM", "mdy", "2026-11-20T15:00:00"),
        ("5/6/2026", "dmy", "2026-06-05"),
        ("5/6/2026", "mdy", "2026-05-06"),
        ("5/6/26", "dmy", "2026-06-05"),
        ("26/6/5", "ymd", None),
        ("26/06/05", "ymd", "2026-06-05"),
        ("20 Nov 2026", None, "2026-11-20"),
        ("20-Nov-26", None, "2026-11-20"),
        ("20 November 2026 at 3:00 pm", None, "2026-11-20T15:00:00"),
        ("Nov 20, 2026", None, "2026-11-20"),
        ("November 20th, 2026 15:00", None, "2026-11-20T15:00:00"),
        ("Fri, 20 Nov 2026", None, "2026-11-20"),
        ("Friday, November 20, 2026", None, "2026-11-20"),
        ("20. März 2026", None, "2026-03-20"),
        ("5 de octubre de 2026", None, "2026-10-05"),
        ("1er août 2026", None, "2026-08-01"),
        ("2026-Nov-20", None, "2026-11-20"),
        ("20.11.2026 15:04 Uhr", "dmy", "2026-11-20T15:04:00"),
        ("Fri, 20 Nov 2026 15:04:11 +0100", None, "2026-11-20T14:04:11+00:00"),
        (
            "Fri Nov 20 2026 15:04:11 GMT+0100 (Central European Standard Time)",
            None,
            "2026-11-20T14:04:11+00:00",
        ),
        ("Fri Nov 20 2026 15:04:11 GMT+0100 (CET)", None, "2026-11-20T14:04:11+00:00"),
        ("1795183451250", None, "2026-11-20T14:04:11+00:00"),
    ],
)
def test_a_date_is_read(text: str, order: str | None, stamp: str | None) -> None:
    """In the form of its file, to the same stamp however it is written."""
    if stamp is None:
        with pytest.raises(Unreadable):
            read_moment(text, Form(order))
        return
    assert read_moment(text, Form(order)).stamp == stamp


@pytest.mark.parametrize(
    ("text", "order", "reason"),
    [
        ("31/02/2026", "dmy", "does not exist"),
        ("2026-13-01", None, "does not exist"),
        ("30 Feb 2026", None, "does not exist"),
        ("32/11/2026", "dmy", "does not exist"),
        ("11/20/2026", "dmy", "is not day first, as the file's other dates are"),
        ("20/11/2026", "mdy", "is not month first"),
        ("46346", "dmy", "spreadsheet's number for a day (2026-11-20"),
        ("46346.625", "dmy", "spreadsheet's number"),
        ("20/11/2026 25:00", "dmy", "time that does not exist"),
        ("20/11/2026 13:00 PM", "dmy", "time that does not exist"),
        ("2026-11-20T15:00+99:00", None, "offset"),
        ("Mon 20 Nov 2026", None, "is not a Mon: that day is a Friday"),
        ("20 Nov", None, "is not a whole date: a day, a month and a year are wanted"),
        ("Nov-26", None, "is not a whole date"),
        ("20.11.", "dmy", "is not a whole date"),
        ("next week", None, "is not understood"),
        ("20 Foo 2026", None, "is not understood"),
        ("11/2026", "dmy", "is not a whole date"),
        ("20/11-2026", "dmy", "is not understood"),
        ("1764000000", "dmy", "is not understood"),
        ("2026-11-20 15:00 EST", None, "is not understood"),
        ("x" * 100, None, "too long"),
    ],
)
def test_a_cell_that_is_no_date(text: str, order: str | None, reason: str) -> None:
    """Says why."""
    with pytest.raises(Unreadable) as found:
        read_moment(text, Form(order))
    assert reason in str(found.value)


@pytest.mark.parametrize(
    ("cells", "order", "others"),
    [
        ([], None, ()),
        (["20 Nov 2026"], None, ()),
        (["2026-11-20", "", "n/a"], "ymd", ()),
        (["05/06/2026", "20/11/2026"], "dmy", ()),
        (["05/06/2026", "11/20/2026"], "mdy", ()),
        (["05/06/2026", "07/08/2026"], None, ("dmy", "mdy")),
        (["05/05/2026"], None, ("dmy", "mdy")),
        (["20/11/2026", "21/11/2026", "22/11/2026", "11/23/2026"], "dmy", ()),
        (["20/11/2026", "11/23/2026", "05/06/2026"], None, ("dmy", "mdy")),
        (["2026-11-01", "2026-11-02", "2026-11-03", "05/06/2026"], "ymd", ()),
        (["2026-11-01", "05/06/2026"], None, ("dmy", "mdy")),
        (["11/20/26", "11/21/26"], "mdy", ()),
        (["20/11/26", "05/11/26"], None, ("dmy", "ymd")),
        (["30/11/26", "05/11/26"], "dmy", ()),
        (["32/13/2026"], "dmy", ()),
        (["20.11.26", "05.11.26"], "dmy", ()),
        (["Fri 20/11/2026"], "dmy", ()),
    ],
)
def test_the_form_of_a_file(cells: list[str], order: str | None, others: tuple[str, ...]) -> None:
    """Decided over all its dates, a clear majority against the rest; else left open."""
    form = form_of(cells, TODAY)
    assert (form.order, form.others) == (order, others)
    assert form_of(cells, TODAY, "mdy").order == "mdy"


@given(
    days=st.lists(st.dates(date(1990, 1, 1), TODAY), min_size=1),
    order=st.sampled_from(["dmy", "mdy"]),
    sign=st.sampled_from(["/", ".", "-"]),
)
def test_dates_are_never_guessed(days: list[date], order: str, sign: str) -> None:
    """A file in one form is read in that form, or its form is left open, whatever the days."""
    pattern = sign.join(f"%{'Y' if part == 'y' else part}" for part in order)
    cells = [f"{day:{pattern}}" for day in days]
    form = form_of(cells, TODAY)
    is_clear = any(day.day > 12 for day in days)
    assert form.order == (order if is_clear else None)
    assert (order in form.others) != is_clear
    said = form if is_clear else Form(order)
    assert [read_moment(cell, said).day for cell in cells] == days


def test_a_header_can_name_the_form(book: Book) -> None:
    """As `Date (mm/dd/yyyy)` does; what contradicts it is refused."""
    text = "Name,From,Date (mm/dd/yyyy)\nA Aa,Sam Ortiz,05/06/2026\nB Bb,Sam Ortiz,20/06/2026\n"
    result = load(book, text)
    assert "Dates:  month first (mdy), as the header says" in result.out
    assert refused(result) == {
        3: "'20/06/2026' in Date (mm/dd/yyyy) is not month first, as the header says"
    }
    assert told(book)[0][2] == "2026-05-06 12:00"


def test_a_rounded_number_is_no_number(book: Book) -> None:
    """Of `4.41615E+11` the last digits are lost; the row is kept without it."""
    out = load(
        book,
        'Name,From,Date,Phone\nA Aa,Sam Ortiz,2026-11-01,4.41615E+11\nB Bb,Sam Ortiz,2026-11-01,"=""0161"""\n',
    ).out
    assert "line 2: the number in Phone was rounded by a spreadsheet, and is not used" in out
    assert [person(book, name)["phone"] for name in ("A Aa", "B Bb")] == [None, "0161"]


AMBIGUOUS = "Name,From,Date,Met\nDana Ruiz,Sam Ortiz,05/11/2026,06/11/2026\n"


def test_an_ambiguous_file_wants_a_word(book: Book) -> None:
    """An error that says which, elsewhere than at a terminal; `--dates` settles it."""
    result = load(book, AMBIGUOUS, code=2)
    assert "such as 05/11/2026, could be day first or month first" in result.err
    assert "--dates dmy or --dates mdy" in result.err
    assert not book.path.exists()
    assert "is no order" in load(book, AMBIGUOUS, "--dates", "dm", code=2).err
    load(book, AMBIGUOUS, "--dates", "dmy")
    assert told(book)[0][2:] == ("2026-11-05 12:00", ("met 11-06",))


def test_an_ambiguous_file_asks_at_a_terminal(book: Book) -> None:
    """Until the answer is one; then the preview, and whether to record it."""
    file = sheet(book, AMBIGUOUS)
    screen = book.screen("import", file, keys="maybe\nday\ny\n")
    assert screen.code == 0, screen
    assert screen.out.count("Is 05/11/2026 day first or month first (dmy, mdy):") == 2
    assert "Record 1 referral in one step? [y/n]" in screen.out
    assert told(book)[0][2] == "2026-11-05 12:00"
    assert (
        "contradict"
        in load(book, AMBIGUOUS + "A B,C D,20/11/2026,\nE F,C D,11/20/2026,\n", code=2).err
    )


def test_a_missing_column_is_asked_for_at_a_terminal(book: Book) -> None:
    """With the columns that there are, until the answer is one of them."""
    file = sheet(book, "Name,Sales rep,Wann\nDana Ruiz,Sam Ortiz,2026-11-20\n")
    screen = book.screen("import", file, keys="Sales man\nsales rep\nWann\nn\n")
    assert screen.code == 0, screen
    assert "There are: Sales rep, Wann." in screen.out
    assert "Did you mean Sales rep?" in screen.out
    assert "line 2: Dana Ruiz from Sam Ortiz; received Fri 20 Nov 2026" in screen.out


def test_a_no_records_nothing(book: Book) -> None:
    """Nor does a dry run; neither writes a file."""
    file = sheet(book, "Name,From,Date\nDana Ruiz,Sam Ortiz,2026-11-20\nKim Wood,,2026-11-20\n")
    assert "Nothing was imported." in book.screen("import", file, keys="n\n").out
    result = book("import", file, "--dry-run")
    assert "This was a dry run: nothing was recorded." in result.out
    assert refused(result) == {3: "it names no source"}
    assert not book.path.exists()
    assert not list(book.folder.glob("*rejected*"))
    assert book.screen("import", file, "--yes").code == 0
    assert len(told(book)) == 1


def test_rows_against_the_files_form_are_refused(book: Book) -> None:
    """With the reason; so is what does not exist, has not come, or was before the receipt."""
    text = """Name,From,Date,Met
A Aa,Sam Ortiz,20/11/2026,21/11/2026
B Bb,Sam Ortiz,21/11/2026,20/11/2026
C Cc,Sam Ortiz,31/02/2026,
D Dd,Sam Ortiz,11/23/2026,
E Ee,Sam Ortiz,28/11/2026,
F Ff,Sam Ortiz,,
G Gg,Sam Ortiz,46346,
H Hh,Sam Ortiz,18/11/2026,soon
I Ii,Sam Ortiz,17/11/1817,
J Jj,Sam Ortiz,27/11/2026,
"""
    result = load(book, text)
    assert refused(result) == {
        3: "2026-11-20 in Met is before it was received (2026-11-21)",
        4: "'31/02/2026' in Date is a date that does not exist",
        5: "'11/23/2026' in Date is not day first, as the file's other dates are",
        6: "2026-11-28 in Date lies in the future",
        7: "Date is empty, so it does not say when it came",
        8: "'46346' in Date is a spreadsheet's number for a day (2026-11-20 if it counts from 1900);"
        " give the column a date format there, and export it again",
        9: "'soon' in Met is not understood as a date",
        10: "1817-11-17 in Date is outside the years 1900 to 2199",
    }
    # Noon, but today not later than now.
    assert [row[2] for row in told(book)] == ["2026-11-20 12:00", "2026-11-27 09:00"]


def test_a_day_is_kept_between_receipt_and_now(book: Book) -> None:
    """Noon of the same day is not before a receipt in the afternoon, nor after a call before it."""
    text = """Name,From,Date,Called
A Aa,Sam Ortiz,2026-11-20 15:00,2026-11-20
B Bb,Sam Ortiz,2026-11-20,2026-11-20 08:00
C Cc,Sam Ortiz,2026-11-20 15:00,2026-11-20 14:00
"""
    result = load(book, text)
    assert set(refused(result)) == {4}
    events = {event["referral"]: local(event["at"]) for event in book.export()["events"]}
    assert events == {1: "2026-11-20 15:00", 2: "2026-11-20 08:00"}
    assert told(book)[1][2] == "2026-11-20 08:00"


def test_midnight_in_a_whole_column_is_a_day(book: Book) -> None:
    """As a spreadsheet writes it; one real time in the column, and midnight is midnight."""
    head = "Name,From,Date\nA Aa,Sam Ortiz,2026-11-20 00:00:00\n"
    load(book, head)
    load(book, head.replace("A Aa", "B Bb") + "C Cc,Sam Ortiz,2026-11-20 08:30:00\n")
    assert [row[2][11:] for row in told(book)] == ["12:00", "00:00", "08:30"]


def test_the_clocks_changes_are_mentioned(book: Book) -> None:
    """A time that they skip or show twice is taken as the rest of the program does, and said."""
    text = "Name,From,Date\nA Aa,Sam Ortiz,2026-03-29 01:30\nB Bb,Sam Ortiz,2026-10-25 01:30\n"
    result = load(book, text)
    assert "line 2: a time that the clocks skip is taken as right after" in result.out
    assert "line 3: a time that the clocks show twice is taken as the first" in result.out
