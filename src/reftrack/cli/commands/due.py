"""The screens of `due`, the morning's letter; the front door calls them without Typer too."""

from __future__ import annotations

from collections.abc import Mapping

from reftrack.application import morning
from reftrack.application.morning import Asked, Day, Hidden, Later, Owing
from reftrack.application.records import Owed
from reftrack.application.results import Present
from reftrack.application.session import Session
from reftrack.cli.answers import say_notes
from reftrack.cli.command_line import command_text, hint_text
from reftrack.cli.display import show_screen
from reftrack.cli.ending import PRESSING
from reftrack.cli.invocation import Invocation
from reftrack.cli.lines import line_of, when_said, without_a_book
from reftrack.cli.output import say, say_json
from reftrack.cli.screens import Fold, Line, Screen, Section
from reftrack.domain.courtesies import LATER, SECTIONS, SNOOZED, WHEN_YOU_CAN
from reftrack.domain.times import Span, parse_span, text_of
from reftrack.errors import BadInput
from reftrack.hints import Command, command
from reftrack.wording import times
from reftrack.wording.phrases import PHRASES

SCHEMA = "reftrack.due/1"

# The titles of the sections, with how each may be coloured.
TITLES = {section: section.replace("-", " ").upper() for section in SECTIONS}
TONES = {"overdue": "overdue", "today": "today"}


def show_due(
    here: Invocation,
    *,
    later: bool = False,
    all_: bool = False,
    ahead: str | None = None,
    on: str | None = None,
    for_: str | None = None,
    by_person: bool = False,
    limit: int | None = None,
    json: bool = False,
    count: bool = False,
    exit_code: bool = False,
) -> int:
    """Prints what the options of `due` ask for; returns the exit code."""
    asked = Asked(on, for_, _span(ahead), everything=all_)
    if count:
        pressing = morning.pressing_count(here.session, asked)
        say_notes(here.session)
        say(str(pressing or 0))
    elif json:
        owing = morning.owing(here.session, asked, limit=limit)
        say_notes(here.session)
        pressing = None if owing is None else owing.pressing
        say_json(_nothing(here.session) if owing is None else _document(owing))
    else:
        day = morning.due(
            here.session, asked, unfolds=later or all_, by_person=by_person, limit=limit
        )
        say_notes(here.session)
        pressing = None if day is None else day.pressing
        show_screen(without_a_book(here) if day is None else _screen(day, on))
    return PRESSING if exit_code and pressing else 0


def _span(ahead: str | None) -> Span | None:
    if ahead is None:
        return None
    try:
        return parse_span(ahead.strip().casefold())
    except BadInput as error:
        raise BadInput(f"--ahead: {error.message}", error.hint) from None


def _again(person: int | None, on: str | None) -> Command:
    """The command that unfolds what is only counted."""
    again = command("due", later=None)
    if person is not None:
        again = again.with_option("for", f"@{person}")
    return again if on is None else again.with_option("on", on)


# For a program.


def _document(owing: Owing) -> dict[str, object]:
    """The form `reftrack.due/1`."""
    # Imported here: a screen does not need it.
    from reftrack.cli.documents import owed_document

    counts = owing.counts
    return _form(
        text_of(owing.present.now),
        {
            "overdue": counts.overdue,
            "due": counts.due,
            "upcoming": counts.yet_to_open,
            "snoozed": counts.snoozed,
            "occasions": counts.all_occasions,
        },
        [
            owed_document(owed) | {"section": section, "record": record}
            for owed, section, record in zip(owing.owed, owing.sections, owing.records, strict=True)
        ],
    )


def _nothing(session: Session) -> dict[str, object]:
    return _form(text_of(session.now(session.zone_of(None))), {}, [])


def _form(now: str, counts: Mapping[str, int], items: list[dict[str, object]]) -> dict[str, object]:
    names = ("overdue", "due", "upcoming", "snoozed", "occasions")
    return {
        "schema": SCHEMA,
        "now": now,
        "counts": {name: counts.get(name, 0) for name in names},
        "items": items,
    }


# For a person.


def _screen(day: Day, on: str | None) -> Screen:
    again = _again(day.person, on)
    if day.blank:
        return Screen(closing=[hint_text(hint) for hint in day.blank])
    present = day.present
    screen = Screen(times.heading(present.now, present.zone), _summary(day))
    for section, records in day.sections.items():
        lines = [line_of(record, present) for record in records]
        screen.sections.append(Section(TITLES[section], lines, TONES.get(section, "")))
    for group in day.groups:
        lines = [line_of(record, present) for record in group.records]
        if group.together is not None:
            touch = command_text(group.together)
            lines.append(Line("", "All of these with one touch", command=touch))
        title = f"{group.person.name} (@{group.person.id})"
        screen.sections.append(Section(title, lines, "overdue" if group.is_overdue else ""))
    if day.later is not None:
        text = _later(day.later, present)
        screen.folds.append(Fold(TITLES[LATER], text, command_text(again)))
    if occasions := occasions_said(day.occasions):
        screen.folds.append(Fold(TITLES[WHEN_YOU_CAN], occasions, command_text(again)))
    if day.hidden is not None:
        everything = again.without_option("later").with_option("all")
        screen.folds.append(
            Fold(TITLES[SNOOZED], _hidden(day.hidden, present), command_text(everything))
        )
    if day.not_shown:
        verb = "is" if day.not_shown == 1 else "are"
        screen.closing.append(f"{day.not_shown} more {verb} not shown.")
    if day.following is not None:
        screen.closing = [following_said(day.following, present)]
    return screen


def _summary(day: Day) -> str:
    """`2 overdue, 4 today. 12 referrals live.`"""
    counts = [
        f"{count} {word}"
        for count, word in ((day.overdue, "overdue"), (day.today, "today"))
        if count
    ]
    pressing = ", ".join(counts) if counts else "Nothing is due today"
    referrals = "referral" if day.live == 1 else "referrals"
    return f"{pressing}. {day.live or 'No'} {referrals} live."


def _later(later: Later, present: Present) -> str:
    until = times.deadline(later.until, present.now, present.zone).removeprefix("by ")
    return f"{later.count} until {until}"


def _hidden(hidden: Hidden, present: Present) -> str:
    until = times.moment_or_day(hidden.until, present.now, present.zone)
    first = "" if hidden.at_once else ", the first"
    return f"{hidden.number}{first} until {until}"


def following_said(owed: Owed, present: Present) -> str:
    """The courtesy that comes next, and when."""
    return f"Next, {when_said(owed, present)}: {owed.action}."


def occasions_said(counts: Mapping[str, int]) -> str:
    """`2 favours to return, 1 review`: how many occasions there are of each rule."""
    return ", ".join(
        f"{count} {PHRASES[rule].counted[count > 1]}"
        for rule in sorted(counts, key=lambda rule: -PHRASES[rule].weight)
        if (count := counts[rule])
    )
