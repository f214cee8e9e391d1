"""The command `schedule`: prints what makes `due` run every morning; installs nothing."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from reftrack.cli.asking import wanted
from reftrack.cli.invocation import Invocation
from reftrack.cli.output import write_utf8
from reftrack.config.paths import configuration_path, database_path
from reftrack.domain.people import short
from reftrack.domain.spelling import did_you_mean
from reftrack.errors import BadInput, Refused
from reftrack.hints import command

_EXAMPLE = command("schedule", "systemd", at="08:00")
_LABEL = "reftrack.due"


def schedule(
    ctx: typer.Context,
    system: Annotated[
        str | None,
        typer.Argument(
            metavar="systemd|cron|launchd", help="What is to run it.", show_default=False
        ),
    ] = None,
    at: Annotated[
        str, typer.Option("--at", metavar="TIME", help="When, by this computer's clock.")
    ] = "08:00",
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            metavar="notification|mail",
            help="How you hear of it; else what is usual there.",
        ),
    ] = None,
) -> None:
    """Print what runs `reftrack due` every morning and is heard when something is owed.

    Nothing is installed: read it, then follow the lines that begin with #. A notification says how
    much is owed, a mail all of it.
    """
    which = wanted(system, "With which: systemd, cron or launchd", _EXAMPLE).strip().casefold()
    form = _FORMS.get(which)
    if form is None:
        hint = did_you_mean(which, _FORMS, "Say systemd, cron or launchd.")
        raise BadInput(f"'{short(which)}' is nothing to schedule with.", hint)
    hour, minute = _clock(at)
    write_utf8(form(hour, minute, _way(by), _due(ctx.obj)))


def _clock(text: str) -> tuple[int, int]:
    found = re.fullmatch(r"([01]?[0-9]|2[0-3]):([0-5][0-9])", text.strip(), re.ASCII)
    if not found:
        raise BadInput(f"'{short(text)}' is not a time of day.", "Say hour and minute: --at 08:00")
    return int(found[1]), int(found[2])


def _way(by: str | None) -> str:
    way = (by or "").strip().casefold()
    if way not in ("", "notification", "mail"):
        hint = did_you_mean(way, ("notification", "mail"), "Say --by notification, or --by mail.")
        raise BadInput(f"'{short(way)}' is no way to be told.", hint)
    return way


# The command that is run.


def _due(here: Invocation) -> str:
    """The command line for a shell: this program on this book, wherever it is started from.

    What the environment says now is said in it, for another environment will run it.
    """
    words = [*_program()]
    if here.db or os.environ.get("REFTRACK_DB") or os.environ.get("XDG_DATA_HOME"):
        words += ["--db", str(database_path(here.db).absolute())]
    said = {}
    if os.environ.get("REFTRACK_CONFIG") or os.environ.get("XDG_CONFIG_HOME"):
        said["REFTRACK_CONFIG"] = str(configuration_path().absolute())
    if os.environ.get("REFTRACK_TZ"):
        said["REFTRACK_TZ"] = os.environ["REFTRACK_TZ"]
    set_ = [f"{name}={shlex.quote(value)}" for name, value in said.items()]
    line = " ".join([*set_, shlex.join([*words, "due", "--exit-code"])])
    if not line.isprintable():
        raise Refused(
            "a path of this book has a character that no schedule can hold.",
            "Name another with --db, or move the book.",
        )
    return line


def _program() -> list[str]:
    """The whole path of this program, as it was started or as it is found."""
    started = Path(sys.argv[0])
    name = sys.argv[0] if started.stem == "reftrack" else "reftrack"
    found = None if started.name == "__main__.py" else shutil.which(name)
    return [os.path.abspath(found)] if found else [sys.executable, "-m", "reftrack"]  # noqa: PTH100 - a link to it is what lasts


def _script(due: str, act: str) -> str:
    """A shell line that runs `act` with the output of `due`, where something is owed or wrong."""
    return f"said=$({due} 2>&1) || {act}"


# Only the heading, which counts and names nobody: a locked screen may show it.
_FIRST = """"$(printf '%s\\n' "$said" | head -n 1)\""""
_PRINT = """printf '%s\\n' "$said\""""
_MAIL = f"""{_PRINT} | mail -s 'reftrack: what is owed' "$(id -un)\""""


