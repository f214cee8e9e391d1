"""Copies of a book through SQLite's own backup: whole, checked, their owner's alone."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

from reftrack import interrupts
from reftrack.domain.people import short
from reftrack.domain.times import instant_of
from reftrack.errors import Refused, StoreError
from reftrack.store.connection import (
    TIMEOUT,
    beginning,
    check_file,
    check_version,
    connect,
    connect_to_write,
    fsync_folder,
    holds_a_book,
    open_readable,
)
from reftrack.store.failures import damage, translated_errors
from reftrack.store.header import DATABASE, EMPTY, nature_of
from reftrack.store.version import APPLICATION_ID, VERSION, version_of


def copy_to(book: Path, target: Path, mark: bytes = b"", done: str = "") -> None:
    """Writes the book as it stands to `target`: checked, its owner's alone, whole or not at all.

    What `target` held is replaced; `mark` is put behind the last page, where no reader of the book
    looks. `done` is the word for it where the copy is what the command is for. StoreError where the
    book cannot be read or is damaged, and where the copy cannot be written.
    """
    with translated_errors(book):
        check_file(book)
        with contextlib.closing(open_readable(book)) as source:
            copy_from(source, book, target, mark, done)


@interrupts.tidily()
def copy_from(
    source: sqlite3.Connection, book: Path, target: Path, mark: bytes = b"", done: str = ""
) -> None:
    """Copies the book that a connection has open; all else is as in `copy_to`."""
    target = Path(os.path.realpath(target))  # a link stays one
    temporary: Path | None = None
    try:
        with writable(target), interrupts.unbroken():
            temporary = target.with_name(unfinished(target.name, secrets.token_hex(4)))
            os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with translated_errors(book):
            _fill(source, temporary, book)
        if mark:
            with writable(target), temporary.open("ab") as out:
                out.write(mark)
                out.flush()
                os.fsync(out.fileno())
        if done:
            interrupts.hold()
        with writable(target):
            temporary.replace(target)
        if done:
            interrupts.did(done)
        with writable(target, "was written, but the disk did not confirm it"):
            fsync_folder(target.absolute().parent)
    except BaseException:
        if temporary is not None:
            with contextlib.suppress(OSError):
                temporary.unlink()
        raise


def unfinished(name: str, token: str) -> str:
    """The name of a copy in the making, which proves by itself that we gave it."""
    proof = blake2b(os.fsencode(f"{name} {token}"), digest_size=4, person=b"reftrack").hexdigest()
    return f".{name}.{token}{proof}"


def is_unfinished(name: str) -> bool:
    """True if this is the name of a copy in the making, or of the journal beside one."""
    whole, _, token = name.removesuffix("-journal").removeprefix(".").rpartition(".")
    return bool(whole) and name.removesuffix("-journal") == unfinished(whole, token[:8])


@contextlib.contextmanager
def writable(target: Path, what: str = "cannot be written") -> Iterator[None]:
    """Turns the system's errors on a file to be written into a StoreError with advice."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{short(str(target), 200)} {what}: {error.strerror}.", "Name another file."
        ) from None


def _fill(source: sqlite3.Connection, temporary: Path, book: Path) -> None:
    """Copies into the empty file, and checks what it holds then."""
    with (
        translated_errors(temporary),
        contextlib.closing(connect(temporary, "rw", TIMEOUT)) as target,
    ):
        # Nobody else knows the file: it needs no journal, only to be on the disk at the end.
        target.execute("PRAGMA synchronous = FULL")
        source.backup(target, progress=_impatient)
        _checked(target, book)  # what is wrong with the copy is wrong with the book


def _checked(connection: sqlite3.Connection, path: Path) -> None:
    """Raises StoreError where the pages of the database do not hold together."""
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
    """The contents of a book: how many of each, its last standing step, and its own time zone."""

    people: int
    referrals: int
    events: int
    last_at: datetime | None
    last_command: str | None
    zone: str | None


def contents_of(path: Path) -> Contents:
    """The contents of the book at `path`; StoreError where it is none or cannot be read."""
    with _open_backup(path) as backup:
        ((people, referrals, events),) = backup.execute(
            "SELECT (SELECT count(*) FROM live_person WHERE merged_into IS NULL),"
            " (SELECT count(*) FROM live_referral), (SELECT count(*) FROM live_event)"
        )
        last = backup.execute(
            "SELECT at, command FROM step WHERE undone = 0 ORDER BY id DESC LIMIT 1"
        ).fetchone()
        zone = backup.execute("SELECT value FROM book WHERE name = 'zone'").fetchone()
    at, command = last or (None, None)
    try:
        last_at = instant_of(at) if at is not None else None
    except (ValueError, TypeError):
        raise damage(path, "a time in it cannot be read") from None
    return Contents(people, referrals, events, last_at, command, zone[0] if zone else None)


@contextlib.contextmanager
def _open_backup(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection to read a whole book on, of this version or an earlier one.

    Refused where the file is none of ours, StoreError where the book is damaged or a later one's.
    """
    with translated_errors(path):
        check_file(path)
        if nature_of(path) in (EMPTY, DATABASE):
            raise _no_book(path)
        holds_a_book(path)
        with contextlib.closing(open_readable(path)) as connection:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            if application != APPLICATION_ID:
                raise _no_book(path)
            check_version(connection)
            version = version_of(connection)
            if version > VERSION:
                raise StoreError(
                    f"{path} is of version {version}; this program knows versions up to {VERSION}.",
                    "Install a newer reftrack.",
                )
            _checked(connection, path)
            yield connection


def _no_book(path: Path) -> Refused:
    return Refused(f"{path} is no book of reftrack's.", "Name a file that `backup` made.")


def replace_by(
    book: Path, backup: Path, before: Callable[[sqlite3.Connection], object] | None = None
) -> None:
    """Replaces the contents of the book by those of the backup, at once or not at all.

    `before` is given the book ahead of it, when nobody else can read or write it any more; where it
    raises, nothing is replaced. Commands at work beside it finish first, or find the restored book.
    StoreError where the backup cannot be read or the book cannot be written.
    """
    with _open_backup(backup) as source, translated_errors(book), beginning(book):
        holds_a_book(book)
        with contextlib.closing(connect_to_write(book)) as target:
            # The lock is kept from here on: between `before` and the copy nobody may record.
            target.execute("PRAGMA locking_mode = EXCLUSIVE")
            target.execute("BEGIN EXCLUSIVE")
            target.execute("COMMIT")
            if before is not None:
                before(target)
            interrupts.hold()
            # In one step, through the journal: a kill leaves the old or the new.
            source.backup(target, progress=_impatient)
            interrupts.did("restored")


def _impatient(status: int, _remaining: int, _total: int) -> None:
    """Ends a copy that cannot get its lock in the time that every command waits.

    By itself it would try again for ever.
    """
    if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = status
        error.sqlite_errorname = "SQLITE_BUSY"
        raise error
