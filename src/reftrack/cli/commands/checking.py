"""`check`: whether the book is whole, and what can be mended."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.cli import clock
from reftrack.cli.here import Here
from reftrack.cli.options import Json
from reftrack.cli.output import safe, say, say_json
from reftrack.errors import StoreError
from reftrack.store.check import Finding, findings
from reftrack.store.connection import NoBook, OlderBook, kept_to_its_owner, reading, reindex

SCHEMA = "reftrack.check/1"


def check(
    ctx: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be worked out again.")
    ] = False,
    json: Json = False,
) -> None:
    """Look whether the book is whole, a line each; 3 where something is wrong."""
    here: Here = ctx.obj
    if not _is_there(here, is_to_mend=repair):
        raise here.no_book()
    if repair:
        _repair(here)
    now = here.now_anywhere()
    # An instant that REFTRACK_NOW names says nothing of the clock.
    clock_shows = None if clock.horizon(now) == now else now
    found = list(findings(here.shelf, here.settings.policy, here.settings.zone, clock_shows))
    if json:
        say_json({"schema": SCHEMA, "findings": [_document(finding) for finding in found]})
    else:
        say(*map(_line, found))
    if any(finding.level == "wrong" for finding in found):
        raise typer.Exit(StoreError.exit_code)


def _is_there(here: Here, *, is_to_mend: bool) -> bool:
    """Whether there is a book, sound or damaged; one of an earlier version is brought up to date.

    StoreError where it cannot be opened at all; NoBook where it is to be mended, but none of ours.
    """
    try:
        with reading(here.settings.db) as connection:
            return connection is not None
    except OlderBook as older:
        here.bring_up_to_date(older)
    except NoBook:
        if is_to_mend:
            raise
    except StoreError as error:
        if not error.is_damage:
            raise
    return True


def _repair(here: Here) -> None:
    """Indexes, what is owed, who may read it: no record is changed."""
    for path in (here.settings.db, *here.shelf.ours()):
        kept_to_its_owner(path)
    reindex(here.settings.db)
    with here.recording("check") as desk:
        desk.journal.recompute()


def _line(finding: Finding) -> str:
    return safe(f"{finding.level:8} {finding.text} {finding.remedy}").rstrip()


def _document(finding: Finding) -> dict[str, object]:
    return {
        "what": finding.what,
        "level": finding.level,
        "text": finding.text,
        "remedy": finding.remedy or None,
    }
