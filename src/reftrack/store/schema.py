"""The tables as they are on disk: for each version the text that leads to it from the one before.

Written by hand: STRICT tables and checks keep out what SQLite would otherwise store without a word
(SQLModel's own DDL has neither). A new book gets the tables that all versions lead to, which are
those of a book that was brought up to date. The text of each version lies in `versions/` as plain
SQL, into which nothing can be spliced: a released version is never edited, and a change is the
next version.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib.resources import files

from reftrack.store.version import VERSION


def _statements(number: int) -> Iterator[str]:
    """The statements of a version, to the letter, without the comments between them."""
    name = f"version_{number}.sql"
    text = files("reftrack.store").joinpath("versions", name).read_text(encoding="utf-8")
    statement = ""
    for line in text.splitlines(keepends=True):
        if not statement and (line.isspace() or line.startswith("--")):
            continue
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement.strip().removesuffix(";")
            statement = ""
    if statement:
        raise ValueError(f"{name} ends within a statement")


VERSIONS = {number: tuple(_statements(number)) for number in range(1, VERSION + 1)}
