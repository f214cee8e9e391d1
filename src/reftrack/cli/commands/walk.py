"""The command `walk`: through the morning at the keyboard, one record after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

import typer

from reftrack import interrupts
from reftrack.application import promises, putting_off, relations, steps, touches
from reftrack.application.records import Record
from reftrack.application.walking import PRESSING, WHENEVER, Walk, WalkRecord
from reftrack.cli.answers import UseCase, run_and_answer, run_until_decided
from reftrack.cli.asking import confirmed, typed, wanted
from reftrack.cli.commands.draft import show_draft
from reftrack.cli.commands.due import TITLES, TONES, show_due
from reftrack.cli.commands.people import reviewed
from reftrack.cli.commands.showing import show_page
from reftrack.cli.display import show_screen
from reftrack.cli.ending import flush, say_failure
from reftrack.cli.invocation import Invocation
from reftrack.cli.lines import line_of
from reftrack.cli.output import is_terminal, safe, say, say_aside, width
from reftrack.cli.screens import Screen, Section
from reftrack.domain.counting import counted
from reftrack.errors import BadInput, ReftrackError
from reftrack.hints import Command, command
from reftrack.wording import times

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
_DID = ("done", "snoozed", "skipped")


def walk(
    ctx: typer.Context,
    later: Annotated[
        bool, typer.Option("--later", help="Also what is due after today, and what is good to do.")
    ] = False,
) -> None:
    """Go through the morning one by one; every answer is recorded at once."""
    here: Invocation = ctx.obj
    if not is_terminal():
        raise BadInput(
            "a walk needs somebody at the keyboard.", ("The same as a list: ", command("due"))
        )
    _Walk(here, Walk(here.session, WHENEVER if later else PRESSING)).go()


@dataclass
class _Walk:
    """A walk at the terminal, with what was recorded in it."""

    here: Invocation
    walk: Walk
    did: Counter[str] = field(default_factory=Counter)

    @property
    def is_narrow(self) -> bool:
        """True if the prompt with its words would not fit on a line."""
        return width() <= len(_PROMPT)

    def go(self) -> None:
        """Asks until nothing is left, or the user wants to stop; then says what was done."""
        steps = self.walk.left()
        if not steps:
            show_due(self.here)
            return
        self._head(steps)
        try:
            with interrupts.tidily():
                self._through()
        except KeyboardInterrupt:
            say_aside("")
            self._end()
            raise
        self._end()

    def _through(self) -> None:
        while (step := self.walk.next()) is not None:
            lines = [line_of(step.record, step.present)]
            tone = TONES.get(step.section, "")
            show_screen(Screen(sections=[Section(TITLES[step.section], lines, tone)]))
            if not self._answered(step):
                break

    def _head(self, steps: list[WalkRecord]) -> None:
        present = steps[0].present
        heading = times.heading(present.now, present.zone)
        show_screen(Screen(heading, f"{counted(len(steps), 'record')} to walk through."))
        if self.is_narrow:
            say(*_HELP)

    def _end(self) -> None:
        did = [f"{self.did[what]} {what}" for what in _DID if self.did[what]]
        left = len(self.walk.left())
        due = "reftrack due" if self.walk.sections == PRESSING else "reftrack due --later"
        rest = f"{left} left: {due}" if left else "Nothing is left."
        say("", f"{', '.join(did) if did else 'Nothing done'}. {rest}")

    # One record.

    def _answered(self, step: WalkRecord) -> bool:
        """Asks until this record is dealt with; True if the walk goes on."""
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
                # A record is answered before a signal ends the walk.
                with interrupts.until_answered():
                    is_over = self._dealt_with(_KEYS.get(key, ""), step.record)
                    flush()
            except ReftrackError as error:
                say_failure(error)
                continue
            if is_over:
                self.walk.leave_behind(step)
                return True

    def _dealt_with(self, answer: str, record: Record) -> bool:
        """Does what was answered; True if the next record may come."""
        if answer == "done":
            return self._did("done", self._done(record))
        if answer == "snooze":
            return self._did("snoozed", self._snoozed(record))
        if answer == "skip":
            return self._did("skipped", is_done=True)
        if answer == "draft":
            show_draft(self.here, record.number, record.first.rule.name)
        elif answer == "open":
            show_page(self.here, record.number)
        else:
            say(*_HELP)
        return False

    def _did(self, what: str, is_done: bool) -> bool:
        self.did[what] += is_done
        return is_done

    def _done(self, record: Record) -> bool:
        """Records what the record's command would, if it happened."""
        settling = record.command
        if record.first.rule.is_conversation:
            question = _HAPPENED[settling.verb].format(to=record.first.to.name)
            if not confirmed(question):
                tried = _TRIED.get(settling.verb)
                if tried is None or not confirmed(tried):
                    say_aside("Nothing was recorded.")
                    return False
                settling = command("contact", record.number, no_answer=None)
        _SETTLE[settling.verb](self.here, settling, record.number)
        return True

    def _snoozed(self, record: Record) -> bool:
        """Hides this record alone: what else is open on the same referral stays."""
        until = typed("Until when (Enter for tomorrow): ")
        if until is None:
            return False
        when = until.strip() or "tomorrow"
        recorded = run_until_decided(
            *(self.here, putting_off.snooze, record.number, when), rules=record.rules
        )
        say(*map(safe, recorded.lines))
        return True


