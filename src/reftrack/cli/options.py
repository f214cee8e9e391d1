"""The options that many commands share, and their checks."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.errors import BadInput

_ALL = 10**9


def _at_least_one(limit: int | None) -> int | None:
    if limit is not None and limit < 1:
        raise BadInput("a limit is at least 1.", "For example: --limit 20")
    # A limit larger than any book means all there is.
    return None if limit is None else min(limit, _ALL)


By = Annotated[
    str | None,
    typer.Option("--by", metavar="WAY", help="How: card, call, email, text, in-person or gift."),
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="WHEN", help="When it happened: 'yesterday 15:00', '2h ago'."),
]
Next = Annotated[
    str | None,
    typer.Option("--next", metavar="WHEN", help="The appointment that was agreed: 'fri 10:00'."),
]
Note = Annotated[
    str | None,
    typer.Option("--note", metavar="TEXT", help="A private note; - reads it from standard input."),
]
New = Annotated[
    bool, typer.Option("--new", help="Somebody new, though the name is known, or near to one.")
]
Refs = Annotated[
    list[str] | None,
    typer.Argument(metavar="REF…", help="Numbers, or prospects' names.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="As JSON, for a program.")]
Limit = Annotated[
    int | None,
    typer.Option("--limit", metavar="N", callback=_at_least_one, help="At most so many."),
]
Ref = Annotated[str | None, typer.Argument(metavar="REF", show_default=False)]
RefsOrPerson = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="REF… | PERSON", help="Numbers, names, or @7 for a person.", show_default=False
    ),
]
RefOrPerson = Annotated[
    str | None,
    typer.Argument(metavar="REF | PERSON", help="12, a name, or @7.", show_default=False),
]
Who = Annotated[
    str | None,
    typer.Argument(metavar="PERSON", help="A name, an email, or @7.", show_default=False),
]
Why = Annotated[
    str | None,
    typer.Option("--why", metavar="TEXT", help="The reason, which the source may hear."),
]
Text = Annotated[
    str | None,
    typer.Argument(metavar="TEXT", help="In words that others may hear.", show_default=False),
]
