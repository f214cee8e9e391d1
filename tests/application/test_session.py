"""Notes of a session: what it did to the book beside what was asked for."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

from reftrack import api
from reftrack.application.results import Recorded
from reftrack.application.session import Session
from reftrack.rules.policy import policy_of
from tests.support.places import DATABASES


def test_a_migration_is_announced_at_once(tmp_path: Path) -> None:
    """Not with the answer: a signal that came between the two would leave it unsaid."""
    book = tmp_path / "book.db"
    shutil.copy(DATABASES / "version-1.db", book)
    announced: list[str] = []
    session = Session(book, announce=announced.append)
    with session.looking():
        assert "brought from version 1 up to date" in announced[0]
    assert "brought" not in str(session.notes)


@pytest.mark.parametrize("within", ["1d", "12h"])
def test_the_answer_says_what_was_settled_under_any_policy(tmp_path: Path, within: str) -> None:
    """Where the projections are of another policy, the debts of before are those of before."""
    session = api.open_session(
        tmp_path / "book.db", zone="Europe/London", now=datetime(2026, 11, 20, 15)
    )
    api.add(session, "Dana Ruiz", "Sam Ortiz")
    session.policy = policy_of({"thank-referral": within})
    thanked = api.thank(session, "1")
    assert isinstance(thanked, Recorded)
    assert [owed.rule.name for owed in thanked.settled] == ["thank-referral"]
    assert "contact-prospect" in [owed.rule.name for owed in thanked.still_owed]
