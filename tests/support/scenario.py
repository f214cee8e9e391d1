"""Scenarios: what happened when, then what is owed by when, as tables that people can read.

A file under `tests/scenarios/` holds several:

    == a title that says the promise
    rule note-meeting            (or `rule *`: every rule, exact and complete)
    zone Europe/London           (default UTC; all times are local wall time, `Z` for UTC,
                                  `+1` for the second of a wall time that occurs twice)
    policy thank-referral = 12h
    off return-favour
    wish Sam updates outcome
    week days = mon tue wed thu  (and `hours = 08:00-12:00`, `holidays = 2026-12-24..2027-01-03`)
    history
      2026-11-20 15:00  referral 1: Sam -> Dana
      2026-11-21 10:00  1 thanked
      2026-11-21 11:00  @Sam missed
      2026-11-21 12:00  book paused until=2026-12-01T09:00
      2026-11-21 13:00  1 told by=card news=true
      2026-11-21 14:00  1 agreed at=2026-11-25T14:00     (or on=2026-11-25)
      2026-11-21 15:00  1 problem as=leak
      2026-11-21 16:00  1 resolved problem=leak
      2026-11-21 17:00  @Sam promised due=2026-11-25T12:00 as=flyer
      2026-11-21 18:00  1 source-corrected from=Ruth
    owed
      thank-referral 1 -> Sam | opens 2026-11-20 15:00 | due 2026-11-21 15:00 | done 2026-11-21 10:00
    at 2026-11-22 09:00
      nothing
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reftrack.domain.events import Event
from reftrack.domain.history import History
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from tests.support.places import TESTS

FOLDER = TESTS / "scenarios"

_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?(?:Z|\+1)?"
_REFERRAL = re.compile(rf"({_TIME})\s+referral (\d+): (.+?) -> (.+?)(?: \(([a-z-]+)\))?")
_EVENT = re.compile(rf"({_TIME})\s+(\d+|@\S+|book) ([a-z-]+)(.*)")


@dataclass
class Scenario:
    """One scenario: the history as it is given, and the lines it expects."""

    file: str
    title: str
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    rules: list[str] = field(default_factory=list)
    policy: dict[str, object] = field(default_factory=dict)
    off: list[str] = field(default_factory=list)
    week: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    referrals: list[Referral] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    owed: list[str] = field(default_factory=list)
    moments: dict[str, list[str]] = field(default_factory=dict)
    named: dict[str, str] = field(default_factory=dict)

    @property
    def history(self) -> History:
        """The history of the scenario."""
        return History.of(self.people.values(), self.referrals, self.events)

    def is_about(self, rule: str) -> bool:
        """True if the courtesies of this rule are compared."""
        return "*" in self.rules or rule in self.rules

    def person(self, name: str) -> Person:
        """The person of this name, numbered by the first mention."""
        if name not in self.people:
            number = len(self.people) + 1
            self.people[name] = Person(number, f"person-{number}", name)
        return self.people[name]

    def instant(self, text: str) -> datetime:
        """The instant of a wall time of the scenario's zone."""
        if text.endswith("Z"):
            return datetime.fromisoformat(text)
        fold = int(text.endswith("+1"))
        wall = datetime.fromisoformat(text.removesuffix("+1"))
        return wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC)


def scenarios() -> Iterator[Scenario]:
    """Every scenario of every file, in order."""
    for path in sorted(FOLDER.glob("*.txt")):
        blocks = re.split(r"^== ", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
        for block in blocks:
            yield _parsed(path.stem, block)


def _parsed(file: str, block: str) -> Scenario:
    title, *lines = block.splitlines()
    scenario = Scenario(file, title.strip())
    part = ""
    for written in lines:
        line = re.sub(r"(^|\s)#.*", "", written).rstrip()
        if not line.strip():
            continue
        if line.startswith(" "):
            _read(scenario, part, " ".join(line.split()))
        else:
            part = line.strip()
            _head(scenario, part)
    scenario.events = [_naming(scenario, event) for event in scenario.events]
    return scenario


def _naming(scenario: Scenario, event: Event) -> Event:
    """The event with the uid of what it names, which may stand later in the table."""
    data = dict(event.data)
    for key in {"problem", "promise"} & data.keys():
        data[key] = scenario.named[data[key]]
    return replace(event, data=data)


def _head(scenario: Scenario, line: str) -> None:
    word, _, rest = line.partition(" ")
    rest = rest.strip()
    if word == "rule":
        scenario.rules.append(rest)
    elif word == "zone":
        scenario.zone = ZoneInfo(rest)
    elif word == "policy":
        key, _, value = rest.partition("=")
        scenario.policy[key.strip()] = value.strip()
    elif word == "week":
        key, _, value = rest.partition("=")
        words = value.split()
        scenario.week[key.strip()] = words[0] if key.strip() == "hours" else words
    elif word == "off":
        scenario.off.append(rest)
    elif word == "wish":
        name, what, value = rest.split()
        wish: dict[str, Any] = {what: value}
        scenario.people[name] = replace(scenario.person(name), **wish)
    elif word == "at":
        scenario.moments[rest] = []
    else:
        assert line in ("history", "owed"), f"{scenario.file}: {line}"


def _read(scenario: Scenario, part: str, line: str) -> None:
    if part == "history":
        _happened(scenario, line)
    elif part == "owed":
        scenario.owed += [] if line == "nothing" else [_normal(scenario, line)]
    else:
        moment = part.partition(" ")[2].strip()
        scenario.moments[moment] += [] if line == "nothing" else [line]


def _normal(scenario: Scenario, line: str) -> str:
    """The line with its times in UTC, as the test writes them."""
    return re.sub(_TIME, lambda m: f"{scenario.instant(m[0]):%Y-%m-%d %H:%M:%SZ}", line)


def _happened(scenario: Scenario, line: str) -> None:
    if found := _REFERRAL.fullmatch(line):
        time, number, source, prospect, kind = found.groups()
        scenario.referrals.append(
            Referral(
                int(number),
                f"referral-{number}",
                scenario.person(source).id,
                scenario.person(prospect).id,
                scenario.instant(time),
                kind or "client",
            )
        )
        return
    found = _EVENT.fullmatch(line)
    assert found, f"{scenario.file}, {scenario.title}: {line}"
    time, subject, kind, rest = found.groups()
    data: dict[str, Any] = dict(pair.split("=", 1) for pair in rest.split())
    number_ = len(scenario.events) + 1
    if name := data.pop("as", None):
        scenario.named[name] = f"event-{number_}"
    channel = data.pop("by", None)
    for key, value in data.items():
        if value in ("true", "false"):
            data[key] = value == "true"
        elif key == "from":
            data[key] = scenario.person(value).uid
        elif key in ("until", "at", "due"):
            data[key] = f"{scenario.instant(value.replace('T', ' ')):%Y-%m-%dT%H:%M:%SZ}"
    scenario.events.append(
        Event(
            number_,
            f"event-{number_}",
            scenario.instant(time),
            kind,
            referral=int(subject) if subject.isdigit() else None,
            person=scenario.person(subject[1:]).id if subject.startswith("@") else None,
            channel=channel,
            data=data,
        )
    )
