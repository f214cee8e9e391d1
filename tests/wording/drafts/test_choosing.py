"""Which draft is written, and for whom."""

from __future__ import annotations

import shlex
import subprocess
import sys

import pytest

from reftrack.rules.rulebook import BY_NAME
from tests.support.driver import Book
from tests.support.letters import SATURDAY, drafted


def test_the_most_pressing_comes_first(sam: Book) -> None:
    """The draft is for what heads the morning of the subject, and sending it is what settles it."""
    sam.at(SATURDAY)
    for _ in range(12):
        owed = [item for item in sam.due()["items"] if item["referral"] == 1]
        if not owed:
            break
        result = sam("draft", "1")
        assert owed[0]["rule"] in result.err
        command = result.err.splitlines()[-1].split(": reftrack ")[1]
        sam(*shlex.split(command))
        assert owed[0] not in sam.due()["items"]
    assert not owed
    assert "nothing is open on 1 (Dana Ruiz) now" in sam("draft", "1", code=1).err


def test_nothing_open_names_what_could_be_written(sam: Book) -> None:
    """An error, so that a pipe gets no text; the second line names the rules that make sense."""
    for command in (["thank", "1"], ["contact", "1"]):
        sam(*command)
    result = sam("draft", "1", code=1)
    assert result.out == ""
    assert result.err == (
        "error: nothing is open on 1 (Dana Ruiz) now.\n"
        "To write one all the same: reftrack draft 1 RULE (thank-referral, contact-prospect,"
        " educate-source, follow-up)\n"
    )
    named = sam("draft", "1", "thank-referral")
    assert named.out.startswith("Dear Sam,")
    assert "thank-referral is not open now. Once it is sent: reftrack thank 1" in named.err
    sam("wish", "@1", "--updates", "30d")
    person = sam("draft", "@1", code=1).err
    assert "nothing is open on Sam Ortiz (@1) now" in person
    assert "reftrack draft @1 RULE (keep-informed, call-back, ask-preference," in person


def test_a_snoozed_courtesy_can_be_drafted(sam: Book) -> None:
    """A courtesy hidden from the morning is still owed."""
    sam("contact", "1")
    sam("snooze", "1", "--until", "in 3 days")
    assert drafted(sam, "1").startswith("Dear Sam,")


@pytest.mark.parametrize("rule", BY_NAME)
def test_every_rule_can_be_named(sam: Book, rule: str) -> None:
    """Each of the 24 on a referral and on the person it is for, open or not."""
    row = BY_NAME[rule]
    on_referral = drafted(sam, "1", rule)
    assert on_referral
    who = "@2" if row.to in ("prospect", "client") else "@1"
    assert drafted(sam, who, rule) == on_referral


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["1", "thank-referal"], 2, "Did you mean thank-referral?"),
        (["1", "nonsense"], 2, "`reftrack rules` lists the rules."),
        (["@2", "thank-referral"], 1, "Dana Ruiz sent you none"),
        (["@2", "keep-informed"], 1, "Dana Ruiz sent you nobody"),
        (["@3", "contact-prospect"], 1, "Tom Beck was not"),
        (["3", "explain-loss"], 1, "source and prospect are one person"),
        (["99"], 1, "there is no referral 99"),
        (["@99"], 1, "there is no person @99"),
        (["1", "--by", "pigeon"], 2, "is no way to reach somebody"),
        ([], 2, "For example: reftrack draft 12"),
    ],
)
def test_what_makes_no_sense_is_refused(
    sam: Book, arguments: list[str], code: int, said: str
) -> None:
    """With the reason, and nothing on standard output."""
    sam("add", "Kim Wood", "--from", "Tom Beck")
    sam("add", "Sam Ortiz", "--from", "Sam Ortiz")
    result = sam("draft", *arguments, code=code)
    assert said in result.err
    assert result.out == ""


def test_a_rule_that_fits_several_referrals_is_asked_back(sam: Book) -> None:
    """They are listed with their numbers."""
    sam("add", "Kim Wood", "--from", "Sam Ortiz")
    result = sam("draft", "@1", "explain-loss", code=1)
    assert "1  Dana Ruiz" in result.err
    assert "2  Kim Wood" in result.err
    assert "reftrack draft 1 explain-loss" in result.err


def test_new_business_is_thanked_as_such(sam: Book) -> None:
    """Nobody is thanked for referring themselves."""
    sam("add", "Sam Ortiz", "--from", "Sam Ortiz")
    text = drafted(sam, "2")
    assert "Thank you for coming to me again." in text
    assert "sending" not in text


def test_without_a_book(book: Book) -> None:
    """It says how to begin, and makes no file."""
    assert "Begin with" in book("draft", "1", code=1).err
    assert not book.path.exists()


def test_drafting_writes_nothing(sam: Book) -> None:
    """The database is the same, byte by byte, and nothing lies beside it."""
    before, files = sam.path.read_bytes(), sorted(sam.folder.iterdir())
    for arguments in (["1"], ["@1"], ["1", "keep-informed"], ["1", "--mailto"]):
        sam("draft", *arguments)
    assert sam.path.read_bytes() == before
    assert sorted(sam.folder.iterdir()) == files


def test_only_drafts_pay_for_jinja(sam: Book) -> None:
    """A morning does not import it."""
    code = (
        "import sys; from reftrack.cli.app import run_line; run_line(['due']);"
        " assert 'jinja2' not in sys.modules; run_line(['draft', '1']); assert 'jinja2' in sys.modules;"
        " assert 'sqlmodel' not in sys.modules"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr


def test_a_terminal_gets_a_heading_and_whole_words(sam: Book) -> None:
    """On a screen lines break between words; the heading says to whom and how."""
    shown = sam.screen("draft", "1", columns=60)
    lines = shown.out.splitlines()
    assert shown.code == 0
    assert lines[:3] == ["Sam Ortiz, card: thank-referral", "", "Dear Sam,"]
    assert all(len(line) <= 60 for line in lines)
    assert "Thank you for sending your cousin Dana Ruiz to me." in lines
    assert lines[-1] == "Once it is sent: reftrack thank 1 --by card"


def test_a_pipe_gets_the_text_alone(sam: Book) -> None:
    """Standard output is what would be sent, and nothing else."""
    ended = sam.process("draft", "1", "contact-prospect")
    assert ended.stdout.decode().startswith("- Hello, is this Dana Ruiz?")
    assert ended.stdout.decode().endswith("who is.\n")
