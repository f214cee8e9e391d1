"""The end of a command line: its exit code, and the message for what went wrong."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable

from reftrack import interrupts
from reftrack.cli.output import Unwritten, say_aside, writing
from reftrack.errors import Ambiguous, ReftrackError

# The exit code that `--exit-code` asks for, where something is pressing.
PRESSING = 4
# The exit code where something was recorded, but the answer could not be written.
_UNANSWERED = 5


def ended(answer: Callable[[], int], db: Callable[[], str | None] = lambda: None) -> int:
    """Runs `answer`; returns its exit code, or that of the failure, which is printed.

    `db` is the `--db` of the line, to look whether the book itself is what went wrong.
    """
    interrupts.begin()
    try:
        with interrupts.until_answered():
            code = answer()
            flush()
    except ReftrackError as error:
        code = say_failure(error)
    except BrokenPipeError:
        code = _unread()
    except Unwritten as error:
        code = _unwritten(error)
    except OSError as error:
        code = _unusable(error)
    except KeyboardInterrupt:
        code = _interrupted()
    except Exception as error:
        # Code that an interrupt hits may turn it into another exception.
        if interrupts.came() is not None:
            code = _interrupted()
        elif os.environ.get("REFTRACK_DEBUG"):
            raise
        else:
            damage = None if interrupts.done_word() else _damage(db())
            code = say_failure(damage) if damage else _faulty(error)
    interrupts.end()
    return code


def _interrupted() -> int:
    say_aside("", interrupts.words())
    close_output()
    return interrupts.exit_code()


def _damage(db: str | None) -> ReftrackError | None:
    """The damage of the book as an error, looked for where nothing else explains a failure."""
    from reftrack.application.checking import damage_in
    from reftrack.config.settings import settings

    try:
        set_ = settings(db)
        return damage_in(set_.db, set_.policy, set_.zone)
    except (ReftrackError, OSError):
        return None


def say_failure(error: ReftrackError) -> int:
    """Prints what is wrong and what to do about it; returns the exit code."""
    lines = [f"error: {error.message}"]
    if isinstance(error, Ambiguous):
        lines += [f"  {choice}" for choice in error.choices]
    if error.hint:
        from reftrack.cli.command_line import hint_text

        lines.append(hint_text(error.hint))
    say_aside(*lines)
    return error.exit_code


def _faulty(error: Exception) -> int:
    """Reports a fault of reftrack's own, without its text, which may be private; the exit code."""
    say_aside(
        f"error: something in reftrack itself went wrong ({type(error).__name__}).",
        "Please report it; REFTRACK_DEBUG=1 shows where, and may show private words.",
    )
    return 1


def _unread() -> int:
    """The exit code where the reader of a pipe went away, which is no failure."""
    close_output()
    return 0


def _unwritten(error: Unwritten) -> int:
    close_output()
    done = interrupts.done_word()
    if done:
        say_aside(f"{done}, but the answer could not be written: {error}.", "Do not repeat it.")
        return _UNANSWERED
    say_aside(f"error: the answer could not be written: {error}.", "Nothing was recorded.")
    return 1


def _unusable(error: OSError) -> int:
    """Reports a failure of the system that no command has explained; the exit code."""
    from reftrack.domain.people import short

    done = interrupts.done_word()
    name = short(str(error.filename), 200) if error.filename is not None else "a file"
    said = f"{name} cannot be used: {error.strerror or type(error).__name__}."
    if done:
        say_aside(f"{done}, but {said}", "Do not repeat it.")
        return _UNANSWERED
    say_aside(f"error: {said}", "Nothing was recorded.")
    return 1


def flush() -> None:
    """Hands over what was printed; Unwritten where it cannot be."""
    with writing():
        for stream in (sys.stdout, sys.stderr):
            if stream is not None and not stream.closed:
                stream.flush()


def close_output() -> None:
    """Leaves nothing for the interpreter to flush, and to complain of, at its end."""
    with contextlib.suppress(OSError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
