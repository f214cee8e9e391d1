"""One of several problems or promises that are open, by its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reftrack.application.results import Choice, Doubt, Undecided
from reftrack.application.transaction import Transaction
from reftrack.domain.events import Event
from reftrack.domain.instants import instant_of
from reftrack.domain.people import short
from reftrack.domain.spelling import name_key
from reftrack.domain.times import Calendar
from reftrack.errors import NotFound
from reftrack.hints import Command
from reftrack.rules.special import promised_for
from reftrack.rules.unfinished import day_of, fitting, telling, words_of
from reftrack.wording import times


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a choice: its `key` among the answers, its question, and its refusals.

    `settling` is the command that lacks the word for which it is, a place of its own or the value
    of an `option`.
    """

    key: str
    question: str
    several: str
    none: str
    settling: Command
    option: str = ""


def chosen_among(
    book: Transaction, among: Sequence[Event], said: str | None, words: Words, due: str = ""
) -> list[Event]:
    """The one of these events that is meant, with those that nothing tells from it.

    `said` is the beginning of its words, `due` the deadline of a promise as the book keeps it.
    Leaves with a doubt where several are meant; NotFound where none begins so.
    """
    calendar = book.outlook.terms.calendar
    found = list(among) if said is None else fitting(said, among, calendar)
    if due:
        found = [event for event in found if _is_due(event, due, calendar)]
    groups: dict[tuple[str, str], list[Event]] = {}
    for event in found:
        groups.setdefault((name_key(words_of(event, calendar)), day_of(event)), []).append(event)
    if not groups:
        raise NotFound(
            f"{words.none} that begins with '{short(said)}'." if said else f"{words.none} so.",
            ("One that is: ", _naming(words, among[0], among, calendar)),
        )
    answer = book.answers.get(words.key)
    chosen = [each for each in groups.values() if any(event.uid == answer for event in each)]
    if len(groups) > 1 and not chosen:
        choices = tuple(
            Choice(each[0].uid, _described(each[0], calendar)) for each in groups.values()
        )
        hint = ("Say which: ", _naming(words, next(iter(groups.values()))[0], among, calendar))
        doubt = Undecided(words.key, words.question, choices, words.several, hint, is_listed=True)
        raise Doubt(doubt)
    return (chosen or list(groups.values()))[0]


def _is_due(promised: Event, due: str, calendar: Calendar) -> bool:
    """True for a promise of this deadline: an instant, or the local date of one."""
    if "T" in due:
        return day_of(promised) == due
    if promised.data.get("on") is not None:
        return bool(promised.data["on"] == due)
    return str(calendar.date_of(instant_of(day_of(promised)))) == due


def _naming(words: Words, event: Event, among: Sequence[Event], calendar: Calendar) -> Command:
    """The command that means this one."""
    said = telling(event, among, calendar)
    begun = said.words or words_of(event, calendar)
    if words.option:
        return words.settling.with_option(words.option, begun)
    named = Command(words.settling.verb, (*words.settling.subject, begun), words.settling.options)
    return named.with_option("due", said.day) if said.day else named


def _described(event: Event, calendar: Calendar) -> str:
    """A problem or a promise on a line, a promise with its deadline."""
    said = short(words_of(event, calendar), 60)
    if event.kind != "promised":
        return said
    if event.data.get("on") is not None:
        return f"{said}, by the end of {times.date_of(date.fromisoformat(event.data['on']))}"
    return f"{said}, by {times.stamp(promised_for(event, calendar), calendar.zone)}"
