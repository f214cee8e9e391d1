"""The front door says what the whole program says, only sooner."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import platformdirs
import pytest

from reftrack.cli import app, counting, door
from reftrack.config import paths
from reftrack.errors import ReftrackError
from tests.support.driver import Book, Result
from tests.support.prepared import made_once
from tests.support.random_history import PERSON_RULES, RULES, random_history, written
from tests.support.sweeps import seeds

ZONES = ("UTC", "Europe/London", "America/Toronto", "Pacific/Apia")
COUNTS = (["due", "--count"], ["due", "--count", "--exit-code"])
PLAIN = (
    *COUNTS,
    ["due"],
    ["due", "--exit-code"],
    ["due", "--later", "--json"],
    ["due", "--all", "--limit", "3"],
    ["due", "--by-person", "--limit=2"],
    ["due", "--count", "--all"],
    ["due", "--json", "--limit", "1", "--exit-code"],
)
CONFIGURATIONS = (
    None,
    "",
    "# nothing set\n",
    'name = "Robin Hale"\n',
    'timezone = "Asia/Tokyo"\n',
    '[policy]\nthank-referral = "1h"\n',
    '[rules]\noff = ["contact-prospect", "keep-informed"]\n',
)


class Ways:
    """The same command line by both ways: through the door, and as the whole program takes it."""

    def __init__(self, book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
        self.book = book
        self._monkeypatch = monkeypatch
        self.counts = 0

    def both(self, *arguments: str) -> Result:
        """The answer, which is the same by both ways."""
        seen: list[int | None] = []

        def told(*values: object, **options: object) -> int | None:
            code = real(*values, **options)  # type: ignore[arg-type]
            seen.append(code)
            return code

        real = counting.count
        with self._monkeypatch.context() as patched:
            patched.setattr(counting, "count", told)
            through = self.book(*arguments, code=None)
        with self._monkeypatch.context() as patched:
            patched.setattr("tests.support.driver.run", app.run_line)
            whole = self.book(*arguments, code=None)
        assert through == whole, arguments
        self.counts += any(code is not None for code in seen)
        return through


@pytest.fixture
def ways(book: Book, monkeypatch: pytest.MonkeyPatch) -> Ways:
    return Ways(book, monkeypatch)


def snoozed(document: dict[str, object], rng: random.Random, now: datetime) -> None:
    """Puts snoozes that hide something at `now` into a history, of every form."""
    events, numbers = document["events"], range(10_000, 10_000 + rng.randint(0, 6))
    assert isinstance(events, list)
    for number in numbers:
        subjects = [("referral", row) for row in document["referrals"]]  # type: ignore[attr-defined]
        subjects += [("person", row) for row in document["people"]]  # type: ignore[attr-defined]
        if not subjects:
            return
        kind, row = rng.choice(subjects)
        at = now - timedelta(hours=rng.choice((0, 1, 30, 300)))
        if kind == "referral":
            at = max(at, datetime.fromisoformat(row["received_at"]))
        until = at + timedelta(hours=rng.choice((0, 1, 31, 400)), seconds=rng.choice((0, 1)))
        offset = rng.choice(("Z", "+02:00"))
        if offset == "Z":
            said = written(until)
        else:
            said = written(until + timedelta(hours=2)).replace("Z", offset)
        rules = RULES if kind == "referral" else PERSON_RULES
        data = {"until": said, "rule": rng.choice((None, "all", rng.choice(rules)))}
        event = {"id": number, "uid": f"s{number}", "at": written(at), "kind": "snoozed"}
        events.append({**event, kind: row["id"], "data": data})


@seeds(8, 24)
def test_the_door_says_what_the_program_says(ways: Ways, seed: int) -> None:
    """Over random books, zones, snoozes and configurations, at instants of every kind."""
    rng, book = random.Random(seed), ways.book
    book.at("2150-01-01T00:00:00Z").zone(zone := rng.choice(ZONES))
    text = CONFIGURATIONS[seed % len(CONFIGURATIONS)]
    if text is not None:
        book.configure(text)
    document = random_history(seed, zone=zone, people=6, referrals=8, events=30)
    instants = [event["at"] for event in document["events"]]
    instants += [referral["received_at"] for referral in document["referrals"]]
    latest = max(instants, default="2020-01-01T00:00:00Z")
    last = datetime.fromisoformat(latest)
    snoozed(document, rng, last)
    book.load(document)
    for seconds in (0, 1, 3600, 86_400, 40 * 86_400, rng.randrange(200 * 86_400)):
        book.at(written(last + timedelta(seconds=seconds)))
        ways.both(*COUNTS[seconds % 2])
    assert ways.counts == 6
    for arguments in rng.sample(PLAIN, 3):
        ways.both(*arguments)
    counts = ways.counts
    # Into the past the projections say nothing.
    if instants:
        book.at(written(last - timedelta(days=rng.choice((1, 20)))))
        ways.both("due", "--count")
    # Nor where the zone, or what is configured, is another than when they were kept.
    book.at(written(last + timedelta(days=2)))
    book.zone("Africa/Cairo")
    ways.both("due", "--count", "--exit-code")
    book.zone(zone).configure('[policy]\ncontact-prospect = "2h"\n')
    ways.both("due", "--count")
    assert ways.counts == counts
    # What is recorded brings them up to date again.
    if document["referrals"]:
        book("note", str(document["referrals"][0]["id"]), "Prefers the mornings")
        ways.both("due", "--count")
        assert ways.counts == counts + 1


@pytest.fixture
def pressing(ways: Ways) -> Ways:
    """A book in which something is owed."""
    overdue(ways.book)
    return ways


@made_once
def overdue(book: Book) -> Book:
    """A referral of yesterday."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    return book.at("2026-11-21T12:00:00Z")


