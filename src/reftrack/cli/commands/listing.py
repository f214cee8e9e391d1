"""The command `list`: the referrals, each with its next step."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.application.listing import Listed, list_referrals
from reftrack.application.results import Present
from reftrack.cli.answers import say_notes
from reftrack.cli.command_line import command_text, hint_text
from reftrack.cli.display import show_screen
from reftrack.cli.invocation import Invocation
from reftrack.cli.lines import when_said, without_a_book
from reftrack.cli.options import Json, Limit
from reftrack.cli.output import say_json
from reftrack.cli.screens import Fold, Line, Screen, Section
from reftrack.domain.counting import counted
from reftrack.domain.times import text_of
from reftrack.wording import times
from reftrack.wording.stages import stage_of, title_of

SCHEMA = "reftrack.list/1"


def list_(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Ended ones too.")] = False,
    limit: Limit = None,
    json: Json = False,
) -> None:
    """The referrals, each with its next step: the live ones, and whatever still waits."""
    here: Invocation = ctx.obj
    found = list_referrals(here.session, everything=all_, limit=limit)
    say_notes(here.session)
    if found is None:
        if json:
            say_json({"schema": SCHEMA, "referrals": []})
        else:
            show_screen(without_a_book(here))
        return
    present = found.present
    if json:
        rows = [_document(each) for each in found.referrals]
        say_json({"schema": SCHEMA, "now": text_of(present.now), "referrals": rows})
        return
    count = counted(len(found.referrals) + found.cut, "referral")
    summary = f"{count}{'' if all_ else ' live or waiting'}."
    screen = Screen(times.heading(present.now, present.zone), summary)
    if found.referrals:
        lines = [_line(each, present) for each in found.referrals]
        screen.sections = [Section("REFERRALS", lines)]
    if found.cut:
        screen.folds.append(
            Fold("MORE", f"{found.cut} not shown", f"reftrack list{' --all' if all_ else ''}")
        )
    if found.ended:
        screen.folds.append(Fold("ENDED", f"{found.ended} not shown", "reftrack list --all"))
    screen.closing = [hint_text(hint) for hint in found.blank[-1:]]
    show_screen(screen)


def _line(each: Listed, present: Present) -> Line:
    title = title_of(each.referral, each.prospect.name, each.source.name)
    since = times.day(each.standing.since, present.now, present.zone)
    when = f"{stage_of(each.standing)}, {since}"
    number = str(each.referral.id)
    if each.next is None:
        return Line(number, title, when, "nothing owed")
    step = f"{each.next.action}, {when_said(each.next, present)}"
    return Line(number, title, when, step, command_text(each.next.command))


def _document(each: Listed) -> dict[str, object]:
    referral, standing, owed = each.referral, each.standing, each.next
    return {
        "referral": referral.id,
        "source": {"id": each.source.id, "name": each.source.name},
        "prospect": {"id": each.prospect.id, "name": each.prospect.name},
        "kind": referral.kind,
        "received_at": text_of(referral.received_at),
        "stage": standing.stage,
        "since": text_of(standing.since),
        "ended_at": text_of(standing.ended_at) if standing.ended_at else None,
        "next": {
            "rule": owed.rule.name,
            "status": owed.status,
            "opens_at": text_of(owed.courtesy.opens_at),
            "due_at": text_of(owed.courtesy.due_at),
            "command": command_text(owed.command),
        }
        if owed
        else None,
    }
