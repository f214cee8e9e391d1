"""Which door a screen leaves by: a terminal's, or a pipe's."""

from __future__ import annotations

from collections.abc import Iterable
from types import ModuleType

from reftrack.cli.lines import Letter
from reftrack.cli.output import is_screen, writing


def _door() -> ModuleType:
    # A pipe needs none of what a terminal does, and Rich is half of a quick start.
    if is_screen():
        from reftrack.cli import views

        return views
    from reftrack.cli import plain

    return plain


def show_letter(letter: Letter) -> None:
    """A screen that reads like a short letter."""
    with writing():
        _door().show_letter(letter)


def show_facts(title: str, facts: Iterable[tuple[str, str]], *, is_first: bool = True) -> None:
    """A title, then a label and a text on each line; with a gap before unless it is first."""
    with writing():
        _door().show_facts(title, facts, is_first=is_first)
