"""Ctrl-C, SIGTERM and SIGHUP: when each ends a command, so that what is said of it is true.

While nothing is at stake a command is ended at once. While something would have to be tidied up, an
`Interrupted` is raised. From just before the instant that records until the answer is said, a
signal waits: whoever interrupts a command hears what became of it.

Only the program itself is watched. Where `watch` was not called, signals are as Python has them.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

# SIGHUP is unknown to Windows.
_HANG_UPS = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
_BY_DEFAULT = (signal.SIG_DFL, signal.default_int_handler)


class Interrupted(KeyboardInterrupt):
    """The command was told to end, by the signal of this number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class _Course:
    """The progress of this process's command line, and the signal that came during it.

    `taken` are the signals that are taken over for as long as ending at once would be too early.
    """

    def __init__(self) -> None:
        self.is_watched = False
        self.has_begun = False
        self.is_holding = False
        self.tidying = 0
        self.came: int | None = None
        self.done = ""
        self.taken: list[int] = []

    def take(self) -> None:
        if self.is_watched:
            for number in _HANG_UPS:
                if signal.getsignal(number) is signal.SIG_DFL:
                    signal.signal(number, _came)
                    self.taken.append(number)

    def give_back(self) -> None:
        if not self.is_holding and not self.tidying:
            while self.taken:
                signal.signal(self.taken.pop(), signal.SIG_DFL)


_course = _Course()


def watch() -> None:
    """From here on Ctrl-C is answered in reftrack's own way.

    What somebody chose to have ignored, as `nohup` does, stays ignored.
    """
    with contextlib.suppress(ValueError):  # only the main thread may
        if signal.getsignal(signal.SIGINT) in _BY_DEFAULT:
            signal.signal(signal.SIGINT, _came)
        sys.unraisablehook = _swallowed
        _course.is_watched = True


def begin() -> None:
    """A command line begins: nothing is done yet."""
    _course.has_begun = True
    _course.came = None
    _course.done = ""


def end() -> None:
    """The command line has its exit code: a Ctrl-C that comes now is too late for it."""
    if _course.is_watched and signal.getsignal(signal.SIGINT) is _came:
        # Python itself would let it end the process, late as it is.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def did(what: str) -> None:
    """From here on it is done; `what` is the word for it, such as `recorded`."""
    _course.done = what


def done_word() -> str:
    """The word for what this command line has done to the book or to a file, empty for nothing."""
    return _course.done


def came() -> int | None:
    """The signal that came to this command line, if any did."""
    return _course.came


def hold() -> None:
    """From here on signals wait until the answer is said; raises where one came before."""
    _course.take()
    _course.is_holding = True
    if _course.came is not None:
        raise Interrupted(_course.came)


@contextlib.contextmanager
def until_answered() -> Iterator[None]:
    """One command and its answer: a signal that had to wait is raised once both are out."""
    before = _course.is_holding
    try:
        yield
    finally:
        _course.is_holding = before
        _course.give_back()
    if _course.came is not None and not before:
        raise Interrupted(_course.came)


@contextlib.contextmanager
def unbroken() -> Iterator[None]:
    """A few steps that belong together: a signal waits until they are done."""
    with until_answered():
        hold()
        yield


@contextlib.contextmanager
def tidily() -> Iterator[None]:
    """While something would be left behind: what ends the command is raised as `Interrupted`."""
    _course.tidying += 1
    _course.take()
    try:
        yield
    finally:
        _course.tidying -= 1
        _course.give_back()


def words() -> str:
    """The truth about a command line that is interrupted now, in a sentence."""
    if _course.done:
        return f"Interrupted; what was {_course.done} stays {_course.done}."
    return "Interrupted; nothing was recorded."


def exit_code() -> int:
    """The exit code of a command that a signal ended: 130 for Ctrl-C."""
    # Where nobody watches, Python itself raises an interrupt, and only for Ctrl-C.
    return 128 + (_course.came or signal.SIGINT)


def _came(number: int, _frame: FrameType | None) -> None:
    is_first = _course.came is None
    _course.came = number
    # Whoever asks twice need not wait for an answer that nobody reads: what is done is done.
    if _course.is_holding and (is_first or not _course.done):
        return
    if _course.tidying and not _course.is_holding:
        raise Interrupted(number)
    _end_now()


def _end_now() -> None:
    """Ends the process from wherever it is: nothing is raised that something could swallow."""
    if _course.has_begun:
        with contextlib.suppress(OSError):
            os.write(2, f"\n{words()}\n".encode(errors="backslashreplace"))
    os._exit(exit_code())


def _swallowed(what: sys.UnraisableHookArgs) -> None:
    """An interrupt that Python could not raise where it came is raised at the next `hold`."""
    if not isinstance(what.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(what)
