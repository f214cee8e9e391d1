"""`list`: the referrals, each with its next step."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from reftrack.cli.command_line import shown
from reftrack.cli.here import Here, without_referrals
from reftrack.cli.lines import (
    Fold,
    Letter,
    Record,
    Section,
    subject_of,
)
from reftrack.cli.options import Json, Limit
from reftrack.cli.output import say_json
from reftrack.cli.screen import show_letter
from reftrack.domain.counting import counted
from reftrack.domain.courtesies import Courtesy
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral, Standing
from reftrack.domain.times import text_of
from reftrack.rules.courtesies import Subject
from reftrack.store.outlook import Item, Outlook
from reftrack.wording import times
from reftrack.wording.actions import action_of, command_of
from reftrack.wording.stages import stage_of


def list_(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Ended ones too.")] = False,
    limit: Limit = None,
    json: Json = False,
) -> None:
    """The referrals, each with its next step: the live ones, and whatever still waits."""
    here: Here = ctx.obj
    with here.outlook() as outlook:
        if outlook is None:
            if json:
                say_json({"schema": "reftrack.list/1", "referrals": []})
            else:
                show_letter(Letter("", "", closing=here.without_a_book()))
            return
        rows, cut, ended = _list_rows(outlook, is_all=all_, limit=limit)
        now, zone = outlook.now, outlook.terms.calendar.zone
        closing = [] if rows or ended else without_referrals(outlook)[-1:]
    if json:
        documents = [_row_document(*row) for row in rows]
        say_json({"schema": "reftrack.list/1", "now": text_of(now), "referrals": documents})
        return
    records = [_row_record(*row, now=now, outlook=outlook) for row in rows]
    letter = Letter(times.heading(now, zone), _counted(len(rows) + cut, is_all=all_))
    letter.sections = [Section("REFERRALS", records)] if records else []
    if cut:
        letter.folds.append(Fold("MORE", f"{cut} not shown", "reftrack list"))
    if ended:
        letter.folds.append(Fold("ENDED", f"{ended} not shown", "reftrack list --all"))
    letter.closing = closing
    show_letter(letter)


def _counted(count: int, *, is_all: bool) -> str:
    return f"{counted(count, 'referral')}{'' if is_all else ' live or waiting'}."


_Row = tuple[Referral, Person, Person, Standing, Item | None]


def _list_rows(outlook: Outlook, *, is_all: bool, limit: int | None) -> tuple[list[_Row], int, int]:
    """The rows with their next courtesies; how many are cut off, how many ended are left out."""
    shown, count, total = outlook.listed(limit, is_all=is_all)
    standings = outlook.standings(shown)
    following: dict[int, Courtesy] = {}
    subjects: list[Subject] = [("referral", number) for number in shown]
    for courtesy, status in outlook.stand(outlook.open_on(subjects)):
        if courtesy.referral is None:
            continue
        first = following.get(courtesy.referral)
        if first is None or (first.opens_at > outlook.now and status != "upcoming"):
            following[courtesy.referral] = courtesy
    ended, cut = total - count, count - len(shown)
    referrals = sorted(outlook.reader.referrals(shown), key=lambda referral: referral.id)
    numbers = {number for r in referrals for number in (r.source, r.prospect)}
    people = {person.id: person for person in outlook.reader.people(numbers)}
    items = outlook.items(outlook.stand(following[n] for n in shown if n in following))
    next_ = {item.courtesy.referral: item for item in items}
    return (
        [
            (r, people[r.source], people[r.prospect], standings[r.id], next_.get(r.id))
            for r in referrals
        ],
        cut,
        ended,
    )


def _row_record(
    referral: Referral,
    source: Person,
    prospect: Person,
    standing: Standing,
    item: Item | None,
    *,
    now: datetime,
    outlook: Outlook,
) -> Record:
    zone = outlook.terms.calendar.zone
    title = f"{prospect.name}, from {source.name}"
    if referral.is_expansion:
        title = f"{prospect.name}, new business"
    when = f"{stage_of(standing)}, {times.day(standing.since, now, zone)}"
    if item is None:
        return Record(str(referral.id), title, when, "nothing owed", "", ())
    courtesy, subject = item.courtesy, subject_of(item)
    due = (
        times.opening(courtesy.opens_at, now, zone)
        if item.status == "upcoming"
        else times.deadline(courtesy.due_at, now, zone)
    )
    action = f"{action_of(courtesy.rule, subject)}, {due}"
    return Record(
        str(referral.id), title, when, action, shown(command_of(courtesy.rule, subject)), ()
    )


def _row_document(
    referral: Referral, source: Person, prospect: Person, standing: Standing, item: Item | None
) -> dict[str, object]:
    courtesy = item.courtesy if item else None
    return {
        "referral": referral.id,
        "source": {"id": source.id, "name": source.name},
        "prospect": {"id": prospect.id, "name": prospect.name},
        "kind": referral.kind,
        "received_at": text_of(referral.received_at),
        "stage": standing.stage,
        "since": text_of(standing.since),
        "ended_at": text_of(standing.ended_at) if standing.ended_at else None,
        "next": {
            "rule": courtesy.rule,
            "status": item.status,
            "opens_at": text_of(courtesy.opens_at),
            "due_at": text_of(courtesy.due_at),
            "command": shown(command_of(courtesy.rule, subject_of(item))),
        }
        if courtesy and item
        else None,
    }
