"""`why`: the event, the sum, the ending and the reason, each sentence as a person reads it."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reftrack.domain.times import Calendar
from reftrack.rules.courtesies import Reading
from reftrack.rules.policy import policy_of
from reftrack.rules.reasons import Explanation, explained
from reftrack.rules.rulebook import RULEBOOK
from reftrack.rules.terms import Terms
from tests.support.driver import Book
from tests.support.files import bytes_of
from tests.support.histories import ZONES, history_of
from tests.support.prepared import made_once
from tests.support.random_history import random_history
from tests.support.sweeps import seeds


@pytest.fixture
@made_once
def one(book: Book) -> Book:
    """Sam (@1) referred Dana (@2) on Friday 20 November at 15:00."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    return book


def at(book: Book, when: str, *arguments: str) -> None:
    """Runs a command at a local time of November 2026, or of a full date."""
    book.at(when if "-" in when[:5] else f"2026-11-{when}")(*arguments)


def told(book: Book, *arguments: str) -> dict[str, str]:
    """The lines that `why` prints, by their labels; of equal labels the last."""
    rows = [line.split(":  ", 1) for line in book("why", *arguments).out.splitlines()]
    return {row[0]: row[1] for row in rows if len(row) == 2}


def items(book: Book, *arguments: str) -> list[dict[str, Any]]:
    """The items of `why --json`."""
    found: list[dict[str, Any]] = json.loads(book("why", "--json", *arguments).out)["items"]
    return found


def reason(book: Book, *arguments: str) -> str:
    """The reason of the last item of `why --json`."""
    return str(items(book, *arguments)[-1]["reason"])


# What is owed


def test_what_is_owed_is_explained_in_a_few_lines(one: Book) -> None:
    """The action with its deadline, the sum, the reason with its articles, the command."""
    one.at("2026-11-20T16:00")
    lines = one("why", "1").out.splitlines()
    assert lines[0] == "1  Dana Ruiz, from Sam Ortiz: 2 owed"
    start = lines.index("thank-referral: Thank Sam Ortiz for referring Dana Ruiz, by Sat 15:00")
    assert lines[start + 1 : start + 4] == [
        "Due:  received Fri 20 Nov 15:00 + 24h = Sat 21 Nov 15:00",
        (
            "Why:  They put their own name on the line. Thank them at once, whatever comes of it."
            " (Rosen, Barrier, Loop, Etiquette, Cross)"
        ),
        "Settle:  reftrack thank 1",
    ]


def test_the_first_worked_history(one: Book) -> None:
    """Thanked, met, won: what ended and what is held, as the rulebook tells it."""
    at(one, "21T10:00", "thank", "1", "--by", "card")
    at(one, "21T11:00", "meet", "1")
    at(one, "21T12:00", "win", "1")
    said = told(one, "1")
    assert said["thank-referral"] == "done in time by your thanks (Sat 21 Nov, 10:00)"
    assert said["contact-prospect"] == "done in time by the meeting (Sat 21 Nov, 11:00)"
    assert said["note-meeting"] == "moot, the sale came first (Sat 21 Nov, 12:00)"
    assert said["keep-informed"] == (
        "held back, announce-win on 1 and thank-win on 1 are still owed: they will be the news"
    )


@pytest.mark.parametrize(
    ("rule", "sums"),
    [
        ("announce-win", ["won Sat 21 Nov 12:00 + 4h = Sat 21 Nov 16:00"]),
        (
            "follow-up",
            [
                (
                    "won Sat 21 Nov 12:00; the 30th day after that day begins Mon 21 Dec 00:00"
                    " (follow_up_after_win)"
                ),
                "within 7d: the seventh day after Mon 21 Dec ends at midnight, Tue 29 Dec 00:00",
            ],
        ),
        (
            "return-favour",
            [
                "won on 1 Sat 21 Nov 12:00",
                "within 90d: the 90th day after Sat 21 Nov ends at midnight, Sat 20 Feb 2027 00:00",
            ],
        ),
        (
            "ask-preference",
            [
                "referral 1 received Fri 20 Nov 15:00",
                "within 14d: the 14th day after Fri 20 Nov ends at midnight, Sat 5 Dec 00:00",
            ],
        ),
    ],
)
def test_sums(one: Book, rule: str, sums: list[str]) -> None:
    """Elapsed hours are added, calendar days are counted to the midnight that ends them."""
    at(one, "21T12:00", "win", "1")
    (item,) = items(one, "1", rule)
    assert item["sums"] == sums


