"""Copies of a book through SQLite's own backup: whole, checked, their owner's alone."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from reftrack.domain.times import text_of
from reftrack.errors import Refused, StoreError
from reftrack.store.connection import (
    TIMEOUT,
    check_file,
    connect,
    connect_to_write,
    explained,
    fsync_folder,
    make_file,
    make_folder,
    open_readable,
)
from reftrack.store.version import APPLICATION_ID, VERSION, version_of

DAILY = "daily"
BY_HAND = "by-hand"
_DAY = 24 * 3600
_SUFFIX = ".db"
# What somebody else puts into the folder is not ours to list or to take away.
_NAME = re.compile(r"\d{8}(?:T\d{6}Z)?-[a-z-]+(?:-\d+)?\.db", re.ASCII)


def copy_to(book: Path, target: Path) -> None:
    """Writes the book as it stands to `target`: checked, its owner's alone, whole or not at all.

    What `target` held is replaced. StoreError where the book cannot be read or is damaged, and
    where the copy cannot be written.
    """
    with explained(book):
        check_file(book, book.stat())
        with contextlib.closing(open_readable(book)) as source:
            _write(source, book, target)


def _write(source: sqlite3.Connection, book: Path, target: Path) -> None:
    """As `copy_to`, from a connection to the book."""
    target = Path(os.path.realpath(target))  # a link stays one
    folder = target.absolute().parent
    with explained(target):
        handle, name = tempfile.mkstemp(dir=folder, prefix=f".{target.name}.")
        os.close(handle)  # made 0600 and empty; SQLite fills it
    temporary = Path(name)
    try:
        with explained(book):
            _fill(source, temporary, book)
        with explained(target):
            temporary.replace(target)
            fsync_folder(folder)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise


def _fill(source: sqlite3.Connection, temporary: Path, book: Path) -> None:
    """Copies into the empty file, and checks what it holds then."""
    with explained(temporary), contextlib.closing(connect(temporary, "rw", TIMEOUT)) as target:
        # Nobody else knows the file: it needs no journal, only to be on the disk at the end.
        target.execute("PRAGMA synchronous = FULL")
        source.backup(target, progress=_impatient)
        _checked(target, book)  # what is wrong with the copy is wrong with the book


def _checked(connection: sqlite3.Connection, path: Path) -> None:
    """StoreError where the pages of the database do not hold together."""
    # The quick one takes a table of version 1 for damaged in SQLite 3.40: the full one decides.
    if not any(_is_sound(connection, check) for check in ("quick_check", "integrity_check")):
        raise StoreError(
            f"{path} is damaged.", "Leave it as it is, and use another backup.", is_damage=True
        )


def _is_sound(connection: sqlite3.Connection, check: str) -> bool:
    (answer,) = connection.execute(f"PRAGMA {check}(1)").fetchone()
    return bool(answer == "ok")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a book holds: how many of each, the last step that stands, and its own time zone."""

    people: int
    referrals: int
    events: int
    last_at: str | None
    last_command: str | None
    zone: str | None


def contents_of(path: Path) -> Contents:
    """What the book at `path` holds; StoreError where it is none, or one that cannot be read."""
    with explained(path):
        check_file(path, path.stat())
        with contextlib.closing(open_readable(path)) as connection:
            _checked_book(connection, path)
            ((people, referrals, events),) = connection.execute(
                "SELECT (SELECT count(*) FROM live_person WHERE merged_into IS NULL),"
                " (SELECT count(*) FROM live_referral), (SELECT count(*) FROM live_event)"
            )
            last = connection.execute(
                "SELECT at, command FROM step WHERE undone = 0 ORDER BY id DESC LIMIT 1"
            ).fetchone()
            zone = connection.execute("SELECT value FROM book WHERE name = 'zone'").fetchone()
    at, command = last or (None, None)
    return Contents(people, referrals, events, at, command, zone[0] if zone else None)


def _checked_book(connection: sqlite3.Connection, path: Path) -> None:
    """StoreError unless it is a whole book, of this version or an earlier one."""
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    version = version_of(connection)
    if application != APPLICATION_ID or version < 1:
        raise Refused(f"{path} is no book of reftrack's.", "Name a file that `backup` made.")
    if version > VERSION:
        raise StoreError(
            f"{path} is of version {version}; this reftrack knows versions up to {VERSION}.",
            "Install a newer reftrack.",
        )
    _checked(connection, path)


