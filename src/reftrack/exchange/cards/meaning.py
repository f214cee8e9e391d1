"""The people on cards: each card is read into a person as far as it can be.

One that gives no name is a fault with its line, and never stops the others.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from reftrack.domain.people import LINE_LIMIT, NAME_LIMIT, TEXT_LIMIT
from reftrack.domain.spelling import name_key
from reftrack.errors import BadInput
from reftrack.exchange import plain
from reftrack.exchange.cards.lines import Decoder, Opened, cards, open_cards
from reftrack.exchange.cards.reaches import Reaches
from reftrack.exchange.cards.values import CardValues
from reftrack.hints import Option

_NO_PEOPLE = {"group": "a group", "location": "a place", "device": "a device", "thing": "a thing"}


@dataclass(frozen=True, slots=True)
class Card:
    """The person on one card, which begins on `line` of the file.

    `phones` and `emails` are all that it gives, the one to keep first; `others` is how many further
    numbers and addresses stand on it, faxes too. `note` is private. `made_of` says what the name
    was made of, empty where the card has one.
    """

    line: int
    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    company: str | None = None
    note: str | None = None
    made_of: str = ""
    others: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """A card that is not taken: the `line` on which it begins, and the reason."""

    line: int
    reason: str


def read_cards(raw: io.BufferedReader, encoding: str | None = None) -> Iterator[Card | Fault]:
    """The cards in the file, one after the other, each as a person or as a fault.

    `encoding` is that of values which do not name their own; UTF-8 is tried, then cp1252.
    BadInput where there is no such encoding.
    """
    if encoding is not None:
        _check_encoding(encoding)
    text, decoder = open_cards(raw, encoding)
    try:
        for card in cards(text):
            yield _meant(card, decoder)
    finally:
        text.detach()  # the caller closes the file


def _check_encoding(encoding: str) -> None:
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        raise BadInput(
            f"there is no encoding '{encoding[:40]}'.",
            ("Say ", Option("encoding", "cp1252"), ", or utf-8."),
        ) from None


def _meant(card: Opened, decoder: Decoder) -> Card | Fault:
    """The person on a card, or the fault that makes it none."""
    values = CardValues(card, decoder)
    for kind in ("KIND", "X-ADDRESSBOOKSERVER-KIND"):
        what = _NO_PEOPLE.get(values.raw(kind).casefold())
        if what is not None:
            return Fault(card.line, f"{what}, not a person")
    reaches = Reaches(values)
    phones, emails = reaches.phones(), reaches.emails()
    company = _company(values)
    name, made_of = _name(values, company, emails)
    if not name:
        is_empty = not values.properties.keys() - {"VERSION", "N", "FN"}
        reason = "the card is empty" if is_empty else "no name on it, no company and no email"
        return Fault(card.line, ": ".join([reason, *phones[:1]]))
    if len(name) > NAME_LIMIT:
        return Fault(card.line, f"its name has {len(name):,} letters; {NAME_LIMIT} are kept")
    if company is not None and name_key(company) == name_key(name):
        company = None
    others = reaches.count() - bool(phones) - bool(emails)
    return Card(card.line, name, phones, emails, company, _note(values), made_of, others)


def _name(values: CardValues, company: str | None, emails: tuple[str, ...]) -> tuple[str, str]:
    """The name of the person, and what it was made of, empty where the card has one."""
    full = values.said("FN")
    whole, is_filed = _put_together(values.parts("N"), full)
    if _is_name(full) and "@" not in full and not is_filed:
        return full, ""
    for name, made_of in (
        (whole, ""),
        (values.said("NICKNAME"), "nickname"),
        (company or "", "company"),
        (_name_in(emails), "email"),
    ):
        if _is_name(name) and "@" not in name:
            return name, made_of
    return "", ""


def _put_together(parts: list[str], full: str) -> tuple[str, bool]:
    """The name from its parts, and whether the whole one is only how it is filed.

    Outlook files people as "Ruiz, Dana", and calls that their name.
    """
    family, given, more, before, after = [*parts, "", "", "", "", ""][:5]
    is_filed = bool(family and given) and full.startswith((f"{family},", f"{family} ,"))
    if is_filed:
        before = ""
    ordered = (family, given, more) if _is_east_asian(family) else (given, more, family)
    return " ".join(filter(None, (before, *ordered, after))), is_filed


def _company(values: CardValues) -> str | None:
    found = next(filter(None, values.parts("ORG")), "")
    return found if 0 < len(found) <= LINE_LIMIT else None


def _note(values: CardValues) -> str | None:
    notes = [plain.lines(values.text(found)) for found in values.all("NOTE")]
    note = "\n".join(filter(None, notes))
    return note[:TEXT_LIMIT].strip() or None


def _is_name(text: str) -> bool:
    return any(sign.isalpha() for sign in text)


def _is_east_asian(text: str) -> bool:
    """True if the name is written in a script in which the family name comes first."""
    return any("\u3040" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7a3" for sign in text)


def _name_in(emails: tuple[str, ...]) -> str:
    """`Dana Ruiz`, from dana.ruiz@example.org."""
    if not emails:
        return ""
    name = " ".join(re.split(r"[._]+", emails[0].partition("@")[0])).strip()
    return name.title() if name.islower() else name
