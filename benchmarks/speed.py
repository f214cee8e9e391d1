"""The measurements, and what each is held to: rows of one table, run in turn, as ratios.

`python benchmarks/speed.py [RUNS] [--quick]` measures all, writes `benchmarks/results.json` and,
made from it, `docs/speed.md`. `--quick` leaves the half million events out. `--release` keeps the
figures as those that later ones are held against.
"""

from __future__ import annotations

import json
import os
import platform
import pty
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import books
import bulk
import peers
from reftrack.store import balance

HERE = Path(__file__).parent
RESULTS = HERE / "results.json"
RELEASED = HERE / "released.json"
PAGE = HERE.parent / "docs" / "speed.md"
NOW = "2026-11-23T08:40:00Z"
RUNS = 25
BULK_RUNS = 3
PROGRAM = str(Path(sys.executable).with_name("reftrack"))

NOTHING = "`python -c pass`"
LIBRARIES = "`python -c import …`"
SMALLEST = "the smallest program"
SIZES = {"ten": books.Size(12, 10), "10,000": books.Size(10_000, 10_000)}
LARGE = books.Size(100_000, 10_000)


@dataclass(frozen=True)
class Row:
    """A command beside another: so many times its median, and so many seconds more, at most."""

    name: str
    beside: str
    target: float
    more: float = 0.0


@dataclass
class Result:
    """The result of a row: the ratio of the medians, pair by pair from `low` to `high`."""

    name: str
    beside: str
    ratio: float
    low: float
    high: float
    target: float
    seconds: float
    runs: int
    memory: int = 0
    more: float = field(default=0.0)

    @property
    def is_met(self) -> bool:
        return self.ratio <= self.target + 1e-9


def seconds_on_terminal(command: Sequence[str], environment: Mapping[str, str]) -> float:
    """From the start of the command to its end, with a terminal to print to."""
    leader, follower = pty.openpty()
    began = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=dict(environment)
    )
    os.close(follower)
    shown = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        shown = (shown + part)[-2000:]
    code = process.wait()
    taken = time.perf_counter() - began
    os.close(leader)
    if code:
        sys.exit(f"{' '.join(command)} ended with {code}:\n{shown.decode(errors='replace')}")
    return taken


class Bench:
    """Commands by name, each with its environment, and what they took."""

    def __init__(self, folder: Path, runs: int) -> None:
        self.folder = folder
        self.runs = runs
        self.commands: dict[str, peers.Command] = {}
        self.taken: dict[str, list[float]] = {}
        # The places are the usual ones, as for a user who set nothing: finding them costs too.
        # Python's own variables go as well: PYTHONDONTWRITEBYTECODE would have every start of a
        # fresh checkout compile the program from its text, which no installed one does.
        own = ("REFTRACK_", "PYTHON")
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(own)},
            "HOME": str(folder),
            "TERM": "xterm-256color",
            "COLUMNS": "80",
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "TZ": "Europe/London",
            "REFTRACK_NOW": NOW,
        }

    def book(self, name: str, size: books.Size) -> Path:
        """A book of this size, made by an import."""
        file, path = self.folder / f"{name}.json", self.folder / name / "reftrack.db"
        books.write(file, size)
        command = [PROGRAM, "--db", str(path), "import", str(file)]
        subprocess.run(command, env=self.environment, check=True, stdout=subprocess.DEVNULL)
        return path

    def on(self, path: Path, *arguments: str) -> peers.Command:
        return [PROGRAM, *arguments], {**self.environment, "REFTRACK_DB": str(path)}

    def run(self) -> None:
        """All of them in turn, after a round to warm up."""
        for round_ in range(self.runs + 1):
            for name, (command, environment) in self.commands.items():
                seconds = seconds_on_terminal(command, environment)
                if round_:
                    self.taken.setdefault(name, []).append(seconds)
            print(f"\rround {round_} of {self.runs}", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)

    def result(self, row: Row) -> Result:
        """The result of a command beside another."""
        own = self.taken[row.name]
        other = [seconds * row.target + row.more for seconds in self.taken[row.beside]]
        pairs = [a / b * row.target for a, b in zip(own, other, strict=True)]
        ratio = statistics.median(own) / statistics.median(other) * row.target
        median = statistics.median(own)
        return Result(
            row.name,
            row.beside,
            ratio,
            min(pairs),
            max(pairs),
            row.target,
            median,
            len(own),
            more=row.more,
        )


