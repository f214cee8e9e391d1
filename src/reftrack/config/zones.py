"""Time zones by name: the one that was asked for, and the system's."""

from __future__ import annotations

import os
import re
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reftrack.domain.people import short
from reftrack.domain.spelling import did_you_mean
from reftrack.errors import BadInput
from reftrack.hints import Hint


def reads_as_a_zone(name: str) -> bool:
    """True if this has the form of an IANA name, known here or not."""
    return re.fullmatch(r"[A-Za-z][\w+-]*(/[\w+-]+)*", name, re.ASCII) is not None


def is_zone(name: str) -> bool:
    """True if this computer knows a time zone of this IANA name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def zone_named(name: object) -> ZoneInfo:
    """The time zone of this IANA name; BadInput names the nearest."""
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            f"there is no time zone '{short(str(name))}'.", _zone_meant(str(name)[:40])
        ) from None


def _zone_meant(name: str) -> Hint:
    """The hint for a wrong zone: a city alone is enough, an offset is not a zone."""
    otherwise = "Use an IANA name such as Europe/London."
    place = name.strip().casefold().replace(" ", "_")
    # BST is near to EST, and Etc/GMT+1 is west of Greenwich: no guess is better than these.
    if len(place) < len("Rome") or not place.replace("_", "").replace("/", "").isalpha():
        return otherwise
    from zoneinfo import available_timezones

    zones = {zone.casefold(): zone for zone in sorted(available_timezones())}
    cities = [zone for folded, zone in zones.items() if folded.rpartition("/")[2] == place]
    if place in zones or cities:
        return f"Did you mean {zones.get(place) or min(cities, key=len)}?"
    return did_you_mean(name, zones.values(), otherwise)


class SystemZone(NamedTuple):
    """The IANA name of the system's time zone, UTC where the system names none.

    `doubt` says in a sentence why that may be another than the user's, empty where all is clear.
    """

    name: str
    doubt: str = ""


def system_zone() -> SystemZone:
    """The system's time zone, from TZ or from how the computer is set up."""
    import tzlocal

    try:
        name = str(tzlocal.get_localzone_name() or "")
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        name = ""
    told = os.environ.get("TZ", "").removeprefix(":")
    # A path names a zone by its end. Of anything else that it cannot find, tzlocal says nothing.
    if told and name != told and not (name and told.startswith("/") and told.endswith("/" + name)):
        return SystemZone(name or "UTC", f"TZ is '{short(told, 60)}', which names no time zone.")
    if not name:
        return SystemZone("UTC", "This computer names no time zone.")
    return SystemZone(name)


def system_zone_name() -> str:
    """The IANA name of the system's time zone; UTC where the system does not say."""
    return system_zone().name
