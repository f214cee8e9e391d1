"""Rows that the tables refuse."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.support.driver import Book
from tests.support.journal import AT, TRUTH, writing

GOOD = {
    "step": {"number": 99, "at": AT, "command": "test", "summary": "", "undone": 0},
    "person": {"uid": "p", "step": 1},
    "person_version": {
        "person": 1,
        "step": 1,
        "sets": "*",
        "name": "Kim",
        "name_key": "kim",
        "relation": "client",
        "updates": "30d",
        "channel": "card",
    },
    "name_part": {"version": 1, "part": "kim"},
    "contact_point": {"version": 1, "kind": "phone", "place": 9, "value": "1", "key": "1"},
    "referral": {"uid": "r", "step": 1},
    "referral_version": {
        "referral": 1,
        "step": 1,
        "sets": "*",
        "source": 1,
        "prospect": 2,
        "received_at": AT,
        "kind": "client",
    },
    "event": {
        "uid": "e",
        "step": 1,
        "at": AT,
        "kind": "told",
        "referral": 1,
        "channel": "call",
        "data": "{}",
    },
    "courtesy": {
        "rule": "thank-referral",
        "class": "debt",
        "referral": 1,
        "cause": "r",
        "to_person": 1,
        "about": 2,
        "opens_at": AT,
        "due_at": AT,
    },
    "standing": {
        "referral": 1,
        "stage": "met",
        "since": AT,
        "ended_at": None,
        "received_at": AT,
        "is_troubled": 0,
    },
    "heard": {"person": 1, "at": AT, "event": 0, "uid": "u7", "is_waiver": 0},
}

BAD_INSTANTS = (
    *("garbage", "", "2026-11-20", "2026-11-20T15:00:00", "2026-11-20 15:00:00Z"),
    *("2026-11-20T15:00:00+00:00", "2026-11-20T15:00Z", "2026-11-20T15:00:00.5Z"),
    *(
        "2026-20-20T15:00:00Z",
        "2026-11-40T15:00:00Z",
        "2026-11-20T30:00:00Z",
        "3026-11-20T15:00:00Z",
    ),
)

BAD = [
    *[
        (table, {key: at})
        for at in BAD_INSTANTS
        for table, key in (("event", "at"), ("step", "at"))
    ],
    *[("referral_version", {"received_at": at}) for at in BAD_INSTANTS],
    *[("courtesy", {key: "soon"}) for key in ("opens_at", "due_at")],
    *[("standing", {key: "soon"}) for key in ("since", "ended_at", "received_at", "proved_at")],
    ("heard", {"at": "soon"}),
    ("courtesy", {"ended_at": "soon", "outcome": "done"}),
    # Which words there are for a kind or a way the program knows: test_forms.py.
    *[("event", {"kind": kind}) for kind in ("", None)],
    ("event", {"person": 1, "kind": "noted"}),
    *[("event", {"data": data}) for data in ("", "[]", None)],
    # A version names what it sets, and sets what it names.
    *[("person_version", {"sets": sets}) for sets in ("", "name", None, " email ", " ")],
    *[("person_version", {"name": name}) for name in ("", None)],
    ("person_version", {"sets": " name ", "name": None, "name_key": None}),
    ("person_version", {"name_key": None}),
    *[("referral_version", {"sets": sets}) for sets in ("", "tie", None, " tie ", " ")],
    *[("referral_version", {"sets": f" {name} "}) for name in ("parties", "received_at")],
    *[("referral_version", {name: None}) for name in ("source", "prospect", "kind")],
    *[("referral_version", {"received_at": None}), ("referral_version", {"kind": ""})],
    ("referral_version", {"confidential": 2}),
    *[("contact_point", {name: bad}) for name in ("kind", "label") for bad in ("",)],
    *[("contact_point", {"place": place}) for place in (0, -1, "first", None)],
    *[("contact_point", {name: None}) for name in ("kind", "value", "key")],
    *[("step", {"number": number}) for number in (0, -1, 1, None)],
    *[("person", {"uid": uid}) for uid in ("", None)],
    *[("referral", {"uid": ""}), ("event", {"uid": ""}), ("step", {"undone": 2})],
    *[("courtesy", {"outcome": "done"}), ("courtesy", {"ended_at": AT})],
    *[("courtesy", {"ends_at": AT, "ended_at": AT, "outcome": "done"})],
    *[("courtesy", {"ends_at": "soon"}), ("courtesy", {"person": 1})],
    *[("courtesy", {"referral": None}), ("courtesy", {"class": None})],
    # Text where a number belongs, and numbers of nothing.
    *[("person", {"step": word}) for word in ("abc", "", b"1", 1.5, None, 99)],
    *[("event", {"referral": word}) for word in ("abc", 99)],
    *[("referral_version", {"source": word}) for word in ("Sam", 99)],
    *[("referral_version", {"prospect": word}) for word in ("Sam", 99)],
    *[("courtesy", {"to_person": word}) for word in ("Sam", None, 99)],
    *[("standing", {"referral": word}) for word in ("first", 99)],
    *[("name_part", {"version": word}) for word in ("first", 99)],
    *[("contact_point", {"version": word}) for word in ("first", 99)],
    ("step", {"undone": "no"}),
    ("person_version", {"merged_into": 99}),
]


def insert(connection: sqlite3.Connection, table: str, row: dict[str, Any], how: str = "") -> None:
    """Inserts one row, all of it or nothing."""
    marks = ", ".join("?" * len(row))
    sql = f"INSERT {how} INTO {table} ({', '.join(row)}) VALUES ({marks})"
    connection.execute(sql, list(row.values()))


@pytest.mark.parametrize("table", GOOD)
def test_a_good_row_is_taken(eventful: Book, table: str) -> None:
    """The rows that the next test spoils are refused for nothing else."""
    with writing(eventful) as connection:
        if table == "standing":
            connection.execute("DELETE FROM standing")
        insert(connection, table, GOOD[table])


@pytest.mark.parametrize(("table", "spoilt"), BAD, ids=lambda value: str(value)[:60])
def test_a_bad_row_is_refused(eventful: Book, table: str, spoilt: dict[str, Any]) -> None:
    """The tables hold no wrong kind, instant, type or reference, whoever writes."""
    with writing(eventful) as connection:
        connection.execute("DELETE FROM standing")
        with pytest.raises(sqlite3.IntegrityError):
            insert(connection, table, {**GOOD[table], **spoilt})


@pytest.mark.parametrize("table", TRUTH)
def test_the_truth_is_append_only(eventful: Book, table: str) -> None:
    """No row of truth is changed, deleted or replaced."""
    with writing(eventful) as connection:
        before = connection.execute(f"SELECT * FROM {table}").fetchall()
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        assert before
        statements = [f"UPDATE {table} SET {name} = {name}" for name in columns]
        statements += [
            f"DELETE FROM {table}",
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
            f"REPLACE INTO {table} SELECT * FROM {table}",
            f"UPDATE OR REPLACE {table} SET {columns[0]} = 1",
        ]
        for statement in statements:
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                connection.execute(statement)
        assert connection.execute(f"SELECT * FROM {table}").fetchall() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE step SET at = '2026-11-20T15:00:00Z'",
        "UPDATE step SET command = 'other'",
        "UPDATE step SET summary = 'other'",
        "UPDATE step SET id = id + 100",
        "UPDATE step SET number = number + 100",
        "DELETE FROM step",
        "INSERT OR REPLACE INTO step SELECT * FROM step",
    ],
)
def test_of_a_step_only_undone_changes(eventful: Book, statement: str) -> None:
    """A step and what it recorded stay as they were told."""
    with writing(eventful) as connection:
        before = connection.execute("SELECT * FROM step").fetchall()
        with pytest.raises(sqlite3.IntegrityError, match=r"undone|append-only"):
            connection.execute(statement)
        assert connection.execute("SELECT * FROM step").fetchall() == before
        connection.execute("UPDATE step SET undone = 1 WHERE id = 1")
        connection.execute("UPDATE step SET undone = 0 WHERE id = 1")
