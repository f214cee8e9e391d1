"""How long `reftrack due` takes, beside the smallest Typer program with as large a Rich table.

Both run on a terminal of their own, in turn, in one run: the ratio of the medians is what counts,
for the machine may be busy. `python benchmarks/start.py [RUNS]`.
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
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
NOW = "2026-11-23T08:40:00Z"
LIVE = 60
ALLOWED = 1.25


def history() -> dict[str, object]:
    """A book of 60 live referrals, each with something to thank for and somebody to call."""
    people = [
        {
            "id": number,
            "uid": f"p{number}",
            "name": f"Person Number {number}",
            "phone": "0161 496 0005",
        }
        for number in range(1, 2 * LIVE + 1)
    ]
    referrals = [
        {
            "id": number,
            "uid": f"r{number}",
            "source": number,
            "prospect": LIVE + number,
            "received_at": f"2026-11-22T{number % 24:02}:10:00Z",
            "kind": "client",
        }
        for number in range(1, LIVE + 1)
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


def main() -> None:
    """Measures, prints, and ends with 1 where it is slower than allowed."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 25
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # The places are the usual ones, as for a user who set nothing: finding them costs too.
        environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith("REFTRACK_")},
            "HOME": str(folder),
            "TERM": "xterm-256color",
            "COLUMNS": "80",
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "TZ": "Europe/London",
            "REFTRACK_NOW": NOW,
        }
        program = str(Path(sys.executable).with_name("reftrack"))
        (folder / "history.json").write_text(json.dumps(history()), encoding="utf-8")
        setup = [program, "import", str(folder / "history.json")]
        subprocess.run(setup, env=environment, check=True, stdout=subprocess.DEVNULL)
        rows = rows_of_due(program, environment)
        (folder / "rows.json").write_text(json.dumps(rows), encoding="utf-8")
        smallest = [sys.executable, str(HERE / "smallest.py"), str(folder / "rows.json")]
        taken = compared(
            {
                "python -c pass": [sys.executable, "-c", "pass"],
                "the smallest program": smallest,
                "reftrack due": [program, "due"],
            },
            environment,
            runs,
        )
    print(f"{LIVE} live referrals, {len(rows)} records, {runs} rounds in turn, on a terminal")
    medians = {name: statistics.median(seconds) for name, seconds in taken.items()}
    for name, seconds in taken.items():
        low, high = min(seconds), max(seconds)
        middle = medians[name]
        print(f"{name:22} {middle * 1000:6.0f} ms   ({low * 1000:.0f} to {high * 1000:.0f})")
    pairs = [
        a / b for a, b in zip(taken["reftrack due"], taken["the smallest program"], strict=True)
    ]
    ratio = medians["reftrack due"] / medians["the smallest program"]
    print(
        f"ratio of the medians   {ratio:6.2f}   (pair by pair {min(pairs):.2f} to {max(pairs):.2f})"
    )
    print(f"allowed                {ALLOWED:6.2f}")
    if ratio > ALLOWED:
        sys.exit(1)


def rows_of_due(program: str, environment: dict[str, str]) -> list[list[str]]:
    """What `due` prints, a row a record: section, number, action, when, reach and command."""
    shown = subprocess.run([program, "due"], env=environment, check=True, capture_output=True)
    lines = shown.stdout.decode("utf-8").splitlines()
    return [
        (line.split("  ") + [""] * 6)[:6]
        for line in lines
        if line.startswith(("OVERDUE", "TODAY", "LATER"))
    ]


if __name__ == "__main__":
    main()
