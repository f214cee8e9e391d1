"""Strangers: what is not reftrack's, among its backups or in place of its book, stays as it is."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Self

from torture.damage import harm
from torture.ground import Ground
from torture.proof import Proof

Facts = dict[str, tuple[object, ...]]

# Ends in the middle of a transaction, without a chance to tidy up.
_CRASH = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = " + sys.argv[2])
connection.execute("PRAGMA cache_size = 1")
connection.execute("CREATE TABLE IF NOT EXISTS theirs (x)")
connection.execute("BEGIN")
connection.executemany("INSERT INTO theirs VALUES (?)", [("x" * 900,)] * 500)
if sys.argv[2] == "WAL":
    connection.execute("COMMIT")
os._exit(0)
"""


def facts_of(folder: Path) -> Facts:
    """All that lies in a folder: what it is, its bytes, its mode, and when it was last changed."""
    found: Facts = {}
    for path in sorted(folder.iterdir()):
        facts = path.lstat()
        content: object = None
        if stat.S_ISREG(facts.st_mode):
            content = path.read_bytes()
        elif stat.S_ISLNK(facts.st_mode):
            content = str(path.readlink())
        found[path.name] = (facts.st_mode, facts.st_mtime_ns, facts.st_size, content)
    return found


def _database(path: Path, application: int = 0, version: int = 0) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.execute(f"PRAGMA application_id = {application}")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()


def _crashed(path: Path, mode: str) -> None:
    subprocess.run([sys.executable, "-c", _CRASH, str(path), mode], check=True)


def _empty_database(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA journal_mode = DELETE")


_KINDS: dict[str, Callable[[Path], object]] = {
    "a database": _database,
    "a database of another mark": lambda path: _database(path, 0x72665432, 2),
    "a database without a table": _empty_database,
    "a database with a hot journal": lambda path: _crashed(path, "DELETE"),
    "a database with a log": lambda path: _crashed(path, "WAL"),
    "a text": lambda path: path.write_text("Dear Sam,\n" * 300),
    "a short text": lambda path: path.write_text("x"),
    "an image": lambda path: path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9),
    "a text that mentions our mark": lambda path: path.write_bytes(b"-" * 68 + b"rfT1" + b"." * 99),
}


def foreign_files() -> list[str]:
    """The kinds of files that are no book."""
    return list(_KINDS)


class Foreign:
    """A file of another program in a place of its own, and all that lies beside it."""

    def __init__(self, path: Path, kind: str) -> None:
        self.path = path.with_name(f"theirs-{path.stem}") / path.name
        self.kind = kind

    def __enter__(self) -> Self:
        self.path.parent.mkdir()
        _KINDS[self.kind](self.path)
        for path in self.path.parent.iterdir():
            path.chmod(0o644)
            os.utime(path, (1_700_000_000, 1_700_000_000))
        self._before = facts_of(self.path.parent)
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.path.parent)

    def changes(self) -> list[str]:
        """The names of what is not as it was, or was not there."""
        after = facts_of(self.path.parent)
        return sorted(
            name for name in {*self._before, *after} if self._before.get(name) != after.get(name)
        )


# Commands on a foreign file: each is refused, or says that there is nothing.
_LINES = (
    *(["due"], ["due", "--count"], ["list", "--all"], ["show", "1"], ["why", "@1"], ["find", "a"]),
    *(["export"], ["export", "--format", "csv"], ["check"], ["check", "--repair"], ["backup"]),
    *(["add", "Kim Wood", "--from", "Joe Kerr"], ["thank", "1"], ["undo"], ["redo"], ["pause"]),
    *(
        ["config"],
        ["draft", "1"],
        ["sources"],
        ["undo", "--list"],
    ),
)


def _on_foreign_files(ground: Ground, proof: Proof, until: float) -> None:
    good = ground.aside / "good.db"
    ground.here("backup", str(good))
    for kind in foreign_files():
        with Foreign(ground.aside / "their # file?%41.db", kind) as foreign:
            theirs = str(foreign.path)
            lines = [["--db", theirs, *line] for line in _LINES]
            lines += [
                *(["restore", theirs, "--yes"], ["import", theirs], ["backup", theirs]),
                ["--complete", "zsh", "--db", theirs, "thank", ""],
                ["--db", theirs, "restore", str(good), "--yes"],
            ]
            if kind.startswith("a database"):
                lines += [["export", theirs, "--format", form] for form in ("json", "csv")]
            for line in lines:
                if time.monotonic() > until:
                    return
                said = ground.here(*line)
                proof.count("commands on a file of another program")
                if changed := foreign.changes():
                    proof.fault(f"{kind}: {line} changed {changed}")
                    return
                for fault in harm(said, line):
                    proof.fault(f"{kind}: {line}: {fault}")


