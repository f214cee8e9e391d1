"""Other tools that somebody might use, if installed: as many items each, in a scratch home.

taskwarrior's `task next`, todoman's `todo list`, khard's `khard list`.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

Command = tuple[list[str], dict[str, str]]


def commands(folder: Path, count: int, environment: Mapping[str, str]) -> dict[str, Command]:
    """The command of each peer that is installed, with the environment it runs in."""
    found = {}
    for name, (programs, make) in PEERS.items():
        program = next(filter(None, map(shutil.which, programs)), None)
        if program is not None:
            home = folder / f"{name.split()[0]}-{count}"
            home.mkdir()
            env = {**environment, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config")}
            env |= {"XDG_DATA_HOME": str(home / "data"), "XDG_CACHE_HOME": str(home / "cache")}
            found[name] = (make(program, home, count, env), env)
    return found


def _taskwarrior(program: str, home: Path, count: int, env: dict[str, str]) -> list[str]:
    rc = home / "taskrc"
    rc.write_text(f"data.location={home / 'tasks'}\nconfirmation=off\nnews.version=9\n")
    tasks = [
        {
            "description": f"Thank Person Number {n} for referring Dana Ruiz",
            "entry": "20261120T150000Z",
            "due": f"202611{21 + n % 8:02}T150000Z",
            "status": "pending",
        }
        for n in range(count)
    ]
    path = home / "tasks.json"
    path.write_text(json.dumps(tasks))
    base = [program, f"rc:{rc}"]
    subprocess.run([*base, "import", str(path)], env=env, check=True, capture_output=True)
    return [*base, "next"]


def _todoman(program: str, home: Path, count: int, _: dict[str, str]) -> list[str]:
    calendar = home / "calendars" / "book"
    calendar.mkdir(parents=True)
    for n in range(count):
        (calendar / f"{n}.ics").write_text(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\nBEGIN:VTODO\r\n"
            f"UID:{n}@example.org\r\nDTSTAMP:20261120T150000Z\r\n"
            f"SUMMARY:Thank Person Number {n} for referring Dana Ruiz\r\n"
            f"DUE:202611{21 + n % 8:02}T150000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
        )
    config = home / "config" / "todoman"
    config.mkdir(parents=True)
    cache = home / "cache.sqlite3"
    (config / "config.py").write_text(
        f'path = "{home}/calendars/*"\ncache_path = "{cache}"\ndate_format = "%Y-%m-%d"\n'
        'time_format = "%H:%M"\ndefault_list = "book"\n'
    )
    return [program, "list"]


def _khard(program: str, home: Path, count: int, _: dict[str, str]) -> list[str]:
    book = home / "contacts"
    book.mkdir()
    for n in range(count):
        (book / f"{n}.vcf").write_text(
            f"BEGIN:VCARD\r\nVERSION:3.0\r\nUID:{n}\r\nFN:Person Number {n}\r\n"
            f"N:{n};Person;;;\r\nTEL;TYPE=cell:0161 496 {n:04}\r\nEND:VCARD\r\n"
        )
    config = home / "config" / "khard"
    config.mkdir(parents=True)
    (config / "khard.conf").write_text(f"[addressbooks]\n[[book]]\npath = {book}\n")
    return [program, "list"]


PEERS = {
    "task next": (("task",), _taskwarrior),
    "todo list": (("todo", "todoman"), _todoman),
    "khard list": (("khard",), _khard),
}
