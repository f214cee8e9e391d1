"""Letting a courtesy go, or hiding it for a while."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from reftrack.cli.asking import note_from, wanted
from reftrack.cli.here import Desk
from reftrack.cli.naming import Names
from reftrack.cli.options import At, Note
from reftrack.cli.output import say
from reftrack.cli.recording import Telling, answer, instant_of, subject_about
from reftrack.domain.courtesies import Courtesy
from reftrack.domain.people import Person, checked_text
from reftrack.domain.referrals import Referral
from reftrack.domain.spelling import did_you_mean
from reftrack.domain.times import text_of
from reftrack.errors import BadInput, Refused
from reftrack.rules.rulebook import BY_NAME
from reftrack.wording import times

What = Annotated[
    str | None,
    typer.Argument(metavar="REF | PERSON", help="12, a name, or @7.", show_default=False),
]


def waive(
    ctx: typer.Context,
    what: What = None,
    rule: Annotated[
        str | None,
        typer.Argument(metavar="RULE", help="A rule's name, or all.", show_default=False),
    ] = None,
    why: Annotated[
        str | None,
        typer.Option(
            "--why", metavar="TEXT", help="Why it may go; private; - reads standard input."
        ),
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Let an open courtesy go: it is not owed any more, and stays on record as waived."""
    example = 'reftrack waive 12 thank-win --why "Thanked at lunch"'
    text = wanted(what, "Which referral or whom", example)
    name = _rule(wanted(rule, "Which rule, or all", example))
    reason = checked_text(note_from(wanted(why, "Why", example)) or "", "The reason")
    telling = Telling(None, at, note).checked()
    kept = reason
    if telling.note is not None:
        kept = checked_text(f"{reason}\n{telling.note}", "The reason with the note")
    with ctx.obj.recording("waive") as desk:
        found = Names(desk.outlook).referral_or_person(text)
        instant = instant_of(telling, desk, found)
        courtesies = [
            c for c in desk.outlook.open_on([subject_about(found)]) if name in ("all", c.rule)
        ]
        opened = [c for c in courtesies if c.opens_at <= instant]
        if not opened:
            raise _not_open(desk, found, name, courtesies)
        _record(desk, "waived", found, instant, kept, {"rule": name})
        rules = ", ".join(dict.fromkeys(c.rule for c in opened))
        line = f"{_number(found)}  Waived: {rules}."
        desk.journal.summary.append(line)
        lines = answer(desk, [line], [subject_about(found)])
    say(*lines)


def snooze(
    ctx: typer.Context,
    what: What = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="WHEN", help="thu, tomorrow 14:00, in 3 days.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", metavar="RULE", help="Only this rule.")
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Hide what is open until a day or hour; its deadline stays where it is."""
    example = "reftrack snooze 12 --until thu"
    text = wanted(what, "Which referral or whom", example)
    when = wanted(until, "Until when", example)
    name = None if rule is None else _rule(rule)
    telling = Telling(None, at, note).checked()
    with ctx.obj.recording("snooze") as desk:
        found = Names(desk.outlook).referral_or_person(text)
        line = hide(desk, found, when, [None if name == "all" else name], telling)
        lines = answer(desk, [line], [subject_about(found)])
    say(*lines)


def hide(
    desk: Desk, found: Referral | Person, when: str, rules: Sequence[str | None], telling: Telling
) -> str:
    """Hides until `when` what these rules have open on it, None meaning all; what to answer."""
    from reftrack.cli.when import understood

    instant = instant_of(telling, desk, found)
    back = understood(when, now=desk.now, zone=desk.zone, tense="future").instant
    shown = times.stamp(back, desk.zone)
    for rule in rules:
        data = {"until": text_of(back)} | ({} if rule is None else {"rule": rule})
        _record(desk, "snoozed", found, instant, telling.note, data)
    hidden = [
        c.rule
        for c in desk.outlook.open_on([subject_about(found)])
        if c.opens_at <= instant and (None in rules or c.rule in rules)
    ]
    line = f"{_number(found)}  Hidden until {shown}: {', '.join(dict.fromkeys(hidden))}."
    if not hidden:
        line = f"{_number(found)}  Nothing is open to be hidden until {shown}; what opens is shown."
    desk.journal.summary.append(line)
    return line


def _record(
    desk: Desk,
    kind: str,
    found: Referral | Person,
    at: datetime,
    note: str | None,
    data: dict[str, str],
) -> None:
    if isinstance(found, Referral):
        desk.journal.record(kind, at, referral=found, note=note, data=data)
    else:
        desk.journal.record(kind, at, person=found.id, note=note, data=data)


def _number(found: Referral | Person) -> str:
    return str(found.id) if isinstance(found, Referral) else f"@{found.id}"


def _rule(text: str) -> str:
    name = "-".join(text.casefold().split())
    if name in BY_NAME or name == "all":
        return name
    raise BadInput(
        f"there is no rule '{text[:40]}'.",
        did_you_mean(name, BY_NAME, "`reftrack rules` lists them; all means each.", 3),
    )


def _not_open(
    desk: Desk, found: Referral | Person, name: str, courtesies: list[Courtesy]
) -> Refused:
    what = "nothing" if name == "all" else f"no {name}"
    upcoming = min((c.opens_at for c in courtesies), default=None)
    if upcoming is None:
        return Refused(
            f"{what} is open on {_number(found)}.", f"What is: reftrack show {_number(found)}"
        )
    opens = times.stamp(upcoming, desk.zone)
    return Refused(
        f"{what} is open on {_number(found)} yet: the next opens {opens}.", "Waive it then."
    )
