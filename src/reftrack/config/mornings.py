"""The setting `morning`, which a count for a prompt reads without the other settings."""

from __future__ import annotations

import re
from datetime import time

from reftrack.domain.workdays import WORKDAYS, Workdays
from reftrack.errors import BadInput

MORNING = f"{WORKDAYS.morning:%H:%M}"
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)", re.ASCII)


def checked_morning(value: object) -> str:
    """The time of day as `09:00`; BadInput where it is none."""
    found = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise BadInput("morning is not a time of day.", 'Write it as "09:00".')
    return f"{int(found[1]):02}:{found[2]}"


def workdays_in(configuration: bytes | None) -> Workdays | None:
    """The workdays of a configuration by which projections were computed already.

    None where it has a week of its own: that takes the other settings.
    """
    if configuration is None or (b"week" not in configuration and b"morning" not in configuration):
        return WORKDAYS
    if b"week" in configuration:
        return None
    import tomllib

    said = tomllib.loads(configuration.decode("utf-8-sig")).get("morning", MORNING)
    return Workdays(time.fromisoformat(checked_morning(said)))
