"""The screen of `ask` without a name: clients who have earned being asked, and what others lack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from reftrack.application.asking_rights import TICKS, Right, rights
from reftrack.cli.answers import say_notes
from reftrack.cli.command_line import command_text
from reftrack.cli.display import show_screen
from reftrack.cli.invocation import Invocation
from reftrack.cli.lines import without_a_book
from reftrack.cli.output import say_json
from reftrack.cli.screens import Fold, Line, Screen, Section
from reftrack.domain.counting import listed
from reftrack.domain.events import Event
from reftrack.domain.times import Calendar, text_of
from reftrack.wording import times
from reftrack.wording.because import Because

SCHEMA = "reftrack.ask/1"


def show_rights(here: Invocation, *, limit: int | None, is_json: bool) -> None:
    """Prints the clients who have earned being asked, and what others lack."""
    found = rights(here.session)
    say_notes(here.session)
    if found is None:
        if is_json:
            now = here.session.now(here.session.zone_of(None))
            say_json({"schema": SCHEMA, "now": text_of(now), "people": []})
        else:
            show_screen(without_a_book(here))
        return
    because = Because(found.now, found.calendar)
    if is_json:
        people = [_document(right, because) for right in found.rights[:limit]]
        say_json({"schema": SCHEMA, "now": text_of(found.now), "people": people})
    else:
        show_screen(_screen(found.rights, because, limit))


def _screen(rights: Sequence[Right], because: Because, limit: int | None) -> Screen:
    zone = because.calendar.zone
    earned = sum(right.is_earned for right in rights)
    screen = Screen(times.heading(because.now, zone), f"{earned} of {len(rights)} may be asked.")
    for title, chosen in (
        ("EARNED", [right for right in rights[:limit] if right.is_earned]),
        ("NOT YET", [r for r in rights[:limit] if not r.is_earned and r.used_by is None]),
        ("ASKED", [right for right in rights[:limit] if right.used_by is not None]),
    ):
        if chosen:
            screen.sections.append(Section(title, [_line(r, because) for r in chosen]))
    if limit is not None and len(rights) > limit:
        screen.folds = [Fold("MORE", f"{len(rights) - limit} not shown", "reftrack ask")]
    if not rights:
        screen.closing = ["Nobody yet: the right to ask begins with work that is finished."]
    return screen


def _line(right: Right, because: Because) -> Line:
    now, zone = because.now, because.calendar.zone
    who = f"{right.person.name}: {_ticks(right.review)}"
    used = right.used_by
    if used is not None:
        what = _USED.get(used.kind, used.kind).format(it=used.referral)
        when = f"{what} {times.day(used.at, now, zone)}"
        return Line(f"@{right.person.id}", who, when, _problem(right, because))
    when = ""
    if right.occurrence is not None:
        courtesy = right.occurrence.courtesy
        when = times.deadline(courtesy.due_at, now, zone)
        if courtesy.opens_at > now:
            when = times.opening(courtesy.opens_at, now, zone)
    said = [*_lacks_beside(right, because), _asks(right.asked, because)]
    return Line(f"@{right.person.id}", who, when, "; ".join(said), _command(right))


_USED = {"received": "sent {it}", "lost": "lost {it}", "waived": "let go"}


def _command(right: Right) -> str:
    command = right.command()
    return "" if command is None else command_text(command)


def _problem(right: Right, because: Because) -> str:
    lacks = zip(right.missing, right.lacks(because), strict=True)
    return next((said for why, said in lacks if why.code == "problem"), "")


def _lacks_beside(right: Right, because: Because) -> list[str]:
    """The lacks that the ticks beside them do not say already."""
    said = []
    for why, lack in zip(right.missing, right.lacks(because), strict=True):
        if why.code == "ticks":
            said.append(f"reviewed {because.day(why.happenings[0].at)}")
        elif why.code == "never-reviewed":
            said.append("the work is finished" if why.happenings else "the work goes on")
        elif why.code != "busy":
            said.append(lack)
        else:
            said.append("busy until then")
    return said


_WORDS = {
    "agreed": ("agreed", "not as agreed", "agreed?"),
    "delivered": ("delivered", "not all delivered", "delivered?"),
    "happy": ("happy", "not happy", "happy?"),
}


def _ticks(review: Event | None) -> str:
    """The three ticks of the last review, a question mark where it leaves one open."""
    if review is None:
        return "not reviewed"
    answers = [review.data.get(tick) for tick in TICKS]
    places = [0 if answer is True else 1 if answer is False else 2 for answer in answers]
    return ", ".join(_WORDS[tick][place] for tick, place in zip(TICKS, places, strict=True))


def _asks(asked: Iterable[datetime], because: Because) -> str:
    days = [because.day(at) for at in asked]
    if not days:
        return "not asked in a year"
    often = {1: "once", 2: "twice"}.get(len(days), f"{len(days)} times")
    return f"asked {often} in a year ({listed(days)})"


def _busy_until(right: Right, calendar: Calendar, now: datetime) -> str | None:
    day = right.review.data.get("busy_until") if right.review else None
    if day is None or calendar.midnight(date.fromisoformat(day)) <= now:
        return None
    return str(day)


def _document(right: Right, because: Because) -> dict[str, object]:
    review, courtesy = right.review, right.occurrence.courtesy if right.occurrence else None
    return {
        "person": {"id": right.person.id, "name": right.person.name},
        "earned": right.is_earned,
        "reviewed_at": text_of(review.at) if review else None,
        "ticks": {tick: review.data.get(tick) if review else None for tick in TICKS},
        "asked_at": [text_of(at) for at in right.asked],
        "busy_until": _busy_until(right, because.calendar, because.now),
        "open_problems": list(right.problems),
        "opens_at": text_of(courtesy.opens_at) if courtesy else None,
        "due_at": text_of(courtesy.due_at) if courtesy else None,
        "missing": [
            {"code": why.code, "said": said}
            for why, said in zip(right.missing, right.lacks(because), strict=True)
        ],
        "command": _command(right) or None,
    }
