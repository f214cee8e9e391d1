"""A choice at a terminal among several, by its place in a list."""

from __future__ import annotations

from reftrack.application.results import Undecided
from reftrack.cli.asking import wanted
from reftrack.cli.output import safe, say_aside


def chosen(doubt: Undecided) -> str:
    """The answer that is chosen by its number in the list; asked until it is one of them."""
    lines = [f"{place:3}  {choice.text}" for place, choice in enumerate(doubt.choices, 1)]
    say_aside(doubt.question, *map(safe, lines))
    while True:
        said = wanted(None, f"Which, 1 to {len(lines)}", "1").strip()
        if said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= len(lines):
            return doubt.choices[int(said) - 1].answer
