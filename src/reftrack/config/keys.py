"""The table of settings, a row a key: reading, errors, `config` and the docs all use it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from reftrack.config.holidays import is_file, with_files
from reftrack.config.locales import DAY_FIRST, MONTH_FIRST
from reftrack.config.mornings import MORNING, checked_morning
from reftrack.config.zones import zone_named
from reftrack.domain.people import NAME_LIMIT, checked_line, short
from reftrack.domain.spelling import did_you_mean, nearest
from reftrack.errors import BadInput
from reftrack.hints import Hint, command
from reftrack.rules.policy import DAYS, HOURS, checked_span, policy_of, week_of
from reftrack.rules.rulebook import RULEBOOK
from reftrack.rules.terms import RHYTHM, Policy

MOST_BACKUPS = 365


class Key(NamedTuple):
    """A setting: where it stands in the file, what it may be, what it is without one, and why.

    `check` takes what the file says to what the program uses, BadInput where it is wrong; `said`
    takes what was typed to what the file says.
    """

    name: str
    kind: str
    default: object
    check: Callable[[object], object]
    purpose: str
    example: str
    said: Callable[[str], object] = str


def _line(name: str, limit: int, value: object) -> str:
    """One line of text, empty where it is not set."""
    if not isinstance(value, str):
        raise BadInput(f"{name} is not text.", f'Write it in quotes: {name} = "…"')
    return checked_line(value, name, limit) if value.strip() else ""


def _spans(name: str, value: object) -> str:
    """The length of time in the form in which it is written."""
    try:
        return str(checked_span(name, value))
    except BadInput as error:
        raise BadInput(error.message, _span_meant(name, str(value)) or error.hint) from None


# Words for the two units that exist, and for a week; a bare number may be either.
_UNITS = {"": "hd", "h": "h", "hour": "h", "hr": "h", "d": "d", "day": "d", "w": "w", "week": "w"}


def _span_meant(name: str, value: str) -> str:
    """The length of time that was probably meant, in the two units that there are."""
    text = "".join(value.casefold().split())[:12]
    number = text.rstrip("abcdefghijklmnopqrstuvwxyz")
    units = _UNITS.get(text[len(number) :].removesuffix("s"), "")
    if not number.isascii() or not number.isdigit() or not int(number):
        return ""
    count = int(number) * (7 if units == "w" else 1)
    # The rhythm is in days: hours are not what was meant, and a bare number can be.
    units = "".join(u for u in units.replace("w", "d") if u == "d" or name not in RHYTHM)
    meant = " or ".join(f"{count}{unit}" for unit in units if count <= 9999)
    return f"Did you mean {meant}?" if meant else ""


def _off(value: object) -> list[str]:
    """The rules that are off."""
    if not isinstance(value, list):
        raise BadInput("rules off is not a list.", 'Write off = ["return-favour"].')
    policy_of(off=value)
    return value


def _texts(name: str, example: str, value: object) -> list[str]:
    """A list of texts or dates, which has one entry more often than one."""
    if not isinstance(value, list) or not all(isinstance(each, (str, date)) for each in value):
        raise BadInput(f"{name} is not a list of them.", f"Write {example}.")
    return [str(each).strip() for each in value]


def _week_days(value: object) -> list[str]:
    days = [text.casefold()[:3] for text in _texts("week.days", 'days = ["mon", "tue"]', value)]
    week_of(days=days)
    return days


def _week_hours(value: object) -> str:
    week_of(hours=value)
    return str(value)


def _holidays(value: object) -> list[str]:
    """The holidays as they are said; files are read once a deadline in force counts in them."""
    texts = _texts("week.holidays", 'holidays = ["2026-12-25"]', value)
    week_of(holidays=(text for text in texts if not is_file(text)))
    return texts


def _order(value: object) -> str:
    """The order of day and month in figures, empty where it is not set."""
    said = value.strip().casefold() if isinstance(value, str) else value
    if said in ("", DAY_FIRST, MONTH_FIRST):
        return str(said)
    raise BadInput(
        f"dates is neither {DAY_FIRST} nor {MONTH_FIRST}.",
        f"Say {DAY_FIRST} where 20/11 is in November, {MONTH_FIRST} where 11/20 is.",
    )


def _currency(value: object) -> str:
    """The three letters of a currency, empty where it is not set."""
    said = value.strip().upper() if isinstance(value, str) else value
    if said == "" or (isinstance(said, str) and re.fullmatch("[A-Z]{3}", said)):
        return said
    raise BadInput("currency is not the three letters of one.", "Say for example GBP, or EUR.")


def _count(name: str, most: int, value: object) -> int:
    """A whole number up to `most`."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise BadInput(
            f"{name} is not a whole number.", f"Say 0 to {most}, without quotes or a point."
        )
    if not 0 <= value <= most:
        end = 0 if value < 0 else most
        raise BadInput(f"{name} is not between 0 and {most}.", f"The nearest is {end}.")
    return value


