"""`find`: a name, a number, or a word that you remember."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.cli.asking import wanted
from reftrack.cli.here import Here
from reftrack.cli.lines import Letter, Record, Section
from reftrack.cli.options import Json, Limit
from reftrack.cli.output import say_json
from reftrack.cli.screen import show_letter
from reftrack.domain.people import Person, checked_line, short
from reftrack.domain.referrals import Referral
from reftrack.domain.times import text_of
from reftrack.store.outlook import Outlook
from reftrack.store.searching import Finding, Search, folded

SCHEMA = "reftrack.find/1"

# How much of a long text is shown around what was found.
_BEFORE = 24
_AROUND = 80

_GROUPS = {"PEOPLE": "people", "REFERRALS": "referrals", "NOTES, PRIVATE": "notes"}


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
    here: Here = ctx.obj
    words = " ".join(text) if text else wanted(None, "What", "reftrack find leak")
    sought = checked_line(words, "The text")
    with here.outlook() as outlook:
        results = None if outlook is None else _Results(outlook, sought, limit)
    if json:
        empty = {"schema": SCHEMA, "text": sought, **{name: [] for name in _GROUPS.values()}}
        say_json(empty if results is None else results.document())
    elif results is None:
        closing = here.without_a_book()
        show_letter(Letter("", "", closing=closing))
    else:
        show_letter(results.letter())


class _Results:
    """What was found, with the names that a line needs; all is read when it is made."""

    def __init__(self, outlook: Outlook, sought: str, limit: int | None) -> None:
        self.sought = sought
        self.now = outlook.now
        search = Search(outlook.reader, sought, outlook.horizon)
        self.groups: dict[str, list[Finding]] = {}
        self.more = 0
        left = limit
        for title, name in _GROUPS.items():
            found = list(getattr(search, name)())
            self.groups[title] = found if left is None else found[: max(0, left)]
            self.more += len(found) - len(self.groups[title])
            left = None if left is None else left - len(found)
        findings = [finding for found in self.groups.values() for finding in found]
        self.referrals: dict[int, Referral] = {
            r.id: r for r in outlook.reader.referrals(f.referral for f in findings if f.referral)
        }
        numbers = {finding.person for finding in findings if finding.person is not None}
        numbers |= {n for r in self.referrals.values() for n in (r.source, r.prospect)}
        self.people: dict[int, Person] = {p.id: p for p in outlook.reader.people(numbers)}

    def letter(self) -> Letter:
        """The screen."""
        letter = Letter("", "")
        for title, found in self.groups.items():
            if found:
                letter.sections.append(Section(title, [self._record(each) for each in found]))
        if not letter.sections:
            letter.closing.append(f"Nothing found for '{short(self.sought)}'.")
        if self.more:
            verb = "is" if self.more == 1 else "are"
            letter.closing.append(f"{self.more} more {verb} not shown.")
        return letter

    def _record(self, finding: Finding) -> Record:
        number, title, command = self._subject(finding)
        if finding.field == "name":
            person = self.people[finding.person or 0]
            reach = [text for text in (person.phone, person.email, person.company) if text]
            return Record(number, title, "", ", ".join(reach), command, ())
        context = f"{finding.field.replace('-', ' ')}: {excerpt(finding.text, self.sought)}"
        if finding.is_private and finding.field == "need":
            context = f"private {context}"
        return Record(number, title, "", context, command, ())

    def _subject(self, finding: Finding) -> tuple[str, str, str]:
        """Number, names and the command that shows it."""
        if finding.referral is not None:
            referral = self.referrals[finding.referral]
            title = (
                f"{self.people[referral.prospect].name}, from {self.people[referral.source].name}"
            )
            if referral.is_expansion:
                title = f"{self.people[referral.prospect].name}, new business"
            return str(referral.id), title, f"reftrack show {referral.id}"
        if finding.person is not None:
            number = f"@{finding.person}"
            return number, self.people[finding.person].name, f"reftrack show {number}"
        return "", "The whole book", ""

    def document(self) -> dict[str, object]:
        """The findings for a program."""
        groups = {
            name: [self._document(finding) for finding in self.groups[title]]
            for title, name in _GROUPS.items()
        }
        return {
            "schema": SCHEMA,
            "now": text_of(self.now),
            "text": self.sought,
            **groups,
            "not_shown": self.more,
        }

    def _document(self, finding: Finding) -> dict[str, object]:
        names = {number: {"id": number, "name": p.name} for number, p in self.people.items()}
        document: dict[str, object] = {"referral": finding.referral}
        if finding.referral is not None:
            referral = self.referrals[finding.referral]
            document |= {"source": names[referral.source], "prospect": names[referral.prospect]}
        return {
            **document,
            "person": names[finding.person] if finding.person is not None else None,
            "field": finding.field,
            "text": finding.text,
            "private": finding.is_private,
        }


def excerpt(text: str, sought: str) -> str:
    """`text` on one line, or where it is long the part of it around what was sought."""
    line = " ".join(text.split())
    if len(line) <= _AROUND:
        return line
    # Folding may change the length by a letter here and there: near enough for a look.
    place = folded(line).find(folded(sought))
    start = max(0, min(place - _BEFORE, len(line) - _AROUND))
    part = line[start : start + _AROUND]
    if start > 0:
        part = "…" + part[part.find(" ") + 1 :]
    if start + _AROUND < len(line):
        part = part[: part.rfind(" ")] + "…"
    return part
