"""Names that are so alike that a slip of the hand is likely."""

from __future__ import annotations

from collections import defaultdict


class Likeness:
    """An index of names by the slips of the hand, to find similar ones without comparing all."""

    def __init__(self) -> None:
        self._by_slip: dict[str, dict[str, str]] = defaultdict(dict)
        self._by_frame: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        self._by_word: dict[str, dict[str, str]] = defaultdict(dict)

    def learn(self, key: str, shown: str) -> None:
        """Adds a name to the index."""
        for slip in _slips(key):
            self._by_slip[slip][key] = shown
        words = key.split() or [key]
        self._by_frame[words[0], words[-1]][key] = shown
        if len(words) == 1:
            self._by_word[key][key] = shown

    def near(self, key: str) -> list[str]:
        """At most three names that are like it, but not the same."""
        found: dict[str, str] = {}
        for slip in _slips(key):
            found |= self._by_slip.get(slip, {})
        words = key.split() or [key]
        found |= self._by_frame.get((words[0], words[-1]), {})
        for word in words if len(words) > 1 else ():
            found |= self._by_word.get(word, {})
        return [shown for other, shown in found.items() if other != key][:3]


def _slips(key: str) -> set[str]:
    """The name, and the name with each letter left out; two that share one are alike."""
    if len(key) < 6:
        return {key}
    return {key, *(key[:place] + key[place + 1 :] for place in range(len(key)))}
