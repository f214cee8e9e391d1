"""Other programs' exports, read at the first try."""

from __future__ import annotations

import json

import pytest

from tests.support.driver import Book
from tests.support.sheets import (
    DANA,
    KIM,
    PRIYA,
    SAM,
    SHEETS,
    TOM,
    load,
    person,
    refused,
    sheet,
    steps,
    told,
)

EXPECTED = {
    "hubspot-contacts.csv": [
        (DANA, SAM, "2026-11-20 15:04", ("contacted 11-20",)),
        (PRIYA, TOM, "2026-10-05 09:30", ("attempted 10-05",)),
        (KIM, SAM, "2026-09-01 10:00", ("declined 09-01",)),
    ],
    "hubspot-deals.csv": [
        (DANA, SAM, "2026-11-20 15:04", ("contacted 11-20",)),
        (PRIYA, TOM, "2026-10-05 09:30", ("won 10-20",)),
        (KIM, SAM, "2026-09-01 10:00", ("lost 09-15",)),
    ],
    "salesforce-leads.csv": [
        (DANA, SAM, "2026-11-20 12:00", ("contacted 11-20",)),
        ("José Álvarez", TOM, "2026-10-05 12:00", ("contacted 10-05",)),
        ("Mia Lund", SAM, "2026-08-03 12:00", ("lost 08-03",)),
    ],
    "salesforce-opportunities.csv": [
        (DANA, SAM, "2026-11-20 15:04", ("contacted 11-20",)),
        (PRIYA, TOM, "2026-10-05 09:30", ("won 10-20",)),
        (KIM, SAM, "2026-09-01 10:00", ("lost 09-15",)),
    ],
    "pipedrive-deals.csv": [
        (DANA, SAM, "2026-11-20 15:04", ("contacted 11-20",)),
        (PRIYA, TOM, "2026-10-05 09:30", ("won 10-20",)),
        (KIM, SAM, "2026-09-01 10:00", ("lost 09-15",)),
    ],
    "zoho-leads.csv": [
        (DANA, SAM, "2026-11-20 15:04", ("contacted 11-20",)),
        (PRIYA, TOM, "2026-10-05 09:30", ()),
        (KIM, SAM, "2026-09-01 10:00", ("declined 09-01",)),
    ],
    "bni-slips.csv": [
        (DANA, SAM, "2026-11-20 12:00", ("contacted 11-20",)),
        (TOM, TOM, "2026-11-13 12:00", ("won 11-13",)),
        (KIM, SAM, "2026-11-06 12:00", ("lost 11-06",)),
    ],
    "excel-german.csv": [
        ("Jörg Müller", "Sabine Groß", "2026-11-20 12:00", ("contacted 11-20",)),
        ("Änne Weiß", "Sabine Groß", "2026-10-05 12:00", ("won 10-05",)),
    ],
    "excel-unicode.txt": [
        (DANA, SAM, "2026-11-20 12:00", ("thanked 11-21",)),
        (PRIYA, TOM, "2026-10-05 12:00", ()),
    ],
    "google-form.csv": [
        (DANA, SAM, "2026-11-20 14:04", ()),
        (PRIYA, TOM, "2026-10-05 08:30", ()),
    ],
    "own-sheet.csv": [
        (DANA, SAM, "2026-11-20 12:00", ("thanked 11-20", "met 11-24")),
        (PRIYA, TOM, "2026-10-05 12:00", ()),
        (KIM, SAM, "2026-09-01 12:00", ("thanked 09-01",)),
    ],
    "mac.csv": [
        (DANA, SAM, "2026-11-20 12:00", ("met 11-20",)),
        (PRIYA, TOM, "2026-10-05 12:00", ("won 10-05",)),
    ],
    "french.csv": [
        (DANA, SAM, "2026-11-20 12:00", ()),
        (PRIYA, TOM, "2026-10-05 12:00", ("won 10-05",)),
    ],
    "portuguese.csv": [
        (DANA, SAM, "2026-11-20 12:00", ("contacted 11-20",)),
        ("Inês Conceição", TOM, "2026-10-05 12:00", ("won 10-05",)),
    ],
    "dental-practice.csv": [
        (DANA, SAM, "2026-11-02 12:00", ("met 11-20", "thanked 11-21")),
        (PRIYA, TOM, "2026-10-05 12:00", ()),
    ],
    "law-intake.csv": [
        (DANA, SAM, "2026-10-14 12:00", ("won 10-30",)),
        (PRIYA, TOM, "2026-10-05 12:00", ("lost 10-20",)),
    ],
    "linked-pages.csv": [
        (DANA, SAM, "2026-11-20 12:00", ("thanked 11-20", "contacted 11-20")),
        (PRIYA, TOM, "2026-10-05 12:00", ()),
    ],
    "intake-form.csv": [(DANA, SAM, "2026-11-20 15:04", ())],
    "insightly-leads.csv": [
        (DANA, SAM, "2026-11-20 15:04", ("contacted 11-20",)),
        (PRIYA, TOM, "2026-10-05 09:30", ("declined 10-05",)),
    ],
    "realtor-referrals.csv": [
        (DANA, SAM, "2026-11-20 12:00", ("contacted 11-20",)),
        (PRIYA, TOM, "2026-10-05 12:00", ("won 10-20",)),
    ],
    "website-members.csv": [(DANA, SAM, "2026-11-20 12:00", ())],
}


