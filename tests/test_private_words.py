"""Private words stay where they belong, also when a later command tells of an earlier one."""

from __future__ import annotations

import pytest

from tests.support.driver import Book, Result
from tests.support.prepared import made_once

SECRET = "zanzibar"


@pytest.fixture
@made_once
def filled(book: Book) -> Book:
    """Dana from Sam; Sam and Sam's other name have a note each, and the referral a need."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--need", f"{SECRET} roof")
    book("add", "Kim Wood", "--from", "Samuel Ortiz", "--note", f"{SECRET} call")
    book("edit", "@1", "--note", f"{SECRET} tea")
    book("edit", "@3", "--note", f"{SECRET} coffee")
    return book


def silent(said: Result) -> str:
    """The answer, without the secret in it."""
    assert SECRET not in said.out + said.err
    return said.out + said.err


@pytest.mark.parametrize(
    ("which", "option"), [("1", "need"), ("1", "note"), ("@1", "note"), ("@2", "note")]
)
def test_an_edited_private_text_is_not_repeated(filled: Book, which: str, option: str) -> None:
    """Neither by the edit nor by undoing and redoing it: only that it changed."""
    before = filled.export()
    had = bool(
        filled.export()["people" if "@" in which else "referrals"][int(which[-1]) - 1][option]
    )
    answer = silent(filled("edit", which, f"--{option}", f"{SECRET} anew"))
    assert f"{option}: {'changed' if had else 'written'}\n" in answer
    assert f": {option}: changed back\n" in silent(filled("undo"))
    assert filled.export() == before
    assert f": {option}: changed again\n" in silent(filled("redo"))
    assert f"{option}: cleared\n" in silent(filled("edit", which, f"--{option}", ""))
    assert f": {option}: changed back\n" in silent(filled("undo"))


def test_what_is_not_private_is_still_said(filled: Book) -> None:
    """Field by field, as it was and as it is, beside the private one."""
    silent(filled("edit", "1", "--tie", "cousin", "--need", f"{SECRET} anew"))
    answer = silent(filled("undo"))
    assert "tie: cousin → none\n" in answer
    assert "need: changed back\n" in answer


def test_two_notes_that_a_merge_made_one_are_not_repeated(filled: Book) -> None:
    """Not when they are merged, nor when that is undone or done again."""
    silent(filled("merge", "@3", "@1", "--yes"))
    assert "@1  Sam Ortiz: note: changed back\n" in silent(filled("undo"))
    assert "@1  Sam Ortiz: note: changed again\n" in silent(filled("redo"))
    silent(filled("undo", "--list"))


def test_a_question_does_not_show_what_is_private(filled: Book) -> None:
    """`edit` without options asks field by field, on a screen that others may see."""
    shown = filled.screen("edit", "1", keys="\n" * 8)
    assert "a private one" in shown.out
    assert SECRET not in shown.out
    shown = filled.screen("edit", "@1", keys="\n" * 8)
    assert SECRET not in shown.out


UNQUOTED = (
    *(["contact", "1", "--note", "he", SECRET], ["contact", "1", "--note", SECRET, SECRET, "sam"]),
    *(["thank", "1", "--by", "card", "--note", "he", SECRET], ["win", "--note", "he", SECRET]),
    *(["lose", "1", "--why", "Far", "--note=he", SECRET], ["tell", "1", "--note", "he", SECRET]),
    *(["edit", "1", "--need", "some", SECRET, "here"], ["edit", "@1", "--note", "he", SECRET]),
    *(["add", "Lee", "--from", "Sam Ortiz", "--need", "a", SECRET],),
    *(["waive", "1", "all", "--why", "he", SECRET], ["waive", "1", "--why", "he", SECRET]),
    *(["problem", "1", "--note", "he", SECRET], ["tell", "1", "--note", "he", "2"]),
    *(["note", "1", "he", SECRET], ["note", SECRET, "he"], ["note", f"He likes {SECRET}", "1"]),
    *(["note", "1", f"--{SECRET} he"], ["note", "1", f"-{SECRET}"], ["thank", "1", f"--{SECRET}"]),
    *(["thank", "1", f"--note{SECRET}"], ["thank", "1", f"--notes={SECRET}"]),
)


@pytest.mark.parametrize("arguments", UNQUOTED, ids=" ".join)
def test_a_text_without_quotes_is_not_repeated(filled: Book, arguments: list[str]) -> None:
    """It is refused with the way out, and nothing is recorded."""
    before = filled.path.read_bytes()
    said = filled(*arguments, code=None)
    assert said.code in (1, 2)
    assert len(said.err.splitlines()) == 2
    assert "quotes" in silent(said) or "--help" in said.err
    assert filled.path.read_bytes() == before


def test_a_mistake_elsewhere_is_still_named(filled: Book) -> None:
    """Only what stands where a private word may is kept back."""
    for arguments, named in (
        (["thank", "1", "--note", SECRET, "--by", "pigeon"], "'pigeon'"),
        (["thank", "99", "--note", SECRET], "no referral 99"),
        (["thank", "Nobody", "--note", SECRET], "'Nobody'"),
        (["contact", "--note", SECRET, "99"], "no referral 99"),
        (["note", "99", SECRET], "no referral 99"),
        (["thank", "1", "--note", SECRET, "--why", "x"], "no such option: --why"),
        (["thank", "Nobody", "--note", SECRET, "--db", str(filled.path)], "'Nobody'"),
        (["thank", "1", "--why", "x"], "no such option: --why"),
        (["thank", "1", "--ntoe", "x"], "Did you mean --note?"),
        (["waive", "1", "thank-chian", "--why", SECRET], "'thank-chian'"),
    ):
        assert named in silent(filled(*arguments, code=None))
