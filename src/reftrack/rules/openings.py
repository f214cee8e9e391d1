"""The openings of courtesies: the functions from which most rows of the rulebook are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby, takewhile
from typing import NamedTuple

from reftrack.domain.events import CLOSING, TALK, Event, Place, at_or_after
from reftrack.domain.people import OUTCOME
from reftrack.domain.times import Calendar
from reftrack.rules.endings import Ending, earliest, ending, first_after, waived_at
from reftrack.rules.story import PersonStory, ReferralStory
from reftrack.rules.terms import Terms


class Opening(NamedTuple):
    """A courtesy opens at `at`, raised by the event or referral with the uid `cause`.

    What settles it is sought from `after` on, by the row's kinds of event on the subject, and a
    waiver from `since` on, which is `at` where it is not given. Where a rule needs more than a row
    can say, `done_at` and `moot_at` are what else ends it, and `due_at` is its deadline; `ends_at`
    is an announced end, moot like `moot_at`. One that `is_held` is not raised while it has not
    ended.
    """

    at: datetime
    after: Place
    cause: str
    done_at: datetime | None = None
    moot_at: datetime | None = None
    is_held: bool = False
    since: datetime | None = None
    ends_at: datetime | None = None
    due_at: datetime | None = None


def by(
    event: Event,
    at: datetime | None = None,
    *,
    done_at: datetime | None = None,
    moot_at: datetime | None = None,
) -> Opening:
    """Raised by `event`, then or at a later instant."""
    return Opening(at or event.at, event.place, event.uid, done_at, moot_at)


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


def for_source(opening: Opening, story: ReferralStory) -> Opening:
    """The opening of what is owed to the source: not before the present one was named."""
    corrected = story.corrected
    if corrected is None or opening.at >= corrected.at:
        return opening
    return opening._replace(at=corrected.at, since=opening.since or opening.at)


def until_forgotten(opening: Opening, forgotten: Place | None) -> Opening | None:
    """The opening of what is owed to somebody who was forgotten there: moot then; None if later."""
    if forgotten is None:
        return opening
    if opening.at > forgotten[0] or opening.after > forgotten:
        return None
    return opening._replace(moot_at=earliest(opening.moot_at, forgotten[0]))


def end_of(
    rule: str,
    opening: Opening,
    events: Sequence[Event],
    done_by: frozenset[str],
    moot_by: frozenset[str] = frozenset(),
    done_if: Callable[[Event, str], bool] = lambda _, __: True,
) -> Ending | None:
    """The end of what opens so by these kinds of event on its subject; None while there is none.

    `done_if` says of an event of such a kind, and of the uid of the cause, whether it does it.
    """
    settling = (e for e in events if e.kind in done_by and done_if(e, opening.cause))
    since = opening.at if opening.since is None else opening.since
    return ending(
        earliest(first_after(settling, done_by, opening.after), opening.done_at),
        waived_at(events, rule, since),
        earliest(first_after(events, moot_by, opening.after), opening.moot_at, opening.ends_at),
    )


ReferralOpenings = Callable[[ReferralStory, Terms], Iterator[Opening]]


def on_receipt(story: ReferralStory, _: Terms) -> Iterator[Opening]:
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
            yield by(event, moot_at=good)


def first_meeting(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """At the first meeting, unless the source wishes the outcome only."""
    if story.source.updates != OUTCOME:
        yield from [by(event) for event in story.events if event.kind == "met"][:1]


def each_first_win(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """At each win that is the first since the last closing."""
    for is_closed, run in groupby(story.pipeline, lambda event: event.kind in CLOSING):
        if not is_closed:
            yield from [by(event) for event in run if event.kind == "won"][:1]


def each_loss(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """At each loss, of a prospect who was not forgotten before."""
    return (by(event) for event in story.events if event.kind == "lost" and _counts(event, story))


def each_refusal(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """At the first of each unbroken run of declined and referred-out in the pipeline."""
    return (by(run[0]) for run in _refusals(story) if _counts(run[0], story))


def each_decline(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """At each decline before which no referred-out stands in the same run."""
    for run in _refusals(story):
        yield from (by(event) for event in takewhile(_is_decline, run))


def _is_decline(event: Event) -> bool:
    return event.kind == "declined"


def _counts(event: Event, story: ReferralStory) -> bool:
    """True unless the referral had ended before because its prospect was forgotten."""
    return story.forgotten_at is None or event.place < story.forgotten_at


def _refusals(story: ReferralStory) -> Iterator[list[Event]]:
    """The unbroken runs of declined and referred-out in the pipeline."""
    for is_refused, run in groupby(story.pipeline, lambda event: event.kind in _REFUSALS):
        if is_refused:
            yield list(run)


_REFUSALS = ("declined", "referred-out")


def attempts(story: ReferralStory, calendar: Calendar) -> list[Event]:
    """The attempts that count: of each local date the first, before any talk and any closing."""
    counted: dict[date, Event] = {}
    for event in story.events:
        if event.kind in TALK or event.kind in CLOSING:
            break
        if event.kind == "attempted":
            counted.setdefault(calendar.date_of(event.at), event)
    return list(counted.values())


def day_after_attempts(story: ReferralStory, terms: Terms) -> Iterator[Opening]:
    """At the beginning of the day after the first and the second attempt; done by the next one."""
    counted = attempts(story, terms.calendar)
    for number, event in enumerate(counted[:2], 1):
        done = counted[number].at if number < len(counted) else None
        yield by(event, terms.calendar.opening(event.at, 1), done_at=done)


def third_attempt(story: ReferralStory, terms: Terms) -> Iterator[Opening]:
    """At the third attempt; moot where the prospect, who was to be introduced, is forgotten."""
    for event in attempts(story, terms.calendar)[2:3]:
        gone = story.forgotten_at
        if gone is None or event.place < gone:
            yield by(event, moot_at=None if gone is None else gone[0])


def receipt_in_pause(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """On receipt, when the book was paused; moot by the end of that pause too."""
    at = story.referral.received_at
    for pause in story.pauses:
        if pause.holds(at):
            opening = at_instant(at, story.referral.uid, moot_at=pause.end)
            yield opening._replace(ends_at=pause.end) if pause.is_announced else opening


def chain(story: ReferralStory, _: Terms) -> Iterator[Opening]:
    """On receipt of the prospect's own first referral, from the first win here on."""
    won = next((event.at for event in story.events if event.kind == "won"), None)
    if won is None:
        return
    for receipt in story.chain:
        if receipt.at >= won:
            yield at_instant(receipt.at, receipt.uid)
            return


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
