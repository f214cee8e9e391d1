"""The verbs of one shape: a table of what each records, and a command made from each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from reftrack.cli.asking import Decisions, deciding, wanted
from reftrack.cli.here import Here
from reftrack.cli.naming import Names
from reftrack.cli.options import At, By, Note, Refs
from reftrack.cli.output import say
from reftrack.cli.recording import (
    Telling,
    answer,
    person_of,
    record_on_person,
    record_on_referrals,
    subjects_of,
)
from reftrack.domain.people import checked_text

Why = Annotated[
    str | None,
    typer.Option("--why", metavar="TEXT", help="The reason, which the source may hear."),
]
Ref = Annotated[str | None, typer.Argument(metavar="REF", show_default=False)]
Text = Annotated[
    str | None,
    typer.Argument(metavar="TEXT", help="In words that others may hear.", show_default=False),
]
Who = Annotated[
    str | None,
    typer.Argument(metavar="PERSON", help="A name, an email, or @7.", show_default=False),
]


@dataclass(frozen=True, slots=True)
class Verb:
    """A row: the event `kind` that `name` records, the `shape` of its words, and its help.

    `what` is what the words are about, where it has words of its own.
    """

    name: str
    kind: str
    shape: Callable[[Verb], Callable[..., None]]
    help: str
    what: str = ""


# What every shape does in the end.


def refs_of(refs: Sequence[str] | None, verb: str) -> list[str]:
    """The referrals that were named, or the one that is answered at a terminal."""
    return list(refs or [wanted(None, "Which referral", f"reftrack {verb} 12")])


def on_referrals(here: Here, verb: str, kind: str, refs: Sequence[str], telling: Telling) -> None:
    """Records one event on each of these referrals, all or none, and answers."""
    told = telling.checked()
    with here.recording(verb) as desk:
        referrals = Names(desk.outlook).referrals(refs)
        lines = record_on_referrals(desk, kind, referrals, told)
        lines = answer(desk, lines, subjects_of(referrals))
    say(*lines)


def on_known(here: Here, verb: str, kind: str, who: str | None, telling: Telling) -> None:
    """Records one event on somebody known, and answers."""
    name = wanted(who, "Whom", f"reftrack {verb} @3")
    told = telling.checked()
    with here.recording(verb) as desk:
        person = Names(desk.outlook).person(name)
        lines = record_on_person(desk, kind, person, told)
        lines = answer(desk, lines, [("person", person.id)])
    say(*lines)


def on_perhaps_new(
    here: Here, verb: str, kind: str, who: str | None, telling: Telling, **names: str
) -> None:
    """Records one event on somebody who may be new, and answers."""
    name = wanted(who, "Who", f'reftrack {verb} "Sam Ortiz"')
    told = telling.checked()

    def act(decisions: Decisions) -> list[str]:
        with here.recording(verb, begins_a_book=True) as desk:
            person = person_of(desk, name, decisions)
            lines = record_on_person(desk, kind, person, told, **names)
            return answer(desk, lines, [("person", person.id)])

    say(*deciding(act))


# The shapes.


def _of_referrals(verb: Verb) -> Callable[..., None]:
    """REF…"""

    def command(ctx: typer.Context, refs: Refs = None, at: At = None, note: Note = None) -> None:
        chosen = refs_of(refs, verb.name)
        on_referrals(ctx.obj, verb.name, verb.kind, chosen, Telling(None, at, note))

    return command


def _with_way(verb: Verb) -> Callable[..., None]:
    """REF… --by WAY"""

    def command(
        ctx: typer.Context, refs: Refs = None, by: By = None, at: At = None, note: Note = None
    ) -> None:
        chosen = refs_of(refs, verb.name)
        on_referrals(ctx.obj, verb.name, verb.kind, chosen, Telling(by, at, note))

    return command


def _with_reason(verb: Verb) -> Callable[..., None]:
    """REF… --why TEXT"""

    def command(
        ctx: typer.Context, refs: Refs = None, why: Why = None, at: At = None, note: Note = None
    ) -> None:
        chosen = refs_of(refs, verb.name)
        reason = wanted(why, verb.what, f'reftrack {verb.name} 12 --why "…"')
        data: dict[str, object] = {"text": checked_text(reason, "The reason")}
        on_referrals(ctx.obj, verb.name, verb.kind, chosen, Telling(None, at, note, data))

    return command


def _with_words(verb: Verb) -> Callable[..., None]:
    """REF TEXT"""

    def command(
        ctx: typer.Context, ref: Ref = None, text: Text = None, at: At = None, note: Note = None
    ) -> None:
        chosen = refs_of([ref] if ref else None, verb.name)
        words = wanted(text, verb.what, f'reftrack {verb.name} 12 "…"')
        data: dict[str, object] = {"text": checked_text(words, "The text")}
        on_referrals(ctx.obj, verb.name, verb.kind, chosen, Telling(None, at, note, data))

    return command


def _of_person(verb: Verb) -> Callable[..., None]:
    """PERSON --by WAY"""

    def command(
        ctx: typer.Context, who: Who = None, by: By = None, at: At = None, note: Note = None
    ) -> None:
        on_known(ctx.obj, verb.name, verb.kind, who, Telling(by, at, note))

    return command


def _of_perhaps_new(verb: Verb) -> Callable[..., None]:
    """PERSON --by WAY, who may be new."""

    def command(
        ctx: typer.Context, who: Who = None, by: By = None, at: At = None, note: Note = None
    ) -> None:
        on_perhaps_new(ctx.obj, verb.name, verb.kind, who, Telling(by, at, note))

    return command


VERBS = (
    Verb(
        "meet",
        "met",
        _of_referrals,
        "Record a meeting with the prospect; the source will want to hear that it happened.",
    ),
    Verb(
        "win",
        "won",
        _of_referrals,
        "Record that the prospect signed; be the first to tell the source.",
    ),
    Verb(
        "lose",
        "lost",
        _with_reason,
        "Record that the prospect went elsewhere, and why.",
        "Why, as the source may hear it",
    ),
    Verb(
        "decline",
        "declined",
        _with_reason,
        "Record that you said no, and why; then refer-out names somebody better.",
        "Why, as the source may hear it",
    ),
    Verb(
        "problem",
        "problem",
        _with_words,
        "Record that something went wrong; the source should hear it from you within the hour.",
        "What went wrong",
    ),
    Verb(
        "resolve",
        "resolved",
        _with_words,
        "Record that the problem is put right, and how.",
        "How it was put right",
    ),
    Verb(
        "explain",
        "explained",
        _with_way,
        "Record that the source knows why: of a loss, of a no, or that you were too busy.",
    ),
    Verb(
        "missed",
        "missed",
        _of_perhaps_new,
        "Record that somebody left word and was not called back yet.",
    ),
    Verb("call-back", "called-back", _of_person, "Record that they were called back."),
    Verb("open-again", "reopened", _of_person, "Record that they know you have room again."),
)

_BY_FUNCTION = {verb.name.replace("-", "_"): verb for verb in VERBS}


def __getattr__(function: str) -> Any:
    """The command of a verb, made when it is asked for."""
    verb = _BY_FUNCTION.get(function)
    if verb is None:
        raise AttributeError(function)
    command = verb.shape(verb)
    command.__doc__ = verb.help
    return command
