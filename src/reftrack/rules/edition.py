"""The edition of the rulebook, and two of its classes: known without loading it."""

from __future__ import annotations

# Counted up whenever the same history and policy would give other courtesies than before.
RULEBOOK_VERSION = 2

# The rules whose rows say that they are occasions, or a next step: copies, for a count that must
# not wait for the rulebook to be loaded. A test holds them against the rows.
NEXT_STEPS = ("try-again", "keep-informed", "follow-up")
OCCASIONS = ("ask-preference", "return-favour", "review-client", "ask-for-referrals")
