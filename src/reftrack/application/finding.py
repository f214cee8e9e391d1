"""Finding by what a person remembers: a name, digits, a word that was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reftrack.application.session import Session
from reftrack.domain.people import Person, checked_line
from reftrack.domain.referrals import Referral
from reftrack.store.searching import Match as Match
from reftrack.store.searching import Search

GROUPS = ("people", "referrals", "notes")


@dataclass(frozen=True, slots=True)
class Found:
    """Matches by group, with the people and referrals that they are about.

    A limit left out `more` of them.
    """

    now: datetime
    groups: Mapping[str, tuple[Match, ...]]
    people: Mapping[int, Person]
    referrals: Mapping[int, Referral]
    more: int


def find(session: Session, text: str, *, limit: int | None = None) -> Found | None:
    """The places in the book where this text stands; None where there is no book yet.

    Private notes and needs are among them.
    """
    sought = checked_line(text, "The text")
    with session.looking() as outlook:
        if outlook is None:
            return None
        reader = outlook.reader
        search = Search(reader, sought, outlook.horizon)
        groups: dict[str, tuple[Match, ...]] = {}
        more, left = 0, limit
        for name in GROUPS:
            found = tuple(getattr(search, name)())
            groups[name] = found if left is None else found[: max(0, left)]
            more += len(found) - len(groups[name])
            left = None if left is None else left - len(found)
        findings = [finding for found in groups.values() for finding in found]
        numbers = [finding.referral for finding in findings if finding.referral]
        referrals = {referral.id: referral for referral in reader.referrals(numbers)}
        people = {finding.person for finding in findings if finding.person is not None}
        people |= {number for r in referrals.values() for number in (r.source, r.prospect)}
        known = {person.id: person for person in reader.people(people)}
        return Found(outlook.now, groups, known, referrals, more)
