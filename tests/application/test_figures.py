"""A day and a month in figures: read in the user's order, and never guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reftrack.application.when import day_or_time_ahead, parse_when
from reftrack.cli.command_line import hint_text
from reftrack.config.locales import order_in
from reftrack.errors import BadInput
from tests.support.driver import Book

MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)


def read(text: str, order: str | None, tense: str = "past") -> str:
    """The time understood in London's winter, as it would be typed."""
    found = parse_when(text, now=MONDAY, zone=UTC, tense=tense, order=order)  # type: ignore[arg-type]
    return f"{found.instant:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("text", "order", "wall"),
    [
        ("20/11 15:00", "dmy", "2026-11-20 15:00"),
        ("15:00 20/11", "dmy", "2026-11-20 15:00"),
        ("on 20/11 at 3pm", "dmy", "2026-11-20 15:00"),
        ("20/11", "dmy", "2026-11-20 12:00"),
        ("20/11/2026", "dmy", "2026-11-20 12:00"),
        ("20.11.2026", "dmy", "2026-11-20 12:00"),
        ("20.11.2026 15:00", "dmy", "2026-11-20 15:00"),
        ("20.11.", "dmy", "2026-11-20 12:00"),
        ("20.11. 15:00", "dmy", "2026-11-20 15:00"),
        ("7/11", "dmy", "2026-11-07 12:00"),
        ("7/11", "mdy", "2026-07-11 12:00"),
        ("07/11/2025", "mdy", "2025-07-11 12:00"),
        ("11/7", "mdy", "2026-11-07 12:00"),
        ("11/20 15:00", "mdy", "2026-11-20 15:00"),
        # Only one order gives a date.
        ("11/20", "dmy", "2026-11-20 12:00"),
        ("20/11", "mdy", "2026-11-20 12:00"),
        ("25/11", None, "2026-11-25 12:00"),
        ("11/25", None, "2026-11-25 12:00"),
        ("29/2/2024", None, "2024-02-29 12:00"),
        ("29/2", "dmy", "2024-02-29 12:00"),
        # Both are the same.
        ("11/11", None, "2026-11-11 12:00"),
        ("11.11.2025", None, "2025-11-11 12:00"),
    ],
)
def test_in_the_users_order(text: str, order: str | None, wall: str) -> None:
    """Where that gives no date, in the other one; where there is none, what has one meaning."""
    assert read(text, order) == wall


@pytest.mark.parametrize(
    "text",
    [
        *("0/11", "31/11", "32/1", "13/13", "29/2/2027", "20/11/26", "20/11/26 9am", "20.11"),
        *("20.11 15:00", "20/11.", "20/11/", "20.11/2026", "/11", "20//11", "100/11", "20/11/0000"),
        *("1/2/3", "next 20/11", "fri 20/11", "٢/١١"),
    ],
)
@pytest.mark.parametrize("order", ["dmy", "mdy", None])
def test_no_date(text: str, order: str | None) -> None:
    """A day that does not exist, two digits for a year, and what may be a time are refused."""
    with pytest.raises(BadInput):
        read(text, order)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("10/11", "'10/11' could be 10 Nov or 11 Oct.", "Say 10 Nov, or 11 Oct; or for good: "),
        (
            "10.11.2026 9am",
            "'10.11.2026 9am' could be 10 Nov 2026 or 11 Oct 2026.",
            "Say 10 Nov 2026 09:00, or 11 Oct 2026 09:00; or for good: ",
        ),
    ],
)
def test_without_an_order_either_is_refused(text: str, message: str, hint: str) -> None:
    """Both dates are named as they can be typed, with the setting that would tell."""
    with pytest.raises(BadInput) as refusal:
        read(text, None)
    assert refusal.value.message == message
    said = hint_text(refusal.value.hint)
    assert said == f"{hint}reftrack config set dates dmy (or mdy)."
    for typed in said.removeprefix("Say ").split(";")[0].split(", or "):
        assert read(typed, None) in ("2026-11-10 12:00", "2026-10-11 12:00") or "09:00" in typed


@given(st.dates(date(2000, 1, 1), date(2026, 11, 29)), st.sampled_from(["/", "."]))
def test_any_day_in_both_orders(day: date, sign: str) -> None:
    """A date that is written in an order is that date in it."""
    dmy = f"{day.day}{sign}{day.month}{sign}{day.year}"
    mdy = f"{day.month:02}{sign}{day.day:02}{sign}{day.year}"
    assert read(dmy, "dmy") == read(mdy, "mdy") == f"{day} 12:00"


