"""The next step with a prospect: appointments, and follow-ups where none stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from reftrack.domain.events import CLOSING, TALK, Event, at_or_after
from reftrack.domain.instants import instant_of
from reftrack.domain.times import Calendar
from reftrack.rules.endings import earliest, waiver
from reftrack.rules.openings import (
    Opening,
    attempts,
    by,
    day_after_attempts,
    end_of,
    on_receipt,
)
from reftrack.rules.story import ReferralStory
from reftrack.rules.terms import Terms

ATTEMPT_OR_TALK = TALK | {"attempted"}
AGREED = frozenset({"agreed"})
ENDS = CLOSING | {"delivered"}

# How much before its hour an appointment may begin.
EARLY = timedelta(hours=1)


# Appointments.


def appointment_of(agreed: Event, calendar: Calendar) -> datetime | None:
    """The instant of the appointment, or the beginning of its day; None where there is none.

    On the very day of the agreement it is the agreement's own instant.
    """
    if agreed.data.get("at") is not None:
        at = instant_of(agreed.data["at"])
    elif agreed.data.get("on") is not None:
        day = date.fromisoformat(agreed.data["on"])
        is_today = day == calendar.date_of(agreed.at)
        at = agreed.at if is_today else calendar.midnight(day)
    else:
        return None
    return at if at >= agreed.at else None


def appointments(story: ReferralStory, terms: Terms) -> Iterator[Opening]:
    """At the appointment of each agreement; done where they met or spoke then, or I tried."""
    for agreed in story.events:
        if agreed.kind != "agreed" or (at := appointment_of(agreed, terms.calendar)) is None:
            continue
        early = at - EARLY if agreed.data.get("at") is not None else at
        later = [event for event in story.events if event.place > agreed.place]
        held = (e.at for e in later if e.kind in _HELD and e.at >= early)
        tried = (e.at for e in later if e.kind == "attempted" and e.at >= at)
        yield by(agreed, at, done_at=earliest(next(held, None), next(tried, None)))


_HELD = frozenset({"contacted", "met", "won"})


class Appointment(NamedTuple):
    """The appointment of an `agreed`, at `at`: it stands until `until`, that instant no longer."""

    agreed: Event
    at: datetime
    until: datetime | None

    def stands_at(self, instant: datetime) -> bool:
        """True if it was agreed by then, and neither kept nor moved nor called off."""
        return self.agreed.at <= instant and (self.until is None or instant < self.until)


def appointments_made(story: ReferralStory, terms: Terms) -> list[Appointment]:
    """The appointments with the time for which each of them stood; none where the rule is off."""
    if "keep-appointment" in terms.policy.off:
        return []
    agreed = {event.uid: event for event in story.events if event.kind == "agreed"}
    gone = story.prospect_forgotten
    made = []
    for opening in appointments(story, terms):
        end = end_of("keep-appointment", opening, story.events, AGREED, ENDS)
        until = earliest(end[0] if end else None, gone[0] if gone else None)
        made.append(Appointment(agreed[opening.cause], opening.at, until))
    return made


def standing_agreement(story: ReferralStory, terms: Terms, instant: datetime) -> Event | None:
    """The `agreed` whose appointment stands at an instant; None where none does."""
    made = appointments_made(story, terms)
    return next((each.agreed for each in reversed(made) if each.stands_at(instant)), None)


# Follow-ups.


class _Link(NamedTuple):
    """An event after which the next one is awaited until `opens`; None where none is."""

    event: Event
    opens: datetime | None


def follow_up(story: ReferralStory, terms: Terms) -> Iterator[Opening]:
    """Some days after each link, unless something came by then or an appointment stands."""
    links = _Links(story, terms)
    for link in links.chain:
        if (opening := links.opening(link)) is not None:
            yield opening


class _Links:
    """The links of one referral: talk, further tries, and what was let go of by its name."""

    def __init__(self, story: ReferralStory, terms: Terms) -> None:
        self.story, self.terms = story, terms
        self.standing = appointments_made(story, terms)
        # The waiver by which each follow-up was let go of, by the link that raised it.
        self.own: dict[int, int] = {}
        links = list(self._candidates())
        self.chain = [link for link in links if not _names(link.event, "follow-up")]
        for link in links:
            if _names(link.event, "follow-up") and self._ends_one(link.event):
                self.chain.append(link)
                self.chain.sort(key=lambda each: each.event.place)

    def _candidates(self) -> Iterator[_Link]:
        """All that may be a link, and what ends the wait for the next one."""
        named = self._waivers_of_others()
        counted = {event.id for event in attempts(self.story, self.terms.calendar)[2:]}
        since_closing: set[str] = set()
        is_closed = False
        for event in self.story.events:
            if event.kind in CLOSING:
                since_closing.clear()
                is_closed = True
            elif event.kind in TALK or event.kind == "delivered":
                since_closing.add(event.kind)
                is_closed = False
            is_step = event.kind in TALK or event.id in counted
            is_step = is_step or (event.kind == "attempted" and bool(since_closing & TALK))
            is_let_go = event.id in named or _names(event, "follow-up")
            if event.kind in ENDS:
                yield _Link(event, None)
            elif is_step or is_let_go:
                is_over = is_closed or "delivered" in since_closing
                yield _Link(event, None if is_over else self._opens(event, since_closing))

    def _opens(self, event: Event, since_closing: set[str]) -> datetime:
        policy = self.terms.policy
        is_won = "won" in since_closing
        days = policy.follow_up_after_win if is_won else policy.follow_up_after
        return self.terms.calendar.opening(event.at, days)

    def _waivers_of_others(self) -> set[int]:
        """The waivers by name that end a call, a further try or an appointment."""
        found: set[int] = set()
        for name, opens, done_by, moot_by in _OTHERS:
            if name in self.terms.policy.off:
                continue
            if not any(_names(event, name) for event in self.story.events):
                continue
            # A prospect who was forgotten is owed no follow-up, whatever was let go of.
            for opening in opens(self.story, self.terms):
                end = end_of(name, opening, self.story.events, done_by, moot_by)
                ending = waiver(self.story.events, name, opening.at)
                if end and end[1] == "waived" and ending and _names(ending, name):
                    found.add(ending.id)
        return found

    def _ends_one(self, event: Event) -> bool:
        """True if this waiver ends a follow-up that a link before it raised."""
        ended = [link.event.id for link in self.chain if self._is_ended_by(link, event)]
        self.own.update(dict.fromkeys(ended, event.id))
        return bool(ended)

    def _is_ended_by(self, link: _Link, event: Event) -> bool:
        opening = self.opening(link)
        if opening is None:
            return False
        end = end_of("follow-up", opening, self.story.events, FOLLOWED_UP, CLOSING)
        first = waiver(self.story.events, "follow-up", opening.at)
        return end is not None and end[1] == "waived" and first is event

    def opening(self, link: _Link) -> Opening | None:
        """The follow-up of this link; None if one came by then, or an appointment stands then."""
        opens = link.opens
        if opens is None or any(each.stands_at(opens) for each in self.standing):
            return None
        own = self.own.get(link.event.id)
        came = any(
            link.event.place < later.event.place
            and later.event.at <= opens
            and later.event.id != own
            for later in self.chain
        )
        return None if came else Opening(opens, at_or_after(opens), link.event.uid)


def _names(event: Event, rule: str) -> bool:
    """True for a waiver of this rule by its name."""
    return event.kind == "waived" and event.data.get("rule") == rule


FOLLOWED_UP = ATTEMPT_OR_TALK | {"delivered"}

# The other rules on the next step: their openings, and what does them or makes them moot.
_OTHERS = (
    ("contact-prospect", on_receipt, ATTEMPT_OR_TALK, CLOSING),
    ("try-again", day_after_attempts, TALK, CLOSING),
    ("keep-appointment", appointments, AGREED, ENDS),
)
