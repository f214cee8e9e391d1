"""The book for other programs: a spreadsheet, a calendar, an address book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo

from reftrack.application.session import Session
from reftrack.domain.courtesies import Courtesy, Status
from reftrack.domain.events import TOUCH, Event
from reftrack.domain.history import History
from reftrack.domain.instants import instant_of
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.domain.times import Calendar
from reftrack.exchange import calendar
from reftrack.exchange.cards.writing import vcard_text as vcard_text
from reftrack.exchange.history_writing import Document, history_text
from reftrack.exchange.sheets.writing import csv_text as csv_text
from reftrack.hints import Command
from reftrack.rules.courtesies import Reading
from reftrack.rules.next_step import standing_agreement
from reftrack.rules.rulebook import BY_NAME
from reftrack.store.outlook import Outlook
from reftrack.store.sequence_numbers import sequence_numbers
from reftrack.store.undone_courtesies import courtesies_undone_since
from reftrack.store.unopened_appointments import appointments_ended_unopened
from reftrack.wording import times
from reftrack.wording.actions import Subject, action_of, command_of

# A settled debt stays in the feed so long, as cancelled, for those who import it each week.
CANCELLED_FOR = timedelta(days=14)


# A function that spells a command as the users of a face type it.
Spelling = Callable[[Command], str]

FORMS = ("json", "csv", "ics", "vcf")


def export(session: Session, form: str, spelled: Spelling, *, private: bool = False) -> str:
    """The book as text in one of `FORMS`; an empty one where there is no book yet.

    JSON is the whole truth, with all that is private; a spreadsheet has that only where `private`
    says so, a calendar and cards never. The calendar shows commands as `spelled` writes them.
    """
    with session.looking() as outlook:
        if form == "json":
            return history_text(Document([], [], []) if outlook is None else _document(outlook))
        if form == "csv":
            columns = _COLUMNS + (_PRIVATE if private else ())
            return csv_text(columns, () if outlook is None else _rows(outlook))
        if form == "vcf":
            everybody = [] if outlook is None else outlook.reader.everybody()
            return vcard_text(everybody)
        now = session.now(session.zone_of(None)) if outlook is None else outlook.now
        entries = () if outlook is None else _entries(outlook, spelled)
        return calendar.icalendar_text(entries, now)


def _document(outlook: Outlook) -> Document:
    history = outlook.reader.history()
    contacts = outlook.reader.contacts(history.people)
    people = [replace(p, contacts=contacts.get(p.id, ())) for p in history.people.values()]
    return Document(
        sorted(people, key=lambda person: person.id),
        sorted(history.referrals.values(), key=lambda referral: referral.id),
        list(history.events()),
        # Another book computes the same deadlines only if it counts the days in the same zone.
        str(outlook.terms.calendar.zone),
    )


# The calendar.


def _entries(outlook: Outlook, spelled: Spelling) -> Iterator[calendar.CalendarEntry]:
    """The entries of the debts that have opened, then of those that ended or were undone lately.

    An appointment has its entry as soon as it is made, and until it is over or off.
    """
    reader, since = outlook.reader, outlook.now - CANCELLED_FOR
    opened = outlook.stand(
        courtesy
        for courtesy in filter(_is_debt, outlook.open_courtesies())
        if courtesy.opens_at <= outlook.now or BY_NAME[courtesy.rule].has_hour
    )
    unopened = list(appointments_ended_unopened(outlook, since))
    off = {courtesy.key for courtesy, is_off in unopened if is_off}
    over = (*outlook.ended_since(since), *(courtesy for courtesy, _ in unopened))
    ended = outlook.stand(filter(_is_debt, over))
    undone, history = courtesies_undone_since(outlook, since)
    gone = outlook.stand(filter(_is_debt, undone))
    owed = [*opened, *ended, *gone]
    courtesies = [courtesy for courtesy, _ in owed]
    people, won = _people(outlook, courtesies, history), _won(outlook, courtesies)
    held_by, held_on = outlook.held_by(owed), outlook.held_on(owed)
    here = len(opened) + len(ended)
    uids = _uids(outlook, courtesies[:here], people, history)
    # An undone courtesy may be back, by another import of the same file.
    present = set(uids)
    uids += _uids(outlook, courtesies[here:], people, history)
    steps = sequence_numbers(reader, courtesies)
    for place, (courtesy, status) in enumerate(owed):
        is_gone = place >= here
        if is_gone and uids[place] in present:
            continue
        action, settling = _said(courtesy, people, won, held_by)
        end = _OFF if courtesy.key in off else _ENDED[courtesy.outcome]
        end = _TAKEN_BACK if is_gone else end
        said = action, spelled(settling)
        entry = _entry(outlook, courtesy, said, end, uids[place], steps[place], status)
        if BY_NAME[courtesy.rule].has_hour:
            entry = _held(entry, outlook.terms.calendar, held_on.get(courtesy.cause))
        yield entry


def _is_debt(courtesy: Courtesy) -> bool:
    return not BY_NAME[courtesy.rule].is_occasion


def _people(
    outlook: Outlook, courtesies: Sequence[Courtesy], history: History | None = None
) -> dict[int, Person]:
    """The people whom these name; one whom the book lacks is taken from that history."""
    numbers = {n for c in courtesies for n in (c.to, c.about) if n is not None}
    known = {person.id: person for person in outlook.reader.people(numbers)}
    return {**history.people, **known} if history is not None else known


def _won(outlook: Outlook, courtesies: Sequence[Courtesy]) -> set[int]:
    """The referrals to follow up that are won."""
    numbers = {c.referral for c in courtesies if c.rule == "follow-up" and c.referral is not None}
    return {number for number, s in outlook.standings(numbers).items() if s.is_won}


def _uids(
    outlook: Outlook,
    courtesies: Sequence[Courtesy],
    people: Mapping[int, Person],
    history: History,
) -> list[str]:
    """The name of each one's entry: from its rule, its subject and what raised it.

    It has no person where the cause belongs to them alone: a merge would rename the entry.
    """
    numbers = {c.referral for c in courtesies if c.referral is not None}
    referrals = {**history.referrals, **{r.id: r for r in outlook.reader.referrals(numbers)}}
    shared = {event.uid for event in outlook.reader.events_on_book()}
    # A file may give a referral and an event one uid: their entries are two all the same.
    places: Counter[tuple[object, ...]] = Counter()
    uids = []
    for courtesy in courtesies:
        subject = people[courtesy.to].uid if courtesy.cause in shared else ""
        if courtesy.referral is not None:
            subject = referrals[courtesy.referral].uid
        named = (courtesy.rule, subject, courtesy.cause)
        uids.append(calendar.entry_uid(*named, place=places[named]))
        places[named] += 1
    return uids


def _entry(
    outlook: Outlook,
    courtesy: Courtesy,
    said: tuple[str, str],
    end: str,
    uid: str,
    revision: int,
    status: Status,
) -> calendar.CalendarEntry:
    days = outlook.terms.calendar
    action, command = said
    last = courtesy.due_at - timedelta(seconds=1)
    ends_a_day = days.date_of(last) != days.date_of(courtesy.due_at)
    by = f"the end of {times.date_of(days.date_of(last))}" if ends_a_day else None
    by = by or times.stamp(courtesy.due_at, days.zone)
    return calendar.CalendarEntry(
        uid,
        revision,
        # Some calendars take no notice of a cancellation.
        f"{end}: {action}" if end else action,
        f"By {by} ({days.zone})." + ("" if end else f"\n{command}"),
        courtesy.opens_at,
        courtesy.due_at,
        days.date_of(last) if ends_a_day else None,
        is_quiet=status == "snoozed",
        is_settled=bool(end),
    )


def _held(
    entry: calendar.CalendarEntry, days: Calendar, day: date | None
) -> calendar.CalendarEntry:
    """The entry of an appointment, at its hour or on its day."""
    _, command = f"{entry.details}\n".split("\n", 1)
    when = times.stamp(entry.opens_at, days.zone) if day is None else times.date_of(day)
    return replace(
        entry,
        details=f"{when} ({days.zone}).\n{command}".strip(),
        last_day=day,
        held_at=entry.opens_at if day is None else None,
    )


_ENDED = {None: "", "done": "Done", "waived": "Let go", "moot": "No longer owed"}
_OFF = "Moved or called off"
_TAKEN_BACK = "Taken back"


def _said(
    courtesy: Courtesy,
    people: Mapping[int, Person],
    won: Container[int],
    held_by: Mapping[str, str],
) -> tuple[str, Command]:
    """The line and the command of what is owed, with names alone: nothing that was told.

    The days of silence are left out as well, for an entry must not change from day to day.
    """
    it = f"@{courtesy.person}" if courtesy.referral is None else str(courtesy.referral)
    about = people[courtesy.about].name if courtesy.about not in (None, courtesy.to) else ""
    subject = Subject(
        it,
        people[courtesy.to].name,
        about,
        is_won=courtesy.referral in won,
        held_by=held_by.get(courtesy.cause),
    )
    return action_of(courtesy.rule, subject), command_of(courtesy.rule, subject)


# The spreadsheet.

_COLUMNS = (
    *("Number", "Received", "Source", "Source phone", "Source email", "Source company"),
    *("Relation", "Prospect", "Prospect phone", "Prospect email", "Prospect company"),
    *("Kind", "Tie", "Stage", "Since", "Ended", "Thanked", "Last word to source"),
    *("Appointment", "Next step", "Next", "Due", "Time zone"),
)
_PRIVATE = ("Need", "Note", "Value")


def _rows(outlook: Outlook) -> Iterator[Mapping[str, object]]:
    history = outlook.reader.history().until(outlook.horizon)
    standings, following = outlook.standings(), _following(outlook)
    zone = outlook.terms.calendar.zone
    for referral in sorted(history.referrals.values(), key=lambda referral: referral.id):
        standing = standings[referral.id]
        action, due_at = following.get(referral.id, (None, None))
        yield {
            **_facts(history, referral, zone),
            **_appointment(outlook, history, referral),
            "Stage": standing.stage,
            "Since": _local(standing.since, zone),
            "Ended": _local(standing.ended_at, zone),
            "Next": action,
            "Due": _local(due_at, zone),
            "Time zone": zone,
        }


def _facts(history: History, referral: Referral, zone: tzinfo) -> dict[str, object]:
    events = history.on_referral.get(referral.id, [])
    return {
        "Number": referral.id,
        "Received": _local(referral.received_at, zone),
        **_reach("Source", history.people[referral.source]),
        "Relation": history.people[referral.source].relation,
        **_reach("Prospect", history.people[referral.prospect]),
        "Kind": referral.kind,
        "Tie": referral.tie,
        "Thanked": _local(_at(events, {"thanked"}), zone),
        "Last word to source": _local(_at(events[::-1], TOUCH), zone),
        "Need": referral.need,
        "Note": referral.note,
        "Value": next((e.data["value"] for e in events[::-1] if e.data.get("value")), None),
    }


def _appointment(outlook: Outlook, history: History, referral: Referral) -> dict[str, object]:
    """The appointment that stands, with what it is for."""
    if not any(event.kind == "agreed" for event in history.on_referral.get(referral.id, ())):
        return {}
    story = Reading(history, outlook.terms).referral_story(referral)
    agreed = standing_agreement(story, outlook.terms, outlook.horizon)
    if agreed is None:
        return {}
    at = agreed.data.get("at")
    when = (
        agreed.data.get("on") if at is None else _local(instant_of(at), outlook.terms.calendar.zone)
    )
    return {"Appointment": when, "Next step": agreed.data.get("text")}


def _reach(role: str, person: Person) -> dict[str, object]:
    return {
        role: person.name,
        f"{role} phone": person.phone,
        f"{role} email": person.email,
        f"{role} company": person.company,
    }


def _at(events: list[Event], kinds: frozenset[str] | set[str]) -> datetime | None:
    return next((event.at for event in events if event.kind in kinds), None)


def _following(outlook: Outlook) -> dict[int, tuple[str, datetime]]:
    """The most pressing courtesy on each referral, in words, and its deadline."""
    first: dict[int, tuple[Courtesy, Status]] = {}
    for courtesy, status in outlook.stand(outlook.open_courtesies(outlook.now)):
        if courtesy.referral is not None:
            first.setdefault(courtesy.referral, (courtesy, status))
    courtesies = [courtesy for courtesy, _ in first.values()]
    people, won = _people(outlook, courtesies), _won(outlook, courtesies)
    held_by = outlook.held_by(first.values())
    return {c.referral or 0: (_said(c, people, won, held_by)[0], c.due_at) for c in courtesies}


def _local(instant: datetime | None, zone: tzinfo) -> str | None:
    """`2026-11-20 15:00`, which every spreadsheet takes for a time."""
    return None if instant is None else f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"
