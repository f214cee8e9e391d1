"""What `why` reads: the rules that fit a referral or a person, each time that they opened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.reasons import Explanation, Occurrence, explained
from reftrack.rules.rulebook import BY_NAME, RULEBOOK, Rule
from reftrack.store.outlook import Item, Outlook


@dataclass(frozen=True, slots=True)
class Entry:
    """One occurrence with how it stands: a status of `due`, an outcome, held or not-owed."""

    occurrence: Occurrence
    status: str
    item: Item
    hidden_until: datetime | None


def _ended_status(occurrence: Occurrence) -> str | None:
    """How what is not open stands, None for what is."""
    if occurrence.is_open:
        return None
    if not occurrence.is_raised:
        return "held" if occurrence.courtesy.outcome is None else "not-owed"
    return occurrence.courtesy.outcome


def entries_of(outlook: Outlook, explanations: Sequence[Explanation]) -> list[list[Entry]]:
    """The occurrences of each explanation, in order, with how each stands."""
    occurrences = [o for explanation in explanations for o in explanation.occurrences]
    owed = outlook.stand(o.courtesy for o in occurrences if o.is_open)
    statuses: dict[int, str] = {id(courtesy): status for courtesy, status in owed}
    pairs = [(o.courtesy, _ended_status(o) or statuses[id(o.courtesy)]) for o in occurrences]
    items = outlook.items((courtesy, "due") for courtesy, _ in pairs)
    snoozes = outlook.snoozes
    left = iter(zip(occurrences, pairs, items, strict=True))

    def entry() -> Entry:
        occurrence, (courtesy, status), item = next(left)
        until = [s.until for s in snoozes if s.hides(courtesy, outlook.now)]
        return Entry(occurrence, status, item, max(until) if status == "snoozed" else None)

    return [[entry() for _ in explanation.occurrences] for explanation in explanations]


def explanations_of(
    outlook: Outlook, found: Referral | Person, rule: Rule | None
) -> list[Explanation]:
    """What is explained of a referral or a person, by one rule or by all that fit."""
    rules: Sequence[Rule] = RULEBOOK if rule is None else [rule]
    if isinstance(found, Referral):
        return list(_of_referral(outlook, found, rules, is_one=rule is not None))
    return list(_of_person(outlook, found, rules))


def _of_referral(
    outlook: Outlook, referral: Referral, rules: Sequence[Rule], *, is_one: bool
) -> Iterator[Explanation]:
    """The rules on it, and the news for its source, who is told of all their referrals at once."""
    subjects: list[Subject] = [("referral", referral.id)]
    on_people = [r for r in rules if r.subject == "person"]
    if not is_one:
        on_people = [BY_NAME["keep-informed"]] if not referral.is_expansion else []
    people = {r: referral.prospect if r.to == "client" else referral.source for r in on_people}
    subjects += [("person", number) for number in people.values()]
    reading = Reading(outlook.history(subjects), outlook.terms)
    yield from explained(reading, ("referral", referral.id), rules, outlook.now)
    for rule, number in people.items():
        yield from explained(reading, ("person", number), [rule], outlook.now)


def _of_person(outlook: Outlook, person: Person, rules: Sequence[Rule]) -> Iterator[Explanation]:
    """The rules on them, and those on their referrals that owe something to them."""
    reader = outlook.reader
    sent = [*reader.referrals_of("source", [person.id])]
    been = [*reader.referrals_of("prospect", [person.id])]
    numbers = sorted({r.id for r in (*sent, *been) if r.received_at <= outlook.now})
    subjects: list[Subject] = [("person", person.id)]
    subjects += [("referral", number) for number in numbers]
    reading = Reading(outlook.history(subjects), outlook.terms)
    for subject in subjects:
        for explanation in explained(reading, subject, rules, outlook.now):
            if explanation.to == person.id:
                yield explanation
