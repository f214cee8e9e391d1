"""Which rulebook this is, and which of its rules are occasions: known without loading it."""

from __future__ import annotations

# Counted up whenever the same history and policy would give other courtesies than before.
RULEBOOK_VERSION = 1

# Good to do when the chance comes; every other rule is a debt, on which somebody's trust waits.
OCCASIONS = ("ask-preference", "return-favour", "review-client", "ask-for-referrals")
