"""The canary: a word in every private field, sought wherever it does not belong.

Every command stands on one of two sides, or on both with different options: a command that is
missing here fails the proof, so that a new one has to choose.
"""

from __future__ import annotations

import itertools
import json
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.support.letters import CANARY, secret_history

from reftrack.cli.catalogue import COMMANDS
from reftrack.rules.rulebook import BY_NAME
from reftrack.store import connection
from torture.ground import Ground, Said
from torture.proof import Proof

NOTE = ["--note", f"{CANARY} of this command"]
AT_ONCE = ["--updates", "30d"]
TICKS = ["--agreed", "--delivered", "--happy"]

# What is meant for the screen beside others, for a program, or for others altogether: never.
SILENT: dict[str, list[list[str]]] = {
    "due": [
        *([], ["--later"], ["--all"], ["--by-person"], ["--count"], ["--ahead", "60d"]),
        *(["--on", "2027-01-31"], ["--for", "@1"], ["--limit", "1"], ["--all", "--json"]),
    ],
    "add": [["Lee Park", "--from", "Sam Ortiz", "--need", CANARY, "--thanked", "card", *NOTE]],
    "thank": [["4", "--by", "card", *NOTE], ["1", *NOTE]],
    "contact": [["4", *NOTE], ["2", "--no-answer", *NOTE]],
    "agree": [["4", "2027-02-01 10:00", *NOTE]],
    "meet": [["4", *NOTE]],
    # What a sale was worth is as private as a note.
    "win": [["4", "--value", "4200.99", *NOTE]],
    "deliver": [["4", *NOTE], ["@3", *NOTE]],
    "tell": [["1", "2", "--text", "They meet", *NOTE]],
    "done": [["1", *NOTE], ["2", *NOTE], ["4", *NOTE]],
    "draft": [
        *([subject, rule] for subject in ("1", "2", "3", "4", "@1", "@2") for rule in BY_NAME),
        *([subject, "--mailto"] for subject in ("1", "4", "@1")),
        *(["1", rule, "--eml", "{aside}/" + rule + ".eml"] for rule in BY_NAME),
    ],
    "walk": [[]],
    "lose": [["4", "--why", "A cousin does it", *NOTE]],
    "decline": [["2", "--why", "Too far", *NOTE]],
    "refer-out": [["2", "--to", "Kim Wood", *NOTE], ["4", "--to", "Eva Lang", *NOTE]],
    "explain": [["1", *NOTE]],
    "problem": [["1", "It came late", *NOTE]],
    "resolve": [["1", "A new one", *NOTE]],
    # The reason of a waiver is private too.
    "waive": [["1", "all", "--why", CANARY, *NOTE], ["@1", "all", "--why", CANARY]],
    "snooze": [["1", "--until", "2026-12-30", *NOTE]],
    "rate": [["1", "poor", *NOTE]],
    "educate": [["1", *NOTE]],
    "promise": [["2", "Send the plans", "--due", "2027-02-01", *NOTE]],
    "keep": [["2", *NOTE]],
    "missed": [["Sam Ortiz", *NOTE], ["Nora Quist", *NOTE]],
    "call-back": [["@1", *NOTE]],
    "refer": [["Lee Park", "--to", "@1", *NOTE]],
    "review": [["@2", *TICKS, *NOTE]],
    "ask": [[], ["--json"], ["@2", "--anyway", *NOTE], ["@1", *NOTE]],
    "wish": [["@1", *AT_ONCE, *NOTE]],
    "pause": [[*NOTE]],
    "resume": [[*NOTE]],
    "open-again": [["@1", *NOTE]],
    "find": [["sam"], ["0161"], ["wood", "--json"]],
    "list": [[], ["--all"], ["--json"]],
    "sources": [[], ["--json"]],
    "why": [["2"], ["3", "--json"], ["@2"]],
    "rules": [[], ["--json"]],
    "note": [["1", CANARY], ["@1", "--note", CANARY]],
    "edit": [
        *(["1", "--need", f"{CANARY} again"], ["@1", "--note", f"{CANARY} again"]),
        *(["1", "--note", f"{CANARY} again", "--tie", "neighbour"], ["1", "--need", ""]),
        ["@3", "--company", "Wood and Sons"],
    ],
    "merge": [["@3", "@1", "--yes"]],
    "undo": [["--list"], ["--list", "--json"], []],
    "redo": [[]],
    "export": [
        *(["--format", form] for form in ("csv", "ics", "vcf")),
        *(["{aside}/out." + form] for form in ("csv", "ics", "vcf")),
    ],
    "import": [
        *(["{aside}/history.json"], ["{aside}/broken.json"], ["{aside}/none.json"]),
        *(["{aside}/cards.vcf", "--dry-run"], ["{aside}/cards.vcf", "--yes"]),
        *(["{aside}/sheet.csv", "--dry-run"], ["{aside}/sheet.csv", "--yes"]),
        ["{aside}/sheet.csv", "--map", "source=Nobody"],
    ],
    "config": [["show"], ["show", "--json"], ["path"], ["set", "backup.keep", "5"]],
    "completion": [["bash"], ["zsh"], ["fish"], ["powershell"]],
    # What the shells ask at TAB.
    "--complete": [
        *(["zsh", verb, ""] for verb in ("thank", "show", "why", "merge", "waive", "edit")),
        *(["fish", "edit", "@1", "--note", ""], ["zsh", "why", "1", ""], ["zsh", "show", "can"]),
        ["bash", "reftrack tell ", "9", " =:"],
    ],
    "schedule": [["cron"], ["systemd"], ["launchd"]],
    "check": [[], ["--json"], ["--repair"]],
    "backup": [[], ["--list"], ["{aside}/own.db"]],
    "restore": [["{aside}/own.db", "--yes"], ["{aside}/none.db", "--yes"]],
}

