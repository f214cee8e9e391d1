"""A book with two referrals and its record, for the tests of the day's commands."""

from __future__ import annotations

from typing import Any

from tests.support.driver import Book, Result

FRIDAY = "2026-11-20T15:00:00Z"
SATURDAY = "2026-11-21T10:00:00Z"


def of_debts(book: Book, *options: str) -> list[tuple[str, int | None]]:
    """The rules and referrals of the debts that `due` lists."""
    items = book.due(*options)["items"]
    return [(item["rule"], item["referral"]) for item in items if item["class"] == "debt"]


def events(book: Book, kind: str | None = None) -> list[dict[str, Any]]:
    """The events on record, in order, all or of one kind."""
    return [event for event in book.export()["events"] if kind in (None, event["kind"])]


def kinds(book: Book) -> list[str]:
    """The kinds of what is on record, in order."""
    return [event["kind"] for event in events(book)]


def person(book: Book, name: str) -> dict[str, Any]:
    """The one person of this name."""
    found: dict[str, Any]
    (found,) = [person for person in book.export()["people"] if person["name"] == name]
    return found


def refused(book: Book, *arguments: str, code: int = 1) -> Result:
    """Runs what must be refused, and checks that it left no trace."""
    before = book.path.read_bytes() if book.path.exists() else None
    result = book(*arguments, code=code)
    assert (book.path.read_bytes() if book.path.exists() else None) == before
    assert result.out == ""
    first, *rest = result.err.splitlines()
    assert first.startswith("error: "), result.err
    assert first.endswith((".", ":", "?")), result.err
    assert rest, "an error says what to do"
    return result
