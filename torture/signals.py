"""Ctrl-C, SIGTERM and SIGHUP at every operation of commands that record: what is said is true.

The shim raises the signal at the n-th operation on a file, so each point is another one. Whatever
the command says of itself afterwards is held against the book, and so is its silence.
"""

from __future__ import annotations

import random
import re
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from torture.faults import MARK, Case, content_of
from torture.faults import cases as disk_cases
from torture.ground import Ground, Said, in_lanes
from torture.points import RELEASED, fallen
from torture.proof import Proof
from torture.shim import CHANGES, Blow, Lacking, Shim

LEAST = 250
LANES = 2
SIGNALS = {"int": signal.SIGINT, "term": signal.SIGTERM, "hup": signal.SIGHUP}
# What changes a file, and what opens one: the rest of a command lies between these.
OPERATIONS = CHANGES + "o"

NOTHING = "Interrupted; nothing was recorded."
STAYS = re.compile(r"Interrupted; what was (.+) stays \1\.")
STARTING = "signals during a start"

_ADDED = """When,Who,Referred by
2026-11-01,{mark} One,Sam Ortiz
2026-11-02,{mark} Two,Sam Ortiz
no day,Mark of nobody,Sam Ortiz
"""


def cases(ground: Ground) -> Iterator[Case]:
    """The commands that record, those that write something else, and a sheet with a bad row."""
    filled = {}
    for case in disk_cases(ground, None):
        if case.product is None:
            yield case
        if case.name == "contact":
            filled = case.state
    ground.put(filled)
    ground.here("missed", MARK)
    ground.here("undo")
    yield Case("redo", ground.state(), ["redo"], after=1)
    sheet, rest = ground.folder / "leads.csv", ground.folder / "leads.rejected.csv"
    sheet.write_text(_ADDED.format(mark=MARK), encoding="utf-8")
    sheet.chmod(0o600)
    with_sheet = ground.state()
    yield Case("import of a sheet", with_sheet, ["import", str(sheet)], after=2, product=rest)
    copy, exported = ground.folder / "copy.db", ground.folder / "out.json"
    yield Case("backup", filled, ["backup", str(copy)], product=copy)
    yield Case("export", filled, ["export", str(exported)], product=exported)
    yield Case("config set", filled, ["config", "set", "name", "Robin"], product=ground.config)


def points(operations: Sequence[str], rng: random.Random, most: int) -> list[Blow]:
    """A choice of operations, each kind as often as the others, its last one first; a signal each.

    Each kind of operation meets every signal in its turn.
    """
    places: dict[str, list[Blow]] = {}
    signals = list(SIGNALS)
    for at, operation in reversed(list(enumerate(operations, 1))):
        group = places.setdefault(re.sub(r"/\.[^/ ]*", "/.", operation), [])
        for how in rng.sample(signals, len(signals)):
            group.append(Blow(OPERATIONS, at, how))
    in_turn = [blow for row in zip_longest(*places.values()) for blow in row if blow]
    return in_turn[:most]


def judge(ground: Ground, case: Case, said: Said, number: int, proof: Proof, where: str) -> None:
    """The promises: no traceback, nothing by halves, nothing left over, and no false word."""
    left = [path.name for path in ground.folder.rglob("*") if path.name.startswith(".")]
    if left or ground.has_hot_journal():
        proof.fault(f"{where}: left behind: {left or 'a hot journal'}")
    for fault in said.faults():
        proof.fault(f"{where}: {fault}")
    if said.code not in (0, 128 + number, -number):
        proof.fault(f"{where}: exit {said.code}: {said.err[:300]}")
    if faults := ground.unsound():
        proof.faults += [f"{where}: {fault}" for fault in faults]
        return
    found = ground.marked(MARK) if ground.has_tables() else 0
    if found not in (case.before, case.after):
        proof.fault(f"{where}: by halves, {found} rows, not {case.before} and not {case.after}")
    is_there = found == case.after
    if case.product is not None:
        has_product = content_of(case.product) is not None
        if case.before == case.after:
            is_there = has_product
        elif has_product != is_there:
            proof.fault(f"{where}: recorded {is_there}, and its file there {has_product}")
    judge_words(is_there, said, proof, where)


def judge_words(is_there: bool, said: Said, proof: Proof, where: str) -> None:
    """Holds what was said, or left unsaid, against whether it is done."""
    if NOTHING in said.err:
        says = False
    elif STAYS.search(said.err):
        says = True
    elif said.code > 0 and "Interrupted" not in said.err:
        says = False  # so early that nobody had begun to speak
    else:
        says = bool(said.out)
    if says != is_there:
        proof.fault(f"{where}: it is {'done' if is_there else 'not done'}, and said is {said}")
    proof.count("done, and that was said" if is_there else "nothing done, and nothing else said")


