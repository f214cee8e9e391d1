"""The fields of people and referrals that can be edited, and how each is checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from reftrack.application.ways import way_of
from reftrack.domain.people import (
    RELATIONS,
    checked_line,
    checked_name,
    checked_text,
    said_updates,
)
from reftrack.domain.referrals import KINDS
from reftrack.domain.spelling import one_of
from reftrack.errors import BadInput


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its attribute, the question for it, its check, and whether it may be empty."""

    attribute: str
    question: str
    check: Callable[[str], str | None]
    is_required: bool = False


def _updates(text: str) -> str:
    return said_updates(text)


def _as_typed(text: str) -> str:
    return text


def _line(what: str) -> Callable[[str], str]:
    return partial(checked_line, what=f"The {what}")


def _text(what: str) -> Callable[[str], str]:
    return partial(checked_text, what=f"The {what}")


OF_PERSON = {
    "name": Field("name", "Name", checked_name, is_required=True),
    "email": Field("email", "Email", _line("email")),
    "phone": Field("phone", "Phone", _line("phone")),
    "company": Field("company", "Company", _line("company")),
    "relation": Field(
        "relation",
        f"Relation to you ({', '.join(RELATIONS)})",
        partial(one_of, choices=RELATIONS, what="relation"),
    ),
    "updates": Field("updates", "News (milestones, outcome, or days: 30d)", _updates),
    "by": Field("channel", "How they want to hear (card, call, email, text, in-person)", way_of),
    "note": Field("note", "Private note", _text("note")),
}
OF_REFERRAL = {
    "from": Field("source", "Who referred them", _as_typed, is_required=True),
    "prospect": Field("prospect", "Who was referred", _as_typed, is_required=True),
    "kind": Field(
        "kind",
        f"Kind ({', '.join(KINDS)})",
        partial(one_of, choices=KINDS, what="kind"),
        is_required=True,
    ),
    "tie": Field("tie", "What they are to the source (cousin, neighbour)", _line("tie")),
    "need": Field("need", "What they need; private", _text("need")),
    "note": Field("note", "Private note", _text("note")),
    "received": Field("received_at", "Received", _as_typed, is_required=True),
    "confidential": Field(
        "confidential",
        "The source asked not to be named (yes, no)",
        partial(one_of, choices=("yes", "no"), what="answer"),
        is_required=True,
    ),
}


# Shown by `show` alone: the screen of any other answer may be seen by others.
PRIVATE = ("need", "note")


def cleaned(option: str, field: Field, text: str) -> str | None:
    """The text as it is stored, None where it is cleared; BadInput where it cannot be."""
    if text.strip():
        return field.check(text)
    if field.is_required:
        raise BadInput(f"{option} cannot be empty.", "Leave it out to keep what stands there.")
    return None
