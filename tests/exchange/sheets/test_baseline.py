"""`--baseline`: what is past becomes history."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from tests.support.driver import Book
from tests.support.sheets import LONDON, NOW, SAM, TODAY, load, steps
from tests.support.sweeps import seeds


def random_sheet(seed: int) -> str:
    """A sheet of a year, with everything that one may say."""
    rng = random.Random(seed)
    rows = ["Name,From,Date,Status,Status date,Contacted,Thanked,Won,Delivered"]
    for _ in range(30):
        day = date.fromordinal(
            rng.randint(date(2025, 12, 1).toordinal(), date(2026, 11, 20).toordinal())
        )

        def later(day: date = day) -> str:
            left = (TODAY - day).days
            return date.fromordinal(day.toordinal() + rng.randint(0, left)).isoformat()

        status = rng.choice(["", "New", "Contacted", "Won", "Lost", "Declined", "Attempted", "Met"])
        cells = [f"P{rng.randint(0, 25)} Aa", f"S{rng.randint(0, 8)} Bb", day.isoformat(), status]
        cells += [rng.choice(["", later()]) for _ in range(5)]
        rows.append(",".join(cells))
    return "\n".join(rows) + "\n"


def open_now(book: Book) -> dict[tuple[str, Any, Any, str], str]:
    """All that is owed or will be: rule, referral, to whom, since when."""
    items = book.due("--all", "--ahead", "400d")["items"]
    return {(i["rule"], i["referral"], i["to"]["name"], i["opens_at"]): i["status"] for i in items}


@seeds(3, 12)
def test_what_is_before_the_baseline_is_history(book: Book, seed: int) -> None:
    """Nothing that opened before it is owed; all that opens later is, as without it."""
    day = ["2026-11-27", "2026-11-01", "2026-06-01"][seed % 3]
    text = random_sheet(seed)
    load(book, text, "--duplicates")
    without = open_now(book)
    book.path.unlink()
    load(book, text, "--duplicates", "--baseline", day)
    owed = open_now(book)
    start = datetime.combine(date.fromisoformat(day), time(), LONDON).astimezone(UTC)
    late = {key for key in owed if datetime.fromisoformat(key[3]) <= start}
    assert late == set()
    assert steps(book) == 1
    # A waiver is a link of that chain: news is due from it on.
    chains = ("keep-informed", "return-favour")
    wanted = {
        key for key in without if datetime.fromisoformat(key[3]) > start and key[0] not in chains
    }
    assert wanted <= set(owed)
    assert "Nothing in it is new" in load(book, text, "--duplicates", "--baseline", day).out


def test_the_baseline_can_come_later(book: Book) -> None:
    """A file that was imported without one, imported again with it, becomes history then."""
    text = "Name,From,Date,Status\nDana Ruiz,Sam Ortiz,2026-06-20,Won\n"
    out = load(book, text).out
    assert "overdue. If what is past is settled: --baseline 2026-11-27" in out
    assert len(book.owed()) > 3
    assert "waivers" in load(book, text, "--baseline", "today").out
    assert book.owed() == []
    # A later courtesy arises as ever.
    book.at("2026-12-11T09:00")
    assert ("keep-informed", "due", None, SAM) in book.owed()


def test_the_baseline_leaves_what_was_there(book: Book) -> None:
    """A debt to somebody known for another referral stays owed."""
    book.at("2026-11-10T09:00")("add", "Kim Wood", "--from", "Sam Ortiz")
    book.at(NOW)
    before = set(open_now(book))
    load(book, "Name,From,Date\nDana Ruiz,Sam Ortiz,2026-11-09\n", "--baseline", "2026-11-20")
    rules = {key[0] for key in open_now(book) if key[1] == 1}
    assert rules == {key[0] for key in before if key[1] == 1}
    assert {"thank-referral", "contact-prospect"} <= rules
    assert not [key for key in open_now(book) if key[1] == 2]


@pytest.mark.parametrize("text", ["tomorrow", "2026-11-28", "soon", ""])
def test_a_baseline_is_a_day_that_came(book: Book, text: str) -> None:
    """2 for another."""
    load(book, "Name,From,Date\nDana Ruiz,Sam Ortiz,2026-11-09\n", "--baseline", text, code=2)
    assert not book.path.exists()
