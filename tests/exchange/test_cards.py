"""People from vCards: read as phones write them, and met as the book knows them."""

from __future__ import annotations

import base64
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reftrack.errors import BadInput
from reftrack.exchange.cards.meaning import Card, Fault, read_cards
from tests.support.bad_words import fails
from tests.support.driver import Book
from tests.support.places import TESTS

CARDS = TESTS / "cards"


def people(content: bytes, encoding: str | None = None) -> list[Card | Fault]:
    """The cards in these bytes."""
    return list(read_cards(io.BufferedReader(io.BytesIO(content)), encoding))


def card(*lines: str, version: str = "3.0", encoding: str = "utf-8") -> Card | Fault:
    """The one card of these lines."""
    text = "\r\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))
    (found,) = people(text.encode(encoding))
    return found


def person(*lines: str, version: str = "3.0", encoding: str = "utf-8") -> Card:
    """The person on the one card of these lines."""
    found = card(*lines, version=version, encoding=encoding)
    assert isinstance(found, Card), found
    return found


# What each program writes: name, phone, email, company, note, the name made of, left out.
WRITTEN: dict[str, list[tuple[str | None, ...] | str]] = {
    "android": [
        ("Bożena Maria Śląska", "+48601555153", "bozena@mail.example", "Śląska Sp.", None, "", "2"),
        ("Taxi", "01 555 0160", None, None, None, "", "0"),
        "no name on it, no company and no email: +48601555170",
    ],
    "broken": [
        ("No End", "0161 496 0241", None, None, None, "", "0"),
        "the card is empty",
        "no name on it, no company and no email: 07700 900243",
        "its name has 299 letters; 200 are kept",
        ('Odd "Parameters" Here', "0161 496 0244", None, None, None, "", "1"),
        ("Only A Firm", None, None, None, None, "company", "0"),
        ("Cut Off", "0161 496 02", None, None, None, "", "0"),
    ],
    "evolution": [
        (
            *("Thandi Mbeki", "+27 82 555 0212"),
            "thandi@a-very-long-name-of-a-firm-in-cape-town.example",
            None,
            "Asked twice whether the garden room could be finished before the school holidays begin.",
            *("", "1"),
        ),
    ],
    "google": [
        ("Imre Béla Kovács-Nagy", "+36 30 555 0142", None, None, None, "", "0"),
        ("Mo Plumber: night", None, "mo@pipes.example", None, None, "", "0"),
        ("Lena Hart", None, "lena.hart@mail.example", None, None, "email", "0"),
    ],
    "icloud": [
        (
            *("Zoë Marie Odell", "07700 900432", "zoe@odell.example"),
            "Odell, Price & Co; Surveyors",
            "Two dogs, one cat.\nThe gate code is private.",
            *("", "3"),
        ),
        ("Harbour Glass Ltd", "0117 496 0040", None, None, None, "", "0"),
        "a group, not a person",
    ],
    "marked": [
        ("Ingrid Dahl", None, None, None, None, "", "0"),
        ("Dr. Nils Olav Per Berg Jr. PhD", None, None, None, None, "", "0"),
        ("Smitty", None, None, "Night Shift", None, "nickname", "0"),
    ],
    "nextcloud": [
        ("Radka Nováková", "+420-541-555-201", "radka@novak.example", None, None, "", "1"),
        "a group, not a person",
    ],
    "nokia": [
        ("Aino Järvi", "+358 40 555 0181", "aino@jarvi.example", "Järvi Oy", None, "", "0"),
        ("Otto Kallio", "+358 40 555 0182", None, None, None, "", "0"),
    ],
    "outlook": [
        (
            *("Élise Beaumont", "07700 900411", "elise@beaumont.example", "Beaumont & Fils"),
            "Met at the spring fair.\nPrefers mornings, never Fridays.",
            *("", "3"),
        ),
        ('"Rusty" Naylor', "0113 496 0020", None, None, None, "", "1"),
    ],
    "samsung": [
        ("山田 花子", "090-5550-0221", None, None, None, "", "0"),
        ("Jörg Müller", None, None, None, "Pays in €, “always”", "", "1"),
    ],
    "thunderbird": [
        (
            *("Grace Okafor", "07700 900192", "grace@okafor.example", "Okafor Legal"),
            *("Likes plain words; no jargon.", "", "3"),
        ),
    ],
    "utf16": [("Ελένη Παππά", None, "eleni@pappa.example", None, "καλή", "", "0")],
}


