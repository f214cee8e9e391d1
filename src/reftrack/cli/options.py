"""The options that many commands share, and how what they say is kept."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.errors import BadInput

_ALL = 10**9


def _at_least_one(limit: int | None) -> int | None:
    if limit is not None and limit < 1:
        raise BadInput("a limit is at least 1.", "For example: --limit 20")
    # More than could ever be shown is all there is.
    return None if limit is None else min(limit, _ALL)


By = Annotated[
    str | None,
    typer.Option("--by", metavar="WAY", help="How: card, call, email, text, in-person or gift."),
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="WHEN", help="When it happened: 'yesterday 15:00', '2h ago'."),
]
Note = Annotated[
    str | None,
    typer.Option("--note", metavar="TEXT", help="A private note; - reads it from standard input."),
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
