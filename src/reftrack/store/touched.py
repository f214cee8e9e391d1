"""What a change can affect: collected while a command records."""

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
from reftrack.store.read_models import Row, heard_row
from reftrack.store.reader import Reader
from reftrack.store.schema import BUSY_UNTIL, HAS_BUSY_UNTIL


@dataclass
class Change:
    """What may have moved on a person: these rules, and of their chain what stands from `since`."""

    rules: set[str] = field(default_factory=set)
    since: Place | None = None

    def widen(self, rules: Iterable[str], since: Place) -> None:
        """These rules too, and the chain from an earlier place where it is one."""
        self.rules |= set(rules)
        self.since = since if self.since is None else min(self.since, since)


class Touched:
    """The subjects that may be owed something else than before, and what moved on them.

    What is affected was found by brute force, and is held against it by the tests.
    """

    def __init__(self, reader: Reader, terms: Terms) -> None:
        self.reader = reader
        self.terms = terms
        self.subjects: set[Subject] = set()
        self._changes: dict[int, Change] = defaultdict(Change)
        self._heard: list[Row] = []
        self._is_everything = False
        self._pauses_before: tuple[Pause, ...] | None = None

    def touch_person(self, number: int) -> None:
        """Whatever may have changed about a person affects that person."""
        self.subjects.add(("person", number))

    def touch_referral(self, referral: Referral) -> None:
        """Whatever may have changed about a referral affects it, its source and its prospect."""
        self.subjects.add(("referral", referral.id))
        self.touch_person(referral.source)
        self.touch_person(referral.prospect)

    def touch_new_referral(self, referral: Referral) -> None:
        """A changed referral also affects those whose prospect is its source: the chain."""
        self.touch_referral(referral)
        self._touch_chain(referral)

    def _touch_chain(self, referral: Referral) -> None:
        earlier = self.reader.referrals_of("prospect", [referral.source])
        self.subjects |= {("referral", other.id) for other in earlier}

    def touch_sent_by(self, number: int) -> None:
        """A source's wish affects every referral of theirs."""
        sent = self.reader.referrals_of("source", [number])
        self.subjects |= {("referral", referral.id) for referral in sent}

    def touch_book_before(self) -> None:
        """A pause or its end is about to be recorded: what it changes is worked out after."""
        if self._pauses_before is None:
            self._pauses_before = pauses_of(self.reader.events_on_book())

    def touch_everything(self) -> None:
        """All courtesies have to be computed anew."""
        self._is_everything = True

    # What one more record can affect, which is less.

    def take_receipt(self, referral: Referral) -> None:
        """A new referral affects its source by its receipt, and the chain."""
        self.subjects.add(("referral", referral.id))
        self._touch_chain(referral)
        if not referral.is_expansion:
            place = at_or_after(referral.received_at)
            self._changes[referral.source].widen(affects.BY_RECEIPT, place)

    def take_event(self, event: Event, referral: Referral | None) -> None:
        """A new event affects the rules that read its kind."""
        if event.kind == "forgotten" and event.person is not None:
            self._touch_all_of(event.person)
        elif event.kind == "source-corrected" and referral is not None:
            self.touch_new_referral(referral)
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

    def _touch_all_of(self, number: int) -> None:
        """Whoever is forgotten affects every referral that they are part of."""
        self.touch_person(number)
        for role in ROLES:
            for referral in self.reader.referrals_of(role, [number]):
                self.touch_new_referral(referral)

    def _touch_pauses(self, pauses: Sequence[Pause]) -> None:
        """Who and what a change of the pauses affects."""
        before = set(self._pauses_before or ())
        after = set(pauses)
        if before == after:
            return
        since = min(pause.start for pause in before ^ after)
        start = text_of(since)
        rows = self.reader.rows
        received = rows("SELECT id, source FROM live_referral WHERE received_at >= ?", start)
        self.subjects |= {("referral", number) for number, _ in received}
        people = {source for _, source in received}
        # A pause can be the one that follows another: whoever waited through that one is affected.
        for sql, values in ((_WAITING, ()), (_WAITED, (start,)), (_MISSED, (start,))):
            people |= {person for (person,) in rows(sql, *values)}
        # What would have opened in a pause opens in none that follows it at once either.
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


# Who waits for word of the end of a pause, and who did at that instant or later.
_WAITING = "SELECT person FROM courtesy WHERE rule = 'reopen-intake' AND ended_at IS NULL"
_WAITED = "SELECT person FROM courtesy WHERE rule = 'reopen-intake' AND ended_at >= ?"
_MISSED = "SELECT person FROM live_event WHERE kind = 'missed' AND at >= ?"
# Whose earned ask would open then or later: since their review, once they have time, or as it was.
_REVIEWED = "SELECT person FROM live_event WHERE kind = 'reviewed' AND at >= ?"
_BUSY = (
    "SELECT person FROM live_event"
    f" WHERE kind = 'reviewed' AND {HAS_BUSY_UNTIL} AND {BUSY_UNTIL} >= ?"
)
_ASKING = "SELECT person FROM courtesy WHERE rule = 'ask-for-referrals' AND opens_at >= ?"
