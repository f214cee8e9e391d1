"""`walk`: through the morning at the keyboard, one record after the other."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Annotated

import typer

from reftrack.cli.app import perform
from reftrack.cli.asking import confirmed, typed
from reftrack.cli.command_line import arguments
from reftrack.cli.commands.putting_off import hide
from reftrack.cli.here import Here
from reftrack.cli.lines import (
    Letter,
    Record,
    Section,
    end_of_today,
    records_of,
    section_of,
    subject_of,
)
from reftrack.cli.naming import Names
from reftrack.cli.output import is_terminal, safe, say, say_aside, width
from reftrack.cli.recording import Telling
from reftrack.cli.screen import show_letter
from reftrack.domain.counting import counted
from reftrack.errors import BadInput, ReftrackError
from reftrack.rules.rulebook import BY_NAME
from reftrack.store.outlook import Outlook
from reftrack.wording import times
from reftrack.wording.actions import command_of

_KEYS = {
    "d": "done",
    "r": "draft",
    "s": "snooze",
    "k": "skip",
    "o": "open",
    "q": "quit",
    "?": "help",
    "h": "help",
}
_PROMPT = "[d]one  d[r]aft  [s]nooze  s[k]ip  [o]pen  [q]uit  [?]: "
_NARROW_PROMPT = "d, r, s, k, o, q or ?: "
_HELP = (
    "d  done: record what settles it",
    "r  draft: the words for it",
    "s  snooze: hide it until a day",
    "k  skip: leave it as it is, on to the next",
    "o  open: show all about it",
    "q  quit: what was recorded stays recorded",
)
_TONES = {"OVERDUE": "overdue", "TODAY": "today"}
_DID = ("done", "snoozed", "skipped")
_MORNING = ("OVERDUE", "TODAY")
_WHENEVER = (*_MORNING, "LATER", "WHEN YOU CAN")


def walk(
    ctx: typer.Context,
    later: Annotated[
        bool, typer.Option("--later", help="Also what is due after today, and what is good to do.")
    ] = False,
) -> None:
    """Go through the morning one by one; every answer is recorded at once."""
    here: Here = ctx.obj
    if not is_terminal():
        raise BadInput("a walk needs somebody at the keyboard.", "The same as a list: reftrack due")
    _Walk(here, _WHENEVER if later else _MORNING).go()


@dataclass
class _Walk:
    """One walk: which sections it goes through, what it has passed, and what came of it.

    Between two questions the book is read anew, and it is never held while one waits.
    """

    here: Here
    sections: tuple[str, ...]
    passed: set[tuple[str, int, int, str]] = field(default_factory=set)
    did: Counter[str] = field(default_factory=Counter)

    @property
    def is_narrow(self) -> bool:
        """Whether the prompt with its words would not fit on a line."""
        return width() <= len(_PROMPT)

    def go(self) -> None:
        """Until nothing is left, or nobody wants to go on; then says what was done."""
        if not self._left():
            perform(["due"], self.here)
            return
        self._head()
        try:
            while (placed := self._next()) is not None:
                title, record = placed
                show_letter(Letter("", "", [Section(title, [record], _TONES.get(title, ""))]))
                if not self._answered(record):
                    break
        except KeyboardInterrupt:
            say_aside("")
            self._end()
            raise
        self._end()

    # What there is.

    def _records(self) -> list[tuple[str, Record]]:
        """The records of the morning as they stand now, with their sections."""
        with self.here.outlook() as outlook:
            return [] if outlook is None else self._of(outlook)

    def _of(self, outlook: Outlook) -> list[tuple[str, Record]]:
        now, calendar = outlook.now, outlook.terms.calendar
        stand = outlook.stand(outlook.open_courtesies(now))
        items = outlook.items((c, status) for c, status in stand if status != "snoozed")
        midnight = end_of_today(now, calendar)
        placed = [
            (section_of(record.items[0], midnight), record)
            for record in records_of(items, now, calendar.zone, outlook.terms.policy)
        ]
        return [each for title in self.sections for each in placed if each[0] == title]

    def _next(self) -> tuple[str, Record] | None:
        """The first that was not passed yet."""
        for title, record in self._records():
            if record.items[0].courtesy.key not in self.passed:
                return title, record
        return None

    def _left(self) -> int:
        return len(self._records())

    def _head(self) -> None:
        with self.here.outlook() as outlook:
            if outlook is not None:
                count = len(self._of(outlook))
                heading = times.heading(outlook.now, outlook.terms.calendar.zone)
                show_letter(Letter(heading, f"{counted(count, 'record')} to walk through."))
        if self.is_narrow:
            say(*_HELP)

    def _end(self) -> None:
        did = [f"{self.did[what]} {what}" for what in _DID if self.did[what]]
        left = self._left()
        command = "reftrack due" if self.sections == _MORNING else "reftrack due --later"
        rest = f"{left} left: {command}" if left else "Nothing is left."
        say("", f"{', '.join(did) if did else 'Nothing done'}. {rest}")

    # One record.

    def _answered(self, record: Record) -> bool:
        """Asks until this record is dealt with; whether to go on."""
        prompt = _NARROW_PROMPT if self.is_narrow else _PROMPT
        while True:
            answer = typed(prompt)
            if answer is None:
                return False
            word = answer.strip().casefold()
            key = next((k for k, name in _KEYS.items() if word in (k, name)), "")
            if key == "q":
                return False
            try:
                is_over = self._dealt_with(_KEYS.get(key, ""), record)
            except ReftrackError as error:
                say_aside(f"error: {error.message}", *filter(None, [error.hint]))
                continue
            if is_over:
                self.passed.add(record.items[0].courtesy.key)
                return True

    def _dealt_with(self, answer: str, record: Record) -> bool:
        """Does what was answered; whether the next record may come."""
        if answer == "done":
            return self._did("done", self._done(record))
        if answer == "snooze":
            return self._did("snoozed", self._snoozed(record))
        if answer == "skip":
            return self._did("skipped", is_done=True)
        if answer == "draft":
            perform(["draft", _it(record), record.items[0].courtesy.rule], self.here)
        elif answer == "open":
            perform(["show", _it(record)], self.here)
        else:
            say(*_HELP)
        return False

    def _did(self, what: str, is_done: bool) -> bool:
        self.did[what] += is_done
        return is_done

    def _done(self, record: Record) -> bool:
        """Records what the record's command would, if it happened."""
        first = record.items[0]
        command = record.does or command_of(first.courtesy.rule, subject_of(first))
        if not BY_NAME[first.courtesy.rule].is_conversation:
            return perform(arguments(command), self.here)
        verb = command.verb
        if not confirmed(_HAPPENED[verb].format(to=first.to.name)):
            if verb != "contact" or not confirmed("Did you try, and nobody answered?"):
                say_aside("Nothing was recorded.")
                return False
            command = command.with_option("no-answer")
        return perform(arguments(command), self.here)

    def _snoozed(self, record: Record) -> bool:
        """Hides this record alone: what else is open on the same referral stays."""
        until = typed("Until when (Enter for tomorrow): ")
        if until is None:
            return False
        rules = list(dict.fromkeys(item.courtesy.rule for item in record.items))
        with self.here.recording("snooze") as desk:
            found = Names(desk.outlook).referral_or_person(_it(record))
            line = hide(desk, found, until.strip() or "tomorrow", rules, Telling())
        say(safe(line))
        return True


# Whether what only a real conversation settles has happened, by the command that records it.
_HAPPENED = {
    "contact": "Did you speak with {to}?",
    "deliver": "Is the work for {to} finished?",
    "meet": "Did you meet {to}?",
    "resolve": "Is it put right for {to}?",
}


def _it(record: Record) -> str:
    """The referral or the person that a record is about, as a command names it."""
    courtesy = record.items[0].courtesy
    return record.number or f"@{courtesy.person}"
