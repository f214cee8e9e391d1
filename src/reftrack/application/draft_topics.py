"""The topic of a draft: which courtesy it is for, and the command that records it once sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reftrack.application.naming import Names
from reftrack.application.records import Owed, Record, owed_of, records_of
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.errors import Ambiguous, NotFound, Refused
from reftrack.hints import Blank, Command, Hint, command
from reftrack.rules.courtesies import Subject
from reftrack.rules.rulebook import RULEBOOK, Rule
from reftrack.rules.together import FIRST_THANKS
from reftrack.store.outlook import Outlook
from reftrack.wording.phrases import PHRASES


@dataclass(frozen=True, slots=True)
class Topic:
    """The topic of a draft: a rule, for the person `to`, about a referral or none.

    `covers` are all rules that the same touch settles, `causes` the uids of what raised them;
    `others` are further referrals that the same thanks are for. `command` records it once it is
    sent. `is_open` says whether it is owed now.
    """

    rule: str
    to: int
    referral: Referral | None
    command: Command
    covers: tuple[str, ...]
    causes: frozenset[str] = frozenset()
    others: tuple[Referral, ...] = ()
    is_open: bool = False

    @property
    def hides_source(self) -> bool:
        """True if it is for the prospect of a source who asked not to be named."""
        referral = self.referral
        return referral is not None and referral.confidential and self.to != referral.source


def most_pressing(outlook: Outlook, found: Referral | Person) -> Topic:
    """The topic of the first line of a morning on this subject; NotFound where none is open."""
    owed = _open(outlook, found)
    if not owed:
        raise _nothing_open(outlook, found)
    return _first_of(outlook, found, owed)


def _first_of(outlook: Outlook, found: Referral | Person, owed: Sequence[Owed]) -> Topic:
    records = records_of(owed)
    first = records[0]
    # The text is that of the one which says most; the rest is added.
    heaviest = max(first.owed, key=lambda each: PHRASES[each.courtesy.rule].weight)
    if any(each.courtesy.rule != FIRST_THANKS for each in first.owed):
        # The letter is about one referral, so it settles no thanks for another.
        on_it = [o for o in first.owed if o.courtesy.referral == heaviest.courtesy.referral]
        (first,) = records_of(on_it)
    together = _thanked_together(records) if isinstance(found, Person) else []
    numbers = [heaviest.courtesy.referral, *(each.courtesy.referral for each in together)]
    referrals = _referrals(outlook, numbers)
    settling = _command(heaviest, first)
    if together:
        settling = command("thank", *(referral.id for referral in referrals))
    return Topic(
        heaviest.courtesy.rule,
        heaviest.to.id,
        referrals[0] if referrals else None,
        settling,
        first.rules,
        frozenset(each.courtesy.cause for each in first.owed),
        tuple(referrals[1:]),
        is_open=True,
    )


def _open(outlook: Outlook, found: Referral | Person) -> list[Owed]:
    """The open courtesies on this subject in the order of a morning; snoozed ones if all are."""
    if isinstance(found, Referral):
        subjects: list[Subject] = [("referral", found.id)]
    else:
        part_of = [
            r for role in ("source", "prospect") for r in outlook.referrals_of(role, [found.id])
        ]
        subjects = [("person", found.id), *(("referral", r.id) for r in part_of)]
    stand = [
        (courtesy, status)
        for courtesy, status in outlook.stand(outlook.open_on(subjects))
        if status != "upcoming" and (isinstance(found, Referral) or courtesy.to == found.id)
    ]
    awake = [(courtesy, status) for courtesy, status in stand if status != "snoozed"]
    policy = outlook.terms.policy
    return [owed_of(item, policy) for item in outlook.items(awake or stand)]


def _thanked_together(records: Sequence[Record]) -> list[Owed]:
    """The further first thanks that one card to the same source can hold, of the same kind."""
    pure = [record for record in records if record.rules == (FIRST_THANKS,)]
    thanks = [each for record in pure for each in record.owed if each.about != each.to]
    return thanks[1:] if thanks and records[0].first == thanks[0] else []


def _referrals(outlook: Outlook, numbers: Iterable[int | None]) -> list[Referral]:
    """The referrals in this order; after the first only those of its kind."""
    wanted = [number for number in numbers if number is not None]
    found = {referral.id: referral for referral in outlook.reader.referrals(wanted)}
    ordered = [found[number] for number in wanted]
    return [referral for referral in ordered if referral.kind == ordered[0].kind]


def _command(owed: Owed, record: Record) -> Command:
    # A question about how things are going is a talk: it delivers nothing.
    if owed.courtesy.rule == "follow-up":
        return owed.rule.command.on(owed.number)
    return record.command


def named(outlook: Outlook, found: Referral | Person, rule: Rule) -> Topic:
    """The topic of this rule on this subject, open or not.

    Refused where it makes no sense there, Ambiguous where it does on several referrals of a person.
    """
    if isinstance(found, Person) and rule.name == FIRST_THANKS:
        thanks = [each for each in _open(outlook, found) if each.rule == rule]
        if len(thanks) > 1:
            return _first_of(outlook, found, thanks)
    if rule.subject == "person":
        return _of_person(outlook, _person_meant(outlook, found, rule), rule)
    if isinstance(found, Referral):
        if found.is_expansion and not rule.on_expansions:
            raise Refused(
                f"{rule.name} makes no sense for {found.id}: source and prospect are one person.",
                _could_be(outlook, found),
            )
        return _of_referral(outlook, found, rule)
    return _of_referral(outlook, _referral_meant(outlook, found, rule), rule)


def _person_meant(outlook: Outlook, found: Referral | Person, rule: Rule) -> Person:
    if isinstance(found, Person):
        person = found
    else:
        number = found.prospect if rule.to == "client" else found.source
        (person,) = outlook.reader.people([number])
    sent = [r for r in outlook.referrals_of("source", [person.id]) if not r.is_expansion]
    if rule.is_of_sources_alone and not sent:
        raise Refused(
            f"{rule.name} is for a source, and {person.name} sent you nobody.",
            _could_be(outlook, person),
        )
    return person


def _of_person(outlook: Outlook, person: Person, rule: Rule) -> Topic:
    settling = rule.command.on(f"@{person.id}")
    causes = _open_causes(outlook, ("person", person.id), rule)
    return Topic(rule.name, person.id, None, settling, (rule.name,), causes, is_open=bool(causes))


def _of_referral(outlook: Outlook, referral: Referral, rule: Rule) -> Topic:
    to = referral.prospect if rule.to == "prospect" else referral.source
    settling = rule.command.on(str(referral.id))
    causes = _open_causes(outlook, ("referral", referral.id), rule)
    return Topic(rule.name, to, referral, settling, (rule.name,), causes, is_open=bool(causes))


def _open_causes(outlook: Outlook, subject: Subject, rule: Rule) -> frozenset[str]:
    return frozenset(
        courtesy.cause
        for courtesy in outlook.open_on([subject])
        if courtesy.rule == rule.name and courtesy.opens_at <= outlook.now
    )


def _referral_meant(outlook: Outlook, person: Person, rule: Rule) -> Referral:
    """The one referral of this person that the rule is about: an open one, a live one, or any."""
    role = "prospect" if rule.to == "prospect" else "source"
    able = [
        r
        for r in outlook.referrals_of(role, [person.id])
        if rule.on_expansions or not r.is_expansion
    ]
    if not able:
        what = "was referred to you" if role == "prospect" else "sent you"
        raise Refused(
            f"{rule.name} is about a referral, and {person.name} {what} none."
            if role == "source"
            else f"{rule.name} is for somebody who {what}; {person.name} was not.",
            _could_be(outlook, person),
        )
    subjects: list[Subject] = [("referral", referral.id) for referral in able]
    opened = {
        courtesy.referral
        for courtesy in outlook.open_on(subjects)
        if courtesy.rule == rule.name and courtesy.opens_at <= outlook.now
    }
    standings = outlook.standings(referral.id for referral in able)
    live = [referral for referral in able if standings[referral.id].ended_at is None]
    likely = [referral for referral in able if referral.id in opened] or live or able
    if len(likely) > 1:
        raise Ambiguous(
            f"{rule.name} may be about several referrals of {person.name}.",
            tuple(Names(outlook).described(likely)),
            ("Say which by its number: ", command("draft", likely[0].id, rule.name)),
        )
    return likely[0]


# Errors where nothing is open.


def _nothing_open(outlook: Outlook, found: Referral | Person) -> NotFound:
    if isinstance(found, Person):
        what = f"{found.name} (@{found.id})"
    else:
        (prospect,) = outlook.reader.people([found.prospect])
        what = f"{found.id} ({prospect.name})"
    return NotFound(f"nothing is open on {what} now.", _could_be(outlook, found))


def _could_be(outlook: Outlook, found: Referral | Person) -> Hint:
    """The second line of an error: the drafts that could be written all the same."""
    if isinstance(found, Referral):
        happened = {event.kind for event in outlook.reader.events_on("referral", [found.id])}
        happened |= {event.kind for event in outlook.reader.events_on_book()}
        rules = [
            rule.name
            for rule in RULEBOOK
            if rule.subject == "referral"
            and (rule.on_expansions or not found.is_expansion)
            and (not rule.after or rule.after & happened)
        ]
        return _all_the_same(str(found.id), rules)
    is_source = any(not r.is_expansion for r in outlook.referrals_of("source", [found.id]))
    rules = [
        rule.name
        for rule in RULEBOOK
        if rule.subject == "person" and (is_source or not rule.is_of_sources_alone)
    ]
    return _all_the_same(f"@{found.id}", rules)


def _all_the_same(it: str, rules: Sequence[str]) -> Hint:
    draft = command("draft", it, Blank("RULE"))
    return ("To write one all the same: ", draft, f" ({', '.join(rules)})")
