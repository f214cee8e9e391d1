"""Steps: what may happen next."""

from __future__ import annotations

import pytest

from reftrack.cli.command_line import hint_text
from reftrack.domain.events import ON_REFERRAL, TALK, WAYS
from reftrack.rules.steps import NO_GIFT, refusal, reopens
from reftrack.rules.story import Pause
from tests.support.histories import HOUR, MONDAY, story

WON_ALREADY = (
    "it is won already",
    (
        "If the work is finished: reftrack deliver 1."
        " New business from them is a referral of its own: reftrack add"
    ),
)

DELIVERED_ALREADY = (
    "it is delivered already",
    "Ask how it went, and record it: reftrack review NAME",
)
NOT_WON = ("it is not won, so there is nothing to deliver", "First: reftrack win 1")
CAME_BACK = "If they came back first, record that: reftrack contact 1"
NO_PROBLEM = ("it has no open problem", "To record one: reftrack problem 1 TEXT")

A_PROBLEM = (
    "it has an open problem; explain is for a loss, a no or a full book",
    "Tell them of it: reftrack tell 1",
)

NOTHING_TO_EXPLAIN = (
    "there is nothing to explain: it was not lost, declined or received while you were full",
    "For news: reftrack tell 1",
)


def closed_already(stage: str) -> tuple[str, str]:
    """The refusal of a second closing."""
    return (f"it is closed already ({stage})", CAME_BACK)


@pytest.mark.parametrize(
    ("kinds", "step", "refused"),
    [
        ("", "won", None),
        ("contacted met", "won", None),
        ("won", "won", WON_ALREADY),
        ("won delivered", "won", WON_ALREADY),
        ("won lost", "won", None),
        ("won lost contacted", "won", None),
        ("won", "delivered", None),
        ("", "delivered", NOT_WON),
        ("met", "delivered", NOT_WON),
        ("won lost", "delivered", NOT_WON),
        ("won delivered", "delivered", DELIVERED_ALREADY),
        ("won delivered lost won", "delivered", None),
        ("", "lost", None),
        ("won delivered", "lost", None),
        ("lost", "lost", closed_already("lost")),
        ("declined", "lost", closed_already("declined")),
        ("lost contacted", "lost", None),
        ("", "declined", None),
        ("declined", "declined", closed_already("declined")),
        ("declined referred-out", "declined", closed_already("referred-out")),
        ("", "referred-out", None),
        ("declined", "referred-out", None),
        ("declined told", "referred-out", None),
        ("lost", "referred-out", closed_already("lost")),
        ("declined referred-out", "referred-out", closed_already("referred-out")),
        ("problem", "resolved", None),
        ("", "resolved", NO_PROBLEM),
        ("problem resolved", "resolved", NO_PROBLEM),
        ("lost", "explained", None),
        ("declined", "explained", None),
        ("referred-out explained", "explained", None),
        ("lost contacted", "explained", None),
        ("problem", "explained", A_PROBLEM),
        ("problem lost", "explained", None),
        ("problem resolved", "explained", NOTHING_TO_EXPLAIN),
        ("won", "explained", NOTHING_TO_EXPLAIN),
        ("lost", "contacted", None),
        ("won delivered", "met", None),
        ("lost", "attempted", None),
        ("lost", "problem", None),
        ("", "thanked", None),
    ],
)
def test_steps(kinds: str, step: str, refused: tuple[str, str] | None) -> None:
    """A step that the history does not allow is refused, with what was probably meant."""
    for has_gift in (False, True):
        found = refusal(step, story(kinds), has_gift=has_gift)
        assert (found and (found.reason, hint_text(found.instead))) == refused


@pytest.mark.parametrize(
    ("start", "end", "is_possible"),
    [(0, None, True), (-1, 1, True), (-1, 0, False), (1, 2, False)],
)
def test_explaining_a_full_book(start: int, end: int | None, is_possible: bool) -> None:
    """A referral received while the book was paused may be explained, during the pause and after."""
    pause = Pause(MONDAY + start * HOUR, None if end is None else MONDAY + end * HOUR)
    found = refusal("explained", story("", pauses=[pause]))
    assert (found is None) == is_possible


@pytest.mark.parametrize("step", ["thanked", "told", "won", "explained"])
def test_no_gift_between_colleagues(step: str) -> None:
    """A co-worker referral gets no gift, whatever the step, and the reason is said."""
    found = refusal(step, story("", kind="co-worker"), has_gift=True)
    assert found is not None
    assert found.reason == NO_GIFT
    assert hint_text(found.instead) == "Thank them in words: reftrack thank 1 --by card"
    assert "conflict of interest" in NO_GIFT
    assert refusal("thanked", story("", kind="co-worker")) is None
    for kind in ("client", "partner", "expansion"):
        assert refusal("thanked", story("", kind=kind), has_gift=True) is None
    assert "gift" in WAYS


@pytest.mark.parametrize("step", sorted(ON_REFERRAL))
def test_reopening(step: str) -> None:
    """Talk reopens a closed referral, nothing else does, and an open one cannot be reopened."""
    assert reopens(step, story("contacted lost")) == (step in TALK)
    assert not reopens(step, story("contacted"))
    assert not reopens(step, story("lost contacted"))