@pytest.mark.parametrize("arguments", PLAIN, ids=" ".join)
def test_every_plain_line_is_the_same(pressing: Ways, arguments: list[str]) -> None:
    """Each line that the door takes in, with the database named before, behind or by `=`."""
    other = str(pressing.book.folder / "other.db")
    pressing.both(*arguments)
    pressing.both("--db", other, *arguments)
    pressing.both(*arguments, f"--db={other}")
    pressing.both(*arguments, "--db", str(pressing.book.path))


@pytest.mark.parametrize(
    "arguments",
    [
        ["due", "--coun"],
        ["due", "--count", "--help"],
        ["due", "--count=1"],
        ["--count", "due"],
        ["due", "due"],
        ["due", "--limit"],
        ["due", "--limit", "0"],
        ["due", "--limit", "-1"],
        ["due", "--limit", "٣"],
        ["due", "--limit", "1_0"],
        ["due", "--limit=", "--count"],
        ["due", "--limit", "99999999999999999999"],
        ["due", "--count", "--db"],
        ["due", "--count", "--db="],
        ["due", "--count", "--db", " "],
        ["--db", "--count", "due"],
        ["due", "--", "--count"],
        ["due", "--count", "--on", "2026-11-21"],
        ["due", "--count", "--for", "Sam"],
        ["due", "--count", "--ahead", "3d"],
        ["--version", "due"],
        ["Due"],
        [""],
        [],
    ],
    ids=lambda arguments: " ".join(arguments) or "nothing",
)
def test_what_is_not_plain_is_let_in(pressing: Ways, arguments: list[str]) -> None:
    """A line that the door does not understand to the letter gets the program's own answer."""
    pressing.both(*arguments)
    assert pressing.counts == 0


def broken(path: Path) -> None:
    path.write_bytes(b"no database at all" * 100)


