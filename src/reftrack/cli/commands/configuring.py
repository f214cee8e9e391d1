"""`config`: what is set and where that comes from, and changing it without breaking it."""

from __future__ import annotations

import copy
import os
import textwrap
from pathlib import Path
from typing import Annotated, Any

import typer

from reftrack.cli.asking import confirmed, wanted
from reftrack.cli.editor import edited
from reftrack.cli.files import make_folders, write_whole
from reftrack.cli.here import Here
from reftrack.cli.in_force import InForce, Line, in_force, shown, value_at
from reftrack.cli.keys import KEYS, SECTIONS, unknown, values_of
from reftrack.cli.options import Json
from reftrack.cli.output import is_terminal, safe, say, say_aside, say_json
from reftrack.cli.places import configuration_path, content_of
from reftrack.cli.screen import show_facts
from reftrack.cli.settings import parsed
from reftrack.domain.people import short
from reftrack.domain.spelling import nearest
from reftrack.errors import BadInput, Refused

SCHEMA = "reftrack.config/1"

_EDIT = "reftrack config edit"
_EXAMPLE = "reftrack config set policy.thank-referral 12h"


def config(
    ctx: typer.Context,
    action: Annotated[
        str,
        typer.Argument(
            metavar="show|set|unset|edit|path", help="One of these.", show_default=False
        ),
    ] = "show",
    key: Annotated[
        str | None,
        typer.Argument(metavar="KEY", help="Such as policy.thank-referral.", show_default=False),
    ] = None,
    value: Annotated[
        list[str] | None,
        typer.Argument(metavar="VALUE…", help="Such as 12h.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """See or change what is set; all of it may be left as it is.

    show [KEY]  Each value, and where it comes from.
    set KEY VALUE  Change one; the rest of the file stays as it is.
    unset KEY  Back to what it is without.
    edit  The file in $VISUAL or $EDITOR, kept once it is right.
    path  Where the file is.
    """
    most = _ACTIONS.get(action)
    if most is None:
        raise _no_such_action(action)
    if json and action != "show":
        raise BadInput(f"`config {action}` says nothing in JSON.", "Leave --json out.")
    given = [word for word in (key, *(value or [])) if word is not None]
    if len(given) > most:
        raise BadInput(
            f"`config {action}` has no use for '{short(given[most])}'.",
            "See: reftrack config --help",
        )
    if action == "show":
        _show(ctx.obj, given, is_json=json)
    elif action == "set":
        _set(ctx.obj, given)
    elif action == "unset":
        _unset(ctx.obj, given)
    elif action == "edit":
        _edit()
    else:
        say(safe(str(configuration_path())))


# How many words each may be followed by.
_ACTIONS = {"show": 1, "set": 99, "unset": 1, "edit": 0, "path": 0}


def _no_such_action(action: str) -> BadInput:
    if action in KEYS:
        near = [f"show {action}"]
    else:
        meant = {"get": "show", "list": "show", "reset": "unset", "remove": "unset"}.get(action)
        near = [meant] if meant else nearest(action, _ACTIONS)
    hint = f"Did you mean: reftrack config {near[0]}" if near else "See: reftrack config --help"
    return BadInput(f"config cannot '{short(action)}'.", hint)


# Looking.


def _show(here: Here, given: list[str], *, is_json: bool) -> None:
    force = in_force(here)
    lines = [*force.places, *force.lines]
    if given:
        line = force.line(given[0])
        if line is None:
            raise unknown(given[0])
        lines = [line]
    if is_json:
        say_json(_document(force, lines))
    elif given:
        say(safe(lines[0].text()))
    else:
        _show_all(force)
    wrong = [name for name in force.faults if not given or name in ("", given[0])]
    if wrong:
        raise BadInput(
            "the configuration is wrong in 1 place."
            if len(wrong) == 1
            else f"the configuration is wrong in {len(wrong)} places.",
            f"Mend it: {_EDIT}",
        )


def _document(force: InForce, lines: list[Line]) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "values": [
            {"key": line.name, "value": _plain(line.value), "from": line.source} for line in lines
        ],
        "faults": [
            {"key": name or None, "error": error.message, "hint": error.hint}
            for name, error in force.faults.items()
        ],
    }


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, int | list):
        return value
    return str(value) if value else None


def _show_all(force: InForce) -> None:
    times = [line for line in force.lines if line.name.startswith("policy.")]
    rest = [line for line in force.lines if line not in times]
    wrong = [
        (name or "the file", f"{error.message} {error.hint}")
        for name, error in force.faults.items()
    ]
    for title, facts in (
        ("Where things are", [(line.name, line.text()) for line in force.places]),
        ("What is set", [(line.name, line.text()) for line in rest]),
        ("Within what", [(line.name, line.text()) for line in times]),
        ("What is wrong", wrong),
    ):
        if facts:
            show_facts(title, facts, is_first=title == "Where things are")


# Changing one value.


def _set(here: Here, given: list[str]) -> None:
    name = wanted(given[0] if given else None, "Which setting", _EXAMPLE)
    key = KEYS.get(name)
    if key is None:
        raise unknown(name)
    if len(given) > 2 and not isinstance(key.default, list):
        words = short(" ".join(given[1:]))
        raise BadInput(f"{name} is one value.", f'Quote it: reftrack config set {name} "{words}"')
    if given[1:] and not "".join(given[1:]).strip():
        raise BadInput(f"{name} would be empty.", f"Or is it: reftrack config unset {name}")
    text = wanted(" ".join(given[1:]) or None, "The value", _EXAMPLE)
    said = key.said(text)
    value = key.check(said)
    before = in_force(here)
    if value_at(before.document, name) == said:
        say(safe(f"{name} is {shown(value)} already; nothing was changed."))
        return
    was = before.line(name)
    _change(before, name, said, "set")
    say(safe(f"{name} is {shown(value)} now; it was {was.text() if was else 'not set'}."))
    if before.content is None:
        say(safe(f"The configuration is new: {before.path}"))
    if name == "timezone" and os.environ.get("REFTRACK_TZ"):
        say_aside("REFTRACK_TZ is set, and goes before it.")


def _unset(here: Here, given: list[str]) -> None:
    name = wanted(given[0] if given else None, "Which setting", "reftrack config unset name")
    before = in_force(here)
    was = value_at(before.document, name)
    if was is None:
        if name not in KEYS:
            raise unknown(name)
        say(f"{name} is not set in the configuration; nothing was changed.")
        return
    if name in SECTIONS and isinstance(was, dict):
        raise BadInput(f"{name} is a section.", "Name one of its settings: reftrack config show")
    _change(before, name, None, "unset")
    now = in_force(here).line(name)
    say(safe(f"{name} is {now.text() if now else 'gone'} now; it was {shown(was)}."))


def _change(before: InForce, name: str, said: object, done: str) -> None:
    """Writes the file with this one value changed, or taken out where it is None.

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
        raise Refused(f"{name} could not be changed with the rest left as it is.", f"Use: {_EDIT}")
    for key, error in values_of(meant).faults.items():
        if key not in before.faults:
            raise error
    _write(before.path, before.content, content, done)


def _put(document: Any, name: str, said: object) -> None:
    """Sets the value under a dotted key, or takes it out where it is None."""
    holder, last = document, name
    if name not in document and "." in name:
        section, _, last = name.partition(".")
        holder = document.setdefault(section, {})
        if not isinstance(holder, dict):
            raise BadInput(f"{section} is not a table.", f"Mend it: {_EDIT}")
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


def _write(path: Path, before: bytes | None, after: bytes, done: str) -> None:
    """Writes the configuration whole; Refused where another has changed it since `before`."""
    if content_of(path) != before:
        raise Refused("the configuration was changed meanwhile.", "Nothing was written: again.")
    make_folders(path)
    write_whole(path, after, done)


# All of it, in an editor.


def _edit() -> None:
    path = configuration_path()
    before = content_of(path)
    offered = blank().encode("utf-8") if before is None else before
    after = offered
    while True:
        after = edited(after, "config.toml", example=_EDIT, otherwise=_DROPPED)
        faults = _faults(after, path)
        if not faults:
            break
        for fault in faults:
            say_aside(f"error: {fault.message}", fault.hint)
        if not is_terminal() or not confirmed("Mend it now?"):
            raise Refused("what you wrote is wrong, and was dropped.", _DROPPED)
    if after == offered:
        say("Nothing was changed.")
        return
    _write(path, before, after, "written")
    say(safe(f"Written to {path}."))


_DROPPED = "The configuration is as it was."


def _faults(content: bytes, path: Path) -> list[BadInput]:
    try:
        return list(values_of(parsed(content, path)).faults.values())
    except BadInput as error:
        return [error]


def blank() -> str:
    """A configuration that sets nothing and shows all that can be set."""
    import tomlkit

    lines = ["# What reftrack may do otherwise. Take the # away from a line to set it."]
    section = ""
    for key in KEYS.values():
        within, _, last = key.name.rpartition(".")
        if within != section:
            section = within
            lines += ["", f"[{section}]", f"# {SECTIONS[section]}."]
        lines += ["", *(f"# {part}" for part in textwrap.wrap(f"{key.purpose}.", 90))]
        lines.append(f"# {last} = {tomlkit.item(key.said(key.example)).as_string()}")
    return "\n".join(lines) + "\n"
