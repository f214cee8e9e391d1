"""A source who asked not to be named: no draft to the prospect names them."""

from __future__ import annotations

import json

import pytest

from reftrack.rules.rulebook import BY_NAME
from tests.support.driver import Book
from tests.support.letters import MINE


@pytest.fixture
def unnamed(book: Book) -> Book:
    """Dana, @2, from Sam, who asked not to be named; two tries, a problem and a no."""
    book.configure(MINE)
    add = ("add", "Dana Ruiz", "--from", "Sam Ortiz", "--tie", "cousin", "--confidential")
    book(*add, "--relation", "family")
    book("contact", "1", "--no-answer")
    book("problem", "1", "A letter was lost")
    book("decline", "1", "--why", "Too far")
    return book


def test_no_draft_to_the_prospect_names_the_source(unnamed: Book) -> None:
    """By no rule and in no way, neither in the text nor in the subject of a mail."""
    to_prospect = 0
    for rule in BY_NAME:
        for subject in ("1", "@2"):
            for way in (("--by", "card"), ("--by", "text"), ("--by", "call"), ("--eml", "-")):
                drafted = unnamed("draft", subject, rule, *way, code=None)
                if drafted.code == 0 and "source asked not to be named" in drafted.err:
                    to_prospect += 1
                    assert "Sam" not in drafted.out
                    assert "Ortiz" not in drafted.out
                    assert "cousin" not in drafted.out
                elif drafted.code == 0:
                    assert BY_NAME[rule].to != "prospect"
    assert to_prospect > 15


def test_it_says_how_it_came(unnamed: Book) -> None:
    """In words that read well, and the first name nowhere."""
    text = unnamed("draft", "1", "contact-prospect", "--by", "text").out
    assert text.startswith(
        "Hello Dana Ruiz, this is Robin Hale. Somebody who knows you gave me your name."
    )
    message = unnamed("draft", "1", "try-again", "--eml", "-").out
    assert "Subject: Somebody who knows you gave me your name" in message


def test_the_source_still_reads_their_own_name(unnamed: Book) -> None:
    """A draft to the source is as ever."""
    assert "Dear Sam," in unnamed("draft", "1", "thank-referral", "--by", "card").out


def test_it_is_shown_edited_and_taken_back(unnamed: Book) -> None:
    """`show` says it, `edit` changes it, and undoing brings it back."""
    assert "Sam Ortiz asked not to be named" in unnamed("show", "1").out
    edited = unnamed("edit", "1", "--not-confidential")
    assert "confidential: yes → no" in edited.out
    assert "asked not to be named" not in unnamed("show", "1").out
    assert "Sam Ortiz" in unnamed("draft", "1", "contact-prospect", "--by", "text").out
    assert "confidential: no → yes" in unnamed("undo").out
    assert json.loads(unnamed("show", "1", "--json").out)["confidential"] is True
    assert "Nothing changed" in unnamed("edit", "1", "--confidential").out


def test_it_goes_out_and_comes_in_again(unnamed: Book) -> None:
    """In the whole truth; what says neither yes nor no is refused."""
    history = unnamed.export()
    assert history["referrals"][0]["confidential"] is True
    other = Book(unnamed.folder, unnamed._monkeypatch)
    other.path.unlink()
    other.load(history)
    assert other.export() == history
    history["referrals"][0]["confidential"] = "yes"
    path = other.folder / "wrong.json"
    path.write_text(json.dumps(history), encoding="utf-8")
    assert "referrals[0].confidential" in other("import", str(path), code=1).err


def test_the_line_for_the_prospect_says_it(unnamed: Book) -> None:
    """A line for the prospect has it at the moment of the call; one for the source has not."""
    shown = unnamed("due", "--later").out
    assert "Find somebody better for Dana Ruiz (from Sam Ortiz, not to be named)  by" in shown
    assert "Thank Sam Ortiz for referring Dana Ruiz  by" in shown
    assert "not to be named" not in unnamed("export", "--format", "ics").out
