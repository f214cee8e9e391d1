"""The steps on record: what each command did, and which can be undone or redone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from reftrack.domain.spelling import name_key
from reftrack.domain.times import instant_of
from reftrack.store.reader import Reader

_STEP = "step.id, number, step.at, command, summary, step.undone"


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


def to_redo(reader: Reader) -> list[Step]:
    """The steps that were undone with nothing recorded since, the one undone last first."""
    sql = (
        f"SELECT {_STEP} FROM step JOIN (SELECT step, max(id) AS turned FROM turning"
        " WHERE undone = 1 AND newest = (SELECT max(id) FROM step) GROUP BY step) taken_back"
        " ON taken_back.step = step.id WHERE step.undone = 1 ORDER BY turned DESC"
    )
    return [_step_of(row) for row in reader.rows(sql)]


def step_numbered(reader: Reader, number: int) -> Step | None:
    """The step of this number, as people know it."""
    if not 0 < number < 2**63:
        return None
    sql = f"SELECT {_STEP} FROM step WHERE number = ?"
    return next(map(_step_of, reader.rows(sql, number)), None)


def steps_of(reader: Reader, ids: Iterable[int]) -> dict[int, Step]:
    """The steps with these ids, by id."""
    steps = map(_step_of, reader.rows_among(f"SELECT {_STEP} FROM step WHERE id IN", ids))
    return {step.id: step for step in steps}


def steps_saying(reader: Reader, key: str, *, undone: bool) -> list[Step]:
    """The steps of which a word begins so, or several in a row, the latest first.

    `key` is folded, as `name_key` does it. A number in it has to be the whole of one.
    """
    end = r"(?![0-9])" if key[-1:].isdigit() else ""
    said = re.compile(rf"(?<!\w){re.escape(key)}{end}")
    sql = f"SELECT {_STEP} FROM step WHERE undone = ? ORDER BY id DESC"
    steps = map(_step_of, reader.rows(sql, int(undone)))
    return [step for step in steps if said.search(name_key(f"{step.command} {step.summary}"))]


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