# The question whether a conversation has happened, by the command that records it.
_HAPPENED = {
    "contact": "Did you speak with {to}?",
    "deliver": "Is the work for {to} finished?",
    "meet": "Did you meet {to}?",
    "resolve": "Is it put right for {to}?",
}


# The question whether it failed for the other, which is a try.
_TRIED = {
    "contact": "Did you try, and nobody answered?",
    "meet": "Were you there, and nobody came?",
}


def _touch(use_case: UseCase) -> _Settle:
    """Records a touch on one referral or person, in the way that the command names."""

    def settle(here: Invocation, settling: Command, it: str) -> None:
        by = settling.option("by")
        run_and_answer(here, use_case, [it], by=by if isinstance(by, str) else None)

    return settle


def _with_person(use_case: UseCase) -> _Settle:
    def settle(here: Invocation, _settling: Command, it: str) -> None:
        run_and_answer(here, use_case, it)

    return settle


def _contact(here: Invocation, settling: Command, it: str) -> None:
    is_try = any(name == "no_answer" for name, _ in settling.options)
    run_and_answer(here, steps.contact, [it], no_answer=is_try)


def _meet(here: Invocation, _settling: Command, it: str) -> None:
    run_and_answer(here, steps.meet, [it])


def _deliver(here: Invocation, _settling: Command, it: str) -> None:
    run_and_answer(here, steps.deliver, [it])


def _resolve(here: Invocation, settling: Command, it: str) -> None:
    said = wanted(None, "How it was put right", settling)
    run_and_answer(here, steps.resolve, it, said, problem=settling.option("problem"))


def _keep(here: Invocation, settling: Command, it: str) -> None:
    run_and_answer(here, promises.keep, it, *settling.subject[1:], due=settling.option("due"))


def _refer_out(here: Invocation, settling: Command, it: str) -> None:
    run_and_answer(here, steps.refer_out, it, wanted(None, "To whom", settling))


def _refer(here: Invocation, settling: Command, it: str) -> None:
    run_and_answer(here, relations.refer, wanted(None, "Whom you referred", settling), it)


def _wish(here: Invocation, settling: Command, it: str) -> None:
    how_often = "How often (milestones, outcome, or days: 30d)"
    run_and_answer(here, relations.wish, it, updates=wanted(None, how_often, settling))


def _review(here: Invocation, settling: Command, it: str) -> None:
    agreed, delivered, happy = reviewed({}, settling)
    run_and_answer(here, relations.review, it, agreed=agreed, delivered=delivered, happy=happy)


_Settle = Callable[[Invocation, Command, str], None]

# The use case for each verb of a record's command; a word that it lacks is asked for.
_SETTLE: Mapping[str, _Settle] = {
    "thank": _touch(touches.thank),
    "tell": _touch(touches.tell),
    "explain": _touch(touches.explain),
    "educate": _touch(touches.educate),
    "contact": _contact,
    "meet": _meet,
    "keep": _keep,
    "deliver": _deliver,
    "resolve": _resolve,
    "refer-out": _refer_out,
    "refer": _refer,
    "wish": _wish,
    "review": _review,
    "call-back": _with_person(relations.call_back),
    "open-again": _with_person(relations.open_again),
    "ask": _with_person(relations.ask),
}
