"""The clock of the command line, or the instant that REFTRACK_NOW and `--on` put in its place."""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo

from reftrack.domain.instants import ASTRAY, EARLIEST, LATEST
from reftrack.errors import BadInput


def computer_now() -> datetime:
    """The present by this computer's clock, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def is_asked_about() -> bool:
    """True if REFTRACK_NOW names an instant: then nobody asks about the present."""
    return bool(os.environ.get("REFTRACK_NOW"))


def horizon(now: datetime) -> datetime:
    """The instant up to which things have happened for somebody who asks at `now`.

    What lies ahead of the clock by at most two days has: a clock was wrong, here or elsewhere. An
    instant that REFTRACK_NOW names is its own horizon: what lies later was still to come.
    """
    return now if is_asked_about() else now + ASTRAY


def now(zone: tzinfo) -> datetime:
    """This instant, to the second; or the one that REFTRACK_NOW asks about, local without offset.

    BadInput where REFTRACK_NOW is not ISO 8601, or not between 1900 and 2199.
    """
    wanted = os.environ.get("REFTRACK_NOW")
    if not wanted:
        return computer_now()
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
