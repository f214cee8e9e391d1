"""`draft`: the note, or a call's opening lines, for a courtesy, ready to be sent."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from reftrack.cli.asking import wanted
from reftrack.cli.command_line import shown
from reftrack.cli.commands import sending
from reftrack.cli.commands.choosing import Choice, most_pressing, named, rule_named
from reftrack.cli.commands.filling import letter_of
from reftrack.cli.ending import flush
from reftrack.cli.here import Here
from reftrack.cli.naming import Names
from reftrack.cli.options import By
from reftrack.cli.output import (
    is_screen,
    safe,
    safe_lines,
    say,
    say_aside,
    width,
    write_utf8,
)
from reftrack.cli.recording import way_of
from reftrack.domain.people import Person
from reftrack.domain.referrals import CO_WORKER
from reftrack.errors import BadInput, Refused
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.steps import NO_GIFT
from reftrack.store.outlook import Outlook
from reftrack.wording.actions import channel_of
from reftrack.wording.letters import FORMS, Letter, subject_line, written
from reftrack.wording.phrases import PHRASES

_EXAMPLE = "reftrack draft 12"


def draft(
    ctx: typer.Context,
    what: Annotated[
        str | None,
        typer.Argument(metavar="REF | PERSON", help="12, a name, or @7.", show_default=False),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Argument(
            metavar="RULE", help="A rule's name; else what is most pressing.", show_default=False
        ),
    ] = None,
    by: By = None,
    edit: Annotated[
        bool, typer.Option("--edit", help="Go through it in $VISUAL or $EDITOR first.")
    ] = False,
    eml: Annotated[
        str | None,
        typer.Option("--eml", metavar="FILE", help="Write a message file for a mail program."),
    ] = None,
    mailto: Annotated[
        bool, typer.Option("--mailto", help="Print a link that opens a mail program.")
    ] = False,
    copy: Annotated[bool, typer.Option("--copy", help="Also to the terminal's clipboard.")] = False,
) -> None:
    """Write the note, or the opening lines of a call, for a courtesy. Records nothing."""
    here: Here = ctx.obj
    if sum((eml is not None, mailto, copy)) > 1:
        raise BadInput("--eml, --mailto and --copy are three ways out.", "Choose one of them.")
    way = _way_asked_for(by, "--eml" if eml is not None else "--mailto" if mailto else None)
    text = wanted(what, "Which referral or whom", _EXAMPLE)
    chosen = None if rule is None else rule_named(rule)
    with here.outlook() as outlook:
        if outlook is None:
            raise here.no_book()
        found = Names(outlook).referral_or_person(text)
        choice = most_pressing(outlook, found) if chosen is None else named(outlook, found, chosen)
        made = _made(here, outlook, choice, way)
    body = safe_lines(made.text)
    if edit:
        body = safe_lines(sending.edited(body))
    _leave(made, body, eml=eml, mailto=mailto, copy=copy)


def _way_asked_for(by: str | None, option: str | None) -> str | None:
    way = way_of(by)
    if option is None:
        return way
    if way not in (None, "email"):
        raise BadInput(f"{option} is for an email, not for {way}.", "Leave --by out.")
    return "email"


@dataclass(frozen=True, slots=True)
class _Draft:
    """A draft with what is said beside it; all is read when it is made."""

    choice: Choice
    rule: str
    way: str
    letter: Letter
    to: Person
    text: str


def _made(here: Here, outlook: Outlook, choice: Choice, way: str | None) -> _Draft:
    (person,) = outlook.reader.people([choice.to])
    is_asked_for = way is not None
    way = way or channel_of(BY_NAME[choice.rule], person.channel, outlook.terms.policy) or "email"
    rule, letter = letter_of(outlook, choice, way, here.settings.words)
    if way == "gift" and letter.kind == CO_WORKER:
        if is_asked_for:
            raise Refused(f"{NO_GIFT.reason}.", "Thank them in words: --by card")
        way = "card"
    text = written(rule, way, letter, here.settings.templates)
    return _Draft(choice, rule, way, letter, person, text)


def _leave(made: _Draft, body: str, *, eml: str | None, mailto: bool, copy: bool) -> None:
    """Prints or writes it; all that is no part of it goes to standard error: a pipe is clean."""
    email, subject = made.to.email, subject_line(made.rule, made.letter)
    is_addressed = True
    if eml is not None:
        content, is_addressed = sending.message(made.letter.to, email, subject, body)
        if eml == "-":
            write_utf8(content.decode("utf-8").replace("\r\n", "\n"))
        else:
            sending.write_message(Path(eml), content)
            say(f"Written to {safe(eml)}.")
    elif mailto:
        is_addressed = bool(email)
        say(sending.link(email, subject, body))
    else:
        if copy:
            sending.copy(body)
        say_aside(_heading(made), *([""] if is_screen() else []))
        say(_laid_out(body))
    flush()
    notes = [] if is_addressed else [f"note: no address is known of {made.to.name}: add it there."]
    if copy:
        notes.append("Copied, where the terminal allows it.")
    say_aside(*([""] if is_screen() and not notes else []), *notes, *_afterwards(made, body))


def _heading(made: _Draft) -> str:
    """To whom it goes and how, and which courtesies it is for."""
    reach = {"call": made.to.phone, "text": made.to.phone, "email": made.to.email}.get(made.way)
    rules = ", ".join(dict.fromkeys((made.rule, *made.choice.covers)))
    return f"{made.to.name}, {made.way.replace('-', ' ')}{f' {reach}' if reach else ''}: {rules}"


def _laid_out(body: str) -> str:
    """As it is; on a screen with its lines broken between words."""
    if not is_screen():
        return body
    return "\n".join(
        textwrap.fill(
            line,
            min(width(), 80),
            subsequent_indent="  " if line.startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in body.splitlines()
    )


# The verbs that take --by, and what has to have happened before the others are recorded.
_WITH_WAY = frozenset(
    {"thank", "tell", "explain", "educate", "contact", "call-back", "open-again", "ask"}
)
_PLACE = re.compile(r"\[[A-Za-z][a-z ,]*\.?\]")


def _afterwards(made: _Draft, body: str) -> list[str]:
    """What is left to fill in, and the command that records it."""
    lines = []
    if made.rule == "educate-source" and not made.letter.ideal_client:
        lines.append("note: set ideal_client in the configuration, or fill it in at the brackets.")
    elif _PLACE.search(body):
        lines.append("note: fill in what stands in brackets.")
    if not made.letter.name and FORMS[made.way] == "note":
        lines.append("note: set name in the configuration, and it is signed.")
    form = FORMS[made.way]
    once = "Once you have spoken" if form == "talk" else "Once it is sent"
    is_open = "" if made.choice.is_open else f"{made.rule} is not open now. "
    lines.append(f"{is_open}{PHRASES[made.rule].once or once}: {_recorded_by(made)}")
    return lines


def _recorded_by(made: _Draft) -> str:
    command = made.choice.command.without_option("by")
    if command.verb == "contact" and FORMS[made.way] != "talk":
        # A message is an attempt; only an answer is a contact.
        command = command.with_option("no-answer")
    if command.verb in _WITH_WAY:
        command = command.with_option("by", made.way)
    return shown(command)
