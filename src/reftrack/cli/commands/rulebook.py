"""`rules`: the rulebook, with the times in force."""

from __future__ import annotations

import typer

from reftrack.cli.here import Here
from reftrack.cli.lines import (
    Letter,
    Record,
    Section,
)
from reftrack.cli.options import Json
from reftrack.cli.output import say_json
from reftrack.cli.screen import show_letter
from reftrack.rules.rulebook import RULEBOOK, Rule
from reftrack.rules.terms import Policy


def rules(ctx: typer.Context, json: Json = False) -> None:
    """The rulebook: what is owed, to whom, within which time, and why."""
    here: Here = ctx.obj
    policy = here.settings.policy
    if json:
        say_json(
            {
                "schema": "reftrack.rules/1",
                "rules": [
                    {
                        "number": rule.number,
                        "name": rule.name,
                        "class": "occasion" if rule.is_occasion else "debt",
                        "subject": rule.subject,
                        "to": rule.to,
                        "opens": rule.when,
                        "within": str(policy.within.get(rule.name, "")) or None,
                        "off": rule.name in policy.off,
                        "way": rule.way or None,
                        "why": rule.why,
                        "sources": list(rule.sources),
                    }
                    for rule in RULEBOOK
                ],
            }
        )
        return
    letter = Letter("The rulebook", "Who is owed what, by when, and why.")
    for title, is_occasion in (("DEBTS", False), ("OCCASIONS", True)):
        records = [
            Record(
                str(rule.number),
                f"{rule.name}: {rule.why}",
                "off" if rule.name in policy.off else _to_and_within(rule, policy),
                f"Opens {rule.when}.",
                ", ".join(rule.sources),
                (),
            )
            for rule in RULEBOOK
            if rule.is_occasion == is_occasion
        ]
        letter.sections.append(Section(title, records))
    show_letter(letter)


def _to_and_within(rule: Rule, policy: Policy) -> str:
    """To whom it is owed, and within which time; a promise has a deadline of its own."""
    within = policy.within.get(rule.name)
    return rule.to if within is None else f"{rule.to}, {within}"
