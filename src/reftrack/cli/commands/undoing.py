"""The commands `undo` and `redo`."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.application import undoing
from reftrack.application.undoing import Step
from reftrack.cli.answers import run_and_answer, say_notes
from reftrack.cli.display import show_screen
from reftrack.cli.invocation import Invocation
from reftrack.cli.lines import without_a_book
from reftrack.cli.options import Json, Limit
from reftrack.cli.output import say_json
from reftrack.cli.screens import Fold, Line, Screen, Section
from reftrack.domain.counting import counted
from reftrack.domain.times import text_of
from reftrack.errors import BadInput
from reftrack.hints import command
from reftrack.wording import times

SCHEMA = "reftrack.steps/1"

_LISTED = 20


def undo(
    ctx: typer.Context,
    list_: Annotated[
        bool, typer.Option("--list", help="Undo nothing: what was recorded, and what undone.")
    ] = False,
    limit: Limit = None,
    json: Json = False,
) -> None:
    """Take the last command back; again takes back the one before. `redo` brings it back."""
    here: Invocation = ctx.obj
    if list_:
        _list(here, limit, is_json=json)
        return
    if json or limit is not None:
        raise BadInput("--json and --limit go with --list.", ("See: ", command("undo", list=None)))
    run_and_answer(here, undoing.undo, closing="To bring it back: reftrack redo")


def redo(ctx: typer.Context) -> None:
    """Bring back what `undo` took, as long as nothing else was recorded since."""
    run_and_answer(ctx.obj, undoing.redo, closing="To take it back: reftrack undo")


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
    lines = [
        Line(
            "undone" if step.is_undone else "",
            step.summary,
            times.moment(step.at, now, zone),
            step.command,
        )
        for step in found.steps
    ]
    screen = Screen(times.heading(now, zone), f"{counted(count, 'command')} recorded.")
    screen.sections = [Section("THE LAST FIRST", lines)] if lines else []
    if len(lines) < count:
        again = f"reftrack undo --list --limit {count}"
        screen.folds = [Fold("MORE", f"{count - len(lines)} earlier", again)]
    show_screen(screen)


def _document(step: Step) -> dict[str, object]:
    return {
        "id": step.number,
        "at": text_of(step.at),
        "command": step.command,
        "summary": step.summary,
        "undone": step.is_undone,
    }
