"""Every read of the truth: people, referrals, events, as they are in the live view."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from reftrack.domain.events import Event
from reftrack.domain.history import History
from reftrack.domain.people import (
    CONTACT_KINDS,
    ContactPoint,
    Person,
    is_more_than_first,
)
from reftrack.domain.referrals import Referral
from reftrack.domain.spelling import name_key
from reftrack.domain.times import text_of
from reftrack.rules.courtesies import Subject
from reftrack.store.quick_queries import IS_NAMED, NAMED_ONCE, latest, latest_standing, naming
from reftrack.store.rows import (
    EVENT,
    PERSON,
    REFERRAL,
    contact_key,
    event_of,
    person_of,
    referral_of,
)

# What names a person by their uid in an event's data: who got a referral, who was the source.
_NAMING = ("to", "from")

# SQLite's own limit on variables was 999 for long.
_AT_ONCE = 500


class Reader:
    """Reads one database on one connection, the journal's too: it sees what that one sees."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def rows(self, sql: str, *values: object) -> list[Any]:
        """All rows that `sql` finds."""
        return self.connection.execute(sql, values).fetchall()

    def rows_among(self, sql: str, numbers: Iterable[int | str], order: str = "") -> Iterator[Any]:
        """The rows that `sql`, ending before a list in brackets, finds for these numbers."""
        wanted = list(dict.fromkeys(numbers))
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(part))
            # Fetched at once: whoever stops half way would leave a cursor behind.
            yield from self.connection.execute(f"{sql} ({marks}) {order}", part).fetchall()

    # The book.

    def setting(self, name: str) -> str | None:
        """A setting of the book."""
        found = self.rows("SELECT value FROM book WHERE name = ?", name)
        return found[0][0] if found else None

    def latest(self) -> str:
        """The latest instant that anything in the history has; undone things count too."""
        return latest(self.connection)

    def latest_standing(self) -> str:
        """The latest instant that anything in the history has, of what stands."""
        return latest_standing(self.connection)

    def last_recorded(self) -> str:
        """The instant of the last step that stands, or of what lies later in the history."""
        return max(self.latest_standing(), self.last_step())

    def last_step(self) -> str:
        """The instant of the last step that stands, empty where none does."""
        steps = self.rows("SELECT at FROM step WHERE undone = 0 ORDER BY id DESC LIMIT 1")
        return str(steps[0][0]) if steps else ""

    def is_blank(self) -> bool:
        """True if nothing was ever recorded, undone or not."""
        return not self.rows("SELECT 1 FROM step LIMIT 1")

    # People.

    def person(self, number: int) -> Person | None:
        """The person of this number."""
        return next(self.people([number]), None)

    def people(self, numbers: Iterable[int]) -> Iterator[Person]:
        """The people of these numbers."""
        rows = self.rows_among(f"SELECT {PERSON} FROM live_person WHERE id IN", numbers)
        return map(person_of, rows)

    def everybody(self) -> list[Person]:
        """All people, by number; whoever was merged into another is that other."""
        sql = f"SELECT {PERSON} FROM live_person WHERE merged_into IS NULL ORDER BY id"
        return [person_of(row) for row in self.rows(sql)]

    def contacts(self, numbers: Iterable[int]) -> dict[int, tuple[ContactPoint, ...]]:
        """All phones, emails and addresses of these people where there is more than a first one."""
        newest = (
            "SELECT w.id FROM person_version w JOIN step s ON s.id = w.step"
            " WHERE w.person = v.person AND s.undone = 0"
            " AND (w.sets = '*' OR instr(w.sets, ' ' || c.kind || ' ') > 0)"
            " ORDER BY w.id DESC LIMIT 1"
        )
        sql = (
            "SELECT v.person, c.kind, c.value, c.label FROM person_version v"
            f" JOIN contact_point c ON c.version = v.id WHERE c.version = ({newest})"
            " AND v.person IN"
        )
        found: dict[int, dict[str, list[ContactPoint]]] = {}
        order = "ORDER BY v.person, c.kind, c.place"
        for number, *point in self.rows_among(sql, numbers, order):
            of_person = found.setdefault(number, {kind: [] for kind in CONTACT_KINDS})
            of_person[point[0]].append(ContactPoint(*point))
        more = {
            number: tuple(
                p for points in kinds.values() if is_more_than_first(points) for p in points
            )
            for number, kinds in found.items()
        }
        return {number: points for number, points in more.items() if points}

    def merged_into(self, number: int) -> int | None:
        """The number of the person whom this one was merged into, None where they were not."""
        return self.mergers_of([number]).get(number)

    def mergers_of(self, numbers: Iterable[int]) -> dict[int, int]:
        """The number of the person whom each was merged into, of those who were."""
        return dict(
            self.rows_among("SELECT id, merged_into FROM merged_person WHERE id IN", numbers)
        )

    def merged_with(self, numbers: Iterable[int]) -> list[int]:
        """The numbers of the people who were merged into one of these."""
        rows = self.rows_among("SELECT id FROM merged_person WHERE merged_into IN", numbers)
        return [number for (number,) in rows]

    def people_named(self, key: str) -> list[Person]:
        """The people whose whole name has this key."""
        had = "SELECT person FROM person_version WHERE name_key = ?"
        return self._people(f"id IN ({had}) AND name_key = ?", key, key)

    def people_with_email(self, email: str) -> list[Person]:
        """The people with this address."""
        key = contact_key("email", email)
        had = (
            "SELECT v.person FROM contact_point c JOIN person_version v ON v.id = c.version"
            " WHERE c.kind = 'email' AND c.key = ?"
        )
        return self._people(f"id IN ({had}) AND lower(email) = ?", key, key)

    def people_with_emails_beginning(self, start: str) -> list[Person]:
        """The people whose address begins so."""
        low = contact_key("email", start)
        had = (
            "SELECT v.person FROM contact_point c JOIN person_version v ON v.id = c.version"
            " WHERE c.kind = 'email' AND c.key >= ? AND c.key < ?"
        )
        return self._people(f"id IN ({had}) AND email IS NOT NULL", *naming(low))

    def people_beginning(self, key: str) -> list[Person]:
        """The people with a word in their name that begins so."""
        return self._people(f"id IN ({NAMED_ONCE}) AND {IS_NAMED}", *naming(key), key)

    def people_formerly(self, key: str) -> list[Person]:
        """The people of whose former names a word begins so, and of whose present name none does.

        One who had this very name goes before all others.
        """
        sql = (
            "SELECT v.person, v.name_key = ? FROM name_part n"
            " JOIN person_version v ON v.id = n.version JOIN step s ON s.id = v.step"
            " WHERE n.part >= ? AND n.part < ? AND s.undone = 0"
        )
        had = self.rows(sql, key, *naming(key))
        whole = [number for number, is_whole in had if is_whole]
        found = {person.id: person for person in self.people({number for number, _ in had})}
        left = {
            number: person
            for number, person in sorted(found.items())
            if f" {key}" not in f" {name_key(person.name)}" and not self.merged_into(number)
        }
        return [left[n] for n in left if n in whole] or list(left.values())

    def former_names(self, numbers: Iterable[int]) -> dict[int, list[str]]:
        """The names that these people had before, the latest first; nobody who had no other.

        A name that was undone they never had, and one that differs in case alone is the same.
        """
        sql = (
            "SELECT v.person, v.name, v.name_key FROM person_version v JOIN step s ON s.id = v.step"
            " WHERE v.name IS NOT NULL AND s.undone = 0 AND v.person IN"
        )
        had: dict[int, dict[str, str]] = {}
        for number, name, key in self.rows_among(sql, numbers, "ORDER BY v.id"):
            names = had.setdefault(number, {})
            names.pop(key, None)
            names[key] = name
        # The last one is the present one.
        before = {number: [*names.values()][-2::-1] for number, names in had.items()}
        return {number: names for number, names in before.items() if names}

    def _people(self, where: str, *values: object) -> list[Person]:
        sql = f"SELECT {PERSON} FROM live_person WHERE {where} AND merged_into IS NULL ORDER BY id"
        return [person_of(row) for row in self.rows(sql, *values)]

    def names_by_uid(self, uids: Iterable[str]) -> dict[str, str]:
        """The names of the people with these uids."""
        return dict(self.rows_among("SELECT uid, name FROM live_person WHERE uid IN", uids))

    # Referrals.

    def referral(self, number: int) -> Referral | None:
        """The referral of this number."""
        return next(self.referrals([number]), None)

    def referrals(self, numbers: Iterable[int]) -> Iterator[Referral]:
        """The referrals of these numbers."""
        rows = self.rows_among(f"SELECT {REFERRAL} FROM live_referral WHERE id IN", numbers)
        return map(referral_of, rows)

    def confidential(self, numbers: Iterable[int]) -> set[int]:
        """The referrals among these whose source asked not to be named to the prospect."""
        sql = "SELECT id FROM live_referral WHERE confidential = 1 AND id IN"
        return {number for (number,) in self.rows_among(sql, numbers)}

    def referrals_with(self, uids: Iterable[str]) -> Iterator[Referral]:
        """The referrals with these uids."""
        rows = self.rows_among(f"SELECT {REFERRAL} FROM live_referral WHERE uid IN", uids)
        return map(referral_of, rows)

    def referrals_of(self, role: str, people: Iterable[int]) -> Iterator[Referral]:
        """The referrals in which one of these people has the role `source` or `prospect`."""
        wanted = set(people)
        had = f"SELECT DISTINCT referral FROM referral_version WHERE {role} IN"
        numbers = [number for (number,) in self.rows_among(had, wanted)]
        return (r for r in self.referrals(numbers) if getattr(r, role) in wanted)

    # Events.

    def events_on(self, subject: str, numbers: Iterable[int], kind: str = "") -> Iterator[Event]:
        """The events on these referrals, or on these people and the people merged into them.

        Of one kind, or of all.
        """
        wanted = set(numbers)
        sql = f"SELECT {EVENT} FROM live_event WHERE" + (f" kind = '{kind}' AND" if kind else "")
        if subject == "referral":
            return self._events(self.rows_among(f"{sql} referral IN", wanted))
        rows = self.rows_among(f"{sql} recorded_on IN", {*wanted, *self.merged_with(wanted)})
        return (event for event in self._events(rows) if event.person in wanted)

    def _events(self, rows: Iterable[Any]) -> Iterator[Event]:
        """The events in these rows; a uid of a merged person is replaced by the other's."""
        others: dict[str, str] | None = None
        for event in map(event_of, rows):
            named = {key: event.data[key] for key in _NAMING if event.data.get(key) is not None}
            if not named:
                yield event
                continue
            if others is None:
                others = dict(self.rows("SELECT uid, other_uid FROM merged_person"))
            today = {key: others.get(uid, uid) for key, uid in named.items()}
            yield replace(event, data={**event.data, **today})

    def events_on_book(self) -> list[Event]:
        """The pauses and resumptions, in order."""
        sql = f"SELECT {EVENT} FROM live_event WHERE referral IS NULL AND recorded_on IS NULL"
        return [event_of(row) for row in self.rows(f"{sql} ORDER BY at, id")]

    def snoozed(self, now: datetime, horizon: datetime) -> list[Event]:
        """The snoozes up to `horizon` on whatever has one that is not over at `now`."""
        sql = f"SELECT {EVENT} FROM live_event WHERE kind = 'snoozed' AND at <= ? AND ahead > ?"
        lasting = [event_of(row) for row in self.rows(sql, text_of(horizon), text_of(now))]
        # A later one that is over by now counts all the same: it was the last word.
        referrals = {event.referral for event in lasting if event.referral is not None}
        people = {event.person for event in lasting if event.person is not None}
        found = [
            *self.events_on("referral", referrals, "snoozed"),
            *self.events_on("person", people, "snoozed"),
        ]
        return [event for event in found if event.at <= horizon]

    def known_uids(self, table: str, uids: Iterable[str]) -> list[str]:
        """The uids, of these, that a person, a referral or an event of the book has."""
        rows = self.rows_among(f"SELECT uid FROM live_{table} WHERE uid IN", uids)
        return [uid for (uid,) in rows]

    def told(self, uids: Iterable[str]) -> dict[str, str]:
        """The shareable text of these events, by uid."""
        sql = "SELECT uid, data FROM live_event WHERE data <> '{}' AND uid IN"
        texts = {uid: json.loads(data).get("text") for uid, data in self.rows_among(sql, uids)}
        return {uid: text for uid, text in texts.items() if text}

    def ways(self, uids: Iterable[str]) -> dict[str, str]:
        """The way of each of these events that has one, by uid; of those that were undone too."""
        return dict(
            self.rows_among(
                "SELECT uid, channel FROM event WHERE channel IS NOT NULL AND uid IN", uids
            )
        )

    def days(self, uids: Iterable[str]) -> dict[str, str]:
        """The local date for which each of these events says one, by uid; undone or not."""
        day = "json_extract(data, '$.on')"
        sql = f"SELECT uid, {day} FROM event WHERE {day} IS NOT NULL AND uid IN"
        return dict(self.rows_among(sql, uids))

    # Histories.

    @staticmethod
    def no_history() -> History:
        """The history of nobody."""
        return History.of((), (), ())

    def history(self, subjects: Iterable[Subject] | None = None) -> History:
        """The whole history, or the part that the courtesies of these subjects depend on."""
        if subjects is None:
            return History.of(
                self.everybody(),
                map(referral_of, self.rows(f"SELECT {REFERRAL} FROM live_referral")),
                self._events(self.rows(f"SELECT {EVENT} FROM live_event")),
            )
        chosen = set(subjects)
        people = {number for what, number in chosen if what == "person"}
        referrals = {r.id: r for r in self.referrals(n for what, n in chosen if what == "referral")}
        prospects = {referral.prospect for referral in referrals.values()}
        for role in ("source", "prospect"):
            referrals |= {r.id: r for r in self.referrals_of(role, people)}
        # Of referrals from the prospects only the receipt matters.
        sent = {r.id: r for r in self.referrals_of("source", prospects)}
        known = people | {p for r in referrals.values() for p in (r.source, r.prospect)}
        return History.of(
            self.people(known),
            (sent | referrals).values(),
            [
                *self.events_on_book(),
                *self.events_on("referral", referrals),
                *self.events_on("referral", sent.keys() - referrals.keys(), "source-corrected"),
                *self.events_on("person", people),
                *self.events_on("person", known - people, "forgotten"),
            ],
        )
