"""The JSON forms that several commands share."""

from __future__ import annotations

from reftrack.application.records import Owed
from reftrack.cli.command_line import command_text
from reftrack.domain.times import text_of


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
