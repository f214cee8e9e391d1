"""The command `note`: a private note, which nobody else reads."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.application import noting
from reftrack.cli.answers import run_and_answer
from reftrack.cli.asking import note_from, wanted
from reftrack.cli.options import At, RefOrPerson
from reftrack.errors import BadInput
from reftrack.hints import command, sample

_EXAMPLE = command("note", 12, sample("Prefers mornings"))


def note(
    ctx: typer.Context,
    what: RefOrPerson = None,
    text: Annotated[
        str | None,
        typer.Argument(metavar="TEXT", help="- reads standard input.", show_default=False),
    ] = None,
    at: At = None,
    note_: Annotated[
        str | None, typer.Option("--note", metavar="TEXT", help="The same as TEXT.")
    ] = None,
) -> None:
    """Note something privately about a referral or a person; nobody else ever reads it."""
    which = wanted(what, "Which referral or whom", _EXAMPLE)
    if text is not None and note_ is not None:
        raise BadInput("the note is there twice.", ("Say it once: ", _EXAMPLE))
    words = note_from(wanted(note_ if text is None else text, "The note", _EXAMPLE))
    run_and_answer(ctx.obj, noting.note, which, words, at=at)
