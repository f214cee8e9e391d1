"""The output of `schedule` runs, is heard when something is owed, and says no more than it should."""

from __future__ import annotations

import configparser
import os
import plistlib
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.driver import TIMEOUT, Book

SYSTEMS = ("systemd", "cron", "launchd")
AWKWARD = "my 100% \"book\" \\n $HOME 'x' <&> ü.db"
CANARY = "a very private word"


class Morning:
    """A book in an awkward place, and a bare environment like the one that a schedule runs in."""

    def __init__(self, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
        self.book = book
        book.path = book.folder / AWKWARD
        monkeypatch.setenv("REFTRACK_DB", str(book.path))
        self.bin, self.told = book.folder / "bin", book.folder / "told"
        self.bin.mkdir()
        self.home = book.folder / "home"
        self.path = f"{self.bin}:/usr/bin:/bin"
        for name in ("notify-send", "osascript", "mail", "systemctl"):
            self.stub(name)

    def stub(self, name: str) -> None:
        """A command which writes down what it was called with, and what it was given to read."""
        stub = self.bin / name
        read = "cat >>" if name == "mail" else ": "
        stub.write_text(
            f"#!/bin/sh\nprintf '[%s]' {name} \"$@\" >>'{self.told}'\n"
            f"echo >>'{self.told}'\n{read} '{self.told}'\n"
        )
        stub.chmod(0o755)

    def prints(self, *arguments: str) -> str:
        """The output of the command, which makes nothing."""
        before = sorted(self.book.folder.rglob("*"))
        text = self.book("schedule", *arguments).out
        assert sorted(self.book.folder.rglob("*")) == before
        assert CANARY not in text
        return text

    def runs(self, *command: str) -> str:
        """Runs it as a schedule would; what it printed."""
        self.told.unlink(missing_ok=True)
        done = subprocess.run(
            command,
            env={
                "PATH": self.path,
                "HOME": str(self.home),
                "REFTRACK_NOW": os.environ["REFTRACK_NOW"],
            },
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT,
        )
        assert done.returncode == 0, done
        assert done.stderr == ""
        return done.stdout

    def heard(self) -> str:
        """The calls of the stubs since the last run."""
        return self.told.read_text(encoding="utf-8") if self.told.exists() else ""


@pytest.fixture
def morning(book: Book, monkeypatch: pytest.MonkeyPatch) -> Morning:
    """A book with something owed and something private, whose names are awkward too."""
    morning = Morning(book, monkeypatch)
    book("add", "Dana <b>&</b> Ruiz", "--from", "Sam $(id) Ortiz", "--need", CANARY)
    book("note", "1", CANARY)
    book.at("2026-11-21T09:00:00Z")
    return morning


def systemd_command(morning: Morning, text: str) -> list[str]:
    """Follows what is printed, and reads the service as its manual says that systemd does."""
    morning.runs("sh", "-c", text)
    assert morning.heard() == (
        "[systemctl][--user][daemon-reload]\n[systemctl][--user][enable][--now][reftrack.due.timer]\n"
    )
    folder = morning.home / ".config/systemd/user"
    assert sorted(path.name for path in folder.iterdir()) == [
        "reftrack.due.service",
        "reftrack.due.timer",
    ]
    service = configparser.RawConfigParser()
    service.optionxform = str  # type: ignore[assignment]
    service.read(folder / "reftrack.due.service", encoding="utf-8")
    line = service["Service"]["ExecStart"]
    words: list[str] = []
    for quoted, bare in re.findall(r'"((?:[^"\\]|\\.)*)"(?:\s|$)|(\S+)(?:\s|$)', line):
        word = re.sub(r"\\(.)", r"\1", quoted) if quoted else bare
        assert not re.search(r"(?<!%)%(?:%%)*(?!%)|(?<!\$)\$(?:\$\$)*(?!\$)", word), word
        words.append(word.replace("%%", "%").replace("$$", "$"))
    return words


def cron_command(text: str) -> list[str]:
    """The last line as cron reads it: up to the first bare %, by the shell."""
    *comments, line = text.splitlines()
    assert all(comment.startswith("#") for comment in comments)
    assert re.match(r"[0-9]+ [0-9]+ \* \* \* said=", line)
    command = re.split(r"(?<!\\)%", line.split(maxsplit=5)[5])
    assert len(command) == 1
    return ["/bin/sh", "-c", command[0].replace("\\%", "%")]


def command_of(morning: Morning, system: str, *options: str) -> list[str]:
    """The command that this system would run each morning."""
    text = morning.prints(system, *options)
    if system == "systemd":
        return systemd_command(morning, text)
    if system == "cron":
        return cron_command(text)
    agent = plistlib.loads(text.encode("utf-8"))
    assert agent["Label"] == "reftrack.due"
    arguments: list[str] = agent["ProgramArguments"]
    return arguments


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_morning_is_heard_when_something_is_owed(morning: Morning, system: str) -> None:
    """By notification the count alone, which a locked screen may show; and nothing when not."""
    command = command_of(morning, system, "--by", "notification")
    assert morning.runs(*command) == ""
    program = {"launchd": "osascript"}.get(system, "notify-send")
    heard = morning.heard()
    assert heard.startswith(f"[{program}]")
    assert heard.endswith("[Saturday 21 November, 09:00. 2 today. 1 referral live.]\n")
    assert len(heard.splitlines()) == 1
    morning.book("thank", "1")
    morning.book("contact", "1")
    assert morning.runs(*command) == ""
    assert morning.heard() == ""


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_morning_comes_by_mail(morning: Morning, system: str) -> None:
    """All of it, line by line; cron mails what it prints. What is private is not in it."""
    command = command_of(morning, system, "--by", "mail")
    printed = morning.runs(*command)
    mail = printed if system == "cron" else morning.heard()
    assert ("[mail][-s][reftrack: what is owed]" in mail) == (system != "cron")
    assert "Thank Sam $(id) Ortiz for referring Dana <b>&</b> Ruiz" in mail
    assert CANARY not in mail
    morning.book("thank", "1")
    morning.book("contact", "1")
    assert morning.runs(*command) == ""
    assert morning.heard() == ""


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_fault_is_heard_too(morning: Morning, system: str) -> None:
    """A morning that cannot be read must not look like one on which nothing is owed."""
    command = command_of(morning, system)
    morning.book.path.write_text("no database at all" * 100)
    assert "error: " in morning.runs(*command) + morning.heard()


def test_the_same_book_and_settings_are_read(
    morning: Morning, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment where it is printed holds where it is run, which has none of it."""
    monkeypatch.setenv("REFTRACK_TZ", "Asia/Tokyo")
    morning.book.configure('[rules]\noff = ["thank-referral"]')
    monkeypatch.chdir(morning.book.folder)
    monkeypatch.setenv("REFTRACK_CONFIG", "config.toml")
    monkeypatch.setenv("REFTRACK_DB", AWKWARD)
    command = command_of(morning, "cron")
    assert "Saturday 21 November, 18:00. 1 today." in morning.runs(*command)
    for name in ("REFTRACK_DB", "REFTRACK_CONFIG", "REFTRACK_TZ"):
        monkeypatch.delenv(name)
    usual = morning.prints("cron").splitlines()[-1]
    assert "--db" not in usual
    assert "REFTRACK" not in usual
    monkeypatch.setenv("XDG_DATA_HOME", str(morning.book.folder / "data"))
    assert f"--db {morning.book.folder}/data/reftrack/reftrack.db " in morning.prints("cron")


def test_the_installed_command_is_named_by_its_path(morning: Morning) -> None:
    """A schedule has another PATH than the shell in which it was printed."""
    installed = Path(sys.executable).parent / "reftrack"
    done = subprocess.run(
        ["./reftrack", "schedule", "cron"],
        cwd=installed.parent,
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT,
    )
    assert f" {installed} --db " in done.stdout
    as_module = morning.book.process("schedule", "cron").stdout.decode()
    assert f" {sys.executable} -m reftrack --db " in as_module


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_finds_no_fault(morning: Morning) -> None:
    """Its own check of both units."""
    command_of(morning, "systemd")
    units = morning.home / ".config/systemd/user"
    (morning.book.folder / "run").mkdir(mode=0o700)
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *map(str, sorted(units.iterdir()))],
        env={**os.environ, "XDG_RUNTIME_DIR": str(morning.book.folder / "run")},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT,
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("said", "times"),
    [
        ("08:00", ("*-*-* 08:00:00", "0 8", {"Hour": 8, "Minute": 0})),
        ("7:05", ("*-*-* 07:05:00", "5 7", {"Hour": 7, "Minute": 5})),
        ("23:59", ("*-*-* 23:59:00", "59 23", {"Hour": 23, "Minute": 59})),
    ],
)
def test_it_runs_at_the_time_that_is_said(
    book: Book, said: str, times: tuple[str, str, object]
) -> None:
    """Hour and minute, in the form of each system."""
    systemd, cron, launchd = (book("schedule", each, "--at", said).out for each in SYSTEMS)
    assert f"OnCalendar={times[0]}\n" in systemd
    assert cron.splitlines()[-1].startswith(f"{times[1]} * * * ")
    assert plistlib.loads(launchd.encode())["StartCalendarInterval"] == times[2]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "schedule systemd --at 08:00"),
        (["cronn"], "Did you mean cron?"),
        (["windows"], "Say systemd, cron or launchd."),
        (["cron", "--at", "24:00"], "--at 08:00"),
        (["cron", "--at", "8"], "--at 08:00"),
        (["cron", "--at", "٠٨:٠٠"], "--at 08:00"),
        (["cron", "--by", "fax"], "Say --by notification, or --by mail."),
    ],
)
def test_what_cannot_be_scheduled(book: Book, arguments: list[str], named: str) -> None:
    """2, and what can be."""
    failed = book("schedule", *arguments, code=2)
    assert failed.out == ""
    assert named in failed.err


def test_a_path_that_no_schedule_can_hold(book: Book) -> None:
    """A line break ends a line of a crontab, whatever is around it."""
    assert "no schedule can hold" in book("--db", "a\nb.db", "schedule", "cron", code=1).err
