"""The commands `export` and `import`, which leave other forms than JSON to other modules."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from reftrack.application import exporting
from reftrack.application.exporting import FORMS
from reftrack.application.files import open_file, write_whole
from reftrack.application.importing import history
from reftrack.cli.answers import say_notes
from reftrack.cli.asking import wanted
from reftrack.cli.command_line import command_text
from reftrack.cli.invocation import Invocation
from reftrack.cli.output import safe, say, write_utf8
from reftrack.cli.progress import Bar
from reftrack.domain.people import short
from reftrack.errors import BadInput, Refused
from reftrack.hints import command

# Endings of spreadsheets that are text, and of those that are not.
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
    here: Invocation = ctx.obj
    chosen = _form(form, file)
    if private and chosen not in ("csv", "json"):
        raise BadInput(f"--private is not for {chosen}.", "Nothing private is ever written there.")
    text = exporting.export(here.session, chosen, command_text, private=private)
    say_notes(here.session)
    if file is None or file == "-":
        write_utf8(text)
        return
    path = Path(file)
    write_whole(path, text.encode("utf-8"), "written")
    say(f"Written to {safe(str(path))}.")


# Endings of forms that reftrack cannot write.
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
        return ending if ending in FORMS else "json"
    chosen = form.casefold()
    if chosen not in FORMS:
        raise BadInput(
            f"'{chosen[:40]}' is no format to export.", "Say --format json, csv, ics or vcf."
        )
    return chosen


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
    path = Path(wanted(file, "Which file", command("import", "book.json")))
    ending = path.suffix.casefold()
    if ending in _SHEETS:
        # Imported here: they are many modules, and only this form needs them.
        from reftrack.application.importing.sheets import Options
        from reftrack.cli.commands.importing.sheet import import_csv

        options = Options(tuple(maps or ()), dates, encoding, baseline, duplicates)
        import_csv(ctx.obj, path, options, is_dry_run=dry_run, is_sure=yes)
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
        from reftrack.cli.commands.importing.cards import import_vcf

        import_vcf(ctx.obj, path, encoding=encoding, is_dry_run=dry_run, is_sure=yes)
        return
    _refuse({"--encoding": encoding}, "is not for a history in JSON.")
    with Bar() as bar:
        document = history.parse_history(_text(path), bar.show)
        if dry_run:
            new = history.new_in(ctx.obj.session, document)
            say_notes(ctx.obj.session)
            say(f"New in it: {new}.", "This was a dry run: nothing was recorded.")
            return
        new = history.import_history(ctx.obj.session, document, path.name, bar.show)
    say_notes(ctx.obj.session)
    if new.is_nothing:
        say("Nothing in it is new; nothing was recorded.")
        return
    say(f"Imported {new}.")
    if new.is_overdue:
        say("What is owed now: reftrack due")


def _refuse(options: Mapping[str, object], reason: str) -> None:
    """Raises BadInput where one of these was given."""
    for option, value in options.items():
        if value:
            raise BadInput(f"{option} {reason}", "Leave it out.")


def _text(path: Path) -> str:
    with open_file(path) as raw:
        content = raw.read()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        shown = short(str(path), 200)
        raise Refused(f"{shown} is not UTF-8.", "A history in JSON is.") from None
