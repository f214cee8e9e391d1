"""The user's own editor on a copy which nobody else can read."""

from __future__ import annotations

import contextlib
import os
import shlex
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reftrack.cli.output import is_screen
from reftrack.errors import NotFound, Refused


def edited(content: bytes, name: str, *, example: str, otherwise: str) -> bytes:
    """`content` as the user's editor leaves it; Refused where there is none, or it fails.

    The file is called `name`, is readable by its owner alone and gone afterwards, with whatever the
    editor put beside it. `example` says how to name an editor, `otherwise` what a failure means.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        words = shlex.split(command, posix=os.name != "nt")
    except ValueError:
        words = []
    if not words:
        raise Refused("no editor is set.", f"Name one: EDITOR=nano {example}")
    with _ends_tidily(), tempfile.TemporaryDirectory(prefix="reftrack-") as folder:
        path = Path(folder) / name
        path.touch(mode=0o600)
        path.write_bytes(content)
        try:
            # An editor draws on a terminal, also where the result goes into a pipe.
            ended = subprocess.run(  # noqa: S603 - the user's own editor
                [*words, str(path)], check=False, stdout=None if is_screen() else 2
            )
        except (OSError, ValueError):
            raise NotFound(f"the editor {words[0]} cannot be run.", "Check EDITOR.") from None
        if ended.returncode:
            raise Refused(f"the editor {words[0]} ended with {ended.returncode}.", otherwise)
        try:
            return path.read_bytes()
        except OSError:
            raise Refused("the editor left no text.", otherwise) from None


@contextlib.contextmanager
def _ends_tidily() -> Iterator[None]:
    """While an editor runs, Ctrl-C is its own affair, and what ends reftrack tidies up first."""

    def end(number: int, _: object) -> None:
        raise SystemExit(128 + number)

    wanted = {signal.SIGINT: lambda *_: None, signal.SIGTERM: end}
    if hasattr(signal, "SIGHUP"):
        wanted[signal.SIGHUP] = end
    before = {}
    # Only the main thread may set them; elsewhere the folder goes when the call ends.
    with contextlib.suppress(ValueError):
        before = {number: signal.signal(number, act) for number, act in wanted.items()}
    try:
        yield
    finally:
        for number, act in before.items():
            signal.signal(number, signal.SIG_DFL if act is None else act)
