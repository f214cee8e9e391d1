"""A glance at the kept rows: what presses, told without the rules that they were computed by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from reftrack.domain.instants import text_of
from reftrack.rules.edition import RULEBOOK_VERSION

# The row of the book that says what its kept rows were kept for.
KEPT_FOR = "kept_for"

IS_DEBT = "class = 'debt'"
# A courtesy that has not ended: neither with an outcome nor, at the instant that stands for the
# mark, by an end that was known before.
IS_OPEN = "outcome IS NULL AND (ends_at IS NULL OR ends_at > ?)"
# A debt that has opened and not ended, overdue or due by a midnight.
# The sign keeps `opens_at` from being looked for by an index of its own.
_PRESSING = f"{IS_OPEN} AND due_at <= ? AND +opens_at <= ? AND {IS_DEBT}"


# Those who have, or once had, a word in their name that begins with what `naming` gives; and
# whether a folded name has one now.
NAMED_ONCE = (
    "SELECT v.person FROM name_part n JOIN person_version v ON v.id = n.version"
    " WHERE n.part >= ? AND n.part < ?"
)
IS_NAMED = "instr(' ' || name_key, ' ' || ?) > 0"


def naming(key: str) -> tuple[str, str]:
    """The range of the parts of a name that begin with `key`."""
    return (key, key + "\U0010ffff")


def kept_for(circumstances: str, zone: str) -> str:
    """What `KEPT_FOR` says: the rulebook, and under which circumstances in which time zone.

    The circumstances are all that the policy and the zone come from, in any one-line form that
    changes whenever they may.
    """
    return f"{RULEBOOK_VERSION} {circumstances}\n{zone}"


def zone_of_kept(connection: sqlite3.Connection, circumstances: str) -> str | None:
    """The time zone in which the rows were kept, None where they may not hold any more."""
    found = connection.execute("SELECT value FROM book WHERE name = ?", (KEPT_FOR,)).fetchone()
    if found is None:
        return None
    zone = str(found[0]).rpartition("\n")[2]
    return zone if found[0] == kept_for(circumstances, zone) else None


def latest(connection: sqlite3.Connection) -> str:
    """The latest instant that anything in the history has; undone things count too."""
    found = connection.execute(
        "SELECT max(coalesce((SELECT max(at) FROM event), ''),"
        " coalesce((SELECT max(received_at) FROM referral_version"
        " WHERE received_at IS NOT NULL), ''))"
    ).fetchone()
    return str(found[0])


def latest_standing(connection: sqlite3.Connection) -> str:
    """As `latest`, of what stands: it goes through all there is, for when a clock is wrong."""
    found = connection.execute(
        "SELECT max(coalesce((SELECT max(at) FROM live_event), ''),"
        " coalesce((SELECT max(received_at) FROM live_referral), ''))"
    ).fetchone()
    return str(found[0])


def pressing(
    connection: sqlite3.Connection, now: datetime, midnight: datetime, horizon: datetime
) -> int:
    """How many debts are overdue at `now` or due by `midnight`; what is snoozed is not counted.

    A snooze counts that was recorded by `horizon`.
    """
    values = (text_of(now), text_of(midnight), text_of(now))
    (count,) = connection.execute(
        f"SELECT count(*) FROM courtesy WHERE {_PRESSING}", values
    ).fetchone()
    if not count:
        return 0
    return int(count) - len(set(_snoozed(connection, values, now, horizon)))


def _snoozed(
    connection: sqlite3.Connection,
    values: tuple[str, str, str],
    now: datetime,
    horizon: datetime,
) -> Iterable[int]:
    """The numbers of the pressing debts that are hidden now, each as often as it is."""
    # Only those that may hide something still: a book holds every snooze that there ever was.
    active = connection.execute(
        "SELECT at, referral, person, json_extract(data, '$.rule') FROM live_event"
        " WHERE kind = 'snoozed' AND ahead > ? AND at <= ?",
        (text_of(now), text_of(horizon)),
    )
    for at, referral, person, rule in active.fetchall():
        whose, number = ("to_person", person) if referral is None else ("referral", referral)
        sql = f"SELECT id FROM courtesy WHERE {whose} = ? AND {_PRESSING} AND opens_at <= ?"
        wanted: list[object] = [number, *values, at]
        if rule not in (None, "all"):
            sql += " AND rule = ?"
            wanted.append(rule)
        yield from (hidden for (hidden,) in connection.execute(sql, wanted))
