"""Which courtesy a draft is for, and the command that records it once it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import attrgetter

from reftrack.cli.lines import Record, records_of, subject_of
from reftrack.cli.naming import Names
from reftrack.domain.commands import Command
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.domain.spelling import did_you_mean
from reftrack.errors import Ambiguous, BadInput, NotFound, Refused
from reftrack.rules.courtesies import Subject
from reftrack.rules.rulebook import BY_NAME, RULEBOOK, Rule
from reftrack.store.outlook import Item, Outlook
from reftrack.wording.actions import command_of
from reftrack.wording.phrases import PHRASES


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be written: a rule, for the person `to`, about a referral or none.

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


def rule_named(text: str) -> Rule:
    """The rule of this name; BadInput with the nearest one for a wrong name."""
    name = "-".join(text.casefold().split())
    if name not in BY_NAME:
        hint = did_you_mean(name, BY_NAME, "`reftrack rules` lists the rules.")
        raise BadInput(f"there is no rule '{text[:40]}'.", hint)
    return BY_NAME[name]


def most_pressing(outlook: Outlook, found: Referral | Person) -> Choice:
    """What the first line of a morning about this subject asks for; NotFound where none is open."""
    items = _open(outlook, found)
    if not items:
        raise _nothing_open(outlook, found)
    policy, zone = outlook.terms.policy, outlook.terms.calendar.zone
    records = records_of(items, outlook.now, zone, policy)
    first = records[0]
    rules = tuple(dict.fromkeys(item.courtesy.rule for item in first.items))
    # The text is that of the one which says most; the rest is added.
    rule = max(rules, key=lambda name: PHRASES[name].weight)
    item = next(item for item in first.items if item.courtesy.rule == rule)
    together = _thanked_together(records) if isinstance(found, Person) else []
    referrals = _referrals(
        outlook, [item.courtesy.referral, *(i.courtesy.referral for i in together)]
    )
    command = _command(rule, item, first)
    if together:
        command = Command("thank", tuple(str(referral.id) for referral in referrals))
    return Choice(
        rule,
        item.to.id,
        referrals[0] if referrals else None,
        command,
        rules,
        frozenset(i.courtesy.cause for i in first.items),
        tuple(referrals[1:]),
        is_open=True,
    )


def _open(outlook: Outlook, found: Referral | Person) -> list[Item]:
    """What is open on this subject, in the order of a morning; what is snoozed where all is."""
    if isinstance(found, Referral):
        subjects: list[Subject] = [("referral", found.id)]
    else:
        part_of = [r for role in ("source", "prospect") for r in _of(outlook, role, found)]
        subjects = [("person", found.id), *(("referral", r.id) for r in part_of)]
    stand = [
        (courtesy, status)
        for courtesy, status in outlook.stand(outlook.open_on(subjects))
        if status != "upcoming" and (isinstance(found, Referral) or courtesy.to == found.id)
    ]
    awake = [(courtesy, status) for courtesy, status in stand if status != "snoozed"]
    return outlook.items(awake or stand)


def _thanked_together(records: Sequence[Record]) -> list[Item]:
    """The further first thanks that one card to the same source can hold, of the same kind."""
    items = [record.items[0] for record in records if len(record.items) == 1]
    thanks = [i for i in items if i.courtesy.rule == "thank-referral" and i.about != i.to]
    return thanks[1:] if thanks and records[0].items == (thanks[0],) else []


def _referrals(outlook: Outlook, numbers: Iterable[int | None]) -> list[Referral]:
    """These referrals in this order; after the first only those of its kind."""
    wanted = [number for number in numbers if number is not None]
    found = {referral.id: referral for referral in outlook.reader.referrals(wanted)}
    ordered = [found[number] for number in wanted]
    return [referral for referral in ordered if referral.kind == ordered[0].kind]


def _command(rule: str, item: Item, record: Record) -> Command:
    # A question about how things are going is a talk: it delivers nothing.
    if rule == "follow-up":
        return BY_NAME[rule].command.on(str(item.courtesy.referral))
    return record.does or command_of(rule, subject_of(item))


def named(outlook: Outlook, found: Referral | Person, rule: Rule) -> Choice:
    """This rule on this subject, whether it is open or not.

    Refused where it makes no sense there, Ambiguous where it does on several referrals of a person.
    """
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
    sent = [r for r in _of(outlook, "source", person) if not r.is_expansion]
    if rule.is_of_sources_alone and not sent:
        raise Refused(
            f"{rule.name} is for a source, and {person.name} sent you nobody.",
            _could_be(outlook, person),
        )
    return person


def _of_person(outlook: Outlook, person: Person, rule: Rule) -> Choice:
    command = rule.command.on(f"@{person.id}")
    causes = _open_causes(outlook, ("person", person.id), rule)
    return Choice(rule.name, person.id, None, command, (rule.name,), causes, is_open=bool(causes))


def _of_referral(outlook: Outlook, referral: Referral, rule: Rule) -> Choice:
    to = referral.prospect if rule.to == "prospect" else referral.source
    command = rule.command.on(str(referral.id))
    causes = _open_causes(outlook, ("referral", referral.id), rule)
    return Choice(rule.name, to, referral, command, (rule.name,), causes, is_open=bool(causes))


def _open_causes(outlook: Outlook, subject: Subject, rule: Rule) -> frozenset[str]:
    return frozenset(
        courtesy.cause
        for courtesy in outlook.open_on([subject])
        if courtesy.rule == rule.name and courtesy.opens_at <= outlook.now
    )


def _referral_meant(outlook: Outlook, person: Person, rule: Rule) -> Referral:
    """The one referral of this person that the rule is about: an open one, a live one, any."""
    role = "prospect" if rule.to == "prospect" else "source"
    able = [r for r in _of(outlook, role, person) if rule.on_expansions or not r.is_expansion]
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
            f"Say which by its number: reftrack draft {likely[0].id} {rule.name}",
        )
    return likely[0]


def _of(outlook: Outlook, role: str, person: Person) -> list[Referral]:
    """The referrals received so far in which this person has that role."""
    found = outlook.reader.referrals_of(role, [person.id])
    received = (referral for referral in found if referral.received_at <= outlook.horizon)
    return sorted(received, key=attrgetter("id"))


# What to say where nothing is open.


def _nothing_open(outlook: Outlook, found: Referral | Person) -> NotFound:
    if isinstance(found, Person):
        what = f"{found.name} (@{found.id})"
    else:
        (prospect,) = outlook.reader.people([found.prospect])
        what = f"{found.id} ({prospect.name})"
    return NotFound(f"nothing is open on {what} now.", _could_be(outlook, found))


def _could_be(outlook: Outlook, found: Referral | Person) -> str:
    """The second line: which drafts could be written all the same."""
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
        return f"To write one all the same: reftrack draft {found.id} RULE ({', '.join(rules)})"
    is_source = any(not r.is_expansion for r in _of(outlook, "source", found))
    rules = [
        rule.name
        for rule in RULEBOOK
        if rule.subject == "person" and (is_source or not rule.is_of_sources_alone)
    ]
    return f"To write one all the same: reftrack draft @{found.id} RULE ({', '.join(rules)})"
