"""Open problems and promises, and the words that tell one from another."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reftrack.domain.events import Event
from reftrack.domain.times import Calendar
from reftrack.rules.unfinished import (
    Telling,
    day_of,
    fitting,
    open_problems,
    open_promises,
    telling,
    words_of,
)

UTC_DAYS = Calendar(UTC)


def happened(number: int, kind: str, **data: Any) -> Event:
    """An event on the Nth day of March."""
    at = datetime(2026, 3, number, 9, tzinfo=UTC)
    return Event(number, f"uid-{number}", at, kind, person=1, data=data)


def test_a_problem_is_open_until_it_or_all_is_put_right() -> None:
    """One that names it ends it alone; one that names none ends all that stand."""
    events = [happened(1, "problem", text="A leak"), happened(2, "problem", text="A crack")]
    assert open_problems(events) == events
    assert open_problems([*events, happened(3, "resolved", problem="uid-1")]) == events[1:]
    assert open_problems([*events, happened(3, "resolved")]) == []
    assert open_problems([happened(1, "resolved"), *events[1:]]) == events[1:]


def test_a_promise_is_open_until_it_is_kept_or_let_go() -> None:
    """A waiver of its rule lets go of all that were made by then."""
    events = [happened(1, "promised", text="Plans"), happened(2, "promised", text="A price")]
    assert open_promises(events) == events
    assert open_promises([*events, happened(3, "kept", promise="uid-2")]) == events[:1]
    assert open_promises([*events, happened(3, "kept")]) == []
    assert open_promises([*events, happened(3, "waived", rule="keep-promise")]) == []
    assert open_promises([*events, happened(3, "waived", rule="thank-win")]) == events
    kept_before = [events[0], happened(2, "kept"), happened(3, "promised", text="A visit")]
    assert open_promises(kept_before) == kept_before[2:]


def test_words_and_days() -> None:
    """Words stand on one line; without any the day of the event stands for them."""
    assert words_of(happened(1, "problem", text="A  leak\nagain"), UTC_DAYS) == "A leak again"
    assert words_of(happened(1, "problem"), UTC_DAYS) == "of 2026-03-01"
    assert day_of(happened(1, "promised", on="2026-03-05")) == "2026-03-05"
    assert day_of(happened(1, "promised", due="2026-03-05T10:00:00Z")) == "2026-03-05T10:00:00Z"
    assert day_of(happened(1, "promised")) == ""


LONG = "Send the plans of the house by post"


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ([("Plans", "2026-03-05")], Telling()),
        ([("Plans", "2026-03-05"), ("A price", "2026-03-05")], Telling("Plans")),
        ([("Plans", "2026-03-05"), ("plans", "2026-03-06")], Telling("Plans", "2026-03-05")),
        ([("Plans", "2026-03-05"), ("plans", "2026-03-05")], Telling("Plans")),
        ([(LONG, "2026-03-05"), ("A price", "2026-03-05")], Telling("Send the plans of")),
        (
            [(LONG, "2026-03-05"), ("Send the plans of the garden", "2026-03-05")],
            Telling("Send the plans of the house"),
        ),
        ([(LONG, "2026-03-05"), (f"{LONG} today", "2026-03-05")], Telling(LONG)),
        ([("- Plans", "2026-03-05"), ("A price", "2026-03-05")], Telling("Plans")),
    ],
)
def test_as_few_words_as_tell_it_apart(texts: list[tuple[str, str]], expected: Telling) -> None:
    """Four, or as many as no other begins with; the day where another has the same words."""
    events = [happened(n, "promised", text=t, on=on) for n, (t, on) in enumerate(texts, 1)]
    assert telling(events[0], events, UTC_DAYS) == expected


def test_what_is_typed_fits_the_whole_words_first() -> None:
    """Else their beginning, whatever the case; nothing fits nothing."""
    events = [happened(1, "promised", text="Plans"), happened(2, "promised", text="Plans by post")]
    assert fitting("plans", events, UTC_DAYS) == events[:1]
    assert fitting("plans by", events, UTC_DAYS) == events[1:]
    assert fitting("PLAN", events, UTC_DAYS) == events
    assert fitting("a price", events, UTC_DAYS) == []
    assert fitting("", events, UTC_DAYS) == []
    assert fitting("- plans", events, UTC_DAYS) == events[:1]
    led = [happened(1, "promised", text="- Plans -")]
    assert fitting("plans -", led, UTC_DAYS) == led


def test_what_has_no_words_goes_by_its_local_day() -> None:
    """That is told apart, and typed, as words are."""
    events = [happened(1, "problem"), happened(2, "problem"), happened(3, "problem", text="Late")]
    assert telling(events[1], events, UTC_DAYS) == Telling("of 2026-03-02")
    assert telling(events[2], events, UTC_DAYS) == Telling("Late")
    assert fitting("of 2026-03-01", events, UTC_DAYS) == events[:1]
    west = Calendar(ZoneInfo("Pacific/Honolulu"))  # where it is the evening before
    assert telling(events[1], events, west) == Telling("of 2026-03-01")
    assert fitting("of 2026-02-28", events, west) == events[:1]
