"""A time as people type it: ISO 8601, or plain words that have one meaning only.

What could mean two things is refused, and so is what would have to be guessed:

- `next fri` is the first Friday after today, `last fri` the latest before it;
- `fri` looks back for the past and ahead for the future. Said on a Friday, it is today for the
  past unless its time is still to come (then the week before), and for the future a week on,
  unless its time is still to come (then it is refused). For either it can only be today;
- `nov 20` looks back or ahead likewise, but said on that date it is today or refused. For either
  it is today or the one within 150 days, else refused;
- `20/11`, `20.11.` and `20/11/2026` are day and month in the order that the user writes them in;
  without one, and where both orders give a date, they are refused;
- minutes and hours elapse; days, weeks and months keep the time on the wall, and 31 March less a
  month is the last of February; `m` is minutes, `mo` months;
- a time alone is today's; `3:00` is at night, `12pm` is noon, and `midnight` and `12am` are
  refused, as they could begin a day or end it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, TypeAlias

from reftrack.domain.times import EARLIEST, LATEST, Calendar
from reftrack.errors import BadInput
from reftrack.hints import command

Tense = Literal["past", "future", "either"]
# When something happened: an instant, words for one, or None for now.
Moment: TypeAlias = "datetime | str | None"

_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_DAY = {form: n for n, name in enumerate(_DAYS.split()) for form in (name, name[:3])}
_DAY |= {"tues": 1, "thur": 3, "thurs": 3}
_MONTHS = "january february march april may june july august september october november december"
_MONTH = {form: n for n, name in enumerate(_MONTHS.split(), 1) for form in (name, name[:3])}
_MONTH |= {"sept": 9}
_NAMED = {"yesterday": -1, "today": 0, "tomorrow": 1}

_EXACT = (
    r"(\d{4}-\d\d-\d\d) ((?:[01]\d|2[0-3]):[0-5]\d(?::\d\d)?)"
    r" ?(z|[+-]\d\d(?::?[0-5]\d|:[0-5]\d:[0-5]\d)?)"
)
_CLOCK = (
    r"(?:at )?(?:(?P<word>noon|midnight)|(?=\d+(?::| ?[ap]m))"
    r"(?P<hour>\d{1,2})(?::(?P<minute>\d\d)(?::(?P<second>\d\d))?)?(?: ?(?P<half>[ap]m))?)"
)
_PARTS = rf"(?:(?P<before>.+?) )??{_CLOCK}(?: (?P<after>.+))?"
_AWAY = r"(in )?(?:(\d{1,4}) ?|an? )(%s)(?(1)| ago)"
_ELAPSED = _AWAY % "m|mins?|minutes?|h|hrs?|hours?"
_SPAN = _AWAY % "d|days?|w|wks?|weeks?|mo|months?"
_NUMBER = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_NAME = rf"(?P<month>{'|'.join(_MONTH)})"
_YEAR = r"(?:,? (?P<year>\d{4}))?"
# A day and a month in figures; `20.11` without its last point is as well a time of day.
_FIGURES = r"(?:on )?(\d{1,2})(?:/(\d{1,2})(?:/(\d{4}))?|\.(\d{1,2})\.(\d{4})?)"

_MONTHS_OF_A_YEAR = 12
_FORTNIGHT = timedelta(days=14)
_CLEARLY_NEARER = timedelta(days=150)
EXAMPLES = {
    "past": "Say for example: yesterday 15:00, or 2h ago, or nov 20.",
    "future": "Say for example: tomorrow 9am, or in 3 days.",
    "either": "Say for example: next monday, or tomorrow 9am.",
    "day": "Say for example: next monday, or nov 20.",
}


@dataclass(frozen=True, slots=True)
class When:
    """An instant in UTC, to the second.

    `assumption` is a sentence where the local time is skipped or occurs twice, else empty. `twice`
    has both days where something past was said to be on a day that comes again, such as `fri`.
    """

    instant: datetime
    assumption: str = ""
    twice: EitherSide | None = None


@dataclass(frozen=True, slots=True)
class EitherSide:
    """A day that was named without its week or year: the latest and the next, as they are typed.

    `said` is the one before in words. A day `is_weekly` or of a year; it `leans_ahead` where the
    one after is nearer.
    """

    words: str
    before: str
    after: str
    said: str
    is_weekly: bool
    leans_ahead: bool


class NotPast(BadInput):
    """The error for what is said to have happened and cannot have: `day` ahead is to be typed.

    `is_ahead` is off where the words could have been a past day, but for the receipt.
    """

    def __init__(self, message: str, hint: str, day: str, *, is_ahead: bool) -> None:
        super().__init__(message, hint)
        self.day, self.is_ahead = day, is_ahead


def parse_when(
    text: str | datetime,
    *,
    now: datetime,
    zone: tzinfo,
    tense: Tense,
    earliest: datetime | None = None,
    latest: datetime | None = None,
    order: str | None = None,
) -> When:
    """The instant that `text` names to somebody in `zone` at `now`.

    A program may give the instant itself; without an offset it is a local time. `order` is the one
    of day and month in figures, `dmy` or `mdy`.

    A day without a time is noon, for the past kept between `earliest` and `now` on their own
    dates, and for the future the beginning of that day. The past ends at `latest` where a clock
    that is behind has that ahead of `now`. BadInput where `text` has no meaning or two, names an
    instant on the wrong side of `now` (NotPast where it should be past), or, for the past, one
    before `earliest`.
    """
    if isinstance(text, datetime):
        text = text.isoformat(timespec="seconds")
    words = _words(text, tense)
    kept = earliest.replace(microsecond=0).astimezone(UTC) if earliest else None
    present = now.replace(microsecond=0).astimezone(UTC)
    asked = _Asked(words, present, zone, tense, kept, latest, order)
    try:
        return asked.answer()
    except ValueError:
        raise _unknown(words, tense) from None
    except OverflowError:
        raise _beyond(words) from None


def day_or_time_ahead(
    text: str | date, *, now: datetime, zone: tzinfo, order: str | None = None
) -> When | date:
    """The instant ahead that `text` names, or a local date from today on where it has no hour.

    As for an appointment, a next step or a promise. BadInput where it has no meaning or two, or
    names what is over.
    """
    if isinstance(text, datetime):
        return parse_when(text, now=now, zone=zone, tense="future")
    words = _words(str(text), "future")
    asked = _Asked(words, now, zone, "future", order=order)
    try:
        day = asked.day_alone()
    except ValueError:  # no day alone
        return parse_when(words, now=now, zone=zone, tense="future", order=order)
    except OverflowError:
        raise _beyond(words) from None
    if day < asked.today:
        raise BadInput(f"'{words}' is {day}, which is over.", EXAMPLES["future"])
    return day


def day_understood(text: str, *, now: datetime, zone: tzinfo, order: str | None = None) -> date:
    """The local date that `text` names; `fri` and `nov 20` look ahead from today.

    BadInput where it has no meaning or two, or has a time of day.
    """
    words = _words(text, "day")
    try:
        return _Asked(words, now, zone, "future", order=order).day_alone()
    except ValueError:
        raise _unknown(words, "day") from None


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text that was typed, with all that its meaning depends on."""

    words: str
    now: datetime
    zone: tzinfo
    tense: Tense
    earliest: datetime | None = None
    latest: datetime | None = None
    order: str | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    def day_alone(self) -> date:
        """The date that is named; ValueError where the words are none, or have a time of day."""
        day, _ = self.chosen(self._dates(self.words), fits=True)
        if not EARLIEST.year <= day.year < LATEST.year:
            raise _beyond(self.words)
        return day

    def _dates(self, words: str, tail: str = "") -> list[date]:
        """The date that is named, or the nearest ones before, on and after today; ValueError."""
        if figures := re.fullmatch(_FIGURES, words):
            return self._in_figures(figures, tail)
        for pattern, dates in _FORMS:
            if found := re.fullmatch(pattern, words):
                return dates(found, self.today)
        raise ValueError(words)

    def _in_figures(self, figures: re.Match[str], tail: str) -> list[date]:
        """The dates of a day and a month in the order in which the user writes them; ValueError.

        In the other order where only that gives one.
        """
        one, other = int(figures[1]), int(figures[2] or figures[4])
        said = figures[3] or figures[5]
        year = int(said) if said else None
        found: dict[str, list[date]] = {}
        for order, (day, month) in {"dmy": (one, other), "mdy": (other, one)}.items():
            with suppress(ValueError):
                found[order] = _days_of_year(day, month, year, self.today)
        if self.order in found:
            return found[self.order]
        readings = list(found.values())
        if not readings:
            raise ValueError(self.words)
        if readings[0] != readings[-1]:
            names = [f"{days[0].day} {days[0]:%b}{f' {year}' if year else ''}" for days in readings]
            raise BadInput(
                f"'{self.words}' could be {names[0]} or {names[1]}.",
                (
                    f"Say {names[0]}{tail}, or {names[1]}{tail}; or for good: ",
                    command("config", "set", "dates", "dmy"),
                    " (or mdy).",
                ),
            )
        return readings[0]

    def answer(self) -> When:
        if self.words == "now":
            return self._checked(When(self.now))
        if exact := re.fullmatch(_EXACT, self.words):
            stamp = f"{exact[1]}T{exact[2]}{exact[3].upper()}"
            return self._checked(When(datetime.fromisoformat(stamp).astimezone(UTC)))
        if away := re.fullmatch(_ELAPSED, self.words):
            minutes = _count(away) * (1 if away[3][0] == "m" else 60)
            return self._checked(When(self.now + timedelta(minutes=minutes)))
        words, clock = _parted(self.words)
        if clock is None and re.fullmatch(_SPAN, words):
            clock = self.now.astimezone(self.zone).time()
        tail = "" if clock is None else f" {clock:%H:%M}"
        if words or clock is None:
            fits = self._is_in_tense(self._at(self.today, clock).instant)
            days = self._dates(words, tail)
            day, other = self.chosen(days, fits=fits, tail=tail)
        else:
            days = [self.today]
            day, other = self.today, self.today + timedelta(-1 if self.tense == "past" else 1)
        hint = f"For another day, name it: {other}{tail}." if other else ""
        when = self._at(day, clock)
        if self.tense != "past":
            return self._checked(when, hint)
        return self._checked(
            replace(when, twice=self._twice(day, days, tail)), hint, f"{day}{tail}"
        )

    def _twice(self, day: date, days: list[date], tail: str) -> EitherSide | None:
        """Both days where `day`, which is past, was named in a way that fits one ahead as well."""
        if day >= self.today or len(days) == 1:
            return None
        after = next(each for each in days if each >= self.today)
        is_weekly = days[-1] - days[0] <= _FORTNIGHT
        shown = f"last {day:%A}, the {_ordinal(day.day)}" if is_weekly else f"{day.day} {day:%B %Y}"
        return EitherSide(
            words=self.words,
            before=f"{day}{tail}",
            after=f"{after}{tail}",
            said=f"{shown}{tail and f',{tail}'}",
            is_weekly=is_weekly,
            leans_ahead=after - self.today < self.today - day,
        )

    def chosen(self, days: list[date], *, fits: bool, tail: str = "") -> tuple[date, date | None]:
        """The one of `days` that is meant; if that is today and does not fit, another one too."""
        before, after = days[0], days[-1]
        is_weekly = after - before <= _FORTNIGHT
        if len(days) == 1:
            return before, None
        if self.today in days:
            if self.tense == "either" or (fits and not (self.tense == "future" and is_weekly)):
                return self.today, None
            if not is_weekly:
                return self.today, before if self.tense == "past" else after
            if fits:
                raise _twofold(self.words, self.today, after, tail)
        if self.tense != "either":
            return before if self.tense == "past" else after, None
        nearest = min(before, after, key=lambda day: abs(day - self.today))
        if is_weekly or abs(nearest - self.today) > _CLEARLY_NEARER:
            raise _twofold(self.words, before, after, tail)
        return nearest, None

    def _at(self, day: date, clock: time | None) -> When:
        calendar = Calendar(self.zone)
        if clock is None and self.tense == "future":
            return When(calendar.midnight(day))
        when = _local(datetime.combine(day, clock or time(12)), self.zone)
        if clock is not None or self.tense == "either":
            return when
        kept = when.instant
        if day == self.today:
            kept = min(kept, self.now)
        # After the other: of a clock that is behind, even `now` is too early.
        if self.earliest and day == calendar.date_of(self.earliest):
            kept = max(kept, self.earliest)
        return when if kept == when.instant else When(kept)

    def _is_in_tense(self, instant: datetime) -> bool:
        if self.tense == "past":
            return instant <= max(self.now, self.latest or self.now)
        return self.tense == "either" or instant > self.now

    def _checked(self, when: When, hint: str = "", typed: str = "") -> When:
        """The instant, if it may be meant; `typed` is how to type it, `hint` what else to say."""
        if not EARLIEST <= when.instant < LATEST:
            raise _beyond(self.words)
        shown = f"'{self.words}' is {_plain(when.instant, self.zone)}"
        if not self._is_in_tense(when.instant):
            hint = hint or EXAMPLES[self.tense]
            if self.tense == "future":
                raise BadInput(f"{shown}, which is not in the future.", hint)
            day = typed or _plain(when.instant, self.zone)
            raise NotPast(f"{shown}, which is in the future.", hint, day, is_ahead=True)
        if self.tense == "past" and self.earliest and when.instant < self.earliest:
            received = _plain(self.earliest, self.zone)
            message = f"{shown}, before the referral was received ({received})."
            hint = f"Say a time from {received} on."
            if when.twice is not None:
                raise NotPast(message, hint, when.twice.after, is_ahead=False)
            raise BadInput(message, hint)
        return when


