"""How long reftrack takes to answer, beside what it is held to.

All run on a terminal of their own, in turn, in one run: the ratio of the medians is what counts,
for the machine may be busy. `python benchmarks/start.py [ROUNDS] [LIVE]`.
"""

from __future__ import annotations

import json
import os
import pty
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
NOW = "2026-11-23T08:40:00Z"
LIVE = 10
ROUNDS = 25
PROGRAM = str(Path(sys.executable).with_name("reftrack"))

NOTHING = "python -c pass"
SMALLEST = "the smallest program"
LIBRARIES = "python -c import …"


@dataclass(frozen=True)
class Held:
    """A command and what it is held to: so many times the median of another, and so much more."""

    name: str
    command: Sequence[str]
    beside: str
    times: float
    more: float = 0.0

    def allowed(self, medians: Mapping[str, float]) -> float:
        """The seconds that it may take."""
        return medians[self.beside] * self.times + self.more


HELD = (
    Held("due", ["due"], SMALLEST, 1.1),
    Held("due --count", ["due", "--count"], NOTHING, 3, 0.02),
    Held("TAB: a command", ["--complete", "zsh", "th"], NOTHING, 3, 0.02),
    Held("TAB: a number", ["--complete", "zsh", "thank", ""], NOTHING, 3, 0.02),
    Held("TAB: a name", ["--complete", "zsh", "thank", "Per"], NOTHING, 3, 0.02),
    Held("thank 1", ["thank", "1"], LIBRARIES, 1.3),
)


def history(live: int) -> dict[str, object]:
    """A book of live referrals, each with something to thank for and somebody to call."""
    people = [
        {
            "id": number,
            "uid": f"p{number}",
            "name": f"Person Number {number}",
            "phone": "0161 496 0005",
        }
        for number in range(1, 2 * live + 1)
    ]
    referrals = [
        {
            "id": number,
            "uid": f"r{number}",
            "source": number,
            "prospect": live + number,
            "received_at": f"2026-11-22T{number % 24:02}:10:00Z",
            "kind": "client",
        }
        for number in range(1, live + 1)
    ]
    return {"schema": "reftrack.history/1", "people": people, "referrals": referrals, "events": []}


def seconds_on_terminal(command: Sequence[str], environment: dict[str, str]) -> float:
    """From the start of the command to the end of its output, with a terminal to print to."""
    leader, follower = pty.openpty()
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env=environment
    )
    os.close(follower)
    while True:
        try:
            if not os.read(leader, 65536):
                break
        except OSError:
            break
    code = process.wait()
    taken = time.perf_counter() - started
    os.close(leader)
    if code:
        sys.exit(f"{' '.join(command)} ended with {code}")
    return taken


def compared(
    commands: dict[str, Sequence[str]], environment: dict[str, str], runs: int
) -> dict[str, list[float]]:
    """The seconds of each command, run in turn, after one round to warm up."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for round_ in range(runs + 1):
        for name, command in commands.items():
            seconds = seconds_on_terminal(command, environment)
            if round_:
                taken[name].append(seconds)
    return taken


def environment_in(folder: Path) -> dict[str, str]:
    """The usual places in `folder`, as for a user who set nothing: finding them costs too."""
    return {
        **{key: value for key, value in os.environ.items() if not key.startswith("REFTRACK_")},
        "HOME": str(folder),
        "TERM": "xterm-256color",
        "COLUMNS": "80",
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "TZ": "Europe/London",
        "REFTRACK_NOW": NOW,
    }


def rows_of_due(environment: dict[str, str]) -> list[list[str]]:
    """What `due` prints, a row a record: section, number, action, when, reach and command."""
    shown = subprocess.run([PROGRAM, "due"], env=environment, check=True, capture_output=True)
    lines = shown.stdout.decode("utf-8").splitlines()
    return [
        (line.split("  ") + [""] * 6)[:6]
        for line in lines
        if line.startswith(("OVERDUE", "TODAY", "LATER"))
    ]


def told(name: str, seconds: Sequence[float]) -> str:
    """The median in milliseconds, with the middle half and the whole of what was measured."""
    low, middle, high = (1000 * quarter for quarter in statistics.quantiles(seconds, n=4))
    least, most = 1000 * min(seconds), 1000 * max(seconds)
    return f"{name:22}{middle:7.1f} ms  {low:6.1f} to {high:.1f}  ({least:.1f} to {most:.1f})"


def main() -> None:
    """Measures, prints, and ends with 1 where anything takes longer than it is held to."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    live = int(sys.argv[2]) if len(sys.argv) > 2 else LIVE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = environment_in(folder)
        (folder / "history.json").write_text(json.dumps(history(live)), encoding="utf-8")
        setup = [PROGRAM, "import", str(folder / "history.json")]
        subprocess.run(setup, env=environment, check=True, stdout=subprocess.DEVNULL)
        rows = rows_of_due(environment)
        (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
        beside = {
            NOTHING: [sys.executable, "-c", "pass"],
            SMALLEST: [sys.executable, str(HERE / "smallest.py"), str(folder / "rows.json")],
            LIBRARIES: [sys.executable, "-c", "import typer, rich.console, sqlmodel"],
        }
        own = {held.name: [PROGRAM, *held.command] for held in HELD}
        taken = compared({**beside, **own}, environment, rounds)
    print(f"{live} live referrals, {len(rows)} records, {rounds} rounds in turn, on a terminal")
    print(f"{'':22}   median    middle half  (all)")
    for name, seconds in taken.items():
        print(told(name, seconds))
    medians = {name: statistics.median(seconds) for name, seconds in taken.items()}
    print()
    late = False
    for held in HELD:
        allowed = held.allowed(medians)
        late |= medians[held.name] > allowed
        more = f" + {held.more * 1000:.0f} ms" if held.more else ""
        print(
            f"{held.name:18}{medians[held.name] / medians[held.beside]:6.2f} times {held.beside};"
            f" {medians[held.name] / allowed:.2f} of the {held.times:g} times{more} allowed"
        )
    if late:
        sys.exit(1)


if __name__ == "__main__":
    main()
