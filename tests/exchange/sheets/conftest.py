"""Fixtures for the tests of spreadsheets."""

from __future__ import annotations

import pytest

from tests.support.driver import Book
from tests.support.sheets import NOW


@pytest.fixture
def book(book: Book) -> Book:
    """A book in London, a Friday morning."""
    return book.zone("Europe/London").at(NOW)
