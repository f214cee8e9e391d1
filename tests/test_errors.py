"""Whatever is typed wrong: the exit code says so, two lines say what to do, and nothing is lost."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pty
import re
import select
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reftrack.cli.catalogue import COMMANDS
from reftrack.store import connection
from tests.driver import REFTRACK, TIMEOUT, Book, Result

FRIDAY = "2026-11-20T15:00:00Z"
TWO: list[bytes] = []  # the book of the fixture `two`, made once
TICKS = ["--agreed", "--delivered", "--happy"]

# What may not reach a terminal: controls but the line break, C1, bidirectional controls, surrogates.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)


@pytest.fixture(autouse=True)
def _faults_are_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault of the program's own is not to hide behind a sentence."""
    monkeypatch.setenv("REFTRACK_DEBUG", "1")


@pytest.fixture
def two(book: Book) -> Book:
    """A book with two referrals of Friday: Dana from Sam, Priya from Tom."""
    if not TWO:
        book("add", "Dana Ruiz", "--from", "Sam Ortiz")
        book("add", "Priya Nair", "--from", "Tom Beck")
        TWO.append(book.path.read_bytes())
    book.path.write_bytes(TWO[0])
    book.path.chmod(0o600)
    return book


def digest(path: Path) -> str | None:
    """What tells whether a file has changed; None where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def checked(result: Result, arguments: object) -> Result:
    """The promises that hold of every answer, good or bad."""
    context = (str(arguments)[:200], result.code, result.out[:500], result.err[:500])
    for text in (result.out, result.err):
        assert not UNSAFE.search(text), context
        assert "Traceback" not in text, context
        assert "in reftrack itself" not in text, context
    if result.code in (1, 2, 3):
        assert result.out == "", context
        assert result.err.startswith("error: "), context
        lines = result.err.splitlines()
        assert len(lines) <= 2 or "fits several" in lines[0], context
        assert all(len(line) < 400 or "database" in line for line in lines), context
    return result


def fails(book: Book, *arguments: str, code: int) -> Result:
    """Runs what must fail with this code: the answer is in form, the database as it was."""
    before = digest(book.path)
    result = checked(book(*arguments, code=code), arguments)
    assert digest(book.path) == before
    assert not list(book.folder.glob("*-journal"))
    return result


def as_process(book: Book, *arguments: str | bytes, **options: Any) -> Result:
    """The same in a process of its own."""
    before = digest(book.path)
    ended = book.process(*arguments, **options)  # type: ignore[arg-type]
    out, err = ((text or b"").decode("utf-8", "strict") for text in (ended.stdout, ended.stderr))
    result = checked(Result(ended.returncode, out, err), arguments)
    if result.code in (1, 2, 3):
        assert digest(book.path) == before
    return result


# Every place, and every bad word in it

PLACES = [
    ["add", "{}", "--from", "Sam Ortiz"],
    ["add", "Kim Wood", "--from", "{}"],
    *(
        ["add", "Kim Wood", "--from", "Sam Ortiz", f"--{option}", "{}"]
        for option in (
            *("kind", "relation", "tie", "phone", "email", "company", "source-phone"),
            *("source-email", "source-company", "need", "note", "thanked", "at"),
        )
    ),
    ["due", "--for", "{}"],
    ["due", "--on", "{}"],
    ["due", "--ahead", "{}"],
    ["due", "--limit", "{}"],
    ["thank", "{}"],
    ["thank", "1", "{}"],
    ["thank", "1", "--by", "{}"],
    ["thank", "1", "--gift", "{}"],
    ["thank", "1", "--at", "{}"],
    ["thank", "1", "--note", "{}"],
    ["tell", "{}"],
    ["tell", "1", "{}"],
    ["tell", "1", "--text", "{}"],
    ["explain", "{}"],
    ["educate", "{}"],
    ["contact", "{}"],
    ["meet", "{}"],
    ["win", "{}"],
    ["deliver", "{}"],
    ["done", "{}"],
    ["lose", "{}", "--why", "x"],
    ["lose", "1", "--why", "{}"],
    ["decline", "{}", "--why", "x"],
    ["decline", "1", "--why", "{}"],
    ["refer-out", "{}", "--to", "Kim Wood"],
    ["refer-out", "1", "--to", "{}"],
    ["problem", "{}", "late"],
    ["problem", "1", "{}"],
    ["resolve", "{}", "free"],
    ["resolve", "1", "{}"],
    ["rate", "{}", "good"],
    ["rate", "1", "{}"],
    ["missed", "{}"],
    ["call-back", "{}"],
    ["open-again", "{}"],
    ["refer", "{}", "--to", "Sam Ortiz"],
    ["refer", "Lee Park", "--to", "{}"],
    ["review", "{}", *TICKS],
    ["review", "@1", *TICKS, "--busy-until", "{}"],
    ["ask", "{}", "--anyway"],
    ["wish", "{}", "--by", "email"],
    ["wish", "@1", "--updates", "{}"],
    ["wish", "@1", "--by", "{}"],
    ["waive", "{}", "all", "--why", "x"],
    ["waive", "1", "{}", "--why", "x"],
    ["waive", "1", "all", "--why", "{}"],
    ["snooze", "{}", "--until", "thu"],
    ["snooze", "1", "--until", "{}"],
    ["snooze", "1", "--until", "thu", "--rule", "{}"],
    ["pause", "--at", "{}"],
    ["pause", "--note", "{}"],
    ["resume", "--at", "{}"],
    ["show", "{}"],
    ["list", "--limit", "{}"],
    ["export", "--format", "{}"],
    ["import", "{}"],
    ["import", "{}.vcf", "--yes"],
    ["import", "{}.vcf", "--yes", "--encoding", "{}"],
    ["{}"],
    ["due", "{}"],
    ["due", "--{}"],
]

WORDS = [
    *("", " ", "\t\n", "\u00a0", "\u0301", "\u200b", "-", "--", "-1", "--nope", "-x", "+1", "*"),
    *("0", "00", "999", "1.5", "1e3", str(10**30), str(2**63), str(2**63 - 1), "9" * 5000),
    *("@0", "@-1", "@999", f"@{10**30}", "@", "@@", "@x", "x@y", "@1@2", "@ 1"),
    *("[/]", "[red]x", "[bold]x[/]", ":smile:", "{0}", "%s", "%", "_", "'", '"', "\\", "$HOME"),
    *("\x1b]0;owned\x07", "\x1b[31mred", "\x9b31m", "a\x00b", "\u202egnirts", "\ufeffx", "a\rb"),
    *("\udcff", "x\ud800y", "\x7f", "\u2028x", "\u2066x\u2069"),
    *("²", "١٢", "１２", "½", "ﬀ", "İ", "ß", "👩\u200d👧"),
    *("0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z", "1899-12-31", "2200-01-01"),
    *("2026-02-30", "2026-13-01", "25:00", "nonsense", "in 9999999999 days", "0d", "-1d", "7x"),
    *("2026-11-20T15:00:00+99:99", "0001-01-01T00:00:00+14:00", "99999d", "in 9999 months"),
    *("Sam", "Dana Ruiz", "x" * 201, "x" * 501, "x y " * 6000, "x" * 1_000_000),
]


# One word in so many: 1 takes all in every place, and as many times longer.
SHARE = int(os.environ.get("REFTRACK_TEST_SHARE", "12"))


@pytest.mark.parametrize("place", PLACES, ids=lambda place: " ".join(place)[:40])
def test_a_bad_word_in_any_place(two: Book, place: list[str], tmp_path: Path) -> None:
    """Each place takes its share of the bad words: refused in form, or taken and shown safely."""
    whole = tmp_path / "whole.db"
    shutil.copy(two.path, whole)
    before = digest(two.path)
    for word in WORDS[PLACES.index(place) % SHARE :: SHARE]:
        arguments = [part.replace("{}", word) for part in place]
        result = checked(two(*arguments, code=None), arguments)
        assert result.code in (0, 1, 2), (arguments, result)
        if result.code:
            assert digest(two.path) == before, arguments
        elif digest(two.path) != before:
            for look in (["due", "--later"], ["list"], ["show", "1"], ["show", "@1"]):
                checked(two(*look), arguments)
            shutil.copy(whole, two.path)


def test_there_are_enough_bad_inputs() -> None:
    """The sweep above has its breadth: every command, and many hundreds of cases."""
    assert len(PLACES) * (len(WORDS) // SHARE) >= 300
    assert {place[0] for place in PLACES} >= {
        *("due", "add", "thank", "contact", "meet", "win", "deliver", "tell", "done", "lose"),
        *("decline", "refer-out", "explain", "problem", "resolve", "waive", "snooze", "rate"),
        *("educate", "missed", "call-back", "refer", "review", "ask", "wish", "pause", "resume"),
        *("open-again", "list", "show", "export", "import"),
    }


# The exit codes, one by one

REFS = [
    *("thank", "tell", "explain", "educate", "contact", "meet", "win", "deliver", "done", "show"),
    *("lose --why x", "decline --why x", "waive all --why x", "snooze --until thu"),
    *("refer-out --to Kim", "problem x", "resolve x", "rate good"),
]


@pytest.mark.parametrize("number", ["0", "3", "999", str(10**18), str(2**63), str(10**30)])
@pytest.mark.parametrize("command", REFS)
def test_a_number_that_is_no_referral(two: Book, command: str, number: str) -> None:
    """1, and the number as it was typed."""
    verb, *rest = command.split()
    error = fails(two, verb, number, *rest, code=1).err
    assert f"there is no referral {number[:19]}" in error


@pytest.mark.parametrize("number", ["@0", "@99", f"@{2**63}", f"@{10**30}"])
@pytest.mark.parametrize(
    "command",
    [
        *("thank {}", "tell {}", "educate {}", "show {}", "call-back {}", "open-again {}"),
        *("ask {} --anyway", "wish {} --by email", "missed {}", "due --for {}", "deliver {}"),
        *("waive {} all --why x", "snooze {} --until thu", "add Kim --from {}"),
        *("refer Lee --to {}", "refer-out 1 --to {}", "review {} --agreed --delivered --happy"),
    ],
)
def test_a_number_that_is_nobody(two: Book, command: str, number: str) -> None:
    """1, and the number as it was typed."""
    error = fails(two, *command.format(number).split(), code=1).err
    assert f"there is no person {number[:19]}" in error


@pytest.mark.parametrize("name", ["Nobody", "x@y.example", "[/]", "%", "*", "\u202e"])
@pytest.mark.parametrize("verb", ["show", "thank", "call-back", "contact", "open-again", "ask"])
def test_a_name_that_nobody_has(two: Book, verb: str, name: str) -> None:
    """1; wildcards and markup are letters like others."""
    assert "answers to" in fails(two, verb, name, code=1).err


@pytest.mark.parametrize(
    "arguments",
    [
        ["nope"],
        [""],
        ["DUE"],
        ["--nope"],
        ["due", "--nope"],
        ["due", "extra"],
        ["due", "--limit", "0"],
        ["due", "--limit", "many"],
        ["due", "--limit", "-1"],
        ["due", "--ahead", "soon"],
        ["due", "--ahead", ""],
        ["due", "--on", "someday"],
        ["due", "--json=1"],
        ["list", "--limit", "0"],
        ["rules", "extra"],
        ["show"],
        ["show", "1", "2"],
        ["thank"],
        ["thank", "--by"],
        ["thank", "1", "--by", "pigeon"],
        ["thank", "1", "--gift", ""],
        ["thank", "1", "--note", " "],
        ["thank", "1", "@1"],
        ["tell", "1", "--text", ""],
        ["contact", "@1"],
        ["contact", "1", "--at", ""],
        ["call-back", "1"],
        ["lose", "1"],
        ["decline", "1", "--why", ""],
        ["refer-out", "1"],
        ["problem", "1"],
        ["resolve", "1", " "],
        ["rate", "1"],
        ["rate", "1", "fine"],
        ["missed"],
        ["missed", ""],
        ["missed", "1"],
        ["missed", "?!"],
        ["missed", "x" * 201],
        ["refer", "Lee Park"],
        ["refer", "7", "--to", "@1"],
        ["review", "@1"],
        ["review", "@1", *TICKS, "--busy-until", "0001-01-01"],
        ["review", "@1", *TICKS, "--busy-until", "9999-12-31"],
        ["wish", "@1"],
        ["wish", "@1", "--updates", "often"],
        ["waive", "1"],
        ["waive", "1", "thank-referral"],
        ["waive", "1", "politeness", "--why", "x"],
        ["snooze", "1"],
        ["snooze", "1", "--until", "2026-11-20"],
        ["snooze", "1", "--until", "9999-12-31"],
        ["add"],
        ["add", "Kim Wood"],
        ["add", "--from", "Kim Wood"],
        ["add", "Kim", "Wood", "--from", "Sam Ortiz"],
        ["add", "Kim Wood", "--from", "Sam Ortiz", "--kind", "friend"],
        ["add", "Kim Wood", "--from", "Sam Ortiz", "--relation", "enemy"],
        ["add", "Kim Wood", "--from", "Sam Ortiz", "--thanked", "pigeon"],
        ["add", "Kim Wood", "--from", "Sam Ortiz", "--at", "tomorrow"],
        ["add", "Kim Wood", "--from", "Sam Ortiz", "--at", "0001-01-01"],
        ["add", "Kim Wood", "--from", "Sam Ortiz", "--need", ""],
        ["add", "Kim Wood", "--from", "Sam Ortiz", "--note", "x" * 20_001],
        ["add", "Kim Wood", "--from", "Sam Ortiz", "--tie", "x" * 501],
        ["export", "--format", "xml"],
        ["import"],
        ["--db"],
        ["--db", "", "due"],
        ["due", "--db"],
    ],
    ids=lambda arguments: " ".join(arguments)[:50],
)
def test_a_wrong_command_line_is_2(two: Book, arguments: list[str]) -> None:
    """2, an error and what to do, in two lines."""
    assert len(fails(two, *arguments, code=2).err.splitlines()) == 2


@pytest.mark.parametrize(
    "arguments",
    [
        *(["due", "--help"], ["--help"], ["-h"], ["--version"], []),
        *([name, "--help"] for name in COMMANDS),
    ],
    ids=" ".join,
)
def test_help_opens_nothing(book: Book, arguments: list[str]) -> None:
    """Help and the version need no database, no home and no sense in the environment."""
    book.path.write_text("this is no database")
    book.configure("nor is this = = TOML")
    book.at("nonsense").zone("nonsense")
    assert book(*arguments).out


def test_a_word_for_another_command_names_it(two: Book) -> None:
    """A slip of the hand, and what people say first, both lead to the command."""
    assert "reftrack thank" in fails(two, "thnak", "1", code=2).err
    assert "reftrack lose" in fails(two, "lost", "1", code=2).err
    assert "--help" in fails(two, "xyzzyx", code=2).err


# The environment


@pytest.mark.parametrize(
    "now",
    [
        *("nonsense", " ", "2026", "2026-13-01", "2026-02-30", "2026-11-20T25:00", "1e9", "now"),
        *("0001-01-01", "1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
        *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "\x1b[31m", "x" * 100_000),
        *("2026-11-20T15:00:00+99:00", "yesterday", "٢٠٢٦-١١-٢٠"),
    ],
    ids=lambda now: repr(now)[:30],
)
def test_a_now_that_is_no_instant(two: Book, now: str) -> None:
    """REFTRACK_NOW outside of ISO 8601, or of 1900 to 2199, is 2."""
    two.at(now)
    for command in (["due"], ["thank", "1"]):
        assert "REFTRACK_NOW" in fails(two, *command, code=2).err


@pytest.mark.parametrize(
    "zone",
    [
        *("nonsense", " ", "Europe", "europe/london ", "../../etc/passwd", "/etc/passwd", "UTC+1"),
        *("\x1b[31m", "a\nb", "x" * 5000, "Europe/../UTC", "\udcff", "."),
    ],
    ids=lambda zone: repr(zone)[:30],
)
def test_a_zone_that_does_not_exist(two: Book, zone: str) -> None:
    """REFTRACK_TZ and the configuration's `timezone` alike are 2."""
    two.zone(zone)
    assert "time zone" in fails(two, "due", code=2).err
    assert "time zone" in fails(two, "thank", "1", code=2).err


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ("nonsense", "not TOML"),
        ("[policy", "not TOML"),
        ("timezone = 'Europe/Nowhere'", "Europe/Nowhere"),
        ("timezone = 7", "time zone"),
        ("timezone = ['UTC']", "time zone"),
        ("colour = 'red'", "colour"),
        ("'\\u001b[31m' = 1", "setting"),
        ("policy = 3", "policy"),
        ("[policy]\nthank-referal = '12h'", "thank-referral"),
        ("[policy]\nnonsense = '12h'", "nonsense"),
        ("[policy]\nthank-referral = '12'", "12"),
        ("[policy]\nthank-referral = 12", "12"),
        ("[policy]\nthank-referral = '0h'", "0h"),
        ("[policy]\nthank-referral = '-1d'", "-1d"),
        ("[policy]\nthank-referral = ''", "thank-referral"),
        ("[policy]\nthank-referral = ['12h']", "thank-referral"),
        ("[policy]\nthank-referral = 1.5", "1.5"),
        ("[policy]\nthank-referral = '99999d'", "99999d"),
        ("[policy]\nupdate_every = '12h'", "days"),
        ("[policy.thank-referral]\nx = 1", "thank-referral"),
        ("rules = 1", "rules"),
        ("[rules]\noff = 'thank-win'", "list"),
        ("[rules]\noff = ['thank-wim']", "thank-win"),
        ("[rules]\noff = [7]", "7"),
        ("[rules]\non = ['thank-win']", "off"),
    ],
)
def test_a_configuration_that_is_wrong(two: Book, config: str, named: str) -> None:
    """2, the file and what is wrong in it; nothing is read or recorded by guess."""
    two.configure(config).zone("")
    for command in (["due"], ["thank", "1"], ["rules"], ["list", "--json"]):
        error = fails(two, *command, code=2).err
        assert named in error
        assert "config.toml" in error or "time zone" in error


