"""The command `show`: the page of a referral or a person."""

from __future__ import annotations

from datetime import date

import typer

from reftrack.application.records import records_of
from reftrack.application.showing import PersonPage, ReferralPage, Story
from reftrack.application.showing import show as page_of
from reftrack.cli.answers import say_notes
from reftrack.cli.asking import wanted
from reftrack.cli.commands.connections import document_of, facts_of
from reftrack.cli.display import show_facts, show_screen
from reftrack.cli.documents import owed_document
from reftrack.cli.invocation import Invocation
from reftrack.cli.lines import line_of
from reftrack.cli.options import Json, RefOrPerson
from reftrack.cli.output import say_json
from reftrack.cli.screens import Screen, Section
from reftrack.domain.events import JSON_LIMIT, Event
from reftrack.domain.people import Person, with_former
from reftrack.domain.times import instant_of, text_of
from reftrack.hints import command
from reftrack.wording import times
from reftrack.wording.stages import stage_of, title_of

Page = ReferralPage | PersonPage


def show(ctx: typer.Context, what: RefOrPerson = None, json: Json = False) -> None:
    """All about a referral, or about a person: what happened, and what is owed."""
    text = wanted(what, "Which referral or whom", command("show", 12))
    show_page(ctx.obj, text, is_json=json)


def show_page(here: Invocation, text: str, *, is_json: bool = False) -> None:
    """Prints the page of the referral or person that `text` names."""
    page = page_of(here.session, text)
    say_notes(here.session)
    if is_json:
        say_json(_document(page))
        return
    title, facts = _facts(page)
    show_facts(title, facts)
    if history := _history(page):
        show_facts("HISTORY", history, is_first=False)
    show_screen(_owed(page.story))


def _facts(page: Page) -> tuple[str, list[tuple[str, str]]]:
    """The title of the page, and its facts with their labels."""
    return _referral_facts(page) if isinstance(page, ReferralPage) else _person_facts(page)


def _history(page: Page) -> list[tuple[str, str]]:
    """The events of a referral or a person, each with its instant."""
    return _referral_history(page) if isinstance(page, ReferralPage) else _person_history(page)


def _document(page: Page) -> dict[str, object]:
    """The page for a program."""
    return _referral_document(page) if isinstance(page, ReferralPage) else _person_document(page)


def _referral_facts(page: ReferralPage) -> tuple[str, list[tuple[str, str]]]:
    referral, source, prospect = page.referral, page.source, page.prospect
    zone = page.story.present.zone
    title = title_of(referral, prospect.name, source.name)
    since = times.stamp(page.standing.since, zone)
    return f"{referral.id}  {title}", [
        ("Stage", f"{stage_of(page.standing)}, since {since}"),
        ("Received", times.stamp(referral.received_at, zone)),
        ("Kind", referral.kind),
        ("Source", f"@{source.id} {_known_as(source, page)}"),
        ("Prospect", f"@{prospect.id} {_known_as(prospect, page)}"),
        ("Tie", referral.tie or ""),
        ("Confidential", f"{source.name} asked not to be named" if referral.confidential else ""),
        ("Company", prospect.company or ""),
        ("Reach", ", ".join(text for text in (prospect.phone, prospect.email) if text)),
        ("Need", referral.need or ""),
        ("Worth", ", ".join(page.worth)),
        ("Note", referral.note or ""),
    ]


def _known_as(person: Person, page: ReferralPage) -> str:
    return with_former(person.name, page.former.get(person.id, ()))


def _person_facts(page: PersonPage) -> tuple[str, list[tuple[str, str]]]:
    person = page.person
    facts = [
        ("Relation", person.relation or ""),
        ("Company", person.company or ""),
        ("Phone", person.phone or ""),
        ("Email", person.email or ""),
        ("Wishes", ", ".join(text for text in (person.updates, person.channel) if text)),
        ("Note", person.note or ""),
    ]
    for referral in page.sent:
        about = f"{page.names[referral.prospect]} ({stage_of(page.standings[referral.id])})"
        tie = f", {referral.tie}" if referral.tie else ""
        facts.append((f"Sent {referral.id}", about + tie))
    for referral in page.been:
        if not referral.is_expansion:
            stage = stage_of(page.standings[referral.id])
            tie = f", {referral.tie}" if referral.tie else ""
            came = f"from {page.names[referral.source]}{tie} ({stage})"
            facts.append((f"Came {referral.id}", came))
    facts += facts_of(page.connections, page.story.present)
    return f"@{person.id}  {with_former(person.name, page.former)}", facts


