"""The whole truth read from JSON, in the form that `history_writing.py` gives it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from reftrack.domain.events import ON_BOOK, ON_PERSON, ON_REFERRAL, WAYS, Event
from reftrack.domain.people import (
    RELATIONS,
    TEXT_LIMIT,
    ContactPoint,
    Person,
    is_more_than_first,
)
from reftrack.domain.referrals import EXPANSION, KINDS, Referral
from reftrack.domain.times import EARLIEST
from reftrack.errors import Refused
from reftrack.exchange.history_fields import (
    KEPT_LIMIT,
    NAMING,
    Fields,
    event_known,
    keys_twice,
    object_of,
)
from reftrack.exchange.history_writing import CONTACT_KEYS, SCHEMA

# The form of the rulebook's first edition: what is new in the second is not in it, and may be.
READ = (SCHEMA, "reftrack.history/1")

_FAULTS_SHOWN = 5


@dataclass(frozen=True)
class LongDocument:
    """A history found to be in form, with the file's numbers; its events are read as wanted.

    `count` is how many events it has, `last_event` the largest number of one, 0 without any.
    `events` gives them in the order of their numbers. `timezone` is as in `Document`.
    """

    people: list[Person]
    referrals: list[Referral]
    count: int
    last_event: int
    events: Callable[[], Iterator[Event]]
    timezone: str | None

    @property
    def leaves_room(self) -> bool:
        """True if its numbers are small enough for a book to go on from them."""
        numbers = [self.last_event]
        numbers += [person.id for person in self.people]
        numbers += [referral.id for referral in self.referrals]
        return max(numbers) <= KEPT_LIMIT


Progress = Callable[[int, int], None]


def open_history(text: str, progress: Progress | None = None) -> LongDocument:
    """The document in `text`; Refused names the first faults by path, and nothing is read.

    `progress` is called with the progress of the check.
    """
    try:
        return _Long(text, progress).document()
    except _NotPlain:
        pass
    except RecursionError:
        raise _no_json(_TOO_DEEP) from None
    return _whole(text)


def _whole(text: str) -> LongDocument:
    """The document in any layout of JSON, and what is wrong with it."""
    try:
        raw = json.loads(text, parse_constant=_no_constant, object_pairs_hook=object_of)
        return _Reader().document(raw)
    except (json.JSONDecodeError, _NoNumber) as error:
        raise _no_json(str(error)) from None
    except RecursionError:
        raise _no_json(_TOO_DEEP) from None
    except ValueError:  # Python reads no number of more digits than 4300
        raise _no_json("it holds a number of thousands of digits") from None


_TOO_DEEP = "it is nested too deeply"


def _no_json(reason: str) -> Refused:
    return Refused(f"the file is not JSON: {reason}.", "Nothing was imported.")


class _NoNumber(Exception):
    """A constant such as NaN, which is JSON for some programs."""


def _no_constant(name: str) -> None:
    raise _NoNumber(f"{name} is no JSON number")


class _NotPlain(Exception):
    """The text is not laid out as `history_text` does it, or is no JSON: it is to be read whole."""


_SPACE = re.compile(r"[ \t\n\r]*")


class _Long:
    """Reads a long document record by record: people, referrals, events, once each."""

    def __init__(self, text: str, progress: Progress | None) -> None:
        self.text = text
        self.progress = progress
        self.decoded = json.JSONDecoder(
            parse_constant=_no_constant, object_pairs_hook=object_of
        ).raw_decode
        self.events_from = 0
        self.last_event = 0

    def document(self) -> LongDocument:
        reader = _Reader()
        place = self._expected(0, "{")
        timezone = None
        parts: dict[str, list[Any]] = {}
        count = 0
        for key in ("schema", "timezone", "people", "referrals", "events"):
            name, behind = self._value(self._expected(place, "" if key == "schema" else ","))
            if key == "timezone" and name != key:
                continue  # a file may leave it out
            if name != key:
                raise _NotPlain
            place = self._expected(behind, ":")
            if key == "schema":
                schema, place = self._value(place)
                if schema not in READ:
                    raise _NotPlain
                continue
            if key == "timezone":
                named, place = self._value(place)
                timezone = reader.timezone(named)
                continue
            rows = self._rows(self._expected(place, "["))
            if key == "events":
                self.events_from = place
                count = self._look_over(reader, rows)
            else:
                parts[key] = list(reader.records(rows, key))
            place = self.place
        if self._space(self._expected(place, "}")) != len(self.text):
            raise _NotPlain
        reader.look_for_named()
        reader.refuse_faults()
        return LongDocument(
            parts["people"], parts["referrals"], count, self.last_event, self.events, timezone
        )

    def _look_over(self, reader: _Reader, rows: Iterator[object]) -> int:
        count = 0
        for event in reader.records(rows, "events"):
            if event.id < self.last_event:
                raise _NotPlain  # they have to be sorted
            self.last_event = event.id
            count += 1
            if self.progress is not None and not count % _TOLD_EVERY:
                self.progress(self.place, len(self.text))
        return count

    def events(self) -> Iterator[Event]:
        """The events, read again; they are known to be in form."""
        for row in self._rows(self._expected(self.events_from, "[")):
            yield event_known(cast("dict[str, Any]", row))

    def _rows(self, place: int) -> Iterator[object]:
        """The records of a list; afterwards `place` is behind it."""
        place = self._space(place)
        if self.text[place : place + 1] == "]":
            self.place = place + 1
            return
        while True:
            row, place = self._value(place)
            self.place = place = self._space(place)
            yield row
            sign = self.text[place : place + 1]
            if sign == "]":
                self.place = place + 1
                return
            place = self._expected(place, ",")

    def _value(self, place: int) -> tuple[object, int]:
        try:
            return self.decoded(self.text, self._space(place))
        except (ValueError, RecursionError, _NoNumber):
            raise _NotPlain from None

    def _space(self, place: int) -> int:
        found = _SPACE.match(self.text, place)
        return found.end() if found else place

    def _expected(self, place: int, sign: str) -> int:
        place = self._space(place)
        if not self.text.startswith(sign, place):
            raise _NotPlain
        return place + len(sign)


_TOLD_EVERY = 2000
_ZONE_LIMIT = 64


class _Reader:
    """Reads a document, collecting what is wrong with it."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.people: set[int] = set()
        self.received: dict[int, datetime] = {}
        # By kind, the uids of the events that others name, and of the names each with its place.
        self.nameable: dict[str, set[str]] = {kind: set() for kind in NAMING.values()}
        self.named: list[tuple[str, str, str]] = []

    def document(self, raw: object) -> LongDocument:
        if not isinstance(raw, dict) or raw.get("schema") not in READ:
            schema = raw.get("schema") if isinstance(raw, dict) else None
            what = f"its schema is {json.dumps(schema)[:60]}" if schema else "it names no schema"
            raise Refused(f"the file is not a history: {what}.", f'Expected "{SCHEMA}".')
        for key in raw.keys() - {"schema", "timezone", "people", "referrals", "events"}:
            self.faults.append(f"{key[:40]}: unknown")
        self.faults += [f"{key}: stands twice" for key in keys_twice(raw)]
        people: list[Person] = list(self.records(self.rows(raw, "people"), "people"))
        referrals: list[Referral] = list(self.records(self.rows(raw, "referrals"), "referrals"))
        events: list[Event] = list(self.records(self.rows(raw, "events"), "events"))
        timezone = self.timezone(raw.get("timezone"))
        self.look_for_named()
        self.refuse_faults()
        events.sort(key=lambda event: event.id)
        last = events[-1].id if events else 0
        return LongDocument(people, referrals, len(events), last, lambda: iter(events), timezone)

    def timezone(self, name: object) -> str | None:
        """The name of a time zone, whether or not one of that name exists."""
        if name is None or (isinstance(name, str) and 0 < len(name) <= _ZONE_LIMIT):
            return name
        self.faults.append("timezone: not the name of a time zone, such as Europe/London")
        return None

    def refuse_faults(self) -> None:
        if self.faults:
            shown = "; ".join(self.faults[:_FAULTS_SHOWN])
            more = len(self.faults) - _FAULTS_SHOWN
            raise Refused(
                f"the file breaks the form at {shown}" + (f"; and {more} more" if more > 0 else ""),
                "Nothing was imported. Mend these and import again.",
            )

    def look_for_named(self) -> None:
        """Notes what events name that is not there, once all of them are known."""
        for path, kind, uid in self.named:
            if uid not in self.nameable[kind]:
                self.faults.append(f"{path}: there is no {kind} event of this uid")

    def rows(self, raw: dict[str, object], name: str) -> Iterable[object]:
        rows = raw.get(name)
        if rows is None:
            return ()
        if not isinstance(rows, list):
            self.faults.append(f"{name}: not a list")
            return ()
        return rows

    def records(self, rows: Iterable[object], name: str) -> Iterator[Any]:
        """The records of one section that are in form; the others become faults."""
        build: Callable[[Fields], Any] = {
            "people": self.person,
            "referrals": self.referral,
            "events": self.event,
        }[name]
        numbers: set[int] = set()
        uids: set[str] = set()
        for place, row in enumerate(rows):
            path = f"{name}[{place}]"
            if not isinstance(row, dict):
                self.faults.append(f"{path}: not an object")
                continue
            fields = Fields(path, row, self.faults)
            record = build(fields)
            fields.nothing_else()
            if record.id in numbers:
                self.faults.append(f"{path}.id: the number {record.id} stands twice")
            if record.uid in uids:
                self.faults.append(f"{path}.uid: stands twice")
            numbers.add(record.id)
            uids.add(record.uid)
            # Later events name it by its number.
            if name == "people":
                self.people.add(record.id)
            elif name == "referrals":
                self.received[record.id] = record.received_at
            yield record

    def person(self, fields: Fields) -> Person:
        first: dict[str, str | None] = {}
        contacts: list[ContactPoint] = []
        for kind, key in CONTACT_KEYS.items():
            first[kind] = None if kind == "address" else fields.line(kind)
            points = fields.contacts(key, kind)
            if kind != "address" and points:
                first[kind] = first[kind] or points[0].value
                if first[kind] != points[0].value:
                    fields.fault(key, f"its first is another {kind} than `{kind}` says")
            if is_more_than_first(points):
                contacts += points
        return Person(
            id=fields.number("id"),
            uid=fields.uid(),
            name=fields.name("name") or "?",
            email=first["email"],
            phone=first["phone"],
            company=fields.line("company"),
            relation=fields.one_of("relation", RELATIONS),
            updates=fields.updates(),
            channel=fields.one_of("channel", WAYS),
            note=fields.text("note", TEXT_LIMIT),
            contacts=tuple(contacts),
        )

    def referral(self, fields: Fields) -> Referral:
        referral = Referral(
            id=fields.number("id"),
            uid=fields.uid(),
            source=fields.number("source", self.people),
            prospect=fields.number("prospect", self.people),
            received_at=fields.instant("received_at"),
            kind=fields.one_of("kind", KINDS, is_required=True) or KINDS[0],
            tie=fields.line("tie"),
            need=fields.text("need", TEXT_LIMIT),
            confidential=fields.tick("confidential"),
            note=fields.text("note", TEXT_LIMIT),
        )
        if (referral.kind == EXPANSION) != (referral.source == referral.prospect):
            fields.fault("kind", "expansion exactly when source and prospect are one person")
        return referral

    def event(self, fields: Fields) -> Event:
        event = Event(
            id=fields.number("id"),
            uid=fields.uid(),
            at=fields.instant("at"),
            kind=fields.one_of("kind", ON_REFERRAL | ON_PERSON | ON_BOOK, is_required=True) or "",
            referral=fields.optional_number("referral", self.received.keys()),
            person=fields.optional_number("person", self.people),
            channel=fields.one_of("channel", WAYS),
            note=fields.text("note", TEXT_LIMIT),
            data=fields.data(),
        )
        fields.kind_says(event.kind, event.data)
        if event.kind in self.nameable:
            self.nameable[event.kind].add(event.uid)
        for key in NAMING.keys() & event.data.keys():
            self.named.append((f"{fields.path}.data.{key}", NAMING[key], event.data[key]))
        if event.referral is not None and event.person is not None:
            fields.fault("person", "an event is on a referral or on a person, not on both")
        elif event.referral is not None:
            fields.kind_belongs(event.kind, ON_REFERRAL, "a referral")
            if event.at < self.received.get(event.referral, EARLIEST):
                fields.fault("at", "before its referral was received")
        elif event.person is not None:
            fields.kind_belongs(event.kind, ON_PERSON, "a person")
        else:
            fields.kind_belongs(event.kind, ON_BOOK, "the whole book")
        return event
