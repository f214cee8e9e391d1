"""Courtesies in words, and the records of a morning: each is what one touch settles together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from reftrack.domain.counting import listed
from reftrack.domain.courtesies import Courtesy, Status
from reftrack.domain.people import Contact
from reftrack.domain.spelling import name_key
from reftrack.hints import Command, command
from reftrack.rules.rulebook import BY_NAME, Rule
from reftrack.rules.terms import Policy
from reftrack.rules.together import OpenCourtesy, entry_of, records
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

    `addition` says in a few words what the same touch does too, where another comes first;
    `subject` has the names and the shareable words of its line. `way` is None where any will do.
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
    subject: Subject

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
        return self.subject.it


class Record(NamedTuple):
    """All courtesies to one person that one command settles, the most pressing first.

    `number` is that of the referral or, as `@7`, of the person on which the command records it.
    """

    owed: tuple[Owed, ...]
    command: Command
    number: str

    @property
    def first(self) -> Owed:
        """The courtesy that the record is sorted by."""
        return self.owed[0]

    @property
    def action(self) -> str:
        """All that the one touch does, as one sentence without its full stop."""
        first, *others = self.owed
        alike = [owed.subject.about for owed in self.owed if owed.rule == first.rule]
        names = list(dict.fromkeys(filter(None, alike)))
        action = first.action
        if len(names) > 1:
            action = action_of(first.rule.name, first.subject._replace(about=listed(names)))
        # Several of one rule differ in what raised them; that is said once each.
        same = [owed.subject.told for owed in others if owed.rule == first.rule]
        told = {name_key(text): text for text in (*same, first.subject.told) if text}
        told.pop(name_key(first.subject.told), None)
        action = "; ".join([action, *told.values()])
        additions: dict[str, dict[str, None]] = {}
        for owed in others:
            if owed.rule != first.rule and owed.addition:
                # A problem and what was put right may be two different matters.
                words = owed.subject.told if owed.rule.repeats_cause else ""
                addition = f"{owed.addition}: {words}" if words else owed.addition
                additions.setdefault(addition, {})[owed.subject.about] = None
        # On several referrals the rest is of one of them, whose name is said.
        said = [
            f"{addition} ({listed(list(about))})" if len(names) > 1 else addition
            for addition, about in additions.items()
        ]
        return ", and ".join(filter(None, (action, ", ".join(said))))

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
        item.is_unnamed,
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
        subject,
    )


def records_of(owed: Iterable[Owed]) -> list[Record]:
    """The courtesies as records, in their order; one touch settles all of a record."""
    placed = sorted(_placed(list(owed)), key=_reading_order)
    return [record for _, record in placed]


def _placed(owed: Sequence[Owed]) -> Iterator[tuple[int, Record]]:
    """Each record with the place of its first courtesy."""
    # What is upcoming is not settled yet, and what is snoozed stays out of sight.
    beside: dict[str | None, list[int]] = {}
    for place, each in enumerate(owed):
        hidden = each.status if each.status in ("upcoming", "snoozed") else None
        beside.setdefault(hidden, []).append(place)
    for places in beside.values():
        for by, settles in records([_open_courtesy(owed[place]) for place in places]):
            together = tuple(owed[places[n]] for n in settles)
            if by is None:
                number = f"@{together[0].to.id}"
                record = Record(together, command("thank", number), number)
            else:
                record = Record(together, owed[places[by]].command, together[0].number)
            yield places[settles[0]], record


def _reading_order(placed: tuple[int, Record]) -> tuple[bool, datetime, int]:
    """The courtesies in their order, but upcoming ones last, by the opening that a line says."""
    place, record = placed
    first = record.first
    is_upcoming = first.status == "upcoming"
    opens_at = first.courtesy.opens_at if is_upcoming else datetime.min.replace(tzinfo=UTC)
    return is_upcoming, opens_at, place


def _open_courtesy(owed: Owed) -> OpenCourtesy:
    courtesy = owed.courtesy
    entry = entry_of(courtesy.rule, is_won=owed.command.verb == "deliver")
    return OpenCourtesy(entry, courtesy.referral, courtesy.to, courtesy.opens_at)


def kind_of(command: Command) -> str | None:
    """The kind of event that a command records, None for what is not on a referral alone."""
    return _RECORDS.get(command.verb)
