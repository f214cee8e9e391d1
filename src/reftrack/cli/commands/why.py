"""`why`: what a courtesy rests on, its deadline as a sum, and why another is not owed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated

import typer

from reftrack.cli.asking import wanted
from reftrack.cli.command_line import shown
from reftrack.cli.commands.explaining import Entry, entries_of, explanations_of
from reftrack.cli.here import Here
from reftrack.cli.lines import item_document, subject_of
from reftrack.cli.naming import Names
from reftrack.cli.options import Json
from reftrack.cli.output import say_json
from reftrack.cli.screen import show_facts
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.domain.spelling import did_you_mean
from reftrack.domain.times import text_of
from reftrack.errors import BadInput
from reftrack.rules.not_owed import Happening, WhyNot
from reftrack.rules.reasons import Explanation
from reftrack.rules.rulebook import BY_NAME, Rule
from reftrack.store.outlook import Item, Outlook
from reftrack.wording import times
from reftrack.wording.actions import action_of, command_of
from reftrack.wording.because import ARTICLES, Because, kinds_listed
from reftrack.wording.why_not import not_owed

SCHEMA = "reftrack.why/1"

# What ended longer ago is told only where its rule is asked for.
LATELY = timedelta(days=14)


def why(
    ctx: typer.Context,
    what: Annotated[
        str | None,
        typer.Argument(metavar="REF | PERSON", help="12, a name, or @7.", show_default=False),
    ] = None,
    rule: Annotated[
        str | None,
        typer.Argument(metavar="RULE", help="One rule, in full.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Why something is owed and by when, and why something else is not."""
    here: Here = ctx.obj
    text = wanted(what, "Which referral or whom", "reftrack why 12")
    chosen = None if rule is None else _rule(rule)
    with here.outlook() as outlook:
        if outlook is None:
            raise here.no_book()
        page = _Page(outlook, Names(outlook).referral_or_person(text), chosen)
    if json:
        say_json(page.document())
    elif chosen is None:
        page.show()
    else:
        page.show_in_full(chosen)


def _rule(text: str) -> Rule:
    name = "-".join(text.casefold().split())
    if name not in BY_NAME:
        raise BadInput(
            f"there is no rule '{text[:40]}'.",
            did_you_mean(name, BY_NAME, "`reftrack rules` lists them."),
        )
    return BY_NAME[name]


