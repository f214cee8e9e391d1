"""Where things are, and what the configuration changes; everything works with none."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reftrack.domain.people import NAME_LIMIT, checked_line
from reftrack.domain.spelling import did_you_mean
from reftrack.errors import BadInput, StoreError
from reftrack.rules.policy import policy_of
from reftrack.rules.terms import Policy

# What drafts say of the writer, each with how long it may be.
_WORDS = {"name": NAME_LIMIT, "why_me": 500, "ideal_client": 500}
_KEYS = ("timezone", *_WORDS, "policy", "rules")


@dataclass(frozen=True)
class Settings:
    """The database's path, the policy, and the time zone where one was asked for by name.

    `words` is what drafts say of the writer, by key, empty where it is not set; `templates` is the
    folder of the writer's own templates, which need not exist.
    """

    db: Path
    policy: Policy
    zone: ZoneInfo | None
    words: Mapping[str, str]
    templates: Path


def settings(db: str | None) -> Settings:
    """From the option `--db`, the environment and the configuration, in that order.

    BadInput names what is wrong in them, with the nearest right key.
    """
    config_path = configuration_path()
    config = _configuration(config_path)
    for key in config:
        if key not in _KEYS:
            raise BadInput(
                f"{config_path}: there is no setting '{key[:40]}'.",
                did_you_mean(key, _KEYS, f"The settings are {', '.join(_KEYS)}."),
            )
    try:
        policy = _policy(config)
        words = {key: _word(config, key, limit) for key, limit in _WORDS.items()}
    except BadInput as error:
        raise BadInput(f"{config_path}: {error.message}", error.hint) from None
    override = os.environ.get("REFTRACK_TZ") or config.get("timezone")
    zone = None if override is None else zone_named(override)
    return Settings(database_path(db), policy, zone, words, config_path.parent / "templates")


def _word(config: Mapping[str, Any], key: str, limit: int) -> str:
    """A setting that is one line of text, empty where it is not set."""
    value = config.get(key, "")
    if not isinstance(value, str):
        raise BadInput(f"{key} is not text.", f'Write it in quotes: {key} = "…"')
    return checked_line(value, key, limit) if value.strip() else ""


def _policy(config: Mapping[str, Any]) -> Policy:
    changes, rules = config.get("policy", {}), config.get("rules", {})
    if not isinstance(changes, dict):
        raise BadInput("policy is not a table.", "Write [policy] on a line of its own.")
    if not isinstance(rules, dict) or set(rules) - {"off"}:
        raise BadInput("rules is not a table with `off` alone.", 'Write [rules], then off = ["…"].')
    off = rules.get("off", [])
    if not isinstance(off, list):
        raise BadInput("rules off is not a list.", 'Write off = ["return-favour"].')
    return policy_of(changes, off)


def _configuration(path: Path) -> dict[str, Any]:
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise BadInput(
            f"the configuration {path} cannot be read: {error.strerror}.", "Check its permissions."
        ) from None
    import tomllib

    try:
        return tomllib.loads(text.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadInput(f"the configuration {path} is not TOML: {error}.", "Mend it.") from None


def zone_named(name: object) -> ZoneInfo:
    """The time zone of this IANA name."""
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput(
            f"there is no time zone '{str(name)[:40]}'.", "Use an IANA name such as Europe/London."
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
