"""The promise of `due`: running the command of an item removes it."""

from __future__ import annotations

import json
import random
import re
import shlex
import shutil
from datetime import datetime, timedelta
from typing import Any

import pytest
from demo.book import NOW as DEMO_NOW
from demo.book import history as demo_history

from tests.support.commands import FRIDAY
from tests.support.driver import Book
from tests.support.random_history import random_history
from tests.support.sweeps import seeds

FILLED = {
    "TEXT": "'a new part'",
    "PERSON": "'Nora Fielding'",
    "NAME": "'Lee Park'",
    "UPDATES": "30d",
    "ANSWERS": "--agreed --delivered --happy",
}


def words_of(command: str) -> list[str]:
    """The words of an item's command, those in capitals filled in as a user would."""
    for word, said in FILLED.items():
        command = re.sub(rf"\b{word}\b", said, command)
    name, *words = shlex.split(command)
    assert name == "reftrack"
    return words


def identity(item: dict[str, Any]) -> tuple[object, ...]:
    """The marks that tell one courtesy from every other."""
    return item["rule"], item["referral"], item["to"]["id"], item["opens_at"]


def keeps_its_promise(book: Book, item: dict[str, Any]) -> None:
    """Runs the command of the item on a copy of the book: it ends well, and the item is gone."""
    copy = book.folder / "copy.db"
    shutil.copy(book.path, copy)
    result = book("--db", str(copy), *words_of(item["command"]), code=None)
    assert result.code == 0, (item, result)
    left = json.loads(book("--db", str(copy), "due", "--json", "--all").out)["items"]
    assert identity(item) not in map(identity, left), (item, result)


def clears(book: Book) -> int:
    """Runs what presses, round by round, until nothing does; how many rounds that took."""
    for rounds in range(12):
        if book("due", "--count").out == "0\n":
            assert "Nothing is due today" in book("due").out
            assert book("due", "--exit-code").code == 0
            return rounds
        done = set()
        items = [item for item in book.due()["items"] if item["class"] == "debt"]
        for item in items:
            # One command may have settled the next one as well, as a card to a person does.
            if item["command"] not in done and identity(item) in map(identity, book.due()["items"]):
                book(*words_of(item["command"]))
                done.add(item["command"])
    raise AssertionError(book("due").out)


@pytest.fixture(scope="session")
def demo_json() -> str:
    """The demo's history."""
    return json.dumps(demo_history())


@pytest.fixture
def demo(book: Book, demo_json: str) -> Book:
    """The demo's book on its morning."""
    book.zone("Europe/London").at(DEMO_NOW.replace(" ", "T"))
    path = book.folder / "demo.json"
    path.write_text(demo_json, encoding="utf-8")
    book("import", str(path))
    return book


def test_the_demo_keeps_the_promise(demo: Book) -> None:
    """Every command that the demo's morning names settles what it stands beside."""
    items = demo.due()["items"]
    assert len(items) > 15
    for item in items:
        keeps_its_promise(demo, item)


def test_the_demo_can_be_cleared(demo: Book) -> None:
    """Once everything is done, the morning says so."""
    assert clears(demo) <= 4


@seeds(12, 60)
def test_a_random_history_keeps_the_promise(book: Book, seed: int) -> None:
    """Each command settles, whatever happened, the item that it stands beside: one item a rule."""
    zone = ("UTC", "Europe/London", "America/Toronto")[seed % 3]
    if not opened(book, seed, zone):
        return
    items = {item["rule"]: item for item in book.due()["items"]}
    rng = random.Random(seed)
    for item in rng.sample(sorted(items.values(), key=identity), min(5, len(items))):
        keeps_its_promise(book, item)


@seeds(3, 12, first=100)
def test_a_random_morning_can_be_cleared(book: Book, seed: int) -> None:
    """Running what presses ends in a morning without debts, whatever happened."""
    if opened(book, seed, "Europe/London"):
        clears(book)


def opened(book: Book, seed: int, zone: str) -> bool:
    """Imports a random history, some days after its last event; whether that is before 2199."""
    history = random_history(seed, zone=zone)
    # No command keeps a promise yet.
    events = history["events"]
    history["events"] = [e for e in events if e["kind"] not in ("promised", "kept")]
    instants = [event["at"] for event in history["events"]]
    instants += [referral["received_at"] for referral in history["referrals"]]
    last = max(instants, default=FRIDAY)
    now = datetime.fromisoformat(last) + timedelta(days=(0, 1, 9, 40)[seed % 4])
    book.zone(zone).at(now.isoformat())
    if now.year < 2199:
        book.load(history)
    return now.year < 2199
