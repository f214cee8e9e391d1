"""Waiving courtesies, or snoozing them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from reftrack.application.results import NO_ANSWERS, Answers, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction, subject_of
from reftrack.application.when import Moment, parse_when
from reftrack.domain.counting import counted
from reftrack.domain.courtesies import Courtesy
from reftrack.domain.people import Person, checked_text
from reftrack.domain.referrals import Referral
from reftrack.domain.spelling import did_you_mean
from reftrack.domain.times import text_of
from reftrack.errors import BadInput, NotFound, Refused
from reftrack.hints import command
from reftrack.rules.courtesies import Subject
from reftrack.rules.morning import order_of
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


def waive_before(
    session: Session,
    day: str | date,
    why: str | None = None,
    *,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Lets go of all that was due before the local day `day` begins, in one step.

    What is due later stays owed, of the same rule and on the same referral too. The reason is
    private. BadInput where the day means nothing or lies ahead, NotFound where nothing was due.
    """
    details = Details(note=note).checked()
    reasons = [checked_text(text, "The reason") for text in (why, details.note) if text]
    reason = "\n".join(reasons) or None

    def act(book: Transaction) -> Recorded:
        calendar = book.outlook.terms.calendar
        first = _past_day(book, day)
        if first > calendar.date_of(book.now):
            raise BadInput(
                f"{times.date_of(first)} lies ahead: what is due until then is still to be done.",
                ("For example: ", command("waive", before=str(calendar.date_of(book.now)))),
            )
        before = calendar.midnight(first)
        open_ = [c for c in book.outlook.open_courtesies(book.now) if c.opens_at <= book.now]
        late = [c for c in open_ if c.due_at < before]
        if not late:
            raise NotFound(
                f"nothing is open that was due before {times.date_of(first)}.",
                ("What is: ", command("due", later=None)),
            )
        gone, kept = _let_go(book, late, open_, reason)
        if kept:
            book.notes.append(
                f"note: {counted(len(kept), 'courtesy', 'courtesies')} stay owed: on the same"
                " referral the same rule owes something later, which would go with them."
            )
        counts = Counter(courtesy.rule for courtesy in gone)
        listed_ = ", ".join(f"{count} {rule}" for rule, count in counts.most_common())
        total = counted(len(gone), "courtesy", "courtesies")
        line = f"Let go of {total} due before {times.date_of(first)}: {listed_}."
        book.journal.summary.append(line)
        return book.recorded([line], [c.subject for c in gone[:_ANSWERED]])

    return session.record("waive", act, answers)


def _past_day(book: Transaction, day: str | date) -> date:
    if isinstance(day, date):
        return day
    when = parse_when(day, now=book.now, zone=book.zone, tense="past")
    return book.outlook.terms.calendar.date_of(when.instant)


# The answer looks at so many of the subjects: a step may let go of thousands.
_ANSWERED = 50


def _let_go(
    book: Transaction, late: Sequence[Courtesy], open_: Sequence[Courtesy], reason: str | None
) -> tuple[list[Courtesy], list[Courtesy]]:
    """Records a waiver for each rule on each subject; what it lets go, and what it cannot.

    A waiver ends all of its rule that has opened. Where one of them is due later, it is recorded
    just before that one opened.
    """
    groups: dict[tuple[Subject, str], list[Courtesy]] = {}
    for courtesy in late:
        groups.setdefault((courtesy.subject, courtesy.rule), []).append(courtesy)
    later: dict[tuple[Subject, str], datetime] = {}
    for courtesy in open_:
        key = (courtesy.subject, courtesy.rule)
        if key in groups and courtesy not in groups[key]:
            later[key] = min(courtesy.opens_at, later.get(key, courtesy.opens_at))
    people = {number for (kind, number), _ in groups if kind == "person"}
    referrals = {number for (kind, number), _ in groups if kind == "referral"}
    found: dict[Subject, Referral | Person] = {
        **{("person", each.id): each for each in book.reader.people(people)},
        **{("referral", each.id): each for each in book.reader.referrals(referrals)},
    }
    gone: list[Courtesy] = []
    kept: list[Courtesy] = []
    for key, courtesies in groups.items():
        at = later[key] - timedelta(seconds=1) if key in later else book.last_on([key[0]])
        reached = [courtesy for courtesy in courtesies if courtesy.opens_at <= at]
        kept += [courtesy for courtesy in courtesies if courtesy.opens_at > at]
        if reached:
            details = Details(note=reason, data={"rule": key[1]})
            book.record("waived", found[key[0]], at, details)
            gone += reached
    return gone, kept


