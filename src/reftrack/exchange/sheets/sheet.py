"""A spreadsheet that was understood: who referred whom on each row, and what happened."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from reftrack.exchange.sheets.columns import Columns
from reftrack.exchange.sheets.dates import Form
from reftrack.exchange.sheets.table import Row, Table

_CLOSING = ("lost", "declined", "referred-out")
# The events that end a referral, or win it: each happens once.
ENDINGS = ("won", "delivered", *_CLOSING)
# At one instant things stand in this order; thanks on the same day were for the news of that day.
ORDER = ("attempted", "contacted", "agreed", "met", "won", "delivered", *_CLOSING, "thanked")
_NUMBER = re.compile(r"@[0-9]{1,18}", re.ASCII)


class RowRefused(Exception):
    """The reason why a row is refused."""


@dataclass(frozen=True, slots=True)
class RowEvent:
    """An event of a row; `stamp` is its time as the file says it, the same on every reading.

    `more` is what its data says beside its text.
    """

    kind: str
    at: datetime
    stamp: str
    channel: str | None = None
    text: str | None = None
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Party:
    """A person as one row names them: by a name or by `@7`, with what else it says of them."""

    name: str
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    relation: str | None = None

    @property
    def is_number(self) -> bool:
        """True if the name is a person's number in the book."""
        return is_number(self.name)


@dataclass(frozen=True, slots=True)
class UnderstoodRow:
    """A row that was understood; its `kind` is None where it says none."""

    row: Row
    prospect: Party
    source: Party
    received_at: datetime
    stamp: str
    kind: str | None
    tie: str | None
    need: str | None
    note: str | None
    happened: tuple[RowEvent, ...]


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that is left out, and why."""

    row: Row
    reason: str


@dataclass
class Sheet:
    """A file that was understood; `assumed` has the lines for which something had to be assumed."""

    table: Table
    columns: Columns
    form: Form
    entries: list[UnderstoodRow] = field(default_factory=list)
    refusals: list[RefusedRow] = field(default_factory=list)
    assumed: dict[str, list[int]] = field(default_factory=dict)


def is_number(name: str) -> bool:
    """True if this is a person's number, such as `@7`."""
    return _NUMBER.fullmatch(name) is not None
