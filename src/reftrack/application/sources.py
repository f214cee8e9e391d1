"""The sources: the outcome of those they sent, and the state of each relationship."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from reftrack.application.results import Present
from reftrack.application.session import Session, without_referrals
from reftrack.domain.people import Person
from reftrack.hints import Hint
from reftrack.store.balance import Balance, balances

# A source of so few days has had no time to judge.
NEW = timedelta(days=30)
# A quarter without a word, which is also the time that a favour may take.
SILENT = timedelta(days=90)

AT_RISK = "at risk"


@dataclass(frozen=True, slots=True)
class Source:
    """A source with the balance between us, and the state of the relationship."""

    person: Person
    balance: Balance
    standing: str


@dataclass(frozen=True, slots=True)
class Sources:
    """All sources: at risk first, then who sent the most.

    `blank` says in words that there is no referral to be seen.
    """

    present: Present
    sources: tuple[Source, ...]
    blank: tuple[Hint, ...] = ()


def sources(session: Session) -> Sources | None:
    """Every source with their standing; None where there is no book yet."""
    with session.looking() as outlook:
        if outlook is None:
            return None
        found = balances(outlook)
        people = {p.id: p for p in outlook.reader.people(balance.person for balance in found)}
        rows = [
            Source(people[b.person], b, relationship_of(b, people[b.person], outlook.now))
            for b in found
        ]
        rows.sort(key=lambda s: (s.standing != AT_RISK, -s.balance.sent, s.person.id))
        blank = () if rows else without_referrals(outlook)
        return Sources(Present(outlook.now, outlook.terms.calendar.zone), tuple(rows), blank)


def relationship_of(balance: Balance, person: Person, now: datetime) -> str:
    """The state of a relationship: at risk, new, silent or steady.

    A source who wishes to hear less often than each quarter is silent only after that time.
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
    """The share of ended debts to them that were done in time: `9 of 10 in time`."""
    if not balance.fallen_due:
        return "nothing done yet"
    before = " before" if balance.overdue else ""
    return f"{balance.in_time} of {balance.fallen_due} in time{before}"