def test_a_configuration_that_is_not_text(two: Book) -> None:
    """Bytes that are no UTF-8, or a folder in the file's place."""
    two.config.write_bytes(b"\xff\xfe")
    assert "not TOML" in fails(two, "due", code=2).err
    two.config.unlink()
    two.config.mkdir()
    assert "cannot be read" in fails(two, "due", code=2).err


# The database


def test_a_file_that_is_no_book_is_3_and_stays_as_it_is(book: Book, tmp_path: Path) -> None:
    """Text, a damaged book, another program's database, a folder: 3, and untouched."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    good = book.path.read_bytes()
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE theirs (x)")
    database.close()
    for content in (
        b"this is a text\n" * 100,
        b"SQLite format 3\0" + b"\0" * 5000,
        good[:5000],
        good[:100] + os.urandom(4000) + good[4100:],
        other.read_bytes(),
    ):
        book.path.write_bytes(content)
        for command in (["due"], ["list"], ["thank", "1"], ["missed", "Sam"], ["export"]):
            fails(book, *command, code=3)
    book.path.unlink()
    book.path.mkdir()
    for command in (["due"], ["missed", "Sam"]):
        checked(book(*command, code=3), command)


def test_a_book_of_a_newer_version_is_3(two: Book) -> None:
    """Both versions are named, and what to do."""
    with sqlite3.connect(two.path) as database:
        database.execute("PRAGMA user_version = 999")
    database.close()
    for command in (["due"], ["thank", "1"]):
        error = fails(two, *command, code=3).err
        assert "999" in error
        assert "newer" in error


def test_a_book_in_use_is_3(two: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another writer is waited for, then named; nothing is recorded."""
    monkeypatch.setattr(connection, "TIMEOUT", 0.05)
    other = sqlite3.connect(two.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    error = fails(two, "thank", "1", code=3).err
    assert "in use" in error
    assert two("due", "--count").out == "0\n"
    other.execute("ROLLBACK")
    other.close()
    two("thank", "1")


@pytest.mark.parametrize("path", ["file/book.db", "file/deeper/book.db"])
def test_a_path_through_a_file_is_3(book: Book, path: str) -> None:
    """A folder that is a file cannot hold a book, to read or to write."""
    (book.folder / "file").write_text("x")
    for command in (["due"], ["missed", "Sam"]):
        checked(book("--db", str(book.folder / path), *command, code=3), command)


def test_a_read_only_folder_is_read_and_not_written(two: Book) -> None:
    """A book on a read-only disk can be read; recording is 3."""
    two.path.chmod(0o400)
    two.folder.chmod(0o500)
    try:
        with contextlib.suppress(PermissionError):
            (two.folder / "probe").touch()
            pytest.skip("nothing is read-only to root")
        assert two("due", "--count").out == "0\n"
        fails(two, "thank", "1", code=3)
        checked(two("--db", str(two.folder / "new.db"), "missed", "Sam", code=3), "new")
    finally:
        two.folder.chmod(0o700)
        two.path.chmod(0o600)


def test_the_option_is_understood_before_and_behind(two: Book, tmp_path: Path) -> None:
    """`--db` has the last word over the environment, wherever it stands."""
    other = str(tmp_path / "a ?b#c%20.db")
    two("--db", other, "missed", "Eva Lang")
    two("call-back", "Eva Lang", "--db", other)
    two("missed", "Eva Lang", f"--db={other}")
    assert Path(other).exists()
    assert Path(other).stat().st_mode & 0o777 == 0o600
    assert len(two.export()["people"]) == 4


# Import


def history(**changes: Any) -> dict[str, Any]:
    """A history in good form, with these sections changed."""
    return {
        "schema": "reftrack.history/1",
        "people": [{"id": 1, "name": "Sam Ortiz"}, {"id": 2, "name": "Dana Ruiz"}],
        "referrals": [
            {"id": 1, "source": 1, "prospect": 2, "received_at": FRIDAY, "kind": "client"}
        ],
        "events": [
            {"id": 1, "at": FRIDAY, "kind": "thanked", "referral": 1},
            {"id": 2, "at": FRIDAY, "kind": "missed", "person": 1},
            {"id": 3, "at": FRIDAY, "kind": "paused"},
        ],
        **changes,
    }


FAULTS: list[tuple[tuple[str | int, ...], object, str]] = [
    (("schema",), "reftrack.history/2", "schema"),
    (("schema",), None, "schema"),
    (("more",), 1, "more: unknown"),
    (("people",), {}, "people: not a list"),
    (("people", 0), "Sam", "people[0]: not an object"),
    (("people", 0, "id"), None, "people[0].id: missing"),
    (("people", 0, "id"), 0, "people[0].id"),
    (("people", 0, "id"), -1, "people[0].id"),
    (("people", 0, "id"), True, "people[0].id"),
    (("people", 0, "id"), 1.5, "people[0].id"),
    (("people", 0, "id"), "1", "people[0].id"),
    (("people", 0, "id"), 10**30, "people[0].id"),
    (("people", 1, "id"), 1, "people[1].id"),
    (("people", 0, "name"), None, "people[0].name: missing"),
    (("people", 0, "name"), "  ", "people[0].name"),
    (("people", 0, "name"), 7, "people[0].name"),
    (("people", 0, "name"), "x" * 201, "people[0].name"),
    (("people", 0, "name"), "a\0b", "people[0].name"),
    (("people", 0, "name"), "a\udcffb", "people[0].name"),
    (("people", 0, "email"), [], "people[0].email"),
    (("people", 0, "relation"), "enemy", "people[0].relation"),
    (("people", 0, "updates"), "weekly", "people[0].updates"),
    (("people", 0, "updates"), "0d", "people[0].updates"),
    (("people", 0, "channel"), "pigeon", "people[0].channel"),
    (("people", 0, "note"), "x" * 20_001, "people[0].note"),
    (("people", 0, "shoe"), 43, "people[0].shoe: unknown"),
    (("people", 0, "uid"), 7, "people[0].uid"),
    (("referrals", 0), 7, "referrals[0]: not an object"),
    (("referrals", 0, "source"), 9, "referrals[0].source"),
    (("referrals", 0, "source"), None, "referrals[0].source: missing"),
    (("referrals", 0, "prospect"), 9, "referrals[0].prospect"),
    (("referrals", 0, "prospect"), 1, "referrals[0].kind"),
    (("referrals", 0, "kind"), "expansion", "referrals[0].kind"),
    (("referrals", 0, "kind"), "friend", "referrals[0].kind"),
    (("referrals", 0, "kind"), None, "referrals[0].kind"),
    (("referrals", 0, "received_at"), None, "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "yesterday", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "2026-11-20T15:00:00", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "2026-11-20", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "0001-01-01T00:00:00Z", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "9999-12-31T23:59:59Z", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), "2026-02-30T00:00:00Z", "referrals[0].received_at"),
    (("referrals", 0, "received_at"), 1763650800, "referrals[0].received_at"),
    (("referrals", 0, "tie"), {}, "referrals[0].tie"),
    (("events", 0, "at"), "2026-11-20T14:59:59Z", "events[0].at"),
    (("events", 0, "at"), "2026-11-20T15:00:00.5Z", "events[0].at"),
    (("events", 0, "kind"), "kissed", "events[0].kind"),
    (("events", 0, "kind"), None, "events[0].kind"),
    (("events", 0, "kind"), "missed", "events[0].kind"),
    (("events", 0, "kind"), "paused", "events[0].kind"),
    (("events", 0, "referral"), 7, "events[0].referral"),
    (("events", 0, "person"), 1, "events[0].person"),
    (("events", 1, "kind"), "won", "events[1].kind"),
    (("events", 1, "person"), 7, "events[1].person"),
    (("events", 2, "kind"), "won", "events[2].kind"),
    (("events", 0, "channel"), "pigeon", "events[0].channel"),
    (("events", 0, "data"), [], "events[0].data: not an object"),
    (("events", 0, "data"), {"text": 7}, "events[0].data.text"),
    (("events", 0, "data"), {"text": "a\0"}, "events[0].data.text"),
    (("events", 0, "data"), {"fit": "fair"}, "events[0].data.fit"),
    (("events", 0, "data"), {"rule": "politeness"}, "events[0].data.rule"),
    (("events", 0, "data"), {"until": "thu"}, "events[0].data.until"),
    (("events", 0, "data"), {"agreed": "yes"}, "events[0].data.agreed"),
    (("events", 0, "data"), {"happy": 1}, "events[0].data.happy"),
    (("events", 0, "data"), {"busy_until": "2026-02-30"}, "events[0].data.busy_until"),
    (("events", 0, "data"), {"busy_until": FRIDAY}, "events[0].data.busy_until"),
    (("events", 0, "data"), {"colour": "red"}, "events[0].data.colour"),
    (("events", 0, "data"), {"\x1b[31m": "red"}, "events[0].data."),
    (("events", 2, "id"), 1, "events[2].id"),
]


@pytest.mark.parametrize("is_filled", [False, True], ids=["empty", "filled"])
@pytest.mark.parametrize(("path", "value", "named"), FAULTS, ids=lambda part: repr(part)[:30])
def test_a_history_that_breaks_the_form(
    book: Book, path: tuple[str | int, ...], value: object, named: str, *, is_filled: bool
) -> None:
    """The fault is named by its path, and nothing of the file is imported."""
    if is_filled:
        book("missed", "Eva Lang")
    document = history()
    place: Any = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    file = book.folder / "broken.json"
    file.write_text(json.dumps(document))
    error = fails(book, "import", str(file), code=1).err
    assert named in error
    assert book.path.exists() == is_filled


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"null", b"7", b'"x"', b"{}", b"\xff\xfe", b"[" * 100_000),
        *(b'{"schema": "reftrack.history/1", "people": NaN}', b'{"schema": {"a": 1}}'),
        *(b'{"schema": "reftrack.history/1"} x', b"\x00", b'{"a": ' + b"9" * 10_000 + b"}"),
        b'{"schema": "\\u001b]0;x\\u0007"}',
    ],
    ids=lambda content: repr(content)[:30],
)
def test_a_file_that_is_no_history(book: Book, content: bytes) -> None:
    """What is no JSON, or no history, is 1, and no book is begun."""
    file = book.folder / "broken.json"
    file.write_bytes(content)
    fails(book, "import", str(file), code=1)
    assert not book.path.exists()


