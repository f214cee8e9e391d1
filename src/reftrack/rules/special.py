"""The rules that need more than a row can say: each of them one function of a story."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import zip_longest

from reftrack.domain.events import CLOSING, PIPELINE, TALK, Event, at_or_after
from reftrack.domain.people import MILESTONES, OUTCOME
from reftrack.rules.endings import Ending, earliest, ending, first_after, waived_at
from reftrack.rules.openings import Opening, at_instant, attempts, by
from reftrack.rules.story import Pause, PersonStory, ReferralStory
from reftrack.rules.terms import Terms


def follow_up(story: ReferralStory, terms: Terms) -> Iterator[Opening]:
    """Some days after each step that left the referral live, unless another came by then."""
    steps = [event for event in story.events if event.kind in _STEPS]
    counted = attempts(story)
    since_closing: set[str] = set()
    for step, following in zip_longest(steps, steps[1:]):
        if step.kind in CLOSING:
            since_closing.clear()
            continue
        since_closing.add(step.kind)
        is_link = since_closing & TALK or step in counted[2:]
        if "delivered" in since_closing or not is_link:
            continue
        is_won = "won" in since_closing
        days = terms.policy.follow_up_after_win if is_won else terms.policy.follow_up_after
        opens = terms.calendar.opening(step.at, days)
        if following is None or following.at > opens:
            yield by(step, opens)


_STEPS = PIPELINE | {"attempted"}


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
            ends = story.ends_of_live_at(opens)
            if ends:
                moot = None if None in ends else max(end for end in ends if end is not None)
                openings.append(at_instant(opens, link.uid, done, moot, is_held=story.is_owed_news))
        following = link.at
        if not link.is_waiver:
            done = link.at
    yield from reversed(openings)


def return_favour(story: PersonStory, _: Terms) -> Iterator[Opening]:
    """One favour at a time for each good referral, matched with the gifts in their order."""
    gifts = [event.at for event in story.events if event.kind == "given"]
    turn: datetime | None = None
    for good in story.proofs():
        opens = good.at if turn is None else max(good.at, turn)
        done = max(gifts[0], opens) if gifts else None
        yield at_instant(opens, good.uid, done_at=done)
        ended = ending(done, waived_at(story.events, "return-favour", opens), None)
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
        is_waiting = is_waiting or story.has_sent_in(pause)
        if not is_waiting and not any(pause.holds(instant) for instant in missed):
            continue
        told = first_after(story.events, frozenset({"reopened"}), at_or_after(pause.end))
        done = earliest(told, story.first_sent(pause.end))
        moot = following.start if following else None
        yield at_instant(pause.end, pause.end_uid, done, moot)
        told_before = ending(done, waived_at(story.events, "reopen-intake", pause.end), moot)
