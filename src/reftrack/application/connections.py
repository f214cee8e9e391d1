"""Connections by referrals: back to the first source, and on to the people they led to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reftrack.domain.events import TOUCH, Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral, Standing
from reftrack.store.balance import Balance
from reftrack.store.outlook import Outlook


@dataclass(frozen=True, slots=True)
class Connections:
    """The relationships of one person.

    `back` leads from the first source of all to them, `onward` from those whom they sent to whoever
    came through these; new business from the same contact leads to nobody. `names` has everybody in
    them, `stages` how each of `onward` stands. `given` are the favours that I did, `touches` every
    word to them as a source.
    """

    person: Person
    back: tuple[Referral, ...]
    onward: tuple[Referral, ...]
    names: Mapping[int, str]
    stages: Mapping[int, Standing]
    balance: Balance
    given: tuple[Event, ...]
    touches: tuple[Event, ...]

    def name(self, number: int) -> str:
        """The name of somebody in these connections."""
        return self.person.name if number == self.person.id else self.names[number]


def connections_of(outlook: Outlook, person: Person, sent: Sequence[Referral]) -> Connections:
    """The connections of somebody who sent these referrals."""
    links = _Links(outlook, person)
    back, onward = links.back(), links.onward(sent)
    numbers = {number for r in (*back, *onward) for number in (r.source, r.prospect)}
    names = {other.id: other.name for other in outlook.reader.people(numbers)}
    stages = outlook.standings(referral.id for referral in onward)
    balance, given, touches = _favours(outlook, person)
    return Connections(
        person, tuple(back), tuple(onward), names, stages, balance, tuple(given), tuple(touches)
    )


class _Links:
    """The referrals around one person, as they are on record by now."""

    def __init__(self, outlook: Outlook, person: Person) -> None:
        self._outlook = outlook
        self._person = person.id

    def _of(self, role: str, people: Iterable[int]) -> list[Referral]:
        found = [r for r in self._outlook.referrals_of(role, people) if not r.is_expansion]
        return sorted(found, key=lambda referral: (referral.received_at, referral.id))

    def back(self) -> list[Referral]:
        """The first referrals that brought each one, going back, each before the one it led to."""
        back: list[Referral] = []
        seen, number, until = {self._person}, self._person, self._outlook.horizon
        while found := [r for r in self._of("prospect", [number]) if r.received_at <= until]:
            first = found[0]
            back.insert(0, first)
            if first.source in seen:
                break
            seen.add(first.source)
            number, until = first.source, first.received_at
        return back

    def onward(self, sent: Sequence[Referral]) -> list[Referral]:
        """The referrals that the prospects sent since they came, then theirs, and so on."""
        onward: list[Referral] = []
        since = {r.prospect: r.received_at for r in reversed(sent) if not r.is_expansion}
        seen = {referral.id for referral in sent}
        while since:
            found = [
                referral
                for referral in self._of("source", since)
                if referral.received_at >= since[referral.source] and referral.id not in seen
            ]
            seen |= {referral.id for referral in found}
            since = {referral.prospect: referral.received_at for referral in reversed(found)}
            onward += found
        return onward


def _favours(outlook: Outlook, person: Person) -> tuple[Balance, list[Event], list[Event]]:
    """The favours between us, those that I did, and every touch on them as a source."""
    reading = outlook.reading_at(outlook.horizon, ("person", person.id))
    story = reading.person_story(person.id)
    given = [event for event in story.events if event.kind == "given"]
    let_go = [
        courtesy
        for courtesy in reading.on_person(story)
        if courtesy.rule == "return-favour" and courtesy.outcome == "waived"
    ]
    balance = Balance(person.id, given=len(given), let_go=len(let_go))
    balance.good_ones = {proof.referral for proof in story.proofs()}
    touches = [
        event
        for referral in reading.history.sent_by.get(person.id, ())
        # Without those that went to somebody who was taken for the source.
        for event in reading.referral_story(referral).events_of_source
        if event.kind in TOUCH
    ]
    return balance, given, sorted(touches, key=lambda event: event.place)