def test_sums_of_what_opens_later(one: Book) -> None:
    """Both steps are said: the wait until it opens, and the time within which it is due."""
    one("contact", "1", "--no-answer")
    (item,) = items(one, "1", "try-again")
    assert item["status"] == "upcoming"
    assert item["sums"] == [
        "tried Fri 20 Nov 15:00; the day after that day begins Sat 21 Nov 00:00",
        "Sat 21 Nov 00:00 + 24h = Sun 22 Nov 00:00",
    ]
    one("thank", "1")
    (item,) = items(one, "1", "keep-informed")
    assert item["sums"] == [
        (
            "thanked on 1 Fri 20 Nov 15:00; the 14th day after that day begins Fri 4 Dec 00:00"
            " (update_every)"
        ),
        "within 1d: the day after Fri 4 Dec ends at midnight, Sun 6 Dec 00:00",
    ]
    one("wish", "@1", "--updates", "2d")
    assert items(one, "1", "keep-informed")[-1]["sums"][0] == (
        "asked how to hear Fri 20 Nov 15:00; the second day after that day begins Sun 22 Nov 00:00"
        " (their wish)"
    )


def test_a_clock_change_is_said(book: Book) -> None:
    """Twenty-four hours over a change of the clocks do not look like a mistake."""
    book.zone("Europe/London").at("2026-10-26T12:00")
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--at", "2026-10-24 15:00")
    (item,) = items(book, "1", "thank-referral")
    assert item["sums"] == [
        "received Sat 24 Oct 15:00 + 24h = Sun 25 Oct 14:00 (the clocks change in between)"
    ]


def test_a_midnight_that_is_skipped_is_not_called_one(book: Book) -> None:
    """A day that a clock change begins at one o'clock ends the day before at that time."""
    book.zone("Africa/Cairo").at("2026-04-20T12:00").configure('[policy]\nthank-referral = "3d"\n')
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    (item,) = items(book, "1", "thank-referral")
    assert item["sums"][-1] == "within 3d: the third day after Mon 20 Apr ends Fri 24 Apr 01:00"


def test_a_favour_that_waits_for_its_turn(one: Book) -> None:
    """The second favour opens when the first is returned."""
    one("add", "Kim Wood", "--from", "@1")
    at(one, "21T12:00", "win", "1")
    at(one, "21T13:00", "win", "2")
    at(one, "23T09:00", "refer", "Lee Park", "--to", "@1")
    first, second = items(one, "@1", "return-favour")
    assert first["reason"] == "done in time by your referral to them (Mon 23 Nov, 09:00)"
    assert second["sums"][0] == (
        "won on 2 Sat 21 Nov 13:00; its turn came Mon 23 Nov 09:00, after the favour before it"
    )


def test_an_ask_that_waits_for_both(one: Book) -> None:
    """Their own word first, then the end of my pause."""
    at(one, "20T16:00", "review", "@2", "--agreed", "--delivered", "--happy")
    at(one, "20T16:00", "ask", "@2")
    answers = ("--agreed", "--delivered", "--happy", "--busy-until", "2026-12-01")
    at(one, "21T10:00", "review", "@2", *answers)
    (_, later) = items(one, "@2", "ask-for-referrals")
    assert later["sums"][0] == "reviewed Sat 21 Nov 10:00; they are busy until Tue 1 Dec 00:00"
    at(one, "22T10:00", "pause")
    at(one, "2026-12-02T09:00", "resume")
    (_, later) = items(one, "@2", "ask-for-referrals")
    assert later["sums"][0] == (
        "reviewed Sat 21 Nov 10:00; they are busy until Tue 1 Dec 00:00;"
        " you take no new referrals until Wed 2 Dec 09:00"
    )


