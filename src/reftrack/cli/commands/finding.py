"""The command `find`: by a name, a number, or a word that you remember."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.application.finding import GROUPS, Found, Match
from reftrack.application.finding import find as look_for
from reftrack.cli.answers import say_notes
from reftrack.cli.asking import wanted
from reftrack.cli.display import show_screen
from reftrack.cli.invocation import Invocation
from reftrack.cli.lines import without_a_book
from reftrack.cli.options import Json, Limit
from reftrack.cli.output import say_json
from reftrack.cli.screens import Line, Screen, Section
from reftrack.domain.people import checked_line, short, with_former
from reftrack.domain.spelling import name_key
from reftrack.domain.times import text_of
from reftrack.hints import command
from reftrack.wording.stages import title_of

SCHEMA = "reftrack.find/1"

# Letters of a long text that are shown around what was found.
_BEFORE = 24
_AROUND = 80

_TITLES = {"people": "PEOPLE", "referrals": "REFERRALS", "notes": "NOTES, PRIVATE"}


def find(
    ctx: typer.Context,
    text: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TEXT", help="A name, a number, part of an email or note.", show_default=False
        ),
    ] = None,
    limit: Limit = None,
    json: Json = False,
) -> None:
    """Find people and referrals by what you remember: a name, digits, a word that was said."""
    here: Invocation = ctx.obj
    words = " ".join(text) if text else wanted(None, "What", command("find", "leak"))
    sought = checked_line(words, "The text")
    found = look_for(here.session, sought, limit=limit)
    say_notes(here.session)
    if json:
        empty = {"schema": SCHEMA, "text": sought, **{name: [] for name in GROUPS}}
        say_json(empty if found is None else _document(found, sought))
    else:
        show_screen(without_a_book(here) if found is None else _screen(found, sought))


def _screen(found: Found, sought: str) -> Screen:
    screen = Screen()
    for name, findings in found.groups.items():
        if findings:
            lines = [_line(finding, found, sought) for finding in findings]
            screen.sections.append(Section(_TITLES[name], lines))
    if not screen.sections:
        screen.closing.append(f"Nothing found for '{short(sought)}'.")
    if found.more:
        screen.closing.append(f"{found.more} more {'is' if found.more == 1 else 'are'} not shown.")
    return screen


def _line(finding: Match, found: Found, sought: str) -> Line:
    number, title, show = _subject(finding, found)
    if finding.field == "name":
        person = found.people[finding.person or 0]
        reach = [text for text in (person.phone, person.email, person.company) if text]
        return Line(number, title, "", ", ".join(reach), show)
    if finding.field == "former-name":
        return Line(number, with_former(title, [finding.text]), "", "", show)
    context = f"{finding.field.replace('-', ' ')}: {excerpt(finding.text, sought)}"
    if finding.is_private and finding.field == "need":
        context = f"private {context}"
    return Line(number, title, "", context, show)


def _subject(finding: Match, found: Found) -> tuple[str, str, str]:
    """The number, the names, and the command that shows it."""
    people = found.people
    if finding.referral is not None:
        referral = found.referrals[finding.referral]
        title = title_of(referral, people[referral.prospect].name, people[referral.source].name)
        return str(referral.id), title, f"reftrack show {referral.id}"
    if finding.person is not None:
        number = f"@{finding.person}"
        return number, people[finding.person].name, f"reftrack show {number}"
    return "", "The whole book", ""


def _document(found: Found, sought: str) -> dict[str, object]:
    """The matches for a program."""
    groups = {
        name: [_finding_document(finding, found) for finding in findings]
        for name, findings in found.groups.items()
    }
    return {
        "schema": SCHEMA,
        "now": text_of(found.now),
        "text": sought,
        **groups,
        "not_shown": found.more,
    }


def _finding_document(finding: Match, found: Found) -> dict[str, object]:
    names = {number: {"id": number, "name": p.name} for number, p in found.people.items()}
    document: dict[str, object] = {"referral": finding.referral}
    if finding.referral is not None:
        referral = found.referrals[finding.referral]
        document |= {"source": names[referral.source], "prospect": names[referral.prospect]}
    return {
        **document,
        "person": names[finding.person] if finding.person is not None else None,
        "field": finding.field,
        "text": finding.text,
        "private": finding.is_private,
    }


def excerpt(text: str, sought: str) -> str:
    """The `text` on one line, or the part of it around what was sought where it is long."""
    line = " ".join(text.split())
    if len(line) <= _AROUND:
        return line
    # Folding may change the length by a letter here and there: near enough for a look.
    place = name_key(line).find(name_key(sought))
    start = max(0, min(place - _BEFORE, len(line) - _AROUND))
    part = line[start : start + _AROUND]
    if start > 0:
        part = "…" + part[part.find(" ") + 1 :]
    if start + _AROUND < len(line):
        part = part[: part.rfind(" ")] + "…"
    return part
