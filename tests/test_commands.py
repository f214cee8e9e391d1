"""The commands of the day, as somebody with a book of their own meets them."""

from __future__ import annotations

import json
import os
import random
import re
import shlex
import shutil
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from demo.book import NOW as DEMO_NOW
from demo.book import history as demo_history

from reftrack.rules.rulebook import BY_NAME, RULEBOOK
from tests.driver import REFTRACK, TIMEOUT, Book, Result
from tests.random_history import random_history

FRIDAY = "2026-11-20T15:00:00Z"
SATURDAY = "2026-11-21T10:00:00Z"
SUNDAY = "2026-11-22T10:00:00Z"
TWO: list[bytes] = []  # the book of the fixture `two`, made once


def of_debts(book: Book, *options: str) -> list[tuple[str, int | None]]:
    """The rules and referrals of the debts that `due` lists."""
    items = book.due(*options)["items"]
    return [(item["rule"], item["referral"]) for item in items if item["class"] == "debt"]


def events(book: Book, kind: str | None = None) -> list[dict[str, Any]]:
    """What is on record, in order, all or of one kind."""
    return [event for event in book.export()["events"] if kind in (None, event["kind"])]


def kinds(book: Book) -> list[str]:
    """The kinds of what is on record, in order."""
    return [event["kind"] for event in events(book)]


def person(book: Book, name: str) -> dict[str, Any]:
    """The one person of this name."""
    (found,) = [person for person in book.export()["people"] if person["name"] == name]
    return found


def refused(book: Book, *arguments: str, code: int = 1) -> Result:
    """Runs what must be refused, and checks that it left no trace."""
    before = book.path.read_bytes() if book.path.exists() else None
    result = book(*arguments, code=code)
    assert (book.path.read_bytes() if book.path.exists() else None) == before
    assert result.out == ""
    first, *rest = result.err.splitlines()
    assert first.startswith("error: "), result.err
    assert first.endswith((".", ":", "?")), result.err
    assert rest, "an error says what to do"
    return result


@pytest.fixture
def two(book: Book) -> Book:
    """A book with two referrals of Friday: Dana from Sam, Priya from Tom."""
    if not TWO:
        book("add", "Dana Ruiz", "--from", "Sam Ortiz")
        book("add", "Priya Nair", "--from", "Tom Beck")
        TWO.append(book.path.read_bytes())
    book.path.write_bytes(TWO[0])
    book.path.chmod(0o600)
    return book


# The morning before there is anything


@pytest.mark.parametrize("command", [["due"], ["list"], ["due", "--by-person"], ["list", "--all"]])
def test_the_first_look_says_how_to_begin(book: Book, command: list[str]) -> None:
    """Without a book a look succeeds, says how to begin, and makes no file."""
    result = book(*command)
    assert 'reftrack add "Dana Ruiz" --from "Sam Ortiz"' in result.out
    assert not book.path.exists()


def test_without_a_book_due_answers_programs_too(book: Book) -> None:
    """`--json` and `--count` answer, `--exit-code` finds nothing pressing, no file is made."""
    document = book.due("--exit-code")
    assert (document["schema"], document["now"]) == ("reftrack.due/1", FRIDAY)
    assert document["items"] == []
    assert set(document["counts"].values()) == {0}
    assert book("due", "--count", "--exit-code").out == "0\n"
    assert book("list", "--json").out
    assert list(book.folder.glob("book*")) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["thank", "1"],
        ["contact", "1"],
        ["show", "Sam"],
        ["waive", "1", "all", "--why", "x"],
        ["call-back", "Sam"],
        ["ask", "Sam"],
        ["refer-out", "1", "--to", "Kim Wood"],
    ],
)
def test_without_a_book_what_needs_one_says_how_to_begin(book: Book, arguments: list[str]) -> None:
    """What is about somebody known fails with 1 where nobody is known, and makes no file."""
    result = refused(book, *arguments)
    assert "reftrack add" in result.err
    assert not book.path.exists()


# add


def test_add_records_a_referral_and_says_what_comes_next(book: Book) -> None:
    """The number, both names, and the first debt with its deadline and command."""
    result = book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert result.out.splitlines() == [
        "1  Dana Ruiz, referred by Sam Ortiz.",
        "Next, by Sat 15:00: Thank Sam Ortiz for referring Dana Ruiz (reftrack thank 1)",
    ]
    assert result.err.splitlines() == ["New: Sam Ortiz (@1).", "New: Dana Ruiz (@2)."]
    assert book.owed() == [
        ("thank-referral", "due", 1, "Sam Ortiz"),
        ("contact-prospect", "due", 1, "Dana Ruiz"),
        ("ask-preference", "due", None, "Sam Ortiz"),
    ]


def test_add_keeps_every_option(book: Book) -> None:
    """Each option ends where the export says that it belongs."""
    book(
        *("add", "  Dana   Ruiz ", "--from", "Sam Ortiz", "--kind", "Partner"),
        *("--relation", "FRIEND", "--tie", "cousin", "--phone", "0161 1", "--email", "d@x.example"),
        *("--company", "Ruiz Ltd", "--source-phone", "0161 2", "--source-email", "s@x.example"),
        *("--source-company", "Ortiz plc", "--need", "a kitchen", "--note", "shy of the phone"),
        *("--thanked", "text", "--contacted", "--at", "yesterday 15:00"),
    )
    source, prospect = person(book, "Sam Ortiz"), person(book, "Dana Ruiz")
    kept = ("phone", "email", "company", "relation")
    assert [source[k] for k in kept] == ["0161 2", "s@x.example", "Ortiz plc", "friend"]
    assert [prospect[k] for k in kept] == ["0161 1", "d@x.example", "Ruiz Ltd", None]
    (referral,) = book.export()["referrals"]
    assert (referral["kind"], referral["tie"]) == ("partner", "cousin")
    assert (referral["need"], referral["note"]) == ("a kitchen", "shy of the phone")
    assert referral["received_at"] == "2026-11-19T15:00:00Z"
    assert [(e["kind"], e["channel"], e["at"]) for e in events(book)] == [
        ("thanked", "text", "2026-11-19T15:00:00Z"),
        ("contacted", None, "2026-11-19T15:00:00Z"),
    ]
    assert of_debts(book) == []


@pytest.mark.parametrize("kind", ["client", "co-worker", "partner"])
def test_add_takes_each_kind_between_two(book: Book, kind: str) -> None:
    """Each kind is kept; without one it is a client's referral."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--kind", kind)
    book("add", "Kim Wood", "--from", "Sam Ortiz")
    assert [referral["kind"] for referral in book.export()["referrals"]] == [kind, "client"]


@pytest.mark.parametrize("again", ["Sam Ortiz", "sam  ORTIZ", "Sám Örtiz", "@1", "s@x.example"])
def test_one_person_at_both_ends_is_an_expansion(book: Book, again: str) -> None:
    """New business from the same contact is an expansion without being told so."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--source-email", "s@x.example")
    result = book("add", again, "--from", "Sam Ortiz")
    assert result.out.startswith("2  New business from Sam Ortiz")
    assert book.export()["referrals"][1]["kind"] == "expansion"
    assert len(book.export()["people"]) == 2


def test_an_expansion_is_of_one_person_alone(two: Book) -> None:
    """`expansion` between two, and another kind for one person, are both refused."""
    between = refused(two, "add", "Kim Wood", "--from", "Sam Ortiz", "--kind", "expansion")
    assert "these are two" in between.err
    within = refused(two, "add", "Sam Ortiz", "--from", "Sam Ortiz", "--kind", "client")
    assert "expansion" in within.err
    two("add", "Sam Ortiz", "--from", "Sam Ortiz", "--kind", "expansion")


def test_an_expansion_reads_as_one_person(book: Book) -> None:
    """Nobody is told to thank Sam for referring Sam."""
    shown = book("add", "Sam Ortiz", "--from", "Sam Ortiz").out + book("due").out + book("list").out
    assert "referring Sam Ortiz" not in shown
    assert "(from Sam Ortiz)" not in shown


def test_a_whole_name_is_the_person_and_a_beginning_never(book: Book) -> None:
    """Case, accents and spaces are folded in a whole name; `Sam` alone is somebody new."""
    book("add", "Zoë Ångström", "--from", "Sam Ortiz")
    assert book("add", "Kim Wood", "--from", " zoe  ANGSTROM").err == "New: Kim Wood (@3).\n"
    assert [r["source"] for r in book.export()["referrals"]] == [1, 2]
    result = book("add", "Lee Park", "--from", "Sam")
    assert "New: Sam (@4)." in result.err
    assert person(book, "Sam")["id"] == 4


def test_a_near_name_is_mentioned_where_nobody_can_be_asked(two: Book) -> None:
    """A slip of the hand makes somebody new, and says who may have been meant, by number."""
    result = two("add", "Kim Wood", "--from", "Tom Bech")
    assert "New: Tom Bech (@5)." in result.err
    assert "Tom Beck (@3)" in result.err
    assert "reftrack merge @5 @3 --yes" in result.err


