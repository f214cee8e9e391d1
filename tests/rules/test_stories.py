"""Stories: how far a referral came."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reftrack.domain.events import CLOSING, ON_REFERRAL
from reftrack.domain.referrals import Standing
from reftrack.rules.story import Pause, PersonStory, ReferralStory, pauses_of
from tests.support.histories import DAY, HOUR, MONDAY, SAM, SECOND, book, story


@pytest.mark.parametrize(
    ("kinds", "stage", "since", "ended"),
    [
        ("", "received", 0, None),
        ("noted thanked told", "received", 0, None),
        ("attempted attempted", "attempted", 1, None),
        ("contacted attempted", "contacted", 1, None),
        ("attempted met contacted", "met", 2, None),
        ("contacted contacted met met won won", "won", 5, None),
        ("won met attempted", "won", 1, None),
        ("won delivered won delivered", "delivered", 2, 2),
        ("contacted lost", "lost", 2, 2),
        ("contacted lost lost", "lost", 3, 2),
        ("declined thanked referred-out", "referred-out", 3, 1),
        ("won lost attempted", "lost", 2, 2),
        ("won lost contacted", "contacted", 3, None),
        ("lost contacted declined", "declined", 3, 3),
        ("met lost met", "met", 3, None),
        ("met lost delivered", "delivered", 3, 3),
        ("delivered lost won", "won", 3, None),
        ("delivered lost won delivered delivered", "delivered", 4, 4),
        ("won delivered lost", "lost", 3, 3),
    ],
)
def test_standing(kinds: str, stage: str, since: int, ended: int | None) -> None:
    """A referral stands where it came furthest since the last closing, or as it closed."""
    ended_at = None if ended is None else MONDAY + ended * HOUR
    found = story(kinds)
    assert found.standing == Standing(1, stage, MONDAY + since * HOUR, ended_at)
    assert found.standing.is_closed == (stage in CLOSING)
    assert found.ended_at == ended_at
    assert found.closed_since == (ended_at if stage in CLOSING else None)
    assert found.is_live_at(MONDAY)
    assert not found.is_live_at(MONDAY - SECOND)
    assert found.is_live_at(MONDAY + 99 * HOUR) == (ended is None)
    if ended_at is not None:
        # What was closed and then delivered, or the other way about, was not live before either.
        was_over = kinds in ("met lost delivered", "won delivered lost")
        assert found.is_live_at(ended_at - SECOND) != was_over
        assert not found.is_live_at(ended_at)


@given(st.lists(st.sampled_from(sorted(ON_REFERRAL)), max_size=12))
def test_standing_and_the_pipeline_agree(kinds: list[str]) -> None:
    """The stage says closed exactly where the history does, and what is closed has ended."""
    found = story(" ".join(kinds))
    assert found.standing.is_closed == (found.closed_since is not None)
    assert (found.standing.stage == "delivered") == (
        found.ended_at is not None and found.closed_since is None
    )


@pytest.mark.parametrize(
    ("kinds", "is_open"),
    [
        ("", False),
        ("won resolved", False),
        ("problem", True),
        ("problem won told", True),
        ("problem resolved", False),
        ("problem problem resolved", False),
        ("problem resolved problem", True),
    ],
)
def test_open_problems(kinds: str, is_open: bool) -> None:
    """A problem is open until a resolution stands after it."""
    assert story(kinds).has_open_problem == is_open


@pytest.mark.parametrize(
    ("kinds", "pauses"),
    [
        ("", []),
        ("resumed", []),
        ("paused", [(1, None)]),
        ("paused paused", [(1, None)]),
        ("paused resumed", [(1, 2)]),
        ("resumed paused paused resumed resumed paused", [(2, 4), (6, None)]),
        ("paused resumed paused resumed", [(1, 2), (3, 4)]),
    ],
)
def test_pauses(kinds: str, pauses: list[tuple[int, int | None]]) -> None:
    """A pause runs from the first paused to the next resumed, that instant no longer in it."""
    expected = [
        Pause(MONDAY + start * HOUR)
        if end is None
        else Pause(MONDAY + start * HOUR, MONDAY + end * HOUR, f"event-{end}")
        for start, end in pauses
    ]
    found = pauses_of(book(kinds))
    assert found == tuple(expected)
    for pause in found:
        assert not pause.holds(pause.start - SECOND)
        assert pause.holds(pause.start)
        assert pause.holds((pause.end or MONDAY + 99 * HOUR) - SECOND)
        assert not (pause.end and pause.holds(pause.end))


def test_the_first_they_sent() -> None:
    """The first receipt at an instant or later; the same second counts."""
    later = replace(story("", number=2).referral, received_at=MONDAY + DAY)
    told = PersonStory(SAM, [], [story(""), ReferralStory(later, [], SAM)])
    assert told.first_sent(MONDAY - DAY) == told.first_sent(MONDAY) == MONDAY
    assert told.first_sent(MONDAY + SECOND) == told.first_sent(MONDAY + DAY) == MONDAY + DAY
    assert told.first_sent(MONDAY + DAY + SECOND) is None
