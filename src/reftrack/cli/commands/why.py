"""The command `why`: the reason of a courtesy, its deadline as a sum, why another is not owed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Annotated

import typer

from reftrack.application import explaining
from reftrack.application.explaining import Explanation, Happening, Reason, Why, WhyNot
from reftrack.application.rules import Rule, rule_named
from reftrack.cli.answers import say_notes
from reftrack.cli.asking import wanted
from reftrack.cli.command_line import command_text
from reftrack.cli.display import show_facts
from reftrack.cli.documents import owed_document
from reftrack.cli.options import Json, RefOrPerson
from reftrack.cli.output import say_json
from reftrack.domain.people import Person
from reftrack.domain.referrals import Referral
from reftrack.domain.times import text_of
from reftrack.hints import command
from reftrack.wording import times
from reftrack.wording.because import ARTICLES, kinds_listed
from reftrack.wording.stages import title_of
from reftrack.wording.why_not import not_owed

SCHEMA = "reftrack.why/1"

# An occurrence that ended longer ago is told only where its rule is asked for.
LATELY = timedelta(days=14)


def why(
    ctx: typer.Context,
    what: RefOrPerson = None,
    rule: Annotated[
        str | None,
        typer.Argument(metavar="RULE", help="One rule, in full.", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Why something is owed and by when, and why something else is not."""
    text = wanted(what, "Which referral or whom", command("why", 12))
    chosen = None if rule is None else rule_named(rule)
    found = explaining.why(ctx.obj.session, text, chosen)
    say_notes(ctx.obj.session)
    page = _Page(found)
    if json:
        say_json(page.document())
    elif chosen is None:
        page.show()
    else:
        page.show_in_full(chosen)


