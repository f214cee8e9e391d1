"""`note`: something worth knowing, which stays between you and the book."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.cli.asking import wanted
from reftrack.cli.naming import Names
from reftrack.cli.options import At
from reftrack.cli.output import say
from reftrack.cli.recording import Telling, answer, record_on_person, record_on_referrals
from reftrack.domain.people import Person
from reftrack.errors import BadInput

_EXAMPLE = 'reftrack note 12 "Prefers mornings"'


def note(
    ctx: typer.Context,
    what: Annotated[
        str | None,
        typer.Argument(metavar="REF | PERSON", help="12, a name, or @7.", show_default=False),
    ] = None,
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
        raise BadInput("the note is there twice.", f"Say it once: {_EXAMPLE}")
    words = wanted(note_ if text is None else text, "The note", _EXAMPLE)
    telling = Telling(None, at, words).checked()
    with ctx.obj.recording("note") as desk:
        found = Names(desk.outlook).referral_or_person(which)
        if isinstance(found, Person):
            lines = record_on_person(desk, "noted", found, telling)
            lines = answer(desk, lines, [("person", found.id)])
        else:
            lines = record_on_referrals(desk, "noted", [found], telling)
            lines = answer(desk, lines, [("referral", found.id)])
    say(*lines)
