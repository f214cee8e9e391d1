"""Names of columns and words of cells as they are compared."""

from __future__ import annotations

from reftrack.domain.spelling import name_key


def squeezed(text: str) -> str:
    """The letters and digits of a name, case and accents folded: `E-Mail` is `email`."""
    return "".join(filter(str.isalnum, name_key(text)))


def keys_of(words: str) -> list[str]:
    """The words of a table's row, between bars, as keys in their order."""
    return [squeezed(word) for word in words.split("|")]
