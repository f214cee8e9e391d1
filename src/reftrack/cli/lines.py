"""The morning as records: courtesies that one touch settles, as the lines that a person reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from reftrack.cli.command_line import shown
from reftrack.domain.commands import Command
from reftrack.domain.instants import end_of_day
from reftrack.domain.times import Calendar, text_of
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.terms import Policy
from reftrack.store.outlook import Item
from reftrack.wording import times
from reftrack.wording.actions import Subject, action_of, addition_of, channel_of, command_of
from reftrack.wording.phrases import PHRASES

# The event that each command of the rulebook records.
_RECORDS = {
    "thank": "thanked",
    "tell": "told",
    "explain": "explained",
    "contact": "contacted",
    "deliver": "delivered",
    "resolve": "resolved",
    "meet": "met",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a morning: what to do, by when, how to reach them, the command for it.

    `does` is that command as a value, for what runs it or asks about it.
    """

    number: str
    action: str
    when: str
    reach: str
    command: str
    items: tuple[Item, ...]
    does: Command | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """Records under a title; `tone` is how it may be coloured, never the only sign."""

    title: str
    records: Sequence[Record]
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Fold:
    """What is only counted, with the command that unfolds it."""

    title: str
    text: str
    command: str


@dataclass
class Letter:
    """A screen: a heading, then sections, then what is folded, then plain lines."""

    heading: str
    summary: str
    sections: list[Section] = field(default_factory=list)
    folds: list[Fold] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)


def end_of_today(now: datetime, calendar: Calendar) -> datetime:
    """The local midnight that ends the day of `now`."""
    return end_of_day(now, calendar.zone)


def section_of(item: Item, midnight: datetime) -> str:
    """The section of a morning that this item belongs to; `midnight` ends today."""
    if item.status in ("snoozed", "upcoming"):
        return item.status.upper()
    if not item.is_debt:
        return "WHEN YOU CAN"
    if item.status == "overdue":
        return "OVERDUE"
    return "TODAY" if item.courtesy.due_at <= midnight else "LATER"


def subject_of(item: Item) -> Subject:
    """What the line of this item may name."""
    courtesy = item.courtesy
    return Subject(
        f"@{courtesy.person}" if courtesy.referral is None else str(courtesy.referral),
        item.to.name,
        item.about.name if item.about and item.about.id != item.to.id else "",
        item.told,
        item.live,
        item.days_quiet,
        item.is_won,
    )


def records_of(items: Sequence[Item], now: datetime, zone: tzinfo, policy: Policy) -> list[Record]:
    """The items as records, in their order; what one touch settles shares the first one's."""
    records = [
        (place, _record(shared, command, now, zone, policy))
        for place, shared, command in _shared(items)
    ]
    return [record for _, record in sorted(records, key=_reading_order)]


def touches_of(items: Sequence[Item]) -> list[Sequence[Item]]:
    """The items that share a record, the first of each first."""
    return [shared for _, shared, _ in _shared(items)]


def _shared(items: Sequence[Item]) -> Iterator[tuple[int, Sequence[Item], Command]]:
    """The place of the first, it with what the same touch settles, and the command for it."""
    beside: dict[tuple[object, ...], list[tuple[int, Item]]] = {}
    for place, item in enumerate(items):
        referral = item.courtesy.referral
        # Only on a referral can one touch settle several; what is upcoming is not settled yet, and
        # what is snoozed stays out of sight.
        alone = place if referral is None else None
        hidden = item.status if item.status in ("upcoming", "snoozed") else None
        key = (alone, referral, item.to.id, hidden)
        beside.setdefault(key, []).append((place, item))
    for placed in beside.values():
        left = placed
        while left:
            place = left[0][0]
            shared, command = _one_touch([item for _, item in left])
            left = [(place_, item) for place_, item in left if not any(item is s for s in shared)]
            yield place, shared, command


def _reading_order(placed: tuple[int, Record]) -> tuple[bool, datetime, int]:
    """As the items stand; what is upcoming comes last, by the opening that its line says."""
    place, record = placed
    first = record.items[0]
    is_upcoming = first.status == "upcoming"
    opens_at = first.courtesy.opens_at if is_upcoming else datetime.min.replace(tzinfo=UTC)
    return is_upcoming, opens_at, place


