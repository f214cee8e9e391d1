"""The policy: deadlines changed, and rules switched off."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from reftrack.cli.command_line import hint_text
from reftrack.domain.times import Span
from reftrack.errors import BadInput
from reftrack.rules.policy import policy_of
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from reftrack.rules.terms import RHYTHM

KEYS = [*(name for name in BY_NAME if BY_NAME[name].within), *RHYTHM]


def test_the_policy_of_the_page() -> None:
    """Nothing changed is the page: every rule's own time, and the rhythm of news and follow-ups."""
    policy = policy_of()
    assert policy.text() == {rule.name: rule.within for rule in RULEBOOK if rule.within} | {
        "update_every": "14d",
        "follow_up_after": "7d",
        "follow_up_after_win": "30d",
    }
    assert (policy.update_every, policy.follow_up_after, policy.follow_up_after_win) == (14, 7, 30)
    assert policy.off == frozenset()
    assert policy_of(None, ()) == policy_of({}, []) == policy


@pytest.mark.parametrize("key", KEYS)
def test_every_key_can_be_changed(key: str) -> None:
    """Each deadline and each rhythm is the user's, and changing one leaves the others alone."""
    changed = policy_of({key: "5d"})
    assert changed.text() == policy_of().text() | {key: "5d"}
    if key in BY_NAME:
        assert changed.within[key] == Span(days=5)
    else:
        assert getattr(changed, key) == 5


SPANS = "Say hours or days: 12h, 7d; of working time: 8wh, 2wd."


def test_several_changes_and_rules_off() -> None:
    """Changes add up, and a rule may be off whatever its time."""
    policy = policy_of({"call-back": "2h", "update_every": "30d"}, ["call-back", "follow-up"])
    assert policy.within["call-back"] == Span(hours=2)
    assert policy.update_every == 30
    assert policy.off == {"call-back", "follow-up"}


@pytest.mark.parametrize(
    ("changes", "off", "message", "hint"),
    [
        (
            {"thank-referal": "12h"}, (),
            "there is no policy 'thank-referal'.", "Did you mean thank-referral?",
        ),
        (
            {"update-every": "7d"}, (),
            "there is no policy 'update-every'.", "Did you mean update_every?",
        ),
        (
            {"call-back": "2h", "zzzz": "7d"}, (),
            "there is no policy 'zzzz'.", "`reftrack rules` lists them.",
        ),
        (
            {"x" * 50: "7d"}, (),
            f"there is no policy '{'x' * 40}'.", "`reftrack rules` lists them.",
        ),
        (
            {}, ["folow-up"],
            "there is no rule 'folow-up'.", "Did you mean follow-up?",
        ),
        (
            {}, ["call-back", "update_every"],
            "there is no rule 'update_every'.", "`reftrack rules` lists them.",
        ),
        ({}, [7], "there is no rule '7'.", "`reftrack rules` lists them."),
        ({}, [["call-back"]], "there is no rule '['call-back']'.", "Did you mean call-back?"),
        (
            {"call-back": "soon"}, (),
            "policy call-back: 'soon' is not a length of time.", SPANS,
        ),
        (
            {"call-back": 24}, (),
            "policy call-back: '24' is not a length of time.", SPANS,
        ),
        (
            {"follow_up_after": "0d"}, (),
            "policy follow_up_after: '0d' is not a length of time.", SPANS,
        ),
        (
            {"update_every": "48h"}, (),
            "policy update_every: '48h' is not a number of days.", "Say days: 14d.",
        ),
        (
            {"update_every": "5wd"}, (),
            "policy update_every: '5wd' is not a number of days.", "Say days: 14d.",
        ),
        (
            {"keep-promise": "5d"}, (),
            "there is no policy 'keep-promise'.", "Did you mean keep-appointment?",
        ),
    ],
)  # fmt: skip
def test_refused_policies(
    changes: dict[str, object], off: Sequence[object], message: str, hint: str
) -> None:
    """An unknown rule, or no length of time, is refused with what was probably meant."""
    with pytest.raises(BadInput) as refused:
        policy_of(changes, off)
    assert (refused.value.message, hint_text(refused.value.hint)) == (message, hint)
