"""In and out: the whole book as JSON, and the doors to the other forms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from reftrack.cli.asking import wanted
from reftrack.cli.files import opened, write_whole
from reftrack.cli.here import Here
from reftrack.cli.keys import is_zone
from reftrack.cli.output import safe, say, say_aside, write_utf8
from reftrack.cli.progress import Bar
from reftrack.domain.instants import is_same_zone
from reftrack.domain.people import short
from reftrack.errors import BadInput, Refused
from reftrack.exchange import history_json
from reftrack.store.outlook import Outlook

# How spreadsheets as text end, and those that are not.
_SHEETS = (".csv", ".tsv", ".tab", ".txt")
_WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")


def export(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="Where to; else standard output.", show_default=False),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="FORM",
            help="json: the whole truth. csv: a row a referral. ics: a calendar. vcf: the people."
            " Without it FILE's ending says, else json.",
        ),
    ] = None,
    private: Annotated[
        bool, typer.Option("--private", help="csv: the needs and private notes too.")
    ] = False,
) -> None:
    """Write the book: whole as JSON, notes too, or for a spreadsheet, a calendar, a phone.

    The JSON has all that is private in it, so keep it to yourself. What is written for a
    spreadsheet has it only with --private; a calendar and cards never have it.
    """
    here: Here = ctx.obj
    chosen = _form(form, file)
    if private and chosen not in ("csv", "json"):
        raise BadInput(f"--private is not for {chosen}.", "Nothing private is ever written there.")
    with here.outlook() as outlook:
        text = _exported(here, chosen, outlook, is_private=private)
    if file is None or file == "-":
        write_utf8(text)
        return
    path = Path(file)
    write_whole(path, text.encode("utf-8"), "written")
    say(f"Written to {safe(str(path))}.")


_FORMS = ("json", "csv", "ics", "vcf")
# What somebody may hope for by the ending, and would not get.
_OTHER_FORMS = frozenset(
    {"xlsx", "xls", "ods", "numbers", "tsv", "ical", "ifb", "vcard", "pdf", "doc", "docx", "html"}
    | {"xml", "yaml", "yml", "toml", "md", "sql", "db", "sqlite", "zip"}
)


def _form(form: str | None, file: str | None) -> str:
    """The form that was asked for, else the one that the file's ending names."""
    ending = Path(file or "").suffix[1:].casefold()
    if form is None and ending in _OTHER_FORMS:
        # Not JSON for want of better: that has all in it that is private.
        raise BadInput(f"reftrack writes no .{ending}.", "End it in .json, .csv, .ics or .vcf.")
    if form is None:
        return ending if ending in _FORMS else "json"
    chosen = form.casefold()
    if chosen not in _FORMS:
        raise BadInput(
            f"'{chosen[:40]}' is no format to export.", "Say --format json, csv, ics or vcf."
        )
    return chosen


def _exported(here: Here, form: str, outlook: Outlook | None, *, is_private: bool) -> str:
    if form == "json":
        empty = history_json.Document([], [], [])
        return history_json.written(empty if outlook is None else _document(outlook))
    from reftrack.cli.commands import exporting

    if form == "csv":
        return exporting.sheet(outlook, is_private=is_private)
    if form == "vcf":
        return exporting.cards(outlook)
    return exporting.feed(outlook, outlook.now if outlook else here.now(here.zone(None)))


def _document(outlook: Outlook) -> history_json.Document:
    history = outlook.reader.history()
    events = [
        event
        for events in (
            history.book,
            *history.on_referral.values(),
            *history.on_person.values(),
        )
        for event in events
    ]
    return history_json.Document(
        sorted(history.people.values(), key=lambda person: person.id),
        sorted(history.referrals.values(), key=lambda referral: referral.id),
        events,
        # Elsewhere the same deadlines come of it only with the same days.
        str(outlook.terms.calendar.zone),
    )


