"""The projections, brought up to date in the transaction that changes the history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
from reftrack.store.affected import Affected, AffectedRules
from reftrack.store.outlook import stamp_of
from reftrack.store.projected_story import ProjectedStory, is_owed_news
from reftrack.store.projections import (
    COURTESY_WHOLE,
    HEARD,
    STANDING_WHOLE,
    Row,
    courtesy_row,
    heard_row,
    standing_row,
)
from reftrack.store.quick_queries import QUICK_STAMP, quick_stamp
from reftrack.store.reader import Reader
from reftrack.store.tables import BookRow

_PUT_COURTESY = f"INSERT INTO courtesy ({COURTESY_WHOLE}) VALUES ({', '.join('?' * 12)})"
_MEND_COURTESY = (
    "UPDATE courtesy SET "
    + ", ".join(f"{column} = ?" for column in COURTESY_WHOLE.split(", "))
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

# Subjects computed at a time where all of them are, to bound the memory.
BATCH = 2000

# Called with the number of subjects that are done, and of how many.
Progress = Callable[[int, int], None]


class Projector(Affected):
    """Computes anew what a command affected, for the subjects that it marked.

    `rewritten` counts the rows that differed and were replaced. `configuration_digest` tells the
    quick queries, which know neither policy nor zone, whether both are the same; it may be empty.
    """

    def __init__(self, session: Session, reader: Reader, policy: Policy, zone: tzinfo) -> None:
        super().__init__(reader, Terms(Calendar(zone), policy))
        self.session = session
        self.stamp = stamp_of(policy, zone)
        self.rewritten = 0
        self.configuration_digest = ""
        self.progress: Progress | None = None

    def update(self) -> None:
        """Computes anew what was marked, and replaces the rows that differ."""
        self._pauses = pauses_of(self.reader.events_on_book())
        if self._pauses_before is not None:
            self._mark_for_pauses(self._pauses)
        if self._put("stamp", self.stamp):
            self._is_everything = True
        self._put(
            QUICK_STAMP, quick_stamp(self.configuration_digest, str(self.terms.calendar.zone))
        )
        self.session.flush()
        if self._is_everything:
            self._update_everything()
            return
        self.reader.connection.executemany(_PUT_HEARD, self._heard)
        self.rewritten += len(self._heard)
        whole = {number for what, number in self.subjects if what == "person"}
        self._update_referrals([number for what, number in self.subjects if what == "referral"])
        self._update_from_histories(sorted(whole))
        in_part = {n: change for n, change in self._changes.items() if n not in whole}
        self._update_people(in_part)

    def _put(self, name: str, value: str) -> bool:
        """Sets what the book says under `name`; returns True if that is a change."""
        before = self.reader.setting(name)
        if before is None:
            self.session.add(BookRow(name=name, value=value))
        elif before != value:
            self.session.get_one(BookRow, name).value = value
        return before != value

    def _update_everything(self) -> None:
        """Computes all courtesies and standings, with one batch at a time in memory."""
        connection = self.reader.connection
        connection.execute("DELETE FROM heard")
        connection.execute(_OWN_WORDS)
        # Rows of what is no more in the live view have to go too.
        referrals = self._numbers(
            "SELECT id FROM referral UNION SELECT referral FROM standing ORDER BY 1"
        )
        # People take about half as long as referrals.
        total = len(referrals) * 3 // 2
        done = 0
        for batch in _batches(referrals):
            self._update_referrals(batch)
            done += len(batch)
            self._tell(done, total)
        people = self._numbers(_CONCERNED)
        total = len(referrals) + len(people)
        for batch in _batches(people):
            self._update_people(dict.fromkeys(batch))
            done += len(batch)
            self._tell(done, total)

    def _numbers(self, sql: str) -> list[int]:
        return [number for (number,) in self.reader.rows(sql)]

    def _tell(self, done: int, total: int) -> None:
        if self.progress is not None:
            self.progress(done, total)

    # Referrals.

    def _update_referrals(self, numbers: Sequence[int]) -> None:
        stories = self._stories(numbers)
        self._update_standings(numbers, stories)
        self._update_words(stories)
        reading = Reading(self.reader.no_history(), self.terms)
        courtesies = [
            courtesy
            for story in self._with_chains(stories)
            for courtesy in reading.on_referral(story)
        ]
        kept = self.reader.rows_among(
            f"SELECT id, {COURTESY_WHOLE} FROM courtesy WHERE referral IN", numbers
        )
        self._update_courtesies(kept, courtesies)

    def _stories(self, numbers: Iterable[int]) -> list[ReferralStory]:
        """The stories of these referrals, without the chains."""
        referrals = list(self.reader.referrals(numbers))
        events = self._events_on("referral", (referral.id for referral in referrals))
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

    def _update_words(self, stories: Iterable[ReferralStory]) -> None:
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

    def _events_on(self, subject: str, numbers: Iterable[int]) -> dict[int, list[Event]]:
        """The events on these referrals or people, in order."""
        found: dict[int, list[Event]] = defaultdict(list)
        for event in self.reader.events_on(subject, numbers):
            found[getattr(event, subject)].append(event)
        for events in found.values():
            events.sort(key=lambda event: event.place)
        return found

    def _with_chains(self, stories: Iterable[ReferralStory]) -> Iterator[ReferralStory]:
        """The stories, each with the first referral from its prospect after the sale."""
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

    def _update_standings(self, numbers: Sequence[int], stories: Iterable[ReferralStory]) -> None:
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
        """Widens the chain of a source whose last live referral ended: news was owed until then."""
        was = None if before is None or before[3] is None else instant_of(before[3])
        if story.referral.source in self._changes and was != story.ended_at:
            since = min(at for at in (was, story.ended_at) if at is not None)
            self._changes[story.referral.source].widen(["keep-informed"], at_or_after(since))

    # People.

    def _update_from_histories(self, numbers: Sequence[int]) -> None:
        """Updates people about whom anything may have changed, from their whole histories."""
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
        self._update_courtesies(self._rows_on_people(numbers), courtesies)

    def _update_people(self, changes: Mapping[int, AffectedRules | None]) -> None:
        """Updates what may have changed on these people; everything where no change is named."""
        reading = Reading(self.reader.no_history(), self.terms)
        rows: list[Row] = []
        courtesies: list[Courtesy] = []
        for story, change in self._projected_stories(changes):
            only = None if change is None else frozenset(change.rules)
            courtesies += reading.on_person(story, only)
            rows += [] if change is None else self._rows_of(story, change)
        # Including people who are not there any more.
        whole = [number for number, change in changes.items() if change is None]
        rows += self._rows_on_people(whole)
        self._update_courtesies(rows, courtesies)

    def _rows_on_people(self, numbers: Iterable[int]) -> Iterator[Row]:
        return self.reader.rows_among(
            f"SELECT id, {COURTESY_WHOLE} FROM courtesy WHERE person IN", numbers
        )

    def _projected_stories(
        self, changes: Mapping[int, AffectedRules | None]
    ) -> Iterator[tuple[ProjectedStory, AffectedRules | None]]:
        events = self._events_on("person", changes)
        been = self._prospect_of(changes)
        sent = self._sent_by(number for number, change in changes.items() if change is None)
        for person in self.reader.people(changes):
            change = changes[person.id]
            yield (
                ProjectedStory(
                    person,
                    events.get(person.id, ()),
                    (),
                    been.get(person.id, ()),
                    self._pauses,
                    is_owed_news(self.reader, person.id),
                    reader=self.reader,
                    stories=self._stories,
                    since=None if change is None else change.since,
                    known=sent.get(person.id, {}),
                ),
                change,
            )

    def _sent_by(self, people: Iterable[int]) -> dict[int, dict[int, ReferralStory]]:
        """The stories of the referrals that these people sent, by person and referral."""
        found: dict[int, dict[int, ReferralStory]] = defaultdict(dict)
        sql = "SELECT referral FROM standing WHERE source IN"
        for story in self._stories(number for (number,) in self.reader.rows_among(sql, people)):
            found[story.referral.source][story.referral.id] = story
        return found

    def _prospect_of(
        self, changes: Mapping[int, AffectedRules | None]
    ) -> dict[int, list[ReferralStory]]:
        """The stories of the referrals that they came by, where a rule reads them."""
        wanted = [n for n, c in changes.items() if c is None or c.rules & affects.BY_PROSPECT]
        numbers = [r.id for r in self.reader.referrals_of("prospect", wanted)]
        found: dict[int, list[ReferralStory]] = defaultdict(list)
        stories = self._stories(numbers)
        for story in sorted(stories, key=lambda s: (s.referral.received_at, s.referral.id)):
            found[story.referral.prospect].append(story)
        return found

    def _rows_of(self, story: ProjectedStory, change: AffectedRules) -> Iterator[Row]:
        """The rows that the courtesies of this story are compared with."""
        number = story.person.id
        sql = f"SELECT id, {COURTESY_WHOLE} FROM courtesy WHERE person = ?"
        for rule in change.rules:
            opened = ""
            if rule == "keep-informed" and story.chain_from is not None:
                days = story.person.updates_every or self.terms.policy.update_every
                opened = text_of(self.terms.calendar.opening(story.chain_from[0], days))
            yield from self.reader.rows(
                f"{sql} AND rule = ? AND opens_at >= ?", number, rule, opened
            )

    # Rows.

    def _update_courtesies(self, rows: Iterable[Row], courtesies: Iterable[Courtesy]) -> None:
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
        """Runs `sql` on the driver, on the journal's connection: there may be a million rows."""
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

# People whom a rule can be about: they did or sent something, or their work was finished.
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
