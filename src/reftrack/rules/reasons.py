"""The reasons of what a rule raised on a subject, and of its times; as data, not in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.times import Span
from reftrack.rules.courtesies import (
    Reading,
    Story,
    Subject,
    courtesy_from,
    ending_of,
    events_for,
    openings_of,
)
from reftrack.rules.endings import Ending, waives
from reftrack.rules.not_owed import (
    RECEIVED,
    Happening,
    WhyNot,
    happened,
    not_owed,
    receipt_of,
)
from reftrack.rules.openings import Opening
from reftrack.rules.rulebook import RULEBOOK, Rule
from reftrack.rules.special import free_from
from reftrack.rules.story import PersonStory, ReferralStory


@dataclass(frozen=True, slots=True)
class Wait:
    """A reason for which a courtesy opens later than what raised it, and when that is over.

    `span` is a time that has to pass, `key` the policy's name for it; `busy` is their own word,
    `pause` mine; at `turn` the favour before it ends, at `appointment` it is to be held, and at
    `corrected` the present source was named.
    """

    code: Literal["span", "busy", "pause", "turn", "appointment", "corrected"]
    until: datetime
    span: Span | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a rule opened, or would have.

    `courtesy` is as the rulebook raises it; where `is_raised` is false it was not: it ended before
    it opened, or is held back. `within` is None where the deadline was named.
    """

    courtesy: Courtesy
    is_raised: bool
    cause: Happening
    waits: tuple[Wait, ...]
    within: Span | None
    ended_by: Happening | None

    @property
    def is_open(self) -> bool:
        """True if it is owed, now or later."""
        return self.is_raised and self.courtesy.outcome is None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A rule on a subject: every occurrence in order, and why none is open where none is."""

    rule: Rule
    subject: Subject
    to: int
    occurrences: tuple[Occurrence, ...]
    why_not: tuple[WhyNot, ...]


def explained(
    reading: Reading,
    subject: Subject,
    rules: Iterable[Rule] = RULEBOOK,
    now: datetime | None = None,
) -> Iterator[Explanation]:
    """The rules of these that are about such a subject, each explained as seen at `now`."""
    what, number = subject
    story: Story
    if what == "referral":
        story = reading.referral_story(reading.history.referrals[number])
        raised = list(reading.on_referral(story))
    else:
        story = reading.person_story(number)
        raised = list(reading.on_person(story))
    for rule in rules:
        if rule.subject == what:
            occurrences = tuple(_Occurrences(reading, rule, story, raised, now))
            is_open = any(occurrence.is_open for occurrence in occurrences)
            last = next((o.ended_by for o in occurrences[-1:]), None)
            why_not = () if is_open else tuple(not_owed(reading, rule, story, last))
            yield Explanation(rule, subject, _parties(rule, story)[0], occurrences, why_not)


def _parties(rule: Rule, story: Story) -> tuple[int, int | None]:
    """To whom the rule owes, and about whom."""
    if isinstance(story, PersonStory):
        return story.person.id, None
    source, prospect = story.referral.source, story.referral.prospect
    return (prospect, source) if rule.to == "prospect" else (source, prospect)


class _Occurrences(Iterable[Occurrence]):
    """The occurrences of one rule in one story."""

    def __init__(
        self,
        reading: Reading,
        rule: Rule,
        story: Story,
        raised: Iterable[Courtesy],
        now: datetime | None,
    ) -> None:
        self.now = now
        self.terms = reading.terms
        self.rule = rule
        self.story = story
        self.raised = {(c.cause, c.opens_at): c for c in raised if c.rule == rule.name}
        self.happenings = sorted(_happenings(rule, story), key=lambda each: each.place)

    def __iter__(self) -> Iterator[Occurrence]:
        if self.rule.name in self.terms.policy.off or _is_left_out(self.rule, self.story):
            return
        done = 0
        for opening in openings_of(self.rule, self.story, self.terms):
            end = ending_of(self.rule, opening, self.story)
            raised = self.raised.get((opening.cause, opening.at))
            courtesy = raised or self._unraised(opening, end)
            if self.now is not None:
                courtesy = courtesy.seen_at(self.now)
            has_ended = end is not None and courtesy.outcome is not None
            cause = self._cause(opening)
            yield Occurrence(
                courtesy,
                raised is not None,
                cause,
                tuple(self._waits(opening, cause)),
                self.terms.policy.within.get(self.rule.name),
                self._ended_by(end, opening.cause, done) if end and has_ended else None,
            )
            done += end is not None and end[1] == "done"

    def _unraised(self, opening: Opening, end: Ending | None) -> Courtesy:
        parties = _parties(self.rule, self.story)
        return courtesy_from(self.rule, opening, self.story, end, self.terms, *parties)

    def _cause(self, opening: Opening) -> Happening:
        named = [each for each in self.happenings if each.uid == opening.cause]
        if len(named) == 1:
            return named[0]
        # A file may give a referral and an event one uid.
        if self.rule.name == "keep-informed":
            return next(each for each in named if self._rhythm(opening, each))
        is_receipt = self.rule.is_at_receipt
        return next(each for each in named if (each.kind == RECEIVED) == is_receipt)

    def _waits(self, opening: Opening, cause: Happening) -> Iterator[Wait]:
        if opening.at == cause.at:
            return
        if opening.since is not None or self._is_corrected_at(opening.at):
            yield Wait("corrected", opening.at)
        elif self.rule.name == "return-favour":
            yield Wait("turn", opening.at)
        elif self.rule.name == "keep-appointment":
            yield Wait("appointment", opening.at)
        elif self.rule.name == "ask-for-referrals":
            free = free_from(cause.event, self.terms) if cause.event else cause.at
            if free > cause.at:
                yield Wait("busy", free)
            if opening.at > free:
                yield Wait("pause", opening.at)
        else:
            key, days = self._rhythm(opening, cause) or ("", self._days(opening, cause))
            hours = int((opening.at - cause.at).total_seconds()) // 3600
            yield Wait("span", opening.at, Span(days=days) if days else Span(hours=hours), key)

    def _is_corrected_at(self, instant: datetime) -> bool:
        """True if a referral of theirs was found to be theirs at this instant, and not before."""
        sent = self.story.sent if isinstance(self.story, PersonStory) else ()
        return any(each.corrected is not None and each.corrected.at == instant for each in sent)

    def _rhythm(self, opening: Opening, cause: Happening) -> tuple[str, int] | None:
        """The number of days after the cause at which it opens, with the name of their key."""
        days = {key: getattr(self.terms.policy, key) for key in self.rule.rhythm}
        wish = self.story.person.updates_every if isinstance(self.story, PersonStory) else None
        if wish and "update_every" in days:
            days = {_WISH: wish}
        opens = self.terms.calendar.opening
        return next(((k, n) for k, n in days.items() if opens(cause.at, n) == opening.at), None)

    def _days(self, opening: Opening, cause: Happening) -> int:
        """The number of days after the cause at the beginning of which it opens, 0 for none."""
        calendar = self.terms.calendar
        days = (calendar.date_of(opening.at) - calendar.date_of(cause.at)).days
        return days if days and calendar.opening(cause.at, days) == opening.at else 0

    def _ended_by(self, end: Ending, cause: str, done: int) -> Happening | None:
        ended_at, outcome = end
        name = self.rule.name
        if outcome == "waived":
            kinds = frozenset({"waived"})
        elif outcome == "done":
            kinds = self.rule.done_by | self.rule.done_too_by
        else:
            kinds = self.rule.moot_by | self.rule.moot_too_by | {"forgotten"}
        fitting = [each for each in self.happenings if each.kind in kinds]
        if name == "return-favour" and outcome == "done":
            return fitting[done]
        at_once = [
            each for each in fitting if each.at == ended_at and self._can_end(each, outcome, cause)
        ]
        # A wish that was known before the first referral.
        earlier = [each for each in fitting if each.at < ended_at]
        return next(iter(at_once or earlier[-1:]), None)

    def _can_end(self, happening: Happening, outcome: str, cause: str) -> bool:
        """True if this is what the rule looks for, beside its kind."""
        event = happening.event
        if event is None:
            return outcome != "waived"
        if outcome == "waived":
            return waives(event, self.rule.name)
        if outcome == "done" and event.kind in self.rule.done_by - self.rule.done_too_by:
            return self.rule.done_if(event, cause)
        return True


def _is_left_out(rule: Rule, story: Story) -> bool:
    is_expansion = isinstance(story, ReferralStory) and story.referral.is_expansion
    return is_expansion and not rule.on_expansions


def _happenings(rule: Rule, story: Story) -> Iterator[Happening]:
    """All that can raise or end this rule's courtesies in this story."""
    if isinstance(story, ReferralStory):
        yield receipt_of(story.referral)
        for received in story.chain:
            yield Happening(RECEIVED, received.at, received.uid, received.referral)
        yield from map(happened, events_for(rule, story))
        for place in (story.source_forgotten, story.prospect_forgotten):
            if place is not None:
                yield Happening("forgotten", place[0], "")
    else:
        for received in story.receipts:
            yield Happening(RECEIVED, received.at, received.uid, received.referral)
        yield from map(happened, story.events)
        if rule.to == "client":
            yield from (happened(event) for part in story.prospect_of for event in part.events)
        else:
            yield from (happened(e) for part in story.sent for e in part.events_of_source)
            places = {part.forgotten_at for part in story.sent}
            yield from (Happening("forgotten", place[0], "") for place in places if place)
    for pause in story.pauses:
        yield Happening("paused", pause.start, "")
        if pause.end is not None:
            yield Happening("resumed", pause.end, pause.end_uid)


_WISH = "wish"
