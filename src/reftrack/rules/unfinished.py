"""Problems that are not put right, promises that are not kept, and the words that tell them apart.

An event that holds no words is named by its local date: `of 2026-11-20`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reftrack.domain.events import Event
from reftrack.domain.spelling import name_key
from reftrack.domain.times import Calendar
from reftrack.rules.endings import waived_at

# So many words of a text are easily read in a command, where they are enough.
_FEW = 4


class Telling(NamedTuple):
    """The beginning of the words that tell one problem or promise from the others, and its day.

    `words` are empty where it is the only one; `day` is the deadline of a promise, as it is stored,
    where another has the same words.
    """

    words: str = ""
    day: str = ""


NOTHING_TO_TELL = Telling()


def open_problems(events: Sequence[Event]) -> list[Event]:
    """The problems after which no `resolved` stands that names them or none."""
    return [
        problem
        for number, problem in enumerate(events)
        if problem.kind == "problem"
        and not any(_ends(event, "resolved", problem.uid) for event in events[number + 1 :])
    ]


def open_promises(events: Sequence[Event]) -> list[Event]:
    """The promises after which no `kept` stands that names them or none, nor a waiver."""
    return [
        promised
        for number, promised in enumerate(events)
        if promised.kind == "promised"
        and not any(_ends(event, "kept", promised.uid) for event in events[number + 1 :])
        and waived_at(events, "keep-promise", promised.at) is None
    ]


_NAMED_AS = {"resolved": "problem", "kept": "promise"}


def _ends(event: Event, kind: str, uid: str) -> bool:
    return event.kind == kind and event.data.get(_NAMED_AS[kind]) in (None, uid)


def words_of(event: Event, calendar: Calendar) -> str:
    """The words of a problem or promise on one line, or its day."""
    said = " ".join(str(event.data.get("text") or "").split())
    return said or f"of {calendar.date_of(event.at)}"


def day_of(promised: Event) -> str:
    """The deadline of a promise as it is stored: a local date, or an instant; empty for none."""
    return str(promised.data.get("on") or promised.data.get("due") or "")


def telling(event: Event, among: Sequence[Event], calendar: Calendar) -> Telling:
    """The words, and the day, that tell this one from the others that are open."""
    words = words_of(event, calendar)
    others = [other for other in among if other.uid != event.uid]
    if not others:
        return NOTHING_TO_TELL
    differing = [words_of(other, calendar) for other in others]
    differing = [other for other in differing if _key(other) != _key(words)]
    same = [other for other in others if _key(words_of(other, calendar)) == _key(words)]
    needs_day = any(day_of(other) != day_of(event) for other in same)
    return Telling(_beginning(words, differing), day_of(event) if needs_day else "")


def _beginning(words: str, others: Sequence[str]) -> str:
    """The first of these words, as many as no other text begins with."""
    parts = words.lstrip(_LED_BY).split()
    for count in range(min(_FEW, len(parts)), len(parts)):
        begun = " ".join(parts[:count])
        if not any(_key(other).startswith(_key(begun)) for other in others):
            return begun
    return " ".join(parts)


def fitting(said: str, among: Sequence[Event], calendar: Calendar) -> list[Event]:
    """The events that have just these words, else those whose words begin so."""
    key = _key(said)
    words = {event.uid: _key(words_of(event, calendar)) for event in among}
    return [event for event in among if words[event.uid] == key] or [
        event for event in among if key and words[event.uid].startswith(key)
    ]


# A dash in front would make an option of what is typed.
_LED_BY = "- "


def _key(text: str) -> str:
    return name_key(text.lstrip(_LED_BY))
