"""The projections: after every command they are what the whole history gives."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from reftrack.cli.catalogue import COMMANDS
from reftrack.domain.times import instant_of, text_of
from reftrack.store import journal as journals
from reftrack.store.projector import Projector
from tests.support import independent
from tests.support.driver import Book
from tests.support.files import bytes_of
from tests.support.prepared import made_once
from tests.support.projections import (
    READING,
    Run,
    assert_projections_hold,
    listed,
    of_size,
    projections_in,
    row_listed,
    shown_of,
)
from tests.support.sweeps import seeds

COPYING = {"backup", "restore"}  # of the whole file, whatever it holds
AT_A_TERMINAL = {"walk"}  # it runs the other commands


@seeds(3, 10)
def test_what_is_kept_is_what_the_whole_history_gives(book: Book, seed: int) -> None:
    """After every command, also back-dated, plural and refused ones; refused ones change nothing."""
    run = Run(book, seed)
    for _ in range(70):
        run.step()
    book.at(text_of(run.now + timedelta(days=900)))  # nothing lies in its future
    now = instant_of(book.due("--all")["now"])
    assert listed(book.due("--all")) == shown_of(book, run.zone, now=now)


def test_the_run_knows_every_recording_command(book: Book) -> None:
    """A new command that records has to be added to the run."""
    makers = set(Run(book, 0).makers)
    assert set(COMMANDS) - READING - AT_A_TERMINAL - COPYING - makers == set()


def test_who_waits_through_several_pauses_is_kept_up_to_date(book: Book) -> None:
    """A pause concerns whoever was kept waiting pauses ago, though nothing befell them since."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--at", "2026-11-01")
    days = iter(range(2, 30))
    for verbs in (("pause", "missed", "resume"), *[("pause", "resume")] * 4):
        for verb in verbs:
            who = ["Nora Quist"] if verb == "missed" else []
            book(verb, *who, "--at", f"2026-11-{next(days):02}T09:00:00Z")
            assert_projections_hold(book)
    # A pause found out about later falls between two that are known.
    book("resume", "--at", "2026-11-02T12:00:00Z")
    assert_projections_hold(book)
    book("pause", "--at", "2026-11-02T18:00:00Z")
    assert_projections_hold(book)


def test_a_chain_is_kept_when_something_else_befalls_the_referral_it_began_with(book: Book) -> None:
    """The thanks for a chain stand while the source's wish, a pause or a gift is recorded."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--at", "2026-11-01")
    book("win", "1", "--at", "2026-11-02")
    book("add", "Kim Wood", "--from", "Dana Ruiz", "--at", "2026-11-03")
    book("add", "Joe Kerr", "--from", "Kim Wood", "--at", "2026-11-04")
    for arguments in (
        ["wish", "Sam Ortiz", "--updates", "outcome"],
        ["pause", "--at", "2026-10-01"],
        ["resume", "--at", "2026-12-01"],
        ["refer-out", "3", "--to", "Sam Ortiz"],
        ["win", "2", "--at", "2026-11-04"],
        ["wish", "Dana Ruiz", "--updates", "3d"],
    ):
        book.at("2026-12-02T09:00:00Z")(*arguments)
        assert_projections_hold(book)
    assert ("thank-chain", 1) in {(rule, number) for rule, _, number, _ in book.owed("--all")}


# Incremental stays so.


def rewritten(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The rows rewritten by each command from here on."""
    counts: list[int] = []

    class Counted(Projector):
        def update(self) -> None:
            super().update()
            counts.append(self.rewritten)

    monkeypatch.setattr(journals, "Projector", Counted)
    return counts


@pytest.mark.parametrize("is_one_source", [True, False], ids=["one source", "a source each"])
def test_one_thanks_rewrites_as_few_rows_in_a_large_book_as_in_a_small_one(
    book: Book, monkeypatch: pytest.MonkeyPatch, is_one_source: bool
) -> None:
    """The rows that a command rewrites depend on what it changes, not on the size of the book."""
    counts = {}
    for size in (10, 300):
        monkeypatch.setenv("REFTRACK_DB", str(book.folder / f"{size}.db"))
        book.load(of_size(size, sources=1 if is_one_source else size))
        with monkeypatch.context() as patched:
            written = rewritten(patched)
            book("thank", "7")
        counts[size] = written
    # The thanks that were owed are done; the source's news is counted from here.
    assert counts[10] == counts[300]
    assert len(counts[300]) == 1
    assert counts[300][0] <= 4


