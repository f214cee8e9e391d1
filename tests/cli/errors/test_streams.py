"""Input and output that break, close or lack letters."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.bad_words import UNSAFE, checked, digest
from tests.support.driver import REFTRACK, TIMEOUT, Book, Result


def as_process(book: Book, *arguments: str | bytes, **options: Any) -> Result:
    """The same in a process of its own."""
    before = digest(book.path)
    ended = book.process(*arguments, **options)  # type: ignore[arg-type]
    out, err = ((text or b"").decode("utf-8", "strict") for text in (ended.stdout, ended.stderr))
    result = checked(Result(ended.returncode, out, err), arguments)
    if result.code in (1, 2, 3):
        assert digest(book.path) == before
    return result


@pytest.mark.parametrize("verb", [["show"], ["missed"], ["thank", "1", "--note"], ["tell", "1"]])
def test_a_byte_that_is_no_text(two: Book, verb: list[str]) -> None:
    """A byte outside UTF-8 on the command line is refused, and shown as a sign."""
    word = os.fsencode("D\udcffna")
    result = as_process(two, *verb, word)
    assert result.code in (1, 2)


def test_notes_on_standard_input(two: Book) -> None:
    """Bytes that are no UTF-8, too many, or none at all are 2."""
    for text in (b"\xff\xfe", b"x" * 20_001, b"", b" \n", b"a\0b"):
        result = as_process(two, "thank", "1", "--note", "-", stdin=None, input=text)
        assert result.code == 2


@pytest.mark.parametrize("command", ["due", "due --json", "export", "--help"])
def test_a_full_disk_behind_a_reading_command_is_1(two: Book, command: str) -> None:
    """The answer could not be written, which is said."""
    with Path("/dev/full").open("wb") as full:
        result = as_process(
            two, *command.split(), stdout=full, stderr=subprocess.PIPE, capture_output=False
        )
    assert result.code == 1
    assert result.err.startswith("error: the answer could not be written")


@pytest.mark.parametrize("command", ["contact 1", "missed Eva", "pause"])
def test_a_full_disk_behind_a_recording_command_is_5(two: Book, command: str) -> None:
    """The record is made once, and stderr says so, lest it be repeated."""
    before = len(two.export()["events"])
    with Path("/dev/full").open("wb") as full:
        ended = two.process(
            *command.split(), stdout=full, stderr=subprocess.PIPE, capture_output=False
        )
    assert ended.returncode == 5
    lines = [line for line in ended.stderr.splitlines() if not line.startswith(b"New: ")]
    assert lines[0].startswith(b"recorded")
    assert len(lines) == 2
    assert len(two.export()["events"]) == before + 1


@pytest.mark.parametrize("command", ["due --json", "export", "contact 1"])
def test_a_reader_that_goes_away_is_no_error(two: Book, command: str) -> None:
    """`| head` and the like: 0, and nothing on stderr."""
    end, begin = os.pipe()
    os.close(end)
    try:
        ended = two.process(
            *command.split(), stdout=begin, stderr=subprocess.PIPE, capture_output=False
        )
    finally:
        os.close(begin)
    assert (ended.returncode, ended.stderr) == (0, b"")
    if command == "contact 1":
        assert [event["kind"] for event in two.export()["events"]] == ["contacted"]


def test_a_reader_that_reads_one_line(book: Book) -> None:
    """A whole pipe's worth of answer, of which one line is read."""
    people = [{"id": n, "name": f"Person {n}"} for n in range(1, 3001)]
    book.load({"schema": "reftrack.history/1", "people": people})
    with subprocess.Popen(
        [*REFTRACK, "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(TIMEOUT) == 0


@pytest.mark.parametrize(
    ("closed", "command", "code"),
    [
        ("<&-", "due", 0),
        ("<&-", "thank", 2),
        ("<&-", "thank 1 --note -", 2),
        (">&-", "due", 0),
        (">&-", "contact 1", 0),
        (">&-", "export", 0),
        ("2>&-", "contact 99", 1),
        ("<&- >&- 2>&-", "contact 1", 0),
        ("<&- >&- 2>&-", "nope", 2),
    ],
)
def test_closed_streams(two: Book, closed: str, command: str, code: int) -> None:
    """Nobody there to read or to be heard is no reason to stumble."""
    before = len(two.export()["events"])
    script = f"{sys.executable} -m reftrack {command} {closed}"
    ended = subprocess.run(["sh", "-c", script], capture_output=True, timeout=TIMEOUT, check=False)
    assert ended.returncode == code
    assert b"Traceback" not in ended.stderr
    assert b"Exception" not in ended.stderr
    assert len(two.export()["events"]) - before == (command == "contact 1")


def test_an_environment_with_nothing_in_it(two: Book, tmp_path: Path) -> None:
    """Without HOME and all else there is an answer; nothing falls into the working folder."""
    here = tmp_path / "here"
    here.mkdir()
    ended = subprocess.run(
        [*REFTRACK, "due", "--count", "--db", str(two.path)],
        env={"REFTRACK_CONFIG": "/nonexistent/config.toml"},
        cwd=here,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert ended.returncode == 0, ended
    assert ended.stdout.strip().isdigit()
    ended = subprocess.run(
        [*REFTRACK, "due"],
        env={"HOME": "/proc/nowhere"},
        cwd=here,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert ended.returncode in (0, 3), ended
    assert b"Traceback" not in ended.stderr
    assert list(here.iterdir()) == []


def test_a_home_that_cannot_be_written_is_3(book: Book) -> None:
    """Where no folder can be made, recording says so."""
    environment = {"HOME": "/proc/nowhere"}
    ended = subprocess.run(
        [*REFTRACK, "missed", "Sam"],
        env=environment,
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert ended.returncode == 3, ended
    assert ended.stderr.startswith(b"error: ")
    assert len(ended.stderr.splitlines()) == 2


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=str,
)
def test_a_locale_that_lacks_letters(book: Book, environment: dict[str, str]) -> None:
    """A letter that the locale lacks is shown as a code; JSON is UTF-8 whatever it says."""
    book("add", "Zoë 山田", "--from", "Sam Ortiz")
    env = {**os.environ, **environment}
    ended = book.process("due", env=env)
    assert ended.returncode == 0
    assert b"\\u5c71" in ended.stdout or "山田".encode() in ended.stdout
    ended = book.process("show", "Zo\udcff", env=env)
    assert ended.returncode in (1, 2)
    assert ended.stderr.startswith(b"error: ")
    document = json.loads(book.process("due", "--json", env=env).stdout.decode("utf-8"))
    assert "Zoë 山田" in {item["to"]["name"] for item in document["items"]}


@pytest.mark.parametrize(
    ("environment", "colours"),
    [
        ({"COLUMNS": "0"}, True),
        ({"COLUMNS": "nonsense"}, True),
        ({"COLUMNS": "-5"}, True),
        ({"COLUMNS": "1"}, True),
        ({"TERM": "dumb"}, False),
        ({"NO_COLOR": "1"}, False),
    ],
    ids=str,
)
def test_odd_terminals(two: Book, environment: dict[str, str], *, colours: bool) -> None:
    """Any width shows everything; a terminal without colours gets none."""
    shown = two.at("2026-11-22T15:00:00Z").screen("due", env=environment)
    assert shown.code == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.out)
    assert "ThankSamOrtiz" in "".join(plain.split())
    assert "reftrackcontact2" in "".join(plain.split())
    assert bool(re.search(r"\x1b\[[0-9;]*3[0-9]m", shown.out)) == colours
    if environment.get("TERM") == "dumb":
        assert "\x1b" not in shown.out


def test_controls_in_names_reach_no_terminal(book: Book) -> None:
    """A name with an escape sequence is shown with signs in its place."""
    name = "Eve\x1b]52;c;x\x07\u202e\x9b31m"
    book("add", name, "--from", "Sam Ortiz", "--need", f"x{name}")
    for command in (["due"], ["show", "1"]):
        shown = book.screen(*command).out
        assert "Eve␛" in shown
        own = re.sub(r"\x1b\[[0-9;]*m", "", shown)
        assert not UNSAFE.search(own)
    for command in (["due"], ["due", "--json"], ["list", "--json"], ["show", "1"], ["rules"]):
        checked(book(*command), command)
