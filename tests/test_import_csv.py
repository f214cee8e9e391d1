"""A spreadsheet of referrals: read as it stands, shown first, recorded in one step, or refused."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import sqlite3
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reftrack.errors import BadInput, Refused
from reftrack.exchange.sheets.columns import FIELDS, recognised
from reftrack.exchange.sheets.dates import Form, Unreadable, form_of, read_moment
from reftrack.exchange.sheets.reading import form_in, opened, understood
from reftrack.exchange.sheets.table import bare, column_letter, read_table
from reftrack.exchange.sheets.written import written_table
from tests.driver import Book, Result

SHEETS = Path(__file__).parent / "sheets"
NOW = "2026-11-27T09:00"
TODAY = date(2026, 11, 27)
LONDON = ZoneInfo("Europe/London")
CANARY = "kanarienvogel"


@pytest.fixture
def book(book: Book) -> Book:
    """A book in London, a Friday morning."""
    return book.zone("Europe/London").at(NOW)


def sheet(book: Book, text: str | bytes, name: str = "leads.csv") -> str:
    """A file with this content, in the folder of the book."""
    path = book.folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return str(path)


def load(book: Book, text: str | bytes, *options: str, code: int = 0) -> Result:
    """Imports a file with this content."""
    return book("import", sheet(book, text), *options, code=code)


def told(book: Book) -> list[tuple[str, str, str, tuple[str, ...]]]:
    """The referrals on record: prospect, source, local receipt, and what happened, in order."""
    history = book.export()
    names = {person["id"]: person["name"] for person in history["people"]}
    happened: dict[int, list[str]] = {}
    for event in sorted(history["events"], key=lambda event: (event["at"], event["id"])):
        if event["referral"]:
            day = local(event["at"])[5:10]
            happened.setdefault(event["referral"], []).append(f"{event['kind']} {day}")
    return [
        (
            names[r["prospect"]],
            names[r["source"]],
            local(r["received_at"]),
            tuple(happened.get(r["id"], ())),
        )
        for r in history["referrals"]
    ]


def local(stamp: str) -> str:
    """An instant on London's clocks."""
    return f"{datetime.fromisoformat(stamp).astimezone(LONDON):%Y-%m-%d %H:%M}"


def steps(book: Book) -> int:
    """How many steps were recorded."""
    connection = sqlite3.connect(book.path)
    ((count,),) = connection.execute("SELECT count(*) FROM step").fetchall()
    connection.close()
    return int(count)


def person(book: Book, name: str) -> dict[str, Any]:
    """The one person of this name."""
    (found,) = [person for person in book.export()["people"] if person["name"] == name]
    return dict(found)


def refused(result: Result) -> dict[int, str]:
    """The lines that a preview refuses, with their reasons."""
    if "Refused:" not in result.out:
        return {}
    lines = result.out.split("Refused:\n")[1].split("\n\n")[0].splitlines()
    found = (line.strip().removeprefix("line ").partition(": ") for line in lines)
    return {int(number): reason for number, _, reason in found}


# Other programs' exports, read at the first try

DANA, PRIYA, KIM = "Dana Ruiz", "Priya Nair", "Kim Wood"
SAM, TOM = "Sam Ortiz", "Tom Beck"
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
    """What came from the web is refused by its line, and kept with the reason."""
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


# The file itself

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
    table, columns = opened(out.getvalue().encode(encoding), None, {})
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
    content = written_table(header, rows, ";", "utf-8-sig")
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
    new = "New in it: 2 people, 1 referrals and 1 events."
    other = str(book.folder / "other.db")
    assert new in book("--db", other, "import", path, "--dry-run").out
    assert not Path(other).exists()
    assert "New in it: 0 people, 0 referrals and 0 events." in book("import", path, "--dry-run").out
    assert steps(book) == 1


# Columns


