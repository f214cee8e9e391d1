"""The later steps that stand on a step: without it they would be of something that is not there.

A step in the midst of others can be undone where none does. A step stands on an earlier one if it

- names a person or a referral that the other made, in a row or by its uid in the data of an event,
- names an event of the other by its uid,
- sets a field that the other set, or is about people whom the other made one,
- is of a referral whose parties the other changed, or lies before the receipt that would come back,
- could not have been recorded without it: delivering without the sale, resuming without the pause.

Where it is in doubt, it stands on it. An earlier step never stands on a later one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from reftrack.domain.events import Event
from reftrack.domain.history import History
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.steps import CHECKED, refusal
from reftrack.rules.terms import Terms
from reftrack.store.reader import Reader
from reftrack.store.rows import EVENT, event_of

# A step, and one that stands on it.
_Pair = tuple[int, int]


def dependents(
    reader: Reader, terms: Terms, steps: Iterable[int], *, redone: int | None = None
) -> dict[int, list[int]]:
    """The steps that stand on each of these, all by id, the earliest first.

    Of steps that are on record now, and of `redone`, as if it were. A step on which none stands is
    left out.
    """
    looked_at = sorted(set(steps))
    if not looked_at:
        return {}
    stands = f"s.undone = 0 OR s.id = {redone:d}" if redone is not None else "s.undone = 0"
    found: set[_Pair] = set()
    for sql in (*_NAMING, *_mentioning(looked_at[0])):
        found |= set(reader.rows_among(f"{sql} AND ({stands}) AND x.step IN", looked_at))
    for sql in _SETTING:
        rows = reader.rows_among(f"{sql} AND ({stands}) AND x.step IN", looked_at)
        found |= {(step, later) for step, later, *both in rows if _overlap(*both)}
    possible: dict[_Pair, set[int]] = defaultdict(set)
    for sql in _FOLLOWING:
        rows = reader.rows_among(f"{sql} AND ({stands}) AND x.step IN", looked_at)
        for step, later, event in rows:
            possible[step, later].add(event)
    for (step, later), events in possible.items():
        if (step, later) not in found and _Without(reader, terms, step).forbids(events):
            found.add((step, later))
    on_it: dict[int, list[int]] = defaultdict(list)
    for step, later in sorted(found):
        on_it[step].append(later)
    return dict(on_it)


def _overlap(sets: str, later_sets: str) -> bool:
    """True if two versions of one record set the same field."""
    fields, later_fields = set(sets.split()), set(later_sets.split())
    if not fields or not later_fields:
        return False
    return "*" in fields | later_fields or bool(fields & later_fields)


class _Without:
    """The history without one step, to ask what is possible in it."""

    def __init__(self, reader: Reader, terms: Terms, step: int) -> None:
        self.reader = reader
        self.terms = terms
        # From the table: the step may be undone, and then the live view has none of it.
        rows = reader.rows(f"SELECT {EVENT} FROM event WHERE step = ?", step)
        self.events = self._as_merged(map(event_of, rows))
        made = "SELECT v.referral FROM referral_version v JOIN referral r ON r.id = v.referral"
        rows = reader.rows(f"{made} WHERE v.step = ? AND r.step = v.step", step)
        self.made = {number for (number,) in rows}

    def forbids(self, numbers: Iterable[int]) -> bool:
        """True if one of these later events was possible with the step, and is not without it."""
        rows = self.reader.rows_among(f"SELECT {EVENT} FROM event WHERE id IN", numbers)
        return any(map(self._forbids, self._as_merged(map(event_of, rows))))

    def _as_merged(self, events: Iterable[Event]) -> list[Event]:
        """The events on whom their people are by the merges that stand."""
        found = list(events)
        mergers = self.reader.mergers_of(e.person for e in found if e.person is not None)
        return [replace(e, person=mergers.get(e.person or 0, e.person)) for e in found]

    def _forbids(self, later: Event) -> bool:
        subject: Subject
        if later.referral is not None:
            subject = ("referral", later.referral)
        elif later.person is not None:
            subject = ("person", later.person)
        else:
            return True
        history = self.reader.history([subject])
        mine = {event.id: event for event in self.events}
        before = {event.id: event for event in history.events()} | mine
        said = [e for e in before.values() if e.id < later.id and e.at <= later.at]
        with_it = self._of(history, said, set())
        without = self._of(history, [e for e in said if e.id not in mine], self.made)
        return self._allows(with_it, later, subject) and not self._allows(without, later, subject)

    def _of(self, history: History, events: list[Event], left_out: set[int]) -> Reading:
        referrals = [r for r in history.referrals.values() if r.id not in left_out]
        return Reading(History.of(history.people.values(), referrals, events), self.terms)

    def _allows(self, reading: Reading, later: Event, subject: Subject) -> bool:
        what, number = subject
        known = reading.history.referrals if what == "referral" else reading.history.people
        if number not in known:
            return False
        if later.kind == "waived":
            rule = later.data.get("rule")
            return any(
                rule in ("all", courtesy.rule)
                and courtesy.opens_at <= later.at
                and courtesy.is_open_at(later.at)
                for courtesy in reading.courtesies([subject])
            )
        story = reading.referral_story(reading.history.referrals[number])
        return refusal(later.kind, story) is None


def _pairs(earlier: str, later: str, more: str = "") -> str:
    """A query for two steps, of the rows `x` and the later rows `y`; a list in brackets follows."""
    return (
        f"SELECT DISTINCT x.step, y.step{more} FROM {earlier} JOIN {later}"
        " JOIN step s ON s.id = y.step WHERE y.step > x.step"
    )


_BY_PERSON = (
    ("person_version", "person"),
    ("person_version", "merged_into"),
    ("referral_version", "source"),
    ("referral_version", "prospect"),
    ("event", "person"),
)
_BY_REFERRAL = (("referral_version", "referral"), ("event", "referral"))
_MADE = "{0}_version x JOIN {0} o ON o.id = x.{0} AND o.step = x.step"
_PARTIES = "(x.sets = '*' OR instr(x.sets, ' parties ') > 0)"
_RECEIPT = "(x.sets = '*' OR instr(x.sets, ' received_at ') > 0)"
_CORRECTED = "referral_version x JOIN referral o ON o.id = x.referral AND o.step <> x.step"
# The receipt that stands where this version does not.
_RECEIVED_BEFORE = (
    "(SELECT w.received_at FROM referral_version w JOIN step t ON t.id = w.step"
    " WHERE w.referral = x.referral AND w.id < x.id AND t.undone = 0"
    " AND (w.sets = '*' OR instr(w.sets, ' received_at ') > 0) ORDER BY w.id DESC LIMIT 1)"
)
_ON_BOOK = "{0}.referral IS NULL AND {0}.person IS NULL"

_NAMING = (
    *(
        _pairs(_MADE.format("person"), f"{table} y ON y.{column} = o.id")
        for table, column in _BY_PERSON
    ),
    *(
        _pairs(_MADE.format("referral"), f"{table} y ON y.{column} = o.id")
        for table, column in _BY_REFERRAL
    ),
    # People who are one by a merge, and referrals whose people were changed: of whom a later step
    # was meant, nobody knows.
    *(
        _pairs("person_version x", f"{table} y ON y.{column} IN (x.person, x.merged_into)")
        + " AND x.merged_into IS NOT NULL"
        for table, column in _BY_PERSON
    ),
    _pairs(_CORRECTED, "event y ON y.referral = x.referral") + f" AND {_PARTIES}",
    _pairs(_CORRECTED, f"event y ON y.referral = x.referral AND y.at < {_RECEIVED_BEFORE}")
    + f" AND {_RECEIPT}",
    # A pause ends, and another begins; who was told that there is room knows of its end.
    _pairs("event x", f"event y ON {_ON_BOOK.format('y')}") + f" AND {_ON_BOOK.format('x')}",
    _pairs("event x", "event y ON y.at >= x.at AND y.kind = 'reopened'")
    + f" AND {_ON_BOOK.format('x')}",
)

_SETTING = tuple(
    _pairs(f"{what}_version x", f"{what}_version y ON y.{what} = x.{what}", ", x.sets, y.sets")
    for what in ("person", "referral")
)

# Whom the earlier event is on, by the number that they had, and by that which they have.
_THEM = "x.person, (SELECT m.merged_into FROM merged_person m WHERE m.id = x.person)"
_KINDS = ", ".join(f"'{kind}'" for kind in sorted(CHECKED | {"waived"}))

# Later events that may have needed an earlier one: whether they did is asked of the rules.
_FOLLOWING = tuple(
    _pairs(earlier, later, ", y.id") + more
    for earlier, later, more in (
        ("event x", f"event y ON y.referral = x.referral AND y.kind IN ({_KINDS})", ""),
        ("event x", f"event y ON y.person IN ({_THEM}) AND y.kind = 'waived'", ""),
        (
            "event x",
            "event y ON y.at >= x.at AND y.kind = 'explained'",
            f" AND {_ON_BOOK.format('x')}",
        ),
        # What is let go of for a person may have been raised by a referral of theirs.
        (
            "event x JOIN referral_version v ON v.referral = x.referral",
            "event y ON y.person IN (v.source, v.prospect) AND y.kind = 'waived'",
            "",
        ),
        (
            "referral_version x",
            "event y ON y.person IN (x.source, x.prospect) AND y.kind = 'waived'",
            "",
        ),
    )
)


def _mentioning(first: int) -> Iterator[str]:
    """Queries for events of later steps than `first` that name a record or an event by its uid.

    From the events to what they name: few name anything, and each uid is found by an index.
    """
    for table in ("person", "referral", "event"):
        yield (
            "SELECT DISTINCT x.step, y.step FROM event y CROSS JOIN json_each(y.data) named"
            f" CROSS JOIN {table} x ON x.uid = named.value JOIN step s ON s.id = y.step"
            f" WHERE y.step > {first:d} AND y.data <> '{{}}' AND y.step > x.step"
        )
