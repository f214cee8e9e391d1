"""`kill -9` on real commands: what was acknowledged is there, and the book is whole at once.

Random instants almost never meet the one that matters, the few tenths of a millisecond in which a
hot journal lies beside the database. So most of the victims are watched, and killed right then.
"""

from __future__ import annotations

import itertools
import json
import random
import select
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from torture.ground import Ground, history, in_lanes
from torture.proof import Proof
from torture.watch import IN_CREATE, IN_DELETE, Notice, until_file, until_hot, watching

ROUNDS = 500
HOT = 200
LANES = 2
REFERRALS = 40
# A fresh book every so many rounds: what a book has been through adds up, its size does not.
SAME_BOOK = 25
HOT_ONES = "with a hot journal beside the book"


@dataclass(frozen=True)
class Victim:
    """A command line, and in how many rows its mark stands once it is recorded."""

    arguments: Sequence[str]
    marks: int


def victims(ground: Ground, mark: str) -> dict[str, Callable[[], Victim]]:
    """The commands that are killed, by name."""
    return {
        "missed": lambda: Victim(["missed", mark], 1),
        "add": lambda: Victim(
            ["add", f"{mark} P", "--from", f"{mark} S", "--need", mark, "--thanked", "card"], 3
        ),
        "tell": lambda: Victim(["tell", *map(str, range(1, 21)), "--text", mark], 20),
        "note": lambda: Victim(["note", "3", mark], 1),
        "contact": lambda: Victim(["contact", *map(str, range(5, 36)), "--note", mark], 31),
        "edit": lambda: Victim(["edit", "@7", "--company", mark], 1),
        "import": lambda: _import(ground, mark, 20),
        "import many": lambda: _import(ground, mark, 300),
    }


def _import(ground: Ground, mark: str, referrals: int) -> Victim:
    file = ground.aside / "more.json"
    file.write_text(json.dumps(history(referrals, mark)), encoding="utf-8")
    return Victim(["import", str(file)], 2 * referrals)


# When to kill.


def _at_answer(process: subprocess.Popen[bytes]) -> bool:
    """As soon as the answer begins."""
    out = process.stdout
    if out is None:
        return False
    while not select.select([out], [], [], 0.2)[0]:
        if process.poll() is not None:
            return False
    return True


def _killed(
    ground: Ground, moment: str, arguments: Sequence[str], rng: random.Random
) -> tuple[bool, str]:
    """Runs a command and kills it at the moment; whether it met it, and the answer seen so far."""
    backups = ground.folder / "book.db-backups"
    if moment == "backup":
        # The first command of the day makes one.
        shutil.rmtree(backups, ignore_errors=True)
        backups.mkdir(mode=0o700)
    with watching(backups if moment == "backup" else ground.folder) as notices:
        process = ground.begun(*arguments, stderr=subprocess.DEVNULL)
        is_met = _meets(ground, moment, process, notices, rng)
        process.kill()
        out = process.stdout.read() if process.stdout else b""
        process.wait()
        if process.stdout:
            process.stdout.close()
    return is_met and process.returncode < 0, out.decode("utf-8", "replace")


def _meets(
    ground: Ground,
    moment: str,
    process: subprocess.Popen[bytes],
    notices: Notice,
    rng: random.Random,
) -> bool:
    name = ground.journal.name
    if moment == "hot":
        return until_hot(process, notices, ground.journal)
    if moment == "begun":
        is_met = until_file(process, notices, IN_CREATE, name)
        time.sleep(rng.random() * 0.02)
        return is_met
    if moment == "gone":
        return until_file(process, notices, IN_DELETE, name)
    if moment == "backup":
        is_met = until_file(process, notices, IN_CREATE, ".")
        time.sleep(rng.random() * 0.01)
        return is_met
    if moment == "answer":
        return _at_answer(process)
    time.sleep(rng.random() * 1.2)
    return True


MOMENTS = ("hot",) * 13 + ("begun", "begun", "gone", "gone", "answer", "backup", "backup", "any")


# The rounds.


