"""Histories and files that cannot be imported."""

from __future__ import annotations

import json
import os
import re
import subprocess
from typing import Any

import pytest

from tests.support.bad_words import checked, digest, fails
from tests.support.driver import TIMEOUT, Book

FRIDAY = "2026-11-20T15:00:00Z"


def history(**changes: Any) -> dict[str, Any]:
    """A history in good form, with these sections changed."""
    return {
        "schema": "reftrack.history/1",
        "people": [{"id": 1, "name": "Sam Ortiz"}, {"id": 2, "name": "Dana Ruiz"}],
        "referrals": [
            {"id": 1, "source": 1, "prospect": 2, "received_at": FRIDAY, "kind": "client"}
        ],
        "events": [
            {"id": 1, "at": FRIDAY, "kind": "thanked", "referral": 1},
            {"id": 2, "at": FRIDAY, "kind": "missed", "person": 1},
            {"id": 3, "at": FRIDAY, "kind": "paused"},
        ],
        **changes,
    }


FAULTS: list[tuple[tuple[str | int, ...], object, str]] = [
    (("schema",), "reftrack.history/3", "schema"),
    (("schema",), None, "schema"),
    (("more",), 1, "more: unknown"),
    (("people",), {}, "people: not a list"),
    (("people", 0), "Sam", "people[0]: not an object"),
    (("people", 0, "id"), None, "people[0].id: missing"),
    (("people", 0, "id"), 0, "people[0].id"),
    (("people", 0, "id"), -1, "people[0].id"),
    (("people", 0, "id"), True, "people[0].id"),
    (("people", 0, "id"), 1.5, "people[0].id"),
    (("people", 0, "id"), "1", "people[0].id"),
    (("people", 0, "id"), 10**30, "people[0].id"),
    (("people", 1, "id"), 1, "people[1].id"),
    (("people", 0, "name"), None, "people[0].name: missing"),
    (("people", 0, "name"), "  ", "people[0].name"),
    (("people", 0, "name"), 7, "people[0].name"),
    (("people", 0, "name"), "x" * 201, "people[0].name"),
    (("people", 0, "name"), "a\0b", "people[0].name"),
    (("people", 0, "name"), "a\udcffb", "people[0].name"),
    (("people", 0, "email"), [], "people[0].email"),
    (("people", 0, "relation"), "enemy", "people[0].relation"),
    (("people", 0, "updates"), "weekly", "people[0].updates"),
    (("people", 0, "updates"), "0d", "people[0].updates"),
    (("people", 0, "channel"), "pigeon", "people[0].channel"),
    (("people", 0, "note"), "x" * 20_001, "people[0].note"),
    (("people", 0, "shoe"), 43, "people[0].shoe: unknown"),
    (("people", 0, "uid"), 7, "people[0].uid"),
    (("referrals", 0), 7, "referrals[0]: not an object"),
    (("referrals", 0, "source"), 9, "referrals[0].source"),
    (("referrals", 0, "source"), None, "referrals[0].source: missing"),
    (("referrals", 0, "prospect"), 9, "referrals[0].prospect"),
    (("referrals", 0, "prospect"), 1, "referrals[0].kind"),
    (("referrals", 0, "kind"), "expansion", "referrals[0].kind"),
    (("referrals", 0, "kind"), "friend", "referrals[0].kind"),
    (("referrals", 0, "kind"), None, "referrals[0].kind"),
    (("referrals", 0, "received_at"), None, "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "yesterday", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "2026-11-20T15:00:00", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "2026-11-20", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "0001-01-01T00:00:00Z", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "9999-12-31T23:59:59Z", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "2026-02-30T00:00:00Z", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), 1763650800, "referrals[0].received_at"),
    (("referrals", 0, "tie"), {}, "referrals[0].tie"),
    (("events", 0, "at"), "2026-11-20T14:59:59Z", "events[0].at"),
    (("events", 0, "at"), "2026-11-20T15:00:00.5Z", "events[0].at"),
    (("events", 0, "kind"), "kissed", "events[0].kind"),
    (("events", 0, "kind"), None, "events[0].kind"),
    (("events", 0, "kind"), "missed", "events[0].kind"),
    (("events", 0, "kind"), "paused", "events[0].kind"),
    (("events", 0, "referral"), 7, "events[0].referral"),
    (("events", 0, "person"), 1, "events[0].person"),
    (("events", 1, "kind"), "won", "events[1].kind"),
    (("events", 1, "person"), 7, "events[1].person"),
    (("events", 2, "kind"), "won", "events[2].kind"),
    (("events", 0, "channel"), "pigeon", "events[0].channel"),
    (("events", 0, "data"), [], "events[0].data: not an object"),
    (("events", 0, "data"), {"text": 7}, "events[0].data.text"),
    (("events", 0, "data"), {"text": "a\0"}, "events[0].data.text"),
    (("events", 0, "data"), {"fit": "fair"}, "events[0].data.fit"),
    (("events", 0, "data"), {"rule": "politeness"}, "events[0].data.rule"),
    (("events", 0, "data"), {"until": "thu"}, "events[0].data.until"),
    (("events", 0, "data"), {"agreed": "yes"}, "events[0].data.agreed"),
    (("events", 0, "data"), {"happy": 1}, "events[0].data.happy"),
    (("events", 0, "data"), {"busy_until": "2026-02-30"}, "events[0].data.busy_until"),
    (("events", 0, "data"), {"busy_until": FRIDAY}, "events[0].data.busy_until"),
    (("events", 0, "data"), {"colour": "red"}, "events[0].data.colour"),
    (("events", 0, "data"), {"\x1b[31m": "red"}, "events[0].data."),
    (("events", 2, "id"), 1, "events[2].id"),
]


@pytest.mark.parametrize("is_filled", [False, True], ids=["empty", "filled"])
@pytest.mark.parametrize(("path", "value", "named"), FAULTS, ids=lambda part: repr(part)[:30])
def test_a_history_that_breaks_the_form(
    book: Book, path: tuple[str | int, ...], value: object, named: str, *, is_filled: bool
) -> None:
    """The fault is named by its path, and nothing of the file is imported."""
    if is_filled:
        book("missed", "Eva Lang")
    document = history()
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    file = book.folder / "broken.json"
    file.write_text(json.dumps(document))
    error = fails(book, "import", str(file), code=1).err
    assert named in error
    assert book.path.exists() == is_filled


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}", b"\xff\xfe", b"[" * 100_000),
        *(b'{"schema": "reftrack.history/1", "people": NaN}', b'{"schema": {"a": 1}}'),
        *(b'{"schema": "reftrack.history/1"} x', b"\x00", b'{"a": ' + b"9" * 10_000 + b"}"),
        b'{"schema": "\\u001b]0;x\\u0007"}',
    ],
    ids=lambda content: repr(content)[:30],
)
def test_a_file_that_is_no_history(book: Book, content: bytes) -> None:
    """A file that is no JSON, or no history, is 1, and no book is begun."""
    file = book.folder / "broken.json"
    file.write_bytes(content)
    fails(book, "import", str(file), code=1)
    assert not book.path.exists()


