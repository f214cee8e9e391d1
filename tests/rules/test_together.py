"""Records: the courtesies that one command settles, by a copy of the rulebook that loads at once."""

from __future__ import annotations

import pytest

from reftrack.application.records import kind_of
from reftrack.hints import Command
from reftrack.rules.edition import DELIVERY, SETTLES
from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from reftrack.rules.together import OpenCourtesy, entry_of, records


def settled_by(rule: str, command: Command) -> frozenset[str]:
    """The rules on referrals that are settled by an event such as this command records."""
    kind, way = kind_of(command), command.option("by")
    if rule in ALONE or kind is None:
        return frozenset()
    return frozenset(
        each.name
        for each in RULEBOOK
        if each.subject == "referral"
        and each.to == BY_NAME[rule].to
        and each.name not in ALONE
        and each.is_settled_by(kind, way if isinstance(way, str) else None)
    )


# Each appointment, and each problem to put right, is a record of its own.
ALONE = {"keep-appointment", "resolve-problem"}


def test_the_copy_of_what_settles_what() -> None:
    """A count for a prompt may not load the rulebook: this part of it is a copy."""
    expected = {
        rule.name: settled_by(rule.name, rule.command)
        for rule in RULEBOOK
        if rule.subject == "referral"
    }
    expected[DELIVERY] = settled_by("follow-up", Command("deliver"))
    assert expected == SETTLES, "src/reftrack/rules/edition.py"
    order = [name for name in SETTLES if name != DELIVERY]
    assert order == [rule.name for rule in RULEBOOK if rule.subject == "referral"]


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (["thank-referral"], [(0, (0,))]),
        (["thank-referral", "note-meeting"], [(0, (0, 1))]),
        (["note-meeting", "report-problem"], [(1, (0, 1))]),
        (["note-meeting", "thank-win", "report-problem"], [(0, (0, 1)), (2, (2,))]),
        (["explain-loss", "thank-referral", "report-problem"], [(0, (0, 2)), (1, (1,))]),
        (["find-better", "find-better"], [(0, (0,)), (1, (1,))]),
        (["resolve-problem", "resolve-problem"], [(0, (0,)), (1, (1,))]),
        ([DELIVERY, "follow-up"], [(0, (0, 1))]),
        (["contact-prospect", DELIVERY], [(0, (0, 1))]),
        (["thank-referral", "announce-win", "note-meeting"], [(0, (0, 2)), (1, (1,))]),
        (
            ["note-meeting", "thank-win", "report-problem", "announce-win"],
            [(2, (0, 2, 3)), (1, (1,))],
        ),
        (["note-meeting", "explain-loss", "report-problem"], [(2, (0, 2)), (1, (1,))]),
        ([], []),
    ],
)
def test_records_are_what_one_command_settles(
    rules: list[str], expected: list[tuple[int, tuple[int, ...]]]
) -> None:
    """The most pressing is always in it, by the command that settles the most with it."""
    assert list(records([OpenCourtesy(rule, 1, 2, "now") for rule in rules])) == expected


THANKS = "thank-referral"


@pytest.mark.parametrize(
    ("owed", "expected"),
    [
        pytest.param(
            [(THANKS, 1, 9, 0), (THANKS, 2, 9, 0), ("contact-prospect", 1, 5, 0)],
            [(None, (0, 1)), (2, (2,))],
            id="referred at once",
        ),
        pytest.param(
            [(THANKS, 1, 9, 0), (THANKS, 2, 9, 1)], [(0, (0,)), (1, (1,))], id="one after the other"
        ),
        pytest.param(
            [(THANKS, 1, 9, 0), (THANKS, 2, 8, 0)], [(0, (0,)), (1, (1,))], id="by two sources"
        ),
        pytest.param(
            [("note-meeting", 3, 9, 7), (THANKS, 1, 9, 0), (THANKS, 2, 9, 0), (THANKS, 4, 9, 1)],
            [(None, (0, 1, 2, 3))],
            id="with all other thanks to them",
        ),
        pytest.param(
            [
                ("announce-win", 1, 9, 7),
                *((THANKS, n, 9, 0) for n in (1, 2)),
                ("thank-win", 1, 9, 7),
                ("follow-up", None, 9, 0),
            ],
            [(4, (4,)), (None, (1, 2, 3)), (0, (0,))],
            id="what no thanks settle stays by itself",
        ),
        pytest.param(
            [("note-meeting", 1, 9, 0), ("note-meeting", 2, 9, 0)],
            [(0, (0,)), (1, (1,))],
            id="other thanks of one instant",
        ),
    ],
)
def test_thanks_for_a_couple_are_one_record(
    owed: list[tuple[str, int | None, int, object]],
    expected: list[tuple[int | None, tuple[int, ...]]],
) -> None:
    """Thanks to whoever referred several people at once are one record, settled by the person."""
    assert list(records([OpenCourtesy(*each) for each in owed])) == expected


def test_a_follow_up_of_a_sale_stands_by_itself() -> None:
    """Once won it asks for the delivery, which settles no call."""
    assert entry_of("follow-up", is_won=True) == DELIVERY
    assert entry_of("follow-up", is_won=False) == "follow-up"
    assert entry_of("thank-win", is_won=True) == "thank-win"
