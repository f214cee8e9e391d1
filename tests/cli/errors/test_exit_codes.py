"""The exit codes, one by one."""

from __future__ import annotations

import pytest

from reftrack.cli.catalogue import COMMANDS
from tests.support.bad_words import TICKS, fails
from tests.support.driver import Book

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
        ["add", "Kim Wood", "--from", "Sam", "Ortiz"],
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
