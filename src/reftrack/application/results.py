"""The results of use cases: what was recorded and what follows from it, or a doubt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from reftrack.application.records import Owed
from reftrack.domain.events import Event
from reftrack.domain.people import short
from reftrack.errors import Ambiguous
from reftrack.hints import Hint
from reftrack.rules.courtesies import Subject

# The answers to doubts, by their keys.
Answers = Mapping[str, str]
NO_ANSWERS: Answers = {}

# The answer that says: somebody new, none of those who are known.
NEW = "new"

# An error names so many of those that are meant; the rest is counted.
_CHOICES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Present:
    """The instant at which a book is seen, and the time zone whose clocks say it."""

    now: datetime
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Recorded:
    """One command as it was recorded, once it is committed.

    `lines` say it in sentences, one for each thing recorded; nothing private is in them. `settled`
    are the courtesies on its subjects that ended by it, `still_owed` those that have opened and did
    not, `next` the one that the person should hear of, None where nothing follows. `notes` are
    worth knowing beside it. `subjects` are the referrals and people that it is about, `present` is
    when and where it was recorded.
    """

    present: Present
    lines: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    subjects: tuple[Subject, ...] = ()
    settled: tuple[Owed, ...] = ()
    still_owed: tuple[Owed, ...] = ()
    next: Owed | None = None
    notes: tuple[Hint, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to answer a doubt: the `answer` to give, and what it means in words."""

    answer: str
    text: str


@dataclass(frozen=True, slots=True)
class Undecided:
    """A doubt: nothing was recorded, and only the person knows.

    A face asks `question` and calls again with `answers={key: choice.answer}`, where all is judged
    anew; a face that cannot ask refuses, and shows `choices`. `key` is the name as it was given.
    """

    key: str
    question: str
    choices: tuple[Choice, ...]

    @property
    def allows_new(self) -> bool:
        """True if it may be somebody new, rather than one of several who are known."""
        return any(choice.answer == NEW for choice in self.choices)

    def ambiguous(self) -> Ambiguous:
        """The error for a face that does not ask which of several is meant."""
        return Ambiguous(
            f"'{short(self.key)}' fits several.", self._shown(), "Say which by its number."
        )

    def _shown(self) -> tuple[str, ...]:
        """The choices, as many as an error names."""
        lines = [choice.text for choice in self.choices]
        more = len(lines) - _CHOICES_SHOWN
        return (*lines[:_CHOICES_SHOWN], *([f"… and {more} more"] if more > 0 else ()))


@dataclass(frozen=True, slots=True)
class Which(Undecided):
    """A doubt which of several problems or promises is meant.

    A face that cannot ask says `refusal`, the choices, and `hint`, which is how to say it at once.
    """

    refusal: str = ""
    hint: Hint = ""

    def ambiguous(self) -> Ambiguous:
        """The error for a face that does not ask."""
        return Ambiguous(self.refusal, self._shown(), self.hint)


class Doubt(Exception):
    """The exception that leaves the transaction of a use case; the caller returns it as a value."""

    def __init__(self, undecided: Undecided) -> None:
        super().__init__(undecided.question)
        self.undecided = undecided
