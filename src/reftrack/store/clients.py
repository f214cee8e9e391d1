"""The clients: people whose work was won or finished, however they came."""

from __future__ import annotations

from reftrack.domain.times import text_of
from reftrack.store.outlook import Outlook

_BY_REFERRAL = """
SELECT DISTINCT r.prospect FROM live_event e JOIN live_referral r ON r.id = e.referral
WHERE e.kind IN ('won', 'delivered') AND e.at <= ?"""
_OTHERWISE = """
SELECT DISTINCT person FROM live_event
WHERE kind IN ('delivered', 'reviewed', 'asked') AND person IS NOT NULL AND at <= ?"""


def clients(outlook: Outlook) -> list[int]:
    """The numbers of everybody who was won, delivered to, reviewed or asked by then."""
    then = text_of(outlook.horizon)
    rows = [*outlook.reader.rows(_BY_REFERRAL, then), *outlook.reader.rows(_OTHERWISE, then)]
    return sorted({person for (person,) in rows})
