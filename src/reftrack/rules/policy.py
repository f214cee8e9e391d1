"""The policy from what a configuration says of it: changed deadlines, and rules that are off."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from reftrack.domain.people import short
from reftrack.domain.spelling import did_you_mean
from reftrack.domain.times import MINUTES_A_DAY, OFFICE_WEEK, Span, Week, parse_span
from reftrack.errors import BadInput
from reftrack.hints import command
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from reftrack.rules.terms import RHYTHM, Policy


def policy_of(
    changes: Mapping[str, object] | None = None,
    off: Iterable[object] = (),
    week: Week = OFFICE_WEEK,
) -> Policy:
    """The page's defaults with these changes.

    BadInput names a key or rule that does not exist, with the nearest that does, and a value that
    is not a length of time.
    """
    values: dict[str, object] = {rule.name: rule.within for rule in RULEBOOK if rule.within}
    timed = list(values)
    values |= RHYTHM
    for key, value in (changes or {}).items():
        if key not in values:
            raise _unknown("policy", key, values)
        values[key] = value
    spans = {key: checked_span(key, value) for key, value in values.items()}
    for name in off:
        if not isinstance(name, str) or name not in BY_NAME:
            raise _unknown("rule", str(name), BY_NAME)
    return Policy(
        within={name: spans[name] for name in timed},
        update_every=spans["update_every"].days,
        follow_up_after=spans["follow_up_after"].days,
        follow_up_after_win=spans["follow_up_after_win"].days,
        off=frozenset(str(name) for name in off),
        week=week,
    )


def checked_span(key: str, value: object) -> Span:
    """The length of time that this key of the policy is set to; BadInput where it is none."""
    try:
        span = parse_span(str(value))
    except BadInput as error:
        raise BadInput(f"policy {key}: {error.message}", error.hint) from None
    if key in RHYTHM and not span.days:
        raise BadInput(f"policy {key}: '{span}' is not a number of days.", "Say days: 14d.")
    return span


# The working week.

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS = "09:00-17:00"
_HOURS = re.compile(r"(\d?\d):(\d\d)-(\d?\d):(\d\d)")


def week_of(
    days: Iterable[object] = DAYS[:5],
    hours: object = HOURS,
    holidays: Iterable[object] = (),
) -> Week:
    """The working week from its days, its hours, and its holidays: dates, or `first..last`.

    BadInput where no day is left, where the hours do not end after they begin, or where a word is
    none of these.
    """
    begins, ends = _hours(str(hours))
    return Week(_days(days), begins, ends, frozenset(_holidays(holidays)))


def _days(words: Iterable[object]) -> frozenset[int]:
    days = []
    for word in words:
        name = str(word).strip().casefold()[:3]
        if name not in DAYS:
            raise BadInput(f"week.days: '{short(str(word))}' is no day.", f"Say {', '.join(DAYS)}.")
        days.append(DAYS.index(name))
    if not days:
        raise BadInput("week.days: a week needs a working day.", 'Say days = ["mon", "tue"].')
    return frozenset(days)


def _hours(text: str) -> tuple[int, int]:
    """The minutes of the day at which the working hours begin and end."""
    found = _HOURS.fullmatch("".join(text.split()))
    if not found:
        raise BadInput(f"week.hours: '{short(text)}' are no hours.", "Say 09:00-17:00.")
    first, first_minute, last, last_minute = map(int, found.groups())
    begins, ends = 60 * first + first_minute, 60 * last + last_minute
    if max(first_minute, last_minute) > 59 or ends > MINUTES_A_DAY:
        raise BadInput(f"week.hours: '{short(text)}' is no time of a day.", "Say 09:00-17:00.")
    if ends <= begins:
        raise BadInput(
            f"week.hours: '{short(text)}' do not end after they begin.", "Say 09:00-17:00."
        )
    return begins, ends


def _holidays(texts: Iterable[object]) -> Iterator[date]:
    for text in texts:
        first, _, last = str(text).partition("..")
        try:
            day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        except ValueError:
            raise BadInput(
                f"week.holidays: '{short(str(text))}' is no date.",
                "Say 2026-12-25, or 2026-12-24..2027-01-03.",
            ) from None
        if (end - day).days not in range(LONGEST_HOLIDAY):
            raise BadInput(
                f"week.holidays: '{short(str(text))}' does not end within a year of its beginning.",
                "Say 2026-12-24..2027-01-03.",
            )
        yield from (day + timedelta(days=number) for number in range((end - day).days + 1))


LONGEST_HOLIDAY = 366


def _unknown(what: str, name: str, known: Iterable[str]) -> BadInput:
    return BadInput(
        f"there is no {what} '{name[:40]}'.",
        did_you_mean(name, known, (command("rules"), " lists them.")),
    )
