"""Files that cannot be used as a book."""

from __future__ import annotations

import os
import resource
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reftrack.store import connection as connections
from reftrack.store.version import VERSION
from tests.support.driver import Book, Result
from tests.support.journal import READING, garbage
from tests.support.projections import assert_projections_hold


def is_refusal(result: Result, code: int = 3) -> bool:
    """True if a command ended with this code, and with one or two lines that say why."""
    lines = result.err.splitlines()
    return (
        result.code == code
        and not result.out
        and len(lines) in (1, 2)
        and lines[0].startswith("error: ")
        and "Traceback" not in result.err
    )


def newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")


def foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE somebody_elses (thing TEXT)")


def foreign_by_its_mark(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA application_id = 7")


def short_garbage(path: Path) -> None:
    path.write_text("no database", encoding="utf-8")


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:30_000])


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def below_a_file(path: Path) -> None:
    path.unlink()
    path.parent.joinpath("file").write_text("", encoding="utf-8")
    path.symlink_to("file/book.db")


RECORDING = (["add", "Kim Wood", "--from", "Joe Kerr"], ["thank", "1"], ["pause"])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (newer, str(VERSION + 1)),
        (foreign, "another program"),
        (foreign_by_its_mark, "another program"),
        (garbage, "not a database"),
        (short_garbage, "not a database"),
        (cut_short, "damaged"),
        (folder, "is a folder"),
        (below_a_file, ""),
    ],
)
def test_what_is_no_book_is_refused_and_left_alone(
    eventful: Book, spoil: Callable[[Path], None], said: str
) -> None:
    """Exit 3 and a reason in one or two lines, from every command, and the file stays as it is."""
    spoil(eventful.path)
    before = eventful.path.read_bytes() if eventful.path.is_file() else None
    for arguments in (*READING, *RECORDING):
        result = eventful(*arguments, code=None)
        assert is_refusal(result), (arguments, result)
        assert said in result.err
    assert (eventful.path.read_bytes() if eventful.path.is_file() else None) == before


@pytest.mark.parametrize("name", ["book.db", "folder/book.db"])
def test_a_folder_that_takes_no_file_is_refused(book: Book, name: str) -> None:
    """Where the system allows no file, recording says so with exit 3."""
    path = Path("/proc") / name
    if not Path("/proc/self").exists():
        pytest.skip("this system has no /proc, where nobody can make a file")
    assert is_refusal(book("--db", str(path), "add", "Dana", "--from", "Sam", code=None))
    assert book("--db", str(path), "due", "--count").out == "0\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into a read-only folder")
def test_a_book_in_a_read_only_folder_can_be_read(eventful: Book) -> None:
    """Looking works without the right to write; recording is refused with exit 3."""
    shown = eventful("due").out
    eventful.folder.chmod(0o500)
    eventful.path.chmod(0o400)
    try:
        assert eventful("due").out == shown
        assert is_refusal(eventful("thank", "1", code=None))
    finally:
        eventful.folder.chmod(0o700)


@pytest.mark.parametrize("lock", ["EXCLUSIVE", "IMMEDIATE"])
def test_a_locked_book_is_left_after_a_while(
    eventful: Book, monkeypatch: pytest.MonkeyPatch, lock: str
) -> None:
    """Exit 3 when another program does not let go; who only reads waits for no other writer."""
    connect = connections.connect
    monkeypatch.setattr(connections, "connect", lambda path, mode, _: connect(path, mode, 0.01))
    with closing(sqlite3.connect(eventful.path, isolation_level=None)) as other:
        other.execute(f"BEGIN {lock}")
        before = eventful.path.read_bytes()
        for arguments in RECORDING:
            result = eventful(*arguments, code=None)
            assert is_refusal(result), result
            assert "in use" in result.err
        for arguments in READING:
            result = eventful(*arguments, code=None)
            assert is_refusal(result) if lock == "EXCLUSIVE" else result.code == 0, result
        assert eventful.path.read_bytes() == before
    eventful("thank", "1")


@pytest.mark.parametrize("limit", [0, 4096, 60_000])
@pytest.mark.parametrize("is_new", [True, False], ids=["new book", "known book"])
def test_a_full_disk_leaves_what_was_there(book: Book, limit: int, is_new: bool) -> None:
    """Exit 3, the disk is named as the reason, and the book is as it was before the command."""
    if not is_new:
        book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    before = "" if is_new else book("export").out
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        result = book("add", "Kim Wood", "--from", "Sam Ortiz", "--need", "n" * 19_000, code=3)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert is_refusal(result)
    assert "Check the disk" in result.err
    if not is_new:
        assert book("export").out == before
    book("add", "Kim Wood", "--from", "Sam Ortiz")
    assert_projections_hold(book)
