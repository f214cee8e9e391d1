"""What an understood spreadsheet adds to a book: its people, its referrals, what is history."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import Event
from reftrack.domain.history import History
from reftrack.domain.people import Person, short
from reftrack.domain.referrals import CO_WORKER, EXPANSION, KINDS, Referral
from reftrack.domain.spelling import name_key
from reftrack.domain.times import text_of
from reftrack.exchange.csv_in import ENDINGS, Entry, Happening, Party, Refusal, Sheet
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.terms import Terms

# Within how many days the same two are probably the same referral, entered twice.
TWIN_DAYS = 14
# How many namesakes a reason lists.
_LISTED = 6

# The marks of our uids: what they are made of may not change, else a second import adds all anew.
_FORM = "reftrack.csv/1"


@dataclass(frozen=True)
class Known:
    """What the book knows of a sheet's people and referrals.

    `history` has all referrals that the people who are named are part of, and what happened on
    them; `by_uid` are the referrals that the sheet names again. `merged` says who became whom.
    """

    people: Sequence[Person]
    merged: dict[int, int]
    history: History
    by_uid: dict[str, Referral]
    live: frozenset[int]


@dataclass(frozen=True, slots=True)
class Addition:
    """An entry with the referral that it is, and its people."""

    entry: Entry
    referral: Referral
    prospect: Person
    source: Person


@dataclass
class Plan:
    """All that an import would do, in domain terms; numbers of new records are provisional.

    `people` and `referrals` are the new ones with the known ones that `events` speak of; `learnt`
    are known people with what a sheet adds to them. `again` are entries that add nothing, `twins`
    are left out as probably known.
    """

    people: list[Person] = field(default_factory=list)
    referrals: list[Referral] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    updated: list[tuple[Entry, Referral, int]] = field(default_factory=list)
    again: list[tuple[Entry, Referral]] = field(default_factory=list)
    repeated: list[tuple[Entry, Entry]] = field(default_factory=list)
    twins: list[tuple[Entry, str]] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    learnt: dict[int, dict[str, str]] = field(default_factory=dict)
    new_people: list[Person] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    waivers: int = 0
    owed: list[Courtesy] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether it would record nothing."""
        return not (self.events or self.additions or self.learnt)


def uid_of(entry: Entry) -> str:
    """The uid of the referral in an entry, the same whenever and wherever it is read."""
    names = [_key_of(entry.prospect), _key_of(entry.source)]
    return _hashed("referral", *names, entry.stamp, entry.kind or "")


def _key_of(party: Party) -> str:
    return party.name if party.is_number else name_key(party.name)


def _hashed(*parts: str) -> str:
    return hashlib.sha256(json.dumps([_FORM, *parts]).encode()).hexdigest()[:32]


def planned(
    sheet: Sheet,
    known: Known,
    terms: Terms,
    *,
    now: datetime,
    baseline: datetime | None,
    keeps_twins: bool,
) -> Plan:
    """What the sheet would add to what is known; nothing of it is recorded yet."""
    return _Planner(sheet, known, terms, now, baseline, keeps_twins).plan()


def numbers_named(sheet: Sheet) -> set[int]:
    """The people whom a sheet names by their numbers."""
    parties = [party for entry in sheet.entries for party in (entry.prospect, entry.source)]
    return {int(party.name[1:]) for party in parties if party.is_number}


def people_named(sheet: Sheet, everybody: Iterable[Person], merged: dict[int, int]) -> set[int]:
    """The numbers of the known people whom a sheet may mean."""
    parties = [party for entry in sheet.entries for party in (entry.prospect, entry.source)]
    keys = {_key_of(party) for party in parties}
    emails = {_email_key(party.email) for party in parties if party.email}
    emails |= {_email_key(party.name) for party in parties if "@" in party.name}
    named = numbers_named(sheet)
    numbers = {merged.get(number, number) for number in named}
    return {
        person.id
        for person in everybody
        if name_key(person.name) in keys
        or person.id in numbers
        or (person.email and _email_key(person.email) in emails)
    }


def _email_key(email: str) -> str:
    return email.strip().casefold()


class _Unclear(Exception):
    """Why nobody in the book can be meant."""


