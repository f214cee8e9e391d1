"""Words to the source: thanks, news, explanations; one touch may settle several courtesies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from reftrack.cli.asking import wanted
from reftrack.cli.here import Desk
from reftrack.cli.lines import subject_of
from reftrack.cli.naming import Names
from reftrack.cli.options import At, By, Note, Refs
from reftrack.cli.output import say
from reftrack.cli.recording import (
    Telling,
    answer,
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
    with ctx.obj.recording("thank") as desk:
        found = _found(desk, texts)
        if isinstance(found, Person):
            referrals = _with_open(desk, found, "thanked")
            if not referrals:
                raise NotFound(
                    f"no thanks to {found.name} (@{found.id}) are open.",
                    "To thank them once more, name the referral by its number.",
                )
        else:
            referrals = found
        lines = record_on_referrals(desk, "thanked", referrals, telling)
        lines = answer(desk, lines, subjects_of(referrals))
    say(*lines)


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
    with ctx.obj.recording("tell") as desk:
        if told is not None and text is None:
            _no_name(desk, told)
        found = _found(desk, texts)
        if isinstance(found, Person):
            referrals = _live(desk, found)
            if not referrals:
                raise NotFound(
                    f"{found.name} (@{found.id}) has no live referral with you.",
                    "To record news on an ended one, name it by its number.",
                )
        else:
            referrals = found
        lines = record_on_referrals(desk, "told", referrals, telling)
        subjects = [*subjects_of(referrals), *sources_of(referrals)]
        lines = answer(desk, lines, subjects)
    say(*lines)


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


def explain(
    ctx: typer.Context, refs: Refs = None, by: By = None, at: At = None, note: Note = None
) -> None:
    """Record that the source knows why: of a loss, of a no, or that you were too busy."""
    texts = refs or [wanted(None, "Which referral", "reftrack explain 12")]
    telling = Telling(by, at, note).checked()
    with ctx.obj.recording("explain") as desk:
        referrals = Names(desk.outlook).referrals(texts)
        lines = record_on_referrals(desk, "explained", referrals, telling)
        lines = answer(desk, lines, subjects_of(referrals))
    say(*lines)


def educate(
    ctx: typer.Context, whom: RefsOrPerson = None, by: By = None, at: At = None, note: Note = None
) -> None:
    """Record that the source knows whom you can help best."""
    texts = whom or [wanted(None, "Which referral or whom", "reftrack educate 12")]
    telling = Telling(by, at, note).checked()
    with ctx.obj.recording("educate") as desk:
        found = _found(desk, texts)
        if isinstance(found, Person):
            referrals = _with_open(desk, found, "educated")
            if not referrals:
                raise NotFound(
                    f"no referral of {found.name} (@{found.id}) waits for that.",
                    "To record it all the same, name the referral by its number.",
                )
        else:
            referrals = found
        lines = record_on_referrals(desk, "educated", referrals, telling)
        lines = answer(desk, lines, subjects_of(referrals))
    say(*lines)


# What settles a debt where one may say "done"; None where only a real conversation does.
_SETTLED_BY: dict[str, str | None] = {
    rule: {"thank": "thanked", "tell": "told", "explain": "explained", "educate": "educated"}.get(
        row.command.split()[0]
    )
    for rule, row in BY_NAME.items()
}
_CONVERSATIONS = {"contact-prospect", "try-again", "resolve-problem", "follow-up"}


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
            if courtesy.rule in _CONVERSATIONS
            else "that needs a name"
        )
        raise Refused(f"the next debt of {referral.id} is {courtesy.rule}: {reason}.", command)
    return kind, "call" if courtesy.rule == "announce-win" else None


def _command_for(desk: Desk, courtesy: Courtesy) -> str:
    (item,) = desk.outlook.items(desk.outlook.stand([courtesy]))
    return f"When it happened: {command_of(courtesy.rule, subject_of(item))}"


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


def _with_open(desk: Desk, person: Person, kind: str) -> list[Referral]:
    """The referrals of this person on which an open courtesy to them is done by `kind`."""
    sent = list(desk.reader.referrals_of("source", [person.id]))
    open_ = desk.outlook.open_on([("referral", referral.id) for referral in sent])
    wanted_ = {
        courtesy.referral
        for courtesy in open_
        if courtesy.opens_at <= desk.now and kind in BY_NAME[courtesy.rule].done_by
    }
    return sorted((r for r in sent if r.id in wanted_), key=lambda referral: referral.id)


def _live(desk: Desk, person: Person) -> list[Referral]:
    """The referrals of this person that have not ended."""
    sent = [r for r in desk.reader.referrals_of("source", [person.id]) if not r.is_expansion]
    standings = desk.outlook.standings(referral.id for referral in sent)
    live = [r for r in sent if r.id in standings and standings[r.id].ended_at is None]
    return sorted(live, key=lambda referral: referral.id)
