"""Completion: prints the choices at the cursor, at once and without ever failing.

The scripts that `reftrack completion` prints call `reftrack --complete SHELL WORD…` at every TAB.
A line a choice comes back, its value and what it means with a tab between them; for bash, which
takes what it gets into the command line as it stands, the line as it has to stand there.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from reftrack.cli.offering import offers
from reftrack.cli.output import write_utf8


def complete(arguments: Sequence[str]) -> int:
    """Prints the choices at the end of this line for this shell; always returns 0."""
    try:
        shell, *words = arguments or ("",)
        if shell == "bash":
            from reftrack.cli.bash import completion_reply

            lines = completion_reply(*words)
        else:
            if shell == "powershell" and words:
                words[-1] = words[-1][1:]  # it would lose an empty word without a sign before it
            elif shell == "fish" and words:
                from reftrack.cli.bash import Typed

                words[-1] = Typed(words[-1], "").words[-1]  # its quotation is still open
            lines = [f"{value}\t{said}" for value, said in offers(words or [""])]
        write_utf8("".join(f"{line}\n" for line in lines))
        sys.stdout.flush()
    except Exception:  # noqa: BLE001
        # A shell shows whatever it gets in the middle of the line that is being typed.
        from reftrack.cli.ending import close_output

        close_output()
    return 0
