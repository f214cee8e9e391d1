"""The check of a book: each thing looked at is one finding, and nothing is changed."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Literal

from reftrack.domain.counting import lasting
from reftrack.domain.times import EARLIEST, LATEST, Calendar, instant_of, text_of
from reftrack.errors import StoreError
from reftrack.hints import Blank, Hint, command
from reftrack.rules.courtesies import Reading
from reftrack.rules.terms import Policy, Terms
from reftrack.store.automatic_backups import Shelf
from reftrack.store.connection import check_version, holds_a_book, open_readable
from reftrack.store.failures import NoBook, damage, translated_errors
from reftrack.store.forms import is_event, is_person, is_referral
from reftrack.store.made import tables_in
from reftrack.store.migrations import build
from reftrack.store.outlook import stamp_of
from reftrack.store.places import mode_for_others, network, synchroniser
from reftrack.store.projections import (
    COURTESY_WHOLE,
    HEARD,
    STANDING_WHOLE,
    Row,
    courtesy_row,
    heard_row,
    standing_row,
)
from reftrack.store.reader import Reader

Level = Literal["ok", "warning", "wrong"]

# At most so many faults of one kind are named.
_NAMED = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: its state in a sentence, and what to do if it is not well."""

    what: str
    level: Level
    text: str
    remedy: Hint = ""


_RESTORE: Hint = ("Go back to a copy: ", command("backup", list=None))
_REPAIR: Hint = (command("check", repair=None), " mends it.")


NO_BOOK = "no-book"


def findings(
    shelf: Shelf, policy: Policy, zone: tzinfo | None, clock: datetime | None
) -> Iterator[Finding]:
    """The findings, one after the other; damage may hide what would come after it.

    `zone` is the time zone in force, None where it is the book's own; `clock` is what this
    computer's clock shows, None where that is not asked.
    """
    for finding in inside(shelf.book, policy, zone, clock):
        yield finding
        if finding.what == NO_BOOK:
            return
    yield from _around(shelf)


def inside(
    path: Path, policy: Policy, zone: tzinfo | None, clock: datetime | None = None
) -> Iterator[Finding]:
    """The findings on the book alone; of another program's file only that it is one."""
    try:
        with translated_errors(path):
            holds_a_book(path)
            with contextlib.closing(open_readable(path)) as connection:
                check_version(connection)
                yield from _inside(connection, policy, zone, clock)
    except NoBook as error:
        yield Finding(NO_BOOK, "wrong", _sentence(error.message), error.hint)
    except StoreError as error:
        text = _sentence(error.message)
        yield Finding("file", "wrong", text, _RESTORE if error.is_damage else error.hint)
    except UNREADABLE as error:
        text = _sentence(damage(path, type(error).__name__).message)
        yield Finding("file", "wrong", text, _RESTORE)


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:]


def damage_in(path: Path, policy: Policy, zone: tzinfo | None) -> StoreError | None:
    """The first fault of the book at `path`, as an error; None if all of it is well."""
    for finding in inside(path, policy, zone):
        if finding.level == "wrong":
            return StoreError(
                f"the database {path} is damaged: {finding.text}", finding.remedy, is_damage=True
            )
    return None


# The errors of reading what no program of ours wrote: a number where a text should
# be, a name that stands for nothing, a size that no memory has.
UNREADABLE = (ValueError, TypeError, LookupError, ArithmeticError, AttributeError, MemoryError)


def _inside(
    connection: sqlite3.Connection, policy: Policy, zone: tzinfo | None, clock: datetime | None
) -> Iterator[Finding]:
    is_whole = _integrity(connection)
    yield is_whole
    if is_whole.level == "wrong":
        return
    is_sound = True
    for look in (_tables, _references, _forms, _uids):
        finding = look(connection)
        yield finding
        is_sound = is_sound and finding.level == "ok"
        if look is _tables and not is_sound:
            return
    # Of a history that cannot be read nothing can be worked out.
    if is_sound:
        yield _courtesies(Reader(connection), policy, zone)
        if clock is not None:
            yield _clock(Reader(connection), clock)
    yield _journal_mode(connection)


def _integrity(connection: sqlite3.Connection) -> Finding:
    said = [row[0] for row in connection.execute(f"PRAGMA integrity_check({_NAMED})")]
    if said == ["ok"]:
        return Finding("integrity", "ok", "The file is whole: every page and every index.")
    # SQLite begins with the name of the database on a line of its own.
    first = next((line for line in said[0].splitlines() if not line.startswith("***")), said[0])
    if all("index" in each for each in said):
        return Finding("integrity", "wrong", f"An index is damaged: {first}.", _REPAIR)
    return Finding("integrity", "wrong", f"The file is damaged: {first}.", _RESTORE)


