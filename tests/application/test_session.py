"""What a session says of the book beside what was asked for."""

from __future__ import annotations

import shutil
from pathlib import Path

from reftrack.application.session import Session
from tests.support.places import ROOT


def test_a_migration_is_announced_at_once(tmp_path: Path) -> None:
    """Not with the answer: a signal that came between the two would leave it unsaid."""
    book = tmp_path / "book.db"
    shutil.copy(ROOT / "tests" / "databases" / "version-1.db", book)
    announced: list[str] = []
    session = Session(book, announce=announced.append)
    with session.looking():
        assert "brought from version 1 up to date" in announced[0]
    assert "brought" not in str(session.notes)
