"""The ground that every test stands on: a book of its own, and no way to the user's real folders."""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.support.driver import Book
from tests.support.prepared import made_once

# A shell starts what it puts in the background deaf to Ctrl-C, and so would every command be that
# the tests start: what they prove must not depend on how they were started.
with contextlib.suppress(ValueError):
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A commit waits for the disk several times, and the tests commit by the thousand: their folders lie
# in memory where there is enough of it. The short torture stays on the disk.
MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
    room = os.statvfs(MEMORY)
    if not room.f_flag & os.ST_NOEXEC and room.f_bavail * room.f_frsize > 2 << 30:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

settings.register_profile(
    "here",
    deadline=None,  # these machines are shared: a slow example is no failure
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("here")


@pytest.fixture(autouse=True)
def _nobodys_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Home, data and configuration are empty folders of this test alone."""
    home = tmp_path / "home"
    home.mkdir()
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name in ("COLUMNS", "NO_COLOR", "FORCE_COLOR", "PAGER", "EDITOR", "VISUAL"):
        monkeypatch.delenv(name, raising=False)
    for name in ("LC_ALL", "LC_TIME", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("REFTRACK_DB", str(tmp_path / "book.db"))
    monkeypatch.setenv("REFTRACK_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("REFTRACK_TZ", "UTC")
    monkeypatch.setenv("REFTRACK_NOW", "2026-11-20T15:00:00Z")


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Book:
    """A book that does not exist yet, and the commands on it."""
    return Book(tmp_path, monkeypatch)


@pytest.fixture
@made_once
def two(book: Book) -> Book:
    """A book with two referrals of Friday: Dana from Sam, Priya from Tom."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("add", "Priya Nair", "--from", "Tom Beck")
    return book


@pytest.fixture
@made_once
def lived_in(book: Book) -> Book:
    """A book with a referral, thanked for."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--note", "met at the fair")
    book("thank", "1", "--by", "card")
    return book