def by_shim(lane: int, most: int, seconds: float, names: Sequence[str] = ()) -> Proof:
    """A signal at so many operations of each command; the commands are shared among the lanes."""
    proof = Proof("signals")
    rng = random.Random(lane)
    until = time.monotonic() + seconds
    _heard_again()
    with tempfile.TemporaryDirectory() as name:
        ground = _ground(Path(name))
        try:
            shim = Shim(ground.aside)
        except Lacking as lacking:
            proof.skipped.append(str(lacking))
            return proof
        for place, case in enumerate(cases(ground)):
            if case.name not in names if names else place % LANES != lane:
                continue
            case.prepare(ground)
            calm = shim.run(ground, case.arguments, Blow(OPERATIONS, 0, "none"))
            if calm.said.code:
                proof.fault(f"{case.name} fails by itself: {calm.said}")
            for blow in points(calm.operations, rng, most):
                if time.monotonic() > until:
                    return proof
                case.prepare(ground)
                struck = shim.run(ground, case.arguments, blow)
                if struck.is_hit:
                    proof.count("signals at an operation")
                    proof.count(f"of them SIG{blow.how.upper()}")
                    where = f"{case.name}, {blow} ({struck.hit})"
                    judge(ground, case, struck.said, SIGNALS[blow.how], proof, where)
        if not names and lane == 0:
            _in_a_migration(ground, shim, rng, proof, most, until)
    return proof


def _in_a_migration(
    ground: Ground, shim: Shim, rng: random.Random, proof: Proof, most: int, until: float
) -> None:
    """A book of the first version under a command that only looks: brought up to date, or not."""
    ground.environment["REFTRACK_TZ"] = "Etc/UTC"  # that of the released books
    state = {Path("book.db"): (RELEASED / "version-1.db").read_bytes()}
    ground.put(state)
    calm = shim.run(ground, ["due", "--count"], Blow(OPERATIONS, 0, "none"))
    old, new = fallen(state, ground.aside), fallen(ground.state(), ground.aside)
    for blow in points(calm.operations, rng, most):
        if time.monotonic() > until:
            return
        ground.put(state)
        struck = shim.run(ground, ["due", "--count"], blow)
        where = f"migration, {blow} ({struck.hit})"
        if not struck.is_hit:
            continue
        proof.count("signals at an operation")
        proof.count("of them in a migration")
        for fault in struck.said.faults():
            proof.fault(f"{where}: {fault}")
        found = fallen(ground.state(), ground.aside)
        says = "note: the book was brought" in struck.said.err
        if found != (new if says else old):
            proof.fault(f"{where}: not the book that {struck.said} tells of")


def during_a_start(proof: Proof, rounds: int, rng: random.Random) -> None:
    """Ctrl-C at any instant of a start; what Python itself does before reftrack's first line aside.

    Nobody can write to that: such a round is counted for itself.
    """
    _heard_again()
    with tempfile.TemporaryDirectory() as name:
        ground = _ground(Path(name))
        ground.fill(3)
        started = time.monotonic()
        ground.process("due", "--later", "--on", "tomorrow")
        whole = time.monotonic() - started
        for _ in range(rounds):
            line = rng.choice((["due"], ["due", "--on", "tomorrow"], ["--help"], ["contact", "3"]))
            process = ground.begun(*line)
            time.sleep(rng.random() * whole)
            process.send_signal(signal.SIGINT)
            try:
                out, err = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                proof.fault(f"{line}: not ended by Ctrl-C")
                continue
            said = Said(process.returncode, out.decode(), err.decode())
            if "/reftrack/" not in said.err and said.code not in (0, 130):
                proof.count("before the first line of reftrack")
                continue
            proof.count(STARTING)
            for fault in said.faults():
                proof.fault(f"Ctrl-C during {line}: {fault}")
            if said.code not in (0, 130):
                proof.fault(f"Ctrl-C during {line}: exit {said.code}: {said.err[-300:]}")


def _heard_again() -> None:
    """A shell starts what it puts in the background deaf to Ctrl-C, and so all that this starts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _ground(root: Path) -> Ground:
    """A ground whose configuration lies in the folder that the shim looks at."""
    ground = Ground(root)
    ground.config = ground.folder / "config.toml"
    ground.environment["REFTRACK_CONFIG"] = str(ground.config)
    return ground


def prove(most: int = 24, seconds: float = 1500, rounds: int = 80, least: int = LEAST) -> Proof:
    """Every command at `most` points, then starts at random instants."""
    proof = Proof("signals")
    for part in in_lanes(by_shim, LANES, most, seconds):
        proof.add(part)
    during_a_start(proof, rounds, random.Random(1))
    if not proof.skipped:
        proof.demand("signals at an operation", least)
    proof.demand(STARTING, rounds // 3)
    return proof