def _said_count(text: str) -> object:
    # A text that is no number is left for the check to name.
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 10 else text


def _said_list(text: str) -> list[str]:
    return list(dict.fromkeys(text.replace(",", " ").split()))


def _said_line(text: str) -> str:
    return " ".join(text.split())


def _words(name: str, limit: int, purpose: str, example: str) -> Key:
    check = partial(_line, name, limit)
    return Key(name, "one line of text", "", check, purpose, example, _said_line)


def _span_key(name: str, default: str, purpose: str) -> Key:
    kind = "days: 14d" if name in RHYTHM else "hours or days: 12h, 7d, 8wh, 2wd"
    return Key(f"policy.{name}", kind, default, partial(_spans, name), purpose, default)


_ROWS = (
    Key(
        "timezone",
        "an IANA time zone",
        "",
        zone_named,
        "The time zone of the book, if it is not that of your computer when you began",
        "Europe/London",
    ),
    Key(
        "dates",
        f"{DAY_FIRST} or {MONTH_FIRST}",
        "",
        _order,
        "The order in which you write a day in figures, 20/11 (dmy) or 11/20 (mdy), if it is not"
        " that of your computer's language",
        DAY_FIRST,
    ),
    Key(
        "morning",
        "a time of day: 10:00",
        MORNING,
        checked_morning,
        "When you are through with your morning: what is due before that on the next working day is"
        " to be done today",
        "09:00",
    ),
    Key(
        "currency",
        "three letters",
        "",
        _currency,
        "The currency of what a sale was worth, kept with each amount from then on",
        "GBP",
    ),
    _words("name", NAME_LIMIT, "Your name, as drafts sign it", "Robin Hale"),
    _words("why_me", 500, "Why people choose you, for drafts", "we do what we said"),
    _words("ideal_client", 500, "Whom you help best, for drafts", "owners of older houses"),
    Key(
        "backup.keep",
        f"a number, 0 to {MOST_BACKUPS}",
        7,
        partial(_count, "backup.keep", MOST_BACKUPS),
        "How many automatic backups are kept; with 0 only those before a migration or a restore",
        "7",
        _said_count,
    ),
    Key(
        "rules.off",
        "names of rules",
        [],
        _off,
        "Rules that you do without",
        "return-favour",
        _said_list,
    ),
    Key(
        "week.days",
        "days: mon, tue",
        list(DAYS[:5]),
        _week_days,
        "On which days you work, for deadlines in working time",
        "mon, tue, wed, thu",
        _said_list,
    ),
    Key(
        "week.hours",
        "hours: 09:00-17:00",
        HOURS,
        _week_hours,
        "From when to when you work",
        "08:30-12:00",
    ),
    Key(
        "week.holidays",
        "dates, ranges of dates, calendar files (.ics)",
        [],
        _holidays,
        "When you do not work after all",
        "2026-12-24..2027-01-03",
        _said_list,
    ),
    _span_key(
        "update_every",
        RHYTHM["update_every"],
        "How often a source hears from you while a referral of theirs is live, unless they wished"
        " otherwise",
    ),
    _span_key(
        "follow_up_after",
        RHYTHM["follow_up_after"],
        "When a live referral asks for its next step, after a talk",
    ),
    _span_key(
        "follow_up_after_win",
        RHYTHM["follow_up_after_win"],
        "When a live referral asks for its next step, after the sale",
    ),
    *(_span_key(rule.name, rule.within, f"Opens {rule.when}") for rule in RULEBOOK if rule.within),
)

