"""`due`: the morning's letter."""

from __future__ import annotations

import shlex
from collections.abc import Container, Sequence
from datetime import datetime, timedelta, tzinfo

from reftrack.cli.commands.front import SECTIONS, Front, document, next_said, not_shown
from reftrack.cli.counting import PRESSING
from reftrack.cli.here import BEGIN, Here
from reftrack.cli.lines import (
    Fold,
    Letter,
    Record,
    Section,
    end_of_today,
    item_document,
    occasions_line,
    records_of,
    section_of,
    summary_of,
)
from reftrack.cli.output import say, say_json
from reftrack.cli.screen import show_letter
from reftrack.domain.courtesies import Courtesy, Status
from reftrack.domain.times import parse_span, text_of
from reftrack.errors import BadInput
from reftrack.rules.morning import is_pressing
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.terms import Policy
from reftrack.store.connection import PATIENCE, TIMEOUT
from reftrack.store.outlook import Item, Outlook
from reftrack.wording import times


def show(
    here: Here,
    *,
    later: bool = False,
    all_: bool = False,
    ahead: str | None = None,
    on: str | None = None,
    for_: str | None = None,
    by_person: bool = False,
    limit: int | None = None,
    json: bool = False,
    count: bool = False,
    exit_code: bool = False,
) -> int:
    """Shows what the options of `due` ask for; the exit code."""
    with here.outlook(on, PATIENCE if count else TIMEOUT) as outlook:
        if outlook is None:
            _nothing_yet(here, is_json=json, is_count=count)
            return 0
        if count and for_ is None and ahead is None:
            pressing = outlook.pressing()
        else:
            is_part = all_ or by_person or ahead is not None or for_ is not None
            is_front = outlook.is_kept and not is_part
            view = (
                Front(outlook)
                if is_front
                else _View(outlook, for_, ahead, is_all=all_, by_person=by_person)
            )
            pressing = view.pressing
        if json and not count:
            view.read_document(limit)
        elif not count:
            again = "reftrack due --later"
            if view.person is not None:
                again += f" --for @{view.person}"
            if on is not None:
                again += f" --on {shlex.quote(on)}"
            view.read_letter(limit, is_later=later or all_, again=again)
    if count:
        say(str(pressing))
    elif json:
        say_json(view.document())
    else:
        show_letter(view.letter())
    return PRESSING if exit_code and pressing else 0


def _nothing_yet(here: Here, *, is_json: bool, is_count: bool) -> None:
    if is_count:
        say("0")
    elif is_json:
        zone = here.zone(None)
        say_json(document(text_of(here.now(zone)), {}, []))
    else:
        show_letter(Letter("", "", closing=here.without_a_book()))


class _View:
    """The courtesies that one call of `due` is about."""

    def __init__(
        self,
        outlook: Outlook,
        for_: str | None,
        ahead: str | None,
        *,
        is_all: bool,
        by_person: bool,
    ) -> None:
        self.outlook = outlook
        self.by_person = by_person
        self.now = outlook.now
        self.calendar = outlook.terms.calendar
        self.until = _ahead_until(outlook, ahead)
        self.person: int | None = None
        if for_ is not None:
            from reftrack.cli.naming import Names

            self.person = Names(outlook).person(for_).id
        opened_by = None if is_all and self.until is None else self.until or self.now
        self.stand = [
            (courtesy, status)
            for courtesy, status in outlook.stand(self._chosen(opened_by))
            if is_all or status != "snoozed"
        ]
        midnight = end_of_today(self.now, self.calendar)
        self.pressing = sum(is_pressing(c, status, midnight) for c, status in self.stand)

    def _chosen(self, opened_by: datetime | None) -> list[Courtesy]:
        """What has not ended and opened by then, of the person asked for."""
        return self.outlook.open_courtesies(opened_by, self.person)

    def read_document(self, limit: int | None) -> None:
        """Reads what `document` shows; afterwards the database is not needed any more."""
        self.items = self.outlook.items(self.stand[:limit])

    def read_letter(self, limit: int | None, *, is_later: bool, again: str) -> None:
        """Reads what `letter` shows, as in `Front`."""
        self.limit, self.is_later, self.again = limit, is_later, again
        self.items = self.outlook.items(self.stand)
        self.live = self.outlook.live_count()
        about = {c.referral for c, _ in self.stand if self.by_person and c.referral is not None}
        standings = self.outlook.standings(about) if about else {}
        self.ended = {number for number, standing in standings.items() if standing.ended_at}
        self.is_empty = not self.live and not self.stand and not self.outlook.has_referrals()
        self.following = "" if self.pressing else self._following()

    def _following(self) -> str:
        """What comes next and when, where nothing is due."""
        debts = [c for c in self._chosen(None) if not BY_NAME[c.rule].is_occasion]
        waiting = [c for c, s in self.outlook.stand(debts) if s in ("due", "upcoming")]
        first = min(waiting, key=lambda c: max(c.opens_at, self.now), default=None)
        return "" if first is None else next_said(self.outlook, first)

    def document(self) -> dict[str, object]:
        """The form `reftrack.due/1`."""
        policy = self.outlook.terms.policy
        return document(
            text_of(self.now),
            _counts(self.stand),
            [item_document(item, policy) for item in self.items],
        )

    def letter(self) -> Letter:
        """The screen."""
        is_later, limit, again = self.is_later, self.limit, self.again
        if self.is_empty:
            return Letter("", "", closing=["No referrals yet.", BEGIN])
        zone, policy = self.calendar.zone, self.outlook.terms.policy
        midnight = end_of_today(self.now, self.calendar)
        sections: dict[str, list[Item]] = {title: [] for title in SECTIONS}
        for item in self.items:
            sections[section_of(item, midnight)].append(item)
        overdue, today = sections["OVERDUE"], sections["TODAY"]
        summary = summary_of(len(overdue), len(today), self.live)
        letter = Letter(times.heading(self.now, zone), summary)

        folded = set() if is_later else {"WHEN YOU CAN"}
        # With nothing pressing there is room for what can wait.
        if not is_later and (overdue or today):
            folded.add("LATER")
        if self.by_person:
            shown = [i for title in SECTIONS if title not in folded for i in sections[title]]
            letter.sections = _by_person(shown, self.now, zone, policy, self.ended)
        else:
            # One touch may settle today what could have waited: the record stands with the first.
            records: dict[str, list[Record]] = {title: [] for title in SECTIONS}
            for record in records_of(self.items, self.now, zone, policy):
                records[section_of(record.items[0], midnight)].append(record)
            letter.sections = [
                Section(title, records[title], SECTIONS[title])
                for title in SECTIONS
                if records[title] and title not in folded
            ]
            sections["LATER"] = [item for record in records["LATER"] for item in record.items]
        if limit is not None:
            _cut(letter, limit)
        letter.folds = [
            Fold(title, self._counted(title, sections[title]), again)
            for title in ("LATER", "WHEN YOU CAN")
            if title in folded and sections[title]
        ]
        if self.following and not letter.sections:
            letter.closing = [self.following]
        return letter

    def _counted(self, title: str, items: Sequence[Item]) -> str:
        """What a folded section holds."""
        if title == "WHEN YOU CAN":
            return occasions_line(items)
        last = max(item.courtesy.due_at for item in items)
        until = times.deadline(last, self.now, self.calendar.zone).removeprefix("by ")
        return f"{len(items)} until {until}"


