"""`due`: what is owed, and by when."""

from __future__ import annotations

import shlex

import pytest

from reftrack.rules.rulebook import BY_NAME
from tests.support.commands import FRIDAY, of_debts
from tests.support.driver import Book

OVERDUE = [("thank-referral", 1), ("contact-prospect", 1)]
TODAY = [("contact-prospect", 3)]
LATER = [("thank-referral", 4), ("educate-source", 2)]


def test_due_lists_debts_and_occasions(busy: Book) -> None:
    """Open courtesies, debts before occasions, each by its deadline; no snoozed ones."""
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
            *("channel", "action", "why", "command", "section", "record"),
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
    assert "3 more are not shown" in out


def test_due_screen_shows_what_presses_and_folds_the_rest(busy: Book) -> None:
    """The heading counts; later debts and occasions are a line each until they are asked for."""
    lines = busy("due").out.splitlines()
    assert lines[0] == "Saturday 21 November, 16:00. 2 overdue, 2 today. 4 referrals live."
    assert [line.split("  ")[0] for line in lines[1:]] == [
        *("OVERDUE", "OVERDUE", "TODAY", "TODAY", "LATER", "WHEN YOU CAN", "SNOOZED")
    ]
    assert lines[-3].endswith("reftrack due --later")
    assert "1 until" in lines[-3]
    assert lines[-1].startswith("SNOOZED  1 until ")
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
    book("add", "Mia Lund", "--from", "Sam Ortiz", "--contacted", "--at", "1h ago")
    out = book("due", "--by-person").out
    assert out.count("Sam Ortiz (@1)  ") == 3
    (together,) = [line for line in out.splitlines() if "one touch" in line]
    command = together[together.index("reftrack") :]
    assert command == "reftrack thank @1"
    book(*shlex.split(command)[1:])
    assert book("due", "--count").out == "0\n"


def test_due_counts_debts_overdue_or_due_today(busy: Book) -> None:
    """`--count` is the sum of the heading's two figures, and `--exit-code` is 4 above none."""
    assert busy("due", "--count").out == "4\n"
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
        ("2026-11-18T23:59:59Z", "0"),  # due by Thursday 15:00
        ("2026-11-19T00:00:00Z", "1"),
        ("2026-11-19T15:00:00Z", "1"),
        ("2026-11-19T15:00:01Z", "1"),
    ],
)
def test_today_ends_at_midnight(book: Book, now: str, pressing: str) -> None:
    """A debt presses from the beginning of the day on which it is due, if that is a working day."""
    book.at("2026-11-18T15:00:00Z")("add", "Dana Ruiz", "--from", "Sam Ortiz", "--contacted")
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
