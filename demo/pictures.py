"""The screens in the documentation: drawn by Rich itself, from the made-up book."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from rich.console import Console

from reftrack.cli import app, display, views
from tour import make_book, scratch_environment

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"

PICTURES = {
    "due": ("due", 80),
    "due-by-person": ("due --by-person", 80),
    "due-narrow": ("due --limit 3", 40),
    "list": ("list --limit 8", 80),
    "show": ("show 44", 80),
    "why": ("why 44", 80),
    "find": ("find leak", 80),
    "sources": ("sources --limit 6", 80),
    "undo": ("undo --list", 80),
}

# What is recorded before the last of them, so that there is something to be seen in it.
MORNING = (
    "thank 51 --by call",
    'tell 44 "A new trap is in, and it is dry" --said',
    "thank 60 --by card",
    "undo",
    "edit 54 --tie neighbour",
)

# Rich names fonts on a server, which would hear of everybody who looks: the reader's own do.
FONT = re.compile(r"\s*@font-face \{.*?\}", re.DOTALL)


def picture(stem: str, line: str, columns: int) -> str:
    """The screen of `reftrack LINE` on a terminal of so many columns, as an SVG."""
    console = Console(
        record=True,
        file=Path(os.devnull).open("w", encoding="utf-8"),  # noqa: SIM115
        width=columns,
        force_terminal=True,
        color_system="standard",
        markup=False,
        emoji=False,
        highlight=False,
    )
    views.console = lambda: console
    vars(display)["is_screen"] = lambda: True
    code = app.run_line(shlex.split(line))
    if code:
        sys.exit(f"reftrack {line} ended with {code}")
    # The same text gives the same picture: what is unique in it must not be random.
    return FONT.sub("", console.export_svg(title=f"reftrack {line}", unique_id=stem))


def record(lines: Iterable[str]) -> None:
    """Gives these commands, and shows nothing of them."""
    for line in lines:
        with contextlib.redirect_stdout(io.StringIO()):
            code = app.run_line(shlex.split(line))
        if code:
            sys.exit(f"reftrack {line} ended with {code}")


def main() -> None:
    """Draws every picture anew, in the documentation or in the folder that is named."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = scratch_environment(folder)
        make_book(folder, environment)
        os.environ.update(environment)
        for stem, (line, columns) in PICTURES.items():
            if stem == "undo":
                record(MORNING)
            (target / f"{stem}.svg").write_text(picture(stem, line, columns), encoding="utf-8")
            print(f"{stem}.svg: reftrack {line}")


if __name__ == "__main__":
    main()
