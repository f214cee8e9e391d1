"""Pausing the intake of new referrals, and resuming it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from reftrack.application.results import NO_ANSWERS, Answers, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction
from reftrack.application.when import Moment
from reftrack.domain.times import text_of
from reftrack.errors import Refused
from reftrack.hints import command
from reftrack.rules.story import Pause, pauses_of
from reftrack.wording import times


def pause(
    session: Session,
    *,
    until: Moment = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that you are too busy for new referrals, until an instant ahead, or until you resume.

    In a pause it sets the end anew; Refused where that changes nothing. `still_owed` says who is to
    be told.
    """
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        instant = book.instant_of(details)
        running = _running(book, instant)
        end = None if until is None else book.ahead(until)
        if running is not None and running.end == end:
            already = "" if end is None else f", until {times.stamp(end, book.zone)}"
            raise Refused(
                f"you are paused already{already}.", ("Did you mean: ", command("resume"))
            )
        data: dict[str, object] = {} if end is None else {"until": text_of(end)}
        book.record("paused", None, instant, replace(details, data=data))
        until_said = "" if end is None else f" until {times.stamp(end, book.zone)}"
        since = "" if end is not None and instant == book.now else _since(book, instant)
        said = f"You take no new referrals{until_said}"
        if running is None:
            return _recorded(book, said, since)
        before = f"until {times.stamp(running.end, book.zone)}" if running.end else "without an end"
        return _recorded(book, said, f"{'' if end else ', until you resume'}; it was {before}")

    return session.record("pause", act, answers)


def resume(
    session: Session,
    *,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that you take referrals again; Refused where you are not paused.

    `still_owed` says who is to be told.
    """
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        instant = book.instant_of(details)
        if _running(book, instant) is None:
            raise Refused("you are not paused.", ("Did you mean: ", command("pause")))
        book.record("resumed", None, instant, details)
        return _recorded(book, "You take new referrals again", _since(book, instant))

    return session.record("resume", act, answers)


def _running(book: Transaction, instant: datetime) -> Pause | None:
    """The pause that this instant is in."""
    past = [event for event in book.reader.events_on_book() if event.at <= instant]
    return next((pause for pause in pauses_of(past) if pause.holds(instant)), None)


def _since(book: Transaction, instant: datetime) -> str:
    return f", since {times.stamp(instant, book.zone)}"


def _recorded(book: Transaction, sentence: str, more: str) -> Recorded:
    """The result, with all that is owed of a full book and of its end."""
    book.journal.summary.append(sentence)
    outlook = book.settled()
    return Recorded(
        book.present,
        lines=(f"{sentence}{more}.",),
        events=tuple(book.events),
        still_owed=book.in_words(outlook, outlook.stand(outlook.open_of_capacity())),
    )
