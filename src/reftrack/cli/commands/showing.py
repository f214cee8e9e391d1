"""`show`: all about a referral, or about a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from reftrack.cli.asking import wanted
from reftrack.cli.commands.relations import Relations
from reftrack.cli.here import Here
from reftrack.cli.lines import (
    Letter,
    Section,
    item_document,
    records_of,
)
from reftrack.cli.naming import Names
from reftrack.cli.options import Json
from reftrack.cli.output import say_json
from reftrack.cli.screen import show_facts, show_letter
from reftrack.domain.events import JSON_LIMIT, Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.domain.times import instant_of, text_of
from reftrack.rules.courtesies import Subject
from reftrack.store.outlook import Outlook
from reftrack.wording import times
from reftrack.wording.stages import stage_of


def show(
    ctx: typer.Context,
    what: Annotated[
        str | None,
        typer.Argument(metavar="REF | PERSON", help="12, a name, or @7.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """All about a referral, or about a person: what happened, and what is owed."""
    here: Here = ctx.obj
    text = wanted(what, "Which referral or whom", "reftrack show 12")
    with here.outlook() as outlook:
        if outlook is None:
            raise here.no_book()
        found = Names(outlook).referral_or_person(text)
        story = (
            _PersonPage(outlook, found)
            if isinstance(found, Person)
            else _ReferralPage(outlook, found)
        )
    if json:
        say_json(story.document())
        return
    show_facts(story.title, story.facts)
    if history := story.history():
        show_facts("HISTORY", history, is_first=False)
    show_letter(story.letter())


class _Page:
    """What `show` says of a referral or a person; all is read when it is made."""

    title: str
    facts: list[tuple[str, str]]

    def __init__(
        self, outlook: Outlook, subjects: Sequence[Subject], events: Iterable[Event]
    ) -> None:
        self.outlook = outlook
        self.now, self.zone = outlook.now, outlook.terms.calendar.zone
        self.events = sorted(
            (event for event in events if event.at <= outlook.horizon),
            key=lambda event: event.place,
        )
        self.items = outlook.items(outlook.stand(outlook.open_on(subjects)))
        sent_to = {event.data["to"] for event in self.events if event.data.get("to")}
        self.receivers = outlook.reader.names_by_uid(sent_to)

    def happened(self, event: Event) -> str:
        """The event on one line."""
        parts = [event.kind.replace("-", " ")]
        if event.channel:
            parts.append(f"({event.channel.replace('-', ' ')})")
        said = [self._said(key, value) for key, value in event.data.items()]
        if event.note:
            said.append(f"note: {event.note}")
        return " ".join(parts) + (f"  {'; '.join(said)}" if said else "")

    def _said(self, key: str, value: object) -> str:
        """One thing that the event says, in words."""
        if key == "text":
            return str(value)
        if key == "until":
            return f"until {times.stamp(instant_of(str(value)), self.zone)}"
        if key == "to":
            return f"to {self.receivers.get(str(value), value)}"
        return f"{key.replace('_', ' ')}: {_shown(value)}"

    def history(self) -> list[tuple[str, str]]:
        """What happened, each with its instant."""
        return [(times.stamp(event.at, self.zone), self.happened(event)) for event in self.events]

    def letter(self) -> Letter:
        """What is owed now, and what is to come."""
        letter = Letter("", "")
        policy = self.outlook.terms.policy
        for title, status in (("OWED", False), ("UPCOMING", True)):
            chosen = [item for item in self.items if (item.status == "upcoming") == status]
            if chosen:
                owed = records_of(chosen, self.now, self.zone, policy)
                letter.sections.append(Section(title, owed))
        if not self.items:
            letter.closing.append("Nothing is owed.")
        return letter

    def owed(self) -> list[dict[str, object]]:
        """The items in the form of `due --json`."""
        return [item_document(item, self.outlook.terms.policy) for item in self.items]

    def document(self) -> dict[str, object]:
        """The page for a program."""
        raise NotImplementedError


class _ReferralPage(_Page):
    def __init__(self, outlook: Outlook, referral: Referral) -> None:
        reader = outlook.reader
        super().__init__(
            outlook, [("referral", referral.id)], reader.events_on("referral", [referral.id])
        )
        self.referral = referral
        people = {p.id: p for p in reader.people([referral.source, referral.prospect])}
        self.source, self.prospect = people[referral.source], people[referral.prospect]
        self.standing = outlook.standings([referral.id])[referral.id]
        named = f"{self.prospect.name}, from {self.source.name}"
        if referral.is_expansion:
            named = f"{self.prospect.name}, new business"
        self.title = f"{referral.id}  {named}"
        since = times.stamp(self.standing.since, self.zone)
        reach = [text for text in (self.prospect.phone, self.prospect.email) if text]
        self.facts = [
            ("Stage", f"{stage_of(self.standing)}, since {since}"),
            ("Received", times.stamp(referral.received_at, self.zone)),
            ("Kind", referral.kind),
            ("Source", f"@{self.source.id} {self.source.name}"),
            ("Prospect", f"@{self.prospect.id} {self.prospect.name}"),
            ("Tie", referral.tie or ""),
            ("Company", self.prospect.company or ""),
            ("Reach", ", ".join(reach)),
            ("Need", referral.need or ""),
            ("Note", referral.note or ""),
        ]

    def document(self) -> dict[str, object]:
        referral = self.referral
        return {
            "schema": "reftrack.referral/1",
            "now": text_of(self.now),
            "referral": referral.id,
            "source": {"id": self.source.id, "name": self.source.name},
            "prospect": {"id": self.prospect.id, "name": self.prospect.name},
            "kind": referral.kind,
            "received_at": text_of(referral.received_at),
            "tie": referral.tie,
            "need": referral.need,
            "note": referral.note,
            "stage": self.standing.stage,
            "since": text_of(self.standing.since),
            "ended_at": text_of(self.standing.ended_at) if self.standing.ended_at else None,
            "events": [_event_document(event) for event in self.events],
            "owed": self.owed(),
        }


class _PersonPage(_Page):
    def __init__(self, outlook: Outlook, person: Person) -> None:
        reader = outlook.reader
        self.sent = self._received(reader.referrals_of("source", [person.id]), outlook)
        self.been = self._received(reader.referrals_of("prospect", [person.id]), outlook)
        numbers = {referral.id for referral in (*self.sent, *self.been)}
        events = [
            *reader.events_on("person", [person.id]),
            *reader.events_on("referral", numbers),
        ]
        subjects: list[Subject] = [("person", person.id)]
        subjects += [("referral", number) for number in sorted(numbers)]
        super().__init__(outlook, subjects, events)
        self.items = [item for item in self.items if item.to.id == person.id]
        self.person = person
        self.standings = outlook.standings(numbers)
        others = {r.prospect for r in self.sent} | {r.source for r in self.been}
        names = {other.id: other.name for other in reader.people(others)}
        self.title = f"@{person.id}  {person.name}"
        self.facts = [
            ("Relation", person.relation or ""),
            ("Company", person.company or ""),
            ("Phone", person.phone or ""),
            ("Email", person.email or ""),
            ("Wishes", ", ".join(text for text in (person.updates, person.channel) if text)),
            ("Note", person.note or ""),
        ]
        for referral in self.sent:
            about = f"{names[referral.prospect]} ({stage_of(self.standings[referral.id])})"
            tie = f", {referral.tie}" if referral.tie else ""
            self.facts.append((f"Sent {referral.id}", about + tie))
        for referral in self.been:
            if not referral.is_expansion:
                stage = stage_of(self.standings[referral.id])
                tie = f", {referral.tie}" if referral.tie else ""
                self.facts.append(
                    (f"Came {referral.id}", f"from {names[referral.source]}{tie} ({stage})")
                )
        self.relations = Relations(outlook, person, self.sent)
        self.facts += self.relations.facts(self.zone, stage_of)

    @staticmethod
    def _received(referrals: Iterable[Referral], outlook: Outlook) -> list[Referral]:
        return sorted(
            (r for r in referrals if r.received_at <= outlook.horizon), key=lambda r: r.id
        )

    def happened(self, event: Event) -> str:
        text = super().happened(event)
        return f"{event.referral}: {text}" if event.referral is not None else text

    def history(self) -> list[tuple[str, str]]:
        """What happened, and when each referral came, which is no event."""
        told = [(event.at, event.id, self.happened(event)) for event in self.events]
        received = {r.id: r for r in (*self.sent, *self.been)}.values()
        told += [(r.received_at, 0, f"{r.id}: received") for r in received]
        return [(times.stamp(at, self.zone), text) for at, _, text in sorted(told)]

    def document(self) -> dict[str, object]:
        person = self.person
        return {
            "schema": "reftrack.person/1",
            "now": text_of(self.now),
            "person": {
                "id": person.id,
                "name": person.name,
                "email": person.email,
                "phone": person.phone,
                "company": person.company,
                "relation": person.relation,
                "updates": person.updates,
                "channel": person.channel,
                "note": person.note,
            },
            "sent": [referral.id for referral in self.sent],
            "prospect_of": [referral.id for referral in self.been],
            **self.relations.document(),
            "events": [_event_document(event) for event in self.events],
            "owed": self.owed(),
        }


def _shown(value: object) -> str:
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _event_document(event: Event) -> dict[str, object]:
    return {
        "id": event.id if event.id < JSON_LIMIT else None,
        "uid": event.uid,
        "at": text_of(event.at),
        "kind": event.kind,
        "referral": event.referral,
        "person": event.person,
        "channel": event.channel,
        "note": event.note,
        "data": dict(event.data),
    }
