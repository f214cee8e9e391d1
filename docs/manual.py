"""The manual page, `man reftrack`, from what the program knows of its commands."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from reftrack import __version__
from reftrack.cli.app import whole_command
from reftrack.cli.catalogue import COMMANDS
from reftrack.cli.helping import ROW

HERE = Path(__file__).parent

# Of the last release: a page without a date is none.
DATE = "2026-11-27"

# The signs that roff takes for something of its own, and those that it would make prettier.
_ESCAPES = {
    "\\": "\\e",
    "-": "\\-",
    "'": "\\(aq",
    "`": "\\(ga",
    '"': "\\(dq",
    "^": "\\(ha",
    "~": "\\(ti",
}


def escaped(text: str) -> str:
    """`text` as roff prints it, sign by sign; what is between `backticks` is bold."""
    parts = []
    for place, part in enumerate(text.split("`")):
        plain = "".join(
            _ESCAPES.get(c) or (c if c.isascii() else f"\\[u{ord(c):04X}]") for c in part
        )
        parts.append(f"\\fB{plain}\\fR" if place % 2 else plain)
    return "".join(parts)


def filled(text: str) -> Iterator[str]:
    """A paragraph in lines as short as roff's own checkers like them."""
    lines = textwrap.wrap(escaped(text), 78, break_long_words=False, break_on_hyphens=False)
    # A point at the beginning of a line would be a request.
    yield from (f"\\&{line}" if line.startswith(".") else line for line in lines)


def page() -> str:
    """The whole page."""
    front = whole_command()
    with front.make_context("reftrack", ["due"]) as context:
        lines = [
            f'.TH REFTRACK 1 {DATE} "reftrack {__version__}" "User Commands"',
            ".nh",  # no word is broken, and no line stretched
            ".ad l",
            *_section("NAME", ["reftrack \\- whom you owe thanks, a call or news for a referral"]),
            ".SH SYNOPSIS",
            ".B reftrack",
            escaped("[--db PATH] COMMAND …"),
            *_section("DESCRIPTION", _paragraphs(front.help)),
            *_section("OPTIONS", _parameters(front, context)),
            ".SH COMMANDS",
        ]
        for panel in dict.fromkeys(each.panel for each in COMMANDS.values()):
            lines.append(f".SS {escaped(panel)}")
            for name, each in COMMANDS.items():
                if each.panel == panel:
                    lines += _command(front, context, name)
    lines += [
        *_section("ENVIRONMENT", _listed(_table("scripts.md", "## The environment"))),
        *_section("FILES", _listed(FILES)),
        *_section("EXIT STATUS", _listed(_table("scripts.md", "## Exit codes"))),
        *_section("SEE ALSO", ["The pages in the folder docs that comes with the program."]),
    ]
    return "\n".join(lines) + "\n"


FILES = (
    ("~/.local/share/reftrack/reftrack.db", "The book, on Linux; `reftrack config` says where."),
    ("~/.config/reftrack/config.toml", "The configuration; none is needed."),
    ("~/.config/reftrack/templates", "Templates for drafts that stand in for reftrack's own."),
)


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    yield f".SH {title}"
    yield from lines


def _command(front: Any, context: Any, name: str) -> Iterator[str]:
    built = front.get_command(context, name)
    own = built.context_class(built, info_name=name, parent=context)
    yield ".TP"
    yield f".B {escaped(' '.join(['reftrack', name, *built.collect_usage_pieces(own)]))}"
    yield from _paragraphs(built.help, ".IP")
    yield ".RS"
    yield from _parameters(built, own)
    yield ".PP"
    yield from filled(f"Example: `{COMMANDS[name].example}`")
    yield ".RE"


def _paragraphs(text: str, gap: str = ".PP") -> Iterator[str]:
    """The paragraphs of a help, `gap` between them; a list of words and meanings as one."""
    for place, paragraph in enumerate(re.split(r"\n\s*\n", inspect.cleandoc(text).strip())):
        rows = [ROW.fullmatch(line.strip()) for line in paragraph.splitlines()]
        if all(rows):
            yield ".RS"
            yield from _listed((f"`{row[1]}`", row[2]) for row in rows if row)
            yield ".RE"
            continue
        if place:
            yield gap
        yield from filled(" ".join(paragraph.split()))


def _parameters(built: Any, context: Any) -> Iterator[str]:
    records = [parameter.get_help_record(context) for parameter in built.get_params(context)]
    yield from _listed((f"`{name}`", meaning) for name, meaning in filter(None, records))


def _listed(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    for name, meaning in rows:
        yield ".TP"
        yield escaped(name)
        yield from filled(meaning) if meaning else ["\\&"]


def _table(page_name: str, heading: str) -> list[tuple[str, str]]:
    """The rows of the table that follows this heading of another page."""
    text = (HERE / page_name).read_text(encoding="utf-8").split(heading)[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [(name.strip(), meaning.strip()) for name, meaning in rows[2:]]
