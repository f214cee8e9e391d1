"""Words to the source: thanks, news, explanations; one touch may settle several courtesies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Annotated

import typer

from reftrack.cli.asking import wanted
from reftrack.cli.command_line import shown
from reftrack.cli.here import Desk, Here
from reftrack.cli.lines import subject_of
from reftrack.cli.naming import Names
from reftrack.cli.options import At, By, Note, Refs
from reftrack.cli.output import say
from reftrack.cli.recording import (
    Telling,
    answer,
    instant_of,
    record_on_referrals,
    sources_of,
    subjects_of,
)
from reftrack.domain.courtesies import Courtesy
from reftrack.domain.people import Person, checked_line, checked_text, short
from reftrack.domain.referrals import Referral
from reftrack.errors import BadInput, NotFound, ReftrackError, Refused
from reftrack.rules.rulebook import BY_NAME
from reftrack.wording.actions import command_of

RefsOrPerson = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="REF… | PERSON", help="Numbers, names, or @7 for a person.", show_default=False
    ),
]


def thank(
    ctx: typer.Context,
    whom: RefsOrPerson = None,
    by: By = None,
    gift: Annotated[
        str | None, typer.Option("--gift", metavar="TEXT", help="What was given with it.")
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that the source was thanked; of a person, for everything that is open: one card."""
    data: dict[str, object] = {}
    if gift is not None:
        data["gift"] = checked_line(gift, "The gift")
    telling = Telling(by, at, note, data).checked()
    texts = whom or [wanted(None, "Whom or what for", "reftrack thank 12")]

    def open_thanks(desk: Desk, person: Person) -> list[Referral]:
        return _with_open(
            desk,
            person,
            "thanked",
            telling,
            f"no thanks to {person.name} (@{person.id}) are open.",
            "To thank them once more, name the referral by its number.",
        )

    _touch(ctx.obj, "thank", "thanked", texts, telling, open_thanks, mind=_card_is_slow)


def tell(
    ctx: typer.Context,
    whom: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="REF… | PERSON [TEXT]",
            help="Numbers, names, or @7 for a person; then, if you like, what was told.",
            show_default=False,
        ),
    ] = None,
    by: By = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help="What was told.")
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record news to the source; of a person, on every live referral of theirs."""
    words = whom or [wanted(None, "Whom or what about", "reftrack tell 12")]
    texts, told = _split(words, text)
    data: dict[str, object] = {} if told is None else {"text": checked_text(told, "The news")}
    telling = Telling(by, at, note, data).checked()
    is_doubtful = told is not None and text is None

    def still_live(desk: Desk, person: Person) -> list[Referral]:
        return _live(desk, person, telling)

    _touch(ctx.obj, "tell", "told", texts, telling, still_live, news=told if is_doubtful else None)


def _split(words: Sequence[str], text: str | None) -> tuple[list[str], str | None]:
    """The words before the news, and the news: the last one where it is no number."""
    if text is not None or len(words) == 1:
        return list(words), text
    *texts, last = words
    if last.strip().isdigit() or last.startswith("@"):
        return list(words), None
    return texts, last


def _no_name(desk: Desk, told: str) -> None:
    """Refuses news that could as well be the name of another referral."""
    if len(told.split()) > 3:
        return
    try:
        Names(desk.outlook).referral_or_person(told)
    except ReftrackError as error:
        if isinstance(error, NotFound | BadInput):
            return
    raise BadInput(
        f"'{short(told)}' may be the news, or another referral.",
        f"Say --text '{short(told)}', or the number of the referral.",
    )


def educate(
    ctx: typer.Context, whom: RefsOrPerson = None, by: By = None, at: At = None, note: Note = None
) -> None:
    """Record that the source knows whom you can help best."""
    texts = whom or [wanted(None, "Which referral or whom", "reftrack educate 12")]
    telling = Telling(by, at, note).checked()

    def waiting(desk: Desk, person: Person) -> list[Referral]:
        return _with_open(
            desk,
            person,
            "educated",
            telling,
            f"no referral of {person.name} (@{person.id}) waits for that.",
            "To record it all the same, name the referral by its number.",
        )

    _touch(ctx.obj, "educate", "educated", texts, telling, waiting)


def _touch(
    here: Here,
    verb: str,
    kind: str,
    texts: Sequence[str],
    telling: Telling,
    of_person: Callable[[Desk, Person], list[Referral]],
    news: str | None = None,
    mind: Callable[[Desk, Sequence[Referral], Telling], None] | None = None,
) -> None:
    """Records one touch on the referrals named, or on those that `of_person` finds, and answers.

    `news` that may be meant as one more name is refused; `mind` may have a word aside.
    """
    with here.recording(verb) as desk:
        if news is not None:
            _no_name(desk, news)
        found = _found(desk, texts)
        referrals = of_person(desk, found) if isinstance(found, Person) else found
        if mind is not None:
            mind(desk, referrals, telling)
        lines = record_on_referrals(desk, kind, referrals, telling)
        lines = answer(desk, lines, [*subjects_of(referrals), *sources_of(referrals)])
    say(*lines)


def _card_is_slow(desk: Desk, referrals: Sequence[Referral], telling: Telling) -> None:
    """A card settles the announcement of a sale, and yet it arrives after the friend's own word."""
    if telling.by not in ("card", "gift"):
        return
    open_ = desk.outlook.open_on([("referral", referral.id) for referral in referrals])
    late = sorted({c.referral for c in open_ if c.rule == "announce-win" and c.referral})
    if late:
        numbers = ", ".join(map(str, late))
        desk.asides.append(f"note: {numbers} is sold, and a card takes days. Call them today too.")


