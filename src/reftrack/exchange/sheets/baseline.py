"""The debts of a plan, and those that are history because they opened before the baseline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import Event
from reftrack.domain.history import History
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.domain.times import text_of
from reftrack.exchange.sheets.people import People
from reftrack.exchange.sheets.plan import BookExcerpt, SheetPlan
from reftrack.exchange.sheets.uids import hashed
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.terms import Terms

# Why a courtesy was waived, as `waive --why` would keep it.
_HISTORY = "Before the import's baseline"


@dataclass(frozen=True)
class Aftermath:
    """The history of the book as a plan leaves it, and what would be owed then."""

    known: BookExcerpt
    people: People
    parts: Mapping[int, Person]
    referrals: Sequence[Referral]
    plan: SheetPlan
    terms: Terms

    def settle(
        self, referrals: Iterable[Referral], now: datetime, baseline: datetime | None
    ) -> None:
        """Waives what opened before the baseline, round by round: some of it waits for other."""
        history, plan = self.known.history, self.plan
        subjects = self._subjects(referrals)
        others = self._keys_of_others([s for s in subjects if _is_in(history, s)])

        def opened() -> list[Courtesy]:
            found = self._open(self._history(), subjects)
            return [courtesy for courtesy in found if courtesy.key not in others]

        owed = opened()
        waived: set[str] = set()
        while baseline is not None:
            late = [courtesy for courtesy in owed if courtesy.opens_at <= baseline]
            waivers = [w for w in self._waivers(late, baseline) if w.uid not in waived]
            if not waivers:
                break
            waived |= {waiver.uid for waiver in waivers}
            plan.events = numbered([*plan.events, *waivers], history)
            owed = opened()
        plan.waivers = len(waived)
        plan.owed = [courtesy for courtesy in owed if courtesy.opens_at <= now]

    def _history(self) -> History:
        """With all that is planned by now."""
        events = [*self.known.history.events(), *self.plan.events]
        return History.of(self.parts.values(), self.referrals, events)

    def _subjects(self, referrals: Iterable[Referral]) -> list[Subject]:
        """The subjects that these referrals can affect: themselves, people, the chains before."""
        subjects: set[Subject] = set()
        for referral in referrals:
            subjects |= {("referral", referral.id)}
            subjects |= {("person", referral.source), ("person", referral.prospect)}
            earlier = self.known.history.prospect_of.get(referral.source, ())
            subjects |= {("referral", other.id) for other in earlier}
        return sorted(subjects)

    def _keys_of_others(self, subjects: Sequence[Subject]) -> set[tuple[str, int, int, str]]:
        """The open courtesies of the book that come from nothing that the sheet names."""
        history = self.known.history
        again = {referral.id for referral in self.known.by_uid.values()}
        causes = {event.uid for number in again for event in history.on_referral.get(number, ())}
        causes |= set(self.known.by_uid)
        return {
            courtesy.key
            for courtesy in self._open(history, subjects)
            if courtesy.referral not in again and courtesy.cause not in causes
        }

    def _open(self, history: History, subjects: Sequence[Subject]) -> list[Courtesy]:
        reading = Reading(history, self.terms)
        return [courtesy for courtesy in reading.courtesies(subjects) if courtesy.outcome is None]

    def _waivers(self, courtesies: Sequence[Courtesy], at: datetime) -> list[Event]:
        """The waivers that make these history: of all on an imported one, else of one rule."""
        ours = set(self.known.by_uid)
        ours |= {addition.referral.uid for addition in self.plan.additions}
        uids = {r.id: r.uid for r in self.known.history.referrals.values()}
        uids |= {addition.referral.id: addition.referral.uid for addition in self.plan.additions}
        waivers: dict[str, Event] = {}
        for courtesy in courtesies:
            if courtesy.referral is not None:
                name = uids[courtesy.referral]
                is_ours = name in ours
            else:
                name = self.people.by_id[courtesy.to].uid
                is_ours = courtesy.to in self.people.added
            rule = "all" if is_ours else courtesy.rule
            uid = hashed("waived", name, rule, text_of(at))
            waivers[uid] = Event(
                0,
                uid,
                at,
                "waived",
                courtesy.referral,
                courtesy.person,
                note=_HISTORY,
                data={"rule": rule},
            )
        return list(waivers.values())


def numbered(events: Iterable[Event], history: History) -> list[Event]:
    """The events in this order behind those of the history."""
    first = 1 + max((event.id for event in history.events()), default=0)
    return [replace(event, id=first + place) for place, event in enumerate(events)]


def _is_in(history: History, subject: Subject) -> bool:
    what, number = subject
    return number in (history.referrals if what == "referral" else history.people)
