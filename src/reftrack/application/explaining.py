"""Explanations: the rules that fit a subject, each opening with why it is owed or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from reftrack.application.records import Owed, owed_of
from reftrack.application.session import Session
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.rules.courtesies import Reading, Subject
from reftrack.rules.not_owed import Happening as Happening
from reftrack.rules.not_owed import WhyNot as WhyNot
from reftrack.rules.reasons import Explanation as Explanation
from reftrack.rules.reasons import Occurrence, explained
from reftrack.rules.rulebook import BY_NAME, RULEBOOK, Rule
from reftrack.rules.terms import Policy
from reftrack.store.outlook import Outlook
from reftrack.wording.because import Because


@dataclass(frozen=True, slots=True)
class Reason:
    """One occurrence with its status: a status of `due`, an outcome, held or not-owed."""

    occurrence: Occurrence
    status: str
    owed: Owed
    hidden_until: datetime | None


@dataclass(frozen=True, slots=True)
class Why:
    """The explanation of all that concerns one subject, or of one rule on it.

    `reasons` are the occurrences of each of the `explanations`, in order; `names` has whom they are
    about. `policy` and `because` say the deadlines in force, and the sums.
    """

    found: Referral | Person
    now: datetime
    policy: Policy
    because: Because
    explanations: tuple[Explanation, ...]
    reasons: tuple[tuple[Reason, ...], ...]
    names: Mapping[int, str]


def why(session: Session, what: str, rule: Rule | None = None) -> Why:
    """Explains why something is owed on a referral or to a person, and why something is not."""
    with session.looking_at_a_book() as outlook:
        found = session.names(outlook).referral_or_person(what, prefers_person=True)
        explanations = _explanations(outlook, found, rule)
        numbers = {explanation.to for explanation in explanations}
        if isinstance(found, Referral):
            numbers |= {found.source, found.prospect}
        return Why(
            found,
            outlook.now,
            outlook.terms.policy,
            Because(outlook.now, outlook.terms.calendar),
            tuple(explanations),
            tuple(map(tuple, _reasons(outlook, explanations))),
            {person.id: person.name for person in outlook.reader.people(numbers)},
        )


def _ended_status(occurrence: Occurrence) -> str | None:
    """The status of an occurrence that is not open; None if it is."""
    if occurrence.is_open:
        return None
    if not occurrence.is_raised:
        return "held" if occurrence.courtesy.outcome is None else "not-owed"
    return occurrence.courtesy.outcome


def _reasons(outlook: Outlook, explanations: Sequence[Explanation]) -> list[list[Reason]]:
    """The occurrences of each explanation, in order, each with its status."""
    occurrences = [o for explanation in explanations for o in explanation.occurrences]
    owed = outlook.stand(o.courtesy for o in occurrences if o.is_open)
    statuses: dict[int, str] = {id(courtesy): status for courtesy, status in owed}
    pairs = [(o.courtesy, _ended_status(o) or statuses[id(o.courtesy)]) for o in occurrences]
    items = outlook.items((courtesy, "due") for courtesy, _ in pairs)
    snoozes = outlook.snoozes
    left = iter(zip(occurrences, pairs, items, strict=True))

    def reason() -> Reason:
        occurrence, (courtesy, status), item = next(left)
        until = [s.until for s in snoozes if s.hides(courtesy, outlook.now)]
        hidden = max(until) if status == "snoozed" else None
        return Reason(occurrence, status, owed_of(item, outlook.terms.policy), hidden)

    return [[reason() for _ in explanation.occurrences] for explanation in explanations]


def _explanations(
    outlook: Outlook, found: Referral | Person, rule: Rule | None
) -> list[Explanation]:
    """The explanations on a referral or a person, of one rule or of all that fit."""
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
    sent = outlook.referrals_of("source", [person.id])
    been = outlook.referrals_of("prospect", [person.id])
    numbers = sorted({referral.id for referral in (*sent, *been)})
    subjects: list[Subject] = [("person", person.id)]
    subjects += [("referral", number) for number in numbers]
    reading = Reading(outlook.history(subjects), outlook.terms)
    for subject in subjects:
        for explanation in explained(reading, subject, rules, outlook.now):
            if explanation.to == person.id:
                yield explanation
