"""Copies of the book, and the way back to one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from pathlib import Path

from reftrack.application.results import Present
from reftrack.application.session import Session
from reftrack.domain.people import short
from reftrack.domain.times import instant_of
from reftrack.errors import NotFound, Refused, StoreError
from reftrack.hints import Blank, Hint, Option, command
from reftrack.store.automatic_backups import BY_HAND
from reftrack.store.backup import Contents as Contents
from reftrack.store.backup import contents_of, copy_to, replace_by, writable
from reftrack.store.failures import NoBook, translated_errors

_LISTED: Hint = ("See: ", command("backup", list=None))
_EITHER: Hint = (
    "The book is as it was or restored, nothing between; see: ",
    command("undo", list=None),
)


@dataclass(frozen=True, slots=True)
class Backup:
    """An automatic backup: its file, the reason for it, and the day or instant that it is of."""

    path: Path
    reason: str
    made: date | datetime


@dataclass(frozen=True, slots=True)
class Backups:
    """The backups that lie in `folder`, the last first."""

    present: Present
    folder: Path
    backups: tuple[Backup, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """The book as it is now; `kept` is the backup of what it was, None if none could be made."""

    contents: Contents
    kept: Path | None


def back_up(session: Session, target: Path | None = None) -> tuple[Path, Contents]:
    """Copies the book to `target`, else beside it: whole, checked, its owner's alone.

    NotFound where there is no book, Refused where something else than a backup would be lost.
    """
    with session.looking(in_any_zone=True) as outlook:
        if outlook is None:
            raise session.no_book()
    if target is None:
        target = session.shelf.put(BY_HAND, session.now_anywhere())
    else:
        with writable(target):
            _check_target(session.book, target)
        copy_to(session.book, target, done="backed up")
    return target, contents_of(target)


def _check_target(book: Path, target: Path) -> None:
    """Raises Refused where something else than an earlier backup would be lost."""
    if target.is_dir():
        raise Refused(f"{short(str(target), 200)} is a folder.", "Name a file in it.")
    if not target.exists():
        return
    if target.samefile(book):
        raise Refused("that is the book itself.", "Name another file.")
    try:
        contents_of(target)
    except (Refused, StoreError):
        raise Refused(
            f"{short(str(target), 200)} is there, and is no backup of a book.",
            "Name another file, or take it away first.",
        ) from None


def backups(session: Session) -> Backups:
    """The automatic backups of this book; they are listed where the book is damaged too."""
    shelf = session.shelf
    found = []
    for path in shelf.lying():
        stamp, _, reason = path.stem.partition("-")
        is_day = len(stamp) == len("20261120")
        made = date.fromisoformat(stamp) if is_day else instant_of(stamp)
        found.append(Backup(path, reason.replace("-", " "), made))
    return Backups(Present(session.now_anywhere(), _zone(session)), shelf.folder, tuple(found))


def _zone(session: Session) -> tzinfo:
    """The book's time zone; the system's where no book can tell."""
    try:
        with session.looking(in_any_zone=True) as outlook:
            if outlook is not None:
                return outlook.terms.calendar.zone
    except StoreError:
        pass  # a list of backups is wanted most where the book is damaged
    return session.zone_of(None)


def backup_named(session: Session, text: str) -> Path:
    """The file of this name, else the backup beside the book that has it.

    NotFound where there is none, Refused where it is the book itself.
    """
    source = Path(text)
    beside = session.shelf.folder / source.name
    if source.name == text and not source.exists() and beside.exists():
        source = beside
    if not source.exists():
        raise NotFound(f"there is no file {short(str(source), 200)}.", _LISTED)
    book = session.book
    if _is_there(book) and source.is_file() and source.samefile(book):
        raise Refused("that is the book itself.", ("Name a backup: ", command("backup", list=None)))
    return source


def contents(source: Path) -> Contents:
    """The contents of a backup; StoreError where it cannot be read."""
    try:
        return contents_of(source)
    except StoreError as error:
        raise StoreError(error.message, ("Name another: ", command("backup", list=None))) from None


def present_contents(session: Session) -> Contents | str:
    """The contents of the book now, or a sentence why they cannot be told."""
    if not _is_there(session.book):
        return "nothing"
    try:
        return contents_of(session.book)
    except (Refused, StoreError) as error:
        return f"not readable: {error.message}"


def restore(session: Session, source: Path) -> Restored:
    """Puts the book back to what `source` holds; the book as it was is kept among the backups."""
    try:
        kept = _replaced(session, source)
    except StoreError as error:
        # A disk can fail between the instant when all is restored and the one when that is known.
        if "SQLITE_IOERR" not in error.message:
            raise
        raise StoreError(error.message, _EITHER) from None
    session.has_recorded = True
    with session.looking(in_any_zone=True):  # one of an earlier version is brought up to date
        pass
    return Restored(contents_of(session.book), kept)


def _replaced(session: Session, source: Path) -> Path | None:
    """Restores the book; returns the backup of what was there, None if none could be made."""
    book, shelf, now = session.book, session.shelf, session.now_anywhere()
    if not _is_there(book) or book.stat().st_size == 0:
        replace_by(book, source)
        return None
    try:
        contents_of(book)
    except (Refused, NoBook):
        raise Refused(
            f"{book} is no book of reftrack's.",
            ("Name yours with ", Option("db", Blank("PATH")), ", or move that file away first."),
        ) from None
    except StoreError as error:
        if not error.is_damage:
            raise
        aside = shelf.replace_damaged(source, now)
        session.notes.append(f"note: the damaged book is kept as it was in {aside}.")
        return None
    kept: list[Path] = []
    replace_by(book, source, lambda held: kept.append(shelf.put("before-restore", now, held)))
    return kept[0]


def _is_there(book: Path) -> bool:
    """True if there is a file of this name; StoreError where the system will not say."""
    with translated_errors(book):
        return book.exists()


def back_up_for_today(session: Session) -> None:
    """Backs up once a day; a failure is only noted, since what was recorded is recorded."""
    try:
        session.shelf.put_daily(session.now_anywhere())
    except StoreError as error:
        # The error's own advice is for a command that failed: this one is recorded.
        session.notes += [
            f"note: today's backup could not be made: {error.message}",
            (
                "What was recorded is recorded. When there is room for it: ",
                command("backup"),
            ),
        ]
