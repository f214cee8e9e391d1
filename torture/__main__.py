"""`python -m torture [PROOF …]`: runs the proofs, prints their figures, ends with 1 on a fault."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from torture import (
    canary,
    crowd,
    damage,
    faults,
    kills,
    model,
    points,
    signals,
    strangers,
    words,
)
from torture.proof import Proof

# Each is bounded in count and in time.
PROOFS: dict[str, Callable[[], Proof]] = {
    "kills": kills.prove,
    "crowd": crowd.prove,
    "faults": faults.prove,
    "points": points.prove,
    "signals": signals.prove,
    "words": words.prove,
    "model": model.prove,
    "canary": canary.prove,
    "damage": damage.prove,
    "strangers": strangers.prove,
}


def main() -> None:
    """All proofs one after the other, or those that are named; then all figures once more."""
    unknown = [name for name in sys.argv[1:] if name not in PROOFS]
    if unknown:
        sys.exit(f"no such proof: {', '.join(unknown)}; there are {', '.join(PROOFS)}")
    made = []
    for name in sys.argv[1:] or PROOFS:
        print(f"… {name}", flush=True)
        started = time.monotonic()
        proof = PROOFS[name]()
        proof.figures["seconds"] = round(time.monotonic() - started)
        made.append(proof)
        print("\n".join(proof.lines()), flush=True)
    print("\nTogether")
    for proof in made:
        figures = ", ".join(f"{value} {what}" for what, value in list(proof.figures.items())[:2])
        print(f"  {proof.state:8} {proof.name:42} {figures}")
    sys.exit(any(proof.faults for proof in made))


if __name__ == "__main__":
    main()
