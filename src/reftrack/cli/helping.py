"""The help, laid out for the width of the screen: no word is broken, no column squeezed."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from typer._click.formatting import HelpFormatter

# Where less than this is left for the second column, it goes below the first.
_LEAST = 20
# A first column wider than this is no column.
_MOST = 26
# Two blanks within every line make a paragraph a list of words and what they mean.
ROW = re.compile(r"(\S+(?: \S+)*)  +(\S.*)")


class Page(HelpFormatter):
    """Lays out what Typer knows of a command."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Writes the shape of the command line."""
        start = f"{prefix or 'Usage: '}{prog}"
        self._write(_filled(f"{start} {args}", self.width, hanging=7))

    def write_text(self, text: str) -> None:
        """Writes paragraphs, each filled, and lists of words with their meanings."""
        for place, paragraph in enumerate(re.split(r"\n\s*\n", text.strip())):
            if place:
                self.write_paragraph()
            rows = [ROW.fullmatch(line.strip()) for line in paragraph.splitlines()]
            if all(rows):
                self.write_dl([(row[1], row[2]) for row in rows if row])
            else:
                words = " ".join(paragraph.split())
                self._write(self._indented(words, 4 if words.startswith("Example: ") else 0))

    def write_dl(
        self, rows: Sequence[tuple[str, str]], col_max: int = _MOST, col_spacing: int = 2
    ) -> None:
        """Writes words with their meanings: beside them where there is room, else below."""
        column = max((len(first) for first, _ in rows if len(first) <= col_max), default=0)
        left = self.current_indent + column + col_spacing
        is_stacked = self.width - left < _LEAST
        for first, second in rows:
            if is_stacked or len(first) > column:
                self._write(self._indented(first, hanging=4))
                deep = self.current_indent + 4 if is_stacked else left
                self._write(_filled(second, self.width, deep) if second else [])
            else:
                start = " " * self.current_indent + first.ljust(column + col_spacing)
                lines = _filled(second, self.width, left) or [""]
                self._write([(start + lines[0].lstrip()).rstrip(), *lines[1:]])

    def _indented(self, text: str, hanging: int = 0) -> list[str]:
        return _filled(text, self.width, self.current_indent, hanging)

    def _write(self, lines: list[str]) -> None:
        self.write("".join(f"{line}\n" for line in lines))


def _filled(text: str, width: int, indent: int = 0, hanging: int = 0) -> list[str]:
    """`text` in lines of this width; a word that is longer has a line to itself."""
    lines = textwrap.wrap(
        _TOGETHER.sub(lambda found: found[0].replace(" ", _STAY), text),
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [line.replace(_STAY, " ") for line in lines]


# A text in quotes or brackets is not broken, unless it is as long as a line.
_TOGETHER = re.compile(
    r"""(?<!\w)(?:"[^"]{1,24}"|'[^']{1,24}'|`[^`]{1,24}`|\[[^]]{1,24}\]+)(?!\w)"""
)
_STAY = "\xa0"
