"""The steps on record: what each command did, and which can be undone or redone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from reftrack.domain.times import instant_of
from reftrack.store.reader import Reader

_STEP = "id, number, at, command, summary, undone"


@dataclass(frozen=True, slots=True)
class Step:
    """One command as it was recorded; `summary` says in words what it did, nothing private.

    People know it by its `number`: ids give the order, and may have 19 digits.
    """

    id: int
    number: int
    at: datetime
    command: str
    summary: str
    is_undone: bool


def _step_of(row: tuple[int, int, str, str, str, int]) -> Step:
    id_, number, at, command, summary, undone = row
    return Step(id_, number, instant_of(at), command, summary, bool(undone))


def last_to_undo(reader: Reader) -> Step | None:
    """The last step that stands."""
    sql = f"SELECT {_STEP} FROM step WHERE undone = 0 ORDER BY id DESC LIMIT 1"
    return next(map(_step_of, reader.rows(sql)), None)


def first_to_redo(reader: Reader) -> Step | None:
    """The step that was undone last, unless something was recorded since."""
    sql = (
        f"SELECT {_STEP} FROM step WHERE undone = 1 AND id IN"
        " (SELECT step FROM turning WHERE newest = (SELECT max(id) FROM step)) ORDER BY id LIMIT 1"
    )
    return next(map(_step_of, reader.rows(sql)), None)


def last_steps(reader: Reader, limit: int) -> list[Step]:
    """The last steps, the latest first, undone ones too."""
    most = min(limit, 2**63 - 1)  # what SQLite can count to
    return [
        _step_of(row)
        for row in reader.rows(f"SELECT {_STEP} FROM step ORDER BY id DESC LIMIT ?", most)
    ]


def count_of_steps(reader: Reader) -> int:
    """The number of steps ever recorded, undone ones too."""
    ((count,),) = reader.rows("SELECT count(*) FROM step")
    return int(count)
