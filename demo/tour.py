"""`make demo`: the main job before your eyes, on a made-up book at a scratch path."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
REFTRACK = [sys.executable, "-m", "reftrack"]

MORNING = "2026-11-23T08:40"

# What is said, and the command for it, in the order of the morning.
TOUR = (
    ("A morning in November. What is owed, and by when?", "due"),
    ("Rosa is called first: she must hear of the sale from you.", "thank 51 --by call"),
    ("Ama hears that the leak is mended.", 'tell 44 "A new trap is in, and it is dry" --said'),
    (
        "Then the phone rings: Rosa has somebody else for you.",
        'add "Nadia Rahman" --from "Rosa Figueiredo" --tie neighbour --phone "07700 900114"',
    ),
    ("Nadia is called back at once, and Winston's card goes to the post.", "contact 61"),
    ("", "thank 60 --by card"),
    ("What is left of the morning:", "due"),
    ("And all that is known of the new one:", "show 61"),
)


def scratch_environment(folder: Path) -> dict[str, str]:
    """An environment in which nothing of the user's own can be reached."""
    usual = {key: value for key, value in os.environ.items() if not key.startswith("REFTRACK_")}
    return {
        **usual,
        "HOME": str(folder),
        "REFTRACK_DB": str(folder / "book.db"),
        "REFTRACK_CONFIG": str(folder / "config.toml"),
        "REFTRACK_TZ": "Europe/London",
        "REFTRACK_NOW": MORNING,
    }


def make_book(folder: Path, environment: dict[str, str]) -> str:
    """Imports the made-up history into an empty book; what the import said."""
    history = folder / "history.json"
    made = subprocess.run([sys.executable, str(HERE / "book.py")], check=True, capture_output=True)
    history.write_bytes(made.stdout)
    command = [*REFTRACK, "import", str(history)]
    imported = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return imported.stdout.splitlines()[0]


def main() -> None:
    """The tour; ends with 1 where a command of it fails."""
    with tempfile.TemporaryDirectory(prefix="reftrack-demo-") as name:
        folder = Path(name)
        environment = scratch_environment(folder)
        print(f"A made-up book, gone again when this ends. {make_book(folder, environment)}")
        for said, line in TOUR:
            print(f"\n# {said}" if said else "")
            print(f"$ reftrack {line}", flush=True)
            ended = subprocess.run([*REFTRACK, *shlex.split(line)], env=environment, check=False)
            if ended.returncode:
                sys.exit(f"the demo failed: reftrack {line} ended with {ended.returncode}")


if __name__ == "__main__":
    main()