def test_a_snooze_is_said(one: Book) -> None:
    """A hidden courtesy says until when, and that its deadline stays."""
    one("snooze", "1", "--until", "2026-11-26")
    said = told(one, "1")
    assert said["Snoozed"] == "until Thu 26 Nov, 00:00; the deadline stays where it is"
    assert {item["status"] for item in items(one, "1") if item["status"] != "not-owed"} == {
        "snoozed"
    }


# One rule in full


def test_one_rule_in_full(one: Book) -> None:
    """The reason, the articles, what settles it and what makes it moot, each time it was raised."""
    at(one, "21T11:00", "meet", "1")
    at(one, "21T12:00", "win", "1")
    lines = one("why", "1", "note-meeting").out.splitlines()
    assert lines == [
        "1  Dana Ruiz, from Sam Ortiz: note-meeting, rule 5",
        "Why:  The meeting is their doing. A short note says that it happened, and thanks them.",
        "Opens:  at the first meeting, unless they wish the outcome only",
        "Within:  24h",
        "Settled by:  your thanks or your news",
        "Moot by:  the sale, the loss, your no or referring them on",
        "Source:  Rosen: Prevent Good Referrals from Turning Bad",
        "and:  Barrier: on breaking the referral barrier",
        "",
        "1: Thank Sam Ortiz: you met Dana Ruiz",
        "Due:  met Sat 21 Nov 11:00 + 24h = Sun 22 Nov 11:00",
        "Ended:  moot, the sale came first (Sat 21 Nov, 12:00)",
    ]


def test_a_configured_deadline_is_said(one: Book) -> None:
    """A deadline that the user changed is told beside the rulebook's."""
    one.configure('[policy]\nthank-referral = "12h"\n')
    said = told(one, "1", "thank-referral")
    assert said["Within"] == "12h, as you configured it; the rulebook says 24h"
    assert said["Due"].endswith("+ 12h = Sat 21 Nov 03:00")


def test_a_rule_on_people_is_told_of_the_person_of_a_referral(one: Book) -> None:
    """Of the source or of the client, whichever it is owed to."""
    assert reason(one, "1", "review-client") == "not owed, no work of theirs is finished"
    assert items(one, "1", "review-client")[-1]["to"]["name"] == "Dana Ruiz"
    assert items(one, "1", "call-back")[-1]["to"]["name"] == "Sam Ortiz"


def test_a_rule_on_referrals_is_told_of_each_of_a_person(one: Book) -> None:
    """Of those on which the rule would owe something to this person."""
    one("add", "Kim Wood", "--from", "@1")
    one("add", "Sam Ortiz", "--from", "Tom Beck")
    assert [item["referral"] for item in items(one, "@1", "thank-referral")] == [1, 2]
    assert [item["referral"] for item in items(one, "@1", "contact-prospect")] == [3]
    out = one("why", "@2", "thank-referral").out
    assert out.endswith("No referral of Dana Ruiz is one that this rule is about.\n")


@pytest.mark.parametrize(("typed", "hint"), [("note-meting", "note-meeting"), ("xyz", "lists")])
def test_a_rule_that_is_none(one: Book, typed: str, hint: str) -> None:
    """The likeliest one is offered."""
    assert hint in one("why", "1", typed, code=2).err


# How things ended


