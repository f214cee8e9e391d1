"""The second reading of the rulebook, held against the tables that were worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from reftrack.domain.instants import instant_of, text_of
from tests.independent import RULES, courtesies
from tests.scenario import Scenario, scenarios

SCENARIOS = [scenario for scenario in scenarios() if scenario.file.startswith("2e-")]
CHANGED = [
    RULES[number - 1] for number in (3, 4, 6, 7, 10, 11, 12, 13, 14, 16, 17, 18, 19, 24, 25, 26)
]


def document_of(scenario: Scenario) -> dict[str, Any]:
    """The scenario's history in the form in which it is exported."""
    return {
        "schema": "reftrack.history/2",
        "people": [
            {"id": person.id, "uid": person.uid, "name": person.name, "updates": person.updates}
            for person in scenario.people.values()
        ],
        "referrals": [
            {
                "id": referral.id,
                "uid": referral.uid,
                "source": referral.source,
                "prospect": referral.prospect,
                "received_at": text_of(referral.received_at),
                "kind": referral.kind,
            }
            for referral in scenario.referrals
        ],
        "events": [
            {
                "id": event.id,
                "uid": event.uid,
                "at": text_of(event.at),
                "kind": event.kind,
                "referral": event.referral,
                "person": event.person,
                "channel": event.channel,
                "data": event.data,
            }
            for event in scenario.events
        ],
    }


def rows_of(scenario: Scenario, moment: str | None = None) -> list[dict[str, Any]]:
    """The courtesies of the scenario's rules, as they are at a moment."""
    rows = courtesies(
        document_of(scenario),
        zone=scenario.zone.key,
        now=scenario.instant(moment) if moment else None,
        policy={key: str(value) for key, value in scenario.policy.items()},
        off=frozenset(scenario.off),
        week=scenario.week,
    )
    return [row for row in rows if scenario.is_about(row["rule"])]


def line_of(scenario: Scenario, row: dict[str, Any]) -> str:
    """The courtesy as the tables write it, up to its times."""
    names = {person.id: person.name for person in scenario.people.values()}
    subject = row["referral"] or f"@{names[row['person']]}"
    return f"{row['rule']} {subject} -> {names[row['to']]}"


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: f"{s.file}: {s.title}")
def test_the_second_reading_gives_what_the_table_says(scenario: Scenario) -> None:
    """The courtesies are those of the table, and stand at each moment as it says."""
    owed = [
        f"{line_of(scenario, row)} | opens {row['opens_at']:%Y-%m-%d %H:%M:%SZ}"
        f" | due {row['due_at']:%Y-%m-%d %H:%M:%SZ} | "
        + (f"{row['outcome']} {row['ended_at']:%Y-%m-%d %H:%M:%SZ}" if row["outcome"] else "open")
        for row in rows_of(scenario)
    ]
    assert sorted(owed) == sorted(scenario.owed)
    for moment, expected in scenario.moments.items():
        statuses = [
            f"{line_of(scenario, row)} | {row['status']}"
            for row in rows_of(scenario, moment)
            if row["outcome"] is None
        ]
        assert sorted(statuses) == sorted(expected), moment


@pytest.mark.parametrize("rule", CHANGED)
def test_every_changed_rule_has_tables(rule: str) -> None:
    """A change that no table is about is a change that nobody has thought through."""
    about = [scenario for scenario in SCENARIOS if rule in scenario.rules]
    assert len(about) >= 5


def test_what_lies_ahead_of_the_clock_by_at_most_two_days_has_happened() -> None:
    """Asked about the present it counts; asked about the past it has not happened yet."""
    history = {
        "people": [{"id": 1, "uid": "sam"}, {"id": 2, "uid": "dana"}],
        "referrals": [{"id": 1, "source": 1, "prospect": 2, "received_at": "2026-03-02T09:00:00Z"}],
        "events": [{"id": 1, "at": "2026-03-03T09:00:00Z", "kind": "thanked", "referral": 1}],
    }
    now = instant_of("2026-03-02T10:00:00Z")
    two_days = instant_of("2026-03-04T00:00:00Z") - instant_of("2026-03-02T00:00:00Z")

    def thanks(**terms: Any) -> list[str]:
        rows = courtesies(history, zone="UTC", now=now, **terms)
        return [row["status"] for row in rows if row["rule"] == "thank-referral"]

    assert thanks() == ["due"]
    assert thanks(ahead=two_days) == ["ended"]


def test_a_touch_exists_where_the_former_source_was_merged_into_the_present_one() -> None:
    """`source-corrected` names a person as they were called then: merged people are one."""
    history = {
        "people": [{"id": 1, "uid": "grace"}, {"id": 2, "uid": "dana"}],
        "referrals": [{"id": 1, "source": 1, "prospect": 2, "received_at": "2026-03-02T09:00:00Z"}],
        "events": [
            {"id": 1, "at": "2026-03-02T10:00:00Z", "kind": "thanked", "referral": 1},
            {
                "id": 2,
                "at": "2026-03-03T10:00:00Z",
                "kind": "source-corrected",
                "referral": 1,
                "data": {"from": "g. obi"},
            },
        ],
    }

    def thanks(**terms: Any) -> list[str | None]:
        rows = courtesies(history, zone="UTC", **terms)
        return [row["outcome"] for row in rows if row["rule"] == "thank-referral"]

    assert thanks() == [None]
    assert thanks(merged={"g. obi": "grace"}) == []
