"""One command is one step, and a step can be undone."""

from __future__ import annotations

import pytest

from tests.support.driver import Book
from tests.support.journal import TRUTH, ask, undo
from tests.support.projections import assert_projections_hold

COMMANDS = [
    ["add", "Kim Wood", "--from", "Joe Kerr", "--thanked", "card", "--contacted"],
    ["add", "Kim Wood", "--from", "Kim Wood"],
    ["contact", "1", "2", "--no-answer"],
    ["thank", "@1"],
    ["refer-out", "1", "--to", "Lee Park", "--note", "private"],
    ["wish", "Ana Silva", "--updates", "30d"],
    ["done", "1", "2"],
    ["resume"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_a_command_is_one_step(eventful: Book, arguments: list[str]) -> None:
    """All that a command records, new people too, is undone in one: all of it names its step."""
    eventful("add", "Mia Lund", "--from", "Sam Ortiz")
    steps = ask(eventful, "SELECT id FROM step")
    counts = [ask(eventful, f"SELECT count(*) FROM {table}") for table in TRUTH]
    eventful(*arguments)
    new = [step for step in ask(eventful, "SELECT id FROM step") if step not in steps]
    assert len(new) == 1
    ((number,),) = new
    for table, [(count,)] in zip(TRUTH, counts, strict=True):
        if table not in ("name_part", "contact_point"):  # these belong to a version
            sql = f"SELECT count(*) FROM {table} WHERE step"
            assert ask(eventful, f"{sql} <> {number}") == [(count,)], table
    ((command, summary, undone),) = ask(
        eventful, f"SELECT command, summary, undone FROM step WHERE id = {number}"
    )
    assert (command, bool(summary), undone) == (arguments[0], True, 0)


REFUSED = [
    ["deliver", "1"],
    ["contact", "1", "99"],
    ["add", "New Body", "--from", "Sam Ortiz", "--kind", "co-worker", "--thanked", "gift"],
    ["refer-out", "1", "--to", "Sam Ortiz"],
    ["win", "1", "--at", "2026-01-01"],
    ["wish", "New Body", "--updates", "often"],
    ["waive", "1", "thank-win", "--why", "None"],
    ["review", "New Body", "--agreed", "--delivered", "--happy", "--busy-until", "whenever"],
]


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_a_refused_command_is_no_step(eventful: Book, arguments: list[str]) -> None:
    """A refused command leaves not a byte behind, nobody new either."""
    before = eventful.path.read_bytes()
    assert eventful(*arguments, code=None).code in (1, 2)
    assert eventful.path.read_bytes() == before


def last_step(book: Book) -> int:
    """The number of the last command."""
    ((number,),) = ask(book, "SELECT max(id) FROM step")
    return int(number)


def test_what_is_undone_is_gone_and_its_numbers_do_not_return(eventful: Book) -> None:
    """An undone referral is in no list, and the next one gets a number that was never used."""
    before = eventful.export()
    eventful("add", "Kim Wood", "--from", "Joe Kerr", "--thanked", "card")
    undo(eventful, last_step(eventful))
    assert eventful.export() == before
    assert_projections_hold(eventful)
    eventful("show", "2", code=1)
    eventful("show", "Kim Wood", code=1)
    assert 2 not in {item["referral"] for item in eventful.due("--all")["items"]}

    said = eventful("add", "Kim Wood", "--from", "Joe Kerr")
    assert said.out.startswith("3  ")
    assert "(@5)" in said.err
    assert "(@6)" in said.err
    undone = {row[0] for row in ask(eventful, "SELECT id FROM event")}
    eventful("thank", "3")
    assert eventful.export()["events"][-1]["id"] > max(undone)
    assert_projections_hold(eventful)


def test_an_undone_change_brings_back_what_was_before(eventful: Book) -> None:
    """A person's earlier version is the live one again, and what hangs on it with it."""
    eventful("meet", "1")
    before = eventful.export(), eventful.due("--all")
    eventful("wish", "Sam Ortiz", "--updates", "outcome")
    assert eventful.due("--all") != before[1]
    undo(eventful, last_step(eventful))
    assert (eventful.export(), eventful.due("--all")) == before
    assert_projections_hold(eventful)
