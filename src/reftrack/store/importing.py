"""A whole history into the book: everything new in it, in one step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from reftrack.domain.events import Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import EXPANSION, Referral
from reftrack.store.journal import Journal
from reftrack.store.rows import (
    contact_points,
    event_columns,
    name_parts,
    person_version,
    referral_version,
)

Rows = list[dict[str, Any]]
# Called with the number of events that are written.
Progress = Callable[[int], None]

# Rows written at a time; no more events than these are in memory at once.
_BATCH = 5000
# Up to so many new records are computed by themselves, not with the rest of the book.
_FEW = 2000
# The pages that SQLite holds back while it writes, in KiB: the default of 2 MB writes each page
# of an index over and over. Given back with the connection.
_CACHE = 65_536


def record_history(
    journal: Journal,
    people: Sequence[Person],
    referrals: Sequence[Referral],
    events: Iterable[Event],
    progress: Progress | None = None,
    *,
    keeps_numbers: bool = True,
) -> tuple[int, int, int]:
    """Adds what is new by its uid; returns how many people, referrals and events were.

    Into a book where nothing was ever recorded every number is kept, if `keeps_numbers`; elsewhere
    new ones are given in the order of the old, and what the records name is named by its new
    number. The events are read once, a batch at a time; those that are no list have to come in the
    order of their numbers.
    """
    if isinstance(events, Sequence):
        events = sorted(events, key=lambda event: event.id)
    keeps = keeps_numbers and journal.reader.is_blank()
    journal.reader.connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    person_ids, new_people = _numbered(journal, "person", people, keeps=keeps)
    referral_ids, new_referrals = _numbered(journal, "referral", referrals, keeps=keeps)
    who = {person.id: person_ids[person.uid] for person in people}
    which = {referral.id: referral_ids[referral.uid] for referral in referrals}
    _add_people(journal, new_people, person_ids)
    _add_referrals(journal, [_known_as(r, who) for r in new_referrals], referral_ids)
    count = done = 0
    few: list[Event] = []
    left = iter(events)
    while batch := list(islice(left, _BATCH)):
        event_ids, new_events = _numbered(journal, "event", batch, keeps=keeps)
        told = [_told_of(event, who, which) for event in new_events]
        _add_events(journal, told, event_ids)
        count += len(told)
        few += told if count <= _FEW else ()
        done += len(batch)
        if progress is not None:
            progress(done)
    is_few = not keeps and len(new_people) + len(new_referrals) + count <= _FEW
    if is_few and all(event.referral or event.person for event in few):
        numbers = [person_ids[person.uid] for person in new_people]
        _touch(journal, numbers, [referral_ids[r.uid] for r in new_referrals], few)
    elif new_people or new_referrals or count:
        journal.projector.mark_everything()
    return len(new_people), len(new_referrals), count


def _touch(
    journal: Journal, people: Sequence[int], referrals: Sequence[int], events: Sequence[Event]
) -> None:
    """Marks the referrals and people that these new records concern."""
    projector, reader = journal.projector, journal.reader
    for number in (*people, *(event.person for event in events if event.person is not None)):
        projector.mark_person(number)
    for referral in reader.referrals(referrals):
        projector.mark_referral_and_chain(referral)
    for referral in reader.referrals(e.referral for e in events if e.referral is not None):
        projector.mark_referral(referral)


def _numbered(
    journal: Journal, table: str, records: Sequence[Any], *, keeps: bool
) -> tuple[dict[str, int], list[Any]]:
    """Every record's number in the book by its uid, and the records that are new."""
    if keeps:
        return {record.uid: record.id for record in records}, list(records)
    number = "coalesce(merged_into, id)" if table == "person" else "id"
    sql = f"SELECT uid, {number} FROM live_{table} WHERE uid IN"
    numbers = dict(journal.reader.rows_among(sql, [record.uid for record in records]))
    new = [record for record in records if record.uid not in numbers]
    following = _next_number(journal, table)
    for record in sorted(new, key=lambda record: record.id):
        numbers[record.uid] = following()
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
    if not people:
        return
    following = _next_number(journal, "person_version")
    step = journal.step
    versions: Rows = []
    parts: Rows = []
    points: Rows = []
    for person in people:
        version = following()
        own = {"id": version, "person": numbers[person.uid], "step": step}
        versions.append(own | person_version(person))
        parts += [{"version": version, "part": part} for part in name_parts(person.name)]
        points += [{"version": version} | point for point in contact_points(person)]
    rows = [{"id": numbers[p.uid], "uid": p.uid, "step": step} for p in people]
    _add(journal, "person", rows)
    _add(journal, "person_version", versions)
    _add(journal, "name_part", parts)
    _add(journal, "contact_point", points)


def _add_referrals(
    journal: Journal, referrals: Sequence[Referral], numbers: dict[str, int]
) -> None:
    if not referrals:
        return
    step = journal.step
    rows = [{"id": numbers[r.uid], "uid": r.uid, "step": step} for r in referrals]
    _add(journal, "referral", rows)
    versions = [{"referral": numbers[r.uid], "step": step} | referral_version(r) for r in referrals]
    _add(journal, "referral_version", versions)


def _add_events(journal: Journal, events: Sequence[Event], numbers: dict[str, int]) -> None:
    if events:
        step = journal.step
        rows = [{"id": numbers[e.uid], "step": step} | event_columns(e) for e in events]
        _add(journal, "event", rows)


def _add(journal: Journal, table: str, rows: Rows) -> None:
    """Writes rows through the driver on the journal's connection: models take ten times as long."""
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        sql = f"INSERT INTO {table} ({', '.join(rows[0])}) VALUES ({marks})"
        journal.reader.connection.executemany(sql, (tuple(row.values()) for row in rows))
