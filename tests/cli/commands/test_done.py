"""`done`: the next debt of a referral, settled by its own command."""

from __future__ import annotations

import pytest

from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from tests.support.commands import SATURDAY, of_debts, refused
from tests.support.driver import Book


def after(book: Book, rule: str) -> None:
    """Brings a book to where `rule` is the next debt of referral 1."""
    if rule == "thank-referral":
        return
    book("thank", "1")
    steps = {
        "contact-prospect": [],
        "try-again": [["contact", "1", "--no-answer"]],
        "ask-introduction": [["contact", "1", "--no-answer"]],
        "note-meeting": [["meet", "1"]],
        "announce-win": [["win", "1"]],
        "thank-win": [["win", "1"], ["tell", "1"]],
        "explain-loss": [["lose", "1", "--why", "moved"]],
        "explain-decline": [["decline", "1", "--why", "far"]],
        "find-better": [["decline", "1", "--why", "far"], ["explain", "1"]],
        "report-problem": [["problem", "1", "late"]],
        "resolve-problem": [["contact", "1"], ["problem", "1", "late"], ["tell", "1"]],
        "report-resolution": [
            *(["contact", "1"], ["problem", "1", "late"], ["tell", "1"], ["resolve", "1", "free"])
        ],
        "educate-source": [["contact", "1"], ["rate", "1", "poor"]],
        "explain-capacity": [],
        "thank-chain": [["win", "1"], ["tell", "1"], ["thank", "1"]],
        "follow-up": [["contact", "1"]],
        "keep-appointment": [["agree", "1", "2026-11-21 14:00"]],
    }
    for step in steps[rule]:
        book(*step)
    if rule == "ask-introduction":
        for day in (21, 22):
            book.at(f"2026-11-{day}T16:00:00Z")("contact", "1", "--no-answer")
    if rule == "thank-chain":
        book.at(SATURDAY)("add", "Lee Park", "--from", "Dana Ruiz")


CONVERSATIONS = {2, 3, 12, 18, 25}


@pytest.mark.parametrize("rule", [r.name for r in RULEBOOK if r.subject == "referral"])
def test_done_settles_or_refuses_to_invent_a_conversation(book: Book, rule: str) -> None:
    """The next debt is settled; one that takes a conversation, or a name, is refused."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    if rule == "explain-capacity":
        book("pause", "--at", "2026-11-20 14:00")
    after(book, rule)
    if rule == "try-again":
        book.at("2026-11-21T15:00:00Z")
    if rule == "follow-up":
        book.at("2026-11-27T15:00:00Z")
    if rule == "keep-appointment":
        book.at("2026-11-21T15:00:00Z")
    if rule == "explain-capacity":
        assert ("explain-capacity", 1) in of_debts(book)
        book("waive", "1", "contact-prospect", "--why", "full")
    assert next(debt for debt in of_debts(book) if debt[1] == 1) == (rule, 1), "the scene is set"
    if BY_NAME[rule].number in CONVERSATIONS:
        assert "conversation" in refused(book, "done", "1").err
    elif rule == "find-better":
        assert "reftrack refer-out 1 --to PERSON" in refused(book, "done", "1").err
    else:
        book("done", "1")
        assert (rule, 1) not in of_debts(book)


def test_done_with_nothing_open_says_so(two: Book) -> None:
    """Nothing owed now is refused rather than recorded."""
    two("thank", "1")
    two("contact", "1")
    result = refused(two, "done", "1")
    assert "nothing is owed on 1 now" in result.err
    assert "reftrack show 1" in result.err
