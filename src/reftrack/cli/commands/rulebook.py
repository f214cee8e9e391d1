"""The command `rules`: the rulebook, with the deadlines in force."""

from __future__ import annotations

import typer

from reftrack.application.rules import RuleInForce
from reftrack.application.rules import rules as all_rules
from reftrack.cli.display import show_screen
from reftrack.cli.invocation import Invocation
from reftrack.cli.options import Json
from reftrack.cli.output import say_json
from reftrack.cli.screens import Line, Screen, Section

SCHEMA = "reftrack.rules/1"


def rules(ctx: typer.Context, json: Json = False) -> None:
    """The rulebook: what is owed, to whom, within which time, and why."""
    here: Invocation = ctx.obj
    found = all_rules(here.session)
    if json:
        say_json({"schema": SCHEMA, "rules": [_document(each) for each in found]})
        return
    screen = Screen("The rulebook", "Who is owed what, by when, and why.")
    for title, is_occasion in (("DEBTS", False), ("OCCASIONS", True)):
        lines = [_line(each) for each in found if each.rule.is_occasion == is_occasion]
        screen.sections.append(Section(title, lines))
    show_screen(screen)


def _line(each: RuleInForce) -> Line:
    rule = each.rule
    return Line(
        str(rule.number),
        f"{rule.name}: {rule.why}",
        "off" if each.is_off else f"{rule.to}, {each.within}" if each.within else rule.to,
        f"Opens {rule.when}.",
        ", ".join(rule.sources),
    )


def _document(each: RuleInForce) -> dict[str, object]:
    rule = each.rule
    return {
        "number": rule.number,
        "name": rule.name,
        "class": "occasion" if rule.is_occasion else "debt",
        "subject": rule.subject,
        "to": rule.to,
        "opens": rule.when,
        "within": str(each.within) if each.within else None,
        "off": each.is_off,
        "way": rule.way or None,
        "why": rule.why,
        "sources": list(rule.sources),
    }
