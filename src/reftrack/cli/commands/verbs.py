"""The table of commands of the same few shapes; each is made from its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import typer

from reftrack.application import relations, steps
from reftrack.cli.answers import UseCase, run_and_answer
from reftrack.cli.asking import note_from, wanted
from reftrack.cli.options import At, By, New, Note, Ref, Refs, Text, Who, Why
from reftrack.hints import Word, command, sample


@dataclass(frozen=True, slots=True)
class Verb:
    """A row of the table: the use case that `name` runs, the `shape` of its words, and its help.

    `asks` is the question for words of its own, or for the person that it is about, and `person`
    one to name in an example: by number, unless somebody new is as likely.
    """

    name: str
    use_case: UseCase
    shape: Callable[[Verb], Callable[..., None]]
    help: str
    asks: str = ""
    person: Word = "@3"


def refs_of(refs: list[str] | None, verb: str) -> list[str]:
    """The referrals that were named, or the one that the user answers with at a terminal."""
    return refs or [wanted(None, "Which referral", command(verb, 12))]


# The shapes.


def _with_reason(verb: Verb) -> Callable[..., None]:
    """A command of the shape REF… --why TEXT"""

    def face(
        ctx: typer.Context, refs: Refs = None, why: Why = None, at: At = None, note: Note = None
    ) -> None:
        chosen = refs_of(refs, verb.name)
        reason = wanted(why, verb.asks, command(verb.name, 12, why=sample("…")))
        run_and_answer(ctx.obj, verb.use_case, chosen, reason, at=at, note=note_from(note))

    return face


def _with_words(verb: Verb) -> Callable[..., None]:
    """A command of the shape REF TEXT"""

    def face(
        ctx: typer.Context, ref: Ref = None, text: Text = None, at: At = None, note: Note = None
    ) -> None:
        (chosen,) = refs_of([ref] if ref else None, verb.name)
        words = wanted(text, verb.asks, command(verb.name, 12, sample("…")))
        run_and_answer(ctx.obj, verb.use_case, chosen, words, at=at, note=note_from(note))

    return face


def _of_person(verb: Verb) -> Callable[..., None]:
    """A command of the shape PERSON --by WAY"""

    def face(
        ctx: typer.Context, who: Who = None, by: By = None, at: At = None, note: Note = None
    ) -> None:
        name = wanted(who, verb.asks, command(verb.name, verb.person))
        run_and_answer(ctx.obj, verb.use_case, name, by=by, at=at, note=note_from(note))

    return face


def _of_person_or_new(verb: Verb) -> Callable[..., None]:
    """A command of the shape PERSON --by WAY --new"""

    def face(
        ctx: typer.Context,
        who: Who = None,
        by: By = None,
        new: New = False,
        at: At = None,
        note: Note = None,
    ) -> None:
        name = wanted(who, verb.asks, command(verb.name, sample("Sam Ortiz")))
        run_and_answer(ctx.obj, verb.use_case, name, by=by, is_new=new, at=at, note=note_from(note))

    return face


VERBS = (
    Verb(
        "lose",
        steps.lose,
        _with_reason,
        "Record that the prospect went elsewhere, and why.",
        "Why, as the source may hear it",
    ),
    Verb(
        "decline",
        steps.decline,
        _with_reason,
        "Record that you said no, and why; then refer-out names somebody better.",
        "Why, as the source may hear it",
    ),
    Verb(
        "problem",
        steps.problem,
        _with_words,
        "Record that something went wrong; the source should hear it from you within the hour.",
        "What went wrong",
    ),
    Verb(
        "missed",
        relations.missed,
        _of_person_or_new,
        "Record that somebody left word and was not called back yet.",
        "Who",
        sample("Sam Ortiz"),
    ),
    Verb(
        "call-back",
        relations.call_back,
        _of_person,
        "Record that they were called back.",
        "Whom",
    ),
    Verb(
        "open-again",
        relations.open_again,
        _of_person,
        "Record that they know you have room again.",
        "Whom",
    ),
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