def damaged(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(content)


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE other (id)")
    connection.close()


def of_version(number: int) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute(f"PRAGMA user_version = {number}")
        connection.close()

    return change


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def set_up(path: Path, text: str) -> None:
    (path.parent / "config.toml").write_text(text)


FAULTS: dict[str, Callable[[Path], None]] = {
    "no book": Path.unlink,
    "an empty file": empty,
    "no database": broken,
    "damaged": damaged,
    "of another program": foreign,
    "of a newer version": of_version(99),
    "a folder": a_folder,
    "a folder that is not there": lambda path: os.environ.update(REFTRACK_DB=f"{path}/in/it"),
    "nobody's home": lambda path: os.environ.update(REFTRACK_DB="~nobody-at-all/book.db"),
    "no TOML": lambda path: set_up(path, "["),
    "an unknown key": lambda path: set_up(path, "tz = 1"),
    "a folder as configuration": lambda path: (path.parent / "config.toml").mkdir(),
    "a zone that is none": lambda path: os.environ.update(REFTRACK_TZ="Mars/Olympus"),
    "an instant that is none": lambda path: os.environ.update(REFTRACK_NOW="soon"),
    "an instant out of bounds": lambda path: os.environ.update(REFTRACK_NOW="1066-10-14"),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("arguments", [["due", "--count"], ["due", "--exit-code"]], ids=" ".join)
def test_faults_are_answered_alike(
    pressing: Ways, monkeypatch: pytest.MonkeyPatch, fault: str, arguments: list[str]
) -> None:
    """The same two lines and the same exit code, whatever is wrong."""
    for name in ("REFTRACK_DB", "REFTRACK_TZ", "REFTRACK_NOW", "HOME"):
        monkeypatch.setenv(name, os.environ[name])  # put back afterwards
    FAULTS[fault](pressing.book.path)
    result = pressing.both(*arguments)
    assert "Traceback" not in result.err
    assert result.err.count("\n") in (0, 2)
    assert (result.code == 0) == (fault in ("no book", "an empty file"))


def test_a_count_waits_for_nobody(pressing: Ways) -> None:
    """While another program holds the book: exit 3 and two lines, within a tenth of a second."""
    holder = sqlite3.connect(pressing.book.path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        began = time.monotonic()
        result = pressing.both("due", "--count")
        taken = time.monotonic() - began
    finally:
        holder.close()
    assert result.code == 3
    assert result.err.splitlines()[0].endswith("is in use by another program (SQLITE_BUSY).")
    assert result.err.count("\n") == 2
    assert taken < 2.0  # both ways, on a busy machine
    assert pressing.both("due", "--count").out == "2\n"


def test_a_wrong_configuration_is_said_before_a_lock(pressing: Ways) -> None:
    """As everywhere: what is wrong with the command comes before what is wrong with the file."""
    pressing.book.configure('[policy]\nthank-referral = "soon"\n')
    holder = sqlite3.connect(pressing.book.path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    try:
        assert pressing.both("due", "--count").code == 2
    finally:
        holder.close()


def test_a_book_that_others_can_read_is_mended(pressing: Ways) -> None:
    """A count mends it with a word, as every command does."""
    pressing.book.path.chmod(0o644)
    result = pressing.book("due", "--count")
    assert result.out == "2\n"
    assert "could read" in result.err
    assert pressing.book.path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("what", ["data", "config"])
@pytest.mark.parametrize(
    "environment",
    [
        {"HOME": "/home/dana"},
        {"HOME": "/home/dana/"},
        {"HOME": "/"},
        {"HOME": ""},
        {"HOME": "relative"},
        {"HOME": "/home/dana", "XDG_DATA_HOME": "/data/x", "XDG_CONFIG_HOME": "/conf/"},
        {"HOME": "/home/dana", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "conf"},
        {"HOME": "/home/dana", "XDG_DATA_HOME": "", "XDG_CONFIG_HOME": ""},
        {"HOME": "/home/dana", "ANDROID_DATA": "/data", "ANDROID_ROOT": "/system", "SHELL": "sh"},
    ],
    ids=str,
)
def test_the_usual_folders_are_those_of_platformdirs(
    monkeypatch: pytest.MonkeyPatch, what: str, environment: dict[str, str]
) -> None:
    """Found without loading it, where they are the plain ones."""
    monkeypatch.delenv("HOME")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    find = platformdirs.user_data_path if what == "data" else platformdirs.user_config_path
    monkeypatch.delenv("REFTRACK_DB")
    monkeypatch.delenv("REFTRACK_CONFIG")
    try:
        wanted = find("reftrack", appauthor=False)
    except RuntimeError:
        wanted = None
    try:
        found = paths.database_path(None) if what == "data" else paths.configuration_path()
    except ReftrackError:
        found = None
    assert (found and found.parent) == wanted


def test_the_words_of_the_door_are_those_of_the_command() -> None:
    """Every plain option of `due` is known at the door by the name that the code has for it."""
    front = app.whole_command()
    with front.make_context("reftrack", ["due"]) as context:
        parameters = front.get_command(context, "due").params
    flags = {p.opts[0]: p.name for p in parameters if p.is_flag}
    assert flags == door._FLAGS
