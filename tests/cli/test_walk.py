"""`walk`: through the morning at the keyboard; every answer is recorded at once."""

from __future__ import annotations

import os
import pty
import select
import signal
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.driver import REFTRACK, TIMEOUT, Book, Result
from tests.support.prepared import made_once
from tests.support.projections import assert_projections_hold


@pytest.fixture
@made_once
def morning(book: Book) -> Book:
    """News for Ana overdue; Sam to be thanked, Dana to be called, both by 15:00."""
    book.at("2026-11-16T15:00:00Z")
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--phone", "0161 496 0005")
    book("add", "Kim Wood", "--from", "Ana Silva", "--thanked", "card", "--contacted")
    book("problem", "2", "Survey late")
    return book.at("2026-11-17T10:00:00Z")


def walked(book: Book, keys: str, *options: str, columns: int = 80) -> Result:
    """A walk with these keys."""
    return book.screen("walk", *options, keys=keys, columns=columns, env={"NO_COLOR": "1"})


def kinds(book: Book) -> list[str]:
    """The kinds recorded since the morning began."""
    return [e["kind"] for e in book.export()["events"] if e["at"] >= "2026-11-17"]


def steps(book: Book) -> int:
    """The number of commands that recorded something."""
    connection = sqlite3.connect(book.path)
    try:
        return int(connection.execute("SELECT count(*) FROM step").fetchone()[0])
    finally:
        connection.close()


def test_off_a_terminal_it_says_what_to_do(morning: Book) -> None:
    """Nobody can answer there."""
    said = morning("walk", code=2).err
    assert (
        said == "error: a walk needs somebody at the keyboard.\nThe same as a list: reftrack due\n"
    )


@pytest.mark.parametrize("columns", [40, 80])
def test_done_all_the_way(morning: Book, columns: int) -> None:
    """Each record as `due` shows it, in its order; what is done is recorded by its command."""
    before = steps(morning)
    shown = walked(morning, "d\nd\nd\ny\n", columns=columns)
    assert shown.code == 0, shown
    places = [shown.out.find(text) for text in ("Tell Ana", "Thank Sam", "Call Dana")]
    assert places == sorted(places)
    assert min(places) > 0
    assert "Did you speak with Dana Ruiz? [y/n]" in shown.out
    assert "3 done. Nothing is left." in shown.out
    assert kinds(morning) == ["told", "thanked", "contacted"]
    assert steps(morning) == before + 3
    assert_projections_hold(morning)


def test_a_conversation_is_never_invented(morning: Book) -> None:
    """Not spoken, but tried: an attempt. Neither: nothing, and the record stays."""
    shown = walked(morning, "k\nk\nd\nn\nn\nd\nn\ny\n")
    assert "Nothing was recorded." in shown.out
    assert "1 done, 2 skipped. 2 left: reftrack due" in shown.out
    assert kinds(morning) == ["attempted"]
    assert_projections_hold(morning)


def test_snooze_hides_that_record_alone(morning: Book) -> None:
    """Enter means tomorrow; a time not understood is asked again; Dana's call stays."""
    shown = walked(morning, "k\ns\nsoon\ns\n\nq\n")
    assert "'soon' is not understood" in shown.out
    assert "1 snoozed, 1 skipped. 2 left: reftrack due" in shown.out
    (event,) = [e for e in morning.export()["events"] if e["kind"] == "snoozed"]
    assert event["data"] == {"until": "2026-11-18T00:00:00Z", "rule": "thank-referral"}
    assert [row[0] for row in morning.owed()][:2] == ["report-problem", "contact-prospect"]
    assert_projections_hold(morning)


def test_words_that_only_you_know_are_asked_for(morning: Book) -> None:
    """A word in capitals in the command is a question here."""
    morning("tell", "2")
    morning("thank", "1")
    morning("decline", "1", "--why", "Too far")
    morning("explain", "1")
    keys = "d\nLee Park\nd\ny\nA new survey\nk\nd\n30d\nq\n\x04"
    shown = walked(morning, keys, "--later")
    assert shown.code == 0, shown
    events = {e["kind"]: e for e in morning.export()["events"]}
    problem = events["problem"]["uid"]
    assert events["resolved"]["data"] == {"text": "A new survey", "problem": problem}
    assert "referred-out" in events
    assert_projections_hold(morning)


def test_open_draft_and_help_leave_the_record_where_it_is(morning: Book) -> None:
    """They answer, and the same record is asked for again; so is what is no key."""
    before = morning.path.read_bytes()
    shown = walked(morning, "o\nr\n?\nwhatever\n\nquit\n")
    assert shown.code == 0, shown
    assert "2  Kim Wood, from Ana Silva" in shown.out
    assert shown.out.count("k  skip: leave it as it is") == 3
    assert "Nothing done. 3 left: reftrack due" in shown.out
    assert morning.path.read_bytes() == before


