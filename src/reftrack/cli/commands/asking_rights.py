"""`ask` without a name: who has earned being asked for referrals, and what others lack."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from reftrack.cli.command_line import shown
from reftrack.cli.here import Here
from reftrack.cli.lines import Fold, Letter, Record, Section
from reftrack.cli.output import say_json
from reftrack.cli.screen import show_letter
from reftrack.domain.counting import listed
from reftrack.domain.events import Event
from reftrack.domain.people import Person
from reftrack.domain.times import Calendar, text_of
from reftrack.errors import Refused
from reftrack.rules.courtesies import Reading
from reftrack.rules.not_owed import Happening, WhyNot
from reftrack.rules.reasons import Occurrence, explained
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.special import TICKS, unresolved
from reftrack.rules.terms import Terms
from reftrack.store.clients import clients
from reftrack.store.outlook import Outlook
from reftrack.wording import times
from reftrack.wording.because import Because
from reftrack.wording.why_not import clause

SCHEMA = "reftrack.ask/1"
RULE = BY_NAME["ask-for-referrals"]

# How near each lack is to being mended: the nearest come first.
_FAR = {
    "busy": 1,
    "problem": 2,
    "pause": 2,
    "never-reviewed": 3,
    "ticks": 4,
    "asked-twice": 5,
    "used": 7,
}
_NOTHING_DONE = 6


@dataclass(frozen=True)
class Right:
    """Whether somebody may be asked: what they said, what is missing; no lack means earned.

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
        """Whether they may be asked now."""
        return not self.missing

    @property
    def order(self) -> tuple[int, datetime, int]:
        """Who comes first: the earned by deadline, then those who lack least."""
        far = max((_far(why) for why in self.missing), default=0)
        courtesy = self.occurrence.courtesy if self.occurrence else None
        since = self.review.at if self.review else datetime.max.replace(tzinfo=UTC)
        return far, courtesy.due_at if courtesy else since, self.person.id

    def command(self) -> str:
        """What to do next, the command for it; empty where there is only waiting."""
        if self.is_earned:
            return f"reftrack ask @{self.person.id}"
        codes = {why.code for why in self.missing}
        if self.won and "never-reviewed" in codes and not self.is_delivered:
            return f"reftrack deliver {self.won}"
        if codes & {"never-reviewed", "ticks", "used"}:
            return shown(BY_NAME["review-client"].command.on(f"@{self.person.id}"))
        if self.problems:
            return f"reftrack resolve {self.problems[0]} TEXT"
        return "reftrack resume" if "pause" in codes else ""

    @property
    def is_delivered(self) -> bool:
        """Whether any work of theirs is finished, as far as they were not reviewed."""
        return any(why.happenings for why in self.missing)

    @property
    def used_by(self) -> Happening | None:
        """What used the right of the last review up: an ask, a referral of theirs."""
        used = (why.happenings[0] for why in self.missing if why.code == "used")
        return next(used, None)

    def lacks(self, because: Because) -> list[str]:
        """What is missing, each in a few words."""
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
    """Refused where the right to ask is not earned, with all that is missing."""
    if right.is_earned:
        return
    first = f"First: {right.command()}. " if right.command() else ""
    raise Refused(
        f"the right to ask {right.person.name} is not earned: {'; '.join(right.lacks(because))}.",
        f"{first}To record it all the same: --anyway",
    )


# The list.


def show_rights(here: Here, *, limit: int | None, is_json: bool) -> None:
    """Prints who has earned being asked, and what others lack."""
    with here.outlook() as outlook:
        if outlook is None:
            if is_json:
                now = here.now(here.zone(None))
                say_json({"schema": SCHEMA, "now": text_of(now), "people": []})
            else:
                show_letter(Letter("", "", closing=here.without_a_book()))
            return
        rights = _rights(outlook)
    because = Because(outlook.now, outlook.terms.calendar)
    if is_json:
        people = [_document(right, because) for right in rights[:limit]]
        say_json({"schema": SCHEMA, "now": text_of(outlook.now), "people": people})
    else:
        show_letter(_letter(rights, because, limit))


def _rights(outlook: Outlook) -> list[Right]:
    numbers = clients(outlook)
    history = outlook.history([("person", number) for number in numbers])
    reading = Reading(history, outlook.terms)
    people = outlook.reader.people(numbers)
    rights = [right_of(reading, person, outlook.now) for person in people]
    # Somebody who was won and lost again before any work was finished is no client.
    rights = [right for right in rights if right.won or right.order[0] != _NOTHING_DONE]
    return sorted(rights, key=lambda right: right.order)


