"""The answer to a command that records: asks about doubts, and prints what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from reftrack.application.records import Owed, Record, records_of
from reftrack.application.results import Present, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.cli.command_line import command_text, hint_text
from reftrack.cli.invocation import Invocation
from reftrack.cli.lines import next_said, when_said
from reftrack.cli.output import safe, say, say_aside, say_json
from reftrack.domain.counting import listed

# A command on many prints so many lines, and counts the rest.
_LINES = 8

# So many debts are named in an answer, and the rest counted.
_DEBTS = 3

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
        if isinstance(result, Undecided) and not (result.is_asked and here.session.asks):
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
    """Runs a use case, and prints what it recorded and what follows from it; then `closing`."""
    recorded = run_until_decided(here, use_case, *arguments, **options)
    say_recorded(here, recorded, *following_lines(recorded), *filter(None, [closing]))


def say_recorded(here: Invocation, recorded: Recorded, *more: str) -> None:
    """Prints what was recorded, then `more` lines; with `--json` the whole of it as a form."""
    if here.is_json:
        from reftrack.cli.documents import recorded_document

        say_json(recorded_document(recorded))
        return
    lines = list(recorded.lines)
    if len(lines) > _LINES + 1:
        lines = [*lines[:_LINES], f"… and {len(lines) - _LINES} more."]
    say(*map(safe, [*lines, *more]))


def following_lines(recorded: Recorded) -> list[str]:
    """The lines behind the answer: what was settled and what stays owed, then what comes next."""
    present, following = recorded.present, recorded.next
    records = records_of(owed for owed in recorded.still_owed if owed.is_debt)
    records.sort(key=lambda record: following not in record.owed)
    raised = [record for record in records if all(o in recorded.raised for o in record.owed)]
    before = [record for record in records if record not in raised]
    is_raised = all(following not in record.owed for record in before)
    others = [record for record in raised if following not in record.owed]
    parts = {
        "Settled": _rules_of(recorded.settled),
        "No longer owed": _rules_of(recorded.dropped),
        "Still owed": _debts_said(before, present),
        "Also owed": _debts_said(others, present),
    }
    line = " ".join(f"{what}: {said}." for what, said in parts.items() if said)
    coming = ""
    if following is not None and is_raised:
        whole = next((record for record in records if following in record.owed), None)
        coming = next_said(following, present, whole)
    return [said for said in (line, coming) if said]


def _rules_of(owed: Sequence[Owed]) -> str:
    """The names of their rules, with the numbers that each is about where these are several."""
    numbers: dict[str, list[str]] = {}
    for each in owed:
        numbers.setdefault(each.rule.name, []).append(each.number)
    if len({number for each in numbers.values() for number in each}) == 1:
        return ", ".join(numbers)
    return ", ".join(f"{rule} ({listed(each, 8)})" for rule, each in numbers.items())


def _debts_said(records: Sequence[Record], present: Present) -> str:
    """The first of these, each with its deadline and its command, and the count of the others."""
    said = dict.fromkeys(
        f"{record.action[:1].lower()}{record.action[1:]},"
        f" {when_said(record.first, present)}"
        f" ({command_text(record.command)})"
        for record in records
    )
    more = [f"{len(said) - _DEBTS} more"] if len(said) > _DEBTS else []
    return "; ".join([*list(said)[:_DEBTS], *more])


def say_notes(session: Session) -> None:
    """Prints to standard error what happened to the book beside what was asked for."""
    notes, session.notes[:] = list(session.notes), []
    if notes:
        say_aside(*map(hint_text, dict.fromkeys(notes)))


def _answer_to(doubt: Undecided) -> str:
    """The choice at the terminal: one question after the other, until one is answered with yes."""
    # Imported here: hardly a line has a doubt, and all that print notes load this module.
    from reftrack.cli.asking import confirmed

    if doubt.is_listed:
        from reftrack.cli.choosing import chosen

        return chosen(doubt)
    for choice in doubt.choices:
        if choice.question and confirmed(choice.question):
            return choice.answer
    return next(choice.answer for choice in doubt.choices if not choice.question)
