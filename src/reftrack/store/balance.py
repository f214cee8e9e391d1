"""The balance between the book's owner and each source, from the projections or computed anew."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from reftrack.domain.events import TOUCH
from reftrack.domain.times import instant_of, text_of
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.rulebook import RULEBOOK
from reftrack.rules.story import ReferralStory
from reftrack.store.outlook import Outlook
from reftrack.store.quick_queries import IS_OPEN
from reftrack.store.rows import quoted


@dataclass
class Balance:
    """One source: what they sent, what became of it, and how I kept my word to them.

    New business from themselves is no referral that they sent. `received` are the referrals that
    proved good ones, each a favour; `let_go` those that were waived, `given` what I gave. Of the
    `fallen_due` debts to them, those that were done or that ended after their deadline, `in_time`
    were done by it; `overdue` are open still. A touch is one that the rulebook calls so.
    """

    person: int
    sent: int = 0
    live: int = 0
    won: int = 0
    fits: dict[int, str] = field(default_factory=dict)
    good_ones: set[int] = field(default_factory=set)
    given: int = 0
    let_go: int = 0
    in_time: int = 0
    fallen_due: int = 0
    overdue: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    touched_at: datetime | None = None

    def rated(self, fit: str) -> int:
        """The number of their referrals whose last rating is this one."""
        return sum(said == fit for said in self.fits.values())

    @property
    def received(self) -> int:
        """The number of favours that they did me."""
        return len(self.good_ones)

    @property
    def to_return(self) -> int:
        """The number of favours left to do them; below 0 where I did more than they did."""
        return self.received - self.let_go - self.given

    def take(self, fit_of: int, kind: str, fit: str | None) -> None:
        """Counts a sale or a rating of the referral `fit_of`; call it in the history's order."""
        if kind == "rated" and fit is not None:
            self.fits[fit_of] = fit
        if kind == "won" or fit == "good":
            self.good_ones.add(fit_of)

    def take_touches(self, story: ReferralStory) -> None:
        """Takes the last word to the source of a referral that was to them."""
        touches = [event.at for event in story.events_of_source if event.kind in TOUCH]
        self.touched_at = max(filter(None, [self.touched_at, *touches]), default=None)


def balances(outlook: Outlook) -> list[Balance]:
    """Every source of the book at the outlook's instant, by number."""
    found = _kept(outlook) if outlook.has_valid_projections else _computed(outlook)
    return [balance for _, balance in sorted(found.items()) if balance.sent]


_OCCASIONS = [rule.name for rule in RULEBOOK if rule.is_occasion]


# Plain SQL, that it may run elsewhere one day: a row a source. What counts as theirs has a source
# in `standing`; new business from themselves has none there, and its touches are few.
_SENT = """
SELECT source, count(*), min(received_at), max(received_at),
       sum(CASE WHEN ended_at IS NULL THEN 1 ELSE 0 END),
       sum(CASE WHEN stage IN ('won', 'delivered') THEN 1 ELSE 0 END)
FROM standing WHERE source IS NOT NULL GROUP BY source"""
# A source put right has a story that tells who was touched.
_PUT_RIGHT = (
    "SELECT DISTINCT c.referral FROM event c JOIN step u ON u.id = c.step"
    " WHERE c.kind = 'source-corrected' AND u.undone = 0"
)
_TOUCHED = f"""
SELECT s.source, max(e.at)
FROM event e JOIN step t ON t.id = e.step JOIN standing s ON s.referral = e.referral
WHERE e.kind IN ({quoted(TOUCH)}) AND t.undone = 0 AND s.source IS NOT NULL
  AND e.referral NOT IN ({_PUT_RIGHT}) GROUP BY s.source"""