class _Page:
    """The screen and the document of `why`."""

    def __init__(self, why: Why) -> None:
        self.found, self.now, self.policy = why.found, why.now, why.policy
        self.because, self.names = why.because, why.names
        self.explanations, self.reasons = why.explanations, why.reasons
        self.title = _title(why.found, why.names)

    # Without a rule.

    def _open(self) -> list[Reason]:
        """The open courtesies: those that have opened first, then by deadline."""
        found = [e for reasons in self.reasons for e in reasons if e.occurrence.is_open]
        return sorted(found, key=lambda e: (e.status == "upcoming", e.owed.courtesy.due_at))

    def _ended_lately(self) -> Iterator[Reason]:
        """The last ended occurrence of each rule, where that is not long ago."""
        for reasons in self.reasons:
            ended = [e for e in reasons if e.occurrence.ended_by is not None]
            for reason in ended[-1:]:
                at = reason.occurrence.courtesy.ended_at
                if at is not None and at >= self.now - LATELY:
                    yield reason

    def _not_owed(self) -> Iterator[tuple[Explanation, WhyNot]]:
        """The courtesies that could be expected and are not owed, each with the reason."""
        for explanation in self.explanations:
            for why_not in explanation.why_not:
                if why_not.is_expected:
                    yield explanation, why_not

    def _label(self, explanation: Explanation) -> str:
        what, number = explanation.subject
        if isinstance(self.found, Referral) or what == "person":
            return explanation.rule.name
        return f"{explanation.rule.name} on {number}"

    def _label_of(self, reason: Reason) -> str:
        courtesy = reason.owed.courtesy
        if isinstance(self.found, Referral) or courtesy.referral is None:
            return courtesy.rule
        return f"{courtesy.rule} on {courtesy.referral}"

    def show(self) -> None:
        """Prints the screen without a rule."""
        owed = self._open()
        upcoming = sum(reason.status == "upcoming" for reason in owed)
        counts = [
            f"{number} {word}"
            for number, word in ((len(owed) - upcoming, "owed"), (upcoming, "upcoming"))
            if number
        ]
        show_facts(f"{self.title}: {', '.join(counts) or 'nothing is owed'}", [])
        for reason in owed:
            rule = reason.owed.rule
            said = f"{rule.why} ({', '.join(rule.sources)})"
            facts = [
                *self._sums(reason),
                ("Why", said),
                ("Settle", command_text(reason.owed.command)),
            ]
            show_facts(f"{self._label_of(reason)}: {self._action(reason)}", facts, is_first=False)
        ended = [
            (self._label_of(reason), self.because.ended(reason.occurrence))
            for reason in self._ended_lately()
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
        """Prints the screen of one rule: its reason, each opening, and why it is not owed now."""
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
        for explanation, reasons in zip(self.explanations, self.reasons, strict=True):
            for reason in reasons:
                self._show_reason(reason)
            for why_not in explanation.why_not:
                said = self._because(explanation, why_not)
                show_facts(f"{self._subject(explanation)}: {said}", [], is_first=False)
        if not self.explanations:
            name = self.found.name if isinstance(self.found, Person) else ""
            show_facts(f"No referral of {name} is one that this rule is about.", [], is_first=False)

    def _show_reason(self, reason: Reason) -> None:
        facts = self._sums(reason)
        if reason.occurrence.is_open:
            facts.append(("Settle", command_text(reason.owed.command)))
        elif reason.occurrence.ended_by is not None:
            facts.append(("Ended", self.because.ended(reason.occurrence)))
        title = self._action(reason) if reason.occurrence.is_open else reason.owed.action
        number = reason.owed.courtesy.referral
        show_facts(f"{number}: {title}" if number else title, facts, is_first=False)

    def _subject(self, explanation: Explanation) -> str:
        what, number = explanation.subject
        return str(number) if what == "referral" else self.names[explanation.to]

    # Parts of both.

    def _sums(self, reason: Reason) -> list[tuple[str, str]]:
        occurrence = reason.occurrence
        facts = []
        if occurrence.waits or (occurrence.within is not None and occurrence.within.is_in_days):
            facts.append(("Raised", self.because.opens(occurrence)))
        facts.append(("Due", self.because.due(occurrence)))
        if reason.hidden_until is not None:
            until = self.because.stamp(reason.hidden_until)
            facts.append(("Snoozed", f"until {until}; the deadline stays where it is"))
        return facts

    def _action(self, reason: Reason) -> str:
        courtesy, zone = reason.owed.courtesy, self.because.calendar.zone
        if reason.status == "upcoming":
            when = times.opening(courtesy.opens_at, self.now, zone)
        else:
            when = times.deadline(courtesy.due_at, self.now, zone)
        return f"{reason.owed.action}, {when}"

    def _because(self, explanation: Explanation, why_not: WhyNot) -> str:
        name = self.names[explanation.to]
        return not_owed(why_not, explanation.rule.name, name, self.because)

    # For a program.

    def document(self) -> dict[str, object]:
        """The form `reftrack.why/1`: with a rule all of it, else what the screen tells."""
        told = {id(reason) for reason in (*self._open(), *self._ended_lately())}
        is_full = len({explanation.rule.name for explanation in self.explanations}) == 1
        items = [
            self._reason_document(reason)
            for reasons in self.reasons
            for reason in reasons
            if is_full or id(reason) in told
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

    def _reason_document(self, reason: Reason) -> dict[str, object]:
        occurrence, courtesy = reason.occurrence, reason.owed.courtesy
        return owed_document(reason.owed) | {
            "status": reason.status,
            "sources": list(reason.owed.rule.sources),
            "raised_by": _happening_document(occurrence.cause),
            "within": str(occurrence.within) if occurrence.within is not None else None,
            "sums": [text for _, text in self._sums(reason)],
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


def _title(found: Referral | Person, names: Mapping[int, str]) -> str:
    if isinstance(found, Person):
        return f"@{found.id}  {found.name}"
    return f"{found.id}  {title_of(found, names[found.prospect], names[found.source])}"


def _happening_document(happening: Happening | None) -> dict[str, object] | None:
    if happening is None:
        return None
    return {"kind": happening.kind, "at": text_of(happening.at), "referral": happening.referral}
