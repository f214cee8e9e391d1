"""`python -m torture [PROOF …]`: runs the proofs, prints their figures, ends with 1 on a fault."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from torture import crowd, faults, kills, points
from torture.proof import Proof

PROOFS: dict[str, Callable[[], Proof]] = {
    "crowd": crowd.prove,
    "kills": kills.prove,
    "faults": faults.prove,
    "points": points.prove,
}


def main() -> None:
    """All proofs one after the other, or those that are named; then all figures once more."""
    unknown = [name for name in sys.argv[1:] if name not in PROOFS]
    if unknown:
        sys.exit(f"no such proof: {', '.join(unknown)}; there are {', '.join(PROOFS)}")
    made = []
    for name in sys.argv[1:] or PROOFS:
        started = time.monotonic()
        print(f"{name} …", flush=True)
        proof = PROOFS[name]()
        proof.figures["seconds"] = round(time.monotonic() - started)
        made.append(proof)
        print("\n".join(proof.lines()), flush=True)
    print("\nTogether")
    for proof in made:
        state = "FAILED" if proof.faults else "holds"
        print(f"  {proof.name:24} {state:7} {len(proof.faults)} faults")
    sys.exit(any(proof.faults for proof in made))


if __name__ == "__main__":
    main()