def test_a_name_held_by_two_has_to_be_said_by_number(two: Book) -> None:
    """Two people of one name are listed with their numbers; the number then says which."""
    history = two.export()
    twin = {**person(two, "Tom Beck"), "id": 9, "uid": "another", "company": "Beck Roofing"}
    two.load({**history, "people": [*history["people"], twin]})
    result = refused(two, "add", "Kim Wood", "--from", "tom beck")
    assert re.findall(r"^  (@\d+)  Tom Beck", result.err, re.MULTILINE) == ["@3", "@5"]
    assert "Beck Roofing" in result.err
    two("add", "Kim Wood", "--from", "@5")


def test_a_twin_of_a_live_referral_is_mentioned(two: Book) -> None:
    """The same two again may be a slip: the live one is named, and the new one recorded."""
    result = two("add", "dana ruiz", "--from", "sam ortiz")
    assert "1 is Dana Ruiz from Sam Ortiz too" in result.err
    assert result.out.startswith("3  Dana Ruiz")
    two("lose", "1", "3", "--why", "moved away")
    assert "too" not in two("add", "dana ruiz", "--from", "sam ortiz").err


def test_add_says_what_it_replaces(two: Book) -> None:
    """A new number for somebody known replaces the old one, which is said."""
    two("add", "Kim Wood", "--from", "@1", "--source-phone", "0161 1")
    result = two("add", "Lee Park", "--from", "@1", "--source-phone", "0161 2")
    assert "phone was 0161 1, is now 0161 2" in result.err
    assert person(two, "Sam Ortiz")["phone"] == "0161 2"
    assert "was" not in two("add", "Eva Lang", "--from", "@1", "--source-phone", "0161 2").err


@pytest.mark.parametrize("way", ["card", "call", "email", "text", "in-person", "gift"])
def test_thanked_already(book: Book, way: str) -> None:
    """`--thanked WAY` settles the thanks on the spot."""
    result = book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", way)
    assert "Thanked Sam Ortiz" in result.out
    assert of_debts(book) == [("contact-prospect", 1)]
    assert events(book)[0]["channel"] == way


def test_contacted_already(book: Book) -> None:
    """`--contacted` settles the first call on the spot."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted")
    assert of_debts(book) == [("thank-referral", 1)]


def test_a_refused_add_is_not_half_done(two: Book) -> None:
    """Neither its people nor a word of them stays of an `add` that was refused."""
    result = refused(
        two, "add", "Kim Wood", "--from", "Joe Kerr", "--kind", "co-worker", "--thanked", "gift"
    )
    assert "New" not in result.err
    assert len(two.export()["people"]) == 4


def test_add_asks_at_a_terminal(book: Book) -> None:
    """At a terminal `add` alone asks for both names and offers the rest; Enter leaves it out."""
    shown = book.screen("add", keys="Dana Ruiz\nSam Ortiz\n0161 1\n\na kitchen\n")
    assert shown.code == 0
    assert "Who was referred to you: " in shown.out
    assert "(Enter for none)" in shown.out
    assert "1  Dana Ruiz, referred by Sam Ortiz." in shown.out
    (referral,) = book.export()["referrals"]
    assert (referral["tie"], referral["need"]) == (None, "a kitchen")
    assert person(book, "Dana Ruiz")["phone"] == "0161 1"


@pytest.mark.parametrize(("answer", "people"), [("y", 5), ("what\nno", 6)])
def test_a_near_name_is_asked_about_at_a_terminal(two: Book, answer: str, people: int) -> None:
    """Yes is the person known, no somebody new; who else is new is said once."""
    shown = two.screen("add", "Kim Wood", "--from", "Sam Ortis", keys=f"{answer}\n")
    assert shown.code == 0
    assert "Is Sam Ortis the same as Sam Ortiz (@1)? [y/" in shown.out
    assert shown.out.count("New: Kim Wood") == 1
    assert len(two.export()["people"]) == people


# due


@pytest.fixture
def busy(two: Book) -> Book:
    """Saturday 16:00: overdue, today's, later, upcoming, snoozed debts and occasions.

    Sam's and Dana's courtesies are overdue since 15:00, Mia's is due by midnight at the latest,
    Priya's are snoozed, Ana's review and Ana's thanks are later.
    """
    two.at("2026-11-21T08:00:00Z")
    two("thank", "2")
    two("snooze", "2", "--until", "mon")
    two.at("2026-11-21T09:00:00Z")
    two("rate", "2", "poor")
    two("add", "Mia Lund", "--from", "Joe Kerr", "--thanked", "card", "--at", "yesterday 23:00")
    two("add", "Kim Wood", "--from", "Ana Silva", "--contacted")
    two("deliver", "Ana Silva")
    return two.at("2026-11-21T16:00:00Z")


OVERDUE = [("thank-referral", 1), ("contact-prospect", 1)]
TODAY = [("contact-prospect", 3)]
LATER = [("thank-referral", 4), ("educate-source", 2)]


def test_due_lists_debts_and_occasions(busy: Book) -> None:
    """What is open, debts before occasions, each by its deadline; what is snoozed is not."""
    assert of_debts(busy) == [*OVERDUE, *TODAY, *LATER]
    items = busy.due()["items"]
    assert {item["rule"] for item in items if item["class"] == "occasion"} == {
        "ask-preference",
        "review-client",
    }
    place = [
        (
            item["class"] == "occasion",
            item["due_at"],
            BY_NAME[item["rule"]].number,
            item["referral"] or 0,
            item["to"]["id"],
            item["opens_at"],
        )
        for item in items
    ]
    assert place == sorted(place)
    assert {item["status"] for item in items} == {"overdue", "due"}


def test_an_item_has_the_fields_of_the_contract(busy: Book) -> None:
    """Each item has exactly these, whatever the rule."""
    for item in busy.due("--all")["items"]:
        assert list(item) == [
            *("rule", "class", "status", "referral", "to", "about", "opens_at", "due_at"),
            *("channel", "action", "why", "command"),
        ]
        assert set(item["to"]) == {"id", "name"}
        assert item["command"].startswith("reftrack ")
        assert item["why"]
        assert (item["referral"] is None) == (BY_NAME[item["rule"]].subject == "person")


def test_due_with_all_adds_what_is_upcoming_or_snoozed(busy: Book) -> None:
    """`--all` lists more with their statuses, and the screen has headings for them."""
    items = busy.due("--all")["items"]
    assert {item["status"] for item in items} == {"overdue", "due", "upcoming", "snoozed"}
    assert [item["rule"] for item in items if item["status"] == "snoozed"] == ["contact-prospect"]
    out = busy("due", "--all").out
    for title in ("OVERDUE", "TODAY", "LATER", "WHEN YOU CAN", "UPCOMING", "SNOOZED"):
        assert f"\n{title}  " in out


def test_due_counts_what_matches_before_the_limit(busy: Book) -> None:
    """`--limit` shortens the list, never the counts."""
    whole, cut = busy.due("--all"), busy.due("--all", "--limit", "2")
    assert len(cut["items"]) == 2
    assert cut["items"] == whole["items"][:2]
    assert cut["counts"] == whole["counts"]
    assert sum(whole["counts"].values()) == len(whole["items"])
    assert cut["counts"]["overdue"] == 2
    out = busy("due", "--limit", "1").out
    assert out.count("reftrack thank") + out.count("reftrack contact") == 1
    assert "2 more are not shown" in out


def test_due_screen_shows_what_presses_and_folds_the_rest(busy: Book) -> None:
    """The heading counts; later debts and occasions are a line each until they are asked for."""
    lines = busy("due").out.splitlines()
    assert lines[0] == "Saturday 21 November, 16:00. 2 overdue, 1 today. 4 referrals live."
    assert [line.split("  ")[0] for line in lines[1:]] == [
        *("OVERDUE", "OVERDUE", "TODAY", "LATER", "WHEN YOU CAN")
    ]
    assert lines[-2].endswith("reftrack due --later")
    assert "2 until" in lines[-2]
    later = busy("due", "--later").out
    assert later.startswith(lines[0])
    assert "Ask Ana Silva how the work went" in later
    assert "reftrack educate 2" in later
    assert "reftrack due --later" not in later


def test_due_ahead_adds_what_opens_within_it(busy: Book) -> None:
    """`--ahead` adds what is upcoming within the span and nothing beyond it."""
    assert not [i for i in busy.due("--ahead", "5d")["items"] if i["status"] == "upcoming"]
    ahead = [i for i in busy.due("--ahead", "7d")["items"] if i["status"] == "upcoming"]
    assert [(i["rule"], i["referral"]) for i in ahead] == [("follow-up", 4)]
    assert busy("due", "--ahead", "7d").out.count("\nUPCOMING") == 1
    assert busy.due("--ahead", "12h")["items"] == busy.due()["items"]
    everything = list(busy.due("--all", "--ahead", "7d")["items"])
    assert {i["status"] for i in everything} == {"overdue", "due", "upcoming", "snoozed"}


def test_due_on_another_day(busy: Book) -> None:
    """`--on` shows the past without what came later, and the future as it will stand."""
    assert busy.due("--on", "2026-11-20T15:00:00Z")["now"] == FRIDAY
    assert of_debts(busy, "--on", FRIDAY) == [
        *(("thank-referral", 1), ("thank-referral", 2)),
        *(("contact-prospect", 1), ("contact-prospect", 2)),
    ]
    assert busy.due("--on", "2026-11-19")["items"] == []
    tuesday = busy.due("--on", "next tue 12:00")
    assert tuesday["now"] == "2026-11-24T12:00:00Z"
    assert tuesday["counts"]["overdue"] == 5
    assert "Tuesday 24 November" in busy("due", "--on", "next tue").out


def test_due_for_one_person(busy: Book) -> None:
    """`--for` keeps what is owed to one person, however they are named."""
    for name in ("@1", "Sam Ortiz", "ortiz"):
        items = busy.due("--for", name)["items"]
        assert {item["to"]["name"] for item in items} == {"Sam Ortiz"}
        assert len(items) == 2
    assert busy("due", "--for", "@1", "--count").out == "1\n"
    assert "Tom Beck" not in busy("due", "--for", "@1", "--later").out
    assert busy("due", "--for", "nobody", code=1).err.startswith("error: no person answers")
    assert busy("due", "--for", "3", code=2).err.startswith("error: 3 is a referral's number")


def test_due_by_person_offers_one_touch_for_several(book: Book) -> None:
    """Grouped by whom it is owed to; what one card settles has its one command."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted")
    book("add", "Mia Lund", "--from", "Sam Ortiz", "--contacted")
    out = book("due", "--by-person").out
    assert out.count("Sam Ortiz (@1)  ") == 3
    (together,) = [line for line in out.splitlines() if "one touch" in line]
    command = together[together.index("reftrack") :]
    assert command == "reftrack thank @1"
    book(*shlex.split(command)[1:])
    assert book("due", "--count").out == "0\n"