def _referral_history(page: ReferralPage) -> list[tuple[str, str]]:
    story = page.story
    return [(times.stamp(e.at, story.present.zone), _happened(e, story)) for e in story.events]


def _person_history(page: PersonPage) -> list[tuple[str, str]]:
    """The events of a person, and the receipt of each referral, which is no event."""
    told = []
    for event in page.story.events:
        on = "" if event.referral is None else f"{event.referral}: "
        told.append((event.at, event.id, on + _happened(event, page.story)))
    received = {r.id: r for r in (*page.sent, *page.been)}.values()
    told += [(r.received_at, 0, f"{r.id}: received") for r in received]
    zone = page.story.present.zone
    return [(times.stamp(at, zone), text) for at, _, text in sorted(told)]


def _happened(event: Event, story: Story) -> str:
    """An event on one line."""
    parts = [event.kind.replace("-", " ")]
    if event.uid in story.said_to:
        parts.append(story.said_to[event.uid])
    if event.channel:
        parts.append(f"({event.channel.replace('-', ' ')})")
    said = [text for key, value in event.data.items() if (text := _said(key, value, story))]
    if event.note:
        said.append(f"note: {event.note}")
    return " ".join(parts) + (f"  {'; '.join(said)}" if said else "")


def _said(key: str, value: object, story: Story) -> str:
    """One detail of the event, in words; empty for what is said elsewhere on the page."""
    if key in _SAID_ELSEWHERE:
        return ""
    text = str(value)
    if key in _WHEN:
        return f"{_WHEN[key]} {times.stamp(instant_of(text), story.present.zone)}"
    if key == "on":
        return f"on {times.date_of(date.fromisoformat(text))}"
    if key in ("to", "from"):
        return f"{key} {story.receivers.get(text, text)}"
    if key in _WORDS:
        return story.words.get(text, "") if key != "text" else text
    if isinstance(value, bool):
        text = "yes" if value else "no"
    return f"{key.replace('_', ' ')}: {text}"


_WHEN = {"at": "for", "due": "by", "until": "until"}
# Words, or the uid of an event that has them.
_WORDS = frozenset({"text", "promise", "problem"})
# What a sale was worth is among the facts; which referral a promise is about, nobody calls by uid;
# that words were news of no one thing shows in what stays owed.
_SAID_ELSEWHERE = frozenset({"value", "currency", "referral", "news"})


def _owed(story: Story) -> Screen:
    """The courtesies that are owed now, and those to come."""
    screen = Screen()
    for title, is_upcoming in (("OWED", False), ("UPCOMING", True)):
        chosen = [owed for owed in story.owed if (owed.status == "upcoming") == is_upcoming]
        if chosen:
            lines = [line_of(record, story.present) for record in records_of(chosen)]
            screen.sections.append(Section(title, lines))
    if not story.owed:
        screen.closing.append("Nothing is owed.")
    return screen


# For a program.


def _referral_document(page: ReferralPage) -> dict[str, object]:
    referral, standing = page.referral, page.standing
    return {
        "schema": "reftrack.referral/1",
        "now": text_of(page.story.present.now),
        "referral": referral.id,
        "source": {"id": page.source.id, "name": page.source.name},
        "prospect": {"id": page.prospect.id, "name": page.prospect.name},
        "kind": referral.kind,
        "received_at": text_of(referral.received_at),
        "tie": referral.tie,
        "need": referral.need,
        "confidential": referral.confidential,
        "note": referral.note,
        "worth": list(page.worth),
        "stage": standing.stage,
        "since": text_of(standing.since),
        "ended_at": text_of(standing.ended_at) if standing.ended_at else None,
        **_story_document(page.story),
    }


def _person_document(page: PersonPage) -> dict[str, object]:
    person = page.person
    return {
        "schema": "reftrack.person/1",
        "now": text_of(page.story.present.now),
        "person": {
            "id": person.id,
            "name": person.name,
            "former_names": list(page.former),
            "email": person.email,
            "phone": person.phone,
            "company": person.company,
            "relation": person.relation,
            "updates": person.updates,
            "channel": person.channel,
            "note": person.note,
        },
        "sent": [referral.id for referral in page.sent],
        "prospect_of": [referral.id for referral in page.been],
        **document_of(page.connections),
        **_story_document(page.story),
    }


def _story_document(story: Story) -> dict[str, object]:
    return {
        "events": [_event_document(event) for event in story.events],
        "owed": [owed_document(owed) for owed in story.owed],
    }


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
