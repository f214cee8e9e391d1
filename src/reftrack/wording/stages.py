"""The stage of a referral in words."""

from __future__ import annotations

from reftrack.domain.referrals import Standing

_STAGES = {"received": "received", "attempted": "tried", "contacted": "in contact"}


def stage_of(standing: Standing) -> str:
    """The stage in words."""
    return _STAGES.get(standing.stage, standing.stage.replace("-", " "))