def _names(chance: random.Random) -> Iterator[str]:
    """Names as a stranger may give them, most of them near to ours."""
    while True:
        day = (
            f"20{chance.randrange(10, 99)}{chance.randrange(0, 14):02}{chance.randrange(0, 33):02}"
        )
        reason = chance.choice(("daily", "before-import", "before-restore", "by-hand", "mine", ""))
        clock = chance.choice(("", "T120000Z", "T999999Z"))
        end = chance.choice(("", ".db", "-2.db", ".db.abc", ".db.0123456789abcdef", "-damaged"))
        yield f"{chance.choice(('', '.', '.', 'x'))}{day}{clock}-{reason}{end}"


def _strew(folder: Path, ground: Ground, chance: random.Random, count: int) -> None:
    """So many strangers, of all kinds, old enough to be taken for leavings."""
    names = _names(chance)
    makes: list[Callable[[Path], object]] = [
        lambda path: path.write_bytes(chance.randbytes(chance.randrange(300))),
        lambda path: path.mkdir(),
        lambda path: path.symlink_to(chance.choice(("nowhere", str(ground.path)))),
        lambda path: shutil.copy(ground.path, path),
        lambda path: ground.here("backup", str(path)),
        _database,
        os.mkfifo,
    ]
    for number in range(count):
        path = next(path for name in names if not os.path.lexists(path := folder / name))
        makes[number % len(makes)](path)
        os.utime(path, (number, number), follow_symlinks=False)


def _among_the_backups(ground: Ground, proof: Proof, commands: int, until: float) -> None:
    chance = random.Random(7)
    folder = ground.folder / "book.db-backups"
    _strew(folder, ground, chance, 42)
    ours = {path.name for path in folder.glob("20261123-daily.db")}
    before = {name: facts for name, facts in facts_of(folder).items() if name not in ours}
    history = ground.aside / "more.json"
    for number in range(commands):
        if time.monotonic() > until:
            return
        ground.environment["REFTRACK_NOW"] = (
            f"20{27 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}T09:00:00Z"
        )
        line = chance.choice(
            [
                *(["note", "1", f"day {number}"], ["backup"], ["backup", "--list"], ["due"]),
                *(
                    ["check", "--repair"],
                    ["note", "@1", "a word"],
                    ["undo"],
                    ["import", str(history)],
                ),
                ["restore", "20261123-daily.db", "--yes"],
            ]
        )
        if line[0] == "import":
            person = f'{{"id": 1, "uid": "u{number}", "name": "Kim {number}"}}'
            history.write_text(
                f'{{"schema": "reftrack.history/1", "people": [{person}],'
                ' "referrals": [], "events": []}'
            )
        said = ground.here(*line)
        proof.count("commands beside strangers")
        for fault in said.faults():
            proof.fault(f"{line}: {fault}")
        if said.code and line[0] not in ("undo", "restore"):
            proof.fault(f"{line} beside strangers: {said}")
        after = facts_of(folder)
        if lost := [name for name, facts in before.items() if after.get(name) != facts]:
            proof.fault(f"{line} took or changed {lost[:3]}")
            return
    automatic = [path for path in folder.glob("2*-daily.db") if path.name not in before]
    if len(automatic) > 7:
        proof.fault(f"{len(automatic)} daily backups are kept")


def prove(commands: int = 100, seconds: float = 300, *, on_files: bool = True) -> Proof:
    """Foreign files under every command; then so many commands beside strangers."""
    proof = Proof("strangers")
    until = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name))
        ground.fill(3)
        ground.here("note", "1", "the first day")
        if on_files:
            _on_foreign_files(ground, proof, until)
        _among_the_backups(ground, proof, commands, until)
    proof.demand("commands beside strangers", commands)
    if on_files:
        proof.demand("commands on a file of another program", 9 * len(_LINES))
    return proof
