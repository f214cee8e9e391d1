"""A whole history into the book: what is new in it, in one step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlmodel import insert

from reftrack.domain.events import Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import EXPANSION, Referral
from reftrack.store.journal import Journal
from reftrack.store.rows import event_columns, name_parts, person_columns, referral_columns
from reftrack.store.tables import (
    EventRow,
    NamePartRow,
    PersonRow,
    PersonVersionRow,
    ReferralRow,
    ReferralVersionRow,
)

Rows = list[dict[str, Any]]


def import_history(
    journal: Journal,
    people: Sequence[Person],
    referrals: Sequence[Referral],
    events: Sequence[Event],
) -> tuple[int, int, int]:
    """Adds what is new by its uid; how many people, referrals and events were.

    Into a book where nothing was ever recorded every number is kept; elsewhere new ones are given
    in the order of the old, and what the records name is named by its new number.
    """
    keeps = journal.reader.is_blank()
    person_ids, new_people = _numbered(journal, "person", people, keeps=keeps)
    referral_ids, new_referrals = _numbered(journal, "referral", referrals, keeps=keeps)
    event_ids, new_events = _numbered(journal, "event", events, keeps=keeps)
    if new_people or new_referrals or new_events:
        who = {person.id: person_ids[person.uid] for person in people}
        which = {referral.id: referral_ids[referral.uid] for referral in referrals}
        _add_people(journal, new_people, person_ids)
        _add_referrals(journal, [_known_as(r, who) for r in new_referrals], referral_ids)
        _add_events(journal, [_told_of(e, who, which) for e in new_events], event_ids)
        journal.keeper.touch_everything()
    return len(new_people), len(new_referrals), len(new_events)


def _numbered(
    journal: Journal, table: str, records: Sequence[Any], *, keeps: bool
) -> tuple[dict[str, int], list[Any]]:
    """Every record's number in the book by its uid, and the records that are new."""
    number = "coalesce(merged_into, id)" if table == "person" else "id"
    sql = f"SELECT uid, {number} FROM live_{table} WHERE uid IN"
    numbers = dict(journal.reader.rows_among(sql, [record.uid for record in records]))
    new = [record for record in records if record.uid not in numbers]
    following = _next_number(journal, table)
    for record in sorted(new, key=lambda record: record.id):
        numbers[record.uid] = record.id if keeps else following()
    return numbers, new


def _next_number(journal: Journal, table: str) -> Callable[[], int]:
    """Gives the numbers that were never used, one after the other."""
    used = journal.reader.rows("SELECT seq FROM sqlite_sequence WHERE name = ?", table)
    last = used[0][0] if used else 0

    def following() -> int:
        nonlocal last
        last += 1
        return int(last)

    return following


def _known_as(referral: Referral, who: dict[int, int]) -> Referral:
    """The referral between the people of this book, of whom a merge may have made one."""
    source, prospect = who[referral.source], who[referral.prospect]
    kind = EXPANSION if source == prospect else referral.kind
    return replace(referral, source=source, prospect=prospect, kind=kind)


def _told_of(event: Event, who: dict[int, int], which: dict[int, int]) -> Event:
    """The event on the referral or person of this book."""
    return replace(
        event,
        referral=None if event.referral is None else which[event.referral],
        person=None if event.person is None else who[event.person],
    )


def _add_people(journal: Journal, people: Sequence[Person], numbers: dict[str, int]) -> None:
    following = _next_number(journal, "person_version")
    step = journal.step
    versions: Rows = []
    parts: Rows = []
    for person in people:
        version = following()
        own = {"id": version, "person": numbers[person.uid], "step": step}
        versions.append(own | person_columns(person))
        parts += [{"version": version, "part": part} for part in name_parts(person.name)]
    rows = [{"id": numbers[p.uid], "uid": p.uid, "step": step} for p in people]
    _add(journal, PersonRow, rows)
    _add(journal, PersonVersionRow, versions)
    _add(journal, NamePartRow, parts)


def _add_referrals(
    journal: Journal, referrals: Sequence[Referral], numbers: dict[str, int]
) -> None:
    step = journal.step
    rows = [{"id": numbers[r.uid], "uid": r.uid, "step": step} for r in referrals]
    _add(journal, ReferralRow, rows)
    versions = [{"referral": numbers[r.uid], "step": step} | referral_columns(r) for r in referrals]
    _add(journal, ReferralVersionRow, versions)


def _add_events(journal: Journal, events: Sequence[Event], numbers: dict[str, int]) -> None:
    step = journal.step
    _add(
        journal, EventRow, [{"id": numbers[e.uid], "step": step} | event_columns(e) for e in events]
    )


def _add(journal: Journal, table: type, rows: Rows) -> None:
    if rows:
        journal.session.execute(insert(table), rows)
