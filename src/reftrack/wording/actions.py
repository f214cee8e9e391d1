"""Each courtesy as a line of the morning, and as the command that settles it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reftrack.rules.rulebook import BY_NAME, Rule
from reftrack.rules.terms import Policy


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line may name: a referral or a person, by number and name; nothing private.

    `about` is the other person, empty where there is none or it is the same one. `told` is the
    shareable text of what raised it; `live` are the prospects to give news of.
    """

    it: str
    to: str
    about: str = ""
    told: str = ""
    live: tuple[str, ...] = ()
    days: int = 0
    is_won: bool = False


# The line of a courtesy that stands alone, and what is added where one touch settles it as well.
_LINES: Mapping[str, tuple[str, str]] = {
    "thank-referral": ("Thank {to} for referring {about}", "thank them for the referral"),
    "contact-prospect": ("Call {to} (from {about})", ""),
    "try-again": ("Try {to} again (from {about})", ""),
    "ask-introduction": (
        "Ask {to} to introduce you to {about}: three tries, no answer",
        "ask for an introduction",
    ),
    "note-meeting": ("Thank {to}: you met {about}", "say that you met"),
    "announce-win": ("Tell {to} that {about} signed", "tell them of the sale"),
    "thank-win": ("Thank {to} for the sale to {about}", "thank them for the sale"),
    "explain-loss": ("Explain to {to} why {about} was lost", "explain the loss"),
    "explain-decline": ("Explain to {to} why {about} is not for you", "explain your no"),
    "find-better": ("Find somebody better for {to} (from {about})", ""),
    "report-problem": ("Tell {to} of the problem with {about}", "tell them of the problem"),
    "resolve-problem": ("Put right the problem of {to} (from {about})", ""),
    "report-resolution": (
        "Tell {to} that the problem of {about} is put right",
        "say that it is put right",
    ),
    "keep-informed": ("News for {to}", ""),
    "educate-source": ("Tell {to} whom you help best: {about} was a poor fit", ""),
    "explain-capacity": (
        "Tell {to} that you are full: {about} has to wait",
        "say that you are full",
    ),
    "thank-chain": ("Thank {to}: {about} sends you referrals now", "say what they began"),
    "follow-up": ("Follow up with {to} (from {about})", ""),
    "call-back": ("Call {to} back", ""),
    "ask-preference": ("Ask {to} how they want to hear from you", ""),
    "return-favour": ("Return the favour of {to} with a referral", ""),
    "review-client": ("Ask {to} how the work went", ""),
    "ask-for-referrals": ("Ask {to} for referrals: they are happy", ""),
    "reopen-intake": ("Tell {to} that you have room again", ""),
}

# New business from the same contact: source and prospect are one person.
_ALONE: Mapping[str, str] = {
    "thank-referral": "Thank {to} for coming to you again",
    "thank-win": "Thank {to} for the new business",
}

_REPEATS_WHAT_WAS_SAID = frozenset({"report-problem", "resolve-problem", "report-resolution"})


def action_of(rule: str, subject: Subject) -> str:
    """The courtesy as one imperative sentence without its full stop."""
    template = _LINES[rule][0]
    if not subject.about:
        template = _ALONE.get(rule, template.replace(" (from {about})", ""))
    line = template.format(to=subject.to, about=subject.about)
    if rule == "keep-informed" and subject.live:
        line += f": {_listed(subject.live)}, {subject.days} days quiet"
    if rule == "follow-up" and subject.is_won:
        line += ": won, not delivered yet"
    if rule in _REPEATS_WHAT_WAS_SAID and subject.told:
        line += f": {subject.told}"
    return line


def addition_of(rule: str) -> str:
    """What the same touch does too, in a few words."""
    return _LINES[rule][1]


def _listed(names: tuple[str, ...]) -> str:
    if len(names) > 3:
        return f"{', '.join(names[:2])} and {len(names) - 2} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def command_of(rule: str, subject: Subject) -> str:
    """The command that settles the courtesy; a word that only the user knows is in capitals."""
    template = BY_NAME[rule].command
    if rule == "follow-up" and subject.is_won:
        template = "deliver {it}"
    return "reftrack " + template.format(it=subject.it)


def channel_of(rule: Rule, wish: str | None, policy: Policy) -> str | None:
    """How: the source's wish where one is recorded, else the rule's usual way, None without one.

    What is due within four hours stays a call, unless the wish is text.
    """
    usual = rule.way.replace(" ", "-") if rule.way in _WAYS else None
    if rule.to != "source" or wish is None:
        return usual
    within = policy.within[rule.name]
    if not within.days and within.hours <= 4 and wish != "text":
        return "call"
    return wish


_WAYS = ("card", "call", "email", "text", "in person")
