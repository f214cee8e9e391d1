"""One step undone in the midst of others: what stands on it, and that nothing is left hanging."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from reftrack import api
from reftrack.domain.times import text_of
from tests.support.driver import Book
from tests.support.projections import Run, assert_projections_hold

HISTORY = {
    "schema": "reftrack.history/1",
    "people": [{"id": 1, "name": "Lee Park"}, {"id": 2, "name": "Mia Lund"}],
    "referrals": [
        {"id": 1, "source": 1, "prospect": 2, "received_at": "2026-11-10T15:00:00Z",
         "kind": "client"}
    ],
    "events": [{"id": 1, "at": "2026-11-11T15:00:00Z", "kind": "won", "referral": 1}],
}  # fmt: skip

ADD = ["add", "Dana Ruiz", "--from", "Sam Ortiz", "--at", "2026-11-18T10:00:00Z"]
IMPORT = ["import", "history.json"]
# Of people and a referral of its own; the one known is named in the data of an event alone.
NAMING = ["import", "naming.json"]

# The steps in their order, the one to undo, and those that stand on it.
STOOD_ON: dict[str, tuple[list[list[str]], int, list[int]]] = {
    "a prospect who became a source": (
        [ADD, ["add", "Kim Wood", "--from", "Dana Ruiz"]], 1, [2],
    ),
    "a prospect who came again": (
        [ADD, ["add", "Dana Ruiz", "--from", "Tom Beck"]], 1, [2],
    ),
    "a source who was met by an edit": (
        [ADD, ["add", "Kim Wood", "--from", "Tom Beck"], ["edit", "2", "--from", "Sam Ortiz"]],
        1, [3],
    ),
    "a person who was edited": ([ADD, ["edit", "@2", "--phone", "1"]], 1, [2]),
    "a person who was merged": (
        [ADD, ["missed", "Samuel Ortiz"], ["merge", "Samuel Ortiz", "Sam Ortiz"]], 2, [3],
    ),
    "a person into whom another was merged": (
        [ADD, ["missed", "Samuel Ortiz"], ["merge", "Sam Ortiz", "Samuel Ortiz"]], 2, [3],
    ),
    "somebody without referrals into whom another was merged": (
        [["missed", "Sam Ortiz"], ["missed", "Samuel Ortiz"],
         ["merge", "Samuel Ortiz", "Sam Ortiz"]], 1, [3],
    ),
    "a call that was let go of": (
        [["missed", "Sam Ortiz"], ["missed", "Sam Ortiz"], ["call-back", "@1"],
         ["missed", "@1"], ["waive", "@1", "call-back", "--why", "Met"]], 4, [5],
    ),
    "a call that was let go of by somebody who is another now": (
        [["missed", "Sam Ortiz"], ["call-back", "@1"], ["missed", "@1"],
         ["waive", "@1", "call-back", "--why", "Met"], ["missed", "Sammy Ortiz"],
         ["merge", "@1", "@2"]], 3, [4],
    ),
    "a call that was let go of after a merge": (
        [["missed", "Sam Ortiz"], ["call-back", "@1"], ["missed", "Tom Beck"],
         ["call-back", "@2"], ["missed", "@1"], ["merge", "@1", "@2"],
         ["waive", "@2", "call-back", "--why", "Met"]], 5, [7],
    ),
    "the end of the work, of which the review was let go of": (
        [ADD, ["win", "1"], ["deliver", "1"],
         ["waive", "@2", "review-client", "--why", "Said so"]], 3, [4],
    ),
    "a person whom an import names by the uid": ([["missed", "Tom Beck"], NAMING], 1, [2]),
    "a referral that was noted": ([ADD, ["note", "1", "Mornings"]], 1, [2]),
    "a person to whom somebody was sent": (
        [["missed", "Tom Beck"], ADD, ["decline", "1", "--why", "Far"],
         ["refer-out", "1", "--to", "Tom Beck"]], 1, [4],
    ),
    "a merge after which its person was called": (
        [ADD, ["missed", "Samuel Ortiz"], ["merge", "Samuel Ortiz", "Sam Ortiz"],
         ["missed", "Sam Ortiz"]], 3, [4],
    ),
    "a merge after which a moved referral was thanked for": (
        [ADD, ["add", "Kim Wood", "--from", "Samuel Ortiz"],
         ["merge", "Samuel Ortiz", "Sam Ortiz"], ["thank", "2"]], 3, [4],
    ),
    "a field that was set again": (
        [ADD, ["edit", "@2", "--phone", "1"], ["edit", "@2", "--phone", "2", "--company", "B"]],
        2, [3],
    ),
    "a wish that was changed": (
        [ADD, ["wish", "@1", "--updates", "30d"], ["wish", "@1", "--updates", "3d"]], 2, [3],
    ),
    "a source put right, and thanked": (
        [ADD, ["edit", "1", "--from", "Tom Beck"], ["thank", "1"]], 2, [3],
    ),
    "a receipt moved back, and a call before the old one": (
        [ADD, ["edit", "1", "--received", "2026-11-16T10:00:00Z"],
         ["contact", "1", "--at", "2026-11-17T10:00:00Z"]], 2, [3],
    ),
    "a sale that was delivered": ([ADD, ["win", "1"], ["deliver", "1"]], 2, [3]),
    "a problem that was resolved": (
        [ADD, ["problem", "1", "A leak"], ["resolve", "1", "Dry"]], 2, [3],
    ),
    "a loss that was explained": (
        [ADD, ["lose", "1", "--why", "Cousin"], ["explain", "1"]], 2, [3],
    ),
    "a return between two losses": (
        [ADD, ["lose", "1", "--why", "Cousin"], ["contact", "1"],
         ["lose", "1", "--why", "Price"]], 3, [4],
    ),
    "a pause that ended": ([ADD, ["pause"], ["resume"]], 2, [3]),
    "a pause in which a referral came that was explained": (
        [["missed", "Tom Beck"], ["pause", "--at", "2026-11-17"], ADD, ["explain", "1"]], 2, [4],
    ),
    "a pause that ended, and was told of": (
        [ADD, ["pause"], ["resume"], ["open-again", "@1"]], 3, [4],
    ),
    "a sale of which the thanks were waived": (
        [ADD, ["thank", "1"], ["win", "1"], ["waive", "1", "thank-win", "--why", "Said so"]],
        3, [4],
    ),
    "a referral of which the source's word was waived": (
        [["missed", "Sam Ortiz"], ADD, ["waive", "@1", "ask-preference", "--why", "Said so"]],
        2, [3],
    ),
    "an import of which a referral was delivered": ([ADD, IMPORT, ["deliver", "2"]], 2, [3]),
}  # fmt: skip

# Where nothing stands on it.
FREE: dict[str, tuple[list[list[str]], int]] = {
    "a call before a sale": ([ADD, ["contact", "1"], ["win", "1"]], 2),
    "a sale before thanks": ([ADD, ["win", "1"], ["thank", "1"]], 2),
    "another field": ([ADD, ["edit", "@2", "--phone", "1"], ["edit", "@2", "--company", "B"]], 2),
    "a wish": ([ADD, ["wish", "@1", "--updates", "30d"], ["tell", "1"]], 2),
    "a waiver": (
        [ADD, ["waive", "1", "thank-referral", "--why", "Said so"], ["contact", "1"]], 2,
    ),
    "a merge, with others recorded since": (
        [ADD, ["missed", "Samuel Ortiz"], ["merge", "Samuel Ortiz", "Sam Ortiz"],
         ["missed", "Tom Beck"]], 3,
    ),
    "the first of two problems": (
        [ADD, ["problem", "1", "A leak"], ["problem", "1", "A crack"], ["resolve", "1", "Dry", "--problem", "A crack"]], 2,
    ),
    "an import": ([ADD, IMPORT, ["contact", "1"]], 2),
    "a pause that nothing followed": ([ADD, ["pause"], ["contact", "1"]], 2),
    "a snooze": ([ADD, ["snooze", "1", "--until", "2026-12-01"], ["contact", "1"]], 2),
    "an add of others": ([["add", "Kim Wood", "--from", "Tom Beck"], ADD], 1),
}  # fmt: skip


def recorded(book: Book, commands: list[list[str]]) -> Book:
    """The book with these steps, one a minute."""
    (book.folder / "history.json").write_text(json.dumps(HISTORY), encoding="utf-8")
    for minute, command in enumerate(commands):
        book.at(f"2026-11-20T15:{minute:02}:00Z")
        if command == NAMING:
            (tom,) = book.export()["people"]
            sent = {"id": 2, "at": "2026-11-12T15:00:00Z", "kind": "referred-out", "referral": 1,
                    "data": {"to": tom["uid"]}}  # fmt: skip
            more = {**HISTORY, "events": [sent], "people": [*HISTORY["people"], {**tom, "id": 3}]}
            (book.folder / "naming.json").write_text(json.dumps(more), encoding="utf-8")
        words = [str(book.folder / w) if w.endswith(".json") else w for w in command]
        book(*words, *(["--yes"] if command[0] == "merge" else []))
    return book


def listed(book: Book) -> dict[int, dict[str, object]]:
    """The steps as `undo --list --json` has them, by number."""
    steps = json.loads(book("undo", "--list", "--json").out)["steps"]
    return {step["id"]: step for step in steps}


@pytest.mark.parametrize("case", STOOD_ON)
def test_what_stands_on_it_is_said_and_nothing_changes(book: Book, case: str) -> None:
    """It is refused by number and in words; the command that it names is possible."""
    commands, number, on_it = STOOD_ON[case]
    recorded(book, commands)
    before = book.path.read_bytes()
    refused = book("undo", str(number), code=1).err.splitlines()
    assert book.path.read_bytes() == before
    steps = listed(book)
    assert steps[number]["stands_on_it"] == on_it
    assert not steps[number]["can_be_undone"]
    assert refused[0].startswith(f"error: step {number} cannot be undone: {on_it[0]} (")
    assert str(steps[on_it[0]]["summary"])[:30] in refused[0]
    assert len(refused) == 2
    while "First: " in refused[-1]:
        book(*refused[-1].rpartition("First: reftrack ")[2].split())
        assert_projections_hold(book)
        refused = book("undo", str(number), code=None).err.splitlines() or [""]
    assert listed(book)[number]["undone"]


@pytest.mark.parametrize("case", FREE)
def test_where_nothing_stands_on_it_it_alone_is_undone(book: Book, case: str) -> None:
    """The book is as if the step had never been; redone it is as it was, whole each time."""
    commands, number = FREE[case]
    recorded(book, commands)
    whole = book("export").out
    owed = book.due("--all")
    assert listed(book)[number]["can_be_undone"]
    assert "Undone: " in book("undo", str(number)).out
    assert_projections_hold(book)
    assert [n for n, step in listed(book).items() if step["undone"]] == [number]
    assert listed(book)[number]["can_be_redone"]
    assert book("export").out != whole
    assert book("check").out
    assert "Redone: " in book("redo").out
    assert_projections_hold(book)
    assert book("export").out == whole
    assert book.due("--all") == owed


@pytest.mark.parametrize("seed", range(2))
def test_what_is_left_can_always_be_read_in_again(
    book: Book, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export of what is left is a whole history, in whatever order steps were undone."""
    run = Run(book, 700 + seed)
    run.weights["undo"] = run.weights["redo"] = 0
    for _ in range(25):
        run.now += timedelta(hours=5)
        book.at(text_of(run.now))(*(run.command() if run.people else run.add()), code=None)
        run.look()
    rng = random.Random(seed)
    done = 0
    for _ in range(25):
        number = str(rng.randrange(1, run.latest + 1))
        result = book(rng.choice(["undo", "undo", "redo"]), number, code=None)
        assert result.code in (0, 1), result
        if result.code:
            continue
        done += 1
        history = book.export()
        with monkeypatch.context() as patched:
            patched.setenv("REFTRACK_DB", str(book.folder / f"again-{done}.db"))
            book.load(history)
    assert done > 5
    assert_projections_hold(book)


