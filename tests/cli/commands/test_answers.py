"""Every answer: short, and with names as they were typed."""

from __future__ import annotations

import json
import os
import re
from datetime import datetime, timedelta

from reftrack.cli.catalogue import COMMANDS
from tests.support.commands import events
from tests.support.driver import Book

ENDED = ("Settled: ", "No longer owed: ")
OWED = ("Still owed: ", "Also owed: ")


def test_every_answer_is_short(two: Book) -> None:
    """At most three lines: what was recorded, what it settled and left, and what comes next."""
    for command in (
        ["thank", "1", "--by", "card"],
        ["contact", "1", "--no-answer"],
        ["contact", "1"],
        ["meet", "1"],
        ["win", "1"],
        ["tell", "1", "signed"],
        ["problem", "1", "late"],
        ["resolve", "1", "free"],
        ["done", "1"],
        ["deliver", "1"],
        ["rate", "1", "poor"],
        ["educate", "1"],
        ["lose", "2", "--why", "moved"],
        ["explain", "2"],
        ["contact", "2"],
        ["decline", "2", "--why", "far"],
        ["refer-out", "2", "--to", "Kim Wood"],
        ["missed", "@1"],
        ["call-back", "@1"],
        ["refer", "Lee Park", "--to", "@1"],
        ["review", "@1", "--agreed", "--delivered", "--happy"],
        ["ask", "@1"],
        ["wish", "@1", "--updates", "30d"],
        ["pause"],
        ["resume"],
        ["open-again", "@1"],
        ["waive", "2", "thank-referral", "--why", "x"],
        ["snooze", "@1", "--until", "thu"],
        ["add", "Kim Wood", "--from", "@1"],
    ):
        minute = timedelta(minutes=1)
        now = datetime.fromisoformat(os.environ["REFTRACK_NOW"]) + minute
        out = two.at(now.isoformat())(*command).out
        assert 1 <= out.count("\n") <= 3, out
        first, *rest = out.splitlines()
        assert first.endswith("."), out
        beginnings = (*ENDED, *OWED, "Next, ", "To be told: ")
        places = [next(n for n, word in enumerate(beginnings) if r.startswith(word)) for r in rest]
        assert places == sorted(set(places)), out


def test_names_are_shown_as_typed(book: Book) -> None:
    """A name that looks like markup or an emoji code is shown as it is, on a terminal too."""
    book("add", "[bold]x[/]", "--from", ":smile: [/] [red]")
    for command in (["due"], ["list"], ["show", "1"], ["show", "@1"], ["due", "--by-person"]):
        shown = re.sub(r"\x1b\[[0-9;]*m", "", book.screen(*command, columns=160).out)
        assert ":smile: [/] [red]" in shown
        assert "[bold]x[/]" in shown


def test_what_was_settled_and_what_was_not(two: Book) -> None:
    """Done, owed no more, still owed and newly owed are told apart, each with its numbers."""
    two("contact", "1")
    assert two("problem", "1", "The leak").out.splitlines() == [
        "1  A problem with Dana Ruiz: The leak.",
        (
            "Still owed: thank Sam Ortiz for referring Dana Ruiz, by Sat 15:00 (reftrack thank 1)."
            " Also owed: put right the problem of Dana Ruiz (from Sam Ortiz): The leak,"
            " by Mon 15:00 (reftrack resolve 1 TEXT)."
        ),
        (
            "Next, by 16:00: Tell Sam Ortiz of the problem with Dana Ruiz: The leak"
            " (reftrack tell 1)"
        ),
    ]
    two("thank", "1", "2", "--by", "card")
    two("undo")
    settled = "Settled: thank-referral (1 and 2). Still owed: "
    assert two("thank", "1", "2").out.splitlines()[2].startswith(settled)
    lost = two("lose", "1", "--why", "moved").out.splitlines()
    assert "No longer owed: resolve-problem." in lost[1]


def test_the_answer_as_json(two: Book) -> None:
    """`reftrack.recorded/1`: what was recorded, what it settled, what stays owed, what is next."""
    document = json.loads(two("thank", "1", "--by", "card", "--note", "dear paper", "--json").out)
    (event,) = events(two, "thanked")
    (recorded,) = document["recorded"]
    assert recorded == {key: event[key] for key in recorded}
    assert "note" not in recorded
    assert document["schema"] == "reftrack.recorded/1"
    assert [owed["rule"] for owed in document["settled"]] == ["thank-referral"]
    assert [owed["rule"] for owed in document["still_owed"]] == [
        "contact-prospect",
        "ask-preference",
    ]
    assert document["next"]["command"] == "reftrack contact 1"
    waived = json.loads(two("waive", "1", "contact-prospect", "--why", "no", "--json").out)
    assert [owed["rule"] for owed in waived["dropped"]] == ["contact-prospect"]
    assert waived["settled"] == []
    assert json.loads(two("undo", "--json").out)["lines"][0].startswith("Undone: waive")


def test_every_command_that_records_answers_in_json(two: Book) -> None:
    """The option is on each of them, in the help and in TAB; a doubt is still refused in words."""
    for verb, entry in COMMANDS.items():
        assert ("--json" in two(verb, "--help").out) >= entry.records, verb
    assert json.loads(two("pause", "--json").out)["recorded"][0]["kind"] == "paused"
    refused = two("thank", "99", "--json", code=1)
    assert (refused.out, refused.err.splitlines()[0]) == ("", "error: there is no referral 99.")


def test_what_is_on_record_already_is_said(two: Book) -> None:
    """Thanks that settle nothing, a second meeting of a day, a problem in the same words."""

    def noted(*command: str) -> str:
        return two(*command).err

    assert noted("thank", "1") == ""
    again = (
        "note: 1: {} already at {}; recorded again. If it was not a second time: reftrack undo\n"
    )
    two.at("2026-11-20T16:00:00Z")
    assert noted("thank", "1") == again.format("thanked", "15:00")
    assert noted("meet", "1") == ""
    # The meeting is a reason to thank anew.
    assert noted("thank", "1") == ""
    assert noted("meet", "1") == again.format("met", "16:00")
    assert noted("problem", "1", "The leak") == ""
    assert noted("problem", "1", "the  LEAK") == again.format("reported", "16:00")
    assert noted("problem", "1", "Another") == ""
    two("resolve", "1", "A new trap", "--all")
    assert noted("problem", "1", "The leak") == ""
    two.at("2026-11-21T16:00:00Z")
    assert noted("meet", "1") == ""


def test_a_problem_is_named_once_in_a_line(two: Book) -> None:
    """Two of the same words are one for the reader; another one is named beside it."""
    two("contact", "1")
    for words in ("The leak", "the  LEAK", "A late survey"):
        two("problem", "1", words)
    (line,) = [each for each in two("due", "--later").out.splitlines() if "Tell Sam" in each]
    assert "Tell Sam Ortiz of the problem with Dana Ruiz: The leak; A late survey  by" in line