def _one_touch(items: Sequence[Item]) -> tuple[list[Item], Command]:
    """The first item with those beside it that the same touch settles, and the command for it."""
    first, *beside = items
    commands = [command_of(item.courtesy.rule, subject_of(item)) for item in items]
    shared, chosen = [first], commands[0]
    for command in commands:
        if command is commands[0] or _settles(command, first):
            settled = [item for item in beside if _settles(command, item)]
            if len(settled) > len(shared) - 1:
                shared, chosen = [first, *settled], command
    return shared, chosen


def _settles(command: Command, item: Item) -> bool:
    """True if what this command records, as it stands, settles the item."""
    kind, way = _RECORDS.get(command.verb), command.option("by")
    rule = BY_NAME[item.courtesy.rule]
    return kind is not None and rule.is_settled_by(kind, way if isinstance(way, str) else None)


def _record(
    items: Sequence[Item], command: Command, now: datetime, zone: tzinfo, policy: Policy
) -> Record:
    first = items[0]
    courtesy = first.courtesy
    action = action_of(courtesy.rule, subject_of(first))
    additions = [addition_of(item.courtesy.rule) for item in items[1:]]
    distinct = [text for text in dict.fromkeys(additions) if text]
    if distinct:
        action += ", and " + ", ".join(distinct)
    when = (
        times.opening(courtesy.opens_at, now, zone)
        if first.status == "upcoming"
        else times.deadline(courtesy.due_at, now, zone)
    )
    if first.status == "snoozed":
        when = f"snoozed, {when}"
    number = "" if courtesy.referral is None else str(courtesy.referral)
    return Record(
        number, action, when, _reach(first, policy), shown(command), tuple(items), command
    )


def _reach(item: Item, policy: Policy) -> str:
    """How to reach them: by which way, with the number or address where it is known."""
    rule = BY_NAME[item.courtesy.rule]
    way = channel_of(rule, item.to.channel, policy)
    if way == "call":
        return item.to.phone or "call"
    if way == "text":
        return f"text {item.to.phone}" if item.to.phone else "text"
    if way == "email":
        return item.to.email or "email"
    if way is None:
        return rule.way
    return way.replace("-", " ")


def occasions_line(items: Sequence[Item]) -> str:
    """`2 favours to return, 1 review`: the occasions, counted."""
    return occasions_said(Counter(item.courtesy.rule for item in items))


def occasions_said(counts: Mapping[str, int]) -> str:
    """The same from how many there are of each rule."""
    return ", ".join(
        f"{count} {PHRASES[rule].counted[count > 1]}"
        for rule in sorted(counts, key=lambda rule: -PHRASES[rule].weight)
        if (count := counts[rule])
    )


def summary_of(overdue: int, today: int, live: int) -> str:
    """`2 overdue, 4 today. 12 referrals live.`"""
    counts = [
        f"{count} {word}" for count, word in ((overdue, "overdue"), (today, "today")) if count
    ]
    pressing = ", ".join(counts) if counts else "Nothing is due today"
    referrals = "referral" if live == 1 else "referrals"
    return f"{pressing}. {live or 'No'} {referrals} live."


def item_document(item: Item, policy: Policy) -> dict[str, object]:
    """The item in the form `reftrack.due/1`."""
    courtesy, rule = item.courtesy, BY_NAME[item.courtesy.rule]
    subject = subject_of(item)
    return {
        "rule": rule.name,
        "class": "debt" if item.is_debt else "occasion",
        "status": item.status,
        "referral": courtesy.referral,
        "to": {"id": item.to.id, "name": item.to.name},
        "about": {"id": item.about.id, "name": item.about.name} if item.about else None,
        "opens_at": text_of(courtesy.opens_at),
        "due_at": text_of(courtesy.due_at),
        "channel": channel_of(rule, item.to.channel, policy),
        "action": action_of(rule.name, subject),
        "why": rule.why,
        "command": shown(command_of(rule.name, subject)),
    }
