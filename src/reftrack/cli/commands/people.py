"""The commands about people apart from any one referral: `refer`, `review`, `ask`, `wish` …"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Annotated

import typer

from reftrack.application import pausing, promises, relations
from reftrack.cli.answers import UseCase, run_and_answer, run_until_decided, say_recorded
from reftrack.cli.asking import confirmed, note_from, wanted
from reftrack.cli.command_line import command_text
from reftrack.cli.commands.asking_rights import show_rights
from reftrack.cli.invocation import Invocation
from reftrack.cli.options import At, By, Json, Limit, New, Note, RefOrPerson, Text, Who
from reftrack.cli.output import is_terminal
from reftrack.errors import BadInput
from reftrack.hints import Command, command, sample


def refer(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Whom you referred.", show_default=False),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="PERSON", help="To whom you referred them.")
    ] = None,
    new: New = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that you referred somebody to a person: the favour is returned."""
    example = command("refer", sample("Lee Park"), to=sample("Sam Ortiz"))
    whom = wanted(name, "Whom you referred", example)
    receiver = wanted(to, "To whom", example)
    run_and_answer(
        ctx.obj, relations.refer, whom, receiver, is_new=new, at=at, note=note_from(note)
    )


_TICKS = {
    "agreed": "Did they get what was agreed",
    "delivered": "Is everything delivered",
    "happy": "Are they happy",
}


def review(
    ctx: typer.Context,
    who: Who = None,
    agreed: Annotated[
        bool | None, typer.Option("--agreed/--not-agreed", help="They got what was agreed.")
    ] = None,
    delivered: Annotated[
        bool | None,
        typer.Option("--delivered/--not-delivered", help="Everything was delivered."),
    ] = None,
    happy: Annotated[
        bool | None, typer.Option("--happy/--unhappy", help="They are happy with it.")
    ] = None,
    busy_until: Annotated[
        str | None,
        typer.Option("--busy-until", metavar="DATE", help="Until when they are too busy to ask."),
    ] = None,
    new: New = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record what a client said of the work; good in all three, it earns you the right to ask."""
    example = command("review", "@3", agreed=None, delivered=None, happy=None)
    name = wanted(who, "Who", example)
    ticks = {"agreed": agreed, "delivered": delivered, "happy": happy}
    is_agreed, is_delivered, is_happy = reviewed(ticks, example)
    run_and_answer(
        *(ctx.obj, relations.review, name),
        agreed=is_agreed,
        delivered=is_delivered,
        happy=is_happy,
        busy_until=busy_until,
        is_new=new,
        at=at,
        note=note_from(note),
    )


def reviewed(ticks: Mapping[str, bool | None], example: Command) -> list[bool]:
    """The three ticks of a review; missing ones are asked for at a terminal, BadInput elsewhere."""
    said = []
    for tick, question in _TICKS.items():
        is_so = ticks.get(tick)
        if is_so is None and not is_terminal():
            raise BadInput(f"say whether: {question.lower()}.", ("For example: ", example))
        said.append(confirmed(f"{question}?") if is_so is None else is_so)
    return said


def ask(
    ctx: typer.Context,
    who: Who = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Record it though the right was not earned.")
    ] = False,
    by: By = None,
    at: At = None,
    note: Note = None,
    limit: Limit = None,
    json: Json = False,
) -> None:
    """Record that you asked a client for referrals; without a name, see who has earned it.

    The right is earned by a review that is good in all three: agreed, delivered, happy.
    """
    if who is None and (by, at, note, anyway) == (None, None, None, False):
        show_rights(ctx.obj, limit=limit, is_json=json)
        return
    if limit is not None:
        raise BadInput("--limit is for the list.", ("The list: ", command("ask")))
    ctx.obj.is_json = json
    name = wanted(who, "Whom", command("ask", "@3"))
    run_and_answer(ctx.obj, relations.ask, name, anyway=anyway, by=by, at=at, note=note_from(note))


def wish(
    ctx: typer.Context,
    who: Who = None,
    updates: Annotated[
        str | None,
        typer.Option(
            "--updates", metavar="UPDATES", help="milestones, outcome, monthly, or days: 30d."
        ),
    ] = None,
    by: By = None,
    new: New = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record how a source wants to hear from you, and how often."""
    example = command("wish", "@3", updates="30d", by="email")
    name = wanted(who, "Who", example)
    if updates is None and by is None:
        updates = wanted(None, "How often (milestones, outcome, or days: 30d)", example)
    run_and_answer(
        *(ctx.obj, relations.wish, name),
        updates=updates,
        by=by,
        is_new=new,
        at=at,
        note=note_from(note),
    )


def promise(
    ctx: typer.Context,
    what: RefOrPerson = None,
    text: Text = None,
    due: Annotated[
        str | None,
        typer.Option("--due", metavar="WHEN", help="By when: 'fri 10:00', or a day: 'fri'."),
    ] = None,
    source: Annotated[
        bool, typer.Option("--source", help="To the source of the referral, not the prospect.")
    ] = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record what you said you would do, for the prospect of a REF or for a PERSON."""
    example = command("promise", 12, sample("Send the plans"), due="fri")
    whom = wanted(what, "For which referral or whom", example)
    said = wanted(text, "What you promised", example)
    by_when = wanted(due, "By when", example)
    run_and_answer(
        *(ctx.obj, promises.promise, whom, said, by_when),
        to_source=source,
        at=at,
        note=note_from(note),
    )


def keep(
    ctx: typer.Context,
    what: RefOrPerson = None,
    text: Annotated[
        str | None,
        typer.Argument(
            metavar="TEXT",
            help="What you promised, or how it begins, where several are open.",
            show_default=False,
        ),
    ] = None,
    due: Annotated[
        str | None,
        typer.Option("--due", metavar="WHEN", help="The one due then, of two in the same words."),
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that a promise is kept; where several are open it asks which."""
    whom = wanted(what, "About which referral, or to whom", command("keep", "@3"))
    run_and_answer(*(ctx.obj, promises.keep, whom, text), due=due, at=at, note=note_from(note))


def pause(
    ctx: typer.Context,
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="WHEN", help="It ends by itself then: 'jan 4'."),
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that you are too busy for new referrals; sources who send one will be told."""
    _record_pause(ctx.obj, partial(pausing.pause, until=until), at, note)


def resume(ctx: typer.Context, at: At = None, note: Note = None) -> None:
    """Record that you have room again; who was kept waiting is to hear of it."""
    _record_pause(ctx.obj, pausing.resume, at, note)


def _record_pause(here: Invocation, use_case: UseCase, at: str | None, note: str | None) -> None:
    recorded = run_until_decided(here, use_case, at=at, note=note_from(note))
    lines = []
    names = list(dict.fromkeys(owed.to.name for owed in recorded.still_owed))
    if names:
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        see = command_text(command("due", later=None))
        lines.append(f"To be told: {', '.join(names[:_NAMED])}{more}. See: {see}")
    say_recorded(here, recorded, *lines)


_NAMED = 8
