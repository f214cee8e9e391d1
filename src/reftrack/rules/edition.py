"""The edition of the rulebook, and its occasions: known without loading it."""

from __future__ import annotations

# Counted up whenever the same history and policy would give other courtesies than before.
RULEBOOK_VERSION = 1

# The rules whose rows say that they are occasions: a copy, for a count that must not wait for the
# rulebook to be loaded. A test holds it against the rows.
OCCASIONS = ("ask-preference", "return-favour", "review-client", "ask-for-referrals")
