"""One invocation: its settings, its book, its now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reftrack.cli import clock
from reftrack.cli.keys import zone_named
from reftrack.cli.output import say_aside
from reftrack.cli.settings import Settings, settings, system_zone_name
from reftrack.errors import NotFound, StoreError
from reftrack.store.connection import TIMEOUT, OlderBook, kept_to_its_owner, migrate, reading
from reftrack.store.outlook import Outlook
from reftrack.store.reader import Reader

if TYPE_CHECKING:
    from sqlite3 import Connection

    from reftrack.store.backup import Shelf
    from reftrack.store.journal import Journal

HAS_BACKUPS = "There was one: its backups are listed by reftrack backup --list"
BEGIN = 'Begin with: reftrack add "Dana Ruiz" --from "Sam Ortiz"'


@dataclass
class Here:
    """What every command of this invocation shares.

    `has_recorded` is set once something is committed: from then on a failure to answer must not
    look like a failure to record.
    """

    db: str | None = None
    has_recorded: bool = False

    @cached_property
    def settings(self) -> Settings:
        """The settings, read once."""
        return settings(self.db)

    @contextmanager
    def _opened(self, timeout: float = TIMEOUT) -> Iterator[Connection | None]:
        """As `reading`, for a book that anybody else could read or that is of an earlier version.

        It is mended, and a word said of it.
        """
        path = self.settings.db
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(reading(path, timeout))
            except OlderBook as older:
                self.bring_up_to_date(older)
                connection = stack.enter_context(reading(path, timeout))
            if connection is not None and kept_to_its_owner(path):
                say_aside(f"note: others on this computer could read {path}; now only you can.")
            yield connection

    def no_book(self) -> NotFound:
        """For a command that needs one."""
        return NotFound(f"there is no book at {self.settings.db} yet.", self._how_to_begin())

    def without_a_book(self) -> list[str]:
        """What a screen says where there is none."""
        return [f"No book at {self.settings.db} yet.", self._how_to_begin()]

    def _how_to_begin(self) -> str:
        # Where one was, nobody is to begin anew unawares.
        return HAS_BACKUPS if self._has_backups() else BEGIN

    def _has_backups(self) -> bool:
        try:
            return bool(self.shelf.lying())
        except StoreError:
            return False

    def bring_up_to_date(self, older: OlderBook) -> None:
        """Migrates the book, with a backup of it as it was, and says so."""
        backups: list[Path] = []

        def before() -> None:
            backups.append(self.shelf.put("before-migration", self.now_anywhere()))

        try:
            migrate(self.settings.db, before)
        except StoreError as error:
            raise StoreError(
                f"version {older.version} of the book could not be brought up to date:"
                f" {error.message}",
                error.hint,
            ) from None
        if backups:
            say_aside(
                f"note: the book was brought from version {older.version} up to date; as it was,"
                f" it is kept in {backups[0]}."
            )

    @property
    def shelf(self) -> Shelf:
        """The automatic backups of this book."""
        from reftrack.store.backup import Shelf

        return Shelf(self.settings.db, self.settings.backups_kept)

    def now_anywhere(self) -> datetime:
        """This instant, for what does not depend on the book's time zone."""
        return clock.now(self.settings.zone or UTC)

    @contextmanager
    def outlook(self, on: str | None = None, timeout: float = TIMEOUT) -> Iterator[Outlook | None]:
        """The book as it is seen now, or on another day; None where there is none yet."""
        with self._opened(timeout) as connection:
            if connection is None:
                yield None
                return
            reader = Reader(connection)
            zone = self.zone(reader.setting("zone"))
            yield Outlook(reader, self.settings.policy, zone, self.now(zone, on))

    def zone(self, book_zone: str | None) -> ZoneInfo:
        """REFTRACK_TZ, then the configuration, then the book's own, then the system's."""
        return self.settings.zone or zone_named(book_zone or system_zone_name())

    def now(self, zone: ZoneInfo, on: str | None = None) -> datetime:
        """This instant, or the one that `on` names."""
        present = clock.now(zone)
        if on is None:
            return present
        from reftrack.cli.when import understood

        return understood(on, now=present, zone=zone, tense="either").instant

    @contextmanager
    def recording(
        self, command: str, *, begins_a_book: bool = False, is_import: bool = False
    ) -> Iterator[Desk]:
        """The journal for one command; NotFound where there is no book to record in.

        Ahead of what an import brings, the book is put among the automatic backups.
        """
        with self._opened() as connection:
            if connection is None and not begins_a_book:
                raise self.no_book()
            book_zone = Reader(connection).setting("zone") if connection else None
        zone = self.zone(book_zone)
        now = clock.now(zone)
        # Half a second of imports that a reading command never pays.
        from reftrack.store.journal import recording

        with recording(
            self.settings.db,
            command,
            now=now,
            policy=self.settings.policy,
            zone=zone,
            home_zone=system_zone_name() if book_zone is None else book_zone,
        ) as journal:
            is_blank = journal.reader.is_blank()
            # Asked while nobody else can have begun it: later the backups may be of this very book.
            is_anew = is_blank and self._has_backups()
            if is_import and self.settings.backups_kept and not is_blank:
                journal.before = partial(self.shelf.put, "before-import", now)
            journal.keeper.circumstances = self.settings.circumstances
            outlook = Outlook(journal.reader, self.settings.policy, zone, now)
            desk = Desk(journal, outlook, zone)
            yield desk
        self.has_recorded = self.has_recorded or journal.has_recorded
        if is_anew and journal.has_recorded:
            desk.asides.append(f"note: a new book is begun. {HAS_BACKUPS}")
        if desk.asides:
            say_aside(*dict.fromkeys(desk.asides))


@dataclass(frozen=True)
class Desk:
    """Where one command records: the journal, and the book as it stood before the command.

    `asides` are said once all is recorded: who is new would be untrue of a command that failed.
    """

    journal: Journal
    outlook: Outlook
    zone: ZoneInfo
    asides: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The instant of this command."""
        return self.outlook.now

    @property
    def reader(self) -> Reader:
        """Reads what this command sees."""
        return self.journal.reader

    def settled(self) -> Outlook:
        """The book as this command leaves it; nothing is recorded after this."""
        self.journal.finish()
        return Outlook(self.reader, self.outlook.terms.policy, self.zone, self.now)