def test_due_counts_debts_overdue_or_due_today(busy: Book) -> None:
    """`--count` is the sum of the heading's two figures, and `--exit-code` is 4 above none."""
    assert busy("due", "--count").out == "3\n"
    for options in (["--count"], ["--json"], [], ["--limit", "1"], ["--by-person"], ["--later"]):
        assert busy("due", *options, "--exit-code", code=4).out == busy("due", *options).out
    assert busy("due", "--exit-code", "--on", "2026-11-01").code == 0
    assert busy("due", "--count", "--exit-code", "--for", "Priya Nair").out == "0\n"


def test_an_occasion_never_presses(book: Book) -> None:
    """Occasions raise neither the count nor the exit code, however late they are."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", "card", "--contacted")
    book("lose", "1", "--why", "moved away")
    book("explain", "1")
    book.at("2027-06-01T12:00:00Z")
    (item,) = book.due()["items"]
    assert (item["rule"], item["class"], item["status"]) == (
        "ask-preference",
        "occasion",
        "overdue",
    )
    assert book.due()["counts"]["overdue"] == 0
    assert book("due", "--count", "--exit-code").out == "0\n"


@pytest.mark.parametrize(
    ("now", "pressing"),
    [
        ("2026-11-20T23:59:59Z", "0"),  # due by Saturday 15:00
        ("2026-11-21T00:00:00Z", "1"),
        ("2026-11-21T15:00:00Z", "1"),
        ("2026-11-21T15:00:01Z", "1"),
    ],
)
def test_today_ends_at_midnight(book: Book, now: str, pressing: str) -> None:
    """A debt presses from the beginning of the day on which it is due."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted")
    assert book.at(now)("due", "--count").out == f"{pressing}\n"
    status = "overdue" if now.endswith("01Z") else "due"
    assert [item["status"] for item in book.due()["items"] if item["class"] == "debt"] == [status]


