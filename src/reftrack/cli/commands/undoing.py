"""The commands `undo` and `redo`."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.application import undoing
from reftrack.application.undoing import ListedStep
from reftrack.cli.answers import run_and_answer, say_notes
from reftrack.cli.command_line import command_text
from reftrack.cli.display import show_screen
from reftrack.cli.invocation import Invocation
from reftrack.cli.lines import without_a_book
from reftrack.cli.options import Json, Limit
from reftrack.cli.output import say_json
from reftrack.cli.screens import Fold, Line, Screen, Section
from reftrack.domain.counting import counted
from reftrack.domain.counting import listed as said_in_a_row
from reftrack.domain.times import text_of
from reftrack.errors import BadInput
from reftrack.hints import command
from reftrack.wording import times

SCHEMA = "reftrack.steps/1"

_LISTED = 20
_LISTING = command("undo", list=None)


StepToUndo = Annotated[
    str | None,
    typer.Argument(
        metavar="STEP",
        help="41, of `undo --list`, or words that only one step says.",
        show_default=False,
    ),
]


def undo(
    ctx: typer.Context,
    step: StepToUndo = None,
    list_: Annotated[
        bool,
        typer.Option("--list", help="Undo nothing: what was recorded, and what can be undone."),
    ] = False,
    limit: Limit = None,
    json: Json = False,
) -> None:
    """Take the last command back; again takes back the one before. `redo` brings it back.

    With a STEP, that one alone, wherever it stands: as long as nothing later stands on it.
    """
    here: Invocation = ctx.obj
    if list_ and step is not None:
        raise BadInput("--list undoes nothing, and takes no step.", ("See: ", _LISTING))
    if list_:
        _list(here, limit, is_json=json)
        return
    if limit is not None:
        raise BadInput("--limit goes with --list.", ("See: ", _LISTING))
    here.is_json = json
    run_and_answer(here, undoing.undo, step, closing="To bring it back: reftrack redo")


def redo(ctx: typer.Context, step: StepToUndo = None) -> None:
    """Bring back what `undo` took, as long as nothing else was recorded since.

    With a STEP, that one of what was taken back since then.
    """
    run_and_answer(ctx.obj, undoing.redo, step, closing="To take it back: reftrack undo")


def _list(here: Invocation, limit: int | None, *, is_json: bool) -> None:
    found = undoing.steps(here.session, limit or _LISTED)
    say_notes(here.session)
    if is_json:
        documents = [] if found is None else [_document(step) for step in found.steps]
        say_json({"schema": SCHEMA, "steps": documents})
        return
    if found is None:
        show_screen(without_a_book(here))
        return
    now, zone, count = found.present.now, found.present.zone, found.count
    lines = [_line(listed, times.moment(listed.step.at, now, zone)) for listed in found.steps]
    screen = Screen(times.heading(now, zone), f"{counted(count, 'command')} recorded.")
    screen.sections = [Section("THE LAST FIRST", lines)] if lines else []
    if len(lines) < count:
        again = f"reftrack undo --list --limit {count}"
        screen.folds = [Fold("MORE", f"{count - len(lines)} earlier", again)]
    show_screen(screen)


def _line(listed: ListedStep, when: str) -> Line:
    """A step with its number, how it stands, and the command that undoes or redoes it."""
    step = listed.step
    stands = ""
    if step.is_undone:
        stands = ", undone"
    elif listed.on_it:
        later = said_in_a_row([str(each.number) for each in listed.on_it])
        stands = f"; {later} {'stands' if len(listed.on_it) == 1 else 'stand'} on it"
    turn = ""
    if listed.can_be_undone or listed.can_be_redone:
        turn = command_text(command("undo" if listed.can_be_undone else "redo", step.number))
    return Line(str(step.number), step.summary, when, f"{step.command}{stands}", turn)


def _document(listed: ListedStep) -> dict[str, object]:
    step = listed.step
    return {
        "id": step.number,
        "at": text_of(step.at),
        "command": step.command,
        "summary": step.summary,
        "undone": step.is_undone,
        "stands_on_it": [each.number for each in listed.on_it],
        "can_be_undone": listed.can_be_undone,
        "can_be_redone": listed.can_be_redone,
    }
