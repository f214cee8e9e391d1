"""Half done is not done: crashes and kills within a command."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.driver import TIMEOUT, Book
from tests.support.journal import READING, ask, one_command
from tests.support.projections import assert_projections_hold


class Crash(Exception):
    """A fault that nobody expected."""


@pytest.mark.parametrize("error", [Crash, KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("is_finished", [False, True], ids=["half way", "before the commit"])
def test_a_crash_within_a_command_leaves_nothing(
    lived_in: Book, error: type[BaseException], is_finished: bool
) -> None:
    """Neither its step nor a person, an event or a row of the projections; the next command works."""
    before = lived_in.path.read_bytes()

    def crash() -> None:
        with one_command(lived_in) as journal:
            (referral,) = journal.reader.referrals([1])
            journal.record("thanked", journal.now, referral=referral)
            journal.record("resumed", journal.now)
            if is_finished:
                journal.finish()
            raise error

    with pytest.raises(error):
        crash()
    assert lived_in.path.read_bytes() == before
    beside = [path.name for path in lived_in.folder.glob("book.db*")]
    assert sorted(beside) == ["book.db", "book.db-backups"]
    lived_in("thank", "1")
    assert_projections_hold(lived_in)


KILLED = """
import os, sys
from pathlib import Path
from reftrack.store.connection import open_to_write
connection = open_to_write(Path(sys.argv[1]))
connection.execute("PRAGMA cache_size = 4")
connection.execute("BEGIN IMMEDIATE")
connection.execute("DELETE FROM courtesy")
connection.execute("UPDATE step SET undone = 1")
for number in range(400):
    connection.execute(
        "INSERT INTO event (uid, step, at, kind, person, note, data)"
        " VALUES (?, 1, '2026-11-20T15:00:00Z', 'noted', 1, ?, '{}')",
        (f"lost-{number}", "n" * 3000),
    )
os._exit(9)
"""


@pytest.mark.parametrize("arguments", [*READING, ["contact", "1"]], ids=" ".join)
def test_what_a_killed_process_left_half_done_is_rolled_back(
    lived_in: Book, arguments: list[str]
) -> None:
    """The first command after it, a reading one too, finds the book as it was before."""
    before, shown = lived_in.path.read_bytes(), lived_in("due", "--all").out
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(lived_in.path)], timeout=TIMEOUT, check=False
    )
    assert killed.returncode == 9
    assert lived_in.path.read_bytes() != before  # it had written into the file itself
    beside = lived_in.path.with_name("book.db-journal")
    assert beside.stat().st_size

    lived_in(*arguments)
    assert not beside.exists()
    assert ask(lived_in, "PRAGMA integrity_check") == [("ok",)]
    assert ask(lived_in, "SELECT count(*) FROM event WHERE uid LIKE 'lost-%'") == [(0,)]
    if arguments[0] != "contact":
        assert lived_in.path.read_bytes() == before
        assert lived_in("due", "--all").out == shown
    assert_projections_hold(lived_in)
