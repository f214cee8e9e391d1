"""Another edition of the rulebook: what it owes that the one before did not, said once."""

from __future__ import annotations

from collections import Counter

from reftrack.domain.counting import counted
from reftrack.hints import Hint, command
from reftrack.rules.rulebook import BY_NAME
from reftrack.store.outlook import Outlook


def newly_owed(outlook: Outlook) -> Hint:
    """The note of overdue debts that the edition before did not know; empty where there is none.

    To be asked before the projections are brought up to date.
    """
    before = outlook.overdue_of_earlier_edition()
    if before is None:
        return ""
    overdue = Counter(
        courtesy.rule
        for courtesy in outlook.open_courtesies(outlook.now)
        if courtesy.due_at < outlook.now and not BY_NAME[courtesy.rule].is_occasion
    )
    more = overdue - Counter(before)
    if not more:
        return ""
    rules = ", ".join(f"{count} {rule}" for rule, count in more.most_common())
    today = outlook.terms.calendar.date_of(outlook.now)
    said = (
        f"note: by the rulebook's second edition {counted(more.total(), 'older debt')} more"
        f" {'is' if more.total() == 1 else 'are'} overdue: {rules}."
        " To let go of all that was due before a day: "
    )
    return said, command("waive", before=str(today))