def test_redo_brings_back_exactly_what_was_undone_last(book: Book) -> None:
    """Out of the midst and from the end, in the order in which they went."""
    recorded(book, [ADD, ["contact", "1"], ["meet", "1"], ["thank", "1"]])
    book("undo", "2")
    book("undo")
    book("undo", "3")
    assert "Redone: meet" in book("redo").out
    assert "Redone: thank" in book("redo").out
    assert "Redone: contact" in book("redo").out
    assert "nothing to redo" in book("redo", code=1).err


def test_one_of_several_that_were_undone_is_redone_by_its_number(book: Book) -> None:
    """Not one that stands on another that is undone: that one comes first."""
    recorded(book, [ADD, ["win", "1"], ["deliver", "1"], ["thank", "1"]])
    book("undo", "3")
    book("undo", "2")
    refused = book("redo", "3", code=1).err.splitlines()
    assert refused == [
        "error: step 3 stands on 2 (1: Won Dana Ruiz), which is undone.",
        "First: reftrack redo 2",
    ]
    book("redo", "2")
    book("redo", "3")
    assert_projections_hold(book)
    book("undo", "4")
    book("note", "1", "Mornings")
    assert "before something else was recorded" in book("redo", "4", code=1).err
    assert "is not undone" in book("redo", "2", code=1).err


