"""Random histories, valid in form but often implausible, to try two readings against each other."""

from __future__ import annotations

import json
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
    "agreed",
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
    "source-corrected",
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
    "promised",
    "kept",
    "forgotten",
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
    "thanked contacted agreed contacted met won told thanked delivered",
    "contacted agreed agreed attempted agreed met",
    "agreed attempted waived:keep-appointment agreed waived:all",
    "attempted attempted attempted attempted told agreed met lost",
    "thanked contacted source-corrected thanked won told",
    "thanked contacted won told source-corrected source-corrected thanked told",
    "contacted problem problem resolved told resolved explained",
    "waived:contact-prospect waived:follow-up waived:follow-up contacted",
    "attempted waived:try-again waived:follow-up agreed lost contacted",
    "thanked met waived:note-meeting won waived:announce-win problem waived:all resolved",
)
"""Events that often befall a referral, in order."""

PERSONAL_STORIES = (
    "wished given",
    "missed called-back missed",
    "delivered reviewed asked",
    "reviewed asked reviewed asked reviewed asked",
    "given given wished",
    "missed reopened",
    "reviewed reviewed",
    "given waived:return-favour given waived:return-favour",
    "promised promised kept kept",
    "promised waived:keep-promise promised kept",
    "missed missed called-back missed waived:call-back missed",
    "reviewed forgotten",
)
"""Events that often befall a person, in order."""

REPLIES = {
    "attempted": "attempted attempted contacted met lost told noted",
    "contacted": "attempted agreed agreed met won lost declined told thanked explained",
    "agreed": "attempted attempted contacted contacted met won agreed agreed lost delivered",
    "met": "won lost thanked told attempted",
    "won": "thanked thanked told told delivered problem lost rated won agreed",
    "delivered": "rated delivered problem contacted",
    "lost": "explained contacted lost declined delivered",
    "declined": "explained referred-out declined met",
    "referred-out": "explained declined referred-out contacted",
    "problem": "told resolved resolved explained problem problem lost",
    "resolved": "told explained problem resolved",
    "rated": "educated rated",
    "thanked": "contacted told delivered lost source-corrected",
    "told": "told contacted delivered lost source-corrected",
    "educated": "source-corrected educated",
    "source-corrected": "source-corrected thanked told educated won",
    "missed": "called-back missed missed reopened",
    "promised": "kept kept kept promised",
    "reviewed": "asked reviewed",
    "asked": "asked reviewed",
    "wished": "wished given",
    "given": "given",
}
"""Events that may well follow one, on the same referral or person."""

