"""Fixtures for the tests of drafts."""

from __future__ import annotations

from functools import cache

import pytest

from reftrack.wording import letters
from tests.support.driver import Book
from tests.support.letters import MINE


@pytest.fixture(autouse=True)
def _compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiles each template once a test instead of once a letter; the user's own always anew."""
    fresh = letters._environment
    shared = cache(fresh)
    monkeypatch.setattr(
        letters,
        "_environment",
        lambda own: fresh(own) if own is not None and own.is_dir() else shared(None),
    )


@pytest.fixture
def sam(book: Book) -> Book:
    """Sam, a friend with an address, sent a cousin on Friday; the writer has a name."""
    book.configure(MINE)
    book(
        *("add", "Dana Ruiz", "--from", "Sam Ortiz", "--tie", "cousin", "--relation", "friend"),
        *("--source-email", "sam@x.example", "--phone", "0161 496 0005"),
    )
    return book