def _words(text: str, kind: str) -> str:
    """`text` in lower case and single blanks, an ISO `T` as a blank."""
    if len(text) > 64 or not (text.isascii() and text.isprintable()):
        message = "A time has at most 64 characters: plain letters, digits and signs."
        raise BadInput(message, EXAMPLES[kind])
    return re.sub(r"^(\d{4}-\d\d-\d\d)t(?=\d\d:)", r"\1 ", " ".join(text.lower().split()))


def _parted(words: str) -> tuple[str, time | None]:
    """The words for the day, and the time of day before or after them."""
    found = re.fullmatch(_PARTS, words)
    if not found or (found["before"] and found["after"]):
        return words, None
    day = found["before"] or found["after"] or ""
    if found["word"] == "noon":
        return day, time(12)
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    if found["word"] or (hour, minute, found["half"]) == (12, 0, "am"):
        raise BadInput(
            f"'{words}' could be where a day begins or where it ends.",
            "Say 00:00 and the day that it begins: today 00:00, or tomorrow 00:00.",
        )
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(words)
        hour = hour % 12 + (12 if found["half"] == "pm" else 0)
    return day, time(hour, minute, second)


def _day_of_week(found: re.Match[str], today: date) -> list[date]:
    since = (today.weekday() - _DAY[found[2]]) % 7
    before, after = today - timedelta(since or 7), today + timedelta(7 - since)
    if found[1] in ("last", "next"):
        return [before if found[1] == "last" else after]
    return [before, after] if since else [before, today, after]


