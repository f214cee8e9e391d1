"""`due --count` from a glance at the book, for a prompt that asks it every minute."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reftrack.cli import clock
from reftrack.cli.output import say
from reftrack.cli.places import (
    circumstances,
    configuration_path,
    content_of,
    database_path,
)
from reftrack.domain.instants import end_of_day, text_of
from reftrack.errors import ReftrackError
from reftrack.store.connection import PATIENCE, InUse, is_open_to_others, reading
from reftrack.store.glance import latest, pressing, zone_of_kept

# The exit code where something is pressing.
PRESSING = 4


def count(db: str | None, *, exit_code: bool) -> int | None:
    """Says how many debts press; the exit code, None where a glance does not tell.

    Then nothing was said, and the whole program has to look: it knows what to say of a fault, too.
    """
    try:
        found = _glance(db)
    except InUse:
        # What is wrong with the configuration would have been said first.
        from reftrack.cli.settings import settings

        settings(db)
        raise
    except (ReftrackError, OSError, ValueError):
        return None
    if found is None:
        return None
    say(str(found))
    return PRESSING if exit_code and found else 0


def _glance(db: str | None) -> int | None:
    wanted = circumstances(content_of(configuration_path()))
    path = database_path(db)
    with reading(path, PATIENCE) as connection:
        if connection is None or is_open_to_others(path):
            return None
        name = zone_of_kept(connection, wanted)
        if name is None:
            return None
        try:
            zone = ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
        now = clock.now(zone)
        horizon = clock.horizon(now)
        if latest(connection) > text_of(horizon):
            return None
        return pressing(connection, now, end_of_day(now, zone), horizon)
