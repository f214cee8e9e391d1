"""The history of a book, or of the part of it that some subjects need."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from operator import attrgetter

from reftrack.domain.events import Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral

_BY_RECEIPT = attrgetter("received_at", "id")


@dataclass(frozen=True)
class History:
    """People, referrals and events, each found by what it belongs to, in the history's order."""

    people: dict[int, Person]
    referrals: dict[int, Referral]
    book: list[Event] = field(default_factory=list)
    on_referral: dict[int, list[Event]] = field(default_factory=dict)
    on_person: dict[int, list[Event]] = field(default_factory=dict)
    sent_by: dict[int, list[Referral]] = field(default_factory=dict)
    prospect_of: dict[int, list[Referral]] = field(default_factory=dict)

    @classmethod
    def of(
        cls, people: Iterable[Person], referrals: Iterable[Referral], events: Iterable[Event]
    ) -> History:
        """The history of these; the order in which they are given does not matter."""
        book: list[Event] = []
        on_referral: dict[int, list[Event]] = defaultdict(list)
        on_person: dict[int, list[Event]] = defaultdict(list)
        sent_by: dict[int, list[Referral]] = defaultdict(list)
        prospect_of: dict[int, list[Referral]] = defaultdict(list)
        for event in sorted(events, key=attrgetter("at", "id")):
            if event.referral is not None:
                on_referral[event.referral].append(event)
            elif event.person is not None:
                on_person[event.person].append(event)
            else:
                book.append(event)
        numbered = {}
        for referral in sorted(referrals, key=_BY_RECEIPT):
            numbered[referral.id] = referral
            sent_by[referral.source].append(referral)
            prospect_of[referral.prospect].append(referral)
        return cls(
            {person.id: person for person in people},
            numbered,
            book,
            dict(on_referral),
            dict(on_person),
            dict(sent_by),
            dict(prospect_of),
        )

    def events(self) -> Iterator[Event]:
        """All its events; in order within one subject, in none between them."""
        return chain(self.book, *self.on_referral.values(), *self.on_person.values())

    def last(self) -> datetime | None:
        """The instant of its last event or receipt, None where there is nothing."""
        instants = [event.at for event in self.events()]
        instants += [referral.received_at for referral in self.referrals.values()]
        return max(instants, default=None)

    def until(self, now: datetime) -> History:
        """The history as it stood at `now`: what lies later has not happened yet."""
        kept = {r.id for r in self.referrals.values() if r.received_at <= now}
        events = [
            event
            for event in self.events()
            if event.at <= now and (event.referral is None or event.referral in kept)
        ]
        return History.of(
            self.people.values(), (r for r in self.referrals.values() if r.id in kept), events
        )
