"""The front door: answers at once what is asked all day, and lets everything else in.

A prompt asks `due --count` with every line and a shell asks at every TAB what could stand there, so
neither may wait until Typer is loaded, nor `due` itself, the first thing of a morning. What is
understood here without any doubt goes straight to the code that Typer would have called; any other
line goes to Typer as it came. So there is one answer to each, only sooner.
"""

from __future__ import annotations

import gc
import sys

from reftrack.cli.ending import ended
from reftrack.cli.output import make_streams_safe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The option that the scripts of `reftrack completion` use; no person has to know it.
COMPLETE = "--complete"

# The options of `due` that stand for themselves, with the names that they have in the code.
_FLAGS = {
    "--later": "later",
    "--all": "all_",
    "--by-person": "by_person",
    "--json": "json",
    "--count": "count",
    "--exit-code": "exit_code",
}
_FOR_A_COUNT = {"count", "exit_code"}
_DIGITS = 10


def main() -> None:
    """Runs the program; ends with the exit code that the documentation promises."""
    # Nothing of a start can be collected; looking for it costs a tenth of the start.
    gc.disable()
    make_streams_safe()
    code = run(sys.argv[1:])
    gc.freeze()
    sys.exit(code)


def run(arguments: list[str]) -> int:
    """Runs one command line; its exit code."""
    if arguments[:1] == [COMPLETE]:
        from reftrack.cli.completing import complete

        return complete(arguments[1:])
    plain = _plain_due(arguments)
    if plain is not None:
        return ended(lambda: _due(*plain), db=lambda: plain[0])
    from reftrack.cli import app

    return app.run_line(arguments)


def _plain_due(arguments: list[str]) -> tuple[str | None, dict[str, Any]] | None:
    """The database and the options of a plain `due`; None for any other line."""
    db: str | None = None
    words: list[str] = []
    options: dict[str, Any] = {}
    left = iter(arguments)
    for argument in left:
        name, has_value, value = argument.partition("=")
        if name in ("--db", "--limit") and not has_value:
            value = next(left, "-")
        if name == "--db" and not value.startswith("-"):
            db = value
        elif name == "--limit" and words and _is_plain_number(value):
            options["limit"] = int(value)
        elif argument in _FLAGS and words:
            options[_FLAGS[argument]] = True
        elif argument == "due" and not words:
            words.append(argument)
        else:
            return None
    return (db, options) if words else None


def _is_plain_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and text[0] != "0" and len(text) < _DIGITS


def _due(db: str | None, options: dict[str, Any]) -> int:
    if "count" in options and options.keys() <= _FOR_A_COUNT:
        from reftrack.cli.counting import count

        code = count(db, exit_code="exit_code" in options)
        if code is not None:
            return code
    from reftrack.cli.commands.due import show_due
    from reftrack.cli.invocation import Invocation

    return show_due(Invocation(db), **options)
