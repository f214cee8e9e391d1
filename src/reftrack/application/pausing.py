"""Pausing the intake of new referrals, and resuming it."""

from __future__ import annotations

from reftrack.application.results import NO_ANSWERS, Answers, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction
from reftrack.application.when import Moment
from reftrack.errors import Refused
from reftrack.hints import command
from reftrack.rules.story import pauses_of
from reftrack.wording import times


def pause(
    session: Session,
    *,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that you are too busy for new referrals; Refused where the book is paused already.

    `still_owed` says who is to be told.
    """
    return _turn(session, "pause", "paused", "You take no new referrals", at, note, answers)


def resume(
    session: Session,
    *,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that you take referrals again; Refused where the book is not paused.

    `still_owed` says who is to be told.
    """
    return _turn(session, "resume", "resumed", "You take new referrals again", at, note, answers)


def _turn(
    session: Session,
    verb: str,
    kind: str,
    sentence: str,
    at: Moment,
    note: str | None,
    answers: Answers,
) -> Recorded | Undecided:
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        instant = book.instant_of(details)
        past = [event for event in book.reader.events_on_book() if event.at <= instant]
        is_paused = any(each.holds(instant) for each in pauses_of(past))
        if is_paused == (kind == "paused"):
            state = "paused already" if is_paused else "not paused"
            other = command("resume" if is_paused else "pause")
            raise Refused(f"the book is {state}.", ("Did you mean: ", other))
        book.record(kind, None, instant, details)
        book.journal.summary.append(sentence)
        outlook = book.settled()
        return Recorded(
            book.present,
            lines=(f"{sentence}, since {times.stamp(instant, book.zone)}.",),
            events=tuple(book.events),
            still_owed=book.in_words(outlook, outlook.stand(outlook.open_of_capacity())),
        )

    return session.record(verb, act, answers)
