"""Waits for something to happen to a file, as near to that instant as a process can."""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from torture.ground import JOURNAL_MAGIC

IN_CREATE = 0x100
IN_DELETE = 0x200
_EVENT = struct.Struct("iIII")

Notice = Callable[[float], list[tuple[int, str]]]


@contextlib.contextmanager
def watching(folder: Path) -> Iterator[Notice]:
    """Gives what tells of files created and deleted in `folder`, and waits for it if need be."""
    if not sys.platform.startswith("linux"):
        yield _polled(folder)
        return
    library = ctypes.CDLL(None, use_errno=True)
    handle = library.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if handle < 0:
        yield _polled(folder)
        return
    library.inotify_add_watch(handle, os.fsencode(folder), IN_CREATE | IN_DELETE)

    def notices(seconds: float) -> list[tuple[int, str]]:
        if not select.select([handle], [], [], seconds)[0]:
            return []
        data = os.read(handle, 65536)
        found = []
        while data:
            _, what, _, length = _EVENT.unpack_from(data)
            name = data[_EVENT.size : _EVENT.size + length].rstrip(b"\0")
            found.append((what, os.fsdecode(name)))
            data = data[_EVENT.size + length :]
        return found

    try:
        yield notices
    finally:
        os.close(handle)


def _polled(folder: Path) -> Notice:
    """The same where the system does not tell: by looking again and again."""
    known = {path.name for path in folder.iterdir()}

    def notices(seconds: float) -> list[tuple[int, str]]:
        nonlocal known
        until = time.monotonic() + seconds
        while True:
            there = {path.name for path in folder.iterdir()}
            found = [(IN_CREATE, name) for name in there - known]
            found += [(IN_DELETE, name) for name in known - there]
            known = there
            if found or time.monotonic() > until:
                return found

    return notices


def until_file(process: subprocess.Popen[bytes], notices: Notice, what: int, name: str) -> bool:
    """Until a file of this beginning of a name is created or deleted; False if it never was."""
    while True:
        found = notices(0.2)
        if any(event & what and other.startswith(name) for event, other in found):
            return True
        if not found and process.poll() is not None:
            return False


def until_hot(process: subprocess.Popen[bytes], notices: Notice, journal: Path) -> bool:
    """Until the journal's head is on the disk: from there on the database itself is written."""
    while until_file(process, notices, IN_CREATE, journal.name):
        try:
            handle = os.open(journal, os.O_RDONLY)
        except FileNotFoundError:
            continue
        try:
            while True:
                for _ in range(50):
                    if os.pread(handle, 8, 0) == JOURNAL_MAGIC:
                        return True
                # Unlinked without ever being hot, or its writer is gone.
                if os.fstat(handle).st_nlink == 0 or process.poll() is not None:
                    break
        finally:
            os.close(handle)
    return False
