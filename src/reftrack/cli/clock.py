"""The only place that reads the clock."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo

from reftrack.domain.instants import ASTRAY, EARLIEST, LATEST
from reftrack.errors import BadInput


def present() -> datetime:
    """What this computer's clock shows, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def horizon(now: datetime) -> datetime:
    """Up to when things have happened for somebody who asks at `now`.

    What lies ahead of the clock by at most two days has: a clock was wrong, here or elsewhere. Of
    an instant that REFTRACK_NOW names that is not so: what lies later was still to come.
    """
    return now if os.environ.get("REFTRACK_NOW") else now + ASTRAY


def now(zone: tzinfo) -> datetime:
    """This instant, to the second; or the one that REFTRACK_NOW asks about, local without offset.

    BadInput where REFTRACK_NOW is not ISO 8601, or not between 1900 and 2199.
    """
    wanted = os.environ.get("REFTRACK_NOW")
    if not wanted:
        return present()
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
