"""The failures of a book on the disk, each as an error that says what to do."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from reftrack.errors import StoreError
from reftrack.store.version import VERSION

# Known to mypy by its name, without the module that a prompt must not wait for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from reftrack.hints import Hint


def hinted(text: str) -> Hint:
    """Fills in the commands and options that the sentence names in braces."""
    # Imported here, so that only a command that fails pays for it: a prompt must not.
    from reftrack.hints import Blank, Option, command, with_commands

    return with_commands(
        text,
        db=Option("db", Blank("PATH")),
        bare_db=Option("db"),
        due=command("due"),
        check=command("check"),
        backups=command("backup", list=None),
        steps=command("undo", list=None),
    )


class OlderBook(StoreError):
    """The tables are of an earlier version; `migrate` brings them up to date."""

    def __init__(self, version: int) -> None:
        super().__init__(
            f"the database is of version {version}; this program works on version {VERSION}.",
            hinted("Any command brings it up to date: {due}"),
        )
        self.version = version


class NoBook(StoreError):
    """The file is another program's: nothing may be done to it, not even to mend it."""


class InUse(StoreError):
    """Another program holds the database, and did not let go of it in time."""


def of_another_program() -> NoBook:
    """The error for a file that is another program's database."""
    return NoBook("the file is a database of another program.", hinted("Name your book with {db}."))


@contextlib.contextmanager
def translated_errors(path: Path) -> Iterator[None]:
    """Turns what SQLite and the system say into a StoreError that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise store_error(error, path) from None
    except UnicodeDecodeError:
        # SQLite names what it cannot understand, and the bytes of a damaged name are no text.
        raise damage(path, "it holds bytes that are no text") from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise StoreError(
            f"the database {path} cannot be used: {reason}.",
            hinted("Check the folder and its permissions, or name another with {db}."),
        ) from None


def damage(path: Path, why: str) -> StoreError:
    """The error for a book whose bytes are not what any program of ours wrote."""
    meaning, remedy = _MEANINGS[sqlite3.SQLITE_CORRUPT]
    return StoreError(f"the database {path} {meaning} ({why}).", hinted(remedy), is_damage=True)


def is_recorded_after_all(error: BaseException | None) -> bool:
    """True if a commit that failed with this error stands, since it came at the very end."""
    return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_DIR_FSYNC


def store_error(error: sqlite3.Error, path: Path) -> StoreError:
    """The error for the user that SQLite's `error` stands for; its own text is left out."""
    code = getattr(error, "sqlite_errorcode", None)
    if is_recorded_after_all(error):
        return StoreError(
            f"it is recorded in {path}, but the disk did not confirm it (SQLITE_IOERR_DIR_FSYNC).",
            hinted("Do not repeat it; check the disk, then see: {steps}"),
        )
    primary = None if code is None else code & 0xFF
    if code is None and "decode to UTF-8" in str(error):
        primary = sqlite3.SQLITE_CORRUPT  # what SQLite gave out, Python could not read
    meaning, remedy = _MEANINGS.get(
        primary or 0,
        ("cannot be used", "Check the file and its folder, or name another with {bare_db}."),
    )
    name = getattr(error, "sqlite_errorname", type(error).__name__)
    kind = InUse if primary in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) else StoreError
    is_damage = primary in _IS_DAMAGE
    return kind(f"the database {path} {meaning} ({name}).", hinted(remedy), is_damage=is_damage)


_MEANINGS = {
    sqlite3.SQLITE_BUSY: (
        "is in use by another program",
        "Nothing was recorded. Try again in a moment.",
    ),
    sqlite3.SQLITE_LOCKED: (
        "is in use by another program",
        "Nothing was recorded. Try again in a moment.",
    ),
    sqlite3.SQLITE_FULL: (
        "has no room left on its disk",
        "Nothing was recorded. Free some space and try again.",
    ),
    sqlite3.SQLITE_IOERR: (
        "could not be read or written by the system",
        "Nothing was recorded. Check the disk, then try again.",
    ),
    sqlite3.SQLITE_READONLY: (
        "may not be written to",
        "Check the permissions of the file and its folder, or name another with {db}.",
    ),
    sqlite3.SQLITE_CANTOPEN: (
        "cannot be opened",
        "Check the path and its permissions, or name another with {db}.",
    ),
    sqlite3.SQLITE_PERM: (
        "may not be opened",
        "Check the permissions of the file and its folder.",
    ),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged",
        "See what is left: {check}. The way back: {backups}",
    ),
}
# Nothing is opened that does not begin as a book does, and what is asked of it is the same for all
# books: where SQLite does not understand it, the book is not what it was.
_IS_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_SCHEMA,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_TOOBIG,
    }
)
_MEANINGS |= dict.fromkeys(_IS_DAMAGE, _MEANINGS[sqlite3.SQLITE_CORRUPT])
