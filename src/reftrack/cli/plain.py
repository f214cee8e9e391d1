"""The same screens for a pipe or a file: plain rows, each on one line, nothing wrapped."""

from __future__ import annotations

from collections.abc import Iterable

from reftrack.cli.lines import Letter
from reftrack.cli.output import safe, say


def show_letter(letter: Letter) -> None:
    """A heading, then a row a record that begins with its section's title."""
    rows = [safe(f"{letter.heading}. {letter.summary}")] if letter.heading else []
    for section in letter.sections:
        rows += [
            _row(section.title, r.number, r.action, r.when, r.reach, r.command)
            for r in section.records
        ]
    rows += [_row(fold.title, fold.text, fold.command) for fold in letter.folds]
    rows += map(safe, letter.closing)
    say(*rows)


def show_facts(title: str, facts: Iterable[tuple[str, str]], *, is_first: bool = True) -> None:
    """A title, then a label and a text on each line; with a gap before unless it is first."""
    rows = [_row(f"{label}:", text) for label, text in facts if text]
    say(*([] if is_first else [""]), safe(title), *rows)


def _row(*cells: str) -> str:
    return safe("  ".join(cell for cell in cells if cell))
