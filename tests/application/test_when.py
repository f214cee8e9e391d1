"""Times as people type them: what is understood, what is refused, and why."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reftrack.application.when import Tense, When, day_understood, parse_when
from reftrack.cli.command_line import hint_text
from reftrack.domain.times import EARLIEST, LATEST
from reftrack.errors import BadInput

LONDON = "Europe/London"
NEW_YORK = "America/New_York"
LORD_HOWE = "Australia/Lord_Howe"
CAIRO = "Africa/Cairo"
HAVANA = "America/Havana"
ZONES = (LONDON, NEW_YORK, LORD_HOWE, CAIRO, HAVANA, "Pacific/Apia", "Asia/Kathmandu", "UTC")
TENSES: tuple[Tense, ...] = get_args(Tense)

WEDNESDAY = "2026-11-18T10:30:20"
FRIDAY = "2026-11-20T10:00:00"


def at(wall: str, zone: str) -> datetime:
    """The instant of an ISO text, which is in `zone` where it has no offset."""
    moment = datetime.fromisoformat(wall)
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)


def read(text: str, now: str, zone: str, tense: Tense, earliest: str = "") -> When:
    """The moment that is understood, all times being walls of `zone`."""
    received = at(earliest, zone) if earliest else None
    return parse_when(text, now=at(now, zone), zone=ZoneInfo(zone), tense=tense, earliest=received)


# Said in London on Wednesday 18 November 2026 at 10:30:20.
PAST = [
    ("now", "2026-11-18T10:30:20"),
    ("  NOW ", "2026-11-18T10:30:20"),
    ("today", "2026-11-18T10:30:20"),  # Noon is still to come.
    ("yesterday", "2026-11-17T12:00"),
    ("yesterday 15:00", "2026-11-17T15:00"),
    ("Yesterday   AT 15:00", "2026-11-17T15:00"),
    ("15:00 yesterday", "2026-11-17T15:00"),
    ("at 15:00 yesterday", "2026-11-17T15:00"),
    ("3pm yesterday", "2026-11-17T15:00"),
    ("yesterday noon", "2026-11-17T12:00"),
    ("yesterday 12pm", "2026-11-17T12:00"),
    ("yesterday 12:30am", "2026-11-17T00:30"),
    ("yesterday 12:30 pm", "2026-11-17T12:30"),
    ("yesterday 15:00:07", "2026-11-17T15:00:07"),
    ("yesterday 0:05", "2026-11-17T00:05"),
    ("yesterday 9:30pm", "2026-11-17T21:30"),
    ("9:30 pm yesterday", "2026-11-17T21:30"),
    ("today 9am", "2026-11-18T09:00"),
    ("09:00", "2026-11-18T09:00"),
    ("9 am", "2026-11-18T09:00"),
    ("at 9am", "2026-11-18T09:00"),
    ("10:30:20", "2026-11-18T10:30:20"),
    ("wed", "2026-11-18T10:30:20"),
    ("wed 9am", "2026-11-18T09:00"),
    ("wed 15:00", "2026-11-11T15:00"),  # Today's is still to come.
    ("fri", "2026-11-13T12:00"),
    ("fri 9am", "2026-11-13T09:00"),
    ("on fri at 9am", "2026-11-13T09:00"),
    ("9am on friday", "2026-11-13T09:00"),
    ("Last Friday", "2026-11-13T12:00"),
    ("last wed", "2026-11-11T12:00"),
    ("last tues 9:15", "2026-11-17T09:15"),
    ("tue", "2026-11-17T12:00"),
    ("thu", "2026-11-12T12:00"),
    ("thur", "2026-11-12T12:00"),
    ("thurs", "2026-11-12T12:00"),
    ("thursday noon", "2026-11-12T12:00"),
    ("nov 17", "2026-11-17T12:00"),
    ("nov 18", "2026-11-18T10:30:20"),
    ("nov 18 9am", "2026-11-18T09:00"),
    ("nov 19", "2025-11-19T12:00"),
    ("1st nov", "2026-11-01T12:00"),
    ("20th nov", "2025-11-20T12:00"),
    ("20 of november", "2025-11-20T12:00"),
    ("on 2 sept 15:00", "2026-09-02T15:00"),
    ("15:00 2 sept", "2026-09-02T15:00"),
    ("jan 3 9am", "2026-01-03T09:00"),
    ("may 1", "2026-05-01T12:00"),
    ("feb 29", "2024-02-29T12:00"),
    ("20 november 2025", "2025-11-20T12:00"),
    ("nov 20 2025", "2025-11-20T12:00"),
    ("Nov 20, 2025 9am", "2025-11-20T09:00"),
    ("feb 29 2024 9am", "2024-02-29T09:00"),
    ("2026-11-17", "2026-11-17T12:00"),
    ("on 2026-11-17", "2026-11-17T12:00"),
    ("2026-11-17 9am", "2026-11-17T09:00"),
    ("2026-11-17T15:00", "2026-11-17T15:00"),
    ("2026-11-17 15:00:01", "2026-11-17T15:00:01"),
    ("2026-07-17T15:00", "2026-07-17T14:00+00:00"),
    ("2026-11-17T15:00Z", "2026-11-17T15:00+00:00"),
    ("2026-11-17t15:00:09z", "2026-11-17T15:00:09+00:00"),
    ("2026-11-17 15:00 +05:30", "2026-11-17T09:30+00:00"),
    ("2026-11-17T15:00-0500", "2026-11-17T20:00+00:00"),
    ("2026-11-17T15:00+01", "2026-11-17T14:00+00:00"),
    ("1900-01-01T00:00Z", "1900-01-01T00:00+00:00"),
    ("2h ago", "2026-11-18T08:30:20"),
    ("90m ago", "2026-11-18T09:00:20"),
    ("90 minutes ago", "2026-11-18T09:00:20"),
    ("1 min ago", "2026-11-18T10:29:20"),
    ("an hour ago", "2026-11-18T09:30:20"),
    ("0 hours ago", "2026-11-18T10:30:20"),
    ("36 hrs ago", "2026-11-16T22:30:20"),
    ("3d ago", "2026-11-15T10:30:20"),
    ("3 days ago", "2026-11-15T10:30:20"),
    ("3 days ago 15:00", "2026-11-15T15:00"),
    ("at 3pm 3 days ago", "2026-11-15T15:00"),
    ("a week ago", "2026-11-11T10:30:20"),
    ("2w ago", "2026-11-04T10:30:20"),
    ("1 month ago", "2026-10-18T10:30:20"),
    ("11 months ago", "2025-12-18T10:30:20"),
    ("12mo ago", "2025-11-18T10:30:20"),
]

FUTURE = [
    ("tomorrow", "2026-11-19T00:00"),
    ("tomorrow 9am", "2026-11-19T09:00"),
    ("noon tomorrow", "2026-11-19T12:00"),
    ("tomorrow 00:00", "2026-11-19T00:00"),
    ("15:00", "2026-11-18T15:00"),
    ("noon", "2026-11-18T12:00"),
    ("9:30pm", "2026-11-18T21:30"),
    ("today 18:00", "2026-11-18T18:00"),
    ("fri", "2026-11-20T00:00"),
    ("fri 9am", "2026-11-20T09:00"),
    ("next fri", "2026-11-20T00:00"),
    ("next wed", "2026-11-25T00:00"),
    ("wed", "2026-11-25T00:00"),  # Today has begun.
    ("wed 9am", "2026-11-25T09:00"),  # Today's is over.
    ("nov 20", "2026-11-20T00:00"),
    ("nov 18 15:00", "2026-11-18T15:00"),
    ("nov 17", "2027-11-17T00:00"),
    ("3 jan", "2027-01-03T00:00"),
    ("feb 29", "2028-02-29T00:00"),
    ("2026-12-24", "2026-12-24T00:00"),
    ("2026-12-24 18:00", "2026-12-24T18:00"),
    ("2027-07-01", "2027-06-30T23:00+00:00"),
    ("in 3 days", "2026-11-21T10:30:20"),
    ("in 3d", "2026-11-21T10:30:20"),
    ("in 3 days 9am", "2026-11-21T09:00"),
    ("in 2w", "2026-12-02T10:30:20"),
    ("in a week at noon", "2026-11-25T12:00"),
    ("in 90m", "2026-11-18T12:00:20"),
    ("in 2 hours", "2026-11-18T12:30:20"),
    ("in 2 months", "2027-01-18T10:30:20"),
    ("in 1 mo", "2026-12-18T10:30:20"),
    ("2199-12-31T23:59:59Z", "2199-12-31T23:59:59+00:00"),
]

EITHER = [
    ("now", "2026-11-18T10:30:20"),
    ("today", "2026-11-18T12:00"),
    ("tomorrow", "2026-11-19T12:00"),
    ("yesterday", "2026-11-17T12:00"),
    ("09:00", "2026-11-18T09:00"),
    ("15:00", "2026-11-18T15:00"),
    ("next monday", "2026-11-23T12:00"),
    ("next fri 9am", "2026-11-20T09:00"),
    ("last fri", "2026-11-13T12:00"),
    ("wed", "2026-11-18T12:00"),
    ("wed 9am", "2026-11-18T09:00"),
    ("nov 20", "2026-11-20T12:00"),
    ("20 nov 9am", "2026-11-20T09:00"),
    ("nov 18", "2026-11-18T12:00"),
    ("nov 17", "2026-11-17T12:00"),
    ("jan 3", "2027-01-03T12:00"),
    ("apr 17", "2027-04-17T12:00"),  # 150 days on.
    ("jun 21", "2026-06-21T12:00"),  # 150 days ago.
    ("may 1 2027", "2027-05-01T11:00+00:00"),
    ("2026-11-20", "2026-11-20T12:00"),
    ("2h ago", "2026-11-18T08:30:20"),
    ("in 3 days", "2026-11-21T10:30:20"),
]

READ = [
    *((text, "past", wall) for text, wall in PAST),
    *((text, "future", wall) for text, wall in FUTURE),
    *((text, "either", wall) for text, wall in EITHER),
]


@pytest.mark.parametrize(("text", "tense", "wall"), READ)
def test_understood(text: str, tense: Tense, wall: str) -> None:
    """A time with one meaning is understood, and nothing is assumed."""
    found = read(text, WEDNESDAY, LONDON, tense)
    assert (found.instant, found.assumption) == (at(wall, LONDON), "")


@pytest.mark.parametrize(
    ("text", "tense", "wall"),
    [
        ("fri", "past", "2026-11-20T10:00"),
        ("fri 9am", "past", "2026-11-20T09:00"),
        ("fri 10:00", "past", "2026-11-20T10:00"),
        ("fri 10:01", "past", "2026-11-13T10:01"),
        ("last fri", "past", "2026-11-13T12:00"),
        ("fri", "future", "2026-11-27T00:00"),
        ("fri 9am", "future", "2026-11-27T09:00"),
        ("fri 10:00", "future", "2026-11-27T10:00"),
        ("next fri", "future", "2026-11-27T00:00"),
        ("next fri 10:01", "future", "2026-11-27T10:01"),
        ("fri", "either", "2026-11-20T12:00"),
        ("fri 15:00", "either", "2026-11-20T15:00"),
        ("next fri", "either", "2026-11-27T12:00"),
        ("last fri", "either", "2026-11-13T12:00"),
    ],
)
def test_a_weekday_on_its_own_day(text: str, tense: Tense, wall: str) -> None:
    """On a Friday, `fri` is the Friday that the tense leaves, `last` and `next` never today."""
    assert read(text, FRIDAY, LONDON, tense).instant == at(wall, LONDON)


TENSE_FREE_REFUSALS = [
    "", " ", "-1", "10", "may", "1 2 3", "10/11", "10.11.2026", "20-11-2026", "20.11", "2026",
    "20261120", "2026-11", "2026-W47-5", "2026-324", "2026-13-01", "2026-02-29", "2026-11-31",
    "0000-01-01", "yesterday 25:00", "yesterday 24:00", "yesterday 12:60", "yesterday 12:00:60",
    "2026-11-17T24:00", "2026-11-17T24:00Z", "2026-11-17T15", "2026-11-17T9:00",
    "2026-11-17T15:00:00.5Z", "2026-11-17T15:00+25:00", "2026-11-17T15:00+01:60",
    "2026-11-17T15:00 BST", "2026-11-17T15:00Z yesterday", "2026-11-17 T 15:00",
    "half an hour ago", "1.5h ago", "-2h ago", "2h", "3 days", "in 3 days ago", "in 3", "3 ago",
    "99999 days ago", "1h 30m ago", "2h ago 15:00", "ago", "in a while", "soon", "this fri",
    "fri fri", "next last fri", "next", "next week", "last month", "next nov 20", "fr", "fri 9",
    "fri nov 20", "nov", "nov 2026", "nov 31", "nov 0", "feb 30", "feb 29 2027", "nov 20 26",
    "nov 20 15", "20 nov 20", "nov20", "nov 9am 20", "9am fri 9am", "13pm", "0am", "13:00pm",
    "9", "9.30", "21h", "fri at", "at fri", "now 15:00", "now ago", "midnight", "fri midnight",
    "midnight tomorrow", "12am", "tomorrow 12:00 am", "today\t9am", "today\n", "today\x00",
    "\x1b[31mnow", "\u0661\u0662:00", "２h ago", "yesterday\u00a015:00", "now\u200b",
    "now" + " " * 62, "9" * 64, "9" * 65, "9" * 1_000_000, "0001-01-01", "9999-12-31",
    "9999-12-31T23:59-14:00", "0001-01-01T00:00+14:00", "nov 20 9999", "nov 20 0001",
    "1899-12-31", "2200-01-02", "9999 months ago", "in 9999 months", "2200-01-01T00:00Z",
    "1899-12-31T23:59:59Z", "None", "NaN", "'; drop table", "(?", "%s", "{now}",
]  # fmt: skip


@pytest.mark.parametrize("tense", TENSES)
@pytest.mark.parametrize("text", TENSE_FREE_REFUSALS, ids=lambda text: ascii(text)[:30])
def test_refused(text: str, tense: Tense) -> None:
    """A time with no meaning or two is refused in a line that is safe to print, with advice."""
    with pytest.raises(BadInput) as refusal:
        read(text, WEDNESDAY, LONDON, tense)
    assert refusal.value.exit_code == 2
    assert refusal.value.hint
    assert len(refusal.value.message) < 200
    assert (refusal.value.message + hint_text(refusal.value.hint)).isprintable()


@pytest.mark.parametrize(
    ("text", "now", "tense", "message", "hint"),
    [
        (
            "half an hour ago", WEDNESDAY, "past",
            "'half an hour ago' is not understood as a time.",
            "Say for example: yesterday 15:00, or 2h ago, or nov 20.",
        ),
        (
            "15:00", WEDNESDAY, "past",
            "'15:00' is 2026-11-18 15:00, which is in the future.",
            "For another day, name it: 2026-11-17 15:00.",
        ),
        (
            "9am", WEDNESDAY, "future",
            "'9am' is 2026-11-18 09:00, which is not in the future.",
            "For another day, name it: 2026-11-19 09:00.",
        ),
        (
            "fri", WEDNESDAY, "either",
            "'fri' could be Friday 2026-11-13 or Friday 2026-11-20.",
            "Say 2026-11-13, or 2026-11-20.",
        ),
        (
            "FRI  15:00", FRIDAY, "future",
            "'fri 15:00' could be Friday 2026-11-20 15:00 or Friday 2026-11-27 15:00.",
            "Say 2026-11-20 15:00, or 2026-11-27 15:00.",
        ),
        (
            "nov 20 3pm", FRIDAY, "past",
            "'nov 20 3pm' is 2026-11-20 15:00, which is in the future.",
            "For another day, name it: 2025-11-20 15:00.",
        ),
        (
            "nov 20", FRIDAY, "future",
            "'nov 20' is 2026-11-20 00:00, which is not in the future.",
            "For another day, name it: 2027-11-20.",
        ),
        (
            "may 20", FRIDAY, "either",
            "'may 20' could be Wednesday 2026-05-20 or Thursday 2027-05-20.",
            "Say 2026-05-20, or 2027-05-20.",
        ),
        (
            "feb 29 9am", FRIDAY, "either",
            "'feb 29 9am' could be Thursday 2024-02-29 09:00 or Tuesday 2028-02-29 09:00.",
            "Say 2024-02-29 09:00, or 2028-02-29 09:00.",
        ),
        (
            "fri midnight", WEDNESDAY, "either",
            "'fri midnight' could be where a day begins or where it ends.",
            "Say 00:00 and the day that it begins: today 00:00, or tomorrow 00:00.",
        ),
        (
            "2200-01-02", WEDNESDAY, "future",
            "'2200-01-02' is outside the years 1900 to 2199.",
            "Check the year.",
        ),
    ],
)  # fmt: skip
def test_the_refusal_says_why(text: str, now: str, tense: Tense, message: str, hint: str) -> None:
    """A refusal names the readings, or the instant, and what to type instead."""
    with pytest.raises(BadInput) as refusal:
        read(text, now, LONDON, tense)
    assert (refusal.value.message, refusal.value.hint) == (message, hint)


@pytest.mark.parametrize(
    ("text", "tense"),
    [
        ("tomorrow", "past"),
        ("next fri", "past"),
        ("in 3 days", "past"),
        ("in 1m", "past"),
        ("today 10:31", "past"),
        ("noon", "past"),
        ("2026-11-19", "past"),
        ("2026-11-18T10:30:21Z", "past"),
        ("nov 18 15:00", "past"),
        ("now", "future"),
        ("today", "future"),
        ("yesterday", "future"),
        ("last fri", "future"),
        ("3 days ago", "future"),
        ("in 0 days", "future"),
        ("10:30", "future"),
        ("2026-11-18", "future"),
        ("2026-11-18T10:30:20Z", "future"),
        ("nov 18", "future"),
    ],
)
def test_the_wrong_side_of_now(text: str, tense: Tense) -> None:
    """A past event is not in the future, and one that will be is."""
    with pytest.raises(BadInput, match="in the future"):
        read(text, WEDNESDAY, LONDON, tense)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("tense", TENSES)
def test_every_hint_works(tense: Tense, zone: str) -> None:
    """The line that a refusal tells people to type is understood."""
    with pytest.raises(BadInput) as refusal:
        read("gibberish", FRIDAY, zone, tense)
    for text in (
        hint_text(refusal.value.hint).removeprefix("Say for example: ").rstrip(".").split(", or ")
    ):
        read(text, FRIDAY, zone, tense)


@pytest.mark.parametrize(
    ("text", "earliest", "wall"),
    [
        ("today", "2026-11-20T09:00", "2026-11-20T12:00"),
        ("today", "2026-11-20T14:00", "2026-11-20T14:00"),
        ("fri", "2026-11-20T14:00", "2026-11-20T14:00"),
        ("nov 20", "2026-11-20T14:00", "2026-11-20T14:00"),
        ("2026-11-20", "2026-11-20T14:00", "2026-11-20T14:00"),
        ("yesterday", "2026-11-19T18:30:05", "2026-11-19T18:30:05"),
        ("yesterday", "2026-11-19T08:00", "2026-11-19T12:00"),
        ("thu", "2026-11-18T18:00", "2026-11-19T12:00"),
        ("yesterday 18:30", "2026-11-19T18:30", "2026-11-19T18:30"),
    ],
)
def test_a_day_of_receipt(text: str, earliest: str, wall: str) -> None:
    """A day without a time is noon, or the receipt where that came later the same day."""
    found = read(text, "2026-11-20T16:00", NEW_YORK, "past", earliest)
    assert (found.instant, found.assumption) == (at(wall, NEW_YORK), "")


def test_today_before_noon() -> None:
    """On the day of receipt a day without a time lies between receipt and now."""
    found = read("today", "2026-11-20T09:30", LONDON, "past", "2026-11-20T09:00")
    assert found.instant == at("2026-11-20T09:30", LONDON)


@pytest.mark.parametrize("text", ["wed", "yesterday 18:29", "2d ago", "2026-11-19T18:29:59"])
def test_before_receipt(text: str) -> None:
    """Nothing happens to a referral before it was received, and the receipt is shown."""
    with pytest.raises(BadInput, match=r"received \(2026-11-19 18:30\)") as refusal:
        read(text, "2026-11-20T16:00", NEW_YORK, "past", "2026-11-19T18:30")
    assert refusal.value.hint == "Say a time from 2026-11-19 18:30 on."
    shown = hint_text(refusal.value.hint).removeprefix("Say a time from ").removesuffix(" on.")
    assert read(shown, FRIDAY, NEW_YORK, "past").instant == at("2026-11-19T18:30", NEW_YORK)


@pytest.mark.parametrize("tense", ["future", "either"])
def test_receipt_matters_for_the_past_only(tense: Tense) -> None:
    """A receipt does not move or refuse what is not about the past."""
    found = read("tomorrow 9am", FRIDAY, LONDON, tense, "2026-12-20T09:00")
    assert found.instant == at("2026-11-21T09:00", LONDON)


def test_a_receipt_after_now() -> None:
    """Where the clock was set back, a day is refused rather than put before the receipt."""
    with pytest.raises(BadInput, match="11:00, which is in the future"):
        read("today", FRIDAY, LONDON, "past", "2026-11-20T11:00")


# The clocks go forward and back: (zone, wall, instant understood, what the sentence says).
CHANGES = [
    (LONDON, "2026-03-29 01:30", "2026-03-29T01:00Z", "taken as 2026-03-29 02:00+01:00"),
    (LONDON, "2026-03-29 01:00", "2026-03-29T01:00Z", "skip 2026-03-29 01:00"),
    (LONDON, "2026-10-25 01:30", "2026-10-25T00:30Z", "not 2026-10-25 01:30+00:00"),
    (NEW_YORK, "2026-03-08 02:59:59", "2026-03-08T07:00Z", "taken as 2026-03-08 03:00-04:00"),
    (NEW_YORK, "2026-11-01 01:00", "2026-11-01T05:00Z", "the first, 2026-11-01 01:00-04:00"),
    (LORD_HOWE, "2026-10-04 02:15", "2026-10-03T15:30Z", "taken as 2026-10-04 02:30+11:00"),
    (LORD_HOWE, "2026-04-05 01:45", "2026-04-04T14:45Z", "not 2026-04-05 01:45+10:30"),
    (CAIRO, "2026-04-24 00:00", "2026-04-23T22:00Z", "taken as 2026-04-24 01:00+03:00"),
    (CAIRO, "2026-10-29 23:30", "2026-10-29T20:30Z", "the first, 2026-10-29 23:30+03:00"),
    (HAVANA, "2026-03-08 00:30", "2026-03-08T05:00Z", "taken as 2026-03-08 01:00-04:00"),
    (HAVANA, "2026-11-01 00:30", "2026-11-01T04:30Z", "the first, 2026-11-01 00:30-04:00"),
    ("Pacific/Apia", "2011-12-30 09:00", "2011-12-30T10:00Z", "taken as 2011-12-31 00:00+14:00"),
]


@pytest.mark.parametrize(("zone", "wall", "instant", "says"), CHANGES)
def test_skipped_and_repeated(zone: str, wall: str, instant: str, says: str) -> None:
    """A skipped time is the instant after, a repeated one the first, and a sentence says so."""
    found = read(wall, "2026-12-01T12:00", zone, "past")
    assert found.instant == at(instant, zone)
    assert found.assumption.startswith("The clocks ")
    assert says in found.assumption


@pytest.mark.parametrize(
    ("zone", "wall"),
    [
        (LONDON, "2026-03-29 00:59:59"),
        (LONDON, "2026-03-29 02:00"),
        (LONDON, "2026-10-25 00:59:59"),
        (LONDON, "2026-10-25 02:00"),
        (LORD_HOWE, "2026-10-04 02:30"),
        (LORD_HOWE, "2026-04-05 02:00"),
        (CAIRO, "2026-04-24 01:00"),
        (HAVANA, "2026-11-01 01:00"),
        (LONDON, "2026-10-25T01:30+01:00"),
        (LONDON, "2026-10-25T01:30+00:00"),
        (LONDON, "2026-03-29T01:30Z"),
    ],
)
def test_nothing_assumed(zone: str, wall: str) -> None:
    """Beside a change of the clocks, and with an offset, nothing is assumed."""
    assert read(wall, "2026-12-01T12:00", zone, "past") == When(at(wall, zone))


@pytest.mark.parametrize(
    ("zone", "text", "now", "tense", "instant"),
    [
        # Hours elapse over a change, days keep the wall.
        (LONDON, "2h ago", "2026-03-29T02:30", "past", "2026-03-28T23:30Z"),
        (LONDON, "in 24h", "2026-10-24T12:00", "future", "2026-10-25T11:00Z"),
        (LONDON, "in 1d", "2026-10-24T12:00", "future", "2026-10-25T12:00Z"),
        (LONDON, "1 day ago", "2026-03-29T12:00", "past", "2026-03-28T12:00Z"),
        (NEW_YORK, "24h ago", "2026-11-01T12:00", "past", "2026-10-31T17:00Z"),
        (NEW_YORK, "1 week ago", "2026-11-05T12:00", "past", "2026-10-29T16:00Z"),
        (LORD_HOWE, "60m ago", "2026-10-04T03:00", "past", "2026-10-03T15:00Z"),
        # The beginning of a day that has no midnight, or two.
        (CAIRO, "2026-04-24", "2026-04-20T12:00", "future", "2026-04-23T22:00Z"),
        (CAIRO, "fri", "2026-04-22T12:00", "future", "2026-04-23T22:00Z"),
        (HAVANA, "mar 8", "2026-03-01T12:00", "future", "2026-03-08T05:00Z"),
        (HAVANA, "sun", "2026-10-30T12:00", "future", "2026-11-01T04:00Z"),
        # Today and noon are those of the zone.
        (LORD_HOWE, "today", "2026-11-20T00:30", "past", "2026-11-19T13:30Z"),
        (NEW_YORK, "yesterday", "2026-11-20T23:30", "past", "2026-11-19T17:00Z"),
        # The ends of months.
        (LONDON, "1 month ago", "2026-03-31T09:00", "past", "2026-02-28T09:00Z"),
        (LONDON, "1 month ago", "2028-03-31T09:00", "past", "2028-02-29T09:00Z"),
        (LONDON, "in 1 month", "2027-01-31T09:00", "future", "2027-02-28T09:00Z"),
        (LONDON, "in 12 months", "2028-02-29T09:00", "future", "2029-02-28T09:00Z"),
        (LONDON, "1 month ago", "2026-01-15T09:00", "past", "2025-12-15T09:00Z"),
        # A 29 February eight years away.
        (LONDON, "feb 29", "2100-06-01T09:00", "past", "2096-02-29T12:00Z"),
        (LONDON, "feb 29", "2100-06-01T09:00", "future", "2104-02-29T00:00Z"),
        (LONDON, "feb 29", "2028-02-29T15:00", "past", "2028-02-29T12:00Z"),
        # Around the turn of the year.
        (LONDON, "dec 31", "2027-01-01T09:00", "past", "2026-12-31T12:00Z"),
        (LONDON, "dec 31", "2027-01-01T09:00", "either", "2026-12-31T12:00Z"),
        (LONDON, "jan 1", "2026-12-31T09:00", "either", "2027-01-01T12:00Z"),
    ],
)
def test_the_calendar(zone: str, text: str, now: str, tense: Tense, instant: str) -> None:
    """Hours are the clock's, days and months the zone's calendar's, whatever the clocks do."""
    found = read(text, now, zone, tense)
    assert (found.instant, found.assumption) == (at(instant, zone), "")


