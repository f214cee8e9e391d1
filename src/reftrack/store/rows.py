"""Rows of the database into the domain's words, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral, Standing
from reftrack.domain.spelling import name_key
from reftrack.domain.times import instant_of, text_of
from reftrack.errors import StoreError

PERSON = "id, uid, name, email, phone, company, relation, updates, channel, note"
REFERRAL = "id, uid, source, prospect, received_at, kind, tie, need, note"
EVENT = "id, uid, at, kind, referral, person, channel, note, data"
COURTESY = "rule, referral, person, cause, to_person, about, opens_at, due_at, ended_at, outcome"
STANDING = "referral, stage, since, ended_at"


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
    # A detail of nothing says nothing; earlier imports have left some.
    return {key: value for key, value in data.items() if value is not None}


def _unreadable(what: str) -> StoreError:
    """For what no program of ours wrote: the tables keep most of it out."""
    return StoreError(
        f"the database holds {what} that cannot be read.", "See which: reftrack check"
    )


def person_of(row: Sequence[Any]) -> Person:
    """A person, from the columns of `PERSON`."""
    return Person(*row)


def referral_of(row: Sequence[Any]) -> Referral:
    """A referral, from the columns of `REFERRAL`."""
    number, uid, source, prospect, received_at, *rest = row
    return Referral(number, uid, source, prospect, _instant(received_at), *rest)


def event_of(row: Sequence[Any]) -> Event:
    """An event, from the columns of `EVENT`."""
    number, uid, at, kind, referral, person, channel, note, data = row
    told = _data(data) if data != "{}" else {}
    return Event(number, uid, _instant(at), kind, referral, person, channel, note, told)


def courtesy_of(row: Sequence[Any]) -> Courtesy:
    """A courtesy, from the columns of `COURTESY`."""
    rule, referral, person, cause, to, about, opens_at, due_at, ended_at, outcome = row
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
    )


def standing_of(row: Sequence[Any]) -> Standing:
    """How a referral stands, from the columns of `STANDING`."""
    referral, stage, since, ended_at = row
    return Standing(referral, stage, _instant(since), _instant(ended_at) if ended_at else None)


def person_columns(person: Person) -> dict[str, Any]:
    """What a version of a person holds."""
    return {
        "name": person.name,
        "name_key": name_key(person.name),
        "email": person.email,
        "phone": person.phone,
        "company": person.company,
        "relation": person.relation,
        "updates": person.updates,
        "channel": person.channel,
        "note": person.note,
    }


def name_parts(name: str) -> set[str]:
    """The folded name from each of its words on."""
    words = name_key(name).split()
    return {" ".join(words[start:]) for start in range(len(words))}


def referral_columns(referral: Referral) -> dict[str, Any]:
    """What a version of a referral holds."""
    return {
        "source": referral.source,
        "prospect": referral.prospect,
        "received_at": text_of(referral.received_at),
        "kind": referral.kind,
        "tie": referral.tie,
        "need": referral.need,
        "note": referral.note,
    }


def event_columns(event: Event) -> dict[str, Any]:
    """What an event's row holds besides its number and its step."""
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
    }
