"""Bad words in every place of every command: refused in form, or taken and shown safely."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tests.support.bad_words import PLACES, UNSAFE, WORDS, checked
from tests.support.driver import on_terminal

from reftrack.cli.catalogue import COMMANDS
from torture.ground import Ground, in_lanes
from torture.proof import Proof

LEAST = 1000
SHEET = Path(__file__).with_name("sheet.csv")
LANES = 2

# The places of the commands that came later.
MORE_PLACES: list[list[str]] = [
    ["find", "{}"],
    ["find", "sam", "--limit", "{}"],
    ["sources", "--limit", "{}"],
    ["sources", "{}"],
    ["why", "{}"],
    ["why", "1", "{}"],
    ["why", "@1", "{}"],
    ["rules", "{}"],
    ["note", "{}", "x"],
    ["note", "1", "{}"],
    ["note", "@1", "--note", "{}"],
    ["note", "1", "x", "--at", "{}"],
    ["edit", "{}", "--tie", "x"],
    *(
        ["edit", "@1", f"--{option}", "{}"]
        for option in ("name", "phone", "email", "company", "relation", "updates", "by", "note")
    ),
    *(
        ["edit", "1", f"--{option}", "{}"]
        for option in ("from", "prospect", "kind", "tie", "need", "received", "note")
    ),
    ["merge", "{}", "@1", "--yes"],
    ["merge", "@1", "{}", "--yes"],
    ["draft", "{}"],
    ["draft", "1", "{}"],
    ["draft", "1", "--by", "{}"],
    ["draft", "1", "--eml", "{}"],
    ["walk", "{}"],
    ["undo", "{}"],
    ["undo", "--list", "--limit", "{}"],
    ["redo", "{}"],
    ["check", "{}"],
    ["backup", "{}"],
    ["backup", "--list", "{}"],
    ["restore", "{}"],
    ["restore", "{}", "--yes"],
    ["export", "{}"],
    ["export", "--format", "csv", "{}"],
    ["import", "{}", "--yes"],
    ["import", "{}", "--encoding", "cp1252"],
    ["import", "cards.vcf", "--encoding", "{}"],
    ["config", "{}"],
    ["config", "show", "{}"],
    ["config", "set", "{}", "12h"],
    ["config", "set", "policy.thank-referral", "{}"],
    ["config", "set", "timezone", "{}"],
    ["config", "set", "backup.keep", "{}"],
    ["config", "unset", "{}"],
    ["import", "{}", "--dates", "dmy", "--yes"],
    ["import", "sheet.csv", "--map", "{}"],
    ["import", "sheet.csv", "--dates", "{}"],
    ["import", "sheet.csv", "--baseline", "{}"],
    ["import", "sheet.csv", "--yes", "--map", "need={}"],
    ["completion", "{}"],
    ["schedule", "{}"],
    ["schedule", "cron", "--at", "{}"],
    ["schedule", "systemd", "--by", "{}"],
    ["waive", "1", "all", "--why", "x", "--note", "{}"],
    ["--db", "{}", "due"],
]

LOOKS = (["due", "--later"], ["list"], ["show", "1"], ["show", "@1"], ["undo", "--list"])


# Commands whose words may be names of files.
NAMING_FILES = ("export", "import", "backup", "restore", "draft", "--db")


def _can_be_typed(word: str) -> bool:
    """True if a system can hand this word to a program; in a note it is tried all the same."""
    try:
        return "\0" not in word and os.fsencode(word) is not None
    except UnicodeEncodeError:
        return False


def every_command() -> list[list[str]]:
    """All places; AssertionError where a command has none."""
    places = PLACES + MORE_PLACES
    missing = COMMANDS.keys() - {place[0] for place in places}
    assert not missing, f"commands without a bad word: {sorted(missing)}"
    return places


def two(ground: Ground) -> None:
    """A book with two referrals: Dana from Sam, Priya from Tom."""
    for prospect, source in (("Dana Ruiz", "Sam Ortiz"), ("Priya Nair", "Tom Beck")):
        said = ground.here("add", prospect, "--from", source)
        if said.code:
            raise RuntimeError(said)


def judge(ground: Ground, arguments: Sequence[str], proof: Proof) -> int | None:
    """Runs one command line; its exit code, None where it broke a promise."""
    try:
        said = ground.here(*arguments)
        if arguments[:3] == ["export", "--format", "csv"]:
            # The mark and the line breaks that spreadsheets want are no text of anybody's.
            said = replace(said, out=said.out.removeprefix("\ufeff").replace("\r\n", "\n"))
        checked(said, arguments)  # type: ignore[arg-type]
    except Exception as error:  # noqa: BLE001  a traceback is what is sought
        proof.fault(f"{[a[:60] for a in arguments]}: {type(error).__name__}: {str(error)[:300]}")
        return None
    # 3 is for what names a database.
    if said.code not in (0, 1, 2, *((3,) if arguments[0] in ("--db", "backup") else ())):
        proof.fault(f"{[a[:60] for a in arguments]}: exit {said.code}: {said.err[:200]}")
    return said.code


def sweep(
    lane: int, lanes: int, places: list[list[str]], stride: int, passes: int, seconds: float
) -> Proof:
    """Every place of this lane with one word in `stride`, and in each pass with others."""
    proof = Proof("bad words")
    until = time.monotonic() + seconds
    usual = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name), now="2026-11-20T15:00:00Z")
        ground.environment["REFTRACK_DEBUG"] = "1"  # a fault is not to hide behind a sentence
        two(ground)
        whole = ground.state()
        here = ground.aside / "here"  # what names a file may make one
        here.mkdir()
        shutil.copy(SHEET, here)
        try:
            os.chdir(here)
            for turn in range(passes):
                for place in places[lane::lanes]:
                    for word in WORDS[(places.index(place) + turn) % stride :: stride]:
                        if time.monotonic() > until:
                            return proof
                        if place[0] in NAMING_FILES and not _can_be_typed(word):
                            continue
                        one_word(ground, [part.replace("{}", word) for part in place], whole, proof)
                        for path in here.iterdir():
                            if path.name != SHEET.name:
                                path.unlink()
        finally:
            os.chdir(usual)
    return proof


def one_word(ground: Ground, arguments: list[str], whole: object, proof: Proof) -> None:
    """One bad input: the book is as it was where it was refused, and else looks safe."""
    code = judge(ground, arguments, proof)
    proof.count("bad inputs")
    is_changed = ground.state() != whole
    if code:
        proof.count("of them refused")
        if is_changed:
            proof.fault(f"refused, and yet the book changed: {[a[:60] for a in arguments]}")
    elif is_changed:
        for look in LOOKS:
            judge(ground, look, proof)
            proof.count("looks at what was taken")
    if is_changed:
        ground.put(whole)  # type: ignore[arg-type]
    ground.config.unlink(missing_ok=True)


def on_screens(proof: Proof, widths: Sequence[int] = (40, 80, 140)) -> None:
    """The bad words that were taken are shown on real terminals, and none of it acts there."""
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name), now="2026-11-20T15:00:00Z")
        two(ground)
        bad = [word for word in WORDS if UNSAFE.search(word) and "\0" not in word]
        for word in bad:
            text = word.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
            ground.here("add", f"Eve {text}", "--from", "Sam Ortiz", "--need", text, "--tie", text)
            ground.here("lose", "1", "--why", text)
            ground.here("tell", "2", "--text", f"News {text}")
        for columns in widths:
            for arguments in (
                *(
                    ["due", "--all"],
                    ["list", "--all"],
                    ["show", "1"],
                    ["show", "3"],
                    ["show", "@1"],
                ),
                *(["find", "eve"], ["sources"], ["why", "1"], ["undo", "--list"], ["draft", "1"]),
                *(["show", "Eve \x1b[31m"], ["thank", "\x1b]0;x\x07"]),
            ):
                shown = on_terminal(arguments, columns, "", ground.environment)
                proof.count("screens of a real terminal")
                # Rich's own colours are meant; nothing else that acts on a terminal is.
                own = re.sub(r"\x1b\[[0-9;]*m", "", shown.out)
                if found := UNSAFE.search(own):
                    proof.fault(f"{found[0]!r} reaches the terminal: {arguments}")


def prove(stride: int = 12, seconds: float = 600, least: int = LEAST) -> Proof:
    """All words in all places while the time lasts, and what was taken of them on terminals."""
    proof = Proof("bad words")
    places = every_command()
    for part in in_lanes(sweep, LANES, LANES, places, stride, stride, seconds):
        proof.add(part)
    on_screens(proof)
    proof.demand("bad inputs", least)
    return proof
