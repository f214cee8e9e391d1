"""The known word that was probably meant by one that is not known."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], count: int = 1, likeness: float = 0.6) -> list[str]:
    """At most `count` of the known words that are like `word`, the likest first."""
    # Only a mistake pays for it: no command needs it at its start.
    import difflib

    return difflib.get_close_matches(word, list(known), count, likeness)


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """The second line of an error: the likeliest word, or else `otherwise`."""
    near = nearest(word, known)
    return f"Did you mean {near[0]}?" if near else otherwise
