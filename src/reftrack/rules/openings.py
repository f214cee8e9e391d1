"""The openings of courtesies: the functions from which most rows of the rulebook are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from reftrack.domain.events import CLOSING, TALK, Event, Place, at_or_after
from reftrack.domain.people import OUTCOME
from reftrack.rules.endings import earliest
from reftrack.rules.story import PersonStory, ReferralStory
from reftrack.rules.terms import Terms


class Opening(NamedTuple):
    """A courtesy opens at `at`, raised by the event or referral with the uid `cause`.

    What settles it is sought from `after` on, by the row's kinds of event on the subject. Where a
    rule needs more than a row can say, `done_at` and `moot_at` are what else ends it, and one that
    `is_held` is not raised while it has not ended.
    """

    at: datetime
    after: Place
    cause: str
    done_at: datetime | None = None
    moot_at: datetime | None = None
    is_held: bool = False


def by(event: Event, at: datetime | None = None) -> Opening:
    """Raised by `event`, then or at a later instant."""
    return Opening(at or event.at, event.place, event.uid)


def at_instant(
    at: datetime,
    cause: str,
    done_at: datetime | None = None,
    moot_at: datetime | None = None,
    *,
    is_held: bool = False,
) -> Opening:
    """Raised at an instant: what settles it is sought from that very instant on."""
    return Opening(at, at_or_after(at), cause, done_at, moot_at, is_held)


ReferralOpenings = Callable[[ReferralStory, Terms], Iterator[Opening]]


def receipt(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """On receipt of the referral."""
    yield at_instant(story.referral.received_at, story.referral.uid)


def each(kind: str) -> ReferralOpenings:
    """At each event of this kind."""

    def openings(story: ReferralStory, _: Terms) -> Iterator[Opening]:
        return (by(event) for event in story.events if event.kind == kind)

    return openings


def each_rated_poor(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """At each rating of a poor fit; moot by the first good one after it."""
    ratings = [event for event in story.events if event.kind == "rated"]
    for number, event in enumerate(ratings):
        if event.data.get("fit") == "poor":
            later = ratings[number + 1 :]
            good = next((e.at for e in later if e.data.get("fit") == "good"), None)
            yield Opening(event.at, event.place, event.uid, moot_at=good)


def first_meeting(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """At the first meeting, unless the source wishes the outcome only."""
    if story.source.updates != OUTCOME:
        yield from [by(event) for event in story.events if event.kind == "met"][:1]


def each_first_win(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """At each win that is the first since the last closing."""
    for is_closed, run in groupby(story.pipeline, lambda event: event.kind in CLOSING):
        if not is_closed:
            yield from [by(event) for event in run if event.kind == "won"][:1]


def each_refusal(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """At the first of each unbroken run of declined and referred-out in the pipeline."""
    for is_refused, run in groupby(story.pipeline, lambda event: event.kind in _REFUSALS):
        if is_refused:
            yield by(next(run))


_REFUSALS = ("declined", "referred-out")


def attempts(story: ReferralStory) -> list[Event]:
    """The attempts that count: those before the first talk and the first closing."""
    counted = []
    for event in story.events:
        if event.kind in TALK or event.kind in CLOSING:
            break
        if event.kind == "attempted":
            counted.append(event)
    return counted


def day_after_attempts(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """24 hours after the first attempt and after the second."""
    return (by(event, event.at + timedelta(hours=24)) for event in attempts(story)[:2])


def third_attempt(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """At the third attempt."""
    return (by(event) for event in attempts(story)[2:3])


def receipt_in_pause(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """On receipt, when the book was paused; moot by the end of that pause too."""
    at = story.referral.received_at
    for pause in story.pauses:
        if pause.holds(at):
            yield at_instant(at, story.referral.uid, moot_at=pause.end)


def chain(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """On receipt of the prospect's own first referral, from the first win here on."""
    won = next((event.at for event in story.events if event.kind == "won"), None)
    if won is None:
        return
    for referral in story.chain:
        if referral.received_at >= won:
            yield at_instant(referral.received_at, referral.uid)
            return


def each_missed(story: PersonStory, _: Terms) -> Iterator[Opening]:
    """At each missed call; done by a referral received from them too."""
    for event in story.events:
        if event.kind == "missed":
            sent = story.first_sent(event.at)
            yield Opening(event.at, event.place, event.uid, done_at=sent)


def first_referral(story: PersonStory, _: Terms) -> Iterator[Opening]:
    """On receipt of their first referral; done at once by a wish that came earlier."""
    first = story.first_receipt()
    if first is not None:
        known = earliest(*(max(e.at, first.at) for e in story.events if e.kind == "wished"))
        yield at_instant(first.at, first.uid, done_at=known)


def work_delivered(story: PersonStory, _: Terms) -> Iterator[Opening]:
    """At the first delivery of each referral they were the prospect of, and each of their own."""
    for events in (told.events for told in story.prospect_of):
        yield from [by(event) for event in events if event.kind == "delivered"][:1]
    yield from (by(event) for event in story.events if event.kind == "delivered")
