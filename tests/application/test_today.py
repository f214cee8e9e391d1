"""Today: what has to be done by its end, counted in records by one definition everywhere."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from reftrack.application.morning import due, pressing_count
from reftrack.application.walking import WHENEVER, Walk
from reftrack.cli import counting
from reftrack.cli.invocation import Invocation
from reftrack.domain.instants import instant_of, text_of
from reftrack.domain.workdays import Workdays
from reftrack.rules.edition import WITH_HOUR
from reftrack.rules.rulebook import RULEBOOK
from tests.support.driver import Book
from tests.support.random_history import random_history

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("now", "morning", "end"),
    [
        # A Monday, a Thursday, a Friday, a Saturday, a Sunday.
        ("2026-11-23T08:40", time(10), "2026-11-24T09:59:59"),
        ("2026-11-26T23:59", time(10), "2026-11-27T09:59:59"),
        ("2026-11-27T08:40", time(10), "2026-11-30T09:59:59"),
        ("2026-11-28T08:40", time(10), "2026-11-30T09:59:59"),
        ("2026-11-29T00:00", time(10), "2026-11-30T09:59:59"),
        ("2026-11-23T08:40", time(7, 30), "2026-11-24T07:29:59"),
        # Midnight itself ends today, as it does every deadline in days.
        ("2026-11-23T08:40", time(0), "2026-11-24T00:00"),
        ("2026-11-27T08:40", time(0), "2026-11-29T23:59:59"),
        # The clocks go forward that Sunday, and back.
        ("2026-03-27T08:40", time(10), "2026-03-30T09:59:59"),
        ("2026-10-23T08:40", time(10), "2026-10-26T09:59:59"),
    ],
)
def test_until_when_it_is_today(now: str, morning: time, end: str) -> None:
    """To midnight, and on to the morning of the next day of work, by the clocks of the zone."""
    instant = datetime.fromisoformat(now).replace(tzinfo=LONDON)
    expected = datetime.fromisoformat(end).replace(tzinfo=LONDON)
    today = Workdays(morning).today(instant, LONDON)
    assert today.until == expected
    tomorrow = (instant + timedelta(days=1)).replace(hour=0, minute=0)
    assert today.midnight == tomorrow


def test_the_next_day_of_work_is_a_calendars() -> None:
    """A week with holidays says which day it is."""
    after = Workdays(time(9), lambda day: day + timedelta(days=11))
    assert after.today(datetime(2026, 12, 24, 15, tzinfo=UTC), UTC).until == datetime(
        2027, 1, 4, 8, 59, 59, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("now", "configuration", "pressing"),
    [
        # Received on Thursday 19 November 08:40: both are due by Friday 08:40.
        ("2026-11-19T09:00:00Z", "", 2),
        ("2026-11-19T09:00:00Z", 'morning = "08:40"', 0),
        ("2026-11-19T09:00:00Z", 'morning = "8:41"', 2),
        ("2026-11-19T09:00:00Z", "name = 'good morning'", 2),
        ("2026-11-19T09:00:00Z", 'morning = "00:00"', 0),
        ("2026-11-20T00:00:00Z", 'morning = "00:00"', 2),
    ],
)
def test_what_expires_early_tomorrow_is_todays(
    book: Book, now: str, configuration: str, pressing: int
) -> None:
    """A call that expires at 08:40 tomorrow is today's; so it is without the whole program."""
    book.configure(configuration).at("2026-11-19T08:40:00Z")("add", "Dana Ruiz", "--from", "Sam O")
    book.at(now)
    assert counting.count(None, exit_code=True) == (4 if pressing else 0)
    assert book("due", "--count").out == f"{pressing}\n"
    assert book("due", "--count", "--for", "sam").out == f"{pressing // 2}\n"
    heading = f"{pressing} today" if pressing else "Nothing is due today"
    assert heading in book("due").out


def test_fridays_day_does_not_die_unseen_on_saturday(book: Book) -> None:
    """A referral of a Friday afternoon is Friday's, and Saturday's, until it is overdue."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    for now, said in (
        ("2026-11-20T16:00:00Z", "2 today"),
        ("2026-11-21T15:00:00Z", "2 today"),
        ("2026-11-21T15:00:01Z", "2 overdue"),
    ):
        assert f"{said}. 1 referral live." in book.at(now)("due").out


@pytest.mark.parametrize("value", ["noon", "24:00", "10", "10:60", "", "10:00:00"])
def test_a_morning_that_is_none(book: Book, value: str) -> None:
    """It is refused with the form to write it in, and never taken for another."""
    refused = book("config", "set", "morning", value, code=2).err
    assert "morning" in refused
    book.configure("morning = 10")
    assert 'Write it as "09:00".' in book("due", code=2).err
    assert 'Write it as "09:00".' in book("due", "--count", code=2).err


# Appointments.


@pytest.fixture
def visit(book: Book) -> Book:
    """An appointment on Tuesday at 14:00, the first thing that is owed of the week."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", "card")
    book("wish", "@1", "--updates", "outcome")
    book("contact", "1", "--next", "2026-11-24 14:00")
    return book


