"""The fields of a record of `reftrack.history/2`, and what each may hold."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from reftrack.domain.amounts import is_amount
from reftrack.domain.events import JSON_LIMIT, Event
from reftrack.domain.people import (
    LINE_LIMIT,
    NAME_LIMIT,
    TEXT_LIMIT,
    ContactPoint,
    checked_updates,
    is_name,
    kept_line,
    kept_text,
)
from reftrack.domain.times import EARLIEST, LATEST, text_of
from reftrack.errors import BadInput
from reftrack.rules.rulebook import BY_NAME

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LONE = re.compile("[\ud800-\udfff]")
# A book keeps a file's numbers up to here: those that follow are still numbers of the form.
KEPT_LIMIT = 2**52


class Repeated(dict[str, Any]):
    """A JSON object with repeated keys, of which only the last would be read."""

    def __init__(self, pairs: Sequence[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        keys = [key for key, _ in pairs]
        self.keys_twice = [key for key in self if keys.count(key) > 1]


def object_of(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON from its pairs, `Repeated` where one would hide another."""
    row = dict(pairs)
    return row if len(row) == len(pairs) else Repeated(pairs)


def keys_twice(row: Mapping[str, Any]) -> Sequence[str]:
    """The keys that stand more than once in an object of JSON, as they may stand in a message."""
    return [key[:40] for key in row.keys_twice] if isinstance(row, Repeated) else ()


class Fields:
    """The fields of one record, in the form in which the commands write them.

    A value that breaks the form is noted and read as nothing.
    """

    def __init__(self, path: str, row: dict[str, Any], faults: list[str]) -> None:
        self.path = path
        self.row = row
        self.faults = faults
        self.known: set[str] = set()

    def fault(self, key: str, reason: str) -> None:
        """Notes what is wrong with a field."""
        self.faults.append(f"{self.path}.{key}: {reason}")

    def nothing_else(self) -> None:
        """Notes the fields that no reader asked for, so that none is dropped silently."""
        for key in self.row.keys() - self.known:
            self.fault(str(key)[:40], "unknown")
        for key in keys_twice(self.row):
            self.fault(key, "stands twice")

    def value(self, key: str) -> Any:
        """The value of a field, None where it is missing."""
        self.known.add(key)
        return self.row.get(key)

    def uid(self) -> str:
        """The record's uid; where it has none, one made from its content and number."""
        return self.text("uid", NAME_LIMIT) or _uid_of(self.path.partition("[")[0], self.row)

    def number(self, key: str, known: Iterable[int] | None = None) -> int:
        """A number that has to be there, one of those known."""
        number = self.optional_number(key, known)
        if number is None and self.row.get(key) is None:
            self.fault(key, "missing")
        return number or 0

    def optional_number(self, key: str, known: Iterable[int] | None = None) -> int | None:
        """A number that may be missing."""
        value = self.value(key)
        if value is None:
            return None
        if type(value) is not int or not 0 < value < JSON_LIMIT:
            self.fault(key, "not a whole number from 1 on")
            return None
        if known is not None and value not in known:
            self.fault(key, f"there is no number {value}")
        return value

    def text(self, key: str, limit: int) -> str | None:
        """A text of at most `limit` characters, without blanks around it; one of none is None."""
        return self._said(key, limit, kept_text)

    def line(self, key: str, limit: int = LINE_LIMIT) -> str | None:
        """A text on one line, otherwise as `text`."""
        return self._said(key, limit, kept_line)

    def name(self, key: str) -> str | None:
        """A person's name, which has to be there and must not read as a number."""
        name, value = self.line(key, NAME_LIMIT), self.row.get(key)
        if value is None:
            self.fault(key, "missing")
        elif isinstance(value, str) and kept_text(value) is None:
            self.fault(key, "empty")
        elif name is not None and not is_name(name):
            self.fault(key, "reads as a number or an email: a name has a letter, and no @")
        return name

    def _said(self, key: str, limit: int, kept: Callable[[str], str | None]) -> str | None:
        value = self.value(key)
        return None if value is None else self._checked(key, value, limit, kept)

    def _checked(
        self, key: str, value: object, limit: int, kept: Callable[[str], str | None]
    ) -> str | None:
        """The value as it is stored, if it is text that can be."""
        if not isinstance(value, str):
            self.fault(key, "not text")
        elif "\0" in value or (not value.isascii() and _LONE.search(value)):
            self.fault(key, "holds what is no text")
        elif (text := kept(value)) is not None and len(text) > limit:
            self.fault(key, f"longer than {limit:,} characters")
        else:
            return text
        return None

    def one_of(self, key: str, choices: Iterable[str], *, is_required: bool = False) -> str | None:
        """The value of a field that must be one of these words."""
        value = self.value(key)
        if value is None and not is_required:
            return None
        if not isinstance(value, str) or value not in choices:
            self.fault(key, f"unknown: {json.dumps(value)[:40]}")
            return None
        return value

    def contacts(self, key: str, kind: str) -> list[ContactPoint]:
        """The list of what reaches a person in one way, each a text or an object with its label."""
        rows = self.value(key)
        if rows is None:
            return []
        if not isinstance(rows, list):
            self.fault(key, "not a list")
            return []
        points = []
        for place, row in enumerate(rows):
            fields = Fields(f"{self.path}.{key}[{place}]", _contact(row), self.faults)
            # A postal address has several lines.
            said = fields.text if kind == "address" else fields.line
            value = said("value", LINE_LIMIT)
            if value is None:
                fields.fault("value", "missing")
            else:
                points.append(ContactPoint(kind, value, fields.line("label")))
            fields.nothing_else()
        return points

    def tick(self, key: str) -> bool:
        """A yes or no that may be missing: then it is no."""
        value = self.value(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, "neither true nor false")
        return value is True

    def updates(self) -> str | None:
        """The rhythm in which a source wants news."""
        value = self.text("updates", LINE_LIMIT)
        try:
            return None if value is None else checked_updates(value)
        except BadInput:
            self.fault("updates", "neither milestones, outcome nor a number of days such as 30d")
            return None

    def instant(self, key: str) -> datetime:
        """An instant that has to be there."""
        value = self.value(key)
        instant = _instant(value)
        if instant is None:
            self.fault(key, "not an instant such as 2026-11-20T15:00:00Z from 1900 to 2199")
        return instant or EARLIEST

    def kind_says(self, kind: str, data: Mapping[str, Any]) -> None:
        """Notes details that an event of this kind cannot do without, or cannot have together."""
        if kind == "agreed" and {"at", "on"} <= data.keys():
            self.fault("data.on", "an appointment is at an instant or on a day, not both")
        if kind == "promised" and ("due" in data) == ("on" in data):
            self.fault("data.due", "a promise is due at an instant or on a day, one of the two")
        if kind == "waived" and "rule" not in data:
            self.fault("data.rule", "missing")

    def kind_belongs(self, kind: str, kinds: frozenset[str], subject: str) -> None:
        """Notes a kind of event that cannot happen to its subject."""
        if kind and kind not in kinds:
            self.fault("kind", f"'{kind}' does not happen to {subject}")

    def data(self) -> Mapping[str, Any]:
        """The details of an event, each in form."""
        data = self.value("data")
        if data is None:
            return {}
        if not isinstance(data, dict):
            self.fault("data", "not an object")
            return {}
        before = len(self.faults)
        for key, value in data.items():
            check = DATA.get(key)
            if check is None:
                self.fault(f"data.{str(key)[:40]}", "unknown")
            elif value is not None and not check(value):
                self.fault(f"data.{key}", f"cannot be {json.dumps(value)[:40]}")
            elif isinstance(value, str):
                self._checked(f"data.{key}", value, TEXT_LIMIT, kept_text)
        for key in keys_twice(data):
            self.fault(f"data.{key}", "stands twice")
        return {} if len(self.faults) > before else _kept_data(data)