def test_many_faults_are_counted(book: Book) -> None:
    """The first faults are named, the rest counted, in two lines."""
    document = history(events=[{"id": n, "kind": "kissed"} for n in range(1, 1001)])
    (book.folder / "broken.json").write_text(json.dumps(document))
    error = fails(book, "import", str(book.folder / "broken.json"), code=1).err
    assert "events[0].kind" in error
    assert re.search(r"and \d+ more", error)


def test_a_file_that_cannot_be_read_or_written(two: Book) -> None:
    """A missing file, a folder, a path through a file: 1, and what to do."""
    folder = str(two.folder)
    for file in (f"{folder}/none.json", folder, f"{two.path}/x.json", "x" * 5000):
        two_lines = checked(two("import", file, code=1), file).err
        assert two_lines
    for file in (folder, f"{folder}/none/x.json", f"{two.path}/x.json"):
        checked(two("export", file, code=1), file)


def test_an_export_writes_over_no_book_and_is_no_other_form(two: Book) -> None:
    """Neither this book nor a backup is lost to a slip, and nobody gets JSON for a calendar."""
    two("backup", str(two.folder / "friday.db"))
    for name in ("book.db", "friday.db"):
        before = digest(two.folder / name)
        for form in ("json", "ics"):
            fails(two, "export", "--format", form, str(two.folder / name), code=1)
        assert digest(two.folder / name) == before
    for name in ("sheet.xlsx", "feed.ical", "feed.ICAL"):
        assert "writes no ." in fails(two, "export", str(two.folder / name), code=2).err
        assert not (two.folder / name).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["resolve", "1", "TEXT"],
        ["problem", "1", "…"],
        ["refer", "NAME", "--to", "@1"],
        ["refer-out", "1", "--to", "PERSON"],
        ["add", "PROSPECT", "--from", "Sam Ortiz"],
    ],
    ids=" ".join,
)
def test_what_holds_the_place_of_words_is_none(two: Book, arguments: list[str]) -> None:
    """A command that was shown and pasted as it stands records no TEXT and nobody called NAME."""
    assert "holds the place" in fails(two, *arguments, code=2).err


