"""The options that many commands share, and how what they say is kept."""

from __future__ import annotations

from typing import Annotated

import typer

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
