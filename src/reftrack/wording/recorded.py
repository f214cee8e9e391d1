"""The sentence for each recorded event; it names nothing private."""

from __future__ import annotations

from collections.abc import Mapping

_WAYS = {
    "card": "by card",
    "call": "by phone",
    "email": "by email",
    "text": "by text",
    "in-person": "in person",
    "gift": "with a gift",
}

# On a referral: {source} and {prospect} are names, {text} what others may be told, {agreement} the
# words of `agreement`.
_ON_REFERRAL: Mapping[str, str] = {
    "attempted": "Tried {prospect}, no answer",
    "contacted": "Contacted {prospect}",
    "agreed": "{agreement}",
    "met": "Met {prospect}",
    "won": "Won {prospect}",
    "delivered": "Delivered to {prospect}",
    "lost": "Lost {prospect}: {text}",
    "declined": "Declined {prospect}: {text}",
    "referred-out": "Referred {prospect} on to {to}",
    "problem": "A problem with {prospect}: {text}",
    "resolved": "Put right for {prospect}: {text}{which}",
    "rated": "Rated {prospect} a {fit} fit",
    "thanked": "Thanked {source} for {prospect}",
    "told": "Told {source} about {prospect}",
    "explained": "Explained {prospect} to {source}",
    "source-corrected": "The source of {prospect} is {source}",
    "educated": "Told {source} whom you help best, after {prospect}",
    "noted": "Noted about {prospect}",
}

# On a person: {person} is the name.
_ON_PERSON: Mapping[str, str] = {
    "missed": "Missed a call from {person}",
    "called-back": "Called {person} back",
    "promised": "Promised {person} by {due}: {text}",
    "kept": "Kept the promise to {person}: {text}",
    "wished": "{person} wishes to hear: {text}",
    "given": "Referred {prospect} to {person}",
    "delivered": "Delivered to {person}",
    "reviewed": "Reviewed with {person}: {text}",
    "asked": "Asked {person} for referrals",
    "reopened": "Told {person} that you have room again",
    "noted": "Noted about {person}",
}


def agreement(prospect: str, *, on: str = "", before: str = "", text: str = "") -> str:
    """The sentence of an appointment `on` a day, moved from the one `before`; without, called off.

    `text` says what it is for.
    """
    if not on:
        return f"Called off the appointment with {prospect} on {before}"
    what = f" ({text})" if text else ""
    if before:
        return f"Moved the appointment with {prospect} from {before} to {on}{what}"
    return f"Agreed with {prospect} for {on}{what}"


def on_referral(kind: str, channel: str | None, **names: str) -> str:
    """The sentence of an event on a referral, without its full stop."""
    return _with_way(_ON_REFERRAL[kind].format(**names), channel)


def on_person(kind: str, channel: str | None, **names: str) -> str:
    """The sentence of an event on a person, without its full stop."""
    return _with_way(_ON_PERSON[kind].format(**names), channel)


def _with_way(sentence: str, channel: str | None) -> str:
    return f"{sentence}, {_WAYS[channel]}" if channel else sentence
