"""Dates as spreadsheets write them, in the one form that a file keeps; nothing is guessed by row.

A year of four digits in front, and a month by its name, have one meaning. Three numbers with the
year last are read day first or month first, for the whole file alike. A year of two digits is this
century's and stands last, unless the form says `ymd`; it only counts where that is the one reading
which the whole file allows, or which is asked for, or a header names. Behind dots it stands last.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

# The sign of a form that was asked for.
ASKED_FOR = "as asked for"

ORDERS = ("dmy", "mdy", "ymd")
SPOKEN = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}

# The majority at which the rest counts as mistakes.
_CLEAR = 3
_TEXT_LIMIT = 80
_SERIALS = (20_000, 80_000)

_MONTHS = (
    "january jan januar janvier janv enero ene gennaio gen januari",
    "february feb februar fevrier fevr febrero febbraio februari",
    "march mar marz maerz mars marzo maart mrt mrz",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag mei",
    "june jun juni juin junio giugno giu",
    "july jul juli juillet juil julio luglio lug",
    "august aug aout agosto ago augustus",
    "september sept sep septembre septiembre settembre set",
    "october oct oktober okt octobre octubre ottobre ott",
    "november nov novembre noviembre",
    "december dec dezember dez decembre diciembre dic dicembre",
)
_MONTH = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_TIME = (
    r"(?:(?:t|,? +|, ?| at )(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?(?: ?(?P<half>[ap])\.?m\.?)?"
    r"(?: ?(?P<zone>z|utc|gmt|(?:utc|gmt)? ?[+-]\d{1,2}(?::?\d\d)?)(?: \([a-z ]+\))?| uhr)?)?"
)
_NUMBERS = re.compile(
    r"(?P<one>\d{1,2})(?P<sign>[-/.]| )(?: ?)(?P<two>\d{1,2})(?P=sign)(?: ?)"
    r"(?P<three>\d{4}|\d\d)\.?" + _TIME
)
_YEAR_FIRST = re.compile(
    r"(?P<year>\d{4})(?P<sign>[-/.])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})" + _TIME
)
_COMPACT = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)" + _TIME)
_YEAR = r"(?P<year>\d{4}|'?\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAME = r"(?P<name>[a-z]{3,})\.?"
_NAMED = tuple(
    re.compile(pattern + _TIME)
    for pattern in (
        rf"{_DAY}(?:\.|er)?(?: of| de)?[-/ .]+{_NAME},?(?: de)?[-/ ]+{_YEAR}",
        rf"{_NAME}[- ]+{_DAY}(?:,? |,|-)(?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}})[- ]{_NAME}[- ]{_DAY}",
    )
)
_TOO_FEW = re.compile(
    r"(?=.*\d)(\d{1,2}|[a-z]{3,})(st|nd|rd|th)?[-/., ']+(\d{1,2}|[a-z]{3,}|\d{4})(st|nd|rd|th)?\.?"
)
# Milliseconds since 1970, as programs give them to one another.
_MILLISECONDS = re.compile(r"1\d{12}")
_WEEKDAY = re.compile(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]? +(?=\S)")


class Unreadable(Exception):
    """The reason why a cell is no date of this file, to be said after the cell itself."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, with a time of day where one stands beside it, and with its offset from UTC.

    `stamp` is the same for the same moment in whatever form it was written.
    """

    day: date
    clock: time | None = None
    offset: timezone | None = None

    @property
    def stamp(self) -> str:
        """`2026-11-20`, `2026-11-20T15:00:00`, or with its offset in UTC."""
        if self.clock is None:
            return self.day.isoformat()
        wall = datetime.combine(self.day, self.clock)
        if self.offset is None:
            return wall.isoformat()
        return wall.replace(tzinfo=self.offset).astimezone(UTC).isoformat()

    @property
    def without_time(self) -> Moment:
        """The day alone."""
        return Moment(self.day)


@dataclass(frozen=True)
class Form:
    """The order of a file's numbers; None where no date of it needs one.

    `counts` has how many dates can only be read in each order, `others` the orders that are left
    where nothing decides between them.
    """

    order: str | None = None
    counts: Mapping[str, int] | None = None
    others: tuple[str, ...] = ()
    example: str = ""
    said_by: str = ""


def form_of(cells: Iterable[str], today: date, said: str | None = None) -> Form:
    """The form in which these cells, a file's dates, are written.

    Where nothing decides, or dates contradict one another, `others` names what is possible.
    """
    if said is not None:
        return Form(said, said_by=ASKED_FOR)
    texts: dict[_Parts, str] = {}
    fitting: dict[_Parts, tuple[str, ...]] = {}
    first = 0
    for text in sorted(set(cells)):
        folded = _WEEKDAY.sub("", _folded(text), 1)
        if found := _NUMBERS.fullmatch(folded):
            parts = (found["one"], found["two"], found["three"])
            fitting[parts] = _fitting(parts, found["sign"], today)
            texts.setdefault(parts, text)
        elif _YEAR_FIRST.fullmatch(folded) or _COMPACT.fullmatch(folded):
            first += 1
    if first >= _CLEAR * len(texts):
        return Form("ymd" if first else None)
    return _voted(texts, fitting)


_Parts = tuple[str, str, str]
_PATTERN = re.compile(
    r"(?<![a-z])(d{1,2}|m{1,2}|y{2,4})[-/. ]+(dd?|mm?)[-/. ]+(dd?|y{2,4})(?![a-z])"
)


def form_named(text: str) -> Form | None:
    """The form that a header names, as `Date (dd/mm/yyyy)` does; None where it names none."""
    found = _PATTERN.search(_folded(text))
    order = "".join(part[0] for part in found.groups()) if found else ""
    return Form(order, said_by="as the header says") if order in ORDERS else None


def _voted(texts: Mapping[_Parts, str], fitting: Mapping[_Parts, tuple[str, ...]]) -> Form:
    """The form decided by the dates that can be read in one order only."""
    fits = [orders for orders in fitting.values() if orders]
    counts = Counter(orders[0] for orders in fits if len(orders) == 1)
    doubtful = (text for each, text in texts.items() if len(fitting[each]) > 1)
    example = next((t for t in doubtful if len(set(re.findall(r"[0-9]+", t))) > 1), "")
    if not counts:
        left = tuple(order for order in ORDERS if all(order in orders for orders in fits))
        if len(left) == 1 or not fits:
            return Form(left[0], counts)
        return Form(None, counts, left or ORDERS[:2], example)
    order, most = counts.most_common(1)[0]
    if most >= _CLEAR * (counts.total() - most):
        return Form(order, counts)
    return Form(None, counts, tuple(sorted(counts)), example)


def _fitting(numbers: _Parts, sign: str, today: date) -> tuple[str, ...]:
    """The orders in which these numbers are a date; a two-digit year in front must have come."""
    fitting = []
    for order in ORDERS:
        try:
            day = _dated(numbers, order)
        except ValueError:
            continue
        if order != "ymd" or (day <= today and sign != "."):
            fitting.append(order)
    return tuple(fitting)


def _dated(numbers: _Parts, order: str) -> date:
    """The date in this order; ValueError where there is none."""
    if order == "ymd" and len(numbers[2]) == 4:
        raise ValueError(order)
    part = dict(zip(order, numbers, strict=True))
    year = int(part["y"]) + (2000 if len(part["y"]) == 2 else 0)
    return date(year, int(part["m"]), int(part["d"]))


def read_moment(text: str, form: Form) -> Moment:
    """The moment that a cell says in this form; Unreadable with the reason otherwise."""
    folded = _folded(text)
    if len(text) > _TEXT_LIMIT:
        raise Unreadable("is too long for a date")
    weekday = _WEEKDAY.match(folded)
    if weekday:
        folded = folded[weekday.end() :]
    if serial := re.fullmatch(r"(\d{5})(?:[.,]\d+)?", folded):
        _refuse_serial(int(serial[1]))
    if _MILLISECONDS.fullmatch(folded):
        at = datetime.fromtimestamp(int(folded) // 1000, UTC)
        return Moment(at.date(), at.time(), UTC)
    found = _YEAR_FIRST.fullmatch(folded) or _COMPACT.fullmatch(folded)
    if found:
        day = _date(int(found["year"]), int(found["month"]), int(found["day"]))
    elif found := _NUMBERS.fullmatch(folded):
        day = _in_form((found["one"], found["two"], found["three"]), form)
    else:
        day, found = _by_name(folded)
    if weekday and _DAYS[day.weekday()] != weekday[1]:
        raise Unreadable(f"is not a {weekday[1].capitalize()}: that day is a {day:%A}")
    return Moment(day, *_clock(found))


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(bare.split())


def _in_form(numbers: _Parts, form: Form) -> date:
    order = form.order or "dmy"
    if order == "ymd" and len(numbers[2]) == 4:
        raise Unreadable(
            "is not year first, as the file's other dates are; say whether these are dmy or mdy"
        )
    try:
        return _dated(numbers, order)
    except ValueError:
        pass
    for other in ORDERS:
        try:
            _dated(numbers, other)
        except ValueError:
            continue
        says = form.said_by or "as the file's other dates are"
        raise Unreadable(f"is not {SPOKEN[order]}, {says}")
    raise Unreadable("is a date that does not exist")


def _date(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable("is a date that does not exist") from None


def _by_name(folded: str) -> tuple[date, re.Match[str]]:
    for pattern in _NAMED:
        found = pattern.fullmatch(folded)
        if found and found["name"] in _MONTH:
            year = found["year"].removeprefix("'")
            number = int(year) + (2000 if len(year) == 2 else 0)
            return _date(number, _MONTH[found["name"]], int(found["day"])), found
    if _TOO_FEW.fullmatch(folded):
        raise Unreadable("is not a whole date: a day, a month and a year are wanted")
    raise Unreadable("is not understood as a date")


def _refuse_serial(number: int) -> None:
    low, high = _SERIALS
    if low <= number <= high:
        day = date(1899, 12, 30) + timedelta(number)
        raise Unreadable(
            f"is a spreadsheet's number for a day ({day} if it counts from 1900);"
            " give the column a date format there, and export it again"
        )


def _clock(found: re.Match[str]) -> tuple[time | None, timezone | None]:
    if found["hour"] is None:
        return None, None
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if found["half"]:
        if not 1 <= hour <= 12:
            raise Unreadable("has a time that does not exist")
        hour = hour % 12 + (12 if found["half"] == "p" else 0)
    try:
        clock = time(hour, minute, second)
    except ValueError:
        raise Unreadable("has a time that does not exist") from None
    return clock, _offset(found["zone"])


def _offset(zone: str | None) -> timezone | None:
    if not zone:
        return None
    text = zone.removeprefix("utc").removeprefix("gmt").strip()
    if text in ("", "z"):
        return UTC
    found = re.fullmatch(r"([+-])(\d{1,2})(?::?(\d\d))?", text)
    if found is None or int(found[2]) > 14 or int(found[3] or 0) > 59:
        raise Unreadable("has an offset from UTC that does not exist")
    away = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(-away if found[1] == "-" else away)
