"""The screens: whole ones of the made-up book, and what holds for any book on any screen."""

from __future__ import annotations

import contextlib
import importlib.util
import json
import random
import re
import shutil
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from reftrack.application.morning import Asked, due
from reftrack.application.session import Session
from reftrack.cli import display, output, plain, views
from reftrack.cli.app import run_line
from reftrack.cli.commands.due import TITLES
from reftrack.cli.invocation import Invocation
from reftrack.cli.lines import line_of
from reftrack.cli.screens import Screen
from tests.support.driver import Book
from tests.support.places import ROOT
from tests.support.random_history import random_history
from tests.support.sweeps import seeds

MORNING = "2026-11-23T08:40"
WIDTHS = (40, 80, 140)
SGR = re.compile(r"\x1b\[([0-9;]*)m")
COLOUR = re.compile(r"(?:^|;)(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;|$)")


class Pages(SingleFileSnapshotExtension):
    """A file a screen, which reads in a pager as it does on a terminal."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.fixture
def page(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    return snapshot.use_extension(Pages)


@pytest.fixture(scope="module")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up book, imported once."""
    folder = tmp_path_factory.mktemp("demo")
    spec = importlib.util.spec_from_file_location("demo_book", ROOT / "demo" / "book.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "demo_book", module)  # its dataclasses look themselves up
        spec.loader.exec_module(module)
        patch.setenv("HOME", str(folder))
        patch.setenv("REFTRACK_DB", str(folder / "book.db"))
        patch.setenv("REFTRACK_CONFIG", str(folder / "config.toml"))
        patch.setenv("REFTRACK_TZ", "Europe/London")
        patch.setenv("REFTRACK_NOW", MORNING)
        history = folder / "history.json"
        history.write_text(json.dumps(module.history()), encoding="utf-8")
        with contextlib.redirect_stdout(None), contextlib.redirect_stderr(None):
            assert run_line(["import", str(history)]) == 0
    return folder / "book.db"


@pytest.fixture
def demo(demo_file: Path, book: Book) -> Book:
    """A copy of the made-up book, on its morning."""
    shutil.copy(demo_file, book.path)
    return book.at(MORNING).zone("Europe/London")


class Terminal:
    """A terminal inside this process: what a command writes to it, at any width."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch

    def __call__(self, book: Book, columns: int, *arguments: str) -> str:
        with self._monkeypatch.context() as patch:
            patch.setattr(display, "is_screen", lambda: True)
            patch.setattr(views, "console", coloured)
            patch.setenv("COLUMNS", str(columns))
            return book(*arguments).out


def coloured() -> Console:
    """The console of the views, with the colours of a terminal that has them."""
    return Console(
        file=sys.stdout,
        force_terminal=True,
        color_system="256",
        markup=False,
        emoji=False,
        highlight=False,
        width=min(output.width(), 100),
    )


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    return Terminal(monkeypatch)


def seen(written: str, columns: int) -> str:
    """The text on a screen of this width: no colours, and a line too long goes on below.

    Nothing that moves the cursor is written, or `controls` finds it; so this is all there is to it.
    """
    assert not controls(written)
    lines = []
    for line in SGR.sub("", written).split("\n"):
        rows, row = [], ""
        for part in clusters(line):
            if cells(row + part) > columns:
                rows.append(row)
                row = ""
            row += part
        lines += [kept.rstrip() for kept in (*rows, row)]
    return "\n".join(lines)


def controls(written: str) -> set[str]:
    """The characters that are neither text nor a colour nor the end of a line."""
    left = SGR.sub("", written)
    joiners = "\u200c\u200d"
    return {c for c in left if unicodedata.category(c) in ("Cc", "Cf") and c not in joiners + "\n"}


def clusters(text: str) -> Iterator[str]:
    """The signs of a text, each with what is drawn on or joined to it."""
    cluster = ""
    for char in text:
        if cluster and (is_drawn_on(char) or cluster.endswith("\u200d")):
            cluster += char
        else:
            if cluster:
                yield cluster
            cluster = char
    if cluster:
        yield cluster


def is_drawn_on(char: str) -> bool:
    skin, vowel = "\U0001f3fb" <= char <= "\U0001f3ff", "\u1160" <= char <= "\u11ff"
    return skin or vowel or char == "\u200d" or unicodedata.category(char).startswith("M")


def cells(text: str) -> int:
    """The cells that a text takes: counted here from Unicode's tables, not by Rich."""
    return sum(2 if is_wide(cluster) else 1 for cluster in clusters(text) if not is_hidden(cluster))


def is_wide(cluster: str) -> bool:
    return unicodedata.east_asian_width(cluster[0]) in ("W", "F") or "\ufe0f" in cluster


def is_hidden(cluster: str) -> bool:
    return unicodedata.category(cluster[0]) in ("Cf", "Mn", "Me", "Mc")


# Whole screens.


SCREENS = {
    "due": ["due"],
    "due-later": ["due", "--later"],
    "due-all": ["due", "--all"],
    "due-by-person": ["due", "--by-person"],
    "due-limit": ["due", "--limit", "3"],
    "list": ["list"],
    "show-referral": ["show", "44"],
    "show-person": ["show", "@9"],
    "why": ["why", "51"],
    "why-rule": ["why", "@9", "keep-informed"],
    "sources": ["sources"],
    "ask": ["ask"],
    "find": ["find", "kitchen"],
    "rules": ["rules"],
    "help": ["--help"],
    "due-help": ["due", "--help"],
}


def pages(book: Book, terminal: Terminal, *arguments: str) -> str:
    """The screen of a command at each width, and what a pipe gets."""
    shown = {
        f"{columns} columns": seen(terminal(book, columns, *arguments), columns)
        for columns in WIDTHS
    }
    shown["piped"] = book(*arguments).out
    return "\n".join(f"=== {title} ===\n{text}" for title, text in shown.items())


@pytest.mark.parametrize("name", SCREENS)
def test_the_made_up_book(
    name: str, demo: Book, terminal: Terminal, page: SnapshotAssertion
) -> None:
    """A morning of the made-up book, as it is seen and as it is piped."""
    assert pages(demo, terminal, *SCREENS[name]) == page


def test_no_book(
    book: Book, terminal: Terminal, monkeypatch: pytest.MonkeyPatch, page: SnapshotAssertion
) -> None:
    """Before the first referral a screen says how to begin."""
    monkeypatch.chdir(book.folder)
    monkeypatch.setenv("REFTRACK_DB", "book.db")
    commands = ("due", "list")
    assert "\n".join(pages(book, terminal, c) for c in commands) == page


def test_a_book_without_referrals(book: Book, terminal: Terminal, page: SnapshotAssertion) -> None:
    book("refer", "Lee Park", "--to", "Sam Ortiz", code=None)
    book("missed", "Sam Ortiz", code=None)
    book("call-back", "Sam Ortiz", code=None)
    commands = ("due", "list")
    assert "\n".join(pages(book, terminal, c) for c in commands) == page


def test_nothing_due(book: Book, terminal: Terminal, page: SnapshotAssertion) -> None:
    """With nothing owed the screen says what comes next."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", "card", "--contacted")
    book("wish", "Sam Ortiz", "--by", "card")
    commands = (["due"], ["due", "--all"], ["list"])
    assert "\n".join(pages(book, terminal, *c) for c in commands) == page


def test_all_is_over(book: Book, terminal: Terminal, page: SnapshotAssertion) -> None:
    """The last referral has ended and nothing is owed for it."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", "card", "--contacted")
    book("wish", "Sam Ortiz", "--by", "card")
    book("lose", "1", "--why", "A cousin does it")
    book("explain", "1", "--by", "call")
    commands = (["due"], ["list"], ["show", "1"])
    assert "\n".join(pages(book, terminal, *c) for c in commands) == page


