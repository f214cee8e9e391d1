"""Corrections of what was written down wrong, of a referral or of a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reftrack.application.add import kind_between
from reftrack.application.fields import OF_PERSON, OF_REFERRAL, PRIVATE, Field, cleaned
from reftrack.application.naming import Names
from reftrack.application.results import (
    NO_ANSWERS,
    Answers,
    Choice,
    Doubt,
    Recorded,
    Undecided,
)
from reftrack.application.session import Session
from reftrack.application.transaction import Details, Transaction
from reftrack.domain.events import TOUCH
from reftrack.domain.people import Person, short
from reftrack.domain.referrals import CO_WORKER, EXPANSION, Referral
from reftrack.errors import BadInput, NotFound, Refused
from reftrack.hints import Blank, Option, command
from reftrack.rules.courtesies import Subject
from reftrack.rules.steps import NO_GIFT
from reftrack.wording import times

# Letters of a long text that an answer repeats.
SHOWN = 60

# The new text of each field, by its name; an empty text clears it.
Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Editable:
    """A referral or a person as it can be edited: its number, a title, and what each field says."""

    number: str
    title: str
    fields: Mapping[str, Field]
    present: Mapping[str, str]


def edit(
    session: Session,
    which: str,
    given: Given,
    *,
    was_told: str | None = None,
    answers: Answers = NO_ANSWERS,
) -> Recorded | Undecided:
    """Changes these fields of a referral or a person; those before stay on record.

    Where a source is put right to whom something was said, `was_told` says who heard it: `old`, so
    that the new one is owed it still, or `new`, so that only the name was wrong.

    BadInput where a field belongs to the other kind, its text cannot be kept, or nobody can be
    asked who was told.
    """
    heard = _heard(was_told, given)

    def act(book: Transaction) -> Recorded:
        subject: Subject
        found = _meant(book.names, which, given)
        if isinstance(found, Person):
            head, changed = _edit_person(book, found, given)
            number, subject = f"@{found.id}", ("person", found.id)
        else:
            head, changed = _edit_referral(book, found, given, heard)
            number, subject = str(found.id), ("referral", found.id)
        if not changed:
            line = f"{number}  Nothing changed: it was so already."
            return Recorded(book.present, (line,), subjects=(subject,))
        # A summary is kept and shown: it says which fields, never what is private in them.
        book.journal.summary.append(f"{number}: edited {', '.join(changed)}")
        lines = [_told(option, *texts) for option, texts in changed.items()]
        return book.recorded([f"{number}  {head}", *lines], [subject])

    return session.record("edit", act, answers)


def _told(option: str, was: str | None, is_: str | None) -> str:
    """The change of a field in words; of what is private only that something changed."""
    if option in PRIVATE:
        return f"{option}: {'written' if was is None else 'changed' if is_ else 'cleared'}"
    return f"{option}: {was or 'none'} → {is_ or 'none'}"


def editable(session: Session, which: str) -> Editable:
    """The fields of a referral or a person with their texts, for a face that asks one by one."""
    with session.looking_at_a_book() as outlook:
        found = session.names(outlook).referral_or_person(which, prefers_person=True)
        if isinstance(found, Person):
            texts = _present(found, OF_PERSON)
            return Editable(f"@{found.id}", found.name, OF_PERSON, texts)
        names = {p.id: p.name for p in outlook.reader.people([found.source, found.prospect])}
        texts = _present(found, OF_REFERRAL)
        zone = outlook.terms.calendar.zone
        texts |= {
            "from": names[found.source],
            "prospect": names[found.prospect],
            "received": times.stamp(found.received_at, zone),
        }
        return Editable(str(found.id), names[found.prospect], OF_REFERRAL, texts)


def _present(found: Referral | Person, fields: Mapping[str, Field]) -> dict[str, str]:
    """The texts of these fields; of what is private only that there is one."""
    texts = {name: getattr(found, field.attribute) or "" for name, field in fields.items()}
    if isinstance(found, Referral):
        texts["confidential"] = _yes_or_no(found.confidential)
    return {n: "a private one" if n in PRIVATE and text else text for n, text in texts.items()}


def _yes_or_no(is_so: bool) -> str:
    return "yes" if is_so else "no"


def _meant(names: Names, which: str, given: Given) -> Referral | Person:
    """The referral or the person: the fields to change say which of them a name means."""
    ofp = [option for option in given if option not in OF_REFERRAL]
    ofr = [option for option in given if option not in OF_PERSON]
    if ofp and ofr:
        theirs = (Option(ofp[0]), " is a person's, ", Option(ofr[0]), " a referral's: ")
        raise BadInput(
            "a person and a referral cannot be edited at once.",
            (*theirs, "edit one after the other."),
        )
    is_number = which.strip().isdigit()
    if ofp and is_number:
        referral = names.referral(which)
        prospect = command("edit", f"@{referral.prospect}")
        raise BadInput(
            f"{ofp[0]} is a person's; {which.strip()} is a referral.",
            ("Its prospect: ", prospect, f"; its source: @{referral.source}"),
        )
    if ofp:
        return names.person(which)
    if ofr:
        return names.referral(which)
    return names.referral_or_person(which, prefers_person=True)


_Changed = dict[str, tuple[str | None, str | None]]


def _edit_person(book: Transaction, person: Person, given: Given) -> tuple[str, _Changed]:
    """Records the changes; a heading, and what was and is of each field."""
    changes, changed = _plain_changes(person, OF_PERSON, given)
    after = book.journal.change_person(person, **changes)
    return f"Changed {after.name}:", changed


def _plain_changes(
    before: Person | Referral, fields: Mapping[str, Field], given: Given
) -> tuple[dict[str, str | None], _Changed]:
    changes: dict[str, str | None] = {}
    changed: _Changed = {}
    for option, text in given.items():
        field = fields[option]
        was, is_ = getattr(before, field.attribute), cleaned(option, field, text)
        if was != is_:
            changes[field.attribute] = is_
            changed[option] = tuple(None if t is None else short(t, SHOWN) for t in (was, is_))  # type: ignore[assignment]
    return changes, changed


# Who heard what was said to the source, where the source is put right.
OLD, NEW_SOURCE = "old", "new"
_WAS_TOLD = "was-told"


def _heard(was_told: str | None, given: Given) -> str | None:
    """The answer as it is understood: BadInput for any other word, or without a new source."""
    if was_told is None:
        return None
    if was_told not in (OLD, NEW_SOURCE):
        raise BadInput(
            f"'{short(was_told)}' is neither old nor new.",
            (
                *("Where the wrong person was told: ", Option(_WAS_TOLD, OLD)),
                *("; where only the name was wrong: ", Option(_WAS_TOLD, NEW_SOURCE)),
            ),
        )
    if "from" not in given:
        raise BadInput(
            "who was told matters where the source is put right.",
            ("Say who it is: ", Option("from", Blank("SOURCE")), "."),
        )
    return was_told


def _put_right(
    book: Transaction, referral: Referral, was: Person, now: Person, heard: str | None
) -> None:
    """Records that the source was another one, where what was said went to them.

    Leaves with a doubt, or BadInput, where something was said and nobody knows to whom.
    """
    events = book.reader.events_on("referral", [referral.id])
    said = [event for event in events if event.kind in TOUCH | {"educated"}]
    heard = heard or book.answers.get(_WAS_TOLD)
    if not said:
        return
    if heard is None:
        words = ", ".join(dict.fromkeys(event.kind for event in said))
        question = f"Was it {was.name} who was told ({words})? No, if only the name was wrong."
        if not book.asks:
            raise BadInput(
                f"{referral.id}: somebody was told already ({words}): {was.name}, or {now.name}?",
                (
                    *(f"If {was.name} was told: ", Option(_WAS_TOLD, OLD)),
                    *("; if only the name was wrong: ", Option(_WAS_TOLD, NEW_SOURCE)),
                ),
            )
        choices = (
            Choice(OLD, f"{was.name} was told.", question),
            Choice(NEW_SOURCE, f"{now.name} was told; only the name was wrong."),
        )
        raise Doubt(Undecided(_WAS_TOLD, question, choices))
    if heard == OLD:
        at = book.last_on([("referral", referral.id)])
        book.record("source-corrected", referral, at, Details(data={"from": was.uid}))


def _edit_referral(
    book: Transaction, referral: Referral, given: Given, heard: str | None
) -> tuple[str, _Changed]:
    """Records the changes; a heading, and what was and is of each field."""
    plain = {option: text for option, text in given.items() if option in ("tie", "need", "note")}
    changes: dict[str, object]
    changes, changed = _plain_changes(referral, OF_REFERRAL, plain)  # type: ignore[assignment]
    if "confidential" in given:
        _change_confidential(referral, given["confidential"], changes, changed)
    people = {p.id: p for p in book.reader.people([referral.source, referral.prospect])}
    source, prospect = people[referral.source], people[referral.prospect]
    if "from" in given:
        source = _somebody(book, "from", given["from"])
    if "prospect" in given:
        prospect = _somebody(book, "prospect", given["prospect"])
    for option, now in (("from", source), ("prospect", prospect)):
        attribute = OF_REFERRAL[option].attribute
        was = people[getattr(referral, attribute)]
        if was.id != now.id:
            changes[attribute] = now.id
            changed[option] = (f"{was.name} (@{was.id})", f"{now.name} (@{now.id})")
    kind = _kind(referral, given, source, prospect)
    if kind != referral.kind:
        changes["kind"] = kind
        changed["kind"] = (referral.kind, kind)
        _note_gifts(book, referral, kind)
    if "received" in given:
        _change_received(book, referral, given["received"], changes, changed)
    book.journal.change_referral(referral, **changes)
    if "source" in changes and EXPANSION not in (referral.kind, kind):
        _put_right(book, referral, people[referral.source], source, heard)
    head = f"{prospect.name}, referred by {source.name}"
    if kind == EXPANSION:
        head = f"New business from {prospect.name}"
    return f"Changed {head}:", changed


def _change_received(
    book: Transaction,
    referral: Referral,
    text: str,
    changes: dict[str, object],
    changed: _Changed,
) -> None:
    received = _received(book, referral, text)
    if received != referral.received_at:
        changes["received_at"] = received
        stamps = [times.stamp(at, book.zone) for at in (referral.received_at, received)]
        changed["received"] = (stamps[0], stamps[1])


def _change_confidential(
    referral: Referral, text: str, changes: dict[str, object], changed: _Changed
) -> None:
    asked = cleaned("confidential", OF_REFERRAL["confidential"], text)
    if asked != _yes_or_no(referral.confidential):
        changes["confidential"] = asked == "yes"
        changed["confidential"] = (_yes_or_no(referral.confidential), asked)


def _somebody(book: Transaction, option: str, text: str) -> Person:
    """Somebody known, by any of their names; else somebody new."""
    cleaned(option, OF_REFERRAL[option], text)
    try:
        return book.names.person(text)
    except NotFound:
        if "@" in text:
            raise
    return book.person(text, by_whole_name=True)


def _kind(referral: Referral, given: Given, source: Person, prospect: Person) -> str:
    """The kind asked for; else as it was, unless one person has become two or two one."""
    if "kind" in given:
        asked = cleaned("kind", OF_REFERRAL["kind"], given["kind"])
        return kind_between(asked, source, prospect)
    if referral.is_expansion == (source.id == prospect.id):
        return referral.kind
    return kind_between(None, source, prospect)


def _note_gifts(book: Transaction, referral: Referral, kind: str) -> None:
    events = book.reader.events_on("referral", [referral.id])
    if kind == CO_WORKER and any(e.channel == "gift" or e.data.get("gift") for e in events):
        book.notes.append(f"note: {referral.id} was thanked with a gift. {NO_GIFT}.")


def _received(book: Transaction, referral: Referral, text: str) -> datetime:
    cleaned("received", OF_REFERRAL["received"], text)
    received = book.happened(text, latest=book.last_on([("referral", referral.id)]))
    events = book.reader.events_on("referral", [referral.id])
    first = min(events, key=lambda event: event.place, default=None)
    if first is not None and first.at < received:
        said = times.stamp(received, book.zone)
        raise Refused(
            f"{referral.id} was '{first.kind}' on {times.stamp(first.at, book.zone)},"
            f" before it came in on {said}.",
            ("Say an earlier time, with the hour: ", Option("received", "2026-11-20 15:00"), "."),
        )
    return received
