"""Where things are, and what the configuration changes; everything works with none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reftrack.cli.keys import values_of, zone_named
from reftrack.cli.places import (
    circumstances,
    configuration_path,
    content_of,
    database_path,
)
from reftrack.domain.people import short
from reftrack.errors import BadInput
from reftrack.rules.terms import Policy

# What drafts say of the writer.
_WORDS = ("name", "why_me", "ideal_client")


@dataclass(frozen=True)
class Settings:
    """The database's path, the policy, and the time zone where one was asked for by name.

    `words` is what drafts say of the writer, by key, empty where it is not set; `templates` is the
    folder of the writer's own templates, which need not exist. `backups_kept` is how many automatic
    backups stay; with 0 only those before a migration or a restore. `circumstances` tells a glance
    at the book whether policy and zone are still those that its rows were kept under.
    """

    db: Path
    policy: Policy
    zone: ZoneInfo | None
    words: Mapping[str, str]
    templates: Path
    backups_kept: int
    circumstances: str


def settings(db: str | None) -> Settings:
    """From the option `--db`, the environment and the configuration, in that order.

    BadInput names what is wrong in them, with the nearest right key.
    """
    config_path = configuration_path()
    content = content_of(config_path)
    values = values_of({} if content is None else parsed(content, config_path))
    for error in values.faults.values():
        raise BadInput(f"{config_path}: {error.message}", error.hint)
    override = os.environ.get("REFTRACK_TZ")
    return Settings(
        db=database_path(db),
        policy=values.policy(),
        zone=zone_named(override) if override else values.get("timezone") or None,
        words={key: values.get(key) for key in _WORDS},
        templates=templates_beside(config_path),
        backups_kept=values.get("backup.keep"),
        circumstances=circumstances(content),
    )


def templates_beside(config_path: Path) -> Path:
    """The folder of the writer's own templates."""
    return config_path.parent / "templates"


def configuration(path: Path) -> dict[str, Any]:
    """What the file says, empty where there is none; BadInput where it cannot be read as TOML."""
    content = content_of(path)
    return {} if content is None else parsed(content, path)


def parsed(content: bytes, path: Path) -> dict[str, Any]:
    """This content of the configuration; BadInput where it is not TOML."""
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        reason = str(error)
    except RecursionError:
        reason = "it is nested too deeply"
    except ValueError:  # Python reads no number of more digits than 4300
        reason = "it holds a number of thousands of digits"
    raise BadInput(
        f"the configuration {path} is not TOML: {reason}.", "Mend it: reftrack config edit"
    )


@dataclass(frozen=True)
class SystemZone:
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
