"""Things to be said in so many words: news of something else does not settle them."""

from __future__ import annotations

import pytest

from reftrack import api
from tests.support.commands import events, of_debts, refused
from tests.support.driver import Book

RECORDED_AS_NEWS = (
    "note: recorded as news. If you did this too (Tell Sam Ortiz of the problem with Dana Ruiz:"
    " The leak; Tell Sam Ortiz that Dana Ruiz signed): reftrack tell 1\n"
)


@pytest.fixture
def troubled(two: Book) -> Book:
    """A referral that is won and has a problem; the source knows of neither."""
    two("contact", "1")
    two("win", "1")
    two("problem", "1", "The leak")
    return two


def test_small_talk_settles_no_problem(troubled: Book) -> None:
    """With words it is news: the problem and the sale stay owed, and the note says what to do."""
    told = troubled("tell", "1", "We meet on Friday")
    assert told.err == RECORDED_AS_NEWS
    assert events(troubled, "told")[0]["data"] == {"text": "We meet on Friday", "news": True}
    assert {("report-problem", 1), ("announce-win", 1)} <= set(of_debts(troubled))


@pytest.mark.parametrize("command", [("tell", "1"), ("tell", "1", "All of it", "--said")])
def test_what_was_said_is_settled(troubled: Book, command: tuple[str, ...]) -> None:
    """Without words, as `due` prints it, or with the word for it, all that is open is settled."""
    assert troubled(*command).err == ""
    assert "news" not in events(troubled, "told")[0]["data"]
    assert not {("report-problem", 1), ("announce-win", 1)} & set(of_debts(troubled))


def test_to_a_person_it_is_news_on_each_referral(troubled: Book) -> None:
    """Also on those where nothing is open yet; what was said of one is settled there."""
    troubled("add", "Mia Lund", "--from", "Sam Ortiz", "--contacted", "--thanked", "card")
    assert troubled("tell", "@1").err == RECORDED_AS_NEWS
    news = {event["referral"]: event["data"].get("news") for event in events(troubled, "told")}
    assert news == {1: True, 3: True}
    troubled("tell", "@1", "--said")
    assert "news" not in events(troubled, "told")[-1]["data"]
    assert ("report-problem", 1) not in of_debts(troubled)


@pytest.mark.parametrize(("answer", "is_news"), [("y\n", False), ("n\n", True)])
def test_at_a_terminal_it_is_asked(troubled: Book, answer: str, is_news: bool) -> None:
    """The question names each thing; a no leaves it owed."""
    shown = troubled.screen("tell", "1", "We meet on Friday", columns=300, keys=answer).out
    assert "Was this said too? Tell Sam Ortiz of the problem with Dana Ruiz: The leak;" in shown
    assert events(troubled, "told")[0]["data"].get("news", False) is is_news
    assert (("report-problem", 1) in of_debts(troubled)) is is_news


def test_what_does_not_need_it_is_told_as_ever(two: Book) -> None:
    """Nothing is asked where nothing of that kind is open."""
    two("meet", "1")
    assert two("tell", "1", "A good talk").err == ""
    assert ("note-meeting", 1) not in of_debts(two)


@pytest.mark.parametrize("told", [("tell", "1", "Saw him"), ("tell", "1"), ("tell", "@1")])
@pytest.mark.parametrize(
    ("happened", "rule"),
    [
        (("problem", "1", "A leak"), "report-problem"),
        (("win", "1"), "announce-win"),
    ],
)
def test_words_say_nothing_that_was_not_on_record_then(
    two: Book, told: tuple[str, ...], happened: tuple[str, ...], rule: str
) -> None:
    """A thing recorded late stays owed, though something was said since it happened."""
    two("contact", "1")
    two.at("2026-11-20T16:00:00Z")(*told)
    two.at("2026-11-20T17:00:00Z")(*happened, "--at", "15:30")
    assert (rule, 1) in of_debts(two)
    two("tell", "1")
    assert (rule, 1) not in of_debts(two)


def test_thanks_that_count_for_what_is_recorded_late_are_named(two: Book) -> None:
    """Thanks have no news beside them: what they settle is said, and how to say it after all."""
    two.at("2026-11-20T16:00:00Z")("thank", "1", "--by", "email")
    late = two.at("2026-11-20T17:00:00Z")("win", "1", "--at", "15:30")
    assert "Settled: contact-prospect, announce-win, thank-win." in late.out
    assert late.err.splitlines() == [
        (
            "note: announce-win counts as done by what was said at 16:00. If you did not say it:"
            " reftrack tell 1 --by call"
        ),
        (
            "note: thank-win counts as done by what was said at 16:00. If you did not say it:"
            " reftrack thank 1"
        ),
    ]


def test_what_a_snooze_hides_at_once_is_said(two: Book) -> None:
    """A problem recorded late may have begun before the snooze, and is hidden with the rest."""
    two("contact", "1")
    two.at("2026-11-20T16:00:00Z")("snooze", "1", "--until", "1 dec")
    late = two.at("2026-11-20T17:00:00Z")("problem", "1", "A leak", "--at", "15:30")
    until = "is hidden by a snooze until Tue 1 Dec 2026, 00:00. To see it: reftrack due --all"
    assert late.err.splitlines() == [
        f"note: report-problem (since 16:30) {until}",
        f"note: resolve-problem (by Mon 15:30) {until}",
    ]


def test_the_doubt_is_a_value(troubled: Book) -> None:
    """Another face gets the question, and answers it by its key."""
    session = api.open_session(troubled.path)
    doubt = api.tell(session, ["1"], text="We meet on Friday")
    assert isinstance(doubt, api.Undecided)
    recorded = api.tell(session, ["1"], text="We meet on Friday", answers={doubt.key: "news"})
    assert isinstance(recorded, api.Recorded)
    assert recorded.events[0].data["news"] is True


def test_a_conversation_is_not_done_by_a_word(two: Book) -> None:
    """`done` records no talk, no try and no meeting."""
    two("thank", "1")
    assert "only a real conversation" in refused(two, "done", "1").err