def test_days_ago_in_a_gap() -> None:
    """Counting days to a time that the clocks skip says what was assumed."""
    found = read("1 day ago", "2026-03-30T01:30", LONDON, "past")
    assert found.instant == at("2026-03-29T02:00", LONDON)
    assert "skip 2026-03-29 01:30" in found.assumption


# Said in London on Friday 20 November 2026.
@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-12-24", date(2026, 12, 24)),
        ("2020-01-01", date(2020, 1, 1)),
        ("today", date(2026, 11, 20)),
        (" Tomorrow ", date(2026, 11, 21)),
        ("yesterday", date(2026, 11, 19)),
        ("mon", date(2026, 11, 23)),
        ("next fri", date(2026, 11, 27)),
        ("last fri", date(2026, 11, 13)),
        ("nov 20", date(2026, 11, 20)),
        ("nov 19", date(2027, 11, 19)),
        ("1st april", date(2027, 4, 1)),
        ("apr 1 2026", date(2026, 4, 1)),
        ("in 2 weeks", date(2026, 12, 4)),
        ("in 3 months", date(2027, 2, 20)),
        ("2d ago", date(2026, 11, 18)),
    ],
)
def test_day_understood(text: str, day: date) -> None:
    """A date is understood in the past too; what has no year or `next` looks ahead."""
    assert day_understood(text, now=at(FRIDAY, LONDON), zone=ZoneInfo(LONDON)) == day


