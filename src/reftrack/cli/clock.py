"""The only place that reads the clock."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo

from reftrack.domain.instants import EARLIEST, LATEST
from reftrack.errors import BadInput


def now(zone: tzinfo) -> datetime:
    """This instant, to the second; or the one that REFTRACK_NOW asks about, local without offset.

    BadInput where REFTRACK_NOW is not ISO 8601, or not between 1900 and 2199.
    """
    wanted = os.environ.get("REFTRACK_NOW")
    if not wanted:
        return datetime.now(UTC).replace(microsecond=0)
    hint = "Write ISO 8601, such as 2026-11-20T09:00 (local time) or 2026-11-20T09:00:00Z."
    try:
        instant = datetime.fromisoformat(wanted.strip()[:64])
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=zone)
        instant = instant.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise BadInput("REFTRACK_NOW is not an instant.", hint) from None
    if not EARLIEST <= instant < LATEST:
        raise BadInput("REFTRACK_NOW is not between 1900 and 2199.", hint)
    return instant
