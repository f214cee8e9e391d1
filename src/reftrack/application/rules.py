"""The rulebook as it is in force."""

from __future__ import annotations

from dataclasses import dataclass

from reftrack.application.session import Session
from reftrack.domain.spelling import did_you_mean
from reftrack.domain.times import Span
from reftrack.errors import BadInput
from reftrack.hints import command
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from reftrack.rules.rulebook import Rule as Rule


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A rule with the time that it gives, and whether it is switched off.

    `within` is None where each of its courtesies has a deadline of its own.
    """

    rule: Rule
    within: Span | None
    is_off: bool


def rules(session: Session) -> tuple[RuleInForce, ...]:
    """All rules in their order, under the policy of this session."""
    policy = session.policy
    return tuple(
        RuleInForce(rule, policy.within.get(rule.name), rule.name in policy.off)
        for rule in RULEBOOK
    )


def rule_named(text: str) -> Rule:
    """The rule of this name; BadInput with the nearest one for a wrong name."""
    name = "-".join(text.casefold().split())
    if name not in BY_NAME:
        hint = did_you_mean(name, BY_NAME, (command("rules"), " lists the rules."))
        raise BadInput(f"there is no rule '{text[:40]}'.", hint)
    return BY_NAME[name]
