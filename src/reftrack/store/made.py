"""The tables as each version makes them, to tell the version of a file by what it holds."""

from __future__ import annotations

import contextlib
import sqlite3

from reftrack.store.schema import VERSIONS


def tables_in(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """The name and the text of every table, index, view and trigger."""
    # SQLite's own tables (sqlite_stat1, say) may come and go.
    sql = "SELECT name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'"
    return set(connection.execute(sql))


def version_made(connection: sqlite3.Connection) -> int | None:
    """The version that has these tables to the letter, None where none has."""
    found = tables_in(connection)
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        for version, statements in sorted(VERSIONS.items()):
            for statement in statements:
                new.execute(statement)
            if tables_in(new) == found:
                return version
    return None