@pytest.mark.parametrize(
    ("commands", "rule", "said"),
    [
        (["21T16:00 thank 1"], "thank-referral", "done late by your thanks (Sat 21 Nov, 16:00)"),
        (
            ["21T10:00 waive 1 thank-referral --why Thanked_at_lunch"],
            "thank-referral",
            "waived (Sat 21 Nov, 10:00): Thanked_at_lunch",
        ),
        (
            ["20T16:00 contact 1 --no-answer"],
            "contact-prospect",
            "done in time by a try (Fri 20 Nov, 16:00)",
        ),
        (
            ["20T16:00 lose 1 --why Moved"],
            "contact-prospect",
            "moot, the loss came first (Fri 20 Nov, 16:00)",
        ),
        (
            ["20T16:00 contact 1 --no-answer", "20T18:00 contact 1"],
            "try-again",
            "not owed, the conversation came before it would have opened (Fri 20 Nov, 18:00)",
        ),
        (
            ["20T16:00 rate 1 poor", "21T16:00 rate 1 good"],
            "educate-source",
            "moot, the rating came first (Sat 21 Nov, 16:00)",
        ),
        (
            ["20T16:00 missed @1", "20T17:00 add Kim_Wood --from @1"],
            "call-back",
            "done in time by referral 2 from them (Fri 20 Nov, 17:00)",
        ),
        (
            ["20T16:00 thank 1", "2026-12-05T09:00 lose 1 --why Moved"],
            "keep-informed",
            "moot, the last of their live referrals ended (Sat 5 Dec, 09:00)",
        ),
        (
            ["20T16:00 thank 1", "2026-12-05T09:00 tell 1"],
            "keep-informed",
            "done in time by your news on 1 (Sat 5 Dec, 09:00)",
        ),
        (
            ["20T16:00 problem 1 Late", "20T18:00 resolve 1 Mended"],
            "resolve-problem",
            "done in time by putting it right (Fri 20 Nov, 18:00)",
        ),
    ],
)
def test_how_it_ended(one: Book, commands: list[str], rule: str, said: str) -> None:
    """By what and when, in time or late."""
    for command in commands:
        when, *arguments = command.split()
        at(one, when, *(argument.replace("Kim_Wood", "Kim Wood") for argument in arguments))
    if rule == "keep-informed":
        reasons = [item["reason"] for item in items(one, "1", rule)]
        assert said in reasons
    else:
        assert items(one, "1", rule)[0]["reason"] == said


def test_what_ended_long_ago_is_told_only_when_asked_for(one: Book) -> None:
    """After two weeks the page without a rule leaves it out."""
    at(one, "21T10:00", "thank", "1")
    one.at("2026-12-05T10:00:00")
    assert "thank-referral" in told(one, "1")
    one.at("2026-12-05T10:00:01")
    assert "thank-referral" not in told(one, "1")
    assert told(one, "1", "thank-referral")["Ended"].startswith("done in time")


def test_where_nothing_is_to_tell_the_way_to_more_is(one: Book) -> None:
    """A referral that is over says how to ask about one rule."""
    one("lose", "1", "--why", "Moved")
    one("thank", "1")
    one("explain", "1")
    assert one.at("2027-03-01T09:00")("why", "1").out.splitlines() == [
        "1  Dana Ruiz, from Sam Ortiz: nothing is owed",
        "",
        "One rule, with all that was: reftrack why 1 RULE",
    ]


# Why not


@pytest.mark.parametrize("rule", [rule.name for rule in RULEBOOK])
def test_each_rule_says_what_it_waits_for(one: Book, rule: str) -> None:
    """On a book where nothing but one referral happened, no rule is without a word."""
    for item in items(one, "1", rule):
        is_open = item["status"] in ("due", "held")
        assert is_open or re.match(r"(not owed|not earned|held back)", item["reason"])
    if rule not in ("thank-referral", "contact-prospect", "ask-preference"):
        assert items(one, "1", rule)


