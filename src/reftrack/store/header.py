"""The first bytes of a file say whose it is, before SQLite is let near it.

SQLite alters what it opens, even to read it: it rolls back a journal that a crash left behind, and
takes in and deletes a write-ahead log. In a file of another program that is not ours to do.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from reftrack.store.version import APPLICATION_ID

EMPTY = "empty"
BOOK = "book"
DAMAGED = "damaged"  # a book, by all but one of its marks
DATABASE = "database"  # of another program
OTHER = "other"  # no database at all, or too little of one to tell

MAGIC = b"SQLite format 3\0"
_MARK = APPLICATION_ID.to_bytes(4, "big")
_MARK_AT = 68
_LENGTH = 100
# Three bytes that are the same in every database, the second sign of one.
_CONSTANT = slice(21, 24)
_CONSTANT_IS = bytes((64, 32, 32))
_FORMATS = slice(18, 20)

# Texts that only a book holds, of any version, in the first pages, which are written first.
_TABLES = (
    b"CREATE TABLE referral (",
    b"CREATE TABLE courtesy (",
    b"CREATE TRIGGER person_is_not_deleted",
)
_TABLES_WITHIN = 1 << 20


def nature_of(path: Path) -> str:
    """The nature of the file, from its first bytes alone; OSError where they cannot be read.

    Not to be asked while this process has the file open through SQLite: closing any other handle
    to it gives up the locks.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return OTHER  # a pipe has nobody at its other end, and a device may never end
        head = os.read(handle, _LENGTH)
        if not head:
            return EMPTY
        is_database = head[: len(MAGIC)] == MAGIC
        mark = head[_MARK_AT : _MARK_AT + 4]
        is_constant = head[_CONSTANT] == _CONSTANT_IS
        if mark == _MARK and is_database:
            # Of another format SQLite reads what it can, and would never write it again.
            return BOOK if is_constant and set(head[_FORMATS]) <= {1, 2} else DAMAGED
        if mark == _MARK and is_constant:
            return DAMAGED
        if is_database and _is_near(mark) and _has_our_tables(head + _more(handle)):
            return DAMAGED
        return DATABASE if is_database and len(head) == _LENGTH else OTHER
    finally:
        os.close(handle)


def _is_near(mark: bytes) -> bool:
    """True if the mark differs in one byte only: hardly two are damaged by accident."""
    same = sum(ours == theirs for ours, theirs in zip(_MARK, mark, strict=False))
    return same == len(_MARK) - 1


def _more(handle: int) -> bytes:
    parts = []
    left = _TABLES_WITHIN
    while left > 0 and (part := os.read(handle, left)):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _has_our_tables(content: bytes) -> bool:
    return all(text in content for text in _TABLES)
