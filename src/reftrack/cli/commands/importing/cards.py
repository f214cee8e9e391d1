"""`import FILE.vcf`: the people of a phone or an address book."""

from __future__ import annotations

from pathlib import Path

from reftrack.cli.asking import confirmed
from reftrack.cli.files import opened
from reftrack.cli.here import Here
from reftrack.cli.output import is_screen, is_terminal, safe, say
from reftrack.cli.screen import show_facts
from reftrack.domain.counting import counted
from reftrack.domain.people import Person, short
from reftrack.errors import Refused
from reftrack.exchange.cards.meaning import Card, Fault, read
from reftrack.exchange.cards.meeting import Meeting, Plan, planned

# So many of a kind are shown before the question; --dry-run shows all.
_SHOWN = 12
_LABEL = 30


def import_cards(
    here: Here, path: Path, *, encoding: str | None, is_dry_run: bool, is_sure: bool
) -> None:
    """Adds the people on the cards of the file: first shown, then recorded in one step.

    Where nobody is there to be asked it goes ahead: `--dry-run` looks first, and `undo` takes it
    back.
    """
    name = short(str(path), 200)
    is_sure = is_sure or not is_terminal()
    cards = _read(path, name, encoding)
    plan = _looked_at(here, cards)
    if len(plan.faults) == plan.cards:
        raise Refused(_why_none(plan), "Nothing was recorded.")
    is_nothing = not plan.new and not plan.filled
    if is_nothing or not is_sure or is_dry_run:
        _show(path.name, plan, is_whole=is_dry_run or not is_screen())
    if is_nothing:
        say("", "Nothing on them is new; nothing was recorded.")
        return
    if is_dry_run:
        say("", "Nothing was recorded. Leave out --dry-run to record it.")
        return
    if not is_sure and not confirmed("Record this?"):
        say("Nothing was recorded.")
        return
    before = None if is_sure else plan
    plan = _recorded(here, path.name, cards, before)
    if is_sure:
        _show(path.name, plan, is_whole=not is_screen())
    say(*(["", *_recorded_lines(plan)] if is_sure else _recorded_lines(plan)))


def _read(path: Path, name: str, encoding: str | None) -> list[Card | Fault]:
    with opened(path) as raw:
        cards = list(read(raw, encoding))
    if not cards:
        raise Refused(f"there is no card in {name}.", "A card begins with BEGIN:VCARD.")
    return cards


def _looked_at(here: Here, cards: list[Card | Fault]) -> Plan:
    """What would be recorded as the book stands now; nothing is locked afterwards."""
    with here.outlook() as outlook:
        return planned(cards, outlook.reader.everybody() if outlook is not None else [])


def _recorded(here: Here, name: str, cards: list[Card | Fault], before: Plan | None) -> Plan:
    """Records what the cards say, as the book stands within the transaction."""
    with here.recording("import", begins_a_book=True, is_import=True) as desk:
        plan = planned(cards, desk.reader.everybody())
        if before is not None and plan != before:
            raise Refused("the book has changed in the meantime.", "Import once more.")
        for meeting in plan.new:
            meeting.person = desk.journal.new_person(meeting.person)
        for meeting in plan.filled:
            known = meeting.known or meeting.person
            desk.journal.change_person(known, **meeting.filled)
        desk.journal.summary.append(f"{_counted(plan)} from {short(name)}")
    return plan


def _why_none(plan: Plan) -> str:
    reasons = [f"line {fault.line}: {short(fault.reason, 80)}" for fault in plan.faults[:3]]
    more = len(plan.faults) - len(reasons)
    last = [f"and {more} more"] if more else []
    return f"no card can be taken: {'; '.join([*reasons, *last])}."


# What is said.


def _show(name: str, plan: Plan, *, is_whole: bool) -> None:
    """The cards as they were understood: who is new, who gets what, what is not taken."""
    say(safe(f"{short(name, 60)}: {counted(plan.cards, 'card')}. {_counted(plan)}."))
    known = [(_label(meeting), _filled(meeting)) for meeting in plan.filled]
    kept = [(_label(meeting), _kept(meeting)) for meeting in plan.differing]
    faults = [(f"line {fault.line}", fault.reason) for fault in plan.faults]
    sections = {
        "NEW": [(_label(meeting), _new(meeting)) for meeting in plan.new],
        "KNOWN, AND GIVEN WHAT THEY LACKED": known,
        "KNOWN, AND KEPT AS THEY ARE": kept,
        "NOT TAKEN": faults,
    }
    for title, facts in sections.items():
        if facts:
            shown = facts if is_whole else facts[:_SHOWN]
            more = len(facts) - len(shown)
            left = [("…", f"and {more} more: --dry-run shows all")] if more else []
            show_facts(title, [*shown, *left], is_first=False)
    remarks = _remarks(plan)
    if remarks:
        say("", *remarks)


def _remarks(plan: Plan) -> list[str]:
    remarks = []
    if plan.notes:
        what = counted(plan.notes, "note becomes a private note", "notes become private notes")
        remarks.append(f"{what}, for you alone.")
    if plan.left_out:
        what = counted(plan.left_out, "more number or address is", "more numbers and addresses are")
        remarks.append(
            f"{what} left out: a person has one phone and one email, and a fax is neither."
        )
    return remarks


def _counted(plan: Plan) -> str:
    """`3 people are new, 1 gets what they lacked, 2 are known, 1 card is not taken`."""
    new, filled = len(plan.new), len(plan.filled)
    same, faults = len(plan.meetings) - new - filled, len(plan.faults)
    parts = [
        (new, "person is new", "people are new"),
        (filled, "gets what they lacked", "get what they lacked"),
        (same, "is known already", "are known already"),
        (faults, "card is not taken", "cards are not taken"),
    ]
    return ", ".join(counted(*part) for part in parts if part[0])


def _recorded_lines(plan: Plan) -> list[str]:
    new, filled = len(plan.new), len(plan.filled)
    said = []
    if new:
        said.append(counted(new, "new person", "new people"))
    if filled:
        said.append(f"what {filled} lacked")
    return [f"Recorded {' and '.join(said)}."]


def _label(meeting: Meeting) -> str:
    number = f" (@{meeting.person.id})" if meeting.person.id else ""
    return short(meeting.person.name, _LABEL) + number


def _reach(person: Person) -> str:
    texts = (person.phone, person.email, person.company)
    return ", ".join(short(text, 60) for text in texts if text)


def _new(meeting: Meeting) -> str:
    said = _reach(meeting.person) or "the name alone"
    if meeting.made_of:
        said += f"; the name is made of the {meeting.made_of}"
    if meeting.near:
        others = " or ".join(f"{short(p.name, _LABEL)} (@{p.id})" for p in meeting.near)
        said += f"; not {others}? If so, merge them afterwards"
    return said


def _filled(meeting: Meeting) -> str:
    return ", ".join(
        "a private note" if name == "note" else f"{name} {short(text, 60)}"
        for name, text in meeting.filled.items()
    )


def _kept(meeting: Meeting) -> str:
    said = [f"{short(name, _LABEL)} on the card: known by the email" for name in meeting.as_named]
    for name, text in meeting.differing.items():
        if name == "note":
            said.append("the private note (the card has another)")
        else:
            kept = short(getattr(meeting.person, name), 60)
            said.append(f"{name} {kept} (the card has {short(text, 60)})")
    return "; ".join(said)