def _letter(rights: list[Right], because: Because, limit: int | None) -> Letter:
    zone = because.calendar.zone
    earned = sum(right.is_earned for right in rights)
    letter = Letter(times.heading(because.now, zone), f"{earned} of {len(rights)} may be asked.")
    for title, chosen in (
        ("EARNED", [right for right in rights[:limit] if right.is_earned]),
        ("NOT YET", [r for r in rights[:limit] if not r.is_earned and r.used_by is None]),
        ("ASKED", [right for right in rights[:limit] if right.used_by is not None]),
    ):
        if chosen:
            letter.sections.append(Section(title, [_record(r, because) for r in chosen]))
    if limit is not None and len(rights) > limit:
        letter.folds = [Fold("MORE", f"{len(rights) - limit} not shown", "reftrack ask")]
    if not rights:
        letter.closing = ["Nobody yet: the right to ask begins with work that is finished."]
    return letter


def _record(right: Right, because: Because) -> Record:
    now, zone = because.now, because.calendar.zone
    who = f"{right.person.name}: {_ticks(right.review)}"
    used = right.used_by
    if used is not None:
        what = _USED.get(used.kind, used.kind).format(it=used.referral)
        when = f"{what} {times.day(used.at, now, zone)}"
        return Record(f"@{right.person.id}", who, when, _problem(right, because), "", ())
    when = ""
    if right.occurrence is not None:
        courtesy = right.occurrence.courtesy
        when = times.deadline(courtesy.due_at, now, zone)
        if courtesy.opens_at > now:
            when = times.opening(courtesy.opens_at, now, zone)
    said = [*_lacks_beside(right, because), _asks(right.asked, because)]
    return Record(f"@{right.person.id}", who, when, "; ".join(said), right.command(), ())


_USED = {"received": "sent {it}", "lost": "lost {it}", "waived": "let go"}


def _problem(right: Right, because: Because) -> str:
    lacks = zip(right.missing, right.lacks(because), strict=True)
    return next((said for why, said in lacks if why.code == "problem"), "")


def _lacks_beside(right: Right, because: Because) -> list[str]:
    """What is missing, where the ticks that stand beside it do not say it already."""
    said = []
    for why, lack in zip(right.missing, right.lacks(because), strict=True):
        if why.code == "ticks":
            said.append(f"reviewed {because.day(why.happenings[0].at)}")
        elif why.code == "never-reviewed":
            said.append("the work is finished" if why.happenings else "the work goes on")
        elif why.code != "busy":
            said.append(lack)
        else:
            said.append("busy until then")
    return said


_WORDS = {
    "agreed": ("agreed", "not as agreed", "agreed?"),
    "delivered": ("delivered", "not all delivered", "delivered?"),
    "happy": ("happy", "not happy", "happy?"),
}


def _ticks(review: Event | None) -> str:
    """The three ticks of the last review, a question mark where it leaves one open."""
    if review is None:
        return "not reviewed"
    answers = [review.data.get(tick) for tick in TICKS]
    places = [0 if answer is True else 1 if answer is False else 2 for answer in answers]
    return ", ".join(_WORDS[tick][place] for tick, place in zip(TICKS, places, strict=True))


def _asks(asked: Iterable[datetime], because: Because) -> str:
    days = [because.day(at) for at in asked]
    if not days:
        return "not asked in a year"
    often = {1: "once", 2: "twice"}.get(len(days), f"{len(days)} times")
    return f"asked {often} in a year ({listed(days)})"


def _busy_until(right: Right, calendar: Calendar, now: datetime) -> str | None:
    day = right.review.data.get("busy_until") if right.review else None
    if day is None or calendar.midnight(date.fromisoformat(day)) <= now:
        return None
    return str(day)


def _document(right: Right, because: Because) -> dict[str, object]:
    review, courtesy = right.review, right.occurrence.courtesy if right.occurrence else None
    return {
        "person": {"id": right.person.id, "name": right.person.name},
        "earned": right.is_earned,
        "reviewed_at": text_of(review.at) if review else None,
        "ticks": {tick: review.data.get(tick) if review else None for tick in TICKS},
        "asked_at": [text_of(at) for at in right.asked],
        "busy_until": _busy_until(right, because.calendar, because.now),
        "open_problems": list(right.problems),
        "opens_at": text_of(courtesy.opens_at) if courtesy else None,
        "due_at": text_of(courtesy.due_at) if courtesy else None,
        "missing": [
            {"code": why.code, "said": said}
            for why, said in zip(right.missing, right.lacks(because), strict=True)
        ],
        "command": right.command() or None,
    }