# What is the owner's alone and says so: here it has to be.
OWN: dict[str, list[list[str]]] = {
    "show": [["1"], ["1", "--json"], ["@1"], ["@1", "--json"]],
    "find": [[CANARY], [CANARY, "--json"]],
    "export": [["--format", "json"], ["--format", "csv", "--private"]],
    # How a courtesy ended, in the words of the waiver.
    "why": [["1"], ["1", "--json"]],
}

# What happens between a command with a private word and another one.
BETWEEN: list[list[list[str]]] = [
    [],
    [["undo"]],
    [["undo"], ["redo"]],
    [["edit", "1", "--need", f"{CANARY} anew"], ["edit", "@1", "--note", f"{CANARY} anew"]],
    [["merge", "@3", "@1", "--yes"]],
]
# These tell of what was recorded before, so they follow every command whatever lies between.
TELLING = (["undo"], ["redo"], ["undo", "--list"])

# The files that may hold it: the book, its journal, its backups, and an export of the truth.
BELONGS = {
    *("book.db", "book.db-journal", "own.db", "history.json", "broken.json", "own.json"),
    *("cards.vcf", "sheet.csv", "sheet.rejected.csv"),
}


def caged(ground: Ground) -> None:
    """The book with the canary in every private field, and files that hold it too."""
    document = secret_history()
    (ground.aside / "history.json").write_text(json.dumps(document), encoding="utf-8")
    document["events"][0]["kind"] = "kissed"
    document["people"][0]["note"] = f"{CANARY}\0"
    (ground.aside / "broken.json").write_text(json.dumps(document), encoding="utf-8")
    (ground.aside / "cards.vcf").write_text(
        f"BEGIN:VCARD\nVERSION:3.0\nFN:Eva Lang\nNOTE:{CANARY} on a card\nEND:VCARD\n",
        encoding="utf-8",
    )
    shutil.copy(Path(__file__).with_name("sheet.csv"), ground.aside)
    said = ground.here("import", str(ground.aside / "history.json"))
    if said.code or CANARY in said.out + said.err:
        raise RuntimeError(said)


def lines(ground: Ground, table: dict[str, list[list[str]]]) -> Iterator[list[str]]:
    """The command lines of a table, whole."""
    for command, variants in table.items():
        for arguments in variants:
            yield [command, *(a.replace("{aside}", str(ground.aside)) for a in arguments)]


def silent(proof: Proof, said: Said, what: object) -> None:
    """Counts an answer, and finds the canary in it."""
    proof.count("answers in which it must not be")
    if CANARY in said.out + said.err:
        where = "answer" if CANARY in said.out else "error"
        proof.fault(f"in the {where} of {what}: {(said.out + said.err)[:300]}")
    if "Traceback" in said.err:
        proof.fault(f"a traceback: {what}")


# The ways to be hindered, each around every command.


