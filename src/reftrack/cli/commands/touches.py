"""The commands for touches on the source: thanks, news, explanations."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from reftrack.application import touches
from reftrack.cli.answers import run_and_answer
from reftrack.cli.asking import note_from, wanted
from reftrack.cli.options import At, By, Note, Refs, RefsOrPerson
from reftrack.hints import command


def thank(
    ctx: typer.Context,
    whom: RefsOrPerson = None,
    by: By = None,
    gift: Annotated[
        str | None, typer.Option("--gift", metavar="TEXT", help="What was given with it.")
    ] = None,
    at: At = None,
    note: Note = None,
) -> None:
    """Record that the source was thanked; of a person, for everything that is open: one card."""
    texts = whom or [wanted(None, "Whom or what for", command("thank", 12))]
    run_and_answer(ctx.obj, touches.thank, texts, by=by, gift=gift, at=at, note=note_from(note))


def tell(
    ctx: typer.Context,
    whom: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="REF… | PERSON [TEXT]",
            help="Numbers, names, or @7 for a person; then, if you like, what was told.",
            show_default=False,
        ),
    ] = None,
    by: By = None,
    text: Annotated[
        str | None, typer.Option("--text", metavar="TEXT", help="What was told.")
    ] = None,
    said: Annotated[
        bool,
        typer.Option("--said", help="What is open was said too: the sale, the problem, its end."),
    ] = False,
    at: At = None,
    note: Note = None,
) -> None:
    """Record what you told the source; of a person, on every live referral of theirs.

    Without TEXT it settles what is open on a referral. News of something else does not: whether a
    sale, a problem or its end was said too is asked.
    """
    words = whom or [wanted(None, "Whom or what about", command("tell", 12))]
    texts, told = _split(words, text)
    run_and_answer(
        *(ctx.obj, touches.tell, texts),
        text=told,
        may_be_a_name=text is None,
        was_said=said,
        by=by,
        at=at,
        note=note_from(note),
    )


def _split(words: Sequence[str], text: str | None) -> tuple[list[str], str | None]:
    """The words before the news, and the news: the last word, where it is no number."""
    if text is not None or len(words) == 1:
        return list(words), text
    *texts, last = words
    if last.strip().isdigit() or last.startswith("@"):
        return list(words), None
    return texts, last


def explain(
    ctx: typer.Context, refs: Refs = None, by: By = None, at: At = None, note: Note = None
) -> None:
    """Record that the source knows why: of a loss, of a no, or that you were too busy."""
    texts = refs or [wanted(None, "Which referral", command("explain", 12))]
    run_and_answer(ctx.obj, touches.explain, texts, by=by, at=at, note=note_from(note))


def educate(
    ctx: typer.Context, whom: RefsOrPerson = None, by: By = None, at: At = None, note: Note = None
) -> None:
    """Record that the source knows whom you can help best."""
    texts = whom or [wanted(None, "Which referral or whom", command("educate", 12))]
    run_and_answer(ctx.obj, touches.educate, texts, by=by, at=at, note=note_from(note))


def done(ctx: typer.Context, refs: Refs = None, at: At = None, note: Note = None) -> None:
    """Settle the next debt of each referral, if that takes no conversation you may not have had."""
    texts = refs or [wanted(None, "Which referral", command("done", 12))]
    run_and_answer(ctx.obj, touches.done, texts, at=at, note=note_from(note))