RAISED = {
    "attempted": "try-again ask-introduction ask-introduction follow-up",
    "contacted": "follow-up explain-capacity",
    "agreed": "keep-appointment keep-appointment follow-up",
    "promised": "keep-promise",
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

ODD_ZONES = (
    "Pacific/Apia",
    "America/Sao_Paulo",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "America/St_Johns",
    "America/Havana",
    "Asia/Kathmandu",
)
"""Zones with a day left out, skipped midnights, changes twice a year for Ramadan, half hours."""

WEEKS = ("mon tue wed thu fri", "sun mon tue wed thu", "mon wed fri", "sat", "mon fri sat sun")
WEEK_HOURS = (
    "09:00-17:00",
    "08:30-12:00",
    "00:00-06:00",
    "01:30-03:15",
    "00:00-23:59",
    "20:00-23:30",
)
HOURS = (1, 4, 24, 24, 24, 48, 72)
DAYS = (1, 2, 3, 4, 7, 8, 14, 14, 15, 30, 31, 91)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@dataclass
class Draft:
    """A history while it is being made up."""

    rng: random.Random
    zone: ZoneInfo
    anchor: datetime
    spread: timedelta
    ties: float
    instants: list[datetime] = field(default_factory=list)
    kinds: list[str] = field(default_factory=lambda: [*ON_REFERRAL, "agreed", "agreed", "problem"])
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
    """Make up a history of the "reftrack.history/2" form, always the same for a seed.

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


def random_terms(seed: int, document: dict[str, Any]) -> dict[str, Any]:
    """Make up a policy, the rules that are off and a week, as `independent.courtesies` has them.

    Spans are of hours, days, working hours and working days; holidays lie where things happen.
    """
    rng = random.Random(f"terms {seed}")
    policy: dict[str, str] = {}
    if rng.random() < 0.6:
        within = [rule for rule in RULES if rule != "keep-promise"]
        policy = {rule: random_span(rng) for rule in rng.sample(within, rng.choice((3, 8, 25)))}
    if rng.random() < 0.3:
        policy["update_every"] = rng.choice(("1d", "3d", "14d", "40d"))
        policy["follow_up_after"] = rng.choice(("1d", "2d", "7d"))
        policy["follow_up_after_win"] = rng.choice(("1d", "5d", "30d"))
    terms: dict[str, Any] = {"policy": policy, "off": frozenset(), "week": None}
    if rng.random() < 0.2:
        terms["off"] = frozenset(rng.sample(RULES, 3))
    if rng.random() < 0.7:
        days = [date.fromisoformat(event["at"][:10]) for event in document["events"]]
        terms["week"] = {
            "days": rng.choice(WEEKS).split(),
            "hours": rng.choice(WEEK_HOURS),
            "holidays": [random_holiday(rng, day) for day in days[: rng.choice((0, 1, 3, 9))]],
        }
    return terms


def configuration_of(terms: dict[str, Any]) -> str:
    """Write terms as the configuration has them, for a book that takes in the history."""
    lines = ["[policy]", *(f'{key} = "{value}"' for key, value in terms["policy"].items())]
    lines += ["[rules]", f"off = {json.dumps(sorted(terms['off']))}"]
    if week := terms["week"]:
        lines += ["[week]", *(f"{key} = {json.dumps(value)}" for key, value in week.items())]
    return "\n".join(lines) + "\n"


def random_span(rng: random.Random) -> str:
    """Make up a length of time in any of the four units."""
    unit = rng.choice(("h", "d", "wh", "wd"))
    most = {"h": (1, 3, 12, 24, 48, 90), "wh": (1, 2, 4, 8, 9, 24)}.get(unit, (1, 1, 2, 3, 7, 14))
    return f"{rng.choice(most)}{unit}"


def random_holiday(rng: random.Random, near: date) -> str:
    """Make up a holiday, or a range of them, within a week of a date."""
    first = near + timedelta(days=rng.randint(-3, 7))
    if rng.random() < 0.7:
        return first.isoformat()
    return f"{first.isoformat()}..{(first + timedelta(days=rng.choice((0, 1, 4, 11)))).isoformat()}"


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
        at = random_instant(draft)
        if draft.referrals and number % 9 == 0:  # two of one source came in one call
            source, at = draft.referrals[-1]["source"], draft.referrals[-1]["received_at"]
        kind = "expansion"
        if source != prospect:
            kind = rng.choice(("client", "client", "co-worker", "partner"))
        draft.referrals.append(
            {
                "id": number,
                "uid": draft.uid(),
                "source": source,
                "prospect": prospect,
                "received_at": at,
                "kind": kind,
                "tie": rng.choice((None, "cousin", "neighbour")),
                "need": rng.choice((None, "a new roof")),
                "confidential": draft.has_chance(0.1),
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
    data = random_data(draft, kind, at, on)
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
    if kind == "source-corrected" and draft.has_chance(0.3):
        again = at if draft.has_chance(0.6) else later(draft, at)
        kinds = ("source-corrected", "thanked", "educated", "told")
        add_event(draft, draft.rng.choice(kinds), again, on)


def random_data(draft: Draft, kind: str, at: datetime, on: dict[str, Any] | None) -> dict[str, Any]:
    """Make up the data of an event on a referral, a person or the book."""
    rng = draft.rng
    data: dict[str, Any] = {}
    match kind:
        case "rated":
            data = {"fit": rng.choice(("good", "poor"))}
        case "waived":
            is_person = on is not None and "source" not in on
            likely = rng.choice(PERSON_RULES if is_person else RULES)
            data = {"rule": rng.choice(("all", likely, likely, rng.choice(RULES)))}
        case "snoozed":
            until = at + rng.choice((timedelta(hours=1), timedelta(days=3), timedelta(days=60)))
            rule = rng.choice((rng.choice(RULES), "try-again", "keep-informed", "follow-up"))
            data = {"until": written(until), "rule": rng.choice((None, rule))}
        case "reviewed":
            data = random_review(draft, at)
        case "given":
            data = {"prospect": rng.choice((None, "Max Weber"))}
        case "referred-out" if draft.has_chance(0.5):
            data = {"to": rng.choice(draft.people)["uid"]}
        case "agreed":
            data = random_agreement(draft, at)
        case "promised":
            data = random_promise(draft, at)
        case "kept":
            data = {"promise": named(draft, "promised", on)}
        case "source-corrected":
            source = on and [each for each in draft.people if each["id"] == on["source"]]
            data = {"from": rng.choice([*draft.people, *(source or ())])["uid"]}
        case "paused":
            data = {"until": random_end(draft, at)}
        case "won" if draft.has_chance(0.3):
            data = {"value": "4200.50", "currency": "GBP"}
        case "resolved":
            data = {"text": "mended", "problem": named(draft, "problem", on)}
        case "told":
            data = {"text": rng.choice((None, "the boiler"))}
            if draft.has_chance(0.4):
                data["news"] = True
        case "lost" | "declined" | "explained" | "problem":
            data = {"text": rng.choice((None, "the boiler"))}
    return data


def random_agreement(draft: Draft, at: datetime) -> dict[str, Any]:
    """Make up an appointment: at an instant, on a date, neither, or earlier than the agreement."""
    rng = draft.rng
    text = rng.choice((None, "the roof"))
    match rng.randrange(8):
        case 0:
            return {"text": text}
        case 1 | 2 | 3:
            day = at.astimezone(draft.zone).date()
            day += timedelta(days=rng.choice((-1, 0, 0, 1, 1, 2, 3, 7, 8, 30)))
            draft.instants.append(midnight_after(draft, at, (day - at.date()).days))
            return {"text": text, "on": day.isoformat()}
        case 4:
            near = (-3600, -1, 0, 1, 1800, 3599, 3600, 3601)
            instant = at + timedelta(seconds=rng.choice(near))
        case 5:
            instant = rng.choice(draft.instants)
        case _:
            instant = at + timedelta(minutes=rng.randrange(1, 60 * 24 * rng.choice((1, 4, 20))))
    draft.instants.append(instant)
    return {"text": text, "at": written(instant)}


def random_promise(draft: Draft, at: datetime) -> dict[str, Any]:
    """Make up a promise: by an instant or by the end of a date, about a referral or nothing."""
    rng = draft.rng
    about = rng.choice([None, *(referral["uid"] for referral in draft.referrals)])
    data = {"text": "a price", "referral": about}
    if draft.has_chance(0.5):
        return data | {"due": written(later(draft, at) - rng.choice((0, 0, 10)) * 6 * HOUR)}
    day = at.astimezone(draft.zone).date() + timedelta(days=rng.choice((-2, 0, 0, 1, 2, 9)))
    return data | {"on": day.isoformat()}


def random_end(draft: Draft, at: datetime) -> str | None:
    """Make up the announced end of a pause: none, one in the past, at once, or ahead."""
    rng = draft.rng
    match rng.randrange(5):
        case 0 | 1:
            return None
        case 2:
            return written(rng.choice(draft.instants))
        case 3:
            return written(at + rng.choice((-1, 0, 1)) * rng.choice((SECOND, HOUR, 48 * HOUR)))
        case _:
            return written(later(draft, at))


def named(draft: Draft, kind: str, on: dict[str, Any] | None) -> str | None:
    """Choose one of the events of a kind on a subject to be named, or none.

    A `kept` may also name a promise to somebody else, of which it keeps none.
    """
    key = "referral" if on and "source" in on else "person"
    found = [
        event["uid"]
        for event in draft.events
        if event["kind"] == kind
        and ((on and event[key] == on["id"]) or (kind == "promised" and draft.has_chance(0.1)))
    ]
    chosen: str | None = draft.rng.choice([None, *found, *found[-1:]])
    return chosen


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
        kind = rng.choice(ON_PERSON)
        if kind == "forgotten" and draft.has_chance(0.7):
            kind = "missed"  # it ends so much that little else would be tried
        add_event(draft, kind, random_instant(draft), rng.choice(draft.people))


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
    at = later(draft, other["at"])
    if other["kind"] == "agreed" and "at" in other["data"] and draft.has_chance(0.6):
        near = datetime.fromisoformat(other["data"]["at"])
        near += timedelta(seconds=rng.choice((-3601, -3600, -3599, -1, 0, 1, 3600, 90_000)))
        at = max(at if draft.has_chance(0.2) else other["at"], near)
    add_event(draft, kind, at, on, rule)


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
        book = rng.choice((["paused", "resumed"], ["paused", "paused", "resumed"], ["paused"]))
        stories.append((None, book * rng.randint(1, 2)))
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
        "schema": "reftrack.history/2",
        "people": draft.people,
        "referrals": [
            {**referral, "received_at": written(referral["received_at"])}
            for referral in draft.referrals
        ],
        "events": numbered,
    }
