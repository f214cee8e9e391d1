"""In and out: the whole book as JSON, and the doors to the other forms."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reftrack.cli.asking import wanted
from reftrack.cli.files import write_whole
from reftrack.cli.here import Here
from reftrack.cli.output import safe, say, write_utf8
from reftrack.domain.people import short
from reftrack.errors import BadInput, NotFound, Refused
from reftrack.exchange import history_json
from reftrack.store.outlook import Outlook
from reftrack.store.reader import Reader


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
    write_whole(path, text.encode("utf-8"))
    say(f"Written to {safe(str(path))}.")


_FORMS = ("json", "csv", "ics", "vcf")


def _form(form: str | None, file: str | None) -> str:
    """The form that was asked for, else the one that the file's ending names."""
    ending = Path(file).suffix[1:].casefold() if file is not None else ""
    chosen = form.casefold() if form is not None else ending if ending in _FORMS else "json"
    if chosen not in _FORMS:
        raise BadInput(
            f"'{chosen[:40]}' is no format to export.", "Say --format json, csv, ics or vcf."
        )
    return chosen


def _exported(here: Here, form: str, outlook: Outlook | None, *, is_private: bool) -> str:
    if form == "json":
        empty = history_json.Document([], [], [])
        return history_json.written(empty if outlook is None else _document(outlook.reader))
    from reftrack.cli.commands import exporting

    if form == "csv":
        return exporting.sheet(outlook, is_private=is_private)
    if form == "vcf":
        return exporting.cards(outlook)
    return exporting.feed(outlook, outlook.now if outlook else here.now(here.zone(None)))


def _document(reader: Reader) -> history_json.Document:
    history = reader.history()
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
        sorted(events, key=lambda event: event.id),
    )


def import_(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE", help="A history in JSON, or contacts in a .vcf.", show_default=False
        ),
    ] = None,
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
    """Add what is new in FILE: a history as JSON, or the people of a .vcf."""
    name = wanted(file, "Which file", "reftrack import book.json")
    if Path(name).suffix.casefold() in (".vcf", ".vcard"):
        from reftrack.cli.commands.importing_vcf import import_cards

        import_cards(ctx.obj, Path(name), encoding=encoding, is_dry_run=dry_run, is_sure=yes)
        return
    for option, value in {"--encoding": encoding, "--dry-run": dry_run}.items():
        if value:
            raise BadInput(f"{option} is not for a history in JSON.", "Leave it out.")
    document = history_json.read(_text(Path(name)))
    with ctx.obj.recording("import", begins_a_book=True, is_import=True) as desk:
        # With the journal comes what writes: half a second of imports.
        from reftrack.store.importing import import_history

        people, referrals, events = import_history(
            desk.journal, document.people, document.referrals, document.events
        )
        desk.journal.summary.append(
            f"{people} people, {referrals} referrals, {events} events from {Path(name).name}"
        )
        overdue = [
            status
            for _, status in desk.settled().stand(desk.settled().open_courtesies(desk.now))
            if status == "overdue"
        ]
    if not people and not referrals and not events:
        say("Nothing in it is new; nothing was recorded.")
        return
    say(f"Imported {people} people, {referrals} referrals and {events} events.")
    if overdue:
        say("What is owed now: reftrack due")


def _text(path: Path) -> str:
    shown = short(str(path), 200)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise NotFound(f"there is no file {shown}.", "Check its name.") from None
    except UnicodeDecodeError:
        raise Refused(f"{shown} is not UTF-8.", "A history in JSON is.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is none"
        raise Refused(f"{shown} cannot be read: {reason}.", "Check it, or name another.") from None
