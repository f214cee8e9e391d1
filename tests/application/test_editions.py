"""A book of the rulebook's first edition: what is owed more by the second is said once."""

from __future__ import annotations

import sqlite3

from tests.support.driver import Book


def test_it_is_said_once_with_the_way_out(book: Book) -> None:
    """The first command that records says it, the next does not; a reading one says nothing."""
    book.at("2026-11-02T10:00:00Z")("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted")
    book("thank", "1")
    book("win", "1")
    with sqlite3.connect(book.path) as database:
        # As the first edition kept it: the call that told of the sale thanked for it, too.
        database.execute(
            "UPDATE book SET value = replace(value, '[2,', '[1,') WHERE name = 'stamp'"
        )
        database.execute("UPDATE book SET value = '1 ' || value WHERE name = 'kept_for'")
        database.execute("UPDATE courtesy SET outcome = 'done', ended_at = opens_at")
    database.close()
    book.at("2026-11-20T10:00:00Z")
    assert book("due").err == ""
    assert book("note", "1", "Prefers the mornings").err == (
        "note: by the rulebook's second edition 2 older debts more are overdue:"
        " 1 announce-win, 1 thank-win. To let go of all that was due before a day:"
        " reftrack waive --before 2026-11-20\n"
    )
    assert book("note", "1", "And the evenings").err == ""
    book("waive", "--before", "2026-11-20")
    # What these had held back is news now: that is owed to whoever hears nothing.
    assert [item["rule"] for item in book.due()["items"] if item["status"] == "overdue"] == [
        "keep-informed"
    ]