def test_only_something_later(book: Book, terminal: Terminal, page: SnapshotAssertion) -> None:
    """Nothing is overdue nor due today: what can wait has room, and is not folded."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", "card", "--contacted")
    book("rate", "1", "poor")
    assert pages(book, terminal, "due") == page


# A real terminal, and none.


@pytest.mark.parametrize(
    ("columns", "arguments"), [(40, ["due"]), (80, ["list"]), (140, ["show", "44"])]
)
def test_a_real_terminal_gets_the_same(
    columns: int, arguments: list[str], demo: Book, terminal: Terminal
) -> None:
    """A terminal of that width is sent what the snapshots hold, colours and all."""
    result = demo.screen(*arguments, columns=columns)
    assert (result.code, result.out) == (0, terminal(demo, columns, *arguments))
    colours = SGR.search(result.out)
    assert colours
    assert COLOUR.search(colours[1]) or "\x1b[1m" in result.out


def test_help_on_a_real_terminal(demo: Book, terminal: Terminal) -> None:
    assert demo.screen("--help", columns=80).out == terminal(demo, 80, "--help")


@pytest.mark.parametrize("columns", ["0", "-5", "wide", ""])
def test_a_useless_width_is_ignored(columns: str, demo: Book, monkeypatch: Any) -> None:
    """COLUMNS=0 is what some terminals say of themselves: their real width counts, or 80."""
    monkeypatch.setenv("COLUMNS", columns)
    if columns == "0":
        shown = demo.screen("due", columns=64).out
        assert shown.count("\n") > 20
        assert max(cells(line) for line in SGR.sub("", shown).splitlines()) == 64
    monkeypatch.setattr(display, "is_screen", lambda: True)
    assert max(cells(line) for line in demo("due").out.splitlines()) == 80


def test_without_colours(demo: Book) -> None:
    """NO_COLOR leaves no colour, a dumb terminal nothing but text; the words are the same."""
    usual = demo.screen("due").out
    without = demo.screen("due", env={"NO_COLOR": "1"}).out
    dumb = demo.screen("due", env={"TERM": "dumb"}).out
    assert any(COLOUR.search(codes) for codes in SGR.findall(usual))
    assert not any(COLOUR.search(codes) for codes in SGR.findall(without))
    assert "\x1b" not in dumb
    assert SGR.sub("", usual) == SGR.sub("", without) == dumb


def test_a_pipe_gets_rows_whatever_is_forced(demo: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """FORCE_COLOR and COLUMNS change nothing for a program that reads: a row a record."""
    rows = demo("due").out
    for name, value in (("FORCE_COLOR", "1"), ("CLICOLOR_FORCE", "1"), ("COLUMNS", "40")):
        monkeypatch.setenv(name, value)
    assert demo.process("due").stdout.decode() == rows
    assert "\x1b" not in rows
    first = demo.due()["items"][0]
    (row,) = [row for row in rows.splitlines() if first["action"] in row]
    assert row.startswith("OVERDUE  ")


# Any book, any width.


NASTY = (
    "漢字仮名交じりの大変長い名前を持つ人",
    "Ｆｕｌｌ　Ｗｉｄｔｈ",
    "Zoe\u0308 A\u030angstro\u0308m e\u0301\u0323\u0302",
    "Astro 👩\u200d🚀 and 👨\u200d👩\u200d👧\u200d👦 ❤\ufe0f 👍🏽",
    "שלום בן עולם",
    "محمد بن سلمان",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "[bold]Bob[/bold] [/] [red",
    ":smile: [link=x]y[/link] :warning:",
    "\x1b[31mRed\x1b[2J\x1b]52;c;QUFB\x07 \x9b31m\x90",
    "a\u202eevil\u2066x\u200f\u061c\ufeff\u2028z",
    "W" * 200,
    "字" * 200,
    ("lang " * 40).strip(),
    "क्षत्रिय \u1112\u1161\u11ab",
    "Tab\x08\x0e\x7f\u0085Bell",
)


def nasty_history(seed: int) -> dict[str, Any]:
    """A random history whose people and words are the worst that can be typed."""
    history = random_history(seed, people=8, referrals=10, events=60)
    rng = random.Random(seed)
    names = rng.sample(NASTY, len(NASTY))
    for person, name in zip(history["people"], names, strict=False):
        person["name"] = name
        person["email"] = person["email"] and rng.choice(
            ("someone.with.a.very.long.address@mail.department.example.org", person["email"])
        )
        person["note"] = person["note"] and f"{rng.choice(NASTY)}\nOWED\n\n  {rng.choice(NASTY)}"
    for event in history["events"]:
        if event["data"].get("text"):
            event["data"]["text"] = rng.choice(NASTY)
        event["note"] = event["note"] and rng.choice(NASTY)
    return history


@dataclass
class Heard:
    """The screens that the commands wanted shown, before any screen made lines of it."""

    screens: list[Screen] = field(default_factory=list)
    facts: list[tuple[str, list[tuple[str, str]]]] = field(default_factory=list)

    def show_screen(self, screen: Screen) -> None:
        self.screens.append(screen)

    def show_facts(self, title: str, facts: Any, *, is_first: bool = True) -> None:
        self.facts.append((title, list(facts)))


def listen(book: Book, seed: int, monkeypatch: pytest.MonkeyPatch) -> Heard:
    """The screens of a random book to the commands that look, on its last day."""
    history = nasty_history(seed)
    book.load(history)
    heard = Heard()
    times = sorted(event["at"] for event in history["events"])
    referrals = sorted(history["referrals"], key=lambda r: r["received_at"])
    commands = [["due", "--all"], ["due", "--all", "--by-person"], ["list", "--all"]]
    commands += [["show", str(r["id"])] for r in referrals[:3]]
    commands += [["show", f"@{p['id']}"] for p in history["people"][:3]]
    commands += [["why", str(r["id"])] for r in referrals[:2]]
    commands += [["sources"], ["ask"], ["find", "a"], ["rules"]]
    with monkeypatch.context() as patch:
        door = SimpleNamespace(show_screen=heard.show_screen, show_facts=heard.show_facts)
        patch.setattr(display, "_door", lambda: door)
        patch.setenv("REFTRACK_NOW", times[-1] if times else "2026-11-20T15:00:00Z")
        for command in commands:
            book(*command, code=None)
    return heard


def bare(text: str) -> str:
    """A text as it is shown, without blanks."""
    return "".join(output.safe(text.replace("\r\n", "\n").replace("\n", " ")).split())


def parts_of(screen: Screen) -> list[str]:
    """Every text of a screen."""
    parts = [f"{screen.heading}.", screen.summary] if screen.heading else []
    for section in screen.sections:
        parts.append(section.title)
        for r in section.lines:
            parts += [r.number, r.action, r.when, r.reach, r.command]
    for fold in screen.folds:
        parts += [fold.title, fold.text, fold.command]
    return [*parts, *screen.closing]


def left_column(lines: list[str], screen: Screen) -> str:
    """The lines without what stands at the right of them, and without blanks."""
    records = [record for section in screen.sections for record in section.lines]
    right = {output.safe(text) for r in records for text in (r.when, r.command) if text}
    left = []
    for line in lines:
        ends = [text for text in right if line.endswith(f"  {text}")]
        left.append(line.removesuffix(max(ends, key=len)) if ends else line)
    return "".join("".join(left).split())


def drawn(capsys: pytest.CaptureFixture[str], columns: int) -> list[str]:
    """The lines of what was just printed, checked for what no terminal may get."""
    written = capsys.readouterr().out
    assert not controls(written)
    lines = SGR.sub("", written).split("\n")
    too_wide = [line for line in lines if cells(line) > columns]
    assert not too_wide, (columns, too_wide)
    return lines


@seeds(2, 6)
def test_any_book_on_any_screen(
    seed: int, book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No line is too wide, nothing is cut or swallowed, nothing gets through as a command."""
    heard = listen(book, seed, monkeypatch)
    capsys.readouterr()
    assert heard.screens
    assert heard.facts
    monkeypatch.setattr(views, "console", coloured)
    rng = random.Random(seed)
    for columns in range(20, 161):
        monkeypatch.setenv("COLUMNS", str(columns))
        for screen in rng.sample(heard.screens, 2):
            views.show_screen(screen)
            lines = drawn(capsys, min(columns, 100))
            together = "".join("".join(lines).split())
            assert Counter(together) == Counter("".join(map(bare, parts_of(screen)))), columns
            left = left_column(lines, screen)
            for section in screen.sections:
                assert bare(section.title) in together
                for record in section.lines:
                    assert bare(record.command) in together, columns
                    assert bare(record.when) in together, columns
                    assert bare(record.action) in left, columns
                    assert bare(record.reach) in left, columns
        for title, facts in rng.sample(heard.facts, 2):
            views.show_facts(title, facts)
            lines = drawn(capsys, min(columns, 100))
            assert "OWED" not in lines  # a note cannot pass for a heading
            together = "".join("".join(lines).split())
            assert bare(title) in together
            for label, text in facts:
                assert not text or bare(label) in together
                assert bare(text) in together, columns


