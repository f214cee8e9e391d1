"""Each courtesy in the fewest words, for where there is room for no more than that."""

from __future__ import annotations

from collections.abc import Mapping

from reftrack.wording.phrases import PHRASES

BRIEFS: Mapping[str, str] = {rule: phrases.brief for rule, phrases in PHRASES.items()}


def brief_of(rule: str, name: str) -> str:
    """The brief of this rule for somebody of this name, by the first name where that is enough."""
    first = name.split(maxsplit=1)[0] if name.strip() else name
    # An initial or a title says nothing alone.
    is_enough = len(first) > 2 and not first.endswith(".")
    return BRIEFS[rule].format(to=first if is_enough else name)
