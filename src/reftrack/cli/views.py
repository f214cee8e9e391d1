"""The screens: the only module that knows Rich."""

from __future__ import annotations

import sys
from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from reftrack.cli.output import safe, width
from reftrack.cli.screens import Fold, Line, Screen

# The width below which two columns do not fit, and a record becomes a stack of lines.
_NARROW = 60
# A line longer than this is no longer read at a glance.
_WIDEST = 100
# The least width that a command or a label may be wrapped to, on the narrowest screen.
_LEAST = 8

_TONES = {"overdue": "bold red", "today": "bold yellow", "": "bold"}


def console() -> Console:
    """A console that takes nothing as markup, and is as wide as the screen."""
    columns = min(width(), _WIDEST)
    return Console(file=sys.stdout, markup=False, emoji=False, highlight=False, width=columns)


def show_screen(screen: Screen) -> None:
    """Prints a screen that reads like a short letter."""
    out = console()
    columns = out.width
    lines: list[Text] = []
    if screen.heading:
        heading = _styled(f"{screen.heading}. ", "bold") + _styled(screen.summary)
        lines += _wrapped(heading, columns)
    numbers = (len(line.number) for section in screen.sections for line in section.lines)
    indent = max(5, 3 + max(numbers, default=0))
    for section in screen.sections:
        lines += [Text(), *_wrapped(_styled(section.title, _TONES[section.tone]), columns)]
        for line in section.lines:
            lines += _line(line, columns, indent, section.tone)
    if screen.folds:
        lines.append(Text())
    for fold in screen.folds:
        lines += _fold_lines(fold, columns)
    if screen.closing:
        lines.append(Text())
    for text in screen.closing:
        lines += _wrapped(_styled(text), columns)
    out.print(Text("\n").join(lines), soft_wrap=True)


def show_facts(title: str, facts: Iterable[tuple[str, str]], *, is_first: bool = True) -> None:
    """Prints a title, then a label and a text on each line; a gap before it unless it is first."""
    out = console()
    rows = [(label, text) for label, text in facts if text]
    indent = 2 + max((len(label) for label, _ in rows), default=0)
    lines = [] if is_first else [Text()]
    lines += _wrapped(_styled(title, "bold"), out.width)
    for label, text in rows:
        # Only a note may have several lines, which stay apart.
        first, *more = text.replace("\r\n", "\n").split("\n")
        if out.width < _NARROW:
            lines += _hanging(_styled(f"{label}: {first}"), out.width)
            lines += [line for part in more for line in _indented(_styled(part), out.width, 2)]
            continue
        room = out.width - indent
        parts = [line for part in (first, *more) for line in _wrapped(_styled(part), room)]
        for number, line in enumerate(parts):
            lines.append(_styled(("" if number else label).ljust(indent), "dim") + line)
    out.print(Text("\n").join(lines), soft_wrap=True)


def _line(line: Line, columns: int, indent: int, tone: str) -> list[Text]:
    """One line: two rows with two columns each, or a stack on a narrow screen."""
    room = columns - indent
    action = _styled(line.action)
    when = _styled(line.when, _TONES[tone] if tone == "overdue" else "")
    reach = _styled(line.reach, "dim")
    command = _styled(line.command, "cyan")
    if columns < _NARROW:
        parts = [part for part in (action, when, reach, command) if part]
        lines = [line for part in parts for line in _wrapped(part, room)]
    elif not when and not reach:
        lines = _beside(action, command, room)
    else:
        lines = _beside(action, when, room)
        if reach or command:
            lines += _beside(reach, command, room)
    number = f"{line.number:>{indent - 2}}  "
    return [
        _styled(number if place == 0 else " " * indent, "bold") + row
        for place, row in enumerate(lines)
    ]


def _fold_lines(fold: Fold, columns: int) -> list[Text]:
    title, command = _styled(fold.title, "bold"), _styled(fold.command, "cyan")
    if columns < _NARROW:
        text = _styled(fold.text)
        return [title, *_indented(text, columns, 5), *_indented(command, columns, 5)]
    indent = title.cell_len + 2
    lines = _beside(_styled(fold.text), command, columns - indent)
    return [
        (title + Text("  ") if place == 0 else Text(" " * indent)) + line
        for place, line in enumerate(lines)
    ]


def _indented(text: Text, columns: int, indent: int) -> list[Text]:
    return [Text(" " * indent) + line for line in _wrapped(text, columns - indent)]


def _hanging(text: Text, columns: int) -> list[Text]:
    """The `text` with all lines but the first set in, so that the next one stands out."""
    if text.cell_len <= columns:
        return [text]
    first, *more = _wrapped(text, columns - 2)
    return [first, *(Text("  ") + line for line in more)]


def _beside(left: Text, right: Text, columns: int) -> list[Text]:
    """The `left`, wrapped where it must be, with `right` at the end of its first line.

    Where that would break a word of `left`, `right` ends a line of its own.
    """
    if not right:
        return _wrapped(left, columns)
    room = columns - right.cell_len - 2
    longest = max((cell_len(word) for word in left.plain.split()), default=0)
    if room < max(_LEAST, min(longest, columns)):
        return [*(_wrapped(left, columns) if left else []), *_ended_by(Text(), right, columns)]
    first, *more = _wrapped(left, room)
    return [*_ended_by(first, right, columns), *more]


def _ended_by(line: Text, right: Text, columns: int) -> list[Text]:
    gap = columns - line.cell_len - right.cell_len
    return [line + Text(" " * gap) + right] if gap >= 0 else _wrapped(right, columns)


def _wrapped(text: Text, columns: int) -> list[Text]:
    """The `text` on as many lines as it needs; nothing is cut."""
    if text.cell_len <= columns:
        return [text]
    lines = list(text.wrap(_MEASURE, max(columns, _LEAST)))
    for line in lines:
        line.rstrip()
    return lines


_MEASURE = Console(color_system=None, width=80)


def _styled(text: str, style: str = "") -> Text:
    # Styled as a span: a style of the whole Text would spread to all that is added to it.
    return Text().append(safe(text), style or None)