def test_a_command_that_changes_no_courtesy_rewrites_no_row(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A snooze raises and ends nothing, so the projections stay as they are."""
    book.load(of_size(10, sources=2))
    written = rewritten(monkeypatch)
    book("snooze", "3", "--until", "in 3 days")
    assert written == [0]


def test_records_that_share_a_uid_are_kept_apart(book: Book) -> None:
    """A file may name a referral and an event alike: both raise news owed to the same source."""
    history = of_size(1, sources=1)
    history["referrals"][0]["uid"] = "one"
    told = {"id": 1, "uid": "one", "at": "2026-12-20T09:00:00Z", "kind": "told", "referral": 1}
    book.load({**history, "events": [told]})
    assert_projections_hold(book)
    book.at("2027-01-20T09:00:00Z")("thank", "1")
    assert_projections_hold(book)
    book("tell", "1")
    assert_projections_hold(book)


# Settings that change.


SETTINGS = [
    ("UTC", "", "2027-06-01T12:00:00Z"),
    ("Pacific/Kiritimati", "", "2027-06-01T12:00:00Z"),
    ("America/St_Johns", '[policy]\nupdate_every = "5d"\ncontact-prospect = "3d"\n', "2027-06-01"),
    ("Europe/London", '[rules]\noff = ["thank-referral", "follow-up"]\n', "2027-06-01T12:00"),
    ("UTC", "", "2026-12-01T12:00:00Z"),
    ("Europe/London", '[policy]\nfollow_up_after = "2d"\n', "2026-10-01"),
    ("UTC", "", "1999-01-01"),
]


@made_once
def long_lived(book: Book) -> Book:
    """About everything has happened in the book, with more to come in 2026 and 2027."""
    run = Run(book, 5)
    run.now = datetime(2026, 9, 20, 9, tzinfo=UTC)
    for _ in range(60):
        run.step()
    return book.load(of_size(4, sources=2))


@pytest.mark.parametrize(("zone", "configuration", "now"), SETTINGS)
def test_the_next_recording_command_brings_every_row_up_to_date(
    book: Book, zone: str, configuration: str, now: str
) -> None:
    """Rows kept under another policy or zone are computed anew with the next record."""
    long_lived(book).zone(zone).configure(configuration).at(now)
    book("missed", "Nora Quist")
    assert_projections_hold(book)
    book("missed", "Nora Quist")
    assert_projections_hold(book)


def test_a_change_of_the_settings_is_seen_in_the_rows(book: Book) -> None:
    """The policy of the configuration and the zone each move deadlines that are kept."""
    long_lived(book).at("2027-01-15T09:00:00Z")
    seen = [projections_in(book.path)]
    for zone, configuration in (("UTC", '[policy]\nthank-referral = "2h"\n'), ("Asia/Tokyo", "")):
        book.zone(zone).configure(configuration)("missed", "Nora Quist")
        assert_projections_hold(book)
        seen.append(projections_in(book.path))
    assert seen[0] != seen[1] != seen[2] != seen[0]


@pytest.mark.parametrize(("zone", "configuration", "now"), SETTINGS)
def test_a_reading_command_writes_nothing_whatever_the_settings(
    book: Book, zone: str, configuration: str, now: str
) -> None:
    """Under another policy or zone, or asked about the past, it computes in memory."""
    long_lived(book).zone(zone).configure(configuration).at(now)
    files = bytes_of(book)
    touched = book.path.stat().st_mtime_ns
    policy, off = terms_of(configuration)
    instant = instant_of(book.due()["now"])
    expected = shown_of(book, zone, now=instant, policy=policy, off=off)

    assert listed(book.due("--all")) == expected
    document = book.due()
    standing = [row for row in expected if row[1] in ("due", "overdue")]
    assert listed(document) == standing
    today = instant.astimezone(ZoneInfo(zone)).date()
    working = next(d for n in range(1, 4) if (d := today + timedelta(days=n)).weekday() < 5)
    morning = independent.begins(zone, working) + timedelta(hours=10)  # no clock changes by then
    midnight = independent.begins(zone, today + timedelta(days=1))
    presses = [
        rule not in independent.OCCASIONS
        and (status == "overdue" or due_at <= midnight or due_at < morning)
        for rule, status, _, _, _, due_at in map(row_listed, document["items"])
    ]
    assert presses == [item["section"] in ("overdue", "today") for item in document["items"]]
    pressing = len(
        {item["record"] for item, is_so in zip(document["items"], presses, strict=True) if is_so}
    )
    assert book("due", "--count").out == f"{pressing}\n"
    book("due", "--exit-code", code=4 if pressing else 0)
    received = {
        referral["id"]
        for referral in book.export()["referrals"]
        if instant_of(referral["received_at"]) <= instant
    }
    rows = json.loads(book("list", "--all", "--json").out)["referrals"]
    assert {row["referral"] for row in rows} == received
    for arguments in (
        *(["due", "--later"], ["due", "--by-person"], ["due", "--ahead", "30d"], ["list"]),
        *(
            ["show", "1"],
            ["why", "1"],
            ["show", "@1", "--json"],
            ["rules"],
            ["due", "--on", "2026-11-01"],
        ),
    ):
        book(*arguments, code=1 if "1" in arguments and not received else 0)

    assert book.path.stat().st_mtime_ns == touched
    assert bytes_of(book) == files


def terms_of(configuration: str) -> tuple[dict[str, str], frozenset[str]]:
    """The policy and the rules off, as the second reading takes them."""
    read = tomllib.loads(configuration)
    return read.get("policy", {}), frozenset(read.get("rules", {}).get("off", []))


def test_a_reading_command_without_a_book_makes_none(book: Book) -> None:
    """Looking before the first record leaves no file and no folder behind."""
    for arguments in (["due"], ["due", "--json"], ["due", "--count"], ["list"], ["export"]):
        book(*arguments)
    book("show", "1", code=1)
    assert not book.path.exists()
    assert [path.name for path in book.folder.iterdir()] == ["home"]
    assert not list((book.folder / "home").iterdir())
