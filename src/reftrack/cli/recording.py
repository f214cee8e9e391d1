"""What every recording command does alike: find whom it is about, record, answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reftrack.cli.asking import Decisions, Undecided, note_from
from reftrack.cli.command_line import shown
from reftrack.cli.here import Desk
from reftrack.cli.lines import subject_of
from reftrack.cli.naming import Names, NewPerson
from reftrack.cli.output import is_terminal, safe
from reftrack.cli.when import When, understood
from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import TOUCH, WAYS
from reftrack.domain.people import Person, checked_name, checked_text
from reftrack.domain.referrals import CO_WORKER, Referral
from reftrack.domain.spelling import name_key
from reftrack.errors import BadInput, Refused
from reftrack.rules.courtesies import Subject
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.steps import NO_GIFT, refusal, reopens
from reftrack.store.outlook import Outlook
from reftrack.wording import times
from reftrack.wording.actions import action_of, command_of
from reftrack.wording.recorded import on_person, on_referral


@dataclass(frozen=True)
class Telling:
    """The options that recording commands share, as they were typed."""

    by: str | None = None
    at: str | None = None
    note: str | None = None
    data: dict[str, object] = field(default_factory=dict)

    def checked(self) -> Telling:
        """The same with the way and the note as they are kept; BadInput where they cannot be."""
        note = note_from(self.note)
        if note is not None:
            note = checked_text(note, "The note")
        return Telling(way_of(self.by), self.at, note, self.data)


def way_of(text: str | None) -> str | None:
    """A way to reach somebody, by its name or the beginning of it."""
    if text is None:
        return None
    wanted = "-".join(name_key(text).split())
    wanted = _SAME_WAY.get(wanted, wanted)
    fitting = [way for way in WAYS if way == wanted] or [
        way for way in WAYS if wanted and way.startswith(wanted)
    ]
    if len(fitting) == 1:
        return fitting[0]
    raise BadInput(f"'{text[:40]}' is no way to reach somebody.", f"Say {', '.join(WAYS)}.")


# What people say for a way, and what the answers say for it.
_SAME_WAY = {
    "by-phone": "call",
    "letter": "card",
    "mail": "email",
    "message": "text",
    "meeting": "in-person",
    "person": "in-person",
    "phone": "call",
    "post": "card",
    "sms": "text",
    "visit": "in-person",
}


def instant_of(telling: Telling, desk: Desk, *about: Referral | Person) -> datetime:
    """When what is told of these happened, or what is told of the book; what was assumed is said.

    Now, or as `--at` says. Where a clock went back, no sooner than what is known of them already:
    one cannot thank for what is still to come.
    """
    last = desk.last_on(map(subject_about, about))
    if telling.at is None:
        return last
    since = max((r.received_at for r in about if isinstance(r, Referral)), default=None)
    when: When = understood(
        telling.at, now=desk.now, zone=desk.zone, tense="past", earliest=since, latest=last
    )
    if when.assumption:
        desk.asides.append(f"note: {when.assumption}")
    return when.instant


def subject_about(found: Referral | Person) -> Subject:
    """The referral or the person, as a subject of what is owed."""
    return ("referral" if isinstance(found, Referral) else "person", found.id)


def record_on_referrals(
    desk: Desk, kind: str, referrals: Sequence[Referral], telling: Telling, **names: str
) -> list[str]:
    """Records one event on each, or raises before any is kept; what to answer, a line each."""
    people = {p.id: p for r in referrals for p in desk.reader.people((r.source, r.prospect))}
    lines = []
    for referral in referrals:
        at = instant_of(telling, desk, referral)
        reopened = _checked_step(desk, kind, referral, at, telling)
        desk.journal.record(
            kind, at, referral=referral, channel=telling.by, note=telling.note, data=telling.data
        )
        sentence = on_referral(
            kind,
            telling.by,
            source=people[referral.source].name,
            prospect=_about(kind, referral, people[referral.prospect]),
            text=str(telling.data.get("text", "")),
            fit=str(telling.data.get("fit", "")),
            **names,
        )
        desk.journal.summary.append(f"{referral.id}: {sentence}")
        again = " It is open again." if reopened else ""
        lines.append(f"{referral.id}  {sentence}{_when(at, desk)}.{again}")
    return lines


def _about(kind: str, referral: Referral, prospect: Person) -> str:
    """What a touch is about: a name, or the business that one's own name brought."""
    is_own = referral.is_expansion and kind in TOUCH
    return "the new business" if is_own else prospect.name


