"""The setting `morning`, which a count for a prompt reads without the other settings."""

from __future__ import annotations

from datetime import time

from reftrack.domain.workdays import WORKDAYS, Workdays
from reftrack.errors import BadInput

MORNING = f"{WORKDAYS.morning:%H:%M}"


def checked_morning(value: object) -> str:
    """The time of day as `09:00`; BadInput where it is none."""
    said = value.strip().zfill(len(MORNING)) if isinstance(value, str) else ""
    try:
        # Said again, as Python reads more forms than one, and in 3.14 also 24:00.
        is_one = f"{time.fromisoformat(said):%H:%M}" == said
    except ValueError:
        is_one = False
    if not is_one:
        raise BadInput("morning is not a time of day.", 'Write it as "09:00".')
    return said


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
