"""The Python API: a book from a program of one's own, in the words of the command line.

`open_session` gives a session, which every use case takes first. What records gives `Recorded`, or
`Undecided` where only a person knows; what reads gives records in sections, a page, a list. Errors
are a `ReftrackError`: nothing was recorded where one is raised.

These names stay, with what they take and give; other modules may change with any version.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from reftrack.application.add import PersonFacts, add
from reftrack.application.appointments import agree
from reftrack.application.editing import edit
from reftrack.application.finding import find
from reftrack.application.listing import list_referrals
from reftrack.application.merging import merge
from reftrack.application.morning import Asked, Day, Owing, due, owing
from reftrack.application.noting import note
from reftrack.application.pausing import pause, resume
from reftrack.application.promises import keep, promise
from reftrack.application.putting_off import snooze, waive
from reftrack.application.records import Owed, Record
from reftrack.application.relations import (
    ask,
    call_back,
    missed,
    open_again,
    refer,
    review,
    wish,
)
from reftrack.application.results import NEW, Choice, Recorded, Undecided
from reftrack.application.safekeeping import back_up, back_up_for_today
from reftrack.application.session import Session, present
from reftrack.application.showing import show
from reftrack.application.sources import sources
from reftrack.application.steps import (
    contact,
    decline,
    deliver,
    lose,
    meet,
    problem,
    rate,
    refer_out,
    resolve,
    win,
)
from reftrack.application.touches import done, educate, explain, tell, thank
from reftrack.application.undoing import redo, undo
from reftrack.config.settings import settings
from reftrack.config.zones import zone_named
from reftrack.domain.instants import EARLIEST, LATEST, shown_at
from reftrack.errors import (
    Ambiguous,
    BadInput,
    NotFound,
    ReftrackError,
    Refused,
    StoodOn,
    StoreError,
)
from reftrack.hints import Command

__all__ = [
    "NEW",
    "Ambiguous",
    "Asked",
    "BadInput",
    "Choice",
    "Command",
    "Day",
    "NotFound",
    "Owed",
    "Owing",
    "PersonFacts",
    "Record",
    "Recorded",
    "ReftrackError",
    "Refused",
    "Session",
    "StoodOn",
    "StoreError",
    "Undecided",
    "add",
    "agree",
    "ask",
    "back_up",
    "back_up_for_today",
    "call_back",
    "contact",
    "decline",
    "deliver",
    "done",
    "due",
    "edit",
    "educate",
    "explain",
    "find",
    "keep",
    "list_referrals",
    "lose",
    "meet",
    "merge",
    "missed",
    "note",
    "open_again",
    "open_session",
    "owing",
    "pause",
    "problem",
    "promise",
    "rate",
    "redo",
    "refer",
    "refer_out",
    "resolve",
    "resume",
    "review",
    "show",
    "snooze",
    "sources",
    "tell",
    "thank",
    "undo",
    "waive",
    "win",
    "wish",
]


def open_session(
    book: str | Path | None = None, *, zone: str | None = None, now: datetime | None = None
) -> Session:
    """A session on this book, or on the usual one, under the configuration of the command line.

    `zone` is an IANA name and goes before the book's own time zone. `now` is an instant that is
    asked about in place of the clock, local where it has no offset; what lies later has not
    happened then. Nothing is opened or begun yet: that is for the use cases. BadInput where the
    configuration, the zone or the instant is wrong.
    """
    set_ = settings(None if book is None else str(book))
    return Session(
        set_.db,
        set_.policy,
        set_.zone if zone is None else zone_named(zone),
        present if now is None else _fixed(now),
        dates=set_.dates,
        workdays=set_.workdays,
        is_asked_about=now is not None,
        backups_kept=set_.backups_kept,
        configuration_digest=set_.configuration_digest if zone is None else "",
        currency=set_.currency,
    )


def _fixed(now: datetime) -> Callable[[tzinfo], datetime]:
    """A clock that stands still."""

    def clock(zone: tzinfo) -> datetime:
        instant = (shown_at(now, zone) if now.tzinfo is None else now).astimezone(UTC)
        if not EARLIEST <= instant < LATEST:
            raise BadInput("the instant is not between 1900 and 2199.", "Name another.")
        return instant.replace(microsecond=0)

    return clock
