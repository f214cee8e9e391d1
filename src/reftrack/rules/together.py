"""Courtesies that one command settles together: a record of the morning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reftrack.rules.edition import DELIVERY, SETTLES

FOLLOW_UP = "follow-up"


def entry_of(rule: str, *, is_won: bool) -> str:
    """The name under which a rule stands in the table: once won, a follow-up asks for delivery."""
    return DELIVERY if rule == FOLLOW_UP and is_won else rule


def one_touch(rules: Sequence[str]) -> tuple[int, tuple[int, ...]]:
    """The place of the rule whose command is used, and the places of all that it settles.

    These are the rules, as `entry_of` gives them, by which one person is owed something on one
    referral, the most pressing first. That one is always settled, with as many of the others as
    one command can.
    """
    chosen = 0
    together: tuple[int, ...] = ()
    for place, rule in enumerate(rules):
        if place and not _settles(rule, rules[0]):
            continue
        settled = (0, *(n for n, each in enumerate(rules) if n and _settles(rule, each)))
        # That of the first goes before another that settles no more.
        if place == 0 or len(settled) > len(together):
            chosen, together = place, settled
    return chosen, together


def records(rules: Sequence[str]) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Each record of these rules, as `one_touch` gives it, until none is left."""
    left = list(range(len(rules)))
    while left:
        chosen, together = one_touch([rules[place] for place in left])
        yield left[chosen], tuple(left[place] for place in together)
        left = [place for n, place in enumerate(left) if n not in together]


def _settles(rule: str, other: str) -> bool:
    """True if the command of the one rule settles what is owed by the other."""
    return (FOLLOW_UP if other == DELIVERY else other) in SETTLES[rule]
