"""Uids for the records of a spreadsheet: the same whenever and wherever it is read."""

from __future__ import annotations

import hashlib
import json

from reftrack.domain.spelling import name_key
from reftrack.exchange.sheets.sheet import Party, UnderstoodRow

# The marks of our uids: what they are made of may not change, else a second import adds all anew.
_FORM = "reftrack.csv/1"


def uid_of(entry: UnderstoodRow) -> str:
    """The uid of the referral in a row, the same whenever and wherever it is read."""
    names = [key_of(entry.prospect), key_of(entry.source)]
    return hashed("referral", *names, entry.stamp, entry.kind or "")


def key_of(party: Party) -> str:
    """The key of the person whom a row names, however it spells them."""
    return party.name if party.is_number else name_key(party.name)


def hashed(*parts: str) -> str:
    """The uid that is made of these parts."""
    return hashlib.sha256(json.dumps([_FORM, *parts]).encode()).hexdigest()[:32]
