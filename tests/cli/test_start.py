"""The modules that a start may load, and the files that it may open: each import is time before the answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from reftrack.cli.catalogue import COMMANDS
from tests.support.driver import TIMEOUT, Book
from tests.support.prepared import made_once
from tests.support.projections import READING

# What writes, and what comes with it.
WRITING = {"sqlmodel", "sqlalchemy", "pydantic"}
RICH = {"rich"}
# What only a question at a terminal, a configuration or an unknown place needs.
RARE = {"tomllib", "tzlocal", "platformdirs", "dateutil"}

# Runs the program as `python -m reftrack` does, then tells what it loaded and what it opened; a `;`
# stands between lines that one process runs in turn.
CHILD = """
import json, os, runpy, sys
opened = []
def heard(event, values):
    if event == "sqlite3.connect" or (event == "open" and "book.db" in str(values[0])):
        opened.append(str(values[0]))
sys.addaudithook(heard)
if os.environ.get("ON_SCREEN"):
    sys.stdout.isatty = lambda: True
failed = 0
while ";" in sys.argv:
    place = sys.argv.index(";")
    later, sys.argv = sys.argv[place + 1 :], sys.argv[:place]
    try:
        runpy.run_module("reftrack", run_name="__main__", alter_sys=True)
    except SystemExit as stop:
        failed = failed or stop.code
    sys.argv = [sys.argv[0], *later]
try:
    runpy.run_module("reftrack", run_name="__main__", alter_sys=True)
except SystemExit as stop:
    modules = sorted({name.partition(".")[0] for name in sys.modules})
    own = [vars(module) for name, module in sys.modules.items() if name.startswith("reftrack")]
    made = sorted({
        each.__name__
        for names in own
        for each in names.values()
        if isinstance(each, type) and "__dataclass_params__" in vars(each)
    })
    with open(os.environ["TOLD"], "w") as out:
        json.dump({"code": stop.code or failed, "modules": modules, "opened": opened, "made": made}, out)
"""


# The same with nothing loaded but what the program itself does.
ALONE = """
import atexit, os, sys
def tell():
    known = sorted({name.partition(".")[0] for name in sys.modules})
    import json
    with open(os.environ["TOLD"], "w") as out:
        json.dump({"code": 0, "modules": known, "opened": [], "made": []}, out)
atexit.register(tell)
from reftrack.cli.door import main
main()
"""


class Start:
    """The end of one start: its exit code, the packages it loaded, the databases it opened.

    `dataclasses` are the classes of reftrack that it had `dataclasses` write.
    """

    def __init__(self, book: Book, *arguments: str, **environment: str) -> None:
        told = book.folder / "told.json"
        self.process = subprocess.run(
            [sys.executable, "-c", ALONE if "ALONE" in environment else CHILD, *arguments],
            env={**os.environ, "TOLD": str(told), **environment},
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=TIMEOUT,
            check=False,
        )
        document = json.loads(told.read_text(encoding="utf-8"))
        self.code: int = document["code"]
        self.modules: set[str] = set(document["modules"])
        self.opened: list[str] = document["opened"]
        self.dataclasses: list[str] = document["made"]


@pytest.fixture
@made_once
def lived_in(book: Book) -> Book:
    """A book with a referral, an ended one, and something owed."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("add", "Kim Wood", "--from", "Sam Ortiz")
    book("lose", "2", "--why", "A cousin does it")
    return book


LOOKING = {
    "due": [
        *(["due"], ["due", "--json"], ["due", "--json", "--all"], ["due", "--count"]),
        *(["due", "--later"], ["due", "--by-person"], ["due", "--for", "@1"]),
    ],
    "list": [["list"], ["list", "--all"], ["list", "--json"]],
    "show": [["show", "1"], ["show", "@1"], ["show", "1", "--json"]],
    "why": [["why", "1"], ["why", "@1"], ["why", "1", "thank-referral", "--json"]],
    "find": [["find", "ana"], ["find", "ana", "--json"]],
    "sources": [["sources"], ["sources", "--json"]],
    "draft": [["draft", "1"]],
    "rules": [["rules"], ["rules", "--json"]],
    "export": [["export"], ["export", "--format", "csv"], ["export", "--format", "vcf"]],
    "check": [["check"], ["check", "--json"]],
    "config": [["config"], ["config", "show", "--json"], ["config", "path"]],
    "completion": [["completion", "bash"], ["completion", "powershell"]],
    "schedule": [["schedule", "systemd"], ["schedule", "cron"], ["schedule", "launchd"]],
}


# What a prompt or a TAB must not wait for: each costs more than all that it needs.
SLOW = {"typer", "dataclasses", "inspect", "json", "typing", "hashlib"}