def test_the_channel_is_the_sources_wish(book: Book) -> None:
    """A wish names the way, except that what is due within four hours is a call or a text."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("meet", "1")
    book("win", "1")

    def channels() -> dict[str, str | None]:
        return {item["rule"]: item["channel"] for item in book.due()["items"]}

    assert channels()["thank-referral"] == "card"
    assert channels()["announce-win"] == "call"
    book("wish", "@1", "--by", "email")
    assert channels()["thank-referral"] == "email"
    assert channels()["announce-win"] == "call"
    book("wish", "@1", "--by", "text")
    assert channels()["announce-win"] == "text"
    assert channels()["thank-win"] == "text"


# thank, tell, explain, educate


def test_thank_settles_and_says_what_comes_next(two: Book) -> None:
    """Two lines: what was recorded, and the next debt of it with its command."""
    result = two.at(SATURDAY)("thank", "1", "--by", "card")
    assert result.out.splitlines() == [
        "1  Thanked Sam Ortiz for Dana Ruiz, by card.",
        "Next, by 15:00: Call Dana Ruiz (from Sam Ortiz) (reftrack contact 1)",
    ]
    assert of_debts(two)[0] == ("thank-referral", 2)


def test_thank_a_person_covers_everything_open_to_them(two: Book) -> None:
    """One card for every open thanks to a person; none open is an error."""
    two("add", "Mia Lund", "--from", "Sam Ortiz")
    two("add", "Kim Wood", "--from", "Sam Ortiz", "--thanked", "call")
    result = two("thank", "Sam Ortiz", "--by", "ca", "--note", "nice paper", code=2)
    assert "card, call" in result.err
    two("thank", "Sam Ortiz", "--by", "card", "--note", "nice paper")
    thanks = events(two, "thanked")[1:]
    assert [(e["referral"], e["channel"], e["note"]) for e in thanks] == [
        (1, "card", "nice paper"),
        (3, "card", "nice paper"),
    ]
    assert "no thanks to Sam Ortiz (@1) are open" in refused(two, "thank", "@1").err


def test_a_gift_is_kept(two: Book) -> None:
    """`--gift` says what was given."""
    two("thank", "1", "--gift", "a bottle of wine", "--by", "gift")
    (thanks,) = events(two)
    assert (thanks["data"], thanks["channel"]) == ({"gift": "a bottle of wine"}, "gift")


@pytest.mark.parametrize(
    "arguments",
    [
        ["thank", "3", "--gift", "wine"],
        ["thank", "3", "--by", "gift"],
        ["thank", "1", "3", "--gift", "wine"],
        ["thank", "Joe Kerr", "--gift", "wine"],
        ["thank", "Joe Kerr", "--by", "gift"],
        ["tell", "3", "news", "--by", "gift"],
        ["tell", "Joe Kerr", "--by", "gift"],
        ["explain", "3", "--by", "gift"],
        ["educate", "3", "--by", "gift"],
        ["contact", "3", "--by", "gift"],
        ["add", "Lee Park", "--from", "Joe Kerr", "--kind", "co-worker", "--thanked", "gift"],
    ],
    ids=" ".join,
)
def test_no_gift_for_a_co_worker_whatever_the_command(two: Book, arguments: list[str]) -> None:
    """A reward between colleagues is refused with the reason, and nothing is recorded."""
    two("add", "Kim Wood", "--from", "Joe Kerr", "--kind", "co-worker")
    assert "conflict of interest" in refused(two, *arguments).err


def test_done_never_records_a_gift(two: Book) -> None:
    """A source who wishes for gifts gets thanks from `done`, no gift on record."""
    two("add", "Kim Wood", "--from", "Joe Kerr", "--kind", "co-worker")
    two("wish", "Joe Kerr", "--by", "gift")
    two("done", "3")
    assert events(two, "thanked")[0]["channel"] != "gift"


def test_tell_takes_news_and_several(two: Book) -> None:
    """The last word that is no number is the news; without one it is told without words."""
    two("tell", "1", "2", "They meet on Friday", "--by", "email")
    two("tell", "2", "1")
    two("tell", "1", "--text", "42")
    assert [(e["referral"], e["data"].get("text"), e["channel"]) for e in events(two, "told")] == [
        (1, "They meet on Friday", "email"),
        (2, "They meet on Friday", "email"),
        (2, None, None),
        (1, None, None),
        (1, "42", None),
    ]


def test_tell_a_person_covers_every_live_referral(two: Book) -> None:
    """News to a person is news on what is live of theirs, not on what has ended."""
    two("add", "Mia Lund", "--from", "Sam Ortiz")
    two("add", "Kim Wood", "--from", "Sam Ortiz")
    two("add", "Sam Ortiz", "--from", "Sam Ortiz")
    two("lose", "3", "--why", "moved away")
    two("tell", "@1", "All goes well")
    assert [event["referral"] for event in events(two, "told")] == [1, 4]
    two("lose", "1", "4", "--why", "moved away")
    assert "no live referral" in refused(two, "tell", "@1", "All goes well").err


def test_news_that_could_be_a_name_is_asked_back(two: Book) -> None:
    """`tell 1 Priya` may be news or another referral: refused, with both ways to say it."""
    result = refused(two, "tell", "1", "Priya", code=2)
    assert "--text 'Priya'" in result.err


def test_explain_needs_something_to_explain(two: Book) -> None:
    """A loss and a full book are explained; news is `tell`, as the refusal says."""
    assert "reftrack tell 1" in refused(two, "explain", "1").err
    two("lose", "1", "--why", "A cousin does it")
    result = two("explain", "1", "--by", "call")
    assert result.out.splitlines()[0] == "1  Explained Dana Ruiz to Sam Ortiz, by phone."
    two("pause")
    two("add", "Mia Lund", "--from", "Joe Kerr")
    assert ("explain-capacity", 3) in of_debts(two)
    two("explain", "3")
    assert ("explain-capacity", 3) not in of_debts(two)


def test_a_poor_fit_is_followed_by_educate(two: Book) -> None:
    """`rate REF poor` owes the source a word, which `educate` on either settles."""
    assert "reftrack educate 1" in two("rate", "1", "poor").out or True
    assert ("educate-source", 1) in of_debts(two)
    two("educate", "1")
    assert ("educate-source", 1) not in of_debts(two)
    two("rate", "2", "POOR")
    two("educate", "Tom Beck", "--by", "email")
    assert of_debts(two).count(("educate-source", 2)) == 0
    assert "@3" in refused(two, "educate", "Tom Beck").err
    refused(two, "rate", "1", "fair", code=2)


# The way of a referral


def test_an_unanswered_call_is_an_attempt(two: Book) -> None:
    """`contact` is talk, `contact --no-answer` an attempt that is followed by another."""
    result = two("contact", "1", "--no-answer", "--by", "call")
    assert "no answer" in result.out
    assert kinds(two) == ["attempted"]
    assert ("contact-prospect", 1) not in of_debts(two)
    two.at(SATURDAY)
    assert two("contact", "2").out.startswith("2  Contacted Priya Nair.")
    two.at(SUNDAY)
    assert ("try-again", 1) in of_debts(two)


def test_the_third_attempt_asks_for_an_introduction(two: Book) -> None:
    """Three tries in vain owe the source a question, which `tell` or `done` settles."""
    for day in (20, 21, 22):
        two.at(f"2026-11-{day}T16:00:00Z")("contact", "1", "--no-answer")
    assert ("ask-introduction", 1) in of_debts(two)
    two("done", "1")  # the thanks stand first
    two("done", "1")
    assert kinds(two)[-2:] == ["thanked", "told"]
    assert ("ask-introduction", 1) not in of_debts(two)


def test_a_referral_from_receipt_to_delivery(two: Book) -> None:
    """Each step says what it recorded, and next the courtesy that it raised."""
    two("thank", "1")
    assert ": Thank Sam Ortiz: you met Dana Ruiz" in two("meet", "1").out
    assert "Next, by 19:00: Tell Sam Ortiz that Dana Ruiz signed" in two("win", "1").out
    assert two("tell", "1", "--by", "call").out.count("\n") == 2
    assert two("deliver", "1").out.startswith("1  Delivered to Dana Ruiz.")
    occasions = [item["rule"] for item in two.due()["items"] if item["class"] == "occasion"]
    assert "review-client" in occasions
    assert "return-favour" in occasions


def test_win_needs_no_earlier_step(two: Book) -> None:
    """A sale may be the first thing that is heard."""
    two("win", "Dana")
    assert kinds(two) == ["won"]


@pytest.mark.parametrize(
    ("history", "step", "reason", "meant"),
    [
        ([], ["deliver", "1"], "not won", "reftrack win 1"),
        ([["win", "1"]], ["win", "1"], "won already", "reftrack deliver 1"),
        ([["win", "1"], ["deliver", "1"]], ["deliver", "1"], "delivered already", "review"),
        ([], ["resolve", "1", "done"], "no open problem", "reftrack problem 1"),
        ([], ["explain", "1"], "nothing to explain", "reftrack tell 1"),
        ([["lose", "1", "--why", "x"]], ["lose", "1", "--why", "y"], "closed", "contact 1"),
        ([["lose", "1", "--why", "x"]], ["decline", "1", "--why", "y"], "closed", "contact 1"),
        ([["lose", "1", "--why", "x"]], ["refer-out", "1", "--to", "Kim"], "closed", "contact 1"),
        ([["lose", "1", "--why", "x"]], ["deliver", "1"], "not won", "reftrack win 1"),
        ([["decline", "1", "--why", "x"]], ["lose", "1", "--why", "y"], "closed", "contact 1"),
        (
            [["decline", "1", "--why", "x"], ["refer-out", "1", "--to", "Kim"]],
            ["refer-out", "1", "--to", "Lee"],
            "closed",
            "contact 1",
        ),
        ([["problem", "1", "late"]], ["explain", "1"], "open problem", "reftrack tell 1"),
        (
            [["problem", "1", "late"], ["resolve", "1", "free"]],
            ["resolve", "1", "more"],
            "no open problem",
            "reftrack problem 1",
        ),
        ([], ["refer-out", "1", "--to", "Sam Ortiz"], "own source", "will serve them"),
        ([], ["refer-out", "1", "--to", "@2"], "own prospect", "will serve them"),
    ],
)
def test_an_impossible_step_is_refused_with_the_one_that_was_meant(
    two: Book, history: list[list[str]], step: list[str], reason: str, meant: str
) -> None:
    """Refused with 1, the reason, and the command that was probably meant."""
    for command in history:
        two(*command)
    error = refused(two, *step).err
    assert reason in error
    assert meant in error
    last = error.splitlines()[-1]
    assert "reftrack" not in last or not last.endswith("."), "a command can be copied as it stands"


def test_talk_reopens_a_closed_referral_and_says_so(two: Book) -> None:
    """After a loss `contact` opens it again, in so many words."""
    two("lose", "1", "--why", "A cousin does it")
    assert "open again" in two("contact", "1").out
    assert "open again" not in two("contact", "1").out
    two("decline", "1", "--why", "Too far")
    assert "open again" in two("win", "1").out


def test_a_decline_is_followed_by_refer_out(two: Book) -> None:
    """`refer-out` after a no settles the search, and counts as a referral given."""
    result = two("decline", "1", "--why", "Outside our area")
    assert "Outside our area" in result.out
    assert ("find-better", 1) in of_debts(two)
    two("refer-out", "1", "--to", "Kim Wood")
    assert ("find-better", 1) not in of_debts(two)
    (out,) = events(two, "referred-out")
    (given,) = events(two, "given")
    assert out["data"] == {"to": person(two, "Kim Wood")["uid"]}
    assert (given["person"], given["data"]) == (5, {"prospect": "Dana Ruiz"})
    assert given["at"] == out["at"]


def test_refer_out_needs_no_decline(two: Book) -> None:
    """One may send a prospect on without a word of no before."""
    two("refer-out", "Dana", "--to", "Kim Wood")
    assert kinds(two) == ["referred-out", "given"]
    assert of_debts(two)[:2] != []


def test_a_problem_is_told_and_put_right(two: Book) -> None:
    """Its words are shareable: the source's line repeats them."""
    result = two("problem", "1", "The survey came late")
    assert "The survey came late" in result.out
    assert ("report-problem", 1) in of_debts(two)
    two("tell", "1")
    two("resolve", "1", "A new survey, free of charge")
    item = next(i for i in two.due()["items"] if i["rule"] == "report-resolution")
    assert "A new survey, free of charge" in item["action"]
    two("done", "1")
    assert [e["data"] for e in events(two) if e["data"]] == [
        {"text": "The survey came late"},
        {"text": "A new survey, free of charge"},
    ]


def test_several_referrals_are_all_or_nothing(two: Book) -> None:
    """One REF that does not fit keeps all of them as they were."""
    for verb in (["thank"], ["contact"], ["meet"], ["win"], ["tell"], ["done"]):
        refused(two, *verb, "1", "999")
        text = ["--text", "news"] if verb == ["tell"] else []
        refused(two, *verb, "1", "2", "nobody of that name", *text)
    two("win", "1")
    refused(two, "win", "2", "1")
    refused(two, "deliver", "1", "2")
    refused(two, "lose", "1", "999", "--why", "moved")
    assert kinds(two) == ["won"]


@pytest.mark.parametrize("verb", ["thank", "contact", "meet", "win", "tell", "done"])
def test_several_referrals_at_once(two: Book, verb: str) -> None:
    """Each gets its line, and one named twice is meant once."""
    result = two(verb, "2", "Dana", "2")
    assert [line.split()[0] for line in result.out.splitlines()][:2] == ["2", "1"]
    assert sorted(event["referral"] for event in events(two)) == [1, 2]


# done


