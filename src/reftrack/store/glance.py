"""A glance at the kept rows: what presses, told without the rules that they were computed by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime, timedelta

from reftrack.domain.instants import text_of
from reftrack.rules.edition import NEXT_STEPS, OCCASIONS, RULEBOOK_VERSION

# The row of the book that says what its kept rows were kept for.
KEPT_FOR = "kept_for"

# In the order of the alphabet, as an index on the debts alone has them.
IS_DEBT = f"rule NOT IN ({', '.join(repr(rule) for rule in sorted(OCCASIONS))})"
# A debt that has opened and not ended, overdue or due by a midnight.
# The sign keeps `opens_at` from being looked for by an index of its own.
_PRESSING = f"outcome IS NULL AND due_at <= ? AND +opens_at <= ? AND {IS_DEBT}"


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
        " coalesce((SELECT max(received_at) FROM referral_version), ''))"
    ).fetchone()
    return str(found[0])


def pressing(connection: sqlite3.Connection, now: datetime, midnight: datetime) -> int:
    """How many debts are overdue at `now` or due by `midnight`; what is snoozed is not counted."""
    values = (text_of(midnight), text_of(now))
    (count,) = connection.execute(
        f"SELECT count(*) FROM courtesy WHERE {_PRESSING}", values
    ).fetchone()
    if not count:
        return 0
    return int(count) - len(set(_snoozed(connection, values, now)))


# The end of a snooze as an index has it, whatever the offset; none is a whole day away from UTC.
_UNTIL = """substr(data, instr(data, '"until":"') + 9, 20)"""


def _snoozed(
    connection: sqlite3.Connection, values: tuple[str, str], now: datetime
) -> Iterable[int]:
    """The numbers of the pressing debts that are hidden now, each as often as it is."""
    # Only those that may hide something still: a book holds every snooze that there ever was.
    active = connection.execute(
        f"SELECT at, id, referral, person, {_RULE} FROM live_event"
        f" WHERE kind = 'snoozed' AND {_UNTIL} > ? AND at <= ?"
        " AND datetime(json_extract(data, '$.until')) > datetime(?)",
        (text_of(now - timedelta(days=1)), text_of(now), text_of(now)),
    )
    for at, event, referral, person, rule in active.fetchall():
        if _is_replaced(connection, (at, event), referral, person, rule, text_of(now)):
            continue
        whose, number = ("to_person", person) if referral is None else ("referral", referral)
        sql = f"SELECT id FROM courtesy WHERE {whose} = ? AND {_PRESSING} AND opens_at <= ?"
        wanted: list[object] = [number, *values, text_of(now) if rule in NEXT_STEPS else at]
        if rule != "all":
            sql += " AND rule = ?"
            wanted.append(rule)
        yield from (hidden for (hidden,) in connection.execute(sql, wanted))


# What a snooze is of; one that names no rule is of all.
_RULE = "coalesce(json_extract(data, '$.rule'), 'all')"


def _is_replaced(
    connection: sqlite3.Connection,
    place: tuple[str, int],
    referral: int | None,
    person: int | None,
    rule: str,
    now: str,
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
    values = (number, number if referral is None else None, number, rule, *place, now)
    return connection.execute(sql, values).fetchone() is not None
