"""Every place on a command line, every bad word for it, and what a refusal looks like."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from tests.support.driver import Book, Result

TICKS = ["--agreed", "--delivered", "--happy"]

# What may not reach a terminal: controls but the line break, C1, bidirectional controls, surrogates.
UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)


def digest(path: Path) -> str | None:
    """A digest that tells whether a file has changed; None where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None


def checked(result: Result, arguments: object) -> Result:
    """The promises that hold of every answer, good or bad."""
    context = (str(arguments)[:200], result.code, result.out[:500], result.err[:500])
    for text in (result.out, result.err):
        assert not UNSAFE.search(text), context
        assert "Traceback" not in text, context
        assert "in reftrack itself" not in text, context
    if result.code in (1, 2, 3):
        assert result.out == "", context
        assert result.err.startswith("error: "), context
        lines = result.err.splitlines()
        assert len(lines) <= 2 or " several" in lines[0], context
        assert all(len(line) < 400 or "database" in line for line in lines), context
    return result


def fails(book: Book, *arguments: str, code: int) -> Result:
    """Runs what must fail with this code: the answer is in form, the database as it was."""
    before = digest(book.path)
    result = checked(book(*arguments, code=code), arguments)
    assert digest(book.path) == before
    assert not list(book.folder.glob("*-journal"))
    return result


PLACES = [
    ["add", "{}", "--from", "Sam Ortiz"],
    ["add", "Kim Wood", "--from", "{}"],
    *(
        ["add", "Kim Wood", "--from", "Sam Ortiz", f"--{option}", "{}"]
        for option in (
            *("kind", "relation", "tie", "phone", "email", "company", "source-phone"),
            *("source-email", "source-company", "need", "note", "thanked", "at"),
        )
    ),
    ["due", "--for", "{}"],
    ["due", "--on", "{}"],
    ["due", "--ahead", "{}"],
    ["due", "--limit", "{}"],
    ["thank", "{}"],
    ["thank", "1", "{}"],
    ["thank", "1", "--by", "{}"],
    ["thank", "1", "--gift", "{}"],
    ["thank", "1", "--at", "{}"],
    ["thank", "1", "--note", "{}"],
    ["tell", "{}"],
    ["tell", "1", "{}"],
    ["tell", "1", "--text", "{}"],
    ["explain", "{}"],
    ["educate", "{}"],
    ["contact", "{}"],
    ["contact", "1", "--next", "{}"],
    ["agree", "{}", "mon"],
    ["agree", "1", "{}"],
    ["agree", "1", "mon", "--what", "{}"],
    ["agree", "1", "mon", "--by", "{}"],
    ["meet", "{}"],
    ["meet", "1", "--next", "{}"],
    ["win", "{}"],
    ["win", "1", "--value", "{}"],
    ["deliver", "{}"],
    ["done", "{}"],
    ["lose", "{}", "--why", "x"],
    ["lose", "1", "--why", "{}"],
    ["decline", "{}", "--why", "x"],
    ["decline", "1", "--why", "{}"],
    ["refer-out", "{}", "--to", "Kim Wood"],
    ["refer-out", "1", "--to", "{}"],
    ["problem", "{}", "late"],
    ["problem", "1", "{}"],
    ["resolve", "{}", "free"],
    ["resolve", "1", "{}"],
    ["resolve", "1", "free", "--problem", "{}"],
    ["promise", "{}", "a price", "--due", "mon"],
    ["promise", "1", "{}", "--due", "mon"],
    ["promise", "1", "a price", "--due", "{}"],
    ["keep", "{}"],
    ["keep", "1", "{}"],
    ["keep", "1", "a price", "--due", "{}"],
    ["rate", "{}", "good"],
    ["rate", "1", "{}"],
    ["missed", "{}"],
    ["call-back", "{}"],
    ["open-again", "{}"],
    ["refer", "{}", "--to", "Sam Ortiz"],
    ["refer", "Lee Park", "--to", "{}"],
    ["review", "{}", *TICKS],
    ["review", "@1", *TICKS, "--busy-until", "{}"],
    ["ask", "{}", "--anyway"],
    ["wish", "{}", "--by", "email"],
    ["wish", "@1", "--updates", "{}"],
    ["wish", "@1", "--by", "{}"],
    ["waive", "{}", "all", "--why", "x"],
    ["waive", "1", "{}", "--why", "x"],
    ["waive", "1", "all", "--why", "{}"],
    ["snooze", "{}", "--until", "thu"],
    ["snooze", "1", "--until", "{}"],
    ["snooze", "1", "--until", "thu", "--rule", "{}"],
    ["pause", "--at", "{}"],
    ["pause", "--until", "{}"],
    ["pause", "--note", "{}"],
    ["resume", "--at", "{}"],
    ["show", "{}"],
    ["list", "--limit", "{}"],
    ["export", "--format", "{}"],
    ["import", "{}"],
    ["import", "{}.vcf", "--yes"],
    ["import", "{}.vcf", "--yes", "--encoding", "{}"],
    ["{}"],
    ["due", "{}"],
    ["due", "--{}"],
]

WORDS = [
    *("", " ", "\t\n", "\u00a0", "\u0301", "\u200b", "-", "--", "-1", "--nope", "-x", "+1", "*"),
    *("0", "00", "999", "1.5", "1e3", str(10**30), str(2**63), str(2**63 - 1), "9" * 5000),
    *("@0", "@-1", "@999", f"@{10**30}", "@", "@@", "@x", "x@y", "@1@2", "@ 1"),
    *("[/]", "[red]x", "[bold]x[/]", ":smile:", "{0}", "%s", "%", "_", "'", '"', "\\", "$HOME"),
    *("\x1b]0;owned\x07", "\x1b[31mred", "\x9b31m", "a\x00b", "\u202egnirts", "\ufeffx", "a\rb"),
    *("\udcff", "x\ud800y", "\x7f", "\u2028x", "\u2066x\u2069"),
    *("²", "١٢", "１２", "½", "ﬀ", "İ", "ß", "👩\u200d👧"),
    *("0001-01-01", "9999-12-31", "9999-12-31T23:59:59Z", "1899-12-31", "2200-01-01"),
    *("2026-02-30", "2026-13-01", "25:00", "nonsense", "in 9999999999 days", "0d", "-1d", "7x"),
    *("2026-11-20T15:00:00+99:99", "0001-01-01T00:00:00+14:00", "99999d", "in 9999 months"),
    *("Sam", "Dana Ruiz", "x" * 201, "x" * 501, "x y " * 6000, "x" * 1_000_000),
]
