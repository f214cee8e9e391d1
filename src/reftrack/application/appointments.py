"""Appointments that a prospect agreed to: made, moved, called off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time

from reftrack.application.results import NO_ANSWERS, Answers, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction, subjects_of
from reftrack.application.when import Moment, When, day_or_time_ahead, parse_when
from reftrack.domain.events import Event
from reftrack.domain.instants import instant_of, shown_at
from reftrack.domain.people import checked_text
from reftrack.domain.referrals import Referral
from reftrack.domain.times import text_of
from reftrack.errors import BadInput, Refused
from reftrack.hints import Blank, command
from reftrack.rules.next_step import standing_agreement
from reftrack.wording import times
from reftrack.wording.recorded import agreement

# No appointment is held by these.
_NO_MEETING = ("card", "gift")


def agree(
    session: Session,
    ref: str,
    when: str | date | None = None,
    *,
    off: bool = False,
    what: str | None = None,
    by: str | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records an appointment, or the day on which the prospect asked to be called.

    `when` is an instant, a date, or words for either; `what` it is for may be shown to others, and
    `by` is the way in which it is to be held. One that stands already is moved. With `off` it is
    called off: Refused where none stands. BadInput where `when` is over.
    """
    if (when is None) != off:
        raise BadInput(
            "an appointment has a day, or is called off.",
            ("For example: ", command("agree", 12, "fri 10:00")),
        )
    if off and (what is not None or by is not None):
        raise BadInput(
            "what is called off has neither a purpose nor a way.", "A note can say why it was."
        )
    data: dict[str, object] = {} if what is None else {"text": checked_text(what, "What it is for")}
    details = Details(by, at, note, data).checked()
    if details.by in _NO_MEETING:
        raise BadInput(
            f"an appointment is not held by {details.by}.", "Say in-person, call, email or text."
        )

    def act(book: Transaction) -> Recorded:
        referral = book.names.referral(ref)
        if when is None:
            lines = _called_off(book, referral, details)
        else:
            lines = agreed_on(book, referral, when, details)
        return book.recorded(lines, subjects_of([referral]))

    return session.record("agree", act, answers)


def agreed_on(
    book: Transaction, referral: Referral, when: str | date, details: Details
) -> list[str]:
    """Records an appointment in place of one that stands; the sentence for it, with the move."""
    data = _appointment(book, referral, when)
    standing = _standing(book, referral, details)
    said = agreement(
        _name(book, referral),
        on=_said(book, data),
        before="" if standing is None else _said(book, standing.data),
        text=str(details.data.get("text", "")),
    )
    agreed = replace(details, data={**details.data, **data})
    return book.record_on_referrals("agreed", [referral], agreed, agreement=said)


def _called_off(book: Transaction, referral: Referral, details: Details) -> list[str]:
    standing = _standing(book, referral, details)
    if standing is None:
        raise Refused(
            f"{referral.id}: no appointment stands.",
            ("To make one: ", command("agree", referral.id, Blank("WHEN"))),
        )
    said = agreement(_name(book, referral), before=_said(book, standing.data))
    return book.record_on_referrals("agreed", [referral], details, agreement=said)


def _standing(book: Transaction, referral: Referral, details: Details) -> Event | None:
    """The agreement whose appointment stands at the time of these details."""
    instant = book.instant_of(details, referral)
    reading = book.outlook.reading_at(instant, ("referral", referral.id))
    return standing_agreement(reading.referral_story(referral), reading.terms, instant)


def _appointment(book: Transaction, referral: Referral, when: str | date) -> dict[str, object]:
    """The data of an `agreed` for this time or day; BadInput where it is over."""
    try:
        found = day_or_time_ahead(when, now=book.now, zone=book.zone, order=book.dates)
    except BadInput as error:
        if not _is_over(book, when):
            raise
        meet = command("meet", referral.id, at=str(when))
        raise BadInput(error.message, ("If it took place then: ", meet)) from None
    if isinstance(found, When):
        if found.assumption:
            book.notes.append(f"note: {found.assumption}")
        return {"at": text_of(found.instant)}
    return {"on": str(found)}


def _is_over(book: Transaction, when: str | date) -> bool:
    """True if this can only mean a time that has passed."""
    try:
        text = when if isinstance(when, str) else when.isoformat()
        either = parse_when(text, now=book.now, zone=book.zone, tense="either", order=book.dates)
    except BadInput:
        return False
    # Noon stands for a day without a time: `fri`, said on a Friday, can mean the next one as well.
    noon = datetime.combine(book.now.astimezone(book.zone).date(), time(12))
    return either.instant <= book.now and either.instant != shown_at(noon, book.zone)


def _name(book: Transaction, referral: Referral) -> str:
    (prospect,) = book.reader.people([referral.prospect])
    return prospect.name


def _said(book: Transaction, data: Mapping[str, object]) -> str:
    """The day or the time of an agreement, in full."""
    if data.get("at") is not None:
        return times.stamp(instant_of(str(data["at"])), book.zone)
    return times.date_of(date.fromisoformat(str(data["on"])))
