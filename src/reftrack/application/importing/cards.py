"""Importing people from the cards of a phone or an address book."""

from __future__ import annotations

from collections.abc import Sequence

from reftrack.application.session import Session
from reftrack.domain.counting import counted
from reftrack.domain.people import short
from reftrack.errors import Refused
from reftrack.exchange.cards.meaning import Card as Card
from reftrack.exchange.cards.meaning import Fault as Fault
from reftrack.exchange.cards.meaning import read_cards as read_cards
from reftrack.exchange.cards.meeting import CardsPlan as CardsPlan
from reftrack.exchange.cards.meeting import Meeting as Meeting
from reftrack.exchange.cards.meeting import plan_cards


def counted_in(plan: CardsPlan) -> str:
    """The counts of a plan: `3 people are new, 1 gets what they lacked, 2 are known`."""
    new, filled = len(plan.new), len(plan.filled)
    same, faults = len(plan.meetings) - new - filled, len(plan.faults)
    parts = [
        (new, "person is new", "people are new"),
        (filled, "gets what they lacked", "get what they lacked"),
        (same, "is known already", "are known already"),
        (faults, "card is not taken", "cards are not taken"),
    ]
    return ", ".join(counted(*part) for part in parts if part[0])


def preview_cards(session: Session, cards: Sequence[Card | Fault]) -> CardsPlan:
    """The plan of what would be recorded as the book is now; nothing is locked afterwards."""
    with session.looking() as outlook:
        return plan_cards(cards, outlook.reader.everybody() if outlook is not None else [])


def import_cards(
    session: Session, cards: Sequence[Card | Fault], name: str, shown: CardsPlan | None = None
) -> CardsPlan:
    """Records in one step the people of the cards; `name` is the name of their file.

    Refused where a plan was shown before, and the book has changed since.
    """
    with session.transaction("import", begins_a_book=True, is_import=True) as book:
        plan = plan_cards(cards, book.reader.everybody())
        if shown is not None and plan != shown:
            raise Refused("the book has changed in the meantime.", "Import once more.")
        for meeting in plan.new:
            meeting.person = book.journal.new_person(meeting.person)
        for meeting in plan.filled:
            known = meeting.known or meeting.person
            book.journal.change_person(known, **meeting.filled)
        book.journal.summary.append(f"{counted_in(plan)} from {short(name)}")
    return plan
