"""Courtesies in words, and the records of a morning: each is what one touch settles together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from reftrack.domain.courtesies import Courtesy, Status
from reftrack.domain.people import Contact
from reftrack.domain.spelling import name_key
from reftrack.hints import Command
from reftrack.rules.rulebook import BY_NAME, Rule
from reftrack.rules.terms import Policy
from reftrack.rules.together import entry_of, records
from reftrack.store.outlook import Item
from reftrack.wording.actions import Subject, action_of, addition_of, channel_of, command_of

# The event that each command of the rulebook records on a referral.
_RECORDS = {
    "thank": "thanked",
    "tell": "told",
    "explain": "explained",
    "educate": "educated",
    "contact": "contacted",
    "deliver": "delivered",
    "resolve": "resolved",
    "meet": "met",
}


class Owed(NamedTuple):
    """One courtesy in words: what to do for whom, which way, and the command that settles it.

    `addition` says in a few words what the same touch does too, where another comes first; `told`
    is the shareable text of what raised it, where there is one. `way` is None where any will do.
    Nothing private is in here.
    """

    courtesy: Courtesy
    status: Status
    to: Contact
    about: Contact | None
    action: str
    addition: str
    command: Command
    way: str | None
    told: str = ""

    @property
    def rule(self) -> Rule:
        """The rule by which it is owed."""
        return BY_NAME[self.courtesy.rule]

    @property
    def is_debt(self) -> bool:
        """True if someone's trust is waiting, rather than a chance."""
        return not self.rule.is_occasion

    @property
    def number(self) -> str:
        """The number of its subject as commands take it: `12`, or `@7` for a person."""
        courtesy = self.courtesy
        return f"@{courtesy.person}" if courtesy.referral is None else str(courtesy.referral)


class Record(NamedTuple):
    """All courtesies to one person that one command settles, the most pressing first."""

    owed: tuple[Owed, ...]
    command: Command

    @property
    def first(self) -> Owed:
        """The courtesy that the record is sorted by."""
        return self.owed[0]

    @property
    def action(self) -> str:
        """All that the one touch does, as one sentence without its full stop."""
        first, *others = self.owed
        # Several of one rule differ in what raised them; that is said once each.
        same = [owed.told for owed in others if owed.rule == first.rule]
        told = {name_key(text): text for text in (*same, first.told) if text}
        told.pop(name_key(first.told), None)
        action = "; ".join([first.action, *told.values()])
        additions = dict.fromkeys(o.addition for o in others if o.rule != first.rule and o.addition)
        return ", and ".join(filter(None, (action, ", ".join(additions))))

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of its rules, each once."""
        return tuple(dict.fromkeys(owed.courtesy.rule for owed in self.owed))


def line_subject(item: Item) -> Subject:
    """The facts that the line of this item may name."""
    courtesy = item.courtesy
    return Subject(
        f"@{courtesy.person}" if courtesy.referral is None else str(courtesy.referral),
        item.to.name,
        item.about.name if item.about and item.about.id != item.to.id else "",
        item.told,
        item.live,
        item.days_quiet,
        item.is_won,
        item.held_by,
        item.telling,
    )


def owed_of(item: Item, policy: Policy) -> Owed:
    """The courtesy of this item in words."""
    rule, subject = item.courtesy.rule, line_subject(item)
    return Owed(
        item.courtesy,
        item.status,
        item.to,
        item.about,
        action_of(rule, subject),
        addition_of(rule),
        command_of(rule, subject),
        item.held_by or channel_of(BY_NAME[rule], item.to.channel, policy),
        item.told,
    )


def records_of(owed: Iterable[Owed]) -> list[Record]:
    """The courtesies as records, in their order; one touch settles all of a record."""
    placed = sorted(_placed(list(owed)), key=_reading_order)
    return [record for _, record in placed]


def _placed(owed: Sequence[Owed]) -> Iterator[tuple[int, Record]]:
    """Each record with the place of its first courtesy."""
    beside: dict[tuple[object, ...], list[tuple[int, Owed]]] = {}
    for place, each in enumerate(owed):
        referral = each.courtesy.referral
        # Only on a referral can one touch settle several; what is upcoming is not settled yet, and
        # what is snoozed stays out of sight.
        alone = place if referral is None else None
        hidden = each.status if each.status in ("upcoming", "snoozed") else None
        beside.setdefault((alone, referral, each.to.id, hidden), []).append((place, each))
    for placed in beside.values():
        if len(placed) == 1:  # those of a person too, whose rules are in no table
            ((place, only),) = placed
            yield place, Record((only,), only.command)
            continue
        for chosen, together in records([_entry(each) for _, each in placed]):
            owed_together = tuple(placed[n][1] for n in together)
            yield placed[together[0]][0], Record(owed_together, placed[chosen][1].command)


def _reading_order(placed: tuple[int, Record]) -> tuple[bool, datetime, int]:
    """The courtesies in their order, but upcoming ones last, by the opening that a line says."""
    place, record = placed
    first = record.first
    is_upcoming = first.status == "upcoming"
    opens_at = first.courtesy.opens_at if is_upcoming else datetime.min.replace(tzinfo=UTC)
    return is_upcoming, opens_at, place


def _entry(owed: Owed) -> str:
    return entry_of(owed.courtesy.rule, is_won=owed.command.verb == "deliver")


def kind_of(command: Command) -> str | None:
    """The kind of event that a command records, None for what is not on a referral alone."""
    return _RECORDS.get(command.verb)