_TOUCHED_FOR_OWN = f"""
SELECT r.source, max(e.at)
FROM standing s JOIN live_referral r ON r.id = s.referral JOIN live_event e ON e.referral = r.id
WHERE s.source IS NULL AND e.kind IN ({quoted(TOUCH)}) GROUP BY r.source"""
_PROVED = "SELECT source, referral FROM standing WHERE source IS NOT NULL AND proof IS NOT NULL"
_RATED = """
SELECT s.source, e.referral, e.data
FROM event e JOIN step t ON t.id = e.step JOIN standing s ON s.referral = e.referral
WHERE e.kind = 'rated' AND t.undone = 0 AND s.source IS NOT NULL ORDER BY e.at, e.id"""
_GIVEN = "SELECT person, count(*) FROM live_event WHERE kind = 'given' GROUP BY person"
_LET_GO = """
SELECT person, count(*) FROM courtesy
WHERE rule = 'return-favour' AND outcome = 'waived' GROUP BY person"""
_DEBTS = f"""
SELECT to_person,
       sum(CASE WHEN outcome = 'done' AND ended_at <= due_at THEN 1 ELSE 0 END),
       sum(CASE WHEN outcome = 'done' OR ended_at > due_at OR (ends_at <= ? AND ends_at > due_at)
           THEN 1 ELSE 0 END),
       sum(CASE WHEN {IS_OPEN} AND due_at < ? THEN 1 ELSE 0 END)
FROM courtesy
WHERE class = 'debt'
  AND to_person IN (SELECT source FROM standing WHERE source IS NOT NULL)
GROUP BY to_person"""


def _kept(outlook: Outlook) -> dict[int, Balance]:
    """The balances from the projections, which every command keeps up to date."""
    rows = outlook.reader.rows
    found: dict[int, Balance] = {}
    for person, sent, first, last, live, won in rows(_SENT):
        found[person] = Balance(person, sent, live, won)
        found[person].first_at, found[person].last_at = instant_of(first), instant_of(last)

    def of(person: int) -> Balance:
        return found.get(person) or Balance(person)

    for person, at in (*rows(_TOUCHED), *rows(_TOUCHED_FOR_OWN)):
        balance, touched_at = of(person), instant_of(at)
        balance.touched_at = max(touched_at, balance.touched_at or touched_at)
    for story in _put_right(outlook):
        of(story.referral.source).take_touches(story)
    for person, number in rows(_PROVED):
        of(person).good_ones.add(number)
    for person, referral, data in rows(_RATED):
        of(person).take(referral, "rated", json.loads(data).get("fit"))
    for person, count in rows(_GIVEN):
        of(person).given = count
    for person, count in rows(_LET_GO):
        of(person).let_go = count
    for person, in_time, fallen_due, overdue in rows(_DEBTS, *[text_of(outlook.now)] * 3):
        balance = of(person)
        balance.in_time, balance.fallen_due, balance.overdue = in_time, fallen_due, overdue
    return found


def _put_right(outlook: Outlook) -> Iterator[ReferralStory]:
    """The stories of the referrals whose source was put right."""
    subjects: set[Subject] = {("referral", n) for (n,) in outlook.reader.rows(_PUT_RIGHT)}
    if subjects:
        reading = Reading(outlook.reader.history(subjects).until(outlook.horizon), outlook.terms)
        known = reading.history.referrals
        yield from (reading.referral_story(known[n]) for _, n in subjects if n in known)


def _computed(outlook: Outlook) -> dict[int, Balance]:
    """The balances from the history as it stood then, under the policy of now."""
    history, now = outlook.reader.history().until(outlook.horizon), outlook.now
    reading = Reading(history, outlook.terms)
    found = {number: Balance(number) for number in history.people}
    for referral in history.referrals.values():
        balance, story = found[referral.source], reading.referral_story(referral)
        balance.take_touches(story)
        if referral.is_expansion:
            continue
        balance.sent += 1
        balance.live += story.ended_at is None
        balance.won += story.standing.is_won
        received_at = story.receipt.at
        balance.first_at = min(balance.first_at or received_at, received_at)
        balance.last_at = max(balance.last_at or received_at, received_at)
        for event in story.events:
            if event.kind in ("rated", "won"):
                balance.take(referral.id, event.kind, event.data.get("fit"))
    for number, events in history.on_person.items():
        found[number].given = sum(event.kind == "given" for event in events)
    for courtesy in (each.seen_at(now) for each in reading.courtesies()):
        balance = found[courtesy.to]
        if courtesy.rule == "return-favour":
            balance.let_go += courtesy.outcome == "waived"
        if courtesy.rule in _OCCASIONS:
            continue
        if courtesy.ended_at is None:
            balance.overdue += courtesy.due_at < now
            continue
        is_late = courtesy.ended_at > courtesy.due_at
        balance.in_time += courtesy.outcome == "done" and not is_late
        balance.fallen_due += courtesy.outcome == "done" or is_late
    return found
