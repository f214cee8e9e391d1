"""The commands for the steps of a referral that are not in `verbs.py`."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.application import appointments, steps
from reftrack.cli.answers import run_and_answer
from reftrack.cli.asking import note_from, wanted
from reftrack.cli.commands.verbs import refs_of
from reftrack.cli.options import At, By, New, Next, Note, Ref, Refs, Text
from reftrack.hints import command, sample


def contact(
    ctx: typer.Context,
    refs: Refs = None,
    by: By = None,
    no_answer: Annotated[
        bool, typer.Option("--no-answer", help="Tried, and nobody answered.")
    ] = False,
    next_: Next = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that you spoke with the prospect; with --no-answer, that you tried."""
    run_and_answer(
        *(ctx.obj, steps.contact, refs_of(refs, "contact")),
        by=by,
        no_answer=no_answer,
        next_=next_,
        at=at,
        note=note_from(note),
    )


def agree(
    ctx: typer.Context,
    ref: Ref = None,
    when: Annotated[
        str | None,
        typer.Argument(metavar="WHEN", help="'fri 10:00', or a day: 'mar 1'.", show_default=False),
    ] = None,
    what: Annotated[
        str | None,
        typer.Option("--what", metavar="TEXT", help="What for, in words that others may hear."),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="WAY", help="How it is to be held: in-person, or call."),
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="It is called off; no new day.")] = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record an appointment, or the day on which they asked to be called; again, it moves."""
    (chosen,) = refs_of([ref] if ref else None, "agree")
    if not off:
        when = wanted(when, "When", command("agree", 12, "fri 10:00"))
    run_and_answer(
        *(ctx.obj, appointments.agree, chosen, when),
        off=off,
        what=what,
        by=by,
        at=at,
        note=note_from(note),
    )


def meet(
    ctx: typer.Context,
    refs: Refs = None,
    next_: Next = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record a meeting with the prospect; the source will want to hear that it happened."""
    chosen = refs_of(refs, "meet")
    run_and_answer(ctx.obj, steps.meet, chosen, next_=next_, at=at, note=note_from(note))


def win(
    ctx: typer.Context,
    refs: Refs = None,
    value: Annotated[
        str | None,
        typer.Option(
            "--value", metavar="AMOUNT", help="What each is worth, private; - reads standard input."
        ),
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that the prospect signed; be the first to tell the source."""
    chosen = refs_of(refs, "win")
    worth = note_from(value)
    run_and_answer(ctx.obj, steps.win, chosen, value=worth, at=at, note=note_from(note))


def deliver(
    ctx: typer.Context,
    refs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="REF… | PERSON",
            help="Numbers or prospects' names; or a client who came another way.",
            show_default=False,
        ),
    ] = None,
    new: New = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that the work is finished: of a referral, or for a PERSON who came another way."""
    chosen = refs_of(refs, "deliver")
    run_and_answer(ctx.obj, steps.deliver, chosen, is_new=new, at=at, note=note_from(note))


def resolve(
    ctx: typer.Context,
    ref: Ref = None,
    text: Text = None,
    problem: Annotated[
        str | None,
        typer.Option(
            "--problem", metavar="TEXT", help="Which problem, or how it begins, where several are."
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that are open.")] = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that a problem is put right, and how; where several are open it asks which."""
    (chosen,) = refs_of([ref] if ref else None, "resolve")
    words = wanted(text, "How it was put right", command("resolve", 12, sample("…")))
    run_and_answer(
        *(ctx.obj, steps.resolve, chosen, words),
        problem=problem,
        every=every,
        at=at,
        note=note_from(note),
    )


def refer_out(
    ctx: typer.Context,
    ref: Ref = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="PERSON", help="Who can serve them better.")
    ] = None,
    new: New = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that you sent the prospect to somebody better; that one owes you a favour."""
    (chosen,) = refs_of([ref] if ref else None, "refer-out")
    receiver = wanted(to, "To whom", command("refer-out", 12, to=sample("Kim Wood")))
    run_and_answer(
        ctx.obj, steps.refer_out, chosen, receiver, is_new=new, at=at, note=note_from(note)
    )


def rate(
    ctx: typer.Context,
    ref: Ref = None,
    fit: Annotated[str | None, typer.Argument(metavar="good|poor", show_default=False)] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record how well a referral fitted what you do."""
    (chosen,) = refs_of([ref] if ref else None, "rate")
    said = wanted(fit, "Good or poor", command("rate", 12, "good"))
    run_and_answer(ctx.obj, steps.rate, chosen, said, at=at, note=note_from(note))
