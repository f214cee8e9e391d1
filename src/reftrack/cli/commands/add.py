"""`add`: a referral came in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from reftrack.cli.asking import Decisions, deciding, note_from, offered, wanted
from reftrack.cli.here import Desk, Here
from reftrack.cli.options import At, Note
from reftrack.cli.output import is_terminal, say
from reftrack.cli.recording import (
    Telling,
    answer,
    instant_of,
    person_of,
    refuse_gifts_to_colleagues,
    way_of,
)
from reftrack.domain.people import RELATIONS, Person, checked_line, checked_text
from reftrack.domain.referrals import EXPANSION, KINDS, Referral
from reftrack.errors import BadInput, Refused
from reftrack.wording import times
from reftrack.wording.recorded import on_referral

_EXAMPLE = 'reftrack add "Dana Ruiz" --from "Sam Ortiz"'


@dataclass(frozen=True)
class _Known:
    """What was said of a person, checked."""

    phone: str | None = None
    email: str | None = None
    company: str | None = None
    relation: str | None = None


def add(
    ctx: typer.Context,
    prospect: Annotated[
        str | None,
        typer.Argument(metavar="PROSPECT", help="Who was referred to you.", show_default=False),
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
    thanked: Annotated[
        str | None, typer.Option("--thanked", metavar="WAY", help="The source was thanked already.")
    ] = None,
    contacted: Annotated[
        bool, typer.Option("--contacted", help="The prospect was contacted already.")
    ] = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that SOURCE referred PROSPECT to you."""
    asks = is_terminal() and (prospect is None or source is None)
    prospect_name = wanted(prospect, "Who was referred to you", _EXAMPLE)
    source_name = wanted(source, "Who referred them", _EXAMPLE)
    if asks:
        phone = offered(phone, f"The phone of {prospect_name}")
        tie = offered(tie, f"What {prospect_name} is to {source_name} (cousin, neighbour)")
        need = offered(need, f"What {prospect_name} needs")
    need = note_from(need)
    entry = _Entry(
        prospect_name,
        source_name,
        choice(kind, KINDS, "kind"),
        _Known(_line(phone, "phone"), _line(email, "email"), _line(company, "company")),
        _Known(
            _line(source_phone, "source's phone"),
            _line(source_email, "source's email"),
            _line(source_company, "source's company"),
            choice(relation, RELATIONS, "relation"),
        ),
        _line(tie, "tie"),
        None if need is None else checked_text(need, "The need"),
        way_of(thanked),
        contacted,
        Telling(None, at, note).checked(),
    )
    say(*deciding(lambda decisions: _add(ctx.obj, entry, decisions)))


@dataclass(frozen=True)
class _Entry:
    """A referral as it was typed, checked."""

    prospect: str
    source: str
    kind: str | None
    of_prospect: _Known
    of_source: _Known
    tie: str | None
    need: str | None
    thanked: str | None
    is_contacted: bool
    telling: Telling


def _line(text: str | None, what: str) -> str | None:
    return None if text is None else checked_line(text, f"The {what}")


def choice(text: str | None, choices: tuple[str, ...], what: str) -> str | None:
    """One of these words, whatever its case; BadInput for any other."""
    if text is None:
        return None
    wanted_ = text.strip().casefold()
    if wanted_ not in choices:
        raise BadInput(f"'{text[:40]}' is no {what}.", f"Say {', '.join(choices)}.")
    return wanted_


def _add(here: Here, entry: _Entry, decisions: Decisions) -> list[str]:
    with here.recording("add", begins_a_book=True) as desk:
        source = person_of(desk, entry.source, decisions)
        prospect = person_of(desk, entry.prospect, decisions)
        received_at = instant_of(entry.telling, desk, source, prospect)
        kind = kind_between(entry.kind, source, prospect)
        _mention_twin(desk, source, prospect)
        source = _learnt(desk, source, entry.of_source)
        prospect = _learnt(
            desk, source if prospect.id == source.id else prospect, entry.of_prospect
        )
        referral = desk.journal.new_referral(
            Referral(
                0,
                "",
                source.id,
                prospect.id,
                received_at,
                kind,
                entry.tie,
                entry.need,
                entry.telling.note,
            )
        )
        refuse_gifts_to_colleagues(referral, entry.thanked)
        when = "" if received_at == desk.now else f" ({times.stamp(received_at, desk.zone)})"
        sentence = f"{prospect.name}, referred by {source.name}"
        if kind == EXPANSION:
            sentence = f"New business from {prospect.name}"
        also = _also(desk, referral, entry, source, prospect)
        desk.journal.summary.append(f"{referral.id}: {sentence}{also}")
        line = f"{referral.id}  {sentence}{when}{also}."
        return answer(desk, [line], [("referral", referral.id)])


def kind_between(kind: str | None, source: Person, prospect: Person) -> str:
    """The kind asked for, or the usual one; Refused unless expansion is of one person only."""
    is_one = source.id == prospect.id
    if is_one and kind in (None, EXPANSION):
        return EXPANSION
    if is_one:
        raise Refused(
            f"source and prospect are both {source.name}, so it is an expansion.",
            "Leave --kind out, or name somebody else.",
        )
    if kind == EXPANSION:
        raise Refused(
            "an expansion is new business from the same person; these are two.",
            f"Leave --kind out, or say --from '{prospect.name}'.",
        )
    return kind or KINDS[0]


def _mention_twin(desk: Desk, source: Person, prospect: Person) -> None:
    """Says that the same two have a live referral: it may have been entered already."""
    same = [
        referral.id
        for referral in desk.reader.referrals_of("prospect", [prospect.id])
        if referral.source == source.id and referral.source != referral.prospect
    ]
    standings = desk.outlook.standings(same)
    live = [number for number in same if number in standings and not standings[number].ended_at]
    if live:
        desk.asides.append(
            f"note: {live[-1]} is {prospect.name} from {source.name} too, and still live."
        )


def _learnt(desk: Desk, person: Person, known: _Known) -> Person:
    """The person with what was said of them; what it replaces is said aside."""
    said = {
        "phone": known.phone,
        "email": known.email,
        "company": known.company,
        "relation": known.relation,
    }
    changes = {key: value for key, value in said.items() if value is not None}
    for key, value in changes.items():
        before = getattr(person, key)
        if before not in (None, value):
            desk.asides.append(f"{person.name} (@{person.id}): {key} was {before}, is now {value}.")
    return desk.journal.change_person(person, **changes) if changes else person


def _also(desk: Desk, referral: Referral, entry: _Entry, source: Person, prospect: Person) -> str:
    """Records what was done at once with it; how that reads."""
    told = []
    names = {"source": source.name, "prospect": prospect.name}
    if entry.thanked:
        desk.journal.record(
            "thanked", referral.received_at, referral=referral, channel=entry.thanked
        )
        told.append(on_referral("thanked", entry.thanked, **names))
    if entry.is_contacted:
        desk.journal.record("contacted", referral.received_at, referral=referral)
        told.append(on_referral("contacted", None, **names))
    return "".join(f". {sentence}" for sentence in told)
