"""Text without what would reach another program as a command to it."""

from __future__ import annotations

import unicodedata

# Bidirectional controls, and the mark that says in which order bytes stand: phones paste them
# around numbers. ZWJ and ZWNJ belong to words and stay.
_UNSEEN = [
    *range(0x200E, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *(0x061C, 0x200B, 0x2060, 0xFEFF, 0xFFFE, 0xFFFF),
]
_CONTROLS = [*range(0x20), 0x7F, *range(0x80, 0xA0)]
_BREAKS = (0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85)
_GONE: dict[int, str | None] = dict.fromkeys(
    [*_UNSEEN, *_CONTROLS, *range(0xD800, 0xE000)]
) | dict.fromkeys([*_BREAKS, 0x2028, 0x2029], " ")
_GONE_FROM_LINES = _GONE | {0x09: "\t", 0x0A: "\n", 0x2028: "\n", 0x2029: "\n"}


def one_line(text: str) -> str:
    """`text` on one line, composed, without control characters, its blanks single."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_GONE)).split())


def lines(text: str) -> str:
    """A text with its line breaks and tabs, otherwise as `one_line`."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", whole.translate(_GONE_FROM_LINES)).strip()