def test_an_export_replaces_no_pipe_and_no_link(two: Book) -> None:
    """A pipe or a device is written into, a link followed: neither is replaced by a file."""
    pipe, link, real = (two.folder / name for name in ("pipe", "link.json", "real.json"))
    real.write_text("before")
    link.symlink_to(real)
    two("export", str(link))
    assert link.is_symlink()
    whole = two("export").out
    assert real.read_text(encoding="utf-8") == whole
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        two("export", str(pipe))
        assert reader.communicate(timeout=TIMEOUT)[0].decode() == whole
    assert pipe.is_fifo()


# Input and output


@pytest.mark.parametrize("verb", [["show"], ["missed"], ["thank", "1", "--note"], ["tell", "1"]])
def test_a_byte_that_is_no_text(two: Book, verb: list[str]) -> None:
    """A byte outside UTF-8 on the command line is refused, and shown as a sign."""
    word = os.fsencode("D\udcffna")
    result = as_process(two, *verb, word)
    assert result.code in (1, 2)


def test_notes_on_standard_input(two: Book) -> None:
    """Bytes that are no UTF-8, too many, or none at all are 2."""
    for text in (b"\xff\xfe", b"x" * 20_001, b"", b" \n", b"a\0b"):
        result = as_process(two, "thank", "1", "--note", "-", stdin=None, input=text)
        assert result.code == 2


