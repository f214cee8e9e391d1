"""The content of a screen, before it is laid out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple


class Line(NamedTuple):
    """One line of a section: what it is about, by when, how to reach them, the command for it."""

    number: str
    action: str
    when: str = ""
    reach: str = ""
    command: str = ""


class Section(NamedTuple):
    """Lines under a title; `tone` is how it may be coloured, never the only sign."""

    title: str
    lines: Sequence[Line]
    tone: str = ""


class Fold(NamedTuple):
    """One thing that is only counted, with the command that unfolds it."""

    title: str
    text: str
    command: str


@dataclass
class Screen:
    """A heading, then sections, then what is folded, then plain lines."""

    heading: str = ""
    summary: str = ""
    sections: list[Section] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
