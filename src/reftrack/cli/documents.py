"""The JSON forms that several commands share."""

from __future__ import annotations

from reftrack.application.records import Owed
from reftrack.application.results import Recorded
from reftrack.cli.command_line import command_text, hint_text
from reftrack.domain.times import text_of

RECORDED = "reftrack.recorded/1"


def owed_document(owed: Owed) -> dict[str, object]:
    """A courtesy as an item of `reftrack.due/1`."""
    courtesy, rule = owed.courtesy, owed.rule
    return {
        "rule": rule.name,
        "class": "debt" if owed.is_debt else "occasion",
        "status": owed.status,
        "referral": courtesy.referral,
        "to": {"id": owed.to.id, "name": owed.to.name},
        "about": {"id": owed.about.id, "name": owed.about.name} if owed.about else None,
        "opens_at": text_of(courtesy.opens_at),
        "due_at": text_of(courtesy.due_at),
        "channel": owed.way,
        "action": owed.action,
        "why": rule.why,
        "command": command_text(owed.command),
    }


def recorded_document(recorded: Recorded) -> dict[str, object]:
    """The form `reftrack.recorded/1`: what was recorded, what it settled and what stays owed."""
    return {
        "schema": RECORDED,
        "now": text_of(recorded.present.now),
        "recorded": [
            {
                "uid": event.uid,
                "kind": event.kind,
                "at": text_of(event.at),
                "referral": event.referral,
                "person": event.person,
                "channel": event.channel,
            }
            for event in recorded.events
        ],
        "lines": list(recorded.lines),
        "settled": [owed_document(owed) for owed in recorded.settled],
        "dropped": [owed_document(owed) for owed in recorded.dropped],
        "still_owed": [owed_document(owed) for owed in recorded.still_owed],
        "next": None if recorded.next is None else owed_document(recorded.next),
        "notes": [hint_text(note) for note in recorded.notes],
    }
