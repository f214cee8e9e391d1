"""Ctrl-C, SIGTERM and SIGHUP at chosen instants: what is said is what is in the book."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from torture.shim import CHANGES, Blow, Lacking, Shim

import reftrack
from reftrack.store import backup, connection
from tests.support.driver import REFTRACK, TIMEOUT, Book
from tests.support.files import bytes_of
from tests.support.prepared import made_once

NOTHING = "\nInterrupted; nothing was recorded.\n"
STAYS = "\nInterrupted; what was {} stays {}.\n"
NUMBERS = {"int": signal.SIGINT, "term": signal.SIGTERM, "hup": signal.SIGHUP}
COMMIT = "u {}/book.db-journal"
PACKAGE = Path(reftrack.__file__).parent
# The operations of each command on each book: the same whenever nothing befalls it.
OPERATIONS: dict[str, Sequence[str]] = {}


@dataclass(frozen=True)
class Ended:
    """The end of a command, and the operations on files that it came to."""

    code: int
    out: str
    err: str
    operations: Sequence[str]


class Striking:
    """Commands that something befalls at a chosen operation on a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.shim = Shim(folder)
        self.log = folder / "operations.log"

    def __call__(
        self,
        *command: str,
        how: str = "none",
        at: int = 0,
        under: Path,
        operations: str = CHANGES + "o",
        **options: Any,
    ) -> Ended:
        """Runs a command line under it; `at` is the number of the operation, 0 for none."""
        self.log.unlink(missing_ok=True)
        environment = self.shim.environment(under, self.log, Blow(operations, at, how))
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT,
            check=False,
            **options,
        )
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return Ended(done.returncode, done.stdout.decode(), done.stderr.decode(), lines)

    def _calm(self, book: Book, arguments: Sequence[str]) -> Sequence[str]:
        """The operations of a command on this book that nothing befalls; the book stays as it is."""
        files = bytes_of(book)
        names = {str(path.relative_to(book.folder)): content for path, content in files.items()}
        key = repr([sorted(names.items()), arguments, os.environ["REFTRACK_NOW"]])
        if key not in OPERATIONS:
            calm = self(*REFTRACK, *arguments, under=book.folder)
            assert calm.code == 0, calm
            folder = os.path.realpath(book.folder)
            OPERATIONS[key] = [each.replace(folder, "{}") for each in calm.operations]
            for path in bytes_of(book):
                path.unlink()
            for path, content in files.items():
                path.write_bytes(content)
                path.chmod(0o600)
        return OPERATIONS[key]

    def at(self, book: Book, arguments: Sequence[str], how: str, operation: str) -> Ended:
        """A command on the book, struck where it comes to this operation for the last time."""
        operations = self._calm(book, arguments)
        places = [n for n, each in enumerate(operations, 1) if each == operation]
        assert places, operations
        struck = self(*REFTRACK, *arguments, how=how, at=places[-1], under=book.folder)
        assert any(line.endswith("HIT") for line in struck.operations)
        return struck


@pytest.fixture(autouse=True)
def hangups_arrive() -> Iterator[None]:
    """Under nohup these tests would hand SIGHUP on as ignored, which a program has to respect."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="module")
def striking(tmp_path_factory: pytest.TempPathFactory) -> Striking:
    """Commands under the library that makes things happen, where it can be had."""
    try:
        return Striking(tmp_path_factory.mktemp("shim"))
    except Lacking as lacking:
        pytest.skip(str(lacking))


@pytest.fixture
@made_once
def one(book: Book) -> Book:
    """A book with one referral, whose backup of the day is made."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    return book


def steps(book: Book) -> int:
    """The number of commands that stand."""
    listed = json.loads(book("undo", "--list", "--json").out)["steps"]
    return sum(not step["undone"] for step in listed)


@pytest.mark.parametrize("how", sorted(NUMBERS))
@pytest.mark.parametrize("operation", ["s {}/book.db", COMMIT, "s {}"])
def test_within_the_commit_it_is_recorded_and_said(
    one: Book, striking: Striking, how: str, operation: str
) -> None:
    """The answer comes whole, then that it stays; never that nothing was recorded."""
    ended = striking.at(one, ["contact", "1"], how, operation)
    assert ended.out.startswith("1  Contacted Dana Ruiz.\nSettled: ")
    assert ended.err == STAYS.format("recorded", "recorded")
    assert ended.code == 128 + NUMBERS[how]
    assert steps(one) == 2


@pytest.mark.parametrize("how", sorted(NUMBERS))
def test_ahead_of_the_commit_nothing_is_recorded(one: Book, striking: Striking, how: str) -> None:
    """Rolled back, with no journal left for others to find, and said."""
    ended = striking.at(one, ["contact", "1"], how, "o {}/book.db-journal")
    assert (ended.out, ended.err, ended.code) == ("", NOTHING, 128 + NUMBERS[how])
    assert not one.path.with_name("book.db-journal").exists()
    assert steps(one) == 1


