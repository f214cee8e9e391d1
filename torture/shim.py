"""The shim of `shim.c`, compiled when it is wanted: it lets one chosen operation go wrong."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from torture.ground import Ground, Said

# What the program does to its files that changes them, as the letters of the shim.
CHANGES = "wstur"


class Lacking(Exception):
    """This machine lacks what it takes to inject a fault."""


@dataclass(frozen=True)
class Blow:
    """Which operation goes wrong, and how."""

    operations: str
    at: int
    how: str
    lasts: bool = False

    def __str__(self) -> str:
        lasting = " from then on" if self.lasts else ""
        return f"{self.how} at {self.operations} {self.at}{lasting}"


@dataclass(frozen=True)
class Struck:
    """The end of a command under a blow, and the operations that it came to."""

    said: Said
    operations: Sequence[str]

    @property
    def is_hit(self) -> bool:
        """True if the blow fell."""
        return any(line.endswith(" HIT") for line in self.operations)

    @property
    def hit(self) -> str:
        """The first operation that was hit."""
        return next((line for line in self.operations if line.endswith(" HIT")), "")


class Shim:
    """The compiled shim, and commands that run behind it."""

    def __init__(self, folder: Path) -> None:
        if not sys.platform.startswith("linux"):
            raise Lacking("faults are injected on Linux only")
        compiler = shlex.split(os.environ.get("CC", "")) or ["cc"]
        if not shutil.which(compiler[0]):
            raise Lacking("no C compiler")
        self.library = folder / "shim.so"
        source = Path(__file__).with_name("shim.c")
        made = subprocess.run(
            [*compiler, "-shared", "-fPIC", "-O1", "-o", str(self.library), str(source), "-ldl"],
            capture_output=True,
            check=False,
        )
        if made.returncode:
            raise Lacking(f"the C compiler fails: {made.stderr.decode()[:100]}")

    def run(self, ground: Ground, arguments: Sequence[str], blow: Blow) -> Struck:
        """A command under this blow; one at 0 never falls, and tells what there is to hit."""
        log = ground.aside / "operations.log"
        log.unlink(missing_ok=True)
        said = ground.process(*arguments, env=self.environment(ground.folder, log, blow))
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        return Struck(said, lines)

    def environment(self, under: Path, log: Path, blow: Blow) -> dict[str, str]:
        """The variables that put a process behind it, for its operations on files `under` there."""
        return {
            "LD_PRELOAD": str(self.library),
            "TORTURE_UNDER": os.path.realpath(under),
            "TORTURE_OPS": blow.operations,
            "TORTURE_AT": str(blow.at),
            "TORTURE_DO": blow.how,
            "TORTURE_LAST": "on" if blow.lasts else "once",
            "TORTURE_LOG": str(log),
        }
