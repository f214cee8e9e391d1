"""Which column is what."""

from __future__ import annotations

import pytest

from reftrack.exchange.sheets.columns import FIELDS, recognised
from reftrack.exchange.sheets.table import column_letter
from tests.support.driver import Book
from tests.support.sheets import DANA, KIM, SAM, load, refused, told


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
    """The line of the hint can be typed, and is read."""
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
    """The fault of such a file is its header, not that two cells are alike."""
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
