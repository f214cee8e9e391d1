"""Appointments that were moved, called off or begun before their time, and so are never owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.times import text_of
from reftrack.rules.courtesies import Reading, courtesy_from, ending_of, openings_of
from reftrack.rules.rulebook import BY_NAME
from reftrack.store.outlook import Outlook

_REFERRALS = (
    "SELECT DISTINCT e.referral FROM live_event e WHERE e.at >= ? AND e.referral IS NOT NULL"
    " AND EXISTS (SELECT 1 FROM live_event a WHERE a.referral = e.referral AND a.kind = 'agreed')"
)


def appointments_ended_unopened(
    outlook: Outlook, since: datetime
) -> Iterator[tuple[Courtesy, bool]]:
    """The appointments that ended at `since` or later, before they opened.

    With each comes True where another agreement ended it: it was moved, or called off.
    """
    rule, terms = BY_NAME["keep-appointment"], outlook.terms
    numbers = [number for (number,) in outlook.reader.rows(_REFERRALS, text_of(since))]
    if not numbers or rule.name in terms.policy.off:
        return
    history = outlook.reader.history({("referral", number) for number in numbers})
    reading = Reading(history.until(outlook.horizon), terms)
    for number in sorted(numbers):
        if (referral := reading.history.referrals.get(number)) is None:
            continue
        story = reading.referral_story(referral)
        agreements = {event.at for event in story.events if event.kind == "agreed"}
        for opening in openings_of(rule, story, terms):
            end = ending_of(rule, opening, story)
            if end is None or not since <= end[0] < opening.at:
                continue
            to, about = referral.prospect, referral.source
            courtesy = courtesy_from(rule, opening, story, end, terms, to, about)
            yield courtesy, end[1] == "done" and end[0] in agreements
