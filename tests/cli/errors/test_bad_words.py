"""Every place, and every bad word in it."""

from __future__ import annotations

import shutil
import zlib
from pathlib import Path

import pytest

from tests.support.bad_words import PLACES, WORDS, checked, digest
from tests.support.driver import Book
from tests.support.sweeps import SHARE


def share_of(place: list[str]) -> list[str]:
    """The words that this place takes: the same ones however many places and words are added.

    The hash is of the place and the word alone, so a case that failed is in the next run too.
    """
    cases = {word: "\0".join([*place, word]).encode("utf-8", "surrogatepass") for word in WORDS}
    return [word for word, case in cases.items() if zlib.crc32(case) % SHARE == 0]


@pytest.mark.sweep
@pytest.mark.parametrize("place", PLACES, ids=lambda place: " ".join(place)[:40])
def test_a_bad_word_in_any_place(two: Book, place: list[str], tmp_path: Path) -> None:
    """Each place takes its share of the bad words: refused in form, or taken and shown safely."""
    whole = tmp_path / "whole.db"
    shutil.copy(two.path, whole)
    before = digest(two.path)
    for word in share_of(place):
        arguments = [part.replace("{}", word) for part in place]
        result = checked(two(*arguments, code=None), arguments)
        assert result.code in (0, 1, 2), (arguments, result)
        if result.code:
            assert digest(two.path) == before, arguments
        elif digest(two.path) != before:
            for look in (["due", "--later"], ["list"], ["show", "1"], ["show", "@1"]):
                checked(two(*look), arguments)
            shutil.copy(whole, two.path)


def test_there_are_enough_bad_inputs() -> None:
    """The sweep above has its breadth: every command and word, and many hundreds of cases."""
    shares = [share_of(place) for place in PLACES]
    assert sum(map(len, shares)) >= 300
    assert all(shares)
    assert {word for share in shares for word in share} == set(WORDS)
    assert {place[0] for place in PLACES} >= {
        *("due", "add", "thank", "contact", "meet", "win", "deliver", "tell", "done", "lose"),
        *("decline", "refer-out", "explain", "problem", "resolve", "waive", "snooze", "rate"),
        *("educate", "missed", "call-back", "refer", "review", "ask", "wish", "pause", "resume"),
        *("open-again", "list", "show", "export", "import"),
    }
