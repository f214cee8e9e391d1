"""The rows of the projections `courtesy`, `standing` and `heard`, from what the rules say."""

from __future__ import annotations

from typing import Any

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.times import text_of
from reftrack.rules.rulebook import BY_NAME
from reftrack.rules.story import ReferralStory, Word
from reftrack.store.rows import COURTESY, STANDING

COURTESY_WHOLE = f"{COURTESY}, class"
STANDING_WHOLE = f"{STANDING}, source, received_at, proved_at, proof, proof_uid, is_troubled"
HEARD = "person, at, event, uid, is_waiver"

Row = tuple[Any, ...]


def courtesy_row(courtesy: Courtesy) -> Row:
    """The courtesy in the columns of `COURTESY_WHOLE`."""
    return (
        courtesy.rule,
        courtesy.referral,
        courtesy.person,
        courtesy.cause,
        courtesy.to,
        courtesy.about,
        text_of(courtesy.opens_at),
        text_of(courtesy.due_at),
        None if courtesy.ended_at is None else text_of(courtesy.ended_at),
        courtesy.outcome,
        None if courtesy.ends_at is None else text_of(courtesy.ends_at),
        "occasion" if BY_NAME[courtesy.rule].is_occasion else "debt",
    )


def standing_row(story: ReferralStory) -> Row:
    """The standing of a referral with what the rules on its source read: `STANDING_WHOLE`."""
    standing, referral, proof = story.standing, story.referral, story.proof
    return (
        standing.referral,
        standing.stage,
        text_of(standing.since),
        None if standing.ended_at is None else text_of(standing.ended_at),
        None if referral.is_expansion else referral.source,
        text_of(story.receipt.at),
        None if proof is None else text_of(proof.at),
        None if proof is None else proof.place[1],
        None if proof is None else proof.uid,
        int(story.is_troubled),
    )


def heard_row(person: int, word: Word) -> Row:
    """One word between the book's owner and a source, in the columns of `HEARD`."""
    return (person, text_of(word.at), word.place[1], word.uid, int(word.is_waiver))
