"""Rows of the database into domain values, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import Event
from reftrack.domain.people import CONTACT_KINDS, ContactPoint, Person
from reftrack.domain.referrals import Referral, Standing
from reftrack.domain.spelling import name_key
from reftrack.domain.times import instant_of, text_of
from reftrack.errors import StoreError
from reftrack.hints import command
from reftrack.store.forms import is_event, is_person, is_referral

PERSON = "id, uid, name, email, phone, company, relation, updates, channel, note"
REFERRAL = "id, uid, source, prospect, received_at, kind, tie, need, note, confidential"
EVENT = "id, uid, at, kind, referral, person, channel, note, data"
COURTESY = (
    "rule, referral, person, cause, to_person, about, opens_at, due_at, ended_at, outcome, ends_at"
)
STANDING = "referral, stage, since, ended_at"


def quoted(words: Iterable[str]) -> str:
    """A list for SQL of words of the program's own, in which nothing has to be escaped."""
    return ", ".join(f"'{word}'" for word in sorted(words))


def _instant(text: str) -> datetime:
    try:
        return instant_of(text)
    except (ValueError, TypeError):
        raise _unreadable("a time") from None


def _data(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except ValueError:
        raise _unreadable("a detail") from None
    if not isinstance(data, dict):
        raise _unreadable("a detail")
    # An empty detail says nothing; earlier imports have left some.
    return {key: value for key, value in data.items() if value is not None}


def _unreadable(what: str) -> StoreError:
    """The error for what no program of ours wrote: the tables keep most of it out."""
    return StoreError(
        f"the database holds {what} that cannot be read.", ("See which: ", command("check"))
    )


def person_of(row: Sequence[Any]) -> Person:
    """A person, from the columns of `PERSON`."""
    return Person(*row)


def referral_of(row: Sequence[Any]) -> Referral:
    """A referral, from the columns of `REFERRAL`."""
    number, uid, source, prospect, received_at, kind, tie, need, note, confidential = row
    at = _instant(received_at)
    return Referral(number, uid, source, prospect, at, kind, tie, need, note, bool(confidential))


def event_of(row: Sequence[Any]) -> Event:
    """An event, from the columns of `EVENT`."""
    number, uid, at, kind, referral, person, channel, note, data = row
    told = _data(data) if data != "{}" else {}
    return Event(number, uid, _instant(at), kind, referral, person, channel, note, told)


def courtesy_of(row: Sequence[Any]) -> Courtesy:
    """A courtesy, from the columns of `COURTESY`."""
    rule, referral, person, cause, to, about, opens_at, due_at, ended_at, outcome, ends_at = row
    return Courtesy(
        rule,
        referral,
        person,
        cause,
        to,
        about,
        _instant(opens_at),
        _instant(due_at),
        _instant(ended_at) if ended_at else None,
        outcome,
        _instant(ends_at) if ends_at else None,
    )


def standing_of(row: Sequence[Any]) -> Standing:
    """The standing of a referral, from the columns of `STANDING`."""
    referral, stage, since, ended_at = row
    return Standing(referral, stage, _instant(since), _instant(ended_at) if ended_at else None)


# A version that sets every field, as the first one of a record does.
ALL = "*"
# The fields of a person that a version can set; an email and a phone are rows of their own.
_PERSON = ("name", "company", "relation", "updates", "channel", "note")
_FIRST_CONTACT = ("email", "phone")


def _changed(fields: Sequence[str], record: object, was: object | None) -> list[str]:
    """The fields in which a record differs from what it was; all where it was nothing."""
    return [
        field for field in fields if was is None or getattr(record, field) != getattr(was, field)
    ]


def _setting(fields: Sequence[str]) -> str:
    """The column `sets` of a version that sets these fields alone."""
    return "".join(f" {field}" for field in fields) + " "


def person_version(person: Person, was: Person | None = None) -> dict[str, Any]:
    """The columns of a version: of the whole person, or of what differs from how they were.

    ValueError where the columns could hold a value that no person can have.
    """
    changed = _changed(_PERSON, person, was)
    columns = {field: getattr(person, field) if field in changed else None for field in _PERSON}
    if not is_person(columns["name"], person.relation, person.updates, person.channel):
        raise ValueError("not a person in form")
    columns["name_key"] = None if columns["name"] is None else name_key(person.name)
    both = [*changed, *_changed(_FIRST_CONTACT, person, was)]
    columns["sets"] = ALL if was is None else _setting(both)
    return columns


def contact_points(person: Person, was: Person | None = None) -> list[dict[str, Any]]:
    """The rows of `contact_point` that belong to that version, without its number.

    Where the first phone or email is another than it `was`, the others of `was` stay behind it.
    """
    rows = []
    changed = _changed(_FIRST_CONTACT, person, was)
    for kind in changed if was is not None else CONTACT_KINDS:
        points = [point for point in (was or person).contacts if point.kind == kind]
        if kind != "address" and (was is not None or not points):
            first = getattr(person, kind)
            points = [*([] if first is None else [ContactPoint(kind, first)]), *points[1:]]
        rows += [
            {"kind": kind, "place": n, "label": p.label, "value": p.value}
            | {"key": contact_key(kind, p.value)}
            for n, p in enumerate(points, 1)
        ]
    return rows


def contact_key(kind: str, value: str) -> str:
    """The key for finding an email or a phone, the same as the migration to version 3 made."""
    if kind != "phone":
        return value.encode().lower().decode()  # as lower() of SQLite: of ASCII alone
    return "".join(sign for sign in value if sign in "0123456789")


def name_parts(name: str) -> set[str]:
    """The folded name from each of its words on."""
    words = name_key(name).split()
    return {" ".join(words[start:]) for start in range(len(words))}


# Source, prospect and kind are one field: each alone could contradict the others.
_PARTIES = ("source", "prospect", "kind")
_REFERRAL = ("received_at", "tie", "need", "note", "confidential")


def referral_version(referral: Referral, was: Referral | None = None) -> dict[str, Any]:
    """The columns of a version: of the whole referral, or of what differs from how it was.

    ValueError where the columns could hold a value that no referral can have.
    """
    if not is_referral(referral.source, referral.prospect, referral.kind):
        raise ValueError("not a referral in form")
    has_parties = bool(_changed(_PARTIES, referral, was))
    changed = [*(_PARTIES if has_parties else ()), *_changed(_REFERRAL, referral, was)]
    columns = {
        field: getattr(referral, field) if field in changed else None
        for field in (*_PARTIES, *_REFERRAL)
    }
    if columns["received_at"] is not None:
        columns["received_at"] = text_of(referral.received_at)
    named = [*(["parties"] if has_parties else []), *(f for f in changed if f in _REFERRAL)]
    columns["sets"] = ALL if was is None else _setting(named)
    if columns["confidential"] is not None:
        columns["confidential"] = int(referral.confidential)
    return columns


def event_columns(event: Event) -> dict[str, Any]:
    """The columns of an event's row besides its number and its step.

    ValueError where the columns could hold a value that no event can have.
    """
    if not is_event(event.kind, event.referral, event.person, event.channel):
        raise ValueError("not an event in form")
    told = json.dumps(dict(event.data), ensure_ascii=False, separators=(",", ":"))
    return {
        "uid": event.uid,
        "at": text_of(event.at),
        "kind": event.kind,
        "referral": event.referral,
        "person": event.person,
        "channel": event.channel,
        "note": event.note,
        "data": told,
        "ahead": _ahead(event.data),
    }


def _ahead(data: Mapping[str, Any]) -> str | None:
    """The instant or the date that the data names and that an event is found by."""
    for key in ("until", "at", "due"):
        if data.get(key) is not None:
            return text_of(instant_of(data[key]))
    return next((data[key] for key in ("busy_until", "on") if data.get(key) is not None), None)
