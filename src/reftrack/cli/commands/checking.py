"""The command `check`: is the book whole, and can it be mended?"""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.application import checking
from reftrack.application.checking import Finding
from reftrack.cli.answers import say_notes
from reftrack.cli.command_line import hint_text
from reftrack.cli.invocation import Invocation
from reftrack.cli.options import Json
from reftrack.cli.output import safe, say, say_json
from reftrack.errors import StoreError

SCHEMA = "reftrack.check/1"


def check(
    ctx: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be worked out again.")
    ] = False,
    json: Json = False,
) -> None:
    """Look whether the book is whole, a line each; 3 where something is wrong."""
    here: Invocation = ctx.obj
    found = checking.check(here.session, repair=repair)
    say_notes(here.session)
    if json:
        say_json({"schema": SCHEMA, "findings": [_document(finding) for finding in found]})
    else:
        say(*map(_line, found))
    if any(finding.level == "wrong" for finding in found):
        raise typer.Exit(StoreError.exit_code)


def _line(finding: Finding) -> str:
    return safe(f"{finding.level:8} {finding.text} {hint_text(finding.remedy)}").rstrip()


def _document(finding: Finding) -> dict[str, object]:
    return {
        "what": finding.what,
        "level": finding.level,
        "text": finding.text,
        "remedy": hint_text(finding.remedy) or None,
    }
