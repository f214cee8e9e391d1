"""Queries on the projections for a prompt and a TAB, which need neither rules nor SQLModel."""

from __future__ import annotations

import sqlite3
from collections.abc import Container, Iterable
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from reftrack.domain.instants import text_of
from reftrack.domain.workdays import Today
from reftrack.rules.edition import NEXT_STEPS, RULEBOOK_VERSION, SETTLES, WITH_HOUR
from reftrack.rules.together import (
    FIRST_THANKS,
    FOLLOW_UP,
    OpenCourtesy,
    entry_of,
    records,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The row of `book` that says what its projections were computed with.
QUICK_STAMP = "kept_for"

IS_DEBT = "class = 'debt'"
# A courtesy that has not ended: neither with an outcome nor, at the instant that stands for the
# mark, by an end that was known before.
IS_OPEN = "outcome IS NULL AND (ends_at IS NULL OR ends_at > ?)"
# What has opened and not ended. The sign keeps `opens_at` from being sought by an index of its own.
_OPENED = f"{IS_OPEN} AND +opens_at <= ?"
# People who are owed thanks for several referrals that came at once; the marks are `_OPENED`'s.
THANKED_AT_ONCE = (
    f"SELECT to_person FROM courtesy WHERE rule = '{FIRST_THANKS}' AND {_OPENED}"
    " GROUP BY to_person, opens_at HAVING count(*) > 1"
)
# A debt that has opened and not ended, overdue or of today, by the instant that ends today.
PRESSING = f"{IS_OPEN} AND due_at <= ? AND +opens_at <= ? AND {IS_DEBT}"


# A debt of today, or of a day before that is not overdue, that has an hour: from the midnight that
# begins its day. The marks are the midnight that ends today, and now.
_WITH_HOUR = ", ".join(f"'{rule}'" for rule in WITH_HOUR)
OF_TODAY_BY_HOUR = f"(rule IN ({_WITH_HOUR}) AND +opens_at < ? AND due_at >= ?)"

# People who have, or once had, a word in their name that begins with what `naming` gives; and
# whether a folded name has one now.
NAMED_ONCE = (
    "SELECT v.person FROM name_part n JOIN person_version v ON v.id = n.version"
    " WHERE n.part >= ? AND n.part < ?"
)
IS_NAMED = "instr(' ' || name_key, ' ' || ?) > 0"


def naming(key: str) -> tuple[str, str]:
    """The range of the parts of a name that begin with `key`."""
    return (key, key + "\U0010ffff")


def quick_stamp(configuration_digest: str, zone: str) -> str:
    """The value of the row `QUICK_STAMP`: the rulebook, the configuration, and the time zone.

    `configuration_digest` stands for all that the policy and the zone come from, in any one-line
    form that changes whenever they may.
    """
    return f"{RULEBOOK_VERSION} {configuration_digest}\n{zone}"


def zone_of_projections(connection: sqlite3.Connection, configuration_digest: str) -> str | None:
    """The time zone of the projections, None where they may not be valid any more."""
    found = connection.execute("SELECT value FROM book WHERE name = ?", (QUICK_STAMP,)).fetchone()
    if found is None:
        return None
    zone = str(found[0]).rpartition("\n")[2]
    return zone if found[0] == quick_stamp(configuration_digest, zone) else None


def latest(connection: sqlite3.Connection) -> str:
    """The latest instant that anything in the history has; undone things count too."""
    found = connection.execute(
        "SELECT max(coalesce((SELECT max(at) FROM event), ''),"
        " coalesce((SELECT max(received_at) FROM referral_version"
        " WHERE received_at IS NOT NULL), ''))"
    ).fetchone()
    return str(found[0])


def latest_standing(connection: sqlite3.Connection) -> str:
    """The latest instant that anything which stands has.

    It goes through the whole history: for when a clock is wrong.
    """
    found = connection.execute(
        "SELECT max(coalesce((SELECT max(at) FROM live_event), ''),"
        " coalesce((SELECT max(received_at) FROM live_referral), ''))"
    ).fetchone()
    return str(found[0])


def count_pressing(
    connection: sqlite3.Connection, now: datetime, today: Today, horizon: datetime
) -> int:
    """The number of records overdue at `now` or of today.

    Without snoozed courtesies; a snooze counts that was recorded by `horizon`.
    """
    values = (text_of(now), text_of(today.until), text_of(now))
    by_hour = (text_of(now), text_of(today.midnight), text_of(now))
    count = _shown(connection, f"{IS_OPEN} AND {OF_TODAY_BY_HOUR}", by_hour, now, horizon)
    where, marks = f"{PRESSING} AND NOT {OF_TODAY_BY_HOUR}", (*values, *by_hour[1:])
    pressing = _shown(connection, where, marks, now, horizon)
    if pressing:
        opened = (text_of(now), text_of(now))
        hidden = set(_snoozed(connection, _OPENED, opened, now, horizon))
        overdue, of_today, _ = settled_with_others(connection, now, today.until, hidden)
        count += pressing - overdue - of_today
    return count


def _shown(
    connection: sqlite3.Connection,
    which: str,
    values: tuple[str, ...],
    now: datetime,
    horizon: datetime,
) -> int:
    """The number of these courtesies that are not snoozed."""
    (count,) = connection.execute(f"SELECT count(*) FROM courtesy WHERE {which}", values).fetchone()
    if not count:
        return 0
    return int(count) - len(set(_snoozed(connection, which, values, now, horizon)))


def settled_with_others(
    connection: sqlite3.Connection, now: datetime, until: datetime, hidden: Container[int]
) -> tuple[int, int, int]:
    """The open courtesies that the record of another one settles: overdue, of today, and later.

    Of today is what is due by `until`; what is `hidden`, by the number of its row, is left out.
    """
    opened = (text_of(now), text_of(now))
    thanked = {person for (person,) in connection.execute(THANKED_AT_ONCE, opened)}
    rows = connection.execute(_ON_ONE_REFERRAL, (text_of(now), *opened)).fetchall()
    groups = [list(group) for _, group in groupby(rows, key=itemgetter(4, 5))]
    # One card thanks for all: what is owed to such a person is looked at as a whole.
    groups = [group for group in groups if group[0][5] not in thanked]
    groups += [connection.execute(_OWED_TO, (*opened, person)).fetchall() for person in thanked]
    begun, ends = text_of(now), text_of(until)
    settled = [0, 0, 0]
    for group in groups:
        shown = sorted((row for row in group if row[0] not in hidden), key=_in_a_morning)
        if len(shown) < 2:
            continue
        owed = [
            OpenCourtesy(entry_of(rule, is_won=bool(is_won)), referral, to, opens_at)
            for _, _, rule, opens_at, referral, to, is_won in shown
        ]
        for _, together in records(owed):
            for place in together[1:]:
                due_at = shown[place][1]
                settled[(due_at >= begun) + (due_at > ends)] += 1
    return settled[0], settled[1], settled[2]


def _in_a_morning(row: tuple[Any, ...]) -> tuple[object, ...]:
    """The sort key of a row of `_COURTESIES`: by deadline, rule, referral and opening."""
    _, due_at, rule, opens_at, referral, _, _ = row
    return due_at, _PLACES[rule], referral, opens_at


# The place of each rule on a referral in the order of the rulebook.
_PLACES = {rule: place for place, rule in enumerate(SETTLES)}
# The columns that decide what shares a record; whether a sale is won is asked of follow-ups alone.
_COURTESIES = (
    "SELECT c.id, c.due_at, c.rule, c.opens_at, c.referral, c.to_person,"
    f" CASE WHEN c.rule = '{FOLLOW_UP}' THEN (SELECT s.stage IN ('won', 'delivered')"
    " FROM standing s WHERE s.referral = c.referral) ELSE 0 END"
)
# Those of which one person is owed several on one referral, one referral after the other.
_ON_ONE_REFERRAL = (
    f"{_COURTESIES} FROM (SELECT referral of_referral, to_person to_whom FROM courtesy"
    f" WHERE {IS_OPEN} AND referral IS NOT NULL GROUP BY referral, to_person HAVING count(*) > 1)"
    f" CROSS JOIN courtesy c ON c.referral = of_referral AND c.to_person = to_whom AND {_OPENED}"
)
_OWED_TO = f"{_COURTESIES} FROM courtesy c WHERE {_OPENED} AND referral NOT NULL AND to_person = ?"


def _snoozed(
    connection: sqlite3.Connection,
    which: str,
    values: tuple[str, ...],
    now: datetime,
    horizon: datetime,
) -> Iterable[int]:
    """The numbers of these courtesies that are hidden now; one may come several times."""
    # Only those that may hide something still: a book holds every snooze that there ever was.
    active = connection.execute(
        f"SELECT at, id, referral, person, {_RULE} FROM live_event"
        " WHERE kind = 'snoozed' AND ahead > ? AND at <= ?",
        (text_of(now), text_of(horizon)),
    )
    for at, event, referral, person, rule in active.fetchall():
        if _is_replaced(connection, (at, event), referral, person, rule, text_of(horizon)):
            continue
        whose, number = ("to_person", person) if referral is None else ("referral", referral)
        sql = f"SELECT id FROM courtesy WHERE {whose} = ? AND {which} AND opens_at <= ?"
        wanted: list[object] = [number, *values, text_of(now) if rule in NEXT_STEPS else at]
        if rule != "all":
            sql += " AND rule = ?"
            wanted.append(rule)
        yield from (hidden for (hidden,) in connection.execute(sql, wanted))


# The rule that a snooze is of; one that names no rule is of all.
_RULE = "coalesce(json_extract(data, '$.rule'), 'all')"


def _is_replaced(
    connection: sqlite3.Connection,
    place: tuple[str, int],
    referral: int | None,
    person: int | None,
    rule: str,
    horizon: str,
) -> bool:
    """True if a later snooze of the same is the one that counts, though it be over by now."""
    column, number = ("person", person) if referral is None else ("referral", referral)
    indexed = "recorded_on" if referral is None else "referral"
    sql = (
        f"SELECT 1 FROM live_event WHERE {indexed} IN (SELECT ? UNION"
        " SELECT id FROM merged_person WHERE merged_into = ?)"
        f" AND {column} = ? AND kind = 'snoozed' AND {_RULE} = ?"
        " AND (at, id) > (?, ?) AND at <= ? LIMIT 1"
    )
    values = (number, number if referral is None else None, number, rule, *place, horizon)
    return connection.execute(sql, values).fetchone() is not None
