"""One flipped bit in any page of a book: said to be damage, or without harm; never a crash."""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

from torture.ground import Ground, Said, history
from torture.proof import Proof

PAGE = 4096
# How SQLite's pages begin; what begins otherwise is an overflow page or a free one.
_KINDS = {2: "index, interior", 5: "table, interior", 10: "index, leaf", 13: "table, leaf"}
# The number of the version: a later one is believed, and left alone.
_VERSION_AT = range(60, 64)

LINES = (
    *(["due"], ["due", "--count"], ["due", "--json"], ["list", "--all"], ["show", "1"]),
    *(["show", "@1"], ["why", "1"], ["find", "number"], ["sources"], ["export"], ["check"]),
    *(["export", "--format", "csv"], ["export", "--format", "ics"], ["undo", "--list"]),
    *(["backup"], ["draft", "1"], ["--complete", "zsh", "thank", ""], ["check", "--repair"]),
    *(["note", "1", "a word"], ["thank", "1"], ["undo"], ["add", "Kim Wood", "--from", "Joe Kerr"]),
)


def whole_book(ground: Ground) -> bytes:
    """A book with pages of every kind, and a good backup of it as `good.db`."""
    file = ground.aside / "long.json"
    document = history(40)
    for person in document["people"]:
        person["note"] = f"{person['name']} told me at length. " * 400
    file.write_text(json.dumps(document), encoding="utf-8")
    for line in (["import", str(file)], ["thank", "1"], ["lose", "2", "--why", "A cousin"]):
        if (said := ground.here(*line)).code:
            raise RuntimeError(said.err)
    with closing(sqlite3.connect(ground.path, isolation_level=None)) as connection:
        connection.execute("CREATE TABLE gone (x)")
        connection.executemany("INSERT INTO gone VALUES (?)", [("x" * 900,)] * 40)
        connection.execute("DROP TABLE gone")
    if (said := ground.here("backup", str(ground.aside / "good.db"))).code:
        raise RuntimeError(said.err)
    return ground.path.read_bytes()


def places(content: bytes, most: int, chance: random.Random) -> dict[str, list[int]]:
    """Of each kind of page so many places of a byte, over all of its pages."""
    found: dict[str, list[int]] = {"header": list(range(100))}
    for start in range(0, len(content), PAGE):
        at = start + 100 if start == 0 else start
        kind = _KINDS.get(content[at], "overflow or free")
        if start == 0 or b"CREATE T" in content[start : start + PAGE]:
            kind = "schema"
        end = start + PAGE
        found.setdefault(kind, []).extend(chance.randrange(at, end) for _ in range(most))
        found[kind].extend(range(at, at + 12))  # what begins the page
    return {kind: chance.sample(every, min(most, len(every))) for kind, every in found.items()}


def harm(said: Said, line: list[str]) -> list[str]:
    """The faults of an answer, however the book is damaged."""
    found = said.faults()
    if said.code not in (0, 1, 3):
        found.append(f"exit {said.code}: {said.err[:200]}")
    if "check" not in line:
        return found
    return [each for each in found if "without an error" not in each]  # it tells on the screen


def strike(ground: Ground, good: bytes, at: int, bit: int, lines: list[list[str]]) -> list[str]:
    """Flips one bit, looks at the answers, and restores."""
    spoilt = bytearray(good)
    spoilt[at] ^= 1 << bit
    faults = []
    for line in lines:
        ground.put({Path("book.db"): bytes(spoilt)})
        started = time.monotonic()
        said = ground.here(*line)
        faults += [f"{line}: {fault}" for fault in harm(said, line)]
        if time.monotonic() - started > 30:
            faults.append(f"{line} took {time.monotonic() - started:.0f} s")
    ground.put({Path("book.db"): bytes(spoilt)})
    said = ground.here("restore", str(ground.aside / "good.db"), "--yes")
    if at in _VERSION_AT and said.code == 3 and "knows versions up to" in said.err:
        return faults
    if said.code or ground.here("check").code:
        faults.append(f"restore: {said}")
    return faults


def prove(most: int = 40, seconds: float = 900, lines: int = 8, least: int = 10) -> Proof:
    """So many flips in each kind of page, and after each so many of the commands."""
    proof = Proof("flipped bits")
    chance = random.Random(11)
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name))
        good = whole_book(ground)
        chosen = places(good, most, chance)
        for kind in (*_KINDS.values(), "overflow or free", "schema", "header"):
            for at in chosen.get(kind, ()):
                if time.monotonic() > until:
                    break
                bit = chance.randrange(8)
                asked = chance.sample(LINES, lines)
                for fault in strike(ground, good, at, bit, asked):
                    proof.fault(f"{kind}, byte {at}, bit {bit}: {fault}")
                proof.count("bits flipped")
                proof.count(f"in a page of the kind: {kind}")
                proof.count("commands on a damaged book", by=len(asked))
            proof.demand(f"in a page of the kind: {kind}", least)
    return proof
