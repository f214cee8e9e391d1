"""The command `completion`: prints the script that lets a shell complete; installs nothing."""

from __future__ import annotations

from importlib import resources
from typing import Annotated

import typer

from reftrack.cli.output import write_utf8
from reftrack.domain.spelling import did_you_mean
from reftrack.errors import BadInput

SHELLS = {
    "bash": "reftrack.bash",
    "zsh": "reftrack.zsh",
    "fish": "reftrack.fish",
    "powershell": "reftrack.ps1",
}


def completion(
    shell: Annotated[
        str | None,
        typer.Argument(metavar="SHELL", help="bash, zsh, fish or powershell.", show_default=False),
    ] = None,
) -> None:
    """The text that lets your shell complete commands, numbers and names at TAB.

    It begins with how it is installed; nothing is until you do that.
    """
    if shell is None:
        raise BadInput("the shell is missing.", "Say bash, zsh, fish or powershell.")
    name = SHELLS.get(shell.casefold())
    if name is None:
        raise BadInput(
            f"there is no completion for the shell '{shell[:40]}'.",
            did_you_mean(shell.casefold(), SHELLS, "There is: bash, zsh, fish, powershell."),
        )
    script = resources.files("reftrack.cli").joinpath("shells", name)
    write_utf8(script.read_text(encoding="utf-8"))