def _by_person(
    items: Sequence[Item], now: datetime, zone: tzinfo, policy: Policy, ended: Container[int]
) -> list[Section]:
    """A section a person, with the one command that covers several of their referrals."""
    people: dict[int, list[Item]] = {}
    for item in items:
        people.setdefault(item.to.id, []).append(item)
    sections = []
    for person, owed in people.items():
        records = records_of(owed, now, zone, policy)
        if together := _together(person, owed, ended):
            records.append(Record("", "All of these with one touch", "", "", together, ()))
        tone = "overdue" if any(i.is_debt and i.status == "overdue" for i in owed) else ""
        sections.append(Section(f"{owed[0].to.name} (@{person})", records, tone))
    return sections


def _together(person: int, items: Sequence[Item], ended: Container[int]) -> str:
    """The command that settles what is open on several referrals of one source."""
    opened = [i.courtesy for i in items if i.status != "upcoming" and i.courtesy.referral]
    for verb, kind in (("thank", "thanked"), ("tell", "told")):
        covered = [c for c in opened if BY_NAME[c.rule].is_settled_by(kind)]
        referrals = {courtesy.referral for courtesy in covered if courtesy.referral}
        # News to a person is of what is live: it says nothing of what has ended.
        if verb == "tell" and any(number in ended for number in referrals):
            continue
        if len(referrals) > 1 and len(covered) == len(opened):
            return f"reftrack {verb} @{person}"
    return ""


def _counts(stand: Sequence[tuple[Courtesy, Status]]) -> dict[str, int]:
    """The debts by status, and the occasions, which are counted nowhere else."""
    counts: dict[str, int] = {}
    for courtesy, status in stand:
        key = "occasions" if BY_NAME[courtesy.rule].is_occasion else status
        counts[key] = counts.get(key, 0) + 1
    return counts


def _ahead_until(outlook: Outlook, ahead: str | None) -> datetime | None:
    """The last instant at which what opens is still within `ahead`."""
    if ahead is None:
        return None
    try:
        span = parse_span(ahead.strip().casefold())
    except BadInput as error:
        raise BadInput(f"--ahead: {error.message}", error.hint) from None
    until = outlook.terms.calendar.deadline(outlook.now, span)
    # The midnight that ends the last day begins another, and what opens with that one is too late.
    return until - timedelta(seconds=1) if span.is_in_days else until


def _cut(letter: Letter, limit: int) -> None:
    """Leaves the first records, and says how many more there are."""
    total = sum(len(section.records) for section in letter.sections)
    left = limit
    sections: list[Section] = []
    for section in letter.sections:
        records: Sequence[Record] = section.records[: max(0, left)]
        left -= len(records)
        if records:
            sections.append(Section(section.title, records, section.tone))
    letter.sections = sections
    if total > limit:
        letter.closing.append(not_shown(total - limit))