@pytest.mark.parametrize(
    ("commands", "what", "rule", "said"),
    [
        (
            ["20T15:30 wish @1 --updates outcome", "20T16:00 meet 1"],
            "1",
            "note-meeting",
            "not owed, Sam Ortiz wishes the outcome only",
        ),
        (
            ["20T15:30 wish @1 --updates milestones", "20T16:00 thank 1"],
            "@1",
            "keep-informed",
            "not owed, Sam Ortiz wishes milestones only",
        ),
        (
            ["20T16:00 contact 1"],
            "1",
            "keep-informed",
            "held back, thank-referral on 1 is still owed: that will be the news",
        ),
        (
            ["20T16:00 thank 1", "20T16:00 lose 1 --why Moved", "20T17:00 explain 1"],
            "@1",
            "keep-informed",
            "not owed, no referral from Sam Ortiz is live",
        ),
        (["20T16:00 thank 1"], "1", "follow-up", "not owed yet, there was no conversation"),
        (["20T16:00 lose 1 --why Moved"], "1", "follow-up", "not owed, the referral is closed"),
        (
            ["20T16:00 win 1", "20T17:00 deliver 1"],
            "1",
            "follow-up",
            "not owed, the work is delivered",
        ),
        (
            ["20T16:00 contact 1 --no-answer", "21T17:00 contact 1 --no-answer"],
            "1",
            "ask-introduction",
            "not owed yet, 2 of 3 tries so far",
        ),
        (["20T16:00 thank 1"], "1", "ask-introduction", "not owed, there were not three tries"),
        (
            ["20T16:00 win 1"],
            "@2",
            "ask-for-referrals",
            "not earned, they were never reviewed, and no work of theirs is finished",
        ),
        (
            ["20T16:00 win 1", "20T17:00 deliver 1"],
            "@2",
            "ask-for-referrals",
            "not earned, their work is finished, and nobody asked how it went",
        ),
        (
            ["20T16:00 review @2 --agreed --not-delivered --unhappy"],
            "@2",
            "ask-for-referrals",
            "not earned, the review of Fri 20 Nov says not all delivered and not happy",
        ),
        (
            [
                "20T16:00 review @2 --agreed --delivered --happy",
                "20T17:00 problem 1 Late",
            ],
            "@2",
            "ask-for-referrals",
            "held back, the problem on 1 is not put right",
        ),
        (
            [
                "20T16:00 ask @2 --anyway",
                "21T16:00 ask @2 --anyway",
                "22T16:00 review @2 --agreed --delivered --happy",
            ],
            "@2",
            "ask-for-referrals",
            "not earned, asked twice in the year before the review (Fri 20 Nov and Sat 21 Nov)",
        ),
        (
            ["20T16:00 pause", "20T17:00 review @2 --agreed --delivered --happy"],
            "@2",
            "ask-for-referrals",
            "not owed yet, you take no new referrals since Fri 20 Nov, 16:00",
        ),
        (
            ["20T16:00 pause", "20T17:00 missed @1"],
            "@1",
            "reopen-intake",
            "not owed yet, the pause since Fri 20 Nov, 16:00 has not ended",
        ),
        (["20T16:00 thank 1"], "@1", "reopen-intake", "not owed, Sam Ortiz waited in no pause"),
        (["20T16:00 thank 1"], "@1", "call-back", "not owed, they left no word"),
    ],
)
def test_why_not(one: Book, commands: list[str], what: str, rule: str, said: str) -> None:
    """The obstacle to a courtesy is said in one line, without guessing he or she."""
    for command in commands:
        when, *arguments = command.split()
        at(one, when, *arguments)
    assert reason(one, what, rule).startswith(said)
    assert said in one("why", what, rule).out


def test_what_might_be_expected_is_told_without_asking(one: Book) -> None:
    """A meeting without a note to send, a sale without thanks: each with the reason."""
    one("wish", "@1", "--updates", "outcome")
    one("meet", "1")
    assert told(one, "1")["note-meeting"] == "not owed, Sam Ortiz wishes the outcome only"
    assert "follow-up" in one("why", "1").out
    assert "report-problem" not in one("why", "1").out


def test_a_rule_that_is_off_is_said(one: Book) -> None:
    """Where it would be owed, and only there."""
    one.configure('[rules]\noff = ["thank-referral", "note-meeting"]\n')
    said = told(one, "1")
    assert said["thank-referral"] == "not owed, the rule is switched off"
    assert "note-meeting" not in said
    assert reason(one, "1", "note-meeting") == "not owed, the rule is switched off"


