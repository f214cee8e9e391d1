"""The front of a morning: what is shown is read, and the rest is only counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, islice

from reftrack.cli.here import without_referrals
from reftrack.cli.lines import (
    Fold,
    Letter,
    Record,
    Section,
    end_of_today,
    item_document,
    occasions_said,
    records_of,
    section_of,
    subject_of,
    summary_of,
    touches_of,
)
from reftrack.domain.courtesies import Courtesy
from reftrack.domain.people import Contact
from reftrack.domain.times import text_of
from reftrack.rules.morning import status_of
from reftrack.store.morning import Morning
from reftrack.store.outlook import Item, Outlook
from reftrack.wording import times
from reftrack.wording.actions import action_of

SCHEMA = "reftrack.due/1"

# The sections of a morning in their order, with how each may be coloured.
SECTIONS = {
    "OVERDUE": "overdue",
    "TODAY": "today",
    "LATER": "",
    "WHEN YOU CAN": "",
    "UPCOMING": "",
    "SNOOZED": "",
}


class Front:
    """What has opened and is not snoozed, of the whole book, by the kept rows."""

    person: int | None = None

    def __init__(self, outlook: Outlook) -> None:
        self.outlook = outlook
        self.now, self.calendar = outlook.now, outlook.terms.calendar
        self.midnight = end_of_today(self.now, self.calendar)
        self.morning = Morning(outlook, self.midnight)

    @property
    def pressing(self) -> int:
        """The debts that are overdue, or due by the end of today."""
        return self.morning.pressing

    # For a program.

    def read_document(self, limit: int | None) -> None:
        """Reads what `document` shows; afterwards the database is not needed any more."""
        owed = chain(self.morning.debts(), self.morning.occasions())
        self.items = self._items(islice(owed, limit))
        self.counts = self.morning.counts

    def document(self) -> dict[str, object]:
        """The form `reftrack.due/1`."""
        counts, policy = self.counts, self.outlook.terms.policy
        return document(
            text_of(self.now),
            {
                "overdue": counts.overdue,
                "due": counts.today + counts.later,
                "occasions": sum(counts.occasions.values()),
            },
            [item_document(item, policy) for item in self.items],
        )

    # For a person.

    def read_letter(self, limit: int | None, *, is_later: bool, again: str) -> None:
        """Reads the screen; `again` is the command that unfolds what is only counted."""
        counts = self.morning.counts
        live = self.outlook.live_count()
        if not live and not self._is_anything() and not self.outlook.has_referrals():
            self._letter = Letter("", "", closing=without_referrals(self.outlook))
            return
        summary = summary_of(counts.overdue, counts.today, live)
        self._letter = Letter(times.heading(self.now, self.calendar.zone), summary)
        folded = set() if is_later else {"WHEN YOU CAN"}
        # With nothing pressing there is room for what can wait.
        if not is_later and self.pressing:
            folded.add("LATER")
        records = self._records(folded, limit)
        self._letter.sections = [
            Section(title, chosen, tone)
            for title, tone in SECTIONS.items()
            if (chosen := [r for r in records if self._section(r) == title])
        ]
        total, later = self._together(folded)
        if limit is not None and total > limit:
            self._letter.closing.append(not_shown(total - limit))
        self._fold(folded, later, again)
        if not self._letter.sections and not self.pressing and (said := self._following()):
            self._letter.closing = [said]

    def letter(self) -> Letter:
        """The screen that was read."""
        return self._letter

    def _is_anything(self) -> bool:
        counts = self.morning.counts
        return bool(self.pressing or counts.later or sum(counts.occasions.values()))

    def _records(self, folded: set[str], limit: int | None) -> list[Record]:
        """The first records of the sections that are not folded, at most `limit`."""
        until = self.midnight if "LATER" in folded else None
        wanted = limit
        while True:
            owed: Iterable[Courtesy] = self.morning.debts(until)
            if "WHEN YOU CAN" not in folded:
                owed = chain(owed, self.morning.occasions())
            front = list(islice(owed, wanted))
            records = self._beginning(front, folded)
            # Several courtesies may share a record: then more of them fit in.
            if wanted is None or len(front) < wanted or len(records) >= (limit or 0):
                return records[:limit]
            wanted *= 2

    def _beginning(self, front: Sequence[Courtesy], folded: set[str]) -> list[Record]:
        """The records that begin with one of these."""
        # What one touch settles beside them may stand anywhere.
        beside = self.morning.beside(c.referral for c in front if c.referral is not None)
        first = {id(courtesy) for courtesy in front}
        known = {(c.key, c.opens_at) for c in front}
        whole = [*front, *(c for c in beside if (c.key, c.opens_at) not in known)]
        items = self._items(courtesy for courtesy, _ in self.outlook.stand(whole))
        zone, policy = self.calendar.zone, self.outlook.terms.policy
        records = records_of(items, self.now, zone, policy)
        return [
            record
            for record in records
            if id(record.items[0].courtesy) in first and self._section(record) not in folded
        ]

    def _items(self, courtesies: Iterable[Courtesy]) -> list[Item]:
        return self.outlook.items([(c, status_of(c, self.now)) for c in courtesies])

    def _section(self, record: Record) -> str:
        return section_of(record.items[0], self.midnight)

    def _together(self, folded: set[str]) -> tuple[int, list[Courtesy]]:
        """How many records there are in the sections that are shown.

        Then what is due later and shares a record of today: it is not counted with the later.
        """
        counts = self.morning.counts
        total = counts.overdue + counts.today
        total += 0 if "LATER" in folded else counts.later
        total += 0 if "WHEN YOU CAN" in folded else sum(counts.occasions.values())
        settled: list[Courtesy] = []
        for shared in touches_of(self._nameless(self.morning.doubles())):
            sections = [section_of(item, self.midnight) for item in shared]
            if sections[0] in folded:
                continue
            total -= sum(section not in folded for section in sections) - 1
            settled += [
                item.courtesy
                for item, section in zip(shared, sections, strict=True)
                if section == "LATER" and sections[0] != "LATER"
            ]
        return total, settled

    def _nameless(self, courtesies: Sequence[Courtesy]) -> list[Item]:
        """Items that are counted and never shown."""
        followed = {c.referral for c in courtesies if c.rule == "follow-up" and c.referral}
        won = {n for n, standing in self.outlook.standings(followed).items() if standing.is_won}
        return [
            Item(c, status, Contact(c.to, ""), None, c.referral in won, "", (), 0)
            for c, status in self.outlook.stand(courtesies)
        ]

    def _fold(self, folded: set[str], settled: Sequence[Courtesy], again: str) -> None:
        counts = self.morning.counts
        later = counts.later - len(settled)
        if "LATER" in folded and later:
            beside = {(c.key, c.opens_at) for c in settled}
            last = next(c for c in self.morning.last_debts() if (c.key, c.opens_at) not in beside)
            until = times.deadline(last.due_at, self.now, self.calendar.zone).removeprefix("by ")
            self._letter.folds.append(Fold("LATER", f"{later} until {until}", again))
        if "WHEN YOU CAN" in folded and (said := occasions_said(counts.occasions)):
            self._letter.folds.append(Fold("WHEN YOU CAN", said, again))

    def _following(self) -> str:
        """What comes next and when, where nothing is due."""
        first = next(self.morning.debts(), None) or self.morning.next_debt()
        return "" if first is None else next_said(self.outlook, first)


def next_said(outlook: Outlook, courtesy: Courtesy) -> str:
    """What comes next, and when."""
    status = status_of(courtesy, outlook.now)
    (item,) = outlook.items([(courtesy, status)])
    zone = outlook.terms.calendar.zone
    when = (
        times.opening(courtesy.opens_at, outlook.now, zone)
        if status == "upcoming"
        else times.deadline(courtesy.due_at, outlook.now, zone)
    )
    return f"Next, {when}: {action_of(courtesy.rule, subject_of(item))}."


def document(
    now: str, counts: dict[str, int], items: list[object] | list[dict[str, object]]
) -> dict[str, object]:
    """The form `reftrack.due/1`."""
    names = ("overdue", "due", "upcoming", "snoozed", "occasions")
    return {
        "schema": SCHEMA,
        "now": now,
        "counts": {name: counts.get(name, 0) for name in names},
        "items": items,
    }


def not_shown(more: int) -> str:
    """How many records are cut off."""
    return f"{more} more {'is' if more == 1 else 'are'} not shown."
