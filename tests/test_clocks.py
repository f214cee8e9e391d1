"""Clocks that go back and forth, years at the edge, and the time zone that a book counts in."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import cycle, product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tzlocal import unix

from reftrack.application.when import parse_when
from reftrack.cli import clock
from reftrack.domain.counting import lasting
from reftrack.domain.instants import is_same_zone
from reftrack.errors import BadInput
from tests.support.commands import of_debts
from tests.support.driver import Book
from tests.support.prepared import made_once
from tests.support.sweeps import SHARE

BEGUN = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BEHIND = "note: this computer's clock is"


class Clock:
    """This computer's clock, which may be set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shows = BEGUN
        monkeypatch.delenv("REFTRACK_NOW")
        monkeypatch.setattr(clock, "computer_now", lambda: self.shows)

    def ahead(self, by: timedelta) -> None:
        """So far after the book was begun, or before it."""
        self.shows = BEGUN + by


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of this computer; no instant is asked about."""
    return Clock(monkeypatch)


@pytest.fixture
def begun(book: Book, wall: Clock) -> Book:
    """A book with one referral, received when it was begun."""
    return begun_now(book)


@made_once
def begun_now(book: Book) -> Book:
    """One referral."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    return book


@pytest.fixture
def tz(book: Book, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets the time zone of this computer; none is set otherwise."""
    book.zone("")

    def put(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        # It looks once a process.
        monkeypatch.setattr(unix, "_cache_tz_name", None)
        monkeypatch.setattr(unix, "_cache_tz", None)

    return put


# Undoing.


BACK = (SECOND, HOUR, DAY, 10 * DAY, 400 * DAY)
RECORDING = (
    ["add", "Zoe Lang", "--from", "Sam Ortiz"],
    ["wish", "@1", "--by", "email"],
    ["missed", "@1"],
    ["note", "@1", "Likes tea"],
    ["edit", "@1", "--phone", "020 7946 0000"],
    ["merge", "@1", "@2", "--yes"],
    ["pause"],
    ["refer", "Lee Park", "--to", "Sam Ortiz"],
)
# Each command by one of the distances in turn; a sweep has them all.
WENT_BACK = list(product(RECORDING, BACK) if SHARE == 1 else zip(RECORDING, cycle(BACK)))


@pytest.mark.sweep
@pytest.mark.parametrize(
    ("command", "back"),
    WENT_BACK,
    ids=lambda each: " ".join(each) if isinstance(each, list) else None,
)
def test_undo_finds_the_last_step_of_a_clock_that_went_back(
    begun: Book, wall: Clock, command: list[str], back: timedelta
) -> None:
    """The step is the last on record, whatever its instant; then the one before it."""
    before = begun.export()
    wall.ahead(-back)
    begun(*command)
    after = begun.export()
    assert begun("undo").out.startswith(f"Undone: {command[0]}, ")
    assert begun.export() == before
    begun("check")
    assert begun("redo").out.startswith(f"Redone: {command[0]}, ")
    assert begun.export() == after
    begun("undo")
    assert begun("undo").out.startswith("Undone: add, ")
    assert begun.export()["referrals"] == []
    begun("check")


@pytest.mark.parametrize(
    "command",
    [
        ["note", "1", "Likes tea"],
        ["contact", "1"],
        ["edit", "1", "--need", "A roof"],
        ["thank", "1"],
        ["win", "1"],
        ["lose", "1", "--why", "Too dear"],
        ["problem", "1", "A leak"],
        ["tell", "1"],
        ["rate", "1", "good"],
        ["waive", "1", "thank-referral", "--why", "Said at lunch"],
        ["snooze", "1", "--until", "in 3 days"],
        ["refer-out", "1", "--to", "Lee Park"],
        ["thank", "Sam Ortiz"],
    ],
    ids=" ".join,
)
def test_a_referral_of_a_minute_ago_is_there_when_the_clock_went_back(
    begun: Book, wall: Clock, command: list[str]
) -> None:
    """A new record stands after those on record, so it can be imported again."""
    wall.ahead(-SECOND)
    begun(*command)
    assert all(event["at"] >= "2026-11-20T15:00:00Z" for event in begun.export()["events"])
    document = begun.export()
    begun("undo")
    begun("check")
    begun("redo")
    begun.path.unlink()
    assert begun.load(document).export() == document


@pytest.mark.parametrize("now", ["2026-11-20T14:59:59Z", "2026-11-20T14:00:00Z", "2001-01-01"])
def test_undo_works_at_an_instant_before_the_step(book: Book, now: str) -> None:
    """REFTRACK_NOW hides what came later; what was recorded last is undone all the same."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("note", "1", "Likes tea")
    book.at(now)
    assert book("undo").out.startswith("Undone: note, ")
    assert book("redo").out.startswith("Redone: note, ")
    book("undo")
    assert book("undo").out.startswith("Undone: add, ")


# What is ahead of the clock has happened.


def test_what_was_done_ahead_of_the_clock_is_done(begun: Book, wall: Clock) -> None:
    """The projections hold, and all that read them agree."""
    wall.ahead(2 * HOUR)
    begun("thank", "1")
    begun("win", "1")
    begun("contact", "1")
    everything = begun.export()
    wall.ahead(HOUR)
    waiting = {item["rule"] for item in begun.due("--all")["items"]}
    assert "thank-referral" not in waiting
    assert {"announce-win", "thank-win"} <= waiting
    assert "won" in begun("list").out
    shown = json.loads(begun("show", "1", "--json").out)
    assert [event["kind"] for event in shown["events"]] == ["thanked", "won", "contacted"]
    assert json.loads(begun("sources", "--json").out)["sources"][0]["won"] == 1
    assert "Dana Ruiz" in begun("ask").out
    assert "done" in begun("why", "1", "thank-referral").out
    assert "won" in begun("export", "--format", "csv").out
    assert begun.export() == everything


def test_what_is_kept_stays_in_use(
    begun: Book, wall: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One record ahead of the clock does not make every `due` read the whole history."""
    monkeypatch.setattr(
        "reftrack.store.reader.Reader.history", lambda *_: pytest.fail("the history was read")
    )
    for back in (SECOND, HOUR, 2 * DAY):
        wall.ahead(-back)
        begun("due")
        assert begun("due", "--count").out == "0\n"


def test_what_was_undone_ahead_of_the_clock_counts_no_more(
    begun: Book, wall: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is no record ahead: nothing is said, and the projections hold."""
    wall.ahead(10 * DAY)
    begun("contact", "1")
    begun("undo")
    wall.ahead(HOUR)
    monkeypatch.setattr(
        "reftrack.store.reader.Reader.history", lambda *_: pytest.fail("the history was read")
    )
    assert begun("due").err == ""


@pytest.mark.parametrize(("ahead", "is_there"), [(2 * DAY, True), (2 * DAY + SECOND, False)])
def test_two_days_are_the_most(begun: Book, wall: Clock, ahead: timedelta, is_there: bool) -> None:
    """At most two days: what lies further ahead has not happened, and that is said."""
    wall.ahead(-ahead)
    live = "1 referral live" in begun("due").out
    assert live == is_there
    begun("show", "1", code=0 if is_there else 1)
    assert begun("due", "--json").err.count("is left out") == (not is_there)


def test_of_an_instant_that_is_asked_about_nothing_later_has_happened(
    begun: Book, wall: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--on` and REFTRACK_NOW mean that instant, and say nothing of the clock."""
    wall.ahead(HOUR)
    begun("thank", "1")
    asked = begun("due", "--json", "--all", "--on", "2026-11-20 15:30")
    assert "thank-referral" in asked.out
    assert asked.err == ""
    monkeypatch.setenv("REFTRACK_NOW", "2026-11-20T15:30:00Z")
    assert "thank-referral" in begun("due", "--json", "--all").out
    monkeypatch.setenv("REFTRACK_NOW", "2026-11-20T14:30:00Z")
    assert begun("due").err == ""
    begun("show", "1", code=1)


def test_a_day_to_come_has_seen_what_today_has(begun: Book, wall: Clock) -> None:
    """An event that has happened by now has happened on any day to come."""
    wall.ahead(DAY)
    begun("thank", "1")
    wall.ahead(-HOUR)
    assert "thank-referral" not in begun("due", "--json", "--all", "--on", "in 2 hours").out


def test_what_is_hidden_stays_hidden_when_the_clock_goes_back(begun: Book, wall: Clock) -> None:
    """A snooze ahead of the clock has happened; each way to look agrees."""
    wall.ahead(2 * HOUR)
    assert of_debts(begun) == [("thank-referral", 1), ("contact-prospect", 1)]
    assert begun("due", "--count").out == "2\n"  # both have until tomorrow, ahead of its morning
    begun("snooze", "1", "--until", "in 30 hours")
    wall.ahead(HOUR)
    statuses = {item["rule"]: item["status"] for item in begun.due("--all")["items"]}
    assert statuses["thank-referral"] == statuses["contact-prospect"] == "snoozed"
    assert begun("due", "--count").out == "0\n"
    assert begun.due()["counts"]["due"] == 0
    wall.ahead(-HOUR)  # before it opened: what is yet to open is upcoming
    statuses = {item["rule"]: item["status"] for item in begun.due("--all")["items"]}
    assert statuses["thank-referral"] == "upcoming"
    assert begun("due", "--count").out == "0\n"


def test_a_full_book_is_not_called_empty(begun: Book, wall: Clock) -> None:
    """Neither an hour behind nor a year does a screen say how to begin."""
    for back in (HOUR, 400 * DAY):
        wall.ahead(-back)
        for command in ("due", "list", "sources"):
            said = begun(command).out
            assert "No referrals yet" not in said
            assert "Begin with" not in said
    assert "the first on record came in on Fri 20 Nov 2026, 15:00" in begun("due", "--later").out
    assert "the first on record" in begun("due", "--all").out


def test_a_referral_too_far_ahead_is_not_denied(begun: Book, wall: Clock) -> None:
    """There is one: that it is left out is the reason."""
    wall.ahead(-10 * DAY)
    said = begun("show", "1", code=1).err
    assert "more than two days ahead of this computer's clock" in said
    assert "there is no referral" not in said
    assert len(said.splitlines()) == 2


# What is recorded with a clock behind.


def test_thanks_settle_what_was_won_ahead_of_the_clock(begun: Book, wall: Clock) -> None:
    """In the order of recording, though the clock went back in between."""
    wall.ahead(5 * HOUR)
    begun("win", "1")
    wall.ahead(4 * HOUR)
    said = begun("thank", "1", "--by", "card")
    assert "(Fri 20 Nov 2026, 20:00)" in said.out
    assert "thank-win" not in {item["rule"] for item in begun.due("--all")["items"]}
    begun("missed", "@1")
    wall.ahead(3 * HOUR)
    begun("call-back", "@1")
    assert "call-back" not in {item["rule"] for item in begun.due("--all")["items"]}
    begun("pause")
    wall.ahead(2 * HOUR)
    begun("resume")
    begun("resume", code=1)
    begun("check")


def test_other_referrals_keep_to_the_clock(begun: Book, wall: Clock) -> None:
    """One record ahead moves no deadline of anybody else's."""
    wall.ahead(DAY)
    begun("contact", "1")
    wall.ahead(HOUR)
    begun("add", "Zoe Lang", "--from", "Priya Nair")
    assert begun.export()["referrals"][1]["received_at"] == "2026-11-20T16:00:00Z"


@pytest.mark.parametrize("words", ["today", "now", "15:00", "5m ago", "2026-11-20 15:00"])
def test_a_time_can_be_said_of_a_referral_ahead_of_the_clock(
    begun: Book, wall: Clock, words: str
) -> None:
    """None is refused both for being too early and for being too late."""
    wall.ahead(-SECOND)
    said = begun("contact", "1", "--at", words, code=None)
    if said.code:
        assert re.search(r"before the referral was received \(.*15:00\)", said.err), said
        begun("contact", "1", "--at", "2026-11-20 15:00")
    (event,) = begun.export()["events"]
    assert event["at"] == "2026-11-20T15:00:00Z"


def test_a_past_ends_where_the_record_does() -> None:
    """Up to `latest` an instant may lie ahead of now; later is the future."""
    terms = {"now": BEGUN, "zone": UTC, "latest": BEGUN + HOUR}
    assert parse_when("16:00", tense="past", **terms).instant == BEGUN + HOUR  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="in the future"):
        parse_when("16:01", tense="past", **terms)  # type: ignore[arg-type]


# It is said.


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (SECOND, "a second"),
        (59 * SECOND, "59 seconds"),
        (HOUR, "an hour"),
        (26 * HOUR, "a day"),
        (2 * DAY, "2 days"),
        (10 * DAY, "10 days"),
    ],
)
def test_how_far_the_clock_is_behind_is_said_once(
    begun: Book, wall: Clock, back: timedelta, said: str
) -> None:
    """By each command, on standard error; `check` has a line of it, and is well otherwise."""
    wall.ahead(-back)
    note = f"{BEHIND} {said} behind the last record of the book."
    for command in (["due"], ["list"], ["export"], ["note", "@1", "x"], ["undo"]):
        assert begun(*command).err.count(note) == 1, command
    (line,) = [one for one in begun("check").out.splitlines() if "clock" in one]
    assert line == (
        f"warning  This computer's clock is {said} behind the last record. If it is wrong, set it."
    )
    begun("show", "99", code=1)
    assert begun("show", "99", code=1).err.startswith("error: ")


def test_a_clock_that_is_right_is_not_spoken_of(begun: Book, wall: Clock) -> None:
    """Neither at the very second of the last record nor later."""
    for ahead in (timedelta(), HOUR):
        wall.ahead(ahead)
        assert begun("due").err == ""
        assert "ok       No record lies ahead of this computer's clock." in begun("check").out


def test_an_edit_ahead_of_the_clock_is_a_record_too(begun: Book, wall: Clock) -> None:
    """It has no event, but its step has an instant."""
    wall.ahead(HOUR)
    begun("edit", "1", "--need", "A roof")
    wall.ahead(SECOND)
    assert f"{BEHIND} 59 minutes behind" in begun("due").err


def test_a_prompt_is_told_nothing_but_the_count(begun: Book, wall: Clock) -> None:
    """A prompt that asks every minute is no place for a note, and a TAB less so."""
    wall.ahead(-HOUR)
    assert begun("due", "--count").err == ""
    assert begun("--complete", "bash", "2", "reftrack", "show", "", code=None).err == ""


def test_lengths_of_time() -> None:
    """The largest unit that is filled, never rounded up."""
    assert lasting(timedelta(seconds=119)) == "a minute"
    assert lasting(timedelta(seconds=120)) == "2 minutes"
    assert lasting(timedelta(days=1234)) == "1,234 days"


# Years at the edge.


@pytest.mark.parametrize(
    ("now", "zone"),
    [
        ("2199-12-31T23:59:59Z", "UTC"),
        ("2199-12-31T23:59:59Z", "Pacific/Auckland"),
        ("2199-12-31T23:59:59Z", "America/New_York"),
        ("1900-01-01T00:00:00Z", "UTC"),
        ("1900-01-01T00:00:00Z", "America/New_York"),
        ("1900-01-01T00:00:00Z", "Asia/Tokyo"),
    ],
)
def test_a_sound_book_of_any_year_is_called_sound(book: Book, now: str, zone: str) -> None:
    """A deadline may lie in a century in which nothing can be recorded."""
    book.at(now).zone(zone)
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted")
    book("win", "1")
    book("review", "@2", "--agreed", "--delivered", "--happy")
    said = book("check").out
    assert "wrong" not in said
    for command in (["due"], ["due", "--all"], ["due", "--json", "--all"], ["show", "1"]):
        book(*command)
    for command in (["why", "1"], ["list"], ["sources"], ["ask"], ["export", "--format", "ics"]):
        book(*command)
    document = book.export()
    book.path.unlink()
    assert book.load(document).export() == document


# The time zone of a book.


def test_the_export_says_the_time_zone_and_an_empty_book_takes_it(
    book: Book, tz: Callable[[str], None]
) -> None:
    """So no deadline moves, wherever the file is read."""
    tz("America/New_York")
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    document, owed = book.export(), book.due("--all")
    assert document["timezone"] == "America/New_York"
    assert list(document)[:2] == ["schema", "timezone"]
    book.path.unlink()
    tz("Asia/Tokyo")
    book.load(document)
    assert book.due("--all")["items"] == owed["items"]
    assert book.export() == document
    assert book("config", "show", "timezone").out == "America/New_York (the book)\n"


def test_a_file_without_a_time_zone_is_as_good_as_ever(book: Book) -> None:
    """The key is optional, and null is none."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    document = book.export()
    for change in ({"timezone": None}, {}):
        book.path.unlink()
        document.pop("timezone", None)
        book.load({**document, **change})
        assert book.export()["timezone"] == "UTC"


def test_the_time_zone_that_is_set_is_the_one_exported(book: Book) -> None:
    """The deadlines are counted in it."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert book.zone("Asia/Tokyo").export()["timezone"] == "Asia/Tokyo"


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_where_a_filled_book_counts_other_days_is_said(book: Book, options: tuple[str]) -> None:
    """Its own zone stays, and the deadlines of what comes are counted in it."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    path = book.folder / "other.json"
    history = {"schema": "reftrack.history/1", "timezone": "Asia/Tokyo", "people": []}
    path.write_text(json.dumps(history))
    said = book("import", str(path), *options)
    assert "note: the days of the file are those of Asia/Tokyo, those of this book" in said.err
    assert book.export()["timezone"] == "UTC"
    path.write_text(json.dumps(history | {"timezone": "Etc/UTC"}))
    assert book("import", str(path), *options).err == ""


def test_names_of_one_zone() -> None:
    """A link has the same days; a neighbour has not."""
    assert is_same_zone(ZoneInfo("Asia/Calcutta"), ZoneInfo("Asia/Kolkata"))
    assert is_same_zone(ZoneInfo("GB"), ZoneInfo("Europe/London"))
    assert not is_same_zone(ZoneInfo("Europe/Dublin"), ZoneInfo("Africa/Lagos"))
    assert not is_same_zone(ZoneInfo("Europe/London"), ZoneInfo("Europe/Lisbon"))


@pytest.mark.parametrize("name", [7, "", ["UTC"], "x" * 65])
def test_a_time_zone_in_no_form_is_a_fault(book: Book, name: object) -> None:
    """Nothing is imported, and the path is named."""
    path = book.folder / "other.json"
    history = {"schema": "reftrack.history/1", "timezone": name, "people": [], "referrals": []}
    for text in (json.dumps(history | {"events": []}), json.dumps(history)):
        path.write_text(text)
        assert "breaks the form at timezone: " in book("import", str(path), code=1).err
    assert not book.path.exists()


@pytest.mark.parametrize("name", ["Mars/Base", "../etc/passwd", "Europe/Londn", "\x00"])
def test_an_unknown_time_zone_begins_no_book(book: Book, name: str) -> None:
    """A book in it could not be read here; beside a filled one it is only said."""
    people = [{"id": 1, "uid": "p1", "name": "Sam Ortiz"}]
    history = {"schema": "reftrack.history/1", "timezone": name, "people": people}
    path = book.folder / "other.json"
    path.write_text(json.dumps(history))
    said = book("import", str(path), code=1).err
    assert said.startswith("error: this computer does not know the time zone of the file, ")
    assert not book.path.exists()
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert book("import", str(path)).out == "Imported 1 person, 0 referrals and 0 events.\n"


def test_a_book_of_an_unknown_time_zone_can_be_saved(book: Book) -> None:
    """Copies are made and listed, `check` says what is the matter, and naming a zone helps."""
    import sqlite3

    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    connection = sqlite3.connect(book.path)
    with connection:
        connection.execute("UPDATE book SET value = 'Mars/Base' WHERE name = 'zone'")
    connection.close()
    book.zone("")
    said = book("due", code=3).err
    assert said.startswith("error: this computer does not know the time zone of the book, Mars/")
    assert "reftrack config set timezone NAME" in said
    assert "warning  This computer does not know the book's time zone" in book("check").out
    book("backup")
    assert "by hand" in book("backup", "--list").out
    book.zone("UTC")("due")


# How a book begins.


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        ("EST5EDT4,M3.2.0,M11.1.0", ""),
        ("Bogus/Zone", ""),
        ("CET-1CEST", ""),
        ("posix/Europe/London", ""),
        ("Europe/London", "Europe/London"),
        (":Europe/London", "Europe/London"),
        ("GB", "GB"),
        ("/usr/share/zoneinfo/Europe/Paris", "Europe/Paris"),
    ],
)
def test_a_new_book_says_its_time_zone(
    book: Book, tz: Callable[[str], None], told: str, zone: str
) -> None:
    """A TZ that names none is said, with how to set it; then no more is said of it."""
    if told.startswith("/") and not Path(told).exists():
        pytest.skip("no time zones there")
    tz(told)
    said = book("add", "Dana Ruiz", "--from", "Sam Ortiz").err
    if zone:
        assert f"note: the book is new; its days are those of the time zone {zone}." in said
    else:
        assert f"warning: TZ is '{told}', which names no time zone." in said
        assert "reftrack config set timezone America/New_York" in said
    assert book("note", "1", "x").err == ""


def test_a_zone_that_was_set_is_kept_by_the_book(book: Book) -> None:
    """A book begun in a zone stays in it when the setting goes."""
    book.zone("Asia/Tokyo")("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert book.zone("").export()["timezone"] == "Asia/Tokyo"