def one_round(ground: Ground, proof: Proof, rng: random.Random, mark: str, moment: str) -> None:
    """One victim, and all that has to hold afterwards."""
    makers = victims(ground, mark)
    name = rng.choice(sorted(makers))
    if rng.random() < 0.25:
        _undone(ground, proof, rng, mark, moment)
        return
    victim = makers[name]()
    is_met, answer = _killed(ground, moment, victim.arguments, rng)
    _tally(ground, proof, is_met)
    is_answered = answer.endswith("\n")
    said = f"{name} killed at {moment}, {mark}"
    if rng.random() < 0.2:
        # Whoever records is the first to meet what was left, not whoever reads.
        proof.count("where the next command records")
        following = ground.here("missed", "Next Caller")
        if following.code:
            proof.fault(f"{said}: recording did not work at once: {following}")
    if faults := ground.unsound():
        proof.faults += [f"{said}: {fault}" for fault in faults]
        return
    found = ground.marked(mark)
    if is_answered:
        proof.count("acknowledged before the kill")
    if is_answered and found < victim.marks:
        proof.fault(f"{said}: acknowledged, but {found} of {victim.marks} rows are there")
    if found not in (0, victim.marks):
        proof.fault(f"{said}: half there, {found} of {victim.marks} rows")


def _undone(ground: Ground, proof: Proof, rng: random.Random, mark: str, moment: str) -> None:
    """A command that is recorded in peace; its undoing, or that one's redoing, is killed."""
    ground.here("missed", mark)
    verb = rng.choice(("undo", "redo"))
    if verb == "redo":
        ground.here("undo")
    before = ground.marked(mark)
    is_met, answer = _killed(ground, moment, [verb], rng)
    _tally(ground, proof, is_met)
    if faults := ground.unsound():
        proof.faults += [f"{verb} killed at {moment}: {fault}" for fault in faults]
        return
    if answer.endswith("\n") and ground.marked(mark) == before:
        proof.fault(f"{verb} acknowledged, but nothing came of it")


def _tally(ground: Ground, proof: Proof, is_met: bool) -> None:
    proof.count("rounds of kill -9")
    proof.count("of them at the moment meant", by=int(is_met))
    if ground.has_hot_journal():
        proof.count(HOT_ONES)


def lane(
    number: int, rounds: int, hot: int, seconds: float, moments: Sequence[str] = MOMENTS
) -> Proof:
    """So many rounds one after the other, and more until enough of them met a hot journal."""
    proof = Proof("kill -9")
    rng = random.Random(number)
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name))
        ground.fill(REFERRALS)
        whole = ground.state()
        acknowledged: Counter[str] = Counter()
        for turn in itertools.count():
            is_enough = turn >= rounds and int(proof.figures.get(HOT_ONES, 0)) >= hot
            if is_enough or time.monotonic() > until:
                break
            if turn % SAME_BOOK == 0:
                _all_there(ground, proof, acknowledged)
                ground.put(whole)
                acknowledged.clear()
            mark = f"Mark{number}x{turn:04}"
            one_round(ground, proof, rng, mark, rng.choice(moments))
            if proof.faults:
                break  # what follows would be of a book that is broken already
            if found := ground.marked(mark):
                acknowledged[mark] = found
        if not proof.faults:
            _all_there(ground, proof, acknowledged)
    return proof


def _all_there(ground: Ground, proof: Proof, acknowledged: dict[str, int]) -> None:
    for mark, found in acknowledged.items():
        if ground.marked(mark) < found:
            proof.fault(f"{mark} was there and is not any more")


def prove(rounds: int = ROUNDS, hot: int = HOT, seconds: float = 1500) -> Proof:
    """All rounds, two at a time; with fewer than `hot` hot journals it proves nothing."""
    proof = Proof("kill -9")
    for part in in_lanes(lane, LANES, -(-rounds // LANES), -(-hot // LANES), seconds):
        proof.add(part)
    proof.demand("rounds of kill -9", rounds)
    proof.demand(HOT_ONES, hot)
    proof.count("acknowledged before the kill", by=0)
    return proof