def test_every_file_of_cards_is_looked_at() -> None:
    """A new one has to be added to the table."""
    assert {path.stem for path in CARDS.glob("*.vcf")} == set(WRITTEN)


@pytest.mark.parametrize("program", WRITTEN)
def test_what_each_program_writes_is_read_at_the_first_try(program: str) -> None:
    """Its folding, its letters, its types: each card gives its person, or says why it gives none."""
    found: list[object] = []
    for each in people((CARDS / f"{program}.vcf").read_bytes()):
        if isinstance(each, Fault):
            found.append(each.reason)
            continue
        phone, email = (next(iter(kept), None) for kept in (each.phones, each.emails))
        told = (each.name, phone, email, each.company, each.note, each.made_of, str(each.others))
        found.append(told)
    assert found == WRITTEN[program]


@pytest.mark.parametrize("program", sorted(WRITTEN.keys() - {"utf16", "nokia"}))
def test_line_ends_do_not_matter(program: str) -> None:
    """CR LF, LF alone, CR alone, and CR CR LF as mail programs make of it give the same people."""
    content = (CARDS / f"{program}.vcf").read_bytes().replace(b"\r\n", b"\n")
    told = [
        [getattr(each, "name", "") for each in people(content.replace(b"\n", end))]
        for end in (b"\n", b"\r\n", b"\r")
    ]
    assert told[0] == told[1] == told[2]
    assert len(told[0]) == len(WRITTEN[program])


# The one and the other quirk, by itself.


@pytest.mark.parametrize(
    ("lines", "phone"),
    [
        (["TEL;HOME:1", "TEL;CELL:2"], "2"),
        (["TEL;TYPE=HOME:1", "TEL;TYPE=CELL,VOICE:2"], "2"),
        (["tel;type=home:1", 'tel;type="voice,CELL":2'], "2"),
        (["TEL;TYPE=CELL:1", "TEL;TYPE=WORK;TYPE=pref:2"], "2"),
        (["TEL;CELL:1", "TEL;WORK;PREF:2"], "2"),
        (["TEL;TYPE=CELL;PREF=20:1", "TEL;PREF=3:2"], "2"),
        (["TEL;PREF;WORK;FAX:1", "TEL:2"], "2"),
        (["TEL;PAGER:1", "TEL:2"], "2"),
        (["a.TEL:1", "b.TEL:2", "b.X-ABLabel:_$!<iPhone>!$_"], "2"),
        (["TEL;VALUE=uri:tel:+44-161-496-0005"], "+44-161-496-0005"),
        (["TEL:tel:+44%20161;ext=7;phone-context=x"], "+44 161 ext 7"),
        (["TEL:none", "TEL:", "TEL:3"], "3"),
        (["TEL:\u202d(0161)\u00a0496\u20110005\u202c"], "(0161) 496\u20110005"),
        (["TEL:1-800-FLOWERS"], "1-800-FLOWERS"),
        (["TEL;FAX:1"], None),
    ],
)
def test_the_phone_that_is_kept(lines: list[str], phone: str | None) -> None:
    """The preferred one first, then the mobile, never a fax; as it is dialled."""
    assert next(iter(person("FN:Kim Wood", *lines).phones), None) == phone


@pytest.mark.parametrize(
    ("lines", "email"),
    [
        (["EMAIL:a@x.example", "EMAIL;PREF:b@x.example"], "b@x.example"),
        (["EMAIL:mailto:b@x.example?subject=x"], "b@x.example"),
        (["EMAIL:Kim Wood <b@x.example>"], "b@x.example"),
        (["EMAIL;TYPE=X400:/o=x/cn=y", "EMAIL:b@x.example"], "b@x.example"),
        (["EMAIL:kim@a-long-name.", " example"], "kim@a-long-name.example"),
        (["EMAIL:kim at home"], None),
    ],
)
def test_the_email_that_is_kept(lines: list[str], email: str | None) -> None:
    """The preferred one first; only what is one."""
    assert next(iter(person("FN:Kim Wood", *lines).emails), None) == email