def _day_of_month(found: re.Match[str], today: date) -> list[date]:
    year = int(found["year"]) if found["year"] else None
    return _days_of_year(int(found["day"]), _MONTH[found["month"]], year, today)


def _days_of_year(day: int, month: int, year: int | None, today: date) -> list[date]:
    """The date of this year, or the nearest ones of any; ValueError where there is none."""
    if year is not None:
        return [date(year, month, day)]
    if not 1 <= month <= _MONTHS_OF_A_YEAR:
        raise ValueError(month)
    years = range(today.year - 8, today.year + 9)  # 29 February can be eight years away.
    days = [date(year, month, day) for year in years if day <= _length(year, month)]
    before, after = max(d for d in days if d < today), min(d for d in days if d > today)
    return [before, today, after] if today in days else [before, after]


def _span(found: re.Match[str], today: date) -> list[date]:
    count, unit = _count(found), found[3]
    if not unit.startswith("mo"):
        return [today + timedelta(count * (7 if unit[0] == "w" else 1))]
    # Imported here: only months need it, and the import takes as long as a query.
    from dateutil.relativedelta import relativedelta

    return [today + relativedelta(months=count)]


_FORMS: tuple[tuple[str, Callable[[re.Match[str], date], list[date]]], ...] = (
    (r"(?:on )?(\d{4}-\d\d-\d\d)", lambda found, _: [date.fromisoformat(found[1])]),
    ("|".join(_NAMED), lambda found, today: [today + timedelta(_NAMED[found[0]])]),
    (rf"(?:(last|next|on) )?({'|'.join(_DAY)})", _day_of_week),
    (rf"(?:on )?{_NAME} {_NUMBER}{_YEAR}", _day_of_month),
    (rf"(?:on )?{_NUMBER}(?: of)? {_NAME}{_YEAR}", _day_of_month),
    (_SPAN, _span),
)


