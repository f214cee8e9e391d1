"""The reasons for which something is not owed, as sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from reftrack.domain.counting import listed
from reftrack.domain.people import OUTCOME
from reftrack.rules.not_owed import WhyNot
from reftrack.wording.because import Because
from reftrack.wording.phrases import PHRASES

_STARTS: Mapping[str, str] = {
    "held": "held back",
    "problem": "held back",
    "never-reviewed": "not earned",
    "ticks": "not earned",
    "asked-twice": "not earned",
    "attempts": "not owed yet",
    "no-talk": "not owed yet",
    "appointment": "not owed yet",
    "pause": "not owed yet",
    "busy": "not owed yet",
}

_SAID_NO = {"agreed": "not as agreed", "delivered": "not all delivered", "happy": "not happy"}
_UNSAID = {
    "agreed": "whether it was as agreed",
    "delivered": "whether all is delivered",
    "happy": "whether they are happy",
}


def not_owed(why: WhyNot, rule: str, name: str, because: Because) -> str:
    """The reason for which nothing is owed: `not owed, Sam Ortiz wishes the outcome only`."""
    return f"{_STARTS.get(why.code, 'not owed')}, {clause(why, rule, name, because)}"


def clause(why: WhyNot, rule: str, name: str, because: Because) -> str:
    """The reason alone; `name` is whom the rule would owe it."""
    if why.code == "awaits":
        return PHRASES[rule].awaits
    if why.code == "pause" and rule == "reopen-intake":
        return f"the pause since {because.stamp(why.instants[0])} has not ended"
    said = _CLAUSES[why.code]
    if isinstance(said, str):
        return said.format(name=name, count=why.count)
    return said(why, name, because)


def _wish(why: WhyNot, name: str, _: Because) -> str:
    wish = "the outcome" if why.words == (OUTCOME,) else "milestones"
    return f"{name} wishes {wish} only"


def _held(why: WhyNot, _: str, __: Because) -> str:
    verb = "is still owed: that" if len(why.courtesies) == 1 else "are still owed: they"
    held = [f"{courtesy.rule} on {courtesy.referral}" for courtesy in why.courtesies]
    return f"{listed(held)} {verb} will be the news"


def _problem(why: WhyNot, _: str, __: Because) -> str:
    what, verb = ("problem", "is") if len(why.referrals) == 1 else ("problems", "are")
    return f"the {what} on {listed([str(n) for n in why.referrals])} {verb} not put right"


def _asked_twice(why: WhyNot, _: str, because: Because) -> str:
    often = "twice" if len(why.instants) == 2 else f"{len(why.instants)} times"
    days = listed([because.day(instant) for instant in why.instants])
    return f"asked {often} in the year before the review ({days})"


def _pause(why: WhyNot, _: str, because: Because) -> str:
    return f"you take no new referrals since {because.stamp(why.instants[0])}"


def _appointment(why: WhyNot, _: str, because: Because) -> str:
    return f"an appointment stands ({because.stamp(why.instants[0])}): that is the next step"


def _busy(why: WhyNot, _: str, because: Because) -> str:
    return f"they are busy until {because.stamp(why.instants[0])}"


def _never_reviewed(why: WhyNot, _: str, __: Because) -> str:
    if why.happenings:
        return "their work is finished, and nobody asked how it went"
    return "they were never reviewed, and no work of theirs is finished"


def _ticks(why: WhyNot, _: str, because: Because) -> str:
    review = why.happenings[0]
    answers = review.event.data if review.event else {}
    noes = [_SAID_NO[tick] for tick in why.words if answers.get(tick) is False]
    unsaid = [_UNSAID[tick] for tick in why.words if answers.get(tick) is not False]
    parts = [f"says {listed(noes)}"] if noes else []
    parts += [f"leaves open {listed(unsaid)}"] if unsaid else []
    return f"the review of {because.day(review.at)} {' and '.join(parts)}"


def _used(why: WhyNot, _: str, because: Because) -> str:
    by = why.happenings[0]
    when = f"since the review ({because.stamp(by.at)})"
    if by.kind == "received":
        return f"they sent referral {by.referral} {when}"
    if by.kind == "lost":
        return f"{by.referral} was lost {when}"
    return f"{by.kind} {when}"


_CLAUSES: Mapping[str, str | Callable[[WhyNot, str, Because], str]] = {
    "off": "the rule is switched off",
    "expansion": "this is new business from the same contact",
    "attempts": "{count} of 3 tries so far",
    "no-talk": "there was no conversation to follow up",
    "appointment": _appointment,
    "forgotten": "{name} was forgotten",
    "closed": "the referral is closed",
    "delivered": "the work is delivered",
    "none-live": "no referral from {name} is live",
    "no-pause": "{name} waited in no pause",
    "wish": _wish,
    "held": _held,
    "problem": _problem,
    "asked-twice": _asked_twice,
    "pause": _pause,
    "busy": _busy,
    "never-reviewed": _never_reviewed,
    "ticks": _ticks,
    "used": _used,
}
