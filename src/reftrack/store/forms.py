"""The words that a row may hold: kinds, ways, relations.

No table names them, so that a new one needs no migration: they are checked as each row is written,
and looked over by `check`.
"""

from __future__ import annotations

from reftrack.domain.events import ON_BOOK, ON_PERSON, ON_REFERRAL, WAYS
from reftrack.domain.people import MILESTONES, NAME_LIMIT, OUTCOME, RELATIONS, days_of
from reftrack.domain.referrals import EXPANSION, KINDS


def is_event(kind: str, referral: int | None, person: int | None, channel: str | None) -> bool:
    """True if this kind can happen to this subject, in this way."""
    if referral is not None and person is not None:
        return False
    on_person = ON_PERSON if person is not None else ON_BOOK
    kinds = ON_REFERRAL if referral is not None else on_person
    return kind in kinds and (channel is None or channel in WAYS)


def is_person(
    name: str | None, relation: str | None, updates: str | None, channel: str | None
) -> bool:
    """True if a person can have these values; None stands for one that is unknown or not set."""
    return (
        (name is None or 0 < len(name) <= NAME_LIMIT)
        and (relation is None or relation in RELATIONS)
        and (updates in (None, MILESTONES, OUTCOME) or days_of(updates) is not None)
        and (channel is None or channel in WAYS)
    )


def is_referral(source: int | None, prospect: int | None, kind: str | None) -> bool:
    """True if a referral of this kind can be between these two; None for one that is not set."""
    if kind is None:
        return source is None and prospect is None
    return kind in KINDS and (kind == EXPANSION) == (source == prospect)