def import_(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="A spreadsheet (.csv), contacts (.vcf) or a history (.json).",
            show_default=False,
        ),
    ] = None,
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=COLUMN", help='CSV: which column, as source="Referred by".'
        ),
    ] = None,
    dates: Annotated[
        str | None,
        typer.Option("--dates", metavar="ORDER", help="CSV: how its dates are written: dmy, mdy."),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            "--baseline", metavar="DATE", help="CSV: what opened before that day is history."
        ),
    ] = None,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="CSV: record what is probably known already too.")
    ] = False,
    encoding: Annotated[
        str | None,
        typer.Option(
            "--encoding", metavar="NAME", help="Of a file that does not say: cp1252, utf-8."
        ),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be recorded, record nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Add what is new in FILE: referrals from a .csv, people from a .vcf, a history as JSON.

    A spreadsheet is shown first as it was understood, and its good rows are recorded in one step;
    those that are refused go into FILE.rejected.csv.
    """
    path = Path(wanted(file, "Which file", "reftrack import book.json"))
    ending = path.suffix.casefold()
    if ending in _SHEETS:
        # Its parts are many, and only this file needs them.
        from reftrack.cli.commands.importing.asked import Options
        from reftrack.cli.commands.importing.sheet import import_csv

        options = Options(tuple(maps or ()), dates, encoding, baseline, duplicates, dry_run, yes)
        import_csv(ctx.obj, path, options)
        return
    of_sheets = {
        "--map": maps,
        "--dates": dates,
        "--baseline": baseline,
        "--duplicates": duplicates,
    }
    _refuse(of_sheets, "is for a spreadsheet (.csv).")
    if ending in _WORKBOOKS:
        raise Refused(
            f"{short(str(path), 200)} is a workbook.", "Save it as CSV (UTF-8), and import that."
        )
    if ending in (".vcf", ".vcard"):
        from reftrack.cli.commands.importing.cards import import_cards

        import_cards(ctx.obj, path, encoding=encoding, is_dry_run=dry_run, is_sure=yes)
        return
    _refuse({"--encoding": encoding}, "is not for a history in JSON.")
    with Bar() as bar:
        document = history_json.opened(
            _text(path), lambda done, total: bar.show("Looking it over", done, total)
        )
        if dry_run:
            _say_what_is_new(ctx.obj, document)
            return
        people, referrals, events, is_overdue = _recorded(ctx.obj, document, path.name, bar)
    if not people and not referrals and not events:
        say("Nothing in it is new; nothing was recorded.")
        return
    say(f"Imported {people} people, {referrals} referrals and {events} events.")
    if is_overdue:
        say("What is owed now: reftrack due")


def _refuse(options: Mapping[str, object], reason: str) -> None:
    """BadInput where one of these was given."""
    for option, value in options.items():
        if value:
            raise BadInput(f"{option} {reason}", "Leave it out.")


def _say_what_is_new(here: Here, document: history_json.LongDocument) -> None:
    """How much of a history the book has not, by the uids; nothing is recorded."""
    parts = {
        "person": {person.uid for person in document.people},
        "referral": {referral.uid for referral in document.referrals},
        "event": {event.uid for event in document.events()},
    }
    counts = []
    with here.outlook() as outlook:
        for table, uids in parts.items():
            sql = f"SELECT uid FROM live_{table} WHERE uid IN"
            known = outlook.reader.rows_among(sql, uids) if outlook else ()
            counts.append(len(uids - {uid for (uid,) in known}))
        differing = "" if outlook is None else _differing(document, outlook)
    people, referrals, events = counts
    if differing:
        say_aside(differing)
    say(
        f"New in it: {people} people, {referrals} referrals and {events} events.",
        "This was a dry run: nothing was recorded.",
    )


def _recorded(
    here: Here, document: history_json.LongDocument, name: str, bar: Bar
) -> tuple[int, int, int, bool]:
    """How many people, referrals and events were new, and whether anything is overdue."""
    with here.recording(
        "import", begins_a_book=True, is_import=True, home_zone=document.timezone
    ) as desk:
        if not desk.reader.is_blank() and (differing := _differing(document, desk.outlook)):
            desk.asides.append(differing)
        # With the journal comes what writes: half a second of imports.
        from reftrack.store.importing import import_history

        desk.journal.keeper.progress = lambda done, total: bar.show(
            "Working out what is owed", done, total
        )
        if not document.leaves_room and desk.reader.is_blank():
            desk.asides.append("note: numbers too large to go on from: new ones were given.")
        people, referrals, events = import_history(
            desk.journal,
            document.people,
            document.referrals,
            document.events(),
            lambda done: bar.show("Writing", done, document.count, "events"),
            keeps_numbers=document.leaves_room,
        )
        desk.journal.summary.append(
            f"{people} people, {referrals} referrals, {events} events from {name}"
        )
        is_overdue = desk.settled().is_overdue()
    return people, referrals, events, is_overdue


def _differing(document: history_json.LongDocument, outlook: Outlook) -> str:
    """A note where the days of the file are others than those of the book, else nothing."""
    name, zone = document.timezone, outlook.terms.calendar.zone
    if name is None or (is_zone(name) and is_same_zone(ZoneInfo(name), zone)):
        return ""
    return (
        f"note: the days of the file are those of {short(name)}, those of this book are of {zone}:"
        " what is due as a day ends is due at another hour here."
    )


def _text(path: Path) -> str:
    with opened(path) as raw:
        content = raw.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        shown = short(str(path), 200)
        raise Refused(f"{shown} is not UTF-8.", "A history in JSON is.") from None
