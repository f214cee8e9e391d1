"""The commands `backup` and `restore`: copies of the book, and the way back to one."""

from __future__ import annotations

from datetime import datetime, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from reftrack.application import safekeeping
from reftrack.application.safekeeping import Contents
from reftrack.cli.answers import say_notes
from reftrack.cli.asking import confirmed, wanted
from reftrack.cli.command_line import command_text
from reftrack.cli.display import show_facts, show_screen
from reftrack.cli.invocation import Invocation
from reftrack.cli.output import is_terminal, safe, say
from reftrack.cli.screens import Line, Screen, Section
from reftrack.domain.counting import counted
from reftrack.domain.people import short
from reftrack.errors import BadInput
from reftrack.hints import command
from reftrack.wording import times


def backup(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="Where to; else beside the book.", show_default=False),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="Those that lie beside the book.")] = False,
) -> None:
    """Copy the book, private notes too: whole, checked, readable by you alone."""
    here: Invocation = ctx.obj
    if list_:
        if file is not None:
            raise BadInput("--list takes no file.", ("See: ", command("backup", list=None)))
        _list(here)
        return
    target, contents = safekeeping.back_up(here.session, None if file is None else Path(file))
    say_notes(here.session)
    say(f"Backed up to {safe(str(target))}: {_counted(contents)}.")


def _list(here: Invocation) -> None:
    found = safekeeping.backups(here.session)
    say_notes(here.session)
    present = found.present
    lines = [
        Line(
            "",
            each.reason,
            times.stamp(each.made, present.zone)
            if isinstance(each.made, datetime)
            else times.date_of(each.made),
            "",
            command_text(command("restore", each.path.name)),
        )
        for each in found.backups
    ]
    count = f"{counted(len(lines), 'backup')} in {found.folder}."
    screen = Screen(times.heading(present.now, present.zone), count)
    screen.sections = [Section("THE LAST FIRST", lines)] if lines else []
    show_screen(screen)


def restore(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="A backup.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put the book back to what FILE holds. What it replaces is kept among the backups first."""
    here: Invocation = ctx.obj
    session = here.session
    if file is None and not is_terminal():
        raise BadInput(
            "the command does not say which backup.", ("See: ", command("backup", list=None))
        )
    example = command("restore", "book-of-friday.db")
    source = safekeeping.backup_named(session, wanted(file, "Which backup", example))
    name = short(str(source), 200)
    later = safekeeping.contents(source)
    if not yes:
        if not is_terminal():
            sure = command("restore", file or name, yes=None)
            raise BadInput("restoring wants a yes.", ("Say it with --yes: ", sure))
        now = safekeeping.present_contents(session)
        before = now if isinstance(now, str) else _described(now, session.zone_to_show(now.zone))
        after = _described(later, session.zone_to_show(later.zone))
        show_facts(f"The book at {session.book}", [("Now", before), ("After it", after)])
        if not confirmed("Replace it?"):
            say("Nothing was restored.")
            return
    restored = safekeeping.restore(session, source)
    say_notes(session)
    say(f"Restored from {safe(name)}: {_counted(restored.contents)}.")
    if restored.kept is not None:
        say(f"To reverse it: {safe(command_text(command('restore', str(restored.kept))))}")


def _counted(contents: Contents) -> str:
    counts = (
        (contents.people, "person", "people"),
        (contents.referrals, "referral", "referrals"),
        (contents.events, "event", "events"),
    )
    return ", ".join(counted(*each) for each in counts)


def _described(contents: Contents, zone: tzinfo) -> str:
    text = _counted(contents)
    if contents.last_at is None:
        return text
    when = times.stamp(contents.last_at, zone)
    return f"{text}; the last command: {contents.last_command}, {when}"
