"""Promises: what I said I would do for somebody, and that I did it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import partial

from reftrack.application import choosing
from reftrack.application.results import NO_ANSWERS, Answers, Recorded, Undecided
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction
from reftrack.application.when import Moment, When, day_or_time_ahead, parse_when
from reftrack.domain.events import Event
from reftrack.domain.people import Person, checked_line
from reftrack.domain.referrals import Referral
from reftrack.domain.times import text_of
from reftrack.errors import BadInput, Refused
from reftrack.hints import Blank, command
from reftrack.rules.courtesies import Subject
from reftrack.rules.unfinished import open_promises, words_of
from reftrack.wording import times


def promise(
    session: Session,
    what: str,
    text: str,
    due: str | date,
    *,
    to_source: bool = False,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records what you said you would do, in words that they may hear.

    `what` is a referral, for its prospect or with `to_source` for its source, or a person; `due` an
    instant or a day, or words for either. BadInput where that is over.
    """
    said = checked_line(text, "The promise")
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        found = book.names.referral_or_person(what)
        person = _promised_to(book, found, to_source=to_source)
        data, by = _deadline(book, due)
        if isinstance(found, Referral):
            data["referral"] = found.uid
        promised = replace(details, data={"text": said, **data})
        lines = book.record_on_person("promised", person, promised, due=by, text=said)
        return book.recorded(lines, _subjects(found, person))

    return session.record("promise", act, answers)


def keep(
    session: Session,
    what: str,
    text: str | None = None,
    *,
    due: str | None = None,
    at: Moment = None,
    note: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Records that a promise is kept: one about this referral, or to this person.

    `text` is what was promised, or the beginning of it, and `due` its deadline where two have the
    same words; without them a doubt where several are open. Refused where none is.
    """
    said = None if text is None else checked_line(text, "The promise")
    details = Details(None, at, note).checked()

    def act(book: Transaction) -> Recorded:
        found = book.names.referral_or_person(what)
        promises = _open_promises(book, found, details)
        if not promises:
            raise _none_open(found)
        number = f"@{found.id}" if isinstance(found, Person) else str(found.id)
        words = choosing.Words(
            "which promise",
            "Which promise is kept?",
            f"{len(promises)} promises are open.",
            "there is no open promise",
            command("keep", number),
        )
        deadline = "" if due is None else _as_kept(book, due)
        chosen = choosing.chosen_among(book, promises, said, words, deadline)
        people = {
            person.id: person
            for person in book.reader.people({e.person for e in chosen if e.person})
        }
        lines = []
        for promised in chosen:
            person = people[promised.person or 0]
            kept = replace(details, data={"promise": promised.uid})
            words_said = words_of(promised, book.outlook.terms.calendar)
            lines += book.record_on_person("kept", person, kept, text=words_said)
        subjects = [subject for p in people.values() for subject in _subjects(found, p)]
        return book.recorded(dict.fromkeys(lines), subjects)

    return session.record("keep", act, answers)


def _subjects(found: Referral | Person, person: Person) -> list[Subject]:
    about: list[Subject] = [("referral", found.id)] if isinstance(found, Referral) else []
    return [("person", person.id), *about]


def _promised_to(book: Transaction, found: Referral | Person, *, to_source: bool) -> Person:
    if isinstance(found, Person):
        if to_source:
            raise BadInput(
                f"{found.name} (@{found.id}) is a person, of whom there is no source.",
                "Leave that out, or name a referral by its number.",
            )
        return found
    (person,) = book.reader.people([found.source if to_source else found.prospect])
    return person


def _deadline(book: Transaction, due: str | date) -> tuple[dict[str, object], str]:
    """The data of a deadline, and the words for it."""
    found = day_or_time_ahead(due, now=book.now, zone=book.zone, order=book.dates)
    if isinstance(found, When):
        if found.assumption:
            book.notes.append(f"note: {found.assumption}")
        return {"due": text_of(found.instant)}, times.stamp(found.instant, book.zone)
    return {"on": str(found)}, f"the end of {times.date_of(found)}"


def _as_kept(book: Transaction, due: str) -> str:
    """The deadline that is named, as the book keeps it: an instant, or a date without one."""
    when = partial(parse_when, now=book.now, zone=book.zone, tense="either", order=book.dates)
    instant = when(due).instant
    day = str(instant.astimezone(book.zone).date())
    # A day without a time is its noon.
    return day if when(day).instant == instant else text_of(instant)


def _open_promises(book: Transaction, found: Referral | Person, details: Details) -> list[Event]:
    """The open promises to this person; or about this referral, and to its prospect about none."""
    numbers = [found.id] if isinstance(found, Person) else [found.prospect, found.source]
    people = list(book.reader.people(dict.fromkeys(numbers)))
    instant = book.instant_of(details, *people)
    promises: list[Event] = []
    for person in people:
        story = book.outlook.reading_at(instant, ("person", person.id)).person_story(person.id)
        for promised in open_promises(story.events):
            about = promised.data.get("referral")
            is_meant = isinstance(found, Person) or about == found.uid
            if is_meant or (about is None and person.id == numbers[0]):
                promises.append(promised)
    return sorted(promises, key=lambda event: event.place)


def _none_open(found: Referral | Person) -> Refused:
    if isinstance(found, Person):
        whom, number = f"to {found.name} (@{found.id})", f"@{found.id}"
    else:
        whom, number = f"about {found.id}", str(found.id)
    record = command("promise", number, Blank("TEXT"), due=Blank("WHEN"))
    return Refused(f"no promise {whom} is open.", ("To record one: ", record))
