"""Disks that fail: full, broken, cut short, at every operation that a command comes to."""

from __future__ import annotations

import json
import random
import resource
import signal
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from torture.ground import Ground, Said, State, history, in_lanes
from torture.proof import Proof
from torture.shim import CHANGES, Blow, Lacking, Shim

LEAST = 150
LANES = 2
MARK = "Mark of this command"
TOLD = "recorded, and that was said"
SILENT = "recorded, though it could not be said"
REFUSED = "refused, and nothing recorded"
ENDED = "refused though recorded (nobody was told that it was)"


@dataclass(frozen=True)
class Case:
    """A command on a book in this state, and in how many rows its mark then stands."""

    name: str
    state: State
    arguments: Sequence[str]
    marks: int


def cases(ground: Ground, shim: Shim | None) -> Iterator[Case]:
    """A first record, an ordinary one, one of several pages, an import that spills, a look."""
    yield Case("add, no book yet", {}, ["add", "Dana Ruiz", "--from", "Sam", "--note", MARK], 1)
    ground.put({})
    ground.fill()
    filled = ground.state()
    yield Case("contact", filled, ["contact", "3", "--note", MARK], 1)
    yield Case("tell many", filled, ["tell", *map(str, range(1, 31)), "--text", MARK], 30)
    yield Case("edit", filled, ["edit", "@3", "--company", MARK], 1)
    file = ground.aside / "more.json"
    file.write_text(json.dumps(history(150, MARK)), encoding="utf-8")
    yield Case("import", filled, ["import", str(file)], 300)
    if shim is not None:
        # Killed on its way into the database: what follows has to roll back, on a bad disk.
        ground.put(filled)
        struck = shim.run(ground, ["tell", *map(str, range(1, 31))], Blow("s", 3, "kill"))
        if struck.is_hit and ground.has_hot_journal():
            left = ground.state()
            yield Case("look after a crash", left, ["due", "--json"], 0)
            yield Case("contact after a crash", left, ["contact", "3", "--note", MARK], 1)


def blows(operations: Sequence[str], rng: random.Random, most: int) -> Iterator[Blow]:
    """A choice of what can go wrong, each kind of operation on each file as often as the others."""
    groups: dict[str, list[Blow]] = {}
    for at, operation in enumerate(operations, 1):
        ways = [(how, lasts) for how in ("full", "error") for lasts in (False, True)]
        if operation.startswith("w"):
            ways += [("short", False), ("torn", True)]
        groups.setdefault(operation, []).extend(Blow(CHANGES, at, *way) for way in ways)
    for group in groups.values():
        rng.shuffle(group)
    in_turn = [blow for row in zip_longest(*groups.values()) for blow in row if blow]
    yield from in_turn[:most]


def judge(ground: Ground, case: Case, said: Said, proof: Proof, how: str) -> None:
    """What must hold whatever the disk did: no false word, nothing by halves, a whole book."""
    where = f"{case.name}, {how}"
    for fault in said.faults():
        proof.fault(f"{where}: {fault}")
    if said.code not in (0, 3, 5):
        proof.fault(f"{where}: exit {said.code}: {said.err[:300]}")
    for fault in ground.unsound():
        proof.fault(f"{where}: {fault}")
    found = ground.marked(MARK) if ground.has_tables() else 0
    if found not in (0, case.marks):
        proof.fault(f"{where}: half there, {found} of {case.marks} rows")
    is_there = found == case.marks
    if not case.marks:
        proof.count("looks answered" if said.code == 0 else "looks refused")
    elif said.code == 0 and not is_there:
        proof.fault(f"{where}: said to be recorded, and is not: {said.out}")
    elif said.code == 5 and not is_there:
        proof.fault(f"{where}: exit 5, and nothing is recorded")
    else:
        outcome = {0: TOLD, 5: SILENT}.get(said.code, ENDED if is_there else REFUSED)
        proof.count(outcome)
    if is_there and case.marks and "othing was recorded" in said.err:
        proof.fault(f"{where}: 'Nothing was recorded', and it is")


def by_shim(lane: int, most: int, seconds: float, reads: bool = True) -> Proof:
    """The faults that the shim injects, each at an operation of its own."""
    proof = Proof("disks that fail")
    rng = random.Random(lane)
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name))
        try:
            shim = Shim(ground.aside)
        except Lacking as lacking:
            proof.skipped.append(str(lacking))
            return proof
        for case in cases(ground, shim):
            ground.put(case.state)
            calm = shim.run(ground, case.arguments, Blow(CHANGES, 0, "none"))
            if calm.said.code:
                proof.fault(f"{case.name} fails on a sound disk: {calm.said}")
            chosen = list(blows(calm.operations, rng, most))
            if reads:
                chosen += [Blow("l", n, "error") for n in rng.sample(range(1, 25), 3)]
                chosen += [Blow("o", n, rng.choice(("error", "full"))) for n in (1, 2, 3)]
            for blow in chosen:
                if time.monotonic() > until:
                    return proof
                ground.put(case.state)
                struck = shim.run(ground, case.arguments, blow)
                if not struck.is_hit:
                    continue
                proof.count("faults injected")
                kind = "short writes" if blow.how in ("short", "torn") else blow.how
                proof.count({"full": "of them ENOSPC", "error": "of them EIO"}.get(kind, kind))
                judge(ground, case, struck.said, proof, f"{blow} ({struck.hit})")
    return proof


def _capped(limit: int) -> Callable[[], None]:
    def cap() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return cap


def by_limit(proof: Proof, steps: int) -> None:
    """Files that may not grow past a limit: the system's own way to refuse a write."""
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name))
        for case in cases(ground, None):
            size = max([0, *(len(content) for content in case.state.values())])
            for step in range(steps):
                limit = 512 + step * 4096 * 3 if size == 0 else step * (size + 40_960) // steps
                ground.put(case.state)
                said = ground.process(*case.arguments, preexec_fn=_capped(limit))
                proof.count("files capped in size")
                judge(ground, case, said, proof, f"files of at most {limit} bytes")


def by_full_output(proof: Proof) -> None:
    """A full disk behind standard output: recorded once, and said aside."""
    if not Path("/dev/full").exists():
        proof.skipped.append("no /dev/full")
        return
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name))
        for case in cases(ground, None):
            ground.put(case.state)
            with Path("/dev/full").open("wb") as full:
                said = ground.process(*case.arguments, stdout=full)
            proof.count("answers into a full disk")
            if said.code != 5:
                proof.fault(f"{case.name} into a full disk: {said}")
            judge(ground, case, said, proof, "into a full disk")


def prove(most: int = 24, seconds: float = 900, least: int = LEAST) -> Proof:
    """Every way to fail on every kind of command; where no compiler is, two ways are left."""
    proof = Proof("disks that fail")
    for part in in_lanes(by_shim, LANES, most, seconds):
        proof.add(part)
    by_limit(proof, 8)
    by_full_output(proof)
    if not proof.skipped:
        proof.demand("faults injected", least)
    proof.figures.setdefault(ENDED, 0)
    return proof
