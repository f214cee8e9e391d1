"""A history of half a million events into an empty book, beside what any program has to do.

That is one `json.loads` of the file, and plain `sqlite3` `executemany` of the same rows: into the
same tables, with their indexes and checks, by the same settings of the connection.
`python benchmarks/bulk.py FILE.json BOOK.db` does that alone, and prints its seconds.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from reftrack.domain.spelling import name_key
from reftrack.store.connection import open_to_write
from reftrack.store.migrations import advance
from reftrack.store.rows import contact_key, name_parts

AT = "2026-11-23T08:40:00Z"
PERSON = ("company", "relation", "updates", "channel", "note")
CONTACT = ("email", "phone")
REFERRAL = ("source", "prospect", "kind", "received_at", "tie", "need", "note")
EVENT = ("id", "uid", "at", "kind", "referral", "person", "channel", "note")

Rows = Iterable[tuple[Any, ...]]


def rows(document: dict[str, Any]) -> Iterator[tuple[str, Rows]]:
    """The rows of the truth, a table after the other, made as they are written."""
    people, referrals = document["people"], document["referrals"]
    yield "step (id, number, at, command, summary)", [(1, 1, AT, "import", "")]
    yield "person (id, uid, step)", ((p["id"], p["uid"], 1) for p in people)
    yield (
        f"person_version (person, step, sets, name, name_key, {', '.join(PERSON)})",
        ((p["id"], 1, "*", p["name"], name_key(p["name"]), *map(p.get, PERSON)) for p in people),
    )
    parts = ((p["id"], part) for p in people for part in name_parts(p["name"]))
    yield "name_part (version, part)", parts
    yield (
        "contact_point (version, kind, place, value, key)",
        (
            (p["id"], kind, 1, p[kind], contact_key(kind, p[kind]))
            for p in people
            for kind in CONTACT
            if p.get(kind) is not None
        ),
    )
    yield "referral (id, uid, step)", ((r["id"], r["uid"], 1) for r in referrals)
    yield (
        f"referral_version (referral, step, sets, confidential, {', '.join(REFERRAL)})",
        ((r["id"], 1, "*", 0, *map(r.get, REFERRAL)) for r in referrals),
    )
    yield (
        f"event ({', '.join(EVENT)}, step, data)",
        ((*map(e.get, EVENT), 1, json.dumps(e["data"])) for e in document["events"]),
    )


def bare(history: Path, book: Path) -> float:
    """The seconds for what cannot be done without."""
    with closing(open_to_write(book)) as new:
        advance(new)
    began = time.perf_counter()
    document = json.loads(history.read_text(encoding="utf-8"))
    connection = open_to_write(book)
    connection.execute("BEGIN IMMEDIATE")
    for into, values in rows(document):
        marks = ", ".join("?" * (into.count(",") + 1))
        connection.executemany(f"INSERT INTO {into} VALUES ({marks})", values)
    connection.execute("COMMIT")
    connection.close()
    return time.perf_counter() - began


def as_sql(book: Path, statements: Iterable[str]) -> float:
    """The seconds that SQLite itself needs for these statements, with Python's start aside."""
    began = time.perf_counter()
    connection = sqlite3.connect(book)
    for statement in statements:
        connection.execute(statement).fetchall()
    connection.close()
    return time.perf_counter() - began


if __name__ == "__main__":
    print(bare(Path(sys.argv[1]), Path(sys.argv[2])))
