"""The way of a referral: contacted, met, won, delivered, or how it closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from reftrack.cli.asking import Decisions, deciding, wanted
from reftrack.cli.here import Desk, Here
from reftrack.cli.naming import Names
from reftrack.cli.options import At, By, Note, Refs
from reftrack.cli.output import say
from reftrack.cli.recording import (
    Telling,
    answer,
    instant_of,
    person_of,
    record_on_person,
    record_on_referrals,
    subjects_of,
)
from reftrack.domain.people import checked_line, checked_text
from reftrack.domain.referrals import Referral
from reftrack.errors import BadInput, Refused

Why = Annotated[
    str | None,
    typer.Option("--why", metavar="TEXT", help="The reason, which the source may hear."),
]
_EXAMPLE = "reftrack {} 12"


def _refs(refs: list[str] | None, verb: str) -> list[str]:
    return refs or [wanted(None, "Which referral", _EXAMPLE.format(verb))]


def _step(here: Here, verb: str, kind: str, refs: Sequence[str], telling: Telling) -> None:
    """Records one event on each of these referrals, all or none, and answers."""
    told = telling.checked()
    with here.recording(verb) as desk:
        referrals = Names(desk.outlook).referrals(refs)
        lines = record_on_referrals(desk, kind, referrals, told)
        lines = answer(desk, lines, subjects_of(referrals))
    say(*lines)


def contact(
    ctx: typer.Context,
    refs: Refs = None,
    by: By = None,
    no_answer: Annotated[
        bool, typer.Option("--no-answer", help="Tried, and nobody answered.")
    ] = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that you spoke with the prospect; with --no-answer, that you tried."""
    kind = "attempted" if no_answer else "contacted"
    _step(ctx.obj, "contact", kind, _refs(refs, "contact"), Telling(by, at, note))


def meet(ctx: typer.Context, refs: Refs = None, at: At = None, note: Note = None) -> None:
    """Record a meeting with the prospect; the source will want to hear that it happened."""
    _step(ctx.obj, "meet", "met", _refs(refs, "meet"), Telling(None, at, note))


def win(ctx: typer.Context, refs: Refs = None, at: At = None, note: Note = None) -> None:
    """Record that the prospect signed; be the first to tell the source."""
    _step(ctx.obj, "win", "won", _refs(refs, "win"), Telling(None, at, note))


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
    at: At = None,
    note: Note = None,
) -> None:
    """Record that the work is finished: of a referral, or for a PERSON who came another way."""
    telling = Telling(None, at, note).checked()
    texts = _refs(refs, "deliver")

    def act(decisions: Decisions) -> list[str]:
        with ctx.obj.recording("deliver", begins_a_book=True) as desk:
            if len(texts) == 1 and not _is_referral(desk, texts[0]):
                person = person_of(desk, texts[0], decisions)
                lines = record_on_person(desk, "delivered", person, telling)
                return answer(desk, lines, [("person", person.id)])
            referrals = Names(desk.outlook).referrals(texts)
            lines = record_on_referrals(desk, "delivered", referrals, telling)
            return answer(desk, lines, subjects_of(referrals))

    say(*deciding(act))


def _is_referral(desk: Desk, text: str) -> bool:
    """Whether this means a referral rather than a person, who may be new."""
    if text.strip().isdigit():
        return True
    if "@" in text:
        return False
    return Names(desk.outlook).is_prospect(text)


def lose(
    ctx: typer.Context, refs: Refs = None, why: Why = None, at: At = None, note: Note = None
) -> None:
    """Record that the prospect went elsewhere, and why."""
    _close(ctx.obj, "lose", "lost", refs, why, Telling(None, at, note))


def decline(
    ctx: typer.Context, refs: Refs = None, why: Why = None, at: At = None, note: Note = None
) -> None:
    """Record that you said no, and why; then refer-out names somebody better."""
    _close(ctx.obj, "decline", "declined", refs, why, Telling(None, at, note))