@pytest.mark.parametrize(
    "text",
    [
        "", "now", "fri", "on fri", "15:00", "noon", "tomorrow 9am", "2026-12-24T00:00", "in 2h",
        "2026-12-24T00:00Z", "2026-13-01", "nov 31", "1899-12-31", "2200-01-01", "10/11", "soon",
        "9999-12-31", "0001-01-01", "in 9999 months", "\n", "9" * 65,
    ],
)  # fmt: skip
def test_day_refused(text: str) -> None:
    """A date has one meaning and no time of day."""
    with pytest.raises(BadInput) as refusal:
        day_understood(text, now=at(FRIDAY, LONDON), zone=ZoneInfo(LONDON))
    assert refusal.value.hint


def test_the_day_is_the_zones() -> None:
    """Today is the date where the book is kept."""
    now = at("2026-11-20T23:30Z", LONDON)
    assert day_understood("today", now=now, zone=ZoneInfo(LORD_HOWE)) == date(2026, 11, 21)


PIECES = (
    "now today yesterday tomorrow on at last next in ago a an noon midnight mon fri wed thurs may"
    " nov november feb 0 1 3 9 20 29 31 99 2026 9999 0001 2h 3d 90m 5mo weeks months 9am 12am 12pm"
    " 15:00 25:00 1:30 9:30pm 2026-11-20 2026-03-29 1900-01-01 9999-12-31 2026-11-20T15:00Z , -"
    " 0001-01-01T00:00+23:59 9999-12-31T23:59-23:59 2026-03-29T01:30"
)
TEXTS = st.text() | st.lists(st.sampled_from(PIECES.split()), max_size=5).map(" ".join)
INSTANTS = st.datetimes(
    EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None) - timedelta(seconds=1)
).map(lambda wall: wall.replace(microsecond=0, tzinfo=UTC))
ZONE = st.sampled_from(ZONES).map(ZoneInfo)


