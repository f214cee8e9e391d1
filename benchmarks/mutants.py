"""Counts the changes of the rules that no test noticed, after `mutmut run`.

At most 2 in 100 may be left, and each of them only with the reason why it changes nothing: a line
`NAME | reason` in `equivalent-mutants.txt`. A reason for a mutant that did not survive fails too,
since the numbers in the names move with the code.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "mutants" / "src" / "reftrack" / "rules"
REASONS = Path(__file__).with_name("equivalent-mutants.txt")
ALLOWED = 0.02

# A test that never ends noticed the change too. Everything else counts as not noticed.
NOTICED = ("killed", "timeout")


def statuses() -> dict[str, str]:
    """The fate of each mutant, by name."""
    found = {}
    for path in sorted(RESULTS.glob("*.meta")):
        codes = json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
        found.update({name: status_by_exit_code[code] for name, code in codes.items()})
    return found


def reasons() -> dict[str, str]:
    """Why a survivor changes nothing, by name."""
    lines = REASONS.read_text(encoding="utf-8").splitlines()
    rows = [line.split("|", 1) for line in lines if line.strip() and not line.startswith("#")]
    return {name.strip(): reason.strip() for name, reason in rows}


def changed_lines(name: str) -> list[str]:
    """The change of a mutant, as the lines of a diff."""
    lines = get_diff_for_mutant(name).splitlines()
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def main() -> int:
    """Prints the figures and the survivors; 1 where too many are left or one has no reason."""
    fared, known = statuses(), reasons()
    if not fared:
        print("No results: run mutmut first.")
        return 1
    counts = Counter(fared.values())
    left = {name: status for name, status in fared.items() if status not in NOTICED}
    rate = len(left) / len(fared)
    print(
        f"{len(fared)} mutants: "
        + ", ".join(f"{n} {status}" for status, n in sorted(counts.items()))
    )
    print(f"{1 - rate:.1%} noticed, {len(left)} left ({rate:.1%}; {ALLOWED:.0%} are allowed)")
    for name, status in left.items():
        print(f"\n{name} ({status})")
        print(*(f"    {line}" for line in changed_lines(name)), sep="\n")
        print(f"  {known.get(name) or 'NO REASON: sharpen a test, or simplify the code.'}")
    stale = sorted(known.keys() - left.keys())
    for name in stale:
        print(f"\n{name} has a reason in {REASONS.name}, but did not survive.")
    return int(rate > ALLOWED or bool(left.keys() - known.keys()) or bool(stale))


if __name__ == "__main__":
    sys.exit(main())
