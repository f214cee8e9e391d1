"""Counts and lists in words."""

from __future__ import annotations

from collections.abc import Sequence


def counted(count: int, one: str, many: str = "") -> str:
    """`1 row`, `2,000 rows`, `3 people`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def listed(texts: Sequence[str], limit: int = 3) -> str:
    """`a, b and c`; of many the first, and how many more."""
    if len(texts) > limit + 1:
        return f"{', '.join(texts[:limit])} and {len(texts) - limit} more"
    return " and ".join(filter(None, (", ".join(texts[:-1]), *texts[-1:])))
