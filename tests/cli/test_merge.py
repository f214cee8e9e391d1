"""`merge`: two names of one person become one, as if it had always been one; and can be undone."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from reftrack.domain.times import instant_of, text_of
from reftrack.store.reader import Reader
from tests.support.driver import Book
from tests.support.projections import assert_projections_hold, listed, projections_in, shown_of
from tests.support.random_history import random_history
from tests.support.sweeps import seeds

TAKEN = ("email", "phone", "company", "relation", "updates", "channel")


def as_one(history: dict[str, Any], one: int, other: int) -> dict[str, Any]:
    """The history in which `one` had always been `other`, made without the program."""
    made = deepcopy(history)
    people = {person["id"]: person for person in made["people"]}
    gone, stays = people[one], people[other]
    for key in TAKEN:
        if stays[key] is None:
            stays[key] = gone[key]
    notes = [text for text in (stays["note"], gone["note"]) if text is not None]
    stays["note"] = "\n".join(dict.fromkeys(notes)) if notes else None
    made["people"].remove(gone)
    for referral in made["referrals"]:
        for role in ("source", "prospect"):
            if referral[role] == one:
                referral[role] = other
        if referral["source"] == referral["prospect"]:
            referral["kind"] = "expansion"
    for event in made["events"]:
        if event["person"] == one:
            event["person"] = other
        for key in ("to", "from"):
            if event["data"].get(key) == gone["uid"]:
                event["data"][key] = stays["uid"]
    return made


def turn(book: Book, step: int | None = None, *, undone: bool = True) -> int:
    """Marks a step undone by hand, the last one if none is named, and has all computed anew."""
    connection = sqlite3.connect(book.path)
    try:
        if step is None:
            ((step,),) = connection.execute("SELECT max(id) FROM step WHERE undone = 0")
        connection.execute("UPDATE step SET undone = ? WHERE id = ?", (int(undone), step))
        connection.execute("UPDATE book SET value = 'old' WHERE name = 'stamp'")
        connection.commit()
    finally:
        connection.close()
    return int(step)


def truth(book: Book) -> list[list[Any]]:
    """Every row of the truth that was ever written."""
    connection = sqlite3.connect(book.path)
    try:
        tables = ("person", "person_version", "name_part", "referral", "referral_version", "event")
        return [list(connection.execute(f"SELECT * FROM {table}")) for table in tables]
    finally:
        connection.close()


def assert_only_added(before: Iterable[list[Any]], after: Iterable[list[Any]]) -> None:
    """Nothing was deleted or changed in place."""
    for old, new in zip(before, after, strict=True):
        assert all(row in set(new) for row in old)


@seeds(3, 12)
def test_a_merged_person_is_as_if_always_one(book: Book, seed: int) -> None:
    """Export, projections and `due` equal those of the history in which the two are one person."""
    rng = random.Random(seed)
    zone = rng.choice(("UTC", "Europe/London", "America/Toronto", "Pacific/Apia"))
    history = random_history(seed, people=6, referrals=9, events=70, zone=zone)
    latest = max(instant_of(event["at"]) for event in history["events"])
    book.zone(zone).at(text_of(latest + timedelta(days=400))).load(history)
    for _ in range(2):  # the second merge meets what was merged by the first
        before, rows = book.export(), truth(book)
        numbers = [person["id"] for person in before["people"]]
        if len(numbers) < 2:
            break
        one, other = rng.sample(numbers, 2)
        book("merge", f"@{one}", f"@{other}", "--yes")
        assert_projections_hold(book, (seed, one, other))
        assert_only_added(rows, truth(book))
        after = book.export()
        assert after == as_one(before, one, other)
        now = instant_of(book.due("--all")["now"])
        assert listed(book.due("--all")) == shown_of(book, zone, now=now)


@seeds(2, 6)
def test_undoing_the_step_makes_them_two_again(book: Book, seed: int) -> None:
    """With the steps marked undone, the last first, everything is as before; and again with redo."""
    rng = random.Random(seed)
    history = random_history(seed, people=5, referrals=8, events=60, zone="UTC")
    latest = max(instant_of(event["at"]) for event in history["events"])
    book.at(text_of(latest + timedelta(days=9))).load(history)
    a, b, c = rng.sample([person["id"] for person in history["people"]], 3)
    states = [(book.export(), projections_in(book.path))]
    for one, other in ((a, b), (b, c)):
        book("merge", f"@{one}", f"@{other}", "--yes")
        states.append((book.export(), projections_in(book.path)))
    second = turn(book)
    assert book.export() == states[1][0]
    first = turn(book)
    assert book.export() == states[0][0]
    book("missed", "Nobody Known")  # the next record has all computed anew
    assert_projections_hold(book)
    turn(book)
    turn(book, first, undone=False)
    turn(book, second, undone=False)
    assert book.export() == states[2][0]
    book("missed", "Nobody Known")
    assert_projections_hold(book)


def two(book: Book) -> Book:
    """Sam is in the book under two names, and one of them has sent the other."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--source-email", "sam@example.org")
    book("add", "Kim Wood", "--from", "Samuel Ortiz", "--source-phone", "020 7946 0018")
    book("add", "Samuel Ortiz", "--from", "Sam Ortiz", "--kind", "partner")
    book("missed", "@3", "--by", "call")
    return book


