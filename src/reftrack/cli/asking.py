"""Questions at a terminal; elsewhere a missing word is an error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import TypeVar

from reftrack.cli.output import is_terminal, safe, say_aside, writing
from reftrack.domain.people import Person
from reftrack.errors import BadInput, ReftrackError

Answer = TypeVar("Answer")


class Undecided(ReftrackError):
    """A new name so near to a known one that the transaction is left to ask."""

    def __init__(self, name: str, near: Sequence[Person]) -> None:
        super().__init__(f"{name} may be somebody known.")
        self.name = name
        self.near = near


# What a name stands for, once asked: a known person, or None for somebody new.
Decisions = dict[str, Person | None]


def deciding(act: Callable[[Decisions], Answer]) -> Answer:
    """Runs `act` until no name is left undecided; nothing is locked while a question waits."""
    decisions: Decisions = {}
    while True:
        try:
            return act(decisions)
        except Undecided as question:
            decisions[question.name] = _which(question)


def _which(question: Undecided) -> Person | None:
    for person in question.near:
        if confirmed(f"Is {question.name} the same as {person.name} (@{person.id})?"):
            return person
    return None


def confirmed(question: str) -> bool:
    """Yes or no, as it is said: Enter alone means neither."""
    while True:
        answer = _line(f"{question} [y/n] ").strip().casefold()
        if answer in ("n", "no"):
            return False
        if answer in ("y", "yes"):
            return True


def wanted(value: str | None, what: str, example: str) -> str:
    """`value`, or what is answered at a terminal; BadInput elsewhere, with the example."""
    if value is not None and value.strip():
        return value
    if value is not None or not is_terminal():
        raise BadInput(
            f"the command does not say {what[:1].lower()}{what[1:]}.", f"For example: {example}"
        )
    while True:
        answer = _line(f"{what}: ")
        if answer.strip():
            return answer


def offered(value: str | None, what: str) -> str | None:
    """As `wanted`, where Enter leaves it out."""
    if value is not None:
        return value
    return _line(f"{what} (Enter for none): ").strip() or None


def note_from(option: str | None) -> str | None:
    """A private text: the option's, or standard input where it is `-`, off the command line."""
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
    """What is said in place of `present`: None where Enter keeps it, empty where `-` clears it."""
    answer = _line(f"{what} [{present}]: " if present else f"{what}: ").strip()
    return {"": None, "-": ""}.get(answer, answer)


def typed(prompt: str) -> str | None:
    """The line that is answered, None where the input ends."""
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