KEYS: dict[str, Key] = {key.name: key for key in _ROWS}
SECTIONS = {
    "backup": "Copies of the book, for the worst day",
    "rules": "The rulebook as a whole",
    "week": "Your working week: deadlines such as 8wh and 2wd count in it",
    "policy": "How long a courtesy may take: hours (12h) are the clock's, days (7d) the calendar's,"
    " working hours (8wh) and working days (2wd) those of your week",
}


@dataclass(frozen=True)
class ConfiguredValues:
    """The values that a configuration sets, and its faults by key."""

    checked: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, BadInput] = field(default_factory=dict)

    def get(self, name: str) -> Any:
        """The value of this key, or its default."""
        return self.checked.get(name, KEYS[name].default)

    def morning(self) -> time:
        """The hour at which a day's work begins."""
        return time.fromisoformat(self.get("morning"))

    def policy(self, folder: Path) -> Policy:
        """The policy with what is set; what is wrong in it is left out.

        Calendar files of holidays lie in `folder`. They are read only where a deadline in force
        counts in working time; BadInput where one cannot be.
        """
        changes = {
            name.removeprefix("policy."): value
            for name, value in self.checked.items()
            if name.startswith("policy.")
        }
        policy = policy_of(changes, self.get("rules.off"))
        holidays = self.get("week.holidays")
        if policy.is_working:
            holidays = list(with_files(holidays, folder))
        dates = [text for text in holidays if not is_file(text)]
        return replace(policy, week=week_of(self.get("week.days"), self.get("week.hours"), dates))


def values_of(document: Mapping[str, object]) -> ConfiguredValues:
    """The values of a configuration: each key is checked by itself, and nothing is guessed."""
    values = ConfiguredValues()
    for name, value in _flat(document, values.faults):
        key = KEYS.get(name)
        try:
            if key is None:
                raise unknown(name)
            values.checked[name] = _checked(key, value)
        except BadInput as error:
            values.faults[name] = error
    return values


def _checked(key: Key, value: object) -> object:
    if not is_plain(value):
        raise BadInput(f"{key.name} cannot be that.", f"Say {key.kind}. Such as: {key.example}")
    return key.check(value)


def is_plain(value: object) -> bool:
    """True if it is one value or a list of such, which can be named in a message."""
    if isinstance(value, list):
        return not any(isinstance(each, list) for each in value) and all(map(is_plain, value))
    if isinstance(value, int):
        return abs(value) < _LARGEST
    return not isinstance(value, dict)


# Far above whatever can be set, far below what Python refuses to write out.
_LARGEST = 10**18


def _flat(
    document: Mapping[str, object], faults: dict[str, BadInput]
) -> Iterator[tuple[str, object]]:
    """Every value with its dotted key, sections opened."""
    for name, value in document.items():
        if name not in SECTIONS:
            if isinstance(value, dict) and name not in KEYS:
                faults[name] = _unknown_section(name)
            else:
                yield name, value
        elif isinstance(value, dict):
            for inner, each in value.items():
                yield f"{name}.{inner}", each
        else:
            hint = f"Write [{name}] on a line of its own."
            faults[name] = BadInput(f"{name} is not a table.", hint)


def _unknown_section(name: str) -> BadInput:
    sections = ", ".join(f"[{section}]" for section in SECTIONS)
    near = did_you_mean(name, SECTIONS, f"There are {sections}.")
    return BadInput(f"there is no setting or section '{short(name)}'.", near)


def unknown(name: str) -> BadInput:
    """The error for a key that does not exist; it names the nearest one.

    The end of its name is enough for that.
    """
    folded = {key.casefold().replace("_", "-"): key for key in KEYS}
    plain = name.casefold().replace("_", "-")[:80]
    ends = [each for each in folded if each.rpartition(".")[2] == plain]
    near = [plain] if plain in folded else ends or nearest(plain, folded)
    hint: Hint = (command("config"), " lists the settings.")
    if near:
        hint = f"Did you mean {folded[near[0]]}?"
    return BadInput(f"there is no setting '{short(name)}'.", hint)
