"""The decoding of a spreadsheet's file into text."""

from __future__ import annotations

import codecs

from reftrack.errors import BadInput, Refused
from reftrack.hints import Blank, Option

SIZE_LIMIT = 100_000_000
# The first bytes of files that are no text.
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decoded(content: bytes, encoding: str | None) -> tuple[str, str]:
    """The text, and the codec that would write it as it was."""
    if len(content) > SIZE_LIMIT:
        raise Refused(
            f"the file has more than {SIZE_LIMIT // 1_000_000} MB.", "Split it, or export less."
        )
    if content.startswith(_WORKBOOKS):
        raise Refused(
            "the file is a workbook, not a CSV.",
            "Open it in its program and save it as CSV (UTF-8, comma separated).",
        )
    if encoding is not None:
        codec = _codec(encoding)
        text = _strictly(content, codec)
        return text.removeprefix("\ufeff"), codec
    codec = next((name for bom, name in _BOMS if content.startswith(bom)), "")
    if codec:
        return _strictly(content, codec), codec
    if content[:4000].count(0) * 10 > len(content[:4000]):
        raise Refused(
            "the file is no text in UTF-8: it is full of NUL bytes.",
            ("If it is UTF-16: ", Option("encoding", "utf-16-le")),
        )
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        # Another encoding's letters hardly ever make one of UTF-8; most of them, never.
        letters = [c for c in content.decode("utf-8", "surrogateescape") if c > "\x7f"]
        if 2 * sum("\ud800" <= c <= "\udfff" for c in letters) < len(letters):
            line = content.count(b"\n", 0, error.start) + 1
            raise Refused(
                f"line {line} is not in UTF-8, though the rest of the file is.",
                ("Mend that line, or say what it is: ", Option("encoding", Blank("NAME")), "."),
            ) from None
        return _strictly(content, "cp1252"), "cp1252"


def _codec(name: str) -> str:
    try:
        codec = codecs.lookup(name.strip())
        codec.encode("a")
        "a".encode(codec.name)
        b"a".decode(codec.name, "ignore")
    except (LookupError, ValueError, TypeError):
        raise BadInput(
            f"there is no encoding '{name[:40]}'.",
            ("Say for example: ", Option("encoding", "utf-8"), ", cp1252, mac-roman or utf-16."),
        ) from None
    return codec.name


def _strictly(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(
            f"line {line} is not in {codec.removesuffix('-sig')}.",
            (
                "Say which encoding it is: ",
                Option("encoding", Blank("NAME")),
                " (utf-8, cp1252, mac-roman, utf-16).",
            ),
        ) from None