def _references(connection: sqlite3.Connection) -> Finding:
    lost = connection.execute("PRAGMA foreign_key_check").fetchmany(_NAMED)
    if not lost:
        return Finding("references", "ok", "Everything that a record points to is there.")
    named = ", ".join(f"{table} {row} ({parent})" for table, row, parent, _ in lost)
    return Finding("references", "wrong", f"What a record points to is missing: {named}.", _RESTORE)


def _tables(connection: sqlite3.Connection) -> Finding:
    """Checks that tables, indexes, views and triggers are those of a new book, to the letter."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as new:
        build(new)
        expected, found = tables_in(new), tables_in(connection)
    if found == expected:
        return Finding("tables", "ok", "The tables and what guards them are as they were made.")
    other = sorted({name for name, _ in expected ^ found})
    return Finding(
        "tables", "wrong", f"The tables were changed: {', '.join(other[:_NAMED])}.", _RESTORE
    )


def _is_instant(value: object) -> bool:
    """True if the text is an instant that can be recorded."""
    try:
        return isinstance(value, str) and EARLIEST <= instant_of(value) < LATEST
    except (ValueError, TypeError):
        return False


def _is_worked_out(value: object) -> bool:
    """True if the text is an instant that can follow from what is recorded, centuries ahead too."""
    try:
        return isinstance(value, str) and instant_of(value).tzinfo is not None
    except (ValueError, TypeError):
        return False


def _is_object(value: object) -> bool:
    try:
        data = json.loads(str(value))
    except ValueError:
        return False
    if not isinstance(data, dict):
        return False
    named = (data[key] for key in ("until", "at", "due") if data.get(key) is not None)
    return all(map(_is_instant, named))


# The columns whose form no rule of SQLite's can hold completely.
_FORMS: tuple[tuple[str, str, Callable[[object], bool]], ...] = (
    ("step", "at", _is_instant),
    ("referral_version", "received_at", _is_instant),
    ("event", "at", _is_instant),
    ("event", "data", _is_object),
    ("courtesy", "coalesce(ends_at, opens_at)", _is_worked_out),
    ("turning", "at", _is_instant),
    ("courtesy", "opens_at", _is_worked_out),
    ("courtesy", "due_at", _is_worked_out),
)


# The words of the rows, which no table names; each combination once, with where it stands first.
_WORDS: tuple[tuple[str, Callable[..., bool]], ...] = (
    (
        """SELECT 'event ' || min(id) || ' (kind)', kind, min(referral), min(person), channel
        FROM event GROUP BY kind, referral IS NULL, person IS NULL, channel""",
        is_event,
    ),
    (
        """SELECT 'person_version ' || id || ' (words)', name, relation, updates, channel
        FROM person_version""",
        is_person,
    ),
    (
        """SELECT 'referral_version ' || id || ' (kind)', source, prospect, kind
        FROM referral_version""",
        is_referral,
    ),
)


def _forms(connection: sqlite3.Connection) -> Finding:
    faults = []
    for table, column, is_good in _FORMS:
        # `{}` is the most common of all.
        sql = f"SELECT rowid, {column} FROM {table} WHERE {column} <> '{{}}'"
        faults += [
            f"{table} {number} ({column})"
            for number, value in connection.execute(sql)
            if not is_good(value)
        ]
    for sql, is_good_row in _WORDS:
        faults += [where for where, *values in connection.execute(sql) if not is_good_row(*values)]
    if not faults:
        return Finding("times", "ok", "Every time is an instant, every detail can be read.")
    return Finding("times", "wrong", f"Not in form: {', '.join(faults[:_NAMED])}.", _RESTORE)


def _uids(connection: sqlite3.Connection) -> Finding:
    twice = [
        f"{table} {uid}"
        for table in ("person", "referral", "event")
        for (uid,) in connection.execute(
            f"SELECT uid FROM live_{table} GROUP BY uid HAVING count(*) > 1 LIMIT {_NAMED}"
        )
    ]
    if not twice:
        return Finding("uids", "ok", "No record is there twice.")
    return Finding("uids", "wrong", f"There twice: {', '.join(twice[:_NAMED])}.", _RESTORE)


def _courtesies(reader: Reader, policy: Policy, zone: tzinfo | None) -> Finding:
    zone = zone or zone_of(reader)
    if zone is None:
        name = reader.setting("zone")
        return Finding(
            "courtesies",
            "warning",
            f"This computer does not know the book's time zone, {name}: what is owed cannot be"
            " worked out.",
            "Bring its time zones up to date: pip install -U tzdata",
        )
    if reader.setting("stamp") != stamp_of(policy, zone):
        return Finding(
            "courtesies",
            "ok",
            "What is owed was last worked out under other settings;"
            " the next command that records brings it up to date.",
        )
    reading = Reading(reader.history(), Terms(Calendar(zone), policy))
    history = reading.history
    stories = map(reading.referral_story, history.referrals.values())
    words = (
        heard_row(number, word)
        for number in history.people
        for word in reading.person_story(number).words()
    )
    differences = sum(
        _difference(reader, columns, table, computed)
        for table, columns, computed in (
            ("courtesy", COURTESY_WHOLE, map(courtesy_row, reading.courtesies())),
            ("standing", STANDING_WHOLE, map(standing_row, stories)),
            ("heard", HEARD, words),
        )
    )
    if differences == 0:
        return Finding("courtesies", "ok", "What is owed is what the whole history gives.")
    return Finding(
        "courtesies", "wrong", f"What is owed is out of date in {differences} places.", _REPAIR
    )


def zone_of(reader: Reader) -> tzinfo | None:
    """The book's own time zone, None where this computer does not know it."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(reader.setting("zone") or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _clock(reader: Reader, clock: datetime) -> Finding:
    """Checks that nothing on record lies ahead of this computer's clock."""
    last = reader.last_recorded()
    if last <= text_of(clock):
        return Finding("clock", "ok", "No record lies ahead of this computer's clock.")
    behind = lasting(instant_of(last) - clock)
    return Finding(
        "clock",
        "warning",
        f"This computer's clock is {behind} behind the last record.",
        "If it is wrong, set it.",
    )


