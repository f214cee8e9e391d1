"""The story so far of one referral, or of one person: all that the rules read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from typing import NamedTuple

from reftrack.domain.events import CLOSING, PIPELINE, TALK, TOUCH, Event, Place, at_or_after
from reftrack.domain.instants import instant_of
from reftrack.domain.people import Person
from reftrack.domain.referrals import WAY, Referral, Standing
from reftrack.rules.endings import waives
from reftrack.rules.unfinished import open_problems


class Pause(NamedTuple):
    """Too busy for new referrals, from `start` until `end`, that instant no longer in it.

    `end_uid` names the event that ended it, or that announced the end: then `is_announced`.
    """

    start: datetime
    end: datetime | None = None
    end_uid: str = ""
    is_announced: bool = False

    def holds(self, instant: datetime) -> bool:
        """True if the book was paused at `instant`."""
        return self.start <= instant and (self.end is None or instant < self.end)


def pauses_of(book: Iterable[Event]) -> tuple[Pause, ...]:
    """The pauses in the events of the book, in order; only the last can be without an end."""
    pauses: list[Pause] = []
    running: Pause | None = None
    for event in book:
        if running is not None and not running.holds(event.at):
            pauses.append(running)
            running = None
        if event.kind == "paused":
            start = event.at if running is None else running.start
            running = _paused(event, start)
        elif running is not None:
            pauses.append(Pause(running.start, event.at, event.uid))
            running = None
    return tuple(pauses) if running is None else (*pauses, running)


def _paused(event: Event, start: datetime) -> Pause:
    """The pause since `start` with the end that this `paused` announces, if it does."""
    until = event.data.get("until")
    if until is None or (end := instant_of(until)) <= event.at:
        return Pause(start)
    return Pause(start, end, event.uid, is_announced=True)


class Receipt(NamedTuple):
    """The receipt of a referral, as the rules on people count it."""

    at: datetime
    referral: int
    uid: str


class LiveChange(NamedTuple):
    """A change of a referral: from this place on it is live, or it is not."""

    place: Place
    is_live: bool
    is_reopening: bool
    uid: str


@dataclass(frozen=True)
class ReferralStory:
    """A referral with its events in order, and what else its rules look at.

    `chain` are the receipts of what its prospect sent, expansions left out, in order. The places
    at which its source and its prospect were forgotten are None while they are not.
    """

    referral: Referral
    events: Sequence[Event]
    source: Person
    pauses: Sequence[Pause] = ()
    chain: Sequence[Receipt] = ()
    source_forgotten: Place | None = None
    prospect_forgotten: Place | None = None

    @cached_property
    def pipeline(self) -> Sequence[Event]:
        """The events that move the referral."""
        return [event for event in self.events if event.kind in PIPELINE]

    # Whose referral it is.

    @cached_property
    def corrections(self) -> Sequence[Event]:
        """The events at which its source was put right."""
        return [event for event in self.events if event.kind == "source-corrected"]

    @property
    def corrected(self) -> Event | None:
        """The last of them."""
        return self.corrections[-1] if self.corrections else None

    @property
    def receipt(self) -> Receipt:
        """Its receipt for the rules on its source: when the present one was named, if later."""
        at = self.referral.received_at if self.corrected is None else self.corrected.at
        return Receipt(at, self.referral.id, self.referral.uid)

    @cached_property
    def events_of_source(self) -> Sequence[Event]:
        """The events without the words, and the waivers, that went to somebody else."""
        if not self.corrections:
            return self.events
        return [
            e for e in self.events if e.kind not in _TO_SOURCE or self.taken_for_source(e) is None
        ]

    def taken_for_source(self, event: Event) -> str | None:
        """The uid of who was the source when this event stood; None for the present one."""
        later = [each for each in self.corrections if each.place > event.place]
        was = later[0].data.get("from", "") if later else self.source.uid
        return None if was == self.source.uid else was

    # How far it came.

    @cached_property
    def steps(self) -> Sequence[LiveChange]:
        """The changes between live and not live; none that are recorded after it is forgotten."""
        steps: list[LiveChange] = []
        is_closed = is_delivered = False
        forgotten = self._forgotten
        for event in self.pipeline:
            is_live = not (is_closed or is_delivered)
            if forgotten is not None and event.place > forgotten:
                if is_live:
                    break
                # It had ended before: that its prospect was forgotten did not end it.
                forgotten = None
            is_reopening = is_closed and event.kind in TALK
            is_closed = event.kind in CLOSING
            is_delivered = not is_closed and (is_delivered or event.kind == "delivered")
            is_now = not (is_closed or is_delivered)
            if is_now != is_live:
                steps.append(LiveChange(event.place, is_now, is_reopening, event.uid))
        if forgotten is not None and not (is_closed or is_delivered):
            steps.append(LiveChange(forgotten, is_live=False, is_reopening=False, uid=""))
        return steps

    @property
    def _forgotten(self) -> Place | None:
        """The place at which its prospect was forgotten, if it had been received by then."""
        place = self.prospect_forgotten
        received = at_or_after(self.referral.received_at)
        return place if place is not None and place > received else None

    @cached_property
    def forgotten_at(self) -> Place | None:
        """The place at which it ended because its prospect was forgotten; None where it did not."""
        last = self.steps[-1] if self.steps else None
        return last.place if last is not None and last.place == self._forgotten else None

    @cached_property
    def _counted(self) -> Sequence[Event]:
        """The events until the prospect was forgotten, which ended it."""
        if self.forgotten_at is None:
            return self.events
        return [event for event in self.events if event.place < self.forgotten_at]

    @cached_property
    def closed_since(self) -> datetime | None:
        """The first event of the unbroken run of closing events at the end, None if unclosed."""
        return _closed_since([event for event in self._counted if event.kind in PIPELINE])

    @cached_property
    def ended_at(self) -> datetime | None:
        """The instant at which it became closed, else of its first delivered since a closing."""
        if self.forgotten_at is not None:
            return self.forgotten_at[0]
        return self.closed_since or _delivered_at(self.pipeline)

    def is_live_at(self, instant: datetime) -> bool:
        """True if it was received by then and had not ended, by the events up to that instant."""
        if instant < self.receipt.at:
            return False
        passed = [step.is_live for step in self.steps if step.place[0] <= instant]
        return passed[-1] if passed else True

    @property
    def standing(self) -> Standing:
        """The stage that it reached since the last closing, or the way in which it closed."""
        stage, since = _furthest(self._counted)
        return Standing(self.referral.id, stage, since or self.referral.received_at, self.ended_at)

    # What went wrong.

    @cached_property
    def open_problems(self) -> Sequence[Event]:
        """The problems after which no resolved stands that names them or none."""
        return open_problems(self.events)

    @property
    def has_open_problem(self) -> bool:
        """True if a problem is not put right."""
        return bool(self.open_problems)

    @property
    def is_troubled(self) -> bool:
        """True if a problem holds things back: it is not put right, and the referral not closed."""
        if self.prospect_forgotten is not None:
            return False
        return self.has_open_problem and self.closed_since is None

    # What its source reads of it.

    @property
    def proof(self) -> Proof | None:
        """The event that first showed it to be a good one: a sale, or a rating."""
        for event in self.events:
            if event.kind == "won" or (event.kind == "rated" and event.data.get("fit") == "good"):
                place = event.place
                if self.corrected is not None:
                    place = max(place, self.corrected.place)
                return Proof(place, event.uid, self.referral.id)
        return None

    def words(self) -> Iterator[Word]:
        """The links that it adds to the chain of keep-informed."""
        yield Word(at_or_after(self.receipt.at), self.referral.uid)
        for event in self.events_of_source:
            if event.kind in TOUCH:
                yield Word(event.place, event.uid)
        for step in self.steps:
            if step.is_reopening:
                yield Word(step.place, step.uid)


# What the source hears, and what is forgiven: of another source it is not.
_TO_SOURCE = TOUCH | {"educated", "waived"}


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
        # An appointment is a talk; whether one stands is another question.
        kind = "contacted" if event.kind == "agreed" else event.kind
        if kind in CLOSING or _is_further(kind, stage):
            stage, since = kind, event.at
    return stage, since


def _is_further(kind: str, stage: str) -> bool:
    """True if an event of this kind leads on from `stage`; an attempt reopens nothing."""
    if kind not in WAY:
        return False
    if stage in CLOSING:
        return kind != "attempted"
    return WAY.index(kind) > WAY.index(stage)


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
    """A link of the chain of keep-informed: a receipt, a touch, a reopening, a wish or a waiver."""

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

    @property
    def forgotten(self) -> Place | None:
        """The place at which they were forgotten, None while they are not."""
        return forgotten_in(self.events)

    @cached_property
    def receipts(self) -> Sequence[Receipt]:
        """The receipts of what they sent, in order."""
        return sorted(sent.receipt for sent in self.sent)

    def first_sent(self, since: datetime) -> datetime | None:
        """The first receipt of a referral from them at `since` or later."""
        return next((receipt.at for receipt in self.receipts if receipt.at >= since), None)

    def first_receipt(self) -> Word | None:
        """The receipt of the first referral from them."""
        return next((Word(at_or_after(each.at), each.uid) for each in self.receipts), None)

    def is_kept_waiting_in(self, pause: Pause) -> bool:
        """True if a referral from them was received in this pause and had no talk in it."""
        return any(
            pause.holds(sent.receipt.at)
            and not any(event.kind in TALK and pause.holds(event.at) for event in sent.events)
            for sent in self.sent
        )

    def words(self) -> Sequence[Word]:
        """The chain of keep-informed, in order: a leaner story may leave its beginning out."""
        own = [word for event in self.events if (word := word_of(event)) is not None]
        return sorted([*own, *(word for sent in self.sent for word in sent.words())])

    def live_since(self, instant: datetime) -> Live:
        """The referrals of theirs that were live at `instant`, and when the last of them ended."""
        return live_among(self.sent, instant)

    def proofs(self) -> Iterable[Proof]:
        """The proof of each good referral of theirs, in order."""
        return sorted(proof for sent in self.sent if (proof := sent.proof) is not None)

    @cached_property
    def has_trouble(self) -> bool:
        """True if a problem is not put right on an unclosed referral that they are part of."""
        return any(part.is_troubled for part in (*self.sent, *self.prospect_of))


class Live(NamedTuple):
    """Referrals that were live at an instant: any, and the first at which none of them was."""

    is_any: bool
    none_at: datetime | None


def live_among(stories: Iterable[ReferralStory], instant: datetime) -> Live:
    """The referrals of these that were live at `instant`, and when none of them was any more."""
    live = [story for story in stories if story.is_live_at(instant)]
    left = {story.referral.id for story in live}
    later = sorted(
        (step.place, story.referral.id, step.is_live)
        for story in live
        for step in story.steps
        if step.place[0] > instant
    )
    for place, referral, is_live in later:
        if is_live:
            left.add(referral)
        else:
            left.discard(referral)
        if not left:
            return Live(is_any=True, none_at=place[0])
    return Live(is_any=bool(live), none_at=None)


def forgotten_in(events: Iterable[Event]) -> Place | None:
    """The place of the first `forgotten` among the events on a person."""
    return next((event.place for event in events if event.kind == "forgotten"), None)


def word_of(event: Event) -> Word | None:
    """The link that an event on a person adds to the chain of keep-informed; None for none."""
    if event.kind == "wished" or waives(event, "keep-informed"):
        return Word(event.place, event.uid, event.kind == "waived")
    return None
