"""The settings in force, where each comes from, and changing one without breaking the rest."""

from __future__ import annotations

import copy
import os
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reftrack.application.files import make_folders, write_whole
from reftrack.config.keys import KEYS, SECTIONS, ConfiguredValues, Key, is_plain, values_of
from reftrack.config.locales import order_of_dates
from reftrack.config.paths import configuration_path, content_of, database_path
from reftrack.config.settings import parsed, templates_beside
from reftrack.config.zones import system_zone_name, zone_named
from reftrack.errors import BadInput, ReftrackError, Refused
from reftrack.hints import command

# For a book that somebody is writing, in seconds: its time zone is not worth more.
_PATIENCE = 1.0


@dataclass(frozen=True)
class Setting:
    """One value; `source` says in a word where it comes from, `aside` what to know of that."""

    name: str
    value: object
    source: str
    aside: str = ""

    def text(self) -> str:
        """The value and its source, as a person reads them."""
        if is_unset(self.value):
            return value_line(self.value)
        source = _SOURCES.get(self.source, self.source)
        return f"{value_line(self.value)} ({', '.join(filter(None, [source, self.aside]))})"


_SOURCES = {
    "configuration": "the configuration",
    "book": "the book",
    "system": "this computer",
    "rulebook": "the rulebook",
}


def is_unset(value: object) -> bool:
    """True if nothing is set: no text, no list."""
    return value is None or value in ("", [])


def value_line(value: object) -> str:
    """A value on one line."""
    if isinstance(value, list) and value:
        return ", ".join(map(str, value))
    return "not set" if is_unset(value) else str(value)


@dataclass(frozen=True)
class Effective:
    """The settings in force: files, values, and faults of the configuration by key.

    `document` is what the file says, empty where it is not there or cannot be read. The key of a
    fault of the file as a whole is empty.
    """

    path: Path
    content: bytes | None
    document: Mapping[str, Any]
    places: list[Setting]
    settings: list[Setting]
    faults: Mapping[str, BadInput]

    def setting(self, name: str) -> Setting | None:
        """The place or the value of this name."""
        return next((each for each in (*self.places, *self.settings) if each.name == name), None)


def effective(db: str | None, asked_by: str) -> Effective:
    """The settings in force now; faults of the configuration are returned, not raised."""
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
    zone = _zone(db, values, document, faults)
    rest = [_line(key, values, document) for key in KEYS.values() if key.name != zone.name]
    rest = [_dates_of_locale() if s.name == "dates" and is_unset(s.value) else s for s in rest]
    return Effective(
        path, content, document, _places(db, asked_by, path, content), [zone, *rest], faults
    )


def value_at(document: Mapping[str, Any], name: str) -> Any:
    """The value under this dotted key; None where there is none."""
    if name in document:
        return document[name]
    section, _, last = name.partition(".")
    inner = document.get(section)
    return inner.get(last) if isinstance(inner, Mapping) else None


def _places(db: str | None, asked_by: str, path: Path, content: bytes | None) -> list[Setting]:
    def origin(variable: str) -> str:
        return variable if os.environ.get(variable) else "default"

    there = "" if content is not None else "not there and not needed"
    book = database_path(db)
    from reftrack.store.automatic_backups import Shelf

    places = [
        Setting("database", book, asked_by if db else origin("REFTRACK_DB")),
        Setting("backups", Shelf(book, 0).folder, "beside the database"),
        Setting("configuration", path, origin("REFTRACK_CONFIG"), there),
        Setting("templates", templates_beside(path), "beside the configuration"),
    ]
    if os.environ.get("REFTRACK_NOW"):
        places.append(Setting("now", os.environ["REFTRACK_NOW"], "REFTRACK_NOW"))
    return places


def _line(key: Key, values: ConfiguredValues, document: Mapping[str, Any]) -> Setting:
    if key.name in values.faults:
        value = value_at(document, key.name)
        return Setting(key.name, value if is_plain(value) else "…", "configuration", "wrong")
    if key.name in values.checked:
        return Setting(key.name, values.checked[key.name], "configuration")
    is_time = key.name.startswith("policy.")
    return Setting(key.name, key.default, "rulebook" if is_time else "default")