def test_many_faults_are_counted(book: Book) -> None:
    """The first faults are named, the rest counted, in two lines."""
    document = history(events=[{"id": n, "kind": "kissed"} for n in range(1, 1001)])
    (book.folder / "broken.json").write_text(json.dumps(document))
    error = fails(book, "import", str(book.folder / "broken.json"), code=1).err
    assert "events[0].kind" in error
    assert re.search(r"and \d+ more", error)


def test_a_file_that_cannot_be_read_or_written(two: Book) -> None:
    """A missing file, a folder, a path through a file: 1, and what to do."""
    folder = str(two.folder)
    for file in (f"{folder}/none.json", folder, f"{two.path}/x.json", "x" * 5000):
        two_lines = checked(two("import", file, code=1), file).err
        assert two_lines
    for file in (folder, f"{folder}/none/x.json", f"{two.path}/x.json"):
        checked(two("export", file, code=1), file)


def test_an_export_writes_over_no_book_and_is_no_other_form(two: Book) -> None:
    """Neither this book nor a backup is lost to a slip, and nobody gets JSON for a calendar."""
    two("backup", str(two.folder / "friday.db"))
    for name in ("book.db", "friday.db"):
        before = digest(two.folder / name)
        for form in ("json", "ics"):
            fails(two, "export", "--format", form, str(two.folder / name), code=1)
        assert digest(two.folder / name) == before
    for name in ("sheet.xlsx", "feed.ical", "feed.ICAL"):
        assert "writes no ." in fails(two, "export", str(two.folder / name), code=2).err
        assert not (two.folder / name).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["resolve", "1", "TEXT"],
        ["problem", "1", "…"],
        ["refer", "NAME", "--to", "@1"],
        ["refer-out", "1", "--to", "PERSON"],
        ["add", "PROSPECT", "--from", "Sam Ortiz"],
    ],
    ids=" ".join,
)
def test_what_holds_the_place_of_words_is_none(two: Book, arguments: list[str]) -> None:
    """A command that was shown and pasted as it stands records no TEXT and nobody called NAME."""
    assert "holds the place" in fails(two, *arguments, code=2).err


def test_an_export_replaces_no_pipe_and_no_link(two: Book) -> None:
    """A pipe or a device is written into, a link followed: neither is replaced by a file."""
    pipe, link, real = (two.folder / name for name in ("pipe", "link.json", "real.json"))
    real.write_text("before")
    link.symlink_to(real)
    two("export", str(link))
    assert link.is_symlink()
    whole = two("export").out
    assert real.read_text(encoding="utf-8") == whole
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        two("export", str(pipe))
        assert reader.communicate(timeout=TIMEOUT)[0].decode() == whole
    assert pipe.is_fifo()
