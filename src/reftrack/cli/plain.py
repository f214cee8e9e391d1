"""The screens for a pipe or a file: plain rows, each on one line, nothing wrapped."""

from __future__ import annotations

from collections.abc import Iterable

from reftrack.cli.output import safe, say
from reftrack.cli.screens import Screen


def show_screen(screen: Screen) -> None:
    """Prints a heading, then a row a record that begins with its section's title."""
    rows = [safe(f"{screen.heading}. {screen.summary}")] if screen.heading else []
    for section in screen.sections:
        rows += [
            _row(section.title, r.number, r.action, r.when, r.reach, r.command)
            for r in section.lines
        ]
    rows += [_row(fold.title, fold.text, fold.command) for fold in screen.folds]
    rows += map(safe, screen.closing)
    say(*rows)


def show_facts(title: str, facts: Iterable[tuple[str, str]], *, is_first: bool = True) -> None:
    """Prints a title, then a label and a text on each line; a gap before it unless it is first."""
    rows = [_row(f"{label}:", text) for label, text in facts if text]
    say(*([] if is_first else [""]), safe(title), *rows)


def _row(*cells: str) -> str:
    return safe("  ".join(cell for cell in cells if cell))
