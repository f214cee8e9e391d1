"""As quick after ten years: no scan of what grows, and the front of a morning is the whole's."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reftrack.cli import progress
from reftrack.domain.times import instant_of, text_of
from reftrack.errors import Refused
from reftrack.exchange.history_reading import open_history
from reftrack.store import connection as connections
from reftrack.store.outlook import Outlook
from tests.support.driver import Book, on_terminal
from tests.support.projections import of_size
from tests.support.random_history import random_history
from tests.support.sweeps import seeds

# The plans.

GROWS = {
    *("person", "person_version", "name_part", "contact_point", "referral", "referral_version"),
    *("event", "step", "courtesy", "standing", "heard", "turning"),
}
# The names that statements give to such tables.
ALIASES = frozenset("cenoprstvw")

# What reads all of something, and why it may: the part of the plan that says so.
ALLOWED = {
    # Read from the front, in the order of the index, as far as it is shown.
    "SCAN standing USING INDEX standing_live": "list",
    # The newest step that stands: from the end back, past those that are undone.
    "SCAN step": "undo",
    # How many have ended: an index is counted.
    "SCAN standing USING COVERING INDEX": "list",
    # The pauses of a book are few.
    "SCAN e USING INDEX event_on_book": "all that record",
}

RECORDING = [
    *(["thank", "1"], ["tell", "@1"], ["contact", "3"], ["meet", "3"]),
    *(
        ["win", "3"],
        ["deliver", "3"],
        ["lose", "4", "--why", "Too far"],
        ["explain", "4"],
        ["rate", "3", "good"],
    ),
    *(["problem", "3", "A leak"], ["resolve", "3", "A new pipe"], ["educate", "3"]),
    *(["decline", "5", "--why", "Too far"], ["refer-out", "5", "--to", "Kim Wood"]),
    *(["missed", "@2"], ["call-back", "@2"], ["refer", "Lee Park", "--to", "@1"]),
    *(["review", "@9", "--agreed", "--delivered", "--happy"], ["ask", "@9", "--anyway"]),
    *(["wish", "@1", "--updates", "30d"], ["pause"], ["resume"], ["open-again", "@2"]),
    *(["waive", "6", "all", "--why", "Said so"], ["snooze", "6", "--until", "in 3 days"]),
    *(["done", "7"], ["note", "6", "Mornings"], ["edit", "6", "--tie", "cousin"]),
    *(["add", "Dana Ruiz", "--from", "Person 1"], ["undo"], ["redo"]),
    *(["undo", "3"], ["redo", "3"]),
]
LOOKING = [
    *(["due"], ["due", "--limit", "20"], ["due", "--count"], ["due", "--later", "--limit", "2"]),
    *(["due", "--json", "--limit", "3"], ["due", "--for", "@1"], ["list", "--limit", "20"]),
    *(["show", "1"], ["show", "@1"], ["show", "Person 3"], ["why", "1"], ["draft", "1"]),
    ["undo", "--list", "--limit", "40"],
]


@contextmanager
def statements(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The statements that the program sends while this lasts."""
    heard: set[str] = set()
    connect: Callable[..., sqlite3.Connection] = connections.connect

    def connected(*arguments: Any) -> sqlite3.Connection:
        connection = connect(*arguments)
        connection.set_trace_callback(heard.add)
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(connections, "connect", connected)
        yield heard


def scans(path: Path, statements: Iterable[str]) -> list[tuple[str, str]]:
    """The steps of their plans that go through a whole table that grows, each with its statement."""
    found = []
    with closing(sqlite3.connect(path)) as connection:
        for sql in statements:
            for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {sql}"):
                words = step.split()
                grows = words[0] == "SCAN" and words[1] in GROWS | ALIASES
                if grows and not any(step.startswith(each) for each in ALLOWED):
                    found.append((step, sql))
    return found


def filled(book: Book) -> Book:
    book.at("2026-11-20T09:00:00Z").zone("Europe/London")
    return book.load(of_size(12, sources=3))


