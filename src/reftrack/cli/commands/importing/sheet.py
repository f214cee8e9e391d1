"""The command `import FILE.csv`: shows a spreadsheet as it was understood, then records it."""

from __future__ import annotations

from pathlib import Path

from reftrack.application.importing import sheets
from reftrack.application.importing.sheets import Options, SheetPlan, Understood
from reftrack.cli.answers import say_notes
from reftrack.cli.asking import confirmed
from reftrack.cli.commands.importing.asked import asked_for
from reftrack.cli.commands.importing.preview import show_preview
from reftrack.cli.commands.importing.refused import keeping_refused, say_refused
from reftrack.cli.invocation import Invocation
from reftrack.cli.output import is_terminal, say, say_aside
from reftrack.domain.counting import counted
from reftrack.errors import Refused


def import_csv(
    here: Invocation, path: Path, options: Options, *, is_dry_run: bool, is_sure: bool
) -> None:
    """Shows what the file says, asks at a terminal, and records all good rows in one step."""
    found, options = asked_for(here, path, options)
    plan = sheets.preview_sheet(here.session, found)
    say_notes(here.session)
    try:
        show_preview(path.name, found, plan, is_whole=is_dry_run)
    except BrokenPipeError:
        say_aside("Nobody read to the end of what was understood; nothing was recorded.")
        raise
    if is_dry_run:
        say("", "This was a dry run: nothing was recorded.")
        return
    if plan.is_empty:
        _nothing_new(path, options, found, plan)
        return
    if not is_sure and is_terminal() and not confirmed(_question(plan)):
        say("Nothing was imported.")
        return
    _record(here, path, options, found)


def _record(here: Invocation, path: Path, options: Options, found: Understood) -> None:
    with keeping_refused(path, found.sheet) as keep:
        imported = sheets.import_sheet(here.session, found, path.name, keep)
    say_notes(here.session)
    if not imported.counts:
        say("", "Nothing in it is new; nothing was recorded.")
    else:
        lines = [f"Imported {imported.counts} in one step. Not what you meant? reftrack undo"]
        if imported.is_overdue:
            lines.append("What is owed now: reftrack due")
        say("", *lines)
    say_refused(options, found.sheet.form, imported.plan, keep.path)


def _nothing_new(path: Path, options: Options, found: Understood, plan: SheetPlan) -> None:
    with keeping_refused(path, found.sheet) as keep:
        keep(plan)
    form = found.sheet.form
    if plan.refusals and not plan.again and not plan.twins:
        say("")
        say_refused(options, form, plan, keep.path)
        raise Refused("no row could be imported.", "Nothing was recorded.")
    say("", "Nothing in it is new; nothing was recorded.")
    say_refused(options, form, plan, keep.path)


def _question(plan: SheetPlan) -> str:
    return f"Record {counted(len(plan.additions), 'referral')} in one step?"