def measured_starts(bench: Bench, paths: Mapping[str, Path]) -> list[Row]:
    """Puts up what is to be run, and what each is held to."""
    ten = paths["ten"]
    rows_of_due = bench.folder / "rows.json"
    rows_of_due.write_text(json.dumps(_records(bench, ten)), encoding="utf-8")
    plain = bench.environment
    bench.commands |= {
        NOTHING: ([sys.executable, "-c", "pass"], plain),
        LIBRARIES: ([sys.executable, "-c", "import typer, rich.console, sqlmodel"], plain),
        SMALLEST: ([sys.executable, str(HERE / "smallest.py"), str(rows_of_due)], plain),
        "`due`, 10 live": bench.on(ten, "due"),
        "`thank 12`, 10 live": bench.on(ten, "thank", "12"),
    }
    rows = [Row("`due`, 10 live", SMALLEST, 1.1), Row("`thank 12`, 10 live", LIBRARIES, 1.3)]
    for size, path in paths.items():
        front, count = f"`due --limit 20`, {size}", f"`due --count`, {size}"
        bench.commands[count] = bench.on(path, "due", "--count")
        rows.append(Row(count, NOTHING, 3, 0.02))
        typed = {"th": ["th"], "thank …": ["thank", ""], "thank A": ["thank", "A"]}
        for line, words in typed.items():
            tab = f"TAB after `{line}`, {size}"
            bench.commands[tab] = bench.on(path, "--complete", "zsh", *words)
            rows.append(Row(tab, NOTHING, 3, 0.02))
        if size == "ten":
            continue
        bench.commands[front] = bench.on(path, "due", "--limit", "20")
        rows.append(Row(front, "`due`, 10 live", 1.15))
        for line in ("show 12", "show @3", "list --limit 20"):
            name = f"`{line}`, {size}"
            bench.commands.setdefault(f"`{line}`, ten", bench.on(ten, *line.split()))
            bench.commands[name] = bench.on(path, *line.split())
            rows.append(Row(name, f"`{line}`, ten", 1.15))
        thanks = {"thank 12": "12", "thank N of a source of 2,000": str(_busy(path))}
        for line, number in thanks.items():
            name = f"`{line}`, {size}"
            bench.commands[name] = bench.on(path, "thank", number)
            rows.append(Row(name, "`thank 12`, 10 live", 1.15))
    for items, own in ((10, "`due`, 10 live"), (10_000, "`due --limit 20`, 10,000")):
        for name, peer in peers.commands(bench.folder, items, plain).items():
            bench.commands[f"`{name}`, {items:,}"] = peer
            # taskwarrior is compiled: with ten of anything it is done before Python has begun.
            if (name, items) != ("task next", 10):
                rows.append(Row(own, f"`{name}`, {items:,}", 1.0))
    return rows


def _busy(path: Path) -> int:
    """A live referral of the source who sent two thousand."""
    connection = sqlite3.connect(path)
    sql = "SELECT max(referral) FROM standing WHERE source = ? AND ended_at IS NULL"
    ((number,),) = connection.execute(sql, (books.BUSY,)).fetchall()
    connection.close()
    return int(number)


def _records(bench: Bench, path: Path) -> list[list[str]]:
    """The screen of `due`, a row a record: section, number, action, when, reach and command."""
    command, environment = bench.on(path, "due")
    shown = subprocess.run(command, env=environment, check=True, capture_output=True)
    lines = shown.stdout.decode("utf-8").splitlines()
    return [
        (line.split("  ") + [""] * 6)[:6]
        for line in lines
        if line.startswith(("OVERDUE", "TODAY", "LATER"))
    ]


# What SQLite itself needs for what `sources` says: the same statements, and nothing else.
SOURCES = [
    sql.replace("?", f"'{NOW}'")
    for name, sql in vars(balance).items()
    if name.startswith("_") and isinstance(sql, str) and "SELECT" in sql
]


def measured_bulk(bench: Bench) -> tuple[Path, list[Result]]:
    """The import beside what cannot be done without; a book of the large size is left."""
    file = bench.folder / "large.json"
    books.write(file, LARGE)
    taken: dict[str, list[float]] = {"bare": [], "import": []}
    memory = 0
    path = bench.folder / "large" / "reftrack.db"
    for run in range(BULK_RUNS):
        bare = bench.folder / f"bare-{run}.db"
        command = [sys.executable, str(HERE / "bulk.py"), str(file), str(bare)]
        said = subprocess.run(command, env=bench.environment, check=True, capture_output=True)
        taken["bare"].append(float(said.stdout))
        bare.unlink()
        if path.exists():
            path.unlink()
        began = time.perf_counter()
        command = [PROGRAM, "--db", str(path), "import", str(file)]
        memory = max(memory, peak_of(command, bench.environment))
        taken["import"].append(time.perf_counter() - began)
        print(f"import {run + 1} of {BULK_RUNS}: {taken}", file=sys.stderr)
    pairs = [a / b for a, b in zip(taken["import"], taken["bare"], strict=True)]
    middle = {name: statistics.median(seconds) for name, seconds in taken.items()}
    ratio = middle["import"] / middle["bare"]
    name, beside = "`import`, half a million events", "`json.loads` and `executemany`"
    found = Result(
        name, beside, ratio, min(pairs), max(pairs), 6, middle["import"], BULK_RUNS, memory
    )
    return path, [found]