@pytest.mark.parametrize(
    ("lines", "version", "name"),
    [
        (["FN:Kim\\, Wood\\; and\\nSons"], "3.0", "Kim, Wood; and Sons"),
        (["N:Wood;Kim;;;"], "3.0", "Kim Wood"),
        (["N:Wood\\;s;Kim"], "3.0", "Kim Wood;s"),
        (["N:Wood"], "2.1", "Wood"),
        (["N:Smith, Jr.;Kim"], "2.1", "Kim Smith, Jr."),
        (["FN: ", "N:Wood;Kim"], "3.0", "Kim Wood"),
        (["FN:+44 161 496 0005", "N:Wood;Kim"], "3.0", "Kim Wood"),
        (["FN:Wood, Kim", "N:Wood;Kim;;Dr."], "3.0", "Kim Wood"),
        (["FN:Kim", " Wood"], "3.0", "KimWood"),
        (["FN:Kim", "  Wood"], "3.0", "Kim Wood"),
        (["FN:Kim", "\tWood"], "2.1", "Kim Wood"),
        (["fn;charset=utf-8;encoding=quoted-printable:K=c3=aFm=", "=20Wood"], "2.1", "Kïm Wood"),
        (["FN;QUOTED-PRINTABLE:Kim= ", "=20Wood"], "2.1", "Kim Wood"),
        (["FN:Kim", "", "Wood"], "3.0", "Kim Wood"),
        (["FN:Kim Wood", "Home phone:0161 496 0005"], "3.0", "Kim Wood"),
        (["FN;ENCODING=B:S2ltIFdvb2Q="], "3.0", "Kim Wood"),
        (["FN;CHARSET=klingon:Kim Wood"], "2.1", "Kim Wood"),
        (["FN;CHARSET=hex:Kim Wood"], "2.1", "Kim Wood"),
        (['x-1.FN;LANGUAGE=en;X-A="b:c;d":Kim Wood'], "4.0", "Kim Wood"),
        (["FN:\x1b[31mKim\x07 Wood\u202e"], "3.0", "[31mKim Wood"),
        (["FN:Kim \U0001f469\u200d\U0001f467 Wood"], "4.0", "Kim \U0001f469\u200d\U0001f467 Wood"),
    ],
)
def test_the_name(lines: list[str], version: str, name: str) -> None:
    """However it is folded, escaped, split into parts or made of them."""
    assert person(*lines, version=version).name == name


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig", "utf-16", "utf-16-be"])
def test_letters_without_a_charset(encoding: str) -> None:
    """UTF-8, else cp1252, and what a mark or the zeros in it say."""
    assert person("FN:Zoë Müller", "NOTE:5 €", encoding=encoding).name == "Zoë Müller"


def test_another_encoding_may_be_named() -> None:
    """Of the whole file; what a value names itself goes before it."""
    line = "BEGIN:VCARD\nFN:{}\nORG;CHARSET=UTF-8:Žluť\nEND:VCARD\n"
    content = (
        line.format("Křížek").encode("cp1250").replace("Žluť".encode("cp1250"), "Žluť".encode())
    )
    (found,) = people(content, "cp1250")
    assert isinstance(found, Card)
    assert (found.name, found.company) == ("Křížek", "Žluť")
    with pytest.raises(BadInput, match="no encoding 'klingon'"):
        people(content, "klingon")


def test_letters_that_a_fold_cuts_in_two() -> None:
    """Some fold by octets: the halves are joined before they are read."""
    whole = "FN:Zoë Müller".encode()
    cut = whole.index("ë".encode()) + 1
    content = b"BEGIN:VCARD\r\n" + whole[:cut] + b"\r\n " + whole[cut:] + b"\r\nEND:VCARD\r\n"
    (found,) = people(content)
    assert isinstance(found, Card)
    assert found.name == "Zoë Müller"


@given(st.binary(max_size=300), st.sampled_from(["2.1", "3.0", "4.0"]))
def test_no_bytes_stop_the_cards_around_them(junk: bytes, version: str) -> None:
    """The cards before and after any other are read, whatever stands in that one."""
    whole = "BEGIN:VCARD\r\nVERSION:{}\r\n{}END:VCARD\r\n"
    before, after = (whole.format(version, f"FN:{n} Wood\r\n").encode() for n in ("Kim", "Lee"))
    junk = junk.replace(b"AGENT", b"")
    found = people(before + b"BEGIN:VCARD\r\n" + junk + b"\r\n\r\nEND:VCARD\r\n" + after, "utf-8")
    assert found[0] == Card(1, "Kim Wood")
    last = found[-1]
    assert isinstance(last, Card)
    assert last.name == "Lee Wood"


