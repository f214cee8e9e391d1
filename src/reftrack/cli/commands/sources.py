"""The command `sources`: who sends referrals, the outcome, and the state of the relationship."""

from __future__ import annotations

import typer

from reftrack.application.results import Present
from reftrack.application.sources import (
    AT_RISK,
    Source,
    favours_of,
    promptness_of,
)
from reftrack.application.sources import (
    sources as all_sources,
)
from reftrack.cli.answers import say_notes
from reftrack.cli.command_line import hint_text
from reftrack.cli.display import show_screen
from reftrack.cli.invocation import Invocation
from reftrack.cli.lines import without_a_book
from reftrack.cli.options import Json, Limit
from reftrack.cli.output import say_json
from reftrack.cli.screens import Fold, Line, Screen, Section
from reftrack.domain.counting import counted
from reftrack.domain.times import text_of
from reftrack.wording import times

SCHEMA = "reftrack.sources/1"


def sources(ctx: typer.Context, limit: Limit = None, json: Json = False) -> None:
    """Who sent you referrals, what became of them, and whether you are good to them.

    At risk: a debt to them is overdue. Silent: for 90 days neither a word from you nor a referral
    from them. New: their first referral came within 30 days.
    """
    here: Invocation = ctx.obj
    found = all_sources(here.session)
    say_notes(here.session)
    if found is None:
        if json:
            now = here.session.now(here.session.zone_of(None))
            say_json({"schema": SCHEMA, "now": text_of(now), "sources": []})
        else:
            show_screen(without_a_book(here))
        return
    present, rows = found.present, found.sources
    chosen = rows[:limit]
    if json:
        documents = [_document(source) for source in chosen]
        say_json({"schema": SCHEMA, "now": text_of(present.now), "sources": documents})
        return
    sent = sum(source.balance.sent for source in rows)
    summary = f"{counted(len(rows), 'source')}, {counted(sent, 'referral')}."
    screen = Screen(times.heading(present.now, present.zone), summary)
    for title, is_at_risk in (("AT RISK", True), ("SOURCES", False)):
        lines = [
            _line(each, present) for each in chosen if (each.standing == AT_RISK) == is_at_risk
        ]
        if lines:
            screen.sections.append(Section(title, lines, "overdue" if is_at_risk else ""))
    if len(rows) > len(chosen):
        screen.folds = [Fold("MORE", f"{len(rows) - len(chosen)} not shown", "reftrack sources")]
    screen.closing = [hint_text(hint) for hint in found.blank[-1:]]
    show_screen(screen)


def _line(source: Source, present: Present) -> Line:
    person, balance = source.person, source.balance
    parts = [
        f"{number} {word}"
        for number, word in (
            (balance.sent, "sent"),
            (balance.live, "live"),
            (balance.won, "won"),
            (balance.rated("good"), "a good fit"),
            (balance.rated("poor"), "a poor fit"),
        )
        if number
    ]
    touch = "no touch yet"
    if balance.touched_at is not None:
        touch = f"last touch {times.day(balance.touched_at, present.now, present.zone)}"
    is_at_risk = source.standing == AT_RISK
    return Line(
        f"@{person.id}",
        f"{person.name}: {', '.join(parts)}",
        f"{balance.overdue} overdue" if is_at_risk else source.standing,
        f"{touch}, {promptness_of(balance)}, {favours_of(balance)}",
        f"reftrack due --for @{person.id}" if is_at_risk else f"reftrack show @{person.id}",
    )


def _document(source: Source) -> dict[str, object]:
    person, balance = source.person, source.balance
    touched = balance.touched_at
    return {
        "source": {"id": person.id, "name": person.name},
        "sent": balance.sent,
        "live": balance.live,
        "won": balance.won,
        "fit": {"good": balance.rated("good"), "poor": balance.rated("poor")},
        "favours": {
            "received": balance.received,
            "let_go": balance.let_go,
            "given": balance.given,
            "balance": favours_of(balance),
        },
        "promptness": {
            "in_time": balance.in_time,
            "of": balance.fallen_due,
            "said": promptness_of(balance),
        },
        "overdue": balance.overdue,
        "first_received_at": text_of(balance.first_at) if balance.first_at else None,
        "last_received_at": text_of(balance.last_at) if balance.last_at else None,
        "last_touch_at": text_of(touched) if touched else None,
        "standing": source.standing,
    }
