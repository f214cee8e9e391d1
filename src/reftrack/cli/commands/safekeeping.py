"""`backup` and `restore`: copies of the book, and the way back to one."""

from __future__ import annotations

import shlex
from datetime import date, tzinfo
from pathlib import Path
from typing import Annotated

import typer

from reftrack.cli.asking import confirmed, wanted
from reftrack.cli.here import Here
from reftrack.cli.lines import Letter, Record, Section
from reftrack.cli.output import is_terminal, safe, say, say_aside
from reftrack.cli.screen import show_facts, show_letter
from reftrack.domain.counting import counted
from reftrack.domain.people import short
from reftrack.domain.times import instant_of
from reftrack.errors import BadInput, NotFound, Refused, StoreError
from reftrack.store.backup import Contents, contents_of, copy_to, replace_by, writable
from reftrack.store.connection import NoBook, explained
from reftrack.store.shelf import BY_HAND
from reftrack.wording import times

_EXAMPLE = "reftrack restore book-of-friday.db"
_EITHER = "The book is as it was or restored, nothing between; see: reftrack undo --list"


def backup(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="Where to; else beside the book.", show_default=False),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="Those that lie beside the book.")] = False,
) -> None:
    """Copy the book, private notes too: whole, checked, readable by you alone."""
    here: Here = ctx.obj
    if list_:
        if file is not None:
            raise BadInput("--list takes no file.", "See: reftrack backup --list")
        _list(here)
        return
    with here.outlook(in_any_zone=True) as outlook:
        if outlook is None:
            raise here.no_book()
    if file is None:
        target = here.shelf.put(BY_HAND, here.now_anywhere())
    else:
        target = Path(file)
        with writable(target):
            _check_target(here, target)
        copy_to(here.settings.db, target, done="backed up")
    say(f"Backed up to {safe(str(target))}: {_counted(contents_of(target))}.")


def _check_target(here: Here, target: Path) -> None:
    """Refused where something else than an earlier backup would be lost."""
    if target.is_dir():
        raise Refused(f"{short(str(target), 200)} is a folder.", "Name a file in it.")
    if not target.exists():
        return
    if target.samefile(here.settings.db):
        raise Refused("that is the book itself.", "Name another file.")
    try:
        contents_of(target)
    except (Refused, StoreError):
        raise Refused(
            f"{short(str(target), 200)} is there, and is no backup of a book.",
            "Name another file, or take it away first.",
        ) from None


def _list(here: Here) -> None:
    now = here.now_anywhere()
    zone = _zone(here)
    records = []
    for path in here.shelf.lying():
        stamp, _, reason = path.stem.partition("-")
        records.append(
            Record(
                "",
                reason.replace("-", " "),
                _made(stamp, zone),
                "",
                shlex.join(["reftrack", "restore", path.name]),
                (),
            )
        )
    count = f"{counted(len(records), 'backup')} in {here.shelf.folder}."
    letter = Letter(times.heading(now, zone), count)
    letter.sections = [Section("THE LAST FIRST", records)] if records else []
    show_letter(letter)


def _zone(here: Here) -> tzinfo:
    """The book's time zone; the system's where no book can tell."""
    try:
        with here.outlook(in_any_zone=True) as outlook:
            if outlook is not None:
                return outlook.terms.calendar.zone
    except StoreError:
        pass  # a list of backups is wanted most where the book is damaged
    return here.zone(None)


def _made(stamp: str, zone: tzinfo) -> str:
    """When it was made: a day, or an instant of it."""
    if len(stamp) == len("20261120"):
        return times.date_of(date.fromisoformat(stamp))
    return times.stamp(instant_of(stamp), zone)


