"""The command `edit`, which corrects a referral or a person."""

from __future__ import annotations

from typing import Annotated

import typer

from reftrack.application import editing
from reftrack.application.fields import Field, cleaned
from reftrack.cli.answers import run_and_answer, say_notes
from reftrack.cli.asking import kept_or_said, note_from, wanted
from reftrack.cli.command_line import hint_text
from reftrack.cli.invocation import Invocation
from reftrack.cli.options import RefOrPerson
from reftrack.cli.output import is_terminal, say_aside
from reftrack.domain.people import RELATIONS, short
from reftrack.domain.referrals import KINDS
from reftrack.errors import BadInput
from reftrack.hints import command, sample

_EXAMPLE = command("edit", "@3", phone=sample("020 7946 0018"))


def _option(name: str, metavar: str, text: str) -> typer.models.OptionInfo:
    option: typer.models.OptionInfo = typer.Option(f"--{name}", metavar=metavar, help=text)
    return option


def edit(
    ctx: typer.Context,
    what: RefOrPerson = None,
    name: Annotated[str | None, _option("name", "TEXT", "Of a person: the name.")] = None,
    phone: Annotated[str | None, _option("phone", "TEXT", "Of a person.")] = None,
    email: Annotated[str | None, _option("email", "TEXT", "Of a person.")] = None,
    company: Annotated[str | None, _option("company", "TEXT", "Of a person.")] = None,
    relation: Annotated[
        str | None, _option("relation", "RELATION", f"Of a person, to you: {', '.join(RELATIONS)}.")
    ] = None,
    updates: Annotated[
        str | None, _option("updates", "WISH", "Of a person: milestones, outcome, or days: 30d.")
    ] = None,
    by: Annotated[
        str | None, _option("by", "WAY", "Of a person: how they want to hear from you.")
    ] = None,
    source: Annotated[
        str | None, _option("from", "SOURCE", "Of a referral: who referred them.")
    ] = None,
    prospect: Annotated[
        str | None, _option("prospect", "PERSON", "Of a referral: who was referred.")
    ] = None,
    kind: Annotated[
        str | None, _option("kind", "KIND", f"Of a referral: {', '.join(KINDS)}.")
    ] = None,
    tie: Annotated[
        str | None, _option("tie", "TEXT", "Of a referral: the prospect to the source.")
    ] = None,
    need: Annotated[
        str | None,
        _option("need", "TEXT", "Of a referral: what they need; private; - reads standard input."),
    ] = None,
    confidential: Annotated[
        bool | None,
        typer.Option(
            "--confidential/--not-confidential",
            help="Of a referral: the source asked not to be named.",
        ),
    ] = None,
    received: Annotated[
        str | None, _option("received", "WHEN", "Of a referral: when it came in.")
    ] = None,
    note: Annotated[
        str | None, _option("note", "TEXT", "The private note; - reads it from standard input.")
    ] = None,
    was_told: Annotated[
        str | None,
        _option("was-told", "old|new", "With --from: who heard what was said to the source."),
    ] = None,
) -> None:
    """Correct what was written down of a referral or of a person; an empty text clears a field."""
    here: Invocation = ctx.obj
    typed = {
        "name": name,
        "phone": phone,
        "email": email,
        "company": company,
        "relation": relation,
        "updates": updates,
        "by": by,
        "from": source,
        "prospect": prospect,
        "kind": kind,
        "tie": tie,
        "need": note_from(need),
        "confidential": {None: None, True: "yes", False: "no"}[confidential],
        "received": received,
        "note": note_from(note),
    }
    given = {option: text for option, text in typed.items() if text is not None}
    which = wanted(what, "Which referral or whom", _EXAMPLE)
    if not given:
        if not is_terminal():
            raise BadInput("the command does not say what changes.", ("For example: ", _EXAMPLE))
        which, given = _asked(here, which)
    run_and_answer(here, editing.edit, which, given, was_told=was_told)


def _asked(here: Invocation, which: str) -> tuple[str, dict[str, str]]:
    """The answers, field by field; nothing is locked while the questions wait."""
    found = editing.editable(here.session, which)
    say_notes(here.session)
    say_aside(f"{found.number}  {found.title}. Enter keeps what stands there, - clears it.")
    given = {}
    for option, field in found.fields.items():
        said = _answer_for(option, field, found.present[option])
        if said is not None:
            given[option] = said
    return found.number, given


def _answer_for(option: str, field: Field, present: str) -> str | None:
    """The answer for one field, asked again until it can be kept."""
    while True:
        said = kept_or_said(field.question, short(present, editing.SHOWN))
        try:
            if said is not None:
                cleaned(option, field, said)
        except BadInput as error:
            say_aside(f"{error.message} {hint_text(error.hint)}")
        else:
            return said