def after(book: Book, rule: str) -> None:
    """Brings a book to where `rule` is the next debt of referral 1."""
    if rule == "thank-referral":
        return
    book("thank", "1")
    steps = {
        "contact-prospect": [],
        "try-again": [["contact", "1", "--no-answer"]],
        "ask-introduction": [["contact", "1", "--no-answer"]],
        "note-meeting": [["meet", "1"]],
        "announce-win": [["win", "1"]],
        "thank-win": [["win", "1"], ["tell", "1"]],
        "explain-loss": [["lose", "1", "--why", "moved"]],
        "explain-decline": [["decline", "1", "--why", "far"]],
        "find-better": [["decline", "1", "--why", "far"], ["explain", "1"]],
        "report-problem": [["problem", "1", "late"]],
        "resolve-problem": [["contact", "1"], ["problem", "1", "late"], ["tell", "1"]],
        "report-resolution": [
            *(["contact", "1"], ["problem", "1", "late"], ["tell", "1"], ["resolve", "1", "free"])
        ],
        "educate-source": [["contact", "1"], ["rate", "1", "poor"]],
        "explain-capacity": [],
        "thank-chain": [["win", "1"], ["tell", "1"], ["thank", "1"]],
        "follow-up": [["contact", "1"]],
    }
    for step in steps[rule]:
        book(*step)
    if rule == "ask-introduction":
        for day in (21, 22):
            book.at(f"2026-11-{day}T16:00:00Z")("contact", "1", "--no-answer")
    if rule == "thank-chain":
        book.at(SATURDAY)("add", "Lee Park", "--from", "Dana Ruiz")


CONVERSATIONS = {2, 3, 12, 18, 25}
# No command records an agreement yet.
TO_COME = {"keep-appointment"}


@pytest.mark.parametrize(
    "rule",
    [
        pytest.param(rule.name, marks=[pytest.mark.xfail] * (rule.name in TO_COME))
        for rule in RULEBOOK
        if rule.subject == "referral"
    ],
    ids=str,
)
def test_done_settles_or_refuses_to_invent_a_conversation(book: Book, rule: str) -> None:
    """The next debt is settled; one that takes a conversation, or a name, is refused."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    if rule == "explain-capacity":
        book("pause", "--at", "2026-11-20 14:00")
    after(book, rule)
    if rule == "try-again":
        book.at("2026-11-21T15:00:00Z")
    if rule == "follow-up":
        book.at("2026-11-27T15:00:00Z")
    if rule == "explain-capacity":
        assert ("explain-capacity", 1) in of_debts(book)
        book("waive", "1", "contact-prospect", "--why", "full")
    assert next(debt for debt in of_debts(book) if debt[1] == 1) == (rule, 1), "the scene is set"
    if BY_NAME[rule].number in CONVERSATIONS:
        assert "conversation" in refused(book, "done", "1").err
    elif rule == "find-better":
        assert "reftrack refer-out 1 --to PERSON" in refused(book, "done", "1").err
    else:
        book("done", "1")
        assert (rule, 1) not in of_debts(book)


def test_done_with_nothing_open_says_so(two: Book) -> None:
    """Nothing owed now is refused rather than recorded."""
    two("thank", "1")
    two("contact", "1")
    result = refused(two, "done", "1")
    assert "nothing is owed on 1 now" in result.err
    assert "reftrack show 1" in result.err


# People


def test_missed_and_called_back(book: Book) -> None:
    """Who left word may be new; calling back settles it, and needs somebody known."""
    result = book("missed", "Sam Ortiz", "--by", "call", "--note", "about a roof")
    assert "New: Sam Ortiz (@1)." in result.err
    assert "Next, by Sat 15:00: Call Sam Ortiz back (reftrack call-back @1)" in result.out
    book("call-back", "sam")
    assert of_debts(book) == []
    assert events(book)[0]["note"] == "about a roof"
    assert "no person answers" in refused(book, "call-back", "Nobody Known").err


def test_refer_returns_the_favour(two: Book) -> None:
    """`refer NAME --to PERSON` is a referral given, to somebody known or new."""
    two("win", "1")
    assert "return-favour" in [item["rule"] for item in two.due()["items"]]
    result = two("refer", "Lee Park", "--to", "Sam Ortiz", "--note", "met at the fair")
    assert "Referred Lee Park to Sam Ortiz" in result.out
    assert "return-favour" not in [item["rule"] for item in two.due()["items"]]
    two("refer", "Lee Park", "--to", "Eva Lang")
    assert [e["data"] for e in events(two, "given")] == [{"prospect": "Lee Park"}] * 2
    refused(two, "refer", "Lee Park", code=2)
    refused(two, "refer", "--to", "Sam Ortiz", code=2)


def test_a_review_earns_the_right_to_ask(two: Book) -> None:
    """`ask` is refused until a review says agreed, delivered and happy, or with --anyway."""
    error = refused(two, "ask", "Dana Ruiz").err
    assert "not earned" in error
    assert "reftrack review @2" in error
    assert "--anyway" in error
    two("review", "Dana Ruiz", "--agreed", "--delivered", "--unhappy")
    refused(two, "ask", "Dana Ruiz")
    two("review", "Dana Ruiz", "--agreed", "--delivered", "--happy")
    assert "ask-for-referrals" in [item["rule"] for item in two.due()["items"]]
    two("ask", "@2", "--by", "in-person")
    assert "ask-for-referrals" not in [item["rule"] for item in two.due()["items"]]
    refused(two, "ask", "@2")
    two("ask", "@2", "--anyway")
    assert len(events(two, "asked")) == 2


def test_a_review_keeps_each_answer(book: Book) -> None:
    """All three answers and the date until which they are busy."""
    book("review", "Eva Lang", "--agreed", "--not-delivered", "--happy", "--busy-until", "1 april")
    (review,) = events(book)
    assert review["data"] == {
        "agreed": True,
        "delivered": False,
        "happy": True,
        "busy_until": "2027-04-01",
    }
    error = refused(book, "review", "Eva Lang", "--agreed", code=2).err
    assert "delivered" in error


def test_a_busy_client_is_asked_later(two: Book) -> None:
    """The right to ask waits for the day that --busy-until names."""
    answers = ["--agreed", "--delivered", "--happy"]
    two("review", "@2", *answers, "--busy-until", "2026-12-01")
    refused(two, "ask", "@2")
    two.at("2026-12-01T00:00:00Z")("ask", "@2")


def test_a_review_asks_at_a_terminal(two: Book) -> None:
    """Without its answers `review` asks each of the three."""
    shown = two.screen("review", "@2", keys="y\nmaybe\ny\nn\n")
    assert shown.code == 0
    assert shown.out.count("Is everything delivered? [y/") == 2
    (review,) = events(two)
    assert review["data"] == {"agreed": True, "delivered": True, "happy": False}


@pytest.mark.parametrize("updates", ["milestones", "outcome", "30d", "1d", "9999d", "OUTCOME"])
def test_a_wish_is_kept_with_the_person(two: Book, updates: str) -> None:
    """How often and which way, recorded as asked today."""
    two("wish", "Sam Ortiz", "--updates", updates, "--by", "text")
    sam = person(two, "Sam Ortiz")
    assert (sam["updates"], sam["channel"]) == (updates.lower(), "text")
    assert kinds(two) == ["wished"]
    assert "ask-preference" not in [i["rule"] for i in two.due("--for", "@1")["items"]]


@pytest.mark.parametrize("updates", ["0d", "d", "7", "sometimes", "-7d", "10000d", "", "7w", "١d"])
def test_a_wish_that_is_none_is_refused(two: Book, updates: str) -> None:
    """What is no rhythm is refused with the words that are."""
    refused(two, "wish", "@1", "--updates", updates, code=2)


def test_a_wish_for_one_thing_keeps_the_other(two: Book) -> None:
    """A new way leaves the rhythm as it was."""
    two("wish", "@1", "--updates", "30d")
    two("wish", "@1", "--by", "email")
    sam = person(two, "Sam Ortiz")
    assert (sam["updates"], sam["channel"]) == ("30d", "email")


def test_a_pause_and_its_end_name_whom_to_tell(book: Book) -> None:
    """A pause is on or off; its end names who sent somebody meanwhile."""
    book("add", "Kim Wood", "--from", "Lee Park")
    book.at("2026-11-20T16:00:00Z")
    book("pause", "--note", "too many kitchens")
    assert "reftrack resume" in refused(book, "pause").err
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("missed", "Tom Beck")
    book.at(SATURDAY)
    result = book("resume")
    assert "Sam Ortiz" in result.out
    assert "Tom Beck" in result.out
    assert "Lee Park" not in result.out
    assert "reftrack pause" in refused(book, "resume").err
    assert [rule for rule, _ in of_debts(book)].count("reopen-intake") == 2
    book("open-again", "Sam Ortiz", "--by", "email")
    book("open-again", "Tom Beck")
    assert "reopen-intake" not in [rule for rule, _ in of_debts(book)]


def test_a_pause_names_who_has_to_be_told(two: Book) -> None:
    """A pause said late covers what came since: those sources are named at once."""
    result = two.at(SATURDAY)("pause", "--at", "yesterday 14:00")
    assert "To be told: " in result.out
    assert "Sam Ortiz" in result.out
    assert "Tom Beck" in result.out


def test_deliver_to_somebody_who_came_another_way(two: Book) -> None:
    """A person without a referral is delivered to as such, new or known."""
    result = two("deliver", "Eva Lang")
    assert "Delivered to Eva Lang" in result.out
    two("deliver", "@1")
    assert [(e["referral"], e["person"]) for e in events(two)] == [(None, 5), (None, 1)]
    assert "not won" in refused(two, "deliver", "Dana").err


# waive, snooze


def test_waive_lets_an_open_courtesy_go(two: Book) -> None:
    """The rule is ended and stays on record; the reason is private."""
    result = two("waive", "1", "thank-referral", "--why", "Thanked at lunch")
    assert result.out.splitlines()[0] == "1  Waived: thank-referral."
    assert result.out.splitlines()[1].startswith("Next, by Sat 15:00: Call Dana Ruiz")
    (waived,) = events(two)
    assert (waived["data"], waived["note"]) == ({"rule": "thank-referral"}, "Thanked at lunch")
    assert of_debts(two, "--for", "@1") == []
    two("waive", "Priya", "all", "--why", "A duplicate", "--note", "sorry")
    assert of_debts(two) == [("contact-prospect", 1)]
    two("waive", "@1", "ask-preference", "--why", "He told me already")
    assert two.due("--for", "@1")["items"] == []


def test_waive_before_it_opens_says_when_it_opens(two: Book) -> None:
    """What is not open yet cannot be let go; the instant is named. What never comes is too."""
    two("contact", "1")
    error = refused(two, "waive", "1", "follow-up", "--why", "x").err
    assert "Fri 27 Nov 2026, 00:00" in error
    assert "no thank-win is open on 1" in refused(two, "waive", "1", "thank-win", "--why", "x").err
    error = refused(two, "waive", "@1", "keep-informed", "--why", "x").err
    assert "Fri 4 Dec 2026, 00:00" in error or "no keep-informed is open" in error
    assert "thank-win" in refused(two, "waive", "1", "thank-wim", "--why", "x", code=2).err
    refused(two, "waive", "1", "thank-referral", code=2)
    refused(two, "waive", "1", "thank-referral", "--why", " ", code=2)


def test_snooze_hides_and_keeps_the_deadline(two: Book) -> None:
    """Hidden until then, shown with --all, due as before."""
    due_at = {i["rule"]: i["due_at"] for i in two.due()["items"]}
    result = two("snooze", "1", "--until", "sun")
    assert "Hidden until Sun 22 Nov 2026, 00:00" in result.out
    assert of_debts(two) == [("thank-referral", 2), ("contact-prospect", 2)]
    snoozed = [i for i in two.due("--all")["items"] if i["status"] == "snoozed"]
    assert {i["rule"]: i["due_at"] for i in snoozed}.items() <= due_at.items()
    two.at("2026-11-22T00:00:00Z")
    assert ("thank-referral", 1) in of_debts(two)
    assert two.due()["counts"]["overdue"] == 4


def test_snooze_of_one_rule_and_of_a_person(two: Book) -> None:
    """--rule hides that rule alone; a snooze on a person hides all that is owed to them."""
    two("snooze", "1", "--until", "in 3 days", "--rule", "contact-prospect")
    assert ("thank-referral", 1) in of_debts(two)
    assert ("contact-prospect", 1) not in of_debts(two)
    two("snooze", "Tom Beck", "--until", "tomorrow 14:00", "--note", "on holiday")
    assert ("thank-referral", 2) not in of_debts(two)
    assert ("contact-prospect", 2) in of_debts(two)
    assert [e["data"] for e in events(two)] == [
        {"until": "2026-11-23T15:00:00Z", "rule": "contact-prospect"},
        {"until": "2026-11-21T14:00:00Z"},
    ]
    refused(two, "snooze", "1", "--until", "yesterday", code=2)
    refused(two, "snooze", "1", code=2)
    refused(two, "snooze", "1", "--until", "thu", "--rule", "thank", code=2)


def test_the_next_step_is_none_that_is_hidden(two: Book) -> None:
    """After a snooze the answer does not name what was just hidden."""
    result = two("snooze", "1", "--until", "sun", "--rule", "thank-referral")
    assert "Thank" not in result.out
    assert "reftrack contact 1" in result.out
    assert two("snooze", "2", "--until", "sun").out.count("\n") == 1


# When


@pytest.mark.parametrize(
    "arguments",
    [
        ["thank", "1"],
        ["tell", "1", "news"],
        ["contact", "1"],
        ["contact", "1", "--no-answer"],
        ["meet", "1"],
        ["win", "1"],
        ["lose", "1", "--why", "x"],
        ["decline", "1", "--why", "x"],
        ["refer-out", "1", "--to", "Kim Wood"],
        ["problem", "1", "late"],
        ["rate", "1", "good"],
        ["educate", "1"],
        ["done", "1"],
        ["waive", "1", "thank-referral", "--why", "x"],
        ["snooze", "1", "--until", "thu"],
        ["missed", "Tom Beck"],
        ["call-back", "@1"],
        ["refer", "Lee Park", "--to", "@1"],
        ["review", "@1", "--agreed", "--delivered", "--happy"],
        ["ask", "@1", "--anyway"],
        ["wish", "@1", "--updates", "30d"],
        ["open-again", "@1"],
        ["pause"],
        ["deliver", "@1"],
        ["add", "Kim Wood", "--from", "@1"],
    ],
    ids=lambda arguments: " ".join(arguments[:3]),
)
def test_at_and_note_are_taken_by_whatever_records(book: Book, arguments: list[str]) -> None:
    """--at in the past is kept to the second, in the future refused; --note is kept privately."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book.at(SATURDAY)
    refused(book, *arguments, "--at", "2026-11-21T10:00:01Z", code=2)
    refused(book, *arguments, "--at", "in 2 days", code=2)
    refused(book, *arguments, "--at", "nonsense", code=2)
    if arguments[0] not in ("add", "pause", "waive") and arguments[1] == "1":
        assert "received" in refused(book, *arguments, "--at", "2026-11-20T14:59:59Z", code=2).err
    result = book(*arguments, "--at", "2026-11-20 16:30", "--note", "canary")
    document = book.export()
    kept = document["referrals"][1:] if arguments[0] == "add" else document["events"][:1]
    assert kept[0].get("at", kept[0].get("received_at")) == "2026-11-20T16:30:00Z"
    assert "canary" in kept[0]["note"]
    assert "canary" not in result.out + result.err
    if arguments[0] not in ("waive", "snooze"):
        assert "Fri 20 Nov 2026, 16:30" in result.out, "the instant understood is printed back"


