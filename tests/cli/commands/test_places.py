"""Where things are, whose they are, and in which zone."""

from __future__ import annotations

import subprocess

import pytest

from tests.support.commands import FRIDAY, events
from tests.support.driver import REFTRACK, TIMEOUT, Book


def test_folders_and_files_are_the_owners_alone(book: Book) -> None:
    """All that reftrack creates, down to the folders on the way, is closed to everybody else."""
    path = book.folder / "a" / "b" / "book.db"
    book("--db", str(path), "missed", "Sam Ortiz")
    assert [p.stat().st_mode & 0o777 for p in (path, path.parent, path.parent.parent)] == [
        *(0o600, 0o700, 0o700)
    ]


def test_looking_writes_nothing(busy: Book) -> None:
    """Neither at another time, nor in another zone, nor under another policy."""
    before = busy.path.read_bytes(), sorted(busy.folder.iterdir())
    for look in (["due", "--all"], ["list"], ["show", "1"], ["show", "@1"], ["rules"], ["export"]):
        busy.zone("UTC").configure("")
        busy(*look)
        busy.zone("Asia/Tokyo").configure('[policy]\nthank-referral = "1h"')
        busy(*look)
        busy("due", "--on", "2027-01-01")
    assert busy.path.read_bytes() == before[0]
    assert {p.name for p in busy.folder.iterdir()} == {p.name for p in before[1]} | {"config.toml"}


def test_a_now_without_an_offset_is_local_time(book: Book) -> None:
    """The what-if switch is read on the clocks of the book."""
    book.zone("America/Toronto").at("2026-11-20T10:00")
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert book.export()["referrals"][0]["received_at"] == FRIDAY
    assert book("due").out.startswith("Friday 20 November, 10:00.")


def test_the_book_keeps_the_zone_of_its_first_record(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's zone at the first record stays the book's, until one is asked for by name."""
    book.zone("")
    monkeypatch.setenv("TZ", "America/Toronto")
    book.process("add", "Dana Ruiz", "--from", "Sam Ortiz")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert b"Friday 20 November, 10:00." in book.process("due").stdout
    book.configure('timezone = "Europe/Helsinki"')
    assert "Friday 20 November, 17:00." in book("due").out
    book.zone("Asia/Tokyo")
    assert "Saturday 21 November, 00:00." in book("due").out


def test_one_new_name_in_two_processes_is_one_person(two: Book) -> None:
    """The second process finds the person that the first one made."""
    command = [*REFTRACK, "missed", "Eva Lang"]
    processes = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(3)
    ]
    assert [process.wait(TIMEOUT) for process in processes] == [0, 0, 0]
    assert [p["name"] for p in two.export()["people"]].count("Eva Lang") == 1
    assert len(events(two, "missed")) == 3


def test_a_wish_for_gifts_is_not_granted_between_colleagues(book: Book) -> None:
    """A co-worker's referral is thanked in the usual way, whatever way was wished for."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--kind", "co-worker")
    book("add", "Kim Wood", "--from", "Sam Ortiz")
    book("wish", "@1", "--by", "gift")
    ways = {
        item["referral"]: item["channel"]
        for item in book.due("--all")["items"]
        if item["rule"] == "thank-referral"
    }
    assert ways == {1: "card", 2: "gift"}


def test_new_business_is_thanked_for_by_its_name(book: Book) -> None:
    """Nobody is thanked for themselves."""
    book("add", "Dana Ruiz", "--from", "Dana Ruiz")
    assert "Thanked Dana Ruiz for the new business." in book("thank", "1").out


def test_how_often_may_be_said_in_a_word(book: Book) -> None:
    """`monthly` is what people say for 30 days."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("wish", "@1", "--updates", "Monthly", "--by", "email")
    assert book.export()["people"][0]["updates"] == "30d"
    assert "monthly" in book("wish", "@1", "--updates", "often", code=2).err


def test_a_source_where_a_referral_is_wanted(book: Book) -> None:
    """The name of a source is known, and answered with what is meant by it."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    refused = book("explain", "sam", code=1)
    assert refused.err == (
        "error: Sam Ortiz (@1) is the prospect of no referral.\n"
        "Name the referral that is meant: reftrack show @1\n"
    )