@pytest.mark.parametrize(
    "arguments",
    [
        *(["due", "--count"], ["due", "--count", "--exit-code"], ["--complete", "zsh", "th"]),
        *(["--complete", "zsh", "thank", ""], ["--complete", "zsh", "thank", "Da"]),
        *(
            ["--complete", "bash", "reftrack thank @", "9", "@"],
            ["--complete", "zsh", "why", "1", ""],
        ),
    ],
    ids=" ".join,
)
def test_the_door_answers_with_next_to_nothing(lived_in: Book, arguments: list[str]) -> None:
    """A count and a completion load neither Typer nor the rules, nor what makes dataclasses."""
    start = Start(lived_in, *arguments, ALONE="1")
    assert start.process.stdout
    assert start.process.stderr == b""
    assert start.modules & (SLOW | WRITING | RICH | RARE) == set()


def test_the_morning_comes_without_typer(lived_in: Book) -> None:
    """`due` with its plain options is answered at the door; with others it is as it was."""
    for arguments in (["due"], ["due", "--later", "--limit", "5"], ["due", "--exit-code"]):
        assert "typer" not in Start(lived_in, *arguments).modules
    assert "typer" in Start(lived_in, "due", "--on", "tomorrow").modules


@pytest.mark.parametrize("name", [name for name in LOOKING if name in COMMANDS])
def test_looking_loads_nothing_that_it_does_not_need(lived_in: Book, name: str) -> None:
    """A reading command into a pipe loads neither what writes nor what paints a screen."""
    first, *others = LOOKING[name]
    start = Start(lived_in, *first, *(word for line in others for word in (";", *line)))
    assert start.code == 0, start.process
    assert start.process.stdout
    assert start.modules & (WRITING | RICH | RARE) == set()
    assert bool(start.opened) == (name not in {"rules", "config", "schedule", "completion"})


@pytest.mark.parametrize("arguments", [["due"], ["list"]], ids=" ".join)
def test_a_start_defines_few_dataclasses(lived_in: Book, arguments: list[str]) -> None:
    """Each takes three times as long to define as a NamedTuple, which often does as well."""
    start = Start(lived_in, *arguments)
    assert start.code == 0, start.process
    assert {"Session", "Person"} <= set(start.dataclasses)
    assert len(start.dataclasses) <= 20, start.dataclasses


def test_looking_loads_as_little_under_other_settings(lived_in: Book) -> None:
    """Neither another zone nor an instant in the past, computed in memory, needs what writes."""
    start = Start(lived_in, "due", "--json", REFTRACK_TZ="Asia/Tokyo", REFTRACK_NOW="2026-11-01")
    assert start.code == 0, start.process
    assert start.modules & (WRITING | RICH | RARE) == set()


def test_a_feed_alone_loads_what_writes_calendars(lived_in: Book) -> None:
    """And nothing of what records or paints."""
    start = Start(lived_in, "export", "--format", "ics")
    assert start.code == 0, start.process
    assert "icalendar" in start.modules
    assert start.modules & (WRITING | RICH) == set()
    assert "icalendar" not in Start(lived_in, "export").modules


def test_a_screen_is_painted_by_rich_alone(lived_in: Book) -> None:
    """A terminal gets Rich, still without what writes; so the test before this one can tell."""
    start = Start(lived_in, "due", ON_SCREEN="1")
    assert start.code == 0, start.process
    assert start.modules >= RICH
    assert start.modules & WRITING == set()


def test_recording_loads_what_writes(lived_in: Book) -> None:
    """The same way of looking at a start sees SQLModel where it is used."""
    start = Start(lived_in, "thank", "1")
    assert start.code == 0, start.process
    assert {"sqlmodel", "sqlalchemy"} <= start.modules
    assert start.modules & RICH == set()


EVERY_COMMAND = """
import sys
from importlib import import_module
from reftrack.cli.app import whole_command
from reftrack.cli.catalogue import COMMANDS
front = whole_command()
with front.make_context("reftrack", ["due"]) as context:
    for name in COMMANDS:
        assert front.get_command(context, name), name
print(*{name.partition(".")[0] for name in sys.modules})
"""


def test_no_command_loads_what_writes_before_it_records() -> None:
    """Its help, and what it says of a wrong option, come as quickly as a look."""
    done = subprocess.run(
        [sys.executable, "-c", EVERY_COMMAND], capture_output=True, text=True, check=True
    )
    modules = set(done.stdout.split())
    assert "reftrack" in modules
    assert modules & (WRITING | RICH | RARE) == set()


def test_every_reading_command_is_looked_at() -> None:
    """A new reading command has to be added here."""
    assert set(LOOKING) == READING


@pytest.mark.parametrize(
    "arguments",
    [["--version"], ["--help"], ["-h"], [], ["due", "--help"], ["add", "--help"]],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
@pytest.mark.parametrize("is_there", [True, False], ids=["a broken book", "no book"])
def test_version_and_help_never_open_the_database(
    book: Book, arguments: list[str], is_there: bool
) -> None:
    """They answer whatever state the book and the configuration are in, and make neither."""
    if is_there:
        book.path.write_bytes(b"no database at all" * 100)
        book.configure("no TOML at all [")
    start = Start(book, *arguments)
    assert start.code == 0, start.process
    assert start.process.stdout
    assert start.process.stderr == b""
    assert start.opened == []
    assert book.path.exists() == is_there
