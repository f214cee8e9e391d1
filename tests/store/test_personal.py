"""Every column and every key of an event's data is declared: a person's words or numbers, or not."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from reftrack.exchange.history_fields import DATA
from reftrack.store.migrations import advance
from reftrack.store.personal import IMPERSONAL, IMPERSONAL_DATA, PERSONAL, PERSONAL_DATA
from tests.support.driver import Book

MARK = "zanzibar"


@pytest.fixture
def columns() -> Iterator[set[tuple[str, str]]]:
    """Every column of every table of a new book."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        advance(new)
        tables = [
            name
            for (name,) in new.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not name.startswith("sqlite_")
        ]
        yield {
            (table, row[1])
            for table in tables
            for row in new.execute(f"PRAGMA table_info({table})")
        }


def declared(declaration: dict[str, frozenset[str]]) -> set[tuple[str, str]]:
    """The columns of a declaration, each with its table."""
    return {(table, column) for table, names in declaration.items() for column in names}


def test_every_column_is_declared_once(columns: set[tuple[str, str]]) -> None:
    """A new column has to be put with one or the other before it can hold anything."""
    personal, impersonal = declared(PERSONAL), declared(IMPERSONAL)
    assert personal | impersonal == columns
    assert personal & impersonal == set()


def test_every_key_of_the_data_is_declared_once() -> None:
    """So has a new key that the form of a history allows."""
    assert DATA.keys() == PERSONAL_DATA | IMPERSONAL_DATA
    assert frozenset() == PERSONAL_DATA & IMPERSONAL_DATA


def test_words_are_found_where_they_are_declared_to_be(
    book: Book, columns: set[tuple[str, str]]
) -> None:
    """Put into all that a command takes, a word lies in the declared columns and in no other."""
    book("add", f"Dana {MARK}", "--from", f"Sam {MARK}", "--tie", MARK, "--need", MARK)
    book("edit", "@1", "--email", f"{MARK}@example.org", "--company", MARK, "--note", MARK)
    book("edit", "1", "--note", MARK)
    book("thank", "1", "--gift", MARK, "--note", MARK)
    book("refer", f"Lee {MARK}", "--to", "@1")
    with closing(sqlite3.connect(book.path)) as connection:
        found = {
            (table, column)
            for table, column in columns
            if connection.execute(
                f'SELECT 1 FROM {table} WHERE "{column}" LIKE ?', [f"%{MARK}%"]
            ).fetchone()
        }
    # What each contact is has no option yet.
    assert found == declared(PERSONAL) - {("contact_point", "label")}