def test_a_step_that_is_no_step(book: Book) -> None:
    """Undone already, of no such number, of no such words: nothing changes."""
    recorded(book, [ADD, ["contact", "1"], ["thank", "1"]])
    book("undo", "2")
    before = book.path.read_bytes()
    assert book("undo", "2", code=1).err.splitlines() == [
        "error: step 2 is undone already.",
        "To bring it back: reftrack redo 2",
    ]
    for number in ("0", "99999", "9" * 30, "00"):
        assert "there is no step" in book("undo", number, code=1).err
    assert "no such option" in book("undo", "-1", code=2).err
    assert "says 'nonsense'" in book("undo", "nonsense", code=1).err
    assert "is empty" in book("undo", " ", code=2).err
    assert "takes no step" in book("undo", "2", "--list", code=2).err
    assert book.path.read_bytes() == before
    assert "fits several" in book("undo", "dana", code=1).err


def test_a_step_is_named_by_words_that_only_it_says(book: Book) -> None:
    """The beginning of a word; a number in it as a whole, whatever the case and the accents."""
    recorded(book, [["add", "Zoë Ruiz", "--from", "Sam Ortiz"], *[["missed", "@1"]] * 2])
    book("edit", "@1", "--company", "Ortiz Roofing")
    assert "Undone: edit" in book("undo", "@1: EDITED").out
    assert "Redone: edit" in book("redo", "@1: edi").out
    assert book("undo", "@1", code=1).err.count("  @1: ") == 3
    assert "says 'dited'" in book("undo", "dited", code=1).err
    assert "step 1 cannot be undone" in book("undo", "zoe", code=1).err
    for number in range(4, 14):
        book("missed", f"Stranger {number}", "--at", "2026-11-19")
    assert "Undone: missed" in book("undo", "@10").out
    assert book("undo", "@1", code=1).err.count("  @1: ") == 3