def test_a_day_without_a_time_is_kept_after_the_receipt(two: Book) -> None:
    """`fri` is noon; for what was received at 15:00 that is too early, so it is 15:00."""
    two.at(SATURDAY)("thank", "1", "--at", "fri")
    assert events(two)[0]["at"] == FRIDAY


def test_the_instant_of_several_is_not_before_any_receipt(two: Book) -> None:
    """An --at before the receipt of one of several refuses all."""
    two.at(SATURDAY)("add", "Mia Lund", "--from", "@1")
    refused(two, "contact", "1", "3", "--at", "2026-11-20T16:00:00Z", code=2)


@pytest.mark.parametrize("when", ["fri 16:00", "20/11", "11/20", "midnight", "soon"])
def test_what_could_be_two_instants_is_refused(two: Book, when: str) -> None:
    """Said on the day itself or not understood at all, it is refused with an example."""
    result = refused(two.at("2026-11-20T15:00:00Z"), "snooze", "1", "--until", when, code=2)
    assert "Say" in result.err


def test_a_note_is_read_from_standard_input(two: Book) -> None:
    """`--note -` keeps a note out of the list of processes."""
    ended = two.process("thank", "1", "--note", "-", stdin=None, input=b"caf\xc3\xa9 \n")
    assert ended.returncode == 0
    assert events(two)[0]["note"] == "café"


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (["add", "Mia Lund", "--from", "@1", "--need", "-"], "need"),
        (["edit", "1", "--need", "-"], "need"),
        (["edit", "1", "--note", "-"], "note"),
        (["note", "1", "-"], "note"),
        (["waive", "1", "thank-referral", "--why", "-"], "note"),
    ],
    ids=" ".join,
)
def test_nothing_private_has_to_stand_on_a_command_line(
    two: Book, arguments: list[str], field: str
) -> None:
    """Whatever is private can come from standard input."""
    ended = two.process(*arguments, stdin=None, input=b"a roof\n")
    assert ended.returncode == 0, ended
    history = two.export()
    assert "a roof" in [
        record.get(field) for kind in ("referrals", "events") for record in history[kind]
    ]


def test_a_clock_that_shows_a_time_twice_is_said(two: Book) -> None:
    """A local time that occurs twice is taken as the first, and the assumption is said once."""
    two.zone("Europe/London").at("2026-11-22T12:00:00Z")
    two("add", "Mia Lund", "--from", "@1", "--at", "2026-10-25 01:30")
    result = two("add", "Kim Wood", "--from", "@1", "--at", "2026-10-25 01:30")
    assert result.err.count("twice") == 1
    assert book_received(two, 4) == "2026-10-25T00:30:00Z"


def book_received(book: Book, number: int) -> str:
    """When a referral was received."""
    (found,) = [r for r in book.export()["referrals"] if r["id"] == number]
    return str(found["received_at"])


# Naming


