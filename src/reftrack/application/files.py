"""Files: opened for reading; written whole or not at all, readable by their owner alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from reftrack import interrupts
from reftrack.domain.people import short
from reftrack.errors import NotFound, Refused
from reftrack.store.connection import make_folder
from reftrack.store.header import BOOK, DAMAGED, DATABASE, nature_of


@contextmanager
def open_file(path: Path) -> Iterator[BufferedReader]:
    """The bytes of a file, within the block; NotFound or Refused where they cannot be read."""
    shown = short(str(path), 200)
    try:
        raw = path.open("rb")
    except FileNotFoundError:
        raise NotFound(f"there is no file {shown}.", "Check its name.") from None
    except (OSError, ValueError) as error:
        raise _unreadable(shown, getattr(error, "strerror", None)) from None
    with raw:
        try:
            yield raw
        except OSError as error:
            raise _unreadable(shown, error.strerror) from None


def _unreadable(shown: str, reason: str | None) -> Refused:
    return Refused(
        f"{shown} cannot be read: {reason or 'its name is none'}.", "Check it, or name another."
    )


def make_folders(path: Path) -> None:
    """Makes the folders that lead to this file, for their owner alone; Refused where it cannot."""
    try:
        make_folder(path.absolute().parent)
    except OSError as error:
        raise Refused(
            f"{error.filename} cannot be made: {error.strerror}.", "Name another."
        ) from None


# The files that SQLite looks for beside a database, and takes to be part of it.
_BESIDE = ("-journal", "-wal", "-shm")


def _check_target(path: Path, shown: str) -> None:
    """Raises Refused where a database would be lost; OSError where that cannot be told."""
    for ending in _BESIDE:
        main = path.with_name(path.name.removesuffix(ending))
        if main != path and main.exists():
            raise Refused(f"{shown} is part of a database.", "Name another file.")
    if path.exists() and nature_of(path) in (BOOK, DAMAGED, DATABASE):
        raise Refused(f"{shown} is a database.", "Name another file.")


def write_whole(path: Path, content: bytes, done: str = "") -> None:
    """Writes the file whole or not at all, readable by its owner alone; Refused where it cannot be.

    So it is where a database would be lost, a book or another program's, or what may be one. `done`
    is the word for it where the file is what the command is for: once it is there, the command is
    told as done, whatever becomes of the answer.
    """
    shown = short(str(path), 200)
    try:
        if path.is_dir():
            raise Refused(f"{shown} is a folder.", "Name a file in it.")
        path = Path(os.path.realpath(path))  # a link stays one
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a device or a pipe must not be replaced by a file
            if done:
                interrupts.did(done)
            return
        _check_target(path, shown)
        if not done:
            with interrupts.unbroken():
                _replace(path, content)
            return
        interrupts.hold()
        _replace(path, content)
        interrupts.did(done)
    except OSError as error:
        raise Refused(
            f"{shown} cannot be written: {error.strerror}.", "Nothing was written. Name another."
        ) from None


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
