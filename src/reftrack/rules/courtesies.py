"""History in, courtesies out: every rule of the book on every subject asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import Event, Place
from reftrack.domain.history import History
from reftrack.domain.referrals import Referral
from reftrack.domain.times import Calendar
from reftrack.rules.endings import Ending
from reftrack.rules.openings import Opening, end_of, for_source, until_forgotten
from reftrack.rules.rulebook import NEWS, RULEBOOK, Rule
from reftrack.rules.story import (
    Pause,
    PersonStory,
    Receipt,
    ReferralStory,
    forgotten_in,
    pauses_of,
)
from reftrack.rules.terms import Policy, Terms

# A subject of a courtesy: a referral or a person, by number.
Subject = tuple[Literal["referral", "person"], int]
Story = ReferralStory | PersonStory


def courtesies_of(
    history: History,
    policy: Policy,
    calendar: Calendar,
    subjects: Iterable[Subject] | None = None,
) -> list[Courtesy]:
    """Every courtesy of these subjects, or of all: open and ended, due at any time.

    What ended before it opened is left out. `history` has to hold all that the subjects touch: the
    referrals they are part of with their events, and the events on them and on the book.
    """
    return list(Reading(history, Terms(calendar, policy)).courtesies(subjects))


def openings_of(rule: Rule, story: Story, terms: Terms) -> Iterator[Opening]:
    """The openings of this rule, as its source was put right, and until somebody was forgotten."""
    forgotten = forgotten_of(rule, story)
    for opening in rule.opens(story, terms):
        opened = opening
        if isinstance(story, ReferralStory) and rule.to == "source":
            opened = for_source(opening, story)
        left = until_forgotten(opened, forgotten)
        if left is not None:
            yield left


def forgotten_of(rule: Rule, story: Story) -> Place | None:
    """The place at which the one whom the rule would owe it was forgotten; None for nobody."""
    if isinstance(story, PersonStory):
        return story.forgotten
    return story.source_forgotten if rule.to == "source" else story.prospect_forgotten


def ending_of(rule: Rule, opening: Opening, story: Story) -> Ending | None:
    """The end of what opens so, by the events on its subject; None while it has not ended."""
    events = events_for(rule, story)
    return end_of(rule.name, opening, events, rule.done_by, rule.moot_by, rule.done_if)


def events_for(rule: Rule, story: Story) -> Sequence[Event]:
    """The events that this rule reads in the story: of those to a former source none."""
    if isinstance(story, ReferralStory) and rule.to == "source":
        return story.events_of_source
    return story.events


@dataclass(frozen=True)
class Reading:
    """The rulebook held against one history."""

    history: History
    terms: Terms
    _stories: dict[int, ReferralStory] = field(default_factory=dict)

    @cached_property
    def pauses(self) -> Sequence[Pause]:
        """The pauses of the book."""
        return pauses_of(self.history.book)

    def courtesies(self, subjects: Iterable[Subject] | None = None) -> Iterator[Courtesy]:
        """The courtesies of these subjects, or of all."""
        if subjects is None:
            referrals: Iterable[int] = self.history.referrals
            people: Iterable[int] = self.history.people
        else:
            chosen = set(subjects)
            referrals = [number for what, number in chosen if what == "referral"]
            people = [number for what, number in chosen if what == "person"]
        for number in referrals:
            yield from self.on_referral(self.referral_story(self.history.referrals[number]))
        for number in people:
            yield from self.on_person(self.person_story(number))

    def referral_story(self, referral: Referral) -> ReferralStory:
        """The story of one referral: read once, as it is part of its people's stories too."""
        if referral.id not in self._stories:
            self._stories[referral.id] = self._read(referral)
        return self._stories[referral.id]

    def _read(self, referral: Referral) -> ReferralStory:
        history = self.history
        sent = history.sent_by.get(referral.prospect, ())
        return ReferralStory(
            referral,
            history.on_referral.get(referral.id, ()),
            history.people[referral.source],
            self.pauses,
            sorted(self._receipt(other) for other in sent if not other.is_expansion),
            forgotten_in(history.on_person.get(referral.source, ())),
            forgotten_in(history.on_person.get(referral.prospect, ())),
        )

    def _receipt(self, referral: Referral) -> Receipt:
        events = self.history.on_referral.get(referral.id, ())
        return ReferralStory(referral, events, self.history.people[referral.source]).receipt

    def person_story(self, number: int) -> PersonStory:
        """The story of one person."""
        sent = self.history.sent_by.get(number, ())
        stories = [self.referral_story(r) for r in sent if not r.is_expansion]
        return PersonStory(
            self.history.people[number],
            self.history.on_person.get(number, ()),
            stories,
            [self.referral_story(r) for r in self.history.prospect_of.get(number, ())],
            self.pauses,
            is_owed_news=any(self._owes_news(story) for story in stories),
        )

    def _owes_news(self, story: ReferralStory) -> bool:
        return any(courtesy.outcome is None for courtesy in self.on_referral(story, NEWS))

    def on_referral(
        self, story: ReferralStory, only: frozenset[str] | None = None
    ) -> Iterator[Courtesy]:
        """The courtesies that its rules raise on a referral."""
        referral = story.referral
        for rule in self._rules("referral", only):
            if referral.is_expansion and not rule.on_expansions:
                continue
            to, about = referral.source, referral.prospect
            if rule.to == "prospect":
                to, about = about, to
            for opening in openings_of(rule, story, self.terms):
                yield from self._raised(rule, opening, story, to, about)

    def on_person(
        self, story: PersonStory, only: frozenset[str] | None = None
    ) -> Iterator[Courtesy]:
        """The courtesies that its rules raise on a person."""
        number = story.person.id
        for rule in self._rules("person", only):
            for opening in openings_of(rule, story, self.terms):
                yield from self._raised(rule, opening, story, number, None)

    def _rules(self, subject: str, only: frozenset[str] | None) -> Iterator[Rule]:
        for rule in RULEBOOK:
            is_asked_for = only is None or rule.name in only
            if rule.subject == subject and is_asked_for and rule.name not in self.terms.policy.off:
                yield rule

    def _raised(
        self, rule: Rule, opening: Opening, story: Story, to: int, about: int | None
    ) -> Iterator[Courtesy]:
        """The courtesy that this opening raises; none where it ended before, or is held back."""
        end = ending_of(rule, opening, story)
        if (end is None and opening.is_held) or (end is not None and end[0] < opening.at):
            return
        yield courtesy_from(rule, opening, story, end, self.terms, to, about)


def courtesy_from(
    rule: Rule,
    opening: Opening,
    story: Story,
    end: Ending | None,
    terms: Terms,
    to: int,
    about: int | None,
) -> Courtesy:
    """The courtesy of an opening with its deadline; an end that was announced is yet to come."""
    ended_at, outcome = end or (None, None)
    ends_at = None
    if outcome == "moot" and ended_at is not None and opening.at <= ended_at == opening.ends_at:
        ended_at, outcome, ends_at = None, None, ended_at
    return Courtesy(
        rule.name,
        story.referral.id if isinstance(story, ReferralStory) else None,
        story.person.id if isinstance(story, PersonStory) else None,
        opening.cause,
        to,
        about,
        opening.at,
        opening.due_at or terms.due(rule.name, opening.at),
        ended_at,
        outcome,
        ends_at,
    )
