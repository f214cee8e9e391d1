"""A doubt is a value: nothing is recorded, and its answer settles it, judged anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from reftrack import api
from tests.support.driver import Book

NOW = datetime(2026, 11, 20, 15, tzinfo=UTC)

UseCase = Callable[..., api.Recorded | api.Undecided]


@pytest.fixture
def session(tmp_path: Path) -> api.Session:
    """A book in which `sam` is a prospect and two sources, `dana` the prospect of two."""
    opened = api.open_session(tmp_path / "book.db", now=NOW)
    for prospect, source in (
        ("Dana Ruiz", "Sam Ortiz"),
        ("Dana Ruiz", "Sam Beck"),
        ("Sam Lang", "Eva Lang"),
    ):
        api.add(opened, prospect, source, answers={source: api.NEW, prospect: api.NEW})
    return opened


@pytest.mark.parametrize(
    ("use_case", "arguments"),
    [
        (api.contact, (["dana"],)),
        (api.meet, ("dana",)),
        (api.explain, (["dana"],)),
        (api.done, (["dana"],)),
        (api.rate, ("dana", "good")),
        (api.refer_out, ("dana", "Tom Beck")),
    ],
)
def test_a_prospect_of_two_referrals_is_a_doubt(
    session: api.Session, use_case: UseCase, arguments: tuple[object, ...]
) -> None:
    """Each referral is a choice, by its number."""
    before = session.book.read_bytes()
    assert use_case(session, *arguments) == api.Undecided(
        "dana",
        "Which referral of Dana Ruiz?",
        (
            api.Choice("1", "1  Dana Ruiz, from Sam Ortiz (received)"),
            api.Choice("2", "2  Dana Ruiz, from Sam Beck (received)"),
        ),
        "Dana Ruiz (@2) came by several referrals.",
    )
    assert session.book.read_bytes() == before


@pytest.mark.parametrize(
    ("use_case", "rest"),
    [
        (api.thank, ()),
        (api.tell, ()),
        (api.note, ("likes tea",)),
        (api.snooze, ("thu",)),
        (api.waive, ("all", "agreed")),
        (api.edit, ({"note": "likes tea"},)),
    ],
)
def test_a_name_of_a_referral_and_of_people_is_a_doubt(
    session: api.Session, use_case: UseCase, rest: tuple[object, ...]
) -> None:
    """Referrals come first, then people, whose choices begin with an @."""
    doubt = use_case(session, "sam", *rest)
    assert isinstance(doubt, api.Undecided)
    assert [choice.answer for choice in doubt.choices] == ["3", "@1", "@3"]


def test_an_answer_settles_it(session: api.Session) -> None:
    """By a number of a referral or a person, whichever was meant; the other stays as it was."""
    of_referral = api.thank(session, "sam", answers={"sam": "3"})
    assert isinstance(of_referral, api.Recorded)
    assert of_referral.lines == ("3  Thanked Eva Lang for Sam Lang.",)
    of_person = api.thank(session, "sam", answers={"sam": "@3"})
    assert isinstance(of_person, api.Recorded)
    assert of_person.lines == ("2  Thanked Sam Beck for Dana Ruiz.",)


def test_a_person_of_several_is_a_doubt_where_only_people_are_meant(session: api.Session) -> None:
    """As in a merge; two doubts are answered one after the other."""
    first = api.merge(session, "ruiz", "sam")
    assert isinstance(first, api.Undecided)
    assert [choice.answer for choice in first.choices] == ["@1", "@3", "@5"]
    merged = api.merge(session, "beck", "sam", answers={"sam": "@1"})
    assert isinstance(merged, api.Recorded)
    assert merged.lines[0] == "@1  Sam Beck (@3) is Sam Ortiz now: 1 referral moved over."


def test_namesakes_are_a_doubt_where_somebody_may_be_new(session: api.Session) -> None:
    """The answer names one of them, or says that it is a third of that name."""
    api.edit(session, "@3", {"name": "Sam Ortiz"})
    doubt = api.add(session, "Eva Lang", "Sam Ortiz")
    assert isinstance(doubt, api.Undecided)
    assert [choice.answer for choice in doubt.choices] == ["@1", "@3", api.NEW]
    added = api.add(session, "Eva Lang", "Sam Ortiz", answers={"Sam Ortiz": "@3"})
    assert isinstance(added, api.Recorded)
    assert ("referral", 4) in added.subjects
    third = api.add(session, "Eva Lang", "Sam Ortiz", answers={"Sam Ortiz": api.NEW})
    assert isinstance(third, api.Recorded)
    assert "New: Sam Ortiz (@6)." in third.notes


def test_that_somebody_is_new_answers_a_doubt_and_raises_none(session: api.Session) -> None:
    """Somebody recorded meanwhile under that very name is the one who is meant."""
    again = api.add(session, "Dana Ruiz", "Sam Ortiz", answers={"Dana Ruiz": api.NEW})
    assert isinstance(again, api.Recorded)
    assert again.notes == ("note: 1 is Dana Ruiz from Sam Ortiz too, and still live.",)


def test_news_that_is_a_name_is_never_taken_for_an_answer(session: api.Session) -> None:
    """That `sam` is @1 says nothing of news that reads `sam`."""
    with pytest.raises(api.BadInput, match="may be the news"):
        api.tell(session, "1", text="sam", may_be_a_name=True, answers={"sam": "@1"})


def test_what_only_reads_raises_the_doubt(session: api.Session) -> None:
    """Nothing is at stake there, and the error lists the same choices."""
    with pytest.raises(api.Ambiguous) as raised:
        api.show(session, "sam")
    assert raised.value.message == "'sam' fits several."
    assert raised.value.choices == (
        "3  Sam Lang, from Eva Lang (received)",
        "@1  Sam Ortiz",
        "@3  Sam Beck",
    )


def test_one_name_given_alone_is_one_name(session: api.Session) -> None:
    """`"12"` is twelve, and not one and two."""
    for _ in range(12):
        api.add(session, "Eva Lang", "Dana Ruiz")
    thanked = api.thank(session, "12")
    assert isinstance(thanked, api.Recorded)
    assert thanked.lines == ("12  Thanked Dana Ruiz for Eva Lang.",)
    api.win(session, "12")
    delivered = api.deliver(session, "12")
    assert isinstance(delivered, api.Recorded)
    assert delivered.lines == ("12  Delivered to Eva Lang.",)


def test_the_command_line_refuses_and_lists_them(book: Book) -> None:
    """It names no answer: the whole command is typed again, with the number."""
    book("add", "Dana Ruiz", "--from", "Sam Ortiz")
    book("add", "Dana Ruiz", "--from", "Tom Beck")
    refused = book("meet", "dana", code=1)
    assert refused.out == ""
    assert refused.err.splitlines() == [
        "error: Dana Ruiz (@2) came by several referrals.",
        "  1  Dana Ruiz, from Sam Ortiz (received)",
        "  2  Dana Ruiz, from Tom Beck (received)",
        "Say which by its number.",
    ]


def test_which_promise_is_kept_is_a_doubt(session: api.Session) -> None:
    """Each is a choice; its answer keeps that one and no other."""
    for text in ("Send the plans", "Ask the architect"):
        api.promise(session, "@1", text, "2026-11-27")
    doubt = api.keep(session, "@1")
    assert isinstance(doubt, api.Undecided)
    assert doubt.question == "Which promise is kept?"
    assert [choice.text for choice in doubt.choices] == [
        "Send the plans, by the end of Fri 27 Nov 2026",
        "Ask the architect, by the end of Fri 27 Nov 2026",
    ]
    kept = api.keep(session, "@1", answers={doubt.key: doubt.choices[1].answer})
    assert isinstance(kept, api.Recorded)
    assert [owed.command for owed in kept.still_owed if owed.rule.name == "keep-promise"] == [
        api.Command("keep", ("@1",))
    ]


def test_an_appointment_takes_a_date_or_an_instant(session: api.Session) -> None:
    """A program need not put it into words."""
    on = api.agree(session, "1", datetime(2026, 11, 27, tzinfo=UTC).date())
    at = api.agree(session, "2", datetime(2026, 11, 27, 10, tzinfo=UTC))
    assert isinstance(on, api.Recorded)
    assert isinstance(at, api.Recorded)
    assert on.events[0].data == {"on": "2026-11-27"}
    assert at.events[0].data == {"at": "2026-11-27T10:00:00Z"}
