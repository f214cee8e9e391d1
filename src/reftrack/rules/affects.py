"""The rules on people that a new event can affect, by its kind: read off the rows."""

from __future__ import annotations

from reftrack.rules.rulebook import RULEBOOK

_ON_PEOPLE = {rule.name: rule.affected_by for rule in RULEBOOK if rule.subject == "person"}
ON_PEOPLE = frozenset(_ON_PEOPLE)

# By a receipt, on the source of the referral; by a pause or its end; by an event on a prospect.
BY_RECEIPT = frozenset(rule for rule, by in _ON_PEOPLE.items() if by.receipt)
BY_PAUSE = frozenset(rule for rule, by in _ON_PEOPLE.items() if by.pause)
BY_PROSPECT = frozenset(rule for rule, by in _ON_PEOPLE.items() if by.prospect)


def on_source(kind: str) -> frozenset[str]:
    """The rules that an event of this kind on a referral can affect on its source."""
    return frozenset(rule for rule, by in _ON_PEOPLE.items() if kind in by.sent)


def on_prospect(kind: str) -> frozenset[str]:
    """The rules that an event of this kind on a referral can affect on its prospect."""
    return frozenset(rule for rule, by in _ON_PEOPLE.items() if kind in by.prospect)


def on_person(kind: str) -> frozenset[str]:
    """The rules that an event of this kind on a person can affect; a waiver speaks of any."""
    if kind == "waived":
        return ON_PEOPLE
    return frozenset(rule for rule, by in _ON_PEOPLE.items() if kind in by.own)
