"""Fixtures for the tests of the day's commands."""

from __future__ import annotations

import pytest

from tests.support.driver import Book
from tests.support.prepared import made_once


@pytest.fixture
@made_once
def busy(two: Book) -> Book:
    """Saturday 16:00: overdue, today's, later, upcoming, snoozed debts and occasions.

    Sam's and Dana's courtesies are overdue since 15:00, Mia's is due by midnight at the latest,
    Priya's are snoozed, Ana's review and Ana's thanks are later.
    """
    two.at("2026-11-21T08:00:00Z")
    two("thank", "2")
    two("snooze", "2", "--until", "mon")
    two.at("2026-11-21T09:00:00Z")
    two("rate", "2", "poor")
    two("add", "Mia Lund", "--from", "Joe Kerr", "--thanked", "card", "--at", "yesterday 23:00")
    two("add", "Kim Wood", "--from", "Ana Silva", "--contacted")
    two("deliver", "Ana Silva")
    return two.at("2026-11-21T16:00:00Z")
