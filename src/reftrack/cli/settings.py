"""Where things are, and what the configuration changes; everything works with none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reftrack.cli.keys import values_of, zone_named
from reftrack.errors import BadInput, StoreError
from reftrack.rules.terms import Policy

# What drafts say of the writer.
_WORDS = ("name", "why_me", "ideal_client")


@dataclass(frozen=True)
class Settings:
    """The database's path, the policy, and the time zone where one was asked for by name.

    `words` is what drafts say of the writer, by key, empty where it is not set; `templates` is the
    folder of the writer's own templates, which need not exist. `backups_kept` is how many automatic
    backups stay; with 0 only those before a migration or a restore.
    """

    db: Path
    policy: Policy
    zone: ZoneInfo | None
    words: Mapping[str, str]
    templates: Path
    backups_kept: int


def settings(db: str | None) -> Settings:
    """From the option `--db`, the environment and the configuration, in that order.

    BadInput names what is wrong in them, with the nearest right key.
    """
    config_path = configuration_path()
    values = values_of(configuration(config_path))
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
    )


def templates_beside(config_path: Path) -> Path:
    """The folder of the writer's own templates."""
    return config_path.parent / "templates"


def configuration(path: Path) -> dict[str, Any]:
    """What the file says, empty where there is none; BadInput where it cannot be read as TOML."""
    content = content_of(path)
    return {} if content is None else parsed(content, path)


def content_of(path: Path) -> bytes | None:
    """The file as it stands, None where there is none; BadInput where it cannot be read."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is none"
        raise BadInput(
            f"the configuration {path} cannot be read: {reason}.", "Check its permissions."
        ) from None


def parsed(content: bytes, path: Path) -> dict[str, Any]:
    """This content of the configuration; BadInput where it is not TOML."""
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(
            f"the configuration {path} is not TOML: {error}.", "Mend it: reftrack config edit"
        ) from None


def system_zone_name() -> str:
    """The IANA name of the system's time zone; UTC where the system does not say."""
    import tzlocal

    try:
        name = tzlocal.get_localzone_name()
        ZoneInfo(name or "")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return str(name)


def database_path(option: str | None) -> Path:
    """`--db`, then REFTRACK_DB, then the platform's folder for user data."""
    if option is not None and not option.strip():
        # Most likely a variable that is not set: the usual book is not what was meant.
        raise BadInput("--db names no file.", "Say --db PATH, or leave it out.")
    chosen = option or os.environ.get("REFTRACK_DB")
    if chosen:
        return _path(chosen)
    return _folder("data") / "reftrack.db"


def configuration_path() -> Path:
    """REFTRACK_CONFIG, then the platform's folder for configuration."""
    chosen = os.environ.get("REFTRACK_CONFIG")
    return _path(chosen) if chosen else _folder("config") / "config.toml"


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise StoreError(
            "there is no home folder that ~ could mean.", "Write the path out."
        ) from None


def _folder(what: str) -> Path:
    import platformdirs

    find = platformdirs.user_data_path if what == "data" else platformdirs.user_config_path
    folder = find("reftrack", appauthor=False)
    if not folder.is_absolute():
        raise StoreError(
            "there is no home folder to keep the book in.",
            "Set HOME, or name the files: REFTRACK_DB=… and REFTRACK_CONFIG=…",
        )
    return folder
