"""`import FILE.csv`: a spreadsheet of referrals is shown as it was understood, then recorded."""

from __future__ import annotations

from pathlib import Path

from reftrack.cli.asking import confirmed
from reftrack.cli.catalogue import COMMANDS
from reftrack.cli.commands.importing.asked import Options, Wanted, asked_for
from reftrack.cli.commands.importing.preview import show
from reftrack.cli.commands.importing.refused import keeping_refused, say_refused
from reftrack.cli.here import Desk, Here
from reftrack.cli.output import is_terminal, say, say_aside
from reftrack.domain.counting import counted
from reftrack.domain.history import History
from reftrack.errors import Refused
from reftrack.exchange.sheets.people import numbers_named, people_named
from reftrack.exchange.sheets.plan import Known, Plan
from reftrack.exchange.sheets.planning import planned
from reftrack.exchange.sheets.sheet import Sheet
from reftrack.exchange.sheets.uids import uid_of
from reftrack.rules.terms import Terms
from reftrack.store.outlook import Outlook


def import_csv(here: Here, path: Path, options: Options) -> None:
    """Shows what the file says, asks at a terminal, and records all good rows in one step."""
    asked, calendar = asked_for(here, path, options)
    with here.outlook() as outlook:
        terms = Terms(calendar, here.settings.policy) if outlook is None else outlook.terms
        plan = _planned(asked, outlook, terms)
    try:
        show(asked, plan, calendar)
    except BrokenPipeError:
        say_aside("Nobody read to the end of what was understood; nothing was recorded.")
        raise
    if options.dry_run:
        say("", "This was a dry run: nothing was recorded.")
        return
    if plan.is_empty:
        _nothing_new(asked, plan)
        return
    if not options.yes and is_terminal() and not confirmed(_question(plan)):
        say("Nothing was imported.")
        return
    _record(here, asked)


def _planned(asked: Wanted, outlook: Outlook | None, terms: Terms) -> Plan:
    known = _known(asked.sheet, outlook)
    return planned(
        asked.sheet,
        known,
        terms,
        now=asked.now,
        baseline=asked.baseline,
        keeps_twins=asked.options.duplicates,
    )


def _known(sheet: Sheet, outlook: Outlook | None) -> Known:
    """What the book has of all whom the sheet may mean."""
    if outlook is None:
        return Known([], {}, History.of((), (), ()), {}, frozenset())
    reader = outlook.reader
    everybody = reader.everybody()
    pairs = ((number, reader.merged_into(number)) for number in numbers_named(sheet))
    merged = {number: into for number, into in pairs if into is not None}
    by_uid = {r.uid: r for r in reader.referrals_with(map(uid_of, sheet.entries))}
    people = people_named(sheet, everybody, merged)
    people |= {number for r in by_uid.values() for number in (r.source, r.prospect)}
    history = outlook.history(("person", number) for number in people)
    standings = outlook.standings(history.referrals)
    live = frozenset(number for number, s in standings.items() if s.ended_at is None)
    return Known(everybody, merged, history, by_uid, live)


def _record(here: Here, asked: Wanted) -> None:
    with (
        keeping_refused(asked) as keep,
        here.recording("import", begins_a_book=True, is_import=True) as desk,
    ):
        if str(desk.zone) != asked.zone:
            raise Refused("the time zone of the book is another now.", "Import again.")
        plan = _planned(asked, desk.outlook, desk.outlook.terms)
        lines = _recorded(desk, asked, plan)
        refused = keep(plan)
    say("", *lines)
    say_refused(asked, plan, refused)


def _recorded(desk: Desk, asked: Wanted, plan: Plan) -> list[str]:
    """Records the plan, in the step of this command; what to answer."""
    if plan.is_empty:
        return ["Nothing in it is new; nothing was recorded."]
    # With the journal comes what writes: half a second of imports.
    from reftrack.store.importing import import_history

    known = {person.id: person for person in desk.reader.people(plan.learnt)}
    for number, changes in plan.learnt.items():
        desk.journal.change_person(known[number], **changes)
    people, referrals, events = import_history(
        desk.journal, plan.people, plan.referrals, plan.events
    )
    counts = (
        f"{counted(referrals, 'referral')}, {counted(people, 'person', 'people')}"
        f" and {counted(events, 'event')}"
    )
    desk.journal.summary.append(f"{counts} from {asked.path.name}")
    lines = [f"Imported {counts} in one step."]
    if "undo" in COMMANDS:
        lines[0] += " Not what you meant? reftrack undo"
    if any(courtesy.due_at < asked.now for courtesy in plan.owed):
        lines.append("What is owed now: reftrack due")
    return lines


def _nothing_new(asked: Wanted, plan: Plan) -> None:
    with keeping_refused(asked) as keep:
        refused = keep(plan)
    if plan.refusals and not plan.again and not plan.twins:
        say("")
        say_refused(asked, plan, refused)
        raise Refused("no row could be imported.", "Nothing was recorded.")
    say("", "Nothing in it is new; nothing was recorded.")
    say_refused(asked, plan, refused)


def _question(plan: Plan) -> str:
    return f"Record {counted(len(plan.additions), 'referral')} in one step?"