@given(TEXTS, INSTANTS, ZONE, st.sampled_from(TENSES), st.none() | INSTANTS)
@example("feb 29", LATEST - timedelta(seconds=1), ZoneInfo(LORD_HOWE), "future", None)
@example("feb 29", EARLIEST, ZoneInfo(NEW_YORK), "past", None)
@example("9999 months ago", EARLIEST, ZoneInfo(NEW_YORK), "past", None)
def test_any_text(
    text: str, now: datetime, zone: ZoneInfo, tense: Tense, earliest: datetime | None
) -> None:
    """Any text is an instant in UTC, to the second and on its side of now, or BadInput."""
    try:
        instant = parse_when(text, now=now, zone=zone, tense=tense, earliest=earliest).instant
    except BadInput:
        return
    assert instant.tzinfo is UTC
    assert instant.microsecond == 0
    assert EARLIEST <= instant < LATEST
    if tense == "past":
        assert instant <= now
        assert earliest is None or instant >= earliest
    elif tense == "future":
        assert instant > now


@given(TEXTS, INSTANTS, ZONE)
def test_any_day(text: str, now: datetime, zone: ZoneInfo) -> None:
    """Any text is a date of these centuries, or BadInput."""
    try:
        day = day_understood(text, now=now, zone=zone)
    except BadInput:
        return
    assert type(day) is date
    assert EARLIEST.year <= day.year < LATEST.year