def test_a_word_that_deletes_elsewhere_points_at_undo(book: Book) -> None:
    """With the number that has to be typed, and where it is found."""
    for word in ("delete", "remove", "rm", "RM"):
        refused = book(word, "3", code=2).err.splitlines()
        assert refused[0].startswith(f"error: there is no command '{word}'")
        assert refused[1] == "`reftrack undo --list` has the numbers. Then: reftrack undo N"


def test_the_list_says_what_can_be_undone(book: Book) -> None:
    """And of each other step why it cannot be, or that it can be redone."""
    recorded(book, [ADD, ["win", "1"], ["deliver", "1"], ["contact", "1"]])
    book("undo", "4")
    rows = [row.partition("  ")[2] for row in book("undo", "--list").out.splitlines()[1:]]
    assert [row.partition("  15:")[2][4:] for row in rows] == [
        "contact, undone  reftrack redo 4",
        "deliver  reftrack undo 3",
        "win; 3 stands on it",
        "add; 2 and 3 stand on it",
    ]


def test_the_values_of_a_refusal(tmp_path: Path) -> None:
    """A program is told the numbers, and names a step by its number."""
    session = api.open_session(tmp_path / "book.db")
    api.add(session, "Dana Ruiz", "Sam Ortiz")
    api.win(session, ["1"])
    api.contact(session, ["1"])
    with pytest.raises(api.StoodOn) as refused:
        api.undo(session, step=1)
    assert (refused.value.step, refused.value.on_it) == (1, (2, 3))
    undone = api.undo(session, step=2)
    assert isinstance(undone, api.Recorded)
    assert undone.lines[1] == "  1: Won Dana Ruiz"
    assert isinstance(api.redo(session, step=2), api.Recorded)
    several = api.undo(session, step="dana")
    assert isinstance(several, api.Undecided)
    assert [choice.answer for choice in several.choices] == ["3", "2", "1"]
    assert isinstance(api.undo(session, step="dana", answers={"dana": "3"}), api.Recorded)


def test_a_step_of_another_machine(book: Book) -> None:
    """Its id is large, its number is not, and what it stands on is found all the same."""
    book(*ADD)
    with closing(sqlite3.connect(book.path)) as connection:
        for table in ("step", "event", "person_version", "referral_version", "turning"):
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", [table])
            connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", [table, 1 << 60])
        connection.commit()
    book("contact", "1")
    book("win", "1")
    assert listed(book)[1]["stands_on_it"] == [2, 3]
    assert "Undone: contact" in book("undo", "2").out
    assert_projections_hold(book)
    assert "Redone: contact" in book("redo", "2").out