def test_undo_and_redo_say_what_became_of_them(one: Book, striking: Striking) -> None:
    """Both are commands like any other."""
    one("contact", "1")
    ended = striking.at(one, ["undo"], "int", COMMIT)
    assert ended.out.startswith("Undone: contact")
    assert ended.err == STAYS.format("recorded", "recorded")
    assert steps(one) == 1
    ended = striking.at(one, ["redo"], "term", COMMIT)
    assert ended.out.startswith("Redone: contact")
    assert steps(one) == 2


def test_a_restore_says_what_became_of_it(one: Book, striking: Striking) -> None:
    """At the instant when the backup has taken the book's place."""
    one("backup", str(one.folder / "kept.db"))
    one("contact", "1")
    ended = striking.at(one, ["restore", str(one.folder / "kept.db"), "--yes"], "int", COMMIT)
    assert ended.out.startswith("Restored from")
    assert "To reverse it: " in ended.out
    assert ended.err == STAYS.format("restored", "restored")
    assert ended.code == 130
    assert steps(one) == 1


SHEET = "when,who,referred by\n2026-11-02,Kim Wood,Sam Ortiz\nno day,Lee Park,Sam Ortiz\n"


def with_sheet(book: Book) -> tuple[list[str], Path]:
    """An import of a good row and a bad one, and the file for the bad one."""
    sheet = book.folder / "leads.csv"
    sheet.write_text(SHEET)
    return ["import", str(sheet)], book.folder / "leads.rejected.csv"


def test_an_import_that_was_recorded_keeps_its_refused_rows(one: Book, striking: Striking) -> None:
    """Also where it was interrupted, and where the disk did not confirm the very last step."""
    command, refused = with_sheet(one)
    ended = striking.at(one, command, "int", COMMIT)
    assert "Imported 1 referral" in ended.out
    assert ended.err.endswith(STAYS.format("recorded", "recorded"))
    assert "Lee Park" in refused.read_text()
    one("undo")
    refused.unlink()
    (one.folder / "leads.csv").write_text(SHEET.replace("Kim Wood", "Pat Hill"))
    ended = striking.at(one, command, "error", "s {}")
    assert ended.code == 3
    assert ended.err.startswith("error: it is recorded in ")
    assert steps(one) == 2
    assert "Lee Park" in refused.read_text()


@pytest.mark.parametrize("operation", ["o {}/leads.rejected.csv", "o {}/book.db-journal"])
def test_an_import_that_was_not_recorded_leaves_no_file(
    one: Book, striking: Striking, operation: str
) -> None:
    """From the instant at which the file is made on."""
    command, refused = with_sheet(one)
    before = {path.name for path in one.folder.iterdir()}
    ended = striking.at(one, command, "int", operation)
    assert ended.err.endswith(NOTHING)
    assert ended.code == 130
    assert steps(one) == 1
    assert not refused.exists()
    assert {path.name for path in one.folder.iterdir()} - before <= {"book.db-backups"}


@pytest.mark.parametrize(
    ("command", "file", "word"),
    [
        (["config", "set", "name", "Robin"], "config.toml", "set"),
        (["export", "out.json"], "out.json", "written"),
        (["backup", "kept.db"], "kept.db", "backed up"),
        (["draft", "1", "--eml", "a.eml"], "a.eml", "written"),
    ],
)
def test_what_else_is_written_is_said_as_well(
    one: Book,
    striking: Striking,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    file: str,
    word: str,
) -> None:
    """Where the file gets its name, and where the answer cannot be written."""
    monkeypatch.chdir(one.folder)
    with Path("/dev/full").open("wb") as full:
        ended = one.process(*command, stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert ended.returncode == 5
    said = f"{word}, but the answer could not be written: No space left on device.\n"
    assert said in ended.stderr.decode()
    assert (one.folder / file).exists()
    (one.folder / file).unlink()
    struck = striking.at(one, command, "int", f"r {{}}/{file}")
    assert struck.out
    assert STAYS.format(word, word) in struck.err
    assert struck.code == 130
    assert (one.folder / file).exists()
    (one.folder / file).unlink()
    names = {path.name for path in one.folder.iterdir()}
    calm = striking(*REFTRACK, *command, under=one.folder)
    at = next(n for n, each in enumerate(calm.operations, 1) if f"/.{file}." in each)
    (one.folder / file).unlink()
    struck = striking(*REFTRACK, *command, how="term", at=at, under=one.folder)
    is_there = (one.folder / file).exists()
    assert struck.err.endswith(STAYS.format(word, word) if is_there else NOTHING)
    assert {path.name for path in one.folder.iterdir()} - {file} == names


def test_what_is_to_be_ignored_stays_ignored(one: Book, striking: Striking) -> None:
    """A command under `nohup` goes on when its terminal is closed."""
    calm = striking(*REFTRACK, "contact", "1", under=one.folder)
    at = next(n for n, each in enumerate(calm.operations, 1) if each.startswith("u"))

    def deaf() -> None:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)

    ended = striking(*REFTRACK, "contact", "1", how="hup", at=at, under=one.folder, preexec_fn=deaf)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("1  Contacted Dana Ruiz.")