@given(INSTANTS, ZONE, ZONE, st.sampled_from("T "))
def test_round_trip(instant: datetime, written: ZoneInfo, zone: ZoneInfo, between: str) -> None:
    """An instant's ISO text, with whatever offset, is that instant anywhere."""
    for text in (
        instant.isoformat(between),
        instant.astimezone(written).isoformat(between),
        instant.isoformat(between).replace("+00:00", "Z"),
    ):
        found = parse_when(text, now=EARLIEST, zone=zone, tense="either")
        assert found == When(instant)


@given(INSTANTS, ZONE)
def test_local_round_trip(instant: datetime, zone: ZoneInfo) -> None:
    """A local time without an offset is the first instant at which the clocks show it."""
    wall = instant.astimezone(zone).replace(tzinfo=None, fold=0)
    if not EARLIEST <= wall.replace(tzinfo=zone).astimezone(UTC) < LATEST:
        return
    found = parse_when(wall.isoformat(), now=EARLIEST, zone=zone, tense="either")
    assert found.instant.astimezone(zone).replace(tzinfo=None) == wall
    assert found.instant <= instant
    assert bool(found.assumption) == (
        wall.replace(tzinfo=zone, fold=1).utcoffset() != wall.replace(tzinfo=zone).utcoffset()
    )


def test_now_to_the_second() -> None:
    """Fractions of a second of the clock are dropped, in UTC."""
    now = datetime(2026, 11, 20, 15, 0, 0, 999_999, tzinfo=ZoneInfo(NEW_YORK))
    found = parse_when("now", now=now, zone=ZoneInfo(LONDON), tense="past")
    assert found.instant.isoformat() == "2026-11-20T20:00:00+00:00"


def test_start_up_stays_light() -> None:
    """Reading times loads neither dateutil nor the locale's calendar."""
    program = (
        "import sys, reftrack.application.when;"
        "print([name for name in ('dateutil', 'calendar', 'zoneinfo') if name in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert found.stdout == "[]\n"
