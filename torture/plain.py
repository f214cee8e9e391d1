"""A plain model of a book: dictionaries, and a stack of how it was before each command.

It knows nothing of the program but what its commands promise to record; it computes no courtesy.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]

OF_PERSON = ("name", "email", "phone", "company", "relation", "updates", "channel", "note")
TAKEN = ("email", "phone", "company", "relation", "updates", "channel")


@dataclass
class State:
    """The content of the book at one time."""

    people: dict[int, Row] = field(default_factory=dict)
    merged: dict[int, int] = field(default_factory=dict)
    referrals: dict[int, Row] = field(default_factory=dict)
    events: dict[int, Row] = field(default_factory=dict)
    imported: set[str] = field(default_factory=set)
    is_paused: bool = False


class Plain:
    """A book that keeps everything in memory, and undoes by putting the last state back.

    A command changes `now` and then calls `done`; one that was refused never calls it.
    """

    def __init__(self) -> None:
        self.now = State()
        self.before: list[tuple[str, State]] = []
        self.undone: list[tuple[str, State]] = []
        self.steps: list[tuple[str, bool]] = []
        self._standing: list[int] = []
        self._taken_back: list[int] = []
        self._last = {"people": 0, "referrals": 0, "events": 0}
        self._was = copy.deepcopy(self.now)

    # Numbers are never used twice, whatever was undone.

    def number(self, what: str) -> int:
        """The next number of a person, a referral or an event."""
        self._last[what] += 1
        return self._last[what]

    def next_is(self, what: str, number: int) -> None:
        """Into a book where nothing was ever recorded an import keeps every number."""
        if not self.steps:
            self._last[what] = number - 1

    def done(self, command: str) -> None:
        """The command is recorded; what was undone before it cannot be redone any more."""
        self.before.append((command, self._was))
        self._standing.append(len(self.steps))
        self.steps.append((command, False))
        self.undone.clear()
        self._taken_back.clear()
        self._was = copy.deepcopy(self.now)

    def undo(self) -> bool:
        """Takes the last command back; False where there is none."""
        if not self.before:
            return False
        command, state = self.before.pop()
        self.undone.append((command, self.now))
        self._mark(self._standing, self._taken_back, is_undone=True)
        self._put(state)
        return True

    def redo(self) -> bool:
        """Brings back what was undone last; False where nothing was, or something came since."""
        if not self.undone:
            return False
        command, state = self.undone.pop()
        self.before.append((command, self.now))
        self._mark(self._taken_back, self._standing, is_undone=False)
        self._put(state)
        return True

    def _mark(self, these: list[int], those: list[int], *, is_undone: bool) -> None:
        place = these.pop()
        those.append(place)
        self.steps[place] = (self.steps[place][0], is_undone)

    def _put(self, state: State) -> None:
        self.now = copy.deepcopy(state)
        self._was = copy.deepcopy(state)

    # What commands record.

    def person(self, name: str) -> int:
        """The person of this whole name, or somebody new."""
        key = " ".join(name.casefold().split())
        for number, person in self.now.people.items():
            if person["name"].casefold() == key:
                return number
        number = self.number("people")
        self.now.people[number] = {**dict.fromkeys(OF_PERSON), "name": " ".join(name.split())}
        return number

    def referral(self, source: int, prospect: int, received_at: str, kind: str, **more: Any) -> int:
        """A referral, new business where both are one."""
        number = self.number("referrals")
        self.now.referrals[number] = {
            "source": source,
            "prospect": prospect,
            "received_at": received_at,
            "kind": "expansion" if source == prospect else kind,
            "tie": None,
            "need": None,
            "confidential": False,
            "note": None,
            **more,
        }
        return number

    def event(self, kind: str, at: str, **more: Any) -> None:
        """Something that happened."""
        self.now.events[self.number("events")] = {
            "at": at,
            "kind": kind,
            "referral": None,
            "person": None,
            "channel": None,
            "note": None,
            **more,
            "data": {k: v for k, v in more.get("data", {}).items() if v is not None},
        }

    def merge(self, one: int, other: int) -> None:
        """The one is the other from here on."""
        gone, stays = self.now.people.pop(one), self.now.people[other]
        for key in TAKEN:
            stays[key] = stays[key] if stays[key] is not None else gone[key]
        notes = [note for note in (stays["note"], gone["note"]) if note is not None]
        stays["note"] = "\n".join(dict.fromkeys(notes)) or None
        self.now.merged[one] = other
        for number, merger in self.now.merged.items():
            if merger == one:
                self.now.merged[number] = other
        for referral in self.now.referrals.values():
            for role in ("source", "prospect"):
                referral[role] = other if referral[role] == one else referral[role]
            if referral["source"] == referral["prospect"]:
                referral["kind"] = "expansion"

    # As it is exported.

    def exported(self) -> dict[str, dict[int, Row]]:
        """People, referrals and events by number; somebody merged is who they are now."""
        events = {}
        for number, event in self.now.events.items():
            data = dict(event["data"])
            if "to" in data:
                data["to"] = self.now.merged.get(data["to"], data["to"])
            person = event["person"]
            person = self.now.merged.get(person, person)
            events[number] = {**event, "person": person, "data": data}
        return {"people": self.now.people, "referrals": self.now.referrals, "events": events}
