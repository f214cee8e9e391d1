"""`show`, `list` and `rules`."""

from __future__ import annotations

import json

from reftrack.rules.rulebook import RULEBOOK
from tests.support.driver import Book


def test_show_a_referral_tells_its_whole_story(two: Book) -> None:
    """The facts, the history with its instants and private notes, what is owed."""
    two("add", "Mia Lund", "--from", "@1", "--tie", "cousin", "--need", "a roof", "--note", "shy")
    two("problem", "3", "The survey came late", "--note", "my own fault")
    out = two("show", "3").out
    for text in ("Mia Lund, from Sam Ortiz", "cousin", "a roof", "shy", "The survey came late"):
        assert text in out
    assert "my own fault" in out
    assert "Fri 20 Nov 2026, 15:00" in out
    assert "reftrack tell 3" in out
    document = json.loads(two("show", "3", "--json").out)
    assert document["need"] == "a roof"
    assert [event["kind"] for event in document["events"]] == ["problem"]
    assert {item["rule"] for item in document["owed"]} >= {"report-problem", "resolve-problem"}


def test_show_a_person_tells_both_sides(two: Book) -> None:
    """A person is shown with what they sent, what they came from and what is owed to them."""
    two("add", "Sam Ortiz", "--from", "Tom Beck", "--email", "s@x.example")
    out = two("show", "@1").out
    assert "Dana Ruiz" in out
    assert "from Tom Beck" in out
    assert "s@x.example" in out
    document = json.loads(two("show", "@1", "--json").out)
    assert (document["sent"], document["prospect_of"]) == ([1], [3])
    assert {item["to"]["name"] for item in document["owed"]} == {"Sam Ortiz"}


def test_show_of_what_was_just_recorded_agrees_with_due(two: Book) -> None:
    """`show --json` and `due --json` say the same of a referral, but for its place in a morning."""
    owed = json.loads(two("show", "1", "--json").out)["owed"]
    listed = [i for i in two.due()["items"] if i["referral"] == 1]
    assert {(i.pop("section"), i.pop("record")) for i in listed} == {("today", 1), ("today", 3)}
    assert [i for i in owed if i["status"] != "upcoming"] == listed


def test_list_shows_live_ones_with_their_next_step(two: Book) -> None:
    """Live referrals, and ended ones while something waits; the rest with --all."""
    two("lose", "2", "--why", "moved away")
    assert [row["referral"] for row in json.loads(two("list", "--json").out)["referrals"]] == [1, 2]
    two("thank", "2")
    two("explain", "2")
    rows = json.loads(two("list", "--json").out)["referrals"]
    assert [row["referral"] for row in rows] == [1]
    assert rows[0]["next"]["command"] == "reftrack thank 1"
    rows = json.loads(two("list", "--json", "--all").out)["referrals"]
    assert [(row["referral"], row["stage"]) for row in rows] == [(1, "received"), (2, "lost")]
    out = two("list").out
    assert "Dana Ruiz, from Sam Ortiz" in out
    assert "Priya" not in out
    assert "reftrack list --all" in out
    assert "Priya" in two("list", "--all").out


def test_rules_names_each_rule_with_its_reason(book: Book) -> None:
    """The screen and the JSON have all of the rulebook, with the user's own deadlines."""
    book.configure(
        '[policy]\nthank-referral = "12h"\nupdate_every = "30d"\n[rules]\noff = ["ask-preference"]'
    )
    out = book("rules").out
    document = json.loads(book("rules", "--json").out)
    assert [rule["name"] for rule in document["rules"]] == [rule.name for rule in RULEBOOK]
    for rule in RULEBOOK:
        assert rule.name in out
        assert rule.why in out
    named = {rule["name"]: rule for rule in document["rules"]}
    assert named["thank-referral"]["within"] == "12h"
    assert named["ask-preference"]["off"]
    assert not book.path.exists()


def test_the_policy_changes_the_deadline(two: Book) -> None:
    """A configured deadline is in force at once, without a recording command."""
    before = {i["rule"]: i["due_at"] for i in two.due()["items"]}
    two.configure('[policy]\nthank-referral = "2h"\n[rules]\noff = ["contact-prospect"]')
    after_ = {i["rule"]: i["due_at"] for i in two.due()["items"]}
    assert before["thank-referral"] == "2026-11-21T15:00:00Z"
    assert after_["thank-referral"] == "2026-11-20T17:00:00Z"
    assert "contact-prospect" not in after_
