"""The reasons of a courtesy as sentences: what raised it, its deadline as a sum, its end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.times import Calendar
from reftrack.rules.not_owed import Happening
from reftrack.rules.reasons import Occurrence, Wait

# What each article is about: the rules name theirs.
ARTICLES: Mapping[str, str] = {
    "Rosen": "Prevent Good Referrals from Turning Bad",
    "Barrier": "on breaking the referral barrier",
    "Loop": "on keeping your client in the loop",
    "Etiquette": "on whether anyone can afford to blow off a referral",
    "Cross": "on the low-hanging fruit: clients and co-workers",
}

# What happened, as the beginning of a sum; as what came before something else.
_HAPPENED: Mapping[str, tuple[str, str]] = {
    "received": ("received", "a referral from them"),
    "attempted": ("tried", "a try"),
    "contacted": ("contacted", "the conversation"),
    "agreed": ("agreed", "the next agreement"),
    "met": ("met", "the meeting"),
    "won": ("won", "the sale"),
    "delivered": ("delivered", "the delivery"),
    "lost": ("lost", "the loss"),
    "declined": ("declined", "your no"),
    "referred-out": ("referred on", "referring them on"),
    "problem": ("problem", "the problem"),
    "resolved": ("put right", "putting it right"),
    "rated": ("rated", "the rating"),
    "thanked": ("thanked", "your thanks"),
    "told": ("told", "your news"),
    "explained": ("explained", "your explanation"),
    "educated": ("told whom you help best", "your word on whom you help best"),
    "waived": ("waived", "the waiver"),
    "missed": ("left word", "their call"),
    "called-back": ("called back", "your call"),
    "wished": ("asked how to hear", "their wish"),
    "given": ("favour given", "your referral to them"),
    "reviewed": ("reviewed", "the next review"),
    "asked": ("asked", "your asking"),
    "reopened": ("told of the room", "your word of the room"),
    "promised": ("promised", "your promise"),
    "kept": ("kept", "what you did"),
    "forgotten": ("forgotten", "forgetting them"),
    "source-corrected": ("source put right", "putting the source right"),
    "paused": ("paused", "the next pause"),
    "resumed": ("room again", "the end of the pause"),
}

_ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth"),
    *("seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth"),
)


@dataclass(frozen=True)
class Because:
    """Says reasons as seen at `now`, in the time zone of `calendar`."""

    now: datetime
    calendar: Calendar

    # Instants: `Fri 20 Nov 15:00` in a sum, `Fri 20 Nov, 15:00` elsewhere.

    def day(self, instant: datetime) -> str:
        """`Fri 20 Nov`, with the year where it is another one."""
        zone = self.calendar.zone
        local = instant.astimezone(zone)
        year = "" if local.year == self.now.astimezone(zone).year else f" {local.year}"
        return f"{local:%a} {local.day} {local:%b}{year}"

    def term(self, instant: datetime) -> str:
        """An instant in a sum: `Fri 20 Nov 15:00`."""
        return f"{self.day(instant)} {instant.astimezone(self.calendar.zone):%H:%M}"

    def stamp(self, instant: datetime) -> str:
        """An instant in a sentence: `Fri 20 Nov, 15:00`."""
        return f"{self.day(instant)}, {instant.astimezone(self.calendar.zone):%H:%M}"

    # What raised it, and the sums.

    def raised(self, occurrence: Occurrence) -> str:
        """The cause with its time: `met Sat 21 Nov 11:00`, `told on 12 Fri 20 Nov 15:00`."""
        cause = occurrence.cause
        kind = _HAPPENED[cause.kind][0]
        if cause.event is not None and cause.kind == "rated":
            kind += f" {cause.event.data.get('fit')}"
        if cause.kind == "received" and cause.referral != occurrence.courtesy.referral:
            kind = f"referral {cause.referral} received"
        return f"{kind}{_elsewhere(cause, occurrence.courtesy)} {self.term(cause.at)}"

    def opens(self, occurrence: Occurrence) -> str:
        """The way from what raised it to its opening."""
        said = self.raised(occurrence)
        for wait in occurrence.waits:
            said += self._wait(wait)
        return said

    def _wait(self, wait: Wait) -> str:
        until = self.term(wait.until)
        if wait.span is None:
            return f"; {_WAITS[wait.code].format(until=until)}"
        key = {"wish": " (their wish)", "": ""}.get(wait.key, f" ({wait.key})")
        return f"; {_nth(wait.span.days)} after that day begins {until}{key}"

    def due(self, occurrence: Occurrence) -> str:
        """The sum that gives the deadline, from what raised it or from its opening."""
        courtesy, within = occurrence.courtesy, occurrence.within
        due = self.term(courtesy.due_at)
        if within is None:
            return f"{self.raised(occurrence)}; you said {due}"
        if within.is_in_days:
            start = self.day(courtesy.opens_at)
            ends = f"ends at midnight, {due}" if self._is_midnight(courtesy.due_at) else due
            ends = ends if ends != due else f"ends {due}"
            count, what = (within.days, "day")
            if within.working_days:
                count, what = within.working_days, "working day"
            return f"within {within}: {_nth(count, what)} after {start} {ends}"
        start = self.term(courtesy.opens_at) if occurrence.waits else self.raised(occurrence)
        shift = self._shift(courtesy.opens_at, courtesy.due_at)
        return f"{start} + {within} = {due}{'' if within.is_working else shift}"

    def _is_midnight(self, instant: datetime) -> bool:
        local = instant.astimezone(self.calendar.zone)
        return (local.hour, local.minute) == (0, 0)

    def _shift(self, start: datetime, end: datetime) -> str:
        """A word on the clock change without which a sum would look wrong."""
        first, last = (each.astimezone(self.calendar.zone).utcoffset() for each in (start, end))
        return "" if first == last else " (the clocks change in between)"

    # How it ended.

    def ended(self, occurrence: Occurrence) -> str:
        """The end and what brought it: `moot, the sale came first (Sat 21 Nov, 12:00)`."""
        courtesy, by = occurrence.courtesy, occurrence.ended_by
        if by is None:
            return ""
        what = _HAPPENED[by.kind][1] + _elsewhere(by, courtesy)
        if by.kind == "received":
            what = f"referral {by.referral} from them"
        when = f"({self.stamp(by.at)})"
        if not occurrence.is_raised:
            return f"not owed, {what} came before it would have opened {when}"
        if courtesy.outcome == "waived":
            note = by.event.note if by.event else None
            return f"waived {when}" + (f": {note}" if note else "")
        if courtesy.outcome == "moot":
            if courtesy.rule == "keep-informed":
                return f"moot, the last of their live referrals ended {when}"
            return f"moot, {what} came first {when}"
        is_late = courtesy.ended_at is not None and courtesy.ended_at > courtesy.due_at
        return f"done {'late' if is_late else 'in time'} by {what} {when}"


_WAITS: Mapping[str, str] = {
    "busy": "they are busy until {until}",
    "pause": "you take no new referrals until {until}",
    "turn": "its turn came {until}, after the favour before it",
    "appointment": "the appointment {until}",
    "corrected": "the source was put right {until}",
}


def kinds_listed(kinds: frozenset[str]) -> str:
    """The kinds of event that end a courtesy, in words: `your thanks or your news`."""
    nouns = [noun for kind, (_, noun) in _HAPPENED.items() if kind in kinds]
    return " or ".join(filter(None, (", ".join(nouns[:-1]), *nouns[-1:])))


def _elsewhere(happening: Happening, courtesy: Courtesy) -> str:
    """The referral on which the event happened, if it is not the one that the courtesy is about."""
    if happening.event is None or happening.referral in (None, courtesy.referral):
        return ""
    return f" on {happening.referral}"


def _nth(number: int, what: str = "day") -> str:
    """`the day`, `the seventh day`, `the 14th working day`."""
    if number == 1:
        return f"the {what}"
    if number <= len(_ORDINALS):
        return f"the {_ORDINALS[number - 1]} {what}"
    ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"the {number}{ending} {what}"