@contextmanager
def _locked(ground: Ground) -> Iterator[None]:
    usual = connection.TIMEOUT
    connection.TIMEOUT = 0.0
    with closing(sqlite3.connect(ground.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # an EXCLUSIVE one is waited for at length by who reads
        try:
            yield
        finally:
            connection.TIMEOUT = usual


@contextmanager
def _damaged(ground: Ground) -> Iterator[None]:
    content = bytearray(ground.path.read_bytes())
    chance = random.Random(7)
    # Not the first page: what is found is a book, with rows that are none.
    for start in range(4096, len(content), 4096):
        if chance.random() < 0.7:
            content[start : start + 64] = chance.randbytes(64)
    ground.path.write_bytes(content)
    yield


@contextmanager
def _newer(ground: Ground) -> Iterator[None]:
    with closing(sqlite3.connect(ground.path)) as database:
        database.execute("PRAGMA user_version = 999")
    yield


@contextmanager
def _refusing(ground: Ground) -> Iterator[None]:
    with closing(sqlite3.connect(ground.path)) as database:
        for table in ("event", "person_version", "referral_version", "step"):
            database.execute(
                f"CREATE TRIGGER no_more_{table} BEFORE INSERT ON {table} BEGIN"
                " SELECT RAISE(ABORT, 'no more'); END"
            )
        database.commit()
    yield


@contextmanager
def _garbled(ground: Ground) -> Iterator[None]:
    """Rows that no program of ours wrote, private words where none should be."""
    with closing(sqlite3.connect(ground.path)) as database:
        database.execute("PRAGMA ignore_check_constraints = ON")
        database.execute("DROP TRIGGER event_is_not_changed")
        database.execute("UPDATE event SET data = ?", [f'{{"text": "{CANARY}'])
        database.commit()
    yield


@contextmanager
def _full(_: Ground) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (256, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


@contextmanager
def _missing(ground: Ground) -> Iterator[None]:
    ground.path.unlink()
    ground.path.mkdir()
    yield
    ground.path.rmdir()


HINDRANCES: dict[str, Callable[[Ground], object]] = {
    "locked": _locked,
    "damaged": _damaged,
    "newer": _newer,
    "refusing": _refusing,
    "garbled": _garbled,
    "full": _full,
    "a folder": _missing,
}


def hindered(ground: Ground, proof: Proof, share: int) -> None:
    """Every command under every hindrance, and its note is not in what it says of that."""
    whole = ground.state()
    for way, hindrance in HINDRANCES.items():
        for place, arguments in enumerate(lines(ground, SILENT)):
            if place % share or (arguments[0] == "draft" and place % (share * 7)):
                continue
            ground.put(whole)
            with hindrance(ground):  # type: ignore[attr-defined]
                said = ground.here(*arguments)
            silent(proof, said, f"{way}: {arguments}")
            proof.count("failure runs", by=int(said.code != 0))
            if said.code not in (0, 1, 2, 3):
                proof.fault(f"exit {said.code} when {way}: {arguments}: {said.err[:200]}")
    ground.put(whole)


def refused(ground: Ground, proof: Proof) -> None:
    """The refusal of a mistake does not name the note that came along."""
    for arguments in (
        *(["contact", "999", *NOTE], ["contact", "nobody", *NOTE], ["win", "@1", *NOTE]),
        *(["contact", "1", "--at", "tomorrow", *NOTE], ["thank", "1", "--by", "pigeon", *NOTE]),
        *(["thank", "1", "--nope", *NOTE], ["review", "@1", *NOTE], ["rate", "1", "fine", *NOTE]),
        ["add", "Kim", "--from", "Lee", "--kind", "nonsense", "--need", CANARY, *NOTE],
        ["add", "Kim", "--from", "Lee", "--need", f"{CANARY}\0"],
        ["add", "Kim", "--from", "Lee", "--note", CANARY * 5000],
        ["note", "1", f"{CANARY}\0"],
        ["note", "999", CANARY],
        ["note", "1", CANARY, "--note", CANARY],
        ["edit", "1", "--note", CANARY * 5000],
        ["edit", "@1", "--note", CANARY, "--updates", "sometimes"],
        ["waive", "3", "no-rule", "--why", CANARY],
        ["waive", "3", "thank-chain", "--why", CANARY],
        ["merge", "@1", "@1", "--yes"],
        ["contact", "s"],
        ["import", str(ground.aside / "broken.json")],
    ):
        said = ground.here(*arguments)
        silent(proof, said, [a[:60] for a in arguments])
        if said.code not in (1, 2):
            proof.fault(f"not refused: {arguments}: {said}")


def unquoted(ground: Ground, proof: Proof) -> None:
    """A private text without its quotes is other words of the line; none of them is repeated."""
    whole = ground.state()
    for arguments in (
        *(_with_note(line, "he", CANARY) for line in lines(ground, SILENT) if NOTE[1] in line),
        *(
            _with_note(["contact", "4", *NOTE], f"{CANARY}s", each)
            for each in (CANARY, "@1", "sam")
        ),
        *(["edit", "1", "--need", "he", CANARY], ["edit", "@1", "--note", "he", CANARY, "too"]),
        *(["note", "1", "he", CANARY], ["note", CANARY, "he"], ["note", f"he {CANARY}", "1"]),
        *(["waive", "1", "--why", "he", CANARY], ["waive", "1", "all", "--why", "he", CANARY]),
        *(
            ["note", "1", f"--{CANARY} he"],
            ["thank", "1", f"--{CANARY}"],
            ["note", "1", f"-{CANARY}"],
        ),
        *(["thank", "1", f"--note{CANARY}"], ["thank", "1", f"--notes={CANARY}"]),
    ):
        said = ground.here(*arguments)
        silent(proof, said, arguments)
        proof.count("texts without quotes")
        if said.code not in (1, 2):
            proof.fault(f"not refused: {arguments}: {said}")
    if ground.state() != whole:
        proof.fault("a text without quotes was recorded")


def _with_note(line: list[str], *words: str) -> list[str]:
    place = line.index(NOTE[0])
    return [*line[:place], NOTE[0], *words]


def pairs(ground: Ground, proof: Proof, share: int) -> None:
    """Every command follows every one that was given a private word, with others between them.

    Each pair has one of `BETWEEN`, in turn; what tells of earlier commands has all of them.
    """
    whole = ground.state()
    each = [*lines(ground, {command: table[:1] for command, table in SILENT.items()})]
    writing = [line for line in lines(ground, SILENT) if any(CANARY in word for word in line)]
    ways = list(itertools.product(writing, BETWEEN))
    for turn in range(0, len(ways), share):
        first, between = ways[turn]
        ground.put(whole)
        for arguments in (first, *between):
            silent(proof, ground.here(*arguments), arguments)
        after = ground.state()
        in_turn = [each[place] for place in range(len(each)) if (place + turn) % len(BETWEEN) == 0]
        for last in (*TELLING, *in_turn):
            said = ground.here(*last)
            silent(proof, said, [first, between, last])
            proof.count("pairs of commands")
            if said.code not in (0, 1, 2):
                proof.fault(f"exit {said.code}: {[first, between, last]}: {said.err[:200]}")
            if ground.state() != after:
                ground.put(after)
    ground.put(whole)


# Processes: what other people on the machine can see of them.


def seen_by_others(ground: Ground, proof: Proof) -> None:
    """A note on standard input is in nobody's list of processes, nor in what a child is given."""
    if not Path("/proc/self/cmdline").exists():
        proof.skipped.append("no /proc to look for it in lists of processes")
        return
    for arguments in (
        ["thank", "1", "--note", "-"],
        ["note", "1", "-"],
        ["edit", "1", "--note", "-"],
    ):
        process = ground.begun(*arguments, stdin=subprocess.PIPE)
        if process.stdin is None:
            raise RuntimeError(arguments)
        process.stdin.write(f"{CANARY} said quietly".encode())
        process.stdin.close()
        while process.poll() is None:
            for shown in _shown(process.pid):
                proof.count("looks at lists of processes")
                if CANARY.encode() in shown:
                    proof.fault(f"in the list of processes: {arguments}")
            time.sleep(0.02)
        out, err = (
            stream.read().decode() if stream else "" for stream in (process.stdout, process.stderr)
        )
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
        if arguments[0] != "edit":
            silent(proof, Said(process.returncode, out, err), arguments)
        if process.returncode:
            proof.fault(f"{arguments}: {err}")
    if not ground.rows("SELECT 1 FROM event WHERE note LIKE ?", f"{CANARY} said quietly"):
        proof.fault("the quiet note was not kept")


def _shown(parent: int) -> Iterator[bytes]:
    """Command lines and environments of a process and those that it started."""
    left = [parent]
    while left:
        process = left.pop()
        for name in ("cmdline", "environ"):
            try:
                yield Path(f"/proc/{process}/{name}").read_bytes()
            except OSError:
                continue
        try:
            children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii")
        except OSError:
            continue
        left += map(int, children.split())


def edited_elsewhere(ground: Ground, proof: Proof) -> None:
    """The draft that an editor is given, and the editor's command line, hold nothing private."""
    script, seen = ground.aside / "editor", ground.aside / "seen.txt"
    script.write_text(f'#!/bin/sh\necho "$@" >> "{seen}"\ncat "$1" >> "{seen}"\n', encoding="utf-8")
    script.chmod(0o700)
    ground.environment["EDITOR"] = str(script)
    for rule in ("thank-referral", "announce-win", "explain-loss", "report-problem"):
        silent(proof, ground.here("draft", "1", rule, "--edit"), ["draft", "--edit", rule])
    if "Sam" not in seen.read_text(encoding="utf-8"):
        proof.fault("the editor saw no draft")


def on_a_terminal(ground: Ground, proof: Proof) -> None:
    """The morning on a screen, wide and narrow, and the walk through it."""
    from tests.support.driver import on_terminal

    for columns in (40, 80, 140):
        for arguments, keys in ((["due", "--all"], ""), (["list"], ""), (["walk"], "w\nq\n")):
            shown = on_terminal(arguments, columns, keys, ground.environment)
            silent(proof, Said(shown.code, "".join(shown.out.split()), ""), arguments)


def left_behind(ground: Ground, proof: Proof) -> None:
    """In no file but those that are meant for it: no log, no temporary file, no cache."""
    for path in ground.folder.parent.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        proof.count("files searched")
        is_backup = path.parent.name == "book.db-backups" and path.suffix == ".db"
        if CANARY.encode() in path.read_bytes() and path.name not in BELONGS and not is_backup:
            proof.fault(f"in the file {path.relative_to(ground.folder.parent)}")
        if path.suffix in (".log", ".tmp") or path.name.startswith(".book"):
            proof.fault(f"a file is left: {path.name}")


def prove(share: int = 1, *, with_processes: bool = True) -> Proof:
    """All of it; with a `share`, one command in so many is hindered, and each has two lines."""
    proof = Proof("the canary")
    sides = SILENT.keys() | OWN.keys()
    if COMMANDS.keys() - sides:
        proof.fault(f"commands on no side: {sorted(COMMANDS.keys() - sides)}")
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name), now="2026-12-20T10:00:00Z")
        temporary = ground.aside / "tmp"
        temporary.mkdir()
        ground.environment["TMPDIR"] = str(temporary)
        tempfile.tempdir, usual = str(temporary), tempfile.tempdir
        try:
            caged(ground)
            _both_sides(ground, proof, None if share == 1 else 2)
            refused(ground, proof)
            unquoted(ground, proof)
            pairs(ground, proof, share)
            hindered(ground, proof, share)
            edited_elsewhere(ground, proof)
            if with_processes:
                seen_by_others(ground, proof)
                on_a_terminal(ground, proof)
            left_behind(ground, proof)
        finally:
            tempfile.tempdir = usual
    return proof


def _both_sides(ground: Ground, proof: Proof, most: int | None) -> None:
    """The owner's own commands show what is private, and no line of the others does.

    `most` is how many lines of a silent command are run, None for all.
    """
    whole = ground.state()
    ground.here("waive", "1", "all", "--why", CANARY)
    for arguments in lines(ground, OWN):
        proof.count("answers in which it belongs")
        said = ground.here(*arguments)
        if said.code or CANARY not in said.out:
            proof.fault(f"not where it belongs, in {arguments}: {said.code} {said.err}")
    proof.count("answers in which it belongs")
    if ground.here("export", str(ground.aside / "own.json")).code:
        proof.fault("no export")
    if CANARY not in (ground.aside / "own.json").read_text(encoding="utf-8"):
        proof.fault("the exported truth lacks what is private")
    ground.put(whole)
    for arguments in lines(ground, {command: table[:most] for command, table in SILENT.items()}):
        said = ground.here(*arguments)
        silent(proof, said, arguments)
        proof.count("of them done", by=int(said.code == 0))
        if said.code not in (0, 1, 2):
            proof.fault(f"{arguments}: {said}")
