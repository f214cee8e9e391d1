"""Large files, odd bytes, and taking all of it back."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reftrack.errors import BadInput, Refused
from reftrack.exchange.sheets.columns import FIELDS
from reftrack.exchange.sheets.reading import form_in, open_sheet, understand_rows
from tests.support.driver import Book
from tests.support.sheets import DANA, KIM, LONDON, SHEETS, TODAY, load, sheet, told


def test_a_large_sheet_takes_seconds(book: Book) -> None:
    """A thousand rows in far less than a second each hundred, before they are recorded."""
    rows = [
        f"P{n} Aa,S{n % 80} Bb,{1 + n % 28}/{1 + n % 10}/2026,p{n}@x.example" for n in range(1000)
    ]
    table, columns = open_sheet("\n".join(["Name,From,Date,Email", *rows]).encode(), None, {})
    form = form_in(table, columns, TODAY, None)
    now = datetime(2026, 11, 27, 9, tzinfo=UTC)
    entries = understand_rows(table, columns, form, now=now, zone=LONDON).entries
    assert (form.order, len(entries)) == ("dmy", 1000)


@given(content=st.binary(max_size=200))
def test_no_bytes_are_too_odd(content: bytes) -> None:
    """They are a table, or an error of ours."""
    for head in (b"", b"Name,From,Date\n"):
        try:
            table, columns = open_sheet(head + content, None, {})
        except (Refused, BadInput):
            continue
        form = form_in(table, columns, TODAY, "dmy")
        read = understand_rows(
            table, columns, form, now=datetime(2026, 11, 27, 9, tzinfo=UTC), zone=LONDON
        )
        assert len(read.entries) + len(read.refusals) == len(table.rows)


def test_the_page_says_what_happens(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows, with those that it mends, are four referrals, and all fields are named in it."""
    page = (SHEETS.parent.parent / "docs" / "import-csv.md").read_text(encoding="utf-8")
    monkeypatch.chdir(book.folder)
    files = dict(re.findall(r'```csv title="(.*?)"\n(.*?)```', page, re.DOTALL))
    first, again = re.findall(r"^(reftrack import leads\.(?!.*--map).*)$", page, re.MULTILINE)
    sheet(book, files["leads.csv"])
    said = book(*first.split()[1:]).out
    assert said.endswith(f"Mend them there, then: {again}\n")
    (book.folder / "leads.rejected.csv").write_text(files["leads.rejected.csv"], encoding="utf-8")
    book(*again.split()[1:])
    assert len(told(book)) == 4
    assert {name for name in FIELDS if f"`{name}`" not in page} == set()


def test_undo_takes_all_of_it_back(book: Book) -> None:
    """In one step; and it can be imported again."""
    text = "Name,From,Date,Status\nDana Ruiz,Sam Ortiz,2026-11-20,Won\n"
    book("add", "Kim Wood", "--from", "Sam Ortiz", "--at", "2026-11-02")
    before = book.export()
    load(book, text, "--baseline", "2026-11-25")
    book("undo")
    assert book.export() == before
    load(book, text)
    assert [row[0] for row in told(book)] == [KIM, DANA]
    assert book("check").code == 0
