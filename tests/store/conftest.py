"""Fixtures for the tests of the store."""

from __future__ import annotations

import pytest

from tests.support.driver import Book
from tests.support.prepared import made_once


@pytest.fixture
@made_once
def eventful(book: Book) -> Book:
    """A book with a referral, its people and an event on each of them and on the book."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted", "--phone", "0161 496 0005")
    book("missed", "Sam Ortiz")
    book("pause")
    return book
