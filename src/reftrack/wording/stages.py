"""A referral in a few words: its title, and its stage."""

from __future__ import annotations

from reftrack.domain.referrals import Referral, Standing

_STAGES = {"received": "received", "attempted": "tried", "contacted": "in contact"}


def stage_of(standing: Standing) -> str:
    """The stage in words."""
    return _STAGES.get(standing.stage, standing.stage.replace("-", " "))


def title_of(referral: Referral, prospect: str, source: str) -> str:
    """The title of a referral: `Dana Ruiz, from Sam Ortiz`, or `Sam Ortiz, new business`."""
    return f"{prospect}, new business" if referral.is_expansion else f"{prospect}, from {source}"
