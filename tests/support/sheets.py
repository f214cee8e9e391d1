"""Spreadsheets for the tests of their import, and what an import made of them."""

from __future__ import annotations

import sqlite3
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.support.driver import Book, Result
from tests.support.places import TESTS

SHEETS = TESTS / "sheets"
NOW = "2026-11-27T09:00"
TODAY = date(2026, 11, 27)
LONDON = ZoneInfo("Europe/London")


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
    """The number of steps recorded."""
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


DANA, PRIYA, KIM = "Dana Ruiz", "Priya Nair", "Kim Wood"
SAM, TOM = "Sam Ortiz", "Tom Beck"
