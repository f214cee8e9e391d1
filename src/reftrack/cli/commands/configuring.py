"""The command `config`: shows the settings and their sources, and changes them safely."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from reftrack.application.configuring import (
    EDIT,
    Effective,
    Setting,
    blank,
    change,
    effective,
    faults_in,
    value_at,
    value_line,
    write,
)
from reftrack.cli.asking import confirmed, wanted
from reftrack.cli.command_line import command_text, hint_text
from reftrack.cli.display import show_facts
from reftrack.cli.editor import edited
from reftrack.cli.invocation import Invocation
from reftrack.cli.options import Json
from reftrack.cli.output import is_terminal, safe, say, say_aside, say_json
from reftrack.config.keys import KEYS, SECTIONS, unknown
from reftrack.config.paths import configuration_path, content_of
from reftrack.domain.people import short
from reftrack.domain.spelling import nearest
from reftrack.errors import BadInput, Refused
from reftrack.hints import command

SCHEMA = "reftrack.config/1"

_EXAMPLE = command("config", "set", "policy.thank-referral", "12h")


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


# The number of words that each may be followed by.
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


def _show(here: Invocation, given: list[str], *, is_json: bool) -> None:
    force = effective(here.db, "--db")
    lines = [*force.places, *force.settings]
    if given:
        line = force.setting(given[0])
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
            ("Mend it: ", EDIT),
        )


def _document(force: Effective, lines: list[Setting]) -> dict[str, object]:
    return {
        "schema": SCHEMA,
        "values": [
            {"key": line.name, "value": _plain(line.value), "from": line.source} for line in lines
        ],
        "faults": [
            {"key": name or None, "error": error.message, "hint": hint_text(error.hint)}
            for name, error in force.faults.items()
        ],
    }


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, int | list):
        return value
    return str(value) if value else None


def _show_all(force: Effective) -> None:
    times = [line for line in force.settings if line.name.startswith("policy.")]
    rest = [line for line in force.settings if line not in times]
    wrong = [
        (name or "the file", f"{error.message} {hint_text(error.hint)}")
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


def _set(here: Invocation, given: list[str]) -> None:
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
    before = effective(here.db, "--db")
    if value_at(before.document, name) == said:
        say(safe(f"{name} is {value_line(value)} already; nothing was changed."))
        return
    was = before.setting(name)
    change(before, name, said, "set")
    say(safe(f"{name} is {value_line(value)} now; it was {was.text() if was else 'not set'}."))
    if before.content is None:
        say(safe(f"The configuration is new: {before.path}"))
    if name == "timezone" and os.environ.get("REFTRACK_TZ"):
        say_aside("REFTRACK_TZ is set, and goes before it.")


def _unset(here: Invocation, given: list[str]) -> None:
    name = wanted(given[0] if given else None, "Which setting", command("config", "unset", "name"))
    before = effective(here.db, "--db")
    was = value_at(before.document, name)
    if was is None:
        if name not in KEYS:
            raise unknown(name)
        say(f"{name} is not set in the configuration; nothing was changed.")
        return
    if name in SECTIONS and isinstance(was, dict):
        raise BadInput(f"{name} is a section.", "Name one of its settings: reftrack config show")
    change(before, name, None, "unset")
    now = effective(here.db, "--db").setting(name)
    say(safe(f"{name} is {now.text() if now else 'gone'} now; it was {value_line(was)}."))


# All of it, in an editor.


def _edit() -> None:
    path = configuration_path()
    before = content_of(path)
    offered = blank().encode("utf-8") if before is None else before
    after = offered
    while True:
        after = edited(after, "config.toml", example=command_text(EDIT), otherwise=_DROPPED)
        faults = faults_in(after, path)
        if not faults:
            break
        for fault in faults:
            say_aside(f"error: {fault.message}", hint_text(fault.hint))
        if not is_terminal() or not confirmed("Mend it now?"):
            raise Refused("what you wrote is wrong, and was dropped.", _DROPPED)
    if after == offered:
        say("Nothing was changed.")
        return
    write(path, before, after, "written")
    say(safe(f"Written to {path}."))


_DROPPED = "The configuration is as it was."
