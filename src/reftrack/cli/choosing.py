"""A choice at a terminal among several problems or promises, by its place in a list."""

from __future__ import annotations

from reftrack.application.results import Recorded, Undecided, Which
from reftrack.application.session import Session
from reftrack.cli.answers import UseCase
from reftrack.cli.asking import wanted
from reftrack.cli.output import is_terminal, safe, say_aside


def asking_which(use_case: UseCase) -> UseCase:
    """The use case, which at a terminal asks which of several is meant; elsewhere as it is."""

    def asked(
        session: Session, *arguments: object, answers: dict[str, str], **options: object
    ) -> Recorded | Undecided:
        while True:
            result = use_case(session, *arguments, answers=answers, **options)
            if not isinstance(result, Which) or not is_terminal():
                return result
            answers = {**answers, result.key: _chosen(result)}

    return asked


def _chosen(doubt: Which) -> str:
    """The answer that is chosen by its number in the list."""
    lines = [f"{place:3}  {choice.text}" for place, choice in enumerate(doubt.choices, 1)]
    say_aside(doubt.question, *map(safe, lines))
    while True:
        said = wanted(None, f"Which, 1 to {len(lines)}", "1").strip()
        if said.isascii() and said.isdigit() and 1 <= int(said[:9]) <= len(lines):
            return doubt.choices[int(said) - 1].answer
