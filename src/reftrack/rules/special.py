"""The rules that need more than a row can say: each of them one function of a story."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import zip_longest

from reftrack.domain.events import CLOSING, PIPELINE, TALK, TOUCH, Event, at_or_after
from reftrack.domain.people import MILESTONES, OUTCOME
from reftrack.rules.endings import earliest, ending, first_after, waived_at, waives
from reftrack.rules.openings import Opening, Terms, attempts, by
from reftrack.rules.story import Pause, PersonStory, ReferralStory


def follow_up(story: ReferralStory, terms: Terms) -> Iterator[Opening]:
    """Some days after each step that left the referral live, unless another came by then."""
    steps = [event for event in story.events if event.kind in _STEPS]
    counted = attempts(story)
    has_talked = is_won = is_delivered = False
    for step, following in zip_longest(steps, steps[1:]):
        if step.kind in CLOSING:
            has_talked = is_won = is_delivered = False
            continue
        has_talked = has_talked or step.kind in TALK
        is_won = is_won or step.kind == "won"
        is_delivered = is_delivered or step.kind == "delivered"
        if is_delivered or not (has_talked or step in counted[2:]):
            continue
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
    links = _links(story)
    for number, (at, _, _, cause) in enumerate(links):
        opens = terms.calendar.opening(at, days)
        later = links[number + 1 :]
        if later and later[0][0] <= opens:
            continue
        ends = [sent.ended_at for sent in story.sent if sent.is_live_at(opens)]
        if not ends:
            continue
        done = next((link for link, kind, _, _ in later if kind != "waived"), None)
        moot = None if None in ends else max(end for end in ends if end is not None)
        yield Opening(opens, at_or_after(opens), cause, done, moot, story.is_owed_news)


def _links(story: PersonStory) -> list[tuple[datetime, str, int, str]]:
    """The chain of keep-informed, in order: instant, kind of event, number, uid."""
    receipts = [sent.referral for sent in story.sent]
    events = [e for sent in story.sent for e in sent.events if e.kind in TOUCH]
    events += [e for e in story.events if e.kind == "wished" or waives(e, "keep-informed")]
    return sorted(
        [(referral.received_at, "", referral.id, referral.uid) for referral in receipts]
        + [(event.at, event.kind, event.id, event.uid) for event in events]
    )


def return_favour(story: PersonStory, _: Terms) -> Iterator[Opening]:
    """One favour at a time for each good referral, matched with the gifts in their order."""
    gifts = [event.at for event in story.events if event.kind == "given"]
    turn: datetime | None = None
    for good in _good_referrals(story):
        opens = good.at if turn is None else max(good.at, turn)
        done = max(gifts[0], opens) if gifts else None
        yield Opening(opens, at_or_after(opens), good.uid, done_at=done)
        ended = ending(done, waived_at(story.events, "return-favour", opens), None)
        if ended is None:
            return
        turn, outcome = ended
        if outcome == "done":
            del gifts[0]


def _good_referrals(story: PersonStory) -> list[Event]:
    """What showed each good referral of theirs to be one, in order."""
    proofs: list[Event] = []
    for sent in story.sent:
        proofs += [
            event
            for event in sent.events
            if event.kind == "won" or (event.kind == "rated" and event.data.get("fit") == "good")
        ][:1]
    return sorted(proofs, key=lambda event: event.place)


def earned_ask(story: PersonStory, terms: Terms) -> Iterator[Opening]:
    """When a review was good in all three, once neither they nor I are too busy for it."""
    is_held = any(
        part.has_open_problem and part.closed_since is None
        for part in (*story.sent, *story.prospect_of)
    )
    for review in story.events:
        if not _is_earned(review) or _asks_in_the_year_before(review, story, terms) >= 2:
            continue
        opens = review.at
        if review.data.get("busy_until") is not None:
            free = terms.calendar.midnight(date.fromisoformat(review.data["busy_until"]))
            opens = max(opens, free)
        outside = _outside(story.pauses, opens)
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
            is_held=is_held,
        )


def _is_earned(event: Event) -> bool:
    ticks = (event.data.get(tick) for tick in ("agreed", "delivered", "happy"))
    return event.kind == "reviewed" and all(tick is True for tick in ticks)


def _asks_in_the_year_before(review: Event, story: PersonStory, terms: Terms) -> int:
    """How often they were asked before the review, on its local date or the 365 before that."""
    since = terms.calendar.date_of(review.at) - timedelta(days=365)
    asked = [e for e in story.events if e.kind == "asked" and e.place < review.place]
    return sum(terms.calendar.date_of(event.at) >= since for event in asked)


def _outside(pauses: Sequence[Pause], instant: datetime) -> datetime | None:
    """The first instant outside every pause from `instant` on, None while the last one lasts."""
    for pause in pauses:
        if pause.holds(instant):
            if pause.end is None:
                return None
            instant = pause.end
    return instant


def reopened_intake(story: PersonStory, _: Terms) -> Iterator[Opening]:
    """At each end of a pause, for whom it kept waiting or who was not told of the one before."""
    is_waiting = False
    for pause, following in zip_longest(story.pauses, story.pauses[1:]):
        if pause.end is None:
            return
        missed = [event.at for event in story.events if event.kind == "missed"]
        sent = [sent.referral.received_at for sent in story.sent]
        if not is_waiting and not any(pause.holds(instant) for instant in (*missed, *sent)):
            continue
        after = at_or_after(pause.end)
        told = first_after(story.events, frozenset({"reopened"}), after)
        done = earliest(told, story.first_sent(pause.end))
        moot = following.start if following else None
        yield Opening(pause.end, after, pause.end_uid, done_at=done, moot_at=moot)
        ended = ending(done, waived_at(story.events, "reopen-intake", pause.end), moot)
        is_waiting = ended is not None and ended[1] == "moot"
