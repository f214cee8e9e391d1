"""A time as people type it: ISO 8601, or plain words that have one meaning only.

What could mean two things is refused, and so is what would have to be guessed:

- `next fri` is the first Friday after today, `last fri` the latest before it;
- `fri` looks back for the past and ahead for the future. Said on a Friday, it is today for the
  past unless its time is still to come (then the week before), and for the future a week on,
  unless its time is still to come (then it is refused). For either it can only be today;
- `nov 20` looks back or ahead likewise, but said on that date it is today or refused. For either
  it is today or the one within 150 days, else refused;
- minutes and hours elapse; days, weeks and months keep the time on the wall, and 31 March less a
  month is the last of February; `m` is minutes, `mo` months;
- a time alone is today's; `3:00` is at night, `12pm` is noon, and `midnight` and `12am` are
  refused, as they could begin a day or end it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal, TypeAlias

from reftrack.domain.times import EARLIEST, LATEST, Calendar
from reftrack.errors import BadInput

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

_CLEARLY_NEARER = timedelta(days=150)
_EXAMPLES = {
    "past": "Say for example: yesterday 15:00, or 2h ago, or nov 20.",
    "future": "Say for example: tomorrow 9am, or in 3 days.",
    "either": "Say for example: next monday, or tomorrow 9am.",
    "day": "Say for example: next monday, or nov 20.",
}


@dataclass(frozen=True, slots=True)
class When:
    """An instant in UTC, to the second.

    `assumption` is a sentence where the local time is skipped or occurs twice, else empty.
    """

    instant: datetime
    assumption: str = ""


def parse_when(
    text: str | datetime,
    *,
    now: datetime,
    zone: tzinfo,
    tense: Tense,
    earliest: datetime | None = None,
    latest: datetime | None = None,
) -> When:
    """The instant that `text` names to somebody in `zone` at `now`.

    A program may give the instant itself; without an offset it is a local time.

    A day without a time is noon, for the past kept between `earliest` and `now` on their own
    dates, and for the future the beginning of that day. The past ends at `latest` where a clock
    that is behind has that ahead of `now`. BadInput where `text` has no meaning or two, names an
    instant on the wrong side of `now`, or, for the past, one before `earliest`.
    """
    if isinstance(text, datetime):
        text = text.isoformat(timespec="seconds")
    words = _words(text, tense)
    kept = earliest.replace(microsecond=0).astimezone(UTC) if earliest else None
    present = now.replace(microsecond=0).astimezone(UTC)
    asked = _Asked(words, present, zone, tense, kept, latest)
    try:
        return asked.answer()
    except ValueError:
        raise _unknown(words, tense) from None
    except OverflowError:
        raise _beyond(words) from None


def day_or_time_ahead(text: str | date, *, now: datetime, zone: tzinfo) -> When | date:
    """The instant ahead that `text` names, or a local date from today on where it has no hour.

    As for an appointment, a next step or a promise. BadInput where it has no meaning or two, or
    names what is over.
    """
    if isinstance(text, datetime):
        return parse_when(text, now=now, zone=zone, tense="future")
    words = _words(str(text), "future")
    asked = _Asked(words, now, zone, "future")
    try:
        day, _ = asked.chosen(_dates(words, asked.today), fits=True)
    except ValueError:  # no day alone
        return parse_when(words, now=now, zone=zone, tense="future")
    if not EARLIEST.year <= day.year < LATEST.year:
        raise _beyond(words)
    if day < asked.today:
        raise BadInput(f"'{words}' is {day}, which is over.", _EXAMPLES["future"])
    return day


def day_understood(text: str, *, now: datetime, zone: tzinfo) -> date:
    """The local date that `text` names; `fri` and `nov 20` look ahead from today.

    BadInput where it has no meaning or two, or has a time of day.
    """
    words = _words(text, "day")
    asked = _Asked(words, now, zone, "future")
    try:
        day, _ = asked.chosen(_dates(words, asked.today), fits=True)
    except ValueError:
        raise _unknown(words, "day") from None
    if not EARLIEST.year <= day.year < LATEST.year:
        raise _beyond(words)
    return day


@dataclass(frozen=True, slots=True)
class _Asked:
    """A text that was typed, with all that its meaning depends on."""

    words: str
    now: datetime
    zone: tzinfo
    tense: Tense
    earliest: datetime | None = None
    latest: datetime | None = None

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

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
            day, other = self.chosen(_dates(words, self.today), fits=fits, tail=tail)
        else:
            day, other = self.today, self.today + timedelta(-1 if self.tense == "past" else 1)
        hint = f"For another day, name it: {other}{tail}." if other else ""
        return self._checked(self._at(day, clock), hint)

    def chosen(self, days: list[date], *, fits: bool, tail: str = "") -> tuple[date, date | None]:
        """The one of `days` that is meant; if that is today and does not fit, another one too."""
        before, after = days[0], days[-1]
        is_weekly = after - before <= timedelta(days=14)
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

    def _checked(self, when: When, hint: str = "") -> When:
        if not EARLIEST <= when.instant < LATEST:
            raise _beyond(self.words)
        shown = f"'{self.words}' is {_plain(when.instant, self.zone)}"
        if not self._is_in_tense(when.instant):
            side = "in the future" if self.tense == "past" else "not in the future"
            raise BadInput(f"{shown}, which is {side}.", hint or _EXAMPLES[self.tense])
        if self.tense == "past" and self.earliest and when.instant < self.earliest:
            received = _plain(self.earliest, self.zone)
            raise BadInput(
                f"{shown}, before the referral was received ({received}).",
                f"Say a time from {received} on.",
            )
        return when


def _words(text: str, kind: str) -> str:
    """`text` in lower case and single blanks, an ISO `T` as a blank."""
    if len(text) > 64 or not (text.isascii() and text.isprintable()):
        message = "A time has at most 64 characters: plain letters, digits and signs."
        raise BadInput(message, _EXAMPLES[kind])
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


def _dates(words: str, today: date) -> list[date]:
    """The date that is named, or the nearest ones before, on and after `today`; ValueError."""
    for pattern, dates in _FORMS:
        if found := re.fullmatch(pattern, words):
            return dates(found, today)
    raise ValueError(words)


def _day_of_week(found: re.Match[str], today: date) -> list[date]:
    since = (today.weekday() - _DAY[found[2]]) % 7
    before, after = today - timedelta(since or 7), today + timedelta(7 - since)
    if found[1] in ("last", "next"):
        return [before if found[1] == "last" else after]
    return [before, after] if since else [before, today, after]


def _day_of_month(found: re.Match[str], today: date) -> list[date]:
    month, day = _MONTH[found["month"]], int(found["day"])
    if found["year"]:
        return [date(int(found["year"]), month, day)]
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
    return BadInput(f"'{words}' is not understood as a time.", _EXAMPLES[kind])


def _beyond(words: str) -> BadInput:
    return BadInput(f"'{words}' is outside the years 1900 to 2199.", "Check the year.")


def _twofold(words: str, one: date, other: date, tail: str) -> BadInput:
    return BadInput(
        f"'{words}' could be {one:%A} {one}{tail} or {other:%A} {other}{tail}.",
        f"Say {one}{tail}, or {other}{tail}.",
    )
