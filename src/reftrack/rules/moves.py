"""What a new event can move on the people it concerns: the rules that read it, by its kind."""

from __future__ import annotations

from collections.abc import Mapping

from reftrack.domain.events import PIPELINE
from reftrack.rules.rulebook import RULEBOOK

# On a referral: the rules on its source, and on its prospect. Whatever befalls a referral may be
# news, or settle news that was owed.
_SILENT = frozenset({"noted", "snoozed", "educated"})
_TROUBLE = PIPELINE | {"problem", "resolved"}
_OF_SOURCE: Mapping[str, frozenset[str]] = {
    "return-favour": frozenset({"won", "rated"}),
    "ask-for-referrals": _TROUBLE,
}
_OF_PROSPECT: Mapping[str, frozenset[str]] = {
    "review-client": frozenset({"delivered"}),
    "ask-for-referrals": _TROUBLE,
}
# On a person: the rules on that person; a waiver speaks of any.
_OF_PERSON: Mapping[str, frozenset[str]] = {
    "keep-informed": frozenset({"wished"}),
    "call-back": frozenset({"missed", "called-back"}),
    "ask-preference": frozenset({"wished"}),
    "return-favour": frozenset({"given"}),
    "review-client": frozenset({"delivered", "reviewed"}),
    "ask-for-referrals": frozenset({"reviewed", "asked"}),
    "reopen-intake": frozenset({"missed", "reopened"}),
}
ON_PEOPLE = frozenset(rule.name for rule in RULEBOOK if rule.subject == "person")

# By a receipt, on the source of the referral; by a pause or its end.
BY_RECEIPT = ON_PEOPLE - {"return-favour", "review-client"}
BY_PAUSE = frozenset({"ask-for-referrals", "reopen-intake"})


def on_source(kind: str) -> frozenset[str]:
    """The rules that an event of this kind on a referral can move on its source."""
    if kind in _SILENT:
        return frozenset()
    return _reading(_OF_SOURCE, kind) | {"keep-informed"}


def on_prospect(kind: str) -> frozenset[str]:
    """The rules that an event of this kind on a referral can move on its prospect."""
    return _reading(_OF_PROSPECT, kind)


def on_person(kind: str) -> frozenset[str]:
    """The rules that an event of this kind on a person can move on them."""
    return ON_PEOPLE if kind == "waived" else _reading(_OF_PERSON, kind)


def _reading(rules: Mapping[str, frozenset[str]], kind: str) -> frozenset[str]:
    return frozenset(rule for rule, kinds in rules.items() if kind in kinds)
