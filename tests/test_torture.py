"""The short form of `make torture`: the same proofs with small counts."""

from __future__ import annotations

import pytest
from torture import crowd, faults, kills
from torture.proof import Proof


def holds(proof: Proof) -> None:
    """Fails with the proof as it is printed; what this machine lacks is skipped in plain sight."""
    assert not proof.faults, "\n".join(proof.lines())
    if proof.skipped:
        pytest.skip("; ".join(proof.skipped))


def test_what_was_said_to_be_recorded_survives_a_kill() -> None:
    """`kill -9` while a hot journal exists: nothing acknowledged is lost, all is whole at once."""
    proof = kills.lane(7, rounds=4, hot=1, seconds=60, moments=("hot",))
    proof.demand(kills.HOT_ONES, 1)
    holds(proof)


def test_a_crowd_begins_one_book() -> None:
    """Processes that write at once into no book yet: everyone's record, nobody twice."""
    holds(crowd.prove(12, at_ease=False))


def test_a_bad_disk_makes_no_false_word() -> None:
    """Full, broken or cut short at any operation: whole or not at all, and said as it is."""
    holds(faults.by_shim(3, most=1, seconds=60, reads=False))


def test_a_proof_that_falls_short_fails() -> None:
    """Too few rounds are no proof, and a fault is shown."""
    proof = Proof("one")
    proof.count("rounds", 3)
    proof.demand("rounds", 3)
    assert not proof.faults
    proof.demand("rounds", 4)
    assert proof.lines()[0] == "one: FAILED"
    assert "too few: 3 rounds, wanted 4" in proof.lines()[-1]
