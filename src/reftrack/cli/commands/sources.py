"""`sources`: who sends referrals, what becomes of them, and how the relationship stands."""

from __future__ import annotations

from datetime import datetime, timedelta

import typer

from reftrack.cli.here import Here, without_referrals
from reftrack.cli.lines import Fold, Letter, Record, Section
from reftrack.cli.options import Json, Limit
from reftrack.cli.output import say_json
from reftrack.cli.screen import show_letter
from reftrack.domain.counting import counted
from reftrack.domain.people import Person
from reftrack.domain.times import text_of
from reftrack.store.balance import Balance, balances
from reftrack.store.outlook import Outlook
from reftrack.wording import times

SCHEMA = "reftrack.sources/1"

# Who sent the first one so lately has had no time to judge.
NEW = timedelta(days=30)
# A quarter without a word, which is also the time that a favour may take.
SILENT = timedelta(days=90)

AT_RISK = "at risk"


def sources(ctx: typer.Context, limit: Limit = None, json: Json = False) -> None:
    """Who sent you referrals, what became of them, and whether you are good to them.

    At risk: a debt to them is overdue. Silent: for 90 days neither a word from you nor a referral
    from them. New: their first referral came within 30 days.
    """
    here: Here = ctx.obj
    with here.outlook() as outlook:
        if outlook is None:
            if json:
                now = here.now(here.zone(None))
                say_json({"schema": SCHEMA, "now": text_of(now), "sources": []})
            else:
                show_letter(Letter("", "", closing=here.without_a_book()))
            return
        rows = _rows(outlook)
        now, zone = outlook.now, outlook.terms.calendar.zone
        closing = [] if rows else without_referrals(outlook)[-1:]
    shown = rows[:limit]
    if json:
        documents = [_document(*row) for row in shown]
        say_json({"schema": SCHEMA, "now": text_of(now), "sources": documents})
        return
    letter = Letter(times.heading(now, zone), _summary([balance for balance, _, _ in rows]))
    for title, is_at_risk in (("AT RISK", True), ("SOURCES", False)):
        records = [
            _record(balance, person, standing, outlook)
            for balance, person, standing in shown
            if (standing == AT_RISK) == is_at_risk
        ]
        if records:
            letter.sections.append(Section(title, records, "overdue" if is_at_risk else ""))
    if len(rows) > len(shown):
        letter.folds = [Fold("MORE", f"{len(rows) - len(shown)} not shown", "reftrack sources")]
    letter.closing = closing
    show_letter(letter)


_Row = tuple[Balance, Person, str]


def _rows(outlook: Outlook) -> list[_Row]:
    """Every source with their standing: at risk first, then who sent the most."""
    found = balances(outlook)
    people = {p.id: p for p in outlook.reader.people(balance.person for balance in found)}
    rows = [(b, people[b.person], standing_of(b, people[b.person], outlook.now)) for b in found]
    return sorted(rows, key=lambda row: (row[2] != AT_RISK, -row[0].sent, row[0].person))


def standing_of(balance: Balance, person: Person, now: datetime) -> str:
    """How the relationship stands: at risk, new, silent or steady.

    Who wishes to hear less often than each quarter is silent only after that time.
    """
    if balance.overdue:
        return AT_RISK
    if balance.first_at is not None and now - balance.first_at <= NEW:
        return "new"
    heard = max(filter(None, (balance.touched_at, balance.last_at)), default=now)
    patience = max(SILENT, timedelta(days=person.updates_every or 0))
    return "silent" if now - heard > patience else "steady"


def favours_of(balance: Balance) -> str:
    """The favours between us as a balance in words: no score, and nobody owes me."""
    more = balance.to_return
    if not balance.received and not balance.given:
        return "no favours yet"
    if more == 0:
        return "favours even"
    favours = "favour" if abs(more) == 1 else "favours"
    return f"{more} {favours} to return" if more > 0 else f"{-more} {favours} ahead"


def promptness_of(balance: Balance) -> str:
    """How many of the debts to them that ended were done in time: `9 of 10 in time`."""
    if not balance.fallen_due:
        return "nothing done yet"
    before = " before" if balance.overdue else ""
    return f"{balance.in_time} of {balance.fallen_due} in time{before}"


def _summary(found: list[Balance]) -> str:
    sent = sum(balance.sent for balance in found)
    return f"{counted(len(found), 'source')}, {counted(sent, 'referral')}."


def _record(balance: Balance, person: Person, standing: str, outlook: Outlook) -> Record:
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
        zone = outlook.terms.calendar.zone
        touch = f"last touch {times.day(balance.touched_at, outlook.now, zone)}"
    is_at_risk = standing == AT_RISK
    return Record(
        f"@{person.id}",
        f"{person.name}: {', '.join(parts)}",
        f"{balance.overdue} overdue" if is_at_risk else standing,
        f"{touch}, {promptness_of(balance)}, {favours_of(balance)}",
        f"reftrack due --for @{person.id}" if is_at_risk else f"reftrack show @{person.id}",
        (),
    )


def _document(balance: Balance, person: Person, standing: str) -> dict[str, object]:
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
        "standing": standing,
    }