@pytest.mark.parametrize("command", ["due", "due --json", "export", "--help"])
def test_a_full_disk_behind_a_reading_command_is_1(two: Book, command: str) -> None:
    """The answer could not be written, which is said."""
    with Path("/dev/full").open("wb") as full:
        result = as_process(
            two, *command.split(), stdout=full, stderr=subprocess.PIPE, capture_output=False
        )
    assert result.code == 1
    assert result.err.startswith("error: the answer could not be written")


@pytest.mark.parametrize("command", ["contact 1", "missed Eva", "pause"])
def test_a_full_disk_behind_a_recording_command_is_5(two: Book, command: str) -> None:
    """What was recorded is recorded once, and stderr says so, lest it be repeated."""
    before = len(two.export()["events"])
    with Path("/dev/full").open("wb") as full:
        ended = two.process(
            *command.split(), stdout=full, stderr=subprocess.PIPE, capture_output=False
        )
    assert ended.returncode == 5
    lines = [line for line in ended.stderr.splitlines() if not line.startswith(b"New: ")]
    assert lines[0].startswith(b"recorded")
    assert len(lines) == 2
    assert len(two.export()["events"]) == before + 1


@pytest.mark.parametrize("command", ["due --json", "export", "contact 1"])
def test_a_reader_that_goes_away_is_no_error(two: Book, command: str) -> None:
    """`| head` and the like: 0, and nothing on stderr."""
    end, begin = os.pipe()
    os.close(end)
    try:
        ended = two.process(
            *command.split(), stdout=begin, stderr=subprocess.PIPE, capture_output=False
        )
    finally:
        os.close(begin)
    assert (ended.returncode, ended.stderr) == (0, b"")
    if command == "contact 1":
        assert [event["kind"] for event in two.export()["events"]] == ["contacted"]


