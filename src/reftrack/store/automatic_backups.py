"""The folder of the automatic backups: what is put there, listed, and taken away again."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from reftrack import interrupts
from reftrack.domain.times import instant_of, text_of
from reftrack.store.backup import copy_from, copy_to, is_unfinished
from reftrack.store.connection import make_folder
from reftrack.store.failures import translated_errors
from reftrack.store.header import BOOK, nature_of

DAILY = "daily"
BY_HAND = "by-hand"
BEFORE_IMPORT = "before-import"
BEFORE_MIGRATION = "before-migration"
BEFORE_RESTORE = "before-restore"
_DAY = 24 * 3600
_SUFFIX = ".db"
_NAME = re.compile(r"(\d{8}(?:T\d{6}Z)?)-[a-z-]+(?:-\d+)?\.db", re.ASCII)
_AUTOMATIC = re.compile(
    rf"\d{{8}}-{DAILY}(?:-\d+)?\.db"
    rf"|\d{{8}}T\d{{6}}Z-(?:{BEFORE_IMPORT}|{BEFORE_MIGRATION}|{BEFORE_RESTORE})(?:-\d+)?\.db",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The automatic backups of one book: the last `keep` of them, in a folder beside it.

    With a `keep` of 0 only what a migration or a restore is about to replace is put there. What was
    put there by hand, or by anybody else, stays until somebody takes it away.
    """

    book: Path
    keep: int

    @property
    def folder(self) -> Path:
        """The folder in which they lie."""
        return self.book.with_name(f"{self.book.name}-backups")

    def put(self, reason: str, now: datetime, book: sqlite3.Connection | None = None) -> Path:
        """Backs up the book as it stands, named by the instant and the reason; the oldest go.

        `book` is the connection to read it on, where another could not. StoreError where it cannot
        be made; then the others are left alone.
        """
        target = self._place(f"{text_of(now).replace(':', '').replace('-', '')}-{reason}", _SUFFIX)
        mark = b"" if reason == BY_HAND else _mark(target)
        if book is None:
            copy_to(self.book, target, mark)
        else:
            copy_from(book, self.book, target, mark)
        self._thin_out(target)
        return target

    def put_daily(self, now: datetime) -> None:
        """Makes the backup of the day, by UTC, unless none are kept; StoreError as in `put`."""
        if self.keep == 0:
            return
        # Named by the day alone: of many commands at once the last one's stays, and no other goes.
        for target in self._names(f"{now:%Y%m%d}-{DAILY}", _SUFFIX):
            if not os.path.lexists(target):
                copy_to(self.book, target, _mark(target))
                self._thin_out(target)
                return
            if _is_automatic(target):
                return

    def _place(self, stem: str, suffix: str = "") -> Path:
        """A name in the folder that nothing has yet."""
        return next(path for path in self._names(stem, suffix) if not os.path.lexists(path))

    def _names(self, stem: str, suffix: str) -> Iterator[Path]:
        """Names in the folder, one after the other; the folder is there by then."""
        with translated_errors(self.folder):
            make_folder(self.folder)
        names = (f"{stem}-{number}" if number > 1 else stem for number in count(1))
        return (self.folder / f"{name}{suffix}" for name in names)

    def lying(self) -> list[Path]:
        """The backups in the folder, the latest first; StoreError where it cannot be read.

        Files that somebody else put there under such a name are among them, if they are books.
        """
        return [path for path in self._files() if _is_dated(path.name) and _is_book(path)]

    def ours(self) -> list[Path]:
        """The files and folders for reftrack to close to others; StoreError as in `lying`."""
        found = self.lying()
        return [self.folder, *found] if found else []

    def replace_damaged(self, backup: Path, now: datetime) -> Path:
        """Puts the backup in place of a book that cannot be read; returns where that is kept."""
        with translated_errors(self.book), interrupts.tidily():
            interrupts.hold()
            aside = self._place(f"{text_of(now).replace(':', '').replace('-', '')}-damaged")
            shutil.copyfile(self.book, aside)
            aside.chmod(0o600)
            # A journal belongs to the file that it was written for, and would spoil another.
            book = Path(os.path.realpath(self.book))
            for ending in ("-journal", "-wal", "-shm"):
                with contextlib.suppress(FileNotFoundError):
                    shutil.move(
                        book.with_name(book.name + ending), aside.with_name(aside.name + ending)
                    )
        copy_to(backup, self.book, done="restored")
        return aside

    def _thin_out(self, newest: Path) -> None:
        """Deletes the oldest backups and what a crash left half done, never another's file."""
        files = self._files()
        automatic = [path for path in files if path != newest and _is_automatic(path)]
        since = newest.stat().st_mtime - _DAY
        unfinished = [path for path in files if _is_left_behind(path, since)]
        for path in (*automatic[max(self.keep, 1) - 1 :], *unfinished):
            # Another command may have been quicker, and a folder may not let go of what it has.
            with contextlib.suppress(OSError):
                path.unlink()

    def _files(self) -> list[Path]:
        """The files in the folder, the latest first, without links and whatever else lies there."""
        found = []
        with translated_errors(self.folder), contextlib.suppress(FileNotFoundError):
            for path in self.folder.iterdir():
                with contextlib.suppress(FileNotFoundError):  # another command took it away
                    facts = path.lstat()
                    if stat.S_ISREG(facts.st_mode):
                        # By when it was made: the instant in the name may be a what-if.
                        found.append((facts.st_mtime_ns, path.name, path))
        return [path for *_, path in sorted(found, reverse=True)]


def _mark(path: Path) -> bytes:
    """The bytes behind the last page of an automatic backup of this name.

    A copy that somebody makes of it under another name is theirs.
    """
    return os.fsencode(f"\nMade by reftrack by itself as {path.name}\n")


def _is_automatic(path: Path) -> bool:
    """True if the file is an automatic backup, which its name and its mark prove."""
    if not _AUTOMATIC.fullmatch(path.name) or not path.is_file():
        return False
    mark = _mark(path)
    with contextlib.suppress(OSError), path.open("rb") as file:
        file.seek(-len(mark), os.SEEK_END)
        return file.read() == mark
    return False


def _is_left_behind(path: Path, since: float) -> bool:
    """True if it is a copy in the making, untouched since then: nobody is writing it any more."""
    with contextlib.suppress(FileNotFoundError):  # another command finished it
        return is_unfinished(path.name) and path.lstat().st_mtime < since
    return False


def _is_book(path: Path) -> bool:
    with contextlib.suppress(OSError):
        return nature_of(path) == BOOK
    return False


def _is_dated(name: str) -> bool:
    """True if the name is one of an automatic backup, with a day that exists."""
    found = _NAME.fullmatch(name)
    try:
        return found is not None and bool(instant_of(found[1]))
    except ValueError:
        return False
