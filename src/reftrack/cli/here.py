"""One invocation: its settings, its book, its now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reftrack import interrupts
from reftrack.cli import clock
from reftrack.cli.keys import is_zone, reads_as_a_zone, zone_named
from reftrack.cli.output import say_aside
from reftrack.cli.settings import Settings, settings, system_zone
from reftrack.domain.counting import lasting
from reftrack.domain.instants import ASTRAY, instant_of, text_of
from reftrack.domain.people import short
from reftrack.errors import BadInput, NotFound, Refused, StoreError
from reftrack.store.connection import (
    TIMEOUT,
    OlderBook,
    damage,
    kept_to_its_owner,
    migrate,
    reading,
)
from reftrack.store.outlook import Outlook
from reftrack.store.reader import Reader
from reftrack.wording import times

if TYPE_CHECKING:
    from sqlite3 import Connection

    from reftrack.rules.courtesies import Subject
    from reftrack.store.journal import Journal
    from reftrack.store.shelf import Shelf

_NEWER_ZONES = "Bring its time zones up to date (pip install -U tzdata)"
HAS_BACKUPS = "There was one: its backups are listed by reftrack backup --list"
BEGIN = 'Begin with: reftrack add "Dana Ruiz" --from "Sam Ortiz"'


def clock_behind(outlook: Outlook) -> str:
    """A note where the last record lies ahead of this computer's clock, else nothing."""
    if outlook.horizon == outlook.now:  # asked about an instant, whatever the clock
        return ""
    reader, now = outlook.reader, text_of(outlook.now)
    if reader.latest() <= now and reader.last_step() <= now:
        return ""
    ahead = instant_of(reader.last_recorded() or now) - outlook.now
    if ahead <= timedelta():
        return ""
    note = f"note: this computer's clock is {lasting(ahead)} behind the last record of the book."
    if ahead <= ASTRAY:
        return note + " If it is wrong, set it."
    return note + (
        " What lies more than two days ahead of the clock is left out."
        " If the clock is wrong, set it."
    )


def without_referrals(outlook: Outlook) -> list[str]:
    """What a screen says that has no referral to show: of a book without any, how to begin."""
    first = outlook.first_received()
    if first is None:
        return ["No referrals yet.", BEGIN]
    zone = outlook.terms.calendar.zone
    then, came = times.stamp(outlook.now, zone), times.stamp(first, zone)
    return [f"No referrals by {then}: the first on record came in on {came}."]


