"""The version of the tables, and how a file says that it is a book: known without their text."""

from __future__ import annotations

import sqlite3

# "rfT1": tells a book of reftrack's from any other SQLite database.
APPLICATION_ID = 0x72665431
VERSION = 3


def version_of(connection: sqlite3.Connection) -> int:
    """The version of the tables; 0 where there are none yet."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
