"""The way of a referral: contacted, met, won, delivered, or how it closed."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.cli.asking import Decisions, deciding, wanted
from reftrack.cli.commands.verbs import Ref, on_referrals, refs_of
from reftrack.cli.here import Desk
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
from reftrack.domain.people import checked_line
from reftrack.domain.referrals import Referral
from reftrack.errors import BadInput, Refused


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
    on_referrals(ctx.obj, "contact", kind, refs_of(refs, "contact"), Telling(by, at, note))


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
    texts = refs_of(refs, "deliver")

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
    (chosen,) = refs_of([ref] if ref else None, "refer-out")
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
    at = instant_of(telling, desk, referral)
    prospect = desk.reader.person(referral.prospect)
    data = {"prospect": prospect.name if prospect else None}
    desk.journal.record("given", at, person=receiver, data=data)


def rate(
    ctx: typer.Context,
    ref: Ref = None,
    fit: Annotated[str | None, typer.Argument(metavar="good|poor", show_default=False)] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record how well a referral fitted what you do."""
    chosen = refs_of([ref] if ref else None, "rate")
    said = checked_line(wanted(fit, "Good or poor", "reftrack rate 12 good"), "The fit").casefold()
    if said not in ("good", "poor"):
        raise BadInput(f"'{said[:40]}' is neither good nor poor.", "Say: reftrack rate 12 good")
    on_referrals(ctx.obj, "rate", "rated", chosen, Telling(None, at, note, {"fit": said}))