@dataclass
class Here:
    """What every command of this invocation shares.

    `has_recorded` is set once something is committed: then there is something to back up.
    """

    db: str | None = None
    has_recorded: bool = False
    _is_clock_said: bool = False

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

        with interrupts.until_answered(), interrupts.tidily():
            try:
                migrate(self.settings.db, before)
            except StoreError as error:
                raise StoreError(
                    f"version {older.version} of the book could not be brought up to date:"
                    f" {error.message}",
                    error.hint,
                    is_damage=error.is_damage,
                ) from None
            if backups:
                say_aside(
                    f"note: the book was brought from version {older.version} up to date; as it"
                    f" was, it is kept in {backups[0]}."
                )

    @property
    def shelf(self) -> Shelf:
        """The automatic backups of this book."""
        from reftrack.store.shelf import Shelf

        return Shelf(self.settings.db, self.settings.backups_kept)

    def now_anywhere(self) -> datetime:
        """This instant, for what does not depend on the book's time zone."""
        return clock.now(self.settings.zone or UTC)

    @contextmanager
    def outlook(
        self, on: str | None = None, timeout: float = TIMEOUT, *, in_any_zone: bool = False
    ) -> Iterator[Outlook | None]:
        """The book as it is seen now, or on another day; None where there is none yet.

        With `in_any_zone` also one whose time zone this computer does not know: for what reads
        nothing that depends on it.
        """
        with self._opened(timeout) as connection:
            if connection is None:
                yield None
                return
            reader = Reader(connection)
            book_zone = reader.setting("zone")
            zone = self.zone_to_show(book_zone) if in_any_zone else self.zone(book_zone)
            now = self.now(zone, on)
            outlook = Outlook(reader, self.settings.policy, zone, now, self._horizon(now, zone, on))
            is_behind = clock_behind(outlook) if on is None else ""
            yield outlook
        # Not before: of a command that fails, only that is said.
        self._say_once(is_behind)

    def _horizon(self, now: datetime, zone: ZoneInfo, on: str | None) -> datetime:
        """Up to when things have happened for somebody who asks about `now`."""
        if on is None:
            return clock.horizon(now)
        # What has happened today has happened on any day to come as well.
        present = clock.now(zone)
        return now if now <= present else max(now, clock.horizon(present))

    def _say_once(self, note: str) -> None:
        if note and not self._is_clock_said:
            self._is_clock_said = True
            say_aside(note)

    def zone(self, book_zone: str | None) -> ZoneInfo:
        """REFTRACK_TZ, then the configuration, then the book's own, then the system's."""
        if self.settings.zone is not None:
            return self.settings.zone
        if book_zone is None:
            return zone_named(system_zone().name)
        try:
            return zone_named(book_zone)
        except BadInput as error:
            if not reads_as_a_zone(book_zone):
                raise damage(self.settings.db, "its time zone is none") from None
            raise StoreError(
                f"this computer does not know the time zone of the book, {book_zone}.",
                f"{_NEWER_ZONES}, or name another: reftrack config set timezone NAME",
            ) from error

    def zone_to_show(self, book_zone: str | None) -> ZoneInfo:
        """As `zone`, but UTC for one that this computer does not know: for what is only shown."""
        try:
            return self.zone(book_zone)
        except (BadInput, StoreError):
            return ZoneInfo("UTC")

    def now(self, zone: ZoneInfo, on: str | None = None) -> datetime:
        """This instant, or the one that `on` names."""
        present = clock.now(zone)
        if on is None:
            return present
        from reftrack.cli.when import understood

        return understood(on, now=present, zone=zone, tense="either").instant

    @contextmanager
    def recording(
        self,
        command: str,
        *,
        begins_a_book: bool = False,
        is_import: bool = False,
        home_zone: str | None = None,
    ) -> Iterator[Desk]:
        """The journal for one command; NotFound where there is no book to record in.

        Ahead of what an import brings, the book is put among the automatic backups. A book that
        this command begins is kept in `home_zone`, else in the one in force, and that is said.
        """
        with self._opened() as connection:
            if connection is None and not begins_a_book:
                raise self.no_book()
            book_zone = Reader(connection).setting("zone") if connection else None
        if book_zone is None and home_zone is not None and not is_zone(home_zone):
            raise Refused(
                f"this computer does not know the time zone of the file, {short(home_zone)}.",
                f"{_NEWER_ZONES}. Nothing was recorded.",
            )
        zone = self.zone(book_zone or home_zone)
        now = clock.now(zone)
        # Half a second of imports that a reading command never pays.
        from reftrack.store.journal import recording

        with recording(
            self.settings.db,
            command,
            now=now,
            policy=self.settings.policy,
            zone=zone,
            home_zone=book_zone or home_zone or str(zone),
        ) as journal:
            is_blank = journal.reader.is_blank()
            # Asked while nobody else can have begun it: later the backups may be of this very book.
            is_anew = is_blank and self._has_backups()
            if is_import and self.settings.backups_kept and not is_blank:
                journal.before = partial(self.shelf.put, "before-import", now)
            journal.keeper.circumstances = self.settings.circumstances
            horizon = clock.horizon(now)
            outlook = Outlook(journal.reader, self.settings.policy, zone, now, horizon)
            is_behind = clock_behind(outlook)
            desk = Desk(journal, outlook, zone)
            yield desk
        self.has_recorded = self.has_recorded or journal.has_recorded
        if is_anew and journal.has_recorded:
            desk.asides.append(f"note: a new book is begun. {HAS_BACKUPS}")
        if book_zone is None and journal.has_recorded:
            desk.asides.extend(self._zone_said(home_zone, zone))
        if desk.asides:
            say_aside(*dict.fromkeys(desk.asides))
        self._say_once(is_behind)

    def _zone_said(self, home_zone: str | None, zone: ZoneInfo) -> list[str]:
        """In which time zone a new book counts its days, for nobody may ever ask."""
        if home_zone is not None and home_zone != str(zone):
            kept = f"note: the book is new and keeps the time zone of the file, {home_zone};"
            return [f"{kept} here its days are those of {zone}, as set."]
        if self.settings.zone is not None:  # whoever set it knows
            return []
        doubt = "" if home_zone else system_zone().doubt
        if not doubt:
            return [f"note: the book is new; its days are those of the time zone {zone}."]
        return [
            f"warning: {doubt} The new book's days are those of {zone}.",
            "Where that is wrong: reftrack config set timezone America/New_York",
        ]


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
        policy = self.outlook.terms.policy
        return Outlook(self.reader, policy, self.zone, self.now, self.outlook.horizon)

    def last_on(self, subjects: Iterable[Subject]) -> datetime:
        """Now, or when the last of what these have to do with happened, if that lies ahead of it.

        What is recorded without a time stands there: it was done after what is on record already,
        whatever a clock says that went back.
        """
        if self.reader.latest() <= text_of(self.now):
            return self.now
        return max(self.now, self.outlook.history(subjects).last() or self.now)
