"""The edition of the rulebook, and what else a count for a prompt needs without loading it."""

from __future__ import annotations

# Counted up whenever the same history and policy would give other courtesies than before.
RULEBOOK_VERSION = 2

# The rules whose rows say that they are occasions, or a next step: copies, for a count that must
# not wait for the rulebook to be loaded. A test holds them against the rows.
NEXT_STEPS = ("try-again", "keep-informed", "follow-up")
OCCASIONS = ("ask-preference", "return-favour", "review-client", "ask-for-referrals")

# The rules whose day is told by the hour at which they open, and begins at its midnight.
WITH_HOUR = ("keep-appointment",)

# Which rules the command of a rule settles, on one referral and to one person, in the order of the
# rulebook: a copy as well. A follow-up has another command once the referral is won. Each
# appointment and each problem to put right is a record of its own.
DELIVERY = "follow-up, once won"
_THANKS = frozenset({"thank-referral", "note-meeting", "thank-win", "thank-chain"})
_CALLS = frozenset({"contact-prospect", "try-again", "follow-up"})
_NEWS = frozenset(
    {
        *("ask-introduction", "note-meeting", "announce-win"),
        *("report-problem", "report-resolution", "thank-chain"),
    }
)
_REASONS = frozenset(
    {
        *("explain-loss", "explain-decline", "explain-capacity"),
        *("report-problem", "report-resolution"),
    }
)
SETTLES = {
    "thank-referral": _THANKS,
    "contact-prospect": _CALLS,
    "try-again": _CALLS,
    "ask-introduction": _NEWS,
    "note-meeting": _THANKS,
    "announce-win": _NEWS,
    "thank-win": _THANKS,
    "explain-loss": _REASONS,
    "explain-decline": _REASONS,
    "find-better": frozenset[str](),
    "report-problem": _NEWS,
    "resolve-problem": frozenset[str](),
    "report-resolution": _NEWS,
    "educate-source": frozenset({"educate-source"}),
    "explain-capacity": _REASONS,
    "thank-chain": _THANKS,
    "follow-up": _CALLS,
    "keep-appointment": frozenset[str](),
    DELIVERY: frozenset({"follow-up"}),
}
