"""Courtesies that one command settles together: a record of the morning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from reftrack.rules.edition import DELIVERY, SETTLES

FOLLOW_UP = "follow-up"
FIRST_THANKS = "thank-referral"


class OpenCourtesy:
    """The facts that decide which record an open courtesy is part of; `entry_of` names its rule.

    Instants of opening are only compared, so they may be text.
    """

    # Neither a dataclass nor a named tuple: a count for a prompt loads neither of their modules.
    __slots__ = ("opens_at", "referral", "rule", "to")

    def __init__(self, rule: str, referral: int | None, to: int, opens_at: object) -> None:
        self.rule, self.referral, self.to, self.opens_at = rule, referral, to, opens_at


def entry_of(rule: str, *, is_won: bool) -> str:
    """The name under which a rule stands in the table: once won, a follow-up asks for delivery."""
    return DELIVERY if rule == FOLLOW_UP and is_won else rule


def one_touch(rules: Sequence[str]) -> tuple[int, tuple[int, ...]]:
    """The place of the rule whose command is used, and the places of all that it settles.

    These are the rules, as `entry_of` gives them, by which one person is owed something on one
    referral, the most pressing first. That one is always settled, with as many of the others as
    one command can.
    """
    touches = [
        (place, (0, *(n for n, each in enumerate(rules) if n and _settles(rule, each))))
        for place, rule in enumerate(rules)
        if place == 0 or _settles(rule, rules[0])
    ]
    # Of those that settle as many the first.
    return max(touches, key=lambda touch: len(touch[1]))


def records(owed: Sequence[OpenCourtesy]) -> Iterator[tuple[int | None, tuple[int, ...]]]:
    """Each record of these courtesies: the place of the one whose command it has, and of all in it.

    They are in the order of a morning, and none is hidden. What is owed to one person on one
    referral is settled together. Whoever referred several people at once is thanked once: then all
    thanks to them are one record, which thanks to the person settle, and the first place is None.
    """
    beside: dict[tuple[int, int], list[int]] = {}
    thanked = _thanked_at_once(owed)
    for place, each in enumerate(owed):
        if each.referral is None:
            yield place, (place,)
        elif each.to in thanked and _settles(FIRST_THANKS, each.rule):
            thanked[each.to].append(place)
        else:
            beside.setdefault((each.referral, each.to), []).append(place)
    for places in thanked.values():
        yield None, tuple(places)
    for places in beside.values():
        left = places
        while left:
            chosen, together = one_touch([owed[place].rule for place in left])
            yield left[chosen], tuple(left[n] for n in together)
            left = [place for n, place in enumerate(left) if n not in together]


def _thanked_at_once(owed: Sequence[OpenCourtesy]) -> dict[int, list[int]]:
    """An empty list for each person who is owed thanks for several referrals of one instant."""
    received = Counter((each.to, each.opens_at) for each in owed if each.rule == FIRST_THANKS)
    return {to: [] for (to, _), count in received.items() if count > 1}


def _settles(rule: str, other: str) -> bool:
    """True if the command of the one rule settles what is owed by the other."""
    return (FOLLOW_UP if other == DELIVERY else other) in SETTLES[rule]
