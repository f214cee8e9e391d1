"""Each courtesy as a line of the morning, and as the command that settles it."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from reftrack.domain.counting import listed
from reftrack.hints import IT, Command
from reftrack.rules.rulebook import BY_NAME, Rule
from reftrack.rules.terms import Policy
from reftrack.rules.unfinished import NOTHING_TO_TELL, Telling
from reftrack.wording.phrases import PHRASES


class Subject(NamedTuple):
    """The names that a line may hold: of a referral or a person, and nothing private.

    `about` is the other person, empty where there is none or it is the same one. `told` is the
    shareable text of what raised it; `live` are the prospects to give news of; `held_by` is the way
    in which an appointment is to be held, `telling` what tells a problem or a promise from others;
    a source who `is_unnamed` asked not to be named to the prospect.
    """

    it: str
    to: str
    about: str = ""
    told: str = ""
    live: tuple[str, ...] = ()
    days: int = 0
    is_won: bool = False
    held_by: str | None = None
    telling: Telling = NOTHING_TO_TELL
    is_unnamed: bool = False

    @property
    def is_by_call(self) -> bool:
        """True for an appointment to speak, rather than to meet."""
        return self.held_by not in (None, "in-person")


def action_of(rule: str, subject: Subject) -> str:
    """The courtesy as one imperative sentence without its full stop."""
    phrases = PHRASES[rule]
    template = phrases.line
    if rule == "keep-appointment" and subject.is_by_call:
        template = _BY_CALL
    if not subject.about:
        template = phrases.alone or template.replace(" (from {about})", "")
    about = f"{subject.about}, not to be named" if subject.is_unnamed else subject.about
    line = template.format(to=subject.to, about=about)
    if rule == "keep-informed" and subject.live:
        line += f": {listed(subject.live, 2)}, {subject.days} days quiet"
    if rule == "follow-up" and subject.is_won:
        line += ": won, not delivered yet"
    if BY_NAME[rule].repeats_cause and subject.told:
        line += f": {subject.told}"
    return line


def addition_of(rule: str) -> str:
    """The few words for a courtesy that the same touch settles too; empty where it has none."""
    return PHRASES[rule].addition


def command_of(rule: str, subject: Subject) -> Command:
    """The command that settles the courtesy; a word that only the user knows is a blank."""
    command = BY_NAME[rule].command
    if rule == "follow-up" and subject.is_won:
        command = _DELIVER
    if rule == "keep-appointment" and subject.is_by_call:
        command = _CONTACT
    said = subject.telling
    if rule == "resolve-problem" and said.words:
        command = command.with_option("problem", said.words)
    if rule == "keep-promise" and said.words:
        command = replace(command, subject=(*command.subject, said.words))
        command = command.with_option("due", said.day) if said.day else command
    return command.on(subject.it)


_BY_CALL = "Call {to} as agreed (from {about})"
_CONTACT = Command("contact", (IT,))
_DELIVER = Command("deliver", (IT,))


def channel_of(rule: Rule, wish: str | None, policy: Policy) -> str | None:
    """The way to reach them: the source's wish, else the rule's usual way; None without either.

    What is due within four hours stays a call, unless the wish is text.
    """
    usual = rule.way.replace(" ", "-") if rule.way in _WAYS else None
    if rule.to != "source" or wish is None:
        return usual
    within = policy.within[rule.name]
    if not within.is_in_days and within.hours + within.working_hours <= 4 and wish != "text":
        return "call"
    return wish


_WAYS = ("card", "call", "email", "text", "in person")
