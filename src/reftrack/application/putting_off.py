"""Waiving a courtesy, or snoozing it."""

from __future__ import annotations

from collections.abc import Sequence

from reftrack.application.results import NO_ANSWERS, Answers, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction, subject_of
from reftrack.application.when import Moment
from reftrack.domain.courtesies import Courtesy
from reftrack.domain.people import Person, checked_text
from reftrack.domain.referrals import Referral
from reftrack.domain.spelling import did_you_mean
from reftrack.domain.times import text_of
from reftrack.errors import BadInput, Refused
from reftrack.hints import command
from reftrack.rules.rulebook import BY_NAME
from reftrack.wording import times

ALL = "all"


def waive(
    session: Session,
    what: str,
    rule: str,
    why: str,
    *,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Lets go of what `rule`, or `all`, has open on a referral or for a person.

    The reason is private. Refused where nothing of it is open.
    """
    name = rule_or_all(rule)
    reason = checked_text(why, "The reason")
    details = Details(None, at, note).checked()
    if details.note is not None:
        reason = checked_text(f"{reason}\n{details.note}", "The reason with the note")

    def act(book: Transaction) -> Recorded:
        found = book.names.referral_or_person(what)
        instant = book.instant_of(details, found)
        courtesies = [c for c in book.outlook.open_on([subject_of(found)]) if name in (ALL, c.rule)]
        opened = [c for c in courtesies if c.opens_at <= instant]
        if not opened:
            raise _not_open(book, found, name, courtesies)
        book.record("waived", found, instant, Details(note=reason, data={"rule": name}))
        rules = ", ".join(dict.fromkeys(c.rule for c in opened))
        line = f"{_number(found)}  Waived: {rules}."
        book.journal.summary.append(line)
        return book.recorded([line], [subject_of(found)])

    return session.record("waive", act, answers)


def snooze(
    session: Session,
    what: str,
    until: Moment,
    *,
    rules: Sequence[str] = (),
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Hides what is open on a referral or for a person; its deadline stays where it is.

    Only what these rules ask for, or all of it where none is named.
    """
    chosen = [None if name == ALL else name for name in map(rule_or_all, rules)] or [None]
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        found = book.names.referral_or_person(what)
        instant = book.instant_of(details, found)
        back = book.ahead(until or "")
        for rule in chosen:
            data: dict[str, object] = {"until": text_of(back)}
            if rule is not None:
                data["rule"] = rule
            book.record("snoozed", found, instant, Details(note=details.note, data=data))
        hidden = [
            c.rule
            for c in book.outlook.open_on([subject_of(found)])
            if c.opens_at <= instant and (None in chosen or c.rule in chosen)
        ]
        shown = times.stamp(back, book.zone)
        line = f"{_number(found)}  Hidden until {shown}: {', '.join(dict.fromkeys(hidden))}."
        if not hidden:
            line = (
                f"{_number(found)}  Nothing is open to be hidden until {shown}; what opens is"
                " shown."
            )
        book.journal.summary.append(line)
        return book.recorded([line], [subject_of(found)])

    return session.record("snooze", act, answers)


def rule_or_all(text: str) -> str:
    """The name of a rule, or `all`; BadInput with the nearest names for any other word."""
    name = "-".join(text.casefold().split())
    if name in BY_NAME or name == ALL:
        return name
    otherwise = (command("rules"), " lists them; all means each.")
    raise BadInput(f"there is no rule '{text[:40]}'.", did_you_mean(name, BY_NAME, otherwise, 3))


def _number(found: Referral | Person) -> str:
    return str(found.id) if isinstance(found, Referral) else f"@{found.id}"


def _not_open(
    book: Transaction, found: Referral | Person, name: str, courtesies: list[Courtesy]
) -> Refused:
    what = "nothing" if name == ALL else f"no {name}"
    upcoming = min((c.opens_at for c in courtesies), default=None)
    number = _number(found)
    if upcoming is None:
        return Refused(f"{what} is open on {number}.", ("What is: ", command("show", number)))
    opens = times.stamp(upcoming, book.zone)
    return Refused(f"{what} is open on {number} yet: the next opens {opens}.", "Waive it then.")
