"""The command `add`."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.application import add as adding
from reftrack.cli.answers import run_and_answer
from reftrack.cli.asking import note_from, offered, wanted
from reftrack.cli.options import At, New, Note
from reftrack.cli.output import is_terminal
from reftrack.hints import command, sample

_EXAMPLE = command("add", sample("Dana Ruiz"), **{"from": sample("Sam Ortiz")})


def add(
    ctx: typer.Context,
    prospects: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PROSPECT…",
            help="Who was referred to you; several at once are a referral each.",
            show_default=False,
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--from", metavar="SOURCE", help="Who referred them.")
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="client: a client's friend; co-worker: a hand-off in the house; partner: from a "
            "leads group or referral partner; expansion: new business from the same person.",
        ),
    ] = None,
    relation: Annotated[
        str | None,
        typer.Option(
            "--relation",
            metavar="RELATION",
            help="The source to you: client, partner, colleague, friend, family or other.",
        ),
    ] = None,
    tie: Annotated[
        str | None,
        typer.Option(
            "--tie", metavar="TEXT", help="The prospect to the source: cousin, neighbour."
        ),
    ] = None,
    phone: Annotated[
        str | None, typer.Option("--phone", metavar="TEXT", help="The prospect's.")
    ] = None,
    email: Annotated[
        str | None, typer.Option("--email", metavar="TEXT", help="The prospect's.")
    ] = None,
    company: Annotated[
        str | None, typer.Option("--company", metavar="TEXT", help="The prospect's.")
    ] = None,
    source_phone: Annotated[
        str | None, typer.Option("--source-phone", metavar="TEXT", help="The source's.")
    ] = None,
    source_email: Annotated[
        str | None, typer.Option("--source-email", metavar="TEXT", help="The source's.")
    ] = None,
    source_company: Annotated[
        str | None, typer.Option("--source-company", metavar="TEXT", help="The source's.")
    ] = None,
    need: Annotated[
        str | None,
        typer.Option(
            "--need", metavar="TEXT", help="What they need; private; - reads standard input."
        ),
    ] = None,
    confidential: Annotated[
        bool,
        typer.Option(
            "--confidential", help="The source asked not to be named: no draft to them does."
        ),
    ] = False,
    thanked: Annotated[
        str | None, typer.Option("--thanked", metavar="WAY", help="The source was thanked already.")
    ] = None,
    contacted: Annotated[
        bool, typer.Option("--contacted", help="The prospect was contacted already.")
    ] = False,
    new: New = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that SOURCE referred PROSPECT to you, or several at once: all of them, or none."""
    asks = is_terminal() and (not prospects or source is None)
    given: list[str | None] = [*prospects] if prospects else [None]
    names = [wanted(name, "Who was referred to you", _EXAMPLE) for name in given]
    source_name = wanted(source, "Who referred them", _EXAMPLE)
    if asks and len(names) == 1:
        (prospect_name,) = names
        phone = offered(phone, f"The phone of {prospect_name}")
        tie = offered(tie, f"What {prospect_name} is to {source_name} (cousin, neighbour)")
        need = offered(need, f"What {prospect_name} needs")
    run_and_answer(
        *(ctx.obj, adding.add, names, source_name),
        kind=kind,
        of_prospect=adding.PersonFacts(phone, email, company),
        of_source=adding.PersonFacts(source_phone, source_email, source_company, relation),
        tie=tie,
        need=note_from(need),
        confidential=confidential,
        thanked=thanked,
        contacted=contacted,
        is_new=new,
        at=at,
        note=note_from(note),
    )