def peak_of(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs the command; the most memory that it held, in MB: its own, no other child's."""
    process = subprocess.Popen(command, env=dict(environment), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    return used.ru_maxrss // 1024


def measured_sources(bench: Bench, path: Path) -> Result:
    """`sources` beside SQLite's own time for the same aggregates."""
    own, bare = [], []
    for _ in range(max(3, bench.runs // 4)):
        command, environment = bench.on(path, "sources", "--limit", "20")
        own.append(seconds_on_terminal(command, environment))
        bare.append(bulk.as_sql(path, SOURCES))
    pairs = [a / b for a, b in zip(own, bare, strict=True)]
    ratio = statistics.median(own) / statistics.median(bare)
    beside = "SQLite's own time for it"
    median = statistics.median(own)
    return Result("`sources`, 100,000", beside, ratio, min(pairs), max(pairs), 3, median, len(own))


def main() -> None:
    """Measures, prints, writes; ends with 1 where a target is missed."""
    words = sys.argv[1:]
    numbers = [int(word) for word in words if word.isdigit()]
    runs = numbers[0] if numbers else RUNS
    if "--page" not in words:
        with tempfile.TemporaryDirectory() as name:
            bench = Bench(Path(name), runs)
            paths = {size: bench.book(size, each) for size, each in SIZES.items()}
            results: list[Result] = []
            if "--quick" not in words:
                large, results = measured_bulk(bench)
                paths["100,000"] = large
            rows = measured_starts(bench, paths)
            bench.run()
            results = [*(bench.result(row) for row in rows), *results]
            if "100,000" in paths:
                results.append(measured_sources(bench, paths["100,000"]))
        document = {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "processors": os.cpu_count(),
            "results": [asdict(result) for result in results],
        }
        RESULTS.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
        if "--release" in words:
            RELEASED.write_text(RESULTS.read_text("utf-8"), "utf-8")
    document = json.loads(RESULTS.read_text("utf-8"))
    lines = table(document)
    print("\n".join(lines))
    PAGE.write_text(page(document, lines), "utf-8")
    if not all(Result(**row).is_met for row in document["results"]):
        sys.exit(1)


def _released() -> dict[tuple[str, str], float]:
    """The ratios of the last release."""
    if not RELEASED.exists():
        return {}
    document = json.loads(RELEASED.read_text("utf-8"))
    return {(row["name"], row["beside"]): row["ratio"] for row in document["results"]}


def table(document: Mapping[str, Any]) -> list[str]:
    """The results as a table."""
    released = _released()
    lines = ["| what | beside | ratio | from … to | at most | last release | median |"]
    lines.append("|---|---|---|---|---|---|---|")
    for row in document["results"]:
        found = Result(**row)
        before = released.get((found.name, found.beside))
        allowed = f"{found.target:g}" + (f" + {found.more * 1000:.0f} ms" if found.more else "")
        allowed += "" if found.is_met else " **missed**"
        lines.append(
            f"| {found.name} | {found.beside} | **{found.ratio:.2f}** |"
            f" {found.low:.2f} … {found.high:.2f} | {allowed} |"
            f" {'' if before is None else f'{before:.2f}'} | {_shown(found.seconds)} |"
        )
    return lines


def _shown(seconds: float) -> str:
    return f"{seconds:.1f} s" if seconds >= 10 else f"{seconds * 1000:.0f} ms"


def page(document: Mapping[str, Any], lines: Sequence[str]) -> str:
    """The page on speed: what is promised, and what was measured last."""
    memory = max(row["memory"] for row in document["results"])
    stated = f" The import took {memory} MB of memory at most." if memory else ""
    starts = [row["runs"] for row in document["results"] if not row["memory"]]
    return f"""# How quick it is

<!-- Made by `make bench` from benchmarks/results.json. -->

Every command runs in turn with what it is held against, on a terminal of its own, in one run of
`make bench`: the ratio of the medians is what counts, for a machine may be busy. Where milliseconds
are allowed besides, the ratio is counted with them in. The books are made up: one of ten live
referrals, one of 10,000 that are all live, one of 100,000 of which 10,000 are live, with about
600,000 events and one source who sent two thousand.

{chr(10).join(lines)}

Python {document["python"]}, SQLite {document["sqlite"]}, {document["processors"]} processors,
{max(starts)} rounds.{stated}

## Why it stays so

- What is owed is kept beside the history, in the transaction that changes it. A morning is counted
  and read from the front by indexes; the history is not opened for it.
- One more record is worked out from what it can move: its referral, and of its people the rules
  that read such an event. What those rules ask of a source's other referrals is kept too, so it
  does not matter whether they are ten or two thousand.
- A test looks at the plan of every statement that a command sends: none goes through a table that
  grows. `find` and the whole `sources`, which say something of everything, are what is left out.
- A history is read record by record and written by the driver. Only its text, the people and the
  referrals are in memory at once; the events and what is owed are worked out in batches.
- An import uses one core. A second one could take over the rules, a seventh of the work; but what
  is not committed nobody else sees, so the stories would have to be packed and sent, which costs
  half of what it costs to work them out: a twentieth would be saved at best.
"""


if __name__ == "__main__":
    main()