def test_columns_can_be_named(book: Book) -> None:
    """Where one is not recognised, or wrongly so; and one can be left out."""
    text = "Name,Wer,Wann,Status,Notes\nDana Ruiz,Sam Ortiz,2026-11-20,Frobnicated,a\n"
    options = ["--map", "source=wer", "--map", "Received=Wann"]
    result = load(book, text, *options, code=1)
    assert "'Frobnicated' in Status is no status that is known" in result.out
    result = load(book, text, *options, "--map", "status=", "--map", "need=Notes", "--map", "note=")
    assert told(book) == [(DANA, SAM, "2026-11-20 12:00", ())]
    assert book.export()["referrals"][0]["need"] == "a"
    assert "Not used:  Status" in result.out


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ("sorce=Name", "Did you mean source"),
        ("zzz=Name", "The fields are prospect"),
        ("source=Referrd by", "Did you mean Referred by?"),
        ("source=Qwerty", "Its columns are: Name, Referred by, Date."),
        ("source", "does not say FIELD=COLUMN"),
        ("source=Name\n", ""),
    ],
)
def test_a_wrong_map_is_answered_with_the_nearest(book: Book, said: str, error: str) -> None:
    """2, the field or the column that was probably meant, and nothing is made."""
    text = "Name,Referred by,Date\nDana Ruiz,Sam Ortiz,2026-11-20\n"
    if not error:
        assert load(book, text, "--map", said, "--map", "prospect=Referred by").code == 0
        return
    assert error in load(book, text, "--map", said, code=2).err
    assert "twice" in load(book, text, "--map", "note=Date", "--map", "note=Name", code=2).err
    assert not book.path.exists()


def test_every_field_is_found_by_its_own_name() -> None:
    """As `--map` and the documentation call it."""
    columns = recognised(FIELDS, {})
    assert {name: FIELDS[places[0]] for name, places in columns.of.items()} == dict(
        zip(FIELDS, FIELDS, strict=True)
    )


def test_unused_columns_are_named(book: Book) -> None:
    """Nothing is dropped without a word, and nothing goes into a note unasked."""
    text = "Name,From,Date,Budget,Create Date,,Empty\nDana Ruiz,Sam Ortiz,2026-11-20,900,2026-11-19,x,\n"
    result = load(book, text)
    assert "Not used:  Create Date" not in result.out
    assert (
        "Not used:  Date (another is received), Budget, column F, 1 column without a word"
        in result.out
    )
    assert book.export()["referrals"][0]["note"] is None


