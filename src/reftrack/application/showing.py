"""The page of a referral or of a person: what happened, and what is owed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from reftrack.application.connections import Connections, connections_of
from reftrack.application.records import Owed, owed_of
from reftrack.application.results import Present
from reftrack.application.session import Session
from reftrack.domain.events import TOUCH, Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral, Standing
from reftrack.rules.courtesies import Subject
from reftrack.rules.story import ReferralStory
from reftrack.store.outlook import Outlook


@dataclass(frozen=True, slots=True)
class Story:
    """The events on a subject, in order, and what is owed or will be.

    `receivers` are the names of those to whom prospects were sent, or who had been the source, by
    uid; `words` has what an event said that a later one names, by uid. `said_to` names whom a touch
    went to, by its uid, where that was somebody who was taken for the source.
    """

    present: Present
    events: tuple[Event, ...]
    owed: tuple[Owed, ...]
    receivers: Mapping[str, str]
    words: Mapping[str, str]
    said_to: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """The page of one referral; its need, its notes and what it was worth are private.

    `former` has the names that its people had before, by their number.
    """

    referral: Referral
    source: Person
    prospect: Person
    standing: Standing
    story: Story
    former: Mapping[int, Sequence[str]]

    @property
    def worth(self) -> tuple[str, ...]:
        """The amount of each sale that says one, with its currency."""
        sales = (event.data for event in self.story.events if event.data.get("value"))
        return tuple(" ".join(filter(None, (s["value"], s.get("currency")))) for s in sales)


@dataclass(frozen=True, slots=True)
class PersonPage:
    """The page of one person: the referrals that they `sent`, and those that they have `been`.

    `names` has the others of these referrals, `standings` how each stands; `former` are the names
    that the person had before, the latest first.
    """

    person: Person
    sent: tuple[Referral, ...]
    been: tuple[Referral, ...]
    names: Mapping[int, str]
    standings: Mapping[int, Standing]
    connections: Connections
    story: Story
    former: Sequence[str]


def show(session: Session, what: str) -> ReferralPage | PersonPage:
    """The page of a referral or a person; NotFound where there is none, or no book."""
    with session.looking_at_a_book() as outlook:
        found = session.names(outlook).referral_or_person(what, prefers_person=True)
        if isinstance(found, Person):
            return _person_page(outlook, found)
        return _referral_page(outlook, found)


def _story(outlook: Outlook, subjects: Sequence[Subject], events: Iterable[Event]) -> Story:
    past = sorted((e for e in events if e.at <= outlook.horizon), key=lambda event: event.place)
    policy = outlook.terms.policy
    items = outlook.items(outlook.stand(outlook.open_on(subjects)))
    named = {event.data[key] for event in past for key in ("to", "from") if event.data.get(key)}
    words = {event.uid: event.data["text"] for event in past if event.data.get("text")}
    names = outlook.reader.names_by_uid(named)
    return Story(
        Present(outlook.now, outlook.terms.calendar.zone),
        tuple(past),
        tuple(owed_of(item, policy) for item in items),
        names,
        words,
        {uid: names.get(who, "somebody else") for uid, who in _said_to_others(outlook, past)},
    )


def _said_to_others(outlook: Outlook, events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    """The touches that went to whoever was taken for the source, with the uid of who that was."""
    corrected = {event.referral for event in events if event.kind == "source-corrected"}
    referrals = outlook.reader.referrals(number for number in corrected if number is not None)
    for referral in referrals:
        (source,) = outlook.reader.people([referral.source])
        own = [event for event in events if event.referral == referral.id]
        story = ReferralStory(referral, own, source)
        for event in own:
            if event.kind in TOUCH and (was := story.taken_for_source(event)) is not None:
                yield event.uid, was


def _referral_page(outlook: Outlook, referral: Referral) -> ReferralPage:
    reader = outlook.reader
    people = {p.id: p for p in reader.people([referral.source, referral.prospect])}
    events = reader.events_on("referral", [referral.id])
    return ReferralPage(
        referral,
        people[referral.source],
        people[referral.prospect],
        outlook.standings([referral.id])[referral.id],
        _story(outlook, [("referral", referral.id)], events),
        reader.former_names(people),
    )


def _person_page(outlook: Outlook, person: Person) -> PersonPage:
    reader = outlook.reader
    sent, been = (tuple(outlook.referrals_of(role, [person.id])) for role in ("source", "prospect"))
    numbers = {referral.id for referral in (*sent, *been)}
    events = [*reader.events_on("person", [person.id]), *reader.events_on("referral", numbers)]
    subjects: list[Subject] = [("person", person.id)]
    subjects += [("referral", number) for number in sorted(numbers)]
    others = {r.prospect for r in sent} | {r.source for r in been}
    story = _story(outlook, subjects, events)
    theirs = tuple(owed for owed in story.owed if owed.to.id == person.id)
    return PersonPage(
        person,
        sent,
        been,
        {other.id: other.name for other in reader.people(others)},
        outlook.standings(numbers),
        connections_of(outlook, person, sent),
        replace(story, owed=theirs),
        reader.former_names([person.id]).get(person.id, ()),
    )
