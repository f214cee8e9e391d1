"""Holidays out of calendar files (.ics): the days of their events, and how a file has changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from reftrack.errors import BadInput

ICS = ".ics"

# Far above every calendar of holidays, far below what takes long.
_LARGEST = 5_000_000

# The icalendar library reads all of this, and takes longer to load than a whole `due`: of a file
# of holidays nothing but the days of its events matters.
_BEGIN_OR_END = re.compile(r"(BEGIN|END):VEVENT\s*", re.IGNORECASE)
_DAY = re.compile(r"(DTSTART|DTEND)(?:;[^:]*)?:(\d{4})(\d\d)(\d\d)(T\d{6}Z?)?\s*", re.IGNORECASE)
_REPEATS = re.compile(r"(RRULE|RDATE)[;:]", re.IGNORECASE)


def is_file(text: str) -> bool:
    """True for the name of a calendar file among dates."""
    return text.casefold().endswith(ICS)


def with_files(texts: Iterable[str], folder: Path) -> Iterator[str]:
    """The dates and ranges, with those of the files in place of their names.

    A file that is not named in full lies in `folder`. BadInput where one cannot be read, or says
    what this does not understand.
    """
    for text in texts:
        if is_file(text):
            yield from _ranges_in(path_of(text, folder))
        else:
            yield text


def path_of(text: str, folder: Path) -> Path:
    """The path of a calendar file that the configuration in `folder` names."""
    return folder / Path(text).expanduser()


def signs_of(texts: Iterable[str], folder: Path) -> str:
    """The size and the time of each of the files: another text once one of them has changed."""
    found = []
    for text in filter(is_file, texts):
        try:
            status = path_of(text, folder).stat()
        except (OSError, ValueError):
            found.append("-")
        else:
            found.append(f"{status.st_size}/{status.st_mtime_ns}")
    return ",".join(found)


def _ranges_in(path: Path) -> Iterator[str]:
    """The days of each event of the file, as `first..last`."""
    is_event = False
    begins: date | None = None
    ends: date | None = None
    for line in _lines_of(path):
        if edge := _BEGIN_OR_END.fullmatch(line):
            is_event = edge[1].upper() == "BEGIN"
            if begins is not None:
                last = begins if ends is None else max(begins, ends)
                yield f"{begins}..{last}"
            begins = ends = None
        elif not is_event:
            continue  # a time zone has days and repetitions of its own
        elif _REPEATS.match(line):
            raise _not_understood(path, "holds an event that repeats itself")
        elif found := _DAY.fullmatch(line):
            day = _date_of(path, found)
            if found[1].upper() == "DTSTART":
                begins = day
            else:
                # The end of a day is not in it; that of an hour is.
                ends = day if found[5] else day - timedelta(days=1)


def _date_of(path: Path, found: re.Match[str]) -> date:
    try:
        return date(int(found[2]), int(found[3]), int(found[4]))
    except ValueError:
        raise _not_understood(path, "holds a day that there is not") from None


def _lines_of(path: Path) -> list[str]:
    """The lines of a calendar file, those that were folded whole again."""
    try:
        if path.stat().st_size > _LARGEST:
            raise _not_understood(path, "is too large for a calendar of holidays")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        raise BadInput(
            f"week.holidays: {path} cannot be read: {reason}.",
            "Name a calendar file (.ics), or the dates themselves.",
        ) from None
    lines = re.sub(r"\r?\n[ \t]", "", text).splitlines()
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise _not_understood(path, "is no calendar file")
    return lines


def _not_understood(path: Path, reason: str) -> BadInput:
    return BadInput(
        f"week.holidays: {path} {reason}.",
        "Export the holidays as single days, or write their dates into the configuration.",
    )