def _close(
    here: Here, verb: str, kind: str, refs: list[str] | None, why: str | None, telling: Telling
) -> None:
    chosen = _refs(refs, verb)
    reason = checked_text(
        wanted(why, "Why, as the source may hear it", f'reftrack {verb} 12 --why "…"'), "The reason"
    )
    _step(here, verb, kind, chosen, Telling(None, telling.at, telling.note, {"text": reason}))


def refer_out(
    ctx: typer.Context,
    ref: Annotated[str | None, typer.Argument(metavar="REF", show_default=False)] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="PERSON", help="Who can serve them better.")
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that you sent the prospect to somebody better; that one owes you a favour."""
    (chosen,) = _refs([ref] if ref else None, "refer-out")
    receiver = wanted(to, "To whom", 'reftrack refer-out 12 --to "Kim Wood"')
    telling = Telling(None, at, note).checked()

    def act(decisions: Decisions) -> list[str]:
        with ctx.obj.recording("refer-out") as desk:
            referral = Names(desk.outlook).referral(chosen)
            person = person_of(desk, receiver, decisions)
            if person.id in (referral.source, referral.prospect):
                raise Refused(
                    f"{referral.id} cannot be referred out to its own"
                    f" {'source' if person.id == referral.source else 'prospect'}.",
                    "Name the person or firm that will serve them.",
                )
            told = Telling(None, telling.at, telling.note, {"to": person.uid})
            lines = record_on_referrals(desk, "referred-out", [referral], told, to=person.name)
            _given(desk, referral, person.id, telling)
            return answer(desk, lines, subjects_of([referral]))

    say(*deciding(act))


def _given(desk: Desk, referral: Referral, receiver: int, telling: Telling) -> None:
    """What one sends away, another is given: the favour is counted for the receiver."""
    at = instant_of(telling, desk, referral.received_at)
    prospect = desk.reader.person(referral.prospect)
    data = {"prospect": prospect.name if prospect else None}
    desk.journal.record("given", at, person=receiver, data=data)


_Ref = Annotated[str | None, typer.Argument(metavar="REF", show_default=False)]
_Text = Annotated[
    str | None,
    typer.Argument(metavar="TEXT", help="In words that others may hear.", show_default=False),
]


def problem(
    ctx: typer.Context, ref: _Ref = None, text: _Text = None, at: At = None, note: Note = None
) -> None:
    """Record that something went wrong; the source should hear it from you within the hour."""
    _told(ctx.obj, "problem", "problem", ref, text, "What went wrong", Telling(None, at, note))


def resolve(
    ctx: typer.Context, ref: _Ref = None, text: _Text = None, at: At = None, note: Note = None
) -> None:
    """Record that the problem is put right, and how."""
    _told(
        ctx.obj, "resolve", "resolved", ref, text, "How it was put right", Telling(None, at, note)
    )


def _told(
    here: Here,
    verb: str,
    kind: str,
    ref: str | None,
    text: str | None,
    what: str,
    telling: Telling,
) -> None:
    chosen = _refs([ref] if ref else None, verb)
    words = checked_text(wanted(text, what, f'reftrack {verb} 12 "…"'), "The text")
    _step(here, verb, kind, chosen, Telling(None, telling.at, telling.note, {"text": words}))


def rate(
    ctx: typer.Context,
    ref: _Ref = None,
    fit: Annotated[str | None, typer.Argument(metavar="good|poor", show_default=False)] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record how well a referral fitted what you do."""
    chosen = _refs([ref] if ref else None, "rate")
    said = checked_line(wanted(fit, "Good or poor", "reftrack rate 12 good"), "The fit").casefold()
    if said not in ("good", "poor"):
        raise BadInput(f"'{said[:40]}' is neither good nor poor.", "Say: reftrack rate 12 good")
    _step(ctx.obj, "rate", "rated", chosen, Telling(None, at, note, {"fit": said}))
