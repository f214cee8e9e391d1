"""What is in force in one invocation, and where each value comes from."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reftrack.cli.here import Here
from reftrack.cli.keys import KEYS, Key, Values, is_plain, values_of, zone_named
from reftrack.cli.places import configuration_path, content_of, database_path
from reftrack.cli.settings import parsed, system_zone_name, templates_beside
from reftrack.errors import BadInput, ReftrackError

# For a book that somebody is writing, in seconds: its time zone is not worth more.
_PATIENCE = 1.0


@dataclass(frozen=True)
class Line:
    """One value; `source` says in a word where it comes from, `aside` what to know of that."""

    name: str
    value: object
    source: str
    aside: str = ""

    def text(self) -> str:
        """The value and its source, as a person reads them."""
        if is_unset(self.value):
            return shown(self.value)
        source = _SOURCES.get(self.source, self.source)
        return f"{shown(self.value)} ({', '.join(filter(None, [source, self.aside]))})"


_SOURCES = {
    "configuration": "the configuration",
    "book": "the book",
    "system": "this computer",
    "rulebook": "the rulebook",
}


def is_unset(value: object) -> bool:
    """Whether nothing is said: no text, no list."""
    return value is None or value in ("", [])


def shown(value: object) -> str:
    """A value on one line."""
    if isinstance(value, list) and value:
        return ", ".join(map(str, value))
    return "not set" if is_unset(value) else str(value)


@dataclass(frozen=True)
class InForce:
    """Where things are, what is set, and what is wrong in the configuration by key.

    `document` is what the file says, empty where it is not there or cannot be read. The key of a
    fault of the file as a whole is empty.
    """

    path: Path
    content: bytes | None
    document: Mapping[str, Any]
    places: list[Line]
    lines: list[Line]
    faults: Mapping[str, BadInput]

    def line(self, name: str) -> Line | None:
        """The place or the value of this name."""
        return next((each for each in (*self.places, *self.lines) if each.name == name), None)


def in_force(here: Here) -> InForce:
    """Everything as it is now; a broken configuration is told of, not raised."""
    path = configuration_path()
    content: bytes | None = None
    document: dict[str, Any] = {}
    faults: dict[str, BadInput] = {}
    try:
        content = content_of(path)
        document = {} if content is None else parsed(content, path)
    except BadInput as error:
        faults[""] = error
    values = values_of(document)
    faults |= values.faults
    zone = _zone_line(here, values, document, faults)
    rest = [_line(key, values, document) for key in KEYS.values() if key.name != zone.name]
    return InForce(path, content, document, _places(here, path, content), [zone, *rest], faults)


def value_at(document: Mapping[str, Any], name: str) -> Any:
    """What stands under this dotted key; None where nothing does."""
    if name in document:
        return document[name]
    section, _, last = name.partition(".")
    inner = document.get(section)
    return inner.get(last) if isinstance(inner, Mapping) else None


def _places(here: Here, path: Path, content: bytes | None) -> list[Line]:
    def origin(variable: str) -> str:
        return variable if os.environ.get(variable) else "default"

    there = "" if content is not None else "not there and not needed"
    book = database_path(here.db)
    from reftrack.store.shelf import Shelf

    places = [
        Line("database", book, "--db" if here.db else origin("REFTRACK_DB")),
        Line("backups", Shelf(book, 0).folder, "beside the database"),
        Line("configuration", path, origin("REFTRACK_CONFIG"), there),
        Line("templates", templates_beside(path), "beside the configuration"),
    ]
    if os.environ.get("REFTRACK_NOW"):
        places.append(Line("now", os.environ["REFTRACK_NOW"], "REFTRACK_NOW"))
    return places


def _line(key: Key, values: Values, document: Mapping[str, Any]) -> Line:
    if key.name in values.faults:
        value = value_at(document, key.name)
        return Line(key.name, value if is_plain(value) else "…", "configuration", "wrong")
    if key.name in values.checked:
        return Line(key.name, values.checked[key.name], "configuration")
    is_time = key.name.startswith("policy.")
    return Line(key.name, key.default, "rulebook" if is_time else "default")


def _zone_line(
    here: Here, values: Values, document: Mapping[str, Any], faults: dict[str, BadInput]
) -> Line:
    """The time zone; the book is only opened where nothing goes before it."""
    name = "timezone"
    asked = os.environ.get("REFTRACK_TZ")
    if asked:
        try:
            return Line(name, zone_named(asked), "REFTRACK_TZ")
        except BadInput as error:
            faults["REFTRACK_TZ"] = error
            return Line(name, asked, "REFTRACK_TZ", "wrong")
    set_here = _line(KEYS[name], values, document)
    if not is_unset(set_here.value):
        return set_here
    from reftrack.store.connection import reading
    from reftrack.store.reader import Reader

    try:
        with reading(database_path(here.db), _PATIENCE) as connection:
            kept = Reader(connection).setting("zone") if connection else None
    except ReftrackError:
        return Line(name, "unknown", "book", "which cannot be read")
    return Line(name, kept or system_zone_name(), "book" if kept else "system")
