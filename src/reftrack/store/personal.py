"""The places in a book that hold a person's words or numbers.

The proofs put a secret into each and look for it where it must not appear. Every column of the
tables and every key of an event's data stands here as one or the other: a test fails for what
is missing.
"""

from __future__ import annotations

# By table, the columns that hold what somebody is called, is reached by, said, or was said of them.
PERSONAL: dict[str, frozenset[str]] = {
    "step": frozenset({"summary"}),
    "person_version": frozenset({"name", "name_key", "company", "note"}),
    "name_part": frozenset({"part"}),
    "contact_point": frozenset({"label", "value", "key"}),
    "referral_version": frozenset({"tie", "need", "note"}),
    "event": frozenset({"note", "data"}),
}

# The columns that hold none: numbers of the book's own, instants, words of the program.
IMPERSONAL: dict[str, frozenset[str]] = {
    # The time zone, and what the projections were computed with.
    "book": frozenset({"name", "value"}),
    "step": frozenset({"id", "number", "at", "command", "undone"}),
    "turning": frozenset({"id", "at", "step", "undone", "newest"}),
    "person": frozenset({"id", "uid", "step"}),
    "person_version": frozenset(
        {"id", "person", "step", "sets", "relation", "updates", "channel", "merged_into"}
    ),
    "name_part": frozenset({"version"}),
    "contact_point": frozenset({"version", "kind", "place"}),
    "referral": frozenset({"id", "uid", "step"}),
    "referral_version": frozenset(
        {
            *("id", "referral", "step", "sets", "source", "prospect", "kind"),
            *("received_at", "confidential"),
        }
    ),
    "event": frozenset(
        {"id", "uid", "step", "at", "kind", "referral", "person", "channel", "ahead"}
    ),
    "courtesy": frozenset(
        {
            *("id", "rule", "class", "referral", "person", "cause", "to_person", "about"),
            *("opens_at", "due_at", "ended_at", "outcome", "ends_at"),
        }
    ),
    "standing": frozenset(
        {
            *("referral", "stage", "since", "ended_at", "source", "received_at"),
            *("proved_at", "proof", "proof_uid", "is_troubled"),
        }
    ),
    "heard": frozenset({"person", "at", "event", "uid", "is_waiver"}),
}

# The keys of an event's data: texts and names, and what the program itself puts there.
PERSONAL_DATA = frozenset({"text", "gift", "prospect", "value"})
IMPERSONAL_DATA = frozenset(
    {
        *("to", "from", "referral", "promise", "problem"),  # uids
        *("fit", "rule", "agreed", "delivered", "happy", "news", "currency"),
        *("until", "busy_until", "at", "on", "due"),
    }
)