def test_every_sheet_is_read() -> None:
    """A sheet that is added is looked at, too."""
    assert {path.name for path in SHEETS.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_export_is_read_at_the_first_try(book: Book, name: str) -> None:
    """Without an option: each row that names a source, and a second import adds nothing."""
    file = sheet(book, (SHEETS / name).read_bytes(), name)
    book("import", file)
    assert told(book) == EXPECTED[name]
    assert steps(book) == 1
    before = book.path.read_bytes()
    assert "Nothing in it is new; nothing was recorded." in book("import", file).out
    assert book.path.read_bytes() == before


def test_what_an_export_says_of_people_is_kept(book: Book) -> None:
    """Addresses, numbers and firms on both sides, reasons with the loss, needs and notes."""
    book("import", sheet(book, (SHEETS / "hubspot-deals.csv").read_bytes()))
    dana = person(book, DANA)
    assert (dana["email"], dana["company"]) == ("dana@ruiz.example", "Ruiz & Sons")
    assert person(book, TOM)["email"] == "tom@beck.example"
    (lost,) = [event for event in book.export()["events"] if event["kind"] == "lost"]
    assert lost["data"] == {"text": "Price, mostly"}
    other = Book(book.folder, book._monkeypatch)
    other(
        "--db",
        str(book.folder / "b.db"),
        "import",
        sheet(book, (SHEETS / "bni-slips.csv").read_bytes()),
    )
    history = json.loads(other("--db", str(book.folder / "b.db"), "export").out)
    assert [r["kind"] for r in history["referrals"]] == ["partner", "expansion", "partner"]
    assert history["referrals"][0]["note"] == "Needs a roof;\ncall after six"


def test_rows_that_name_no_source_are_no_referrals(book: Book) -> None:
    """A lead from the web is refused by its line, and kept with the reason."""
    result = book("import", sheet(book, (SHEETS / "salesforce-leads.csv").read_bytes()))
    assert refused(result) == {4: "it names no source"}
    assert "Below it:  lines 7 to 11, not used" in result.out
    result = load(
        book, "Name,Lead Source,Date\nLee Park,Web,2026-11-02\nAda Moss,Sam Ortiz,2026-11-02\n"
    )
    assert refused(result) == {2: "'Web' is no person who referred somebody"}


def test_a_way_is_no_person(book: Book) -> None:
    """`Referral from Sam Ortiz` names him; a past client or a friend is nobody yet."""
    text = "Name,Referral Source,Date\nBo Hart,Referral from Sam Ortiz,2026-11-02\n"
    text += "Cy Dove,Referred by: a friend,2026-11-02\nDi Egan,Past client,2026-11-02\n"
    text += "Eva Fink,Empfohlen von Tom Beck,2026-11-02\n"
    assert refused(load(book, text)) == {
        3: "'a friend' is no person who referred somebody",
        4: "'Past client' is no person who referred somebody",
    }
    assert [row[:2] for row in told(book)] == [("Bo Hart", SAM), ("Eva Fink", TOM)]
