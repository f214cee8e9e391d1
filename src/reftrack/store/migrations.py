"""Migrations of a book's tables to the present version, whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing

from reftrack import interrupts
from reftrack.store.schema import VERSIONS
from reftrack.store.version import APPLICATION_ID, VERSION, version_of


def advance(connection: sqlite3.Connection, before: Callable[[], None] | None = None) -> int:
    """Brings the tables up to date in one transaction; returns the version that they had.

    `before` runs once nobody else can write any more, ahead of the first change; where it raises,
    nothing is changed. `connection` is in autocommit, and stays so.
    """
    # A table may have to be made anew, and what points to it must not notice. Without effect
    # inside a transaction, so it stands outside.
    connection.execute("PRAGMA foreign_keys = OFF")
    # Not EXCLUSIVE: `before` reads the file on a connection of its own.
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = version_of(connection)  # under the lock: another process may have been quicker
        if version < VERSION:
            if before is not None:
                before()
            _change(connection, version)
        interrupts.hold()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # a full disk has rolled back already
            connection.execute("ROLLBACK")
        raise
    connection.execute("PRAGMA foreign_keys = ON")
    return version


def build(connection: sqlite3.Connection) -> None:
    """Makes the tables of a new book, in the transaction at hand.

    The tables that all versions lead to, made at once: a table that a later version drops would
    leave free pages behind, which a rollback does not restore.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as model:
        _run(model, 0)
        made = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        for (statement,) in model.execute(f"{made} ORDER BY rowid"):
            connection.execute(statement)
    _finish(connection)


def _change(connection: sqlite3.Connection, version: int) -> None:
    _run(connection, version)
    _finish(connection)


def _run(connection: sqlite3.Connection, version: int) -> None:
    # Statement by statement: executescript() would commit first.
    for number in range(version + 1, VERSION + 1):
        for statement in VERSIONS[number]:
            connection.execute(statement)


def _finish(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
        raise sqlite3.IntegrityError("what one row points to is missing")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
