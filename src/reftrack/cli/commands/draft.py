"""The command `draft`: the note, or a call's opening lines, for a courtesy, ready to be sent."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Annotated

import typer

from reftrack.application import drafting
from reftrack.application.drafting import PLACE, Draft, Writer
from reftrack.application.ways import way_of
from reftrack.cli.answers import say_notes
from reftrack.cli.asking import wanted
from reftrack.cli.command_line import command_text
from reftrack.cli.commands import sending
from reftrack.cli.ending import flush
from reftrack.cli.invocation import Invocation
from reftrack.cli.options import By, RefOrPerson
from reftrack.cli.output import (
    is_screen,
    safe,
    safe_lines,
    say,
    say_aside,
    width,
    write_utf8,
)
from reftrack.errors import BadInput
from reftrack.hints import command


def draft(
    ctx: typer.Context,
    what: RefOrPerson = None,
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
    if sum((eml is not None, mailto, copy)) > 1:
        raise BadInput("--eml, --mailto and --copy are three ways out.", "Choose one of them.")
    way = _way_asked_for(by, "--eml" if eml is not None else "--mailto" if mailto else None)
    text = wanted(what, "Which referral or whom", command("draft", 12))
    made = _made(ctx.obj, text, rule, way)
    body = safe_lines(made.text)
    if edit:
        body = safe_lines(sending.edited_draft(body))
    _leave(made, body, eml=eml, mailto=mailto, copy=copy)


def show_draft(here: Invocation, what: str, rule: str) -> None:
    """Prints the draft for one rule on a referral or a person."""
    made = _made(here, what, rule, None)
    _leave(made, safe_lines(made.text), eml=None, mailto=False, copy=False)


def _made(here: Invocation, what: str, rule: str | None, way: str | None) -> Draft:
    writer = Writer(here.settings.words, here.settings.templates)
    made = drafting.draft(here.session, what, writer, rule=rule, by=way)
    say_notes(here.session)
    return made


def _way_asked_for(by: str | None, option: str | None) -> str | None:
    way = way_of(by)
    if option is None:
        return way
    if way not in (None, "email"):
        raise BadInput(f"{option} is for an email, not for {way}.", "Leave --by out.")
    return "email"


def _leave(made: Draft, body: str, *, eml: str | None, mailto: bool, copy: bool) -> None:
    """Prints the draft or writes it; the rest goes to standard error, so that a pipe is clean."""
    email = made.to.email
    is_addressed = True
    if eml is not None:
        content, is_addressed = sending.message(made.letter.to, email, made.subject, body)
        if eml == "-":
            write_utf8(content.decode("utf-8").replace("\r\n", "\n"))
        else:
            sending.write_message(Path(eml), content)
            say(f"Written to {safe(eml)}.")
    elif mailto:
        is_addressed = bool(email)
        say(sending.link(email, made.subject, body))
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


def _heading(made: Draft) -> str:
    """The person it goes to and the way, and the courtesies it is for."""
    reach = {"call": made.to.phone, "text": made.to.phone, "email": made.to.email}.get(made.way)
    by = f"{made.way.replace('-', ' ')}{f' {reach}' if reach else ''}"
    return f"{made.to.name}, {by}: {', '.join(made.rules)}"


def _laid_out(body: str) -> str:
    """The text as it is; on a screen with its lines broken between words."""
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


def _afterwards(made: Draft, body: str) -> list[str]:
    """The blanks that are left to fill in, and the command that records it."""
    lines = []
    if made.lacks_ideal_client:
        lines.append("note: set ideal_client in the configuration, or fill it in at the brackets.")
    elif PLACE.search(body):
        lines.append("note: fill in what stands in brackets.")
    if made.topic.hides_source:
        lines.append("note: the source asked not to be named, and is not.")
    if made.lacks_name:
        lines.append("note: set name in the configuration, and it is signed.")
    is_open = "" if made.topic.is_open else f"{made.rule} is not open now. "
    lines.append(f"{is_open}{made.once}: {command_text(made.recorded_by)}")
    return lines
