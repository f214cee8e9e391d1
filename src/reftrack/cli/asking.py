"""Questions at a terminal; elsewhere a missing word is an error."""

from __future__ import annotations

import sys

from reftrack.cli.output import is_terminal, safe, say_aside, writing
from reftrack.errors import BadInput
from reftrack.hints import Command


def confirmed(question: str) -> bool:
    """The answer to a yes-or-no question; Enter alone is neither."""
    while True:
        answer = _line(f"{question} [y/n] ").strip().casefold()
        if answer in ("n", "no"):
            return False
        if answer in ("y", "yes"):
            return True


def wanted(value: str | None, what: str, example: Command | str) -> str:
    """The `value`, or the answer at a terminal; BadInput elsewhere, with the example."""
    if value is not None and value.strip():
        return value
    if value is not None or not is_terminal():
        raise BadInput(
            f"the command does not say {what[:1].lower()}{what[1:]}.", ("For example: ", example)
        )
    while True:
        answer = _line(f"{what}: ")
        if answer.strip():
            return answer


def offered(value: str | None, what: str) -> str | None:
    """The `value`, or the answer that is typed; None where Enter leaves it out."""
    if value is not None:
        return value
    return _line(f"{what} (Enter for none): ").strip() or None


def note_from(option: str | None) -> str | None:
    """The text of a private note: the option's, or standard input where it is `-`."""
    if option != "-":
        return option
    if sys.stdin is None or sys.stdin.closed:
        raise BadInput("there is no standard input to read the note from.", "Pipe it in.")
    if sys.stdin.isatty():
        say_aside("The note, then Ctrl-D on a line of its own:")
    try:
        return sys.stdin.read()
    except UnicodeDecodeError:
        raise BadInput("the note on standard input is not UTF-8.", "Convert it first.") from None


def kept_or_said(what: str, present: str) -> str | None:
    """The new text in place of `present`: None where Enter keeps it, empty where `-` clears it."""
    answer = _line(f"{what} [{present}]: " if present else f"{what}: ").strip()
    return {"": None, "-": ""}.get(answer, answer)


def typed(prompt: str) -> str | None:
    """The line that is typed, None where the input ends."""
    with writing():
        sys.stderr.write(safe(prompt))
        sys.stderr.flush()
    line = sys.stdin.readline()
    if not line:
        say_aside("")
        return None
    return line.rstrip("\n")


def _line(prompt: str) -> str:
    line = typed(prompt)
    if line is None:
        raise BadInput("the input ended before the answer.", "Nothing was recorded.")
    return line
