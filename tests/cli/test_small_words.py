"""Small words: what TAB says of a flag and of its negation, and how few are counted."""

from __future__ import annotations

from collections import Counter

from reftrack.cli.vocabulary import COMMANDS
from tests.support.driver import Book


def test_no_two_flags_of_a_command_say_the_same() -> None:
    """A negated flag is not explained in the words of the flag."""
    said = Counter(
        (name, purpose)
        for name, (_, _, options) in COMMANDS.items()
        for _, kind, purpose in options
        if not kind
    )
    assert [twice for twice, count in said.items() if count > 1] == []


def test_a_history_is_counted_in_words(book: Book) -> None:
    """One person is one person, in the preview, in the answer and in the list of steps."""
    people = [{"id": 1, "uid": "p1", "name": "Sam Ortiz"}]
    path = book.folder / "history.json"
    book.load({"schema": "reftrack.history/1", "timezone": "UTC", "people": people})
    listed = book("undo", "--list").out.splitlines()
    assert "  1  1 person, 0 referrals and 0 events from history.json  " in listed[1]
    path.write_text(path.read_text().replace("p1", "p2"))
    previewed = book("import", "--dry-run", str(path)).out
    assert previewed.startswith("New in it: 1 person, 0 referrals and 0 events.\n")