def test_a_photograph_takes_no_memory(tmp_path: Path) -> None:
    """Twenty megabytes of pictures, folded and on one line, are gone through in a few."""
    photo = base64.b64encode(os.urandom(1 << 20)).decode()
    folded = "\r\n ".join(photo[at : at + 74] for at in range(0, len(photo), 74))
    with (tmp_path / "big.vcf").open("w", encoding="ascii") as out:
        for number in range(16):
            picture = photo if number % 2 else folded
            out.write(f"BEGIN:VCARD\r\nFN:Kim {number}\r\nPHOTO;ENCODING=b:{picture}\r\n\r\n")
            out.write("TEL:1\r\nEND:VCARD\r\n")
    child = (
        "import sys, resource; from pathlib import Path; from reftrack.exchange.cards.meaning import read_cards\n"
        "first = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "with Path(sys.argv[1]).open('rb') as raw: found = list(read_cards(raw))\n"
        "print(len(found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - first)"
    )
    command = [sys.executable, "-c", child, str(tmp_path / "big.vcf")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    count, kilobytes = map(int, done.stdout.split())
    assert count == 16
    assert kilobytes < 8_000


# Into the book.


def file_of(book: Book, *cards: str) -> str:
    """A file of these cards, each given as its lines."""
    path = book.folder / "people.vcf"
    whole = (f"BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n" for lines in cards)
    path.write_bytes("".join(whole).replace("|", "\r\n").encode())
    return str(path)


def known(book: Book) -> dict[str, tuple[str | None, ...]]:
    """The people in the book: phone, email, company and note by name."""
    return {
        p["name"]: (p["phone"], p["email"], p["company"], p["note"])
        for p in book.export()["people"]
    }


def test_people_come_into_a_book_that_does_not_exist_yet(book: Book) -> None:
    """One step begins the book; what the cards say is what it says."""
    said = book("import", str(CARDS / "icloud.vcf"), "--yes").out
    assert "Recorded 2 new people." in said
    assert known(book) == {
        "Zoë Marie Odell": (
            "07700 900432",
            "zoe@odell.example",
            "Odell, Price & Co; Surveyors",
            "Two dogs, one cat.\nThe gate code is private.",
        ),
        "Harbour Glass Ltd": ("0117 496 0040", None, None, None),
    }
    assert "The gate code" not in said
    assert "1 note becomes a private note" in said
    assert "3 more numbers and addresses are left out" in said
    assert "line 37:  a group, not a person" in said


@pytest.mark.parametrize("program", sorted(WRITTEN))
def test_a_second_import_adds_nothing(book: Book, program: str) -> None:
    """The same file again finds everybody, and says so."""
    path = str(CARDS / f"{program}.vcf")
    book("import", path, "--yes")
    before = book("export").out
    said = book("import", path, "--yes").out
    assert "Nothing on them is new; nothing was recorded." in said
    assert book("export").out == before


def test_a_known_person_gets_what_they_lacked_and_keeps_what_they_have(book: Book) -> None:
    """By the whole name, however it is written; what differs is said and left."""
    book("add", "Dana Ruiz", "--from", "José Álvarez", "--source-phone", "0161 496 0005")
    path = file_of(
        book,
        "FN:jose  alvarez|TEL:+44 161 496 0005|EMAIL:jose@x.example",
        "FN:Dana Ruiz|TEL:07700 900001|ORG:Ruiz Ltd",
        "FN:Dana Ruiz|TEL:07700 900002|EMAIL:dana@x.example",
    )
    said = book("import", path, "--yes").out
    assert known(book) == {
        "José Álvarez": ("0161 496 0005", "jose@x.example", None, None),
        "Dana Ruiz": ("07700 900001", "dana@x.example", "Ruiz Ltd", None),
    }
    assert "Recorded what 2 lacked." in said
    assert "José Álvarez (@1):  email jose@x.example" in said
    assert "phone 07700 900001 (the card has 07700 900002)" in said


def test_namesakes_are_told_apart_or_asked_back(book: Book) -> None:
    """By the email or the phone of one of them; else the card is refused with both numbers."""
    book("add", "Kim Wood", "--from", "Ana Silva", "--email", "kim@x.example")
    document = book.export()
    document["people"].append(dict(document["people"][0], id=3, uid="other", phone="0161 496 0009"))
    book.load(document)
    path = file_of(
        book,
        "FN:Ana Silva|TEL:0161 496 0009|EMAIL:ana@x.example",
        "FN:Ana Silva|TEL:0161 496 0011",
        "FN:Lee Park",
    )
    said = book("import", path, "--yes").out
    assert "line 7:  Ana Silva may be any of Ana Silva (@1), Ana Silva (@3)" in said
    people_ = {p["id"]: p for p in book.export()["people"]}
    assert people_[3]["email"] == "ana@x.example"
    assert people_[1]["phone"] is None
    assert people_[4]["name"] == "Lee Park"


def test_an_email_is_known_where_the_names_are_alike(book: Book) -> None:
    """A nickname on the card is no second person; a couple with one address are two."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--source-email", "Ortiz@x.example")
    path = file_of(
        book,
        "FN:Samuel Ortiz|EMAIL:ortiz@x.example|TEL:0161 496 0005",
        "FN:Lucia Bell|EMAIL:ortiz@x.example",
    )
    said = book("import", path, "--yes").out
    assert known(book)["Sam Ortiz"] == ("0161 496 0005", "Ortiz@x.example", None, None)
    assert "Samuel Ortiz on the card: known by the email" in said
    assert known(book)["Lucia Bell"][1] == "ortiz@x.example"
    assert "not Sam Ortiz (@1)? If so, merge them afterwards" in said


def test_a_family_with_one_address_is_not_one_person(book: Book) -> None:
    """Their names end alike; a slip of the hand in one's own name is still theirs."""
    path = file_of(
        book,
        "FN:Ilvy von Flake|EMAIL:home@flake.example",
        "FN:Halvar von Flake|EMAIL:home@flake.example",
        "FN:Ilvi von Flake|EMAIL:home@flake.example|TEL:0161 496 0005",
    )
    book("import", path, "--yes")
    assert {name: row[0] for name, row in known(book).items()} == {
        "Ilvy von Flake": "0161 496 0005",
        "Halvar von Flake": None,
    }


def test_the_preferred_number_stays_first_where_it_stands_twice(book: Book) -> None:
    """Once more among the others, it is no less the one to ring."""
    card = "FN:Dana Ruiz|TEL;PREF:0161 496 0001|TEL;CELL:0161 496 0002|TEL;HOME:0161 496 0001"
    book("import", file_of(book, card), "--yes")
    assert known(book)["Dana Ruiz"][0] == "0161 496 0001"


def test_a_name_that_is_nearly_known_is_mentioned(book: Book) -> None:
    """It is a new person all the same: beginnings never match."""
    book("add", "Dana Ruiz", "--from", "Sam")
    said = book("import", file_of(book, "FN:Sam Ortiz"), "--yes").out
    assert "not Sam (@1)? If so, merge them afterwards" in said
    assert set(known(book)) == {"Sam", "Dana Ruiz", "Sam Ortiz"}


def test_a_dry_run_shows_all_and_records_nothing(book: Book) -> None:
    """Not even the book."""
    many = [f"FN:Person {chr(65 + n)}|TEL:{n}" for n in range(20)]
    said = book("import", file_of(book, *many), "--dry-run").out
    assert said.startswith("people.vcf: 20 cards. 20 people are new.")
    assert "Person T:  19" in said
    assert said.endswith("Nothing was recorded. Leave out --dry-run to record it.\n")
    assert not book.path.exists()


def test_where_nobody_can_be_asked_it_goes_ahead(book: Book) -> None:
    """As every import does: a script looks first with --dry-run, and undo takes it back."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    before = book("export").out
    assert "nothing was recorded" not in book("import", str(CARDS / "google.vcf")).out
    assert len(book.export()["people"]) > 2
    book("undo")
    assert book("export").out == before


@pytest.mark.parametrize(("answer", "recorded"), [("y", 4), ("n", 2)])
def test_at_a_terminal_it_shows_and_asks(book: Book, answer: str, recorded: int) -> None:
    """The screen has what was understood, then the question; the answer decides."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    shown = book.screen("import", str(CARDS / "icloud.vcf"), keys=f"{answer}\n")
    assert shown.code == 0, shown
    assert "KNOWN" not in shown.out
    assert shown.out.index("Zoë Marie Odell") < shown.out.index("Record this? [y/n]")
    assert ("Recorded 2 new people." in shown.out) == (answer == "y")
    assert len(known(book)) == recorded


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "there is no card in"),
        (b"chrom\tpos\n1\t2\n", "there is no card in"),
        (os.urandom(2000), "there is no card in"),
        (b"BEGIN:VCARD\nEND:VCARD\n", "no card can be taken: line 1: the card is empty."),
        (b"BEGIN:VCARD\nEND:VCARD\n" * 5, "line 5: the card is empty; and 2 more."),
    ],
)
def test_a_file_without_people_is_refused(book: Book, content: bytes, words: str) -> None:
    """With the first reasons; the book is as it was."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    (book.folder / "people.vcf").write_bytes(content)
    assert words in fails(book, "import", str(book.folder / "people.vcf"), "--yes", code=1).err


def test_a_file_that_cannot_be_read_is_named(book: Book) -> None:
    """A folder, or nothing at all."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    (book.folder / "folder.vcf").mkdir()
    for name in ("folder.vcf", "nobody.vcf"):
        assert name in fails(book, "import", str(book.folder / name), "--yes", code=1).err
    encoding = ["--yes", "--encoding", "klingon"]
    fails(book, "import", str(CARDS / "google.vcf"), *encoding, code=2)


