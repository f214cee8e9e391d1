"""How people are connected by referrals: back to the first source, and on to whom they led."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import tzinfo

from reftrack.cli.commands.sources import favours_of
from reftrack.domain.counting import counted, listed
from reftrack.domain.events import TOUCH, Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral, Standing
from reftrack.domain.times import text_of
from reftrack.store.balance import Balance
from reftrack.store.outlook import Outlook
from reftrack.wording import times

_LINES = 20


class Relations:
    """The relationships of one person; all is read when it is made.

    `back` leads from the first source of all to them, `onward` from those whom they sent to whoever
    came through these; new business from the same contact leads to nobody.
    """

    def __init__(self, outlook: Outlook, person: Person, sent: Sequence[Referral]) -> None:
        self._outlook = outlook
        self.person = person
        self.back = self._read_back()
        self.onward = self._read_onward(sent)
        links = (*self.back, *self.onward)
        numbers = {number for r in links for number in (r.source, r.prospect)}
        self.names = {other.id: other.name for other in outlook.reader.people(numbers)}
        self.stages = outlook.standings(referral.id for referral in self.onward)
        self.balance, self.given, self.touches = self._read_favours()

    def _of(self, role: str, people: Iterable[int]) -> list[Referral]:
        found = [
            referral
            for referral in self._outlook.reader.referrals_of(role, people)
            if referral.received_at <= self._outlook.horizon and not referral.is_expansion
        ]
        return sorted(found, key=lambda referral: (referral.received_at, referral.id))

    def _read_back(self) -> list[Referral]:
        """From each the first referral that brought them, as long as it came before the next."""
        back: list[Referral] = []
        seen, number, until = {self.person.id}, self.person.id, self._outlook.horizon
        while found := [r for r in self._of("prospect", [number]) if r.received_at <= until]:
            first = found[0]
            back.insert(0, first)
            if first.source in seen:
                break
            seen.add(first.source)
            number, until = first.source, first.received_at
        return back

    def _read_onward(self, sent: Sequence[Referral]) -> list[Referral]:
        """What the prospects sent since they came, then what theirs sent, and so on."""
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

    def _read_favours(self) -> tuple[Balance, list[Event], list[Event]]:
        """The favours between us, those that I did, and every word to them as a source."""
        outlook = self._outlook
        reading = outlook.reading_at(outlook.horizon, ("person", self.person.id))
        story = reading.person_story(self.person.id)
        given = [event for event in story.events if event.kind == "given"]
        let_go = [
            courtesy
            for courtesy in reading.on_person(story)
            if courtesy.rule == "return-favour" and courtesy.outcome == "waived"
        ]
        balance = Balance(self.person.id, given=len(given), let_go=len(let_go))
        balance.good_ones = {proof.referral for proof in story.proofs()}
        touches = [
            event
            for referral in reading.history.sent_by.get(self.person.id, ())
            for event in reading.history.on_referral.get(referral.id, ())
            if event.kind in TOUCH
        ]
        return balance, given, sorted(touches, key=lambda event: event.place)

    def facts(self, zone: tzinfo, stage_of: Callable[[Standing], str]) -> list[tuple[str, str]]:
        """What the page says of it, a label and a text each."""
        facts = []
        if len(self.back) > 1:
            first, *others = self.back
            chain = f"{self._name(first.source)} referred {self._name(first.prospect)} ({first.id})"
            chain += "".join(f", who referred {self._name(r.prospect)} ({r.id})" for r in others)
            facts.append(("Chain", chain))
        for referral in self.onward[:_LINES]:
            said = f"{self._name(referral.source)} referred {self._name(referral.prospect)}"
            stage = stage_of(self.stages[referral.id])
            facts.append((f"Led to {referral.id}", f"{said} ({stage})"))
        if len(self.onward) > _LINES:
            facts.append(("Led to", f"{len(self.onward) - _LINES} more"))
        if self.balance.received or self.given:
            facts.append(("Favours", self._favours(zone)))
        if self.touches:
            last = times.stamp(self.touches[-1].at, zone)
            facts.append(("Touches", f"{len(self.touches)}, the last {last}"))
        return facts

    def _name(self, number: int) -> str:
        return self.person.name if number == self.person.id else self.names[number]

    def _favours(self, zone: tzinfo) -> str:
        received = self.balance.received
        text = f"{favours_of(self.balance)}: {counted(received, 'good referral')} from them"
        text += f", {len(self.given)} given"
        text += f", {self.balance.let_go} let go" if self.balance.let_go else ""
        if self.given:
            now = self._outlook.now
            given = [
                f"{event.data.get('prospect') or 'somebody'}, {times.day(event.at, now, zone)}"
                for event in reversed(self.given)
            ]
            text += f" ({listed(given)})" if len(given) < 3 else f" (last {given[0]})"
        return text

    def document(self) -> dict[str, object]:
        """The same for a program."""
        return {
            "chain": [self._link(referral) for referral in self.back],
            "led_to": [self._link(referral) for referral in self.onward],
            "favours": {
                "received": self.balance.received,
                "let_go": self.balance.let_go,
                "given": self.balance.given,
                "balance": favours_of(self.balance),
            },
            "touches": len(self.touches),
            "last_touch_at": text_of(self.touches[-1].at) if self.touches else None,
        }

    def _link(self, referral: Referral) -> dict[str, object]:
        return {
            "referral": referral.id,
            "source": {"id": referral.source, "name": self._name(referral.source)},
            "prospect": {"id": referral.prospect, "name": self._name(referral.prospect)},
        }
