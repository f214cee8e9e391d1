"""The reasons for which a rule owes nothing on a subject; as data, not in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import CLOSING, TALK, Event, Place
from reftrack.domain.people import MILESTONES, OUTCOME
from reftrack.domain.referrals import Referral
from reftrack.rules.courtesies import Reading, ending_of, forgotten_of, openings_of
from reftrack.rules.next_step import appointments_made
from reftrack.rules.openings import attempts
from reftrack.rules.rulebook import NEWS, Rule
from reftrack.rules.special import (
    ASKS_A_YEAR,
    asks_in_the_year_before,
    free_from,
    missing_ticks,
    outside_of,
    unresolved,
)
from reftrack.rules.story import PersonStory, ReferralStory

RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Happening:
    """A cause or an end of a courtesy: an event, a pause or its end, a referral's receipt."""

    kind: str
    at: datetime
    uid: str
    referral: int | None = None
    event: Event | None = None

    @property
    def place(self) -> Place:
        """The place in the history; a receipt, a pause and its end stand before the events."""
        return self.event.place if self.event else (self.at, 0)


def happened(event: Event) -> Happening:
    """An event, as what raised or ended something."""
    return Happening(event.kind, event.at, event.uid, event.referral, event)


def receipt_of(referral: Referral) -> Happening:
    """The receipt of a referral, as what raised or ended something."""
    return Happening(RECEIVED, referral.received_at, referral.uid, referral.id)


Code = Literal[
    "off",  # the rule is switched off
    "expansion",  # new business from the same contact
    "wish",  # they wish milestones, or the outcome, only: `words`
    "awaits",  # nothing has raised it yet
    "attempts",  # `count` tries so far, which are not three
    "no-talk",  # nothing to follow up yet
    "appointment",  # one stands, at `instants`: that is the next step
    "forgotten",  # they were, at `instants`
    "closed",
    "delivered",
    "none-live",  # no referral of theirs is live
    "held",  # by `courtesies` that are still owed: they will be the news
    "never-reviewed",
    "ticks",  # the review, `happenings`, lacks `words`
    "asked-twice",  # at `instants`, in the year before the review
    "used",  # the right was used, or went, by `happenings`
    "pause",  # the book is paused, since `instants`
    "busy",  # they are, until `instants`
    "problem",  # on `referrals`, not put right
    "no-pause",  # they waited in none
]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """One reason for which a rule owes nothing; which fields are set depends on the `code`.

    `is_expected` says whether, without it, something would be owed: then somebody may wonder.
    """

    code: Code
    is_expected: bool = False
    happenings: tuple[Happening, ...] = ()
    courtesies: tuple[Courtesy, ...] = ()
    referrals: tuple[int, ...] = ()
    instants: tuple[datetime, ...] = ()
    words: tuple[str, ...] = ()
    count: int = 0


def not_owed(
    reading: Reading,
    rule: Rule,
    story: ReferralStory | PersonStory,
    last: Happening | None = None,
) -> Iterator[WhyNot]:
    """The reasons for which nothing of `rule` is open here; `last` ended its last occurrence.

    Nothing is said where that is all: it was owed, and it ended.
    """
    forgotten = forgotten_of(rule, story)
    if rule.name in reading.terms.policy.off:
        is_left_out = (
            isinstance(story, ReferralStory)
            and story.referral.is_expansion
            and not rule.on_expansions
        )
        is_expected = not is_left_out and _would_be_owed(reading, rule, story)
        yield WhyNot("off", is_expected=is_expected)
    elif forgotten is not None:
        yield WhyNot("forgotten", instants=(forgotten[0],))
    elif isinstance(story, PersonStory):
        yield from _ON_PERSON.get(rule.name, _awaits)(reading, rule, story, last)
    elif story.referral.is_expansion and not rule.on_expansions:
        is_expected = story.ended_at is None and _would_be_owed(reading, rule, story)
        yield WhyNot("expansion", is_expected=is_expected)
    else:
        yield from _ON_REFERRAL.get(rule.name, _awaits)(reading, rule, story, last)


def _would_be_owed(reading: Reading, rule: Rule, story: ReferralStory | PersonStory) -> bool:
    """True if the rule has an opening here that nothing has ended and nothing holds back."""
    return any(
        not opening.is_held and ending_of(rule, opening, story) is None
        for opening in openings_of(rule, story, reading.terms)
    )


# On referrals.


def _awaits(_: Reading, __: Rule, ___: Any, last: Happening | None) -> Iterator[WhyNot]:
    if last is None:
        yield WhyNot("awaits")


