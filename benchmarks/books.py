"""Made-up books of any size: the same seed gives the same book, to the byte.

`python benchmarks/books.py REFERRALS LIVE FILE.json` writes a history; one source in it sends two
thousand of the referrals, or as many as there are. Five things happened to each on the average.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 23, 8, 40, tzinfo=UTC)
YEARS = timedelta(days=3650)

# Who sends so many that their history must not be read whole; the others send about ten.
BUSY = 2
BUSY_SENDS = 2000
SENDS = 10

FIRST = (
    *("Ada", "Ana", "Ben", "Carla", "Dana", "Eva", "Femi", "Gita", "Hugo", "Ines", "Jack", "Kim"),
    *("Lars", "Mia", "Nora", "Omar", "Priya", "Quinn", "Ruth", "Sam", "Tom", "Uma", "Zoë"),
)
LAST = (
    *("Adler", "Beck", "Costa", "Duarte", "Ekström", "Fox", "Grant", "Haddad", "Ito", "Jansen"),
    *("Kerr", "Lund", "Mori", "Nair", "Ortiz", "Park", "Quist", "Ruiz", "Silva", "Wood", "Young"),
)
TOLD = "They agreed on the kitchen first; the survey comes in the new year."
NOTE = "Has two dogs. Prefers the mornings, and hates being called at work."

# What befell a referral that has ended, and how many days after the step before.
ENDED = (
    "thanked.0 contacted.1 met.6 won.12 thanked.0 delivered.40 rated.2",
    "thanked.0 contacted.0 met.4 lost.9 explained.0",
    "thanked.1 attempted.0 contacted.1 declined.2 referred-out.1 explained.0",
    "contacted.0 thanked.2 won.3 thanked.0 problem.9 resolved.2 told.0 delivered.20",
    "thanked.0 attempted.1 lost.20 explained.0",
    "thanked.0 contacted.1 lost.2 explained.0",
)
# What has befallen one that is live, before now.
LIVE = (
    "thanked.0 contacted.0",
    "thanked.0 attempted.1",
    "thanked.0 contacted.1 met.3 thanked.0 told.2",
    "thanked.0 contacted.1 won.5 thanked.0 told.3 noted.1",
    "",
)


@dataclass
class Size:
    """The size of a book."""

    referrals: int
    live: int


def history(size: Size, seed: int = 5) -> dict[str, Any]:
    """The whole history, in the form `reftrack.history/1`."""
    maker = _Maker(size, random.Random(seed))
    maker.make()
    return {
        "schema": "reftrack.history/1",
        "people": maker.people,
        "referrals": maker.referrals,
        "events": maker.events,
    }


class _Maker:
    def __init__(self, size: Size, rng: random.Random) -> None:
        self.size = size
        self.rng = rng
        self.people: list[dict[str, Any]] = []
        self.referrals: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []

    def make(self) -> None:
        count = self.size.referrals
        busy = min(BUSY_SENDS, count // 5)
        sources = max(3, (count - busy) // SENDS)
        for _ in range(sources):
            self.person()
        ended = count - self.size.live
        # Ended ones lie all over the years, live ones within the last two months.
        receipts = sorted(
            [NOW - timedelta(days=70) - self.rng.random() * YEARS for _ in range(ended)]
        ) + sorted(NOW - self.rng.random() * timedelta(days=60) for _ in range(self.size.live))
        busy_ones = set(self.rng.sample(range(count), busy))
        clients: list[int] = []
        for place, at in enumerate(receipts):
            source = BUSY if place in busy_ones else self.rng.randrange(1, sources + 1)
            if clients and place not in busy_ones and self.rng.random() < 0.02:
                source = self.rng.choice(clients)
            prospect = self.person()
            is_live = place >= ended
            story = self.rng.choice(LIVE if is_live else ENDED)
            self.referral(source, prospect, at, story)
            if "delivered" in story:
                clients.append(prospect)
                self.client(prospect, at + timedelta(days=75))
        for number in range(1, sources + 1):
            self.source(number)
        for year in range(10):
            paused = NOW - timedelta(days=365 * year + 200)
            self.event(paused, "paused")
            self.event(paused + timedelta(days=14), "resumed")
        self.events.sort(key=lambda event: event["at"])
        for number, event in enumerate(self.events, 1):
            event["id"] = number
            event["uid"] = self.uid()

    def uid(self) -> str:
        """As random as those of real books, which an index feels."""
        return f"{self.rng.getrandbits(128):032x}"

    def person(self) -> int:
        number = len(self.people) + 1
        rng = self.rng
        name = f"{rng.choice(FIRST)} {rng.choice(LAST)} {rng.choice(LAST)}"
        self.people.append(
            {
                "id": number,
                "uid": self.uid(),
                "name": name,
                "phone": f"0161 4{number:08d}" if number % 3 else None,
                "email": f"p{number}@example.org" if number % 2 else None,
                "relation": "client",
                "note": NOTE if number % 10 == 0 else None,
            }
        )
        return number

    def referral(self, source: int, prospect: int, at: datetime, story: str) -> None:
        number = len(self.referrals) + 1
        self.referrals.append(
            {
                "id": number,
                "uid": self.uid(),
                "source": source,
                "prospect": prospect,
                "received_at": _text(at),
                "kind": "co-worker" if number % 17 == 0 else "client",
                "tie": "neighbour" if number % 5 == 0 else None,
                "need": "A new roof before the winter" if number % 4 == 0 else None,
            }
        )
        for step in story.split():
            kind, days = step.split(".")
            at += timedelta(days=int(days), minutes=self.rng.randrange(1, 600))
            if at > NOW:
                return
            self.event(at, kind, referral=number)

    def client(self, person: int, at: datetime) -> None:
        """Most clients were asked whether they are happy, and some whom they know."""
        if self.rng.random() < 0.1 or at > NOW - timedelta(days=9):
            return
        ticks = {"agreed": True, "delivered": True, "happy": self.rng.random() < 0.8}
        self.event(at, "reviewed", person=person, data=ticks)
        if self.rng.random() < 0.7:
            self.event(at + timedelta(days=4), "asked", person=person)

    def source(self, person: int) -> None:
        """Each source was asked how they want to hear, and got something back now and then."""
        for _ in range(200 if person == BUSY else self.rng.randrange(4)):
            at = NOW - self.rng.random() * YEARS
            self.event(at, "given", person=person, data={"prospect": "Lee Park"})
        if self.rng.random() < 0.5:
            self.event(NOW - self.rng.random() * YEARS, "wished", person=person, channel="email")
        if self.rng.random() < 0.2:
            at = NOW - self.rng.random() * YEARS
            self.event(at, "missed", person=person, channel="call")
            self.event(min(NOW, at + timedelta(hours=9)), "called-back", person=person)

    def event(self, at: datetime, kind: str, **about: Any) -> None:
        chance = self.rng.random()
        told = kind in ("told", "lost", "declined", "problem", "resolved", "explained")
        data = about.get("data") or ({"text": TOLD} if told and chance < 0.6 else {})
        if kind == "rated":
            data = {"fit": "good" if chance < 0.8 else "poor"}
        self.events.append(
            {
                "at": _text(at),
                "kind": kind,
                "referral": about.get("referral"),
                "person": about.get("person"),
                "channel": about.get("channel") or ("card" if kind == "thanked" else None),
                "note": NOTE if chance < 0.15 else None,
                "data": data,
            }
        )


def _text(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def lines(document: dict[str, Any]) -> Iterator[str]:
    """The document as text, one record a line, as `reftrack export` writes it."""
    yield f'{{"schema": {json.dumps(document["schema"])}'
    for name in ("people", "referrals", "events"):
        yield f',\n "{name}": [\n'
        for place, record in enumerate(document[name]):
            yield (",\n  " if place else "  ") + json.dumps(record, ensure_ascii=False)
        yield "\n ]"
    yield "}\n"


def write(path: Path, size: Size) -> None:
    """Writes the history of a book of this size."""
    with path.open("w", encoding="utf-8") as file:
        file.writelines(lines(history(size)))


if __name__ == "__main__":
    write(Path(sys.argv[3]), Size(int(sys.argv[1]), int(sys.argv[2])))
