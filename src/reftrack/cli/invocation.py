"""One invocation of the program: its settings, and the session that its use cases run in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from reftrack.application.session import Session
from reftrack.cli import clock
from reftrack.cli.output import is_terminal, say_aside
from reftrack.config.settings import Settings, settings


@dataclass
class Invocation:
    """The state that the commands of one command line share.

    `db` is what `--db` says; `is_json` that what is recorded is to be said as JSON.
    """

    db: str | None = None
    is_json: bool = False

    @cached_property
    def settings(self) -> Settings:
        """The settings, read once."""
        return settings(self.db)

    @cached_property
    def session(self) -> Session:
        """The book under these settings; doubts come back where somebody is there to be asked."""
        return Session(
            self.settings.db,
            self.settings.policy,
            self.settings.zone,
            clock.now,
            dates=self.settings.dates,
            workdays=self.settings.workdays,
            is_asked_about=clock.is_asked_about(),
            asks=is_terminal(),
            backups_kept=self.settings.backups_kept,
            configuration_digest=self.settings.configuration_digest,
            currency=self.settings.currency,
            announce=say_aside,
        )

    @property
    def has_recorded(self) -> bool:
        """True if anything was committed: then there is something to back up."""
        return "session" in self.__dict__ and self.session.has_recorded