@pytest.mark.parametrize(
    ("now", "line", "count"),
    [
        ("2026-11-23T23:59", None, 0),
        ("2026-11-24T00:00", "TODAY  1  Meet Dana Ruiz (from Sam Ortiz)  14:00", 1),
        ("2026-11-24T13:59", "TODAY  1  Meet Dana Ruiz (from Sam Ortiz)  14:00", 1),
        ("2026-11-24T14:00", "TODAY  1  Meet Dana Ruiz (from Sam Ortiz)  by Wed 14:00", 1),
        ("2026-11-25T09:00", "TODAY  1  Meet Dana Ruiz (from Sam Ortiz)  was Tue 14:00", 1),
        ("2026-11-25T14:01", "OVERDUE  1  Meet Dana Ruiz (from Sam Ortiz)  was Tue 14:00", 1),
    ],
)
@pytest.mark.parametrize("is_kept", [True, False], ids=["kept", "computed"])
def test_an_appointment_stands_in_its_day(
    visit: Book, now: str, line: str | None, count: int, is_kept: bool
) -> None:
    """From its midnight on with its hour, until it is told how it went; every way to count agrees."""
    if not is_kept:
        visit.configure('[policy]\nreopen-intake = "8d"\n')
    visit.at(f"{now}:00+00:00")
    found = [each for each in visit("due").out.splitlines() if "Meet Dana" in each]
    shown = [each for each in found if each.startswith(("OVERDUE", "TODAY", "LATER"))]
    assert len(shown) == count
    assert all(each.startswith(f"{line}  ") for each in shown)
    assert visit("due", "--count").out == f"{count}\n"
    visit("due", "--exit-code", code=4 if count else 0)
    document = visit.due()
    sections = [item["section"] for item in document["items"] if item["class"] == "debt"]
    assert sections == (["overdue" if "OVERDUE" in str(line) else "today"] if count else [])
    counts = document["counts"]
    assert sum(counts[each] for each in ("overdue", "due", "upcoming")) >= count
    assert counts["upcoming"] == (
        1 if count and "  14:00" in str(line) and "since" not in str(line) else 0
    )


def test_what_is_of_today_by_its_hour_is_in_every_part_of_a_morning(visit: Book) -> None:
    """By person, of one person, on that day, ahead; and the copy of its rules is that of the rows."""
    for options in (["--by-person"], ["--for", "Dana"], ["--later"], ["--all"], ["--limit", "1"]):
        assert "Meet Dana" in visit.at("2026-11-24T08:00:00Z")("due", *options).out, options
    assert "Meet Dana" in visit.at("2026-11-21T08:00:00Z")("due", "--on", "2026-11-24 08:00").out
    assert tuple(rule.name for rule in RULEBOOK if rule.has_hour) == WITH_HOUR


# Records.


