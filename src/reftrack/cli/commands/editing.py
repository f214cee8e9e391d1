"""`edit`: what was written down wrong, of a referral or of a person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import typer

from reftrack.cli.asking import Decisions, deciding, kept_or_said, note_from, wanted
from reftrack.cli.commands.add import kind_between
from reftrack.cli.commands.fields import OF_PERSON, OF_REFERRAL, PRIVATE, Field, cleaned
from reftrack.cli.here import Desk, Here
from reftrack.cli.naming import Names
from reftrack.cli.output import is_terminal, say, say_aside
from reftrack.cli.recording import answer, person_of
from reftrack.domain.people import (
    RELATIONS,
    Person,
    short,
)
from reftrack.domain.referrals import CO_WORKER, EXPANSION, KINDS, Referral
from reftrack.errors import BadInput, NotFound, Refused
from reftrack.rules.courtesies import Subject
from reftrack.rules.steps import NO_GIFT
from reftrack.wording import times

_EXAMPLE = 'reftrack edit @3 --phone "020 7946 0018"'
_SHOWN = 60

Given = Mapping[str, str]


def _option(name: str, metavar: str, text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(f"--{name}", metavar=metavar, help=text)
    return option


def edit(
    ctx: typer.Context,
    what: Annotated[
        str | None,
        typer.Argument(metavar="REF | PERSON", help="12, a name, or @7.", show_default=False),
    ] = None,
    name: Annotated[str | None, _option("name", "TEXT", "Of a person: the name.")] = None,
    phone: Annotated[str | None, _option("phone", "TEXT", "Of a person.")] = None,
    email: Annotated[str | None, _option("email", "TEXT", "Of a person.")] = None,
    company: Annotated[str | None, _option("company", "TEXT", "Of a person.")] = None,
    relation: Annotated[
        str | None, _option("relation", "RELATION", f"Of a person, to you: {', '.join(RELATIONS)}.")
    ] = None,
    updates: Annotated[
        str | None, _option("updates", "WISH", "Of a person: milestones, outcome, or days: 30d.")
    ] = None,
    by: Annotated[
        str | None, _option("by", "WAY", "Of a person: how they want to hear from you.")
    ] = None,
    source: Annotated[
        str | None, _option("from", "SOURCE", "Of a referral: who referred them.")
    ] = None,
    prospect: Annotated[
        str | None, _option("prospect", "PERSON", "Of a referral: who was referred.")
    ] = None,
    kind: Annotated[
        str | None, _option("kind", "KIND", f"Of a referral: {', '.join(KINDS)}.")
    ] = None,
    tie: Annotated[
        str | None, _option("tie", "TEXT", "Of a referral: the prospect to the source.")
    ] = None,
    need: Annotated[
        str | None,
        _option("need", "TEXT", "Of a referral: what they need; private; - reads standard input."),
    ] = None,
    received: Annotated[
        str | None, _option("received", "WHEN", "Of a referral: when it came in.")
    ] = None,
    note: Annotated[
        str | None, _option("note", "TEXT", "The private note; - reads it from standard input.")
    ] = None,
) -> None:
    """Correct what was written down of a referral or of a person; an empty text clears a field."""
    here: Here = ctx.obj
    typed = {
        "name": name,
        "phone": phone,
        "email": email,
        "company": company,
        "relation": relation,
        "updates": updates,
        "by": by,
        "from": source,
        "prospect": prospect,
        "kind": kind,
        "tie": tie,
        "need": note_from(need),
        "received": received,
        "note": note_from(note),
    }
    given = {option: text for option, text in typed.items() if text is not None}
    which = wanted(what, "Which referral or whom", _EXAMPLE)
    if not given:
        if not is_terminal():
            raise BadInput("the command does not say what changes.", f"For example: {_EXAMPLE}")
        which, given = _asked(here, which)
    said = given
    say(*deciding(lambda decisions: _edited(here, which, said, decisions)))


def _edited(here: Here, which: str, given: Given, decisions: Decisions) -> list[str]:
    with here.recording("edit") as desk:
        subject: Subject
        found = _meant(Names(desk.outlook), which, given)
        if isinstance(found, Person):
            head, changed = _edit_person(desk, found, given)
            number = f"@{found.id}"
            subject = ("person", found.id)
        else:
            head, changed = _edit_referral(desk, found, given, decisions)
            number = str(found.id)
            subject = ("referral", found.id)
        if not changed:
            return [f"{number}  Nothing changed: it was so already."]
        # A summary is kept and shown: it says which fields, never what is private in them.
        desk.journal.summary.append(f"{number}: edited {', '.join(changed)}")
        lines = [_told(option, *texts) for option, texts in changed.items()]
        return answer(desk, [f"{number}  {head}", *lines], [subject])


def _told(option: str, was: str | None, is_: str | None) -> str:
    """What became of a field; of what is private only that something did."""
    if option in PRIVATE:
        return f"{option}: {'written' if was is None else 'changed' if is_ else 'cleared'}"
    return f"{option}: {was or 'none'} → {is_ or 'none'}"


# Which one is meant.


def _meant(names: Names, which: str, given: Given) -> Referral | Person:
    """The referral or the person: what is to change says which of them a name means."""
    ofp = [option for option in given if option not in OF_REFERRAL]
    ofr = [option for option in given if option not in OF_PERSON]
    if ofp and ofr:
        raise BadInput(
            f"--{ofp[0]} is a person's, --{ofr[0]} a referral's.", "Edit one after the other."
        )
    is_number = which.strip().isdigit()
    if ofp and is_number:
        referral = names.referral(which)
        raise BadInput(
            f"--{ofp[0]} is a person's; {which.strip()} is a referral.",
            f"Its prospect: reftrack edit @{referral.prospect}; its source: @{referral.source}",
        )
    if ofp:
        return names.person(which)
    return names.referral(which) if ofr else names.referral_or_person(which)


def _asked(here: Here, which: str) -> tuple[str, dict[str, str]]:
    """What is answered field by field; nothing is locked while the questions wait."""
    with here.outlook() as outlook:
        if outlook is None:
            raise here.no_book()
        found = Names(outlook).referral_or_person(which)
        if isinstance(found, Person):
            number, fields, names = f"@{found.id}", OF_PERSON, {}
        else:
            number, fields = str(found.id), OF_REFERRAL
            names = {p.id: p.name for p in outlook.reader.people([found.source, found.prospect])}
        zone = outlook.terms.calendar.zone
    title = found.name if isinstance(found, Person) else names[found.prospect]
    say_aside(f"{number}  {title}. Enter keeps what stands there, - clears it.")
    given = {}
    for option, field in fields.items():
        present = getattr(found, field.attribute)
        if option in ("from", "prospect"):
            present = names[present]
        elif option == "received":
            present = times.stamp(present, zone)
        elif option in PRIVATE and present:
            present = "a private one"
        said = _answer_for(option, field, present or "")
        if said is not None:
            given[option] = said
    return number, given


def _answer_for(option: str, field: Field, present: str) -> str | None:
    """What is said for one field, asked again until it can be kept."""
    while True:
        said = kept_or_said(field.question, short(present, _SHOWN))
        try:
            if said is not None:
                cleaned(option, field, said)
        except BadInput as error:
            say_aside(f"{error.message} {error.hint}")
        else:
            return said


# What changes.


_Changed = dict[str, tuple[str | None, str | None]]


def _edit_person(desk: Desk, person: Person, given: Given) -> tuple[str, _Changed]:
    """Records the changes; a heading, and what was and is of each field."""
    changes, changed = _plain_changes(person, OF_PERSON, given)
    after = desk.journal.change_person(person, **changes)
    return f"Changed {after.name}:", changed


def _plain_changes(
    before: Person | Referral, fields: Mapping[str, Field], given: Given
) -> tuple[dict[str, str | None], _Changed]:
    changes: dict[str, str | None] = {}
    changed: _Changed = {}
    for option, text in given.items():
        field = fields[option]
        was, is_ = getattr(before, field.attribute), cleaned(option, field, text)
        if was != is_:
            changes[field.attribute] = is_
            changed[option] = tuple(None if t is None else short(t, _SHOWN) for t in (was, is_))  # type: ignore[assignment]
    return changes, changed


def _edit_referral(
    desk: Desk, referral: Referral, given: Given, decisions: Decisions
) -> tuple[str, _Changed]:
    """Records the changes; a heading, and what was and is of each field."""
    plain = {option: text for option, text in given.items() if option in ("tie", "need", "note")}
    changes: dict[str, object]
    changes, changed = _plain_changes(referral, OF_REFERRAL, plain)  # type: ignore[assignment]
    people = {p.id: p for p in desk.reader.people([referral.source, referral.prospect])}
    source, prospect = people[referral.source], people[referral.prospect]
    if "from" in given:
        source = _somebody(desk, "from", given["from"], decisions)
    if "prospect" in given:
        prospect = _somebody(desk, "prospect", given["prospect"], decisions)
    for option, now in (("from", source), ("prospect", prospect)):
        attribute = OF_REFERRAL[option].attribute
        was = people[getattr(referral, attribute)]
        if was.id != now.id:
            changes[attribute] = now.id
            changed[option] = (f"{was.name} (@{was.id})", f"{now.name} (@{now.id})")
    kind = _kind(referral, given, source, prospect)
    if kind != referral.kind:
        changes["kind"] = kind
        changed["kind"] = (referral.kind, kind)
        _mind_gifts(desk, referral, kind)
    if "received" in given:
        received = _received(desk, referral, given["received"])
        if received != referral.received_at:
            changes["received_at"] = received
            changed["received"] = (
                times.stamp(referral.received_at, desk.zone),
                times.stamp(received, desk.zone),
            )
    desk.journal.change_referral(referral, **changes)
    head = f"{prospect.name}, referred by {source.name}"
    if kind == EXPANSION:
        head = f"New business from {prospect.name}"
    return f"Changed {head}:", changed


def _somebody(desk: Desk, option: str, text: str, decisions: Decisions) -> Person:
    """Somebody known, by any of their names; else somebody new."""
    cleaned(option, OF_REFERRAL[option], text)
    try:
        return Names(desk.outlook).person(text)
    except NotFound:
        if "@" in text:
            raise
    return person_of(desk, text, decisions)


def _kind(referral: Referral, given: Given, source: Person, prospect: Person) -> str:
    """The kind asked for; else as it was, unless one person has become two or two one."""
    if "kind" in given:
        asked = cleaned("kind", OF_REFERRAL["kind"], given["kind"])
        return kind_between(asked, source, prospect)
    if referral.is_expansion == (source.id == prospect.id):
        return referral.kind
    return kind_between(None, source, prospect)


def _mind_gifts(desk: Desk, referral: Referral, kind: str) -> None:
    events = desk.reader.events_on("referral", [referral.id])
    if kind == CO_WORKER and any(e.channel == "gift" or e.data.get("gift") for e in events):
        desk.asides.append(f"note: {referral.id} was thanked with a gift. {NO_GIFT.reason}.")


def _received(desk: Desk, referral: Referral, text: str) -> datetime:
    from reftrack.cli.when import understood

    cleaned("received", OF_REFERRAL["received"], text)
    when = understood(
        text,
        now=desk.now,
        zone=desk.zone,
        tense="past",
        latest=desk.last_on([("referral", referral.id)]),
    )
    if when.assumption:
        desk.asides.append(f"note: {when.assumption}")
    events = desk.reader.events_on("referral", [referral.id])
    first = min(events, key=lambda event: event.place, default=None)
    if first is not None and first.at < when.instant:
        said = times.stamp(when.instant, desk.zone)
        raise Refused(
            f"{referral.id} was '{first.kind}' on {times.stamp(first.at, desk.zone)},"
            f" before it came in on {said}.",
            "Say an earlier time, with the hour: --received '2026-11-20 15:00'.",
        )
    return when.instant