class _Page:
    """What `why` says; all is read when it is made."""

    def __init__(self, outlook: Outlook, found: Referral | Person, rule: Rule | None) -> None:
        self.found = found
        self.now, self.policy = outlook.now, outlook.terms.policy
        self.because = Because(outlook.now, outlook.terms.calendar)
        self.explanations = explanations_of(outlook, found, rule)
        self.entries = entries_of(outlook, self.explanations)
        numbers = {e.to for e in self.explanations}
        if isinstance(found, Referral):
            numbers |= {found.source, found.prospect}
        self.names = {person.id: person.name for person in outlook.reader.people(numbers)}
        self.title = _title(found, self.names)

    # Without a rule: what is owed, what ended lately, what could be expected.

    def _open(self) -> list[Entry]:
        """What is owed, first by whether it has opened, then by its deadline."""
        found = [e for entries in self.entries for e in entries if e.occurrence.is_open]
        return sorted(found, key=lambda e: (e.status == "upcoming", e.item.courtesy.due_at))

    def _ended_lately(self) -> Iterator[Entry]:
        """Of each rule what ended last, where that is not long ago."""
        for entries in self.entries:
            ended = [e for e in entries if e.occurrence.ended_by is not None]
            for entry in ended[-1:]:
                at = entry.occurrence.courtesy.ended_at
                if at is not None and at >= self.now - LATELY:
                    yield entry

    def _not_owed(self) -> Iterator[tuple[Explanation, WhyNot]]:
        """What could be expected and is not owed, with why not."""
        for explanation in self.explanations:
            for why_not in explanation.why_not:
                if why_not.is_expected:
                    yield explanation, why_not

    def _label(self, explanation: Explanation) -> str:
        what, number = explanation.subject
        if isinstance(self.found, Referral) or what == "person":
            return explanation.rule.name
        return f"{explanation.rule.name} on {number}"

    def _label_of(self, entry: Entry) -> str:
        courtesy = entry.item.courtesy
        if isinstance(self.found, Referral) or courtesy.referral is None:
            return courtesy.rule
        return f"{courtesy.rule} on {courtesy.referral}"

    def show(self) -> None:
        """The screen without a rule."""
        owed = self._open()
        upcoming = sum(entry.status == "upcoming" for entry in owed)
        counts = [
            f"{number} {word}"
            for number, word in ((len(owed) - upcoming, "owed"), (upcoming, "upcoming"))
            if number
        ]
        show_facts(f"{self.title}: {', '.join(counts) or 'nothing is owed'}", [])
        for entry in owed:
            rule = BY_NAME[entry.item.courtesy.rule]
            reason = f"{rule.why} ({', '.join(rule.sources)})"
            facts = [*self._sums(entry), ("Why", reason), ("Settle", self._command(entry))]
            show_facts(f"{self._label_of(entry)}: {self._action(entry)}", facts, is_first=False)
        ended = [
            (self._label_of(entry), self.because.ended(entry.occurrence))
            for entry in self._ended_lately()
        ]
        if ended:
            show_facts("ENDED LATELY", ended, is_first=False)
        missing = [(self._label(e), self._because(e, w)) for e, w in self._not_owed()]
        if missing:
            show_facts("NOT OWED", missing, is_first=False)
        if not (owed or ended or missing):
            it = self.title.split()[0]
            show_facts(f"One rule, with all that was: reftrack why {it} RULE", [], is_first=False)

    # One rule in full.

    def show_in_full(self, rule: Rule) -> None:
        """The screen of one rule: its reason, each time that it was raised, why it is not now."""
        within = str(self.policy.within.get(rule.name, "the time that you said"))
        if rule.within not in ("", within):
            within += f", as you configured it; the rulebook says {rule.within}"
        settled = [rule.done_said or kinds_listed(rule.done_by), rule.done_too]
        moot = [kinds_listed(rule.moot_by), rule.moot_too]
        articles = [f"{name}: {ARTICLES[name]}" for name in rule.sources]
        facts = [
            ("Why", rule.why),
            ("Opens", rule.when),
            ("Within", within),
            ("Settled by", ", or ".join(filter(None, settled))),
            ("Moot by", ", or ".join(filter(None, moot))),
            *[("Source" if place == 0 else "and", text) for place, text in enumerate(articles)],
        ]
        show_facts(f"{self.title}: {rule.name}, rule {rule.number}", facts)
        for explanation, entries in zip(self.explanations, self.entries, strict=True):
            for entry in entries:
                self._show_entry(entry)
            for why_not in explanation.why_not:
                said = self._because(explanation, why_not)
                show_facts(f"{self._subject(explanation)}: {said}", [], is_first=False)
        if not self.explanations:
            name = self.found.name if isinstance(self.found, Person) else ""
            show_facts(f"No referral of {name} is one that this rule is about.", [], is_first=False)

    def _show_entry(self, entry: Entry) -> None:
        facts = self._sums(entry)
        if entry.occurrence.is_open:
            facts.append(("Settle", self._command(entry)))
        elif entry.occurrence.ended_by is not None:
            facts.append(("Ended", self.because.ended(entry.occurrence)))
        title = self._action(entry) if entry.occurrence.is_open else _action(entry.item)
        number = entry.item.courtesy.referral
        show_facts(f"{number}: {title}" if number else title, facts, is_first=False)

    def _subject(self, explanation: Explanation) -> str:
        what, number = explanation.subject
        return str(number) if what == "referral" else self.names[explanation.to]

    # Parts of both.

    def _sums(self, entry: Entry) -> list[tuple[str, str]]:
        occurrence = entry.occurrence
        facts = []
        if occurrence.waits or (occurrence.within is not None and occurrence.within.is_in_days):
            facts.append(("Raised", self.because.opens(occurrence)))
        facts.append(("Due", self.because.due(occurrence)))
        if entry.hidden_until is not None:
            until = self.because.stamp(entry.hidden_until)
            facts.append(("Snoozed", f"until {until}; the deadline stays where it is"))
        return facts

    def _action(self, entry: Entry) -> str:
        courtesy, zone = entry.item.courtesy, self.because.calendar.zone
        if entry.status == "upcoming":
            when = times.opening(courtesy.opens_at, self.now, zone)
        else:
            when = times.deadline(courtesy.due_at, self.now, zone)
        return f"{_action(entry.item)}, {when}"

    def _command(self, entry: Entry) -> str:
        return shown(command_of(entry.item.courtesy.rule, subject_of(entry.item)))

    def _because(self, explanation: Explanation, why_not: WhyNot) -> str:
        name = self.names[explanation.to]
        return not_owed(why_not, explanation.rule.name, name, self.because)

    # For a program.

    def document(self) -> dict[str, object]:
        """The form `reftrack.why/1`: with a rule all of it, else what the screen tells."""
        told = {id(entry) for entry in (*self._open(), *self._ended_lately())}
        is_full = len({explanation.rule.name for explanation in self.explanations}) == 1
        items = [
            self._entry_document(entry)
            for entries in self.entries
            for entry in entries
            if is_full or id(entry) in told
        ]
        items += [
            self._why_not_document(explanation, why_not)
            for explanation in self.explanations
            for why_not in explanation.why_not
            if is_full or why_not.is_expected
        ]
        is_referral = isinstance(self.found, Referral)
        return {
            "schema": SCHEMA,
            "now": text_of(self.now),
            "referral": self.found.id if is_referral else None,
            "person": None if is_referral else self.found.id,
            "items": items,
        }

    def _entry_document(self, entry: Entry) -> dict[str, object]:
        occurrence, courtesy = entry.occurrence, entry.item.courtesy
        return item_document(entry.item, self.policy) | {
            "status": entry.status,
            "sources": list(BY_NAME[courtesy.rule].sources),
            "raised_by": _happening_document(occurrence.cause),
            "within": str(occurrence.within) if occurrence.within is not None else None,
            "sums": [text for _, text in self._sums(entry)],
            "ended_at": text_of(courtesy.ended_at) if courtesy.ended_at else None,
            "ended_by": _happening_document(occurrence.ended_by),
            "reason": self.because.ended(occurrence) or None,
        }

    def _why_not_document(self, explanation: Explanation, why_not: WhyNot) -> dict[str, object]:
        rule, (what, number) = explanation.rule, explanation.subject
        return {
            "rule": rule.name,
            "class": "occasion" if rule.is_occasion else "debt",
            "status": "not-owed",
            "referral": number if what == "referral" else None,
            "to": {"id": explanation.to, "name": self.names[explanation.to]},
            "code": why_not.code,
            "reason": self._because(explanation, why_not),
            "why": rule.why,
            "sources": list(rule.sources),
        }


def _title(found: Referral | Person, names: dict[int, str]) -> str:
    if isinstance(found, Person):
        return f"@{found.id}  {found.name}"
    if found.is_expansion:
        return f"{found.id}  {names[found.prospect]}, new business"
    return f"{found.id}  {names[found.prospect]}, from {names[found.source]}"


def _action(item: Item) -> str:
    return action_of(item.courtesy.rule, subject_of(item))


def _happening_document(happening: Happening | None) -> dict[str, object] | None:
    if happening is None:
        return None
    return {"kind": happening.kind, "at": text_of(happening.at), "referral": happening.referral}
