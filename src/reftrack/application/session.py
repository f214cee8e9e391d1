"""A session: one book, the terms in force and the present, in which every use case runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reftrack import interrupts
from reftrack.application.results import NO_ANSWERS, Answers, Doubt, Recorded, Undecided
from reftrack.domain.instants import ASTRAY, instant_of, text_of
from reftrack.domain.people import short
from reftrack.domain.workdays import WORKDAYS, Workdays
from reftrack.errors import BadInput, NotFound, Refused, StoreError
from reftrack.hints import Blank, Hint, command, parts_of, sample
from reftrack.rules.policy import policy_of
from reftrack.rules.terms import Policy
from reftrack.store.connection import TIMEOUT, is_begun, kept_to_its_owner, migrate, read_connection
from reftrack.store.failures import OlderBook, damage
from reftrack.store.outlook import Outlook
from reftrack.store.reader import Reader
from reftrack.wording import times

if TYPE_CHECKING:
    from sqlite3 import Connection

    from reftrack.application.naming import Names
    from reftrack.application.transaction import Transaction
    from reftrack.store.automatic_backups import Shelf

_NEWER_ZONES = "Bring its time zones up to date (pip install -U tzdata)"
HAS_BACKUPS: Hint = ("There was one: its backups are listed by ", command("backup", list=None))
BEGIN: Hint = ("Begin with: ", command("add", sample("Dana Ruiz"), **{"from": sample("Sam Ortiz")}))


def present(_zone: tzinfo) -> datetime:
    """This instant by the computer's clock, to the second, in any time zone."""
    return datetime.now(UTC).replace(microsecond=0)


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
    # Imported here: hardly a clock is behind.
    from reftrack.domain.counting import lasting

    note = f"note: this computer's clock is {lasting(ahead)} behind the last record of the book."
    if ahead <= ASTRAY:
        return note + " If it is wrong, set it."
    return note + (
        " What lies more than two days ahead of the clock is left out."
        " If the clock is wrong, set it."
    )


def _check_zone_of_file(name: str) -> None:
    """Refused where a book in this time zone could not be read here."""
    from reftrack.config.zones import is_zone

    if not is_zone(name):
        raise Refused(
            f"this computer does not know the time zone of the file, {short(name)}.",
            f"{_NEWER_ZONES}. Nothing was recorded.",
        )


def _newly_owed(outlook: Outlook) -> Hint:
    """The note of what another edition of the rulebook owes; empty where it is the same."""
    if outlook.has_valid_projections:
        return ""
    from reftrack.application.editions import newly_owed

    return newly_owed(outlook)


def without_referrals(outlook: Outlook) -> tuple[Hint, ...]:
    """The words for a list without referrals; of a book without any, how to begin."""
    first = outlook.first_received()
    if first is None:
        return ("No referrals yet.", BEGIN)
    zone = outlook.terms.calendar.zone
    then, came = times.stamp(outlook.now, zone), times.stamp(first, zone)
    return (f"No referrals by {then}: the first on record came in on {came}.",)