def test_a_quick_count_is_of_records_too(book: Book) -> None:
    """A sale is announced by a call and thanked for in writing; what is snoozed is no record."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz", "--thanked", "card", "--contacted")
    book("win", "1")
    assert book("due", "--count").out == "2\n"
    hide = ("snooze", "1", "--until", "in 2 weeks", "--rule")
    for arguments in (
        ("problem", "1", "Late"),
        *((*hide, rule) for rule in ("report-problem", "announce-win", "thank-win")),
    ):
        book.at("2026-11-20T15:00:00Z")(*arguments)
        for now in ("2026-11-20T15:00:00Z", "2026-11-20T20:00:00Z"):
            count = pressing_count(Invocation(None).session) if book.at(now) else None
            assert counting.count(None, exit_code=True) == (4 if count else 0)
            assert book("due", "--count").out == f"{count}\n"


@pytest.fixture
def couple(book: Book) -> Book:
    """Two referrals of one call, the first of them met already, and one of the day before."""
    book("add", "Eva Lang", "--from", "Sam Ortiz", "--contacted", "--at", "1d ago")
    book("add", "Ana Pop", "Ben Low", "--from", "Sam Ortiz", "--contacted")
    book.at("2026-11-20T16:00:00Z")("meet", "2")
    return book


def test_thanks_for_a_couple_are_one_record(couple: Book) -> None:
    """One card thanks whoever referred several people in one call, with all other thanks."""
    line = (
        "Thank Sam Ortiz for referring Eva Lang, Ana Pop and Ben Low, and say that you met (Ana Pop)"
        "  since 15:00  card  reftrack thank @1"
    )
    couple.at("2026-11-20T17:00:00Z")
    for options in ([], ["--later"], ["--limit", "1"], ["--for", "Sam"]):
        assert f"OVERDUE  {line}\n" in couple("due", *options).out, options
    assert f"Sam Ortiz (@1)  {line}\n" in couple("due", "--by-person").out
    assert "one touch" not in couple("due", "--by-person").out
    assert couple("due", "--count").out == "1\n"
    items = [item for item in couple.due()["items"] if item["class"] == "debt"]
    assert [(item["rule"], item["referral"], item["record"]) for item in items] == [
        ("thank-referral", 1, 1),
        ("thank-referral", 2, 1),
        ("thank-referral", 3, 1),
        ("note-meeting", 2, 1),
    ]
    thanked = couple("thank", "@1", "--by", "card").out
    assert "Settled: thank-referral (1, 2 and 3), note-meeting (2)." in thanked
    assert couple("due", "--count").out == "0\n"


def test_a_couple_is_named_by_what_comes_next(book: Book) -> None:
    """The answer to `add` shows the one command; a letter is for all that it settles."""
    added = book("add", "Ana Pop", "Ben Low", "--from", "Sam Ortiz", "--contacted").out
    coming = "Thank Sam Ortiz for referring Ana Pop and Ben Low (reftrack thank @1)"
    assert added.splitlines()[-1] == f"Next, by Sat 15:00: {coming}"
    drafted = book("draft", "@1")
    assert drafted.err.splitlines()[-1] == "Once it is sent: reftrack thank 1 2 --by card"
    assert all(name in drafted.out for name in ("Ana Pop", "Ben Low"))
    assert book("draft", "@1", "thank-referral") == drafted
    book("meet", "1")
    assert "Once it is sent: reftrack thank 1 --by card" in book("draft", "@1").err
    book("snooze", "@1", "--until", "in 2 weeks")
    assert book("due", "--count").out == "0\n"
    assert "SNOOZED  2 until" in book("due").out, "the thanks, and the question how to hear"


def instants_of(book: Book, rng: random.Random) -> list[str]:
    """Instants around the deadlines of a book, and around the ends of days."""
    due_at = [instant_of(item["due_at"]) for item in book.due("--all")["items"]]
    chosen = [at - timedelta(hours=rng.choice((0, 1, 14, 40, 70))) for at in due_at]
    last = max(event["at"] for event in book.export()["events"])
    return [*map(text_of, rng.sample(chosen, min(2, len(chosen)))), last]


@pytest.mark.parametrize("seed", range(12))
def test_all_count_alike(book: Book, seed: int) -> None:
    """Heading, lines, `--count`, `--exit-code`, `walk` and JSON, over random books and mornings."""
    rng = random.Random(seed)
    book.zone(rng.choice(("UTC", "Europe/London", "Pacific/Apia", "America/Toronto")))
    book.configure(rng.choice(("", 'morning = "00:00"', 'morning = "12:30"')))
    book.load(random_history(seed))
    instants = instants_of(book, rng)
    for now in instants:
        here = Invocation(None)
        book.at(now)
        session = here.session
        day = due(session, unfolds=True)
        assert day is not None
        shown = {section: len(records) for section, records in day.sections.items()}
        assert (day.overdue, day.today) == (shown.get("overdue", 0), shown.get("today", 0))
        pressing = day.overdue + day.today

        folded = due(session)
        assert folded is not None
        assert (folded.overdue, folded.today) == (day.overdue, day.today)
        later = folded.later.count if folded.later else len(folded.sections.get("later", ()))
        assert later == shown.get("later", 0)
        limited = due(session, unfolds=True, limit=2)
        assert limited is not None
        assert limited.not_shown == max(0, sum(shown.values()) - 2)

        assert pressing_count(session) == pressing
        if now == instants[-1]:  # what lies later is not for a quick count
            assert counting.count(here.db, exit_code=True) == (4 if pressing else 0)
        assert book("due", "--count").out == f"{pressing}\n"
        for options in (["--count"], ["--json"], [], ["--by-person"], ["--limit", "1"]):
            book("due", "--exit-code", *options, code=4 if pressing else 0)
        assert len(Walk(session).left()) == pressing
        assert len(Walk(session, WHENEVER).left()) == sum(shown.values())

        document = book.due()
        sections: dict[int, list[str]] = {}
        for item in document["items"]:
            sections.setdefault(item["record"], []).append(item["section"])
        counted = [said[0] for _, said in sorted(sections.items())]
        assert {name: counted.count(name) for name in set(counted)} == shown
        assert sorted(sections) == list(range(1, len(sections) + 1))
        counts = document["counts"]
        each = [item for item in document["items"] if item["class"] == "debt"]
        assert counts["overdue"] + counts["due"] == len(each), "courtesies, as ever"
        few = book.due("--limit", "3")
        assert few["items"] == document["items"][:3]
        assert few["counts"] == counts
