"""Days that may lie ahead, said of what happened: asked about, or refused with what was meant."""

from __future__ import annotations

from dataclasses import dataclass

from reftrack.application.results import Choice, Doubt, Undecided
from reftrack.application.when import EXAMPLES, EitherSide, NotPast
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.errors import BadInput
from reftrack.hints import Blank, Hint, Option, command

# What is usually agreed before it happens: of these a day is as often said ahead.
_AGREED = frozenset({"met", "contacted"})
_OF_APPOINTMENTS = _AGREED | {"attempted", "won"}
_OF_PROMISES = frozenset({"delivered", "resolved"})
_OF_REMINDERS = frozenset({"thanked", "told", "explained", "educated", "called-back", "asked"})


@dataclass(frozen=True, slots=True)
class Coming:
    """An event of this `kind` on one referral or person, which may be still to come."""

    kind: str | None = None
    about: Referral | Person | None = None

    def is_as_likely(self, twice: EitherSide) -> bool:
        """True if the day ahead is as likely to be meant as the one before."""
        # A day of the week is said of what is over all the time, but of what is agreed as often.
        return self.kind in _AGREED if twice.is_weekly else twice.leans_ahead

    @staticmethod
    def doubt(key: str, twice: EitherSide) -> Doubt:
        """The question which of both days is meant, to leave the transaction with."""
        question = f"Do you mean {twice.said}?"
        choices = (Choice(twice.before, twice.said, question), Choice(twice.after, twice.after))
        return Doubt(Undecided(key, question, choices))

    def twofold(self, twice: EitherSide) -> BadInput:
        """The refusal where nobody can be asked which of both days is meant."""
        return BadInput(
            f"'{twice.words}' could be {twice.said}, or {twice.after}, which is ahead.",
            ("Say ", Option("at", twice.before), ". ", *self._instead(twice.after)),
        )

    def refused(self, error: NotPast) -> BadInput:
        """The refusal of what cannot have happened by now, with what records that it will."""
        if not error.is_ahead and self.kind not in _AGREED:
            return BadInput(error.message, error.hint)
        # Examples of a past day help nobody who means a day to come.
        other = "" if error.hint == EXAMPLES["past"] else f"{error.hint} "
        return BadInput(error.message, (other, *self._instead(error.day)))

    def _instead(self, day: str) -> tuple[str, ...] | Hint:
        """The command that records what is to come on that day."""
        if self.about is None:
            return ("Record it once it has happened.",)
        is_referral = isinstance(self.about, Referral)
        number = str(self.about.id) if is_referral else f"@{self.about.id}"
        if self.kind in _OF_APPOINTMENTS and is_referral:
            return ("If it is agreed for then: ", command("agree", number, day))
        if self.kind in _OF_PROMISES:
            promise = command("promise", number, Blank("TEXT"), due=day)
            return ("If you said that you would: ", promise)
        if self.kind in _OF_REMINDERS:
            return ("To be reminded then: ", command("snooze", number, until=day))
        return ("Record it once it has happened.",)


NOTHING_COMING = Coming()
