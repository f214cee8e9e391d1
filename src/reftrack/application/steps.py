"""The steps of a referral: contacted, met, won, delivered, or closed in one of three ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from reftrack.application import choosing
from reftrack.application.appointments import agreed_on
from reftrack.application.naming import each_of
from reftrack.application.results import NO_ANSWERS, Answers, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction, subjects_of
from reftrack.application.when import Moment
from reftrack.domain.amounts import is_amount
from reftrack.domain.people import checked_line, checked_text
from reftrack.domain.referrals import Referral
from reftrack.errors import BadInput, Refused
from reftrack.hints import command
from reftrack.rules.unfinished import words_of


def contact(
    session: Session,
    refs: Sequence[str],
    *,
    by: str | None = None,
    no_answer: bool = False,
    next_: str | date | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that you spoke with the prospect, or that you tried and nobody answered.

    `next_` is the appointment that was agreed in that talk.
    """
    if no_answer and next_ is not None:
        raise BadInput(
            "nothing can be agreed with somebody who did not answer.",
            "Leave one of the two out.",
        )
    kind = "attempted" if no_answer else "contacted"
    return _on_referrals(session, "contact", kind, refs, Details(by, at, note), answers, next_)


def meet(
    session: Session,
    refs: Sequence[str],
    *,
    next_: str | date | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records a meeting with the prospect; `next_` is the appointment that was agreed there."""
    return _on_referrals(session, "meet", "met", refs, Details(None, at, note), answers, next_)


def win(
    session: Session,
    refs: Sequence[str],
    *,
    value: str | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that the prospect signed; no earlier step is needed.

    `value` is what each of these sales is worth, a decimal in text. It is private, and kept with
    the currency of the session.
    """
    data: dict[str, object] = {}
    if value is not None:
        # The amount is private: an error does not repeat it.
        if not is_amount(value.strip()):
            raise BadInput(
                "the value is no amount in plain digits.", "Say for example 4200, or 4200.50."
            )
        data = {"value": value.strip(), "currency": session.currency or None}
    return _on_referrals(session, "win", "won", refs, Details(None, at, note, data), answers)


def lose(
    session: Session,
    refs: Sequence[str],
    why: str,
    *,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that the prospect went elsewhere, and why, as the source may hear it."""
    details = Details(None, at, note, {"text": checked_text(why, "The reason")})
    return _on_referrals(session, "lose", "lost", refs, details, answers)


def decline(
    session: Session,
    refs: Sequence[str],
    why: str,
    *,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that you said no, and why, as the source may hear it."""
    details = Details(None, at, note, {"text": checked_text(why, "The reason")})
    return _on_referrals(session, "decline", "declined", refs, details, answers)


def problem(
    session: Session,
    ref: str,
    text: str,
    *,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that something went wrong, in words that others may hear."""
    details = Details(None, at, note, {"text": checked_text(text, "The text")})
    return _on_referrals(session, "problem", "problem", [ref], details, answers)


def resolve(
    session: Session,
    ref: str,
    text: str,
    *,
    problem: str | None = None,
    every: bool = False,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that a problem is put right, and how, in words that others may hear.

    Where several are open, `problem` is what the one said, or the beginning of it, and `every` says
    that all of them are; without either it is a doubt.
    """
    said = None if problem is None else checked_text(problem, "The problem")
    if said is not None and every:
        raise BadInput("it is one problem or all of them.", "Leave one of the two out.")
    details = Details(None, at, note, {"text": checked_text(text, "The text")}).checked()

    def act(book: Transaction) -> Recorded:
        referral = book.names.referral(ref)
        lines = []
        for named, which in _problems_meant(book, referral, details, said, every=every):
            one = replace(details, data={**details.data, "problem": named})
            lines += book.record_on_referrals("resolved", [referral], one, which=which)
        return book.recorded(dict.fromkeys(lines), subjects_of([referral]))

    return session.record("resolve", act, answers)


def _problems_meant(
    book: Transaction, referral: Referral, details: Details, said: str | None, *, every: bool
) -> list[tuple[str | None, str]]:
    """The uids of the problems that are put right, None for all; with the words for which it is."""
    instant = book.instant_of(details, referral)
    reading = book.outlook.reading_at(instant, ("referral", referral.id))
    problems = list(reading.referral_story(referral).open_problems)
    if every or not problems:
        return [(None, "")]
    chosen = choosing.chosen_among(
        book,
        problems,
        said,
        choosing.Words(
            "which problem",
            "Which problem is put right?",
            f"{referral.id} has {len(problems)} open problems.",
            f"{referral.id} has no open problem",
            command("resolve", referral.id, str(details.data["text"])),
            "problem",
        ),
    )
    which = f" ({words_of(chosen[0], reading.terms.calendar)})" if len(problems) > 1 else ""
    return [(event.uid, which) for event in chosen]


def rate(
    session: Session,
    ref: str,
    fit: str,
    *,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records how well a referral fitted what you do: good or poor."""
    said = checked_line(fit, "The fit").casefold()
    if said not in ("good", "poor"):
        raise BadInput(
            f"'{said[:40]}' is neither good nor poor.", ("Say: ", command("rate", 12, "good"))
        )
    details = Details(None, at, note, {"fit": said})
    return _on_referrals(session, "rate", "rated", [ref], details, answers)


def deliver(
    session: Session,
    whom: Sequence[str],
    *,
    is_new: bool = False,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that the work is finished: of referrals, or for one person who came another way.

    With `is_new` that person is nobody known, whatever their name.
    """
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        named = each_of(whom)
        if len(named) == 1 and (is_new or not _is_referral(book, named[0])):
            person = book.person(named[0], is_new=is_new)
            lines = book.record_on_person("delivered", person, details)
            return book.recorded(lines, [("person", person.id)])
        if is_new:
            raise BadInput(
                "several at once have to be referrals.", "Deliver to somebody new by themselves."
            )
        referrals = book.names.referrals(named)
        lines = book.record_on_referrals("delivered", referrals, details)
        return book.recorded(lines, subjects_of(referrals))

    return session.record("deliver", act, answers, begins_a_book=True)


def refer_out(
    session: Session,
    ref: str,
    to: str,
    *,
    is_new: bool = False,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that the prospect was sent to somebody better, who owes you a favour by it.

    With `is_new` that one is nobody known, whatever their name.
    """
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        referral = book.names.referral(ref)
        person = book.person(to, is_new=is_new)
        if person.id in (referral.source, referral.prospect):
            raise Refused(
                f"{referral.id} cannot be referred out to its own"
                f" {'source' if person.id == referral.source else 'prospect'}.",
                "Name the person or firm that will serve them.",
            )
        sent = Details(None, details.at, details.note, {"to": person.uid})
        lines = book.record_on_referrals("referred-out", [referral], sent, to=person.name)
        # A prospect who is sent away is a favour to the receiver, and counted as theirs.
        prospect = book.reader.person(referral.prospect)
        given = Details(data={"prospect": prospect.name if prospect else None})
        book.record("given", person, book.instant_of(details, referral), given)
        return book.recorded(lines, subjects_of([referral]))

    return session.record("refer-out", act, answers)


def _on_referrals(
    session: Session,
    verb: str,
    kind: str,
    refs: Sequence[str],
    details: Details,
    answers: Answers,
    next_: str | date | None = None,
) -> Recorded | Undecided:
    """Records one event on each of these referrals, on all or on none.

    With `next_` an appointment as well, of the same instant.
    """
    checked = details.checked()

    def act(book: Transaction) -> Recorded:
        referrals: list[Referral] = book.names.referrals(refs)
        lines = book.record_on_referrals(kind, referrals, checked)
        if next_ is not None:
            agreed = Details(at=checked.at)
            lines += [line for r in referrals for line in agreed_on(book, r, next_, agreed)]
        return book.recorded(lines, subjects_of(referrals))

    return session.record(verb, act, answers)


def _is_referral(book: Transaction, text: str) -> bool:
    """True if this means a referral rather than a person, who may be new."""
    if text.strip().isdigit():
        return True
    if "@" in text:
        return False
    return book.names.is_prospect(text)