@pytest.mark.parametrize("seed", range(4))
def test_any_book_down_a_pipe(
    seed: int, book: Book, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record is a row, whatever its words; no row is without its section's title."""
    heard = listen(book, seed, monkeypatch)
    capsys.readouterr()
    for screen in heard.screens:
        plain.show_screen(screen)
        written = capsys.readouterr().out
        assert not controls(written)
        assert "\x1b" not in written
        rows = written.splitlines() if screen.sections else []
        for section in screen.sections:
            for r in section.lines:
                words = [section.title, r.number, r.action, r.when, r.reach, r.command]
                assert output.safe("  ".join(word for word in words if word)) in rows


def test_words_tell_the_state(demo: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without colours every record still says how it stands: by its title, or by its time."""
    titles = {
        ("overdue", True): {"OVERDUE"},
        ("due", True): {"TODAY", "LATER"},
        ("overdue", False): {"WHEN YOU CAN"},
        ("due", False): {"WHEN YOU CAN"},
    }
    said = {"overdue": "since ", "due": "by ", "upcoming": "from ", "snoozed": "snoozed, "}
    session = session_of(demo)
    day = due(session, Asked(everything=True), unfolds=True)
    assert day is not None
    assert {record.first.status for record in day.records} == said.keys()
    for section, records in day.sections.items():
        for record in records:
            first = record.first
            usual = {first.status.upper()}
            assert TITLES[section] in titles.get((first.status, first.is_debt), usual)
            assert line_of(record, day.present).when.startswith(said[first.status])
    # Of each section the screen has these lines, in their order.
    printed = printed_by(demo, monkeypatch, "due", "--all")
    assert {section.title: section.lines for section in printed.sections} == {
        TITLES[section]: [line_of(record, day.present) for record in records]
        for section, records in day.sections.items()
    }
    # By person a title says whom, so that the time alone says how each stands.
    grouped = due(session, Asked(everything=True), unfolds=True, by_person=True)
    assert grouped is not None
    printed = printed_by(demo, monkeypatch, "due", "--all", "--by-person")
    assert len(printed.sections) == len(grouped.groups) > 5
    for shown, group in zip(printed.sections, grouped.groups, strict=True):
        assert len(shown.lines) == group.count
        for line, record in zip(shown.lines, group.records, strict=False):
            assert line == line_of(record, grouped.present)
            assert line.when.startswith(said[record.first.status])


def test_what_is_upcoming_is_read_in_the_order_that_it_says(
    demo: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its line says when it opens, so that is how it is sorted; deadlines are for the rest."""
    day = due(session_of(demo), Asked(everything=True), unfolds=True)
    assert day is not None
    upcoming = day.sections["upcoming"]
    opening = [record.first.courtesy.opens_at for record in upcoming]
    assert len(opening) > 5
    assert opening == sorted(opening)
    printed = printed_by(demo, monkeypatch, "due", "--all")
    (section,) = [section for section in printed.sections if section.title == "UPCOMING"]
    in_order = sorted(upcoming, key=lambda record: record.first.courtesy.opens_at)
    assert section.lines == [line_of(record, day.present) for record in in_order]


def printed_by(book: Book, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Screen:
    """The screen that a command wants shown."""
    heard = Heard()
    with monkeypatch.context() as patch:
        patch.setattr(display, "_door", lambda: heard)
        book(*arguments)
    (screen,) = heard.screens
    return screen


def session_of(book: Book) -> Session:
    """A session on this book, at its instant and in its zone."""
    return Invocation(str(book.path)).session
