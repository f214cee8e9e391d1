"""The second reading of the rulebook, held against the tables that were worked out by hand."""

from __future__ import annotations

import tomllib
from collections import Counter
from typing import Any

import pytest

from reftrack.domain.instants import instant_of, text_of
from tests.support import random_history as made_up
from tests.support.independent import RULES, courtesies
from tests.support.random_history import ODD_ZONES, configuration_of, random_history, random_terms
from tests.support.scenario import Scenario, scenarios

SCENARIOS = list(scenarios())
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
    in_two_days = instant_of("2026-03-04T10:00:00Z")

    def thanks(**terms: Any) -> list[str]:
        rows = courtesies(history, zone="UTC", now=now, **terms)
        return [row["status"] for row in rows if row["rule"] == "thank-referral"]

    assert thanks() == ["due"]
    assert thanks(horizon=in_two_days) == ["ended"]


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


MANY_SHAPES = """
    agreed at, agreed on, agreed earlier, agreed and no more, promised due, promised on, paused,
    paused until, paused until then, kept, kept that one, resolved, resolved that one, told,
    told news
"""
SHAPES = {" ".join(shape.split()) for shape in MANY_SHAPES.split(",")} | {
    *made_up.ON_REFERRAL,
    *made_up.ON_PERSON,
    *made_up.ON_BOOK,
} - {"agreed", "promised"}


def shape_of(event: dict[str, Any]) -> str:
    """A strategy for an event that has several shapes."""
    at, data = event["at"], event["data"]
    match event["kind"]:
        case "agreed" if data.get("at"):
            return "agreed earlier" if data["at"] < at else "agreed at"
        case "agreed":
            return "agreed on" if data.get("on") else "agreed and no more"
        case "promised":
            return "promised due" if data.get("due") else "promised on"
        case "paused" if data["until"]:
            return "paused until then" if data["until"] <= at else "paused until"
        case "kept":
            return "kept that one" if data["promise"] else "kept"
        case "resolved":
            return "resolved that one" if data["problem"] else "resolved"
        case "told":
            return "told news" if data.get("news") else "told"
        case _:
            return str(event["kind"])


def test_random_histories_hold_all_of_the_form_and_never_break_it() -> None:
    """Every kind and shape occurs; what is named is there; every rule ends in every way."""
    shapes: Counter[str] = Counter()
    units: Counter[str] = Counter()
    outcomes: set[tuple[str, str | None]] = set()
    twice_corrected = 0
    for seed in range(210):
        zone = ODD_ZONES[seed % len(ODD_ZONES)]
        document = random_history(seed, zone=zone, events=(10, 40, 80)[seed % 3])
        terms = random_terms(seed, document)
        written = tomllib.loads(configuration_of(terms))
        assert (written["policy"], written.get("week")) == (terms["policy"], terms["week"])
        assert frozenset(written["rules"]["off"]) == terms["off"]
        units.update(span.lstrip("0123456789") for span in terms["policy"].values())
        uids = {event["uid"]: event for event in document["events"]}
        people = {person["uid"] for person in document["people"]}
        corrections: Counter[tuple[int, str]] = Counter()
        for event in document["events"]:
            shapes[shape_of(event)] += 1
            data = event["data"]
            assert not (data.get("at") and data.get("on"))
            if event["kind"] == "promised":
                assert bool(data.get("due")) != bool(data.get("on"))
            if promise := data.get("promise"):
                assert uids[promise]["kind"] == "promised"
            if problem := data.get("problem"):
                assert uids[problem]["kind"] == "problem"
                assert uids[problem]["referral"] == event["referral"]
            if event["kind"] == "source-corrected":
                assert data["from"] in people
                corrections[event["referral"], event["at"]] += 1
        twice_corrected += sum(count > 1 for count in corrections.values())
        outcomes |= {
            (row["rule"], row["outcome"]) for row in courtesies(document, zone=zone, **terms)
        }
    assert {shape for shape, count in shapes.items() if count >= 5} == SHAPES
    assert set(units) == {"h", "d", "wh", "wd"}
    assert twice_corrected >= 3
    missing = {(rule, outcome) for rule in RULES for outcome in (None, "done", "waived", "moot")}
    assert missing <= outcomes, missing - outcomes
