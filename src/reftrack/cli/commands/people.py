"""What happens between people, apart from any one referral."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.cli.asking import Decisions, confirmed, deciding, wanted
from reftrack.cli.commands.asking_rights import refuse_unearned, right_of, show_rights
from reftrack.cli.commands.verbs import Who, on_perhaps_new
from reftrack.cli.here import Here
from reftrack.cli.naming import Names
from reftrack.cli.options import At, By, Json, Limit, Note
from reftrack.cli.output import is_terminal, safe, say
from reftrack.cli.recording import (
    Telling,
    answer,
    instant_of,
    person_of,
    record_on_person,
    way_of,
)
from reftrack.domain.people import checked_name, said_updates
from reftrack.errors import BadInput, Refused
from reftrack.wording import times
from reftrack.wording.because import Because


def refer(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="Whom you referred.", show_default=False),
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="PERSON", help="To whom you referred them.")
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that you referred somebody to a person: the favour is returned."""
    example = 'reftrack refer "Lee Park" --to "Sam Ortiz"'
    whom = checked_name(wanted(name, "Whom you referred", example))
    receiver = wanted(to, "To whom", example)
    telling = Telling(None, at, note, {"prospect": whom})
    on_perhaps_new(ctx.obj, "refer", "given", receiver, telling, prospect=whom)


_TICKS = {
    "agreed": ("Did they get what was agreed", "agreed", "not as agreed"),
    "delivered": ("Is everything delivered", "delivered", "not all delivered"),
    "happy": ("Are they happy", "happy", "not happy"),
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
    at: At = None,
    note: Note = None,
) -> None:
    """Record what a client said of the work; good in all three, it earns you the right to ask."""
    example = "reftrack review @3 --agreed --delivered --happy"
    name = wanted(who, "Who", example)
    ticks = {"agreed": agreed, "delivered": delivered, "happy": happy}
    for tick, (question, _, _) in _TICKS.items():
        if ticks[tick] is None:
            if not is_terminal():
                raise BadInput(f"say whether: {question.lower()}.", f"For example: {example}")
            ticks[tick] = confirmed(f"{question}?")
    telling = Telling(None, at, note).checked()
    text = ", ".join(_TICKS[tick][1 if said else 2] for tick, said in ticks.items())

    def act(decisions: Decisions) -> list[str]:
        with ctx.obj.recording("review", begins_a_book=True) as desk:
            data: dict[str, object] = dict(ticks)
            if busy_until is not None:
                from reftrack.cli.when import day_understood

                data["busy_until"] = str(day_understood(busy_until, now=desk.now, zone=desk.zone))
            person = person_of(desk, name, decisions)
            told = Telling(None, telling.at, telling.note, data)
            lines = record_on_person(desk, "reviewed", person, told, text=text)
            return answer(desk, lines, [("person", person.id)])

    say(*deciding(act))


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
    if json or limit is not None:
        raise BadInput("--json and --limit are for the list.", "The list: reftrack ask --json")
    name = wanted(who, "Whom", "reftrack ask @3")
    telling = Telling(by, at, note).checked()
    with ctx.obj.recording("ask") as desk:
        person = Names(desk.outlook).person(name)
        if not anyway:
            instant = instant_of(telling, desk, person)
            reading = desk.outlook.reading_at(instant, ("person", person.id))
            because = Because(desk.now, desk.outlook.terms.calendar)
            refuse_unearned(right_of(reading, person, instant), because)
        lines = record_on_person(desk, "asked", person, telling)
        lines = answer(desk, lines, [("person", person.id)])
    say(*lines)


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
    at: At = None,
    note: Note = None,
) -> None:
    """Record how a source wants to hear from you, and how often."""
    example = "reftrack wish @3 --updates 30d --by email"
    name = wanted(who, "Who", example)
    if updates is None and by is None:
        updates = wanted(None, "How often (milestones, outcome, or days: 30d)", example)
    changes = {
        "updates": None if updates is None else said_updates(updates),
        "channel": way_of(by),
    }
    said = {key: value for key, value in changes.items() if value is not None}
    telling = Telling(None, at, note).checked()

    def act(decisions: Decisions) -> list[str]:
        with ctx.obj.recording("wish", begins_a_book=True) as desk:
            person = desk.journal.change_person(person_of(desk, name, decisions), **said)
            lines = record_on_person(desk, "wished", person, telling, text=", ".join(said.values()))
            return answer(desk, lines, [("person", person.id)])

    say(*deciding(act))


def pause(ctx: typer.Context, at: At = None, note: Note = None) -> None:
    """Record that you are too busy for new referrals; sources who send one will be told."""
    _turn(ctx.obj, "pause", "paused", "You take no new referrals", at, note)


def resume(ctx: typer.Context, at: At = None, note: Note = None) -> None:
    """Record that you have room again; who was kept waiting is to hear of it."""
    _turn(ctx.obj, "resume", "resumed", "You take new referrals again", at, note)


def _turn(
    here: Here, verb: str, kind: str, sentence: str, at: str | None, note: str | None
) -> None:
    telling = Telling(None, at, note).checked()
    with here.recording(verb) as desk:
        instant = instant_of(telling, desk)
        book = [event for event in desk.reader.events_on_book() if event.at <= instant]
        is_paused = bool(book) and book[-1].kind == "paused"
        if is_paused == (kind == "paused"):
            state = "paused already" if is_paused else "not paused"
            other = "resume" if is_paused else "pause"
            raise Refused(f"the book is {state}.", f"Did you mean: reftrack {other}")
        desk.journal.record(kind, instant, note=telling.note)
        desk.journal.summary.append(sentence)
        outlook = desk.settled()
        items = outlook.items(outlook.stand(outlook.open_of_capacity()))
        when = times.stamp(instant, desk.zone)
    lines = [f"{sentence}, since {when}."]
    if items:
        names = list(dict.fromkeys(item.to.name for item in items))
        more = f" and {len(names) - 8} more" if len(names) > 8 else ""
        lines.append(f"To be told: {', '.join(names[:8])}{more}. See: reftrack due --later")
    say(*map(safe, lines))
