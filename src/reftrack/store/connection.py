"""Opening the database, to write or only to read, with the rules that keep it whole."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from reftrack.errors import StoreError
from reftrack.store.failures import (
    InUse,
    NoBook,
    OlderBook,
    damage,
    hinted,
    of_another_program,
    translated_errors,
)
from reftrack.store.header import BOOK, DAMAGED, DATABASE, EMPTY, nature_of
from reftrack.store.version import APPLICATION_ID, VERSION, version_of

TIMEOUT = 30.0
# No book will ever have a version as high as this.
_NO_VERSION = 1000
# Seconds that a prompt or a TAB waits for another program.
PATIENCE = 0.1

_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    # Without it INSERT OR REPLACE would delete past the append-only triggers.
    "PRAGMA recursive_triggers = ON",
    # Not WAL, which cannot be read in a folder that may not be written to, and not FULL, which
    # does not sync the folder once the journal is gone.
    "PRAGMA journal_mode = DELETE",
    "PRAGMA synchronous = EXTRA",
)


@contextlib.contextmanager
def read_connection(path: Path, timeout: float = TIMEOUT) -> Iterator[sqlite3.Connection | None]:
    """A connection that cannot write, in one read transaction; None where there is no book yet.

    StoreError where the file is there but cannot be read, or is not a book of this version;
    OlderBook where it only has to be brought up to date.
    """
    with translated_errors(path):
        connection = _open_to_read(path, timeout)
        if connection is None:
            yield None
            return
        try:
            yield connection
        finally:
            connection.close()


def _open_to_read(path: Path, timeout: float) -> sqlite3.Connection | None:
    if not _is_begun(path):
        return None
    connection = open_readable(path, timeout)
    try:
        if not _is_book(connection):
            connection.close()
            return None
    except BaseException:
        connection.close()
        raise
    return connection


def is_begun(path: Path) -> bool:
    """True if there is a book, of whatever version; it is not opened for that.

    StoreError where the file is another program's or no database.
    """
    with translated_errors(path):
        return _is_begun(path)


def _is_begun(path: Path) -> bool:
    try:
        return holds_a_book(path)
    except FileNotFoundError:
        return False


def open_readable(path: Path, timeout: float = TIMEOUT) -> sqlite3.Connection:
    """A connection in a read transaction that cannot write, to a file that is there."""
    # Read/write first: SQLite must be able to roll back what a crash left half done. query_only
    # then keeps this connection from writing anything of its own.
    connection = connect(path, "rw", timeout)
    try:
        connection.execute("PRAGMA query_only = ON")
        connection.execute("BEGIN")
        try:
            version_of(connection)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in (
                sqlite3.SQLITE_READONLY,
                sqlite3.SQLITE_CANTOPEN,
            ):
                raise
            connection.close()
            connection = connect(path, "ro", timeout)
            connection.execute("BEGIN")
            version_of(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def open_to_write(path: Path) -> sqlite3.Connection:
    """A connection in autocommit for the journal; an empty file where there is no book yet.

    A new file and the folders made for it are readable by their owner alone.
    """
    if path.exists():
        holds_a_book(path)
    else:
        make_file(path)
    return connect_to_write(path)


@contextlib.contextmanager
def beginning(path: Path) -> Iterator[None]:
    """A block in which a book may begin at `path`; a file left empty goes again afterwards.

    Meanwhile an empty file stands there. If no book was begun, the file and the folders that were
    made for it are taken away again. Those who would begin the same book wait for one another;
    whoever comes second finds it begun. InUse where the first does not end in time.
    """
    path = Path(os.path.realpath(path))  # a link stays one
    if _is_filled(path):
        yield
        return
    with contextlib.ExitStack() as stack:
        folders, is_alone = _alone_in(path.parent, stack)
        if _is_filled(path):
            stack.close()
            yield
            return
        is_new = make_file(path)
        try:
            yield
        finally:
            # Alone: somebody else may have opened the file, and record in it when it has gone.
            if is_new and is_alone and not _is_filled(path):
                with contextlib.suppress(OSError):
                    path.unlink()
                    for folder in reversed(folders):
                        folder.rmdir()


def _is_filled(path: Path) -> bool:
    try:
        return path.stat().st_size > 0
    except FileNotFoundError:
        return False


def _alone_in(folder: Path, stack: contextlib.ExitStack) -> tuple[list[Path], bool]:
    """Keeps other processes from beginning a book in the folder until `stack` is left.

    Returns the folders that had to be made for it, and whether others are kept out: a system
    without such locks, or a folder that may not be looked into, cannot do it.
    """
    if os.name != "posix":
        return make_folder(folder), False
    made: list[Path] = []
    while True:
        made += make_folder(folder)
        with contextlib.ExitStack() as opened:
            try:
                handle = os.open(folder, os.O_RDONLY)
                opened.callback(os.close, handle)
                _lock(handle, folder)
                is_still_there = os.path.samestat(os.fstat(handle), folder.stat())
            except FileNotFoundError:
                continue  # whoever had made it has just taken it away
            except OSError:
                return made, False
            if is_still_there:
                stack.enter_context(opened.pop_all())
                return made, True


def _lock(handle: int, folder: Path) -> None:
    """Locks the open folder; InUse where another command does not let go of it in time."""
    import fcntl
    import time

    until = time.monotonic() + TIMEOUT
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > until:
            raise InUse(
                f"another command has been beginning a book in {folder} for long.",
                "Nothing was recorded. Try again in a moment.",
            )
        time.sleep(0.01)


def make_tables(connection: sqlite3.Connection) -> None:
    """Makes the tables where there are none, in the transaction at hand.

    A book that is begun and refused thus leaves none behind. OlderBook and StoreError as in
    `read_connection`.
    """
    if not _is_book(connection):
        # Imported here: a command that only reads does not need the text of the tables.
        from reftrack.store.migrations import build

        build(connection)


def migrate(path: Path, before: Callable[[], None]) -> int:
    """Brings a book of an earlier version up to date, whole or not at all; the version it had.

    `before` runs while nobody else can write, ahead of the first change: time for a backup.
    """
    from reftrack.store.migrations import advance

    with translated_errors(path), contextlib.closing(connect_to_write(path)) as connection:
        return advance(connection, before)


def check_file(path: Path) -> None:
    """Raises StoreError for a folder or a device, beside which SQLite would leave a journal."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "no file that could be a database"
        raise StoreError(f"{path} is {what}.", hinted("Name a file with {db}."))


