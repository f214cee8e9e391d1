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
from torture.points import dumped
from torture.proof import Proof
from torture.shim import CHANGES, Blow, Lacking, Shim

LEAST = 150
LANES = 2
MARK = "Mark of this command"
TOLD = "recorded, and that was said"
SILENT = "recorded, though it could not be said"
REFUSED = "refused, and nothing recorded"
ENDED = "failed after the record was made, which was said as it is"
LOOKED = "looks and copies done"
UNSEEN = "looks and copies refused"


@dataclass(frozen=True)
class Case:
    """A command on a book in this state: in how many rows its mark stands before it and after.

    `product` is the file that it writes beside the book, whole or not at all.
    """

    name: str
    state: State
    arguments: Sequence[str]
    before: int = 0
    after: int = 0
    product: Path | None = None
    codes: tuple[int, ...] = (0, 3, 5)

    def prepare(self, ground: Ground) -> None:
        """Puts the book as it is before the command, and takes its product away."""
        ground.put(self.state)
        if self.product is not None:
            self.product.unlink(missing_ok=True)


def cases(ground: Ground, shim: Shim | None) -> Iterator[Case]:
    """A first record, ordinary ones, an import, the ways back, copies, looks after a crash."""
    dana = ["add", "Dana Ruiz", "--from", "Sam", "--note", MARK]
    yield Case("add, no book yet", {}, dana, after=1)
    ground.put({})
    ground.fill()
    filled = ground.state()
    note = ["contact", "3", "--note", MARK]
    many = list(map(str, range(1, 31)))
    yield Case("contact", filled, note, after=1)
    yield Case("tell many", filled, ["tell", *many, "--text", MARK], after=30)
    yield Case("edit", filled, ["edit", "@3", "--company", MARK], after=1)
    file = ground.aside / "more.json"
    file.write_text(json.dumps(history(150, MARK)), encoding="utf-8")
    yield Case("import", filled, ["import", str(file)], after=300)
    first = {name: content for name, content in filled.items() if len(name.parts) == 1}
    yield Case("contact, the first of the day", first, note, after=1)
    ground.put(filled)
    copy, exported = ground.aside / "copy.db", ground.aside / "out.json"
    yield Case("backup", filled, ["backup", str(copy)], product=copy)
    yield Case("export", filled, ["export", str(exported)], product=exported, codes=(0, 1, 3))
    ground.put(filled)
    kept = ground.aside / "kept.db"
    ground.here("backup", str(kept))
    ground.here("tell", *many, "--text", MARK)
    told = ground.state()
    yield Case("undo", told, ["undo"], before=30)
    yield Case("restore", told, ["restore", str(kept), "--yes"], before=30)
    if shim is not None:
        # Killed on its way into the database: what follows has to roll back, on a bad disk.
        ground.put(filled)
        struck = shim.run(ground, ["tell", *many], Blow("s", 3, "kill"))
        if struck.is_hit and ground.has_hot_journal():
            left = ground.state()
            yield Case("look after a crash", left, ["due", "--json"])
            yield Case("contact after a crash", left, note, after=1)


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


def judge(
    ground: Ground, case: Case, said: Said, proof: Proof, how: str, whole: str | None = None
) -> None:
    """The promises, whatever the disk did: no false word, nothing by halves, a whole book."""
    where = f"{case.name}, {how}"
    for fault in said.faults():
        proof.fault(f"{where}: {fault}")
    if said.code not in case.codes:
        proof.fault(f"{where}: exit {said.code}: {said.err[:300]}")
    if faults := ground.unsound():
        proof.faults += [f"{where}: {fault}" for fault in faults]
        return
    if case.product is not None:
        _judge_product(case, said, proof, where, whole)
    found = ground.marked(MARK) if ground.has_tables() else 0
    if found not in (case.before, case.after):
        proof.fault(f"{where}: by halves, {found} rows, not {case.before} and not {case.after}")
    if case.before == case.after:
        proof.count(LOOKED if said.code == 0 else UNSEEN)
        return
    is_there = found == case.after
    if said.code in (0, 5) and not is_there:
        proof.fault(f"{where}: exit {said.code}, and nothing is recorded: {said.out}{said.err}")
    else:
        proof.count({0: TOLD, 5: SILENT}.get(said.code, ENDED if is_there else REFUSED))
    if is_there and "othing was recorded" in said.err:
        proof.fault(f"{where}: 'Nothing was recorded', and it is")


def _judge_product(case: Case, said: Said, proof: Proof, where: str, whole: str | None) -> None:
    found = content_of(case.product)
    if found not in (None, whole):
        proof.fault(f"{where}: the file is there by halves")
    if said.code == 0 and found is None:
        proof.fault(f"{where}: said to be written, and is not")


def content_of(path: Path | None) -> str | None:
    """The content of a file, None where there is none."""
    if path is None or not path.exists():
        return None
    return dumped(path) if path.suffix == ".db" else path.read_text(encoding="utf-8")