def _dates_of_locale() -> Setting:
    """The order of day and month as this computer's locale has it."""
    return Setting("dates", order_of_dates() or "", "system")


def _zone(
    db: str | None,
    values: ConfiguredValues,
    document: Mapping[str, Any],
    faults: dict[str, BadInput],
) -> Setting:
    """The time zone; the book is only opened where nothing goes before it."""
    name = "timezone"
    asked = os.environ.get("REFTRACK_TZ")
    if asked:
        try:
            return Setting(name, zone_named(asked), "REFTRACK_TZ")
        except BadInput as error:
            faults["REFTRACK_TZ"] = error
            return Setting(name, asked, "REFTRACK_TZ", "wrong")
    set_here = _line(KEYS[name], values, document)
    if not is_unset(set_here.value):
        return set_here
    from reftrack.store.connection import read_connection
    from reftrack.store.reader import Reader

    try:
        with read_connection(database_path(db), _PATIENCE) as connection:
            kept = Reader(connection).setting("zone") if connection else None
    except ReftrackError:
        return Setting(name, "unknown", "book", "which cannot be read")
    return Setting(name, kept or system_zone_name(), "book" if kept else "system")


# Changing it.

EDIT = command("config", "edit")


def change(before: Effective, name: str, said: object, done: str) -> None:
    """Writes the file with this one value changed, or removed where it is None.

    What is written is read first as every command will read it, and has to say the same as before
    but for this value. A fault that was there before may stay: each is mended by itself.
    """
    if "" in before.faults:
        raise before.faults[""]
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    text = (before.content or b"").decode("utf-8-sig")
    try:
        meant = copy.deepcopy(dict(before.document))
        document = tomlkit.parse(text)
        for each in (document, meant):
            _put(each, name, said)
        after = tomlkit.dumps(document)
        if "\r\n" in text and text.count("\r\n") == text.count("\n"):
            after = after.replace("\r\n", "\n").replace("\n", "\r\n")
        content = after.encode("utf-8")
        is_right = parsed(content, before.path) == meant
    except (TOMLKitError, BadInput, UnicodeEncodeError, RecursionError):
        is_right = False
    if not is_right:
        raise Refused(f"{name} could not be changed with the rest left as it is.", ("Use: ", EDIT))
    for key, error in values_of(meant).faults.items():
        if key not in before.faults:
            raise error
    write(before.path, before.content, content, done)


def _put(document: Any, name: str, said: object) -> None:
    """Sets the value under a dotted key, or takes it out where it is None."""
    holder, last = document, name
    if name not in document and "." in name:
        section, _, last = name.partition(".")
        holder = document.setdefault(section, {})
        if not isinstance(holder, dict):
            raise BadInput(f"{section} is not a table.", ("Mend it: ", EDIT))
    present = holder.get(last)
    if said is None:
        del holder[last]
    elif isinstance(present, list) and isinstance(said, list):
        # One by one: the comments between them stay.
        for each in [each for each in present if each not in said]:
            present.remove(each)
        present.extend(each for each in dict.fromkeys(said) if each not in present)
    else:
        holder[last] = said


def write(path: Path, before: bytes | None, after: bytes, done: str) -> None:
    """Writes the configuration whole; Refused where another has changed it since `before`.

    `done` is the word for it, once it is written.
    """
    if content_of(path) != before:
        raise Refused("the configuration was changed meanwhile.", "Nothing was written: again.")
    make_folders(path)
    write_whole(path, after, done)


def faults_in(content: bytes, path: Path) -> list[BadInput]:
    """The faults in this content of a configuration."""
    try:
        return list(values_of(parsed(content, path)).faults.values())
    except BadInput as error:
        return [error]


def blank() -> str:
    """A configuration that sets nothing and shows all that can be set."""
    import tomlkit

    lines = ["# What the program may do otherwise. Take the # away from a line to set it."]
    section = ""
    for key in KEYS.values():
        within, _, last = key.name.rpartition(".")
        if within != section:
            section = within
            lines += ["", f"[{section}]", f"# {SECTIONS[section]}."]
        lines += ["", *(f"# {part}" for part in textwrap.wrap(f"{key.purpose}.", 90))]
        lines.append(f"# {last} = {tomlkit.item(key.said(key.example)).as_string()}")
    return "\n".join(lines) + "\n"
