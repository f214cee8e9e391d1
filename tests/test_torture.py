"""The short form of `make torture`: the same proofs with small counts."""

from __future__ import annotations

import random

import pytest
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


def holds(proof: Proof) -> None:
    """Fails with the proof as it is printed; what this machine lacks is skipped in plain sight."""
    assert not proof.faults, "\n".join(proof.lines())
    if proof.skipped:
        pytest.skip("; ".join(proof.skipped))


def test_what_was_said_to_be_recorded_survives_a_kill() -> None:
    """`kill -9` while a hot journal exists: nothing acknowledged is lost, all is whole at once."""
    proof = kills.lane(7, rounds=3, hot=1, seconds=90, moments=("hot",))
    proof.demand(kills.HOT_ONES, 1)
    holds(proof)


def test_a_crowd_begins_one_book() -> None:
    """Processes that write at once into no book yet: everyone's record, nobody twice."""
    holds(crowd.prove(8, at_ease=False, again=False))


def test_a_bad_disk_makes_no_false_word() -> None:
    """Full, broken or cut short at some operation: whole or not at all, and said as it is."""
    names = ("contact", "restore", "look after a crash")
    holds(faults.by_shim(3, most=1, seconds=90, reads=False, names=names))


def test_killed_in_a_migration_or_a_restore_it_is_old_or_new() -> None:
    """At some operations of each, the last ones among them: never between, and done again."""
    holds(points.prove(most=2, seconds=90, least=2))


def test_an_interrupt_at_any_operation_makes_no_false_word() -> None:
    """A signal at some operations of a commit, and at some instants of a start."""
    proof = signals.by_shim(0, most=1, seconds=90, names=("contact", "import of a sheet"))
    signals.during_a_start(proof, 3, random.Random(3))
    holds(proof)


def test_a_bad_word_in_the_places_of_later_commands() -> None:
    """Refused with the book as it was, or taken and shown safely; of every command."""
    words.every_command()
    holds(words.sweep(0, 1, words.MORE_PLACES, stride=80, passes=1, seconds=90))


def test_random_commands_make_the_same_book_as_a_plain_model() -> None:
    """Undo and redo among them: the same records, numbers and courtesies after each."""
    holds(model.prove(examples=3, steps=12, at_random=False))


def test_the_canary_is_nowhere_but_where_it_belongs() -> None:
    """Every command has chosen a side, and keeps to it when it fails as well."""
    holds(canary.prove(share=70, with_processes=False))


def test_a_flipped_bit_crashes_nothing_and_can_be_restored_from() -> None:
    """In every kind of page, some of the commands after each."""
    holds(damage.prove(most=2, lines=3, seconds=90, least=2))


def test_strangers_lose_nothing() -> None:
    """Among the backups every byte of theirs is as it was; `test_strangers.py` has those elsewhere."""
    holds(strangers.prove(commands=15, seconds=90, on_files=False))


def test_a_proof_that_falls_short_fails() -> None:
    """Too few rounds are no proof, and a fault is shown."""
    proof = Proof("one")
    proof.count("rounds", 3)
    proof.demand("rounds", 3)
    assert not proof.faults
    proof.demand("rounds", 4)
    assert proof.lines()[0] == "one: FAILED"
    assert "too few: 3 rounds, wanted 4" in proof.lines()[-1]