def _difference(reader: Reader, columns: str, table: str, computed: Iterable[Row]) -> int:
    kept = Counter(map(tuple, reader.rows(f"SELECT {columns} FROM {table}")))
    kept.subtract(computed)
    return max(sum(n for n in kept.values() if n > 0), -sum(n for n in kept.values() if n < 0))


# Errors of SQLite itself: the first version without it, the last one with it, and whom it meets.
_WAL_RESET = ((3, 7, 0), (3, 51, 2))
_BLOOM = ((3, 38, 0), (3, 38, 2))


def _journal_mode(connection: sqlite3.Connection) -> Finding:
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    version, here = sqlite3.sqlite_version_info, sqlite3.sqlite_version
    if mode.casefold() == "wal":
        has_bug = _WAL_RESET[0] <= version <= _WAL_RESET[1]
        why = f", which SQLite {here} can damage" if has_bug else ""
        return Finding(
            "sqlite",
            "warning",
            f"Another program put the book into WAL mode{why}.",
            "The next command that records puts it back.",
        )
    if _BLOOM[0] <= version <= _BLOOM[1]:
        return Finding(
            "sqlite",
            "warning",
            f"SQLite {here} can answer some questions wrongly.",
            "Use a Python with SQLite 3.38.3 or later.",
        )
    return Finding("sqlite", "ok", f"SQLite {here}: no error known that could harm this book.")


def _around(shelf: Shelf) -> Iterator[Finding]:
    """Checks the place where the book lies."""
    path = shelf.book
    lying = [path, path.with_name(path.name + "-journal"), *shelf.ours()]
    bare = [f"{each.name} ({mode})" for each in lying if (mode := mode_for_others(each))]
    if bare:
        text = f"Others on this computer could read {', '.join(bare[:_NAMED])}."
        yield Finding("modes", "wrong", text, _REPAIR)
    else:
        yield Finding("modes", "ok", "The book and its backups are yours alone.")
    if program := synchroniser(path):
        yield Finding(
            "place",
            "warning",
            f"The book lies in a folder that {program} copies while it is being written.",
            ("Keep it elsewhere, and put copies there: ", command("backup", Blank("FILE"))),
        )
    elif kind := network(path):
        yield Finding(
            "place",
            "warning",
            f"The book lies on a network drive ({kind}), where locks cannot be relied on.",
            (
                "Keep it on this computer, and put copies there: ",
                command("backup", Blank("FILE")),
            ),
        )
    else:
        yield Finding("place", "ok", "Nothing else is seen to write where the book lies.")