def holds_a_book(path: Path) -> bool:
    """True if a book is in the file, found out without SQLite; False if the file is empty.

    StoreError where it is another program's or no database: nobody is to open it then.
    """
    check_file(path)
    nature = nature_of(path)
    if nature == DATABASE:
        raise of_another_program()
    if nature == DAMAGED:
        raise damage(path, "its first bytes are wrong")
    if nature not in (BOOK, EMPTY):
        raise NoBook(f"{path} is not a database.", hinted("Name your book with {db}."))
    if nature == EMPTY and _is_filled(path.with_name(f"{path.name}-wal")):
        # All that another program recorded may be in there, and would go.
        raise of_another_program()
    return nature == BOOK


def kept_to_its_owner(path: Path) -> bool:
    """Closes a file or folder to all but its owner; returns True if others could read it.

    Only for its owner, and where the system knows of owners.
    """
    with contextlib.suppress(OSError):
        if is_open_to_others(path):
            path.chmod(path.stat().st_mode & 0o700)
            return True
    return False


def is_open_to_others(path: Path) -> bool:
    """True if others can read or write the file or folder: that is ours to mend."""
    if os.name != "posix":
        return False
    found = path.stat()
    return bool(found.st_mode & 0o077) and found.st_uid == os.geteuid()


def reindex(path: Path) -> None:
    """Makes every index anew, from the rows themselves."""
    with translated_errors(path):
        holds_a_book(path)
        with contextlib.closing(connect_to_write(path)) as connection:
            connection.execute("REINDEX")


def make_folder(path: Path) -> list[Path]:
    """Makes the folder and its parents, for their owner alone; returns those that were new.

    The umask does not matter.
    """
    made = []
    # Folder by folder: `parents=True` would give those above the last the umask's mode.
    for folder in reversed([each for each in (path, *path.parents) if not each.exists()]):
        with contextlib.suppress(FileExistsError):  # another process was quicker
            folder.mkdir(mode=0o700)
            folder.chmod(0o700)
            made.append(folder)
    return made


def make_file(path: Path) -> bool:
    """Makes an empty file and its folders, for their owner alone; returns True if it was new.

    The umask does not matter.
    """
    make_folder(path.parent)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return False
    path.chmod(0o600)
    return True


def connect_to_write(path: Path) -> sqlite3.Connection:
    """A connection in autocommit to a file that is there, with all that keeps a book whole."""
    connection = connect(path, "rw", TIMEOUT)
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def connect(path: Path, mode: str, timeout: float) -> sqlite3.Connection:
    """A connection in autocommit, to read (`ro`) or to read and write (`rw`) a file that is there.

    It waits up to `timeout` seconds for others.
    """
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=timeout, isolation_level=None
    )
    # A file that somebody else wrote: its schema may not call what could do harm.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    return connection


def fsync_folder(folder: Path) -> None:
    """Makes a file's new name survive a loss of power, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_book(connection: sqlite3.Connection) -> bool:
    """True if the tables are there; StoreError if they are another program's, newer or older."""
    version = version_of(connection)
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application == APPLICATION_ID:
        check_version(connection)
        if version > VERSION:
            raise StoreError(
                f"the database is of version {version}; this program knows versions up to"
                f" {VERSION}.",
                hinted("Install a newer one, or name another database with {bare_db}."),
            )
        if version < VERSION:
            raise OlderBook(version)
        return True
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables or version or application:
        raise of_another_program()
    return False


def check_version(connection: sqlite3.Connection) -> None:
    """Raises StoreError if the tables are not of the version that the book's header says.

    A later version is believed, for its tables may be the present ones, unless it is far away.
    """
    version = version_of(connection)
    if VERSION <= version < _NO_VERSION:
        return
    # Imported here: a command that only reads does not need the text of the tables.
    from reftrack.store.made import version_made

    made = version_made(connection)
    if not 0 < version < _NO_VERSION or made not in (None, version):
        _, _, name = connection.execute("PRAGMA database_list").fetchone()
        raise damage(Path(name), "the number of its version is wrong")
