"""The command `import FILE.vcf`: the people of a phone or an address book."""

from __future__ import annotations

from pathlib import Path

from reftrack.application.files import open_file
from reftrack.application.importing import cards as cards_in
from reftrack.application.importing.cards import Card, CardsPlan, Fault, Meeting
from reftrack.cli.answers import say_notes
from reftrack.cli.asking import confirmed
from reftrack.cli.display import show_facts
from reftrack.cli.invocation import Invocation
from reftrack.cli.output import is_screen, is_terminal, safe, say
from reftrack.domain.counting import counted
from reftrack.domain.people import Person, short
from reftrack.errors import Refused

# The most of a kind that is shown before the question; --dry-run shows all.
_SHOWN = 12
_LABEL = 30


def import_vcf(
    here: Invocation, path: Path, *, encoding: str | None, is_dry_run: bool, is_sure: bool
) -> None:
    """Adds the people on the cards of the file: first shown, then recorded in one step.

    Where nobody is there to be asked it goes ahead: `--dry-run` looks first, and `undo` takes it
    back.
    """
    name = short(str(path), 200)
    is_sure = is_sure or not is_terminal()
    cards = _read(path, name, encoding)
    plan = cards_in.preview_cards(here.session, cards)
    say_notes(here.session)
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
    plan = cards_in.import_cards(here.session, cards, path.name, before)
    say_notes(here.session)
    if is_sure:
        _show(path.name, plan, is_whole=not is_screen())
    say(*(["", *_recorded_lines(plan)] if is_sure else _recorded_lines(plan)))


def _read(path: Path, name: str, encoding: str | None) -> list[Card | Fault]:
    with open_file(path) as raw:
        cards = list(cards_in.read_cards(raw, encoding))
    if not cards:
        raise Refused(f"there is no card in {name}.", "A card begins with BEGIN:VCARD.")
    return cards


def _why_none(plan: CardsPlan) -> str:
    reasons = [f"line {fault.line}: {short(fault.reason, 80)}" for fault in plan.faults[:3]]
    more = len(plan.faults) - len(reasons)
    last = [f"and {more} more"] if more else []
    return f"no card can be taken: {'; '.join([*reasons, *last])}."


# Printing.


def _show(name: str, plan: CardsPlan, *, is_whole: bool) -> None:
    """Prints the cards as they were understood: new people, what known ones get, and the rest."""
    say(safe(f"{short(name, 60)}: {counted(plan.cards, 'card')}. {cards_in.counted_in(plan)}."))
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


def _remarks(plan: CardsPlan) -> list[str]:
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


def _recorded_lines(plan: CardsPlan) -> list[str]:
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
