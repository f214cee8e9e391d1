"""Random histories, valid in form but often implausible, to try two readings against each other."""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from reftrack.rules.rulebook import RULEBOOK

RULES = [rule.name for rule in RULEBOOK]
PERSON_RULES = [rule.name for rule in RULEBOOK if rule.subject == "person"]
ON_REFERRAL = [
    "attempted",
    "contacted",
    "met",
    "won",
    "delivered",
    "lost",
    "declined",
    "referred-out",
    "problem",
    "resolved",
    "rated",
    "thanked",
    "told",
    "explained",
    "educated",
    "waived",
    "snoozed",
    "noted",
]
ON_PERSON = [
    "missed",
    "called-back",
    "wished",
    "given",
    "delivered",
    "reviewed",
    "asked",
    "reopened",
    "waived",
    "snoozed",
    "noted",
]
ON_BOOK = ("paused", "resumed")
WAYS = ("card", "call", "email", "text", "in-person")
NAMES = [
    "Sam Ortiz",
    "Dana Ruiz",
    "Priya Nair",
    "Tom Beck",
    "Ana Silva",
    "Kim Wood",
    "Joe Kerr",
    "Mia Lund",
    "Zoë Ångström",
    "Li Wei",
    "Omar Haddad",
    "Ines Duarte",
    "Paul O'Neil",
    "Ruth Adler",
    "Yuki Mori",
    "Eva Novák",
]

STORIES = (
    "thanked attempted attempted attempted told contacted met won thanked delivered",
    "contacted thanked met won thanked delivered",
    "thanked contacted met told lost explained",
    "contacted declined referred-out explained thanked",
    "attempted attempted attempted attempted attempted lost",
    "attempted contacted met won problem resolved told delivered rated",
    "contacted lost contacted won delivered contacted",
    "thanked contacted declined explained met won declined won delivered",
    "contacted rated educated rated lost declined",
    "thanked contacted met attempted attempted won lost",
    "thanked contacted won problem delivered resolved told",
    "lost referred-out declined contacted attempted attempted",
    "attempted waived:try-again attempted waived:try-again attempted waived:ask-introduction",
    "attempted attempted attempted waived:ask-introduction waived:follow-up told attempted",
    "thanked met waived:note-meeting won waived:announce-win problem waived:all resolved",
)
"""What often befalls a referral, in order."""

PERSONAL_STORIES = (
    "wished given",
    "missed called-back missed",
    "delivered reviewed asked",
    "reviewed asked reviewed asked reviewed asked",
    "given given wished",
    "missed reopened",
    "reviewed reviewed",
    "given waived:return-favour given waived:return-favour",
)
"""What often befalls a person, in order."""

REPLIES = {
    "attempted": "attempted attempted contacted met lost told noted",
    "contacted": "attempted met won lost declined told thanked explained",
    "met": "won lost thanked told attempted",
    "won": "thanked told delivered problem lost rated won",
    "delivered": "rated delivered problem contacted",
    "lost": "explained contacted lost declined delivered",
    "declined": "explained referred-out declined met",
    "referred-out": "explained declined referred-out contacted",
    "problem": "told resolved explained problem lost",
    "resolved": "told explained problem",
    "rated": "educated rated",
    "thanked": "contacted told delivered lost",
    "told": "told contacted delivered lost",
    "missed": "called-back missed reopened",
    "reviewed": "asked reviewed",
    "asked": "asked reviewed",
    "wished": "wished given",
    "given": "given",
}
"""What may well happen after an event, on the same referral or person."""

RAISED = {
    "attempted": "try-again ask-introduction ask-introduction follow-up",
    "contacted": "follow-up explain-capacity",
    "met": "note-meeting follow-up",
    "won": "announce-win thank-win follow-up thank-chain",
    "lost": "explain-loss",
    "declined": "explain-decline find-better",
    "referred-out": "explain-decline",
    "problem": "report-problem resolve-problem",
    "resolved": "report-resolution",
    "rated": "educate-source",
    "thanked": "thank-referral thank-chain",
    "missed": "call-back reopen-intake",
    "reviewed": "ask-for-referrals",
    "delivered": "review-client",
    "wished": "keep-informed return-favour",
}
"""The rules of which a waiver may well follow an event."""

