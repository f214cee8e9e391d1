"""The whole truth as JSON, lossless both ways: the form `reftrack.history/2`."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from reftrack.domain.events import JSON_LIMIT, Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.domain.signs import IN_JSON
from reftrack.domain.times import text_of

SCHEMA = "reftrack.history/2"


@dataclass(frozen=True)
class Document:
    """A history in domain terms, with the numbers that the file gives.

    `timezone` is the IANA name of the zone in which its days are counted, None where it says none.
    """

    people: list[Person]
    referrals: list[Referral]
    events: list[Event]
    timezone: str | None = None


def history_text(document: Document) -> str:
    """The document as text, the same for the same history to the byte, one record a line.

    Events keep their numbers unless one is larger than other readers of JSON can take: then they
    are numbered 1, 2, … in their order.
    """
    events = sorted(document.events, key=lambda event: event.id)
    if events and events[-1].id >= JSON_LIMIT:
        events = [replace(event, id=number) for number, event in enumerate(events, 1)]
    parts = {
        "people": [_person_record(person) for person in document.people],
        "referrals": [_referral_record(referral) for referral in document.referrals],
        "events": [_event_record(event) for event in events],
    }
    lines = [f'{{"schema": {json.dumps(SCHEMA)}']
    if document.timezone is not None:
        lines.append(f' "timezone": {json.dumps(document.timezone)}')
    for name, records in parts.items():
        rows = ",\n".join("  " + _on_a_line(record) for record in records)
        lines.append(f' "{name}": [' + (f"\n{rows}\n ]" if rows else "]"))
    return ",\n".join(lines) + "}\n"


def _on_a_line(record: dict[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False).translate(IN_JSON)


# The keys of the lists of what reaches a person, by their kinds.
CONTACT_KEYS = {"phone": "phones", "email": "emails", "address": "address"}


def _person_record(person: Person) -> dict[str, Any]:
    lists: dict[str, list[dict[str, Any]]] = {}
    for point in person.contacts:
        record = {"value": point.value, "label": point.label}
        lists.setdefault(CONTACT_KEYS[point.kind], []).append(record)
    return {
        "id": person.id,
        "uid": person.uid,
        "name": person.name,
        "email": person.email,
        "phone": person.phone,
        "company": person.company,
        "relation": person.relation,
        "updates": person.updates,
        "channel": person.channel,
        "note": person.note,
        # Only where they say more than the first phone and email.
        **lists,
    }


def _referral_record(referral: Referral) -> dict[str, Any]:
    return {
        "id": referral.id,
        "uid": referral.uid,
        "source": referral.source,
        "prospect": referral.prospect,
        "received_at": text_of(referral.received_at),
        "kind": referral.kind,
        "tie": referral.tie,
        "need": referral.need,
        "confidential": referral.confidential,
        "note": referral.note,
    }


def _event_record(event: Event) -> dict[str, Any]:
    return {
        "id": event.id,
        "uid": event.uid,
        "at": text_of(event.at),
        "kind": event.kind,
        "referral": event.referral,
        "person": event.person,
        "channel": event.channel,
        "note": event.note,
        "data": dict(event.data),
    }
