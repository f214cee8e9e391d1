"""Dealings with people apart from any one referral: calls, favours, reviews, asks, wishes."""

from __future__ import annotations

from reftrack.application.asking_rights import refuse_unearned, right_of
from reftrack.application.results import NO_ANSWERS, Answers, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction
from reftrack.application.ways import way_of
from reftrack.application.when import Moment
from reftrack.domain.people import checked_name, said_updates
from reftrack.wording.because import Because

# The words for each tick of a review: set, and not set.
TICKS = {
    "agreed": ("agreed", "not as agreed"),
    "delivered": ("delivered", "not all delivered"),
    "happy": ("happy", "not happy"),
}


def missed(
    session: Session,
    who: str,
    *,
    by: str | None = None,
    is_new: bool = False,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that somebody, who may be new, left word and was not called back yet.

    With `is_new` it is nobody known, whatever the name.
    """
    details = Details(by, at, note)
    return _on_person(
        session, "missed", "missed", who, details, answers, may_be_new=True, is_new=is_new
    )


def call_back(
    session: Session,
    who: str,
    *,
    by: str | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that somebody was called back."""
    return _on_person(session, "call-back", "called-back", who, Details(by, at, note), answers)


def open_again(
    session: Session,
    who: str,
    *,
    by: str | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that somebody was told that you take referrals again."""
    return _on_person(session, "open-again", "reopened", who, Details(by, at, note), answers)


def refer(
    session: Session,
    name: str,
    to: str,
    *,
    is_new: bool = False,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that you referred `name` to somebody, who may be new: the favour is returned.

    With `is_new` the receiver is nobody known, whatever their name.
    """
    whom = checked_name(name)
    details = Details(None, at, note, {"prospect": whom})
    return _on_person(
        *(session, "refer", "given", to, details, answers),
        may_be_new=True,
        is_new=is_new,
        prospect=whom,
    )


def review(
    session: Session,
    who: str,
    *,
    agreed: bool,
    delivered: bool,
    happy: bool,
    busy_until: str | None = None,
    is_new: bool = False,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records what a client said of the work; good in all three, it earns the right to ask.

    `busy_until` is the day until which they are too busy to be asked. With `is_new` it is nobody
    known, whatever the name.
    """
    ticks = {"agreed": agreed, "delivered": delivered, "happy": happy}
    details = Details(None, at, note).checked()
    text = ", ".join(TICKS[tick][0 if said else 1] for tick, said in ticks.items())

    def act(book: Transaction) -> Recorded:
        data: dict[str, object] = dict(ticks)
        if busy_until is not None:
            data["busy_until"] = str(book.day(busy_until))
        person = book.person(who, is_new=is_new)
        said = Details(None, details.at, details.note, data)
        lines = book.record_on_person("reviewed", person, said, text=text)
        return book.recorded(lines, [("person", person.id)])

    return session.record("review", act, answers, begins_a_book=True)


def ask(
    session: Session,
    who: str,
    *,
    anyway: bool = False,
    by: str | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that you asked a client for referrals.

    Refused where the right is not earned, unless `anyway`.
    """
    details = Details(by, at, note).checked()

    def act(book: Transaction) -> Recorded:
        person = book.names.person(who)
        if not anyway:
            instant = book.instant_of(details, person)
            reading = book.outlook.reading_at(instant, ("person", person.id))
            because = Because(book.now, book.outlook.terms.calendar)
            refuse_unearned(right_of(reading, person, instant), because)
        lines = book.record_on_person("asked", person, details)
        return book.recorded(lines, [("person", person.id)])

    return session.record("ask", act, answers)


def wish(
    session: Session,
    who: str,
    *,
    updates: str | None = None,
    by: str | None = None,
    is_new: bool = False,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records how a source, who may be new, wants to hear from you, and how often.

    With `is_new` it is nobody known, whatever the name.
    """
    changes = {
        "updates": None if updates is None else said_updates(updates),
        "channel": way_of(by),
    }
    said = {key: value for key, value in changes.items() if value is not None}
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        person = book.journal.change_person(book.person(who, is_new=is_new), **said)
        lines = book.record_on_person("wished", person, details, text=", ".join(said.values()))
        return book.recorded(lines, [("person", person.id)])

    return session.record("wish", act, answers, begins_a_book=True)


def _on_person(
    session: Session,
    verb: str,
    kind: str,
    who: str,
    details: Details,
    answers: Answers,
    *,
    may_be_new: bool = False,
    is_new: bool = False,
    **names: str,
) -> Recorded | Undecided:
    """Records one event on a person; `names` are further names that its sentence has."""
    checked = details.checked()

    def act(book: Transaction) -> Recorded:
        person = book.person(who, is_new=is_new) if may_be_new else book.names.person(who)
        lines = book.record_on_person(kind, person, checked, **names)
        return book.recorded(lines, [("person", person.id)])

    return session.record(verb, act, answers, begins_a_book=may_be_new)
