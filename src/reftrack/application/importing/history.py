"""Importing a whole history from JSON."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from reftrack.application.session import Session
from reftrack.config.zones import is_zone
from reftrack.domain.counting import counted, listed
from reftrack.domain.instants import is_same_zone
from reftrack.domain.people import short
from reftrack.exchange.history_reading import LongDocument, open_history
from reftrack.store.outlook import Outlook

# Called with what is being done, how much of it is done, of how much, and the unit.
Progress = Callable[[str, int, int, str], None]


@dataclass(frozen=True, slots=True)
class HistoryCounts:
    """Counts of the new people, referrals and events, and whether anything is overdue then.

    As text they are the three: `1 person, 2 referrals and 3 events`.
    """

    people: int
    referrals: int
    events: int
    is_overdue: bool = False

    def __str__(self) -> str:
        counts = (
            counted(self.people, "person", "people"),
            counted(self.referrals, "referral"),
            counted(self.events, "event"),
        )
        return listed(counts)

    @property
    def is_nothing(self) -> bool:
        """True if nothing was new."""
        return not (self.people or self.referrals or self.events)


def parse_history(text: str, progress: Progress) -> LongDocument:
    """The history that this text holds; Refused where it breaks the form."""
    return open_history(text, lambda done, total: progress("Looking it over", done, total, ""))


def new_in(session: Session, document: LongDocument) -> HistoryCounts:
    """Counts what the book has not of a history, by the uids; nothing is recorded."""
    parts = {
        "person": {person.uid for person in document.people},
        "referral": {referral.uid for referral in document.referrals},
        "event": {event.uid for event in document.events()},
    }
    counts = []
    with session.looking() as outlook:
        for table, uids in parts.items():
            known = () if outlook is None else outlook.reader.known_uids(table, uids)
            counts.append(len(uids - set(known)))
        if outlook is not None and (differing := _differing(document, outlook)):
            session.notes.append(differing)
    people, referrals, events = counts
    return HistoryCounts(people, referrals, events)


def import_history(
    session: Session, document: LongDocument, name: str, progress: Progress
) -> HistoryCounts:
    """Adds what is new of a history in one step; `name` is the name of the file."""
    with session.transaction(
        "import", begins_a_book=True, is_import=True, home_zone=document.timezone
    ) as book:
        if not book.reader.is_blank() and (differing := _differing(document, book.outlook)):
            book.notes.append(differing)
        if not document.leaves_room and book.reader.is_blank():
            book.notes.append("note: numbers too large to go on from: new ones were given.")
        # Imported here: the journal loads SQLModel, which takes half a second.
        from reftrack.store.importing import record_history

        book.journal.projector.progress = lambda done, total: progress(
            "Working out what is owed", done, total, ""
        )
        people, referrals, events = record_history(
            book.journal,
            document.people,
            document.referrals,
            document.events(),
            lambda done: progress("Writing", done, document.count, "events"),
            keeps_numbers=document.leaves_room,
        )
        counts = HistoryCounts(people, referrals, events)
        book.journal.summary.append(f"{counts} from {name}")
        return replace(counts, is_overdue=book.settled().is_overdue())


def _differing(document: LongDocument, outlook: Outlook) -> str:
    """A note where the file counts its days in another time zone than the book, else nothing."""
    name, zone = document.timezone, outlook.terms.calendar.zone
    if name is None or (is_zone(name) and is_same_zone(ZoneInfo(name), zone)):
        return ""
    return (
        f"note: the days of the file are those of {short(name)}, those of this book are of {zone}:"
        " what is due as a day ends is due at another hour here."
    )
