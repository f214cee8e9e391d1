"""Fixtures for the tests of errors."""

from __future__ import annotations

import pytest

from tests.support.driver import Book

TWO: list[bytes] = []  # the book of the fixture `two`, made once


@pytest.fixture(autouse=True)
def _faults_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program's own is not to hide behind a sentence."""
    monkeypatch.setenv("REFTRACK_DEBUG", "1")


@pytest.fixture
def two(book: Book) -> Book:
    """A book with two referrals of Friday: Dana from Sam, Priya from Tom."""
    if not TWO:
        book("add", "Dana Ruiz", "--from", "Sam Ortiz")
        book("add", "Priya Nair", "--from", "Tom Beck")
        TWO.append(book.path.read_bytes())
    book.path.write_bytes(TWO[0])
    book.path.chmod(0o600)
    return book