def test_no_command_scans_what_grows(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every statement of a look or a record finds its rows by an index, whatever the size."""
    filled(book)
    refused = []
    shapes: dict[str, str] = {}
    for arguments in [*RECORDING, *LOOKING]:
        with statements(monkeypatch) as heard:
            if book(*arguments, code=None).code:
                refused.append(arguments)
        for sql in heard:
            if sql.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE"):
                # The values differ from command to command, the plan does not.
                shapes.setdefault(re.sub(r"'[^']*'|[0-9]+", "?", sql), sql)
    assert len(shapes) > 40
    found = scans(book.path, shapes.values())
    assert not found, "\n".join(map(str, found))
    assert refused == []


def test_the_test_of_the_plans_sees_a_scan(book: Book) -> None:
    """It is not blind."""
    filled(book)
    blind = "SELECT * FROM event WHERE note = 'x'"
    assert scans(book.path, [blind]) == [("SCAN event", blind)]
    for name in sorted(ALIASES):
        renamed = f"SELECT * FROM contact_point {name} WHERE {name}.label = 'x'"
        assert scans(book.path, [renamed]) == [(f"SCAN {name}", renamed)]
    assert scans(book.path, ["SELECT * FROM live_event e JOIN live_referral r ON 1"])


# The work of a record.


def work_of(book: Book, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """The work that SQLite did for a command, in hundreds of the instructions of its machine."""
    count = 0
    connect: Callable[..., sqlite3.Connection] = connections.connect

    def one() -> None:
        nonlocal count
        count += 1

    def connected(*arguments: Any) -> sqlite3.Connection:
        connection = connect(*arguments)
        connection.set_progress_handler(one, 100)
        return connection

    with monkeypatch.context() as patched:
        patched.setattr(connections, "connect", connected)
        book(*arguments)
    return count


@pytest.mark.parametrize(
    "arguments",
    [
        ["thank", "7"],
        ["contact", "7"],
        ["win", "7"],
        ["lose", "7", "--why", "Too far"],
        ["tell", "7", "--at", "2026-11-19T17:00:00Z"],
        ["missed", "@1"],
        ["refer", "Lee Park", "--to", "@1"],
        ["add", "Dana Ruiz", "--from", "@1"],
        ["waive", "7", "all", "--why", "Said so"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_record_costs_as_little_for_a_source_of_hundreds(
    book: Book, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """The work of one more record does not grow with what the source has sent."""
    work = {}
    for size in (10, 300):
        monkeypatch.setenv("REFTRACK_DB", str(book.folder / f"{size}.db"))
        filled_of(book, size)
        work[size] = work_of(book, monkeypatch, *arguments)
    assert work[300] <= work[10] * 1.3 + 10


def filled_of(book: Book, size: int) -> None:
    """A book of one source; each of their referrals was thanked for, and is heard of."""
    book.at("2026-11-20T09:00:00Z").zone("Europe/London")
    history = of_size(size, sources=1)
    history["events"] = [
        {"id": n, "at": "2026-11-19T16:00:00Z", "kind": "thanked", "referral": n}
        for n in range(1, size + 1)
        if n != 7
    ]
    book.load(history)


# The front of a morning.

SHOWN = [
    [],
    ["--json"],
    ["--later"],
    ["--count"],
    *[[*more, "--limit", str(limit)] for limit in (1, 2, 3, 10) for more in ([], ["--later"])],
    *[["--json", "--limit", str(limit)] for limit in (1, 2, 7)],
]


@seeds(2, 5)
def test_the_front_of_a_morning_is_that_of_the_whole(
    book: Book, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Counted and read from the projections, `due` says what it says of the whole history."""
    zone = ("UTC", "Europe/London", "Asia/Tokyo")[seed % 3]
    history = random_history(seed, people=8, referrals=8 + seed, events=90, zone=zone)
    latest = max(instant_of(event["at"]) for event in history["events"])
    latest = max(latest, *(instant_of(r["received_at"]) for r in history["referrals"]))
    for number, referral in enumerate(history["referrals"][:3]):
        until = text_of(latest + timedelta(days=2 + 40 * number))
        history["events"].append(
            {
                "id": 10_000 + number,
                "at": text_of(latest),
                "kind": "snoozed",
                **({"referral": referral["id"]} if number else {"person": referral["source"]}),
                "data": {"until": until.replace("Z", "+05:00") if number == 1 else until},
            }
        )
    book.at(text_of(latest)).zone(zone).load(history)
    for days in (0, 9):
        book.at(text_of(latest + timedelta(days=days)))
        for options in SHOWN:
            fast = book("due", *options)
            with monkeypatch.context() as patched:
                patched.setattr(Outlook, "has_valid_projections", property(lambda _: False))
                assert book("due", *options) == fast, options


@pytest.mark.parametrize("options", [["--limit", "3"], ["--all", "--limit", "2"], []])
def test_the_list_is_that_of_the_whole(
    book: Book, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    """`list` from the projections says what it says of the whole history."""
    history = random_history(4, people=8, referrals=12, events=90, zone="UTC")
    book.at("2199-01-01T00:00:00Z").zone("UTC").load(history)
    fast = book("list", *options)
    with monkeypatch.context() as patched:
        patched.setattr(Outlook, "has_valid_projections", property(lambda _: False))
        assert book("list", *options) == fast


# Long files.


def test_a_long_file_is_read_as_a_whole_one_is() -> None:
    """Record by record, in whatever order of keys and with whatever blanks, the same is read."""
    zone = "UTC"
    drawn = random_history(3, people=6, referrals=6, events=60, zone=zone)
    history = {"schema": drawn["schema"], "timezone": zone, **drawn}
    plain = json.dumps(history)
    whole = everything_in(json.dumps(dict(reversed(history.items()))))
    assert whole[-2:] == (60, zone)
    assert everything_in(plain) == whole
    assert everything_in(json.dumps(history, indent=3)) == whole
    shuffled = {**history, "events": history["events"][::-1]}
    assert everything_in(json.dumps(shuffled)) == whole
    del history["timezone"]
    assert everything_in(json.dumps(history)) == (*whole[:-1], None)


def everything_in(text: str) -> tuple[object, ...]:
    """All that a file says, with its events, which are read last."""
    found = open_history(text)
    return found.people, found.referrals, [*found.events()], found.count, found.timezone


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda text: text[:-1], "is not JSON"),
        (lambda text: text + "x", "is not JSON"),
        (lambda text: text.replace('"events": [', '"events": [NaN, '), "NaN is no JSON number"),
        (lambda text: text.replace('"events": [', '"events": [3, '), "events[0]: not an object"),
        (lambda text: text.replace('"events"', '"even"'), "even: unknown"),
        (lambda text: text.replace("history/2", "history/7"), "its schema is"),
        (lambda text: text.replace('"kind": "', '"kind": "x', 1), ".kind: unknown"),
    ],
)
def test_what_is_wrong_with_a_long_file_is_said(spoil: Callable[[str], str], said: str) -> None:
    """Each fault is named as it is in a short one."""
    text = json.dumps(random_history(3, people=6, referrals=6, events=60, zone="UTC"))
    with pytest.raises(Refused) as refused:
        open_history(spoil(text))
    assert said in refused.value.message


def test_the_bar_is_on_a_terminal_alone(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bar says how far an import is, how fast and how long still; nothing of it goes into a pipe."""
    path = book.folder / "more.json"
    path.write_text(json.dumps(of_size(3000, sources=30)), encoding="utf-8")
    slow = {"REFTRACK_DB": str(book.folder / "slow.db")}
    shown = on_terminal(["import", str(path)], 80, env=slow)
    assert shown.code == 0
    assert "Working out what is owed" in shown.out
    assert " left" in shown.out
    assert shown.out.rstrip().endswith("0 events.")
    assert all(len(line.split("\r")[-1]) <= 80 for line in shown.out.splitlines())
    path.write_text(json.dumps(of_size(30, sources=3)), encoding="utf-8")
    monkeypatch.setattr(progress, "_PATIENCE", 0)
    assert book("import", str(path)).err == ""
