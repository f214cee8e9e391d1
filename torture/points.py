"""Killed at a chosen operation in a migration or a restore: the old book or the new, never between.

The shim ends the process at the n-th operation that changes a file, so that each point is another
one, and the same every time.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from reftrack.store.version import VERSION
from torture.ground import Ground, State
from torture.proof import Proof
from torture.shim import CHANGES, Blow, Lacking, Shim

RELEASED = Path(__file__).parent.parent / "tests" / "databases"
LEAST = 30


@dataclass(frozen=True)
class Passage:
    """A command that takes the book from one state to another."""

    name: str
    state: State
    arguments: Sequence[str]


def passages(ground: Ground) -> Iterator[Passage]:
    """The migration from each earlier version, by a command that reads; and a restore."""
    for old in (RELEASED / f"version-{number}.db" for number in range(1, VERSION)):
        state = {Path("book.db"): old.read_bytes()}
        yield Passage(f"migration from {old.stem}, reading", state, ["due", "--count"])
    yield restoring(ground)


def restoring(ground: Ground) -> Passage:
    """A larger book about to be replaced by the backup of a smaller one."""
    ground.put({})
    ground.fill(12)
    backup = ground.aside / "kept.db"
    said = ground.here("backup", str(backup))
    if said.code:
        raise RuntimeError(said.err)
    ground.fill(12, name="Later Person")
    return Passage("restore", ground.state(), ["restore", str(backup), "--yes"])


def dumped(path: Path) -> str:
    """Version, tables and rows of a database; the look rolls back what a crash left half done."""
    with closing(sqlite3.connect(path)) as connection:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        return "\n".join([f"version {version}", *connection.iterdump()])


def fallen(state: State, folder: Path) -> str:
    """The content of a book in this state, found out on a copy."""
    copy = folder / "copy"
    copy.mkdir(exist_ok=True)
    for path in copy.iterdir():
        path.unlink()
    for name, content in state.items():
        if len(name.parts) == 1:
            (copy / name).write_bytes(content)
    try:
        return dumped(copy / "book.db")
    except sqlite3.DatabaseError as error:
        return f"no whole book: {error}"


def chosen(operations: Sequence[str], most: int) -> list[int]:
    """So many of the operations at most, each kind as often as the others, its last one first."""
    places: dict[str, list[int]] = {}
    for at, operation in enumerate(operations, 1):
        places.setdefault(operation, []).insert(0, at)
    in_turn = [at for row in zip_longest(*places.values()) for at in row if at]
    return sorted(in_turn[:most])


def kill_through(
    ground: Ground, shim: Shim, passage: Passage, proof: Proof, most: int, until: float
) -> None:
    """Kills the command at one operation after the other, and looks at what is there."""
    ground.put(passage.state)
    calm = shim.run(ground, passage.arguments, Blow(CHANGES, 0, "none"))
    if calm.said.code:
        proof.fault(f"{passage.name} fails by itself: {calm.said}")
        return
    old = fallen(passage.state, ground.aside)
    new = fallen(ground.state(), ground.aside)
    if old == new:
        proof.fault(f"{passage.name} changes nothing")
    history = json.loads(ground.here("export").out)
    kind = passage.name.split(maxsplit=1)[0]
    for at in chosen([_kind(operation) for operation in calm.operations], most):
        if time.monotonic() > until:
            return
        ground.put(passage.state)
        struck = shim.run(ground, passage.arguments, Blow(CHANGES, at, "kill"))
        where = f"{passage.name} killed at {struck.hit or at}"
        if struck.said.code >= 0:
            proof.fault(f"{where}: not killed: {struck.said}")
            continue
        proof.count(f"kill points in a {kind}")
        is_hot = ground.has_hot_journal()
        proof.count("with a hot journal beside the book", by=int(is_hot))
        found = fallen(ground.state(), ground.aside)
        if found not in (old, new):
            proof.fault(f"{where}: neither the old book nor the new: {found[:80]}")
            continue
        proof.count(f"{kind}: the old book" if found == old else f"{kind}: the new book")
        for backup in ground.folder.glob("book.db-backups/[0-9]*.db"):
            is_new = backup.relative_to(ground.folder) not in passage.state
            if is_new and dumped(backup) != old:
                proof.fault(f"{where}: the automatic backup {backup.name} is not the old book")
        for fault in ground.unsound():
            proof.fault(f"{where}: {fault}")
        # Whoever gives the command once more arrives where they meant to.
        again = ground.here(*passage.arguments)
        if again.code or json.loads(ground.here("export").out) != history:
            proof.fault(f"{where}: it cannot be done again: {again}")


def _kind(operation: str) -> str:
    """The kind of an operation and its file, with what is made up for each run left out."""
    name = operation.rsplit("/", 1)[-1]
    return operation[0] + (" a temporary file" if name.startswith(".") else f" {name}")


def prove(most: int = 60, seconds: float = 600, least: int = LEAST) -> Proof:
    """Every passage, killed at `most` points."""
    proof = Proof("killed in a migration or a restore")
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name))
        ground.environment["REFTRACK_TZ"] = "Etc/UTC"  # that of the released books
        try:
            shim = Shim(ground.aside)
        except Lacking as lacking:
            proof.skipped.append(str(lacking))
            return proof
        for passage in passages(ground):
            kill_through(ground, shim, passage, proof, most, until)
    proof.demand("kill points in a migration", least)
    proof.demand("kill points in a restore", least)
    return proof
