"""A morning: what is owed at an instant, as records in sections, the rest of it only counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from reftrack.application.records import Owed, Record, owed_of, records_of
from reftrack.application.results import Present
from reftrack.application.session import Session, without_referrals
from reftrack.domain.courtesies import (
    LATER,
    OVERDUE,
    SECTIONS,
    SNOOZED,
    TODAY,
    WHEN_YOU_CAN,
    Courtesy,
    Status,
)
from reftrack.domain.people import Contact
from reftrack.domain.times import Span
from reftrack.domain.workdays import Workdays
from reftrack.hints import Command, Hint, command
from reftrack.rules.morning import section_of
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.unfinished import NOTHING_TO_TELL
from reftrack.store.connection import PATIENCE
from reftrack.store.morning import ListedMorning, MorningCounts, ProjectedMorning
from reftrack.store.outlook import Item, Outlook

if TYPE_CHECKING:  # its expressions take longer to load than a short list to print
    from reftrack.application.when import Moment


@dataclass(frozen=True, slots=True)
class Later:
    """The records due after today, only counted: how many, and by when the last is due."""

    count: int
    until: datetime


class Hidden(NamedTuple):
    """The snoozed records, only counted: their `number`, and when the first is shown again.

    `at_once` says that all of them are, then.
    """

    number: int
    until: datetime
    at_once: bool


@dataclass
class Day:
    """The morning as a person reads it, or the part of it that concerns one `person`.

    `overdue`, `today` and `pressing`, which is both, count records. `sections` are those that are
    shown, with their records; `later`, `occasions` and `hidden`, what is snoozed, count what is
    folded away. `groups` are the
    same records by person, where that is asked for. `not_shown` is how many records a limit cut
    off. `following` is what comes next where nothing presses. `blank` says in words that there is
    no referral to be seen.
    """

    present: Present
    pressing: int
    person: int | None = None
    overdue: int = 0
    today: int = 0
    live: int = 0
    sections: dict[str, list[Record]] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    later: Later | None = None
    occasions: Mapping[str, int] = field(default_factory=dict)
    hidden: Hidden | None = None
    not_shown: int = 0
    following: Owed | None = None
    blank: tuple[Hint, ...] = ()

    @property
    def records(self) -> list[Record]:
        """The records that are shown, in the order of the sections."""
        return [record for records in self.sections.values() for record in records]


@dataclass(frozen=True, slots=True)
class Group:
    """The records of one person, and the command that settles all of them, if there is one."""

    person: Contact
    records: tuple[Record, ...]
    together: Command | None

    @property
    def count(self) -> int:
        """The number of records that it stands for; a common command counts as one."""
        return len(self.records) + (self.together is not None)

    @property
    def is_overdue(self) -> bool:
        """True if a debt to them is overdue."""
        owed = (each for record in self.records for each in record.owed)
        return any(each.is_debt and each.status == "overdue" for each in owed)


class Asked(NamedTuple):
    """The part of a morning that is asked for.

    `ahead` is a length of time: what opens within it belongs to it too. `everything` takes what is
    upcoming and snoozed, `whom` only what is owed to one person. `on` is another instant than now.
    """

    on: Moment = None
    whom: str | None = None
    ahead: Span | None = None
    everything: bool = False


THE_MORNING = Asked()


class Owing(NamedTuple):
    """All that is owed, one by one, for a program; `counts` are of courtesies, before any limit.

    `sections` and `records` go with `owed`: the section of each, and the number of the record that
    it is part of, from 1. `pressing` counts the records that press.
    """

    present: Present
    counts: MorningCounts
    owed: tuple[Owed, ...]
    sections: tuple[str, ...]
    records: tuple[int, ...]
    pressing: int


def due(
    session: Session,
    asked: Asked = THE_MORNING,
    *,
    unfolds: bool = False,
    by_person: bool = False,
    limit: int | None = None,
) -> Day | None:
    """The morning as a person reads it; None where there is no book yet.

    What can wait is only counted, unless `unfolds`. At most `limit` records are shown.
    """
    with session.looking(asked.on) as outlook:
        if outlook is None:
            return None
        morning = _morning(session, outlook, asked)
        return morning.day(unfolds=unfolds, by_person=by_person, limit=limit)


def owing(
    session: Session, asked: Asked = THE_MORNING, *, limit: int | None = None
) -> Owing | None:
    """The courtesies that are owed, in the order of a morning; None where there is no book yet."""
    with session.looking(asked.on) as outlook:
        if outlook is None:
            return None
        return _morning(session, outlook, asked).owing(limit)


def pressing_count(session: Session, asked: Asked = THE_MORNING) -> int | None:
    """The number of records overdue or of today; None where there is no book.

    It is asked for a prompt, so it waits no longer than a tenth of a second for others.
    """
    with session.looking(asked.on, PATIENCE) as outlook:
        return None if outlook is None else _morning(session, outlook, asked).pressing


def _morning(session: Session, outlook: Outlook, asked: Asked) -> Morning:
    """The morning that is asked for; whom a name means is found and, where it matters, noted."""
    person = None if asked.whom is None else session.names(outlook).person(asked.whom).id
    return Morning(outlook, session.workdays, asked, person)


class Morning:
    """The morning at the instant of an outlook; it is read while the book is open.

    Today ends as `workdays` say. With `person` it is what is owed to them.
    """

    def __init__(
        self,
        outlook: Outlook,
        workdays: Workdays,
        asked: Asked = THE_MORNING,
        person: int | None = None,
    ) -> None:
        self.outlook, self.person = outlook, person
        self.now, self.calendar = outlook.now, outlook.terms.calendar
        self.today = workdays.today(self.now, self.calendar.zone)
        self.shows_snoozed = asked.everything
        is_part = asked.everything or asked.ahead is not None or person is not None
        self.source: ProjectedMorning | ListedMorning = (
            ProjectedMorning(outlook, self.today)
            if outlook.has_valid_projections and not is_part
            else ListedMorning(outlook, self.today, self._chosen(asked), self.person)
        )

    def _chosen(self, asked: Asked) -> list[tuple[Courtesy, Status]]:
        """The courtesies that are asked for, with their status, in the order of a morning."""
        until = self._ahead_until(asked.ahead) or self.now
        is_whole = asked.everything and asked.ahead is None
        opened_by = None if is_whole else max(until, self.today.midnight)
        stand = self.outlook.stand(self.outlook.open_courtesies(opened_by, self.person))
        return [
            (courtesy, status)
            for courtesy, status in stand
            if (is_whole or courtesy.opens_at <= until or self._is_of_today(courtesy, status))
            and (asked.everything or status != SNOOZED)
        ]

    def _is_of_today(self, courtesy: Courtesy, status: Status) -> bool:
        return section_of(courtesy, status, self.today) == TODAY

    def _ahead_until(self, ahead: Span | None) -> datetime | None:
        """The last instant at which what opens is still within `ahead`."""
        if ahead is None:
            return None
        until = self.calendar.deadline(self.now, ahead, self.outlook.terms.policy.week)
        # The midnight that ends the last day begins another, and what opens with that is too late.
        return until - timedelta(seconds=1) if ahead.is_in_days else until

    @property
    def pressing(self) -> int:
        """The number of records that are overdue or of today."""
        return self._records_in(OVERDUE) + self._records_in(TODAY)

    @property
    def counts(self) -> MorningCounts:
        """The counts of the whole morning, by status."""
        return self.source.counts

    @property
    def present(self) -> Present:
        """The instant of this morning."""
        return Present(self.now, self.calendar.zone)

    def owing(self, limit: int | None = None) -> Owing:
        """The courtesies of the morning in words, in its order, at most `limit`."""
        front = list(islice(self.source.owed(), limit))
        whole = self._in_words(front if limit is None else self._with_beside(front))
        place = {id(courtesy): n for n, (courtesy, _) in enumerate(front)}
        # In the order of their first courtesies, which a limit does not change.
        records = [
            [place.get(id(o.courtesy), len(front)) for o in r.owed] for r in records_of(whole)
        ]
        number = {n: at for at, record in enumerate(sorted(records, key=min), 1) for n in record}
        owed = [each for each in whole if id(each.courtesy) in place]
        return Owing(
            *(self.present, self.counts, tuple(owed)),
            sections=tuple(map(self.section_of, owed)),
            records=tuple(number[place[id(each.courtesy)]] for each in owed),
            pressing=self.pressing,
        )

    # The screens that a person reads.

    def day(
        self, *, unfolds: bool = False, by_person: bool = False, limit: int | None = None
    ) -> Day:
        """The records to be shown; what can wait is only counted, unless `unfolds`."""
        overdue, today = self._records_in(OVERDUE), self._records_in(TODAY)
        day = Day(self.present, overdue + today, self.person, overdue, today)
        day.live = self.outlook.live_count()
        if not day.live and not self.source.is_anything and not self.outlook.has_referrals():
            day.blank = without_referrals(self.outlook)
            return day
        folded = set() if unfolds else {WHEN_YOU_CAN}
        # With nothing pressing there is room for what can wait.
        if not unfolds and day.pressing:
            folded.add(LATER)
        total = sum(self._records_in(s) for s in SECTIONS if s not in folded)
        if by_person:
            groups = self._groups(folded)
            total = sum(group.count for group in groups)
            day.groups = list(_first(groups, total if limit is None else limit))
        else:
            records = self._records(folded, limit)
            for section in SECTIONS:
                if chosen := [r for r in records if self.section_of(r.first) == section]:
                    day.sections[section] = chosen
        day.not_shown = max(0, total - limit) if limit is not None else 0
        if LATER in folded:
            day.later = self._later()
        if WHEN_YOU_CAN in folded:
            day.occasions = {rule: n for rule, n in self.counts.occasions.items() if n}
        if not self.shows_snoozed:
            day.hidden = self._hidden()
        if not day.sections and not day.groups and not day.pressing:
            day.following = self._following()
        return day

    def _groups(self, folded: set[str]) -> list[Group]:
        """The records that are not folded, grouped by the person whom one call can settle."""
        people: dict[int, list[Owed]] = {}
        everything = self._in_words(self.source.owed())
        for owed in sorted(everything, key=lambda each: SECTIONS.index(self.section_of(each))):
            if self.section_of(owed) not in folded:
                people.setdefault(owed.to.id, []).append(owed)
        about = {owed.courtesy.referral for each in people.values() for owed in each}
        standings = self.outlook.standings(number for number in about if number is not None)
        ended = {number for number, standing in standings.items() if standing.ended_at}
        groups = []
        for person, each in people.items():
            records = tuple(records_of(each))
            # One record says its command itself.
            together = _together(person, each, ended) if len(records) > 1 else None
            groups.append(Group(each[0].to, records, together))
        return groups

    def section_of(self, owed: Owed) -> str:
        """The section that this belongs to."""
        return section_of(owed.courtesy, owed.status, self.today)

    def _records(self, folded: set[str], limit: int | None) -> list[Record]:
        """The first records of the sections that are not folded, at most `limit`."""
        wanted = limit
        while True:
            owed: Iterable[tuple[Courtesy, Status]] = self.source.debts(later=LATER not in folded)
            if WHEN_YOU_CAN not in folded:
                owed = chain(owed, self.source.occasions())
            front = list(islice(chain(owed, self.source.rest()), wanted))
            records = self._beginning(front, folded)
            # Several courtesies may share a record: then more of them fit in.
            if wanted is None or len(front) < wanted or len(records) >= (limit or 0):
                return records[:limit]
            wanted *= 2

    def _beginning(
        self, front: Sequence[tuple[Courtesy, Status]], folded: set[str]
    ) -> list[Record]:
        """The records that begin with one of these courtesies."""
        first = {id(courtesy) for courtesy, _ in front}
        records = records_of(self._in_words(self._with_beside(front)))
        return [
            record
            for record in records
            if id(record.first.courtesy) in first and self.section_of(record.first) not in folded
        ]

    def _with_beside(
        self, front: Sequence[tuple[Courtesy, Status]]
    ) -> list[tuple[Courtesy, Status]]:
        """These courtesies with those that stand anywhere and one touch may settle with them."""
        beside = self.source.beside(
            (c.referral for c, _ in front if c.referral is not None),
            (c.to for c, _ in front if BY_NAME[c.rule].command.verb == "thank"),
        )
        known = {(c.key, c.opens_at) for c, _ in front}
        return self.outlook.ordered(
            [*front, *(each for each in beside if (each[0].key, each[0].opens_at) not in known)]
        )

    def _in_words(self, stand: Iterable[tuple[Courtesy, Status]]) -> list[Owed]:
        policy = self.outlook.terms.policy
        return [owed_of(item, policy) for item in self.outlook.items(stand)]

    def _records_in(self, section: str) -> int:
        """The number of records in a section: its courtesies but for those of earlier records."""
        return self.counts.in_section(section) - self._in_earlier_records[section]

    @cached_property
    def _in_earlier_records(self) -> Counter[str]:
        """The courtesies that are settled by the record of another one, by section."""
        if isinstance(self.source, ProjectedMorning):
            return self.source.in_earlier_records()
        records = records_of(self._nameless(self.source.on_referrals()))
        return Counter(self.section_of(owed) for r in records for owed in r.owed[1:])

    def _nameless(self, stand: Sequence[tuple[Courtesy, Status]]) -> list[Owed]:
        """The courtesies that are counted and never shown, so no names are looked up for them."""
        followed = {c.referral for c, _ in stand if c.rule == "follow-up" and c.referral}
        won = {n for n, standing in self.outlook.standings(followed).items() if standing.is_won}
        policy, held_by = self.outlook.terms.policy, self.outlook.held_by(stand)
        tellings = self.outlook.tellings(stand)
        return [
            owed_of(
                Item(
                    courtesy,
                    status,
                    Contact(courtesy.to, ""),
                    None,
                    courtesy.referral in won,
                    "",
                    held_by=held_by.get(courtesy.cause),
                    telling=tellings.get(courtesy.cause, NOTHING_TO_TELL),
                ),
                policy,
            )
            for courtesy, status in self.outlook.ordered(stand)
        ]

    def _later(self) -> Later | None:
        count = self._records_in(LATER)
        if not count:
            return None
        last = self.source.last_debts()
        return Later(count, next(c.due_at for c in last if not self._is_settled_sooner(c)))

    def _is_settled_sooner(self, later: Courtesy) -> bool:
        """True if the record of a debt that presses settles this one too."""
        if later.referral is None:
            return False
        records = records_of(self._nameless(self.source.beside([later.referral], [later.to])))
        return any(
            (owed.courtesy.key, owed.courtesy.opens_at) == (later.key, later.opens_at)
            and self.section_of(record.first) != LATER
            for record in records
            for owed in record.owed
        )

    def _hidden(self) -> Hidden | None:
        """The records that are snoozed; None where none is. A book has few snoozes in force."""
        outlook, found = self.outlook, {}
        ends = set()
        for snooze in outlook.snoozes:
            if snooze.referral is not None:
                owed = outlook.open_on([("referral", snooze.referral)])
            else:
                owed = outlook.open_courtesies(self.now, snooze.person)
            for courtesy in owed:
                if snooze.hides(courtesy, self.now) and self.person in (None, courtesy.to):
                    found[courtesy.key] = courtesy
                    ends.add(snooze.until)
        if not found:
            return None
        records = records_of(self._in_words(outlook.stand(found.values())))
        return Hidden(len(records), min(ends), at_once=len(ends) == 1)

    def _following(self) -> Owed | None:
        """The courtesy that comes next, where nothing is due."""
        first = next(self.source.debts(), None) or self.source.next_debt()
        return next(iter(self._in_words([] if first is None else [first])), None)


def _together(person: int, owed: Sequence[Owed], ended: set[int]) -> Command | None:
    """The command that settles what is open on several referrals of one source."""
    opened = [each for each in owed if each.status != "upcoming" and each.courtesy.referral]
    for verb, kind in (("thank", "thanked"), ("tell", "told")):
        covered = [each for each in opened if each.rule.is_settled_by(kind)]
        referrals = {each.courtesy.referral for each in covered if each.courtesy.referral}
        # News to a person is of what is live: it says nothing of what has ended.
        if verb == "tell" and referrals & ended:
            continue
        if len(referrals) > 1 and len(covered) == len(opened):
            touch = command(verb, f"@{person}")
            # Without the word for it, a touch on a person is news, which does not settle these.
            is_said = kind == "told" and any(each.rule.is_told_in_words for each in covered)
            return touch.with_option("said") if is_said else touch
    return None


def _first(groups: Iterable[Group], limit: int) -> Iterator[Group]:
    """The first records of these groups, at most `limit` in all."""
    for group in groups:
        if limit <= 0:
            return
        is_whole = group.count <= limit
        yield replace(
            group,
            records=group.records[:limit],
            together=group.together if is_whole else None,
        )
        limit -= group.count
