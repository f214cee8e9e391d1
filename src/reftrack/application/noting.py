"""A private note: something worth knowing, which stays between the user and the book."""

from __future__ import annotations

from reftrack.application.results import NO_ANSWERS, Answers, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction
from reftrack.application.when import Moment
from reftrack.domain.people import Person


def note(
    session: Session,
    what: str,
    text: str,
    *,
    at: Moment = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Notes something about a referral or a person, which nobody else ever reads."""
    details = Details(None, at, text).checked()

    def act(book: Transaction) -> Recorded:
        found = book.names.referral_or_person(what, prefers_person=True)
        if isinstance(found, Person):
            lines = book.record_on_person("noted", found, details)
            return book.recorded(lines, [("person", found.id)])
        lines = book.record_on_referrals("noted", [found], details)
        return book.recorded(lines, [("referral", found.id)])

    return session.record("note", act, answers)