# The text for each system.


def _systemd(hour: int, minute: int, way: str, due: str) -> str:
    act = _MAIL if way == "mail" else f"notify-send --app-name=reftrack reftrack {_FIRST}"
    script = _script(due, act)
    # Within its quotes systemd takes \ and " for escapes, and % and $ for names of its own.
    for sign, escaped in (("\\", "\\\\"), ('"', '\\"'), ("%", "%%"), ("$", "$$")):
        script = script.replace(sign, escaped)
    needs = "the command mail" if way == "mail" else "notify-send (the package libnotify-bin)"
    return f"""\
# reftrack every morning, through systemd; it needs {needs}.
# To install it, run these lines in a shell:

mkdir -p ~/.config/systemd/user

cat >~/.config/systemd/user/{_LABEL}.service <<'END'
[Unit]
Description=What is owed for referrals

[Service]
Type=oneshot
ExecStart=/bin/sh -c "{script}"
END

cat >~/.config/systemd/user/{_LABEL}.timer <<'END'
[Unit]
Description=What is owed for referrals, every morning

[Timer]
OnCalendar=*-*-* {hour:02}:{minute:02}:00
Persistent=true

[Install]
WantedBy=timers.target
END

systemctl --user daemon-reload
systemctl --user enable --now {_LABEL}.timer

# To try it at once:   systemctl --user start {_LABEL}.service
# To take it away:     systemctl --user disable --now {_LABEL}.timer
"""


def _cron(hour: int, minute: int, way: str, due: str) -> str:
    if way == "notification":
        bus = 'DBUS_SESSION_BUS_ADDRESS="unix:path=/run/user/$(id -u)/bus"'
        script = _script(due, f"{bus} notify-send --app-name=reftrack reftrack {_FIRST}")
        how = "# It needs notify-send (the package libnotify-bin), and you to be logged in."
    else:
        script = _script(due, _PRINT)
        how = "# cron mails what it prints, to you or to whom a line MAILTO=… above it names."
    # To cron a bare % is the end of a line.
    script = script.replace("%", "\\%")
    return f"""\
# reftrack every morning, through cron. To install it, add the last line with: crontab -e
{how}
{minute} {hour} * * * {script}
"""


def _launchd(hour: int, minute: int, way: str, due: str) -> str:
    import plistlib

    show = shlex.join(
        [
            "osascript",
            *("-e", "on run argv"),
            *("-e", 'display notification (item 1 of argv) with title "reftrack"'),
            *("-e", "end run"),
        ]
    )
    script = _script(due, _MAIL if way == "mail" else f"{show} {_FIRST}")
    agent = {
        "Label": _LABEL,
        "ProgramArguments": ["/bin/sh", "-c", script],
        "StartCalendarInterval": {"Hour": hour, "Minute": minute},
    }
    first, rest = plistlib.dumps(agent, sort_keys=False).decode("utf-8").split("\n", 1)
    return f"""\
{first}
<!--
# reftrack every morning, through launchd. To install it, save all of this as
#   ~/Library/LaunchAgents/{_LABEL}.plist
# and run:            launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/{_LABEL}.plist
# To try it at once:  launchctl kickstart gui/$(id -u)/{_LABEL}
# To take it away:    launchctl bootout gui/$(id -u)/{_LABEL}
-->
{rest}"""


_FORMS: dict[str, Callable[[int, int, str, str], str]] = {
    "systemd": _systemd,
    "cron": _cron,
    "launchd": _launchd,
}
