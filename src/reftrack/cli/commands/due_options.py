"""The options of `due`; its work is in `due.py`, which the front door reaches without Typer."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.cli.commands.due import show_due
from reftrack.cli.options import Json, Limit


def due(
    ctx: typer.Context,
    later: Annotated[
        bool, typer.Option("--later", help="Also what is due after today, and what is good to do.")
    ] = False,
    all_: Annotated[
        bool, typer.Option("--all", help="Also what is yet to open, and what is snoozed.")
    ] = False,
    ahead: Annotated[
        str | None,
        typer.Option("--ahead", metavar="SPAN", help="Also what opens within 12h, or 7d."),
    ] = None,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="WHEN", help="As on another day: 'next monday'."),
    ] = None,
    for_: Annotated[
        str | None,
        typer.Option("--for", metavar="PERSON", help="Only what is owed to one person."),
    ] = None,
    by_person: Annotated[
        bool, typer.Option("--by-person", help="Grouped by whom one call can settle.")
    ] = False,
    limit: Limit = None,
    json: Json = False,
    count: Annotated[
        bool, typer.Option("--count", help="Only how many are overdue or of today.")
    ] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 4 where any is overdue or of today.")
    ] = False,
) -> None:
    """What is owed this morning, to whom, and by when."""
    code = show_due(
        ctx.obj,
        later=later,
        all_=all_,
        ahead=ahead,
        on=on,
        for_=for_,
        by_person=by_person,
        limit=limit,
        json=json,
        count=count,
        exit_code=exit_code,
    )
    if code:
        raise typer.Exit(code)
