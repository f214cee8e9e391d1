"""The commands `waive` and `snooze`."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.application import putting_off
from reftrack.cli.answers import run_and_answer
from reftrack.cli.asking import note_from, wanted
from reftrack.cli.options import At, Note, RefOrPerson
from reftrack.errors import BadInput
from reftrack.hints import command, sample


def waive(
    ctx: typer.Context,
    what: RefOrPerson = None,
    rule: Annotated[
        str | None,
        typer.Argument(metavar="RULE", help="A rule's name, or all.", show_default=False),
    ] = None,
    why: Annotated[
        str | None,
        typer.Option(
            "--why", metavar="TEXT", help="Why it may go; private; - reads standard input."
        ),
    ] = None,
    before: Annotated[
        str | None,
        typer.Option("--before", metavar="DATE", help="All that was due before this day."),
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Let an open courtesy go: it is not owed any more, and stays on record as waived.

    With --before, all that was due before a day goes in one step, which undo takes back.
    """
    if before is not None:
        if what is not None or rule is not None or at is not None:
            raise BadInput(
                "--before lets go of everybody's: it stands alone.",
                ("For example: ", command("waive", before="2026-11-01")),
            )
        reason = None if why is None else note_from(why)
        run_and_answer(ctx.obj, putting_off.waive_before, before, reason, note=note_from(note))
        return
    example = command("waive", 12, "thank-win", why=sample("Thanked at lunch"))
    text = wanted(what, "Which referral or whom", example)
    name = putting_off.rule_or_all(wanted(rule, "Which rule, or all", example))
    reason = note_from(wanted(why, "Why", example))
    run_and_answer(ctx.obj, putting_off.waive, text, name, reason, at=at, note=note_from(note))


def snooze(
    ctx: typer.Context,
    what: RefOrPerson = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="thu, tomorrow 14:00, in 3 days.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="RULE", help="Only this rule.")
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Hide what is open until a day or hour; its deadline stays where it is.

    Where nothing is open, the next step that would open before then is hidden.
    """
    example = command("snooze", 12, until="thu")
    text = wanted(what, "Which referral or whom", example)
    when = wanted(until, "Until when", example)
    rules = [] if rule is None else [rule]
    run_and_answer(
        ctx.obj, putting_off.snooze, text, when, rules=rules, at=at, note=note_from(note)
    )
