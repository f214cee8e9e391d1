"""The right to ask a client for referrals: earned by whom, and what others lack."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from reftrack.application.session import Session
from reftrack.domain.events import Event
from reftrack.domain.people import Person
from reftrack.domain.times import Calendar
from reftrack.errors import Refused
from reftrack.hints import Blank, Command, Hint, Option, command
from reftrack.rules.courtesies import Reading
from reftrack.rules.not_owed import Happening, WhyNot
from reftrack.rules.reasons import Occurrence, explained
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.special import TICKS as TICKS
from reftrack.rules.special import unresolved
from reftrack.rules.terms import Terms
from reftrack.store.clients import clients
from reftrack.store.outlook import Outlook
from reftrack.wording.because import Because
from reftrack.wording.why_not import clause

RULE = BY_NAME["ask-for-referrals"]

# The lacks, the easiest to mend first.
_FAR = {
    "busy": 1,
    "problem": 2,
    "pause": 2,
    "never-reviewed": 3,
    "ticks": 4,
    "asked-twice": 5,
    "used": 7,
    "forgotten": 8,
}
_NOTHING_DONE = 6


@dataclass(frozen=True)
class Right:
    """The right to ask one person: what they said, and what they lack; nothing means earned.

    `asked` are the asks of the last 365 days; `won` is a referral of theirs still to be delivered.
    """

    person: Person
    review: Event | None
    asked: tuple[datetime, ...]
    problems: tuple[int, ...]
    missing: tuple[WhyNot, ...]
    occurrence: Occurrence | None
    won: int | None

    @property
    def is_earned(self) -> bool:
        """True if they may be asked now."""
        return not self.missing

    @property
    def order(self) -> tuple[int, datetime, int]:
        """The key for sorting: earned rights first by deadline, then those that lack least."""
        far = max((_far(why) for why in self.missing), default=0)
        courtesy = self.occurrence.courtesy if self.occurrence else None
        since = self.review.at if self.review else datetime.max.replace(tzinfo=UTC)
        return far, courtesy.due_at if courtesy else since, self.person.id

    def command(self) -> Command | None:
        """The command for what to do next; None where there is only waiting."""
        it = f"@{self.person.id}"
        if self.is_earned:
            return command("ask", it)
        codes = {why.code for why in self.missing}
        if self.won and self.is_unfinished:
            return command("deliver", self.won)
        if codes & {"never-reviewed", "ticks", "used"}:
            return BY_NAME["review-client"].command.on(it)
        if self.problems:
            return command("resolve", self.problems[0], Blank("TEXT"))
        return command("resume") if "pause" in codes else None

    @property
    def is_unfinished(self) -> bool:
        """True if they were never reviewed, as no work of theirs is finished."""
        return any(_far(why) == _NOTHING_DONE for why in self.missing)

    @property
    def used_by(self) -> Happening | None:
        """The ask, or the referral of theirs, that used up the right of the last review."""
        used = (why.happenings[0] for why in self.missing if why.code == "used")
        return next(used, None)

    def lacks(self, because: Because) -> list[str]:
        """The things that are missing, each in a few words."""
        return [clause(why, RULE.name, self.person.name, because) for why in self.missing]


def _far(why: WhyNot) -> int:
    if why.code == "never-reviewed" and not why.happenings:
        return _NOTHING_DONE
    return _FAR[why.code]


def right_of(reading: Reading, person: Person, now: datetime) -> Right:
    """The right to ask this person, in a history that ends at `now`.

    A rule that is switched off reminds nobody; what has to be earned stays the same.
    """
    terms = reading.terms
    alone = replace(terms.policy, off=frozenset(BY_NAME) - {RULE.name})
    reading = Reading(reading.history, Terms(terms.calendar, alone))
    story = reading.person_story(person.id)
    (explanation,) = explained(reading, ("person", person.id), [RULE])
    last = next(reversed(explanation.occurrences), None)
    is_open = last is not None and last.is_open
    missing = () if is_open else tuple(explanation.why_not)
    if last is not None and is_open and last.courtesy.opens_at > now:
        missing = (WhyNot("busy", instants=(last.courtesy.opens_at,)),)
    today = terms.calendar.date_of(now)
    asked = [event.at for event in story.events if event.kind == "asked"]
    a_year = today - timedelta(days=365)
    won = [part.referral.id for part in story.prospect_of if part.standing.stage == "won"]
    return Right(
        person,
        next((event for event in reversed(story.events) if event.kind == "reviewed"), None),
        tuple(at for at in asked if terms.calendar.date_of(at) >= a_year),
        tuple(part.referral.id for part in unresolved(story)),
        missing,
        last if is_open else None,
        next(iter(won), None),
    )


def refuse_unearned(right: Right, because: Because) -> None:
    """Raises Refused where the right to ask is not earned, with all that is missing."""
    if right.is_earned:
        return
    first = right.command()
    hint: Hint = ("To record it all the same: ", Option("anyway"))
    if first is not None:
        hint = ("First: ", first, ". ", *hint)
    raise Refused(
        f"the right to ask {right.person.name} is not earned: {'; '.join(right.lacks(because))}.",
        hint,
    )


@dataclass(frozen=True, slots=True)
class Rights:
    """Every client with the right to ask them: earned ones first, then those that lack least."""

    now: datetime
    calendar: Calendar
    rights: tuple[Right, ...]


def rights(session: Session) -> Rights | None:
    """Every client with the right to ask them; None where there is no book yet."""
    with session.looking() as outlook:
        if outlook is None:
            return None
        return Rights(outlook.now, outlook.terms.calendar, tuple(_all(outlook)))


def _all(outlook: Outlook) -> list[Right]:
    numbers = clients(outlook)
    history = outlook.history([("person", number) for number in numbers])
    reading = Reading(history, outlook.terms)
    people = outlook.reader.people(numbers)
    found = [right_of(reading, person, outlook.now) for person in people]
    # Somebody who was won and lost again before any work was finished is no client.
    clients_ = [right for right in found if right.won or not right.is_unfinished]
    return sorted(clients_, key=lambda right: right.order)