def test_what_it_says(book: Book) -> None:
    """The answer says how much moved, what was taken over, what stayed behind and what is new business."""
    two(book)("edit", "@1", "--company", "Ortiz Ltd", "--note", "Likes tea")
    book("edit", "@3", "--company", "Ortiz and Sons", "--note", "Hard of hearing")
    said = book("merge", "Samuel", "@1", "--yes").out.splitlines()
    assert said[:4] == [
        "@1  Samuel Ortiz (@3) is Sam Ortiz now: 2 referrals and 1 event moved over.",
        "Taken over: phone 020 7946 0018, the private note.",
        "Left behind: company Ortiz and Sons.",
        "3 is new business of Sam Ortiz now: source and prospect were one.",
    ]
    sam = next(person for person in book.export()["people"] if person["id"] == 1)
    assert sam["note"] == "Likes tea\nHard of hearing"
    assert sam["company"] == "Ortiz Ltd"
    assert_projections_hold(book)


def test_a_merged_name_is_not_found_and_its_number_leads_on(book: Book) -> None:
    """By name, email or beginning there is one person left; `@3` says who it is now."""
    two(book)("edit", "@3", "--email", "old@example.org")
    book("merge", "@3", "@1", "--yes")
    book("show", "Samuel", code=1)
    book("show", "old@example.org", code=1)
    shown = book("show", "@3")
    assert shown.out.startswith("@1  Sam Ortiz\n")
    assert shown.err == "note: @3 was merged into Sam Ortiz (@1).\n"
    book("call-back", "@3")
    assert_projections_hold(book)
    assert book.export()["events"][-1]["person"] == 1
    again = book("merge", "@3", "@1", "--yes", code=1)
    assert "who is one person already" in again.err


def test_a_merged_name_may_come_again_as_somebody_new(book: Book) -> None:
    """The name of a merged person creates a person anew."""
    two(book)("merge", "@3", "@1", "--yes")
    assert "New: Samuel Ortiz (@5)." in book("missed", "Samuel Ortiz").err


def test_an_old_file_adds_nothing_and_a_newer_one_adds_to_the_one(book: Book) -> None:
    """Importing what the two had done apart goes to the one that is left."""
    two(book)
    history = book.export()
    book("merge", "@3", "@1", "--yes")
    merged = book.export()
    book.load(history)
    assert book.export() == merged
    at = "2026-11-20T15:00:00Z"
    referral = {
        "id": 9,
        "uid": "r9",
        "source": 1,
        "prospect": 3,
        "kind": "client",
        "received_at": at,
    }
    event = {"id": 9, "uid": "e9", "at": at, "kind": "missed", "person": 3}
    history["referrals"].append(referral)
    history["events"].append(event)
    book.load(history)
    after = book.export()
    assert [(r["source"], r["prospect"], r["kind"]) for r in after["referrals"]][-1] == (
        1,
        1,
        "expansion",
    )
    assert after["events"][-1]["person"] == 1
    assert_projections_hold(book)


def test_it_never_merges_by_itself(book: Book) -> None:
    """Without a yes nothing changes: off a terminal an error, at one a question."""
    two(book)
    before = book.path.read_bytes()
    assert book("merge", "@3", "@1", code=2).err.startswith("error: merging wants a yes.\n")
    book("merge", "@3", "@3", "--yes", code=1)
    book("merge", "@3", "nobody", "--yes", code=1)
    refused = book.screen("merge", "@3", "@1", keys="n\n")
    assert refused.code == 0
    assert "Nothing was merged." in refused.out
    ended = book.screen("merge", "@3", "@1", keys="\x04")
    assert ended.code == 2
    assert book.path.read_bytes() == before


@pytest.mark.parametrize("columns", [40, 80])
def test_it_shows_both_before_it_asks(book: Book, columns: int) -> None:
    """The details of each stand above the question."""
    two(book)
    shown = book.screen("merge", "@3", "@1", keys="y\n", columns=columns, env={"NO_COLOR": "1"})
    assert shown.code == 0, shown
    for text in ("@3  Samuel Ortiz", "020 7946 0018", "@1  Sam Ortiz", "sam@example.org"):
        assert text in shown.out
    assert "Are they one person, Sam Ortiz (@1)? [y/n]" in shown.out
    assert_projections_hold(book)
    assert [person["id"] for person in book.export()["people"]] == [1, 2, 4]


def test_reading_somebodys_events_scans_nothing(book: Book) -> None:
    """However many events there are, those on one person are found by an index."""
    two(book)("merge", "@3", "@1", "--yes")
    connection = sqlite3.connect(book.path)
    plans: list[str] = []
    try:
        seen: list[str] = []
        connection.set_trace_callback(seen.append)
        assert [event.kind for event in Reader(connection).events_on("person", [1])] == ["missed"]
        assert not list(Reader(connection).events_on("person", [3]))
        connection.set_trace_callback(None)
        for sql in seen:
            plans += [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
    finally:
        connection.close()
    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN")]


def test_a_referral_sent_on_to_somebody_merged_names_who_it_is_now(book: Book) -> None:
    """`referred-out` keeps the uid it was recorded with, and is read as the person of today."""
    two(book)("decline", "1", "--why", "Too far")
    book("refer-out", "1", "--to", "Samuel Ortiz")
    book("merge", "@3", "@4", "--yes")
    after = book.export()
    uid = next(person["uid"] for person in after["people"] if person["id"] == 4)
    assert [e["data"]["to"] for e in after["events"] if e["kind"] == "referred-out"] == [uid]
    assert_projections_hold(book)