@pytest.mark.parametrize("keys", ["d\n\x04", "d\nk\nd\n\x04\x04", "d\ns\n\x04\x04"])
def test_the_end_of_the_input_loses_nothing(morning: Book, keys: str) -> None:
    """Ctrl-D ends the walk wherever it comes."""
    shown = walked(morning, keys)
    assert shown.code == 0, shown
    assert "1 done" in shown.out
    assert kinds(morning) == ["told"]
    assert_projections_hold(morning)


def test_an_interrupt_loses_nothing_and_nothing_is_locked_meanwhile(morning: Book) -> None:
    """While it waits others may record; Ctrl-C says what was done and ends with 130."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*REFTRACK, "walk"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    shown = until(leader, b"[?]: ")
    os.write(leader, b"d\n")
    shown += until(leader, b"[?]: ")
    connection = sqlite3.connect(morning.path, timeout=0)
    connection.execute("BEGIN EXCLUSIVE")
    connection.rollback()
    connection.close()
    morning("thank", "1")
    process.send_signal(signal.SIGINT)
    shown += until(leader, b"stays recorded.")
    assert process.wait(timeout=TIMEOUT) == 130
    os.close(leader)
    assert b"1 done. 1 left: reftrack due" in shown
    assert kinds(morning) == ["told", "thanked"]


def until(leader: int, text: bytes) -> bytes:
    """The text that the terminal got up to this."""
    shown = b""
    end = time.monotonic() + TIMEOUT
    while text not in shown and time.monotonic() < end:
        if select.select([leader], [], [], 0.1)[0]:
            shown += os.read(leader, 65536)
    assert text in shown, shown
    return shown


def test_a_quiet_morning_is_the_letter_of_due(book: Book, tmp_path: Path) -> None:
    """With nothing to walk through it says what `due` says; without a book too."""
    assert "No book at" in walked(book, "").out
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", "card", "--contacted")
    assert "Nothing is due today." in walked(book, "").out


def test_another_database_is_walked_through_too(morning: Book, tmp_path: Path) -> None:
    """`--db` holds for every answer."""
    other = tmp_path / "other.db"
    morning.path.rename(other)
    shown = walked(morning, "d\nq\n", "--db", str(other))
    assert "1 done. 2 left" in shown.out
    assert not morning.path.exists()


# One touch for a person, which the walk and `due --by-person` offer.


def test_thanks_to_a_person_cover_what_was_open_when_they_were_said(book: Book) -> None:
    """All that is open to them and no other; a referral that came after the card waits for its own."""
    book.at("2026-11-18T09:00:00Z")("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("add", "Kim Wood", "--from", "Sam Ortiz")
    book("add", "Sam Ortiz", "--from", "Sam Ortiz")
    book("win", "2")
    book.at("2026-11-20T09:00:00Z")("add", "Lee Park", "--from", "Sam Ortiz")
    book("add", "Mia Lund", "--from", "Ana Silva")
    book("thank", "@1", "--by", "card", "--at", "2026-11-19 10:00")
    thanked = [e["referral"] for e in book.export()["events"] if e["kind"] == "thanked"]
    assert thanked == [1, 2, 3]
    rows = [row for row in book.owed() if row[0].startswith("thank")]
    assert [(rule, number) for rule, _, number, _ in rows] == [
        ("thank-referral", 4),
        ("thank-referral", 5),
    ]
    book("thank", "@1")
    assert [row[2] for row in book.owed() if row[0].startswith("thank")] == [5]
    book("thank", "@1", code=1)
    book("thank", "@1", "--at", "whenever", code=2)
    assert_projections_hold(book)


def test_news_to_a_person_is_of_every_live_referral(book: Book) -> None:
    """Not of one that ended, of new business, or of what came later; never offered for an ended one."""
    book.at("2026-11-18T09:00:00Z")("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", "card")
    book("add", "Kim Wood", "--from", "@1", "--thanked", "card")
    book("add", "Sam Ortiz", "--from", "@1", "--thanked", "card")
    book("problem", "1", "Late")
    book("problem", "2", "Late too")
    book("decline", "2", "--why", "Too far")
    book("explain", "2")
    book.at("2026-11-20T09:00:00Z")("add", "Lee Park", "--from", "@1", "--thanked", "card")
    book("problem", "2", "A bill came twice")
    assert "reftrack tell @1" not in book("due", "--by-person").out
    book("tell", "@1", "--at", "2026-11-19 10:00")
    told = [e["referral"] for e in book.export()["events"] if e["kind"] == "told"]
    assert told == [1]
    book("problem", "1", "Again")
    book("tell", "2")
    assert_projections_hold(book)
