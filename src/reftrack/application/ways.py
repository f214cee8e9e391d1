"""Ways to reach somebody, in people's words."""

from __future__ import annotations

from reftrack.domain.events import WAYS
from reftrack.domain.spelling import name_key
from reftrack.errors import BadInput

# People's words for a way, and the words for it in answers.
_SAME_WAY = {
    "by-phone": "call",
    "letter": "card",
    "mail": "email",
    "message": "text",
    "meeting": "in-person",
    "person": "in-person",
    "phone": "call",
    "post": "card",
    "sms": "text",
    "visit": "in-person",
}


def way_of(text: str | None) -> str | None:
    """A way to reach somebody, by its name or the beginning of it; BadInput where it is none."""
    if text is None:
        return None
    wanted = "-".join(name_key(text).split())
    wanted = _SAME_WAY.get(wanted, wanted)
    fitting = [way for way in WAYS if way == wanted] or [
        way for way in WAYS if wanted and way.startswith(wanted)
    ]
    if len(fitting) == 1:
        return fitting[0]
    raise BadInput(f"'{text[:40]}' is no way to reach somebody.", f"Say {', '.join(WAYS)}.")
