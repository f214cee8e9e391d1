"""The driver under its first name; it lies in tests/support."""

from __future__ import annotations

from tests.support.driver import REFTRACK, TIMEOUT, Book, Result, on_terminal

__all__ = ["REFTRACK", "TIMEOUT", "Book", "Result", "on_terminal"]
