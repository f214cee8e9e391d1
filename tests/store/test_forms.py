"""Kinds, ways and relations: the program refuses a wrong one as it writes, `check` finds it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from reftrack.domain.events import Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.store.rows import event_columns, person_version, referral_version
from tests.support.driver import Book

AT = datetime(2026, 11, 20, 15, tzinfo=UTC)
EVENT = Event(1, "e", AT, "told", 1, None, "call")
PERSON = Person(1, "p", "Kim", relation="client", updates="30d", channel="card")
REFERRAL = Referral(1, "r", 1, 2, AT)

BAD_EVENTS: list[dict[str, Any]] = [
    *[{"kind": kind} for kind in ("", "nonsense", "missed", "paused", "TOLD", None)],
    *[{"referral": None, "person": 1, "kind": k} for k in ("told", "paused", "won")],
    *[{"referral": None, "kind": kind} for kind in ("told", "missed", "noted")],
    {"person": 1, "kind": "noted"},
    *[{"channel": channel} for channel in ("pigeon", "")],
]
BAD_REFERRALS: list[dict[str, Any]] = [
    {"kind": "expansion"},
    {"prospect": 1},
    {"prospect": 1, "kind": "partner"},
    *[{"kind": kind} for kind in ("", "friend")],
]
BAD_PEOPLE: list[dict[str, Any]] = [
    *[{"relation": "boss"}, {"channel": "fax"}],
    *[{"updates": wish} for wish in ("", "often", "d", "0d", "-1d", "30")],
    *[{"name": name} for name in ("", "n" * 201)],
]


def test_good_ones_are_taken() -> None:
    """The records that the next tests spoil are refused for nothing else."""
    assert event_columns(EVENT)["kind"] == "told"
    assert person_version(PERSON)["sets"] == "*"
    assert referral_version(REFERRAL)["kind"] == "client"
    assert referral_version(replace(REFERRAL, prospect=1, kind="expansion"))["prospect"] == 1


@pytest.mark.parametrize("spoilt", BAD_EVENTS, ids=str)
def test_a_bad_event_is_not_written(spoilt: dict[str, Any]) -> None:
    """No kind that there is not, none where it cannot happen, no way that there is not."""
    with pytest.raises(ValueError, match="not an event"):
        event_columns(replace(EVENT, **spoilt))


@pytest.mark.parametrize("spoilt", BAD_REFERRALS, ids=str)
def test_a_bad_referral_is_not_written(spoilt: dict[str, Any]) -> None:
    """An expansion is of one person exactly; all others are of two."""
    with pytest.raises(ValueError, match="not a referral"):
        referral_version(replace(REFERRAL, **spoilt))


@pytest.mark.parametrize("spoilt", BAD_PEOPLE, ids=str)
def test_a_bad_person_is_not_written(spoilt: dict[str, Any]) -> None:
    """No relation, wish or way that there is not; a name of at most 200 characters."""
    with pytest.raises(ValueError, match="not a person"):
        person_version(replace(PERSON, **spoilt))
    changed = {key: value for key, value in spoilt.items() if key != "name"}
    if changed:
        with pytest.raises(ValueError, match="not a person"):
            person_version(replace(PERSON, **spoilt), PERSON)


ROWS: list[tuple[str, dict[str, Any], str]] = [
    ("event", {"kind": "sung"}, "event 3 (kind)"),
    ("event", {"referral": None, "person": 1}, "event 3 (kind)"),
    ("event", {"channel": "fax"}, "event 3 (kind)"),
    ("person_version", {"sets": " relation ", "relation": "x"}, "person_version 3 (words)"),
    ("referral_version", {"prospect": 1}, "referral_version 2 (kind)"),
    ("referral_version", {"kind": "hearsay"}, "referral_version 2 (kind)"),
]
GOOD: dict[str, dict[str, Any]] = {
    "event": {
        "uid": "e",
        "at": "2026-11-20T15:00:00Z",
        "kind": "told",
        "referral": 1,
        "data": "{}",
    },
    "person_version": {"person": 1},
    "referral_version": {
        "referral": 1,
        "sets": " parties ",
        "source": 1,
        "prospect": 2,
        "kind": "client",
    },
}


@pytest.mark.parametrize(("table", "spoilt", "named"), ROWS, ids=str)
def test_check_finds_a_word_that_is_none(
    book: Book, table: str, spoilt: dict[str, Any], named: str
) -> None:
    """The tables take any word, so the whole book is looked over, whoever wrote it."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted", "--thanked", "card")
    assert "wrong" not in book("check").out
    row = {"step": 1, **GOOD[table], **spoilt}
    with closing(sqlite3.connect(book.path)) as connection:
        marks = ", ".join("?" * len(row))
        sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"
        connection.execute(sql, list(row.values()))
        connection.commit()
    assert f"Not in form: {named}" in book("check", code=3).out