HOURS = (1, 4, 24, 24, 24, 48, 72)
DAYS = (1, 2, 3, 4, 7, 8, 14, 14, 15, 30, 31, 91)
SECOND = timedelta(seconds=1)


@dataclass
class Draft:
    """A history while it is being made up."""

    rng: random.Random
    zone: ZoneInfo
    anchor: datetime
    spread: timedelta
    ties: float
    instants: list[datetime] = field(default_factory=list)
    kinds: list[str] = field(default_factory=lambda: list(ON_REFERRAL))
    """The kinds of noise on referrals."""
    people: list[dict[str, Any]] = field(default_factory=list)
    referrals: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def uid(self) -> str:
        """Make up a uid."""
        return str(uuid.UUID(int=self.rng.getrandbits(128), version=4))

    def has_chance(self, chance: float) -> bool:
        """Be true with a chance."""
        return self.rng.random() < chance


def random_history(
    seed: int,
    *,
    people: int = 6,
    referrals: int = 8,
    events: int = 40,
    zone: str = "UTC",
) -> dict[str, Any]:
    """Make up a history of the "reftrack.history/1" form, always the same for a seed.

    The numbers are upper bounds (of events, a close one): some seeds tell short plausible
    stories, some are pure noise, some have few people to whom much happens. Instants cluster
    around a change of the zone's clock where it has any.
    """
    rng = random.Random(f"{seed} {zone}")
    style = rng.choice(("stories", "stories", "noise", "few", "mixed", "mixed", "book"))
    if style == "few":
        people, referrals = min(people, 2), min(referrals, 3)
    elif style == "stories":
        referrals = rng.randint(1, referrals) if referrals else 0
    draft = Draft(
        rng,
        ZoneInfo(zone),
        anchor=random_anchor(rng, zone),
        spread=timedelta(days=rng.choice((1, 3, 10, 40, 120, 450))),
        ties=rng.choice((0.05, 0.2, 0.5)),
    )
    replies = rng.choice((0, 0.3, 0.6))
    if draft.has_chance(0.3):
        draft.kinds = rng.sample(ON_REFERRAL, 5)
    add_people(draft, people)
    if people:
        add_referrals(draft, referrals)
    if style in {"stories", "mixed"}:
        add_stories(draft, events if style == "stories" else events // 2)
    while len(draft.events) < events and style != "stories":
        if draft.has_chance(replies) and draft.events and draft.events[-1]["kind"] not in ON_BOOK:
            add_reply(draft)
        elif draft.has_chance(0.05):
            add_chain(draft)
        elif draft.has_chance(0.02) and draft.people and len(draft.events) + 3 <= events:
            add_asks(draft)
        else:
            add_noise(draft, style)
    return finished(draft)


# Instants


@lru_cache(maxsize=64)
def clock_changes(zone: str) -> tuple[datetime, ...]:
    """Find the clock changes of a zone in 1919 and from 2006 to 2027, to the second.

    In 1919 Toronto's clocks sprang from 23:30 to 00:30: a skipped midnight within a gap.
    """
    tz = ZoneInfo(zone)
    changes = []
    days = [datetime(1919, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(365)]
    days += [datetime(2006, 1, 1, tzinfo=UTC) + timedelta(days=day) for day in range(8035)]
    for low in days:
        left, right = low, low + timedelta(days=1)
        before = left.astimezone(tz).utcoffset()
        if right.astimezone(tz).utcoffset() == before:
            continue
        while right - left > SECOND:
            middle = left + (right - left) // (2 * SECOND) * SECOND
            if middle.astimezone(tz).utcoffset() == before:
                left = middle
            else:
                right = middle
        changes.append(right)
    return tuple(changes)


def random_anchor(rng: random.Random, zone: str) -> datetime:
    """Choose the instant around which a history happens, often a change of the clock."""
    changes = clock_changes(zone)
    if changes and rng.random() < 0.7:
        return rng.choice(changes[:1] if rng.random() < 0.1 else changes)
    return datetime(2024, 1, 1, 15, tzinfo=UTC) + timedelta(minutes=rng.randrange(1_500_000))


def random_instant(draft: Draft, not_before: datetime | None = None) -> datetime:
    """Choose an instant, often one that stands in a telling relation to an earlier choice."""
    rng = draft.rng
    for _ in range(8):
        instant = clustered(draft) if draft.instants else uniform(draft)
        if not_before is None or instant >= not_before:
            break
    else:
        gap = rng.choice((0, 0, 1, 3600, 86_400, rng.randrange(2_000_000)))
        instant = (not_before or draft.anchor) + timedelta(seconds=gap)
    draft.instants.append(instant)
    return instant


def uniform(draft: Draft) -> datetime:
    """Choose an instant anywhere in the history's span."""
    seconds = int(draft.spread.total_seconds())
    return draft.anchor + timedelta(seconds=draft.rng.randint(-seconds, seconds))


def clustered(draft: Draft) -> datetime:
    """Choose an instant that ties with, or stands at a rule's distance from, another one."""
    rng = draft.rng
    other = rng.choice(draft.instants[-6:] if draft.has_chance(0.5) else draft.instants)
    if draft.has_chance(draft.ties):
        return other
    match rng.randrange(7):
        case 0:
            return other + timedelta(hours=rng.choice(HOURS)) + rng.choice((-1, 0, 0, 1)) * SECOND
        case 1 | 2:
            return midnight_after(draft, other, rng.choice(DAYS))
        case 3:
            return other + timedelta(minutes=rng.randint(-300, 300))
        case 4:
            near = draft.anchor + timedelta(minutes=rng.choice((-90, -60, -30, 0, 0, 30, 60)))
            return near + rng.randint(-1, 1) * SECOND
        case _:
            return uniform(draft)


def midnight_after(draft: Draft, instant: datetime, days: int) -> datetime:
    """Choose the local midnight so many days on, or the second before or after it."""
    day = instant.astimezone(draft.zone).date() + timedelta(days=days)
    local = datetime.combine(day, time(), tzinfo=draft.zone)
    local = local.replace(fold=draft.rng.choice((0, 0, 1)))
    return local.astimezone(UTC).replace(microsecond=0) + draft.rng.choice((-1, 0, 0, 1)) * SECOND


def written(instant: datetime) -> str:
    """Write an instant as the form has it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# People and referrals


def add_people(draft: Draft, count: int) -> None:
    """Add people with wishes of every form."""
    rng = draft.rng
    number = 0
    for index in range(count):
        number += rng.choice((1, 1, 1, 2, 5))
        name = NAMES[index % len(NAMES)] + (f" {index}" if index >= len(NAMES) else "")
        draft.people.append(
            {
                "id": number,
                "uid": draft.uid(),
                "name": name,
                "email": rng.choice((None, f"person{number}@example.org")),
                "phone": rng.choice((None, f"07700 900{number:03}")),
                "company": rng.choice((None, "Ortiz & Sons")),
                "relation": rng.choice(
                    ("client", "partner", "colleague", "friend", "family", "other")
                ),
                "updates": rng.choice((None, None, None, "milestones", "outcome", "30d", "3d")),
                "channel": rng.choice((None, None, *WAYS)),
                "note": rng.choice((None, "private")),
            }
        )


def add_referrals(draft: Draft, count: int) -> None:
    """Add referrals: chains, several between the same two people, and expansions."""
    rng = draft.rng
    number = 0
    for _ in range(count):
        number += rng.choice((1, 1, 1, 2, 4))
        source, prospect = rng.choice(draft.people)["id"], rng.choice(draft.people)["id"]
        if draft.referrals and draft.has_chance(0.5):
            other = rng.choice(draft.referrals)
            source, prospect = rng.choice(
                ((other["source"], other["prospect"]), (other["prospect"], prospect))
            )
        if source == prospect and draft.has_chance(0.6):
            prospect = rng.choice(draft.people)["id"]
        kind = "expansion"
        if source != prospect:
            kind = rng.choice(("client", "client", "co-worker", "partner"))
        draft.referrals.append(
            {
                "id": number,
                "uid": draft.uid(),
                "source": source,
                "prospect": prospect,
                "received_at": random_instant(draft),
                "kind": kind,
                "tie": rng.choice((None, "cousin", "neighbour")),
                "need": rng.choice((None, "a new roof")),
                "note": rng.choice((None, "private")),
            }
        )


# Events


def add_event(
    draft: Draft,
    kind: str,
    at: datetime,
    on: dict[str, Any] | None = None,
    rule: str | None = None,
) -> None:
    """Add an event on a referral, a person or the book; its id is given at the end."""
    is_on_referral = on is not None and "source" in on
    if on is not None and kind not in (ON_REFERRAL if is_on_referral else ON_PERSON):
        return  # it does not happen to such a subject: no history of this form has it
    ways: tuple[str | None, ...] = (None, *WAYS)
    data = random_data(draft, kind, at, is_person=not is_on_referral)
    if rule:
        data["rule"] = rule
    if kind == "thanked" and on and on["kind"] != "co-worker" and draft.has_chance(0.1):
        ways, data = ("gift",), {"gift": "a book"}
    draft.events.append(
        {
            "uid": draft.uid(),
            "at": at,
            "kind": kind,
            "referral": on["id"] if on and is_on_referral else None,
            "person": on["id"] if on and not is_on_referral else None,
            "channel": draft.rng.choice(ways) if kind not in ON_BOOK else None,
            "note": draft.rng.choice((None, None, "private")),
            "data": data,
        }
    )


def random_data(draft: Draft, kind: str, at: datetime, *, is_person: bool) -> dict[str, Any]:
    """Make up the data of an event."""
    rng = draft.rng
    data: dict[str, Any] = {}
    match kind:
        case "rated":
            data = {"fit": rng.choice(("good", "poor"))}
        case "waived":
            likely = rng.choice(PERSON_RULES if is_person else RULES)
            data = {"rule": rng.choice(("all", likely, likely, rng.choice(RULES)))}
        case "snoozed":
            until = at + rng.choice((timedelta(hours=1), timedelta(days=3), timedelta(days=60)))
            data = {"until": written(until), "rule": rng.choice((None, rng.choice(RULES)))}
        case "reviewed":
            data = random_review(draft, at)
        case "given":
            data = {"prospect": rng.choice((None, "Max Weber"))}
        case "referred-out" if draft.has_chance(0.5):
            data = {"to": rng.choice(draft.people)["uid"]}
        case "lost" | "declined" | "told" | "explained" | "problem" | "resolved":
            data = {"text": rng.choice((None, "the boiler"))}
    return data


def random_review(draft: Draft, at: datetime) -> dict[str, Any]:
    """Make up the data of a review, mostly a good one, with any `busy_until`."""
    rng = draft.rng
    good = draft.has_chance(0.7)
    busy_until: date | None = None
    if draft.has_chance(0.4):
        near = rng.choice((at, at, draft.anchor, rng.choice(draft.instants or [at])))
        days = rng.choice((-3, -1, 0, 0, 1, 1, 2, 7, 40))
        busy_until = near.astimezone(draft.zone).date() + timedelta(days=days)
    return {
        "agreed": good or rng.choice((True, False, None)),
        "delivered": good or rng.choice((True, False, None)),
        "happy": good or rng.choice((True, False, None)),
        "busy_until": busy_until.isoformat() if busy_until else None,
    }


def add_noise(draft: Draft, style: str) -> None:
    """Add one event of any kind on anything."""
    rng = draft.rng
    chance = rng.random()
    if chance < (0.4 if style == "book" else 0.08) or not draft.people:
        add_event(draft, rng.choice(ON_BOOK), random_instant(draft))
    elif chance < 0.6 and draft.referrals:
        referral = rng.choice(draft.referrals)
        at = random_instant(draft, referral["received_at"])
        add_event(draft, rng.choice(draft.kinds), at, referral)
    else:
        add_event(draft, rng.choice(ON_PERSON), random_instant(draft), rng.choice(draft.people))


def later(draft: Draft, at: datetime) -> datetime:
    """Choose an instant at another one or a rule's distance after it."""
    rng = draft.rng
    match rng.randrange(6):
        case 0:
            at += timedelta(hours=rng.choice(HOURS)) + rng.choice((0, 0, 1)) * SECOND
        case 1:
            at = max(at, midnight_after(draft, at, rng.choice(DAYS)))
        case 2:
            at += timedelta(seconds=rng.choice((0, 0, 0, 1, 60)))
        case _:
            at += timedelta(minutes=rng.randrange(1, 60 * 24 * 4))
    draft.instants.append(at)
    return at


def add_reply(draft: Draft) -> None:
    """Add what may well happen after an event, at a rule's distance from it."""
    rng = draft.rng
    other = rng.choice([event for event in draft.events if event["kind"] not in ON_BOOK])
    kind, rule = rng.choice(REPLIES.get(other["kind"], "noted").split()), None
    if draft.has_chance(0.25):
        kind = rng.choice(("waived", "waived", "waived", "waived", "snoozed"))
        rule = rng.choice(RAISED.get(other["kind"], "all").split())
    if kind == "snoozed" and rule == "all":
        rule = None
    on = {"id": other["person"], "kind": None}
    for referral in draft.referrals:
        if referral["id"] == other["referral"]:
            on = referral
    add_event(draft, kind, later(draft, other["at"]), on, rule)


def add_chain(draft: Draft) -> None:
    """Add the win of a referral whose prospect became a source, or what it led to."""
    rng = draft.rng
    chains = [
        (here, own)
        for here in draft.referrals
        for own in draft.referrals
        if own["source"] == here["prospect"] and own["received_at"] >= here["received_at"]
    ]
    if not chains:
        return
    here, own = rng.choice(chains)
    if draft.has_chance(0.5):
        won = rng.choice((here["received_at"], own["received_at"], random_instant(draft)))
        add_event(draft, "won", max(won, here["received_at"]), here)
    else:
        kind = rng.choice(("thanked", "told", "waived"))
        rule = "thank-chain" if kind == "waived" else None
        add_event(draft, kind, later(draft, own["received_at"]), here, rule)


def add_asks(draft: Draft) -> None:
    """Add two asks and a good review about a year after the first of them."""
    rng = draft.rng
    asked, person = random_instant(draft), rng.choice(draft.people)
    review = midnight_after(draft, asked, rng.choice((364, 365, 366, 367)))
    for at in (asked, rng.choice((asked, review, later(draft, asked)))):
        add_event(draft, "asked", at, person)
    add_event(draft, "reviewed", rng.choice((review, later(draft, review))), person)


def add_stories(draft: Draft, count: int) -> None:
    """Add stories of referrals and people, each at its own pace, until there are enough events."""
    rng = draft.rng
    stories: list[tuple[dict[str, Any] | None, list[str]]] = []
    for referral in draft.referrals:
        stories.append((referral, rng.choice(STORIES).split()))
        stories.extend(
            ({"id": referral[end], "kind": None}, rng.choice(PERSONAL_STORIES).split())
            for end in ("source", "prospect")
            if draft.has_chance(0.4)
        )
    if draft.has_chance(0.5):
        stories.append((None, ["paused", "resumed"] * rng.randint(1, 2)))
    for on, kinds in stories:
        add_story(draft, on, kinds, most=count - len(draft.events))


def add_story(draft: Draft, on: dict[str, Any] | None, kinds: list[str], *, most: int) -> None:
    """Add one story up to where it has got, with now and then a step left out."""
    rng = draft.rng
    at = on["received_at"] if on and "source" in on else random_instant(draft)
    for step in kinds[: max(0, min(most, rng.randint(1, len(kinds))))]:
        if draft.has_chance(0.1):
            continue
        at = later(draft, at)
        kind, _, rule = step.partition(":")
        add_event(draft, kind, at, on, rule or None)


# The document


def finished(draft: Draft) -> dict[str, Any]:
    """Make the document, its events numbered in the order of their instants or not."""
    rng = draft.rng
    events = draft.events
    order = rng.choice(("recorded", "instants", "backwards", "shuffled"))
    if order == "shuffled":
        rng.shuffle(events)
    elif order != "recorded":
        rng.shuffle(events)
        events.sort(key=lambda event: event["at"], reverse=order == "backwards")
    number = 0
    numbered = []
    for event in events:
        number += rng.choice((1, 1, 1, 2, 9))
        numbered.append({"id": number, **event, "at": written(event["at"])})
    if draft.has_chance(0.2):
        rng.shuffle(numbered)
    return {
        "schema": "reftrack.history/1",
        "people": draft.people,
        "referrals": [
            {**referral, "received_at": written(referral["received_at"])}
            for referral in draft.referrals
        ],
        "events": numbered,
    }
