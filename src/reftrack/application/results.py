"""The results of use cases: what was recorded and what follows from it, or a doubt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

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


class Present(NamedTuple):
    """The instant at which a book is seen, and the time zone whose clocks say it."""

    now: datetime
    zone: tzinfo


class Recorded(NamedTuple):
    """One command as it was recorded, once it is committed.

    `lines` say it in sentences, one for each thing recorded; nothing private is in them. `settled`
    are the courtesies on its subjects that are done by it, `dropped` those that ended in another
    way: waived, or owed no more. `still_owed` are those that have opened and did not end, `raised`
    the ones among them that opened by it; `next` is the one that the person should hear of, None
    where nothing follows. `notes` are worth knowing beside it. `subjects` are the referrals and
    people that it is about, `present` is when and where it was recorded.
    """

    present: Present
    lines: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    subjects: tuple[Subject, ...] = ()
    settled: tuple[Owed, ...] = ()
    dropped: tuple[Owed, ...] = ()
    still_owed: tuple[Owed, ...] = ()
    raised: tuple[Owed, ...] = ()
    next: Owed | None = None
    notes: tuple[Hint, ...] = ()


class Choice(NamedTuple):
    """One way to answer a doubt: the `answer` to give, and what it means in words.

    `question` asks for yes or no where choices are offered one after the other; the choice that
    has none then is what is meant where the answer to all others is no.
    """

    answer: str
    text: str
    question: str = ""


class Undecided(NamedTuple):
    """A doubt: nothing was recorded, and only the person knows.

    A face asks `question` and calls again with `answers={key: choice.answer}`, where all is judged
    anew; a face that cannot ask refuses, and shows `choices`. `key` is the name as it was given, or
    what else was. `refusal` and `hint` are the words for that, where it is not simply that a name
    fits several. Where the doubt `is_listed`, one of many is chosen by its place in the list.
    """

    key: str
    question: str
    choices: tuple[Choice, ...]
    refusal: str = ""
    hint: Hint = ""
    is_listed: bool = False

    @property
    def is_asked(self) -> bool:
        """True if it can be settled by yes or no, choice by choice, or out of a list."""
        return self.is_listed or any(choice.question for choice in self.choices)

    def ambiguous(self) -> Ambiguous:
        """The error for a face that does not ask."""
        is_by_question = self.is_asked and not self.is_listed
        known = [choice for choice in self.choices if choice.question or not is_by_question]
        known = [choice for choice in known if choice.answer != NEW]
        lines = [choice.text for choice in known]
        more = len(lines) - _CHOICES_SHOWN
        if is_by_question and len(lines) == 1:
            lines = []  # the refusal names it
        elif more > 0:
            lines = [*lines[:_CHOICES_SHOWN], f"… and {more} more"]
        return Ambiguous(
            self.refusal or f"'{short(self.key)}' fits several.",
            tuple(lines),
            self.hint or "Say which by its number.",
        )


class Doubt(Exception):
    """The exception that leaves the transaction of a use case; the caller returns it as a value."""

    def __init__(self, undecided: Undecided) -> None:
        super().__init__(undecided.question)
        self.undecided = undecided
