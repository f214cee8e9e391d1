"""The subjects that a command's changes can affect, collected while it records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from reftrack.domain.events import Event, Place, at_or_after
from reftrack.domain.referrals import ROLES, Referral
from reftrack.domain.times import text_of
from reftrack.rules import affects
from reftrack.rules.courtesies import Subject
from reftrack.rules.story import Pause, pauses_of, word_of
from reftrack.rules.terms import Terms
from reftrack.store.projections import Row, heard_row
from reftrack.store.reader import Reader


@dataclass
class AffectedRules:
    """The rules on one person that a change can affect, and the place from which it can."""

    rules: set[str] = field(default_factory=set)
    since: Place | None = None

    def widen(self, rules: Iterable[str], since: Place) -> None:
        """Adds these rules, and moves `since` to an earlier place where this is one."""
        self.rules |= set(rules)
        self.since = since if self.since is None else min(self.since, since)


class Affected:
    """The subjects that may be owed something else than before, and what changed on them.

    The tests hold it against a computation of everything anew.
    """

    def __init__(self, reader: Reader, terms: Terms) -> None:
        self.reader = reader
        self.terms = terms
        self.subjects: set[Subject] = set()
        self._changes: dict[int, AffectedRules] = defaultdict(AffectedRules)
        self._heard: list[Row] = []
        self._is_everything = False
        self._pauses_before: tuple[Pause, ...] | None = None

    def mark_person(self, number: int) -> None:
        """Marks a person: anything about them may have changed."""
        self.subjects.add(("person", number))

    def mark_referral(self, referral: Referral) -> None:
        """Marks a referral, its source and its prospect: anything about it may have changed."""
        self.subjects.add(("referral", referral.id))
        self.mark_person(referral.source)
        self.mark_person(referral.prospect)

    def mark_referral_and_chain(self, referral: Referral) -> None:
        """Marks a changed referral, and the referrals whose prospect is its source."""
        self.mark_referral(referral)
        self._mark_chain(referral)

    def _mark_chain(self, referral: Referral) -> None:
        earlier = self.reader.referrals_of("prospect", [referral.source])
        self.subjects |= {("referral", other.id) for other in earlier}

    def mark_sent_by(self, number: int) -> None:
        """Marks every referral of this source, whose wish has changed."""
        sent = self.reader.referrals_of("source", [number])
        self.subjects |= {("referral", referral.id) for referral in sent}

    def mark_pauses(self) -> None:
        """Remembers the pauses as they are before a pause or its end is recorded."""
        if self._pauses_before is None:
            self._pauses_before = pauses_of(self.reader.events_on_book())

    def mark_everything(self) -> None:
        """Marks all there is: every courtesy has to be computed anew."""
        self._is_everything = True

    # One more record affects less than a change of what is on record.

    def mark_for_receipt(self, referral: Referral) -> None:
        """Marks what a new referral affects: its source by the receipt, and the chain."""
        self.subjects.add(("referral", referral.id))
        self._mark_chain(referral)
        if not referral.is_expansion:
            place = at_or_after(referral.received_at)
            self._changes[referral.source].widen(affects.BY_RECEIPT, place)

    def mark_for_event(self, event: Event, referral: Referral | None) -> None:
        """Marks what a new event affects: the rules that read its kind."""
        if event.kind == "forgotten" and event.person is not None:
            self._mark_all_of(event.person)
        elif event.kind == "source-corrected" and referral is not None:
            self.mark_referral_and_chain(referral)
        elif referral is not None:
            self.subjects.add(("referral", referral.id))
            if rules := affects.on_prospect(event.kind):
                self._changes[referral.prospect].widen(rules, event.place)
            # An expansion counts in one way only: its problems are its source's, who is its
            # prospect as well.
            if not referral.is_expansion and (rules := affects.on_source(event.kind)):
                self._changes[referral.source].widen(rules, event.place)
        elif event.person is not None and (rules := affects.on_person(event.kind)):
            self._changes[event.person].widen(rules, event.place)
            if (own := word_of(event)) is not None:
                self._heard.append(heard_row(event.person, own))

    def _mark_all_of(self, number: int) -> None:
        """Marks every referral that somebody who was forgotten is part of."""
        self.mark_person(number)
        for role in ROLES:
            for referral in self.reader.referrals_of(role, [number]):
                self.mark_referral_and_chain(referral)

    def _mark_for_pauses(self, pauses: Sequence[Pause]) -> None:
        """Marks the referrals and people that a change of the pauses affects."""
        before = set(self._pauses_before or ())
        after = set(pauses)
        if before == after:
            return
        since = min(pause.start for pause in before ^ after)
        start = text_of(since)
        rows = self.reader.rows
        received = rows(_RECEIVED, start, start)
        self.subjects |= {("referral", number) for number, _ in received}
        people = {source for _, source in received}
        # A pause can be the one that follows another: whoever waited through that one is affected.
        for sql, values in ((_WAITING, ()), (_WAITED, (start,)), (_MISSED, (start,))):
            people |= {person for (person,) in rows(sql, *values)}
        # A courtesy held back by one pause is held back by the pauses that follow it at once.
        lasting = [pause for pause in before | after if pause.start != pause.end]
        lasting.sort(key=lambda pause: pause.start, reverse=True)
        at_once = {pause.end: pause.start for pause in lasting}
        first = since
        while first in at_once:
            first = at_once[first]
        day = self.terms.calendar.date_of(first) - timedelta(days=1)
        for sql, value in ((_REVIEWED, text_of(first)), (_BUSY, str(day)), (_ASKING, start)):
            people |= {person for (person,) in rows(sql, value)}
        for person in people:
            self._changes[person].widen(affects.BY_PAUSE, at_or_after(since))


# Received then or later, as the referrals stand now.
_RECEIVED = (
    "SELECT id, source FROM live_referral WHERE received_at >= ?"
    " AND id IN (SELECT referral FROM referral_version WHERE received_at >= ?)"
)
# People who wait for word of the end of a pause, and people who did so then or later.
_WAITING = "SELECT person FROM courtesy WHERE rule = 'reopen-intake' AND outcome IS NULL"
_WAITED = "SELECT person FROM courtesy WHERE rule = 'reopen-intake' AND ended_at >= ?"
_MISSED = "SELECT person FROM live_event WHERE kind = 'missed' AND at >= ?"
# People whose earned ask would open then or later: after a review, or once they have time.
_REVIEWED = "SELECT person FROM live_event WHERE kind = 'reviewed' AND at >= ?"
_BUSY = "SELECT person FROM live_event WHERE kind = 'reviewed' AND ahead >= ?"
# Nothing ends before it opens.
_ASKING = (
    "SELECT person FROM courtesy"
    " WHERE rule = 'ask-for-referrals' AND outcome IS NULL AND opens_at >= ?1"
    " UNION SELECT person FROM courtesy"
    " WHERE rule = 'ask-for-referrals' AND ended_at >= ?1 AND opens_at >= ?1"
)
