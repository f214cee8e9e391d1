"""The fields of a record of `reftrack.history/1`, and what each may hold."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from reftrack.domain.events import Event
from reftrack.domain.people import (
    LINE_LIMIT,
    NAME_LIMIT,
    TEXT_LIMIT,
    checked_updates,
)
from reftrack.domain.times import EARLIEST, LATEST
from reftrack.errors import BadInput
from reftrack.rules.rulebook import BY_NAME

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_LONE = re.compile("[\ud800-\udfff]")
# What other readers of JSON still take as a whole number; far below what SQLite can count to.
_NUMBER_LIMIT = 2**53


class Fields:
    """The fields of one record; a value that breaks the form is noted and read as nothing."""

    def __init__(self, path: str, row: dict[str, Any], faults: list[str]) -> None:
        self.path = path
        self.row = row
        self.faults = faults
        self.known: set[str] = set()

    def fault(self, key: str, reason: str) -> None:
        """Notes what is wrong with a field."""
        self.faults.append(f"{self.path}.{key}: {reason}")

    def nothing_else(self) -> None:
        """Notes the fields that no reader asked for: nothing is dropped without a word."""
        for key in self.row.keys() - self.known:
            self.fault(str(key)[:40], "unknown")

    def value(self, key: str) -> Any:
        """What stands in a field, None where it is missing."""
        self.known.add(key)
        return self.row.get(key)

    def uid(self) -> str:
        """The record's uid; one without gets a uid from its content and number."""
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
        if type(value) is not int or not 0 < value < _NUMBER_LIMIT:
            self.fault(key, "not a whole number from 1 on")
            return None
        if known is not None and value not in known:
            self.fault(key, f"there is no number {value}")
        return value

    def text(self, key: str, limit: int, *, is_required: bool = False) -> str | None:
        """A text of at most `limit` characters."""
        value = self.value(key)
        if value is None:
            if is_required:
                self.fault(key, "missing")
            return None
        return self.checked(key, value, limit, is_required=is_required)

    def checked(self, key: str, value: object, limit: int, *, is_required: bool) -> str | None:
        """The value where it is text that can be kept."""
        if not isinstance(value, str):
            self.fault(key, "not text")
        elif "\0" in value or (not value.isascii() and _LONE.search(value)):
            self.fault(key, "holds what is no text")
        elif len(value) > limit:
            self.fault(key, f"longer than {limit:,} characters")
        elif is_required and not value.strip():
            self.fault(key, "empty")
        else:
            return value
        return None

    def one_of(self, key: str, choices: Iterable[str], *, is_required: bool = False) -> str | None:
        """One of these words."""
        value = self.value(key)
        if value is None and not is_required:
            return None
        if not isinstance(value, str) or value not in choices:
            self.fault(key, f"unknown: {json.dumps(value)[:40]}")
            return None
        return value

    def updates(self) -> str | None:
        """How often a source wants news."""
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

    def kind_belongs(self, kind: str, kinds: frozenset[str], subject: str) -> None:
        """Notes a kind that does not happen to its subject."""
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
        for key, value in data.items():
            check = _DATA.get(key)
            if check is None:
                self.fault(f"data.{str(key)[:40]}", "unknown")
            elif value is not None and not check(value):
                self.fault(f"data.{key}", f"cannot be {json.dumps(value)[:40]}")
            elif isinstance(value, str):
                self.checked(f"data.{key}", value, TEXT_LIMIT, is_required=False)
        return data


def _uid_of(section: str, row: Mapping[str, Any]) -> str:
    content = json.dumps([section, row], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]


def event_known(row: dict[str, Any]) -> Event:
    """An event from a record that is known to be in form."""
    get = row.get
    return Event(
        row["id"],
        get("uid") or _uid_of("events", row),
        datetime.fromisoformat(row["at"]).astimezone(UTC),
        row["kind"],
        get("referral"),
        get("person"),
        get("channel"),
        get("note"),
        get("data") or {},
    )


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


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_tick(value: object) -> bool:
    return isinstance(value, bool)


_DATA: dict[str, Callable[[object], bool]] = {
    "text": _is_text,
    "gift": _is_text,
    "prospect": _is_text,
    "to": _is_text,
    "fit": lambda value: value in ("good", "poor"),
    "rule": lambda value: value == "all" or (isinstance(value, str) and value in BY_NAME),
    "until": lambda value: _instant(value) is not None,
    "agreed": _is_tick,
    "delivered": _is_tick,
    "happy": _is_tick,
    "busy_until": _is_day,
}
