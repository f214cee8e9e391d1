"""Looking: the list of referrals, the whole of one or of a person, the rulebook."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated

import typer

from reftrack.cli.asking import wanted
from reftrack.cli.here import BEGIN, Here
from reftrack.cli.lines import (
    Fold,
    Letter,
    Record,
    Section,
    item_document,
    records_of,
    subject_of,
)
from reftrack.cli.naming import Names
from reftrack.cli.options import Json
from reftrack.cli.output import say_json
from reftrack.cli.screen import show_facts, show_letter
from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral, Standing
from reftrack.domain.times import text_of
from reftrack.errors import NotFound
from reftrack.rules.courtesies import Subject
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from reftrack.store.outlook import Item, Outlook
from reftrack.wording import times
from reftrack.wording.actions import action_of, command_of

_STAGES = {"received": "received", "attempted": "tried", "contacted": "in contact"}


def stage_of(standing: Standing) -> str:
    """The stage in words."""
    return _STAGES.get(standing.stage, standing.stage.replace("-", " "))


# list


def list_(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Ended ones too.")] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="At most so many.")
    ] = None,
    json: Json = False,
) -> None:
    """The referrals, each with its next step: the live ones, and whatever still waits."""
    here: Here = ctx.obj
    with here.outlook() as outlook:
        if outlook is None:
            if json:
                say_json({"schema": "reftrack.list/1", "referrals": []})
            else:
                show_letter(Letter("", "", closing=[f"No book at {here.settings.db} yet.", BEGIN]))
            return
        rows, hidden = _list_rows(outlook, is_all=all_, limit=limit)
        now, zone = outlook.now, outlook.terms.calendar.zone
    if json:
        documents = [_row_document(*row) for row in rows]
        say_json({"schema": "reftrack.list/1", "now": text_of(now), "referrals": documents})
        return
    records = [_row_record(*row, now=now, outlook=outlook) for row in rows]
    letter = Letter(times.heading(now, zone), _counted(len(rows), is_all=all_))
    letter.sections = [Section("REFERRALS", records)] if records else []
    if hidden:
        text = f"{hidden} not shown"
        letter.folds = [Fold("ENDED" if not limit else "MORE", text, "reftrack list --all")]
    if not records and not hidden:
        letter.closing = [BEGIN]
    show_letter(letter)


def _counted(count: int, *, is_all: bool) -> str:
    what = "referral" if count == 1 else "referrals"
    return f"{count} {what}{'' if is_all else ' live or waiting'}."


_Row = tuple[Referral, Person, Person, Standing, Item | None]


def _list_rows(outlook: Outlook, *, is_all: bool, limit: int | None) -> tuple[list[_Row], int]:
    """The rows with their next courtesies, and how many are left out."""
    standings = outlook.standings()
    following: dict[int, Courtesy] = {}
    for courtesy, status in outlook.stand(outlook.open_courtesies()):
        if courtesy.referral is None or BY_NAME[courtesy.rule].is_occasion:
            continue
        first = following.get(courtesy.referral)
        if first is None or (first.opens_at > outlook.now and status != "upcoming"):
            following[courtesy.referral] = courtesy
    shown = sorted(
        number
        for number, standing in standings.items()
        if is_all or standing.ended_at is None or number in following
    )
    hidden = len(standings) - len(shown)
    if limit is not None:
        hidden += max(0, len(shown) - limit)
        shown = shown[:limit]
    referrals = sorted(outlook.reader.referrals(shown), key=lambda referral: referral.id)
    numbers = {number for r in referrals for number in (r.source, r.prospect)}
    people = {person.id: person for person in outlook.reader.people(numbers)}
    items = outlook.items(outlook.stand(following[n] for n in shown if n in following))
    next_ = {item.courtesy.referral: item for item in items}
    return [
        (r, people[r.source], people[r.prospect], standings[r.id], next_.get(r.id))
        for r in referrals
    ], hidden


def _row_record(
    referral: Referral,
    source: Person,
    prospect: Person,
    standing: Standing,
    item: Item | None,
    *,
    now: datetime,
    outlook: Outlook,
) -> Record:
    zone = outlook.terms.calendar.zone
    title = f"{prospect.name}, from {source.name}"
    if referral.is_expansion:
        title = f"{prospect.name}, new business"
    when = f"{stage_of(standing)}, {times.day(standing.since, now, zone)}"
    if item is None:
        return Record(str(referral.id), title, when, "nothing owed", "", ())
    courtesy, subject = item.courtesy, subject_of(item)
    due = (
        times.opening(courtesy.opens_at, now, zone)
        if item.status == "upcoming"
        else times.deadline(courtesy.due_at, now, zone)
    )
    action = f"{action_of(courtesy.rule, subject)}, {due}"
    return Record(str(referral.id), title, when, action, command_of(courtesy.rule, subject), ())


def _row_document(
    referral: Referral, source: Person, prospect: Person, standing: Standing, item: Item | None
) -> dict[str, object]:
    courtesy = item.courtesy if item else None
    return {
        "referral": referral.id,
        "source": {"id": source.id, "name": source.name},
        "prospect": {"id": prospect.id, "name": prospect.name},
        "kind": referral.kind,
        "received_at": text_of(referral.received_at),
        "stage": standing.stage,
        "since": text_of(standing.since),
        "ended_at": text_of(standing.ended_at) if standing.ended_at else None,
        "next": {
            "rule": courtesy.rule,
            "status": item.status,
            "opens_at": text_of(courtesy.opens_at),
            "due_at": text_of(courtesy.due_at),
            "command": command_of(courtesy.rule, subject_of(item)),
        }
        if courtesy and item
        else None,
    }


# show


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
            raise NotFound(f"there is no book at {here.settings.db} yet.", BEGIN)
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
    if story.events:
        show_facts("HISTORY", story.history(), is_first=False)
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
            (event for event in events if event.at <= self.now), key=lambda event: event.place
        )
        self.items = outlook.items(outlook.stand(outlook.open_on(subjects)))

    def happened(self, event: Event) -> str:
        """The event on one line."""
        parts = [event.kind.replace("-", " ")]
        if event.channel:
            parts.append(f"({event.channel.replace('-', ' ')})")
        said = [
            str(value) if key == "text" else f"{key.replace('_', ' ')}: {_shown(value)}"
            for key, value in event.data.items()
        ]
        if event.note:
            said.append(f"note: {event.note}")
        return " ".join(parts) + (f"  {'; '.join(said)}" if said else "")

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
                self.facts.append(
                    (f"Came {referral.id}", f"from {names[referral.source]} ({stage})")
                )

    @staticmethod
    def _received(referrals: Iterable[Referral], outlook: Outlook) -> list[Referral]:
        return sorted((r for r in referrals if r.received_at <= outlook.now), key=lambda r: r.id)

    def happened(self, event: Event) -> str:
        text = super().happened(event)
        return f"{event.referral}: {text}" if event.referral is not None else text

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
            "events": [_event_document(event) for event in self.events],
            "owed": self.owed(),
        }


def _shown(value: object) -> str:
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _event_document(event: Event) -> dict[str, object]:
    return {
        "id": event.id,
        "at": text_of(event.at),
        "kind": event.kind,
        "referral": event.referral,
        "person": event.person,
        "channel": event.channel,
        "note": event.note,
        "data": dict(event.data),
    }


# rules


def rules(ctx: typer.Context, json: Json = False) -> None:
    """The rulebook: what is owed, to whom, within which time, and why."""
    here: Here = ctx.obj
    policy = here.settings.policy
    if json:
        say_json(
            {
                "schema": "reftrack.rules/1",
                "rules": [
                    {
                        "number": rule.number,
                        "name": rule.name,
                        "class": "occasion" if rule.is_occasion else "debt",
                        "subject": rule.subject,
                        "to": rule.to,
                        "opens": rule.when,
                        "within": str(policy.within[rule.name]),
                        "off": rule.name in policy.off,
                        "way": rule.way or None,
                        "why": rule.why,
                        "sources": list(rule.sources),
                    }
                    for rule in RULEBOOK
                ],
            }
        )
        return
    letter = Letter("The rulebook", "Who is owed what, by when, and why.")
    for title, is_occasion in (("DEBTS", False), ("OCCASIONS", True)):
        records = [
            Record(
                str(rule.number),
                f"{rule.name}: {rule.why}",
                "off" if rule.name in policy.off else f"{rule.to}, {policy.within[rule.name]}",
                f"Opens {rule.when}.",
                ", ".join(rule.sources),
                (),
            )
            for rule in RULEBOOK
            if rule.is_occasion == is_occasion
        ]
        letter.sections.append(Section(title, records))
    show_letter(letter)
