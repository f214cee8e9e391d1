"""People: sources, prospects and clients are all persons, and one may be each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reftrack.errors import BadInput

RELATIONS = ("client", "partner", "colleague", "friend", "family", "other")

NAME_LIMIT = 200
LINE_LIMIT = 500
TEXT_LIMIT = 20_000

_UPDATES = re.compile(r"(?:[1-9][0-9]{0,3})d")
MILESTONES = "milestones"
OUTCOME = "outcome"


def days_of(wish: str) -> int | None:
    """The days of a wish such as `30d`, None where it is none."""
    return int(wish[:-1]) if _UPDATES.fullmatch(wish) else None


CONTACT_KINDS = ("phone", "email", "address")


class ContactPoint(NamedTuple):
    """A phone, an email or a postal address; `label` says which one it is: mobile, work."""

    kind: str
    value: str
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the book. `note` is private; `updates` and `channel` are their own wish.

    `email` and `phone` are the first ones. `contacts` has all of a kind where there is more to say:
    several, what each is, an address. A book gives it only where it is asked for.
    """

    id: int
    uid: str
    name: str
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    relation: str | None = None
    updates: str | None = None
    channel: str | None = None
    note: str | None = None
    contacts: tuple[ContactPoint, ...] = ()

    @property
    def updates_every(self) -> int | None:
        """The number of days between news that they wished for, None where none was named."""
        return None if self.updates is None else days_of(self.updates)


def is_more_than_first(points: Sequence[ContactPoint]) -> bool:
    """True if these, all of one kind, say more than the first phone or email alone."""
    return len(points) > 1 or any(point.kind == "address" or point.label for point in points)


class Contact(NamedTuple):
    """A person as they may be shown beside a courtesy: nothing private."""

    id: int
    name: str
    phone: str | None = None
    email: str | None = None
    channel: str | None = None


def checked_updates(wish: str) -> str:
    """`wish` if it says how often a source wants news, else BadInput."""
    if wish in (MILESTONES, OUTCOME) or _UPDATES.fullmatch(wish):
        return wish
    raise BadInput(
        f"'{short(wish)}' does not say how often.",
        "Say milestones, outcome, monthly, or a number of days such as 30d.",
    )


# How often, as people say it, in the days that are kept.
_OFTEN = {
    "weekly": "7d",
    "fortnightly": "14d",
    "monthly": "30d",
    "quarterly": "90d",
    "yearly": "365d",
}


def said_updates(text: str) -> str:
    """The wish for news that was typed, as it is kept; BadInput where it does not say how often."""
    wish = "".join(text.casefold().split())
    return checked_updates(_OFTEN.get(wish, wish))


def kept_text(text: str) -> str | None:
    """`text` as it is kept, without blanks around it; None where nothing is left."""
    return text.strip() or None


def kept_line(text: str) -> str | None:
    """The text as `kept_text` gives it, on one line: runs of white space become one blank."""
    return " ".join(text.split()) or None


# The last digits of a telephone number are the same however its country is dialled.
_LOCAL_DIGITS, _NATIONAL_DIGITS = 7, 9


def is_same_phone(one: str, other: str) -> bool:
    """True if both ring at one place: `+44 20 7946 0018` and `020 7946 0018` do."""
    a, b = ("".join(sign for sign in text if sign.isdigit()) for text in (one, other))
    shared = min(len(a), len(b), _NATIONAL_DIGITS)
    return a == b or (shared >= _LOCAL_DIGITS and a[-shared:] == b[-shared:])


def is_same_email(one: str, other: str) -> bool:
    """True if both are one address: case does not matter in practice."""
    return one.strip().casefold() == other.strip().casefold()


def with_former(name: str, former: Sequence[str]) -> str:
    """The name with those that its bearer had before: `Kit Hale, formerly Moor`.

    >>> with_former("Kit Hale", ["Kit Moor"]), with_former("Kit Hale", [])
    ('Kit Hale, formerly Moor', 'Kit Hale')
    """
    first = name.split(maxsplit=1)[0]
    shown = [before.removeprefix(f"{first} ") for before in former]
    return f"{name}, formerly {' and '.join(shown)}" if shown else name


def is_name(name: str) -> bool:
    """True if it can be told from a number and an email: 12 is a referral, @7 a person."""
    return "@" not in name and any(c.isalpha() for c in name)


def short(text: str, limit: int = 40) -> str:
    """`text` as it may stand in a message: cut where it is long."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


# What stands in capitals in a command that is shown; recorded as it stands it would be nonsense.
_PLACEHOLDERS = frozenset({"TEXT", "NAME", "PERSON", "SOURCE", "PROSPECT", "…", "..."})


def checked_text(text: str, what: str, limit: int = TEXT_LIMIT) -> str:
    """`text` without blanks around it; BadInput where it is empty, too long or no text at all."""
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise BadInput(
            f"{what} holds a byte that is no text.", "Type it again, or check the file's encoding."
        )
    text = text.strip()
    if text in _PLACEHOLDERS:
        raise BadInput(f"{text} only holds the place of your own words.", "Put them there.")
    if not text:
        raise BadInput(f"{what} is empty.", "Say it in words, or leave the option out.")
    if len(text) > limit:
        raise BadInput(
            f"{what} has {len(text):,} characters; {limit:,} are kept.", "Make it shorter."
        )
    return text


def checked_line(text: str, what: str, limit: int = LINE_LIMIT) -> str:
    """The text as `checked_text` gives it, on one line: runs of white space become one blank."""
    return " ".join(checked_text(text, what, limit).split())


def checked_name(text: str, what: str = "The name") -> str:
    """A person's name as it is kept; BadInput where it reads as a number or an email."""
    name = checked_line(text, what, NAME_LIMIT)
    if "@" in name:
        raise BadInput(
            f"{what} '{short(name)}' has an @ in it.",
            "With one it would be a person's number, or an email.",
        )
    if not is_name(name):
        raise BadInput(
            f"{what} '{short(name)}' has no letter in it.",
            "Names need one: a bare number is a referral, @7 a person.",
        )
    return name
