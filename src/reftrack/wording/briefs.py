"""Each courtesy in the fewest words, for where there is room for no more than that."""

from __future__ import annotations

from collections.abc import Mapping

BRIEFS: Mapping[str, str] = {
    "thank-referral": "thank {to}",
    "contact-prospect": "call {to}",
    "try-again": "try {to} again",
    "ask-introduction": "ask {to} to introduce you",
    "note-meeting": "thank {to}: you met",
    "announce-win": "tell {to} of the sale",
    "thank-win": "thank {to} for the sale",
    "explain-loss": "explain the loss to {to}",
    "explain-decline": "explain your no to {to}",
    "find-better": "find somebody better for {to}",
    "report-problem": "tell {to} of the problem",
    "resolve-problem": "put right the problem of {to}",
    "report-resolution": "tell {to} that it is put right",
    "keep-informed": "news for {to}",
    "educate-source": "tell {to} whom you help best",
    "explain-capacity": "tell {to} that you are full",
    "thank-chain": "thank {to} for what they began",
    "follow-up": "follow up with {to}",
    "call-back": "call {to} back",
    "ask-preference": "ask {to} how they want to hear",
    "return-favour": "return the favour of {to}",
    "review-client": "ask {to} how the work went",
    "ask-for-referrals": "ask {to} for referrals",
    "reopen-intake": "tell {to} that you have room",
}


def brief_of(rule: str, name: str) -> str:
    """What is owed by `rule` to the one of this name, whose first name is enough."""
    first = name.split(maxsplit=1)[0] if name.strip() else name
    # An initial or a title says nothing alone.
    is_enough = len(first) > 2 and not first.endswith(".")
    return BRIEFS[rule].format(to=first if is_enough else name)
