"""The story so far of one referral, or of one person: all that the rules read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from reftrack.domain.events import CLOSING, PIPELINE, TOUCH, Event, Place, at_or_after
from reftrack.domain.people import Person
from reftrack.domain.referrals import WAY, Referral, Standing
from reftrack.rules.endings import waives


class Pause(NamedTuple):
    """Too busy for new referrals, from `start` until `end`, that instant no longer in it."""

    start: datetime
    end: datetime | None = None
    end_uid: str = ""

    def holds(self, instant: datetime) -> bool:
        """True if the book was paused at `instant`."""
        return self.start <= instant and (self.end is None or instant < self.end)


def pauses_of(book: Iterable[Event]) -> tuple[Pause, ...]:
    """The pauses in the events of the book, in order; only the last can be without an end."""
    pauses: list[Pause] = []
    start: datetime | None = None
    for event in book:
        if event.kind == "paused":
            start = start or event.at
        elif start is not None:
            pauses.append(Pause(start, event.at, event.uid))
            start = None
    if start is not None:
        pauses.append(Pause(start))
    return tuple(pauses)


@dataclass(frozen=True)
class ReferralStory:
    """A referral with its events in order, and what else its rules look at.

    `chain` are the referrals that its prospect sent, expansions left out, in order of receipt.
    """

    referral: Referral
    events: Sequence[Event]
    source: Person
    pauses: Sequence[Pause] = ()
    chain: Sequence[Referral] = ()

    @cached_property
    def pipeline(self) -> Sequence[Event]:
        """The events that move the referral."""
        return [event for event in self.events if event.kind in PIPELINE]

    @cached_property
    def closed_since(self) -> datetime | None:
        """The first event of the unbroken run of closing events at the end, None if unclosed."""
        return _closed_since(self.pipeline)

    @cached_property
    def ended_at(self) -> datetime | None:
        """The instant at which it became closed, else of its first delivered since a closing."""
        return self.closed_since or _delivered_at(self.pipeline)

    def is_live_at(self, instant: datetime) -> bool:
        """True if it was received by then and had not ended."""
        return self.referral.received_at <= instant and (
            self.ended_at is None or instant < self.ended_at
        )

    @property
    def standing(self) -> Standing:
        """The stage that it reached since the last closing, or the way in which it closed."""
        stage, since = _furthest(self.events)
        return Standing(self.referral.id, stage, since or self.referral.received_at, self.ended_at)

    @property
    def has_open_problem(self) -> bool:
        """True if the last problem was not resolved."""
        return _has_open_problem(self.events)

    @property
    def is_troubled(self) -> bool:
        """True if a problem is not put right, and the referral is not closed either."""
        return self.has_open_problem and self.closed_since is None

    @property
    def proof(self) -> Proof | None:
        """The event that first showed it to be a good one: a sale, or a rating."""
        for event in self.events:
            if event.kind == "won" or (event.kind == "rated" and event.data.get("fit") == "good"):
                return Proof(event.place, event.uid, self.referral.id)
        return None


def _closed_since(pipeline: Sequence[Event]) -> datetime | None:
    run = list(takewhile(lambda event: event.kind in CLOSING, reversed(pipeline)))
    return run[-1].at if run else None


def _delivered_at(pipeline: Sequence[Event]) -> datetime | None:
    """The first delivered since the last closing."""
    open_again = takewhile(lambda event: event.kind not in CLOSING, reversed(pipeline))
    delivered = [event.at for event in open_again if event.kind == "delivered"]
    return delivered[-1] if delivered else None


def _furthest(events: Iterable[Event]) -> tuple[str, datetime | None]:
    """The stage, and since when; None from receipt on."""
    stage, since = WAY[0], None
    for event in events:
        if event.kind in CLOSING or _is_further(event.kind, stage):
            stage, since = event.kind, event.at
    return stage, since


def _is_further(kind: str, stage: str) -> bool:
    """True if an event of this kind leads on from `stage`; an attempt reopens nothing."""
    if kind not in WAY:
        return False
    if stage in CLOSING:
        return kind != "attempted"
    return WAY.index(kind) > WAY.index(stage)


def _has_open_problem(events: Iterable[Event]) -> bool:
    latest = [event.kind for event in events if event.kind in ("problem", "resolved")]
    return latest[-1:] == ["problem"]


class Proof(NamedTuple):
    """The event that showed a referral to be a good one."""

    place: Place
    uid: str
    referral: int

    @property
    def at(self) -> datetime:
        """The instant."""
        return self.place[0]


class Word(NamedTuple):
    """One link of the chain of keep-informed: a receipt, a touch, a wish or a waiver."""

    place: Place
    uid: str
    is_waiver: bool = False

    @property
    def at(self) -> datetime:
        """The instant."""
        return self.place[0]


@dataclass(frozen=True)
class PersonStory:
    """A person with their events in order and the stories of the referrals they are part of.

    `sent` leaves expansions out, as the rulebook does wherever it speaks of somebody's referrals;
    `prospect_of` has them too. `is_owed_news` says whether rules 1, 4 to 9, 11 and 13 owe this
    source anything that has not ended. The rules ask of `sent` by the methods alone, so that the
    story of somebody who sent thousands can be a leaner one.
    """

    person: Person
    events: Sequence[Event]
    sent: Sequence[ReferralStory] = ()
    prospect_of: Sequence[ReferralStory] = ()
    pauses: Sequence[Pause] = ()
    is_owed_news: bool = False

    def first_sent(self, since: datetime) -> datetime | None:
        """The first receipt of a referral from them at `since` or later."""
        return next(
            (s.referral.received_at for s in self.sent if s.referral.received_at >= since), None
        )

    def first_receipt(self) -> Word | None:
        """The receipt of the first referral from them."""
        return next((_received(sent.referral) for sent in self.sent), None)

    def has_sent_in(self, pause: Pause) -> bool:
        """True if a referral from them was received in this pause."""
        return any(pause.holds(sent.referral.received_at) for sent in self.sent)

    def words(self) -> Sequence[Word]:
        """The chain of keep-informed, in order: a leaner story may leave its beginning out."""
        touches = [e for sent in self.sent for e in sent.events if e.kind in TOUCH]
        return sorted(
            [_received(sent.referral) for sent in self.sent]
            + [Word(event.place, event.uid) for event in touches]
            + [word for event in self.events if (word := word_of(event)) is not None]
        )

    def ends_of_live_at(self, instant: datetime) -> Sequence[datetime | None]:
        """The ends of those of their referrals that were live at `instant`, None for live ones.

        None, or else the last end, may stand for all of them.
        """
        return [sent.ended_at for sent in self.sent if sent.is_live_at(instant)]

    def proofs(self) -> Iterable[Proof]:
        """The proof of each good referral of theirs, in order."""
        return sorted(proof for sent in self.sent if (proof := sent.proof) is not None)

    @cached_property
    def has_trouble(self) -> bool:
        """True if a problem is not put right on an unclosed referral that they are part of."""
        return any(part.is_troubled for part in (*self.sent, *self.prospect_of))


def word_of(event: Event) -> Word | None:
    """The link that an event on a person adds to the chain of keep-informed; None for none."""
    if event.kind == "wished" or waives(event, "keep-informed"):
        return Word(event.place, event.uid, event.kind == "waived")
    return None


def _received(referral: Referral) -> Word:
    return Word(at_or_after(referral.received_at), referral.uid)
