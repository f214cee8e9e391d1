"""Interrupted at a prompt."""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest

from tests.support.bad_words import digest
from tests.support.driver import REFTRACK, TIMEOUT, Book


@contextlib.contextmanager
def at_prompt(arguments: list[str], prompt: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """A process that waits at this prompt, and its terminal."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [*REFTRACK, *arguments],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env={**os.environ, "TERM": "xterm"},
    )
    os.close(follower)
    try:
        shown = b""
        until = time.monotonic() + TIMEOUT
        while prompt.encode() not in shown and time.monotonic() < until:
            if select.select([leader], [], [], 0.05)[0]:
                shown += os.read(leader, 65536)
        assert prompt.encode() in shown, shown
        yield process, leader
    finally:
        process.kill()
        process.wait(TIMEOUT)
        os.close(leader)


@pytest.mark.parametrize(
    ("arguments", "prompt"),
    [
        (["add"], "Who was referred to you: "),
        (["add", "Kim Wood", "--from", "Sam Ortis"], "Sam Ortiz (@1)? "),
        (["review", "@1"], "agreed? "),
    ],
)
def test_an_interrupt_at_a_prompt_is_130(two: Book, arguments: list[str], prompt: str) -> None:
    """Ctrl-C: 130, nothing recorded, no traceback."""
    before = digest(two.path)
    with at_prompt(arguments, prompt) as (process, leader):
        # One that comes just before the read begins is seen when the read ends: a second follows.
        for _ in range(20):
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                assert process.wait(1) == 130
                break
        assert process.returncode == 130
        said = os.read(leader, 65536).decode()
        assert "nothing was recorded" in said
        assert "Traceback" not in said
    assert digest(two.path) == before


def test_the_end_of_input_at_a_prompt(two: Book) -> None:
    """Ctrl-D instead of an answer: 2, and nothing recorded."""
    before = digest(two.path)
    shown = two.screen("add", keys="\x04")
    assert shown.code == 2
    assert "the input ended" in shown.out
    assert digest(two.path) == before
