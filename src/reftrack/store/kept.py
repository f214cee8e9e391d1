"""The read models, kept in the transaction that changes what they are computed from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo

from sqlmodel import Session

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.events import TALK, TOUCH, Event, Place, at_or_after
from reftrack.domain.times import Calendar, instant_of, text_of
from reftrack.rules import affects
from reftrack.rules.courtesies import Reading
from reftrack.rules.story import Receipt, ReferralStory, Word, pauses_of
from reftrack.rules.terms import Policy, Terms
from reftrack.store.glance import KEPT_FOR, kept_for
from reftrack.store.lean import KeptStory, is_owed_news
from reftrack.store.outlook import stamp_of
from reftrack.store.read_models import (
    HEARD,
    STANDING_WHOLE,
    Row,
    courtesy_row,
    heard_row,
    standing_row,
)
from reftrack.store.reader import Reader
from reftrack.store.rows import COURTESY
from reftrack.store.tables import BookRow
from reftrack.store.touched import Change, Touched

_PUT_COURTESY = f"INSERT INTO courtesy ({COURTESY}) VALUES ({', '.join('?' * 10)})"
_MEND_COURTESY = (
    "UPDATE courtesy SET "
    + ", ".join(f"{column} = ?" for column in COURTESY.split(", "))
    + " WHERE id = ?"
)
_PUT_STANDING = f"INSERT INTO standing ({STANDING_WHOLE}) VALUES ({', '.join('?' * 10)})"
_MEND_STANDING = (
    "UPDATE standing SET "
    + ", ".join(f"{column} = ?" for column in STANDING_WHOLE.split(", ")[1:])
    + " WHERE referral = ?"
)
_PUT_HEARD = f"INSERT OR IGNORE INTO heard ({HEARD}) VALUES (?, ?, ?, ?, ?)"
_DROP_HEARD = "DELETE FROM heard WHERE person = ? AND at = ? AND event = ? AND uid = ?"

# How many subjects are computed at a time where all are: what bounds the memory.
BATCH = 2000

# Told how many subjects of how many are done.
Progress = Callable[[int, int], None]


class Keeper(Touched):
    """Computes what a command touched anew, for the subjects that it collected.

    `rewritten` counts the rows that differed and were replaced. `circumstances` is what the policy
    and the time zone come from, for a glance that knows neither; nothing where nobody says.
    """

    def __init__(self, session: Session, reader: Reader, policy: Policy, zone: tzinfo) -> None:
        super().__init__(reader, Terms(Calendar(zone), policy))
        self.session = session
        self.stamp = stamp_of(policy, zone)
        self.rewritten = 0
        self.circumstances = ""
        self.progress: Progress | None = None

    def keep(self) -> None:
        """Computes what was touched anew, and replaces the rows that differ."""
        self._pauses = pauses_of(self.reader.events_on_book())
        if self._pauses_before is not None:
            self._touch_pauses(self._pauses)
        # The rows cannot say when an announced end comes: then they are not to be relied on.
        is_reliable = not any(pause.is_announced for pause in self._pauses)
        if self._put("stamp", self.stamp if is_reliable else ""):
            self._is_everything = True
        kept = kept_for(self.circumstances, str(self.terms.calendar.zone))
        self._put(KEPT_FOR, kept if is_reliable else "")
        self.session.flush()
        if self._is_everything:
            self._keep_everything()
            return
        self.reader.connection.executemany(_PUT_HEARD, self._heard)
        self.rewritten += len(self._heard)
        whole = {number for what, number in self.subjects if what == "person"}
        self._keep_referrals([number for what, number in self.subjects if what == "referral"])
        self._keep_whole(sorted(whole))
        lean = {n: change for n, change in self._changes.items() if n not in whole}
        self._keep_people(lean)

    def _put(self, name: str, value: str) -> bool:
        """Sets what the book says under `name`; whether that is a change."""
        before = self.reader.setting(name)
        if before is None:
            self.session.add(BookRow(name=name, value=value))
        elif before != value:
            self.session.get_one(BookRow, name).value = value
        return before != value

    def _keep_everything(self) -> None:
        """All of both, a batch at a time: no more than a batch is ever in memory."""
        connection = self.reader.connection
        connection.execute("DELETE FROM heard")
        connection.execute(_OWN_WORDS)
        # Rows of what is no more in the live view have to go too.
        referrals = self._numbers(
            "SELECT id FROM referral UNION SELECT referral FROM standing ORDER BY 1"
        )
        # Of people about half as much is to be worked out.
        total = len(referrals) * 3 // 2
        done = 0
        for batch in _batches(referrals):
            self._keep_referrals(batch)
            done += len(batch)
            self._tell(done, total)
        people = self._numbers(_CONCERNED)
        total = len(referrals) + len(people)
        for batch in _batches(people):
            self._keep_people(dict.fromkeys(batch))
            done += len(batch)
            self._tell(done, total)

    def _numbers(self, sql: str) -> list[int]:
        return [number for (number,) in self.reader.rows(sql)]

    def _tell(self, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(done, total)

    # Referrals.

    def _keep_referrals(self, numbers: Sequence[int]) -> None:
        stories = self._stories(numbers)
        self._keep_standings(numbers, stories)
        self._keep_words(stories)
        reading = Reading(self.reader.no_history(), self.terms)
        courtesies = [
            courtesy
            for story in self._with_chains(stories)
            for courtesy in reading.on_referral(story)
        ]
        kept = self.reader.rows_among(
            f"SELECT id, {COURTESY} FROM courtesy WHERE referral IN", numbers
        )
        self._keep_courtesies(kept, courtesies)

    def _stories(self, numbers: Iterable[int]) -> list[ReferralStory]:
        """The stories of these referrals, without the chains."""
        referrals = list(self.reader.referrals(numbers))
        events = self._by_referral(referral.id for referral in referrals)
        sources = {p.id: p for p in self.reader.people(r.source for r in referrals)}
        parties = {number for r in referrals for number in (r.source, r.prospect)}
        forgotten: dict[int, Place] = {}
        for event in self.reader.events_on("person", parties, "forgotten"):
            person = event.person or 0
            forgotten[person] = min(event.place, forgotten.get(person, event.place))
        return [
            ReferralStory(
                r,
                events.get(r.id, ()),
                sources[r.source],
                self._pauses,
                source_forgotten=forgotten.get(r.source),
                prospect_forgotten=forgotten.get(r.prospect),
            )
            for r in referrals
        ]

    def _keep_words(self, stories: Iterable[ReferralStory]) -> None:
        """The links that these referrals add to the chains of their sources, and no others."""
        gone: list[Row] = []
        words: list[Row] = []
        for story in stories:
            if story.referral.is_expansion:
                continue
            source = story.referral.source
            rows = {heard_row(source, word) for word in story.words()}
            words += rows
            may_be = [Word(e.place, e.uid) for e in story.events if e.kind in _WORDS]
            may_be += [
                Word(at_or_after(at), story.referral.uid)
                for at in (story.referral.received_at, *(e.at for e in story.corrections))
            ]
            gone += [row[:4] for word in may_be if (row := heard_row(source, word)) not in rows]
        self.reader.connection.executemany(_DROP_HEARD, gone)
        self.reader.connection.executemany(_PUT_HEARD, words)

    def _by_referral(self, numbers: Iterable[int]) -> dict[int, list[Event]]:
        found: dict[int, list[Event]] = defaultdict(list)
        for event in self.reader.events_on("referral", numbers):
            found[event.referral or 0].append(event)
        for events in found.values():
            events.sort(key=lambda event: event.place)
        return found

    def _with_chains(self, stories: Iterable[ReferralStory]) -> Iterator[ReferralStory]:
        """Each with the first referral of its prospect that came once it was won."""
        for story in stories:
            won = next((event.at for event in story.events if event.kind == "won"), None)
            if won is None or story.referral.is_expansion:
                yield story
                continue
            found = self.reader.rows(
                "SELECT s.received_at, r.id, r.uid FROM standing s JOIN referral r"
                " ON r.id = s.referral WHERE s.source = ? AND s.received_at >= ?"
                " ORDER BY s.received_at, s.referral LIMIT 1",
                *(story.referral.prospect, text_of(won)),
            )
            chain = [Receipt(instant_of(at), number, uid) for at, number, uid in found]
            yield replace(story, chain=chain) if chain else story

    def _keep_standings(self, numbers: Sequence[int], stories: Iterable[ReferralStory]) -> None:
        sql = f"SELECT {STANDING_WHOLE} FROM standing WHERE referral IN"
        kept = {row[0]: row for row in self.reader.rows_among(sql, numbers)}
        fresh, mended = [], []
        for story in stories:
            row = standing_row(story)
            before = kept.pop(story.referral.id, None)
            if before is None:
                fresh.append(row)
            elif before != row:
                mended.append((*row[1:], row[0]))
            self._notice_end(story, before)
        gone = [(number,) for number in kept]
        self._write("DELETE FROM standing WHERE referral = ?", gone)
        self._write(_PUT_STANDING, fresh)
        self._write(_MEND_STANDING, mended)

    def _notice_end(self, story: ReferralStory, before: Row | None) -> None:
        """News was owed until the last of a source's referrals ended: that may have changed."""
        was = None if before is None or before[3] is None else instant_of(before[3])
        if story.referral.source in self._changes and was != story.ended_at:
            since = min(at for at in (was, story.ended_at) if at is not None)
            self._changes[story.referral.source].widen(["keep-informed"], at_or_after(since))

    # People.

    def _keep_whole(self, numbers: Sequence[int]) -> None:
        """Those of whom anything may have changed, from their whole histories."""
        if not numbers:
            return
        reading = Reading(self.reader.history(("person", n) for n in numbers), self.terms)
        known = [number for number in numbers if number in reading.history.people]
        stories = [reading.person_story(number) for number in known]
        words = {heard_row(s.person.id, word) for s in stories for word in s.words()}
        kept = set(self.reader.rows_among(f"SELECT {HEARD} FROM heard WHERE person IN", numbers))
        self._write(_DROP_HEARD, [row[:4] for row in kept - words])
        self._write(_PUT_HEARD, list(words - kept))
        courtesies = [courtesy for story in stories for courtesy in reading.on_person(story)]
        self._keep_courtesies(self._kept_on_people(numbers), courtesies)

    def _keep_people(self, changes: dict[int, Change] | dict[int, None]) -> None:
        """What may have moved on these people; all of it where no change is named."""
        reading = Reading(self.reader.no_history(), self.terms)
        rows: list[Row] = []
        courtesies: list[Courtesy] = []
        for story, change in self._lean_stories(changes):
            only = None if change is None else frozenset(change.rules)
            courtesies += reading.on_person(story, only)
            rows += [] if change is None else self._kept_of(story, change)
        # Also of those who are not there any more.
        whole = [number for number, change in changes.items() if change is None]
        rows += self._kept_on_people(whole)
        self._keep_courtesies(rows, courtesies)

    def _kept_on_people(self, numbers: Iterable[int]) -> Iterator[Row]:
        return self.reader.rows_among(
            f"SELECT id, {COURTESY} FROM courtesy WHERE person IN", numbers
        )

    def _lean_stories(
        self, changes: dict[int, Change] | dict[int, None]
    ) -> Iterator[tuple[KeptStory, Change | None]]:
        events = self._on_people(changes)
        been = self._prospect_of(changes)
        for person in self.reader.people(changes):
            change = changes[person.id]
            yield (
                KeptStory(
                    person,
                    events.get(person.id, ()),
                    (),
                    been.get(person.id, ()),
                    self._pauses,
                    is_owed_news(self.reader, person.id),
                    reader=self.reader,
                    stories=self._stories,
                    since=None if change is None else change.since,
                ),
                change,
            )

    def _on_people(self, changes: dict[int, Change] | dict[int, None]) -> dict[int, list[Event]]:
        """The events on them; of those who only need their chain their waivers alone."""
        found: dict[int, list[Event]] = defaultdict(list)
        for event in self.reader.events_on("person", changes):
            found[event.person or 0].append(event)
        for events in found.values():
            events.sort(key=lambda event: event.place)
        return found

    def _prospect_of(
        self, changes: dict[int, Change] | dict[int, None]
    ) -> dict[int, list[ReferralStory]]:
        """The stories of the referrals that they came by, where a rule reads them."""
        wanted = [n for n, c in changes.items() if c is None or c.rules & affects.BY_PROSPECT]
        numbers = [r.id for r in self.reader.referrals_of("prospect", wanted)]
        found: dict[int, list[ReferralStory]] = defaultdict(list)
        stories = self._stories(numbers)
        for story in sorted(stories, key=lambda s: (s.referral.received_at, s.referral.id)):
            found[story.referral.prospect].append(story)
        return found

    def _kept_of(self, story: KeptStory, change: Change) -> Iterator[Row]:
        """The rows that its courtesies are held against."""
        number = story.person.id
        sql = f"SELECT id, {COURTESY} FROM courtesy WHERE person = ?"
        for rule in change.rules:
            opened = ""
            if rule == "keep-informed" and story.chain_from is not None:
                days = story.person.updates_every or self.terms.policy.update_every
                opened = text_of(self.terms.calendar.opening(story.chain_from[0], days))
            yield from self.reader.rows(
                f"{sql} AND rule = ? AND opens_at >= ?", number, rule, opened
            )

    # Rows.

    def _keep_courtesies(self, rows: Iterable[Row], courtesies: Iterable[Courtesy]) -> None:
        # Several under one key: a file may give a referral and an event the same uid.
        kept: dict[Row, list[tuple[int, Row]]] = defaultdict(list)
        for number, *values in rows:
            kept[tuple(values[:4])].append((number, tuple(values)))
        fresh, mended = [], []
        for courtesy in courtesies:
            row = courtesy_row(courtesy)
            same = kept.get(row[:4])
            if not same:
                fresh.append(row)
                continue
            number, before = same.pop(0)
            if before != row:
                mended.append((*row, number))
        gone = [(number,) for rows in kept.values() for number, _ in rows]
        self._write("DELETE FROM courtesy WHERE id = ?", gone)
        self._write(_MEND_COURTESY, mended)
        self._write(_PUT_COURTESY, fresh)

    def _write(self, sql: str, rows: Sequence[Row]) -> None:
        """By the driver itself, on the journal's own connection: there may be a million."""
        if rows:
            self.rewritten += len(rows)
            self.reader.connection.executemany(sql, rows)


# What of a referral can be a link of the chain of keep-informed.
_WORDS = TOUCH | TALK

# The links of people themselves: their own wishes and waivers.
_OWN_WORDS = (
    "INSERT INTO heard SELECT person, at, id, uid, kind = 'waived' FROM live_event"
    " WHERE person IS NOT NULL AND (kind = 'wished'"
    " OR kind = 'waived' AND json_extract(data, '$.rule') IN ('keep-informed', 'all'))"
)

# Whom a rule on people can be about: who did or sent anything, or whose work was finished.
_CONCERNED = (
    "SELECT person FROM live_event WHERE person IS NOT NULL"
    " UNION SELECT source FROM standing WHERE source IS NOT NULL"
    " UNION SELECT r.prospect FROM live_event e JOIN live_referral r ON r.id = e.referral"
    " WHERE e.kind = 'delivered'"
    " UNION SELECT person FROM courtesy WHERE person IS NOT NULL ORDER BY 1"
)


def _batches(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(numbers), BATCH):
        yield numbers[start : start + BATCH]
