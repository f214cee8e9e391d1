"""All output: nothing that a user typed reaches the terminal as a command to it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator

from reftrack.domain.signs import BIDI, BYTE_ORDER, C1, IN_JSON, SEPARATORS

# Known to mypy by its name, without the module that is slower to load than all of these.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Built in place: every prompt and TAB waits for this table of two thousand surrogates.
_SAFE = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_SAFE |= dict.fromkeys([*C1, *BIDI, *SEPARATORS, BYTE_ORDER], "\ufffd")
_SAFE |= {code: chr(0x2400 + code) for code in range(0x20)}
_SAFE[0x7F] = "\u2421"


def safe(text: str) -> str:
    """The `text` on one line, its control characters shown as signs."""
    return text.translate(_SAFE)


def safe_lines(text: str) -> str:
    """The `text` with line breaks and tabs, otherwise as `safe`."""
    return text.translate(_SAFE | {0x09: "\t", 0x0A: "\n"})


class Unwritten(Exception):
    """The answer could not be written; its text says why."""


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Tells a failure to write the answer from every other that the system may report.

    Unwritten is raised for it. A reader who went away is no failure: that stays BrokenPipeError.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritten(error.strerror or type(error).__name__) from None


def say(*lines: str) -> None:
    """Prints these lines; what a user typed has been through `safe`.

    On a screen a line that is too long is broken between its words, never within a command.
    """
    if sys.stdout is not None:
        with writing():
            sys.stdout.write("\n".join(_fitting(lines, is_screen())) + "\n")


def _fitting(lines: Iterable[str], on_screen: bool) -> Iterator[str]:
    for line in "\n".join(lines).split("\n"):
        if not on_screen or len(line) <= width():
            yield line
            continue
        import textwrap

        yield from textwrap.wrap(
            line,
            width(),
            subsequent_indent="    ",
            break_long_words=False,
            break_on_hyphens=False,
        )


def json_text(value: Any) -> str:
    """The JSON of `value`, as safe to show as it is to parse."""
    import json

    return json.dumps(value, ensure_ascii=False, indent=1).translate(IN_JSON)


def say_json(value: Any) -> None:
    """Prints `value` as JSON, in UTF-8 whatever the locale."""
    write_utf8(json_text(value) + "\n")


def write_utf8(text: str) -> None:
    """Writes `text` to standard output in UTF-8 whatever the locale."""
    if sys.stdout is None:
        return
    buffer = getattr(sys.stdout, "buffer", None)
    with writing():
        if buffer is None:
            sys.stdout.write(text)
        else:
            sys.stdout.flush()
            buffer.write(text.encode("utf-8"))


def say_aside(*lines: str) -> None:
    """Prints these lines to standard error; without one, nothing fails."""
    if sys.stderr is None:
        return
    with contextlib.suppress(OSError):
        shown = _fitting(map(safe, lines), sys.stderr.isatty())
        sys.stderr.write("\n".join(shown) + "\n")
        sys.stderr.flush()


def is_terminal() -> bool:
    """True if somebody is there to answer a question."""
    return all(
        stream is not None and not stream.closed and stream.isatty()
        for stream in (sys.stdin, sys.stderr)
    )


def is_screen() -> bool:
    """True if standard output is a terminal."""
    return sys.stdout is not None and sys.stdout.isatty()


def width() -> int:
    """The columns of the screen: COLUMNS, else the terminal's, else 80; at least 20."""
    try:
        columns = int(os.environ.get("COLUMNS", ""))
    except ValueError:
        columns = 0
    if columns <= 0:
        try:
            columns = os.get_terminal_size(sys.stdout.fileno()).columns
        except (OSError, ValueError, AttributeError):
            columns = 0
    return max(20, columns or 80)


def make_streams_safe() -> None:
    """Makes streams print characters that the locale lacks as escapes, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