def test_a_history_is_never_recorded_by_a_dry_run(book: Book) -> None:
    """It is counted; what is an option of cards is refused for JSON, not passed over."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    file = str(book.folder / "out.json")
    book("export", file)
    other = ["--db", str(book.folder / "other.db")]
    assert "nothing was recorded" in book(*other, "import", file, "--dry-run").out
    assert not (book.folder / "other.db").exists()
    error = fails(book, "import", file, "--encoding", "utf-8", code=2).err
    assert "--encoding is not for a history in JSON" in error


def test_an_import_of_people_is_one_step(book: Book) -> None:
    """All that an import of people added goes with one undo, and comes back with one redo."""
    book("add", "Dana Ruiz", "--from", "Imre Béla Kovács-Nagy")
    before = book("export").out
    book("import", str(CARDS / "google.vcf"), "--yes")
    assert [path.name for path in book.folder.rglob("*before-import*")] != []
    after = book("export").out
    assert set(known(book)) == {
        *("Dana Ruiz", "Imre Béla Kovács-Nagy", "Mo Plumber: night", "Lena Hart")
    }
    book("undo")
    assert book("export").out == before
    book("redo")
    assert book("export").out == after
    assert "2 people are new, 1 gets what they lacked from google.vcf" in book("undo", "--list").out


# Out of it again.


def test_cards_are_read_by_another_reader(book: Book) -> None:
    """vobject, which wrote none of it, finds name, phone, email and company as they are."""
    vobject = pytest.importorskip("vobject")
    for program in sorted(WRITTEN):
        book("import", str(CARDS / f"{program}.vcf"), "--yes")
    book(
        "add",
        "Dana Ruiz",
        "--from",
        "Sam, Ortiz; \\n & Söhne" + " very long" * 12,
        "--note",
        "canary",
    )
    text = book("export", "--format", "vcf").out
    assert "canary" not in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    read_back = {
        each.fn.value: (
            each.tel.value if hasattr(each, "tel") else None,
            each.email.value if hasattr(each, "email") else None,
            each.org.value[0] if hasattr(each, "org") else None,
        )
        for each in vobject.readComponents(text)
    }
    assert read_back == {name: parts[:3] for name, parts in known(book).items()}


def test_cards_come_back_into_the_same_book_as_nobody_new(book: Book) -> None:
    """An exported file adds nothing, and makes the same people elsewhere."""
    for program in sorted(WRITTEN):
        book("import", str(CARDS / f"{program}.vcf"), "--yes")
    path = str(book.folder / "out.vcf")
    book("export", path)
    assert Path(path).stat().st_mode & 0o777 == 0o600
    assert "nothing was recorded" in book("import", path, "--yes").out
    other = ["--db", str(book.folder / "other.db")]
    book(*other, "import", path, "--yes")
    document = json.loads(book(*other, "export").out)
    told = {p["name"]: (p["phone"], p["email"], p["company"]) for p in document["people"]}
    assert told == {name: parts[:3] for name, parts in known(book).items()}