@dataclass
class Session:
    """One book with the terms in force: the first argument of every use case.

    `zone` goes before the book's own time zone, where it is given. `clock` gives the present to
    somebody in a zone; with `is_asked_about` it gives an instant that is asked about, at which what
    lies later has not happened, whatever the computer's clock says. `dates` is the order in which
    the user writes day and month in figures, `dmy` or `mdy`; without one, what could be either is
    refused. `workdays` say until when it is today.

    Where `asks` is off nobody can be asked: what may be taken for granted is, and said in the
    notes. `backups_kept` is how many automatic backups stay. `configuration_digest` stands for what
    policy and zone come from, for queries that know neither. `currency` is that of what is worth
    money, empty where none is set.

    `has_recorded` is set once something is committed: then there is something to back up. `notes`
    collects what is worth knowing beside an answer, until a face takes it away to say it.
    `announce` says at once what was changed on the disk before the use case began: neither an error
    nor a signal that comes later may leave that unsaid. Without one it is a note.

    Nothing is open between two calls, so no lock is held while a person thinks.
    """

    book: Path
    policy: Policy = field(default_factory=policy_of)
    zone: ZoneInfo | None = None
    clock: Callable[[tzinfo], datetime] = present
    dates: str | None = None
    workdays: Workdays = WORKDAYS
    is_asked_about: bool = False
    asks: bool = True
    backups_kept: int = 7
    configuration_digest: str = ""
    currency: str = ""
    has_recorded: bool = False
    notes: list[Hint] = field(default_factory=list)
    announce: Callable[[str], None] | None = None
    _is_clock_noted: bool = False

    # Reading.

    @contextmanager
    def looking(
        self,
        on: str | datetime | None = None,
        timeout: float = TIMEOUT,
        *,
        in_any_zone: bool = False,
    ) -> Iterator[Outlook | None]:
        """The book as it is seen now, or on another day; None where there is none yet.

        It waits up to `timeout` seconds for a program that writes. With `in_any_zone` also one
        whose time zone this computer does not know: for what reads nothing that depends on it.
        StoreError where the book cannot be read, BadInput where `on` means nothing.
        """
        with self._opened(timeout) as connection:
            if connection is None:
                yield None
                return
            reader = Reader(connection)
            book_zone = reader.setting("zone")
            zone = self.zone_to_show(book_zone) if in_any_zone else self.zone_of(book_zone)
            now = self.now(zone, on)
            horizon = self._horizon(now, zone, asked=on is not None)
            outlook = Outlook(reader, self.policy, zone, now, horizon)
            behind = clock_behind(outlook) if on is None else ""
            yield outlook
        # Only now: where looking fails, the error alone is said.
        self._note_clock(behind)

    def _horizon(self, now: datetime, zone: tzinfo, *, asked: bool = False) -> datetime:
        """The instant up to which things have happened for somebody who asks about `now`.

        What lies ahead of the clock by at most two days has: a clock was wrong, here or elsewhere.
        """
        if self.is_asked_about:
            return now
        if not asked:
            return now + ASTRAY
        # On a day to come, all that has happened by today has happened too.
        present_ = self.clock(zone)
        return now if now <= present_ else max(now, present_ + ASTRAY)

    def _note_clock(self, note: str) -> None:
        if note and not self._is_clock_noted:
            self._is_clock_noted = True
            self.notes.append(note)

    @contextmanager
    def looking_at_a_book(self) -> Iterator[Outlook]:
        """The book as it is seen now; NotFound where there is none. Else as `looking`."""
        with self.looking() as outlook:
            if outlook is None:
                raise self.no_book()
            yield outlook

    @contextmanager
    def _opened(self, timeout: float = TIMEOUT) -> Iterator[Connection | None]:
        """A connection to read the book on; one that others can read is closed to them first.

        One of an earlier version is brought up to date. Both are announced.
        """
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(read_connection(self.book, timeout))
            except OlderBook as older:
                self.bring_up_to_date(older)
                connection = stack.enter_context(read_connection(self.book, timeout))
            if connection is not None:
                self._close_to_others()
            yield connection

    def _close_to_others(self) -> None:
        if kept_to_its_owner(self.book):
            self._announce(
                f"note: others on this computer could read {self.book}; now only you can."
            )

    def _announce(self, note: str) -> None:
        (self.announce or self.notes.append)(note)

    def no_book(self) -> NotFound:
        """The error of a use case that needs a book."""
        return NotFound(f"there is no book at {self.book} yet.", self.how_to_begin())

    def how_to_begin(self) -> Hint:
        """The hint how to begin a book; where one was, it warns of beginning anew unawares."""
        return HAS_BACKUPS if self.has_backups() else BEGIN

    def has_backups(self) -> bool:
        """True if there are automatic backups of a book of this name."""
        try:
            return bool(self.shelf.lying())
        except StoreError:
            return False

    def bring_up_to_date(self, older: OlderBook) -> None:
        """Migrates the book, with a backup of it as it was, and announces it."""
        backups: list[Path] = []

        def before() -> None:
            backups.append(self.shelf.put("before-migration", self.now_anywhere()))

        with interrupts.until_answered(), interrupts.tidily():
            try:
                migrate(self.book, before)
            except StoreError as error:
                raise StoreError(
                    f"version {older.version} of the book could not be brought up to date:"
                    f" {error.message}",
                    error.hint,
                    is_damage=error.is_damage,
                ) from None
            if backups:
                self._announce(
                    f"note: the book was brought from version {older.version} up to date; as it"
                    f" was, it is kept in {backups[0]}."
                )

    @property
    def shelf(self) -> Shelf:
        """The automatic backups of this book."""
        from reftrack.store.automatic_backups import Shelf

        return Shelf(self.book, self.backups_kept)

    def names(self, outlook: Outlook) -> Names:
        """The finder of people and referrals by name; its remarks are noted."""
        from reftrack.application.naming import Names

        return Names(outlook, self.notes)

    # The present.

    def zone_of(self, book_zone: str | None) -> ZoneInfo:
        """The zone asked for, else the book's own, else the system's."""
        if self.zone is not None:
            return self.zone
        from reftrack.config.zones import reads_as_a_zone, system_zone_name, zone_named

        if book_zone is None:
            return zone_named(system_zone_name())
        try:
            return zone_named(book_zone)
        except BadInput as error:
            if not reads_as_a_zone(book_zone):
                raise damage(self.book, "its time zone is none") from None
            name_another = command("config", "set", "timezone", Blank("NAME"))
            raise StoreError(
                f"this computer does not know the time zone of the book, {book_zone}.",
                (f"{_NEWER_ZONES}, or name another: ", name_another),
            ) from error

    def zone_to_show(self, book_zone: str | None) -> ZoneInfo:
        """The zone in force, for showing only: UTC where this computer does not know it."""
        try:
            return self.zone_of(book_zone)
        except (BadInput, StoreError):
            return ZoneInfo("UTC")

    def now(self, zone: tzinfo, on: str | datetime | None = None) -> datetime:
        """This instant, or the one that `on` names."""
        now = self.clock(zone)
        if on is None:
            return now
        from reftrack.application.when import parse_when

        return parse_when(on, now=now, zone=zone, tense="either", order=self.dates).instant

    def now_anywhere(self) -> datetime:
        """This instant, for what does not depend on the book's time zone."""
        return self.clock(self.zone or UTC)

    # Recording.

    def record(
        self,
        name: str,
        act: Callable[[Transaction], Recorded],
        answers: Answers = NO_ANSWERS,
        *,
        begins_a_book: bool = False,
    ) -> Recorded | Undecided:
        """Runs `act` in one transaction under this name: all of it is recorded, or nothing.

        A doubt that `answers` does not settle comes back as a value, with nothing recorded. Other
        failures are raised: NotFound where there is no book to record in, StoreError where it
        cannot be written.
        """
        try:
            with self._transaction(name, answers, begins_a_book=begins_a_book) as transaction:
                recorded = act(transaction)
        except Doubt as doubt:
            return doubt.undecided
        return transaction.with_notes(recorded)

    @contextmanager
    def transaction(
        self,
        name: str,
        *,
        begins_a_book: bool = False,
        is_import: bool = False,
        home_zone: str | None = None,
    ) -> Iterator[Transaction]:
        """One transaction, for a use case whose result is no `Recorded`; see `record`.

        Ahead of what an import brings, the book is put among the automatic backups. A book that
        this begins is kept in `home_zone`, else in the one in force, and that is noted.
        """
        with self._transaction(
            name, NO_ANSWERS, begins_a_book=begins_a_book, is_import=is_import, home_zone=home_zone
        ) as transaction:
            yield transaction
        self.notes += transaction.notes

    @contextmanager
    def _transaction(
        self,
        name: str,
        answers: Answers,
        *,
        begins_a_book: bool,
        is_import: bool = False,
        home_zone: str | None = None,
    ) -> Iterator[Transaction]:
        if is_begun(self.book):
            self._close_to_others()
        elif not begins_a_book:
            raise self.no_book()
        # Imported here: half a second that a reading use case need not pay.
        from reftrack.application.transaction import Transaction
        from reftrack.store.journal import recording

        def begun(kept: str | None) -> tuple[datetime, tzinfo, str]:
            if kept is None and home_zone is not None:
                _check_zone_of_file(home_zone)
            zone = self.zone_of(kept or home_zone)
            return self.clock(zone), zone, kept or home_zone or str(zone)

        with ExitStack() as stack:
            opened = partial(recording, self.book, name, policy=self.policy, present=begun)
            try:
                journal = stack.enter_context(opened())
            except OlderBook as older:
                self.bring_up_to_date(older)
                journal = stack.enter_context(opened())
            now, zone = journal.now, journal.zone
            is_new = journal.reader.setting("zone") is None
            is_blank = journal.reader.is_blank()
            # Asked while nobody else can have begun it: later the backups may be of this very book.
            is_anew = is_blank and self.has_backups()
            if is_import and self.backups_kept and not is_blank:
                journal.before = partial(self.shelf.put, "before-import", now)
            journal.projector.configuration_digest = self.configuration_digest
            horizon = self._horizon(now, zone)
            outlook = Outlook(journal.reader, self.policy, zone, now, horizon)
            outlook.remember()
            newly = _newly_owed(outlook)
            behind = clock_behind(outlook)
            transaction = Transaction(
                *(journal, outlook, zone, dict(answers)), asks=self.asks, dates=self.dates
            )
            yield transaction
        self.has_recorded = self.has_recorded or journal.has_recorded
        if is_anew and journal.has_recorded:
            transaction.notes.append(("note: a new book is begun. ", *parts_of(HAS_BACKUPS)))
        if is_new and journal.has_recorded:
            transaction.notes += self._zone_noted(home_zone, zone)
        if newly and journal.has_recorded:
            transaction.notes.append(newly)
        self._note_clock(behind)

    def _zone_noted(self, home_zone: str | None, zone: tzinfo) -> list[Hint]:
        """The note of the time zone in which a new book counts its days."""
        if home_zone is not None and home_zone != str(zone):
            kept = f"note: the book is new and keeps the time zone of the file, {home_zone};"
            return [f"{kept} here its days are those of {zone}, as set."]
        if self.zone is not None:  # whoever set it knows
            return []
        from reftrack.config.zones import system_zone

        doubt = "" if home_zone else system_zone().doubt
        if not doubt:
            return [f"note: the book is new; its days are those of the time zone {zone}."]
        return [
            f"warning: {doubt} The new book's days are those of {zone}.",
            (
                "Where that is wrong: ",
                command("config", "set", "timezone", "America/New_York"),
            ),
        ]
