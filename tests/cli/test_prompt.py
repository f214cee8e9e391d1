"""The lines for a prompt, as the page on mornings has them, in the shells that they are for."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import shutil
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from tests.support.driver import TIMEOUT, Book
from tests.support.places import ROOT

PAGE = ROOT / "docs" / "every-morning.md"
PATH = f"{Path(sys.executable).parent}:/usr/bin:/bin"
LINES = dict(
    re.findall(r"```(bash|zsh|fish|toml|tmux)\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
)


def run(*command: str, folder: Path, **environment: str) -> str:
    """The output of a shell of nobody's, with reftrack where it finds it; it must not complain."""
    done = subprocess.run(
        command,
        env={
            **os.environ,
            "PATH": PATH,
            "TERM": "xterm",
            **environment,
        },
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert (done.returncode, done.stderr) == (0, ""), done
    return done.stdout


def in_bash(folder: Path) -> str:
    script = f"PS1='> '\n{LINES['bash']}\nprintf %s \"${{PS1@P}}\""
    return run("bash", "--norc", "-c", script, folder=folder)


def in_zsh(folder: Path) -> str:
    return run(
        "zsh", "-f", "-c", f"PROMPT='> '\n{LINES['zsh']}\nprint -nP \"$PROMPT\"", folder=folder
    )


def in_fish(folder: Path) -> str:
    script = f"{LINES['fish']}\nfish_right_prompt\nprintf '> '"
    return run("fish", "--no-config", "-c", script, folder=folder)


def in_starship(folder: Path) -> str:
    path = folder / "starship.toml"
    path.write_text(LINES["toml"], encoding="utf-8")
    return run(
        *(shutil.which("starship") or "", "module", "custom.reftrack"),
        folder=folder,
        STARSHIP_CONFIG=str(path),
    )


def in_tmux(folder: Path) -> str:
    """The command that tmux has the shell run for the right end of its status line."""
    (command,) = re.findall(r"#\((.*)\)", LINES["tmux"])
    return run("sh", "-c", f"{command}; true", folder=folder)


SHELLS = {"bash": in_bash, "zsh": in_zsh, "fish": in_fish, "starship": in_starship, "tmux": in_tmux}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_prompt_counts_what_is_due(book: Book, shell: str) -> None:
    """The number on a busy day; nothing on a quiet one, or where the book cannot be read."""
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    book.at("2026-11-18T15:00:00Z")("add", "Dana Ruiz", "--from", "Sam Ortiz")
    prompt = SHELLS[shell]
    assert "due" not in prompt(book.folder)
    book.at("2026-11-19T09:00:00Z")
    assert re.search(r"(?<!\d)2 due", prompt(book.folder))
    if shell in ("bash", "zsh", "fish"):  # the others say themselves that a command failed
        book.path.write_text("no database at all" * 100)
        assert "due" not in prompt(book.folder)


@pytest.mark.skipif(not shutil.which("tmux"), reason="no tmux here")
def test_tmux_shows_it_in_its_status_line(book: Book) -> None:
    """On the screen, once the command has answered."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book.at("2026-11-21T09:00:00Z")
    settings = book.folder / "tmux.conf"
    settings.write_text(LINES["tmux"], encoding="utf-8")
    tmux = ("tmux", "-S", str(book.folder / "tmux"), "-f", str(settings))
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 10, 80, 0, 0))
    environment = {**os.environ, "PATH": PATH, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
    environment.pop("TMUX", None)
    client = subprocess.Popen(
        [*tmux, "new-session", "sleep 60"],
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=environment,
        start_new_session=True,
    )
    os.close(follower)
    try:
        shown = b""
        until = time.monotonic() + TIMEOUT
        while not re.search(rb"2 due  [0-9]{2}:[0-9]{2}", shown) and time.monotonic() < until:
            if select.select([leader], [], [], 0.1)[0]:
                shown += os.read(leader, 65536)
        assert re.search(rb"2 due  [0-9]{2}:[0-9]{2}", shown), shown
    finally:
        run(*tmux, "kill-server", folder=book.folder)
        client.wait(timeout=TIMEOUT)
        os.close(leader)


def test_the_page_has_lines_for_all_of_them() -> None:
    """None is only promised."""
    assert set(LINES) == {"bash", "zsh", "fish", "toml", "tmux"}
    assert all("reftrack due --count" in lines for lines in LINES.values())