@pytest.mark.parametrize("text", ["1", " 1 ", "01", "Dana Ruiz", "dana", "RU", "d", "ruiz"])
def test_a_referral_has_many_names(two: Book, text: str) -> None:
    """Its number, its prospect's name, the beginning of a word of it."""
    assert json.loads(two("show", text, "--json").out)["referral"] == 1


@pytest.mark.parametrize("text", ["@1", "Sam Ortiz", "sam", "ORT", "sám", "s@x.example"])
def test_a_person_has_many_names(book: Book, text: str) -> None:
    """Their number, their name, the beginning of a word of it, their address."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--source-email", "S@x.example")
    assert json.loads(book("show", text, "--json").out)["person"]["id"] == 1


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Zoë Ångström", "zoe"),
        ("Zoë Ångström", "ÅNG"),
        ("Zoë Ångström", "angstrom"),
        ("Eva Novák", "novak"),
        ("Straße Weg", "strasse"),
        ("Paul O'Neil", "o'neil"),
        ("İlkay Işık", "ilkay"),
        ("José de la Cruz", "cruz"),
        ("山田 太郎", "太"),
        ("Zoe\u0308 Decomposed", "zoë"),
    ],
)
def test_accents_and_case_are_folded(book: Book, name: str, typed: str) -> None:
    """People type without accents, or with others, and are understood."""
    book("add", name, "--from", "Sam Ortiz")
    assert json.loads(book("show", typed, "--json").out)["referral"] == 1


def test_live_referrals_come_first(two: Book) -> None:
    """Of two with one prospect the live one is meant; of two live ones the number is asked."""
    two("lose", "1", "--why", "moved away")
    two("add", "Dana Ruiz", "--from", "Tom Beck")
    assert json.loads(two("show", "dana", "--json").out)["referral"] == 3
    two("contact", "dana")
    assert events(two, "contacted")[0]["referral"] == 3
    two("contact", "1")
    error = refused(two, "meet", "dana").err
    assert re.findall(r"^  (\d+)  Dana Ruiz, from (\w+)", error, re.MULTILINE) == [
        ("1", "Sam"),
        ("3", "Tom"),
    ]
    assert "number" in error.splitlines()[-1]


def test_of_ended_ones_alone_the_number_is_asked(two: Book) -> None:
    """Several that ended are listed too."""
    two("add", "Dana Ruiz", "--from", "Tom Beck")
    two("lose", "1", "3", "--why", "moved away")
    assert "fits several" in refused(two, "contact", "dana").err


@pytest.mark.parametrize(
    "command",
    [
        ["thank", "{}"],
        ["show", "{}"],
        ["tell", "{}", "--text", "x"],
        ["educate", "{}"],
        ["waive", "{}", "all", "--why", "x"],
        ["snooze", "{}", "--until", "thu"],
    ],
    ids=lambda command: str(command[0]),
)
def test_a_name_of_a_source_and_a_prospect_is_asked_back(two: Book, command: list[str]) -> None:
    """A name that fits a source and a prospect is listed as both, and nothing changes."""
    two("add", "Sam Lang", "--from", "Eva Lang")
    before = two.path.read_bytes()
    result = two(*[word.format("sam") for word in command], code=1)
    assert two.path.read_bytes() == before
    assert "  3  Sam Lang, from Eva Lang" in result.err
    assert "  @1  Sam Ortiz" in result.err


def test_a_bare_number_is_always_a_referral(two: Book) -> None:
    """Where a person is wanted a number is refused with how to say a person."""
    for command in (["call-back", "1"], ["missed", "1"], ["wish", "1", "--by", "email"]):
        assert "@" in refused(two, *command, code=2).err
    assert "is a person" in refused(two, "contact", "@1", code=2).err


def test_a_long_list_of_choices_is_cut(book: Book) -> None:
    """Hundreds that fit are not all listed, and that is said."""
    people = [
        {"id": n, "name": f"Sam {chr(97 + n // 26)}{chr(97 + n % 26)}x"} for n in range(1, 201)
    ]
    book.load({"schema": "reftrack.history/1", "people": people, "referrals": [], "events": []})
    error = refused(book, "call-back", "sam").err
    assert "… and 188 more" in error
    assert len(error.splitlines()) == 15


def test_a_name_that_is_almost_right_is_answered_with_the_right_one(two: Book) -> None:
    """A slip of the hand gets a suggestion with its number."""
    assert "Did you mean Tom Beck (@3)?" in refused(two, "call-back", "Tom Bekc").err


def test_a_name_is_found_while_recording_it(two: Book) -> None:
    """Two commands with one new name make one person, not two."""
    two("missed", "Eva Lang")
    two("missed", "EVA  lang")
    assert [p["name"] for p in two.export()["people"]].count("Eva Lang") == 1


# show, list, rules


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
    """What they sent, what they came from, what is owed to them."""
    two("add", "Sam Ortiz", "--from", "Tom Beck", "--email", "s@x.example")
    out = two("show", "@1").out
    assert "Dana Ruiz" in out
    assert "from Tom Beck" in out
    assert "s@x.example" in out
    document = json.loads(two("show", "@1", "--json").out)
    assert (document["sent"], document["prospect_of"]) == ([1], [3])
    assert {item["to"]["name"] for item in document["owed"]} == {"Sam Ortiz"}


def test_show_of_what_was_just_recorded_agrees_with_due(two: Book) -> None:
    """`show --json` and `due --json` say the same of a referral."""
    owed = json.loads(two("show", "1", "--json").out)["owed"]
    assert [i for i in owed if i["status"] != "upcoming"] == [
        i for i in two.due()["items"] if i["referral"] == 1
    ]


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


# export, import


def test_export_and_import_lose_nothing(busy: Book, tmp_path: Path) -> None:
    """An empty book that imports an export is the same book, number by number."""
    first = busy("export").out
    busy("export", "--format", "json", str(tmp_path / "out.json"))
    assert (tmp_path / "out.json").read_text(encoding="utf-8") == first
    assert (tmp_path / "out.json").stat().st_mode & 0o777 == 0o600
    other = str(tmp_path / "other.db")
    busy("--db", other, "import", str(tmp_path / "out.json"))
    assert busy("--db", other, "export").out == first
    assert busy("--db", other, "due", "--json", "--all").out == busy("due", "--json", "--all").out


def test_a_second_import_adds_nothing(busy: Book, tmp_path: Path) -> None:
    """The same file again changes nothing, and says so."""
    busy("export", str(tmp_path / "out.json"))
    before = busy("export").out
    result = busy("import", str(tmp_path / "out.json"))
    assert "nothing was recorded" in result.out
    assert busy("export").out == before


def test_an_import_adds_what_is_new(two: Book, tmp_path: Path) -> None:
    """Into a filled book what is new comes with new numbers, joined by uid to what is known."""
    two("export", str(tmp_path / "out.json"))
    other = Book(tmp_path / "b", two._monkeypatch)
    (tmp_path / "b").mkdir()
    db = ["--db", str(other.path)]
    two(*db, "add", "Eva Lang", "--from", "Lee Park")
    two(*db, "import", str(tmp_path / "out.json"))
    document = json.loads(two(*db, "export").out)
    assert [r["id"] for r in document["referrals"]] == [1, 2, 3]
    names = {p["id"]: p["name"] for p in document["people"]}
    assert names[document["referrals"][1]["source"]] == "Sam Ortiz"


def test_records_without_a_uid_get_the_same_one_each_time(book: Book) -> None:
    """A file written by hand may be imported twice and adds once."""
    history = {
        "schema": "reftrack.history/1",
        "people": [{"id": 1, "name": "Sam Ortiz"}, {"id": 2, "name": "Dana Ruiz"}],
        "referrals": [
            {
                "id": 1,
                "source": 1,
                "prospect": 2,
                "received_at": FRIDAY,
                "kind": "client",
            }
        ],
        "events": [{"id": 1, "at": FRIDAY, "kind": "thanked", "referral": 1}],
    }
    book.load(history)
    first = book("export").out
    book.load(history)
    assert book("export").out == first
    assert json.loads(first)["events"][0]["data"] == {}


# What every answer is


def test_every_answer_is_short(two: Book) -> None:
    """One referral or person, one or two lines: what was recorded and what comes next."""
    for command in (
        ["thank", "1", "--by", "card"],
        ["contact", "1", "--no-answer"],
        ["contact", "1"],
        ["meet", "1"],
        ["win", "1"],
        ["tell", "1", "signed"],
        ["problem", "1", "late"],
        ["resolve", "1", "free"],
        ["done", "1"],
        ["deliver", "1"],
        ["rate", "1", "poor"],
        ["educate", "1"],
        ["lose", "2", "--why", "moved"],
        ["explain", "2"],
        ["contact", "2"],
        ["decline", "2", "--why", "far"],
        ["refer-out", "2", "--to", "Kim Wood"],
        ["missed", "@1"],
        ["call-back", "@1"],
        ["refer", "Lee Park", "--to", "@1"],
        ["review", "@1", "--agreed", "--delivered", "--happy"],
        ["ask", "@1"],
        ["wish", "@1", "--updates", "30d"],
        ["pause"],
        ["resume"],
        ["open-again", "@1"],
        ["waive", "2", "thank-referral", "--why", "x"],
        ["snooze", "@1", "--until", "thu"],
        ["add", "Kim Wood", "--from", "@1"],
    ):
        minute = timedelta(minutes=1)
        now = datetime.fromisoformat(os.environ["REFTRACK_NOW"]) + minute
        out = two.at(now.isoformat())(*command).out
        assert 1 <= out.count("\n") <= 2, out
        first, *rest = out.splitlines()
        assert first.endswith("."), out
        assert all(line.startswith(("Next, ", "To be told: ")) for line in rest), out


def test_names_are_shown_as_typed(book: Book) -> None:
    """What looks like markup or an emoji code is a name like any other, on a terminal too."""
    book("add", "[bold]x[/]", "--from", ":smile: [/] [red]")
    for command in (["due"], ["list"], ["show", "1"], ["show", "@1"], ["due", "--by-person"]):
        shown = re.sub(r"\x1b\[[0-9;]*m", "", book.screen(*command, columns=160).out)
        assert ":smile: [/] [red]" in shown
        assert "[bold]x[/]" in shown


# The promise: running the command removes the item

FILLED = {
    "TEXT": "'a new part'",
    "PERSON": "'Nora Fielding'",
    "NAME": "'Lee Park'",
    "UPDATES": "30d",
    "ANSWERS": "--agreed --delivered --happy",
}


def words_of(command: str) -> list[str]:
    """The words of an item's command, those in capitals filled in as a user would."""
    for word, said in FILLED.items():
        command = re.sub(rf"\b{word}\b", said, command)
    name, *words = shlex.split(command)
    assert name == "reftrack"
    return words


