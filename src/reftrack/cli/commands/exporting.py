"""The book for other programs: a spreadsheet, a calendar, an address book."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from reftrack.cli.lines import subject_of
from reftrack.domain.courtesies import Courtesy, Status
from reftrack.domain.events import TOUCH, Event
from reftrack.domain.history import History
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.exchange import calendar, spreadsheet, vcard_out
from reftrack.rules.rulebook import BY_NAME
from reftrack.store.outlook import Item, Outlook
from reftrack.store.revisions import revisions
from reftrack.wording import times
from reftrack.wording.actions import action_of, command_of

# So long a settled debt stays in the feed, cancelled: whoever imports it each week learns of it.
CANCELLED_FOR = timedelta(days=14)


def cards(outlook: Outlook | None) -> str:
    """Everybody in the book, as cards."""
    return vcard_out.written(outlook.reader.everybody() if outlook is not None else [])


# The calendar.


def feed(outlook: Outlook | None, now: datetime) -> str:
    """What is owed, and what no longer is, as a calendar."""
    return calendar.written(_entries(outlook) if outlook is not None else (), now)


def _entries(outlook: Outlook) -> Iterator[calendar.Entry]:
    """The debts that have opened, then those that ended of late; by deadline each."""
    opened = outlook.stand(filter(_is_debt, outlook.open_courtesies(outlook.now)))
    ended = outlook.ended_since(outlook.now - CANCELLED_FOR)
    owed = [*opened, *outlook.stand(filter(_is_debt, ended))]
    courtesies = [courtesy for courtesy, _ in owed]
    steps = revisions(outlook.reader, courtesies)
    for item, uid, step in zip(outlook.items(owed), _uids(outlook, courtesies), steps, strict=True):
        yield _entry(outlook, item, uid, step)


def _uids(outlook: Outlook, courtesies: Sequence[Courtesy]) -> Iterator[str]:
    """The name of each one's entry: from its rule, its subject and what raised it.

    A person is left out where what raised it is theirs alone: a merge would rename the entry.
    """
    reader = outlook.reader
    numbers = {c.referral for c in courtesies if c.referral is not None}
    referrals = {referral.id: referral.uid for referral in reader.referrals(numbers)}
    shared = {event.uid for event in reader.events_on_book()}
    waiting = {c.to for c in courtesies if c.cause in shared}
    people = {person.id: person.uid for person in reader.people(waiting)}
    # A file may give a referral and an event one uid: their entries are two all the same.
    places: Counter[tuple[str, ...]] = Counter()
    for courtesy in courtesies:
        if courtesy.referral is not None:
            subject = referrals[courtesy.referral]
        else:
            subject = people.get(courtesy.to, "") if courtesy.cause in shared else ""
        named = (courtesy.rule, subject, courtesy.cause)
        yield calendar.uid_of(*named, place=places[named])
        places[named] += 1


def _is_debt(courtesy: Courtesy) -> bool:
    return not BY_NAME[courtesy.rule].is_occasion


def _entry(outlook: Outlook, item: Item, uid: str, revision: int) -> calendar.Entry:
    courtesy, days = item.courtesy, outlook.terms.calendar
    action, command = _said(item)
    last = courtesy.due_at - timedelta(seconds=1)
    ends_a_day = days.date_of(last) != days.date_of(courtesy.due_at)
    by = f"the end of {times.date_of(days.date_of(last))}" if ends_a_day else None
    by = by or times.stamp(courtesy.due_at, days.zone)
    details = f"By {by} ({days.zone})."
    if courtesy.outcome is None:
        details += f"\n{command}"
    else:
        # Some calendars take no notice of a cancellation.
        action = f"{_ENDED[courtesy.outcome]}: {action}"
    return calendar.Entry(
        uid,
        revision,
        action,
        details,
        courtesy.opens_at,
        courtesy.due_at,
        days.date_of(last) if ends_a_day else None,
        is_quiet=item.status == "snoozed",
        is_settled=courtesy.outcome is not None,
    )


_ENDED = {"done": "Done", "waived": "Let go", "moot": "No longer owed"}


def _said(item: Item) -> tuple[str, str]:
    """The line and the command of what is owed, with names alone: not what was told, nor to whom.

    The days of silence are left out as well, for an entry must not change from day to day.
    """
    subject = replace(subject_of(item), told="", live=())
    rule = item.courtesy.rule
    return action_of(rule, subject), command_of(rule, subject)


# The spreadsheet.

_COLUMNS = (
    *("Number", "Received", "Source", "Source phone", "Source email", "Source company"),
    *("Relation", "Prospect", "Prospect phone", "Prospect email", "Prospect company"),
    *("Kind", "Tie", "Stage", "Since", "Ended", "Thanked", "Last word to source"),
    *("Next", "Due", "Time zone"),
)
_PRIVATE = ("Need", "Note")


def sheet(outlook: Outlook | None, *, is_private: bool) -> str:
    """A row a referral; what is private only where it is asked for."""
    columns = _COLUMNS + (_PRIVATE if is_private else ())
    return spreadsheet.written(columns, _rows(outlook) if outlook is not None else ())


def _rows(outlook: Outlook) -> Iterator[Mapping[str, object]]:
    history = outlook.reader.history().until(outlook.now)
    standings, following = outlook.standings(), _following(outlook)
    zone = outlook.terms.calendar.zone
    for referral in sorted(history.referrals.values(), key=lambda referral: referral.id):
        standing = standings[referral.id]
        action, due_at = following.get(referral.id, (None, None))
        yield {
            **_facts(history, referral, zone),
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
    }


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
    """What is most pressing on each referral, and by when."""
    first: dict[int, tuple[Courtesy, Status]] = {}
    for courtesy, status in outlook.stand(outlook.open_courtesies(outlook.now)):
        if courtesy.referral is not None:
            first.setdefault(courtesy.referral, (courtesy, status))
    return {
        item.courtesy.referral or 0: (_said(item)[0], item.courtesy.due_at)
        for item in outlook.items(first.values())
    }


def _local(instant: datetime | None, zone: tzinfo) -> str | None:
    """`2026-11-20 15:00`, which every spreadsheet takes for a time."""
    return None if instant is None else f"{instant.astimezone(zone):%Y-%m-%d %H:%M}"