def snooze(
    session: Session,
    what: str,
    until: datetime | str,
    *,
    rules: Sequence[str] = (),
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Hides what is open on a referral, or owed to a person; its deadline stays where it is.

    Only what these rules ask for, or all of it where none is named. Where nothing is open, the next
    step that would open before it is over is hidden.
    """
    chosen = [None if name == ALL else name for name in map(rule_or_all, rules)] or [None]
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        found = book.names.referral_or_person(what)
        instant = book.instant_of(details, found)
        back = book.ahead(until or "")
        known = sorted(_open_to_be_hidden(book, found), key=order_of)
        opened = [c for c in known if c.opens_at <= instant]
        ahead = _next_steps(known, instant, back)
        named = chosen
        if not rules and not opened and ahead:
            named = [ahead[0].rule]
        for rule in named:
            data: dict[str, object] = {"until": text_of(back)}
            if rule is not None:
                data["rule"] = rule
            book.record("snoozed", found, instant, Details(note=details.note, data=data))
        hidden = [c for c in opened if None in named or c.rule in named]
        to_come = [c for c in ahead if c.rule in named]
        line = f"{_number(found)}  {_hidden_said(book, found, hidden, to_come, back)}"
        book.journal.summary.append(line)
        if isinstance(found, Referral) and any(map(_may_be_theirs, (*hidden, *to_come))):
            day = back.astimezone(book.zone).date().isoformat()
            agreed = command("agree", found.id, day)
            book.notes.append(("note: if they asked to be called then, that is talk: ", agreed))
        return book.recorded([line], [subject_of(found)])

    return session.record("snooze", act, answers)


def _may_be_theirs(courtesy: Courtesy) -> bool:
    """True if a call to the prospect settles it: it may be they who put it off."""
    return BY_NAME[courtesy.rule].command.verb == "contact"


def _open_to_be_hidden(book: Transaction, found: Referral | Person) -> list[Courtesy]:
    """All that is open on one referral, or all that is owed to a person."""
    if isinstance(found, Referral):
        return book.outlook.open_on([subject_of(found)])
    return book.outlook.open_courtesies(to=found.id)


def _next_steps(known: Sequence[Courtesy], instant: datetime, back: datetime) -> list[Courtesy]:
    """The next steps that open while the snooze lasts, the first of them first."""
    ahead = [c for c in known if instant < c.opens_at < back and BY_NAME[c.rule].is_next_step]
    return sorted(ahead, key=lambda c: c.opens_at)


def _hidden_said(
    book: Transaction,
    found: Referral | Person,
    hidden: Sequence[Courtesy],
    to_come: Sequence[Courtesy],
    back: datetime,
) -> str:
    """All that is hidden, by name and deadline; of what has not opened the day it would."""
    now, zone = book.now, book.zone
    whens = [(c, times.deadline(c.due_at, now, zone)) for c in hidden]
    whens += [(c, times.opening(c.opens_at, now, zone)) for c in to_come]
    names = [
        f"{c.rule}{f' on {c.referral}' if c.subject != subject_of(found) and c.referral else ''}"
        f" ({when})"
        for c, when in whens
    ]
    shown = times.stamp(back, zone)
    if not names:
        return f"Nothing is open to be hidden until {shown}; what opens is shown."
    return f"Hidden until {shown}: {', '.join(dict.fromkeys(names))}."


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