def test_column_letters() -> None:
    """As a spreadsheet counts them."""
    assert [column_letter(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A",
        "Z",
        "AA",
        "AZ",
        "BA",
        "ZZ",
        "AAA",
    ]


HEADERS = {
    "Client #,Who,Referred by*,Date (DD/MM/YYYY),Phone #,Cell [mobile]": "- prospect source received phone phone",
    "Full Name,Referred By (Contact),Created On,Status Reason": "prospect source received status",
    "Slip Date,Given By,Referral To,Contact Name,Contact Phone,Tier": "received source - prospect phone kind",
    "Member Name,Referral Name,Referral Received Date,Temperature": "source prospect received -",
    "Your Name,Your Phone,Who referred you?,Timestamp": "prospect phone source received",
    "Timestamp,Your Name,Your Email,Friend's Name": "received source source-email prospect",
    "Patient Name,Referring Dentist,Date of Referral": "prospect source received",
    "Client,Referred By,Ref Date,Thanked?,Won/Lost": "prospect source received thanked status",
    "prospectName,referrerName,createdAt": "prospect source received",
    "Referral,From,To,Date": "prospect source - received",
    "Name,Referral source phone,Referrer,Rec'd": "prospect source-phone source received",
    "First Name,Last Name,Name,Lead Source,Referred by,Added": "first-name last-name prospect - source received",
    "Fecha,Nombre,Apellidos,Referido por,Teléfono": "received first-name last-name source phone",
    "Name,Vorname,Empfohlen von,Datum": "last-name first-name source received",
    # A person before their firm and before a way; the form that asks how only where nothing else does.
    "Name,Referral Source,Referring Provider,Intake Date": "prospect - source received",
    "Client,Referring Firm,Referring Broker,Date": "prospect source-company source received",
    "Client,Lead Source,Referred by (client or friend),Date": "prospect - source received",
    "Caller Name,How did you hear about us?,Date/Time": "prospect source received",
    "FirstName,LastName,Referred_By__c,Status__c,CreatedDate": (
        "first-name last-name source status received"
    ),
    "Nome,Email,Estado,Indicado por,Data de cadastro": "prospect email status source received",
    "Caller,How did you hear about us?,Referrer,Date": "prospect - source received",
    "Client,Main Phone #s,E-mails,Referred by (Name),Created Date": (
        "prospect phone email source received"
    ),
    # What our own export calls them.
    "Number,Received,Source,Source phone,Relation,Prospect,Stage,Since,Ended,Thanked,Next,Due": (
        "- received source source-phone relation prospect status status-date closed thanked - -"
    ),
}


@pytest.mark.parametrize("header", HEADERS)
def test_headers_that_others_write(header: str) -> None:
    """Each column as the field that it is, or as none."""
    names = header.split(",")
    columns = recognised(names, {})
    fields = {place: name for name, places in columns.of.items() for place in places}
    assert " ".join(fields.get(place, "-") for place in range(len(names))) == HEADERS[header]


MISSING = {
    # The column that looks most like it is proposed.
    "Client,Partner,First seen,Notes\nA B,C D,2026-11-20,\nE F,C D,2026-11-21,x\n": (
        'received="First seen"'
    ),
    "Applicant No,Seen person,Partner,Date\n7,A B,C D,2026-11-20\n": 'prospect="Seen person"',
    "Name,Date,Recommends us,City\nA B,2026-11-20,Sam Ortiz,Leeds\n": 'source="Recommends us"',
    # Of firms alone the firm is proposed; what only holds such a word is not.
    "Contact Quality,Business Name,Partner,Date\nGood,Acme,C D,2026-11-20\n": (
        'prospect="Business Name"'
    ),
    "Name,Date,Notes from calls\nA B,2026-11-20,spoke to her\n": "source=COLUMN",
    # A note may be all that says it.
    "Name,Date,Notes\nA B,2026-11-20,Referred by Sam Ortiz\nC D,2026-11-20,\n": 'source="Notes"',
    # No birthday, no next step, no number, no yes and no is proposed.
    "Client,Partner,Date of Birth,Next call\nA B,C D,1980-02-03,2026-12-01\n": "received=COLUMN",
    "ID,Partner,Date,Is client\nL1,C D,2026-11-20,yes\n": "prospect=COLUMN",
    # A list of contacts is none of referrals.
    "First Name,Last Name,Middle Name,Connected On\nA,B,M,20 Nov 2026\n": "as cards (.vcf)",
}


@pytest.mark.parametrize("text", MISSING)
def test_the_likeliest_column_is_proposed(book: Book, text: str) -> None:
    """Where none is understood, and never one that only stands first."""
    result = load(book, text, code=1)
    assert MISSING[text] in result.err, result.err
    assert len(result.err.splitlines()) == 2


def test_a_proposed_note_names_the_source(book: Book) -> None:
    """What the hint says can be typed, and is read."""
    text = 'Name,Date,Notes\nDana Ruiz,2026-11-20,"Referred by Sam Ortiz, needs a kitchen"\n'
    text += "Kim Wood,2026-11-20,Referred by Dr. Beck. Call after six\n"
    text += "Lee Park,2026-11-20,found us on the web\n"
    result = load(book, text, "--map", "source=Notes", "--map", "note=Notes")
    assert [row[:2] for row in told(book)] == [(DANA, SAM), (KIM, "Dr. Beck")]
    assert book.export()["referrals"][0]["note"] == "Referred by Sam Ortiz, needs a kitchen"
    assert refused(result) == {4: "'found us on the web' does not say who referred them"}
    assert "a comma in" not in result.out


def test_two_names_in_a_cell_are_mentioned(book: Book) -> None:
    """A couple is one client often enough, and a firm always; two sources seldom are one."""
    text = "Name,From,Date\nDana & Tom Ruiz,Kim Wood and Tom Beck,2026-11-20\n"
    text += "Lee Park,Ortiz & Sons,2026-11-20\nAda Moss/Bo Hart,Sam Ortiz,2026-11-20\n"
    result = load(book, text)
    assert "line 2: two names in From are taken as one person" in result.out
    assert "line 4: two names in Name are taken as one person" in result.out
    assert result.out.count("two names in") == 2


def test_empty_names_of_a_file_without_a_header_are_no_duplicates(book: Book) -> None:
    """What is wrong with it is the header, not that two cells are alike."""
    result = load(book, "7,\\N,\\N,x\n8,\\N,\\N,y\n", code=1)
    assert "line 1 names no column that is known" in result.err


def test_a_column_of_other_words_is_not_used(book: Book) -> None:
    """A type of referral that is a type of house says nothing of the kind, and stops no row."""
    text = "Name,From,Date,Referral type\nDana Ruiz,Sam Ortiz,2026-11-20,Residential\n"
    assert "Referral type has no word that is a kind, and is not used" in load(book, text).out
    text = text.replace("Dana Ruiz", "Kim Wood")
    assert (
        "'Residential' in Referral type is not known"
        in load(book, text, "--map", "kind=Referral type", code=1).out
    )


# Dates


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
    """Whatever the days, a file in one form is read in that form, or its form is left open."""
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


# What happened


def test_statuses_become_events(book: Book) -> None:
    """At the date of the kind, else of the end or of the status, else as of the last one before."""
    text = """Name,From,Date,Status,Status date,Close date,Contacted,Reason
A Aa,Sam Ortiz,2026-11-02,Contacted,2026-11-03,,,
B Bb,Sam Ortiz,2026-11-02,Won,2026-11-09,2026-11-05,,
C Cc,Sam Ortiz,2026-11-02,Lost - price,,2026-11-06,2026-11-03,Too dear
D Dd,Sam Ortiz,2026-11-02,Won,,,2026-11-04,
E Ee,Sam Ortiz,2026-11-02,New,,2027-01-01,,
F Ff,Sam Ortiz,2026-11-02,Job complete,2026-11-10,,,
G Gg,Sam Ortiz,2026-11-02,Closed,,,,
H Hh,Sam Ortiz,2026-11-02,3. Proposal sent (Pipeline),,,,
I Ii,Sam Ortiz,2026-11-02,Kontacted,,,,
"""
    result = load(book, text)
    assert [row[3] for row in told(book)] == [
        ("contacted 11-03",),
        ("won 11-05",),
        ("contacted 11-03", "lost 11-06"),
        ("contacted 11-04", "won 11-04"),
        (),
        ("won 11-10", "delivered 11-10"),
        ("contacted 11-02",),
    ]
    known = "is no status that is known; say"
    assert refused(result) == {
        8: f"'Closed' in Status {known} new, contacted, met, won, delivered, lost or declined",
        10: f"'Kontacted' in Status {known} contacted if that is meant",
    }
    assert "lines 5, 9: a status without a date counts as of the last date before it" in result.out
    assert "line 6: Close date is not used: nothing was won or lost" in result.out


def test_ticks_and_ways_of_thanks(book: Book) -> None:
    """A tick is thanks for the referral itself, on the same day; a date may be thanks for the sale."""
    text = """Name,From,Date,Thanked,Won,Kind
A Aa,Sam Ortiz,2026-11-02,yes,2026-11-04,
B Bb,Sam Ortiz,2026-11-02,Letter,x,
C Cc,Sam Ortiz,2026-11-02,2026-11-04,2026-11-04,
D Dd,Sam Ortiz,2026-11-02,no,FALSE,
E Ee,Sam Ortiz,2026-11-02,gift,,co-worker
F Ff,Sam Ortiz,2026-11-02,,,pigeon
G Gg,Sam Ortiz,2026-11-02,N/A,-,Partner (BNI)
"""
    result = load(book, text)
    kinds = [tuple(each.split()[0] for each in row[3]) for row in told(book)]
    assert kinds == [("thanked", "won"), ("thanked", "won"), ("won", "thanked"), (), ()]
    assert [e["channel"] for e in book.export()["events"] if e["kind"] == "thanked"] == [
        None,
        "card",
        None,
    ]
    assert "conflict of interest" in refused(result)[6]
    assert (
        refused(result)[7]
        == "'pigeon' in Kind is not known; say client, co-worker, partner or expansion"
    )


def test_a_later_export_adds_its_news(book: Book) -> None:
    """The same referral with a new status gets the event, and nothing else."""
    head = "Name,From,Date,Status,Status date\nDana Ruiz,Sam Ortiz,2026-11-20,"
    load(book, head + "Contacted,2026-11-21\n")
    result = load(book, head + "Won,2026-11-25\n")
    assert "Known referrals with news: 1." in result.out
    assert told(book) == [(DANA, SAM, "2026-11-20 12:00", ("contacted 11-21", "won 11-25"))]
    assert "Nothing in it is new" in load(book, head + "Won,2026-11-25\n").out


def test_what_was_recorded_by_hand_is_not_recorded_again(book: Book) -> None:
    """A loss of these days, a call of that day: the sheet says of them what the book knows."""
    head = "Name,From,Date,Status,Close date,Contacted\nDana Ruiz,Sam Ortiz,2026-11-09,"
    load(book, head + "New,,\n")
    book("contact", "1", "--at", "2026-11-10T15:00")
    book("lose", "1", "--why", "x", "--at", "2026-11-20T15:00")
    assert "Nothing in it is new" in load(book, head + "Lost,2026-11-24,2026-11-10\n").out
    load(book, head + "Lost,2026-11-24,2026-11-12\n")
    assert told(book)[0][3] == ("contacted 11-10", "contacted 11-12", "lost 11-20")


# People


def test_people_are_found_as_add_finds_them(book: Book) -> None:
    """By the whole name, the address with a fitting name, or the number; two rows make one."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--source-email", "sam@x.example")
    text = """Name,From,From email,Date
Kim Wood,  sam  ORTIZ ,,2026-11-01
Lee Park,S. Ortiz,SAM@x.example,2026-11-02
Mia Lund,@1,,2026-11-03
Joe Kerr,sam@x.example,,2026-11-04
Ann Gray,Nora Quist,,2026-11-05
Bo Hart,nora quist,,2026-11-06
Cy Dove,@99,,2026-11-07
Fi Hill,@sam,,2026-11-07
Di Egan,nobody@x.example,,2026-11-08
Ed Fox,Eva Fox,sam@x.example,2026-11-09
"""
    result = load(book, text)
    assert refused(result) == {
        8: "there is no person @99",
        9: "'@sam' is no name, no address, and no number such as @7",
        10: "nobody known has the address nobody@x.example, and a name is wanted",
    }
    sources = [row[1] for row in told(book)]
    assert sources == [SAM] * 5 + ["Nora Quist"] * 2 + ["Eva Fox"]


def test_namesakes_are_refused_with_their_numbers(book: Book) -> None:
    """Unless an address tells them apart."""
    history = {
        "schema": "reftrack.history/1",
        "people": [
            {"id": n, "uid": f"u{n}", "name": "Sam Ortiz", "email": f"sam{n}@x.example"}
            for n in (1, 2)
        ],
        "referrals": [],
        "events": [],
    }
    book.load(history)
    text = "Name,From,From email,Date\nKim Wood,Sam Ortiz,,2026-11-01\nLee Park,Sam Ortiz,sam2@x.example,2026-11-01\n"
    result = load(book, text)
    assert refused(result) == {2: "'Sam Ortiz' is the name of @1 and @2: say which by its number"}
    assert book.export()["referrals"][0]["source"] == 2


def test_a_near_name_is_mentioned(book: Book) -> None:
    """Of somebody known, or of another row; they stay two until they are merged."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    text = "Name,From,Date\nKim Wood,Sam Ortz,2026-11-01\nKim Woods,Dana M Ruiz,2026-11-02\n"
    out = load(book, text).out
    assert "line 2: Sam Ortz is new, and not Sam Ortiz (@1)" in out
    assert "line 3: Dana M Ruiz is new, and not Dana Ruiz (@2)" in out
    assert "line 3: Kim Woods is new, and not Kim Wood (line 2)" in out


def test_what_is_known_of_somebody_is_not_replaced(book: Book) -> None:
    """What is missing is filled in; another phone is mentioned, and the known one stays."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--phone", "1")
    text = "Name,From,Date,Phone,Email,Relation to me\nDana Ruiz,Lee Park,2026-11-01,2,d@x.example,friend\n"
    out = load(book, text).out
    assert "line 2: the phone of Dana Ruiz (@2) stays as it is; the row has another" in out
    dana = person(book, DANA)
    assert (dana["phone"], dana["email"]) == ("1", "d@x.example")
    assert person(book, "Lee Park")["relation"] == "friend"
    assert steps(book) == 2


def test_names_written_last_name_first(book: Book) -> None:
    """Turned where the whole column is so; left as they stand, with a word, where it is not."""
    load(
        book,
        'Name,From,Date\n"Ruiz, Dana",Sam Ortiz,2026-11-01\n"Wood, Kim",Sam Ortiz,2026-11-02\n',
    )
    assert [row[0] for row in told(book)] == [DANA, KIM]
    out = load(
        book, 'Name,From,Date\n"Gray, Ann",Sam Ortiz,2026-11-01\nLee Park,Sam Ortiz,2026-11-02\n'
    ).out
    text = 'Name,From,Date\n"Moss, Ada (ada@x.example)",Sam Ortiz <sam@x.example>,2026-11-01\n'
    load(book, text)
    assert person(book, "Ada Moss")["email"] == "ada@x.example"
    assert person(book, SAM)["email"] == "sam@x.example"
    assert "line 2: a comma in Name is left as it stands" in out


def test_a_firm_behind_a_name_is_no_family_name(book: Book) -> None:
    """A column of names with commas is only turned where a single word stands before most."""
    out = load(book, 'Name,From,Date\nMia Lund,"Bo Hart, Hart Ltd",2026-11-01\n').out
    assert "line 2: a comma in From is left as it stands" in out
    assert told(book)[0][1] == "Bo Hart, Hart Ltd"


def test_a_merged_number_is_the_other_person(book: Book) -> None:
    """`@7` names whom it was merged into."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("add", "Kim Wood", "--from", "Sam Ortz")
    book("merge", "@3", "@1", "--yes")
    load(book, "Name,From,Date\nLee Park,@3,2026-11-01\n")
    assert told(book)[-1][1] == SAM


def test_expansion_is_of_one_person(book: Book) -> None:
    """Source and prospect in one are new business; two people are none."""
    text = "Name,From,Date,Kind\nSam Ortiz,sam ortiz,2026-11-01,\nKim Wood,Sam Ortiz,2026-11-01,expansion\n"
    result = load(book, text)
    assert [r["kind"] for r in book.export()["referrals"]] == ["expansion"]
    assert "these are two" in refused(result)[3]


# Twice


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


# The baseline


def random_sheet(seed: int) -> str:
    """A sheet of a year, with everything that one may say."""
    rng = random.Random(seed)
    rows = ["Name,From,Date,Status,Status date,Contacted,Thanked,Won,Delivered"]
    for _ in range(30):
        day = date.fromordinal(
            rng.randint(date(2025, 12, 1).toordinal(), date(2026, 11, 20).toordinal())
        )

        def later(day: date = day) -> str:
            left = (TODAY - day).days
            return date.fromordinal(day.toordinal() + rng.randint(0, left)).isoformat()

        status = rng.choice(["", "New", "Contacted", "Won", "Lost", "Declined", "Attempted", "Met"])
        cells = [f"P{rng.randint(0, 25)} Aa", f"S{rng.randint(0, 8)} Bb", day.isoformat(), status]
        cells += [rng.choice(["", later()]) for _ in range(5)]
        rows.append(",".join(cells))
    return "\n".join(rows) + "\n"


def open_now(book: Book) -> dict[tuple[str, Any, Any, str], str]:
    """What is owed or will be: rule, referral, to whom, since when."""
    items = book.due("--all", "--ahead", "400d")["items"]
    return {(i["rule"], i["referral"], i["to"]["name"], i["opens_at"]): i["status"] for i in items}


@pytest.mark.parametrize("seed", range(12))
def test_what_is_before_the_baseline_is_history(book: Book, seed: int) -> None:
    """Nothing that opened before it is owed; all that opens later is, as without it."""
    day = ["2026-11-27", "2026-11-01", "2026-06-01"][seed % 3]
    text = random_sheet(seed)
    load(book, text, "--duplicates")
    without = open_now(book)
    book.path.unlink()
    load(book, text, "--duplicates", "--baseline", day)
    owed = open_now(book)
    start = datetime.combine(date.fromisoformat(day), time(), LONDON).astimezone(UTC)
    late = {key for key in owed if datetime.fromisoformat(key[3]) <= start}
    assert late == set()
    assert steps(book) == 1
    # A waiver is a link of that chain: news is due from it on.
    chains = ("keep-informed", "return-favour")
    wanted = {
        key for key in without if datetime.fromisoformat(key[3]) > start and key[0] not in chains
    }
    assert wanted <= set(owed)
    assert "Nothing in it is new" in load(book, text, "--duplicates", "--baseline", day).out


def test_the_baseline_can_come_later(book: Book) -> None:
    """A file that was imported without one, imported again with it, becomes history then."""
    text = "Name,From,Date,Status\nDana Ruiz,Sam Ortiz,2026-06-20,Won\n"
    out = load(book, text).out
    assert "overdue. If what is past is settled: --baseline 2026-11-27" in out
    assert len(book.owed()) > 3
    assert "waivers" in load(book, text, "--baseline", "today").out
    assert book.owed() == []
    # A later courtesy arises as ever.
    book.at("2026-12-11T09:00")
    assert ("keep-informed", "due", None, SAM) in book.owed()


def test_the_baseline_leaves_what_was_there(book: Book) -> None:
    """What is owed to somebody known for another referral stays owed."""
    book.at("2026-11-10T09:00")("add", "Kim Wood", "--from", "Sam Ortiz")
    book.at(NOW)
    before = set(open_now(book))
    load(book, "Name,From,Date\nDana Ruiz,Sam Ortiz,2026-11-09\n", "--baseline", "2026-11-20")
    rules = {key[0] for key in open_now(book) if key[1] == 1}
    assert rules == {key[0] for key in before if key[1] == 1}
    assert {"thank-referral", "contact-prospect"} <= rules
    assert not [key for key in open_now(book) if key[1] == 2]


@pytest.mark.parametrize("text", ["tomorrow", "2026-11-28", "soon", ""])
def test_a_baseline_is_a_day_that_came(book: Book, text: str) -> None:
    """2 for another."""
    load(book, "Name,From,Date\nDana Ruiz,Sam Ortiz,2026-11-09\n", "--baseline", text, code=2)
    assert not book.path.exists()


# All at once


def test_a_large_sheet_takes_seconds(book: Book) -> None:
    """A thousand rows in far less than a second each hundred, before they are recorded."""
    rows = [
        f"P{n} Aa,S{n % 80} Bb,{1 + n % 28}/{1 + n % 10}/2026,p{n}@x.example" for n in range(1000)
    ]
    table, columns = opened("\n".join(["Name,From,Date,Email", *rows]).encode(), None, {})
    form = form_in(table, columns, TODAY, None)
    now = datetime(2026, 11, 27, 9, tzinfo=UTC)
    entries = understood(table, columns, form, now=now, zone=LONDON).entries
    assert (form.order, len(entries)) == ("dmy", 1000)


@given(content=st.binary(max_size=200))
def test_no_bytes_are_too_odd(content: bytes) -> None:
    """They are a table, or an error of ours."""
    for head in (b"", b"Name,From,Date\n"):
        try:
            table, columns = opened(head + content, None, {})
        except (Refused, BadInput):
            continue
        form = form_in(table, columns, TODAY, "dmy")
        read = understood(
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
