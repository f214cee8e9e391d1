"""The command `merge`: two names of one person become one."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.application import merging
from reftrack.cli.answers import run_and_answer, say_notes
from reftrack.cli.asking import confirmed, wanted
from reftrack.cli.display import show_facts
from reftrack.cli.invocation import Invocation
from reftrack.cli.output import is_terminal, safe, say
from reftrack.errors import BadInput
from reftrack.hints import command

_EXAMPLE = command("merge", "@4", "@1")


def merge(
    ctx: typer.Context,
    person: Annotated[
        str | None,
        typer.Argument(metavar="PERSON", help="Who is to become the other.", show_default=False),
    ] = None,
    into: Annotated[
        str | None,
        typer.Argument(metavar="INTO", help="Who stays, name and number.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Make two names of one person one: all of PERSON's becomes INTO's."""
    here: Invocation = ctx.obj
    which = wanted(person, "Who is to become the other", _EXAMPLE)
    whom = wanted(into, "Into whom", _EXAMPLE)
    if not yes:
        if not is_terminal():
            sure = command("merge", which, whom, yes=None)
            raise BadInput("merging wants a yes.", ("Say it with --yes: ", sure))
        pair = merging.pair(here.session, which, whom)
        say_notes(here.session)
        _show(pair)
        other = pair.other.person
        if not confirmed(f"Are they one person, {other.name} (@{other.id})?"):
            say("Nothing was merged.")
            return
        which, whom = f"@{pair.one.person.id}", f"@{other.id}"
    run_and_answer(here, merging.merge, which, whom)


def _show(pair: merging.Pair) -> None:
    for place, side in enumerate((pair.one, pair.other)):
        title = f"@{side.person.id}  {side.person.name}"
        show_facts(title, side.facts, is_first=place == 0)
    notes = [f"{referral.id} would become new business of one person." for referral in pair.between]
    name = safe(pair.other.person.name)
    say("", *notes, f"{name} would keep name and number, and get all of the other's.")
