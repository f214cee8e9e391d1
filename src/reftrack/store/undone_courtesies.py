"""Courtesies that were owed until the command that had raised them was undone."""

from __future__ import annotations

from datetime import datetime

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.history import History
from reftrack.domain.times import text_of
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.rulebook import BY_NAME
from reftrack.store.outlook import Outlook
from reftrack.store.rows import EVENT, PERSON, REFERRAL, event_of, person_of, referral_of

_STEPS = (
    "SELECT DISTINCT t.step FROM turning t JOIN step s ON s.id = t.step"
    " WHERE t.at >= ? AND s.undone = 1"
)
# The values that these steps had put on record.
_SET = (
    "FROM person_version v {} WHERE v.person = o.id AND v.step = o.step"
    " AND (v.sets = '*' OR instr(v.sets, ' {} ') > 0) ORDER BY v.id DESC LIMIT 1"
)
_REACHED = "LEFT JOIN contact_point c ON c.version = v.id AND c.kind = '{}' AND c.place = 1"


def _put_on_record(field: str) -> str:
    """The value that the step gave a field of the person `o` whom it added."""
    if field in ("id", "uid"):
        return f"o.{field}"
    if field in ("email", "phone"):
        return f"(SELECT c.value {_SET.format(_REACHED.format(field), field)})"
    return f"(SELECT v.{field} {_SET.format('', field)})"


_PEOPLE = (
    f"SELECT {', '.join(map(_put_on_record, PERSON.split(', ')))} FROM person o WHERE o.step IN"
)
_REFERRALS = (
    f"SELECT o.{REFERRAL} FROM referral o JOIN referral_version v"
    " ON v.referral = o.id AND v.step = o.step AND v.sets = '*' WHERE o.step IN"
)
_EVENTS = f"SELECT {EVENT} FROM event WHERE step IN"


def courtesies_undone_since(outlook: Outlook, since: datetime) -> tuple[list[Courtesy], History]:
    """The courtesies raised by commands that were undone at this instant or later.

    The history as it would be with these commands comes along: the courtesies are computed from it,
    and the referrals and people that they name need not be in the book. What the end of a pause had
    raised is left out.
    """
    reader = outlook.reader
    steps = [step for (step,) in reader.rows(_STEPS, text_of(since))]
    if not steps:
        return [], History.of([], [], [])
    people = [person_of(row) for row in reader.rows_among(_PEOPLE, steps)]
    referrals = [referral_of(row) for row in reader.rows_among(_REFERRALS, steps)]
    events = [event_of(row) for row in reader.rows_among(_EVENTS, steps)]
    numbers = {r.id for r in referrals} | {e.referral for e in events if e.referral is not None}
    sources = {r.source for r in referrals} | {r.source for r in reader.referrals(numbers)}
    on_people = {event.person for event in events if event.person is not None}
    subjects: set[Subject] = {("referral", number) for number in numbers}
    subjects |= {("person", number) for number in sources | on_people}
    live = reader.history(subjects)
    whole = History.of(
        [*people, *live.people.values()],
        [*referrals, *live.referrals.values()],
        [*events, *live.events()],
    ).until(outlook.horizon)
    subjects = {("referral", number) for number in whole.referrals if number in numbers}
    subjects |= {("person", number) for number in whole.people if number in sources | on_people}
    causes = {r.uid for r in referrals} | {event.uid for event in events}
    reading = Reading(whole, outlook.terms)
    raised = [c for c in reading.courtesies(subjects) if c.cause in causes]
    # An appointment was in sight before its hour.
    shown = [c for c in raised if c.opens_at <= outlook.now or BY_NAME[c.rule].has_hour]
    return shown, whole
