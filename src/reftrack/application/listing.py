"""The list of referrals, each with its next step."""

from __future__ import annotations

from typing import NamedTuple

from reftrack.application.records import Owed, owed_of
from reftrack.application.results import Present
from reftrack.application.session import Session, without_referrals
from reftrack.domain.courtesies import UPCOMING, Courtesy, Status
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral, Standing
from reftrack.hints import Hint
from reftrack.rules.courtesies import Subject
from reftrack.store.outlook import Outlook


class Listed(NamedTuple):
    """A referral with its people, its standing, and what is owed next, None where nothing is."""

    referral: Referral
    source: Person
    prospect: Person
    standing: Standing
    next: Owed | None


class Listing(NamedTuple):
    """Referrals by number; `cut` of them a limit left out, and `ended` because they are over.

    `blank` says in words that there is none to be seen.
    """

    present: Present
    referrals: tuple[Listed, ...]
    cut: int
    ended: int
    blank: tuple[Hint, ...] = ()


def list_referrals(
    session: Session, *, everything: bool = False, limit: int | None = None
) -> Listing | None:
    """The live referrals and those that still wait, or all; None where there is no book yet."""
    with session.looking() as outlook:
        if outlook is None:
            return None
        shown, count, total = outlook.listed(limit, is_all=everything)
        present = Present(outlook.now, outlook.terms.calendar.zone)
        blank = () if total else without_referrals(outlook)
        rows = tuple(_rows(outlook, shown))
        return Listing(present, rows, count - len(shown), total - count, blank)


def _rows(outlook: Outlook, shown: list[int]) -> list[Listed]:
    standings = outlook.standings(shown)
    following: dict[int, tuple[Courtesy, Status]] = {}
    subjects: list[Subject] = [("referral", number) for number in shown]
    for courtesy, status in outlook.stand(outlook.open_on(subjects)):
        if courtesy.referral is None:
            continue
        first = following.get(courtesy.referral)
        if first is None or (first[0].opens_at > outlook.now and status != UPCOMING):
            following[courtesy.referral] = courtesy, status
    referrals = sorted(outlook.reader.referrals(shown), key=lambda referral: referral.id)
    numbers = {number for r in referrals for number in (r.source, r.prospect)}
    people = {person.id: person for person in outlook.reader.people(numbers)}
    items = outlook.items(following.values())
    owed = {item.courtesy.referral: owed_of(item, outlook.terms.policy) for item in items}
    return [
        Listed(r, people[r.source], people[r.prospect], standings[r.id], owed.get(r.id))
        for r in referrals
    ]
