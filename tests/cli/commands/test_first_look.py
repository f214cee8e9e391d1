"""The morning before there is anything."""

from __future__ import annotations

import pytest

from tests.support.commands import FRIDAY, refused
from tests.support.driver import Book


@pytest.mark.parametrize("command", [["due"], ["list"], ["due", "--by-person"], ["list", "--all"]])
def test_the_first_look_says_how_to_begin(book: Book, command: list[str]) -> None:
    """Without a book a look succeeds, says how to begin, and makes no file."""
    result = book(*command)
    assert 'reftrack add "Dana Ruiz" --from "Sam Ortiz"' in result.out
    assert not book.path.exists()


def test_without_a_book_due_answers_programs_too(book: Book) -> None:
    """`--json` and `--count` answer, `--exit-code` finds nothing pressing, no file is made."""
    document = book.due("--exit-code")
    assert (document["schema"], document["now"]) == ("reftrack.due/1", FRIDAY)
    assert document["items"] == []
    assert set(document["counts"].values()) == {0}
    assert book("due", "--count", "--exit-code").out == "0\n"
    assert book("list", "--json").out
    assert list(book.folder.glob("book*")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["thank", "1"],
        ["contact", "1"],
        ["show", "Sam"],
        ["waive", "1", "all", "--why", "x"],
        ["call-back", "Sam"],
        ["ask", "Sam"],
        ["refer-out", "1", "--to", "Kim Wood"],
    ],
)
def test_without_a_book_what_needs_one_says_how_to_begin(book: Book, arguments: list[str]) -> None:
    """A command about somebody known fails with 1 where nobody is known, and makes no file."""
    result = refused(book, *arguments)
    assert "reftrack add" in result.err
    assert not book.path.exists()
