"""The answer to a command that records: asks about doubts, and prints what was recorded."""

from __future__ import annotations

from collections.abc import Callable

from reftrack.application.records import Owed
from reftrack.application.results import NEW, Present, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.cli.asking import confirmed
from reftrack.cli.command_line import command_text, hint_text
from reftrack.cli.invocation import Invocation
from reftrack.cli.output import safe, say, say_aside
from reftrack.wording import times

# A command on many prints so many lines, and counts the rest.
_LINES = 8

UseCase = Callable[..., Recorded | Undecided]


def run_until_decided(
    here: Invocation, use_case: UseCase, *arguments: object, **options: object
) -> Recorded:
    """Runs a use case until no doubt is left, prints its notes, and returns the result.

    Nothing is locked while a question waits.
    """
    answers: dict[str, str] = {}
    while True:
        result = use_case(here.session, *arguments, answers=answers, **options)
        if isinstance(result, Undecided) and not (result.allows_new or result.is_yes_or_no):
            raise result.ambiguous()
        say_notes(here.session)
        if isinstance(result, Recorded):
            break
        answers[result.key] = _answer_to(result)
    if result.notes:
        say_aside(*map(hint_text, result.notes))
    return result


def run_and_answer(
    here: Invocation,
    use_case: UseCase,
    *arguments: object,
    closing: str = "",
    **options: object,
) -> None:
    """Runs a use case, and prints what it recorded and what comes next; then `closing`."""
    result = run_until_decided(here, use_case, *arguments, **options)
    lines = list(result.lines)
    if len(lines) > _LINES + 1:
        lines = [*lines[:_LINES], f"… and {len(lines) - _LINES} more."]
    if result.next is not None:
        lines.append(next_said(result.next, result.present))
    say(*map(safe, [*lines, closing] if closing else lines))


def say_notes(session: Session) -> None:
    """Prints to standard error what happened to the book beside what was asked for."""
    notes, session.notes[:] = list(session.notes), []
    if notes:
        say_aside(*map(hint_text, dict.fromkeys(notes)))


def next_said(owed: Owed, present: Present) -> str:
    """The next courtesy and its deadline, with the command for it once it has opened."""
    courtesy, now, zone = owed.courtesy, present.now, present.zone
    if owed.status == "upcoming":
        return f"Next, {times.opening(courtesy.opens_at, now, zone)}: {owed.action}."
    due = times.deadline(courtesy.due_at, now, zone)
    return f"Next, {due}: {owed.action} ({command_text(owed.command)})"


def _answer_to(doubt: Undecided) -> str:
    """The choice at the terminal: known people one after the other, else somebody new."""
    if doubt.is_yes_or_no:
        yes, no = doubt.choices
        return (yes if confirmed(doubt.question) else no).answer
    for choice in doubt.choices:
        if choice.answer == NEW:
            continue
        if confirmed(f"Is {doubt.key} the same as {choice.text}?"):
            return choice.answer
    return NEW