def _note_meeting(
    reading: Reading, rule: Rule, story: ReferralStory, last: Happening | None
) -> Iterator[WhyNot]:
    if story.source.updates != OUTCOME:
        yield from _awaits(reading, rule, story, last)
        return
    without = replace(story, source=replace(story.source, updates=None))
    is_expected = _would_be_owed(reading, rule, without)
    yield WhyNot("wish", is_expected=is_expected, words=(OUTCOME,))


def _ask_introduction(
    reading: Reading, rule: Rule, story: ReferralStory, last: Happening | None
) -> Iterator[WhyNot]:
    count = len(attempts(story, reading.terms.calendar))
    if last is None and count and not any(e.kind in TALK | CLOSING for e in story.events):
        yield WhyNot("attempts", count=count)
    else:
        yield from _awaits(reading, rule, story, last)


def _follow_up(
    reading: Reading, _: Rule, story: ReferralStory, last: Happening | None
) -> Iterator[WhyNot]:
    made = [each.at for each in appointments_made(story, reading.terms) if each.until is None]
    if story.closed_since is not None:
        yield WhyNot("closed")
    elif story.ended_at is not None:
        yield WhyNot("delivered")
    elif made:
        yield WhyNot("appointment", is_expected=True, instants=(made[-1],))
    elif last is None or last.kind != "waived":
        yield WhyNot("no-talk")


# On people.


def _keep_informed(
    reading: Reading, _: Rule, story: PersonStory, __: Happening | None
) -> Iterator[WhyNot]:
    is_live = any(sent.ended_at is None for sent in story.sent)
    if not story.sent:
        yield WhyNot("awaits")
    elif story.person.updates in (MILESTONES, OUTCOME):
        yield WhyNot("wish", is_expected=is_live, words=(story.person.updates,))
    elif not is_live:
        yield WhyNot("none-live")
    else:
        owed = (c for sent in story.sent for c in reading.on_referral(sent, NEWS))
        holding = tuple(courtesy for courtesy in owed if courtesy.outcome is None)
        yield WhyNot("held", is_expected=True, courtesies=holding)


def missing_for_ask(
    reading: Reading, story: PersonStory, used: Happening | None = None
) -> Iterator[WhyNot]:
    """All that is missing for the right to ask them; `used` is what ended that of their review."""
    reviews = [event for event in story.events if event.kind == "reviewed"]
    problems = tuple(part.referral.id for part in unresolved(story))
    if not reviews:
        delivered = _deliveries(story)
        yield WhyNot("never-reviewed", happenings=tuple(map(happened, delivered)))
    else:
        review = reviews[-1]
        yield from _missing_in(review, story, reading)
        if used is not None and used.at >= review.at and used.event is not review:
            yield WhyNot("used", happenings=(used,))
    if problems:
        yield WhyNot("problem", is_expected=bool(reviews), referrals=problems)


def _missing_in(review: Event, story: PersonStory, reading: Reading) -> Iterator[WhyNot]:
    if missing := missing_ticks(review):
        about = (happened(review),)
        yield WhyNot("ticks", is_expected=True, happenings=about, words=tuple(missing))
    earlier = [event for event in story.events if event.place < review.place]
    asked = asks_in_the_year_before(review, earlier, reading.terms)
    if len(asked) >= ASKS_A_YEAR:
        yield WhyNot("asked-twice", is_expected=not missing, instants=tuple(asked))
    if outside_of(story.pauses, free_from(review, reading.terms)) is None:
        yield WhyNot("pause", is_expected=not missing, instants=(story.pauses[-1].start,))


def _deliveries(story: PersonStory) -> list[Event]:
    parts = [event for part in story.prospect_of for event in part.events]
    return [event for event in (*parts, *story.events) if event.kind == "delivered"]


def _ask(reading: Reading, _: Rule, story: PersonStory, last: Happening | None) -> Iterator[WhyNot]:
    yield from missing_for_ask(reading, story, last)


def _reopen_intake(
    _: Reading, __: Rule, story: PersonStory, last: Happening | None
) -> Iterator[WhyNot]:
    pause = story.pauses[-1] if story.pauses else None
    if pause is not None and pause.end is None:
        missed = [event.at for event in story.events if event.kind == "missed"]
        is_expected = story.is_kept_waiting_in(pause) or any(map(pause.holds, missed))
        yield WhyNot("pause", is_expected=is_expected, instants=(pause.start,))
    elif last is None:
        yield WhyNot("no-pause")


_Check = Callable[[Reading, Rule, Any, Happening | None], Iterator[WhyNot]]

_ON_REFERRAL: Mapping[str, _Check] = {
    "note-meeting": _note_meeting,
    "ask-introduction": _ask_introduction,
    "follow-up": _follow_up,
}
_ON_PERSON: Mapping[str, _Check] = {
    "keep-informed": _keep_informed,
    "ask-for-referrals": _ask,
    "reopen-intake": _reopen_intake,
}
