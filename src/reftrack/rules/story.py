"""What the rules read: the story so far of one referral, or of one person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from reftrack.domain.events import CLOSING, PIPELINE, Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import WAY, Referral, Standing


@dataclass(frozen=True, slots=True)
class Pause:
    """Too busy for new referrals, from `start` until `end`, that instant no longer in it."""

    start: datetime
    end: datetime | None = None
    end_uid: str = ""

    def holds(self, instant: datetime) -> bool:
        """Whether the book was paused at `instant`."""
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
        since = None
        for event in reversed(self.pipeline):
            if event.kind not in CLOSING:
                break
            since = event.at
        return since

    @cached_property
    def ended_at(self) -> datetime | None:
        """When it became closed, else its first delivered since the last closing, else None."""
        if self.closed_since is not None:
            return self.closed_since
        delivered = None
        for event in reversed(self.pipeline):
            if event.kind in CLOSING:
                break
            if event.kind == "delivered":
                delivered = event.at
        return delivered

    def is_live_at(self, instant: datetime) -> bool:
        """Whether it was received by then and had not ended."""
        return self.referral.received_at <= instant and (
            self.ended_at is None or instant < self.ended_at
        )

    @property
    def standing(self) -> Standing:
        """How far it came since the last closing, or how it closed."""
        stage, since = WAY[0], self.referral.received_at
        for event in self.events:
            if event.kind in CLOSING or (
                event.kind in WAY
                and (
                    (stage in CLOSING and event.kind != "attempted")
                    or (stage in WAY and WAY.index(event.kind) > WAY.index(stage))
                )
            ):
                stage, since = event.kind, event.at
        return Standing(self.referral.id, stage, since, self.ended_at)

    @property
    def has_open_problem(self) -> bool:
        """Whether the last problem was not resolved."""
        latest = [event.kind for event in self.events if event.kind in ("problem", "resolved")]
        return latest[-1:] == ["problem"]


@dataclass(frozen=True)
class PersonStory:
    """A person with their events in order and the stories of the referrals they are part of.

    `sent` leaves expansions out, as the rulebook does wherever it speaks of somebody's referrals;
    `expansions` are these. `prospect_of` has both. `is_owed_news` says whether rules 1, 4 to 9, 11
    and 13 owe this source anything that has not ended.
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