def by_shim(
    lane: int,
    most: int,
    seconds: float,
    names: Sequence[str] = (),
    *,
    reads: bool = True,
) -> Proof:
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
            if names and case.name not in names:
                continue
            case.prepare(ground)
            calm = shim.run(ground, case.arguments, Blow(CHANGES, 0, "none"))
            if calm.said.code:
                proof.fault(f"{case.name} fails on a sound disk: {calm.said}")
            whole = content_of(case.product)
            chosen = list(blows(calm.operations, rng, most))
            if reads:
                chosen += [Blow("l", n, "error") for n in rng.sample(range(1, 25), 3)]
                chosen += [Blow("o", n, rng.choice(("error", "full"))) for n in (1, 2, 3)]
            for blow in chosen:
                if time.monotonic() > until:
                    return proof
                case.prepare(ground)
                struck = shim.run(ground, case.arguments, blow)
                if not struck.is_hit:
                    continue
                proof.count("faults injected")
                kind = "short writes" if blow.how in ("short", "torn") else blow.how
                proof.count({"full": "of them ENOSPC", "error": "of them EIO"}.get(kind, kind))
                judge(ground, case, struck.said, proof, f"{blow} ({struck.hit})", whole)
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
            if case.product is not None:
                continue
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
            if case.product is not None:
                continue
            ground.put(case.state)
            with Path("/dev/full").open("wb") as full:
                said = ground.process(*case.arguments, stdout=full)
            proof.count("answers into a full disk")
            if said.code != 5:
                proof.fault(f"{case.name} into a full disk: {said}")
            judge(ground, case, said, proof, "into a full disk")


def _mortal() -> None:
    """Leaves root nothing but what any owner of a file may do to it."""
    import ctypes

    for capability in (_DAC_OVERRIDE, _DAC_READ_SEARCH):
        ctypes.CDLL(None).prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)


_PR_CAPBSET_DROP = 24
_DAC_OVERRIDE, _DAC_READ_SEARCH = 1, 2


def by_permission(proof: Proof) -> None:
    """Files and folders that may not be written, or not even read."""
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name))
        backups = ground.folder / "book.db-backups"
        ground.fill(3)
        whole = ground.state()
        note = Case("contact", whole, ["contact", "3", "--note", MARK], after=1)
        # What is closed how far, and the exit codes of who looks and who records then.
        for closed, mode, looks, records in (
            (ground.path, 0o400, 0, 3),
            (ground.folder, 0o500, 0, 3),
            (ground.path, 0o000, 3, 3),
            (ground.folder, 0o000, 3, 3),
            (backups, 0o500, 0, 0),
            (backups, 0o000, 0, 0),
        ):
            ground.put({path: whole[path] for path in whole if len(path.parts) == 1})
            closed.chmod(mode)
            try:
                told = [
                    ground.process(*arguments, preexec_fn=_mortal)
                    for arguments in (["due", "--count"], note.arguments, ["backup", "--list"])
                ]
            finally:
                closed.chmod(0o700 if closed.is_dir() else 0o600)
            where = f"{closed.name} {mode:03o}"
            proof.count("closed files and folders")
            if [said.code for said in told[:2]] != [looks, records]:
                proof.fault(f"{where}: exits {[said.code for said in told]}: {told}")
            if told[2].code not in (0, 3) or told[2].faults():
                proof.fault(f"{where}: {told[2]}")
            judge(ground, note, told[1], proof, where)
    _hot_and_closed(proof)


def _hot_and_closed(proof: Proof) -> None:
    """A write that a crash cut off cannot be rolled back in a closed folder: no look is better."""
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name))
        try:
            shim = Shim(ground.aside)
        except Lacking:
            return
        ground.fill(3)
        shim.run(ground, ["contact", "3"], Blow("s", 3, "kill"))
        if not ground.has_hot_journal():
            proof.fault("no hot journal to look at")
        ground.folder.chmod(0o500)
        try:
            said = ground.process("due", "--count", preexec_fn=_mortal)
        finally:
            ground.folder.chmod(0o700)
        if said.code != 3 or said.faults():
            proof.fault(f"a hot journal in a closed folder: {said}")
        for fault in ground.unsound():
            proof.fault(f"after a hot journal in a closed folder: {fault}")


def prove(most: int = 14, seconds: float = 900, least: int = LEAST) -> Proof:
    """Every way to fail on every kind of command; where no compiler is, three ways are left."""
    proof = Proof("disks that fail")
    for part in in_lanes(by_shim, LANES, most, seconds):
        proof.add(part)
    by_limit(proof, 5)
    by_full_output(proof)
    by_permission(proof)
    if not proof.skipped:
        proof.demand("faults injected", least)
    proof.figures.setdefault(ENDED, 0)
    return proof
