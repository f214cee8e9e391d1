"""Undoing and redoing as values: what they settle, which is nothing, and what is owed then."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from reftrack import api

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)


@pytest.fixture
def session(tmp_path: Path) -> api.Session:
    """A book with one referral of the morning."""
    opened = api.open_session(tmp_path / "book.db", now=NOW)
    api.add(opened, "Dana Ruiz", "Sam Ortiz", at="2026-11-20T09:00")
    return opened


def undone(session: api.Session) -> api.Recorded:
    """The last step taken back."""
    recorded = api.undo(session)
    assert isinstance(recorded, api.Recorded)
    return recorded


def rules_of(owed: tuple[api.Owed, ...]) -> list[str]:
    """The rules of these, in their order."""
    return [each.rule.name for each in owed]


def test_what_is_undone_was_not_settled(session: api.Session) -> None:
    """The thanks that a referral asked for were not given because it is on record no more."""
    assert undone(session).settled == ()


def test_what_was_settled_is_owed_again(session: api.Session) -> None:
    """And settled again once it is redone."""
    api.thank(session, "1")
    assert rules_of(undone(session).still_owed) == ["thank-referral", "contact-prospect"]
    again = api.redo(session)
    assert isinstance(again, api.Recorded)
    assert rules_of(again.still_owed) == ["contact-prospect"]


def test_a_merge_goes_back_and_forth(session: api.Session) -> None:
    """The person owed a call is merged into another in between, and comes back."""
    api.missed(session, "Samuel Ortiz", answers={"Samuel Ortiz": api.NEW})
    api.merge(session, "Samuel Ortiz", "Sam Ortiz")
    for _ in range(2):
        assert "call-back" in rules_of(undone(session).still_owed)
        again = api.redo(session)
        assert isinstance(again, api.Recorded)
        owing = api.owing(session)
        assert owing is not None
        assert ("call-back", 1) in [(each.rule.name, each.to.id) for each in owing.owed]