def _checked_step(
    desk: Desk, kind: str, referral: Referral, at: datetime, telling: Telling
) -> bool:
    """Refused where the story up to `at` does not allow it; whether it reopens the referral."""
    subject: Subject = ("referral", referral.id)
    reading = desk.outlook.reading_at(at, subject)
    story = reading.referral_story(referral)
    has_gift = telling.by == "gift" or telling.data.get("gift") is not None
    refused = refusal(kind, story, has_gift=has_gift)
    if refused is not None:
        raise Refused(f"{referral.id}: {refused.reason}.", refused.instead.format(it=referral.id))
    return reopens(kind, story)


def refuse_gifts_to_colleagues(referral: Referral, way: str | None) -> None:
    """Refused where a co-worker referral would be thanked with a gift."""
    if referral.kind == CO_WORKER and way == "gift":
        raise Refused(NO_GIFT.reason + ".", "Thank them in words: --thanked card.")


def record_on_person(
    desk: Desk, kind: str, person: Person, telling: Telling, **names: str
) -> list[str]:
    """Records one event on a person; what to answer."""
    at = instant_of(telling, desk, person)
    desk.journal.record(
        kind, at, person=person.id, channel=telling.by, note=telling.note, data=telling.data
    )
    sentence = on_person(kind, telling.by, person=person.name, **names)
    desk.journal.summary.append(f"@{person.id}: {sentence}")
    return [f"@{person.id}  {sentence}{_when(at, desk)}."]


def _when(at: datetime, desk: Desk) -> str:
    return "" if at == desk.now else f" ({times.stamp(at, desk.zone)})"


def person_of(desk: Desk, text: str, decisions: Decisions) -> Person:
    """Somebody known by their whole name, or somebody new, who is recorded and mentioned."""
    found = Names(desk.outlook).person_or_new(text)
    if isinstance(found, Person):
        return found
    return _new_person(desk, found, decisions)


def _new_person(desk: Desk, new: NewPerson, decisions: Decisions) -> Person:
    name = checked_name(new.name)
    if new.near and is_terminal():
        if name not in decisions:
            raise Undecided(name, new.near)
        known = decisions[name]
        if known is not None:
            return known
    person = desk.journal.new_person(Person(0, "", name))
    desk.asides.append(f"New: {person.name} (@{person.id}).")
    if new.near and not is_terminal():
        others = ", ".join(f"{other.name} (@{other.id})" for other in new.near)
        mend = f"reftrack merge @{person.id} @{new.near[0].id} --yes"
        desk.asides.append(f"note: this is not {others}. If it is: {mend}")
    return person


def answer(desk: Desk, lines: Sequence[str], subjects: Sequence[Subject]) -> list[str]:
    """What was recorded, and what comes next on these subjects."""
    outlook = desk.settled()
    shown = [*lines[:8], f"… and {len(lines) - 8} more."] if len(lines) > 9 else list(lines)
    return [safe(line) for line in (*shown, *_next(outlook, desk, subjects))]


def _next(outlook: Outlook, desk: Desk, subjects: Sequence[Subject]) -> list[str]:
    stand = [
        (courtesy, status)
        for courtesy, status in outlook.stand(outlook.open_on(subjects))
        if status != "snoozed"
    ]
    opened = [courtesy for courtesy, status in stand if status != "upcoming"]
    # What this very command raised is what one should hear of, and first of all that one is full.
    raised = [courtesy for courtesy in opened if courtesy.cause in desk.journal.uids]
    full = [c for c in raised if BY_NAME[c.rule].is_of_capacity and c.referral is not None]
    debts = [courtesy for courtesy in opened if not BY_NAME[courtesy.rule].is_occasion]
    upcoming = sorted((c for c, status in stand if status == "upcoming"), key=lambda c: c.opens_at)
    following = [*full, *(c for c in raised if c in debts), *debts, *raised, *upcoming, *opened]
    return [_said(following[0], outlook, desk)] if following else []


def _said(courtesy: Courtesy, outlook: Outlook, desk: Desk) -> str:
    (item,) = outlook.items(outlook.stand([courtesy]))
    subject = subject_of(item)
    action = action_of(courtesy.rule, subject)
    if courtesy.opens_at > outlook.now:
        return f"Next, {times.opening(courtesy.opens_at, outlook.now, desk.zone)}: {action}."
    due = times.deadline(courtesy.due_at, outlook.now, desk.zone)
    return f"Next, {due}: {action} ({shown(command_of(courtesy.rule, subject))})"


def subjects_of(referrals: Sequence[Referral]) -> list[Subject]:
    """The subjects whose next courtesy an answer about these referrals names."""
    return [("referral", referral.id) for referral in referrals]


def sources_of(referrals: Sequence[Referral]) -> list[Subject]:
    """Their sources, as subjects of what is owed to a person."""
    return [("person", number) for number in dict.fromkeys(r.source for r in referrals)]
