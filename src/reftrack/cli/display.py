"""The choice between a screen for a terminal and rows for a pipe."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from reftrack.cli.output import is_screen, writing
from reftrack.cli.screens import Screen


def _door() -> ModuleType:
    # Imported here: a pipe does not need Rich, which is half of a quick start.
    if is_screen():
        from reftrack.cli import views

        return views
    from reftrack.cli import plain

    return plain


def show_screen(screen: Screen) -> None:
    """Prints a screen that reads like a short letter, or its rows."""
    with writing():
        _door().show_screen(screen)


def show_facts(title: str, facts: Iterable[tuple[str, str]], *, is_first: bool = True) -> None:
    """Prints a title, then a label and a text on each line; a gap before it unless it is first."""
    with writing():
        _door().show_facts(title, facts, is_first=is_first)