def replace_by(
    book: Path, backup: Path, before: Callable[[sqlite3.Connection], object] | None = None
) -> None:
    """The book holds what the backup holds, from one instant to the next, or stays as it is.

    `before` is given the book ahead of it, when nobody else can read or write it any more; where it
    raises, nothing is replaced. Commands at work beside it finish first, or find the restored book.
    StoreError where the backup cannot be read or the book cannot be written.
    """
    with explained(backup), contextlib.closing(open_readable(backup)) as source:
        _checked_book(source, backup)
        with explained(book):
            if not book.exists():
                make_file(book)
            with contextlib.closing(connect_to_write(book)) as target:
                # The lock is kept from here on: between `before` and the copy nobody may record.
                target.execute("PRAGMA locking_mode = EXCLUSIVE")
                target.execute("BEGIN EXCLUSIVE")
                target.execute("COMMIT")
                if before is not None:
                    before(target)
                # In one step, through the journal: a kill leaves the old or the new.
                source.backup(target, progress=_impatient)


def _impatient(status: int, _remaining: int, _total: int) -> None:
    """Ends a copy that cannot get its lock in the time that every command waits.

    By itself it would try again for ever.
    """
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = status
        error.sqlite_errorname = "SQLITE_BUSY"
        raise error


@dataclass(frozen=True, slots=True)
class Shelf:
    """The automatic backups of one book: the last `keep` of them, in a folder beside it.

    With a `keep` of 0 only what a migration or a restore is about to replace is put there. What was
    put there by hand stays until somebody takes it away.
    """

    book: Path
    keep: int

    @property
    def folder(self) -> Path:
        """Where they lie."""
        return self.book.with_name(f"{self.book.name}-backups")

    def put(self, reason: str, now: datetime, book: sqlite3.Connection | None = None) -> Path:
        """A backup of the book as it stands, named by the instant and the reason; the oldest go.

        `book` is the connection to read it on, where another could not. StoreError where it cannot
        be made; then the others are left alone.
        """
        target = self._place(now, reason, _SUFFIX)
        if book is None:
            copy_to(self.book, target)
        else:
            _write(book, self.book, target)
        self._thin_out(target)
        return target

    def put_daily(self, now: datetime) -> None:
        """A backup once a day, by UTC, unless none are kept. StoreError as in `put`."""
        # Named by the day alone: of many commands at once the last one's stays, and no other goes.
        target = self.folder / f"{now:%Y%m%d}-{DAILY}{_SUFFIX}"
        with explained(self.folder):
            if self.keep == 0 or target.exists():
                return
            make_folder(self.folder)
            copy_to(self.book, target)
            self._thin_out(target)

    def _place(self, now: datetime, reason: str, suffix: str = "") -> Path:
        """A name in the folder that nothing has yet."""
        with explained(self.folder):
            make_folder(self.folder)
        stem = f"{text_of(now).replace(':', '').replace('-', '')}-{reason}"
        names = (f"{stem}-{number}" if number > 1 else stem for number in count(1))
        return next(
            path for name in names if not (path := self.folder / f"{name}{suffix}").exists()
        )

    def lying(self) -> list[Path]:
        """The backups that lie there, the latest first; StoreError where that cannot be seen."""
        with explained(self.folder), contextlib.suppress(FileNotFoundError):
            found = (path for path in self.folder.iterdir() if _NAME.fullmatch(path.name))
            return sorted(found, key=_age, reverse=True)
        return []

    def replace_damaged(self, backup: Path, now: datetime) -> Path:
        """Puts the backup in place of a book that cannot be read; where that one is kept."""
        with explained(self.book):
            aside = self._place(now, "damaged")
            shutil.copyfile(self.book, aside)
            aside.chmod(0o600)
            # A journal belongs to the file that it was written for, and would spoil another.
            for ending in ("-journal", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    self.book.with_name(self.book.name + ending).replace(
                        aside.with_name(aside.name + ending)
                    )
        copy_to(backup, self.book)
        return aside

    def _thin_out(self, newest: Path) -> None:
        automatic = [path for path in self.lying() if path != newest and BY_HAND not in path.stem]
        # Copies that a crash left unfinished; a young one another command may be at work on.
        since = newest.stat().st_mtime - _DAY
        unfinished = [path for path in self.folder.glob(".[0-9]*") if path.lstat().st_mtime < since]
        for path in (*automatic[max(self.keep, 1) - 1 :], *unfinished):
            path.unlink(missing_ok=True)


def _age(path: Path) -> tuple[int, str]:
    # By when it was made: the instant in the name may be a what-if.
    return path.stat().st_mtime_ns, path.name
