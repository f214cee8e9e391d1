"""The settings of one invocation: places, policy, zone; everything works with none set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from reftrack.config.keys import values_of
from reftrack.config.locales import order_of_dates
from reftrack.config.paths import (
    configuration_digest,
    configuration_path,
    content_of,
    database_path,
)
from reftrack.config.zones import zone_named
from reftrack.domain.workdays import Workdays
from reftrack.errors import BadInput
from reftrack.hints import command
from reftrack.rules.terms import Policy

# The settings that drafts take words from.
_WORDS = ("name", "why_me", "ideal_client")


class Settings(NamedTuple):
    """The database's path, the policy, and the time zone where one was asked for by name.

    `dates` is the order in which the user writes day and month in figures, `dmy` or `mdy`, None
    where nothing says it; `workdays` say until when it is today. `words` is what drafts say of the
    writer, by key, empty where it is not set; `templates` is the folder of the writer's own
    templates, which need not exist. `backups_kept` is how many automatic backups stay; with 0 only
    those before a migration or a restore. `configuration_digest` tells the quick queries whether
    policy and zone are still those of the projections. `currency` is that of
    the sales, empty where it is not set.
    """

    db: Path
    policy: Policy
    zone: ZoneInfo | None
    dates: str | None
    workdays: Workdays
    words: Mapping[str, str]
    templates: Path
    backups_kept: int
    configuration_digest: str
    currency: str


def settings(db: str | None) -> Settings:
    """The settings from the option `--db`, the environment and the configuration, in that order.

    BadInput names what is wrong in them, with the nearest right key.
    """
    config_path = configuration_path()
    content = content_of(config_path)
    values = values_of({} if content is None else parsed(content, config_path))
    for error in values.faults.values():
        raise BadInput(f"{config_path}: {error.message}", error.hint)
    override = os.environ.get("REFTRACK_TZ")
    policy = values.policy(config_path.parent)
    return Settings(
        db=database_path(db),
        policy=policy,
        zone=zone_named(override) if override else values.get("timezone") or None,
        dates=values.get("dates") or order_of_dates(),
        workdays=Workdays(values.morning(), policy.week.after),
        words={key: values.get(key) for key in _WORDS},
        templates=templates_beside(config_path),
        backups_kept=values.get("backup.keep"),
        configuration_digest=configuration_digest(content, config_path.parent),
        currency=values.get("currency"),
    )


def templates_beside(config_path: Path) -> Path:
    """The folder of the writer's own templates."""
    return config_path.parent / "templates"


def parsed(content: bytes, path: Path) -> dict[str, Any]:
    """The values in this content of a configuration; BadInput where it is not TOML."""
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
        f"the configuration {path} is not TOML: {reason}.",
        ("Mend it: ", command("config", "edit")),
    )
