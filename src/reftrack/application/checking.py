"""Checking that a book is whole, and mending what can be computed again."""

from __future__ import annotations

from reftrack.application.session import Session
from reftrack.errors import StoreError
from reftrack.store.check import Finding as Finding
from reftrack.store.check import damage_in as damage_in
from reftrack.store.check import findings
from reftrack.store.connection import kept_to_its_owner, read_connection, reindex
from reftrack.store.failures import NoBook, OlderBook


def check(session: Session, *, repair: bool = False) -> list[Finding]:
    """The findings, one for each thing looked at; with `repair` the book is mended first.

    NotFound where there is no book, StoreError where it is none of ours or cannot be opened at all.
    """
    if not _is_there(session, is_to_mend=repair):
        raise session.no_book()
    if repair:
        _repair(session)
    # An instant that is asked about says nothing of the clock.
    clock = None if session.is_asked_about else session.now_anywhere()
    return list(findings(session.shelf, session.policy, session.zone, clock))


def _is_there(session: Session, *, is_to_mend: bool) -> bool:
    """True if there is a book, sound or damaged; an older one is brought up to date.

    StoreError where it cannot be opened at all; NoBook where it is to be mended, but none of ours.
    """
    try:
        with read_connection(session.book) as connection:
            return connection is not None
    except OlderBook as older:
        session.bring_up_to_date(older)
    except NoBook:
        if is_to_mend:
            raise
    except StoreError as error:
        if not error.is_damage:
            raise
    return True


def _repair(session: Session) -> None:
    """Mends indexes, projections and permissions: no record is changed."""
    for path in (session.book, *session.shelf.ours()):
        kept_to_its_owner(path)
    reindex(session.book)
    with session.transaction("check") as book:
        book.journal.recompute()