def test_a_reader_that_reads_one_line(book: Book) -> None:
    """A whole pipe's worth of answer, of which one line is read."""
    people = [{"id": n, "name": f"Person {n}"} for n in range(1, 3001)]
    book.load({"schema": "reftrack.history/1", "people": people})
    with subprocess.Popen(
        [*REFTRACK, "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(TIMEOUT) == 0


@pytest.mark.parametrize(
    ("closed", "command", "code"),
    [
        ("<&-", "due", 0),
        ("<&-", "thank", 2),
        ("<&-", "thank 1 --note -", 2),
        (">&-", "due", 0),
        (">&-", "contact 1", 0),
        (">&-", "export", 0),
        ("2>&-", "contact 99", 1),
        ("<&- >&- 2>&-", "contact 1", 0),
        ("<&- >&- 2>&-", "nope", 2),
    ],
)
def test_closed_streams(two: Book, closed: str, command: str, code: int) -> None:
    """Nobody there to read or to be heard is no reason to stumble."""
    before = len(two.export()["events"])
    script = f"{sys.executable} -m reftrack {command} {closed}"
    ended = subprocess.run(["sh", "-c", script], capture_output=True, timeout=TIMEOUT, check=False)
    assert ended.returncode == code
    assert b"Traceback" not in ended.stderr
    assert b"Exception" not in ended.stderr
    assert len(two.export()["events"]) - before == (command == "contact 1")


def test_an_environment_with_nothing_in_it(two: Book, tmp_path: Path) -> None:
    """Without HOME and all else there is an answer; nothing falls into the working folder."""
    here = tmp_path / "here"
    here.mkdir()
    ended = subprocess.run(
        [*REFTRACK, "due", "--count", "--db", str(two.path)],
        env={"REFTRACK_CONFIG": "/nonexistent/config.toml"},
        cwd=here,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert ended.returncode == 0, ended
    assert ended.stdout.strip().isdigit()
    ended = subprocess.run(
        [*REFTRACK, "due"],
        env={"HOME": "/proc/nowhere"},
        cwd=here,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert ended.returncode in (0, 3), ended
    assert b"Traceback" not in ended.stderr
    assert list(here.iterdir()) == []


def test_a_home_that_cannot_be_written_is_3(book: Book) -> None:
    """Where no folder can be made, recording says so."""
    environment = {"HOME": "/proc/nowhere"}
    ended = subprocess.run(
        [*REFTRACK, "missed", "Sam"],
        env=environment,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert ended.returncode == 3, ended
    assert ended.stderr.startswith(b"error: ")
    assert len(ended.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=str,
)
def test_a_locale_that_lacks_letters(book: Book, environment: dict[str, str]) -> None:
    """What the locale lacks is shown as a code; JSON is UTF-8 whatever it says."""
    book("add", "Zoë 山田", "--from", "Sam Ortiz")
    env = {**os.environ, **environment}
    ended = book.process("due", env=env)
    assert ended.returncode == 0
    assert b"\\u5c71" in ended.stdout or "山田".encode() in ended.stdout
    ended = book.process("show", "Zo\udcff", env=env)
    assert ended.returncode in (1, 2)
    assert ended.stderr.startswith(b"error: ")
    document = json.loads(book.process("due", "--json", env=env).stdout.decode("utf-8"))
    assert "Zoë 山田" in {item["to"]["name"] for item in document["items"]}


@pytest.mark.parametrize(
    ("environment", "colours"),
    [
        ({"COLUMNS": "0"}, True),
        ({"COLUMNS": "nonsense"}, True),
        ({"COLUMNS": "-5"}, True),
        ({"COLUMNS": "1"}, True),
        ({"TERM": "dumb"}, False),
        ({"NO_COLOR": "1"}, False),
    ],
    ids=str,
)
def test_odd_terminals(two: Book, environment: dict[str, str], *, colours: bool) -> None:
    """Any width shows everything; a terminal without colours gets none."""
    shown = two.at("2026-11-22T15:00:00Z").screen("due", env=environment)
    assert shown.code == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.out)
    assert "ThankSamOrtiz" in "".join(plain.split())
    assert "reftrackcontact2" in "".join(plain.split())
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-9]m", shown.out)) == colours
    if environment.get("TERM") == "dumb":
        assert "\x1b" not in shown.out


def test_controls_in_names_reach_no_terminal(book: Book) -> None:
    """A name with an escape sequence is shown with signs in its place."""
    name = "Eve\x1b]52;c;x\x07\u202e\x9b31m"
    book("add", name, "--from", "Sam Ortiz", "--need", f"x{name}")
    for command in (["due"], ["show", "1"]):
        shown = book.screen(*command).out
        assert "Eve␛" in shown
        own = re.sub(r"\x1b\[[0-9;]*m", "", shown)
        assert not UNSAFE.search(own)
    for command in (["due"], ["due", "--json"], ["list", "--json"], ["show", "1"], ["rules"]):
        checked(book(*command), command)


# Interrupted


@contextlib.contextmanager
def at_prompt(arguments: list[str], prompt: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process that waits at this prompt, and its terminal."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*REFTRACK, *arguments],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(follower)
    try:
        shown = b""
        until = time.monotonic() + TIMEOUT
        while prompt.encode() not in shown and time.monotonic() < until:
            if select.select([leader], [], [], 0.05)[0]:
                shown += os.read(leader, 65536)
        assert prompt.encode() in shown, shown
        yield process, leader
    finally:
        process.kill()
        process.wait(TIMEOUT)
        os.close(leader)


@pytest.mark.parametrize(
    ("arguments", "prompt"),
    [
        (["add"], "Who was referred to you: "),
        (["add", "Kim Wood", "--from", "Sam Ortis"], "Sam Ortiz (@1)? "),
        (["review", "@1"], "agreed? "),
    ],
)
def test_an_interrupt_at_a_prompt_is_130(two: Book, arguments: list[str], prompt: str) -> None:
    """Ctrl-C: 130, nothing recorded, no traceback."""
    before = digest(two.path)
    with at_prompt(arguments, prompt) as (process, leader):
        # One that comes just before the read begins is seen when the read ends: a second follows.
        for _ in range(20):
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                assert process.wait(1) == 130
                break
        assert process.returncode == 130
        said = os.read(leader, 65536).decode()
        assert "nothing was recorded" in said
        assert "Traceback" not in said
    assert digest(two.path) == before


def test_the_end_of_input_at_a_prompt(two: Book) -> None:
    """Ctrl-D instead of an answer: 2, and nothing recorded."""
    before = digest(two.path)
    shown = two.screen("add", keys="\x04")
    assert shown.code == 2
    assert "the input ended" in shown.out
    assert digest(two.path) == before


# The canary

CANARY = "canary-7f3a"
CAGE: dict[str, Any] = {}


@pytest.fixture
def cage(book: Book) -> Book:
    """A book in which everything private says the canary's name."""
    if not CAGE:
        CAGE.update(caged(book))
        book.path.unlink()
    book.load(CAGE)
    (book.folder / "history.json").unlink()
    return book.at("2026-11-23T09:00:00Z")


def caged(book: Book) -> dict[str, Any]:
    """The history of such a book; no answer to any command of it says that name."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--need", f"need {CANARY}", "--note", CANARY)
    book("add", "Priya Nair", "--from", "Tom Beck", "--need", CANARY)
    book("add", "Sam Ortiz", "--from", "Sam Ortiz", "--need", CANARY)
    note = ["--note", f"note {CANARY}"]
    for command in (
        ["contact", "1"],
        ["win", "1"],
        ["problem", "1", "late"],
        ["resolve", "1", "free"],
        ["rate", "1", "poor"],
        ["lose", "2", "--why", "moved"],
        ["snooze", "3", "--until", "thu"],
        ["missed", "Eva Lang"],
        ["review", "@2", *TICKS],
        ["pause"],
        ["resume"],
        ["wish", "@3", "--by", "email"],
        ["refer", "Lee Park", "--to", "@3"],
    ):
        result = book(*command, *note)
        assert CANARY not in result.out + result.err
    result = book("waive", "3", "thank-referral", "--why", f"why {CANARY}")
    assert CANARY not in result.out + result.err
    document = book.export()
    for person in document["people"]:
        person["note"] = f"note {CANARY}"
    return document


def test_what_is_private_is_kept_and_shown_to_the_owner(cage: Book) -> None:
    """`show` and `export` have it: it is the user's own."""
    assert CANARY in cage("show", "1").out
    assert CANARY in cage("show", "1", "--json").out
    assert CANARY in cage("show", "@1").out
    assert cage("export").out.count(CANARY) >= 20


@pytest.mark.parametrize(
    "options",
    [
        *([], ["--later"], ["--all"], ["--ahead", "60d"], ["--by-person"], ["--count"]),
        *(["--on", "2026-12-31"], ["--for", "@1"], ["--limit", "1"], ["--all", "--by-person"]),
    ],
    ids=" ".join,
)
def test_due_names_nothing_private(cage: Book, options: list[str]) -> None:
    """Neither on the screen nor in the JSON, in whatever form."""
    for json_ in ([], ["--json"]):
        result = cage("due", *options, *json_)
        assert CANARY not in result.out + result.err


def test_a_terminal_shows_nothing_private_in_the_morning(cage: Book) -> None:
    """The same on a terminal, wide and narrow."""
    for columns in (80, 40):
        shown = cage.screen("due", "--all", columns=columns)
        assert CANARY not in "".join(shown.out.split())


def test_no_error_names_anything_private(cage: Book) -> None:
    """Neither what is in the book nor a note that was just refused comes back in an error."""
    note = ["--note", CANARY]
    for arguments in (
        ["contact", "999", *note],
        ["contact", "nobody", *note],
        ["contact", "1", "--at", "tomorrow", *note],
        ["deliver", "2", *note],
        ["thank", "1", "--by", "pigeon", *note],
        ["resolve", "3", "x", *note],
        ["add", "Kim", "--from", "Lee", "--kind", "nonsense", "--need", CANARY, *note],
        ["add", "Kim", "--from", "Lee", "--need", f"{CANARY}\0"],
        ["add", "Kim", "--from", "Lee", "--note", CANARY * 5000],
        ["waive", "3", "thank-win", "--why", CANARY],
        ["show", "s"],
        ["call-back", "a"],
        ["thank", "1", "--nope", *note],
    ):
        result = cage(*arguments, code=None)
        assert result.code in (1, 2), arguments
        assert CANARY not in result.out + result.err, arguments
    document = cage.export()
    document["events"][0]["kind"] = "kissed"
    document["people"][0]["note"] = f"{CANARY}\0"
    (cage.folder / "broken.json").write_text(json.dumps(document))
    assert CANARY not in fails(cage, "import", str(cage.folder / "broken.json"), code=1).err
    with sqlite3.connect(cage.path) as database:
        database.execute("DROP TABLE setting") if has(database, "setting") else None
    database.close()
    for command in (["due"], ["contact", "1", *note]):
        result = cage(*command, code=None)
        assert CANARY not in result.out + result.err


def has(database: sqlite3.Connection, table: str) -> bool:
    """Whether there is such a table."""
    sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?"
    return database.execute(sql, [table]).fetchone() is not None


def test_a_crowded_database_error_names_nothing_private(
    cage: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What SQLite says of a failed write may hold the row; the answer does not."""
    with sqlite3.connect(cage.path) as database:
        database.execute(
            "CREATE TRIGGER no_more BEFORE INSERT ON event BEGIN"
            " SELECT RAISE(ABORT, 'no more'); END"
        )
    database.close()
    result = fails(cage, "contact", "1", "--note", CANARY, code=3)
    assert CANARY not in result.err


def test_nothing_private_is_left_beside_the_book(cage: Book) -> None:
    """After all of it the folder holds the book and what the test itself wrote, no copies."""
    cage("thank", "1", "--note", CANARY)
    cage("export", str(cage.folder / "out.json"))
    left = {path.name for path in cage.folder.iterdir() if path.is_file()}
    assert left == {"book.db", "out.json"}
