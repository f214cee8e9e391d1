"""Words as they are compared, and the known word that was probably meant by one that is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reftrack.errors import BadInput

# Known to mypy by its name, without the module that a prompt must not wait for.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from reftrack.hints import Hint


def nearest(word: str, known: Iterable[str], count: int = 1, likeness: float = 0.6) -> list[str]:
    """At most `count` of the known words that are like `word`, the likest first."""
    # Only a mistake pays for it: no command needs it at its start.
    import difflib

    return difflib.get_close_matches(word, list(known), count, likeness)


def did_you_mean(word: str, known: Iterable[str], otherwise: Hint, count: int = 1) -> Hint:
    """The second line of an error: the likeliest words, or else `otherwise`."""
    near = nearest(word, known, count)
    return f"Did you mean {' or '.join(near)}?" if near else otherwise


def one_of(text: str | None, choices: Sequence[str], what: str) -> str | None:
    """One of these words, whatever its case, None where nothing is said; BadInput for any other."""
    if text is None:
        return None
    wanted = text.strip().casefold()
    if wanted not in choices:
        raise BadInput(f"'{text[:40]}' is no {what}.", f"Say {', '.join(choices)}.")
    return wanted


def name_key(name: str) -> str:
    """`name` as it is compared: case, accents and spaces folded.

    >>> name_key("  José  ÁLVAREZ ")
    'jose alvarez'
    """
    # Most names are ASCII, and what takes the others apart is 1 MB of tables.
    if name.isascii():
        return " ".join(name.lower().split())
    import unicodedata

    decomposed = unicodedata.normalize("NFKD", name.casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFKC", bare).casefold().split())
