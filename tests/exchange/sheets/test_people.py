"""The person who is meant by a name in a cell."""

from __future__ import annotations

from tests.support.driver import Book
from tests.support.sheets import DANA, KIM, SAM, load, person, refused, steps, told


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
    """A missing detail is filled in; another phone is mentioned, and the known one stays."""
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
