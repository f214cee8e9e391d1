"""The steps that a referral allows, and what was probably meant by one that it does not."""

from __future__ import annotations

from dataclasses import dataclass

from reftrack.domain.events import CLOSING, TALK
from reftrack.domain.referrals import CO_WORKER, Referral
from reftrack.hints import Blank, Hint, command
from reftrack.rules.story import ReferralStory


@dataclass(frozen=True, slots=True)
class Refusal:
    """The reason why a step is not possible, and what was probably meant."""

    reason: str
    instead: Hint


NO_GIFT = (
    "a reward between colleagues is a conflict of interest, so a co-worker referral gets no gift"
)


def no_gift(referral: Referral) -> Refusal:
    """The refusal of a gift for a co-worker referral."""
    thanks = command("thank", referral.id, by="card")
    return Refusal(NO_GIFT, ("Thank them in words: ", thanks))


def refusal(kind: str, story: ReferralStory, *, has_gift: bool = False) -> Refusal | None:
    """The reason for which this kind of event cannot happen next in this story; None where it can.

    Talk is always possible: on a closed referral it reopens it.
    """
    if has_gift and story.referral.kind == CO_WORKER:
        return no_gift(story.referral)
    check = _CHECKS.get(kind)
    return check(story) if check else None


def reopens(kind: str, story: ReferralStory) -> bool:
    """True if this event reopens a closed referral."""
    return kind in TALK and story.closed_since is not None


def _won(story: ReferralStory) -> Refusal | None:
    if not story.standing.is_won:
        return None
    return Refusal(
        "it is won already",
        (
            *("If the work is finished: ", command("deliver", story.referral.id)),
            *(". New business from them is a referral of its own: ", command("add")),
        ),
    )


def _delivered(story: ReferralStory) -> Refusal | None:
    standing = story.standing
    if standing.stage == "delivered":
        return Refusal(
            "it is delivered already",
            ("Ask how it went, and record it: ", command("review", Blank("NAME"))),
        )
    if not standing.is_won:
        first = command("win", story.referral.id)
        return Refusal("it is not won, so there is nothing to deliver", ("First: ", first))
    return None


def _closing(story: ReferralStory) -> Refusal | None:
    standing = story.standing
    if not standing.is_closed:
        return None
    return Refusal(
        f"it is closed already ({standing.stage})",
        ("If they came back first, record that: ", command("contact", story.referral.id)),
    )


def _referred_out(story: ReferralStory) -> Refusal | None:
    return None if story.standing.stage == "declined" else _closing(story)


def _resolved(story: ReferralStory) -> Refusal | None:
    if story.has_open_problem:
        return None
    problem = command("problem", story.referral.id, Blank("TEXT"))
    return Refusal("it has no open problem", ("To record one: ", problem))


def _explained(story: ReferralStory) -> Refusal | None:
    received = story.referral.received_at
    if any(event.kind in CLOSING for event in story.events) or any(
        pause.holds(received) for pause in story.pauses
    ):
        return None
    if story.has_open_problem:
        return Refusal(
            "it has an open problem; explain is for a loss, a no or a full book",
            ("Tell them of it: ", command("tell", story.referral.id)),
        )
    return Refusal(
        "there is nothing to explain: it was not lost, declined or received while you were full",
        ("For news: ", command("tell", story.referral.id)),
    )


_CHECKS = {
    "won": _won,
    "delivered": _delivered,
    "lost": _closing,
    "declined": _closing,
    "referred-out": _referred_out,
    "resolved": _resolved,
    "explained": _explained,
}

# The kinds of events that are not possible in every story.
CHECKED = frozenset(_CHECKS)
