"""The rulebook, scenario by scenario."""

from __future__ import annotations

import pytest

from reftrack.domain.courtesies import Courtesy
from reftrack.domain.times import LATEST, Calendar
from reftrack.rules.courtesies import courtesies_of
from reftrack.rules.morning import snoozes_at, status_of
from reftrack.rules.policy import policy_of, week_of
from reftrack.rules.rulebook import RULEBOOK
from tests.support.scenario import Scenario, scenarios

SCENARIOS = list(scenarios())


def line_of(scenario: Scenario, courtesy: Courtesy) -> str:
    """The courtesy as the tables write it, up to its times."""
    names = {person.id: person.name for person in scenario.people.values()}
    subject = courtesy.referral or f"@{names[courtesy.to]}"
    return f"{courtesy.rule} {subject} -> {names[courtesy.to]}"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: f"{s.file}: {s.title}")
def test_scenario(scenario: Scenario) -> None:
    """The courtesies are those of the table, and stand at each moment as it says."""
    policy = policy_of(scenario.policy, scenario.off, week_of(**scenario.week))
    calendar = Calendar(scenario.zone)
    owed = [
        f"{line_of(scenario, c)} | opens {c.opens_at:%Y-%m-%d %H:%M:%SZ}"
        f" | due {c.due_at:%Y-%m-%d %H:%M:%SZ} | "
        + (f"{c.outcome} {c.ended_at:%Y-%m-%d %H:%M:%SZ}" if c.ended_at else "open")
        for c in (c.seen_at(LATEST) for c in courtesies_of(scenario.history, policy, calendar))
        if scenario.is_about(c.rule)
    ]
    assert sorted(owed) == sorted(scenario.owed)
    for moment, expected in scenario.moments.items():
        now = scenario.instant(moment)
        history = scenario.history.until(now)
        snoozes = snoozes_at(now, [event for event in scenario.events if event.at <= now])
        statuses = [
            f"{line_of(scenario, c)} | {status_of(c, now, snoozes)}"
            for c in (c.seen_at(now) for c in courtesies_of(history, policy, calendar))
            if c.outcome is None and scenario.is_about(c.rule)
        ]
        assert sorted(statuses) == sorted(expected), moment


@pytest.mark.parametrize("rule", [rule.name for rule in RULEBOOK])
def test_every_rule_has_scenarios(rule: str) -> None:
    """A rule that no table is about is a rule that nobody has thought through."""
    about = [scenario for scenario in SCENARIOS if rule in scenario.rules]
    assert len(about) >= 3
    assert any(line.startswith(f"{rule} ") for scenario in about for line in scenario.owed)