class _People:
    """The people of the book and those whom a sheet adds, found as `add` finds them."""

    def __init__(self, known: Known, plan: Plan) -> None:
        self.plan = plan
        self.by_id = {person.id: person for person in known.people}
        self.merged = known.merged
        self.by_key: dict[str, list[Person]] = defaultdict(list)
        self.by_email: dict[str, list[Person]] = defaultdict(list)
        self.like = _Likeness()
        for person in known.people:
            key = name_key(person.name)
            self.by_key[key].append(person)
            if person.email:
                self.by_email[_email_key(person.email)].append(person)
            self.like.learn(key, f"{person.name} (@{person.id})")
        self.first_new = 1 + max(self.by_id, default=0)
        self.added: dict[int, int] = {}  # the number of a new person, and their line

    def found(self, party: Party) -> Person | None:
        """Whom a row means, None for somebody new; `_Unclear` where that cannot be said."""
        if party.is_number:
            number = int(party.name[1:])
            person = self.by_id.get(self.merged.get(number, number))
            if person is None or person.id in self.added:
                raise _Unclear(f"there is no person {party.name}")
            return person
        if "@" in party.name:
            return self._addressed(party.name)
        named = self.by_key.get(name_key(party.name), [])
        same = self.by_email.get(_email_key(party.email), []) if party.email else []
        both = [person for person in named if person in same]
        if len(both) == 1:
            return both[0]
        if len(named) == 1:
            return named[0]
        if named:
            raise _Unclear(
                f"'{short(party.name)}' is the name of {_listed(named)}: say which by its number"
            )
        fitting = [person for person in same if _is_form_of(party.name, person.name)]
        return fitting[0] if len(fitting) == 1 else None

    def _addressed(self, email: str) -> Person:
        same = self.by_email.get(_email_key(email), [])
        if len(same) == 1:
            return same[0]
        if same:
            raise _Unclear(f"{short(email)} is of {_listed(same)}: say which by its number")
        raise _Unclear(f"nobody known has the address {short(email)}, and a name is wanted")

    def kept(self, party: Party, line: int) -> Person:
        """Whom a row means, as somebody new where need be, with what it says of them."""
        person = self.found(party)
        if person is None:
            person = self._new(party, line)
        told = {
            "email": party.email,
            "phone": party.phone,
            "company": party.company,
            "relation": party.relation,
        }
        changes = {key: value for key, value in told.items() if value is not None}
        for key, value in list(changes.items()):
            before = getattr(person, key)
            if before is not None:
                del changes[key]
                if name_key(before) != name_key(value):
                    self.plan.remarks.append(
                        f"line {line}: the {key} of {self.called(person)} stays as it is;"
                        " the row has another"
                    )
        if changes:
            self._change(person, changes)
        return self.by_id[person.id]

    def called(self, person: Person) -> str:
        """A person by name, with the number that a known one has."""
        line = self.added.get(person.id)
        return f"{person.name} (@{person.id})" if line is None else f"{person.name} (line {line})"

    def _new(self, party: Party, line: int) -> Person:
        number = self.first_new + len(self.added)
        person = Person(number, secrets.token_hex(16), party.name)
        key = name_key(party.name)
        near = self.like.near(key)
        if near:
            self.plan.remarks.append(
                f"line {line}: {party.name} is new, and not {' or '.join(near)}"
            )
        self.added[number] = line
        self.by_key[key].append(person)
        self.by_id[number] = person
        self.like.learn(key, f"{person.name} (line {line})")
        return person

    def _change(self, person: Person, changes: dict[str, str]) -> None:
        changed = replace(person, **changes)  # type: ignore[arg-type]
        self.by_id[person.id] = changed
        key = name_key(person.name)
        self.by_key[key] = [changed if p.id == person.id else p for p in self.by_key[key]]
        if "email" in changes:
            self.by_email[_email_key(changes["email"])].append(changed)
        if person.email:
            same = self.by_email[_email_key(person.email)]
            same[:] = [changed if p.id == person.id else p for p in same]
        if person.id not in self.added:
            self.plan.learnt.setdefault(person.id, {}).update(changes)


def _listed(people: Sequence[Person]) -> str:
    numbers = [f"@{person.id}" for person in people]
    if len(numbers) > _LISTED:
        numbers[_LISTED:] = [f"{len(numbers) - _LISTED} more"]
    return f"{', '.join(numbers[:-1])} and {numbers[-1]}"


def _is_form_of(name: str, other: str) -> bool:
    """Whether two names can be one person's who has one address: `Sam`, `S. Ortiz`, `Sam Ortiz`."""
    one, two = name_key(name).split(), name_key(other).split()
    if set(one) <= set(two) or set(two) <= set(one):
        return True
    return one[-1] == two[-1] and one[0][0] == two[0][0]


class _Likeness:
    """Names so alike that a slip of the hand is likely: found without comparing each with each."""

    def __init__(self) -> None:
        self._by_slip: dict[str, dict[str, str]] = defaultdict(dict)
        self._by_frame: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self._by_word: dict[str, dict[str, str]] = defaultdict(dict)

    def learn(self, key: str, shown: str) -> None:
        """Remembers a name."""
        for slip in _slips(key):
            self._by_slip[slip][key] = shown
        words = key.split() or [key]
        self._by_frame[words[0], words[-1]][key] = shown
        if len(words) == 1:
            self._by_word[key][key] = shown

    def near(self, key: str) -> list[str]:
        """At most three that are like it, and not it."""
        found: dict[str, str] = {}
        for slip in _slips(key):
            found |= self._by_slip.get(slip, {})
        words = key.split() or [key]
        found |= self._by_frame.get((words[0], words[-1]), {})
        for word in words if len(words) > 1 else ():
            found |= self._by_word.get(word, {})
        return [shown for other, shown in found.items() if other != key][:3]


