"""Many processes write at once into a book that does not exist yet."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from torture.ground import TIMEOUT, Ground, Said
from torture.proof import Proof

CROWD = 50
SOURCES = 8


def lines(crowd: int) -> list[list[str]]:
    """The people whom each of them adds: a prospect of their own, from one of a few sources."""
    return [
        # One name in several spellings is one person.
        ["add", f"Prospect {n}", "--from", _spelled(n % SOURCES, n), "--note", f"mark {n}."]
        for n in range(crowd)
    ]


def _spelled(source: int, turn: int) -> str:
    name = f"Zoë Source {source}"
    return (name, name.upper(), f"Zoe  source {source}", f" {name.lower()}")[turn // SOURCES % 4]


def at_a_gate(ground: Ground, commands: Sequence[Sequence[str]]) -> list[Said]:
    """Runs them all, each in a process that is ready to go and waits until all the others are."""
    program = "from torture.crowd import hatch; hatch()"
    subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps([str(ground.aside), commands]).encode(),
        env=ground.environment,
        check=True,
        timeout=TIMEOUT,
    )
    return [
        Said(*json.loads((ground.aside / f"{n}.json").read_text(encoding="utf-8")))
        for n in range(len(commands))
    ]


def hatch() -> None:
    """Forks a process for every command, opens the gate, and keeps how each ended."""
    import reftrack.store.importing  # noqa: F401  what writes is loaded once, not fifty times
    from reftrack.cli.door import main

    folder, commands = json.load(sys.stdin)
    gate, opened = os.pipe()
    children = []
    for n, arguments in enumerate(commands):
        child = os.fork()
        if child == 0:
            os.close(opened)
            for stream, ending in ((1, "out"), (2, "err")):
                file = os.open(f"{folder}/{n}.{ending}", os.O_CREAT | os.O_WRONLY, 0o600)
                os.dup2(file, stream)
            os.read(gate, 1)
            sys.argv = ["reftrack", *arguments]
            main()
        children.append(child)
    time.sleep(0.3)
    os.close(opened)
    for n, child in enumerate(children):
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = [(Path(folder) / f"{n}.{ending}").read_text(encoding="utf-8") for ending in OUTPUT]
        (Path(folder) / f"{n}.json").write_text(json.dumps([code, *said]), encoding="utf-8")


OUTPUT = ("out", "err")


def one_by_one(ground: Ground, commands: Sequence[Sequence[str]]) -> list[Said]:
    """Starts them all as anybody would, and waits for the last."""
    processes = [ground.begun(*arguments) for arguments in commands]
    said = []
    for process in processes:
        out, err = process.communicate(timeout=TIMEOUT)
        said.append(Said(process.returncode, out.decode("utf-8"), err.decode("utf-8")))
    return said


def judge(ground: Ground, answers: Sequence[Said], proof: Proof, round_: int = 0) -> None:
    """Holds the book against what each of them was told."""
    crowd = len(answers)
    for n, said in enumerate(answers):
        if said.code or said.faults():
            proof.fault(f"process {n} of {crowd}: {said}")
        told = re.match(r"(\d+)  ", said.out)
        numbers = ground.rows(
            "SELECT r.id FROM live_referral r JOIN live_person p ON p.id = r.prospect"
            " WHERE p.name = ? AND r.note = ?",
            f"Prospect {n}",
            f"mark {n}.",
        )
        if len(numbers) != 1 + round_ or not told or (int(told[1]),) not in numbers:
            proof.fault(f"process {n} was told {said.out[:60]!r}, the book has {numbers}")
    referrals = [n for (n,) in ground.rows("SELECT id FROM live_referral ORDER BY id")]
    people = ground.rows("SELECT name_key, count(*) FROM live_person GROUP BY 1")
    if referrals != list(range(1, crowd * (1 + round_) + 1)):
        proof.fault(f"the numbers of the referrals: {referrals}")
    if len(people) != crowd + SOURCES or any(count > 1 for _, count in people):
        proof.fault(f"people: {people}")
    proof.count("people twice", by=sum(count - 1 for _, count in people))
    if ground.rows("SELECT count(*) FROM step") != [(crowd * (1 + round_),)]:
        proof.fault("a step is missing, or one too many")
    for fault in ground.unsound():
        proof.fault(fault)


def prove(crowd: int = CROWD, *, at_ease: bool = True, again: bool = True) -> Proof:
    """A crowd at a gate into no book, again into that book, and one that comes as it likes."""
    proof = Proof(f"{crowd} processes at once")
    ways = [at_a_gate, one_by_one] if at_ease else [at_a_gate]
    for way in ways:
        with tempfile.TemporaryDirectory() as name:
            ground = Ground(Path(name))
            for round_ in range(2 if again and way is at_a_gate else 1):
                started = time.monotonic()
                answers = way(ground, lines(crowd))
                proof.count("processes", by=crowd)
                proof.count("errors", by=sum(said.code != 0 for said in answers))
                proof.at_most("seconds for the slowest crowd", time.monotonic() - started)
                judge(ground, answers, proof, round_)
    return proof
