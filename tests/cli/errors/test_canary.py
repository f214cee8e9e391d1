"""The canary: what is private is not where it does not belong."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from tests.support.bad_words import TICKS, fails
from tests.support.driver import Book
from tests.support.prepared import made_once

CANARY = "canary-7f3a"


@pytest.fixture
@made_once
def cage(book: Book) -> Book:
    """A book in which everything private says the canary's name."""
    history = caged(book)
    book.path.unlink()
    book.load(history)
    (book.folder / "history.json").unlink()
    return book.at("2026-11-23T09:00:00Z")


def caged(book: Book) -> dict[str, Any]:
    """The history of such a book; no answer to any command of it says that name."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--need", f"need {CANARY}", "--note", CANARY)
    book("add", "Priya Nair", "--from", "Tom Beck", "--need", CANARY)
    book("add", "Sam Ortiz", "--from", "Sam Ortiz", "--need", CANARY)
    note = ["--note", f"note {CANARY}"]
    for command in (
        ["contact", "1"],
        ["win", "1"],
        ["problem", "1", "late"],
        ["resolve", "1", "free"],
        ["rate", "1", "poor"],
        ["lose", "2", "--why", "moved"],
        ["snooze", "3", "--until", "thu"],
        ["missed", "Eva Lang"],
        ["review", "@2", *TICKS],
        ["pause"],
        ["resume"],
        ["wish", "@3", "--by", "email"],
        ["refer", "Lee Park", "--to", "@3"],
    ):
        result = book(*command, *note)
        assert CANARY not in result.out + result.err
    result = book("waive", "3", "thank-referral", "--why", f"why {CANARY}")
    assert CANARY not in result.out + result.err
    document = book.export()
    for person in document["people"]:
        person["note"] = f"note {CANARY}"
    return document


def test_what_is_private_is_kept_and_shown_to_the_owner(cage: Book) -> None:
    """`show` and `export` have it: it is the user's own."""
    assert CANARY in cage("show", "1").out
    assert CANARY in cage("show", "1", "--json").out
    assert CANARY in cage("show", "@1").out
    assert cage("export").out.count(CANARY) >= 20


@pytest.mark.parametrize(
    "options",
    [
        *([], ["--later"], ["--all"], ["--ahead", "60d"], ["--by-person"], ["--count"]),
        *(["--on", "2026-12-31"], ["--for", "@1"], ["--limit", "1"], ["--all", "--by-person"]),
    ],
    ids=" ".join,
)
def test_due_names_nothing_private(cage: Book, options: list[str]) -> None:
    """Neither on the screen nor in the JSON, in whatever form."""
    for json_ in ([], ["--json"]):
        result = cage("due", *options, *json_)
        assert CANARY not in result.out + result.err


def test_a_terminal_shows_nothing_private_in_the_morning(cage: Book) -> None:
    """The same on a terminal, wide and narrow."""
    for columns in (80, 40):
        shown = cage.screen("due", "--all", columns=columns)
        assert CANARY not in "".join(shown.out.split())


def test_no_error_names_anything_private(cage: Book) -> None:
    """Neither what is in the book nor a note that was just refused comes back in an error."""
    note = ["--note", CANARY]
    for arguments in (
        ["contact", "999", *note],
        ["contact", "nobody", *note],
        ["contact", "1", "--at", "tomorrow", *note],
        ["deliver", "2", *note],
        ["thank", "1", "--by", "pigeon", *note],
        ["resolve", "3", "x", *note],
        ["add", "Kim", "--from", "Lee", "--kind", "nonsense", "--need", CANARY, *note],
        ["add", "Kim", "--from", "Lee", "--need", f"{CANARY}\0"],
        ["add", "Kim", "--from", "Lee", "--note", CANARY * 5000],
        ["waive", "3", "thank-win", "--why", CANARY],
        ["show", "nobody"],
        ["call-back", "a"],
        ["thank", "1", "--nope", *note],
    ):
        result = cage(*arguments, code=None)
        assert result.code in (1, 2), arguments
        assert CANARY not in result.out + result.err, arguments
    document = cage.export()
    document["events"][0]["kind"] = "kissed"
    document["people"][0]["note"] = f"{CANARY}\0"
    (cage.folder / "broken.json").write_text(json.dumps(document))
    assert CANARY not in fails(cage, "import", str(cage.folder / "broken.json"), code=1).err
    with closing(sqlite3.connect(cage.path)) as database:
        database.execute("DROP TABLE book")
    for command in (["due"], ["contact", "1", *note]):
        assert CANARY not in fails(cage, *command, code=3).err


def test_a_crowded_database_error_names_nothing_private(
    cage: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message of SQLite on a failed write may hold the row; the answer does not."""
    with sqlite3.connect(cage.path) as database:
        database.execute(
            "CREATE TRIGGER no_more BEFORE INSERT ON event BEGIN"
            " SELECT RAISE(ABORT, 'no more'); END"
        )
    database.close()
    result = fails(cage, "contact", "1", "--note", CANARY, code=3)
    assert CANARY not in result.err


def test_nothing_private_is_left_beside_the_book(cage: Book) -> None:
    """After all of it the folder holds the book and what the test itself wrote, no copies."""
    cage("thank", "1", "--note", CANARY)
    cage("export", str(cage.folder / "out.json"))
    left = {path.name for path in cage.folder.iterdir() if path.is_file()}
    assert left == {"book.db", "out.json"}
