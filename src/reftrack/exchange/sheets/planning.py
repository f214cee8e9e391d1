"""The planning of an import: the people and referrals that a sheet adds, and its history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from reftrack.domain.events import Event
from reftrack.domain.people import Person
from reftrack.domain.referrals import CO_WORKER, EXPANSION, KINDS, Referral
from reftrack.domain.spelling import name_key
from reftrack.exchange.sheets.baseline import Aftermath, numbered
from reftrack.exchange.sheets.people import People, Unclear
from reftrack.exchange.sheets.plan import Addition, BookExcerpt, SheetPlan
from reftrack.exchange.sheets.sheet import ENDINGS, RefusedRow, RowEvent, Sheet, UnderstoodRow
from reftrack.exchange.sheets.uids import hashed, uid_of
from reftrack.rules.terms import Terms

# Within how many days the same two are probably the same referral, entered twice.
TWIN_DAYS = 14


def plan_sheet(
    sheet: Sheet,
    known: BookExcerpt,
    terms: Terms,
    *,
    now: datetime,
    baseline: datetime | None,
    keeps_twins: bool,
    currency: str,
) -> SheetPlan:
    """The plan of what the sheet would add to the book; nothing of it is recorded yet.

    `currency` is that of its amounts, empty where none is set.
    """
    return _Planner(sheet, known, terms, now, baseline, keeps_twins, currency).plan()


class _Planner:
    """Goes through the rows of one sheet."""

    def __init__(
        self,
        sheet: Sheet,
        known: BookExcerpt,
        terms: Terms,
        now: datetime,
        baseline: datetime | None,
        keeps_twins: bool,
        currency: str,
    ) -> None:
        self.sheet = sheet
        self.known = known
        self.terms = terms
        self.now = now
        self.baseline = baseline
        self.keeps_twins = keeps_twins
        self.currency = currency
        self._plan = SheetPlan(refusals=list(sheet.refusals))
        self.people = People(known, self._plan)
        history = known.history
        self.recorded = {event.uid for event in history.events()}
        self.first_referral = 1 + max(
            (*history.referrals, *(r.id for r in known.by_uid.values()), 0)
        )
        self.between: dict[tuple[int, int], list[tuple[datetime, int | UnderstoodRow]]] = (
            defaultdict(list)
        )
        for referral in history.referrals.values():
            pair = (referral.source, referral.prospect)
            self.between[pair].append((referral.received_at, referral.id))

    def plan(self) -> SheetPlan:
        """The plan for all rows."""
        seen: dict[str, UnderstoodRow] = {}
        named: list[Referral] = []
        for entry in self.sheet.entries:
            uid = uid_of(entry)
            if uid in seen:
                self._plan.repeated.append((entry, seen[uid]))
                continue
            seen[uid] = entry
            if (referral := self.known.by_uid.get(uid)) is not None:
                self._meet_again(entry, referral)
                # Seen from an earlier instant it may not have come yet.
                named += [referral] if referral.id in self.known.history.referrals else []
                continue
            try:
                self._take_in(entry, uid)
            except Unclear as reason:
                self._plan.refusals.append(RefusedRow(entry.row, str(reason)))
                del seen[uid]
        plan = self._plan
        plan.refusals.sort(key=lambda refusal: refusal.row.line)
        plan.new_people = [self.people.by_id[number] for number in self.people.added]
        self._finish([*named, *(addition.referral for addition in plan.additions)])
        return plan

    def _meet_again(self, entry: UnderstoodRow, referral: Referral) -> None:
        recorded = self.known.history.on_referral.get(referral.id, ())
        news = [
            each
            for each in entry.happened
            if each.at >= referral.received_at
            and referral.id in self.known.history.referrals
            and not any(self._is_same(each, event) for event in recorded)
        ]
        before = len(self._plan.events)
        self._add_events(news, referral)
        count = len(self._plan.events) - before
        if count:
            self._plan.updated.append((entry, referral, count))
        else:
            self._plan.again.append((entry, referral))

    def _is_same(self, happening: RowEvent, event: Event) -> bool:
        """True if it was recorded by hand already: on its day, or for an end near that day."""
        if happening.kind != event.kind:
            return False
        if happening.kind == "agreed":
            return all(event.data.get(key) == happening.more.get(key) for key in ("at", "on"))
        if not happening.stamp:
            return True
        date_of = self.terms.calendar.date_of
        days = abs((date_of(happening.at) - date_of(event.at)).days)
        return days <= (TWIN_DAYS if happening.kind in ENDINGS else 0)

    def _take_in(self, entry: UnderstoodRow, uid: str) -> None:
        prospect, source = self.people.found(entry.prospect), self.people.found(entry.source)
        is_one = (
            prospect is not None and source is not None and prospect.id == source.id
            if prospect or source
            else name_key(entry.prospect.name) == name_key(entry.source.name)
        )
        if is_one and entry.kind == CO_WORKER:
            raise Unclear("source and prospect are one person, so it is no hand-off in the house")
        if entry.kind == EXPANSION and not is_one:
            raise Unclear("an expansion is new business from the same person; these are two")
        if prospect and source:
            twin = self._twin(entry, source, prospect)
            if twin and not self.keeps_twins:
                self._plan.twins.append((entry, twin))
                return
        line = entry.row.line
        source = self.people.kept(entry.source, line)
        prospect = self.people.kept(entry.prospect, line)
        number = self.first_referral + len(self._plan.additions)
        # One address and a name that fits can make them one only now.
        is_one = source.id == prospect.id
        kind = EXPANSION if is_one else entry.kind or KINDS[0]
        if is_one and entry.kind not in (None, EXPANSION):
            self._plan.remarks.append(f"line {line}: both are {source.name}, so it is an expansion")
        referral = Referral(
            number,
            uid,
            source.id,
            prospect.id,
            entry.received_at,
            kind,
            entry.tie,
            entry.need,
            entry.note,
        )
        self._plan.additions.append(Addition(entry, referral, prospect, source))
        self.between[source.id, prospect.id].append((entry.received_at, entry))
        self._add_events(entry.happened, referral)

    def _twin(self, entry: UnderstoodRow, source: Person, prospect: Person) -> str:
        """The referral that is probably the same one, in words; empty where none is."""
        for at, other in self.between[source.id, prospect.id]:
            is_close = abs(at - entry.received_at) <= timedelta(days=TWIN_DAYS)
            day = self.terms.calendar.date_of(at)
            if isinstance(other, UnderstoodRow):
                if is_close:
                    return f"line {other.row.line}, received {day}"
            elif is_close or other in self.known.live:
                is_live = "live, " if other in self.known.live else ""
                return f"referral {other}, {is_live}received {day}"
        return ""

    def _add_events(self, happened: Iterable[RowEvent], referral: Referral) -> None:
        for happening in happened:
            uid = hashed("event", referral.uid, happening.kind, happening.stamp)
            if uid not in self.recorded:
                self._plan.events.append(_event(uid, happening, referral, self.currency))

    # Numbers, history, and what is owed then.

    def _finish(self, referrals: Sequence[Referral]) -> None:
        """Completes the plan; what opened before the baseline becomes history."""
        plan, history = self._plan, self.known.history
        plan.events = numbered(sorted(plan.events, key=lambda event: event.at), history)
        parts = {number for r in referrals for number in (r.source, r.prospect)}
        people = history.people | {number: self.people.by_id[number] for number in parts}
        new = [addition.referral for addition in plan.additions]
        everything = [*history.referrals.values(), *new]
        aftermath = Aftermath(self.known, self.people, people, everything, plan, self.terms)
        aftermath.settle(referrals, self.now, self.baseline)
        told = {event.referral for event in plan.events} | {referral.id for referral in new}
        plan.referrals = [referral for referral in everything if referral.id in told]
        meant = {event.person for event in plan.events} | {p.id for p in plan.new_people}
        meant |= {number for r in plan.referrals for number in (r.source, r.prospect)}
        plan.people = [people[number] for number in sorted(people) if number in meant]


def _event(uid: str, happening: RowEvent, referral: Referral, currency: str) -> Event:
    data = {**happening.more}
    if happening.text is not None:
        data["text"] = happening.text
    if currency and "value" in data:
        data["currency"] = currency
    return Event(
        0, uid, happening.at, happening.kind, referral.id, None, happening.channel, None, data
    )
