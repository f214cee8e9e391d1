"""Fixtures for the tests of drafts."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from reftrack.wording import letters
from tests.support.driver import Book
from tests.support.letters import MINE
from tests.support.prepared import made_once

_SHARED = cache(letters._environment)


@pytest.fixture(autouse=True)
def _compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiles each template once a process instead of once a letter; the user's own always anew."""
    fresh = letters._environment
    monkeypatch.setattr(
        letters,
        "_environment",
        lambda own: fresh(own) if own is not None and own.is_dir() else _SHARED(None),
    )


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """All that the templates are handed during the test, a letter an entry."""
    seen: list[dict[str, object]] = []
    real = letters.visible

    def watched(*given: Any) -> dict[str, object]:
        seen.append(real(*given))
        return seen[-1]

    monkeypatch.setattr(letters, "visible", watched)
    return seen


@pytest.fixture
@made_once
def sam(book: Book) -> Book:
    """Sam, a friend with an address, sent a cousin on Friday; the writer has a name."""
    book.configure(MINE)
    book(
        *("add", "Dana Ruiz", "--from", "Sam Ortiz", "--tie", "cousin", "--relation", "friend"),
        *("--source-email", "sam@x.example", "--phone", "0161 496 0005"),
    )
    return book