def restore(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="A backup.", show_default=False),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put the book back to what FILE holds. What it replaces is kept among the backups first."""
    here: Here = ctx.obj
    if file is None and not is_terminal():
        raise BadInput("the command does not say which backup.", "See: reftrack backup --list")
    source = _found(here, wanted(file, "Which backup", _EXAMPLE))
    book = here.settings.db
    shown = short(str(source), 200)
    if not source.exists():
        raise NotFound(f"there is no file {shown}.", "See: reftrack backup --list")
    if _is_there(book) and source.is_file() and source.samefile(book):
        raise Refused("that is the book itself.", "Name a backup: reftrack backup --list")
    later = _contents(source)
    if not yes:
        if not is_terminal():
            command = shlex.join(["reftrack", "restore", file or shown, "--yes"])
            raise BadInput("restoring wants a yes.", f"Say it with --yes: {command}")
        show_facts(
            f"The book at {book}",
            [("Now", _present(here)), ("After it", _described(here, later))],
        )
        if not confirmed("Replace it?"):
            say("Nothing was restored.")
            return
    try:
        kept = _replaced(here, source)
    except StoreError as error:
        # A disk can fail between the instant when all is restored and the one when that is known.
        if "SQLITE_IOERR" not in error.message:
            raise
        raise StoreError(error.message, _EITHER) from None
    here.has_recorded = True
    with here.outlook(in_any_zone=True):  # one of an earlier version is brought up to date
        pass
    say(f"Restored from {safe(shown)}: {_counted(contents_of(book))}.")
    if kept is not None:
        say(f"To reverse it: {safe(shlex.join(['reftrack', 'restore', str(kept)]))}")


def _found(here: Here, text: str) -> Path:
    """The file of this name, else the backup beside the book that `backup --list` calls so."""
    source = Path(text)
    beside = here.shelf.folder / source.name
    is_name = source.name == text and not source.exists()
    return beside if is_name and beside.exists() else source


def _contents(source: Path) -> Contents:
    try:
        return contents_of(source)
    except StoreError as error:
        raise StoreError(error.message, "Name another: reftrack backup --list") from None


def _present(here: Here) -> str:
    if not _is_there(here.settings.db):
        return "nothing"
    try:
        return _described(here, contents_of(here.settings.db))
    except (Refused, StoreError) as error:
        return f"not readable: {error.message}"


def _replaced(here: Here, source: Path) -> Path | None:
    """Restores; the backup of what was there, None where there was nothing to be had."""
    book, shelf, now = here.settings.db, here.shelf, here.now_anywhere()
    if not _is_there(book) or book.stat().st_size == 0:
        replace_by(book, source)
        return None
    try:
        contents_of(book)
    except (Refused, NoBook):
        raise Refused(
            f"{book} is no book of reftrack's.",
            "Name yours with --db PATH, or move that file away first.",
        ) from None
    except StoreError as error:
        if not error.is_damage:
            raise
        aside = shelf.replace_damaged(source, now)
        say_aside(f"note: the damaged book is kept as it was in {aside}.")
        return None
    kept: list[Path] = []
    replace_by(book, source, lambda held: kept.append(shelf.put("before-restore", now, held)))
    return kept[0]


def _is_there(book: Path) -> bool:
    """Whether there is a file of this name; StoreError where the system will not say."""
    with explained(book):
        return book.exists()


def _counted(contents: Contents) -> str:
    counts = (
        (contents.people, "person", "people"),
        (contents.referrals, "referral", "referrals"),
        (contents.events, "event", "events"),
    )
    return ", ".join(counted(*each) for each in counts)


def _described(here: Here, contents: Contents) -> str:
    text = _counted(contents)
    if contents.last_at is None:
        return text
    when = times.stamp(contents.last_at, here.zone_to_show(contents.zone))
    return f"{text}; the last command: {contents.last_command}, {when}"


def back_up_for_today(here: Here) -> None:
    """Once a day, after the answer to the first command that recorded; a failure is only told."""
    try:
        here.shelf.put_daily(here.now_anywhere())
    except StoreError as error:
        # The error's own advice is for a command that failed: this one is recorded.
        say_aside(
            f"note: today's backup could not be made: {error.message}",
            "What was recorded is recorded. When there is room for it: reftrack backup",
        )
