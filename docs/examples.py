"""Every command that a page shows is run, and its answer put below it.

A block of the language `console` is a session: each line that begins with `$ ` is given, and what
the program says to it stands below. A block without a language is a list of commands: they are run
too, and their answers are not shown. A block with a title is a file of that name, and a session can
run it where it is Python. A block of the language `pycon` is a session with Python, which goes on from
one block of the page to the next; a block `python` without a title would be run by nobody, and is
refused. Where and when all of it happens is said by comments, which no reader sees:

    <!-- book: empty, 2026-11-20T15:00, Europe/London -->   a folder of its own for what follows; with
    <!-- book: demo, 2026-11-23T08:40, Europe/London -->    the demo's book, as where nothing is said
    <!-- now: 2026-11-21T09:30 -->                          from here on it is that late
    <!-- ends with 1 -->                                    so the last command of the next block ends
    <!-- not run -->                                        the next block is only to be read
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import re
import runpy
import shlex
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reftrack.cli.door import run

DEMO = Path(__file__).parent.parent / "demo" / "book.py"
USUAL = ("demo", "2026-11-23T08:40", "Europe/London")

# What differs from one computer to the next, and how the pages say it.
HOME = "/home/robin"
SQLITE = "SQLite 3.40.1"

_BOOK = re.compile(r"<!-- book: (empty|demo), (\S+), (\S+) -->")
_NOW = re.compile(r"<!-- now: (\S+) -->")
_ENDS = re.compile(r"<!-- ends with (\d+) -->")
_NOT_RUN = "<!-- not run -->"
_FENCE = re.compile(r'```([\w-]*)(?: title="([\w.-]+)")?')


class Untrue(Exception):
    """A page shows what does not happen."""


class _Ear(io.StringIO):
    """Hears what one stream says, and tells it to whoever hears both."""

    def __init__(self, both: io.StringIO) -> None:
        super().__init__()
        self.both = both

    def write(self, text: str) -> int:
        self.both.write(text)
        return super().write(text)


@dataclass(frozen=True)
class Answer:
    """The output of a command: what it said on standard output, what on standard error, both as they came, its end."""

    out: str
    aside: str
    both: str
    code: int


def answer(*arguments: str) -> Answer:
    """Runs the program on this command line, with no screen and nobody to answer its questions."""
    both = io.StringIO()
    out, aside = _Ear(both), _Ear(both)
    usual, sys.stdin = sys.stdin, io.StringIO()
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(aside):
            code = run(list(arguments))
    finally:
        sys.stdin = usual
    return Answer(out.getvalue(), aside.getvalue(), both.getvalue(), code)


@dataclass
class Scene:
    """The folder in which commands are given, the time zone there, and the time."""

    folder: Path
    zone: str
    now: str

    @property
    def book(self) -> Path:
        """Where the book is, as on Linux."""
        return self.folder / ".local" / "share" / "reftrack" / "reftrack.db"

    def given(self, line: str, ends_with: int = 0) -> str:
        """The text that a terminal shows below this line; Untrue where it does not end with this code."""
        command, *filters = _cut(self._words(line), "|")
        command, *targets = _cut(command, ">")
        with self._around():
            if command[0] == "cat":
                said = "".join(Path(name).read_text(encoding="utf-8") for name in command[1:])
            elif command[0] == "mkdir":
                Path(command[-1]).mkdir(parents=True, exist_ok="-p" in command)
                said = ""
            elif command[0] == "python":
                said = _told(lambda: runpy.run_path(command[1], run_name="__main__"))
            elif command[0] == "reftrack":
                answered = answer(*command[1:])
                if answered.code != ends_with:
                    raise Untrue(f"{line}: ended with {answered.code}\n{answered.both}")
                said = answered.aside if targets else answered.both
                for (name,) in targets:
                    Path(name).write_text(answered.out, encoding="utf-8")
            else:
                known = "reftrack, python, cat and mkdir"
                raise Untrue(f"{line}: pages give no other commands than {known}")
        for name, *options in filters:
            # What any other makes of it is not known here.
            said = _head(said, *options) if name == "head" else ""
        said = said.replace(f"SQLite {sqlite3.sqlite_version}", SQLITE)
        return said.replace(str(self.folder), HOME).rstrip()

    def said_to(self, statement: str, names: dict[str, object]) -> str:
        """The output of a Python statement, with these names known; Untrue where it fails."""
        code = compile(statement, "<the page>", "single")
        with self._around():
            return _told(lambda: exec(code, names)).rstrip()

    def _words(self, line: str) -> list[str]:
        """The words as a shell reads them, without what stands behind a #."""
        shell = shlex.shlex(line, posix=True, punctuation_chars="|>")
        shell.whitespace_split = True
        return [re.sub(r"^~(?=/|$)", str(self.folder), word) for word in shell]

    def put(self, name: str, lines: list[str]) -> None:
        """Lays a file of these lines into the folder."""
        (self.folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")

    @contextlib.contextmanager
    def _around(self) -> Iterator[None]:
        """In the folder, with nothing in the environment that could reach beyond it."""
        before = dict(os.environ)
        for name in before:
            if name.startswith(("REFTRACK_", "XDG_")) or name in {"NO_COLOR", "FORCE_COLOR"}:
                del os.environ[name]
        os.environ |= {
            "HOME": str(self.folder),
            "COLUMNS": "80",
            "EDITOR": "true",
            "VISUAL": "true",
            "REFTRACK_DB": str(self.book),
            "REFTRACK_CONFIG": str(self.folder / ".config" / "reftrack" / "config.toml"),
            "REFTRACK_TZ": self.zone,
            "REFTRACK_NOW": self.now,
        }
        try:
            with contextlib.chdir(self.folder):
                yield
        finally:
            os.environ.clear()
            os.environ |= before


def _told(run: Callable[[], object]) -> str:
    """The output of a function that prints; Untrue where it fails."""
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            run()
    except Exception as error:
        raise Untrue(f"{type(error).__name__}: {error}") from error
    return said.getvalue()


def _statements(block: list[str]) -> Iterator[list[str]]:
    """The lines of each statement of a session with Python, as they stand there."""
    statement: list[str] = []
    for line in block:
        if line.startswith(">>> ") and statement:
            yield statement
            statement = []
        if line.startswith((">>> ", "... ")) or line == "...":
            statement.append(line)
    if statement:
        yield statement


def _head(said: str, count: str) -> str:
    """The first lines, as many as -3 or so says."""
    return "".join(said.splitlines(keepends=True)[: -int(count)])


def _cut(words: list[str], sign: str) -> list[list[str]]:
    """The words up to the sign, and those between it and the next, and so on."""
    if sign not in words:
        return [words]
    place = words.index(sign)
    return [words[:place], *_cut(words[place + 1 :], sign)]


@contextlib.contextmanager
def scene(kind: str, now: str, zone: str) -> Iterator[Scene]:
    """A folder with an `empty` place for a book, or with that of the `demo`; gone afterwards."""
    with tempfile.TemporaryDirectory() as name:
        made = Scene(Path(name).resolve(), zone, now)
        if kind == "demo":
            made.book.parent.mkdir(parents=True, mode=0o700)
            made.book.touch(mode=0o600)
            made.book.write_bytes(_demo())
        yield made


@functools.cache
def _demo() -> bytes:
    """The database of the demo's book, made once for all pages."""
    told = subprocess.run([sys.executable, str(DEMO)], check=True, capture_output=True)
    _, *rest = USUAL
    with scene("empty", *rest) as made:
        made.put("book.json", [told.stdout.decode("utf-8")])
        made.given("reftrack import book.json")
        return made.book.read_bytes()


@dataclass
class _Page:
    """Goes through a page line by line, and remembers what its comments said."""

    scenes: contextlib.ExitStack
    scene: Scene | None = None
    ends_with: int = 0
    is_run: bool = True
    names: dict[str, object] = field(default_factory=dict)

    def filled(self, lines: list[str]) -> Iterator[str]:
        left = iter(lines)
        for line in left:
            yield line
            if fence := _FENCE.fullmatch(line):
                block = list(iter(left.__next__, "```"))
                yield from self._block(fence[1], fence[2], block) if self.is_run else block
                yield "```"
                self.ends_with, self.is_run = 0, True
            else:
                self._heed(line)

    def _heed(self, line: str) -> None:
        if found := _BOOK.fullmatch(line):
            self.scene = self.scenes.enter_context(scene(*found.groups()))
        elif found := _NOW.fullmatch(line):
            self._here().now = found[1]
        elif found := _ENDS.fullmatch(line):
            self.ends_with = int(found[1])
        elif line == _NOT_RUN:
            self.is_run = False

    def _here(self) -> Scene:
        self.scene = self.scene or self.scenes.enter_context(scene(*USUAL))
        return self.scene

    def _block(self, language: str, title: str | None, block: list[str]) -> list[str]:
        if title is not None:
            self._here().put(title, block)
            return block
        if language == "python":
            raise Untrue(f"{block[0]}: Python in a page is a session, or a file with a title")
        if language == "pycon":
            return list(self._with_python(block))
        signs = {"console": ("$ ",), "": ("reftrack ", "mkdir ")}.get(language, ())
        lines = [line for line in block if line.startswith(signs)]
        if language == "" and any(line.startswith("$ reftrack") for line in block):
            raise Untrue(f"{block[0]}: a session is a block of the language console")
        session = []
        for number, line in enumerate(lines, start=1):
            ends_with = self.ends_with if number == len(lines) else 0
            said = self._here().given(line.removeprefix("$ "), ends_with)
            session += [line, *said.splitlines()]
        return session if language == "console" else block

    def _with_python(self, block: list[str]) -> Iterator[str]:
        for lines in _statements(block):
            yield from lines
            statement = "\n".join(line[4:] for line in lines)
            yield from self._here().said_to(f"{statement}\n", self.names).splitlines()


def filled(page: str) -> str:
    """The page with every answer in it made anew; Untrue where a command of it does not work."""
    with contextlib.ExitStack() as scenes:
        return "\n".join(_Page(scenes).filled(page.split("\n")))