@pytest.mark.parametrize(
    ("locale", "order"),
    [
        ("en_GB.UTF-8", "dmy"),
        ("en_US.UTF-8", "mdy"),
        ("en_US", "mdy"),
        ("de_DE@euro", "dmy"),
        ("de", "dmy"),
        ("fr_FR.ISO-8859-1", "dmy"),
        ("en_IE.utf8", "dmy"),
        ("es_419", "dmy"),
        ("en_PH", "mdy"),
        ("C", None),
        ("C.UTF-8", None),
        ("POSIX", None),
        ("", None),
        ("en", None),
        ("en_CA.UTF-8", None),
        ("fr_CA.UTF-8", None),
        ("es_US.UTF-8", None),
        ("ja_JP.UTF-8", None),
        ("sv_SE.UTF-8", None),
        ("English_United States.1252", None),
        ("../../etc/passwd", None),
    ],
)
def test_the_order_of_a_locale(locale: str, order: str | None) -> None:
    """It is the one that its people write; where they write both, or the year first, none."""
    assert order_in(locale) == order


@pytest.mark.parametrize(
    ("environment", "config", "wall"),
    [
        ({"LANG": "en_GB.UTF-8"}, "", "Sat 7 Nov 2026"),
        ({"LANG": "en_US.UTF-8"}, "", "Sat 11 Jul 2026"),
        ({"LANG": "en_US.UTF-8", "LC_TIME": "en_GB.UTF-8"}, "", "Sat 7 Nov 2026"),
        ({"LC_TIME": "en_GB.UTF-8", "LC_ALL": "en_US.UTF-8"}, "", "Sat 11 Jul 2026"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "", "LC_TIME": ""}, "", "Sat 7 Nov 2026"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "C"}, "", None),
        ({}, "", None),
        ({"LC_ALL": "C"}, 'dates = "dmy"', "Sat 7 Nov 2026"),
        ({"LANG": "en_GB.UTF-8"}, 'dates = " MDY"', "Sat 11 Jul 2026"),
    ],
)
def test_where_the_order_comes_from(
    book: Book,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    config: str,
    wall: str | None,
) -> None:
    """The configuration goes before the locale, and the first variable that is set names that."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    book.configure(config).at("2026-11-30T09:00:00Z")
    said = book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--at", "7/11", code=None)
    if wall is None:
        assert said.code == 2
        assert "could be 7 Nov or 11 Jul" in said.err
    else:
        assert f"({wall}, 12:00)" in said.out, "the instant understood is said back"
        assert book("due", "--count", "--on", "7/11").out in ("0\n", "2\n")


def test_what_config_says_of_it(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order and where it comes from; a wrong one is named with what it may be."""
    assert book("config", "show", "dates").out == "not set\n"
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert book("config", "show", "dates").out == "dmy (this computer)\n"
    book("config", "set", "dates", "mdy")
    assert book("config", "show", "dates").out == "mdy (the configuration)\n"
    refused = book("config", "set", "dates", "ymd", code=2)
    assert "Say dmy where 20/11 is in November, mdy where 11/20 is." in refused.err
    book.configure("dates = 3")
    assert "dates is neither dmy nor mdy" in book("due", code=2).err


# What is agreed or promised.


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fri", date(2026, 12, 4)),
        ("today", date(2026, 11, 30)),
        ("nov 30", date(2026, 11, 30)),
        ("4/12", date(2026, 12, 4)),
        ("in 3 days", date(2026, 12, 3)),
        ("2027-03-01", date(2027, 3, 1)),
        (date(2027, 3, 1), date(2027, 3, 1)),
        ("fri 10:00", datetime(2026, 12, 4, 10, tzinfo=UTC)),
        ("today 15:00", datetime(2026, 11, 30, 15, tzinfo=UTC)),
        ("4/12 10:00", datetime(2026, 12, 4, 10, tzinfo=UTC)),
        ("in 2h", datetime(2026, 11, 30, 11, tzinfo=UTC)),
        ("15:00", datetime(2026, 11, 30, 15, tzinfo=UTC)),
        (datetime(2026, 12, 4, 10), datetime(2026, 12, 4, 10, tzinfo=UTC)),
    ],
)
def test_a_day_without_an_hour_stays_a_day(text: str | date, found: date) -> None:
    """An appointment has an instant where an hour was said, else the local date."""
    ahead = day_or_time_ahead(text, now=MONDAY, zone=UTC, order="dmy")
    assert (ahead if isinstance(ahead, date) else ahead.instant) == found


@pytest.mark.parametrize(
    "text",
    [
        *("yesterday", "2026-11-29", "29/11/2026", "last fri", "today 08:00", "now", "2h ago"),
        *("mon", "9999-12-31", "in 9999 months", "soon", "", "midnight"),
    ],
)
def test_what_is_over_is_not_agreed(text: str) -> None:
    """Nor what could be today as well as a week on, nor what is no time."""
    with pytest.raises(BadInput):
        day_or_time_ahead(text, now=MONDAY, zone=UTC, order="dmy")
