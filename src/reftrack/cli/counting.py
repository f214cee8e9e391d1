"""The answer to `due --count` from quick queries, for a prompt that asks it every minute."""

from __future__ import annotations

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reftrack.cli import clock
from reftrack.cli.ending import PRESSING
from reftrack.cli.output import say
from reftrack.config.mornings import workdays_in
from reftrack.config.paths import (
    configuration_digest,
    configuration_path,
    content_of,
    database_path,
)
from reftrack.domain.instants import text_of
from reftrack.errors import ReftrackError
from reftrack.store.connection import PATIENCE, is_open_to_others, read_connection
from reftrack.store.failures import InUse
from reftrack.store.quick_queries import count_pressing, latest, zone_of_projections


def count(db: str | None, *, exit_code: bool) -> int | None:
    """Prints how many records press; returns the exit code, None where quick queries do not tell.

    Then nothing was printed, and the whole program has to look: it knows what to say of a fault,
    too.
    """
    try:
        found = _count(db)
    except InUse:
        # A fault of the configuration is named rather than the locked book.
        from reftrack.config.settings import settings

        settings(db)
        raise
    except (ReftrackError, OSError, ValueError):
        return None
    if found is None:
        return None
    say(str(found))
    return PRESSING if exit_code and found else 0


def _count(db: str | None) -> int | None:
    configuration = configuration_path()
    content = content_of(configuration)
    wanted = configuration_digest(content, configuration.parent)
    path = database_path(db)
    with read_connection(path, PATIENCE) as connection:
        if connection is None or is_open_to_others(path):
            return None
        name = zone_of_projections(connection, wanted)
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
        workdays = workdays_in(content)
        if workdays is None:
            return None
        return count_pressing(connection, now, workdays.today(now, zone), horizon)