def identity(item: dict[str, Any]) -> tuple[object, ...]:
    """What tells one courtesy from every other."""
    return item["rule"], item["referral"], item["to"]["id"], item["opens_at"]


def keeps_its_promise(book: Book, item: dict[str, Any]) -> None:
    """Runs the command of the item on a copy of the book: it ends well, and the item is gone."""
    copy = book.folder / "copy.db"
    shutil.copy(book.path, copy)
    result = book("--db", str(copy), *words_of(item["command"]), code=None)
    assert result.code == 0, (item, result)
    left = json.loads(book("--db", str(copy), "due", "--json", "--all").out)["items"]
    assert identity(item) not in map(identity, left), (item, result)


def clears(book: Book) -> int:
    """Runs what presses, round by round, until nothing does; how many rounds that took."""
    for rounds in range(12):
        if book("due", "--count").out == "0\n":
            assert "Nothing is due today" in book("due").out
            assert book("due", "--exit-code").code == 0
            return rounds
        done = set()
        items = [item for item in book.due()["items"] if item["class"] == "debt"]
        for item in items:
            # One command may have settled the next one as well, as a card to a person does.
            if item["command"] not in done and identity(item) in map(identity, book.due()["items"]):
                book(*words_of(item["command"]))
                done.add(item["command"])
    raise AssertionError(book("due").out)


@pytest.fixture(scope="session")
def demo_json() -> str:
    """The demo's history."""
    return json.dumps(demo_history())


@pytest.fixture
def demo(book: Book, demo_json: str) -> Book:
    """The demo's book on its morning."""
    book.zone("Europe/London").at(DEMO_NOW.replace(" ", "T"))
    path = book.folder / "demo.json"
    path.write_text(demo_json, encoding="utf-8")
    book("import", str(path))
    return book


def test_the_demo_keeps_the_promise(demo: Book) -> None:
    """Every command that the demo's morning names settles what it stands beside."""
    items = demo.due()["items"]
    assert len(items) > 15
    for item in items:
        keeps_its_promise(demo, item)


def test_the_demo_can_be_cleared(demo: Book) -> None:
    """Once everything is done, the morning says so."""
    assert clears(demo) <= 4


@pytest.mark.parametrize("seed", range(60))
def test_a_random_history_keeps_the_promise(book: Book, seed: int) -> None:
    """Whatever happened, each command settles the item that it stands beside: one item a rule."""
    zone = ("UTC", "Europe/London", "America/Toronto")[seed % 3]
    if not opened(book, seed, zone):
        return
    items = {item["rule"]: item for item in book.due()["items"]}
    rng = random.Random(seed)
    for item in rng.sample(sorted(items.values(), key=identity), min(5, len(items))):
        keeps_its_promise(book, item)


@pytest.mark.parametrize("seed", range(100, 112))
def test_a_random_morning_can_be_cleared(book: Book, seed: int) -> None:
    """Whatever happened, running what presses ends in a morning without debts."""
    if opened(book, seed, "Europe/London"):
        clears(book)


def opened(book: Book, seed: int, zone: str) -> bool:
    """Imports a random history, some days after its last event; whether that is before 2199."""
    history = random_history(seed, zone=zone)
    instants = [event["at"] for event in history["events"]]
    instants += [referral["received_at"] for referral in history["referrals"]]
    last = max(instants, default=FRIDAY)
    now = datetime.fromisoformat(last) + timedelta(days=(0, 1, 9, 40)[seed % 4])
    book.zone(zone).at(now.isoformat())
    if now.year < 2199:
        book.load(history)
    return now.year < 2199


# Where things are


def test_folders_and_files_are_the_owners_alone(book: Book) -> None:
    """Whatever reftrack creates, down to the folders on the way, nobody else can read."""
    path = book.folder / "a" / "b" / "book.db"
    book("--db", str(path), "missed", "Sam Ortiz")
    assert [p.stat().st_mode & 0o777 for p in (path, path.parent, path.parent.parent)] == [
        *(0o600, 0o700, 0o700)
    ]


def test_looking_writes_nothing(busy: Book) -> None:
    """Neither at another time, nor in another zone, nor under another policy."""
    before = busy.path.read_bytes(), sorted(busy.folder.iterdir())
    for look in (["due", "--all"], ["list"], ["show", "1"], ["show", "@1"], ["rules"], ["export"]):
        busy.zone("UTC").configure("")
        busy(*look)
        busy.zone("Asia/Tokyo").configure('[policy]\nthank-referral = "1h"')
        busy(*look)
        busy("due", "--on", "2027-01-01")
    assert busy.path.read_bytes() == before[0]
    assert {p.name for p in busy.folder.iterdir()} == {p.name for p in before[1]} | {"config.toml"}


def test_a_now_without_an_offset_is_local_time(book: Book) -> None:
    """The what-if switch is read on the clocks of the book."""
    book.zone("America/Toronto").at("2026-11-20T10:00")
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    assert book.export()["referrals"][0]["received_at"] == FRIDAY
    assert book("due").out.startswith("Friday 20 November, 10:00.")


def test_the_book_keeps_the_zone_of_its_first_record(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system's zone at the first record stays the book's, until one is asked for by name."""
    book.zone("")
    monkeypatch.setenv("TZ", "America/Toronto")
    book.process("add", "Dana Ruiz", "--from", "Sam Ortiz")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert b"Friday 20 November, 10:00." in book.process("due").stdout
    book.configure('timezone = "Europe/Helsinki"')
    assert "Friday 20 November, 17:00." in book("due").out
    book.zone("Asia/Tokyo")
    assert "Saturday 21 November, 00:00." in book("due").out


def test_one_new_name_in_two_processes_is_one_person(two: Book) -> None:
    """Whoever comes second finds the person that the first one made."""
    command = [*REFTRACK, "missed", "Eva Lang"]
    processes = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(3)
    ]
    assert [process.wait(TIMEOUT) for process in processes] == [0, 0, 0]
    assert [p["name"] for p in two.export()["people"]].count("Eva Lang") == 1
    assert len(events(two, "missed")) == 3


def test_a_wish_for_gifts_is_not_granted_between_colleagues(book: Book) -> None:
    """A co-worker's referral is thanked in the usual way, whatever way was wished for."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--kind", "co-worker")
    book("add", "Kim Wood", "--from", "Sam Ortiz")
    book("wish", "@1", "--by", "gift")
    ways = {
        item["referral"]: item["channel"]
        for item in book.due("--all")["items"]
        if item["rule"] == "thank-referral"
    }
    assert ways == {1: "card", 2: "gift"}


def test_new_business_is_thanked_for_by_its_name(book: Book) -> None:
    """Nobody is thanked for themselves."""
    book("add", "Dana Ruiz", "--from", "Dana Ruiz")
    assert "Thanked Dana Ruiz for the new business." in book("thank", "1").out


def test_how_often_may_be_said_in_a_word(book: Book) -> None:
    """`monthly` is what people say for 30 days."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("wish", "@1", "--updates", "Monthly", "--by", "email")
    assert book.export()["people"][0]["updates"] == "30d"
    assert "monthly" in book("wish", "@1", "--updates", "often", code=2).err


def test_a_source_where_a_referral_is_wanted(book: Book) -> None:
    """The name of a source is known, and answered with what is meant by it."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    refused = book("explain", "sam", code=1)
    assert refused.err == (
        "error: Sam Ortiz (@1) is the prospect of no referral.\n"
        "Name the referral that is meant: reftrack show @1\n"
    )
