"""Bash's half of completion: the line as it was typed, and the words as they have to stand in it.

Bash puts what it gets into the command line unchanged, so it is quoted here. It replaces only what
follows the last of its word breaks (`=` and `:` are among them), and where there are several
choices it inserts what they have in common, whatever was typed.
"""

from __future__ import annotations

from reftrack.cli.offering import FILES, offers

_PLAIN = frozenset("_@%+=:,./-")
_SPECIAL_IN_DOUBLE_QUOTES = frozenset('"$`\\')
# These break a word, but belong to what follows them.
_BREAKS_THAT_STAY = frozenset("$@")
# COMP_TYPE where TAB walks through the choices or inserts them all: nothing may stand beside them.
_VALUES_ALONE = ("37", "42")


class Typed:
    """A line as far as it was typed: its `words`, and the place from which bash replaces the last.

    `quote` is the sign of a quotation that is still open; `kept` is how much of the last word stays
    as it is, `begun` what stands behind that as it was typed.
    """

    def __init__(self, line: str, breaks: str) -> None:
        self.words = [""]
        self.quote = ""
        self.kept = 0
        self._breaks = breaks
        self._begins = 0
        signs = iter(enumerate(line, 1))
        for end, sign in signs:
            if sign == "\\" and self.quote != "'":
                self._take_escaped(next(signs, (end, ""))[1])
            elif self.quote and sign != self.quote:
                self.words[-1] += sign
            elif sign in "\"'":
                self.quote = "" if self.quote else sign
                self._begin(end, len(self.words[-1]))
            elif sign in " \t\n":
                if self._begins < end - 1 or self.words[-1]:
                    self.words.append("")
                self._begin(end, 0)
            else:
                self._take(end, sign)
        self.begun = line[self._begins :]

    def _begin(self, at: int, kept: int) -> None:
        self._begins, self.kept = at, kept

    def _take_escaped(self, sign: str) -> None:
        is_kept = self.quote and sign not in _SPECIAL_IN_DOUBLE_QUOTES
        self.words[-1] += "\\" + sign if is_kept else sign

    def _take(self, end: int, sign: str) -> None:
        self.words[-1] += sign
        if sign in self._breaks:
            stays = sign in _BREAKS_THAT_STAY
            self._begin(end - stays, len(self.words[-1]) - stays)

    def replaced_by(self, value: str) -> str | None:
        """The text in place of `begun` that makes the last word `value`; None where none can."""
        if value[: self.kept].casefold() != self.words[-1][: self.kept].casefold():
            return None
        rest = value[self.kept :]
        if self.quote == "'":
            return None if "'" in rest else rest
        if self.quote:
            # An exclamation mark calls up the history there, and no sign keeps it from that.
            quoted = "".join(f"\\{c}" if c in _SPECIAL_IN_DOUBLE_QUOTES else c for c in rest)
            # Bash ends the quotation itself, unless its sign seems to stand there already.
            return None if "!" in rest else quoted + ('"' if quoted.endswith('"') else "")
        return "".join(c if c.isalnum() or c in _PLAIN else f"\\{c}" for c in rest)


def completion_reply(line: str, type_: str, breaks: str) -> list[str]:
    """The lines for COMPREPLY, from the line up to the cursor, COMP_TYPE and COMP_WORDBREAKS."""
    typed = Typed(line, breaks)
    found = offers(typed.words[1:] or [""])
    if found == FILES:
        return ["\tfiles"]
    shown = [(text, said) for v, said in found if (text := typed.replaced_by(v)) is not None]
    texts = [text for text, _ in shown]
    if len(shown) < 2 or type_ in _VALUES_ALONE:
        return texts
    lines = [f"{text}  ({said})" if said else text for text, said in shown]
    first, last = min(texts), max(texts)  # all values begin with what these two have in common
    in_common = next((i for i, c in enumerate(first) if last[i : i + 1] != c), len(first))
    if in_common < len(typed.begun):
        # They have less in common than was typed: with this among them bash inserts nothing.
        lines.append(" ")
    return lines