# The details that are stored as something else than text without blanks around it.
_KEPT: dict[str, Callable[[str], str | None]] = {
    "gift": kept_line,
    "prospect": kept_line,
    **dict.fromkeys(("until", "at", "due"), lambda text: text_of(datetime.fromisoformat(text))),
}


def _kept_data(data: Mapping[str, Any]) -> dict[str, Any]:
    """The details that are valid, as the commands write them, without empty ones."""
    kept = {
        key: _KEPT.get(key, kept_text)(value) if isinstance(value, str) else value
        for key, value in data.items()
    }
    return {key: value for key, value in kept.items() if value is not None}


def _uid_of(section: str, row: Mapping[str, Any]) -> str:
    content = json.dumps([section, row], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def event_known(row: dict[str, Any]) -> Event:
    """An event from a record that is known to be in form, as `Fields` reads it."""
    get = row.get
    return Event(
        row["id"],
        kept_text(get("uid") or "") or _uid_of("events", row),
        datetime.fromisoformat(row["at"]).astimezone(UTC),
        row["kind"],
        get("referral"),
        get("person"),
        get("channel"),
        kept_text(get("note") or ""),
        _kept_data(get("data") or {}),
    )


def _contact(row: object) -> dict[str, Any]:
    return row if isinstance(row, dict) else {"value": row}


def _instant(value: object) -> datetime | None:
    if not isinstance(value, str) or not _INSTANT.fullmatch(value):
        return None
    try:
        instant = datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return instant if EARLIEST <= instant < LATEST else None


def _is_day(value: object) -> bool:
    try:
        return (
            isinstance(value, str)
            and _DAY.fullmatch(value) is not None
            and EARLIEST.year <= date.fromisoformat(value).year < LATEST.year
        )
    except ValueError:
        return False


def _is_instant(value: object) -> bool:
    return _instant(value) is not None


def _is_amount(value: object) -> bool:
    return isinstance(value, str) and is_amount(value)


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_tick(value: object) -> bool:
    return isinstance(value, bool)


# By the key that names it, the kind of an event.
NAMING = {"problem": "problem", "promise": "promised"}

DATA: dict[str, Callable[[object], bool]] = {
    "text": _is_text,
    "gift": _is_text,
    "prospect": _is_text,
    "to": _is_text,
    "fit": lambda value: value in ("good", "poor"),
    "rule": lambda value: value == "all" or (isinstance(value, str) and value in BY_NAME),
    "until": _is_instant,
    "at": _is_instant,
    "due": _is_instant,
    "on": _is_day,
    "from": _is_text,
    "referral": _is_text,
    "promise": _is_text,
    "problem": _is_text,
    "news": _is_tick,
    "value": _is_amount,
    "currency": _is_text,
    "agreed": _is_tick,
    "delivered": _is_tick,
    "happy": _is_tick,
    "busy_until": _is_day,
}