def _count(away: re.Match[str]) -> int:
    """The number of units from now, negative for the past."""
    return int(away[2] or 1) * (1 if away[1] else -1)


def _ordinal(number: int) -> str:
    """`27th`, as a day of a month is said."""
    ending = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _length(year: int, month: int) -> int:
    """The number of days in the month."""
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(1)).day


def _local(wall: datetime, zone: tzinfo) -> When:
    """The instant at which the clocks of `zone` show `wall`, with what had to be assumed."""
    instant = Calendar(zone).instant(wall)
    second = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall:
        taken = _shown(instant, zone)
        return When(instant, f"The clocks skip {wall:%Y-%m-%d %H:%M}; taken as {taken}.")
    if instant == second:
        return When(instant)
    both = f"the first, {_shown(instant, zone)}, not {_shown(second, zone)}"
    return When(instant, f"The clocks show {wall:%Y-%m-%d %H:%M} twice; taken as {both}.")


def _plain(instant: datetime, zone: tzinfo) -> str:
    """The instant as it may be typed again."""
    local = instant.astimezone(zone).replace(tzinfo=None)
    return local.isoformat(sep=" ", timespec="seconds" if local.second else "minutes")


def _shown(instant: datetime, zone: tzinfo) -> str:
    local = instant.astimezone(zone)
    return local.isoformat(sep=" ", timespec="seconds" if local.second else "minutes")


def _unknown(words: str, kind: str) -> BadInput:
    return BadInput(f"'{words}' is not understood as a time.", EXAMPLES[kind])


def _beyond(words: str) -> BadInput:
    return BadInput(f"'{words}' is outside the years 1900 to 2199.", "Check the year.")


def _twofold(words: str, one: date, other: date, tail: str) -> BadInput:
    return BadInput(
        f"'{words}' could be {one:%A} {one}{tail} or {other:%A} {other}{tail}.",
        f"Say {one}{tail}, or {other}{tail}.",
    )