# What settles a debt where one may say "done"; None where only a real conversation does.
_SETTLED_BY: dict[str, str | None] = {
    rule: {"thank": "thanked", "tell": "told", "explain": "explained", "educate": "educated"}.get(
        row.command.verb
    )
    for rule, row in BY_NAME.items()
}


def done(ctx: typer.Context, refs: Refs = None, at: At = None, note: Note = None) -> None:
    """Settle the next debt of each referral, if that takes no conversation you may not have had."""
    texts = refs or [wanted(None, "Which referral", "reftrack done 12")]
    telling = Telling(None, at, note).checked()
    with ctx.obj.recording("done") as desk:
        referrals = Names(desk.outlook).referrals(texts)
        lines = []
        for referral in referrals:
            kind, by = _next_debt(desk, referral)
            settling = Telling(by, telling.at, telling.note)
            lines += record_on_referrals(desk, kind, [referral], settling)
        lines = answer(desk, lines, subjects_of(referrals))
    say(*lines)


def _next_debt(desk: Desk, referral: Referral) -> tuple[str, str | None]:
    """The event that settles the next debt of this referral, and its way."""
    debts = [
        courtesy
        for courtesy, status in desk.outlook.stand(
            desk.outlook.open_on([("referral", referral.id)])
        )
        if status != "upcoming"
    ]
    if not debts:
        raise Refused(
            f"nothing is owed on {referral.id} now.",
            f"What comes next: reftrack show {referral.id}",
        )
    courtesy = debts[0]
    kind = _SETTLED_BY[courtesy.rule]
    if kind is None:
        command = _command_for(desk, courtesy)
        reason = (
            "only a real conversation settles that"
            if BY_NAME[courtesy.rule].is_conversation
            else "that needs a name"
        )
        raise Refused(f"the next debt of {referral.id} is {courtesy.rule}: {reason}.", command)
    way = BY_NAME[courtesy.rule].command.option("by")
    return kind, way if isinstance(way, str) else None


def _command_for(desk: Desk, courtesy: Courtesy) -> str:
    (item,) = desk.outlook.items(desk.outlook.stand([courtesy]))
    return f"When it happened: {shown(command_of(courtesy.rule, subject_of(item)))}"


def _found(desk: Desk, texts: Sequence[str]) -> list[Referral] | Person:
    """Referrals, or one person alone."""
    names = Names(desk.outlook)
    if len(texts) == 1:
        found = names.referral_or_person(texts[0])
        return found if isinstance(found, Person) else [found]
    found_all = [names.referral_or_person(text) for text in texts]
    people = [found for found in found_all if isinstance(found, Person)]
    if people:
        raise BadInput(
            f"{people[0].name} is a person; several at once have to be referrals.",
            "Name the referrals by their numbers, or the person alone.",
        )
    referrals = [found for found in found_all if isinstance(found, Referral)]
    return list({referral.id: referral for referral in referrals}.values())


def _received_by(
    desk: Desk, person: Person, telling: Telling
) -> dict[int, tuple[Referral, datetime]]:
    """What this person had sent by the time of the touch, each with that time."""
    instant_of(telling, desk)  # a time not understood is an error, not a referral of later
    sent = {}
    for referral in desk.reader.referrals_of("source", [person.id]):
        with suppress(BadInput):  # received after it
            at = instant_of(telling, desk, referral.received_at)
            if at >= referral.received_at:
                sent[referral.id] = (referral, at)
    return sent


def _with_open(
    desk: Desk, person: Person, kind: str, telling: Telling, nothing: str, hint: str
) -> list[Referral]:
    """The referrals of this person on which an open courtesy to them is done by `kind`."""
    sent = _received_by(desk, person, telling)
    waiting = {
        courtesy.referral
        for courtesy in desk.outlook.open_on([("referral", number) for number in sent])
        if courtesy.referral is not None
        and courtesy.opens_at <= sent[courtesy.referral][1]
        and BY_NAME[courtesy.rule].is_settled_by(kind, telling.by)
    }
    if not waiting:
        raise NotFound(nothing, hint)
    return [sent[number][0] for number in sorted(sent) if number in waiting]


def _live(desk: Desk, person: Person, telling: Telling) -> list[Referral]:
    """The referrals of this person that have not ended."""
    received = (referral for referral, _ in _received_by(desk, person, telling).values())
    sent = [referral for referral in received if not referral.is_expansion]
    standings = desk.outlook.standings(referral.id for referral in sent)
    live = [r for r in sent if r.id in standings and standings[r.id].ended_at is None]
    if not live:
        raise NotFound(
            f"{person.name} (@{person.id}) has no live referral with you.",
            "To record news on an ended one, name it by its number.",
        )
    return sorted(live, key=lambda referral: referral.id)