def test_new_business_is_said(one: Book) -> None:
    """A sale to somebody who came back is thanked, not announced."""
    one("add", "Sam Ortiz", "--from", "@1", "--kind", "expansion")
    one("win", "2")
    said = told(one, "2")
    assert said["announce-win"] == "not owed, this is new business from the same contact"
    assert "thank-win: Thank Sam Ortiz" in one("why", "2").out
    assert "explain-loss" not in said


def test_a_review_that_leaves_an_answer_open(one: Book) -> None:
    """An answer that was not given is not called a no."""
    document = one.export()
    review = {"at": "2026-11-20T15:00:00Z", "kind": "reviewed", "person": 2}
    document["events"] = [review | {"id": 9, "uid": "r", "data": {"agreed": True, "happy": False}}]
    one.load(document)
    assert reason(one, "@2", "ask-for-referrals") == (
        "not earned, the review of Fri 20 Nov says not happy"
        " and leaves open whether all is delivered"
    )


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("ask @2", "not owed, asked since the review (Sat 21 Nov, 10:00)"),
        ("add Kim_Wood --from @2", "not owed, they sent referral 2 since the review"),
        ("lose 1 --why Moved", "not owed, 1 was lost since the review"),
        ("waive @2 ask-for-referrals --why No", "not owed, waived since the review"),
    ],
)
def test_a_right_is_used_once(one: Book, command: str, said: str) -> None:
    """The ask that used up the right of the last review is named."""
    one("review", "@2", "--agreed", "--delivered", "--happy")
    at(one, "21T10:00", *(part.replace("_", " ") for part in command.split()))
    assert reason(one, "@2", "ask-for-referrals").startswith(said)


# Now and then


def test_the_past_knows_nothing_of_what_came_later(one: Book) -> None:
    """Asked about an earlier instant, what lies later has not happened yet."""
    at(one, "21T10:00", "thank", "1")
    one.at("2026-11-20T18:00")
    (item,) = items(one, "1", "thank-referral")
    assert (item["status"], item["ended_by"], item["reason"]) == ("due", None, None)
    one.at("2026-11-19T18:00")
    one("why", "1", code=1)


def test_years_that_differ_are_said(one: Book) -> None:
    """An instant of another year has it."""
    one.at("2027-02-01T09:00")
    assert items(one, "1", "thank-referral")[0]["sums"] == [
        "received Fri 20 Nov 2026 15:00 + 24h = Sat 21 Nov 2026 15:00"
    ]


def test_without_a_book(book: Book) -> None:
    """There is nothing to explain, and none is made."""
    book("why", "1", code=1)
    assert not book.path.exists()


def whole(seed: int) -> dict[str, Any]:
    """A random history, plausible enough to import."""
    return random_history(seed, people=5, referrals=6, events=50)


