"""The rules that need more than a row can say: each of them one function of a story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import zip_longest

from reftrack.domain.events import Event
from reftrack.domain.instants import instant_of
from reftrack.domain.people import MILESTONES, OUTCOME
from reftrack.domain.times import Calendar
from reftrack.rules.endings import Ending, earliest, first_after
from reftrack.rules.openings import Opening, at_instant, by, end_of
from reftrack.rules.story import Pause, PersonStory, ReferralStory
from reftrack.rules.terms import Terms


def keep_informed(story: PersonStory, terms: Terms) -> Iterator[Opening]:
    """Some days after each word to a source, while a referral of theirs is live."""
    if story.person.updates in (MILESTONES, OUTCOME):
        return
    days = story.person.updates_every or terms.policy.update_every
    following: datetime | None = None  # the next link
    done: datetime | None = None  # the next that is no waiver
    openings = []
    for link in reversed(story.words()):
        opens = terms.calendar.opening(link.at, days)
        if following is None or following > opens:
            live = story.live_since(opens)
            if live.is_any:
                openings.append(
                    at_instant(opens, link.uid, done, live.none_at, is_held=story.is_owed_news)
                )
        following = link.at
        if not link.is_waiver:
            done = link.at
    yield from reversed(openings)


def each_missed(story: PersonStory, _: Terms) -> Iterator[Opening]:
    """At each missed call at which none is to be returned yet; done by a referral from them too."""
    last: Opening | None = None
    for event in story.events:
        if event.kind != "missed":
            continue
        if last is not None:
            end = end_of("call-back", last, story.events, CALLED_BACK)
            if end is None or end[0] > event.at:
                continue
        last = by(event, done_at=story.first_sent(event.at))
        yield last


CALLED_BACK = frozenset({"called-back"})


def each_promised(story: PersonStory, terms: Terms) -> Iterator[Opening]:
    """At each promise; due when I said, or as that day ends, and never before it was made."""
    for event in story.events:
        if event.kind == "promised":
            due = promised_for(event, terms.calendar)
            yield by(event)._replace(due_at=max(due, event.at))


def promised_for(promised: Event, calendar: Calendar) -> datetime:
    """The instant by which a promise is to be kept: it names one, or a day that then ends."""
    if promised.data.get("due") is not None:
        return instant_of(promised.data["due"])
    day = date.fromisoformat(promised.data["on"])
    return calendar.midnight(day + timedelta(days=1))


def return_favour(story: PersonStory, _: Terms) -> Iterator[Opening]:
    """One favour at a time for each good referral, matched with the gifts in their order."""
    gifts = [event.at for event in story.events if event.kind == "given"]
    turn: datetime | None = None
    for good in story.proofs():
        opens = good.at if turn is None else max(good.at, turn)
        done = max(gifts[0], opens) if gifts else None
        opening = at_instant(opens, good.uid, done_at=done)
        yield opening
        ended = end_of("return-favour", opening, story.events, frozenset())
        if ended is None:
            return
        turn, outcome = ended
        if outcome == "done":
            del gifts[0]


def earned_ask(story: PersonStory, terms: Terms) -> Iterator[Opening]:
    """Raised by a review that is good in all three, once neither they nor I are too busy."""
    for number, review in enumerate(story.events):
        if review.kind != "reviewed" or missing_ticks(review):
            continue
        if len(asks_in_the_year_before(review, story.events[:number], terms)) >= ASKS_A_YEAR:
            continue
        outside = outside_of(story.pauses, free_from(review, terms))
        if outside is None:
            continue
        lost = [
            first_after(part.events, frozenset({"lost"}), review.place)
            for part in story.prospect_of
        ]
        yield Opening(
            outside,
            review.place,
            review.uid,
            done_at=story.first_sent(review.at),
            moot_at=earliest(*lost),
            is_held=story.has_trouble,
        )


TICKS = ("agreed", "delivered", "happy")
ASKS_A_YEAR = 2


def missing_ticks(review: Event) -> list[str]:
    """The ticks that a review lacks; where none is missing, the right to ask is earned."""
    return [tick for tick in TICKS if review.data.get(tick) is not True]


def asks_in_the_year_before(
    review: Event, earlier: Iterable[Event], terms: Terms
) -> list[datetime]:
    """The times that they were asked before the review, on its date or in the year before."""
    since = terms.calendar.date_of(review.at) - timedelta(days=365)
    asked = [event.at for event in earlier if event.kind == "asked"]
    return [at for at in asked if terms.calendar.date_of(at) >= since]


def free_from(review: Event, terms: Terms) -> datetime:
    """The instant from which they have time: the review, or the day until which they are busy."""
    if review.data.get("busy_until") is None:
        return review.at
    day = date.fromisoformat(review.data["busy_until"])
    return max(review.at, terms.calendar.midnight(day))


def unresolved(story: PersonStory) -> list[ReferralStory]:
    """The unclosed referrals they are part of whose problem is not put right."""
    parts = (*story.sent, *story.prospect_of)
    return [part for part in parts if part.is_troubled]


def outside_of(pauses: Sequence[Pause], instant: datetime) -> datetime | None:
    """The first instant outside every pause from `instant` on, None while the last one lasts."""
    for pause in pauses:
        if pause.holds(instant):
            if pause.end is None:
                return None
            instant = pause.end
    return instant


def reopened_intake(story: PersonStory, _: Terms) -> Iterator[Opening]:
    """At each end of a pause, for whom it kept waiting or who was not told of the one before."""
    told_before: Ending | None = None
    for pause, following in zip_longest(story.pauses, story.pauses[1:]):
        if pause.end is None:
            return
        is_waiting = told_before is not None and told_before[1] == "moot"
        missed = [event.at for event in story.events if event.kind == "missed"]
        is_waiting = is_waiting or any(pause.holds(instant) for instant in missed)
        if not is_waiting and not story.is_kept_waiting_in(pause):
            continue
        sent = story.first_sent(pause.end)
        moot = following.start if following else None
        opening = at_instant(pause.end, pause.end_uid, sent, moot)
        yield opening
        told_before = end_of("reopen-intake", opening, story.events, REOPENED)


REOPENED = frozenset({"reopened"})