ENTRY = [sys.executable, "-c", "from reftrack.__main__ import main; main()"]


@pytest.mark.parametrize("start", [REFTRACK, ENTRY], ids=["as a module", "by its name"])
@pytest.mark.parametrize("line", [["due"], ["contact", "1"], ["--help"]], ids=" ".join)
def test_an_interrupt_during_a_start_is_silent_or_a_word(
    one: Book, striking: Striking, start: list[str], line: list[str]
) -> None:
    """At whatever file of its own it is loading: 130, no traceback, nothing recorded."""
    calm = striking(*start, *line, under=PACKAGE, operations="o")
    loaded = [n for n, each in enumerate(calm.operations, 1) if "/interrupts." in each]
    assert calm.code == 0
    for at in {loaded[-1], loaded[-1] + 1, (loaded[-1] + len(calm.operations)) // 2}:
        one("undo", code=None) if steps(one) > 1 else None
        ended = striking(*start, *line, how="int", at=at, under=PACKAGE, operations="o")
        assert ended.code == 130, ended
        assert ended.err in ("", NOTHING)
        assert ended.out == ""
    assert steps(one) == 1


SWALLOWED = """
import signal
from reftrack import interrupts
class Thing:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)
interrupts.watch()
interrupts.begin()
with interrupts.tidily():
    thing = Thing()
    del thing
    print("not raised")
    try:
        interrupts.hold()
    except interrupts.Interrupted as stop:
        print("raised", stop.number == signal.SIGINT)
"""


def test_an_interrupt_that_python_swallows_is_raised_ahead_of_the_commit() -> None:
    """Where nothing can be raised, while an object goes, Python would only print a traceback."""
    done = subprocess.run(
        [sys.executable, "-c", SWALLOWED], capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    assert done.stdout == "not raised\nraised True\n"


TWICE = """
import signal
from reftrack import interrupts
interrupts.watch()
interrupts.begin()
with interrupts.until_answered():
    interrupts.hold()
    signal.raise_signal(signal.SIGINT)
    signal.raise_signal(signal.SIGINT)
    print("held", flush=True)
    interrupts.did("recorded")
    signal.raise_signal(signal.SIGINT)
    print("not to be seen", flush=True)
"""


def test_whoever_asks_twice_need_not_wait_for_the_answer() -> None:
    """A reader that takes nothing holds nobody up; while it is being recorded all have to wait."""
    done = subprocess.run(
        [sys.executable, "-c", TWICE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 130
    assert done.stdout == "held\n"
    assert done.stderr == STAYS.format("recorded", "recorded")


LONG = "x" * 300


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        (["backup", LONG], 3, "cannot be written: File name too long."),
        (["backup", "not/here.db"], 3, "not/here.db cannot be written: No such file or directory."),
        (["backup", "book.db/copy.db"], 3, "book.db/copy.db cannot be written: Not a directory."),
        (["export", LONG], 1, "cannot be written: File name too long."),
        (["draft", "1", "--eml", LONG], 1, "cannot be written: File name too long."),
        (["restore", LONG, "--yes"], 1, "cannot be used: File name too long."),
        (["restore", "kept.db", "--yes", "--db", LONG], 3, "cannot be used: File name too long."),
    ],
    ids=lambda value: " ".join(value)[:24] if isinstance(value, list) else "",
)
def test_a_file_that_cannot_be_had_is_no_fault_of_the_answer(
    one: Book, monkeypatch: pytest.MonkeyPatch, command: list[str], code: int, said: str
) -> None:
    """The file is named, and the code is that of what was asked."""
    monkeypatch.chdir(one.folder)
    one("backup", "kept.db")
    result = one(*command, code=code)
    assert result.err.startswith("error: ")
    assert said in result.err
    assert "answer" not in result.err
    assert len(result.err.splitlines()) == 2


@pytest.mark.parametrize("command", ["backup kept.db", "restore kept.db --yes", "contact 1"])
def test_a_locked_book_is_3(one: Book, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """A book in use is refused, whoever holds it how, and one in a closed folder."""
    monkeypatch.chdir(one.folder)
    one("backup", "kept.db")
    connect = connection.connect
    for module in (backup, connection):
        monkeypatch.setattr(module, "connect", lambda p, m, _: connect(p, m, 0.1))
    for lock in ("EXCLUSIVE", "IMMEDIATE"):
        with closing(sqlite3.connect(one.path, isolation_level=None)) as other:
            other.execute(f"BEGIN {lock}")
            if lock == "IMMEDIATE" and command.startswith("backup"):
                continue  # whoever only writes later lets others read
            result = one(*command.split(), code=None)
            assert (result.code, "is in use by another" in result.err) == (3, True), lock