@seeds(4, 12)
def test_why_agrees_with_due(book: Book, seed: int) -> None:
    """All that `due --all` lists is explained, with the same instants, and nothing else is open."""
    book.zone(ZONES[seed % len(ZONES)]).at("2199-06-01").load(whole(seed))
    document = book.export()
    instants = sorted(event["at"] for event in document["events"])
    for now in (instants[len(instants) // 2], "2199-06-01T00:00:00Z"):
        book.at(now)
        files = bytes_of(book)
        listed = book.due("--all")["items"]
        referrals = [r["id"] for r in document["referrals"] if r["received_at"] <= now]
        for number in referrals:
            found = [item for item in items(book, str(number)) if item["referral"] == number]
            compare(found, [item for item in listed if item["referral"] == number])
            book("why", str(number))
        for person in document["people"]:
            found = items(book, f"@{person['id']}")
            compare(found, [item for item in listed if item["to"]["id"] == person["id"]])
            book("why", f"@{person['id']}")
        for rule in RULEBOOK:
            book("why", str(referrals[0]), rule.name)
            book("why", f"@{document['people'][0]['id']}", rule.name)
        assert files == bytes_of(book)


def compare(found: list[dict[str, Any]], listed: list[dict[str, Any]]) -> None:
    """Both have the same open courtesies."""
    statuses = ("overdue", "due", "upcoming", "snoozed")
    fields = ("rule", "status", "referral", "opens_at", "due_at", "command", "channel", "action")

    def rows(some: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
        return Counter(tuple(i[f] for f in fields) for i in some if i["status"] in statuses)

    assert rows(found) == rows(listed)


def explanations(seed: int) -> tuple[Reading, list[Explanation]]:
    """Every rule on every subject of a random history."""
    calendar = Calendar(ZoneInfo(ZONES[seed % len(ZONES)]))
    off = [RULEBOOK[seed % len(RULEBOOK)].name] if seed % 4 == 0 else []
    reading = Reading(history_of(random_history(seed)), Terms(calendar, policy_of({}, off)))
    found = [
        explanation
        for what, numbers in (
            ("referral", reading.history.referrals),
            ("person", reading.history.people),
        )
        for number in numbers
        for explanation in explained(reading, (what, number))  # type: ignore[arg-type]
    ]
    return reading, found


@pytest.mark.parametrize("seed", range(40))
def test_reasons_hold_together(seed: int) -> None:
    """The courtesies raised are those of the rulebook; each end has its event, each lack its reason."""
    reading, found = explanations(seed)
    raised = [o.courtesy for e in found for o in e.occurrences if o.is_raised]
    assert Counter(raised) == Counter(reading.courtesies())
    for explanation in found:
        for occurrence in explanation.occurrences:
            courtesy = occurrence.courtesy
            assert (occurrence.ended_by is None) == (courtesy.outcome is None)
            opens_at = [wait.until for wait in occurrence.waits] or [occurrence.cause.at]
            assert opens_at[-1] == courtesy.opens_at
            assert all(first <= second for first, second in pairwise(opens_at))
            if courtesy.outcome is None and not occurrence.is_raised:
                assert {why.code for why in explanation.why_not} & {"held", "problem"}
        is_open = any(occurrence.is_open for occurrence in explanation.occurrences)
        assert not (is_open and explanation.why_not)
        assert is_open or explanation.why_not or explanation.occurrences


@pytest.mark.parametrize("seed", range(40))
def test_without_the_reason_it_would_be_owed(seed: int) -> None:
    """A wish, a rule that is off: where one is named as expected, its absence makes the debt."""
    reading, found = explanations(seed)
    everything_on = replace(reading.terms.policy, off=frozenset())
    for explanation in found:
        codes = {why.code for why in explanation.why_not if why.is_expected}
        history, policy = reading.history, reading.terms.policy
        if "off" in codes:
            policy = everything_on
        elif "wish" in codes:
            people = {n: replace(p, updates=None) for n, p in history.people.items()}
            history = replace(history, people=people)
        else:
            continue
        other = Reading(history, Terms(reading.terms.calendar, policy))
        (again,) = explained(other, explanation.subject, [explanation.rule])
        held = {why.code for why in again.why_not}
        assert any(o.is_open for o in again.occurrences) or held & {"held"}


def test_a_uid_shared_by_a_referral_and_an_event(book: Book) -> None:
    """A file may give both one uid; each occurrence is still told by what raised it."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    document = book.export()
    uid = document["referrals"][0]["uid"]
    event = {"kind": "thanked", "referral": 1, "at": "2026-11-20T16:00:00Z"}
    document["events"] = [event | {"id": 5, "uid": uid}]
    book.path.unlink()
    book.at("2026-11-21T15:00").load(document)
    assert items(book, "1", "thank-referral")[0]["raised_by"]["kind"] == "received"
    assert items(book, "1", "keep-informed")[0]["raised_by"]["kind"] in ("received", "thanked")
