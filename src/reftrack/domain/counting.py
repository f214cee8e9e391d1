"""Counts and lists in words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta


def counted(count: int, one: str, many: str = "") -> str:
    """`1 row`, `2,000 rows`, `3 people`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def lasting(length: timedelta) -> str:
    """`an hour`, `3 days`: a length of time in the largest unit that it fills, rounded down."""
    seconds = max(1, int(length.total_seconds()))
    for one, many, unit in _UNITS:
        if seconds >= unit:
            count = seconds // unit
            return one if count == 1 else counted(count, many)
    raise AssertionError(length)


_UNITS = (
    ("a day", "day", 86_400),
    ("an hour", "hour", 3600),
    ("a minute", "minute", 60),
    ("a second", "second", 1),
)


def listed(texts: Sequence[str], limit: int = 3) -> str:
    """`a, b and c`; of many the first, and how many more."""
    if len(texts) > limit + 1:
        return f"{', '.join(texts[:limit])} and {len(texts) - limit} more"
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))