def _slips(key: str) -> set[str]:
    """The name with each one of its letters left out, and whole: two that share one are alike."""
    if len(key) < 6:
        return {key}
    return {key, *(key[:place] + key[place + 1 :] for place in range(len(key)))}


class _Planner:
    """Goes through the entries of one sheet."""

    def __init__(
        self,
        sheet: Sheet,
        known: Known,
        terms: Terms,
        now: datetime,
        baseline: datetime | None,
        keeps_twins: bool,
    ) -> None:
        self.sheet = sheet
        self.known = known
        self.terms = terms
        self.now = now
        self.baseline = baseline
        self.keeps_twins = keeps_twins
        self._plan = Plan(refusals=list(sheet.refusals))
        self.people = _People(known, self._plan)
        history = known.history
        self.recorded = {event.uid for event in _events_of(history)}
        self.first_referral = 1 + max(
            (*history.referrals, *(r.id for r in known.by_uid.values()), 0)
        )
        self.between: dict[tuple[int, int], list[tuple[datetime, int | Entry]]] = defaultdict(list)
        for referral in history.referrals.values():
            pair = (referral.source, referral.prospect)
            self.between[pair].append((referral.received_at, referral.id))

    def plan(self) -> Plan:
        """The plan for all entries."""
        seen: dict[str, Entry] = {}
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
            except _Unclear as reason:
                self._plan.refusals.append(Refusal(entry.row, str(reason)))
                del seen[uid]
        plan = self._plan
        plan.refusals.sort(key=lambda refusal: refusal.row.line)
        plan.new_people = [self.people.by_id[number] for number in self.people.added]
        self._finish([*named, *(addition.referral for addition in plan.additions)])
        return plan

    def _meet_again(self, entry: Entry, referral: Referral) -> None:
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

    def _is_same(self, happening: Happening, event: Event) -> bool:
        """Whether it was recorded by hand already: at its day, for an end at some day near it."""
        if happening.kind != event.kind:
            return False
        if not happening.stamp:
            return True
        date_of = self.terms.calendar.date_of
        days = abs((date_of(happening.at) - date_of(event.at)).days)
        return days <= (TWIN_DAYS if happening.kind in ENDINGS else 0)

    def _take_in(self, entry: Entry, uid: str) -> None:
        prospect, source = self.people.found(entry.prospect), self.people.found(entry.source)
        is_one = (
            prospect is not None and source is not None and prospect.id == source.id
            if prospect or source
            else name_key(entry.prospect.name) == name_key(entry.source.name)
        )
        if is_one and entry.kind == CO_WORKER:
            raise _Unclear("source and prospect are one person, so it is no hand-off in the house")
        if entry.kind == EXPANSION and not is_one:
            raise _Unclear("an expansion is new business from the same person; these are two")
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

    def _twin(self, entry: Entry, source: Person, prospect: Person) -> str:
        """What is probably the same referral, in words; empty where nothing is."""
        for at, other in self.between[source.id, prospect.id]:
            is_close = abs(at - entry.received_at) <= timedelta(days=TWIN_DAYS)
            day = self.terms.calendar.date_of(at)
            if isinstance(other, Entry):
                if is_close:
                    return f"line {other.row.line}, received {day}"
            elif is_close or other in self.known.live:
                is_live = "live, " if other in self.known.live else ""
                return f"referral {other}, {is_live}received {day}"
        return ""

    def _add_events(self, happened: Iterable[Happening], referral: Referral) -> None:
        for happening in happened:
            uid = _hashed("event", referral.uid, happening.kind, happening.stamp)
            if uid not in self.recorded:
                self._plan.events.append(_event(uid, happening, referral))

    # Numbers, history, and what is owed then.

    def _finish(self, referrals: Sequence[Referral]) -> None:
        """Puts the plan together, and lets what is before the baseline be history."""
        plan, history = self._plan, self.known.history
        plan.events = _numbered(sorted(plan.events, key=lambda event: event.at), history)
        parts = {number for r in referrals for number in (r.source, r.prospect)}
        people = history.people | {number: self.people.by_id[number] for number in parts}
        new = [addition.referral for addition in plan.additions]
        everything = [*history.referrals.values(), *new]
        self._let_go(_After(history, people, everything, plan), self._subjects(referrals))
        told = {event.referral for event in plan.events} | {referral.id for referral in new}
        plan.referrals = [referral for referral in everything if referral.id in told]
        meant = {event.person for event in plan.events} | {p.id for p in plan.new_people}
        meant |= {number for r in plan.referrals for number in (r.source, r.prospect)}
        plan.people = [people[number] for number in sorted(people) if number in meant]

    def _let_go(self, after: _After, subjects: Sequence[Subject]) -> None:
        """Waives what opened before the baseline, round by round: some of it waits for other."""
        history, plan = self.known.history, self._plan
        others = self._keys_of_others([s for s in subjects if _is_in(history, s)])

        def opened() -> list[Courtesy]:
            found = self._open(after.history(), subjects)
            return [courtesy for courtesy in found if courtesy.key not in others]

        owed = opened()
        waived: set[str] = set()
        while self.baseline is not None:
            late = [courtesy for courtesy in owed if courtesy.opens_at <= self.baseline]
            waivers = [w for w in self._waivers(late, self.baseline) if w.uid not in waived]
            if not waivers:
                break
            waived |= {waiver.uid for waiver in waivers}
            plan.events = _numbered([*plan.events, *waivers], history)
            owed = opened()
        plan.waivers = len(waived)
        plan.owed = [courtesy for courtesy in owed if courtesy.opens_at <= self.now]

    def _subjects(self, referrals: Iterable[Referral]) -> list[Subject]:
        """What these referrals can bear on: themselves, their people, the chains before them."""
        subjects: set[Subject] = set()
        for referral in referrals:
            subjects |= {("referral", referral.id)}
            subjects |= {("person", referral.source), ("person", referral.prospect)}
            earlier = self.known.history.prospect_of.get(referral.source, ())
            subjects |= {("referral", other.id) for other in earlier}
        return sorted(subjects)

    def _keys_of_others(self, subjects: Sequence[Subject]) -> set[tuple[str, int, int, str]]:
        """The open courtesies of the book that come from nothing that the sheet names."""
        history = self.known.history
        again = {referral.id for referral in self.known.by_uid.values()}
        causes = {event.uid for number in again for event in history.on_referral.get(number, ())}
        causes |= set(self.known.by_uid)
        return {
            courtesy.key
            for courtesy in self._open(history, subjects)
            if courtesy.referral not in again and courtesy.cause not in causes
        }

    def _open(self, history: History, subjects: Sequence[Subject]) -> list[Courtesy]:
        reading = Reading(history, self.terms)
        return [courtesy for courtesy in reading.courtesies(subjects) if courtesy.outcome is None]

    def _waivers(self, courtesies: Sequence[Courtesy], at: datetime) -> list[Event]:
        """What lets these be history: all of what is imported, elsewhere the one rule."""
        ours = set(self.known.by_uid)
        ours |= {addition.referral.uid for addition in self._plan.additions}
        uids = {r.id: r.uid for r in self.known.history.referrals.values()}
        uids |= {addition.referral.id: addition.referral.uid for addition in self._plan.additions}
        waivers: dict[str, Event] = {}
        for courtesy in courtesies:
            if courtesy.referral is not None:
                name = uids[courtesy.referral]
                is_ours = name in ours
            else:
                name = self.people.by_id[courtesy.to].uid
                is_ours = courtesy.to in self.people.added
            rule = "all" if is_ours else courtesy.rule
            uid = _hashed("waived", name, rule, text_of(at))
            waivers[uid] = Event(
                0,
                uid,
                at,
                "waived",
                courtesy.referral,
                courtesy.person,
                note=_HISTORY,
                data={"rule": rule},
            )
        return list(waivers.values())


@dataclass(frozen=True)
class _After:
    """The history of the book as a plan leaves it."""

    before: History
    people: dict[int, Person]
    referrals: Sequence[Referral]
    plan: Plan

    def history(self) -> History:
        """With all that is planned by now."""
        events = [*_events_of(self.before), *self.plan.events]
        return History.of(self.people.values(), self.referrals, events)


def _events_of(history: History) -> list[Event]:
    several = (*history.on_referral.values(), *history.on_person.values())
    return [*history.book, *(event for events in several for event in events)]


def _numbered(events: Iterable[Event], history: History) -> list[Event]:
    """The events in this order behind those of the history."""
    first = 1 + max((event.id for event in _events_of(history)), default=0)
    return [replace(event, id=first + place) for place, event in enumerate(events)]


# Why a courtesy was waived, as `waive --why` would keep it.
_HISTORY = "Before the import's baseline"


def _event(uid: str, happening: Happening, referral: Referral) -> Event:
    data = {} if happening.text is None else {"text": happening.text}
    return Event(
        0, uid, happening.at, happening.kind, referral.id, None, happening.channel, None, data
    )


def _is_in(history: History, subject: Subject) -> bool:
    what, number = subject
    return number in (history.referrals if what == "referral" else history.people)
